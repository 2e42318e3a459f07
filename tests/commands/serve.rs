//! `serve` as a program: what it says on the terminal, what it serves after changes of every sort, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// What has not happened by then never will.
const PATIENCE: Duration = Duration::from_secs(30);

struct Serving {
    child: Child,
    lines: Receiver<String>,
    /// Host and port, and the path below which the site is.
    host: String,
    base: String,
}

impl Serving {
    fn start(root: &Path, flags: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tiltyard"));
        command.args(["serve", "--port", "0", "--root"]).arg(root).args(flags).env("NO_COLOR", "1");
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let (sender, lines) = channel();
        let said = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || said.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut serving = Self { child, lines, host: String::new(), base: String::new() };
        let url = serving.said("serving http://").split_whitespace().nth(1).unwrap().to_owned();
        let (host, base) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        (serving.host, serving.base) = (host.to_owned(), format!("/{base}"));
        serving
    }

    /// The next line with these words.
    fn said(&self, words: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).unwrap_or_else(|_| panic!("it never says `{words}`"));
            if line.contains(words) {
                return line;
            }
        }
    }

    fn get(&self, path: &str) -> (u16, String) {
        let port = self.host.rsplit_once(':').unwrap().1;
        let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        write!(stream, "GET {}{path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.base, self.host).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
    }

    /// Waits until a page has these words; nothing is wanted of one that is to be gone.
    fn shows(&self, path: &str, words: Option<&str>) {
        let until = Instant::now() + PATIENCE;
        let right = |(status, text): (u16, String)| match words {
            Some(words) => status == 200 && text.contains(words),
            None => status == 404,
        };
        while !right(self.get(path)) {
            assert!(Instant::now() < until, "{path} never shows {words:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn knowledge_base() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "tiltyard.yaml", "title: Served\naudiences: [public]\ndefault_audience: public\n");
    put(folder.path(), "content/index.md", "# Home\n\nBegin.\n");
    put(folder.path(), "content/guides/one.md", "# One\n\nThe first words.\n");
    folder
}

#[test]
fn mistakes_are_told_once_and_then_only_what_changed() {
    let folder = knowledge_base();
    let root = folder.path();
    put(root, "content/guides/two.md", "# Two\n\n[a](gone.md) [b](lost.md)\n");
    let serving = Serving::start(root, &[]);
    assert!(serving.said(" due in ").starts_with("2 errors, 0 warnings, 0 due in "));
    put(root, "content/guides/two.md", "# Two\n\n[a](one.md) [b](one.md) ![c](none.png)\n");
    assert_eq!(serving.said(" fixed, "), "2 fixed, 1 new; 1 errors, 0 warnings, 0 due");
    // A line that only moves is no news.
    put(root, "content/guides/two.md", "# Two\n\nMore.\n\n[a](one.md) [b](one.md) ![c](none.png)\n");
    serving.shows("guides/two/", Some("More."));
    put(root, "content/guides/two.md", "# Two\n\nNothing.\n");
    assert_eq!(serving.said(" fixed, "), "1 fixed, 0 new; 0 errors, 0 warnings, 0 due");
}

#[test]
fn an_interrupt_ends_it_at_once_and_well() {
    let folder = knowledge_base();
    let mut serving = Serving::start(folder.path(), &[]);
    // A browser that listens is no reason to stay.
    let _listening = TcpStream::connect(&serving.host).unwrap();
    let start = Instant::now();
    kill_process(Pid::from_child(&serving.child), Signal::INT).unwrap();
    assert_eq!(serving.child.wait().unwrap().code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(5), "it took {:?}", start.elapsed());
}

#[test]
fn an_interrupt_ends_it_well_while_it_starts() {
    let folder = knowledge_base();
    let text = "A sentence of some length with *words* and a [link](../index.md).\n\n".repeat(20);
    for page in 0..1_500 {
        put(folder.path(), &format!("content/many/{page}.md"), &format!("# Page {page}\n\n{text}"));
    }
    let mut early = 0;
    for milliseconds in [60, 100, 150, 220, 300] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tiltyard"));
        command.args(["serve", "--port", "0", "--root"]).arg(folder.path()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        let start = Instant::now();
        kill_process(Pid::from_child(&child), Signal::INT).unwrap();
        let code = child.wait().unwrap().code();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(code, Some(0), "after {milliseconds} ms: {said}");
        assert!(start.elapsed() < Duration::from_secs(5), "after {milliseconds} ms it took {:?}", start.elapsed());
        early += usize::from(!said.contains("serving http://"));
    }
    assert!(early > 0, "every interrupt came after it had started");
}

#[test]
fn other_addresses_are_warned_of() {
    let folder = knowledge_base();
    let serving = Serving::start(folder.path(), &["--bind", "0.0.0.0"]);
    assert!(serving.said("warning: ").contains("everybody who can reach 0.0.0.0 sees this site"));
    let loopback = Serving::start(folder.path(), &[]);
    loopback.said(" due in ");
    assert!(loopback.lines.try_iter().all(|line| !line.contains("warning")));
}

/// Everything that editors and git do to a folder, and what is served after it.
fn follows_every_sort_of_change(flags: &[&str]) {
    let folder = knowledge_base();
    let root = folder.path();
    put(root, "content/shared/real.md", "# Real\n\nBehind a link.\n");
    std::os::unix::fs::symlink("../shared", root.join("content/guides/linked")).unwrap();
    let serving = Serving::start(root, &[flags, &["--base-url", "https://kb.example/sub"]].concat());
    assert_eq!(serving.base, "/sub/");
    let one = root.join("content/guides/one.md");
    // In place, over a copy, and by way of a backup.
    std::fs::write(&one, "# One\n\nIn place.\n").unwrap();
    serving.shows("guides/one/", Some("In place."));
    std::fs::write(root.join("content/guides/.one.md.swp"), "# One\n\nRenamed.\n").unwrap();
    std::fs::rename(root.join("content/guides/.one.md.swp"), &one).unwrap();
    serving.shows("guides/one/", Some("Renamed."));
    std::fs::rename(&one, root.join("content/guides/one.md~")).unwrap();
    std::fs::write(&one, "# One\n\nAfter a backup.\n").unwrap();
    serving.shows("guides/one/", Some("After a backup."));
    // Gone and made again, and in pieces.
    std::fs::remove_file(&one).unwrap();
    serving.shows("guides/one/", None);
    let mut file = std::fs::File::create(&one).unwrap();
    for piece in ["# One\n", "\nPiece ", "by ", "piece.\n"] {
        file.write_all(piece.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(30));
    }
    serving.shows("guides/one/", Some("Piece by piece."));
    // New folders, one in another, and a folder that is moved.
    put(root, "content/new/deep/page.md", "# Deep\n\nFrom a new folder.\n");
    serving.shows("new/deep/page/", Some("From a new folder."));
    std::fs::rename(root.join("content/new"), root.join("content/moved")).unwrap();
    serving.shows("moved/deep/page/", Some("From a new folder."));
    serving.shows("new/deep/page/", None);
    // A file behind a link inside the root has two addresses.
    put(root, "content/shared/real.md", "# Real\n\nChanged behind it.\n");
    serving.shows("guides/linked/real/", Some("Changed behind it."));
    serving.shows("shared/real/", Some("Changed behind it."));
    // Very many at once.
    for at in 0..300 {
        put(root, &format!("content/many/{at}.md"), &format!("# Number {at}\n\nOne of many.\n"));
    }
    for at in 0..300 {
        serving.shows(&format!("many/{at}/"), Some("One of many."));
    }
}

#[test]
fn every_sort_of_change_is_served() {
    follows_every_sort_of_change(&[]);
}

#[test]
fn every_sort_of_change_is_served_without_events() {
    follows_every_sort_of_change(&["--poll", "50"]);
}
