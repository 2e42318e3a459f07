//! The commands that read scans, from outside.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use crate::sites::finding;

/// A knowledge base on disk, with a scan beside it.
pub fn folder(config: &str, findings: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("tiltyard.yaml", &format!("title: Test\ntoday: 2026-11-02\n{config}"));
    write(
        "content/_data/scanners.yaml",
        "- id: semgrep\n  drivers: [Semgrep OSS]\n- id: bandit\n  drivers: [Bandit]\n- id: codeql\n  drivers: [CodeQL]\n",
    );
    write("content/_data/teams.yaml", "- id: shop\n  side: delivery\n");
    write(
        "content/_data/services.yaml",
        "- id: checkout-api\n  team: shop\n  exposure: external\n  paths: ['services/checkout/**']\n",
    );
    for (stem, fields) in findings {
        write(&format!("content/findings/{stem}.md"), &finding(fields));
    }
    folder
}

/// Exit code, standard output, standard error.
pub fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("tiltyard").unwrap();
    let output = command.current_dir(folder).env_clear().env("NO_COLOR", "1").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

pub fn odd(name: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scans/odd").join(name);
    path.to_str().unwrap().to_owned()
}

const SQL: (&str, &str) = ("sql", "cwe: [89]\nrules: [{scanner: semgrep, id: python.sql.raw-query}]");

#[test]
fn coverage_prints_the_json_that_is_promised() {
    let folder = folder("", &[SQL]);
    let (code, out, err) = run(
        folder.path(),
        &["coverage", &odd("many-runs.sarif"), &odd("tags-in-every-spelling.sarif"), "--format", "json"],
    );
    assert_eq!((code, err.as_str()), (0, ""));
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&json["results"], &json["explained"]), (&5.into(), &1.into()));
    assert_eq!(
        json["unexplained"][0],
        serde_json::json!({"scanner": "semgrep", "rule": "a", "cwe": [22], "results": 2})
    );
    assert_eq!(json["next"][0]["write"], "CWE-22");
    assert_eq!(json["rules"][0]["via"], "nothing");
    assert!(json["ambiguous"].is_array() && json["dead"].is_array() && json["share"].is_f64());
    assert!(!out.contains("hunter2"));
}

#[test]
fn coverage_fails_under_a_share_and_against_a_baseline() {
    let folder = folder("", &[SQL]);
    let scan = odd("many-runs.sarif");
    let (code, _, err) = run(folder.path(), &["coverage", &scan, "--fail-under", "50"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let (code, _, err) = run(folder.path(), &["coverage", &scan, "--fail-under", "51%"]);
    assert_eq!((code, err.as_str()), (1, "error: 50.0 % of the results are explained, and 51 % are wanted\n"));
    let (_, json, _) = run(folder.path(), &["coverage", &scan, "--format", "json"]);
    std::fs::write(folder.path().join("before.json"), json).unwrap();
    let ratchet = ["coverage", &scan, "--baseline", "before.json", "--format", "github"];
    assert_eq!(run(folder.path(), &ratchet).0, 0);
    std::fs::remove_file(folder.path().join("content/findings/sql.md")).unwrap();
    let (code, out, err) = run(folder.path(), &ratchet);
    assert_eq!(code, 1);
    assert!(err.contains("50.0 % were before") && err.contains("was explained by sql and no longer is"), "{err}");
    assert!(out.contains("::error title=Scan coverage::0.0 %25 of the results"), "{out}");
}

#[test]
fn a_dash_is_standard_input_and_standard_output() {
    let folder = folder("base_url: https://kb.example\n", &[SQL]);
    let log = std::fs::read(odd("many-runs.sarif")).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("tiltyard").unwrap();
        let command = command.current_dir(folder.path()).env_clear().args(arguments);
        command.write_stdin(log.clone()).output().unwrap()
    };
    let read = run(&["coverage", "-", "--format", "json"]);
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let named = run(&["coverage", &odd("many-runs.sarif"), "--format", "json"]);
    assert_eq!(read.stdout, named.stdout);
    let copied = run(&["annotate", &odd("many-runs.sarif"), "-o", "-"]);
    assert!(copied.status.success() && json_of(&copied.stdout)["runs"].is_array());
    let twice = run(&["annotate", "-", "-o", "out.sarif"]);
    let said = String::from_utf8(twice.stderr).unwrap();
    assert!(twice.status.code() == Some(2) && said.contains("standard input is not a file"), "{said}");
    assert!(!folder.path().join("-").exists() && !folder.path().join("out.sarif").exists());
}

fn json_of(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn coverage_for_people_and_for_a_pull_request() {
    let folder = folder("", &[SQL]);
    let scan = odd("many-runs.sarif");
    let (_, human, _) = run(folder.path(), &["coverage", &scan]);
    for words in [
        "50 % explained: 1 of 2 results",
        "checkout-api (1 of 2)",
        "sql, by its id without prefix or case",
        "bandit B608",
    ] {
        assert!(human.contains(words), "no `{words}` in\n{human}");
    }
    let (_, markdown, _) = run(folder.path(), &["coverage", &scan, "--format", "markdown"]);
    for words in ["## 50 % of the results", "### Write next", "| `bandit B608`", "| 1 | +50 % |"] {
        assert!(markdown.contains(words), "no `{words}` in\n{markdown}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = folder("", &[SQL]);
    for (arguments, words) in [
        (vec!["coverage".to_owned(), odd("not-sarif-semgrep.sarif")], "it is JSON, but no SARIF log"),
        (vec!["coverage".to_owned(), odd("cut-off.sarif")], "line 1 column 84"),
        (vec!["coverage".to_owned(), "none.sarif".to_owned()], "none.sarif"),
        (vec!["coverage".to_owned(), ".".to_owned()], "is a folder"),
        (vec!["annotate".to_owned(), ".".to_owned(), "-o".to_owned(), "out.sarif".to_owned()], "is a folder"),
        (vec!["coverage".to_owned(), odd("many-runs.sarif"), "--fail-under".to_owned(), "101".to_owned()], "0 to 100"),
        (
            vec!["coverage".to_owned(), odd("many-runs.sarif"), "--baseline".to_owned(), odd("many-runs.sarif")],
            "is no coverage",
        ),
        (vec!["coverage".to_owned()], "SCAN"),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (code, out, err) = run(folder.path(), &arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(words), "{err}");
    }
    let (code, _, err) = run(folder.path(), &["coverage", &odd("runs-null.sarif")]);
    assert_eq!(code, 0);
    assert!(err.contains("has no runs"), "{err}");
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Holds a log against the schema of SARIF 2.1.0.
pub fn assert_valid(log: &Value) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/sarif-2.1.0.json");
    let validator = jsonschema::validator_for(&json(&schema)).unwrap();
    let wrong: Vec<String> =
        validator.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn annotate_quotes_what_the_site_says_and_stays_valid() {
    let folder = folder(
        "base_url: https://kb.example/sec\n",
        &[SQL, ("path", "cwe: [22]"), ("draft", "status: draft\ncwe: [79]")],
    );
    let scan = odd("rules-in-extensions.sarif");
    assert_valid(&json(Path::new(&scan)));
    let (code, out, err) = run(folder.path(), &["annotate", &scan, "-o", "out.sarif"]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(err.contains("2 of 3 rules explained") && err.contains("GitHub shows its own help"), "{err}");
    let log = json(&folder.path().join("out.sarif"));
    assert_valid(&log);
    let rule = &log["runs"][0]["tool"]["extensions"][0]["rules"][0];
    assert_eq!(rule["helpUri"], "https://kb.example/sec/findings/path/");
    let (text, markdown) = (rule["help"]["text"].as_str().unwrap(), rule["help"]["markdown"].as_str().unwrap());
    for words in [
        "In plain words: It goes wrong.",
        "It is noise when:\n- never",
        "What may ship: external: block; default: backlog",
    ] {
        assert!(text.contains(words), "no `{words}` in\n{text}");
    }
    for words in ["### [A finding](https://kb.example/sec/findings/path/)", "| external | block |"] {
        assert!(markdown.contains(words), "no `{words}` in\n{markdown}");
    }
    assert!(!log.to_string().contains("draft"), "a draft explains nothing");
    let first = std::fs::read(folder.path().join("out.sarif")).unwrap();
    assert_eq!(run(folder.path(), &["annotate", "out.sarif", "-o", "out.sarif"]).0, 0);
    assert_eq!(std::fs::read(folder.path().join("out.sarif")).unwrap(), first, "twice is once");
    let (_, _, err) = run(folder.path(), &["annotate", &scan, "-o", "named.sarif", "--rename-codeql"]);
    assert!(!err.contains("GitHub"), "{err}");
    assert_eq!(json(&folder.path().join("named.sarif"))["runs"][0]["tool"]["driver"]["name"], "CodeQL (explained)");
}

#[test]
fn annotate_without_an_address_leaves_the_address_of_help_alone() {
    let folder = folder("", &[SQL]);
    let (_, _, err) = run(folder.path(), &["annotate", &odd("many-runs.sarif"), "-o", "out.sarif"]);
    assert!(err.contains("no base_url"), "{err}");
    let log = json(&folder.path().join("out.sarif"));
    let rule = &log["runs"][0]["tool"]["driver"]["rules"][0];
    assert!(rule.get("helpUri").is_none() && rule["help"]["text"].as_str().unwrap().contains("In plain words"));
    let (code, _, err) = run(folder.path(), &["annotate", &odd("cut-off.sarif"), "-o", "none.sarif"]);
    assert!(code == 2 && err.contains("not JSON") && !folder.path().join("none.sarif").exists(), "{err}");
}

#[test]
fn a_new_finding_knows_what_the_scan_and_the_catalogue_know() {
    let folder = folder("", &[]);
    let (one, two) = (odd("many-runs.sarif"), odd("tags-in-every-spelling.sarif"));
    let arguments =
        ["new", "finding", "--rule", "sql.raw-query", "--owner", "shop", "--from-scan", &one, "--from-scan", &two];
    let (code, out, err) = run(folder.path(), &arguments);
    assert_eq!(code, 0, "{err}");
    let text = std::fs::read_to_string(folder.path().join(out.trim())).unwrap();
    for line in [
        "cwe: [89]",
        "rules: [{scanner: semgrep, id: c}, {scanner: semgrep, id: home.ci.rules.python.sql.raw-query}]",
        "languages: [python]",
        "services: [checkout-api]",
        "status: draft",
        "for_us:",
    ] {
        assert!(text.lines().any(|own| own == line), "no `{line}` in\n{text}");
    }
    assert!(text.contains("SQL Injection") && text.contains("A05:2025"), "{text}");
    assert!(err.contains("1 open result in the scan"), "{err}");
    let (code, _, err) = run(folder.path(), &["check"]);
    assert_eq!(code, 0, "{err}");
}

#[test]
fn a_scanner_outside_the_registry_is_told_once_with_all_its_rules() {
    let folder = folder("", &[]);
    let rule = |id: &str| format!(r#"{{"id": "{id}", "properties": {{"tags": ["CWE-89"]}}}}"#);
    let driver = format!(r#"{{"name": "Newcomer", "rules": [{}, {}]}}"#, rule("n1"), rule("n2"));
    let log = format!(r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {driver}}}}}]}}"#);
    std::fs::write(folder.path().join("scan.sarif"), log).unwrap();
    let arguments = ["new", "finding", "--from-scan", "scan.sarif", "--rule", "n1", "--id", "new", "--owner", "shop"];
    let (code, _, err) = run(folder.path(), &arguments);
    assert_eq!(code, 0, "{err}");
    let line = "`Newcomer` is not in `_data/scanners.yaml`, so its rules `n1`, `n2` cannot be named; add it with `drivers: [Newcomer]`";
    assert!(err.lines().any(|own| own == line), "{err}");
}

#[test]
fn a_scan_without_a_rule_is_answered_with_its_rules() {
    let scan = odd("many-runs.sarif");
    let folder = folder("", &[SQL]);
    let (code, _, err) = run(folder.path(), &["new", "finding", "--from-scan", &scan]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("needs a rule") && err.contains("still to be explained: `"), "{err}");
}

#[test]
fn a_new_finding_from_the_catalogue_alone() {
    let folder = folder("", &[]);
    let (code, out, err) =
        run(folder.path(), &["new", "finding", "--cwe", "CWE-352", "--id", "forged-request", "--owner", "shop"]);
    assert_eq!((code, out.trim()), (0, "content/findings/forged-request.md"), "{err}");
    let text = std::fs::read_to_string(folder.path().join(out.trim())).unwrap();
    assert!(text.contains("Cross-Site Request Forgery") && text.contains("cwe: [352]"), "{text}");
    let scan = odd("many-runs.sarif");
    for (arguments, words) in [
        (&["new", "finding", "--cwe", "7777"][..], "there is no CWE-7777"),
        (&["new", "finding", "--cwe", "310"], "CWE-310 (Cryptographic Issues) only sorts weaknesses"),
        (&["new", "finding", "--cwe", "1"], "CWE-1 "),
        (&["new", "finding", "--rule", "x"], "names a rule of a scan"),
        (&["new", "page", "--cwe", "79"], "not of a page"),
        (&["new", "finding"], "TITLE"),
        (&["new", "finding", "--rule", "nothing-like-it", "--from-scan", &scan], "has no rule `nothing-like-it`"),
        (&["new", "finding", "A title", "--from-scan", &scan], "needs a rule"),
    ] {
        let (code, _, err) = run(folder.path(), arguments);
        assert!(code == 2 && err.contains(words), "{arguments:?}: {err}");
    }
}
