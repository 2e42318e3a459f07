//! Which achievements count. Pure: facts in, the same facts with every achievement judged.
//!
//! Days are gone through in their order, since whether somebody may confirm a module on a day depends on what counted before. On one day the
//! judging is repeated until nothing new counts, so the order of files and of achievements does not matter, and two people who confirm each
//! other on the day they would reach the level do not lift each other up.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::model::curriculum::EvidenceKind;
use crate::model::progress::{ModuleFacts, Offered, Progress, Reason, Standing, Taken};

/// Judges every achievement.
#[must_use]
pub fn derive(facts: Progress) -> Progress {
    let mut facts = facts;
    let mut people = std::mem::take(&mut facts.people);
    for standing in people.values_mut() {
        standing.taken.retain(|taken| facts.modules.contains_key(&taken.module));
        prepare(standing, &facts);
    }
    let judged = Judge::new(&facts, &people).judge(&people);
    for (standing, reasons) in people.values_mut().zip(judged) {
        for (taken, reasons) in standing.taken.iter_mut().zip(reasons) {
            taken.reasons = reasons;
        }
    }
    facts.people = people;
    facts
}

/// Last days and evidence, which depend on nobody else.
fn prepare(standing: &mut Standing, facts: &Progress) {
    let Standing { taken, offered, .. } = standing;
    for taken in taken {
        let Some(module) = facts.modules.get(&taken.module) else { continue };
        taken.until = module.holds.map(|period| period.after(taken.date));
        taken.pieces = taken.listed + offered_for(module, offered, taken);
    }
}

/// Pages that name the person and fit what the module asks for, at most as many of each sort as it asks for. A page that is
/// listed, too, is not counted again.
fn offered_for(module: &ModuleFacts, offered: &[Offered], taken: &Taken) -> usize {
    let in_time = |page: &Offered| page.since.is_none_or(|since| since <= taken.date);
    let mut wanted: BTreeMap<EvidenceKind, usize> = BTreeMap::new();
    for (kind, min) in &module.needs {
        *wanted.entry(*kind).or_default() += min;
    }
    let there = |kind: EvidenceKind| {
        let fits =
            offered.iter().filter(|page| page.kind == kind && in_time(page) && !taken.pages.contains(&page.page));
        fits.map(|page| &page.page).collect::<BTreeSet<_>>().len()
    };
    wanted.into_iter().map(|(kind, min)| there(kind).min(min)).sum()
}

/// What has counted so far, by number instead of by name: of each person the last day of each module.
struct Judge<'f> {
    facts: &'f Progress,
    modules: BTreeMap<&'f str, usize>,
    people: BTreeMap<&'f str, usize>,
    /// Modules of each level of each curriculum, and its pieces of evidence in all.
    levels: BTreeMap<&'f str, Vec<(Vec<usize>, usize)>>,
    /// By person and module: the last day, the first day, and the pieces of evidence.
    held: Vec<Vec<Option<Held>>>,
}

#[derive(Clone, Copy)]
struct Held {
    until: Date,
    first: Date,
    pieces: usize,
}

impl<'f> Judge<'f> {
    fn new(facts: &'f Progress, people: &'f BTreeMap<String, Standing>) -> Self {
        let modules: BTreeMap<&str, usize> =
            facts.modules.keys().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
        let levels = facts.curricula.iter().map(|(id, curriculum)| {
            let levels = curriculum.levels.iter().map(|level| {
                let numbers = level.modules.iter().filter_map(|id| modules.get(id.as_str()).copied()).collect();
                (numbers, level.evidence)
            });
            (id.as_str(), levels.collect())
        });
        Self {
            facts,
            levels: levels.collect(),
            people: people.keys().enumerate().map(|(at, id)| (id.as_str(), at)).collect(),
            held: vec![vec![None; modules.len()]; people.len()],
            modules,
        }
    }

    /// The reasons of every achievement of every person, in their order.
    fn judge(mut self, people: &'f BTreeMap<String, Standing>) -> Vec<Vec<Vec<Reason>>> {
        let mut days: BTreeMap<Date, Vec<(usize, &'f str, usize, &'f Taken)>> = BTreeMap::new();
        for (number, (id, standing)) in people.iter().enumerate() {
            for (at, taken) in standing.taken.iter().enumerate() {
                days.entry(taken.date).or_default().push((number, id, at, taken));
            }
        }
        let mut all: Vec<Vec<Vec<Reason>>> =
            people.values().map(|standing| vec![Vec::new(); standing.taken.len()]).collect();
        for (_, mut open) in days {
            loop {
                let before = open.len();
                open.retain(|(number, id, _, taken)| {
                    let counts = self.reasons(*number, id, taken, true).is_empty();
                    if counts {
                        self.hold(*number, taken);
                    }
                    !counts
                });
                if open.len() == before {
                    break;
                }
            }
            for (number, id, at, taken) in open {
                let reasons = self.reasons(number, id, taken, false);
                if let Some(place) = all.get_mut(number).and_then(|taken| taken.get_mut(at)) {
                    *place = reasons;
                }
            }
        }
        // Only at the end is it known whether what comes first ever counted.
        for (number, reasons) in all.iter_mut().enumerate() {
            for reason in reasons.iter_mut().flatten() {
                if let Reason::Prerequisite { module, counted } = reason {
                    *counted = self.held(number, module).map(|held| held.first);
                }
            }
        }
        all
    }

    fn hold(&mut self, person: usize, taken: &Taken) {
        let module = self.modules.get(taken.module.as_str()).copied();
        let place = module.and_then(|module| self.held.get_mut(person)?.get_mut(module));
        let Some(place) = place else { return };
        let until = taken.until.unwrap_or(Date::MAX);
        *place = Some(place.map_or(Held { until, first: taken.date, pieces: taken.pieces }, |held| Held {
            until: held.until.max(until),
            first: held.first.min(taken.date),
            pieces: held.pieces.max(taken.pieces),
        }));
    }

    fn held(&self, person: usize, module: &str) -> Option<Held> {
        *self.held.get(person)?.get(*self.modules.get(module)?)?
    }

    /// Why an achievement does not count by what has counted so far; with `first` only the first reason found.
    fn reasons(&self, person: usize, id: &str, taken: &Taken, first: bool) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let Some(module) = self.facts.modules.get(&taken.module) else { return reasons };
        if taken.date > self.facts.today {
            return vec![Reason::Ahead];
        }
        for before in &module.prerequisites {
            // Days are gone through in order: what is held has been taken by this day. A module of a removed page is no hurdle.
            if self.modules.contains_key(before.as_str()) && self.held(person, before).is_none() {
                reasons.push(Reason::Prerequisite { module: before.clone(), counted: None });
            }
            if first && !reasons.is_empty() {
                return reasons;
            }
        }
        let needs: usize = module.needs.iter().map(|(_, min)| min).sum();
        if taken.pieces < needs {
            reasons.push(Reason::Evidence { has: taken.pieces, needs });
        }
        if first && !reasons.is_empty() {
            return reasons;
        }
        reasons.extend(self.unconfirmed(id, taken, module));
        reasons
    }

    fn unconfirmed(&self, id: &str, taken: &Taken, module: &ModuleFacts) -> Option<Reason> {
        if taken.verified_by.is_empty() {
            return Some(Reason::Unverified);
        }
        let mut others = taken.verified_by.iter().filter(|by| *by != id).peekable();
        if others.peek().is_none() {
            return Some(Reason::OwnWord);
        }
        if others.any(|by| self.may_assess(by, module, taken.date)) {
            return None;
        }
        let level = self.facts.level_of(module).map_or_else(String::new, |level| level.name.clone());
        Some(Reason::Verifier { level })
    }

    fn may_assess(&self, id: &str, module: &ModuleFacts, day: Date) -> bool {
        let (curriculum, rank) = (module.curriculum.as_str(), module.rank);
        if self.facts.assessors.get(id).is_some_and(|assessor| assessor.assesses(curriculum, rank, day)) {
            return true;
        }
        let (Some(person), Some(levels)) = (self.people.get(id), self.levels.get(curriculum)) else { return false };
        let Some(held) = self.held.get(*person) else { return false };
        levels.len() > rank
            && levels.iter().take(rank + 1).all(|(modules, evidence)| {
                let own = |module: &usize| held.get(*module).copied().flatten();
                !modules.is_empty()
                    && modules.iter().all(|module| own(module).is_some_and(|held| day <= held.until))
                    && modules.iter().filter_map(own).map(|held| held.pieces).sum::<usize>() >= *evidence
            })
    }
}
