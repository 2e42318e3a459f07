//! The backlog: who gets what, in which state, and what has changed since a revision.

use std::collections::BTreeMap;
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
    let body = lines[0]["issue"]["body"].as_str().unwrap();
    assert!(body.ends_with("<!-- tiltyard threat-model:imported#R1 -->"), "{github}");
}

/// A tracker that takes what is exported, as the three do: a row with a number brings its item up to date, one without makes a new one.
#[derive(Default)]
struct Tracker {
    /// Number, title, what bears ids, the number of the item above.
    items: Vec<(String, String, String, String)>,
}

impl Tracker {
    fn put(&mut self, number: &str, title: &str, bears: &str, above: &str) -> String {
        let number = if number.is_empty() { (self.items.len() + 100).to_string() } else { number.to_owned() };
        let item = (number.clone(), title.to_owned(), bears.to_owned(), above.to_owned());
        match self.items.iter_mut().find(|(own, ..)| *own == number) {
            Some(own) => *own = item,
            None => self.items.push(item),
        }
        number
    }

    fn azure(&mut self, table: &str) {
        let mut above = String::new();
        for row in csv::Reader::from_reader(table.as_bytes()).deserialize::<BTreeMap<String, String>>() {
            let row = row.unwrap();
            if row["Title 1"].is_empty() {
                self.put(&row["ID"], &row["Title 2"], &row["Tags"], &above);
            } else {
                above = self.put(&row["ID"], &row["Title 1"], &row["Tags"], "");
            }
        }
    }

    fn jira(&mut self, table: &str) {
        let mut made = BTreeMap::new();
        for row in csv::Reader::from_reader(table.as_bytes()).deserialize::<BTreeMap<String, String>>() {
            let row = row.unwrap();
            let above = made.get(&row["Parent"]).unwrap_or(&row["Parent"]).clone();
            let number = self.put(&row["Issue Key"], &row["Summary"], &row["Labels"], &above);
            made.insert(row["Issue ID"].clone(), number);
        }
    }

    fn github(&mut self, lines: &str) {
        let mut made = BTreeMap::new();
        for line in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            let known = line["parent_number"].as_u64().map(|number| number.to_string());
            let above = known.or_else(|| made.get(line["parent"].as_str()?).cloned()).unwrap_or_default();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let number = self.put("", &text(&line["issue"]["title"]), &text(&line["issue"]["body"]), &above);
            made.insert(text(&line["id"]), number);
        }
    }

    /// Its own list, as it exports it.
    fn list(&self, format: &str) -> String {
        if format == "github" {
            let issues = self.items.iter().map(|(number, title, body, _)| {
                serde_json::json!({"number": number.parse::<u64>().unwrap(), "title": title, "body": body})
            });
            return Value::Array(issues.collect()).to_string();
        }
        let mut table = csv::Writer::from_writer(Vec::new());
        let jira = ["Summary", "Issue key", "Labels"];
        table.write_record(if format == "jira-csv" { jira } else { ["Title", "ID", "Tags"] }).unwrap();
        for (number, title, bears, _) in &self.items {
            table.write_record([title, number, bears]).unwrap();
        }
        String::from_utf8(table.into_inner().unwrap()).unwrap()
    }
}

#[test]
fn importing_twice_makes_no_doubles_in_any_tracker() {
    for format in ["azure-csv", "jira-csv", "github"] {
        let page = PAGE.replace(", ticket: '812'", "").replace(", ticket: A-1", "").replace("=HYPERLINK", "HYPERLINK");
        let folder = base(&page);
        let at = folder.path();
        let list = at.join("list");
        let mut tracker = Tracker::default();
        let mut import = |known: bool| {
            let mut arguments = vec!["backlog", "--status", "proposed", "--status", "accepted", "--format", format];
            if known {
                std::fs::write(&list, tracker.list(format)).unwrap();
                arguments.extend(["--known", list.to_str().unwrap()]);
            }
            let (code, out, err) = run(at, &arguments);
            assert_eq!(code, 0, "{format}: {err}");
            match format {
                "azure-csv" => tracker.azure(&out),
                "jira-csv" => tracker.jira(&out),
                _ => tracker.github(&out),
            }
            (tracker.items.clone(), err)
        };
        let (first, _) = import(false);
        let titles: Vec<&str> = first.iter().map(|(_, title, ..)| title.as_str()).collect();
        assert_eq!(titles[0], "Login", "{format}: the page is what its items are below");
        assert_eq!(titles.len(), 3, "{format}: {titles:?}");
        assert!(first[1..].iter().all(|(.., above)| *above == first[0].0), "{format}: {first:?}");
        assert_eq!(import(true).0, first, "{format}: again is nothing new");
        let more =
            page.replace("requirements:\n", "requirements:\n  - {id: R9, text: Something new, for: T1, owner: shop}\n");
        std::fs::write(at.join("content/threat-models/imported.md"), more).unwrap();
        let (third, _) = import(true);
        assert_eq!(third.len(), 4, "{format}: {third:?}");
        assert_eq!((third[3].1.as_str(), &third[3].3), ("Something new", &first[0].0), "{format}: below the same");
    }
}

#[test]
fn an_epic_that_may_be_there_is_not_made_again() {
    let folder = base(PAGE);
    for format in ["azure-csv", "jira-csv", "github"] {
        let (_, out, err) = run(folder.path(), &["backlog", "--format", format]);
        assert!(!out.contains("Epic") && !out.contains("\"id\":\"threat-model:imported\""), "{format}: {out}");
        assert!(err.contains("threat-model:imported: its items have tickets, and it has no number"), "{format}: {err}");
    }
    let known = folder.path().join("known.csv");
    let list = "ID,Tags\n7,threat-model:imported\n8,threat-model:imported#R1\n9,threat-model:imported#R1\n";
    std::fs::write(&known, list).unwrap();
    let (_, out, err) = run(folder.path(), &["backlog", "--format", "azure-csv", "--known", known.to_str().unwrap()]);
    assert!(out.contains("\n7,Epic,Login,") && out.contains("\n8,User Story,,"), "{out}");
    assert!(err.contains("threat-model:imported#R1 is in the tracker twice: as 8, which is taken, and as 9"), "{err}");
    let items = json(folder.path(), &["--known", known.to_str().unwrap(), "--without-ticket"]);
    assert_eq!(ids(&items), Vec::<&str>::new(), "R1 is in the list, R2 says it itself");
    std::fs::write(&known, "Name,Colour\nx,y\n").unwrap();
    let (code, out, err) = run(folder.path(), &["backlog", "--known", known.to_str().unwrap()]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("needs a column `Issue key` or `ID`") && err.contains("`Colour`"), "{err}");
}

#[test]
fn a_ticket_of_another_tracker_is_none_of_azure() {
    let folder = base(&PAGE.replace("ticket: '812'", "ticket: LP-812"));
    let (_, out, err) = run(folder.path(), &["backlog", "--format", "azure-csv"]);
    assert!(out.contains(",Epic,Login,") && !err.contains("no epic is made"), "{out}{err}");
    let (_, out, err) = run(folder.path(), &["backlog", "--format", "jira-csv"]);
    assert!(!out.contains("Epic") && err.contains("no epic is made"), "{out}{err}");
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
    // Another title of the page is no change of its items.
    std::fs::write(at.join("content/threat-models/imported.md"), page.replace("title: Login", "title: Sign-in"))
        .unwrap();
    assert_eq!(ids(&json(at, &["--since", "HEAD"])), ["R9", "R2"]);
    std::fs::write(at.join("content/threat-models/imported.md"), &page).unwrap();
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
