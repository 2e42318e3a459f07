//! Search as readers use it: the index of the sample, read by the real JavaScript in a real browser.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test lays things out on disk, runs the program on them, and may fail loudly"
)]

#[path = "../browser/driver.rs"]
mod driver;
#[path = "../browser/server.rs"]
#[allow(dead_code, reason = "shared with the tests of pages")]
mod server;

mod benchmark;
mod dialog;
mod explain;
mod index;
mod judged;
mod safety;

use std::path::Path;
use std::process::Command;

use driver::Browser;
use serde_json::{Value, json};

/// Builds a knowledge base.
fn build(root: &Path, out: &Path, flags: &[&str]) {
    let run = Command::new(env!("CARGO_BIN_EXE_tiltyard"))
        .arg("--root")
        .arg(root)
        .arg("--out")
        .arg(out)
        .args(["--quiet", "build"])
        .args(flags)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// Runs an asynchronous function body in the page with some data, and returns what it returns.
fn ask(browser: &Browser, body: &str, data: &Value) -> Value {
    browser.run(&format!(
        "window.answer = undefined; (async (data) => {{ {body} }})({data}).then((value) => (window.answer = {{value}}), (error) => (window.answer = {{error: String(error)}}))"
    ));
    browser.wait_for("return window.answer !== undefined");
    let answer = browser.run("return window.answer");
    assert!(answer["error"].is_null(), "{answer}");
    answer["value"].clone()
}

/// Opens the page of results with the engine at hand.
fn open(browser: &Browser, base: &str) {
    browser.go(&format!("{base}search/?q=sql"));
    browser.wait_for("return !!window.tiltyard && document.querySelectorAll('main ol > li').length > 0");
}

/// The first links of a query's results, as addresses from the site's root.
const RESULTS: &str = "const found = await tiltyard.search(one.query); \
    const items = await tiltyard.describe(found, found.pages.slice(0, 10), true); \
    out.push(items.map((item) => item.url));";

#[test]
fn the_browser_reads_words_as_the_index_does() {
    let folder = tempfile::tempdir().unwrap();
    let server = server::start(folder.path(), "/kb/");
    let base = format!("http://127.0.0.1:{}/kb/", server.port);
    build(repository(), folder.path(), &[]);
    let browser = Browser::start(false);
    open(&browser, &base);
    let fixtures: Value = serde_json::from_str(include_str!("words.json")).unwrap();
    let texts: Vec<&Value> = fixtures.as_array().unwrap().iter().map(|one| &one[0]).collect();
    let read = ask(
        &browser,
        "return data.map((text) => tiltyard.words(text).map((word) => [word.term, word.place]))",
        &json!(texts),
    );
    for (at, fixture) in fixtures.as_array().unwrap().iter().enumerate() {
        assert_eq!(read[at], fixture[1], "{}", fixture[0]);
    }
}
