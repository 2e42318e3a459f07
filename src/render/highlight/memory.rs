//! What code became before: whole blocks, and single lines.
//!
//! In: a block, or a language with the state before a line and the line. Out: its HTML, if it was met before.
//!
//! All threads share both.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use foldhash::{HashMap, HashMapExt};
use syntect::parsing::{BasicScopeStackOp, ScopeStack, ScopeStackOp, SyntaxReference};

use super::Highlighted;
use super::classes::class;
use super::parser::Parser;

/// All lines are forgotten when they and their HTML take more bytes.
const MOST_BYTES_OF_LINES: usize = 16 << 20;
/// About how many bytes a state takes.
const BYTES_OF_A_STATE: usize = 2_000;
/// Each of the two halves of the blocks is let go when it takes more bytes.
const MOST_BYTES_OF_BLOCKS: usize = 2 << 20;

/// The state between two lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    parser: Parser,
    scopes: ScopeStack,
    /// For every scope the class of text in it.
    classes: Vec<&'static str>,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.parser.hash(hasher);
        self.scopes.as_slice().hash(hasher);
    }
}

impl State {
    /// The state before the first line.
    fn start(syntax: &SyntaxReference) -> Option<Self> {
        Some(Self { parser: Parser::new(syntax)?, scopes: ScopeStack::new(), classes: Vec::new() })
    }

    /// Reads a line: each piece of text with its class. Nothing when the language has a mistake in it.
    pub fn go(&mut self, line: &str, mut each: impl FnMut(&str, &'static str)) -> Option<()> {
        let ops = self.parser.parse_line(line).ok()?;
        let mut at = 0;
        for (position, op) in &ops {
            each(line.get(at..*position)?, self.class());
            at = *position;
            self.apply(op)?;
        }
        each(line.get(at..)?, self.class());
        Some(())
    }

    fn class(&self) -> &'static str {
        self.classes.last().copied().unwrap_or_default()
    }

    fn apply(&mut self, op: &ScopeStackOp) -> Option<()> {
        let classes = &mut self.classes;
        self.scopes
            .apply_with_hook(op, |change, _| match change {
                BasicScopeStackOp::Push(scope) => {
                    let around = classes.last().copied().unwrap_or_default();
                    classes.push(class(scope).unwrap_or(around));
                }
                BasicScopeStackOp::Pop => {
                    classes.pop();
                }
            })
            .ok()
    }
}

/// The lines of all languages, for all threads.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<Arc<Languages>>);

impl Lines {
    /// What is known now; everything is forgotten when it takes too much memory. Asked once for a block.
    pub fn now(&self) -> Arc<Languages> {
        let mut languages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if languages.bytes.load(Ordering::Relaxed) > MOST_BYTES_OF_LINES {
            *languages = Arc::default();
        }
        Arc::clone(&languages)
    }
}

/// What is known of each language, until it is forgotten as a whole.
#[derive(Debug, Default)]
pub(super) struct Languages {
    by_name: Mutex<BTreeMap<&'static str, Arc<RwLock<Language>>>>,
    bytes: AtomicUsize,
}

impl Languages {
    /// Sets about a block.
    pub fn start(&self, syntax: &'static SyntaxReference) -> Block<'_> {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let language = by_name.entry(&syntax.name).or_insert_with(|| Arc::new(RwLock::new(Language::new(syntax))));
        Block { language: Arc::clone(language), bytes: &self.bytes, state: 0 }
    }
}

/// What is known of one language. State 0 is the one before the first line.
#[derive(Debug, Default)]
struct Language {
    states: Vec<Arc<State>>,
    numbers: HashMap<Arc<State>, usize>,
    /// The lines that were met in each state.
    lines: Vec<HashMap<Box<str>, Line>>,
}

impl Language {
    fn new(syntax: &SyntaxReference) -> Self {
        let mut language = Self::default();
        if let Some(start) = State::start(syntax) {
            language.number(start);
        }
        language
    }

    /// The number of a state, a new one for a new state.
    fn number(&mut self, state: State) -> usize {
        if let Some(number) = self.numbers.get(&state) {
            return *number;
        }
        let (number, state) = (self.states.len(), Arc::new(state));
        self.states.push(Arc::clone(&state));
        self.numbers.insert(state, number);
        self.lines.push(HashMap::new());
        number
    }
}

/// What a line became, and the number of the state after it.
#[derive(Debug)]
struct Line {
    html: Box<str>,
    after: usize,
}

/// A block, line by line.
pub(super) struct Block<'a> {
    language: Arc<RwLock<Language>>,
    bytes: &'a AtomicUsize,
    /// The number of the state before the next line.
    state: usize,
}

impl Block<'_> {
    /// Goes on as long as the lines are known; what is left.
    pub fn known<'t>(&mut self, mut rest: &'t str, done: &mut Highlighted) -> &'t str {
        let language = self.language.read().unwrap_or_else(PoisonError::into_inner);
        while let Some(line) = rest.split_inclusive('\n').next() {
            let Some(known) = language.lines.get(self.state).and_then(|lines| lines.get(line)) else { break };
            done.push(&known.html);
            self.state = known.after;
            rest = rest.get(line.len()..).unwrap_or_default();
        }
        rest
    }

    /// The state before the next line; nothing when the language has a mistake in it.
    pub fn state(&self) -> Option<Arc<State>> {
        self.language.read().unwrap_or_else(PoisonError::into_inner).states.get(self.state).cloned()
    }

    /// Remembers what the next line became, and goes on to the one after it.
    pub fn learn(&mut self, line: &str, html: &str, after: State) {
        let mut language = self.language.write().unwrap_or_else(PoisonError::into_inner);
        let states = language.states.len();
        let after = language.number(after);
        let bytes = (language.states.len() - states) * BYTES_OF_A_STATE + line.len() + html.len() + 100;
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if let Some(lines) = language.lines.get_mut(self.state) {
            lines.insert(line.into(), Line { html: html.into(), after });
        }
        self.state = after;
    }
}

/// Whole blocks, in two halves: when the young one is full it becomes the old one, and what was in that is let go.
#[derive(Debug, Default)]
pub(super) struct Blocks(Mutex<Halves>);

type Half = HashMap<[u8; 32], Arc<Highlighted>>;

#[derive(Debug, Default)]
struct Halves {
    young: Half,
    old: Half,
    bytes: usize,
}

impl Blocks {
    /// The name by which a block is remembered.
    pub fn key(language: &str, code: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(language.as_bytes()).update(&[0]).update(code.as_bytes());
        *hasher.finalize().as_bytes()
    }

    pub fn get(&self, key: &[u8; 32]) -> Option<Arc<Highlighted>> {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(block) = halves.young.get(key) {
            return Some(Arc::clone(block));
        }
        let block = halves.old.remove(key)?;
        halves.insert(*key, Arc::clone(&block));
        Some(block)
    }

    pub fn insert(&self, key: [u8; 32], block: Arc<Highlighted>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, block);
    }
}

impl Halves {
    fn insert(&mut self, key: [u8; 32], block: Arc<Highlighted>) {
        if self.bytes > MOST_BYTES_OF_BLOCKS {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += block.size();
        self.young.insert(key, block);
    }
}
