//! The preview: from changed sources to the state that is shown, and to the browsers that are told.
//!
//! In: sources, read again after every change. Out: the newest [`State`], swapped in whole; then, and only then, an event to every browser.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::background;
use super::clock::Clock;
use super::inbox::Inbox;
use super::state::{Inputs, State};
use super::watch::WatchError;
use crate::diagnostic::Diagnostic;
use crate::disk::Changes;
use crate::model::config::Config;
use crate::pipeline::{Revision, Watch as _, Workshop};
use crate::source::SourceTree;

/// Reads the sources: the first time all of them, then what has changed.
pub trait Read: Send {
    /// The sources as they are now.
    ///
    /// # Errors
    /// One sentence for people, when they cannot be read at all.
    fn read(&mut self, changes: &Changes) -> Result<Inputs, String>;
}

/// Is told what has become of the site, and draws diagnostics.
pub trait Tell: Send + Sync {
    /// A state is complete: everything that is wrong with it is known.
    fn complete(&self, state: &State);
    /// The sources could not be read again.
    fn fault(&self, why: &str);
    /// Diagnostics as data for a browser: a list of `{code, severity, message, help, path, line, column, excerpt, mark}`.
    fn describe(&self, diagnostics: &[Diagnostic], tree: &SourceTree) -> serde_json::Value;
}

/// Whose site is looked at: the audience's number, and whether with drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct View {
    /// An index into the configuration's audiences.
    pub audience: usize,
    /// Drafts are shown.
    pub drafts: bool,
}

impl View {
    /// The view that a configuration asks for.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self { audience: config.audience, drafts: config.drafts }
    }
}

/// The preview of one knowledge base.
pub struct Preview {
    state: RwLock<Arc<State>>,
    /// The site as other readers see it, made when somebody looks.
    others: Mutex<BTreeMap<View, Other>>,
    /// Shares with all of them what code becomes.
    bench: Workshop,
    listeners: Mutex<Vec<Sender<String>>>,
    /// When somebody last asked for a page.
    asked: Mutex<Instant>,
    tell: Arc<dyn Tell>,
    /// The secret of our own pages.
    pub token: String,
}

struct Other {
    workshop: Workshop,
    /// The state that the revision belongs to.
    number: u64,
    revision: Arc<Revision>,
}

/// Other views are forgotten when nobody has looked at them for so many states.
const FORGET_AFTER: u64 = 20;
/// Pages come first; what is wrong with the whole site is looked for when nobody has asked for one for so long.
const QUIET: Duration = Duration::from_millis(150);
/// How often it is looked whether it is quiet.
const LOOK: Duration = Duration::from_millis(25);
/// For so long work waits for quiet, and may be called off again and again by changes; then it is done.
const PATIENCE: Duration = Duration::from_secs(1);

impl Preview {
    /// Reads everything for the first time.
    ///
    /// # Errors
    /// When the sources cannot be read.
    pub fn start(read: &mut dyn Read, tell: Arc<dyn Tell>, token: String) -> Result<(Arc<Self>, Workshop), String> {
        let mut workshop = Workshop::default();
        let clock = Clock::new();
        let (inputs, revision) = revise(read, &Changes::All, &mut workshop, &clock)?;
        let revision = revision.ok_or_else(|| "called off".to_owned())?;
        let state = State::new(inputs, revision, None, clock.timings());
        let preview = Self {
            state: RwLock::new(Arc::new(state)),
            others: Mutex::default(),
            bench: Workshop::beside(&workshop),
            listeners: Mutex::default(),
            asked: Mutex::new(Instant::now()),
            tell,
            token,
        };
        Ok((Arc::new(preview), workshop))
    }

    /// Follows the sources until there are no more changes to come.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn follow(
        self: &Arc<Self>,
        mut read: Box<dyn Read>,
        mut workshop: Workshop,
        changes: Receiver<Changes>,
    ) -> Result<(), WatchError> {
        let inbox = Inbox::open(changes)?;
        let mut stop = self.finish(&self.state());
        // Since when somebody has been waiting for what is not shown yet.
        let mut waiting: Option<Instant> = None;
        while let Some(batch) = inbox.next() {
            stop.store(true, Ordering::Relaxed);
            let since = *waiting.get_or_insert_with(Instant::now);
            let clock = Arc::new(Clock::new());
            if since.elapsed() < PATIENCE {
                inbox.supersedes(&clock);
            }
            let before = self.state();
            let revised = revise(&mut *read, &batch, &mut workshop, &clock);
            inbox.done();
            match revised {
                Ok((inputs, Some(revision))) => {
                    if !(same(&inputs, &before.inputs) && before.fault.is_none()) {
                        self.show(State::new(inputs, revision, Some(&before), clock.timings()));
                    }
                }
                // The change that called it off is at hand, and what was read is not forgotten.
                Ok((_, None)) => continue,
                Err(why) => {
                    self.tell.fault(&why);
                    self.show(before.with_fault(why));
                }
            }
            waiting = None;
            stop = self.finish(&self.state());
        }
        stop.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// What is shown now.
    #[must_use]
    pub fn state(&self) -> Arc<State> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Diagnostics as data for a browser.
    #[must_use]
    pub fn describe(&self, diagnostics: &[Diagnostic], tree: &SourceTree) -> serde_json::Value {
        self.tell.describe(diagnostics, tree)
    }

    /// The site as another reader sees it: an audience that the configuration has.
    #[must_use]
    pub fn revision(&self, state: &State, view: View) -> Option<Arc<Revision>> {
        let config = &state.inputs.config;
        let mut others = lock(&self.others);
        others.retain(|_, other| other.number + FORGET_AFTER > state.number);
        let mut other = others.remove(&view);
        if other.as_ref().is_none_or(|other| other.number < state.number) {
            let mut workshop = other.map_or_else(|| Workshop::beside(&self.bench), |other| other.workshop);
            let config = Config { audience: view.audience, drafts: view.drafts, ..(**config).clone() };
            let Inputs { tree, diagnostics, .. } = state.inputs.clone();
            let revision = workshop.revise(&tree, &Arc::new(config), diagnostics, &AtomicBool::new(false))?;
            other = Some(Other { workshop, number: state.number, revision });
        }
        let other = other?;
        let revision = Arc::clone(&other.revision);
        others.insert(view, other);
        Some(revision)
    }

    /// A browser that wants to be told.
    #[must_use]
    pub fn listen(&self) -> Receiver<String> {
        let (sender, receiver) = channel();
        // What has happened since its page was made it learns at once.
        drop(sender.send(event("revision", self.state().number)));
        lock(&self.listeners).push(sender);
        receiver
    }

    fn show(&self, state: State) {
        let number = state.number;
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state);
        self.say("revision", number);
    }

    fn say(&self, what: &str, number: u64) {
        lock(&self.listeners).retain(|listener| listener.send(event(what, number)).is_ok());
    }

    /// Looks for everything that is wrong, beside the work; the flag calls it off.
    fn finish(self: &Arc<Self>, state: &Arc<State>) -> Arc<AtomicBool> {
        let stop = Arc::new(AtomicBool::new(state.diagnostics.get().is_some()));
        let (preview, state, called_off) = (Arc::clone(self), Arc::clone(state), Arc::clone(&stop));
        let work = move || {
            if state.number > 1 {
                preview.wait_for_quiet(&called_off);
            }
            if called_off.load(Ordering::Relaxed) {
                return;
            }
            if let Some(diagnostics) = background::run(|| state.revision.diagnostics(&called_off)) {
                state.diagnostics.get_or_init(|| Arc::new(diagnostics));
                preview.tell.complete(&state);
                preview.say("diagnostics", state.number);
            }
        };
        // Without a thread the diagnostics of parsing and resolving are shown, and nothing else is lost.
        drop(std::thread::Builder::new().name("diagnostics".to_owned()).spawn(work));
        stop
    }

    /// Somebody asks for a page.
    pub(super) fn asked(&self) {
        *lock(&self.asked) = Instant::now();
    }

    /// Waits until nobody has asked for a page for a while, or until it has taken long enough.
    fn wait_for_quiet(&self, called_off: &AtomicBool) {
        let end = Instant::now() + PATIENCE;
        let mut quiet = Instant::now() + QUIET;
        while Instant::now() < quiet.min(end) && !called_off.load(Ordering::Relaxed) {
            std::thread::sleep(quiet.min(end).saturating_duration_since(Instant::now()).min(LOOK));
            quiet = quiet.max(*lock(&self.asked) + QUIET);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn event(what: &str, number: u64) -> String {
    format!("event: {what}\ndata: {{\"revision\":{number}}}\n\n")
}

fn revise(
    read: &mut dyn Read,
    changes: &Changes,
    workshop: &mut Workshop,
    clock: &Clock,
) -> Result<(Inputs, Option<Arc<Revision>>), String> {
    clock.stage("scan");
    let inputs = read.read(changes)?;
    let revision = workshop.revise(&inputs.tree, &inputs.config, inputs.diagnostics.clone(), clock);
    Ok((inputs, revision))
}

/// Whether nothing at all is different.
fn same(a: &Inputs, b: &Inputs) -> bool {
    let files = |inputs: &Inputs| inputs.tree.files.len();
    a.config == b.config
        && a.diagnostics == b.diagnostics
        && files(a) == files(b)
        && a.tree.files.iter().zip(&b.tree.files).all(|((path, file), (other, old))| {
            path == other && Arc::ptr_eq(&file.bytes, &old.bytes) && file.history == old.history
        })
}
