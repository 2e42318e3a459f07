//! `progress` and `reviewers` on the sample.

use std::path::Path;

use serde_json::Value;

use super::{run, runs};

fn sample() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn json(arguments: &[&str]) -> Value {
    let (stdout, _) = runs(sample(), &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&stdout).unwrap()
}

/// The program refuses with these words.
fn refuses(arguments: &[&str], words: &str) {
    let (code, stdout, stderr) = run(sample(), arguments);
    assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
    assert!(stderr.contains(words), "{stderr}");
}

fn ids(people: &Value) -> Vec<&str> {
    people.as_array().unwrap().iter().map(|person| person["id"].as_str().unwrap()).collect()
}

#[test]
fn progress_is_what_was_agreed() {
    let people = json(&["progress"]);
    let keys = ["id", "team", "status", "level", "next_level", "missing", "skills", "expiring", "can_review"];
    for person in people.as_array().unwrap() {
        for key in keys {
            assert!(person.get(key).is_some(), "{person} has no {key}");
        }
    }
    let all = ids(&people);
    assert!(all.contains(&"nettle-voss") && all.contains(&"kestrel-7"), "{all:?}");
    assert!(!all.contains(&"quiet-otter"), "a hidden champion is not told of");
    let nettle = &json(&["progress", "nettle-voss"])[0];
    assert_eq!((&nettle["level"], &nettle["status"]), (&"marshal".into(), &"active".into()));
    assert_eq!(nettle["can_review"], serde_json::json!(["finding", "threat-model", "review", "module"]));
}

#[test]
fn a_level_falls_back_the_day_after_its_last_day() {
    let level = |day: &str| json(&["progress", "nettle-voss", "--today", day])[0]["level"].clone();
    assert_eq!(level("2026-11-15"), "marshal");
    assert_eq!(level("2026-11-16"), "page");
}

#[test]
fn people_are_told_as_the_audience_may_see_them() {
    let people = json(&["progress", "--audience", "public"]);
    assert!(!ids(&people).contains(&"kestrel-7"), "the page is internal");
    refuses(&["progress", "quiet-otter"], "there is no champion `quiet-otter`");
    refuses(&["progress", "nettle-vos"], "did you mean `nettle-voss`?");
    refuses(&["progress", "--audience", "nobody"], "is not an audience");
}

#[test]
fn reviewers_are_independent_and_have_reasons() {
    let answer = json(&["reviewers", "threat-model:checkout"]);
    let people = answer["people"].as_array().unwrap();
    assert!(!people.is_empty());
    assert!(people.iter().all(|person| person["id"] != "nettle-voss"), "the author does not review");
    assert!(people.iter().all(|person| person["id"] != "quiet-otter"));
    assert!(people.iter().all(|person| person["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty())));
    let by_file = json(&["reviewers", "content/threat-models/checkout.md"]);
    assert_eq!(answer, by_file);
    refuses(&["reviewers", "threat-model:chekout"], "did you mean `threat-model:checkout`?");
    refuses(&["reviewers", "nettle-voss"], "findings, threat models and reviews");
}

/// The calendars of a build by file, lines unfolded.
fn calendars(arguments: &[&str]) -> std::collections::BTreeMap<String, Vec<String>> {
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("site");
    runs(sample(), &[&["build", "--quiet", "--out", path.to_str().unwrap()], arguments].concat());
    let files = std::fs::read_dir(path.join("calendar")).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|file| {
            let text = std::fs::read_to_string(&file).unwrap();
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "RFC 5545 ends lines with CRLF");
            assert!(text.split("\r\n").all(|line| line.len() <= 75), "RFC 5545 folds lines of more than 75 octets");
            let lines = text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect();
            (file.file_name().unwrap().to_string_lossy().into_owned(), lines)
        })
        .collect()
}

fn values<'a>(lines: &'a [String], name: &str) -> Vec<&'a str> {
    lines.iter().filter_map(|line| line.strip_prefix(name)).collect()
}

#[test]
fn calendars_are_sound_and_events_keep_their_names() {
    let first = calendars(&["--base-url", "https://kb.example"]);
    let later = calendars(&["--base-url", "https://kb.example", "--today", "2026-11-09"]);
    assert!(first.len() >= 6, "{:?}", first.keys());
    let mut kinds = std::collections::BTreeSet::new();
    for (file, lines) in &first {
        assert_eq!((lines[0].as_str(), lines[lines.len() - 1].as_str()), ("BEGIN:VCALENDAR", "END:VCALENDAR"));
        let events = values(lines, "BEGIN:").len() - 1;
        let uids: std::collections::BTreeSet<&str> = values(lines, "UID:").into_iter().collect();
        assert_eq!(uids.len(), events, "{file}: every event has an identifier of its own");
        for needed in ["DTSTAMP:", "DTSTART;VALUE=DATE:", "SUMMARY:", "URL:https://kb.example/"] {
            assert_eq!(values(lines, needed).len(), events, "{file}: {needed}");
        }
        kinds.extend(values(lines, "CATEGORIES:"));
        let of = |lines: &[String]| -> Vec<(String, String)> {
            let uids = values(lines, "UID:").into_iter().map(str::to_owned);
            values(lines, "SUMMARY:").into_iter().map(str::to_owned).zip(uids).collect()
        };
        let same = of(lines).iter().filter(|event| of(&later[file]).contains(event)).count();
        assert!(same * 10 >= events * 9, "{file}: {same} of {events} events are known a week later");
    }
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["ACCEPTANCE", "IMPROVEMENT", "RENEWAL", "REVIEW"]);
    let public = calendars(&["--audience", "public"]);
    let told = |all: &std::collections::BTreeMap<String, Vec<String>>, word: &str| {
        all.values().flatten().any(|line| line.contains(word))
    };
    assert!(told(&first, "kestrel-7") && !told(&public, "kestrel-7"), "calendars are screened");
    assert!(!told(&first, "quiet-otter") && !told(&first, "Okparaeke") && !told(&first, "Vantongeren"));
}
