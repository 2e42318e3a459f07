//! What the preview shows at one moment, swapped in whole.
//!
//! In: a revision, and the state before it. Out: [`State`], which says what stands at an address: the revision's value, or the last good
//! one of a page whose source cannot be read at the moment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::diagnostic::{Code, Diagnostic, Severity, codes, sorted};
use crate::model::config::Config;
use crate::pipeline::{Revision, Value};
use crate::source::{OutputPath, SourcePath, SourceTree};

/// The sources and what they say of themselves.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Every file.
    pub tree: Arc<SourceTree>,
    /// The configuration, with what the command line says over it.
    pub config: Arc<Config>,
    /// What was wrong with the files and the configuration.
    pub diagnostics: Vec<Diagnostic>,
}

/// One state of the preview.
pub struct State {
    /// Counts from 1; every change has the next one.
    pub number: u64,
    /// What it was made from.
    pub inputs: Inputs,
    /// The site.
    pub revision: Arc<Revision>,
    /// Pages whose sources cannot be read at the moment, as they were when they could.
    pub kept: BTreeMap<OutputPath, Kept>,
    /// What took how long, in order.
    pub timings: Vec<(&'static str, Duration)>,
    /// Why the sources could not be read again, if they could not: what is shown is older.
    pub fault: Option<String>,
    /// Everything that is wrong, as soon as that is known.
    pub diagnostics: OnceLock<Arc<Vec<Diagnostic>>>,
}

/// The last good page of a source.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The source.
    pub source: SourcePath,
    /// The page.
    pub bytes: Arc<[u8]>,
}

/// What makes a source say nothing: it is no text, or its front matter is no YAML.
const SAYS_NOTHING: [&Code; 7] = [
    &codes::FRONT_MATTER_SYNTAX,
    &codes::FRONT_MATTER_UNCLOSED,
    &codes::FRONT_MATTER_LIMIT,
    &codes::NOT_UTF8,
    &codes::NUL_BYTE,
    &codes::UNREADABLE,
    &codes::FILE_TOO_BIG,
];

impl State {
    /// The state after `before`.
    #[must_use]
    pub fn new(
        inputs: Inputs,
        revision: Arc<Revision>,
        before: Option<&Self>,
        timings: Vec<(&'static str, Duration)>,
    ) -> Self {
        let kept = before.map_or_else(BTreeMap::new, |before| before.keep(&revision));
        let number = before.map_or(1, |before| before.number + 1);
        Self { number, inputs, revision, kept, timings, fault: None, diagnostics: OnceLock::new() }
    }

    /// The same state, with a word on why it is not the newest.
    #[must_use]
    pub fn with_fault(&self, fault: String) -> Self {
        Self {
            number: self.number + 1,
            inputs: self.inputs.clone(),
            revision: Arc::clone(&self.revision),
            kept: self.kept.clone(),
            timings: self.timings.clone(),
            fault: Some(fault),
            diagnostics: self.diagnostics.clone(),
        }
    }

    /// The last good pages of what cannot be read in the next revision.
    fn keep(&self, next: &Revision) -> BTreeMap<OutputPath, Kept> {
        let kept = |source: &SourcePath| {
            if let Some((path, kept)) = self.kept.iter().find(|(_, kept)| kept.source == *source) {
                return Some((path.clone(), kept.clone()));
            }
            let path = self.revision.address(source)?;
            match self.revision.value(&path)? {
                Value::File(bytes) => Some((path, Kept { source: source.clone(), bytes })),
                Value::Broken(..) => None,
            }
        };
        unreadable(next).iter().filter_map(kept).collect()
    }

    /// How long all of it took.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.timings.iter().map(|(_, time)| *time).sum()
    }

    /// What is known to be wrong by now.
    #[must_use]
    pub fn told(&self) -> Arc<Vec<Diagnostic>> {
        let known = || Arc::new(sorted(self.revision.known().cloned().collect()));
        self.diagnostics.get().map_or_else(known, Arc::clone)
    }
}

/// Sources that say nothing at the moment.
fn unreadable(revision: &Revision) -> BTreeSet<SourcePath> {
    revision
        .known()
        .filter(|diagnostic| diagnostic.severity == Severity::Error && SAYS_NOTHING.contains(&diagnostic.code))
        .filter_map(|diagnostic| Some(diagnostic.place.as_ref()?.path.clone()))
        .collect()
}
