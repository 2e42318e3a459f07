//! The report as one JSON object, for other programs.
//!
//! In: a report. Out: `{"version":1,"diagnostics":[…],"summary":{…}}` on one line. Lines and columns count from 1, columns
//! in Unicode code points; bytes count from 0 at the top of the file; every end is one past the last. What a diagnostic
//! does not have is `null`. Fields may be added under the same version; none is removed or changes its meaning.

use super::place::Places;
use super::visible::escaped_json;
use super::{Report, totals};
use crate::diagnostic::Diagnostic;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<Entry<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    path: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    start_byte: Option<usize>,
    end_byte: Option<usize>,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    due: usize,
    pages: usize,
}

/// Writes the object.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(report.sources);
    let totals = totals(report);
    let document = Document {
        version: 1,
        diagnostics: report.diagnostics.iter().map(|diagnostic| entry(diagnostic, &mut places)).collect(),
        summary: Summary { errors: totals.errors, warnings: totals.warnings, due: totals.due, pages: totals.pages },
    };
    let text = serde_json::to_string(&document)?;
    writeln!(out, "{}", escaped_json(&text))
}

fn entry<'a>(diagnostic: &'a Diagnostic, places: &mut Places<'a>) -> Entry<'a> {
    let place = diagnostic.place.as_ref();
    let located = place.and_then(|place| places.locate(place));
    // Bytes are known even of a file that is not text.
    let span = located.map(|located| located.span).or_else(|| place.and_then(|place| place.span));
    Entry {
        code: diagnostic.code.name,
        severity: diagnostic.severity.as_str(),
        message: &diagnostic.message,
        path: place.map(|place| place.path.as_str()),
        line: located.map(|located| located.start.line),
        column: located.map(|located| located.start.column),
        end_line: located.map(|located| located.end.line),
        end_column: located.map(|located| located.end.column),
        start_byte: span.map(|span| span.start),
        end_byte: span.map(|span| span.end),
        help: diagnostic.help.as_deref(),
    }
}
