//! What champions can do, derived from what they have taken: plain data with the questions that are asked of it.
//!
//! In: nothing; `resolve::progress` fills it. Out: [`Progress`], which the site carries. A day on which something runs out is the last on which it holds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::curriculum::{ChampionStatus, EvidenceKind, Visibility};
use super::kind::Kind;
use super::leaf::Period;
use crate::source::SourcePath;

/// Curricula, modules, and how far everybody is.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// The day for which it holds.
    pub today: Date,
    /// Curricula by id.
    pub curricula: BTreeMap<String, CurriculumFacts>,
    /// Modules by full id.
    pub modules: BTreeMap<String, ModuleFacts>,
    /// Champions by id. After screening those whom the audience may see.
    pub people: BTreeMap<String, Standing>,
    /// After screening: hidden champions without their ids, for counts alone.
    pub unnamed: Vec<Standing>,
    /// People of the registry who may assess, by id. After screening those whom a published page names.
    pub assessors: BTreeMap<String, Assessor>,
    /// After screening: assessors whom no published page names, for counts alone.
    pub unnamed_assessors: Vec<Assessor>,
}

/// A curriculum.
#[derive(Clone, Debug)]
pub struct CurriculumFacts {
    /// Its file.
    pub page: SourcePath,
    /// Its levels, lowest first.
    pub levels: Vec<LevelFacts>,
}

/// A level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LevelFacts {
    /// Its id.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// Kinds of page that its holders may review.
    pub grants: BTreeSet<Kind>,
    /// Pieces of evidence in all.
    pub evidence: usize,
    /// How long its modules hold where they do not say it themselves.
    pub holds: Option<Period>,
    /// Full ids of the modules it needs, in their order. Drafts and retired modules are not needed.
    pub modules: Vec<String>,
}

/// A module.
#[derive(Clone, Debug)]
pub struct ModuleFacts {
    /// Its file.
    pub page: SourcePath,
    /// Its curriculum's id.
    pub curriculum: String,
    /// Its level, counted from 0 at the lowest.
    pub rank: usize,
    /// How long an achievement holds: the module's own `recertify`, else the level's `valid_for`; without either for ever.
    pub holds: Option<Period>,
    /// Skills and the depth it brings them to, 1 to 4.
    pub skills: BTreeMap<String, u8>,
    /// What evidence it asks for: the sort and how many.
    pub needs: Vec<(EvidenceKind, usize)>,
    /// Full ids of the modules that come first.
    pub prerequisites: BTreeSet<String>,
}

/// How far a champion is.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The champion's id; empty when it must not be told.
    pub id: String,
    /// The champion's page.
    pub page: SourcePath,
    /// How much is shown.
    pub visibility: Visibility,
    /// The team's id.
    pub team: Option<String>,
    /// At work, pausing, or no longer.
    pub status: ChampionStatus,
    /// Ids of the curricula followed: the page's own list, then those of which a module was taken.
    pub curricula: Vec<String>,
    /// Services named on the page.
    pub services: BTreeSet<String>,
    /// Achievements, in the order written.
    pub taken: Vec<Taken>,
    /// Pages that name the person as author, reviewer or facilitator.
    pub offered: Vec<Offered>,
}

/// An achievement and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its place among the achievements of the page, from 0.
    pub index: usize,
    /// The module's full id.
    pub module: String,
    /// Its day.
    pub date: Date,
    /// Different pieces of evidence listed.
    pub listed: usize,
    /// Pages of ours among them.
    pub pages: BTreeSet<SourcePath>,
    /// Ids of those who say so.
    pub verified_by: Vec<String>,
    /// Pieces of evidence that stand for it: those listed, and pages that name the person.
    pub pieces: usize,
    /// Its last day; none when it holds for ever.
    pub until: Option<Date>,
    /// Why it does not count; empty when it does.
    pub reasons: Vec<Reason>,
}

/// A page that names a person, and what it can be evidence of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// An author has made something, a reviewer has reviewed it, a facilitator has led a session.
    pub kind: EvidenceKind,
    /// The page.
    pub page: SourcePath,
    /// Its first day.
    pub since: Option<Date>,
}

/// Why an achievement does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its day is still to come.
    Ahead,
    /// Nobody says so.
    Unverified,
    /// Nobody but the person says so.
    OwnWord,
    /// Whoever says so could not assess this level on that day.
    Verifier {
        /// Shown name of the level.
        level: String,
    },
    /// What comes first had not counted by that day.
    Prerequisite {
        /// The full id of what comes first.
        module: String,
        /// The day on which it did count, where it did.
        counted: Option<Date>,
    },
    /// There is too little evidence.
    Evidence {
        /// Pieces there are.
        has: usize,
        /// Pieces the module asks for.
        needs: usize,
    },
}

/// Somebody of the registry who may assess.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assessor {
    /// Levels: the curriculum's id and the level counted from 0.
    pub levels: BTreeSet<(String, usize)>,
    /// First day.
    pub since: Option<Date>,
    /// No longer here: what was assessed before stays, nothing new is asked of them.
    pub former: bool,
}

/// A skill that somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillHeld {
    /// 1 to 4.
    pub depth: u8,
    /// The last day at this depth; none when it holds for ever.
    pub until: Option<Date>,
    /// Full ids of the modules that give this depth.
    pub modules: Vec<String>,
}

/// What is missing from the next level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A module that was never taken.
    NotTaken(String),
    /// A module that has run out, and its last day.
    RunOut(String, Date),
    /// A module that was taken and does not count, and why.
    NotCounted(String, Vec<Reason>),
    /// All modules are there, but fewer pieces of evidence than the level asks for: how many there are and should be.
    Evidence(usize, usize),
}

/// A module worth taking next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its full id.
    pub module: String,
    /// The next level needs it.
    pub for_next_level: bool,
    /// It was held before.
    pub renewal: bool,
    /// How many further modules wait for it, directly or not.
    pub unlocks: usize,
}

impl Reason {
    /// The reason in words that name nobody.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Ahead => "its day is still to come".to_owned(),
            Self::Unverified => "nobody has confirmed it".to_owned(),
            Self::OwnWord => "somebody else has to confirm it".to_owned(),
            Self::Verifier { level } => {
                format!("nobody who confirmed it held the level {level} or could assess it on that day")
            }
            Self::Prerequisite { module, counted: None } => format!("`{module}` comes first and does not count"),
            Self::Prerequisite { module, counted: Some(day) } => {
                format!("`{module}` comes first and counts only from {day} on")
            }
            Self::Evidence { has, needs } => format!("it has {has} of {needs} pieces of evidence"),
        }
    }
}

impl Missing {
    /// The full id of the module that is missing.
    #[must_use]
    pub fn module(&self) -> Option<&str> {
        match self {
            Self::NotTaken(module) | Self::RunOut(module, _) | Self::NotCounted(module, _) => Some(module),
            Self::Evidence(..) => None,
        }
    }

    /// Why, in words that name nobody.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NotTaken(_) => "not taken yet".to_owned(),
            Self::RunOut(_, day) => format!("ran out after {day}"),
            Self::NotCounted(_, reasons) => {
                let reasons: Vec<String> = reasons.iter().map(Reason::words).collect();
                format!("taken, but {}", reasons.join(", and "))
            }
            Self::Evidence(has, needs) => format!("{has} of {needs} pieces of evidence"),
        }
    }

    /// One word for programs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotTaken(_) => "not-taken",
            Self::RunOut(..) => "run-out",
            Self::NotCounted(..) => "not-counted",
            Self::Evidence(..) => "evidence",
        }
    }
}

impl Taken {
    /// Whether it counts.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Whether it counts and holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.counts() && self.date <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// The later of two last days; none is for ever.
fn later(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    a.zip(b).map(|(a, b)| a.max(b))
}

impl Standing {
    /// Whether a module is held on a day, and then its last day.
    #[must_use]
    pub fn module_on(&self, module: &str, day: Date) -> Option<Option<Date>> {
        let held = self.taken.iter().filter(|taken| taken.module == module && taken.holds_on(day));
        held.map(|taken| taken.until).reduce(later)
    }

    /// How many levels of a curriculum are held on a day, from the lowest up.
    #[must_use]
    pub fn rank_on(&self, progress: &Progress, curriculum: &str, day: Date) -> usize {
        let Some(curriculum) = progress.curricula.get(curriculum) else { return 0 };
        curriculum.levels.iter().take_while(|level| self.holds_level(level, day)).count()
    }

    fn holds_level(&self, level: &LevelFacts, day: Date) -> bool {
        !level.modules.is_empty()
            && level.modules.iter().all(|module| self.module_on(module, day).is_some())
            && self.pieces(level, day) >= level.evidence
    }

    fn pieces(&self, level: &LevelFacts, day: Date) -> usize {
        let of = |module: &String| {
            let taken = self.taken.iter().filter(|taken| taken.module == *module && taken.counts());
            taken.filter(|taken| taken.date <= day).map(|taken| taken.pieces).max().unwrap_or(0)
        };
        level.modules.iter().map(of).sum()
    }

    /// The highest level held on a day.
    #[must_use]
    pub fn level<'p>(&self, progress: &'p Progress, curriculum: &str, day: Date) -> Option<&'p LevelFacts> {
        let rank = self.rank_on(progress, curriculum, day).checked_sub(1)?;
        progress.curricula.get(curriculum)?.levels.get(rank)
    }

    /// The level after the highest that is held on a day.
    #[must_use]
    pub fn next_level<'p>(&self, progress: &'p Progress, curriculum: &str, day: Date) -> Option<&'p LevelFacts> {
        progress.curricula.get(curriculum)?.levels.get(self.rank_on(progress, curriculum, day))
    }

    /// The last day of a level that is held on a day: that of the module that runs out first, of this level and those below. None is for ever.
    #[must_use]
    pub fn level_until(&self, progress: &Progress, curriculum: &str, day: Date) -> Option<Date> {
        let rank = self.rank_on(progress, curriculum, day);
        let levels = progress.curricula.get(curriculum).map_or(&[] as &[_], |curriculum| &*curriculum.levels);
        let modules = levels.iter().take(rank).flat_map(|level| &level.modules);
        modules.filter_map(|module| self.module_on(module, day).flatten()).min()
    }

    /// Skills on a day. A skill that several modules teach is counted once, at the greatest depth.
    #[must_use]
    pub fn skills(&self, progress: &Progress, day: Date) -> BTreeMap<String, SkillHeld> {
        let mut skills: BTreeMap<String, SkillHeld> = BTreeMap::new();
        let modules: BTreeSet<&str> =
            self.taken.iter().filter(|taken| taken.holds_on(day)).map(|taken| taken.module.as_str()).collect();
        for id in modules {
            let (Some(module), Some(until)) = (progress.modules.get(id), self.module_on(id, day)) else { continue };
            for (skill, depth) in &module.skills {
                let new = SkillHeld { depth: *depth, until, modules: vec![id.to_owned()] };
                match skills.get_mut(skill) {
                    Some(held) if held.depth == *depth => {
                        held.until = later(held.until, until);
                        held.modules.push(id.to_owned());
                    }
                    Some(held) if held.depth > *depth => {}
                    _ => drop(skills.insert(skill.clone(), new)),
                }
            }
        }
        skills
    }

    /// Modules that are held today and run out within so many days: the last day and the module, soonest first.
    #[must_use]
    pub fn expiring(&self, progress: &Progress, days: i32) -> Vec<(Date, String)> {
        let today = progress.today;
        let end = Period { months: 0, days }.after(today);
        let modules: BTreeSet<&String> = self.taken.iter().map(|taken| &taken.module).collect();
        let known = modules.into_iter().filter(|module| progress.modules.contains_key(*module));
        let mut expiring: Vec<_> = known
            .filter_map(|module| Some((self.module_on(module, today)??, module.clone())))
            .filter(|(until, _)| *until <= end)
            .collect();
        expiring.sort();
        expiring
    }

    /// Modules that counted and hold no longer: the last day and the module, latest first.
    #[must_use]
    pub fn run_out(&self, progress: &Progress) -> Vec<(Date, String)> {
        let mut last: BTreeMap<&String, Date> = BTreeMap::new();
        for taken in self.taken.iter().filter(|taken| taken.counts() && progress.modules.contains_key(&taken.module)) {
            if let Some(until) = taken.until.filter(|_| self.module_on(&taken.module, progress.today).is_none()) {
                last.entry(&taken.module).and_modify(|day| *day = until.max(*day)).or_insert(until);
            }
        }
        let mut gone: Vec<_> = last.into_iter().map(|(module, day)| (day, module.clone())).collect();
        gone.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        gone
    }

    /// What the next level of a curriculum lacks.
    #[must_use]
    pub fn missing(&self, progress: &Progress, curriculum: &str) -> Vec<Missing> {
        let today = progress.today;
        let Some(level) = self.next_level(progress, curriculum, today) else { return Vec::new() };
        let mut missing: Vec<Missing> = level
            .modules
            .iter()
            .filter(|module| self.module_on(module, today).is_none())
            .map(|module| self.why_missing(module))
            .collect();
        let pieces = self.pieces(level, today);
        if missing.is_empty() && pieces < level.evidence {
            missing.push(Missing::Evidence(pieces, level.evidence));
        }
        missing
    }

    fn why_missing(&self, module: &str) -> Missing {
        let own = || self.taken.iter().filter(|taken| taken.module == module);
        if let Some(until) = own().filter(|taken| taken.counts()).filter_map(|taken| taken.until).max() {
            return Missing::RunOut(module.to_owned(), until);
        }
        match own().max_by_key(|taken| taken.date) {
            Some(taken) => Missing::NotCounted(module.to_owned(), taken.reasons.clone()),
            None => Missing::NotTaken(module.to_owned()),
        }
    }

    /// Whether a module has counted by a day, held still or not.
    #[must_use]
    pub fn counted_by(&self, module: &str, day: Date) -> bool {
        self.taken.iter().any(|taken| taken.module == module && taken.counts() && taken.date <= day)
    }

    /// Modules of a curriculum that can be taken now, the most useful first: what the next level needs, then what most other modules wait for.
    #[must_use]
    pub fn next_steps(&self, progress: &Progress, curriculum: &str) -> Vec<Step> {
        let today = progress.today;
        let next = self.next_level(progress, curriculum, today).map_or(&[] as &[_], |level| &*level.modules);
        let Some(facts) = progress.curricula.get(curriculum) else { return Vec::new() };
        let needed: Vec<&String> = facts.levels.iter().flat_map(|level| &level.modules).collect();
        let open: Vec<&String> =
            needed.iter().copied().filter(|module| self.module_on(module, today).is_none()).collect();
        let ready = |module: &&&String| {
            progress.modules.get(**module).is_some_and(|facts| {
                facts
                    .prerequisites
                    .iter()
                    .all(|before| self.counted_by(before, today) || !progress.modules.contains_key(before))
            })
        };
        let mut unlocks: BTreeMap<&str, usize> = BTreeMap::new();
        for before in open.iter().flat_map(|module| progress.all_before(module)) {
            *unlocks.entry(before).or_default() += 1;
        }
        let mut steps: Vec<(usize, Step)> = open
            .iter()
            .filter(ready)
            .enumerate()
            .map(|(at, module)| {
                let step = Step {
                    module: (*module).clone(),
                    for_next_level: next.contains(module),
                    renewal: self.counted_by(module, today),
                    unlocks: unlocks.get(module.as_str()).copied().unwrap_or(0),
                };
                (at, step)
            })
            .collect();
        steps.sort_by_key(|(at, step)| (!step.for_next_level, std::cmp::Reverse(step.unlocks), *at));
        steps.into_iter().map(|(_, step)| step).collect()
    }

    /// Kinds of page that the person may review today: what the levels held grant to somebody who is at work as a champion.
    #[must_use]
    pub fn can_review(&self, progress: &Progress) -> BTreeSet<Kind> {
        if self.status == ChampionStatus::Active { self.granted(progress, progress.today) } else { BTreeSet::new() }
    }

    /// Kinds of page that the levels held on a day grant.
    #[must_use]
    pub fn granted(&self, progress: &Progress, day: Date) -> BTreeSet<Kind> {
        let held = progress.curricula.iter().flat_map(|(id, curriculum)| {
            curriculum
                .levels
                .iter()
                .take(self.rank_on(progress, id, day))
                .flat_map(|level| level.grants.iter().copied())
        });
        held.collect()
    }
}

impl Assessor {
    /// Whether this person may assess a level on a day.
    #[must_use]
    pub fn assesses(&self, curriculum: &str, rank: usize, day: Date) -> bool {
        self.levels.contains(&(curriculum.to_owned(), rank)) && self.since.is_none_or(|since| since <= day)
    }
}

impl Progress {
    /// Every module that one waits for: its prerequisites, theirs, and so on. It is not among them itself, even where prerequisites go round.
    fn all_before<'a>(&'a self, module: &'a str) -> BTreeSet<&'a str> {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut next: Vec<&str> = vec![module];
        while let Some(id) = next.pop() {
            let before = self.modules.get(id).into_iter().flat_map(|facts| &facts.prerequisites);
            next.extend(before.map(String::as_str).filter(|before| seen.insert(before)));
        }
        seen.remove(module);
        seen
    }

    /// Everybody who counts: those who are shown, then those who are not.
    pub fn everybody(&self) -> impl Iterator<Item = &Standing> {
        self.people.values().chain(&self.unnamed)
    }

    /// The level a module belongs to.
    #[must_use]
    pub fn level_of(&self, module: &ModuleFacts) -> Option<&LevelFacts> {
        self.curricula.get(&module.curriculum)?.levels.get(module.rank)
    }
}
