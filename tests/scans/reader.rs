//! The reader: a file for each odd shape, and mutations of all of them.
//!
//! `odd/NAME.sarif` is read, and what came of it is `odd/NAME.txt`. `UPDATE=1` writes the texts again.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::Value;
use tiltyard::import::sarif::{self, Described, Fate, Fault, Help, Log};

/// Places as small numbers: 1 checkout, 2 printer, 9 anything else.
fn read(bytes: &[u8]) -> Result<Log, Fault> {
    sarif::read(bytes, &mut |path| match path {
        path if path.contains("services/checkout/") => 1,
        path if path.contains("services/printer/") => 2,
        _ => 9,
    })
}

fn told(bytes: &[u8]) -> String {
    let log = match read(bytes) {
        Ok(log) => log,
        Err(fault) => return format!("{fault}\nhelp: {}\n", fault.help()),
    };
    let mut text = format!("runs: {}, results elsewhere: {}\n", log.runs.len(), log.elsewhere);
    for run in &log.runs {
        writeln!(text, "run of `{}`", run.tool).unwrap();
        for (at, rule) in run.rules.iter().enumerate() {
            let place = match rule.described {
                Some(Described { extension: None, index }) => format!("driver {index}"),
                Some(Described { extension: Some(extension), index }) => format!("extension {extension}, {index}"),
                None => "not described".to_owned(),
            };
            writeln!(text, "  `{}` {:?} ({place})", rule.id, rule.cwes).unwrap();
            for hit in run.hits.iter().filter(|hit| hit.rule == at) {
                writeln!(text, "    {:?} at {}: {}", hit.fate, hit.place, hit.count).unwrap();
            }
        }
    }
    text
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scans/odd")
}

fn logs() -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sarif"));
    files.sort();
    files.into_iter().map(|file| (file.clone(), std::fs::read(file).unwrap())).collect()
}

#[test]
fn bases_are_joined_wherever_they_are_defined() {
    let result = |uri: &str, base: &str| {
        let file = format!(r#"{{"uri": "{uri}", "uriBaseId": "{base}"}}"#);
        format!(r#"{{"ruleId": "r", "locations": [{{"physicalLocation": {{"artifactLocation": {file}}}}}]}}"#)
    };
    let results = [
        result("a.c", "SRC"),
        result("b.c", "LOOP"),
        result("c.c", "NOWHERE"),
        result("file:///d.c", "SRC"),
        result("a.c", "SRC"),
    ];
    let bases = r#"{"ROOT": {"uri": "file:///ci/"}, "SRC": {"uri": "services/printer/", "uriBaseId": "ROOT"},
        "LOOP": {"uri": "l/", "uriBaseId": "POOL"}, "POOL": {"uri": "p/", "uriBaseId": "LOOP"}}"#;
    let tool = r#"{"driver": {"name": "T"}}"#;
    let results = results.join(",");
    let before = format!(r#"{{"originalUriBaseIds": {bases}, "tool": {tool}, "results": [{results}]}}"#);
    let after = format!(r#"{{"tool": {tool}, "results": [{results}], "originalUriBaseIds": {bases}}}"#);
    for run in [before, after] {
        let log = format!(r#"{{"version": "2.1.0", "runs": [{run}]}}"#);
        let mut paths = Vec::new();
        let place = &mut |path: &str| {
            paths.push(path.to_owned());
            u32::try_from(paths.len()).unwrap()
        };
        let counts: Vec<u64> =
            sarif::read(log.as_bytes(), place).unwrap().runs[0].hits.iter().map(|hit| hit.count).collect();
        paths.sort();
        assert_eq!(paths, ["c.c", "file:///ci/services/printer/a.c", "file:///d.c", "p/l/b.c"]);
        assert_eq!(counts.iter().sum::<u64>(), 5);
    }
}

#[test]
fn a_number_that_is_too_large_is_not_called_no_json() {
    let log = r#"{"version": "2.1.0", "runs": [{"results": [{"ruleIndex": 1e999}]}]}"#;
    assert!(told(log.as_bytes()).starts_with("it has a number that is too large"), "{}", told(log.as_bytes()));
}

/// A pipe whose other end writes a byte at a time.
struct Trickle<'a>(&'a [u8]);

impl std::io::Read for Trickle<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let length = to.len().min(1);
        std::io::Read::read(&mut self.0, &mut to[..length])
    }
}

#[test]
fn a_pipe_that_trickles_is_read_like_a_file() {
    for (file, bytes) in logs() {
        let whole = read(&bytes).map_err(|fault| fault.to_string());
        let trickled = sarif::read(Trickle(&bytes), &mut |path| match path {
            path if path.contains("services/checkout/") => 1,
            path if path.contains("services/printer/") => 2,
            _ => 9,
        });
        assert_eq!(trickled.map_err(|fault| fault.to_string()), whole, "{}", file.display());
    }
}

#[test]
fn every_odd_shape_is_read() {
    let mut wrong = Vec::new();
    for (file, bytes) in logs() {
        let (found, text) = (told(&bytes), file.with_extension("txt"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&text, &found).unwrap();
        }
        let wanted = std::fs::read_to_string(&text).unwrap_or_default();
        if wanted != found {
            wrong.push(format!("{}\n--- wanted\n{wanted}--- found\n{found}", text.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_snippet_and_no_message_is_kept() {
    for (file, bytes) in logs() {
        let Ok(log) = read(&bytes) else { continue };
        assert!(!format!("{log:?}").contains("hunter2"), "{}", file.display());
    }
}

#[test]
fn what_is_passed_over_may_be_as_deep_as_it_likes() {
    let deep = |depth: usize| {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        format!(r#"{{"version":"2.1.0","runs":[{{"results":[{{"ruleId":"r","fixes":{nested}}}],"extra":{nested}}}]}}"#)
    };
    let log = deep(200_000);
    assert_eq!(sum(&read(log.as_bytes()).unwrap()), 1);
    assert_eq!(annotated(log.as_bytes()), log.as_bytes());
}

/// Result objects of a log, counted in the plainest way there is.
fn results(log: &Value) -> u64 {
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let runs = items(log.get("runs").unwrap_or(&Value::Null));
    let of_run = |run: &Value| items(run.get("results").unwrap_or(&Value::Null));
    runs.iter().flat_map(of_run).filter(Value::is_object).count() as u64
}

fn sum(log: &Log) -> u64 {
    log.runs.iter().flat_map(|run| &run.hits).map(|hit| hit.count).sum()
}

const HELP: &str = "What we say: \"plain\" words.\n";

fn annotated(bytes: &[u8]) -> Vec<u8> {
    let help =
        Help { uri: Some("https://kb.example/f/".to_owned()), text: HELP.to_owned(), markdown: format!("*{HELP}*") };
    let mut out = Vec::new();
    // Every second rule has an explanation.
    sarif::rewrite(bytes, &mut out, &|_, at| (at.index % 2 == 0).then_some(&help), &|_| None).unwrap();
    out
}

/// A log without the members that annotating writes.
fn without_help(mut log: Value) -> Value {
    fn strip(rules: Option<&mut Value>) {
        for rule in rules.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
            rule.shift_remove("helpUri");
            if let Some(help) = rule.get_mut("help").and_then(Value::as_object_mut) {
                help.shift_remove("text");
                help.shift_remove("markdown");
            }
            if rule.get("help").is_some_and(|help| !help.is_object() || help.as_object().unwrap().is_empty()) {
                rule.shift_remove("help");
            }
        }
    }
    for run in log.get_mut("runs").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(tool) = run.get_mut("tool") else { continue };
        strip(tool.get_mut("driver").and_then(|driver| driver.get_mut("rules")));
        for extension in tool.get_mut("extensions").and_then(Value::as_array_mut).into_iter().flatten() {
            strip(extension.get_mut("rules"));
        }
    }
    log
}

fn helped(log: &Value) -> usize {
    log.to_string().matches(r"What we say: \").count()
}

#[test]
fn annotating_changes_three_members_and_nothing_else() {
    let mut touched = 0;
    for (file, bytes) in logs() {
        if read(&bytes).is_err() {
            continue;
        }
        let out = annotated(&bytes);
        let bytes_without_mark = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let out_without_mark = out.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&out);
        let before: Value = serde_json::from_slice(bytes_without_mark).unwrap();
        let after: Value = serde_json::from_slice(out_without_mark).unwrap();
        touched += helped(&after);
        assert_eq!(without_help(before), without_help(after), "{}", file.display());
        assert_eq!(annotated(&out), out, "{}: twice is once", file.display());
    }
    assert!(touched > 20, "only {touched}");
}

#[test]
fn rules_are_annotated_where_the_reader_found_them() {
    let twice = std::fs::read(folder().join("members-twice.sarif")).unwrap();
    let help = Help { uri: None, text: "here".to_owned(), markdown: "here".to_owned() };
    let mut places = BTreeSet::new();
    for (at, run) in read(&twice).unwrap().runs.iter().enumerate() {
        for rule in &run.rules {
            let only = rule.described.unwrap();
            let mut out = Vec::new();
            sarif::rewrite(&twice[..], &mut out, &|run, place| (run == at && place == only).then_some(&help), &|_| {
                None
            })
            .unwrap();
            let out = String::from_utf8(out).unwrap();
            let wanted = format!("\"id\":\"{}\",\"help\"", rule.id);
            assert_eq!((out.matches("\"help\"").count(), out.matches(&wanted).count()), (1, 1), "{out}");
            places.insert((at, only));
        }
    }
    assert_eq!(places.len(), 3);
}

#[test]
fn a_driver_is_renamed_and_nothing_else_is() {
    let log = std::fs::read(folder().join("rules-in-extensions.sarif")).unwrap();
    let mut out = Vec::new();
    sarif::rewrite(&log[..], &mut out, &|_, _| None, &|_| Some("Code\"QL".to_owned())).unwrap();
    let wanted = String::from_utf8(log).unwrap().replace("\"CodeQL\"", "\"Code\\\"QL\"");
    assert_eq!(String::from_utf8(out).unwrap(), wanted);
}

/// One change of one node.
#[derive(Clone, Copy, Debug)]
enum Change {
    Delete,
    Retype(u8),
    Duplicate,
    /// The same key twice in an object.
    Twice,
    Deepen(u8),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Delete),
        any::<u8>().prop_map(Change::Retype),
        Just(Change::Duplicate),
        Just(Change::Twice),
        any::<u8>().prop_map(Change::Deepen),
    ]
}

/// Ends a key that stands for another one of the same name.
const AGAIN: &str = "\u{1}";

/// Goes down from the root by the choices given, and changes what it comes to.
fn mutate(node: &mut Value, way: &[usize], change: Change) {
    let size = match node {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    let (Some(first), true) = (way.first(), size > 0) else {
        replace(node, change);
        return;
    };
    let at = first % size;
    let last = way.len() == 1;
    match node {
        Value::Array(items) => match change {
            Change::Delete if last => drop(items.remove(at)),
            Change::Duplicate | Change::Twice if last => items.insert(at, items[at].clone()),
            _ => mutate(&mut items[at], &way[1..], change),
        },
        Value::Object(members) => {
            let key = members.keys().nth(at).unwrap().clone();
            match change {
                Change::Delete if last => drop(members.shift_remove(&key)),
                Change::Duplicate | Change::Twice if last => {
                    let copy = members[&key].clone();
                    members.insert(format!("{key}{AGAIN}"), copy);
                }
                _ => mutate(members.get_mut(&key).unwrap(), &way[1..], change),
            }
        }
        _ => {}
    }
}

fn replace(node: &mut Value, change: Change) {
    let old = node.take();
    *node = match change {
        Change::Delete => Value::Null,
        Change::Retype(0..=40) => Value::from(-1),
        Change::Retype(41..=80) => Value::from(1.5e300),
        Change::Retype(81..=120) => Value::from("CWE-79 \u{0}\u{202e}\\\""),
        Change::Retype(121..=160) => serde_json::json!({"id": old}),
        Change::Retype(161..=200) => serde_json::json!([old]),
        Change::Retype(_) => Value::Bool(true),
        Change::Duplicate | Change::Twice => serde_json::json!([old.clone(), old]),
        Change::Deepen(by) => (0..by % 60).fold(old, |inner, n| {
            if n % 2 == 0 { serde_json::json!([inner]) } else { serde_json::json!({"runs": inner}) }
        }),
    };
}

proptest! {
    #[test]
    fn mutated_logs_never_panic_and_always_add_up(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((prop::collection::vec(any::<usize>(), 2..9), change()), 1..4),
    ) {
        let logs: Vec<Value> = logs()
            .into_iter()
            .filter(|(_, bytes)| read(bytes).is_ok())
            .filter_map(|(_, bytes)| serde_json::from_slice(&bytes).ok())
            .collect();
        let mut log = which.get(&logs).clone();
        for (way, change) in &changes {
            mutate(&mut log, way, *change);
        }
        let text = log.to_string().replace("\\u0001\":", "\":");
        let again = text.len() != log.to_string().len();
        match read(text.as_bytes()) {
            Ok(read) => {
                if !again {
                    prop_assert_eq!(sum(&read), results(&log));
                }
                for run in &read.runs {
                    prop_assert!(run.hits.iter().all(|hit| hit.rule < run.rules.len() && hit.count > 0));
                    let fates = [Fate::Open, Fate::Suppressed, Fate::Absent, Fate::Passed];
                    prop_assert!(run.hits.iter().all(|hit| fates.contains(&hit.fate)));
                }
                let once = annotated(text.as_bytes());
                prop_assert_eq!(&annotated(&once), &once);
                prop_assert_eq!(
                    without_help(serde_json::from_slice(&once).unwrap()),
                    without_help(serde_json::from_slice(text.as_bytes()).unwrap())
                );
            }
            Err(Fault::NotSarif | Fault::Version(_)) => {}
            Err(fault) => prop_assert!(false, "{fault}: {text}"),
        }
    }
}

#[test]
fn most_mutations_get_past_the_first_keys() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let ways = (prop::collection::vec(any::<usize>(), 2..9), change());
    let bytes = std::fs::read(folder().join("rules-in-extensions.sarif")).unwrap();
    let (mut read_on, mut changed) = (0, 0);
    for _ in 0..200 {
        let (way, change) = ways.new_tree(&mut runner).unwrap().current();
        let mut log: Value = serde_json::from_slice(&bytes).unwrap();
        let before = log.clone();
        mutate(&mut log, &way, change);
        changed += usize::from(log != before);
        let runs = read(log.to_string().as_bytes()).map_or(0, |log| log.runs.len());
        read_on += usize::from(runs > 0);
    }
    assert!(changed > 150 && read_on > 100, "{changed} changed, {read_on} with runs");
}
