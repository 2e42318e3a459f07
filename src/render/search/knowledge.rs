//! What is known beside the pages' own words: what scanners call things, and which words mean the same.
//!
//! In: the site, the embedded lists, the vocabulary. Out: entries for the files of terms. What could find nothing is left out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::merge::Merged;
use super::terms::Beside;
use super::words::all;
use crate::catalogue;
use crate::model::search::SearchSite;

/// The terms of something that is said in one or more words.
type Phrase = Vec<String>;

/// Weight of a word that means the same.
const SAME: f32 = 0.9;
/// Weight of a word that is near.
const NEAR: f32 = 0.45;
/// Weight of a weakness's name.
const NAME: f32 = 0.8;

/// Everything for the files of terms, and the rules with a `*`: pattern, page.
#[must_use]
pub fn knowledge(site: &SearchSite, merged: &Merged) -> (Beside, Vec<Value>) {
    let mut beside = Beside::default();
    let patterns = lookup(site, &mut beside.lookup);
    let mut groups: Vec<(Vec<Phrase>, f32)> = Vec::new();
    for list in &site.synonyms {
        groups.push((list.iter().map(|text| phrase(text)).collect(), SAME));
    }
    for (list, same) in catalogue::synonyms() {
        groups.push((list.iter().map(|text| phrase(text)).collect(), if same { SAME } else { NEAR }));
    }
    let mut found: BTreeMap<Phrase, BTreeMap<Phrase, (f32, bool)>> = BTreeMap::new();
    let mut add = |head: &[String], other: Vec<String>, weight: f32, any: bool| {
        if head.is_empty() || other.is_empty() || head == other {
            return;
        }
        let kept = found.entry(head.to_vec()).or_default().entry(other).or_insert((weight, any));
        if kept.0 < weight {
            *kept = (weight, any);
        }
    };
    for (group, weight) in &groups {
        for head in group {
            for other in group.iter().filter(|other| other.iter().all(|term| merged.find(term).is_some())) {
                add(head, other.clone(), *weight, false);
            }
        }
    }
    weaknesses(merged, &mut add);
    for (head, others) in found {
        let [first, rest @ ..] = head.as_slice() else { continue };
        let others: Vec<Value> =
            others.into_iter().map(|(terms, (weight, any))| json!([terms, shown(weight), u8::from(any)])).collect();
        beside.synonyms.entry(first.clone()).or_default().push(json!([rest, others]));
    }
    (beside, patterns)
}

/// The terms of a phrase; of a word with parts only the parts, since not everybody writes it in one.
fn phrase(text: &str) -> Vec<String> {
    let found = all(text);
    let next = found.iter().skip(1).map(|(_, place)| Some(*place)).chain([None]);
    let parts = found.iter().zip(next).filter(|((_, place), next)| Some(*place) != *next);
    parts.map(|((term, _), _)| term.clone()).collect()
}

/// Hundredths, so that the same number is written the same everywhere.
fn shown(weight: f32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a weight lies between 0 and 1")]
    let hundredths = (weight * 100.0).round() as u32;
    hundredths
}

/// Words of weaknesses' names that say nothing of which weakness it is.
const GENERIC: &str = "improper neutralization special elements command product resource control incorrect insufficient missing generation web page object operation external input data information use uses user system critical";

/// `CWE-79` means its name and its other names; other names mean `CWE-79`.
fn weaknesses(merged: &Merged, add: &mut impl FnMut(&[String], Vec<String>, f32, bool)) {
    let generic: BTreeSet<String> = phrase(GENERIC).into_iter().collect();
    for entry in catalogue::cwes().filter(|entry| !entry.deprecated) {
        let head = [format!("cwe{}", entry.id)];
        let known = |terms: &[String]| terms.iter().all(|term| merged.find(term).is_some());
        let quoted = entry.name.split_once("('").and_then(|(_, rest)| rest.split_once("')")).map(|(name, _)| name);
        for name in quoted.into_iter().chain(entry.alternate_terms.iter().copied()) {
            let terms = phrase(name);
            if known(&head) {
                add(&terms, head.to_vec(), NAME, false);
            }
            if known(&terms) {
                add(&head, terms, NAME, false);
            }
        }
        let mut name = phrase(entry.name);
        name.retain(|term| !generic.contains(term) && merged.find(term).is_some());
        name.dedup();
        add(&head, name, if quoted.is_some() { 0.35 } else { 0.7 }, true);
        for parent in entry.parents.iter().take(1) {
            let parent = vec![format!("cwe{parent}")];
            if known(&parent) {
                add(&head, parent, NEAR, false);
            }
        }
    }
}

/// Pages that are found by a name: how they are found, the name, the pages.
type Called = Vec<(&'static str, String, Vec<usize>)>;

/// The order of CONTENT-MODEL: `r` rule, `s` its ending, `v` CVE, `w` CWE, `a` the nearest ancestor, which is told by its key.
fn lookup(site: &SearchSite, out: &mut BTreeMap<String, Vec<Value>>) -> Vec<Value> {
    let mut patterns = Vec::new();
    let mut found: BTreeMap<String, Called> = BTreeMap::new();
    let mut add = |key: &str, via: &'static str, name: &str, page: usize| {
        let called = found.entry(key.to_lowercase()).or_default();
        match called.iter_mut().find(|(how, known, _)| *how == via && known == name) {
            Some((_, _, pages)) if pages.last() != Some(&page) => pages.push(page),
            Some(_) => {}
            None => called.push((via, name.to_owned(), vec![page])),
        }
    };
    let mut explained: BTreeSet<u32> = BTreeSet::new();
    for (number, page) in site.pages.iter().enumerate() {
        let Some(lookup) = &page.lookup else { continue };
        for rule in &lookup.rules {
            if rule.contains('*') {
                patterns.push(json!([rule.to_lowercase(), number, rule]));
                continue;
            }
            for (at, _) in rule.match_indices(['.', '/', ':']) {
                if let Some(ending) = rule.get(at + 1..).filter(|ending| !ending.is_empty()) {
                    add(ending, "s", rule, number);
                }
            }
            add(rule, "r", rule, number);
        }
        for cve in &lookup.cves {
            add(cve, "v", cve, number);
        }
        for cwe in &lookup.cwes {
            explained.insert(*cwe);
            add(&format!("cwe-{cwe}"), "w", &format!("CWE-{cwe}"), number);
        }
    }
    for (key, called) in found {
        let told = |(via, name, pages): (&str, String, Vec<usize>)| json!([via, differences(&pages), name]);
        out.insert(key, called.into_iter().map(told).collect());
    }
    for entry in catalogue::cwes().filter(|entry| !explained.contains(&entry.id)) {
        if let Some(id) = catalogue::ancestors(entry.id).into_iter().find(|id| explained.contains(id)) {
            out.entry(format!("cwe-{}", entry.id)).or_default().push(json!(["a", format!("cwe-{id}")]));
        }
    }
    patterns
}

/// Each number less the one before.
pub fn differences(numbers: &[usize]) -> Vec<usize> {
    numbers.iter().scan(0, |last, number| Some(number - std::mem::replace(last, *number))).collect()
}
