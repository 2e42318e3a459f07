//! What a resolved site says that cannot be right: one file a rule family. Sees the whole site, whatever the audience.
//!
//! In: [`Site`]. Out: diagnostics.

mod classifications;
mod common;
mod curriculum;
mod explanations;
mod finding;
mod invariants;
mod markdown;
mod progress;
mod review;
mod scorecard;
mod secret_names;
mod threat_model;
mod wording;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Code, Diagnostic, codes};
use crate::model::common::Status;
use crate::model::kind::Details;
use crate::model::leaf::Id;
use crate::model::registry::Side;
use crate::model::site::{Page, Site};
use crate::model::threat_model::Verification;
use crate::source::{At, Span};

/// Everything that is wrong or due.
#[must_use]
pub fn check(site: &Site) -> Vec<Diagnostic> {
    let known = Known {
        words: finding::Words::of(site),
        glossary: explanations::glossary(site),
        people: wording::People::of(site),
    };
    let pages: Vec<&Page> = site.pages.values().map(Arc::as_ref).collect();
    let mut findings: Vec<Diagnostic> = pages.par_iter().flat_map_iter(|page| of_page(site, &known, page)).collect();
    if !site.config.loose {
        curriculum::circles(site, &mut findings);
        progress::check(site, &mut findings);
        scorecard::check(site, &mut findings);
        secret_names::check(site, &mut findings);
        explanations::claimed_twice(site, &mut findings);
        explanations::stale_mappings(site, &mut findings);
        invariants::check(site, &mut findings);
    }
    findings
}

/// What is known of the whole site, once for all pages.
struct Known {
    words: finding::Words,
    glossary: BTreeSet<String>,
    people: wording::People,
}

fn of_page(site: &Site, known: &Known, page: &Page) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut report = Report { page, diagnostics: &mut findings };
    markdown::check(site, &mut report);
    if site.config.loose {
        return findings;
    }
    common::check(site, &mut report);
    match &*page.document.details {
        Details::Finding(finding) => finding::check(site, finding, &known.words, &known.glossary, &mut report),
        Details::ThreatModel(model) => threat_model::check(site, model, &mut report),
        Details::Review(review) => review::check(site, review, &known.people, &mut report),
        Details::Curriculum(_) | Details::Page | Details::Champion(_) => {}
        Details::Module(module) => curriculum::module(site, module, &mut report),
    }
    findings
}

/// Collects what is wrong with one page.
struct Report<'a> {
    page: &'a Page,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Report<'_> {
    /// Notes something at a place of the page; a place of no length at its top means that a folder's defaults said it.
    fn note(&mut self, code: &'static Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(code, message).at(self.page.path(), span).help(help));
    }

    /// The same, but only a warning while the page is a draft: something is still missing.
    fn missing(&mut self, code: &'static Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let diagnostic = Diagnostic::new(code, message).at(self.page.path(), span).help(help);
        let draft = self.page.status == Status::Draft;
        self.diagnostics.push(if draft { diagnostic.softened() } else { diagnostic });
    }

    /// Where the front matter begins, for what is missing from it.
    fn top(&self) -> Span {
        let start = self.page.document.front_matter.start;
        Span::new(start, start)
    }
}

/// Nobody has seen yet what a later day will show.
fn verified_ahead(site: &Site, id: Option<&At<Id>>, verified: Option<&Verification>, report: &mut Report<'_>) {
    let today = site.config.today;
    let ahead = verified.and_then(|verified| verified.date.as_ref()).filter(|date| date.value > today);
    let (Some(id), Some(date)) = (id, ahead) else { return };
    let message = format!("{} is verified on {}, and today is {today}", id.value.0, date.value);
    report.note(&codes::VERIFIED_AHEAD, date.span, message, "write the day on which somebody saw it hold");
}

/// What a proof lacks that others could follow.
fn unproven(verified: Option<&Verification>) -> Option<&'static str> {
    match verified {
        None => Some("`verified: {date, by, evidence}`"),
        Some(proof) if proof.by.is_empty() && proof.evidence.is_empty() => {
            Some("by whom or by what it was verified (`by`, `evidence`)")
        }
        Some(_) => None,
    }
}

/// The side of the house that a team or a person is on; none when nothing says it. The platform delivers, too.
fn side_of(site: &Site, owner: &str) -> Option<Side> {
    let side = site.registry.teams.get(site.team_of(owner)?)?.value.side.as_ref()?.value;
    Some(if side == Side::Security { Side::Security } else { Side::Delivery })
}
