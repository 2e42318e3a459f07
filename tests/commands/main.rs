//! `init`, `new` and `schema` from outside: what the program writes, prints and refuses.
//!
//! In: arguments and folders made for a test. Out: exit codes, files, and the two streams.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests look at the files that the program wrote and fail by panicking"
)]

mod cache;
mod init;
mod new;
mod people;
mod progress;
mod schema;
mod serve;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// Runs the program in a folder.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("tiltyard").unwrap();
    let Output { status, stdout, stderr } =
        command.current_dir(folder).env_clear().env("NO_COLOR", "1").args(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// Runs the program, which must be content.
fn runs(folder: &Path, arguments: &[&str]) -> (String, String) {
    let (code, stdout, stderr) = run(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}\n{stdout}\n{stderr}");
    (stdout, stderr)
}

/// Runs the program, which must refuse with these words and change nothing.
fn refuses(folder: &Path, arguments: &[&str], words: &[&str]) {
    let before = files(folder);
    let (code, stdout, stderr) = run(folder, arguments);
    assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}\n{stderr}");
    for word in words {
        assert!(stderr.contains(word), "{arguments:?}: no `{word}` in\n{stderr}");
    }
    assert_eq!(files(folder), before, "{arguments:?} changed something");
}

/// Every file of a folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| !entry.file_type().is_dir())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap_or_default())
        })
        .collect()
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn read(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn front_matter(folder: &Path, path: &str) -> Value {
    let text = read(folder, path);
    let yaml = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap().0;
    let options = serde_yaml::options! { emit_comments: false };
    serde_yaml::from_str_with_options(yaml, options).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A small knowledge base with two teams, a service, a person, and no page yet.
fn small() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            ("tiltyard.yaml", "title: Small\ntoday: 2026-11-02\n"),
            ("content/_data/teams.yaml", "- {id: shop, side: delivery}\n- {id: guard, side: security}\n"),
            ("content/_data/services.yaml", "- {id: till, name: The Till, team: shop}\n"),
            ("content/_data/people.yaml", "- {id: ada, team: guard}\n"),
            ("content/_data/skills.yaml", "- {id: reading}\n"),
        ],
    );
    folder
}

/// What `check` says: the exit code, and each code with its message.
fn checked(folder: &Path) -> (i32, Vec<(String, String)>) {
    let (code, stdout, stderr) = run(folder, &["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}\n{stdout}\n{stderr}"));
    let list = report["diagnostics"].as_array().unwrap_or_else(|| panic!("{report:#}"));
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    (code, list.iter().map(|one| (word(&one["code"]), word(&one["message"]))).collect())
}
