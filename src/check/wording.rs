//! Wording that looks for a culprit, with a way to say it that looks for a cause.
//!
//! In: a review: its sentences, and who is known by name in the site. Out: diagnostics at the words themselves. The rules are for English. They would rather miss a
//! sentence than object to a good one: what a system failed to do, what is quoted, and what a sentence denies is left alone.

mod conduct;
mod people;
mod prose;
mod rules;
mod sentence;
mod wishes;
mod words;

use super::Report;
use crate::diagnostic::codes;
use crate::model::review::Review;
use crate::source::{At, Span};
pub use people::People;
use prose::Piece;

/// Looks through everything that is said in a review.
pub fn check(review: &Review, people: &People, report: &mut Report<'_>) {
    let document = &report.page.document;
    let text: &str = &document.text;
    let mut pieces: Vec<Piece> = said(report, review).filter_map(|span| Piece::of_field(text, span)).collect();
    pieces.push(Piece::of_body(text, document.body_start, &document.outline));
    for piece in &pieces {
        for sentence in piece.sentences() {
            for hit in rules::hits(people, &sentence) {
                let span = Span::new(piece.start + hit.start, piece.start + hit.end);
                let written = text.get(span.start..span.end).unwrap_or_default();
                let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
                report.note(&codes::BLAMING_WORDS, span, format!("\"{written}\" {}", hit.fault), hit.hint);
            }
        }
    }
}

/// The places of every sentence in the front matter.
fn said(report: &Report<'_>, review: &Review) -> impl Iterator<Item = Span> {
    let common = &report.page.document.common;
    let heads = [&common.title, &common.summary].into_iter().flatten();
    let lists = [&review.contributing_factors, &review.went_well, &review.surprised].into_iter().flatten();
    let moments = review.timeline.iter().filter_map(|moment| moment.what.as_ref());
    let chances = review.opportunities.iter().flat_map(|own| [&own.what, &own.considered]).flatten();
    let improvements = review.improvements.iter().flat_map(|own| [&own.what, &own.dropped_reason]).flatten();
    let all = heads.chain(lists).chain(moments).chain(chances).chain(improvements);
    let spans: Vec<Span> = all.map(|text: &At<String>| text.span).collect();
    spans.into_iter()
}
