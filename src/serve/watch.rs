//! Being told that the sources changed.
//!
//! In: what the preview reads. Out: a channel of [`Changes`], one for each burst of events: after 20 ms of quiet, at the latest 200 ms after
//! the first. Folders are watched, not files, so that an editor may write as it likes; a folder that appears is named as a whole once it
//! is watched, so that nothing that was put into it meanwhile is missed.
#![allow(clippy::disallowed_methods, reason = "a burst is measured by the clock")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::disk::{Changes, DiskError, Places, Scan, Stamp};

/// How long it has to be quiet before changes are passed on.
const QUIET: Duration = Duration::from_millis(20);
/// How long changes wait at most.
const MOST: Duration = Duration::from_millis(200);
/// How often it is looked whether a root that is gone is there again.
const GONE: Duration = Duration::from_millis(300);
/// How often the folders are looked through when they have to be and nobody said how often.
pub const POLL: Duration = Duration::from_millis(500);

/// What to watch: what a scan reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchOptions {
    root: PathBuf,
    folders: Vec<String>,
    files: Vec<String>,
    exclude: Vec<String>,
    loose: bool,
    git: bool,
    poll: Option<Duration>,
}

impl WatchOptions {
    /// To watch everything that this request reads; with `poll` by looking again and again, for file systems that tell nothing.
    #[must_use]
    pub fn new(request: &Scan<'_>, poll: Option<Duration>) -> Self {
        Self {
            root: request.root.to_path_buf(),
            folders: request.folders.to_vec(),
            files: request.files.to_vec(),
            exclude: request.exclude.to_vec(),
            loose: request.loose,
            git: request.git,
            poll,
        }
    }

    fn places(&self) -> Result<Places, DiskError> {
        let (folders, files, exclude) = (&self.folders, &self.files, &self.exclude);
        let (loose, git) = (self.loose, self.git);
        Places::of(&Scan { root: &self.root, folders, files, exclude, loose, max_file: 0, git })
    }

    /// The stamps of everything; none while the root is not there.
    fn stamps(&self) -> BTreeMap<PathBuf, Stamp> {
        self.places().map(|places| places.stamps()).unwrap_or_default()
    }
}

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    notes: Sender<Note>,
    thread: Option<JoinHandle<()>>,
}

/// What the watching thread is told.
#[derive(Debug)]
enum Note {
    Event(notify::Result<Event>),
    Stop,
}

impl Watcher {
    /// Starts watching. Everything that changes after this returns is passed on, so the sources are best read after it.
    /// Paths in [`Changes`] are absolute and real ones; what is named may have changed, and need not have. Nothing is passed on for what
    /// is never read.
    ///
    /// # Errors
    /// When the root is not there, or the system does not let us watch.
    pub fn start(options: WatchOptions) -> Result<(Self, Receiver<Changes>), WatchError> {
        let (notes, inbox) = channel();
        let (changes, receiver) = channel();
        let run: Box<dyn FnOnce() + Send> = if let Some(every) = options.poll {
            let stamps = options.places().map_err(WatchError::Disk)?.stamps();
            Box::new(move || poll(&options, every, stamps, &inbox, &changes))
        } else {
            let mut watch = Watch::new(options, notes.clone())?;
            watch.cover(&[])?;
            Box::new(move || watch.run(&inbox, &changes))
        };
        let thread = std::thread::Builder::new().name("watch".to_owned()).spawn(run);
        let thread = thread.map_err(WatchError::thread)?;
        Ok((Self { notes, thread: Some(thread) }, receiver))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.notes.send(Note::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The watching thread's own.
struct Watch {
    options: WatchOptions,
    system: RecommendedWatcher,
    places: Places,
    /// The folders that are watched.
    watched: BTreeSet<PathBuf>,
}

/// Events that belong together.
#[derive(Default)]
struct Burst {
    paths: BTreeSet<PathBuf>,
    /// The system lost events, or so much changed that nothing is sure.
    all: bool,
}

impl Watch {
    fn new(options: WatchOptions, notes: Sender<Note>) -> Result<Self, WatchError> {
        let places = options.places().map_err(WatchError::Disk)?;
        let tell = move |event: notify::Result<Event>| {
            // That we read a file is an event as well.
            if !event.as_ref().is_ok_and(|event| matches!(event.kind, EventKind::Access(_))) {
                let _ = notes.send(Note::Event(event));
            }
        };
        let system = notify::recommended_watcher(tell).map_err(WatchError::System)?;
        Ok(Self { options, system, places, watched: BTreeSet::new() })
    }

    /// Gathers bursts and passes them on, until it is told to stop or nobody listens.
    fn run(mut self, inbox: &Receiver<Note>, changes: &Sender<Changes>) {
        let mut gone = false;
        loop {
            let note = if gone { inbox.recv_timeout(GONE) } else { inbox.recv().map_err(RecvTimeoutError::from) };
            let mut burst = Burst { all: gone, ..Burst::default() };
            match note {
                Ok(Note::Event(event)) if self.note(&mut burst, &event) || gone => {
                    if !self.gather(&mut burst, inbox) {
                        return;
                    }
                }
                Ok(Note::Event(_)) => continue,
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Note::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
            let was_gone = gone;
            match self.settle(&mut burst) {
                Ok(()) => gone = false,
                Err(WatchError::Disk(_)) => (gone, burst.all) = (true, true),
                Err(WatchError::System(_)) => {
                    // No more folders can be watched, so from now on they are looked through.
                    let _ = changes.send(Changes::All);
                    let stamps = self.options.stamps();
                    drop(self.system);
                    return poll(&self.options, POLL, stamps, inbox, changes);
                }
            }
            let told = was_gone && gone;
            let news = if burst.all { Changes::All } else { Changes::Paths(burst.paths) };
            if !told && changes.send(news).is_err() {
                return;
            }
        }
    }

    /// Takes events until it has been quiet, or for long enough; whether to go on at all.
    fn gather(&self, burst: &mut Burst, inbox: &Receiver<Note>) -> bool {
        let end = Instant::now() + MOST;
        let mut quiet = Instant::now() + QUIET;
        loop {
            let wait = quiet.min(end).saturating_duration_since(Instant::now());
            match inbox.recv_timeout(wait) {
                Ok(Note::Event(event)) => {
                    if self.note(burst, &event) {
                        quiet = Instant::now() + QUIET;
                    }
                }
                Err(RecvTimeoutError::Timeout) => return true,
                Ok(Note::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            }
            if Instant::now() >= end {
                return true;
            }
        }
    }

    /// Adds an event to a burst; whether it matters.
    fn note(&self, burst: &mut Burst, event: &notify::Result<Event>) -> bool {
        match event {
            Ok(event) if !event.need_rescan() => {
                let paths: Vec<&PathBuf> = event.paths.iter().filter(|path| self.places.concerns(path)).collect();
                burst.paths.extend(paths.iter().copied().cloned());
                !paths.is_empty()
            }
            _ => {
                burst.all = true;
                true
            }
        }
    }

    /// Watches other folders, if a folder or a link is among what changed.
    fn settle(&mut self, burst: &mut Burst) -> Result<(), WatchError> {
        let turned: Vec<&PathBuf> = burst.paths.iter().filter(|path| self.places.turns_on(path)).collect();
        if burst.all || !turned.is_empty() {
            // A folder of such a name need not be the one that is watched.
            let doubt: Vec<PathBuf> =
                if burst.all { vec![PathBuf::from("/")] } else { turned.into_iter().cloned().collect() };
            burst.paths.extend(self.cover(&doubt)?);
        }
        Ok(())
    }

    /// Watches every folder that there is to watch, and none else, and anew those at and below the doubtful paths; says which. A folder
    /// may get others before it is watched, so it is looked again until there is nothing new.
    fn cover(&mut self, doubt: &[PathBuf]) -> Result<BTreeSet<PathBuf>, WatchError> {
        let mut fresh = BTreeSet::new();
        loop {
            self.places = self.options.places().map_err(WatchError::Disk)?;
            let folders = &self.places.folders;
            let is_sure = |folder: &PathBuf| {
                fresh.contains(folder)
                    || (self.watched.contains(folder) && !doubt.iter().any(|path| folder.starts_with(path)))
            };
            let added: Vec<PathBuf> = folders.iter().filter(|folder| !is_sure(folder)).cloned().collect();
            let mut paths = self.system.paths_mut();
            for folder in self.watched.difference(folders) {
                let _ = paths.remove(folder);
            }
            let mut full = None;
            for folder in &added {
                // One that is gone again, or that we may not read, is told of by the folder it lies in.
                if let Err(error) = paths.add(folder, RecursiveMode::NonRecursive)
                    && matches!(error.kind, notify::ErrorKind::MaxFilesWatch)
                {
                    full = Some(error);
                }
            }
            paths.commit().map_err(WatchError::System)?;
            if let Some(error) = full {
                return Err(WatchError::System(error));
            }
            self.watched.clone_from(folders);
            if added.is_empty() {
                return Ok(fresh);
            }
            fresh.extend(added);
        }
    }
}

/// Looks through the folders again and again. What changed is named once more the next time, because it may have been written to
/// again in the same tick of the file system's clock.
fn poll(
    options: &WatchOptions,
    every: Duration,
    mut before: BTreeMap<PathBuf, Stamp>,
    inbox: &Receiver<Note>,
    changes: &Sender<Changes>,
) {
    let mut again = BTreeSet::new();
    loop {
        match inbox.recv_timeout(every) {
            Err(RecvTimeoutError::Timeout) | Ok(Note::Event(_)) => {}
            Ok(Note::Stop) | Err(RecvTimeoutError::Disconnected) => return,
        }
        let now = options.stamps();
        let made = now.iter().filter(|(path, stamp)| before.get(*path) != Some(stamp)).map(|(path, _)| path);
        let gone = before.keys().filter(|path| !now.contains_key(*path));
        let differ: BTreeSet<PathBuf> = made.chain(gone).cloned().collect();
        let news: BTreeSet<PathBuf> = differ.union(&again).cloned().collect();
        (before, again) = (now, differ);
        if !news.is_empty() && changes.send(Changes::Paths(news)).is_err() {
            return;
        }
    }
}

/// Why nothing can be watched.
#[derive(Debug)]
pub enum WatchError {
    /// The root is not there.
    Disk(DiskError),
    /// The system does not let us.
    System(notify::Error),
}

impl WatchError {
    /// There is no thread to be had.
    #[must_use]
    pub fn thread(error: std::io::Error) -> Self {
        Self::System(notify::Error::io(error))
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Disk(error) => error.help(),
            Self::System(error) if matches!(error.kind, notify::ErrorKind::MaxFilesWatch) => {
                Some("raise `fs.inotify.max_user_watches`, or use `--poll`".to_owned())
            }
            Self::System(_) => Some("use `--poll`".to_owned()),
        }
    }
}

impl fmt::Display for WatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk(error) => error.fmt(f),
            Self::System(error) if matches!(error.kind, notify::ErrorKind::MaxFilesWatch) => {
                f.write_str("cannot watch the sources: the system's number of watched folders is used up")
            }
            Self::System(error) => write!(f, "cannot watch the sources: {error}"),
        }
    }
}

impl std::error::Error for WatchError {}

#[cfg(test)]
mod tests;
