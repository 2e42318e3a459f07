//! Real scanners over a small program with mistakes in it: what they write is read, counted, annotated and looked up.
//!
//! Bandit and Semgrep come from PyPI, ESLint and its formatter from npm, into `target`; Semgrep has rules of our own, so
//! nothing else is fetched.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use tiltyard::import::sarif;

use crate::commands::{assert_valid, folder, run};

const PYTHON: [&str; 2] = ["bandit[sarif]==1.9.4", "semgrep==1.182.0"];
const NPM: [&str; 2] = ["eslint@8.57.1", "@microsoft/eslint-formatter-sarif@3.1.0"];

fn done(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap).filter(|one| one.file_type().is_file()) {
        let to = to.join(entry.path().strip_prefix(from).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(entry.path(), to).unwrap();
    }
}

/// The folder with `bandit.sarif`, `semgrep.sarif` and `eslint.sarif`, made once.
fn scans() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scanners");
        let (venv, npm, app) = (cache.join("venv"), cache.join("npm"), cache.join("app"));
        std::fs::create_dir_all(&npm).unwrap();
        if !venv.join("bin/semgrep").exists() {
            done(Command::new("python3").args(["-m", "venv"]).arg(&venv));
            done(Command::new(venv.join("bin/pip")).args(["install", "--quiet"]).args(PYTHON));
        }
        if !npm.join("node_modules/@microsoft/eslint-formatter-sarif").exists() {
            std::fs::write(npm.join("package.json"), "{}").unwrap();
            done(Command::new("npm").args(["install", "--silent", "--no-audit"]).args(NPM).current_dir(&npm));
        }
        // Semgrep passes over folders that are called `tests`.
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scans/app"), &app);
        let out = |name: &str| cache.join(name);
        done(
            Command::new(venv.join("bin/bandit"))
                .args(["-q", "-r", "services", "--exit-zero", "-f", "sarif", "-o"])
                .arg(out("bandit.sarif"))
                .current_dir(&app),
        );
        let path = std::env::var("PATH").unwrap_or_default();
        done(
            Command::new(venv.join("bin/semgrep"))
                .args(["scan", "--quiet", "--metrics", "off", "--disable-version-check", "--no-git-ignore"])
                .args(["--config", "rules/house.yaml", "--sarif", "services", "--output"])
                .arg(out("semgrep.sarif"))
                .env("PATH", format!("{}:{path}", venv.join("bin").display()))
                .env("HOME", &cache)
                .current_dir(&app),
        );
        let modules = npm.join("node_modules");
        let eslint = Command::new(modules.join(".bin/eslint"))
            .args(["-c", "eslint.config.cjs", "services", "-o"])
            .arg(out("eslint.sarif"))
            .arg("-f")
            .arg(modules.join("@microsoft/eslint-formatter-sarif/sarif.js"))
            .env("ESLINT_USE_FLAT_CONFIG", "true")
            .current_dir(&app)
            .output()
            .unwrap();
        // ESLint ends with 1 when it finds something.
        assert_eq!(eslint.status.code(), Some(1), "{}", String::from_utf8_lossy(&eslint.stderr));
        cache
    })
}

fn paths() -> Vec<String> {
    let name = |name: &str| scans().join(name).to_str().unwrap().to_owned();
    vec![name("bandit.sarif"), name("semgrep.sarif"), name("eslint.sarif")]
}

const FINDINGS: &[(&str, &str)] = &[
    ("sql", "cwe: [89]\nrules: [{scanner: bandit, id: B608}]"),
    ("xss", "cwe: [79]"),
    ("eval", "cwe: [94]\nrules: [{scanner: eslint, id: no-eval}]"),
    ("command", "cwe: [77]"),
];

fn base() -> tempfile::TempDir {
    let folder = folder("base_url: https://kb.example\n", FINDINGS);
    let scanners = folder.path().join("content/_data/scanners.yaml");
    std::fs::write(
        scanners,
        "- id: semgrep\n  drivers: [Semgrep OSS]\n- id: bandit\n  drivers: [Bandit]\n- id: eslint\n  drivers: [ESLint]\n",
    )
    .unwrap();
    folder
}

#[test]
fn what_real_scanners_write_is_covered() {
    let folder = base();
    let mut arguments = vec!["coverage".to_owned(), "--format".to_owned(), "json".to_owned()];
    arguments.extend(paths());
    let (code, out, err) = run(folder.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((code, err.as_str()), (0, ""));
    let json: Value = serde_json::from_str(&out).unwrap();
    let rules = json["rules"].as_array().unwrap();
    let via = |scanner: &str, end: &str| -> Option<(&str, &Value)> {
        let rule =
            rules.iter().find(|one| one["scanner"] == scanner && one["rule"].as_str().unwrap().ends_with(end))?;
        Some((rule["via"].as_str().unwrap(), &rule["pages"][0]))
    };
    assert_eq!(via("bandit", "B608"), Some(("rule", &"sql".into())));
    assert_eq!(via("bandit", "B602"), Some(("ancestor", &"command".into())), "CWE-78 is a kind of CWE-77");
    assert_eq!(via("semgrep", "raw-query"), Some(("cwe", &"sql".into())));
    assert_eq!(via("semgrep", "inner-html"), Some(("cwe", &"xss".into())));
    assert_eq!(via("semgrep", "no-weakness").map(|(via, _)| via), Some("nothing"));
    assert_eq!(via("eslint", "no-eval"), Some(("rule", &"eval".into())));
    let written: u64 = paths().iter().map(|path| results(Path::new(path))).sum();
    assert_eq!(json["results"], written, "every result is counted");
    let service = json["by_service"].as_array().unwrap().iter().find(|one| one["name"] == "checkout-api").unwrap();
    assert!(service["results"].as_u64().unwrap() >= 8, "{service}");
    assert!(!out.contains("hunter2"), "no snippet");
}

/// Results of a file, counted without our reader.
fn results(path: &Path) -> u64 {
    let log: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    log["runs"].as_array().unwrap().iter().map(|run| run["results"].as_array().unwrap().len() as u64).sum()
}

#[test]
fn what_real_scanners_write_is_annotated_and_stays_valid() {
    let folder = base();
    for (scan, explained) in paths().iter().zip([2, 2, 1]) {
        let before: Value = serde_json::from_slice(&std::fs::read(scan).unwrap()).unwrap();
        assert_valid(&before);
        let (code, _, err) = run(folder.path(), &["annotate", scan, "-o", "out.sarif"]);
        assert_eq!(code, 0, "{err}");
        let bytes = std::fs::read(folder.path().join("out.sarif")).unwrap();
        let after: Value = serde_json::from_slice(&bytes).unwrap();
        assert_valid(&after);
        let ours = after.to_string().matches("\"helpUri\":\"https://kb.example/findings/").count();
        assert!(ours >= explained, "{scan}: {ours} rules explained");
        assert_eq!(before["runs"][0]["results"], after["runs"][0]["results"]);
        assert_eq!(run(folder.path(), &["annotate", "out.sarif", "-o", "out.sarif"]).0, 0);
        assert_eq!(std::fs::read(folder.path().join("out.sarif")).unwrap(), bytes, "twice is once");
        sarif::read(&bytes[..], &mut |_| 1).unwrap();
    }
}

#[test]
fn a_finding_is_begun_from_a_real_scan() {
    let folder = base();
    let paths = paths();
    let arguments =
        ["new", "finding", "--rule", "B602", "--owner", "shop", "--from-scan", &paths[0], "--from-scan", &paths[1]];
    let (code, out, err) = run(folder.path(), &arguments);
    assert_eq!(code, 0, "{err}");
    let text = std::fs::read_to_string(folder.path().join(out.trim())).unwrap();
    assert!(text.contains("cwe: [78]") && text.contains("{scanner: bandit, id: B602}"), "{text}");
    assert!(text.contains("languages: [python]") && text.contains("services: [checkout-api]"), "{text}");
}
