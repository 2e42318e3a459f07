//! Lookup of what a scanner said: the terminal and the browser give one answer.

use std::process::Command;

use serde_json::{Value, json};

use super::{ask, build, driver::Browser, open, repository, server};

fn explained(text: &str) -> Value {
    let run = Command::new(env!("CARGO_BIN_EXE_tiltyard"))
        .arg("--root")
        .arg(repository())
        .args(["explain", "--format", "json", "--", text])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

#[test]
fn the_terminal_and_the_browser_answer_alike() {
    let folder = tempfile::tempdir().unwrap();
    let server = server::start(folder.path(), "/kb/");
    build(repository(), folder.path(), &[]);
    let browser = Browser::start(false);
    open(&browser, &format!("http://127.0.0.1:{}/kb/", server.port));
    let fixtures: Value = serde_json::from_str(include_str!("lookup.json")).unwrap();
    let cases = fixtures.as_array().unwrap();
    let texts: Vec<&Value> = cases.iter().map(|case| &case[0]).collect();
    let script = "const out = []; for (const text of data) { const said = await tiltyard.lookup(text); \
        const items = said ? await tiltyard.describe(await tiltyard.search('x'), said.matches.map((m) => m.page), false) : []; \
        out.push([said?.via ?? 'none', [...new Set(items.map((item) => item.url.split('/').at(-2)))].sort()]); } return out;";
    let told = ask(&browser, script, &json!(texts));
    for (at, case) in cases.iter().enumerate() {
        let text = case[0].as_str().unwrap();
        let answer = explained(text);
        let ids: Vec<&str> =
            answer["matches"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!((&answer["via"], &json!(ids)), (&case[1], &case[2]), "explain {text}");
        assert_eq!(told[at], json!([case[1], case[2]]), "the browser on {text}");
    }
}

#[test]
fn an_unknown_name_has_a_next_step() {
    let answer = explained("CWE-1021");
    assert_eq!(answer["via"], "none");
    assert_eq!(answer["next"], "tiltyard new finding \"CWE-1021\" --set cwe=1021");
    assert!(!answer["ask"].as_array().unwrap().is_empty());
    let known = explained("B608");
    let found = &known["matches"][0];
    assert_eq!(found["kind"], "finding");
    assert_eq!(found["url"], "/findings/sql-injection/");
    assert_eq!(found["path"], "content/findings/sql-injection.md");
    assert!(known["next"].is_null());
}
