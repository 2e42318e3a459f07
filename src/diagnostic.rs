//! Mistakes as data: what is wrong, where, and what to do. Drawing them is the command line's business.
//!
//! In: nothing. Out: [`Diagnostic`], [`Checked`], and in [`codes`] the one table of all codes.

pub mod codes;

use crate::source::{SourcePath, Span};
pub use codes::Code;

/// How bad it is. `error` and `warning` are mistakes of the source and do not depend on the day; `due` is a fact of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The site is not published.
    Error,
    /// The site is published; somebody should look.
    Warning,
    /// Something has run out or is overdue; never stops a build.
    Due,
}

impl Severity {
    /// The word that people and machines read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Due => "due",
        }
    }
}

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: SourcePath,
    /// The bytes meant, counted from the top of the file; none when the whole file is meant.
    pub span: Option<Span>,
}

/// One thing that is wrong or due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What sort of mistake it is.
    pub code: &'static Code,
    /// Usually the code's own severity; loose mode and `links: warn` soften some.
    pub severity: Severity,
    /// What is, in lower case, without a full stop.
    pub message: String,
    /// Where; none for the site as a whole.
    pub place: Option<Place>,
    /// What to do.
    pub help: Option<String>,
    /// Other places that belong to it, each with a word why.
    pub related: Vec<(Place, String)>,
}

impl Diagnostic {
    /// A diagnostic of this code at no place yet.
    #[must_use]
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity, message: message.into(), place: None, help: None, related: Vec::new() }
    }

    /// The same at bytes of a file.
    #[must_use]
    pub fn at(mut self, path: &SourcePath, span: Span) -> Self {
        self.place = Some(Place { path: path.clone(), span: Some(span) });
        self
    }

    /// The same about a whole file.
    #[must_use]
    pub fn on(mut self, path: &SourcePath) -> Self {
        self.place = Some(Place { path: path.clone(), span: None });
        self
    }

    /// The same with a line that says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with help when there is some.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// The same with another place that belongs to it.
    #[must_use]
    pub fn related(mut self, path: &SourcePath, span: Option<Span>, why: impl Into<String>) -> Self {
        self.related.push((Place { path: path.clone(), span }, why.into()));
        self
    }

    /// The same with another severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// An error becomes a warning; nothing else changes.
    #[must_use]
    pub fn softened(mut self) -> Self {
        if self.severity == Severity::Error {
            self.severity = Severity::Warning;
        }
        self
    }
}

/// The best value that could be made, and everything that was wrong on the way.
#[derive(Clone, Debug, Default)]
pub struct Checked<T> {
    /// The value.
    pub value: T,
    /// What was wrong, in no particular order.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// A value with nothing wrong.
    #[must_use]
    pub fn clean(value: T) -> Self {
        Self { value, diagnostics: Vec::new() }
    }
}

/// Sorts by place, then severity, code and message, and drops doubles: the order in which people are shown them.
#[must_use]
pub fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by(|a, b| {
        (&a.place, a.severity, a.code.name, &a.message, &a.help).cmp(&(
            &b.place,
            b.severity,
            b.code.name,
            &b.message,
            &b.help,
        ))
    });
    diagnostics.dedup();
    diagnostics
}

/// "did you mean" for a word, from the words that would have been right; none when nothing is near.
#[must_use]
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("did you mean `{near}`?"))
}

/// The nearest of the known words, if one is near enough: at most a third of its letters differ, or case and separators only.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |text: &str| text.to_lowercase().replace([' ', '_'], "-");
    let folded = fold(word);
    let most = (folded.chars().count() / 3).max(1);
    known
        .into_iter()
        .filter_map(|candidate| {
            let other = fold(candidate);
            if other.len().abs_diff(folded.len()) > most * 4 {
                return None;
            }
            let distance = strsim::osa_distance(&folded, &other);
            (distance <= most).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}
