//! Rules for what champions have taken and for who can confirm it. The facts are derived already; here they become words with a place.

use crate::diagnostic::{Diagnostic, Severity, codes, did_you_mean};
use crate::model::common::Status;
use crate::model::curriculum::{Achievement, Curriculum};
use crate::model::kind::{Details, Kind};
use crate::model::progress::{Progress, Reason, Standing, Taken};
use crate::model::reviewers;
use crate::model::site::{Page, Site};
use crate::source::Span;

/// Achievements that do not count, levels that nobody can sign off, and words that name no level or kind.
pub fn check(site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let progress = &site.progress;
    for standing in progress.people.values() {
        let Some(page) = site.pages.get(&standing.page) else { continue };
        let Details::Champion(champion) = &*page.document.details else { continue };
        for taken in standing.taken.iter().filter(|taken| !taken.counts()) {
            let Some(achievement) = champion.achievements.get(taken.index) else { continue };
            diagnostics
                .extend(taken.reasons.iter().map(|reason| uncounted(progress, page, achievement, taken, reason)));
        }
    }
    for page in site.pages.values() {
        if let Details::Curriculum(curriculum) = &*page.document.details {
            levels(progress, page, curriculum, diagnostics);
        }
    }
    assessors(site, diagnostics);
    site.pages.values().for_each(|page| diagnostics.extend(quorum(site, page)));
}

/// An approved page was reviewed by as many people as the configuration asks for, who could do so on the day of the review.
fn quorum(site: &Site, page: &Page) -> Option<Diagnostic> {
    let needs = reviewers::quorum(site, page);
    if needs == 0 || page.status != Status::Approved {
        return None;
    }
    let common = &page.document.common;
    let day = common.reviewed.as_ref().map(|day| day.value).or(page.updated).or(page.created);
    let named = &common.reviewers;
    let has = named.iter().filter(|reviewer| reviewers::is_eligible(site, page, &reviewer.value.0, day)).count();
    if has >= needs {
        return None;
    }
    let top = Span::new(page.document.front_matter.start, page.document.front_matter.start);
    let span = named.first().map_or(top, |reviewer| reviewer.span);
    let label = page.kind().label().to_lowercase();
    let message = format!("this approved {label} needs {needs} eligible reviewers and has {has}");
    let help = format!("`tiltyard reviewers {}:{}` says who can review it", page.kind().as_str(), page.id);
    Some(Diagnostic::new(&codes::REVIEWERS_MISSING, message).at(page.path(), span).help(help))
}

/// Why an achievement does not count, at the value that could mend it.
fn uncounted(
    progress: &Progress,
    page: &Page,
    achievement: &Achievement,
    taken: &Taken,
    reason: &Reason,
) -> Diagnostic {
    let module = achievement.module.as_ref().map_or(Span::default(), |module| module.span);
    let day = achievement.date.as_ref().map_or(module, |day| day.span);
    let who = achievement.verified_by.first().map_or(module, |by| by.span);
    let (span, help) = match reason {
        Reason::Ahead => (day, "it counts from its day on".to_owned()),
        Reason::Unverified => (module, "add `verified_by:` with somebody who holds the level".to_owned()),
        Reason::OwnWord => (who, "name somebody else who holds the level".to_owned()),
        Reason::Verifier { level } => (who, verifier_help(progress, taken, level)),
        Reason::Prerequisite { counted: Some(_), .. } => {
            (day, "correct one of the two days, or confirm it again on a later day".to_owned())
        }
        Reason::Prerequisite { module: before, counted: None } => {
            (module, format!("add the achievement `{before}` first"))
        }
        Reason::Evidence { .. } => {
            let span = achievement.evidence.first().map_or(module, |evidence| evidence.span);
            (span, "add pages or addresses to `evidence:` until the module's `min` is met".to_owned())
        }
    };
    let message = format!("`{}` does not count: {}", taken.module, reason.words());
    let diagnostic = Diagnostic::new(&codes::ACHIEVEMENT_NOT_COUNTED, message).at(page.path(), span).help(help);
    // A day that is still to come is no mistake: tomorrow it may be over.
    if *reason == Reason::Ahead { diagnostic.severity(Severity::Due) } else { diagnostic }
}

/// Who said so, and whether they lost the level or never had it.
fn verifier_help(progress: &Progress, taken: &Taken, level: &str) -> String {
    let Some(module) = progress.modules.get(&taken.module) else { return String::new() };
    let before = |standing: &&Standing| {
        let days = standing.taken.iter().filter(|other| other.counts()).filter_map(|other| other.until);
        let lost = days.filter(|until| *until < taken.date).max()?;
        (standing.rank_on(progress, &module.curriculum, lost) > module.rank).then_some((standing.id.clone(), lost))
    };
    let lost = taken.verified_by.iter().filter_map(|by| progress.people.get(by)).find_map(|who| before(&who));
    match lost {
        Some((who, until)) => format!("`{who}` held {level} until {until}; ask somebody who holds it"),
        None => format!("ask somebody who holds {level}, or who is `assessor_for` it in `people.yaml`"),
    }
}

/// A level that no assessor is named for and that nobody ever held cannot be signed off by anybody.
fn levels(progress: &Progress, page: &Page, curriculum: &Curriculum, diagnostics: &mut Vec<Diagnostic>) {
    for level in &curriculum.levels {
        for word in level.grants.iter().filter(|word| Kind::parse(&word.value).is_none()) {
            let help = did_you_mean(&word.value, Kind::ALL.map(Kind::as_str))
                .unwrap_or_else(|| format!("the kinds are {}", Kind::ALL.map(Kind::as_str).join(", ")));
            let message = format!("`{}` is no kind of page", word.value);
            diagnostics.push(Diagnostic::new(&codes::UNKNOWN_VALUE, message).at(page.path(), word.span).help(help));
        }
        let Some(id) = &level.id else { continue };
        let known = progress.curricula.get(&page.id);
        let Some(rank) = known.and_then(|facts| facts.levels.iter().position(|own| own.id == id.value.0)) else {
            continue;
        };
        // A level without modules is still being written.
        let empty = known.and_then(|facts| facts.levels.get(rank)).is_none_or(|own| own.modules.is_empty());
        if empty || can_be_signed(progress, &page.id, rank) {
            continue;
        }
        diagnostics.push(
            Diagnostic::new(&codes::LEVEL_WITHOUT_ASSESSOR, format!("nobody can sign off the level `{}`", id.value.0))
                .at(page.path(), id.span)
                .help("name somebody `assessor_for` it in `people.yaml`; nobody has reached it yet"),
        );
    }
}

/// Whatever the day: an assessor is named, or somebody reached the level once.
fn can_be_signed(progress: &Progress, curriculum: &str, rank: usize) -> bool {
    let level = (curriculum.to_owned(), rank);
    let assessor = progress.assessors.values().any(|assessor| !assessor.former && assessor.levels.contains(&level));
    let reached = |standing: &Standing| {
        let days = standing.taken.iter().filter(|taken| taken.counts()).map(|taken| taken.date);
        days.into_iter().any(|day| standing.rank_on(progress, curriculum, day) > rank)
    };
    assessor || progress.people.values().any(reached)
}

/// `assessor_for` names levels of our curricula, once there are any.
fn assessors(site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let curricula = &site.progress.curricula;
    if curricula.is_empty() {
        return;
    }
    let known: Vec<String> = curricula
        .iter()
        .flat_map(|(id, facts)| {
            facts.levels.iter().flat_map(move |level| [level.id.clone(), format!("{id}/{}", level.id)])
        })
        .collect();
    for entry in site.registry.people.values() {
        for word in entry.value.assessor_for.iter().filter(|word| !known.contains(&word.value)) {
            let help = did_you_mean(&word.value, known.iter().map(String::as_str))
                .unwrap_or_else(|| format!("the levels are {}", known.join(", ")));
            diagnostics.push(
                Diagnostic::new(&codes::UNKNOWN_LEVEL, format!("no curriculum has a level `{}`", word.value))
                    .at(&entry.path, word.span)
                    .help(help),
            );
        }
    }
}
