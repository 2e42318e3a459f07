//! How far champions are: levels, skills, renewals.
//!
//! In: a screened site. Out: [`PersonProgress`], one a champion that the audience may see, by id.

use jiff::civil::Date;
use serde::Serialize;

use crate::model::kind::Kind;
use crate::model::progress::{Missing, Progress, Standing};
use crate::model::site::Site;

/// Renewals are told this many days ahead.
const AHEAD: i32 = 90;

/// One champion.
#[derive(Clone, Debug, Serialize)]
pub struct PersonProgress {
    /// Id.
    pub id: String,
    /// Team.
    pub team: Option<String>,
    /// `active`, `paused`, `alumni`.
    pub status: &'static str,
    /// Level held in the first curriculum followed.
    pub level: Option<String>,
    /// The level after it.
    pub next_level: Option<String>,
    /// What the next level lacks.
    pub missing: Vec<MissingItem>,
    /// Skills held today.
    pub skills: Vec<SkillItem>,
    /// What runs out within 90 days, soonest first.
    pub expiring: Vec<Renewal>,
    /// Kinds of page that the person may review today.
    pub can_review: Vec<&'static str>,
    /// What has run out, latest first.
    pub run_out: Vec<Renewal>,
    /// Achievements that do not count.
    pub not_counted: Vec<NotCounted>,
    /// Modules to take next, the most useful first.
    pub next_steps: Vec<String>,
    /// Every curriculum followed, the first one too.
    pub curricula: Vec<CurriculumItem>,
}

/// The way through one curriculum.
#[derive(Clone, Debug, Serialize)]
pub struct CurriculumItem {
    /// The curriculum.
    pub id: String,
    /// Level held.
    pub level: Option<String>,
    /// Its last day; none when it holds for ever or no level is held.
    pub until: Option<Date>,
    /// The level after it.
    pub next_level: Option<String>,
    /// What the next level lacks.
    pub missing: Vec<MissingItem>,
}

/// Something the next level lacks.
#[derive(Clone, Debug, Serialize)]
pub struct MissingItem {
    /// The module; none where evidence in all is missing.
    pub module: Option<String>,
    /// `not-taken`, `run-out`, `not-counted`, `evidence`.
    pub why: &'static str,
    /// The same in words.
    pub text: String,
}

/// A skill held.
#[derive(Clone, Debug, Serialize)]
pub struct SkillItem {
    /// The skill.
    pub id: String,
    /// 1 to 4.
    pub depth: u8,
    /// Last day at this depth.
    pub expires: Option<Date>,
}

/// A module and its last day.
#[derive(Clone, Debug, Serialize)]
pub struct Renewal {
    /// The module.
    pub module: String,
    /// Its last day.
    pub on: Date,
}

/// An achievement that does not count.
#[derive(Clone, Debug, Serialize)]
pub struct NotCounted {
    /// The module.
    pub module: String,
    /// Its day.
    pub date: Date,
    /// Why not.
    pub why: Vec<String>,
}

/// Everybody the audience may see, or the one with this id.
#[must_use]
pub fn of(site: &Site, person: Option<&str>) -> Vec<PersonProgress> {
    let progress = &site.progress;
    let people = progress.people.values().filter(|standing| person.is_none_or(|id| standing.id == id));
    people.map(|standing| of_person(progress, standing)).collect()
}

fn of_person(progress: &Progress, standing: &Standing) -> PersonProgress {
    let today = progress.today;
    let curricula: Vec<CurriculumItem> =
        standing.curricula.iter().map(|id| of_curriculum(progress, standing, id)).collect();
    let first = curricula.first().cloned();
    let known = |module: &str| progress.modules.contains_key(module);
    let renewals = |days: Vec<(Date, String)>| days.into_iter().map(|(on, module)| Renewal { module, on }).collect();
    let uncounted = standing.taken.iter().filter(|taken| !taken.counts() && known(&taken.module));
    let steps = standing.curricula.iter().flat_map(|id| standing.next_steps(progress, id));
    PersonProgress {
        id: standing.id.clone(),
        team: standing.team.clone(),
        status: standing.status.as_str(),
        level: first.as_ref().and_then(|first| first.level.clone()),
        next_level: first.as_ref().and_then(|first| first.next_level.clone()),
        missing: first.map_or_else(Vec::new, |first| first.missing),
        skills: standing
            .skills(progress, today)
            .into_iter()
            .map(|(id, held)| SkillItem { id, depth: held.depth, expires: held.until })
            .collect(),
        expiring: renewals(standing.expiring(progress, AHEAD)),
        can_review: standing.can_review(progress).into_iter().map(Kind::as_str).collect(),
        run_out: renewals(standing.run_out(progress)),
        not_counted: uncounted
            .map(|taken| NotCounted {
                module: taken.module.clone(),
                date: taken.date,
                why: taken.reasons.iter().map(crate::model::progress::Reason::words).collect(),
            })
            .collect(),
        next_steps: steps.map(|step| step.module).collect(),
        curricula,
    }
}

fn of_curriculum(progress: &Progress, standing: &Standing, id: &str) -> CurriculumItem {
    let today = progress.today;
    let level = standing.level(progress, id, today);
    let missing = standing.missing(progress, id).into_iter();
    // A module of which the audience knows nothing stays untold.
    let told = missing.filter(|missing| missing.module().is_none_or(|module| progress.modules.contains_key(module)));
    CurriculumItem {
        id: id.to_owned(),
        level: level.map(|level| level.id.clone()),
        until: level.and_then(|_| standing.level_until(progress, id, today)),
        next_level: standing.next_level(progress, id, today).map(|level| level.id.clone()),
        missing: told.map(|missing| item(&missing)).collect(),
    }
}

fn item(missing: &Missing) -> MissingItem {
    MissingItem { module: missing.module().map(str::to_owned), why: missing.word(), text: missing.words() }
}
