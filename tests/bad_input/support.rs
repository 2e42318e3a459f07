//! A knowledge base in a temporary folder, the program run on it with a time bound, and what both looked like.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_tiltyard");
/// After this long a run counts as hung. Generous: the machine may be busy and the program unoptimised.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// The configuration of [`Kb::strict`].
pub const CONFIG: &str = "title: Bad input\nbase_url: https://kb.example/sub\ntoday: 2026-11-02\n";

/// Every file, folder and link of a tree by path: what it is and what it holds.
pub type Tree = BTreeMap<Vec<u8>, Vec<u8>>;

/// What a [`Tree`] says of a folder.
pub const FOLDER: &[u8] = b"(a folder)";

/// A knowledge base in a folder that goes away.
pub struct Kb {
    dir: TempDir,
}

impl Kb {
    /// An empty folder: loose mode.
    pub fn empty() -> Self {
        // In memory where there is such a place: the suite makes some ten thousand files.
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        let builder = |place: PathBuf| tempfile::Builder::new().prefix("bad-input-").tempdir_in(place);
        let dir = builder(place).or_else(|_| builder(std::env::temp_dir())).unwrap();
        fs::create_dir(dir.path().join("kb")).unwrap();
        Self { dir }
    }

    /// A configuration, a home page and one page.
    pub fn strict() -> Self {
        Self::empty()
            .with("tiltyard.yaml", CONFIG)
            .with("content/index.md", "# Home\n\nHello.\n")
            .with("content/ok.md", "# Fine\n\nText.\n")
    }

    /// [`Kb::strict`] with the site that an earlier build made of it.
    pub fn built() -> Self {
        static OLD: OnceLock<Tree> = OnceLock::new();
        let old = OLD.get_or_init(|| {
            let kb = Self::strict();
            let run = kb.build(&[]);
            assert_eq!(run.code(), Some(0), "{run}");
            kb.site()
        });
        let kb = Self::strict();
        for (path, bytes) in old.iter().filter(|(_, bytes)| bytes.as_slice() != FOLDER) {
            kb.write(&format!("public/{}", String::from_utf8_lossy(path)), bytes);
        }
        kb
    }

    /// Its root.
    pub fn root(&self) -> PathBuf {
        self.dir.path().join("kb")
    }

    /// A folder that belongs to nobody: beside the root.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A path below the root.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// [`Kb::write`], chained.
    pub fn with(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.write(path, bytes);
        self
    }

    /// `tiltyard build --format json` in the root.
    pub fn build(&self, args: &[&str]) -> Run {
        let mut all = vec!["build", "--format", "json"];
        all.extend(args);
        self.run(&all)
    }

    /// The program in the root.
    pub fn run(&self, args: &[&str]) -> Run {
        let mut command = self.command();
        command.args(args);
        run(&mut command)
    }

    /// A command that runs the program in the root, with a quiet environment.
    pub fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.current_dir(self.root()).env_remove("CLICOLOR_FORCE").env("HOME", self.beside("home"));
        command
    }

    /// The published site.
    pub fn site(&self) -> Tree {
        tree(&self.path("public"))
    }

    /// Names in the root, sorted: staging leftovers would show up here.
    pub fn names(&self) -> Vec<String> {
        let cache = self.path(".tiltyard/CACHEDIR.TAG").is_file();
        names(&self.root()).into_iter().filter(|name| !(cache && name == ".tiltyard")).collect()
    }
}

/// Names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What one run did.
pub struct Run {
    /// How it ended; none when it had to be stopped.
    pub status: Option<ExitStatus>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

impl Run {
    /// The exit code; none when it hung or was killed.
    pub fn code(&self) -> Option<i32> {
        self.status.and_then(|status| status.code())
    }

    /// The diagnostics of `--format json`.
    pub fn diagnostics(&self) -> Vec<Value> {
        let json: Value = serde_json::from_str(&self.stdout).unwrap_or(Value::Null);
        json["diagnostics"].as_array().cloned().unwrap_or_default()
    }

    /// The diagnostics of one code.
    pub fn of(&self, code: &str) -> Vec<Value> {
        self.diagnostics().into_iter().filter(|diagnostic| diagnostic["code"] == code).collect()
    }

    /// What is wrong with every run, whatever it was about: it hung, died of a signal, panicked, gave an unknown exit code.
    pub fn fault(&self) -> Option<String> {
        let Some(status) = self.status else { return Some(format!("hung for {:.1?}", self.took)) };
        if let Some(signal) = status.signal() {
            return Some(format!("died of signal {signal}"));
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            for word in ["panicked at", "RUST_BACKTRACE", "stack overflow", "internal error", "unreachable code"] {
                if text.contains(word) {
                    return Some(format!("{name} says `{word}`"));
                }
            }
        }
        (!matches!(self.code(), Some(0 | 1 | 2 | 130))).then(|| format!("exit code {:?}", self.code()))
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = |text: &str| -> String { text.chars().take(1500).collect() };
        write!(
            f,
            "exit {:?} in {:.2?}\n  stdout: {}\n  stderr: {}",
            self.code(),
            self.took,
            short(&self.stdout),
            short(&self.stderr)
        )
    }
}

/// Runs a command to its end or to the end of our patience. Its output goes through files, so that no pipe can fill up.
pub fn run(command: &mut Command) -> Run {
    let files = [tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap()];
    let [out, err] = files.each_ref().map(|file| Stdio::from(file.try_clone().unwrap()));
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().unwrap();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if start.elapsed() > PATIENCE => {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(3)),
        }
    };
    let took = start.elapsed();
    let [stdout, stderr] = files.map(|mut file| {
        use std::io::{Read, Seek};
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    });
    Run { status, stdout, stderr, took }
}

/// Copies a folder with everything in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(drop).unwrap()
        }
    }
}

/// Everything below a folder; empty when it is not there.
pub fn tree(folder: &Path) -> Tree {
    let mut found = Tree::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(here) = folders.pop() {
        let Ok(entries) = fs::read_dir(&here) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().as_os_str().as_bytes().to_vec();
            let meta = path.symlink_metadata().unwrap();
            let what = if meta.is_dir() {
                folders.push(path);
                FOLDER.to_vec()
            } else if meta.is_symlink() {
                fs::read_link(&path).unwrap().as_os_str().as_bytes().to_vec()
            } else {
                fs::read(&path).unwrap()
            };
            found.insert(name, what);
        }
    }
    found
}

/// Mistakes found so far, so that one run tells all of them.
#[derive(Default)]
pub struct Tally {
    failures: Vec<String>,
    /// How many cases were looked at.
    pub cases: usize,
}

impl Tally {
    /// Notes a failure of a case unless `good`.
    pub fn hold(&mut self, case: &str, good: bool, why: impl FnOnce() -> String) {
        if !good {
            self.failures.push(format!("{case}: {}", why()));
        }
    }

    /// Looks at what holds for every run, and its exit code.
    pub fn ended(&mut self, case: &str, run: &Run, code: i32) {
        self.cases += 1;
        if let Some(fault) = run.fault() {
            self.failures.push(format!("{case}: {fault}\n  {run}"));
        } else {
            self.hold(case, run.code() == Some(code), || format!("expected exit {code}\n  {run}"));
        }
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        if !std::thread::panicking() && !self.failures.is_empty() {
            let mut all = String::new();
            self.failures.iter().for_each(|failure| writeln!(all, "- {failure}").unwrap());
            panic!("{} failures in {} cases\n{all}", self.failures.len(), self.cases);
        }
    }
}

/// Prints why a test does nothing here.
pub fn skip(test: &str, why: &str) {
    eprintln!("skipped: {test}: {why}");
}

/// We are root: permission bits mean nothing, and file systems can be mounted.
pub fn is_root() -> bool {
    rustix::process::getuid().is_root()
}
