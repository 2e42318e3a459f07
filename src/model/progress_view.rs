//! What templates see of progress: levels, skills, renewals, counts, reviewers. Plain data like the rest of `view`.

use serde::Serialize;

use super::joint_view::ReviewSums;
use super::level_chart::LevelChart;
use super::view::{Link, State};

/// A count of people, as the audience may know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CountView {
    /// `3`, `fewer than 5`.
    pub text: String,
    /// Nobody.
    pub gap: bool,
    /// Not told exactly.
    pub veiled: bool,
}

/// A champion's way through one curriculum.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WayView {
    /// Anchor.
    pub id: String,
    /// The curriculum.
    pub curriculum: Link,
    /// Level held.
    pub level: Option<String>,
    /// Its last day.
    pub until: Option<String>,
    /// The level after it.
    pub next_level: Option<String>,
    /// All levels, lowest first.
    pub levels: Vec<WayLevel>,
    /// What the next level lacks; the note says why.
    pub missing: Vec<Link>,
    /// Modules to take next; the note says why.
    pub steps: Vec<Link>,
}

/// A level on somebody's way.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WayLevel {
    /// Shown name.
    pub name: String,
    /// Its place on the curriculum's page.
    pub href: String,
    /// `done`, `next`, `open`.
    pub state: State,
    /// Its modules.
    pub modules: Vec<WayModule>,
}

/// A module on somebody's way.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WayModule {
    /// The module.
    pub module: Link,
    /// `done`, `run-out`, `not-counted`, `open`.
    pub state: State,
}

/// A skill that somebody has.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SkillHeldView {
    /// The skill.
    pub skill: Link,
    /// Its name cut for the chart.
    pub short: String,
    /// 1 to 4.
    pub depth: u8,
    /// aware, practising, leading, teaching.
    pub word: &'static str,
    /// Last day.
    pub until: Option<String>,
    /// Modules that give it.
    pub modules: Vec<Link>,
}

/// Something that runs out or has run out.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RenewalView {
    /// The module.
    pub module: Link,
    /// Whose it is, on pages of more than one person.
    pub person: Option<Link>,
    /// Last day.
    pub on: String,
    /// How soon.
    pub state: State,
    /// `holds until` or `ran out after`.
    pub words: &'static str,
}

/// A module in the reader's own list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LessonView {
    /// Full id.
    pub id: String,
    /// Its address from the site's root, as it stands in a link.
    pub path: String,
    /// The module.
    pub module: Link,
    /// What comes first.
    pub after: Vec<Link>,
}

/// Somebody who can confirm modules.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AssessorView {
    /// The id, as it stands under `verified_by`.
    pub id: String,
    /// Shown name.
    pub label: String,
    /// Full ids of the modules, with spaces between.
    pub modules: String,
}

/// Who holds a skill at a depth.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DepthView {
    /// 1 to 4.
    pub depth: u8,
    /// aware, practising, leading, teaching.
    pub word: &'static str,
    /// How many.
    pub count: CountView,
    /// Those who are shown.
    pub people: Vec<Link>,
}

/// What a skill's page says of people.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SkillPanel {
    /// Modules that teach it; the note is the depth.
    pub teachers: Vec<Link>,
    /// From 4 down to 1.
    pub depths: Vec<DepthView>,
    /// How many in all.
    pub total: CountView,
    /// Findings, threat models and reviews that call for it.
    pub calls: Vec<(String, Vec<Link>)>,
}

/// A cell of a coverage matrix.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CellView {
    /// How many champions at work have the skill.
    pub count: CountView,
    /// The greatest depth among them; 0 where it must not be told.
    pub depth: u8,
}

/// A row of a coverage matrix.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CoverageRow {
    /// The team, or the whole programme.
    pub team: Link,
    /// One a skill.
    pub cells: Vec<CellView>,
    /// Champions at work.
    pub champions: CountView,
}

/// Counts by level on a day.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LevelRow {
    /// The day.
    pub day: String,
    /// One a level, highest level held.
    pub counts: Vec<CountView>,
}

/// Levels of one curriculum over time, and who can assess them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LevelTable {
    /// The curriculum.
    pub curriculum: Link,
    /// Names of the levels.
    pub levels: Vec<String>,
    /// Newest first.
    pub rows: Vec<LevelRow>,
    /// The same as a chart.
    pub chart: Option<LevelChart>,
    /// By level: who can assess it.
    pub pool: Vec<PoolView>,
}

/// Who can assess a level.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PoolView {
    /// The level.
    pub level: String,
    /// How many.
    pub count: CountView,
    /// Those who are shown.
    pub people: Vec<Link>,
}

/// What a team's page says of its champions.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TeamPanel {
    /// Champions at work.
    pub champions: CountView,
    /// Skills, and the team's row.
    pub skills: Vec<(Link, CellView)>,
    /// Services that no champion looks after.
    pub uncovered: Vec<Link>,
    /// Levels over time by curriculum.
    pub levels: Vec<LevelTable>,
    /// Who is renewing what.
    pub renewals: Vec<RenewalView>,
    /// The calendar's address.
    pub calendar: String,
}

/// How many renewals are ahead.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AheadView {
    /// `within 30 days`.
    pub label: String,
    /// People with something that runs out.
    pub people: CountView,
    /// Modules that run out, where the count of people is told.
    pub modules: Option<usize>,
}

/// `programme`
#[derive(Clone, Debug, Default, Serialize)]
pub struct ProgrammeView {
    /// Columns of the matrix.
    pub skills: Vec<Link>,
    /// Rows of the matrix; the last is the whole programme.
    pub coverage: Vec<CoverageRow>,
    /// Services without a champion, with the team.
    pub uncovered: Vec<Link>,
    /// Levels by curriculum.
    pub levels: Vec<LevelTable>,
    /// Renewals ahead.
    pub ahead: Vec<AheadView>,
    /// Findings that no module teaches; the note says how often they are referred to.
    pub untaught: Vec<Link>,
    /// Skills that nobody holds at depth 3.
    pub shallow: Vec<Link>,
    /// The calendar's address.
    pub calendar: String,
    /// What the joint reviews add up to.
    pub reviews: Option<ReviewSums>,
}

/// Who can review a page that is in review.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReviewersPanel {
    /// How many the configuration asks for.
    pub quorum: usize,
    /// Most suitable first; the note says why.
    pub people: Vec<Link>,
}
