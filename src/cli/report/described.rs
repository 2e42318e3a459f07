//! Diagnostics as data for a browser: the preview draws them as text.
//!
//! In: a report. Out: one [`Described`] each, in the same order.

use super::Report;
use super::excerpt::excerpt;
use super::place::Places;
use crate::diagnostic::Diagnostic;
use serde::Serialize;

/// A diagnostic with its place in lines and columns, and the lines it is about.
#[derive(Debug, Serialize)]
pub struct Described {
    code: &'static str,
    severity: &'static str,
    message: String,
    help: Option<String>,
    path: Option<String>,
    /// From 1.
    line: Option<usize>,
    /// From 1, in code points.
    column: Option<usize>,
    /// A few short lines.
    excerpt: Option<String>,
    /// The part of the excerpt that is meant, in code points: first, and one past the last.
    mark: Option<(usize, usize)>,
}

/// Describes all of them.
#[must_use]
pub fn describe(report: &Report<'_>) -> Vec<Described> {
    let mut places = Places::new(report.sources);
    report.diagnostics.iter().map(|diagnostic| one(diagnostic, &mut places)).collect()
}

fn one<'a>(diagnostic: &'a Diagnostic, places: &mut Places<'a>) -> Described {
    let place = diagnostic.place.as_ref();
    let located = place.and_then(|place| places.locate(place));
    let shown = located.as_ref().map(excerpt);
    let mark = shown.as_ref().map(|shown| {
        let before = |end: usize| shown.source.get(..end).map_or(0, |text| text.chars().count());
        (before(shown.marked.start), before(shown.marked.end))
    });
    Described {
        code: diagnostic.code.name,
        severity: diagnostic.severity.as_str(),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        path: place.map(|place| place.path.as_str().to_owned()),
        line: located.as_ref().map(|located| located.start.line),
        column: located.as_ref().map(|located| located.start.column),
        excerpt: shown.map(|shown| shown.source),
        mark,
    }
}
