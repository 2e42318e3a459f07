//! What the five formats write, for the inputs that go wrong most easily.
//!
//! In: small sources and diagnostics made by hand. Out: the whole text of a format, or a property of it.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test lays things out on disk, runs the program on them, and may fail loudly"
)]

mod excerpt;
mod github;
mod human;
mod json;
mod safety;
mod sarif;
mod short;

use tiltyard::cli::report::{Format, Report, write};
use tiltyard::diagnostic::Diagnostic;
use tiltyard::source::{SourcePath, SourceTree, Span};

/// The bytes of a report over these files, as text.
fn report(files: &[(&str, &str)], diagnostics: &[Diagnostic], format: Format) -> String {
    let mut sources = SourceTree::default();
    for (path, text) in files {
        sources.insert(path, text.as_bytes());
    }
    rendered(&Report { diagnostics, sources: &sources, pages: 41, root: None }, format, false)
}

/// The bytes of this report, as text.
fn rendered(report: &Report<'_>, format: Format, color: bool) -> String {
    let mut out = Vec::new();
    write(report, format, color, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The path as a value.
fn path(path: &str) -> SourcePath {
    SourcePath::new(path)
}

/// Where `part` first stands in `text`.
fn span(text: &str, part: &str) -> Span {
    let start = text.find(part).unwrap();
    Span::new(start, start + part.len())
}
