//! Rules for what findings explain together: whose rule it is, what may ship, and whether scans still show it.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use crate::diagnostic::{Diagnostic, codes};
use crate::markdown::{CodeBlock, Role};
use crate::model::finding::{Finding, Release};
use crate::model::kind::Details;
use crate::model::registry::Exposure;
use crate::model::site::{Page, Site};

/// Short forms that everybody knows.
const PLAIN_SHORT: [&str; 26] = [
    "AM", "ATM", "CD", "CSV", "DVD", "EU", "FAQ", "GPS", "HR", "ID", "IT", "OK", "PC", "PDF", "PIN", "PM", "QR", "SIM",
    "SMS", "TV", "UK", "UN", "US", "USA", "USB", "VAT",
];

/// Short forms of our trade that nobody else has to know, even where the glossary has them.
const TRADE: [&str; 3] = ["CVE", "CVSS", "CWE"];

/// The words of `plain` that need a dictionary, each once: numbers of a catalogue, and short forms that are neither in the
/// glossary nor plain.
pub fn jargon(text: &str, glossary: &BTreeSet<String>) -> Vec<String> {
    let is_jargon = |word: &&str| {
        let head = word.split('-').next().unwrap_or(word);
        if TRADE.contains(&head.to_uppercase().as_str()) {
            return true;
        }
        let short = word.trim_end_matches('s');
        let capitals = short.chars().filter(|c| c.is_uppercase()).count();
        let is_short = capitals >= 2 && short.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
        is_short && !PLAIN_SHORT.contains(&short) && !glossary.contains(short)
    };
    let mut met = BTreeSet::new();
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(is_jargon);
    words.filter(|word| met.insert(*word)).map(str::to_owned).collect()
}

/// Words of the glossary, as they are written.
pub fn glossary(site: &Site) -> BTreeSet<String> {
    let entries = site.registry.glossary.iter();
    entries
        .flat_map(|(term, entry)| {
            let aliases = entry.value.aliases.iter().map(|alias| alias.value.clone());
            [term.clone()].into_iter().chain(aliases).collect::<Vec<_>>()
        })
        .collect()
}

/// Whether the code that is shown as good is the code that is shown as bad.
pub fn good_is_bad(report: &mut Report<'_>) {
    let document = report.page.document.clone();
    let blocks = |role: Role| document.outline.code_blocks.iter().filter(move |block| block.info.role == Some(role));
    let code = |block: &CodeBlock| bare(block.code.as_deref().unwrap_or_default());
    let bad: BTreeSet<String> = blocks(Role::Bad).map(code).collect();
    for block in blocks(Role::Good).filter(|block| bad.contains(&code(block))) {
        let message = "the code that is called good is the code that is called bad";
        report.note(&codes::GOOD_IS_BAD, block.span, message, "show what changes, or take one of the two away");
    }
}

/// Code without the blanks and breaks at the ends of its lines.
fn bare(code: &str) -> String {
    code.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Whether the page says what may ship for every exposure its services have; a page without services is for all of them.
pub fn release_gap(site: &Site, finding: &Finding, release: &Release, report: &mut Report<'_>) {
    if release.default.is_some() {
        return;
    }
    let services = &site.registry.services;
    let own = &report.page.document.common.services;
    let exposure = |id: &str| services.get(id).map(|entry| entry.value.exposure.as_ref().map(|one| one.value));
    let in_use: Vec<Option<Exposure>> = if own.is_empty() {
        services.keys().filter_map(|id| exposure(id)).collect()
    } else {
        own.iter().filter_map(|service| exposure(&service.value.0)).collect()
    };
    let said = [&release.external, &release.internal].into_iter().flatten().map(|word| word.span).next();
    let span = said.or_else(|| finding.cwe.first().map(|cwe| cwe.span)).unwrap_or_else(|| report.top());
    let external = (Exposure::External, &release.external, "external");
    for (of, word, name) in [external, (Exposure::Internal, &release.internal, "internal")] {
        if word.is_none() && in_use.contains(&Some(of)) {
            let message = format!("`release` says nothing for services that are {name}, and some are");
            report.note(&codes::RELEASE_GAP, span, message, format!("add `{name}:` or `default:`"));
        }
    }
}

/// Rules that two pages say they explain: nobody could know which one to read.
pub fn claimed_twice(site: &Site, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(String, String), (&Page, crate::source::Span)> = BTreeMap::new();
    for (page, finding) in findings(site) {
        for rule in &finding.rules {
            let (Some(scanner), Some(id)) = (&rule.scanner, &rule.id) else { continue };
            let key = (scanner.value.0.clone(), id.value.to_lowercase());
            let Some((other, span)) = first.get(&key) else {
                first.insert(key, (page, id.span));
                continue;
            };
            let twice = if other.path() == page.path() { "twice on this page" } else { "by two pages" };
            found.push(
                Diagnostic::new(&codes::RULE_CLAIMED_TWICE, format!("the rule `{}` is explained {twice}", id.value))
                    .at(page.path(), id.span)
                    .related(other.path(), Some(*span), "also here")
                    .help("leave it with the page that fits better, and link to that page from the other one"),
            );
        }
    }
}

/// Mappings that no scan has shown for `stale_mapping`, though the scanner ran: by what is kept in `_data/coverage/`.
pub fn stale_mappings(site: &Site, found: &mut Vec<Diagnostic>) {
    let period = site.config.stale_mapping;
    for (page, finding) in findings(site) {
        for rule in &finding.rules {
            let (Some(scanner), Some(id)) = (&rule.scanner, &rule.id) else { continue };
            let is = |mapping: &crate::model::coverage::Mapping| {
                mapping.page == page.id && mapping.scanner == scanner.value.0 && mapping.rule == id.value
            };
            // The last day on which it was seen, else the first on which it was looked for.
            let (mut since, mut seen, mut missed) = (None, false, false);
            for (day, coverage) in &site.registry.coverage {
                if coverage.value.shown.iter().any(is) {
                    (since, seen, missed) = (Some(*day), true, false);
                } else if coverage.value.dead.iter().any(is) {
                    since = since.or(Some(*day));
                    missed = true;
                }
            }
            let Some(since) = since.filter(|since| missed && period.after(*since) < site.config.today) else {
                continue;
            };
            let how = if seen { "was last shown by a scan" } else { "has been shown by no scan" };
            let message = format!("the rule `{}` {how} {} {since}", id.value, if seen { "of" } else { "since" });
            let help = "look whether the scanner renamed it; take the mapping away, or scan what it is about";
            found.push(Diagnostic::new(&codes::STALE_MAPPING, message).at(page.path(), id.span).help(help));
        }
    }
}

fn findings(site: &Site) -> impl Iterator<Item = (&Page, &Finding)> {
    site.pages.values().filter(|page| page.is_listed()).filter_map(|page| match &*page.document.details {
        Details::Finding(finding) => Some((&**page, &**finding)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::jargon;

    #[test]
    fn short_forms_are_jargon_unless_they_are_plain_or_in_the_glossary() {
        let glossary = BTreeSet::from(["XSS".to_owned(), "CVE".to_owned()]);
        for (text, wanted) in [
            ("The page runs a script.", ""),
            ("Your PIN and two IDs.", ""),
            ("It is an XSS.", ""),
            ("An SSRF in our API, an SSRF again.", "SSRF API"),
            ("See CVE-2024-1.", "CVE-2024-1"),
            ("It is cwe-79 again.", "cwe-79"),
            ("I am A person. B2B", "B2B"),
            ("Schöne ÄÖ", "ÄÖ"),
        ] {
            assert_eq!(jargon(text, &glossary).join(" "), wanted, "{text}");
        }
    }
}
