//! Progress on pages: a champion's way, skills and renewals, and who can assess or review.

use jiff::civil::Date;

use super::atlas::Scope;
use super::words;
use crate::model::curriculum::EvidenceKind;
use crate::model::progress::{Progress, Standing, Taken};
use crate::model::progress_view::{
    AssessorView, RenewalView, ReviewersPanel, SkillHeldView, WayLevel, WayModule, WayView,
};
use crate::model::reviewers;
use crate::model::site::{Entity, Page};
use crate::model::view::{Link, State};

/// Renewals are shown this many days ahead.
pub const AHEAD: i32 = 90;

/// What people call a depth.
pub fn depth_word(depth: u8) -> &'static str {
    match depth {
        0 | 1 => "aware",
        2 => "practising",
        3 => "leading",
        _ => "teaching",
    }
}

fn state(id: &str, label: &str, tone: &'static str) -> State {
    State { id: id.to_owned(), label: label.to_owned(), tone }
}

impl Scope<'_, '_> {
    fn progress(&self) -> &Progress {
        &self.atlas.site.progress
    }

    /// A module by its full id, if this audience sees it.
    pub fn module(&self, id: &str) -> Option<Link> {
        let page = &self.progress().modules.get(id)?.page;
        self.atlas.site.pages.get(page).map(|page| self.page(page))
    }

    /// A skill by its id.
    pub fn skill(&self, id: &str) -> Link {
        self.entity(&Entity::Skill(id.to_owned()), self.atlas.site.registry.skill_name(id))
    }

    /// The way of a champion through each curriculum.
    pub fn ways(&self, standing: &Standing) -> Vec<WayView> {
        standing.curricula.iter().filter_map(|id| self.way(standing, id)).collect()
    }

    fn way(&self, standing: &Standing, id: &str) -> Option<WayView> {
        let progress = self.progress();
        let today = progress.today;
        let curriculum = progress.curricula.get(id)?;
        let page = self.atlas.site.pages.get(&curriculum.page)?;
        let rank = standing.rank_on(progress, id, today);
        let levels = curriculum.levels.iter().enumerate().map(|(at, level)| WayLevel {
            name: level.name.clone(),
            href: self.links.to(&page.permalink, Some(&level.id)),
            state: match at.cmp(&rank) {
                std::cmp::Ordering::Less => state("done", "held", "good"),
                std::cmp::Ordering::Equal => state("next", "next", "info"),
                std::cmp::Ordering::Greater => state("open", "open", "mute"),
            },
            modules: level
                .modules
                .iter()
                .filter_map(|module| {
                    Some(WayModule { module: self.module(module)?, state: module_state(progress, standing, module) })
                })
                .collect(),
        });
        let missing = standing.missing(progress, id).into_iter().filter_map(|missing| match missing.module() {
            Some(module) => Some(Link { note: Some(missing.words()), ..self.module(module)? }),
            None => Some(Link { label: missing.words(), ..Link::default() }),
        });
        let steps = standing.next_steps(progress, id).into_iter().filter_map(|step| {
            let mut why: Vec<String> = Vec::new();
            why.extend(step.renewal.then(|| "a renewal".to_owned()));
            why.extend(step.for_next_level.then(|| "the next level needs it".to_owned()));
            let waiting = if step.unlocks == 1 { "module waits" } else { "modules wait" };
            why.extend((step.unlocks > 0).then(|| format!("{} {waiting} for it", step.unlocks)));
            Some(Link { note: Some(why.join(", ")).filter(|why| !why.is_empty()), ..self.module(&step.module)? })
        });
        Some(WayView {
            id: format!("way-{}", crate::model::address::segment(id)),
            curriculum: self.page(page),
            level: standing.level(progress, id, today).map(|level| level.name.clone()),
            until: standing.level_until(progress, id, today).map(|day| day.to_string()),
            next_level: standing.next_level(progress, id, today).map(|level| level.name.clone()),
            levels: levels.collect(),
            missing: missing.collect(),
            steps: steps.take(5).collect(),
        })
    }

    /// Skills that a champion holds today, deepest first.
    pub fn skills_of(&self, standing: &Standing) -> Vec<SkillHeldView> {
        let progress = self.progress();
        let skills = standing.skills(progress, progress.today);
        let mut views: Vec<SkillHeldView> = skills
            .into_iter()
            .map(|(id, held)| {
                let skill = self.skill(&id);
                let short = super::words::shortened(&skill.label, 30);
                SkillHeldView {
                    skill,
                    short,
                    depth: held.depth,
                    word: depth_word(held.depth),
                    until: held.until.map(|day| day.to_string()),
                    modules: held.modules.iter().filter_map(|module| self.module(module)).collect(),
                }
            })
            .collect();
        views.sort_by(|a, b| b.depth.cmp(&a.depth).then_with(|| a.skill.label.cmp(&b.skill.label)));
        views
    }

    /// What has run out, then what runs out soon.
    pub fn renewals(&self, standing: &Standing) -> Vec<RenewalView> {
        let progress = self.progress();
        let gone = standing.run_out(progress).into_iter().filter_map(|(on, module)| {
            let state = state("run-out", "run out", "bad");
            Some(RenewalView {
                module: self.module(&module)?,
                person: None,
                on: on.to_string(),
                state,
                words: "ran out after",
            })
        });
        let ahead = standing.expiring(progress, AHEAD).into_iter().filter_map(|(on, module)| {
            let days = progress.today.until(on).map_or(0, |span| span.get_days());
            let state = if days <= 30 {
                state("soon", "within 30 days", "warn")
            } else if days <= 60 {
                state("soon", "within 60 days", "warn")
            } else {
                state("later", "within 90 days", "info")
            };
            Some(RenewalView {
                module: self.module(&module)?,
                person: None,
                on: on.to_string(),
                state,
                words: "holds until",
            })
        });
        gone.chain(ahead).collect()
    }

    /// Pages that name a champion and are evidence of a sort that an open module asks for.
    pub fn offered(&self, standing: &Standing) -> Vec<Link> {
        let progress = self.progress();
        let steps = standing.curricula.iter().flat_map(|id| standing.next_steps(progress, id));
        let wanted: Vec<EvidenceKind> = steps
            .filter_map(|step| progress.modules.get(&step.module))
            .flat_map(|module| module.needs.iter().map(|(kind, _)| *kind))
            .collect();
        let fits = standing.offered.iter().filter(|offered| wanted.contains(&offered.kind));
        let links = fits.filter_map(|offered| {
            let note = Some(format!("as {}", words::readable(offered.kind.as_str())));
            Some(Link { note, ..self.page(self.atlas.site.pages.get(&offered.page)?) })
        });
        links.collect()
    }

    /// Who can assess a level: those of the registry, then active champions who hold it; and how many more there are.
    pub fn assessors(&self, curriculum: &str, rank: usize) -> (Vec<(String, Link)>, usize) {
        let progress = self.progress();
        let today = progress.today;
        let own = progress.assessors.iter().filter(|(_, who)| !who.former && who.assesses(curriculum, rank, today));
        let own = own.filter_map(|(id, _)| Some((id.clone(), self.person(id)?)));
        let holders = self.atlas.levels_held.get(curriculum).into_iter().flatten().filter(|(_, held)| *held > rank);
        let holders = holders.filter_map(|(id, _)| Some(((*id).to_owned(), self.person(id)?)));
        let more = progress.unnamed_assessors.iter();
        let more = more.filter(|who| !who.former && who.assesses(curriculum, rank, today)).count();
        (own.chain(holders).collect(), more)
    }

    /// Who can confirm which of these modules, for the reader's claim.
    pub fn verifiers(&self, modules: &[String]) -> Vec<AssessorView> {
        let mut views: Vec<AssessorView> = Vec::new();
        for id in modules {
            let Some(module) = self.progress().modules.get(id) else { continue };
            for (person, link) in self.assessors(&module.curriculum, module.rank).0 {
                match views.iter_mut().find(|view| view.id == person) {
                    Some(view) => view.modules = format!("{} {id}", view.modules),
                    None => views.push(AssessorView { id: person, label: link.label, modules: id.clone() }),
                }
            }
        }
        views
    }

    /// Kinds of page that a champion may review, in words.
    pub fn kinds_to_review(&self, standing: &Standing) -> Vec<String> {
        standing.can_review(self.progress()).into_iter().map(|kind| kind.plural().to_lowercase()).collect()
    }

    /// Services that a champion knows.
    pub fn services_of(&self, standing: &Standing) -> Vec<Link> {
        let registry = &self.atlas.site.registry;
        let services = standing.services.iter();
        services.map(|id| self.entity(&Entity::Service(id.clone()), registry.service_name(id))).collect()
    }

    /// Who can review a page that is in review.
    pub fn reviewers(&self, page: &Page) -> Option<ReviewersPanel> {
        let site = self.atlas.site;
        let people = self.atlas.reviewers.get(page.path())?.iter().filter_map(|candidate| {
            let link = self.person(&candidate.id)?;
            Some(Link { note: Some(candidate.reasons(site).join(", ")), ..link })
        });
        Some(ReviewersPanel { quorum: reviewers::quorum(site, page), people: people.take(5).collect() })
    }
}

fn module_state(progress: &Progress, standing: &Standing, module: &str) -> State {
    let today = progress.today;
    if standing.module_on(module, today).is_some() {
        return state("done", "done", "good");
    }
    let own = || standing.taken.iter().filter(|taken| taken.module == module);
    if own().any(Taken::counts) {
        return state("run-out", "run out", "bad");
    }
    if own().next().is_some() {
        return state("not-counted", "does not count", "warn");
    }
    let before = progress.modules.get(module).into_iter().flat_map(|facts| &facts.prerequisites);
    let waits = before.into_iter().any(|before| !standing.counted_by(before, today));
    if waits { state("blocked", "waits", "mute") } else { state("open", "open", "info") }
}

/// Whether an achievement counts and holds.
pub fn taken_state(taken: &Taken, today: Date) -> State {
    if taken.holds_on(today) {
        state("done", "counts", "good")
    } else if taken.counts() {
        state("run-out", "run out", "mute")
    } else {
        state("not-counted", "does not count", "warn")
    }
}
