//! The figures of search over generated knowledge bases. Not part of CI:
//! `cargo test --release --test search -- --ignored --nocapture benchmark`
//!
//! The generator is `../shared/corpus/gen_corpus.py`, or `TILTYARD_CORPUS_GENERATOR`; `TILTYARD_CORPUS_PAGES` is `100,1000,10000` unless it says otherwise.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use libdeflater::{CompressionLvl, Compressor};
use serde_json::{Value, json};
use tiltyard::{disk, pipeline, render, view};

use super::{ask, build, driver::Browser, server};

/// Words that few, some and very many pages have.
const WORDS: [&str; 8] =
    ["injection", "certificate", "subnet", "password", "webhook", "provenance", "escaping", "rollback"];

#[test]
#[ignore = "takes minutes and needs the generator of corpora"]
fn benchmark() {
    let generator = std::env::var("TILTYARD_CORPUS_GENERATOR")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/gen_corpus.py"), PathBuf::from);
    let sizes = std::env::var("TILTYARD_CORPUS_PAGES").unwrap_or_else(|_| "100,1000,10000".to_owned());
    for pages in sizes.split(',') {
        let (corpus, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let made = Command::new("python3")
            .arg(&generator)
            .args(["--pages", pages, "--format", "tiltyard", "--out"])
            .arg(corpus.path())
            .status()
            .unwrap();
        assert!(made.success(), "{} makes a corpus", generator.display());
        println!("\n{pages} pages");
        indexing(corpus.path());
        build(corpus.path(), out.path(), &[]);
        on_disk(&out.path().join("search"));
        in_the_browser(out.path());
    }
}

/// CPU seconds of this process so far, and its memory in use and at most, in megabytes.
fn process() -> (f64, f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> =
        stat.rsplit(") ").next().unwrap().split(' ').map(|field| field.trim().parse().unwrap_or(0.0)).collect();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let of = |name: &str| -> f64 {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    };
    ((fields[11] + fields[12]) / 100.0, of("VmRSS"), of("VmHWM"))
}

fn indexing(root: &Path) {
    let text = std::fs::read(root.join("tiltyard.yaml")).unwrap();
    let name = tiltyard::source::SourcePath::new("tiltyard.yaml");
    let file = tiltyard::source::SourceFile::new(text);
    let choices = pipeline::Choices::default();
    let config = pipeline::configure(Some((&name, &file)), &choices).value;
    let scan = disk::Scan {
        root,
        folders: &["content".to_owned()],
        files: &[],
        exclude: &[],
        loose: false,
        max_file: 10 << 20,
        git: false,
    };
    let tree = disk::scan(&scan).unwrap().value;
    let site = pipeline::published(&tree, &config, Vec::new()).value;
    let atlas = view::Atlas::new(&site);
    // The highest mark of memory begins anew.
    drop(std::fs::write("/proc/self/clear_refs", "5"));
    let (cpu, memory, _) = process();
    let start = Instant::now();
    let files = render::search::files(&view::search::site(&atlas), &render::search::Passages::default());
    let wall = start.elapsed().as_secs_f64();
    let (after, _, most) = process();
    println!(
        "  indexing          {:.2} CPU s, {wall:.2} s, {:.0} MB more at most, {} files",
        after - cpu,
        most - memory,
        files.len()
    );
}

fn on_disk(folder: &Path) {
    let mut groups: BTreeMap<char, (usize, u64, usize)> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if name.ends_with(".js") {
            let of = groups.entry(name.chars().next().unwrap()).or_default();
            let zipped = gzip(&std::fs::read(entry.path()).unwrap());
            *of = (of.0 + 1, of.1 + entry.metadata().unwrap().len(), of.2.max(zipped));
        }
    }
    let (files, bytes) = groups.values().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
    println!("  on disk           {:.1} MB in {files} files", bytes as f64 / 1e6);
    for (group, (files, bytes, most)) in groups {
        println!(
            "    {group}  {files:>4} files {:>8.2} MB, the largest {:.1} KB gzip",
            bytes as f64 / 1e6,
            most as f64 / 1e3
        );
    }
}

pub fn gzip(bytes: &[u8]) -> usize {
    let mut packer = Compressor::new(CompressionLvl::default());
    let mut room = vec![0; packer.gzip_compress_bound(bytes.len())];
    packer.gzip_compress(bytes, &mut room).unwrap()
}

/// What a page asked for beside HTML and CSS: requests, and bytes if the server packs them.
fn traffic(browser: &Browser, site: &Path) -> (usize, usize) {
    let asked = browser
        .run("return [...new Set(performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname))]");
    let paths = asked.as_array().unwrap().iter().map(|path| path.as_str().unwrap().trim_start_matches("/kb/"));
    let counted: Vec<usize> = paths
        .filter(|path| !path.ends_with(".css") && !path.ends_with('/'))
        .map(|path| std::fs::read(site.join(path)).map_or(0, |bytes| gzip(&bytes)))
        .collect();
    (counted.len(), counted.iter().sum())
}

fn in_the_browser(site: &Path) {
    let server = server::start(site, "/kb/");
    let base = format!("http://127.0.0.1:{}/kb/", server.port);
    let settled = "return document.querySelector('main [role=status]')?.textContent !== '' && document.querySelectorAll('main ol > li').length > 0";
    let mut first = Vec::new();
    for word in WORDS {
        let browser = Browser::start(false);
        browser.go(&format!("{base}search/?q={word}"));
        browser.wait_for(settled);
        std::thread::sleep(std::time::Duration::from_millis(700));
        let (requests, bytes) = traffic(&browser, site);
        browser.go(&format!("{base}search/?q={word}%20attacker"));
        browser.wait_for(settled);
        std::thread::sleep(std::time::Duration::from_millis(700));
        let (_, more) = traffic(&browser, site);
        browser.go(&base);
        let typed = ask(&browser, TYPING, &json!([word, "authorization check of the tenant"]));
        first.push(typed["first"].as_f64().unwrap());
        println!(
            "  {word:<12} {requests} requests, {:.1} KB; with another word {:.1} KB more; first query {:.0} ms, later keystrokes {:.1} ms in the median",
            bytes as f64 / 1e3,
            (more as f64 - bytes as f64) / 1e3,
            typed["first"].as_f64().unwrap(),
            median(&typed["later"])
        );
    }
    first.sort_by(f64::total_cmp);
    println!("  first query       {:.0} ms in the median", first[first.len() / 2]);
}

fn median(times: &Value) -> f64 {
    let mut times: Vec<f64> = times.as_array().unwrap().iter().map(|time| time.as_f64().unwrap()).collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// From an empty dialog: the time to the results of the first word, and to those of each further keystroke.
const TYPING: &str = "
    document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true, cancelable: true}));
    const input = document.querySelector('[role=combobox]'), list = document.querySelector('[role=listbox]');
    const type = (text) => new Promise((done) => {
        const from = performance.now();
        const watch = new MutationObserver(() => { watch.disconnect(); done(performance.now() - from); });
        watch.observe(list, {childList: true});
        input.value = text;
        input.dispatchEvent(new Event('input', {bubbles: true}));
        setTimeout(() => done(performance.now() - from), 3000);
    });
    const first = await type(data[0]);
    await new Promise((done) => setTimeout(done, 600));
    const later = [];
    for (let i = 1; i <= data[1].length; i++) {
        later.push(await type(data[0] + ' ' + data[1].slice(0, i)));
        await new Promise((done) => setTimeout(done, 120));
    }
    return {first, later};
";
