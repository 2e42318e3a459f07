//! Who can review a page: pure answers over a site.
//!
//! In: a site, whole or screened, and one of its pages. Out: people with the reasons for each. Whoever may: a champion at work whose level grants the
//! kind of page, or an assessor of such a level, who has not written it and did not respond to the incident. Who comes first: those who know the
//! service or have the skill, then those who were asked least.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::common::Status;
use super::curriculum::ChampionStatus;
use super::kind::{Details, Kind};
use super::leaf::Period;
use super::progress::{SkillHeld, Standing};
use super::site::{Node, Page, Site};
use crate::source::SourcePath;

/// Reviews of so many days count as a person's load.
const RECENT: Period = Period { months: 0, days: 180 };

/// Somebody who can review a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The person's id.
    pub id: String,
    /// Shown name of the level that grants it.
    pub level: String,
    /// A champion holds the level; anybody else may assess it.
    pub champion: bool,
    /// The level's last day; none when it holds for ever.
    pub until: Option<Date>,
    /// Ids of skills that the page calls for, with the depth.
    pub skills: Vec<(String, u8)>,
    /// Ids of services of the page that the person knows.
    pub services: Vec<String>,
    /// Pages that are in review with them, or were reviewed by them in the last half year.
    pub load: usize,
}

impl Candidate {
    /// Why this person, in words.
    #[must_use]
    pub fn reasons(&self, site: &Site) -> Vec<String> {
        let registry = &site.registry;
        let skills = self.skills.iter().map(|(id, depth)| format!("{} at depth {depth}", registry.skill_name(id)));
        let services = self.services.iter().map(|id| format!("knows {}", registry.service_name(id)));
        let load = match self.load {
            0 => "no open or recent review".to_owned(),
            1 => "1 open or recent review".to_owned(),
            more => format!("{more} open or recent reviews"),
        };
        std::iter::once(self.standing()).chain(skills).chain(services).chain([load]).collect()
    }

    /// The level that allows it, in words.
    #[must_use]
    pub fn standing(&self) -> String {
        match (self.champion, self.until) {
            (true, Some(until)) => format!("holds {} until {until}", self.level),
            (true, None) => format!("holds {}", self.level),
            (false, _) => format!("may assess {}", self.level),
        }
    }
}

/// Whether pages of this kind are reviewed by people who are asked here.
#[must_use]
pub fn is_reviewed(kind: Kind) -> bool {
    matches!(kind, Kind::Finding | Kind::ThreatModel | Kind::Review)
}

/// How many eligible reviewers a page needs.
#[must_use]
pub fn quorum(site: &Site, page: &Page) -> usize {
    let audience = page.audience.unwrap_or(0);
    site.config.reviewers.get(&(page.kind(), audience)).copied().unwrap_or(0)
}

/// Candidates of every page that is in review, most suitable first. Work is spread: who is suggested first for one page counts as busy for the next.
#[must_use]
pub fn of_pages_in_review(site: &Site) -> BTreeMap<SourcePath, Vec<Candidate>> {
    let wanted = |page: &&Page| page.status == Status::InReview && is_reviewed(page.kind());
    let pages: Vec<&Page> = site.pages.values().map(std::sync::Arc::as_ref).filter(wanted).collect();
    if pages.is_empty() {
        return BTreeMap::new();
    }
    let mut pool = Pool::new(site);
    let mut all = BTreeMap::new();
    for page in pages {
        let candidates = pool.candidates(page, usize::MAX);
        for candidate in candidates.iter().take(quorum(site, page).max(1)) {
            *pool.load.entry(candidate.id.clone()).or_default() += 1;
        }
        all.insert(page.path().clone(), candidates);
    }
    all
}

/// Candidates of any page, most suitable first.
#[must_use]
pub fn of_page(site: &Site, page: &Page) -> Vec<Candidate> {
    let mut in_review = of_pages_in_review(site);
    in_review.remove(page.path()).unwrap_or_else(|| Pool::new(site).candidates(page, usize::MAX))
}

/// Everybody who can review something, with what is asked of every page, read once.
pub struct Pool<'s> {
    site: &'s Site,
    ready: Vec<Ready<'s>>,
    /// Open and recent reviews by person.
    load: BTreeMap<String, usize>,
}

/// A champion at work with what is asked of every page: skills, and by kind of page the highest level that grants it with its last day.
struct Ready<'s> {
    standing: &'s Standing,
    skills: BTreeMap<String, SkillHeld>,
    levels: BTreeMap<Kind, (String, Option<Date>)>,
}

fn ready(site: &Site) -> Vec<Ready<'_>> {
    let progress = &site.progress;
    let today = progress.today;
    let champions = progress.people.values().filter(|standing| standing.status == ChampionStatus::Active);
    let of = |standing| {
        let mut levels = BTreeMap::new();
        for (id, curriculum) in progress.curricula.iter().rev() {
            let rank = Standing::rank_on(standing, progress, id, today);
            let until = standing.level_until(progress, id, today);
            for level in curriculum.levels.iter().take(rank) {
                levels.extend(level.grants.iter().map(|kind| (*kind, (level.name.clone(), until))));
            }
        }
        Ready { standing, skills: standing.skills(progress, today), levels }
    };
    champions.map(of).filter(|ready| !ready.levels.is_empty()).collect()
}

/// Whether a person could review a page on a day; without a day, on any.
#[must_use]
pub fn is_eligible(site: &Site, page: &Page, person: &str, day: Option<Date>) -> bool {
    if partial(page).contains(person) {
        return false;
    }
    let progress = &site.progress;
    if let Some(assessor) = progress.assessors.get(person) {
        let in_time = assessor.since.zip(day).is_none_or(|(since, day)| since <= day);
        return in_time && assessed(site, person, page.kind()).is_some();
    }
    let Some(standing) = progress.people.get(person) else { return false };
    let days: Vec<Date> = match day {
        Some(day) => vec![day],
        None => standing.taken.iter().map(|taken| taken.date).collect(),
    };
    days.into_iter().any(|day| standing.granted(progress, day).contains(&page.kind()))
}

impl<'s> Pool<'s> {
    /// Reads a site.
    #[must_use]
    pub fn new(site: &'s Site) -> Self {
        Self { site, ready: ready(site), load: load(site) }
    }

    /// The most suitable candidates of a page, best first, and no more than asked for.
    #[must_use]
    pub fn candidates(&self, page: &Page, most: usize) -> Vec<Candidate> {
        let site = self.site;
        let partial = partial(page);
        let wanted = skills(site, page);
        let services = services(page);
        let load = |id: &str| self.load.get(id).copied().unwrap_or(0);
        // Among equals the page decides, so that not everything lands with whoever is first by name.
        let key = |unfit: [bool; 2], id: &'s str| {
            (unfit.into_iter().map(usize::from).sum::<usize>(), load(id), turn(&page.id, id), id)
        };
        let champions = self.ready.iter().filter(|ready| ready.levels.contains_key(&page.kind())).map(|ready| {
            let unskilled = !wanted.iter().any(|id| ready.skills.contains_key(id));
            let stranger = !services.iter().any(|service| knows(site, ready.standing, service));
            (key([unskilled, stranger], &ready.standing.id), Some(ready))
        });
        let here = |since: Option<Date>| since.is_none_or(|since| since <= site.progress.today);
        let assessors = site.progress.assessors.iter();
        let assessors = assessors.filter(|(_, assessor)| !assessor.former && here(assessor.since));
        let assessors = assessors.filter(|(id, _)| assessed(site, id, page.kind()).is_some());
        let assessors = assessors.map(|(id, _)| (key([true, true], id), None));
        let mut all: Vec<_> = champions.chain(assessors).filter(|((.., id), _)| !partial.contains(id)).collect();
        all.sort_by_key(|(key, _)| *key);
        let candidate = |((_, load, _, id), ready): ((usize, usize, u64, &str), Option<&Ready<'_>>)| match ready {
            Some(ready) => champion(site, page, ready, &wanted, &services, load),
            None => Some(Candidate {
                id: id.to_owned(),
                level: assessed(site, id, page.kind())?,
                champion: false,
                until: None,
                skills: Vec::new(),
                services: Vec::new(),
                load,
            }),
        };
        all.into_iter().take(most).filter_map(candidate).collect()
    }
}

fn champion(
    site: &Site,
    page: &Page,
    ready: &Ready<'_>,
    wanted: &BTreeSet<String>,
    services: &BTreeSet<String>,
    load: usize,
) -> Option<Candidate> {
    let (level, until) = ready.levels.get(&page.kind())?.clone();
    Some(Candidate {
        id: ready.standing.id.clone(),
        level,
        champion: true,
        until,
        skills: wanted.iter().filter_map(|id| Some((id.clone(), ready.skills.get(id)?.depth))).collect(),
        services: services.iter().filter(|service| knows(site, ready.standing, service)).cloned().collect(),
        load,
    })
}

/// Whether a champion knows a service: by own evidence, or as one of its team.
fn knows(site: &Site, standing: &Standing, service: &String) -> bool {
    let team = site.registry.services.get(service).and_then(|entry| entry.value.team.as_ref());
    standing.services.contains(service)
        || team.is_some_and(|team| standing.team.as_deref() == Some(team.value.0.as_str()))
}

/// The highest level that grants a kind of page and that somebody of the registry may assess.
fn assessed(site: &Site, id: &str, kind: Kind) -> Option<String> {
    let assessor = site.progress.assessors.get(id)?;
    let levels = assessor.levels.iter().filter_map(|(curriculum, rank)| {
        site.progress.curricula.get(curriculum)?.levels.get(*rank).filter(|level| level.grants.contains(&kind))
    });
    levels.map(|level| level.name.clone()).next_back()
}

/// Who is not independent: authors, and those who responded to the incident.
fn partial(page: &Page) -> BTreeSet<&str> {
    let authors = page.document.common.authors.iter().map(|author| author.value.0.as_str());
    let responders = match &*page.document.details {
        Details::Review(review) => &*review.responders,
        _ => &[],
    };
    authors.chain(responders.iter().map(|responder| responder.value.0.as_str())).collect()
}

fn services(page: &Page) -> BTreeSet<String> {
    let mut services: BTreeSet<String> =
        page.document.common.services.iter().map(|service| service.value.0.clone()).collect();
    match &*page.document.details {
        Details::Review(review) => {
            let touched = review.incident.iter().flat_map(|incident| &incident.services);
            services.extend(touched.map(|service| service.value.0.clone()));
        }
        Details::ThreatModel(model) => {
            let components = model.components.iter().filter_map(|component| component.service.as_ref());
            services.extend(components.map(|service| service.value.0.clone()));
        }
        _ => {}
    }
    services
}

/// Skills that a page calls for: its own, and those of the findings and modules that it names.
#[must_use]
pub fn skills(site: &Site, page: &Page) -> BTreeSet<String> {
    let mut skills = own_skills(page);
    if !is_reviewed(page.kind()) || page.kind() == Kind::Finding {
        return skills;
    }
    for edge in site.edges.from(page.path()) {
        let Node::Page(to) = &edge.to else { continue };
        skills.extend(site.pages.get(to).map(|page| own_skills(page)).unwrap_or_default());
    }
    skills
}

fn own_skills(page: &Page) -> BTreeSet<String> {
    match &*page.document.details {
        Details::Finding(finding) => finding.skills.iter().map(|skill| skill.value.0.clone()).collect(),
        Details::Module(module) => {
            module.skills.iter().filter_map(|gain| gain.id.as_ref()).map(|id| id.value.0.clone()).collect()
        }
        _ => BTreeSet::new(),
    }
}

fn load(site: &Site) -> BTreeMap<String, usize> {
    let mut load: BTreeMap<String, usize> = BTreeMap::new();
    let today = site.config.today;
    for page in site.pages.values().filter(|page| is_reviewed(page.kind())) {
        let common = &page.document.common;
        let recent = common.reviewed.as_ref().is_some_and(|day| RECENT.after(day.value) >= today);
        if page.status == Status::InReview || recent {
            for reviewer in &common.reviewers {
                *load.entry(reviewer.value.0.clone()).or_default() += 1;
            }
        }
    }
    load
}

/// A number that depends on a page and a person and on nothing else (FNV-1a, 64 bits).
fn turn(page: &str, person: &str) -> u64 {
    let bytes = page.bytes().chain([0]).chain(person.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
