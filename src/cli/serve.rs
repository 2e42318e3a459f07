//! `tiltyard serve`: the site on this machine, right after every change.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::args::{Args, ServeOptions, SiteOptions};
use super::fault::Fault;
use super::knowledge_base::{self, Request};
use super::progress::END;
use super::{report, screen};
use crate::diagnostic::{Diagnostic, Severity};
use crate::disk::{Changes, Scan, Snapshot};
use crate::serve::{self, Desk, Hosts, Inputs, Preview, Read, Server, State, Tell, WatchError, WatchOptions, Watcher};
use crate::source::SourceTree;

/// The port when none is asked for.
const PORT: u16 = 4747;
/// Where diagnostics lead unless the configuration names another editor.
const EDITOR: &str = "vscode://file/{path}:{line}:{column}";

/// Runs it until it is interrupted.
pub fn run(args: &Args, options: &ServeOptions) -> Result<ExitCode, Fault> {
    // An interrupt is how it is meant to end, also while the sources are still being read. Nobody else sets it.
    let server = Arc::new(OnceLock::<Server>::new());
    let running = Arc::clone(&server);
    drop(END.set(Box::new(move || running.get().into_iter().for_each(Server::stop))));
    let choices = knowledge_base::choices(&options.site)?;
    let request = Request::new(args, &options.site, &choices)?.with_configuration();
    let could_not = |what: &str, error: &dyn std::fmt::Display| Fault::Usage(format!("{what}: {error}"), None);
    let listener = serve::listen(options.bind, options.port, PORT).map_err(|error| {
        let port = options.port.unwrap_or(PORT);
        Fault::usage(format!("port {port} of {} cannot be had: {error}", options.bind), "give another with `--port`")
    })?;
    let address = listener.local_addr().map_err(|error| could_not("the port is not known", &error))?;
    let poll = options.poll.map(Duration::from_millis);
    let (sender, changes) = channel();
    let watch =
        Watch::start(&request.scan(), poll, &sender).map_err(|error| Fault::Usage(error.to_string(), error.help()))?;
    let root = request.root.canonicalize().unwrap_or_else(|_| request.root.clone());
    let editor = request.config.editor.clone().unwrap_or_else(|| EDITOR.to_owned());
    let base = request.config.base_path().to_owned();

    // The command's arguments live as long as the program.
    let mut reader = Sources {
        args: args.clone(),
        options: options.site.clone(),
        snapshot: None,
        missed: Changes::default(),
        watch,
        sender,
    };
    let terminal = Arc::new(Terminal { args: args.clone(), options: options.site.clone(), before: Mutex::new(None) });
    let token = serve::token().map_err(|error| could_not("there are no random numbers", &error))?;
    let (preview, workshop) = Preview::start(&mut reader, terminal, token).map_err(|why| Fault::Usage(why, None))?;
    let desk = Desk { preview: Arc::clone(&preview), editor, root: root.to_string_lossy().replace('\\', "/") };
    let started = serve::serve(listener, Hosts::of(address), Arc::new(desk))
        .map_err(|error| could_not("the server cannot be started", &error))?;
    drop(server.set(started));
    greet(options, address, &base);
    let followed = preview.follow(Box::new(reader), workshop, changes);
    followed.map_err(|error| could_not("the sources cannot be followed", &error))?;
    Ok(ExitCode::SUCCESS)
}

fn greet(options: &ServeOptions, address: SocketAddr, base: &str) {
    let shown =
        if address.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], address.port())) } else { address };
    let url = format!("http://{shown}{base}/");
    screen::say(&format!("serving {url}  (Ctrl-C ends)"));
    if !options.bind.is_loopback() {
        screen::say(&format!("warning: everybody who can reach {} sees this site, drafts and all", options.bind));
    }
    if options.open
        && std::io::stderr().is_terminal()
        && let Err(error) = open::that_detached(&url)
    {
        screen::say(&format!("warning: no browser could be opened: {error}"));
    }
}

/// The sources on disk, read again where they changed.
struct Sources {
    args: Args,
    options: SiteOptions,
    snapshot: Option<Snapshot>,
    /// Changes that could not be read yet.
    missed: Changes,
    watch: Watch,
    sender: Sender<Changes>,
}

/// What is watched at the moment: the configuration may name other folders the next.
struct Watch {
    options: WatchOptions,
    poll: Option<Duration>,
    _watcher: Watcher,
}

impl Watch {
    fn start(scan: &Scan<'_>, poll: Option<Duration>, sender: &Sender<Changes>) -> Result<Self, WatchError> {
        let options = WatchOptions::new(scan, poll);
        let (watcher, changes) = Watcher::start(options.clone())?;
        let sender = sender.clone();
        let pass_on = move || changes.iter().try_for_each(|change| sender.send(change));
        std::thread::Builder::new().name("changes".to_owned()).spawn(pass_on).map_err(WatchError::thread)?;
        Ok(Self { options, poll, _watcher: watcher })
    }
}

impl Read for Sources {
    fn read(&mut self, changes: &Changes) -> Result<Inputs, String> {
        let said = |fault: Fault| {
            let (message, help) = fault.lines();
            help.map_or(message.clone(), |help| format!("{message}; {help}"))
        };
        let choices = knowledge_base::choices(&self.options).map_err(said)?;
        let request = Request::new(&self.args, &self.options, &choices).map_err(said)?.with_configuration();
        let scan = request.scan();
        if self.watch.options != WatchOptions::new(&scan, self.watch.poll) {
            // The new one stands before the old one goes, and both before the folders are read.
            let watch = Watch::start(&scan, self.watch.poll, &self.sender);
            self.watch = watch.map_err(|error| error.to_string())?;
        }
        self.missed.merge(changes.clone());
        let snapshot = match &self.snapshot {
            Some(before) => before.refresh(&scan, &self.missed),
            None => Snapshot::take(&scan),
        };
        let snapshot = snapshot.map_err(|error| said(error.into()))?;
        self.missed = Changes::default();
        let mut tree = Arc::clone(snapshot.tree());
        if request.file.files.iter().any(|(path, file)| tree.files.get(path).is_none_or(|one| one.bytes != file.bytes))
        {
            // A configuration outside the root, or one that was written a moment ago.
            Arc::make_mut(&mut tree).files.extend(request.file.files.clone());
        }
        let diagnostics = request.diagnostics.iter().chain(snapshot.diagnostics()).cloned().collect();
        let config = Arc::new(request.config.clone());
        self.snapshot = Some(snapshot);
        Ok(Inputs { tree, config, diagnostics })
    }
}

/// Tells what is wrong once, and then only what has changed.
struct Terminal {
    args: Args,
    options: SiteOptions,
    before: Mutex<Option<Vec<Diagnostic>>>,
}

impl Tell for Terminal {
    fn complete(&self, state: &State) {
        let now = state.told();
        let before = self.before.lock().unwrap_or_else(PoisonError::into_inner).replace(now.to_vec());
        let fresh: Vec<Diagnostic> = match &before {
            Some(before) => only(&now, before),
            None => now.to_vec(),
        };
        if !fresh.is_empty() {
            screen::news(&self.args, &self.options, &fresh, &state.inputs.tree);
        }
        if self.args.quiet {
            return;
        }
        let milliseconds = state.took().as_millis();
        match before {
            None => screen::say(&format!("{} in {milliseconds} ms", counts(&now))),
            Some(before) => {
                let fixed = only(&before, &now).len();
                if fixed + fresh.len() > 0 {
                    screen::say(&format!("{fixed} fixed, {} new; {}", fresh.len(), counts(&now)));
                }
            }
        }
    }

    fn fault(&self, why: &str) {
        screen::say(&format!("error: {why}"));
    }

    fn describe(&self, diagnostics: &[Diagnostic], tree: &SourceTree) -> serde_json::Value {
        let report = report::Report { diagnostics, sources: tree, pages: 0, root: None };
        serde_json::to_value(report::describe(&report)).unwrap_or_default()
    }
}

/// Those that the others do not have. A line that has only moved is the same mistake.
fn only(these: &[Diagnostic], those: &[Diagnostic]) -> Vec<Diagnostic> {
    let what =
        |one: &Diagnostic| (one.code.name, one.place.as_ref().map(|place| place.path.clone()), one.message.clone());
    let mut known: Vec<_> = those.iter().map(what).collect();
    known.sort();
    let is_new = |one: &&Diagnostic| {
        let found = known.binary_search(&what(one));
        found.map(|at| known.remove(at)).is_err()
    };
    let mut is_new = is_new;
    these.iter().filter(|one| is_new(one)).cloned().collect()
}

fn counts(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|one| one.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    format!("{errors} errors, {warnings} warnings, {} due", count(Severity::Due))
}
