//! The wording of reviews: sentences that must be told, sentences that must not, and every review of the sample.
//!
//! In: `caught.txt` and `silent.txt`, a sentence a line. Each is put where people write: into the text of a review, and into its fields.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reads its sentences and the sample from disk, and may fail loudly"
)]

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::date;
use tiltyard::diagnostic::Diagnostic;
use tiltyard::parse::Choices;
use tiltyard::pipeline::{self, Goal};
use tiltyard::source::{SourceFile, SourcePath, SourceTree};

const PEOPLE: &str = "- {id: pim, name: Pim Larkhollow, team: checkout}
- {id: juno, name: Juno Ashbarrow, team: checkout}
- {id: orla, name: Orla Fennimore-Quill, team: guard}
- {id: tobias, name: Tobias Wrenfield, team: guard}
";
const TEAMS: &str = "- {id: checkout, name: Checkout, side: delivery}
- {id: guard, name: Security, side: security}
";
const FRONT: &str = "---
title: A review
status: approved
owners: [guard]
incident: {ref: INC-7}
facilitator: orla
participants: {delivery: checkout, security: guard}
times: {started: 2026-10-05T08:00:00Z, detected: 2026-10-05T08:10:00Z, resolved: 2026-10-05T09:00:00Z}
opportunities:
  - {phase: development, considered: Nothing to gain.}
  - {phase: deployment, considered: Nothing to gain.}
  - {phase: detection, kind: detect-earlier, what: Count failed logins., leads_to: A1}
improvements:
  - {id: A1, what: An alert on failed logins., owners: {delivery: checkout, security: guard}, due: 2026-12-01}
";

fn sentences(file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/blame").join(file)).unwrap();
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// What is told of the wording of one review, by line.
fn told(review: &str) -> Vec<(usize, Diagnostic)> {
    let mut tree = SourceTree::default();
    let files = [
        ("tiltyard.yaml", "title: Test\n"),
        ("content/_data/people.yaml", PEOPLE),
        ("content/_data/teams.yaml", TEAMS),
        ("content/reviews/review.md", review),
    ];
    for (path, text) in files {
        tree.files.insert(SourcePath::new(path), SourceFile::new(text.as_bytes().to_vec()));
    }
    let choices = Choices { clock: date(2026, 11, 2), ..Choices::default() };
    let config = pipeline::configure(tree.files.get_key_value("tiltyard.yaml"), &choices);
    let built = pipeline::build(&tree, config.value, config.diagnostics, Goal::Diagnostics, &());
    let mut told = Vec::new();
    for diagnostic in built.diagnostics.into_iter().filter(|one| one.code.name == "blaming-words") {
        let span = diagnostic.place.as_ref().unwrap().span.unwrap();
        let written = review[span.start..span.end].split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(diagnostic.message.contains(&written), "the place is the words: {diagnostic:?}");
        assert!(diagnostic.help.as_ref().is_some_and(|help| help.len() > 20), "{diagnostic:?}");
        told.push((review[..span.start].matches('\n').count() + 1, diagnostic));
    }
    told
}

/// The sentences as paragraphs of the text, and as factors, moments and improvements.
fn reviews(sentences: &[String]) -> [(String, usize); 2] {
    let body = format!("{FRONT}---\n\n{}\n", sentences.join("\n\n"));
    let quoted: Vec<String> =
        sentences.iter().map(|sentence| format!("  - '{}'", sentence.replace('\'', "''"))).collect();
    let fields = format!("{FRONT}contributing_factors:\n{}\n---\n\nText.\n", quoted.join("\n"));
    let first = |text: &str, sentence: &str| text.lines().position(|line| line.contains(sentence)).unwrap() + 1;
    let starts = (first(&body, &sentences[0]), first(&fields, &sentences[0].replace('\'', "''")));
    [(body, starts.0), (fields, starts.1)]
}

#[test]
fn every_sentence_of_blame_is_told() {
    let sentences = sentences("caught.txt");
    assert!(sentences.len() >= 40, "{}", sentences.len());
    for ((review, start), step) in reviews(&sentences).into_iter().zip([2, 1]) {
        let lines: BTreeSet<usize> = told(&review).into_iter().map(|(line, _)| line).collect();
        let missed: Vec<&String> = sentences
            .iter()
            .enumerate()
            .filter(|(index, _)| !lines.contains(&(start + index * step)))
            .map(|(_, sentence)| sentence)
            .collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }
}

#[test]
fn no_sentence_of_a_good_review_is_told() {
    let sentences = sentences("silent.txt");
    assert!(sentences.len() >= 40, "{}", sentences.len());
    for (review, _) in reviews(&sentences) {
        let told: Vec<String> =
            told(&review).into_iter().map(|(line, one)| format!("{line}: {}", one.message)).collect();
        assert!(told.is_empty(), "{told:#?}");
    }
}

#[test]
fn what_others_said_is_theirs() {
    for quote in [
        "> The report says: human error.\n> Pim forgot it,\nand so on.",
        "The first mail said:\n\n- > Human error.\n- Next",
    ] {
        let told = told(&format!("{FRONT}---\n\n{quote}\n"));
        assert!(told.is_empty(), "{told:#?}");
    }
    let own = told(&format!("{FRONT}---\n\n> [!NOTE]\n> It was human error.\n"));
    assert_eq!(own.len(), 1, "an alert is the author's own");
}

#[test]
fn each_hint_helps_to_say_it_otherwise() {
    let hints: BTreeSet<String> = reviews(&sentences("caught.txt"))
        .iter()
        .flat_map(|(review, _)| told(review))
        .filter_map(|(_, diagnostic)| diagnostic.help)
        .collect();
    assert!(hints.len() >= 8, "the hint depends on the words: {hints:#?}");
}

#[test]
fn the_reviews_and_guides_of_the_sample_are_silent() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reviews");
    let mut reviews = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        // The whole page as the text of another review: names and roles of the sample are known to it all the same.
        let text = std::fs::read_to_string(&path).unwrap();
        let body = text.split_once("\n---\n").unwrap();
        let told: Vec<String> = told(&format!("{FRONT}---\n{}\n\n{}", body.0.replace("---", ""), body.1))
            .into_iter()
            .map(|(_, one)| one.message)
            .collect();
        assert!(told.is_empty(), "{}: {told:#?}", path.display());
        reviews += 1;
    }
    assert!(reviews >= 10, "{reviews}");
}
