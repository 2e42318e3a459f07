//! What champions can do: curricula, modules, achievements and authorship of the whole site become [`Progress`].
//!
//! In: pages, registries and names. Out: facts with every achievement judged. [`derive`] does the judging and knows nothing of sites.

mod derive;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Found, Names};
use crate::model::common::Status;
use crate::model::curriculum::{Champion, Curriculum, EvidenceKind, Module, Visibility};
use crate::model::kind::{Details, Kind};
use crate::model::progress::{Assessor, CurriculumFacts, LevelFacts, ModuleFacts, Offered, Progress, Standing, Taken};
use crate::model::registry::name_of;
use crate::model::site::{Page, Site};
use crate::source::{At, SourcePath};

/// Reads the facts of a site and judges every achievement.
pub fn of_site(site: &Site, names: &Names<'_>) -> Progress {
    if site.config.loose {
        return Progress { today: site.config.today, ..Progress::default() };
    }
    let mut facts = Progress { today: site.config.today, ..Progress::default() };
    for page in site.pages.values() {
        if let Details::Curriculum(curriculum) = &*page.document.details {
            facts.curricula.insert(page.id.clone(), of_curriculum(page, curriculum));
        }
    }
    let mut modules: Vec<(&Page, &Module)> = Vec::new();
    for page in site.pages.values() {
        if let Details::Module(module) = &*page.document.details {
            modules.push((page, module));
        }
    }
    modules.sort_by_key(|(page, _)| {
        (page.document.common.order.as_ref().map_or(i64::MAX, |order| order.value.0), &page.id)
    });
    for (page, module) in modules {
        add_module(&mut facts, names, page, module);
    }
    facts.assessors = assessors(site, &facts);
    let mut offered = offered(site);
    for page in site.pages.values() {
        if let Details::Champion(champion) = &*page.document.details {
            let offered = offered.remove(page.id.as_str()).unwrap_or_default();
            if let Some(standing) = standing(names, page, champion, offered) {
                facts.people.insert(page.id.clone(), standing);
            }
        }
    }
    derive::derive(facts)
}

fn of_curriculum(page: &Page, curriculum: &Curriculum) -> CurriculumFacts {
    let levels = curriculum.levels.iter().filter_map(|level| {
        let id = level.id.as_ref()?.value.0.clone();
        Some(LevelFacts {
            name: level.name.as_ref().map_or_else(|| name_of(&id), |name| name.value.clone()),
            id,
            grants: level.grants.iter().filter_map(|kind| Kind::parse(&kind.value)).collect(),
            evidence: level.evidence.as_ref().map_or(0, |count| usize::try_from(count.value.0).unwrap_or(0)),
            holds: level.valid_for.as_ref().map(|period| period.value),
            modules: Vec::new(),
        })
    });
    CurriculumFacts { page: page.path().clone(), levels: levels.collect() }
}

/// A module of a level that its curriculum does not have is no part of it; `check` says so.
fn add_module(facts: &mut Progress, names: &Names<'_>, page: &Page, module: &Module) {
    let curriculum = page.id.split('/').next().unwrap_or("");
    let Some(level) = &module.level else { return };
    let Some(own) = facts.curricula.get_mut(curriculum) else { return };
    let Some(rank) = own.levels.iter().position(|known| known.id == level.value.0) else { return };
    let valid_for = own.levels.get(rank).and_then(|level| level.holds);
    if let Some(level) = own.levels.get_mut(rank).filter(|_| matches!(page.status, Status::Approved | Status::InReview))
    {
        level.modules.push(page.id.clone());
    }
    let full = |reference: &str| match names.of_kind(Kind::Module, bare(reference), page) {
        Found::Page(path) => names.id_at(path),
        _ => None,
    };
    let skills = module.skills.iter().filter_map(|gain| {
        let depth = gain.to.as_ref().map_or(1, |to| u8::try_from(to.value.0.clamp(1, 4)).unwrap_or(1));
        Some((gain.id.as_ref()?.value.0.clone(), depth))
    });
    let needs = module.evidence.iter().filter_map(|needed| {
        let min = needed.min.as_ref().map_or(1, |min| usize::try_from(min.value.0).unwrap_or(0));
        Some((needed.kind.as_ref()?.value, min))
    });
    let mut deepest: BTreeMap<String, u8> = BTreeMap::new();
    for (skill, depth) in skills {
        let known = deepest.entry(skill).or_insert(depth);
        *known = depth.max(*known);
    }
    let facts_of_module = ModuleFacts {
        page: page.path().clone(),
        curriculum: curriculum.to_owned(),
        rank,
        holds: module.recertify.as_ref().map(|period| period.value).or(valid_for),
        skills: deepest,
        needs: needs.collect(),
        prerequisites: module.prerequisites.iter().filter_map(|before| full(&before.value.0)).collect(),
    };
    facts.modules.insert(page.id.clone(), facts_of_module);
}

/// A reference without the word for its kind.
fn bare(reference: &str) -> &str {
    let id = reference.strip_prefix("module:").unwrap_or(reference);
    id.split('#').next().unwrap_or(id)
}

/// A level is named by its id, which stands for that level of every curriculum that has it, or as `curriculum/level`.
fn assessors(site: &Site, facts: &Progress) -> BTreeMap<String, Assessor> {
    let people = site.registry.people.iter().filter(|(_, entry)| !entry.value.assessor_for.is_empty());
    let of = |words: &[At<String>]| {
        let mut levels = BTreeSet::new();
        for word in words {
            levels.extend(levels_named(facts, &word.value));
        }
        levels
    };
    people
        .map(|(id, entry)| {
            let assessor = Assessor {
                levels: of(&entry.value.assessor_for),
                since: entry.value.since.as_ref().map(|day| day.value),
                former: entry.value.former.as_ref().is_some_and(|former| former.value),
            };
            (id.clone(), assessor)
        })
        .collect()
}

/// The levels that a word of `assessor_for` stands for.
fn levels_named(facts: &Progress, word: &str) -> Vec<(String, usize)> {
    let (only, level) = word.split_once('/').map_or((None, word), |(curriculum, level)| (Some(curriculum), level));
    let named = facts.curricula.iter().filter(|(id, _)| only.is_none_or(|only| only == *id));
    named
        .filter_map(|(id, curriculum)| {
            let rank = curriculum.levels.iter().position(|known| known.id == level)?;
            Some((id.clone(), rank))
        })
        .collect()
}

/// Pages that name people, by the person's id. A draft shows nothing yet, and a champion's page is about the person.
fn offered(site: &Site) -> BTreeMap<String, Vec<Offered>> {
    let mut offered: BTreeMap<String, Vec<Offered>> = BTreeMap::new();
    for page in site.pages.values().filter(|page| page.status != Status::Draft && page.kind() != Kind::Champion) {
        let common = &page.document.common;
        let mut add = |person: &str, kind: EvidenceKind| {
            let page = Offered { kind, page: page.path().clone(), since: page.created };
            offered.entry(person.to_owned()).or_default().push(page);
        };
        common.authors.iter().for_each(|author| add(&author.value.0, EvidenceKind::Artefact));
        common.reviewers.iter().for_each(|reviewer| add(&reviewer.value.0, EvidenceKind::Review));
        if let Details::Review(review) = &*page.document.details {
            review.facilitator.iter().for_each(|person| add(&person.value.0, EvidenceKind::SessionLed));
        }
    }
    offered
}

/// A piece of evidence: the page, however it is written, and the part of it; or no page, and the address.
fn piece<'t>(names: &Names<'_>, near: &Page, text: &'t str) -> (Option<SourcePath>, &'t str) {
    let (name, part) = text.split_once('#').unwrap_or((text, ""));
    match names.find(name, near) {
        Found::Page(path) if !text.contains("://") => (Some(path.clone()), part),
        _ => (None, text),
    }
}

fn standing(names: &Names<'_>, page: &Page, champion: &Champion, offered: Vec<Offered>) -> Option<Standing> {
    let mut taken = Vec::new();
    for (index, achievement) in champion.achievements.iter().enumerate() {
        let (Some(module), Some(date)) = (&achievement.module, &achievement.date) else { continue };
        let Found::Page(path) = names.of_kind(Kind::Module, bare(&module.value.0), page) else { continue };
        let Some(module) = names.id_at(path) else { continue };
        let texts = achievement.evidence.iter().map(|evidence| evidence.value.0.as_str());
        let listed: BTreeSet<(Option<SourcePath>, &str)> = texts.map(|text| piece(names, page, text)).collect();
        taken.push(Taken {
            index,
            module,
            date: date.value,
            listed: listed.len(),
            pages: listed.into_iter().filter_map(|(page, _)| page).collect(),
            verified_by: achievement.verified_by.iter().map(|by| by.value.0.clone()).collect(),
            pieces: 0,
            until: None,
            reasons: Vec::new(),
        });
    }
    let mut curricula: Vec<String> = Vec::new();
    let followed = champion.curriculum.iter().map(|id| id.value.0.trim_start_matches("curriculum:").to_owned());
    let taken_of = taken.iter().filter_map(|taken| taken.module.split('/').next().map(str::to_owned));
    for id in followed.chain(taken_of) {
        if !curricula.contains(&id) {
            curricula.push(id);
        }
    }
    Some(Standing {
        id: page.id.clone(),
        page: page.path().clone(),
        visibility: champion.visibility.as_ref().map_or(Visibility::Hidden, |visibility| visibility.value),
        team: champion.team.as_ref().map(|team| team.value.0.clone()),
        status: champion.status.as_ref()?.value,
        curricula,
        services: page.document.common.services.iter().map(|service| service.value.0.clone()).collect(),
        taken,
        offered,
    })
}
