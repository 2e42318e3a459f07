//! The backlog: who gets what, in which state, and what has changed since a revision.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::bases::{base, run};

const PAGE: &str = "---
title: Login
status: approved
owners: [shop]
method: STRIDE
scope: {in: [login]}
components: [{id: form, type: process}]
threats:
  - {id: T1, title: Somebody guesses, targets: [form], status: open, impact: high}
requirements:
  - {id: R1, text: '=HYPERLINK(\"http://x\") ten wrong tries lock the account', for: T1, owner: shop, priority: high, status: proposed}
  - {id: R2, text: The lock is told, owner: guard, status: accepted, ticket: '812', for: T1}
  - {id: R3, text: Done and shown, owner: shop, for: T1, ticket: A-1, status: verified, verified: {date: 2026-10-01, by: [], evidence: a run}}
---
";

fn json(folder: &Path, arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["backlog", "--format", "json", "-q"];
    all.extend(arguments);
    let (code, out, err) = run(folder, &all);
    assert_eq!(code, 0, "{err}");
    let value: Value = serde_json::from_str(&out).unwrap();
    value["groups"].as_array().unwrap().iter().flat_map(|group| group["items"].as_array().unwrap().clone()).collect()
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().unwrap().rsplit_once('#').unwrap().1).collect()
}

#[test]
fn what_is_left_is_asked_for_by_team_state_and_ticket() {
    let folder = base(PAGE);
    let at = folder.path();
    assert_eq!(ids(&json(at, &[])), ["R1", "R2"], "what is verified is over");
    assert_eq!(ids(&json(at, &["--team", "guard"])), ["R2"]);
    assert_eq!(ids(&json(at, &["--status", "verified", "--status", "proposed"])), ["R1", "R3"]);
    assert_eq!(ids(&json(at, &["--without-ticket"])), ["R1"]);
    assert_eq!(json(at, &[])[0]["why"][0], "Threat T1: Somebody guesses (impact high)");
    for (arguments, wanted) in [
        (["--team", "sho"], "there is no team `sho`"),
        (["--service", "x"], "there is no service `x`"),
        (["--status", "opne"], "did you mean `open`?"),
    ] {
        let (code, out, err) = run(at, &["backlog", arguments[0], arguments[1]]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains(wanted), "{err}");
    }
}

#[test]
fn twice_is_the_same_and_no_cell_is_a_formula() {
    let folder = base(PAGE);
    for format in ["jira-csv", "azure-csv", "github", "markdown", "json"] {
        let (code, first, _) = run(folder.path(), &["backlog", "--format", format]);
        assert_eq!(code, 0);
        assert_eq!(run(folder.path(), &["backlog", "--format", format, "--jobs", "1"]).1, first, "{format}");
        assert!(first.contains("imported"), "{format}: the id\n{first}");
    }
    let (_, github, _) = run(folder.path(), &["backlog", "--format", "github"]);
    let lines: Vec<Value> = github.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1, "what has a ticket is made already");
    assert!(lines[0]["body"].as_str().unwrap().ends_with("<!-- tiltyard threat-model:imported#R1 -->"), "{github}");
}

fn git(folder: &Path, arguments: &[&str]) {
    let own = [
        "-c",
        "user.name=T",
        "-c",
        "user.email=t@example",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "init.defaultBranch=main",
    ];
    let output = Command::new("git").current_dir(folder).args(own).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_has_changed_since_a_revision_is_told_with_what_changed() {
    let folder = base(PAGE);
    let at = folder.path();
    git(at, &["init", "-q"]);
    git(at, &["add", "-A"]);
    git(at, &["commit", "-qm", "First"]);
    assert!(json(at, &["--since", "HEAD"]).is_empty());
    let page = PAGE
        .replace(
            "status: accepted, ticket",
            "status: verified, verified: {date: 2026-10-01, by: [], evidence: x}, ticket",
        )
        .replace("requirements:\n", "requirements:\n  - {id: R9, text: Something new, for: T1, owner: shop}\n");
    std::fs::write(at.join("content/threat-models/imported.md"), &page).unwrap();
    let items = json(at, &["--since", "HEAD"]);
    assert_eq!(ids(&items), ["R9", "R2"], "also what is over now");
    assert_eq!(items[0]["change"], "new");
    assert_eq!(items[1]["change"]["changed"], serde_json::json!(["status"]));
    // A knowledge base in a folder of the repository, and a page that was moved.
    git(at, &["add", "-A"]);
    git(at, &["commit", "-qm", "Second"]);
    std::fs::create_dir_all(at.join("kb")).unwrap();
    git(at, &["mv", "tiltyard.yaml", "content", "kb/"]);
    git(at, &["commit", "-qm", "Moved"]);
    std::fs::rename(at.join("kb/content/threat-models/imported.md"), at.join("kb/content/threat-models/other.md"))
        .unwrap();
    assert_eq!(json(&at.join("kb"), &["--since", "main"]).len(), 4, "another id is another item");
    for bad in ["nosuch", "--output=x", "HEAD:content"] {
        let (code, out, err) = run(&at.join("kb"), &["backlog", &format!("--since={bad}")]);
        assert_eq!((code, out.as_str()), (2, ""), "{bad}");
        assert!(err.contains("cannot be read as it was at"), "{err}");
    }
}
