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
        words.remove("");
        Self(words)
    }

    /// Whether a text has one of the names, as a word or words of its own.
    fn are_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.0.iter().any(|name| text.match_indices(name.as_str()).any(|(at, _)| stands_alone(&text, at, name.len())))
    }
}

/// Whether what stands at this place is no part of a longer word. A plural is the same word; scripts from Thai on often
/// write words without anything between them, so there a part counts.
fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() && c < '\u{e00}';
    let before = text.get(..at).and_then(|head| head.chars().next_back());
    let rest = text.get(at + length..).unwrap_or_default();
    let ends = |rest: &str| !rest.starts_with(goes_on);
    !before.is_some_and(goes_on) && (ends(rest) || rest.strip_prefix('s').is_some_and(ends))
}

/// Words of jargon that a message has room for.
const JARGON_SAID: usize = 8;

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
        let words = explanations::jargon(plain, glossary);
        if !words.is_empty() {
            let mut said: Vec<String> = words.iter().take(JARGON_SAID).map(|word| format!("`{word}`")).collect();
            said.extend(
                words.len().checked_sub(JARGON_SAID).filter(|more| *more > 0).map(|more| format!("{more} more")),
            );
            let what = if words.len() == 1 { "that is" } else { "they are" };
            report.note(
                &codes::JARGON_IN_PLAIN,
                plain.span,
                format!("`plain` says {}, and not everybody knows what {what}", said.join(", ")),
                "say what happens, and to whom; or explain the short form in `_data/glossary.yaml`",
            );
        }
    }
    explanations::good_is_bad(report);
    if let Some(release) = &finding.release {
        explanations::release_gap(site, finding, release, report);
    }
    if let Some(for_us) = &finding.for_us
        && !words.0.is_empty()
        && !words.are_in(for_us)
    {
        report.note(
            &codes::FOR_US_NAMES_NOTHING,
            for_us.span,
            "`for_us` names no service or asset that we have",
            "say where it strikes: name a service of the registry or an asset of a threat model",
        );
    }
}

/// Short forms with a point that a sentence goes on after.
const GOES_ON: [&str; 9] = ["approx", "cf", "dr", "incl", "mr", "mrs", "resp", "st", "vs"];

/// Sentences of a text: ends at `.`, `!` or `?` before white space or the end, or at `。`. No sentence begins with a small
/// letter (as in Unicode's annex 29, rule SB8), and none ends in `e.g.` or another short form.
fn sentences(text: &str) -> usize {
    let text = text.trim();
    let (mut count, mut open) = (0, false);
    for (at, c) in text.char_indices() {
        let end = match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => ends(text.get(..at).unwrap_or_default(), c, text.get(at + 1..).unwrap_or_default()),
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

/// Whether a mark ends a sentence, by what stands before and after it.
fn ends(before: &str, mark: char, after: &str) -> bool {
    let after = after.trim_start_matches(['"', '\'', '”', '’', ')', ']']);
    let Some(next) = after.chars().next() else { return true };
    if !next.is_whitespace() || mark != '.' {
        return next.is_whitespace();
    }
    !after.trim_start().starts_with(char::is_lowercase) && !ends_short(before)
}

/// Whether a text ends in a short form: `e.g`, `i.e`, `U.S`, or one that is known.
fn ends_short(text: &str) -> bool {
    let word = text.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let of_letters = word.contains('.') && word.split('.').all(|part| part.chars().count() == 1);
    let letters = word.chars().all(|c| c.is_alphabetic() || c == '.');
    of_letters && letters || GOES_ON.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Words, sentences};

    #[test]
    fn sentences_are_counted_by_their_ends() {
        for (text, wanted) in [
            ("", 0),
            ("One", 1),
            ("One. Two.", 2),
            ("Version 1.2 is out. Really?! Yes", 3),
            ("一。二。", 2),
            ("Somebody else's files, e.g. Bob's, are shown. That is all.", 2),
            ("It reads a file (i.e. any file) of the U.S. branch, red vs. Blue.", 1),
            ("He said \"stop.\" Then he left. So did we", 3),
            ("A list of things, etc. and more.", 1),
            ("It runs Node.js. It stops.", 2),
            ("See 1.2. It is old.", 2),
            ("e.g.\u{3000}A thing of i.e.\r\nAnother.", 1),
        ] {
            assert_eq!(sentences(text), wanted, "{text}");
        }
    }

    #[test]
    fn long_texts_are_read_once() {
        for part in [" ", ".", ") ", ". ", "A.\u{3000}", "AB1 ", ".)"] {
            let text = format!("A{}b.", part.repeat(300_000));
            assert!(sentences(&text) >= 1, "{part:?}");
        }
    }

    #[test]
    fn names_are_words_of_their_own() {
        let words = Words(BTreeSet::from(["order".to_owned(), "customer records".to_owned(), "注文".to_owned()]));
        for (text, wanted) in [
            ("Anyone reads an order.", true),
            ("Orders of others.", true),
            ("The (Order) page", true),
            ("the order-list", true),
            ("It is on the border.", false),
            ("It is ordered.", false),
            ("customer  records", false),
            ("All Customer Records leak", true),
            ("顧客の注文が見える", true),
            ("nothing", false),
        ] {
            assert_eq!(words.are_in(text), wanted, "{text}");
        }
    }
}
