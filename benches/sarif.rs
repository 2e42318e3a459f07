//! How fast and in how much memory a SARIF log of 200 MB is read: `cargo bench --bench sarif [-- MEGABYTES]`.
//!
//! In one run, on one file made for it: `serde_json::from_reader::<IgnoredAny>`, which looks at nothing and keeps nothing, and
//! the reader of scans. Fails when the reader has less than a third of that speed, or the process ever held 300 MB.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark makes a file, looks at the clock and prints what it saw"
)]

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::time::{Duration, Instant};

use serde::de::IgnoredAny;
use tiltyard::import::sarif;

const RULES: usize = 400;

fn main() {
    let megabytes: u64 = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(200);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.sarif");
    let results = write(&path, megabytes * 1_000_000);
    let size = path.metadata().unwrap().len();
    println!("{:.0} MB, {results} results", mega(size));
    // The disk's cache is warm for both.
    std::io::copy(&mut File::open(&path).unwrap(), &mut std::io::sink()).unwrap();
    let ignored = best(|| {
        let reader = BufReader::with_capacity(64 * 1024, File::open(&path).unwrap());
        serde_json::from_reader::<_, IgnoredAny>(reader).unwrap();
    });
    let mut seen = 0;
    let read = best(|| {
        let log = sarif::read(File::open(&path).unwrap(), &mut |path| u32::try_from(path.len()).unwrap()).unwrap();
        seen = log.runs.iter().flat_map(|run| &run.hits).map(|hit| hit.count).sum();
    });
    assert_eq!(seen, results, "every result is counted");
    let speed = |time: Duration| mega(size) / time.as_secs_f64();
    let ratio = ignored.as_secs_f64() / read.as_secs_f64();
    let peak = peak();
    println!("IgnoredAny  {:>6.0} MB/s", speed(ignored));
    println!("sarif::read {:>6.0} MB/s, {ratio:.2} of that", speed(read));
    println!("peak memory {:>6.0} MB", mega(peak));
    assert!(ratio >= 1.0 / 3.0, "less than a third of the speed");
    assert!(peak < 300_000_000, "300 MB of memory or more");
}

#[allow(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn best(mut run: impl FnMut()) -> Duration {
    let timed = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..3).map(|_| timed(&mut run)).min().unwrap()
}

/// The most memory this process ever had, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says how much memory was used");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// A log as scanners write it, with snippets, flows and fingerprints. Returns how many results it has.
fn write(path: &std::path::Path, size: u64) -> u64 {
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(br#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"Bench","rules":["#).unwrap();
    for rule in 0..RULES {
        let comma = if rule == 0 { "" } else { "," };
        write!(file, r#"{comma}{{"id":"rule.{rule}","shortDescription":{{"text":"Rule {rule}"}},"help":{{"text":"{}"}},"properties":{{"tags":["security","external/cwe/cwe-{:03}"]}}}}"#, "long help ".repeat(200), rule + 20).unwrap();
    }
    file.write_all(br#"]}},"results":["#).unwrap();
    let (mut written, mut results) = (0_u64, 0_u64);
    while written < size {
        let rule = results % RULES as u64;
        let comma = if results == 0 { "" } else { "," };
        let text = format!(
            r#"{comma}{{"ruleId":"rule.{rule}","ruleIndex":{rule},"level":"warning","message":{{"text":"Value {results} from a request reaches \"sink\" number {rule} without a check in between.\nSee the flow."}},"locations":[{{"physicalLocation":{{"artifactLocation":{{"uri":"services/checkout-api/src/module_{}/file_{}.py","uriBaseId":"%SRCROOT%"}},"region":{{"startLine":{},"startColumn":5,"endColumn":42,"snippet":{{"text":"    return query(\"select * from t where id = \" + request.args[\"id\"])"}}}}}}}}],"partialFingerprints":{{"primaryLocationLineHash":"39fa2ee980eb94b0:{results}"}},"codeFlows":[{{"threadFlows":[{{"locations":[{{"location":{{"physicalLocation":{{"artifactLocation":{{"uri":"services/checkout-api/src/a.py"}},"region":{{"startLine":12}}}},"message":{{"text":"request.args"}}}}}},{{"location":{{"physicalLocation":{{"artifactLocation":{{"uri":"services/checkout-api/src/b.py"}},"region":{{"startLine":99}}}},"message":{{"text":"query"}}}}}}]}}]}}],"properties":{{"tags":["security"],"precision":"high"}}}}"#,
            results % 97,
            results % 4999,
            results % 800 + 1
        );
        file.write_all(text.as_bytes()).unwrap();
        written += text.len() as u64;
        results += 1;
    }
    file.write_all(b"]}]}\n").unwrap();
    file.flush().unwrap();
    results
}
