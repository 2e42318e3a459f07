//! What share of the rules that public scanners have is reached by the sample's explanations.
//!
//! `rules/*.tsv` hold rule ids and the CWE numbers that each rule gives itself, and nothing else; `rules/NOTICE` says where
//! they are from and how the Semgrep rules were drawn.

use std::collections::BTreeMap;
use std::path::Path;

use tiltyard::model::site::Site;
use tiltyard::parse::Choices;
use tiltyard::pipeline;
use tiltyard::query::lookup::{Lookup, Via};
use tiltyard::source::SourceTree;

/// A scanner, the smallest share of its rules that has to be reached by CWE alone, and by CWE or rule id.
const SCANNERS: [(&str, f64, f64); 4] =
    [("semgrep", 0.87, 0.92), ("bandit", 0.75, 0.95), ("njsscan", 0.87, 0.87), ("mobsfscan", 0.78, 0.78)];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sample() -> Site {
    let mut tree = SourceTree::default();
    let files = walkdir::WalkDir::new(root().join("content")).into_iter().map(Result::unwrap);
    for entry in files.filter(|entry| entry.file_type().is_file()) {
        let path = entry.path().strip_prefix(root()).unwrap().to_str().unwrap();
        tree.insert(path, std::fs::read(entry.path()).unwrap());
    }
    tree.insert("tiltyard.yaml", std::fs::read(root().join("tiltyard.yaml")).unwrap());
    let config = pipeline::configure(tree.files.get_key_value("tiltyard.yaml"), &Choices::default());
    pipeline::inspect(&tree, &config.value, config.diagnostics).value
}

/// Rule ids and their weaknesses.
fn rules(scanner: &str) -> Vec<(String, Vec<u32>)> {
    let text = std::fs::read_to_string(root().join(format!("tests/scans/rules/{scanner}.tsv"))).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("rule\tcwe"), "{scanner}");
    lines
        .map(|line| {
            let (rule, cwes) = line.split_once('\t').unwrap();
            (rule.to_owned(), cwes.split(',').map(|cwe| cwe.parse().unwrap()).collect())
        })
        .collect()
}

fn share(of: usize, all: usize) -> f64 {
    of as f64 / all as f64
}

#[test]
fn the_sample_reaches_most_rules_that_carry_a_cwe() {
    let site = sample();
    let lookup = Lookup::new(&site);
    for (scanner, by_cwe, by_any) in SCANNERS {
        let rules = rules(scanner);
        let (mut reached, mut open) = (0, BTreeMap::<&[u32], usize>::new());
        let mut pages = BTreeMap::<&str, usize>::new();
        for (_, cwes) in &rules {
            match lookup.resolve(Some(scanner), "", cwes) {
                answer if answer.via == Via::Nothing => *open.entry(cwes).or_default() += 1,
                answer => {
                    reached += 1;
                    *pages.entry(&answer.matches[0].id).or_default() += 1;
                }
            }
        }
        let any =
            rules.iter().filter(|(rule, cwes)| lookup.resolve(Some(scanner), rule, cwes).via != Via::Nothing).count();
        let mut most: Vec<usize> = pages.into_values().collect();
        most.sort_unstable_by_key(|&rules| std::cmp::Reverse(rules));
        let best: usize = most.iter().take(25).sum();
        let all = rules.len();
        eprintln!(
            "{scanner}: {all} rules, {:.1} % by CWE or ancestor, {:.1} % by the 25 pages that answer most, {:.1} % with rule ids; open: {open:?}",
            100.0 * share(reached, all),
            100.0 * share(best, all),
            100.0 * share(any, all),
        );
        assert!(share(reached, all) >= by_cwe, "{scanner}: {reached} of {all}");
        assert!(share(any, all) >= by_any, "{scanner}: {any} of {all}");
    }
}

#[test]
fn the_lists_hold_ids_and_numbers_and_each_rule_once() {
    for (scanner, ..) in SCANNERS {
        let rules = rules(scanner);
        assert!(rules.len() >= 70, "{scanner}: {}", rules.len());
        assert!(rules.windows(2).all(|pair| pair[0].0 < pair[1].0), "{scanner} is sorted, without doubles");
        for (rule, cwes) in rules {
            assert!(rule.chars().all(|sign| sign.is_ascii_alphanumeric() || "._-".contains(sign)), "{rule}");
            assert!(!cwes.is_empty(), "{rule}");
        }
    }
}
