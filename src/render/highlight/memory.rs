//! What code became before: whole blocks for all threads, single lines for each.
//!
//! In: a block, or a language with the state before a line and the line. Out: its HTML, if it was met before.
//!
//! The parser's states cannot go from one thread to another (they hold memory of the C library), so each thread learns lines
//! for itself, and there is no lock around them.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use syntect::parsing::{BasicScopeStackOp, ParseState, ScopeStack, ScopeStackOp, SyntaxReference};

use super::Highlighted;
use super::classes::class;

/// A thread forgets its lines when they and their HTML take more bytes.
const MOST_BYTES_OF_LINES: usize = 8 << 20;
/// Each of the two halves of the blocks is let go when it takes more bytes.
const MOST_BYTES_OF_BLOCKS: usize = 2 << 20;

/// The state between two lines.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub parse: ParseState,
    scopes: ScopeStack,
    /// For every scope the class of text in it.
    classes: Vec<&'static str>,
}

impl State {
    /// The class of the text that comes next.
    pub fn class(&self) -> &'static str {
        self.classes.last().copied().unwrap_or_default()
    }

    /// Goes into scopes or out of them; nothing when the language has a mistake in it.
    pub fn apply(&mut self, op: &ScopeStackOp) -> Option<()> {
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

/// The languages that a thread has met.
#[derive(Debug, Default)]
pub(super) struct Languages {
    by_name: BTreeMap<&'static str, Language>,
    bytes: usize,
}

impl Languages {
    /// What is known of a language; its state 0 is the one before the first line. Called once for a block.
    pub fn get(&mut self, syntax: &'static SyntaxReference) -> &mut Language {
        if self.bytes > MOST_BYTES_OF_LINES {
            *self = Self::default();
        }
        self.bytes += self.by_name.get_mut(&*syntax.name).map_or(0, |language| std::mem::take(&mut language.bytes));
        self.by_name.entry(&syntax.name).or_insert_with(|| {
            let mut language = Language::default();
            language.number(State { parse: ParseState::new(syntax), scopes: ScopeStack::new(), classes: Vec::new() });
            language
        })
    }
}

/// What is known of one language.
#[derive(Debug, Default)]
pub(super) struct Language {
    states: Vec<Known>,
    /// The numbers of the states by the hash of their scopes; the parser's own state has none.
    by_hash: HashMap<u64, Vec<usize>>,
    /// What was learned since it was last asked.
    bytes: usize,
}

/// A state and the lines that were met in it, each with its HTML and the number of the state after it.
#[derive(Debug)]
struct Known {
    state: State,
    lines: HashMap<Box<str>, (Box<str>, usize)>,
}

impl Language {
    /// The state of this number.
    pub fn state(&self, number: usize) -> Option<&State> {
        self.states.get(number).map(|known| &known.state)
    }

    /// What this line becomes in this state, and the number of the state after it.
    pub fn known(&self, state: usize, line: &str) -> Option<(&str, usize)> {
        let (html, after) = self.states.get(state)?.lines.get(line)?;
        Some((html, *after))
    }

    /// Remembers what a line became; the number of the state after it.
    pub fn learn(&mut self, before: usize, line: &str, html: String, after: State) -> usize {
        let after = self.number(after);
        if let Some(known) = self.states.get_mut(before) {
            self.bytes += line.len() + html.len() + 100;
            known.lines.insert(line.into(), (html.into_boxed_str(), after));
        }
        after
    }

    /// Gives a state its number, the same as an equal one has.
    fn number(&mut self, state: State) -> usize {
        let numbers = self.by_hash.entry(state.hash()).or_default();
        for number in numbers.iter().copied() {
            let known = self.states.get(number).map(|known| &known.state);
            if known.is_some_and(|known| known.parse == state.parse && known.scopes == state.scopes) {
                return number;
            }
        }
        let number = self.states.len();
        numbers.push(number);
        self.bytes += 1_000;
        self.states.push(Known { state, lines: HashMap::new() });
        number
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
