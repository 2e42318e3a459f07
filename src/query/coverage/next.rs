//! The pages to write next: greedily, the one that would explain most of what is left.
//!
//! A page about a weakness also explains rules of the weaknesses below it, as long as they have none of their own. So a
//! parent may cover more than each of its children; but a page about everything explains nothing. Candidates are therefore
//! what rules name themselves, as long as it is no category, and those ancestors that CWE allows as the answer to "what is
//! wrong": no pillar, nothing that is discouraged.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{self, Abstraction, Usage};
use crate::model::coverage::{Next, Unexplained, share};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Page {
    Cwe(u32),
    Rule(String, String),
}

/// The pages in the order in which they should be written, until everything would be explained.
pub fn pages(unexplained: &[Unexplained], all: u64) -> Vec<Next> {
    let mut covered: BTreeMap<Page, BTreeSet<usize>> = BTreeMap::new();
    let mut direct: BTreeMap<u32, u64> = BTreeMap::new();
    for (at, rule) in unexplained.iter().enumerate() {
        let candidates = candidates(rule);
        // No page can name a rule that has no name.
        if candidates.is_empty() && !rule.rule.is_empty() {
            covered.entry(Page::Rule(rule.scanner.clone(), rule.rule.clone())).or_default().insert(at);
        }
        for cwe in &rule.cwe {
            *direct.entry(*cwe).or_default() += rule.results;
        }
        for cwe in candidates {
            covered.entry(Page::Cwe(cwe)).or_default().insert(at);
        }
    }
    let mut pages = Vec::new();
    loop {
        let weight = |rules: &BTreeSet<usize>| -> u64 {
            rules.iter().filter_map(|at| unexplained.get(*at)).map(|rule| rule.results).sum()
        };
        // Of equals, the one that rules name most often themselves, then the more specific one, then the lower number.
        let rank = |page: &Page| match page {
            Page::Cwe(cwe) => (direct.get(cwe).copied().unwrap_or(0), catalogue::ancestors(*cwe).len(), u32::MAX - cwe),
            Page::Rule(..) => (0, 0, 0),
        };
        let best = covered.iter().max_by_key(|(page, rules)| (weight(rules), rank(page), std::cmp::Reverse(*page)));
        let Some((page, rules)) = best.filter(|(_, rules)| !rules.is_empty()) else { return pages };
        let (page, rules) = (page.clone(), rules.clone());
        let covers = weight(&rules);
        let (write, name) = match &page {
            Page::Cwe(cwe) => (format!("CWE-{cwe}"), catalogue::cwe(*cwe).map(|entry| entry.name.to_owned())),
            Page::Rule(scanner, rule) => (format!("{scanner} {rule}").trim().to_owned(), None),
        };
        pages.push(Next { write, name, covers, share: share(covers, all) });
        covered.remove(&page);
        for left in covered.values_mut() {
            *left = left.difference(&rules).copied().collect();
        }
        covered.retain(|_, left| !left.is_empty());
    }
}

/// Weaknesses whose page would explain a rule.
fn candidates(rule: &Unexplained) -> BTreeSet<u32> {
    let mut candidates = BTreeSet::new();
    for cwe in &rule.cwe {
        if catalogue::cwe(*cwe).is_some_and(catalogue::Weakness::is_for_mapping) {
            candidates.insert(*cwe);
        }
        candidates.extend(catalogue::ancestors(*cwe).into_iter().filter(|ancestor| {
            catalogue::cwe(*ancestor).is_some_and(|entry| {
                entry.abstraction != Abstraction::Pillar
                    && matches!(entry.usage, Usage::Allowed | Usage::AllowedWithReview)
            })
        }));
    }
    candidates
}
