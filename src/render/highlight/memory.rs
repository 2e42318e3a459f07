//! What lines became before.
//!
//! In: a language, the state before a line, the line. Out: its HTML and the state after it, if that was learned.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use syntect::parsing::{BasicScopeStackOp, ParseState, ScopeStack, ScopeStackOp, SyntaxReference};

use super::classes::class;

/// A language forgets all when its lines and their HTML take more bytes, or there are more states.
const MOST_BYTES: usize = 16 << 20;
const MOST_STATES: usize = 5_000;

/// The state between two lines.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub parse: ParseState,
    scopes: ScopeStack,
    /// For every scope the class of text in it.
    classes: Vec<&'static str>,
    /// Its number and since when it has it; states are told apart by that.
    number: usize,
    epoch: usize,
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

/// The languages that were used so far.
#[derive(Debug, Default)]
pub(super) struct Languages(Mutex<BTreeMap<&'static str, Arc<Mutex<Language>>>>);

impl Languages {
    pub fn get(&self, syntax: &'static SyntaxReference) -> Arc<Mutex<Language>> {
        Arc::clone(lock(&self.0).entry(&syntax.name).or_default())
    }
}

/// What is known of one language. Its lock is held for look-ups only, never while a line is matched.
#[derive(Debug, Default)]
pub(super) struct Language {
    states: Vec<Known>,
    /// The numbers of the states by the hash of their scopes; the parser's own state has none.
    by_hash: HashMap<u64, Vec<usize>>,
    bytes: usize,
    /// Counted on when all is forgotten.
    epoch: usize,
}

/// A state and the lines that were met in it.
#[derive(Debug)]
struct Known {
    state: Arc<State>,
    lines: HashMap<Box<str>, (Box<str>, usize)>,
}

impl Language {
    /// The state before the first line.
    pub fn start(this: &Mutex<Self>, syntax: &'static SyntaxReference) -> Arc<State> {
        let mut language = lock(this);
        if let Some(first) = language.states.first() {
            return Arc::clone(&first.state);
        }
        let parse = ParseState::new(syntax);
        language.number(State { parse, scopes: ScopeStack::new(), classes: Vec::new(), number: 0, epoch: 0 })
    }

    /// The state after this line, if the line is known; `html` is given what it becomes.
    pub fn known(this: &Mutex<Self>, state: &Arc<State>, line: &str, mut html: impl FnMut(&str)) -> Option<Arc<State>> {
        let language = lock(this);
        if state.epoch != language.epoch {
            return None;
        }
        let (done, after) = language.states.get(state.number)?.lines.get(line)?;
        html(done);
        language.states.get(*after).map(|known| Arc::clone(&known.state))
    }

    /// Remembers what a line became; the state after it.
    pub fn learn(this: &Mutex<Self>, before: &Arc<State>, line: &str, html: String, after: State) -> Arc<State> {
        let mut language = lock(this);
        if language.bytes > MOST_BYTES || language.states.len() > MOST_STATES {
            let epoch = language.epoch + 1;
            let first = language.states.first().map(|known| State::clone(&known.state));
            *language = Self { epoch, ..Self::default() };
            // The state before the first line keeps its place.
            first.map(|first| language.number(first));
        }
        let after = language.number(after);
        if before.epoch == language.epoch {
            language.bytes += line.len() + html.len() + 100;
            let number = after.number;
            if let Some(known) = language.states.get_mut(before.number) {
                known.lines.insert(line.into(), (html.into_boxed_str(), number));
            }
        }
        after
    }

    /// Gives a state its number, the same as an equal one has.
    fn number(&mut self, mut state: State) -> Arc<State> {
        let (states, hash) = (&self.states, state.hash());
        let numbers = self.by_hash.entry(hash).or_default();
        let equal = numbers.iter().filter_map(|number| states.get(*number)).find(|known| {
            known.state.parse == state.parse && known.state.scopes == state.scopes
        });
        if let Some(known) = equal {
            return Arc::clone(&known.state);
        }
        (state.number, state.epoch) = (self.states.len(), self.epoch);
        numbers.push(state.number);
        let state = Arc::new(state);
        self.states.push(Known { state: Arc::clone(&state), lines: HashMap::new() });
        state
    }
}

/// What is behind a lock is whole after every step, so a thread that died in between has left nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
