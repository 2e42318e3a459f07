//! What all joint reviews say together: where we keep missing it, what comes up again, what is promised and late, how long it takes to notice.
//!
//! In: the reviews that this audience sees, those that were retired left out. Out: [`ReviewSums`]. Nothing here is counted by person.

mod detect;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::atlas::Scope;
use super::review::{grid, is_open, is_overdue};
use super::since;
use crate::model::joint_view::{GridView, PairView, RepeatedView, ReviewSums};
use crate::model::kind::{Details, Kind};
use crate::model::leaf::OwnerRef;
use crate::model::review::{Improvement, ImprovementStatus, Phase, Review, Sides};
use crate::model::site::{Entity, Page};
use crate::model::view::Link;
use crate::source::At;

/// A review with its page.
struct Told<'s> {
    page: &'s Page,
    review: &'s Review,
    started: Option<Timestamp>,
}

/// Everything; nothing where there is no review.
pub fn sums(scope: &Scope<'_, '_>) -> Option<ReviewSums> {
    let told = reviews(scope);
    if told.is_empty() {
        return None;
    }
    let near = |told: &&Told<'_>| {
        let incident = told.review.incident.as_ref();
        incident.and_then(|incident| incident.near_miss.as_ref()).is_some_and(|near| near.value)
    };
    Some(ReviewSums {
        count: told.len(),
        near_misses: told.iter().filter(near).count(),
        grid: missed(scope, &told),
        factors: factors(scope, &told),
        findings: findings(scope, &told),
        services: services(scope, &told),
        pairs: pairs(scope, &told),
        detect: detect::view(scope, &told),
        overtaken: overtaken(scope),
    })
}

/// The newest incident first.
fn reviews<'s>(scope: &Scope<'_, 's>) -> Vec<Told<'s>> {
    let pages = scope.atlas.site.pages.values().filter(|page| page.is_listed());
    let told = pages.filter_map(|page| {
        let Details::Review(review) = &*page.document.details else { return None };
        let started = review.times.as_ref().and_then(|times| times.started.as_ref()).map(|at| at.value);
        Some(Told { page, review, started })
    });
    let mut told: Vec<Told<'_>> = told.collect();
    told.sort_by(|a, b| b.started.cmp(&a.started).then_with(|| a.page.path().cmp(b.page.path())));
    told
}

/// The grid over all reviews; each phase with the reviews that name it.
fn missed(scope: &Scope<'_, '_>, told: &[Told<'_>]) -> GridView {
    let all = told.iter().flat_map(|told| &told.review.opportunities);
    let mut grid = grid::of(all.map(|opportunity| (opportunity, None)));
    let names = |told: &&Told<'_>, phase: Phase| {
        let mut own = told.review.opportunities.iter().filter(|own| own.considered.is_none() || own.what.is_some());
        own.any(|own| own.phase.as_ref().is_some_and(|own| own.value == phase))
    };
    for (row, phase) in grid.rows.iter_mut().zip(grid::PHASES) {
        let reviews = told.iter().filter(|told| names(told, phase));
        row.reviews = reviews.map(|told| anchored(scope, told.page, "s-opportunities")).collect();
    }
    grid
}

fn anchored(scope: &Scope<'_, '_>, page: &Page, anchor: &str) -> Link {
    Link { href: Some(scope.links.to(&page.permalink, Some(anchor))), ..scope.page(page) }
}

/// What a factor is counted by: the label before its colon, else the whole sentence.
fn factor_key(factor: &str) -> String {
    let label = factor.split_once(": ").map(|(label, _)| label).filter(|label| label.split_whitespace().count() <= 3);
    let words = label.unwrap_or(factor).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// How a factor is called: its label as first written, else its sentence.
fn factor_name(factor: &str) -> String {
    match factor.split_once(": ") {
        Some((label, _)) if label.split_whitespace().count() <= 3 => label.to_owned(),
        _ => factor.to_owned(),
    }
}

fn factors(scope: &Scope<'_, '_>, told: &[Told<'_>]) -> Vec<RepeatedView> {
    let mut named: BTreeMap<String, (Link, Vec<&Page>)> = BTreeMap::new();
    for told in told {
        for factor in &told.review.contributing_factors {
            let name = || Link { label: factor_name(&factor.value), ..Link::default() };
            let (_, pages) = named.entry(factor_key(&factor.value)).or_insert_with(|| (name(), Vec::new()));
            pages.push(told.page);
        }
    }
    repeated(scope, named, "s-lessons")
}

fn findings(scope: &Scope<'_, '_>, told: &[Told<'_>]) -> Vec<RepeatedView> {
    let mut named: BTreeMap<String, (Link, Vec<&Page>)> = BTreeMap::new();
    for told in told {
        for finding in &told.review.findings {
            let id = finding.value.0.strip_prefix("finding:").unwrap_or(&finding.value.0);
            let Some(page) = scope.atlas.site.page(Kind::Finding, id) else { continue };
            let (_, pages) = named.entry(id.to_owned()).or_insert_with(|| (scope.page(page), Vec::new()));
            pages.push(told.page);
        }
    }
    repeated(scope, named, "")
}

fn services(scope: &Scope<'_, '_>, told: &[Told<'_>]) -> Vec<RepeatedView> {
    let mut named: BTreeMap<String, (Link, Vec<&Page>)> = BTreeMap::new();
    for told in told {
        for service in told.review.incident.iter().flat_map(|incident| &incident.services) {
            let id = service.value.0.as_str();
            let link = || scope.entity(&Entity::Service(id.to_owned()), scope.atlas.site.registry.service_name(id));
            let (_, pages) = named.entry(id.to_owned()).or_insert_with(|| (link(), Vec::new()));
            pages.push(told.page);
        }
    }
    repeated(scope, named, "")
}

/// Those that more than one review names, the most often named first.
fn repeated(scope: &Scope<'_, '_>, named: BTreeMap<String, (Link, Vec<&Page>)>, anchor: &str) -> Vec<RepeatedView> {
    let mut repeated: Vec<RepeatedView> = Vec::new();
    for (what, mut pages) in named.into_values() {
        let mut seen = BTreeSet::new();
        pages.retain(|page| seen.insert(page.path()));
        if pages.len() > 1 {
            let link = |page: &Page| if anchor.is_empty() { scope.page(page) } else { anchored(scope, page, anchor) };
            repeated.push(RepeatedView { what, reviews: pages.into_iter().map(link).collect() });
        }
    }
    repeated.sort_by_key(|one| std::cmp::Reverse(one.reviews.len()));
    repeated
}

/// Improvements by the teams of both sides, the pairs with most that is overdue first.
fn pairs(scope: &Scope<'_, '_>, told: &[Told<'_>]) -> Vec<PairView> {
    let mut pairs: BTreeMap<(BTreeSet<String>, BTreeSet<String>), PairView> = BTreeMap::new();
    for told in told {
        for improvement in &told.review.improvements {
            let side = |pick: fn(&Sides) -> &[At<OwnerRef>]| -> BTreeSet<String> {
                let owners = improvement.owners.as_ref().map_or(&[] as &[_], pick);
                owners.iter().filter_map(|owner| super::calendar::team_of(scope.atlas, owner)).collect()
            };
            let key = (side(|sides| &sides.delivery), side(|sides| &sides.security));
            let pair = pairs.entry(key).or_default();
            count(scope, told.page, improvement, pair);
        }
    }
    let registry = &scope.atlas.site.registry;
    let teams = |ids: BTreeSet<String>| {
        ids.into_iter().map(|id| scope.entity(&Entity::Team(id.clone()), registry.team_name(&id))).collect()
    };
    let mut pairs: Vec<PairView> = pairs
        .into_iter()
        .map(|((delivery, security), pair)| PairView { delivery: teams(delivery), security: teams(security), ..pair })
        .collect();
    pairs.sort_by_key(|pair| std::cmp::Reverse((pair.overdue.len(), pair.open)));
    pairs
}

fn count(scope: &Scope<'_, '_>, page: &Page, improvement: &Improvement, pair: &mut PairView) {
    match improvement.status.as_ref().map(|status| status.value) {
        Some(ImprovementStatus::Done) => pair.done += 1,
        Some(ImprovementStatus::Verified) => pair.verified += 1,
        _ => pair.open += usize::from(is_open(improvement)),
    }
    if is_overdue(scope, improvement) {
        let id = improvement.id.as_ref().map_or("", |id| id.value.0.as_str());
        let due = improvement.due.as_ref().map(|due| format!("due {}", due.value));
        let label = format!("{}, {id}", page.title);
        pair.overdue.push(Link { label, note: due, ..anchored(scope, page, id) });
    }
}

/// Models that somebody should read again, with the reviews since which nobody has.
fn overtaken(scope: &Scope<'_, '_>) -> Vec<Link> {
    let pages = scope.atlas.site.pages.values().filter(|page| page.is_listed() && page.kind() == Kind::ThreatModel);
    let of = |page: &Page| {
        let reviews = since::reviews(scope, page);
        let first = reviews.first()?;
        let note = match reviews.len() {
            1 => format!("since {}, {}", first.incident, first.review.label),
            more => format!("since {}, {}, and {} more", first.incident, first.review.label, more - 1),
        };
        Some(Link { note: Some(note), ..scope.page(page) })
    };
    pages.filter_map(|page| of(page)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_the_same_by_their_label_or_their_sentence() {
        let same = |a: &str, b: &str| factor_key(a) == factor_key(b);
        assert!(same("Test data: only our own names.", "test data: no parcel without a weight"));
        assert!(same("The log stays on the box.", "the log stays on the box"));
        assert!(!same("Test data: only our own names.", "Alerts: none for unknown numbers"));
        assert!(!same("It was seen late: the graph was on another page, which nobody opens", "It was seen late: no"));
        assert_eq!(factor_name("Test data: only our own names."), "Test data");
        assert_eq!(
            factor_name("The word internal had come to mean trusted."),
            "The word internal had come to mean trusted."
        );
    }
}
