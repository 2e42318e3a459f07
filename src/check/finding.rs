//! Rules for findings: known weaknesses, plain words, and words that are about us.

use std::collections::BTreeSet;

use super::{Report, classifications, explanations};
use crate::diagnostic::codes;
use crate::model::finding::Finding;
use crate::model::kind::Details;
use crate::model::site::Site;

/// Names of what we have: services, and assets of threat models; in lower case.
pub struct Words(BTreeSet<String>);

impl Words {
    /// Reads the names of a site.
    pub fn of(site: &Site) -> Self {
        let mut words = BTreeSet::new();
        for id in site.registry.services.keys() {
            words.insert(id.to_lowercase());
            words.insert(site.registry.service_name(id).to_lowercase());
        }
        for page in site.pages.values() {
            let Details::ThreatModel(model) = &*page.document.details else { continue };
            let names = model.assets.iter().filter_map(|asset| asset.name.as_ref());
            words.extend(names.map(|name| name.value.to_lowercase()));
        }
        Self(words)
    }
}

/// Checks one finding.
pub fn check(site: &Site, finding: &Finding, words: &Words, glossary: &BTreeSet<String>, report: &mut Report<'_>) {
    classifications::cwe(&finding.cwe, report);
    classifications::owasp(&finding.owasp, report);
    if let Some(plain) = &finding.plain {
        let sentences = sentences(plain);
        if sentences > 2 {
            report.note(
                &codes::PLAIN_TOO_LONG,
                plain.span,
                format!("`plain` has {sentences} sentences"),
                "say what it is in two; the rest belongs in the text",
            );
        }
        if let Some(word) = explanations::jargon(plain, glossary) {
            report.note(
                &codes::JARGON_IN_PLAIN,
                plain.span,
                format!("`plain` says `{word}`, and not everybody knows what that is"),
                "say what happens, and to whom; or explain the short form in `_data/glossary.yaml`",
            );
        }
    }
    explanations::good_is_bad(report);
    if let Some(release) = &finding.release {
        explanations::release_gap(site, finding, release, report);
    }
    if let Some(for_us) = &finding.for_us {
        let text = for_us.to_lowercase();
        if !words.0.is_empty() && !words.0.iter().any(|word| text.contains(word.as_str())) {
            report.note(
                &codes::FOR_US_NAMES_NOTHING,
                for_us.span,
                "`for_us` names no service or asset that we have",
                "say where it strikes: name a service of the registry or an asset of a threat model",
            );
        }
    }
}

/// Sentences of a text: ends at `.`, `!` or `?` before white space or the end, or at `。`.
fn sentences(text: &str) -> usize {
    let mut count = 0;
    let mut open = false;
    let mut letters = text.trim().chars().peekable();
    while let Some(c) = letters.next() {
        let end = match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => letters.peek().is_none_or(|next| next.is_whitespace()),
            _ => false,
        };
        if end && open {
            count += 1;
            open = false;
        } else if c.is_alphanumeric() {
            open = true;
        }
    }
    count + usize::from(open)
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn sentences_are_counted_by_their_ends() {
        for (text, wanted) in
            [("", 0), ("One", 1), ("One. Two.", 2), ("Version 1.2 is out. Really?! Yes", 3), ("一。二。", 2)]
        {
            assert_eq!(sentences(text), wanted, "{text}");
        }
    }
}
