//! A page as it was written: what parsing one file alone can know.

use std::sync::Arc;

use super::common::Common;
use super::field::Reference;
use super::kind::{Details, Kind};
use super::leaf::Id;
use crate::markdown::Outline;
use crate::source::{At, History, SourcePath, Span, Text};

/// One Markdown file, read and typed.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file.
    pub path: SourcePath,
    /// Its kind, by its folder or its `kind` field.
    pub kind: Kind,
    /// Its whole text.
    pub text: Text,
    /// Where the body begins, in bytes from the top of the file.
    pub body_start: usize,
    /// Where the front matter stands; empty when there is none.
    pub front_matter: Span,
    /// The fields that every kind has.
    pub common: Arc<Common>,
    /// The fields of its own kind.
    pub details: Arc<Details>,
    /// Every reference that its fields make.
    pub references: Vec<Reference>,
    /// What its body holds.
    pub outline: Outline,
    /// What git knows of it, where it was asked.
    pub history: Option<History>,
}

/// A part of a page that others can point to: `checkout#T1`.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Its id and where that is written.
    pub id: &'a At<Id>,
    /// What people call it, where it has a name.
    pub title: Option<&'a str>,
    /// What sort of part: `threat`, `requirement`, ….
    pub noun: &'static str,
}

fn part<'a>(id: Option<&'a At<Id>>, title: Option<&'a At<String>>, noun: &'static str) -> Option<Part<'a>> {
    id.map(|id| Part { id, title: title.map(|title| title.value.as_str()), noun })
}

impl Document {
    /// Everything in the front matter that has an id of its own, in the order of the field table.
    #[must_use]
    pub fn parts(&self) -> Vec<Part<'_>> {
        match &*self.details {
            Details::ThreatModel(model) => {
                let components = model.components.iter().map(|c| part(c.id.as_ref(), c.name.as_ref(), "component"));
                let flows = model.flows.iter().map(|f| part(f.id.as_ref(), None, "flow"));
                let zones = model.zones.iter().map(|z| part(z.id.as_ref(), z.name.as_ref(), "zone"));
                let assets = model.assets.iter().map(|a| part(a.id.as_ref(), a.name.as_ref(), "asset"));
                let assumptions = model.assumptions.iter().map(|a| part(a.id.as_ref(), a.text.as_ref(), "assumption"));
                let threats = model.threats.iter().map(|t| part(t.id.as_ref(), t.title.as_ref(), "threat"));
                let requirements =
                    model.requirements.iter().map(|r| part(r.id.as_ref(), r.text.as_ref(), "requirement"));
                components
                    .chain(flows)
                    .chain(zones)
                    .chain(assets)
                    .chain(assumptions)
                    .chain(threats)
                    .chain(requirements)
                    .flatten()
                    .collect()
            }
            Details::Review(review) => {
                review.improvements.iter().filter_map(|i| part(i.id.as_ref(), i.what.as_ref(), "improvement")).collect()
            }
            Details::Curriculum(curriculum) => {
                curriculum.levels.iter().filter_map(|l| part(l.id.as_ref(), l.name.as_ref(), "level")).collect()
            }
            Details::Module(module) => module
                .evidence
                .iter()
                .filter_map(|e| part(e.id.as_ref(), e.what.as_ref(), "piece of evidence"))
                .collect(),
            Details::Page | Details::Finding(_) | Details::Champion(_) => Vec::new(),
        }
    }
}
