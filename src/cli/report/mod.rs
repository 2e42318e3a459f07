//! Diagnostics as people and machines read them.
//!
//! In: a [`Report`], which is sorted diagnostics and the sources they point into. Out: bytes in one of five [`Format`]s,
//! the same for the same report on every machine. One file here is one format; what they share is `place` (where a
//! diagnostic points), `excerpt` (the lines around it) and `visible` (text that cannot steer a terminal).

mod described;
mod excerpt;
mod github;
mod human;
mod json;
mod place;
mod sarif;
mod short;
pub(super) mod visible;

pub use described::describe;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceTree;
use std::io::{self, Write};

/// How diagnostics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// With an excerpt of the source, for people
    Human,
    /// One line each, for editors and `grep`
    Short,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, which GitHub Actions shows beside the lines
    Github,
}

/// Everything that one run has to say.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What is wrong or due, already in the order in which it is shown.
    pub diagnostics: &'a [Diagnostic],
    /// The files that the diagnostics point into.
    pub sources: &'a SourceTree,
    /// How many pages were looked at.
    pub pages: usize,
    /// Where the knowledge base lies in the repository, as in `docs/kb`; none when it is the whole repository. `sarif`
    /// and `github`, which are read from the repository's root, put it before every path. An absolute folder works too;
    /// `sarif` then names it once, as the address of `%SRCROOT%`.
    pub root: Option<&'a str>,
}

/// How many diagnostics of each severity there are, and in how many pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Diagnostics that keep the site from being published.
    pub errors: usize,
    /// Diagnostics that somebody should look at.
    pub warnings: usize,
    /// Facts of the calendar.
    pub due: usize,
    /// Pages that were looked at.
    pub pages: usize,
}

/// Writes the whole report. `color` is for people only: the other formats never contain an escape sequence.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(report: &Report<'_>, format: Format, color: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, color, out),
        Format::Short => short::write(report, out),
        Format::Json => json::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, out),
    }
}

/// Writes the diagnostics for people alone, without the line that counts them.
///
/// # Errors
/// When `out` cannot be written.
pub fn list(report: &Report<'_>, short: bool, color: bool, out: &mut dyn Write) -> io::Result<()> {
    if short { short::write(report, out) } else { human::list(report, color, out) }
}

/// Counts the diagnostics of a report.
#[must_use]
pub fn totals(report: &Report<'_>) -> Totals {
    let count = |severity| report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    Totals {
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        due: count(Severity::Due),
        pages: report.pages,
    }
}
