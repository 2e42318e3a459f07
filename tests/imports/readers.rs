//! What other programs make of what we hand out: Python's csv module and pandas read the tables, `icalendar` the calendars, `feedparser` the feed.
//!
//! The packages come from PyPI into `target`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use super::bases::run;

const PYTHON: [&str; 3] = ["pandas==3.0.0", "icalendar==7.3.0", "feedparser==6.0.14"];

fn done(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Python with the packages, made once.
fn python() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readers");
        let stamp = venv.join(PYTHON.join("-").replace('=', ""));
        if !stamp.exists() {
            done(Command::new("python3").args(["-m", "venv"]).arg(&venv));
            done(Command::new(venv.join("bin/pip")).args(["install", "--quiet"]).args(PYTHON));
            std::fs::write(stamp, "").unwrap();
        }
        venv.join("bin/python")
    })
}

/// What a small program says as JSON.
fn ask(program: &str, file: &Path) -> Value {
    serde_json::from_str(&done(Command::new(python()).args(["-c", program]).arg(file))).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sample, built once.
fn site() -> &'static Path {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::TempDir::new().unwrap();
        let out = folder.path().join("site");
        let (code, _, err) =
            run(root(), &["build", "--base-url", "https://kb.example/", "--out", out.to_str().unwrap()]);
        assert_eq!(code, 0, "{err}");
        folder
    })
    .path()
}

/// The sample as it was before anything of it was in a tracker.
fn untracked() -> tempfile::TempDir {
    let folder = tempfile::TempDir::new().unwrap();
    let all = ["content", "static"].map(|folder| walkdir::WalkDir::new(root().join(folder)));
    for entry in all.into_iter().flatten().map(Result::unwrap) {
        let to = folder.path().join(entry.path().strip_prefix(root()).unwrap());
        match std::fs::read_to_string(entry.path()) {
            Ok(text) => {
                std::fs::write(to, text.replace("ticket: ", "was_ticket: ").replace("epic: ", "was_epic: ")).unwrap()
            }
            Err(_) if entry.file_type().is_dir() => std::fs::create_dir_all(to).unwrap(),
            Err(_) => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
    std::fs::copy(root().join("tiltyard.yaml"), folder.path().join("tiltyard.yaml")).unwrap();
    folder
}

const BOTH: &str = "
import csv, json, sys, pandas
with open(sys.argv[1], newline='', encoding='utf-8') as file:
    rows = list(csv.DictReader(file, strict=True))
frame = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
print(json.dumps({'csv': rows, 'pandas': frame.to_dict('records')}))
";

#[test]
fn tables_are_read_by_python_and_pandas() {
    let folder = tempfile::TempDir::new().unwrap();
    let sample = untracked();
    let (_, json, _) = run(sample.path(), &["backlog", "--format", "json"]);
    let backlog: Value = serde_json::from_str(&json).unwrap();
    let groups = backlog["groups"].as_array().unwrap();
    let items: Vec<&Value> = groups.iter().flat_map(|group| group["items"].as_array().unwrap()).collect();
    assert!(items.len() > 15, "{}", items.len());
    for (format, title) in [("jira-csv", "Summary"), ("azure-csv", "Title 2")] {
        let file = folder.path().join(format);
        let (code, _, err) = run(sample.path(), &["backlog", "--format", format, "-o", file.to_str().unwrap()]);
        assert_eq!(code, 0, "{err}");
        let read = ask(BOTH, &file);
        assert_eq!(read["csv"], read["pandas"], "{format}: both read the same");
        let rows = read["csv"].as_array().unwrap();
        assert_eq!(rows.len(), groups.len() + items.len(), "{format}");
        for item in &items {
            let wanted = item["title"].as_str().unwrap();
            let row = rows.iter().find(|row| row[title] == wanted).unwrap_or_else(|| panic!("{format}: {wanted}"));
            assert!(row.to_string().contains(item["id"].as_str().unwrap()), "{row}");
            assert!(row["Acceptance Criteria"].as_str().unwrap().contains(wanted), "{row}");
        }
        for cell in rows.iter().flat_map(|row| row.as_object().unwrap().values()) {
            let cell = cell.as_str().unwrap();
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
}

#[test]
fn rows_of_one_table_find_their_epic() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("jira.csv");
    run(untracked().path(), &["backlog", "--format", "jira-csv", "-o", file.to_str().unwrap()]);
    let rows = ask(BOTH, &file)["csv"].as_array().unwrap().clone();
    let epics: Vec<&Value> =
        rows.iter().filter(|row| row["Issue Type"] == "Epic").map(|row| &row["Issue ID"]).collect();
    assert!(epics.len() > 10, "{}", epics.len());
    let mut ids: Vec<&str> = rows.iter().map(|row| row["Issue ID"].as_str().unwrap()).collect();
    assert!(rows.iter().filter(|row| row["Issue Type"] != "Epic").all(|row| epics.contains(&&row["Parent"])));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rows.len(), "every row has a number of its own");
}

#[test]
fn calendars_are_read_by_icalendar() {
    let mut files: Vec<PathBuf> =
        walkdir::WalkDir::new(site()).into_iter().map(|entry| entry.unwrap().into_path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "ics"));
    assert!(!files.is_empty(), "the site has calendars");
    let mut events = 0;
    for file in files {
        let read = ask(
            "
import json, sys, icalendar
calendar = icalendar.Calendar.from_ical(open(sys.argv[1], 'rb').read())
events = [{'uid': str(e['UID']), 'summary': str(e['SUMMARY']), 'start': e['DTSTART'].dt.isoformat(), 'stamp': e['DTSTAMP'].dt.isoformat(), 'errors': [str(x) for x in e.errors]} for e in calendar.walk('VEVENT')]
print(json.dumps({'version': str(calendar['VERSION']), 'product': str(calendar['PRODID']), 'events': events, 'errors': [str(x) for x in calendar.errors]}))
",
            &file,
        );
        assert_eq!((&read["version"], &read["errors"]), (&"2.0".into(), &serde_json::json!([])), "{}", file.display());
        let list = read["events"].as_array().unwrap();
        let mut uids: Vec<&str> = list.iter().map(|event| event["uid"].as_str().unwrap()).collect();
        uids.sort_unstable();
        uids.dedup();
        assert_eq!(uids.len(), list.len(), "{}", file.display());
        assert!(list.iter().all(|event| event["errors"] == serde_json::json!([]) && !event["summary"].as_str().unwrap().is_empty()));
        events += list.len();
    }
    assert!(events > 0);
}

#[test]
fn the_feed_is_read_by_feedparser() {
    let feed = walkdir::WalkDir::new(site())
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .find(|path| path.file_name().is_some_and(|name| name == "feed.xml"));
    let read = ask(
        "
import json, sys, feedparser
feed = feedparser.parse(open(sys.argv[1], 'rb').read())
entries = [{'id': e.id, 'title': e.title, 'link': e.link, 'updated': list(e.updated_parsed)[:3]} for e in feed.entries]
print(json.dumps({'bozo': bool(feed.bozo), 'version': feed.version, 'title': feed.feed.title, 'entries': entries}))
",
        &feed.expect("the site has a feed"),
    );
    assert_eq!((&read["bozo"], &read["version"]), (&false.into(), &"atom10".into()), "{read}");
    assert_eq!(read["title"], "Larkspur Security Champions");
    let entries = read["entries"].as_array().unwrap();
    assert!(entries.len() > 5, "{}", entries.len());
    assert!(entries.iter().all(|entry| entry["link"].as_str().unwrap().starts_with("https://kb.example/")));
}
