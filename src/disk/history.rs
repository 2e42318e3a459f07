//! What git knows of the files: first and last day, and who wrote them.
//!
//! In: a root. Out: a [`History`] for every file that git knows, put into a tree, and a warning when it cannot be had.
//! Git is asked once, without pager, network or any program that a repository's own configuration might name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use super::error::visible;
use super::walk::{Found, tidy};
use crate::diagnostic::{Diagnostic, codes};
use crate::source::{History, SourceTree};

/// What git said about a knowledge base.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// By real path below the root.
    histories: BTreeMap<String, History>,
    /// Why there is nothing, or not everything.
    pub diagnostic: Option<Diagnostic>,
}

/// Asks git about everything below these folders of the root.
pub(super) fn ask(root: &Path, folders: &[String]) -> Past {
    let nothing = |why: &str| Past { histories: BTreeMap::new(), diagnostic: Some(missing(why)) };
    let shallow = match run(root, &["rev-parse", "--is-shallow-repository"]) {
        Ok(answer) => answer.starts_with(b"true"),
        Err(why) => return nothing(&why),
    };
    let log = match log(root, folders, "-M") {
        // A clone without blobs cannot compare contents, but it can see plain renames.
        Err(_) => log(root, folders, "-M100%"),
        log => log,
    };
    let diagnostic = shallow.then(|| {
        Diagnostic::new(&codes::SHALLOW_HISTORY, "dates come from git, and this clone does not have the whole history")
            .help("fetch it with `git fetch --unshallow` (in CI: `fetch-depth: 0`), or write `created` and `updated` into the pages")
    });
    match log {
        Ok(log) => Past { histories: read(&log, shallow), diagnostic },
        Err(why) => nothing(&why),
    }
}

impl Past {
    /// Fills in the history of every file of the tree, with none where git knows nothing.
    pub(super) fn fill(&self, tree: &mut SourceTree, found: &Found) {
        for (folder, files) in found {
            for (name, paths) in files {
                let real = folder.join(name);
                let history = real.to_str().and_then(|real| self.histories.get(real));
                for path in paths {
                    if let Some(file) = tree.files.get_mut(path.as_str()) {
                        file.history = history.cloned();
                    }
                }
            }
        }
    }
}

fn missing(why: &str) -> Diagnostic {
    Diagnostic::new(&codes::SHALLOW_HISTORY, format!("dates should come from git, but {}", visible(why)))
        .help("write `created` and `updated` into the pages, or leave out `dates: git`")
}

fn log(root: &Path, folders: &[String], renames: &str) -> Result<Vec<u8>, String> {
    let mut args = vec![
        "log",
        "-z",
        "--format=tformat:%x01%P%x01%as%x01%aN",
        "--name-status",
        "--relative",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-show-signature",
        "--encoding=UTF-8",
        "--topo-order",
        "-l400",
        renames,
        "--",
    ];
    args.extend(folders.iter().map(|folder| if tidy(folder).is_empty() { "." } else { tidy(folder) }));
    run(root, &args)
}

/// Runs git, closed off: no network (a clone without blobs would fetch them), no prompt, no lock, no file monitor, no replaced folders.
pub(super) fn run(root: &Path, args: &[&str]) -> Result<Vec<u8>, String> {
    let mut git = command(root);
    let output =
        git.args(args).output().map_err(|error| format!("git cannot be run: {}", super::error::reason(&error)))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let line =
        text.lines().find(|line| line.starts_with("fatal:")).or(text.lines().next()).unwrap_or("it gave no reason");
    Err(format!("git says: {}", line.trim_start_matches("fatal: ")))
}

/// Git, closed off, before it is told what to do.
pub(super) fn command(root: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(root).stdin(Stdio::null());
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
    ] {
        git.env_remove(name);
    }
    git.envs([
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("LC_ALL", "C"),
    ]);
    git.arg("--no-pager");
    for setting in [
        "core.fsmonitor=false",
        "core.quotepath=off",
        "core.hooksPath=/dev/null",
        "protocol.allow=never",
        "log.showSignature=false",
        "log.showRoot=true",
        "log.mailmap=true",
        "mailmap.file=",
        "mailmap.blob=",
    ] {
        git.args(["-c", setting]);
    }
    git
}

/// What is being made of one file while the log is read, newest commit first.
#[derive(Default)]
struct Life {
    created: String,
    updated: String,
    /// Newest first.
    authors: Vec<String>,
}

/// Reads a log into histories by today's paths. A commit without parents in a shallow clone is where history was cut off: it
/// lists every file there was, so it says nothing of any.
fn read(log: &[u8], shallow: bool) -> BTreeMap<String, History> {
    let mut lives: BTreeMap<String, Life> = BTreeMap::new();
    // Older name -> today's name.
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut commit: Option<(String, String)> = None;
    let mut parts =
        log.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part.strip_prefix(b"\n").unwrap_or(part)));
    while let Some(part) = parts.next() {
        if let Some(head) = part.strip_prefix('\u{1}') {
            commit = header(head, shallow);
            continue;
        }
        let Some(status) = part.chars().next() else { continue };
        let Some(path) = parts.next() else { break };
        let before = path.into_owned();
        let after = if matches!(status, 'R' | 'C') { parts.next().map(std::borrow::Cow::into_owned) } else { None };
        let today = |name: &str| names.get(name).cloned().unwrap_or_else(|| name.to_owned());
        let now = today(after.as_deref().unwrap_or(&before));
        if let Some((date, author)) = &commit {
            lives.entry(now.clone()).or_default().touched(date, author);
        }
        if status == 'R' {
            names.insert(before, now);
        }
    }
    lives.into_iter().map(|(path, life)| (path, life.into_history())).collect()
}

/// Date and author of a commit, if it can be believed.
fn header(head: &str, shallow: bool) -> Option<(String, String)> {
    let mut fields = head.splitn(3, '\u{1}');
    let (parents, date, author) = (fields.next()?, fields.next()?, fields.next()?);
    let cut_off = shallow && parents.is_empty();
    let date: jiff::civil::Date = date.parse().ok()?;
    (!cut_off).then(|| (date.to_string(), author.to_owned()))
}

impl Life {
    fn touched(&mut self, date: &str, author: &str) {
        if self.created.is_empty() || date < self.created.as_str() {
            date.clone_into(&mut self.created);
        }
        if date > self.updated.as_str() {
            date.clone_into(&mut self.updated);
        }
        self.authors.push(author.to_owned());
    }

    fn into_history(self) -> History {
        let mut seen = BTreeSet::new();
        let authors =
            self.authors.into_iter().rev().filter(|name| !name.is_empty() && seen.insert(name.clone())).collect();
        History { created: self.created, updated: self.updated, authors }
    }
}
