//! `progress` and `reviewers` where the counting is delicate.

use serde_json::Value;
use tempfile::TempDir;

use super::{runs, small, write};

const PATH: &str =
    "---\ntitle: Path\nstatus: approved\nowners: [guard]\nlevels: [{id: one, name: One, grants: [finding]}]\n---\nx\n";
const MODULE: &str = "---\ntitle: First\nstatus: approved\nowners: [guard]\nlevel: one\nskills: [{id: reading, to: 1}]\noutcomes: [x]\nevidence: [{id: e, kind: artefact, what: Two findings, min: 2}]\npractice_on: [finding:own]\n---\nx\n";
const FINDING: &str = "---\ntitle: Own\nstatus: in-review\nowners: [shop]\nauthors: [kim]\ncwe: [79]\nplain: x.\nfor_us: The Till.\nreal_when: [x]\nnoise_when: [x]\nrelease: {default: block}\nverify: x\n---\nx\n";

fn json(folder: &TempDir, arguments: &[&str]) -> Value {
    let (stdout, _) = runs(folder.path(), &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&stdout).unwrap()
}

fn learning(evidence: &str) -> TempDir {
    let folder = small();
    let kim = format!(
        "---\ntitle: Kim\nvisibility: named\nteam: shop\nstatus: active\nowners: [shop]\ncurriculum: path\nachievements: [{{module: first, date: 2026-05-01, evidence: {evidence}, verified_by: [ada]}}]\n---\nx\n"
    );
    let people = "- {id: ada, team: guard, assessor_for: [one]}\n- {id: new, team: guard, assessor_for: [one], since: 2026-11-03}\n";
    write(
        folder.path(),
        &[
            ("content/_data/people.yaml", people),
            ("content/curricula/path/index.md", PATH),
            ("content/curricula/path/first.md", MODULE),
            ("content/findings/own.md", FINDING),
            ("content/champions/kim.md", &kim),
        ],
    );
    folder
}

/// A page that somebody lists and has written is one piece of evidence, however its name is written.
#[test]
fn one_page_is_one_piece_of_evidence() {
    for (evidence, level) in [
        ("[finding:own]", Value::Null),
        ("[own, finding:own]", Value::Null),
        ("[finding:own, \"https://git.example/1\"]", "one".into()),
        ("[\"https://git.example/1\"]", "one".into()),
    ] {
        let people = json(&learning(evidence), &["progress", "kim"]);
        assert_eq!(people[0]["level"], level, "{evidence}: {people:#}");
    }
}

#[test]
fn an_assessor_who_has_not_begun_reviews_nothing() {
    let folder = learning("[finding:own]");
    let ids = |day: &str| {
        let answer = json(&folder, &["reviewers", "finding:own", "--today", day]);
        answer["people"].as_array().unwrap().iter().map(|one| one["id"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids("2026-11-02"), ["\"ada\""]);
    assert_eq!(ids("2026-11-03").len(), 2);
}
