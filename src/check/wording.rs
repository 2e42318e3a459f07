//! Wording that looks for a culprit, with a way to say it that looks for a cause.

use super::Report;
use crate::diagnostic::codes;
use crate::source::Span;

/// Phrases that blame, in lower case, and what to write instead.
const PHRASES: &[(&str, &str)] = &[
    ("human error", "say what made the step easy to get wrong"),
    ("operator error", "say what made the step easy to get wrong"),
    ("user error", "say what made the step easy to get wrong"),
    ("should have known", "say what was known at the time, and where the rest could have been seen"),
    ("should have noticed", "say which signal there was, and why it was easy to miss"),
    ("should have been more careful", "say which check would have caught it"),
    ("should have checked", "say which check would have caught it, and where it belongs"),
    ("careless", "say what the step looked like to those who took it"),
    ("negligen", "say what the step looked like to those who took it"),
    ("sloppy", "say what the step looked like to those who took it"),
    ("incompeten", "say what the work would have needed"),
    ("forgot to", "say what would have reminded"),
    ("neglected to", "say what would have reminded"),
    ("failed to follow", "say how the procedure and the work differ"),
    ("was at fault", "say what made it possible"),
    ("is to blame", "say what made it possible"),
    ("was to blame", "say what made it possible"),
    ("are to blame", "say what made it possible"),
    ("screwed up", "say what happened"),
    ("messed up", "say what happened"),
    ("stupid", "say what made it look right at the time"),
    ("obvious mistake", "say what made it look right at the time"),
];

/// Looks through the whole page but its code.
pub fn check(report: &mut Report<'_>) {
    let document = &report.page.document;
    let text: &str = &document.text;
    let code: Vec<Span> = document.outline.code_blocks.iter().map(|block| block.span).collect();
    // ASCII case folding keeps every byte in its place.
    let lower = text.to_ascii_lowercase();
    for (phrase, hint) in PHRASES {
        for (start, _) in lower.match_indices(phrase) {
            let span = Span::new(start, start + phrase.len());
            let inside = |block: &&Span| block.start <= span.start && span.end <= block.end;
            let word =
                lower.get(..start).and_then(|before| before.chars().next_back()).is_none_or(|c| !c.is_alphanumeric());
            if word && code.iter().find(inside).is_none() {
                let written = text.get(start..span.end).unwrap_or(phrase);
                report.note(&codes::BLAMING_WORDS, span, format!("\"{written}\" looks for a culprit"), *hint);
            }
        }
    }
}
