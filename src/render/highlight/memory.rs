//! What code became before: whole blocks, and single lines.
//!
//! In: a block, or a language with the state before a line and the line. Out: its HTML, if it was met before.
//!
//! All threads share both. The parser's states cannot go from one thread to another (they hold memory of the C library), so a state
//! is shared as a number and as what led to it: an earlier state and a line. A thread that needs it reads that line for itself.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use syntect::parsing::{BasicScopeStackOp, ParseState, ScopeStack, ScopeStackOp, SyntaxReference};

use super::Highlighted;
use super::classes::class;
use crate::catalogue::syntax::syntaxes;

/// All lines are forgotten when they and their HTML take more bytes.
const MOST_BYTES_OF_LINES: usize = 16 << 20;
/// About how many bytes a state takes, in all threads.
const BYTES_OF_A_STATE: usize = 2_000;
/// Each of the two halves of the blocks is let go when it takes more bytes.
const MOST_BYTES_OF_BLOCKS: usize = 2 << 20;

/// The state between two lines.
#[derive(Clone, Debug)]
pub(super) struct State {
    parse: ParseState,
    scopes: ScopeStack,
    /// For every scope the class of text in it.
    classes: Vec<&'static str>,
}

impl State {
    /// Reads a line: each piece of text with its class. Nothing when the language has a mistake in it.
    pub fn go(&mut self, line: &str, mut each: impl FnMut(&str, &'static str)) -> Option<()> {
        let ops = self.parse.parse_line(line, syntaxes()).ok()?;
        let mut at = 0;
        for (position, op) in &ops {
            each(line.get(at..*position)?, self.class());
            at = *position;
            self.apply(op)?;
        }
        each(line.get(at..)?, self.class());
        Some(())
    }

    fn equals(&self, other: &Self) -> bool {
        self.parse == other.parse && self.scopes == other.scopes
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

    fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.scopes.as_slice().hash(&mut hasher);
        hasher.finish()
    }
}

/// The lines of all languages, for all threads.
#[derive(Debug)]
pub(super) struct Lines(Mutex<Arc<Languages>>);

impl Default for Lines {
    fn default() -> Self {
        Self(Mutex::new(Arc::new(Languages::new())))
    }
}

impl Lines {
    /// What is known now; everything is forgotten when it takes too much memory. Asked once for a block.
    pub fn now(&self) -> Arc<Languages> {
        let mut languages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if languages.bytes.load(Ordering::Relaxed) > MOST_BYTES_OF_LINES {
            *languages = Arc::new(Languages::new());
        }
        Arc::clone(&languages)
    }
}

/// What is known of each language, until it is forgotten as a whole.
#[derive(Debug)]
pub(super) struct Languages {
    /// No other has this number.
    id: u64,
    by_name: Mutex<BTreeMap<&'static str, Arc<RwLock<Language>>>>,
    bytes: AtomicUsize,
}

impl Languages {
    fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        Self { id: COUNT.fetch_add(1, Ordering::Relaxed), by_name: Mutex::default(), bytes: AtomicUsize::new(0) }
    }

    fn language(&self, name: &'static str) -> Arc<RwLock<Language>> {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(by_name.entry(name).or_default())
    }
}

/// What is known of one language. State 0 is the one before the first line.
#[derive(Debug, Default)]
struct Language {
    /// The lines that were met in each state.
    lines: Vec<HashMap<Box<str>, Line>>,
    /// How each state but the first came about: the state before it, and the line.
    origins: Vec<(usize, Box<str>)>,
    /// The numbers of the states by the hash of their scopes; the parser's own state has none.
    by_hash: HashMap<u64, Vec<usize>>,
}

/// What a line became, and the number of the state after it.
#[derive(Debug)]
struct Line {
    html: Box<str>,
    after: usize,
}

/// The states that one thread has built, of all languages.
#[derive(Debug, Default)]
pub(super) struct States {
    /// The [`Languages`] whose numbers these are.
    of: u64,
    by_name: BTreeMap<&'static str, BTreeMap<usize, State>>,
}

impl States {
    /// Sets about a block.
    pub fn start<'a>(&'a mut self, known: &'a Languages, syntax: &'static SyntaxReference) -> Block<'a> {
        if self.of != known.id {
            *self = Self { of: known.id, by_name: BTreeMap::new() };
        }
        let states = self.by_name.entry(&syntax.name).or_default();
        states.entry(0).or_insert_with(|| State {
            parse: ParseState::new(syntax),
            scopes: ScopeStack::new(),
            classes: Vec::new(),
        });
        Block { states, language: known.language(&syntax.name), bytes: &known.bytes, state: 0 }
    }
}

/// A block, line by line.
pub(super) struct Block<'a> {
    states: &'a mut BTreeMap<usize, State>,
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
    pub fn state(&mut self) -> Option<&State> {
        self.build(self.state)
    }

    /// Remembers what the next line became, and goes on to the one after it.
    pub fn learn(&mut self, line: &str, html: &str, after: State) {
        let (before, hash) = (self.state, after.hash());
        let like = self.read(|language| language.by_hash.get(&hash).cloned().unwrap_or_default());
        let number = like.into_iter().find(|number| self.build(*number).is_some_and(|known| known.equals(&after)));
        let mut language = self.language.write().unwrap_or_else(PoisonError::into_inner);
        let number = number.unwrap_or_else(|| {
            language.origins.push((before, line.into()));
            let number = language.origins.len();
            language.by_hash.entry(hash).or_default().push(number);
            self.states.insert(number, after);
            number
        });
        let states = before.max(number) + 1;
        if language.lines.len() < states {
            self.bytes.fetch_add((states - language.lines.len()) * BYTES_OF_A_STATE, Ordering::Relaxed);
            language.lines.resize_with(states, HashMap::new);
        }
        if let Some(lines) = language.lines.get_mut(before) {
            self.bytes.fetch_add(line.len() + html.len() + 100, Ordering::Relaxed);
            lines.insert(line.into(), Line { html: html.into(), after: number });
        }
        self.state = number;
    }

    /// This thread's own copy of a state, made from the lines that led to it.
    fn build(&mut self, number: usize) -> Option<&State> {
        let mut missing = Vec::new();
        let mut number_before = number;
        while !self.states.contains_key(&number_before) {
            let (before, line) = self.read(|language| language.origins.get(number_before.checked_sub(1)?).cloned())?;
            missing.push((before, line, number_before));
            number_before = before;
        }
        for (before, line, after) in missing.into_iter().rev() {
            let mut state = self.states.get(&before)?.clone();
            state.go(&line, |_, _| ())?;
            self.states.insert(after, state);
        }
        self.states.get(&number)
    }

    fn read<T>(&self, what: impl FnOnce(&Language) -> T) -> T {
        what(&self.language.read().unwrap_or_else(PoisonError::into_inner))
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
