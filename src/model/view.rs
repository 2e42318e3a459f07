//! What a template may see of one page: plain data, nothing to call. The field names here are the variables of the templates.
//!
//! Every address in a view is relative to its page, so a view is all that a page's bytes depend on beside the theme.

use std::sync::Arc;

use serde::Serialize;

use super::body::{LinkView, TermView};
use super::diagram::{FlowDiagram, Graph};
use super::joint_view::{GridView, OvertakenView, TimelineView};
use super::progress_view::{
    AssessorView, CountView, LessonView, ProgrammeView, RenewalView, ReviewersPanel, SkillHeldView, SkillPanel,
    TeamPanel, WayView,
};
use super::requirement_view::{OpenRequirements, RequirementsView, ServicePanel};
use super::scorecard_view::{MetricView, ScorecardView};
use crate::source::{OutputPath, SourcePath, Text};

/// One page of the site, ready for its template. Templates see `site`, `page`, the variable of the content (`finding`, `list`, …) and `body`.
#[derive(Clone, Debug)]
pub struct PageView {
    /// Where it goes.
    pub output: OutputPath,
    /// Which template draws it: `finding.html`.
    pub template: &'static str,
    /// What is the same on every page: `site`.
    pub site: Arc<SiteView>,
    /// The frame around the content: `page`.
    pub page: Frame,
    /// What the kind of page shows.
    pub content: Content,
    /// The Markdown of the page, drawn to the variable `body` before the template runs.
    pub body: Option<BodyView>,
    /// Old addresses that lead here.
    pub redirects: Vec<OutputPath>,
}

/// A body of Markdown with everything from outside that it shows.
#[derive(Clone, Debug)]
pub struct BodyView {
    /// The file, for diagnostics.
    pub path: SourcePath,
    /// Its whole text.
    pub text: Text,
    /// Where the body begins.
    pub start: usize,
    /// Its links, in order.
    pub links: Vec<LinkView>,
    /// Glossary terms that its text has.
    pub terms: Vec<TermView>,
    /// Leave out a first heading that says the title again.
    pub skip_title: bool,
    /// The first pair of examples is drawn to the variable `pair`, and not where it stands.
    pub lift_pair: bool,
}

/// What is the same on every page: `site`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SiteView {
    /// The site's name.
    pub title: String,
    /// One sentence about it.
    pub description: Option<String>,
    /// Language of the site.
    pub lang: String,
    /// Version of the generator.
    pub generator: String,
    /// The audience this build is for, when there are several.
    pub audience: Option<String>,
    /// There is a feed.
    pub feed: bool,
    /// The logo's path from the site's root.
    pub logo: Option<String>,
}

/// A link, or a text where there is no page for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Shown text.
    pub label: String,
    /// Address relative to the page; none makes it plain text.
    pub href: Option<String>,
    /// A second text, such as a name beside an id. Few have one, and a page has very many links: what is not there is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// It is the page itself, or the section it is in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub current: bool,
}

/// A word with its tone, for states: `tone` is `good`, `warn`, `bad`, `info` or `mute`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct State {
    /// The word in the front matter.
    pub id: String,
    /// The word for people.
    pub label: String,
    /// How it is coloured; the label always says it too.
    pub tone: &'static str,
}

/// A part of the contents list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TocEntry {
    /// Text of the heading.
    pub label: String,
    /// Its anchor.
    pub id: String,
    /// Headings below it.
    pub children: Vec<TocEntry>,
}

/// Pages of one kind that point here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BacklinkGroup {
    /// `Threat models`.
    pub label: String,
    /// `threat-model`.
    pub kind: String,
    /// The pages.
    pub items: Vec<Backlink>,
}

/// A page that points here, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Backlink {
    /// The page.
    pub title: String,
    /// Its address.
    pub href: String,
    /// Why: `explains T3`.
    pub why: Vec<String>,
}

/// The frame around every page's content: `page`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Frame {
    /// Shown name; the `h1`.
    pub title: String,
    /// One sentence.
    pub summary: Option<String>,
    /// The sentence is the beginning of the text, which the page shows anyway.
    pub summary_from_text: bool,
    /// `finding`, `list`, `home`, ….
    pub kind: String,
    /// `Finding`.
    pub kind_label: String,
    /// Language of the text.
    pub lang: String,
    /// Address of the home page.
    pub home: String,
    /// Address of the search page.
    pub search: String,
    /// From this page to the site's root: `../../`, or `./`. For `404.html` the path of the base URL.
    pub root: String,
    /// Whole address of the page, when the site has one.
    pub canonical: Option<String>,
    /// Kept out of search engines: drafts, retired pages, lists of lists.
    pub noindex: bool,
    /// Sections of the site.
    pub nav: Vec<Link>,
    /// Neighbours in the page's folder, at most sixteen.
    pub siblings: Vec<Link>,
    /// From the home page down to here, without this page.
    pub breadcrumbs: Vec<Link>,
    /// Headings, two levels deep.
    pub toc: Vec<TocEntry>,
    /// The neighbour before.
    pub previous: Option<Link>,
    /// The neighbour after.
    pub next: Option<Link>,
    /// Where the file can be edited.
    pub edit_url: Option<String>,
    /// State of the page, when it is not simply published.
    pub status: Option<State>,
    /// Who may read it, when there are several audiences.
    pub audience: Option<String>,
    /// Who answers for it.
    pub owners: Vec<Link>,
    /// Who wrote it.
    pub authors: Vec<Link>,
    /// Who reviewed it.
    pub reviewers: Vec<Link>,
    /// First day, `2026-11-02`.
    pub created: Option<String>,
    /// Day of the last change.
    pub updated: Option<String>,
    /// Day of the last human look.
    pub reviewed: Option<String>,
    /// When the next human look is due.
    pub review_due: Option<String>,
    /// The next human look is overdue.
    pub stale: bool,
    /// Services it is about.
    pub services: Vec<Link>,
    /// Tags.
    pub tags: Vec<Link>,
    /// Pages worth reading beside it.
    pub related: Vec<Link>,
    /// Whom to ask: champions first, then the team that is asked next.
    pub ask: Vec<Link>,
    /// Who points here and why.
    pub backlinks: Vec<BacklinkGroup>,
    /// Who can review it, while it is in review.
    pub can_review: Option<ReviewersPanel>,
}

/// What a kind of page shows; the variable's name in templates is the variant's in snake case.
#[derive(Clone, Debug, Serialize)]
pub enum Content {
    /// Nothing beside the body.
    Page,
    /// `finding`
    Finding(Box<FindingView>),
    /// `threat_model`
    ThreatModel(Box<ThreatModelView>),
    /// `review`
    Review(Box<ReviewView>),
    /// `curriculum`
    Curriculum(Box<CurriculumView>),
    /// `module`
    Module(Box<ModuleView>),
    /// `champion`
    Champion(Box<ChampionView>),
    /// `list`
    List(Box<ListView>),
    /// `entity`
    Entity(Box<EntityView>),
    /// `home`
    Home(Box<HomeView>),
    /// `glossary`
    Glossary(Box<GlossaryView>),
    /// `search`
    Search(Box<SearchView>),
    /// `lookup`
    Lookup(Box<LookupView>),
    /// `programme`
    Programme(Box<ProgrammeView>),
    /// `scorecard`
    Scorecard(Box<ScorecardView>),
    /// `metric`
    Metric(Box<MetricView>),
    /// `requirements`
    Requirements(Box<RequirementsView>),
    /// The page for addresses that do not exist.
    NotFound,
}

/// A row of a release table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReleaseRow {
    /// `external`, `internal`, `default`.
    pub exposure: String,
    /// What may ship.
    pub decision: State,
    /// Services of this exposure that the page is about.
    pub services: Vec<Link>,
}

/// A scanner's rule.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RuleView {
    /// Shown name of the scanner.
    pub scanner: String,
    /// The rule's id.
    pub id: String,
}

/// `finding`
#[derive(Clone, Debug, Default, Serialize)]
pub struct FindingView {
    /// Weaknesses; the note is the name.
    pub cwe: Vec<Link>,
    /// What it is, in plain words.
    pub plain: Option<String>,
    /// What it means here.
    pub for_us: Option<String>,
    /// How to tell that it is real.
    pub real_when: Vec<String>,
    /// How to tell that it is not.
    pub noise_when: Vec<String>,
    /// What may ship.
    pub release: Vec<ReleaseRow>,
    /// How to show that it is gone.
    pub verify: Vec<String>,
    /// Scanner rules explained here.
    pub rules: Vec<RuleView>,
    /// OWASP Top 10 categories; the note is the name.
    pub owasp: Vec<Link>,
    /// ASVS requirements.
    pub asvs: Vec<Link>,
    /// CVE ids.
    pub cve: Vec<Link>,
    /// Programming languages.
    pub languages: Vec<String>,
    /// What one learns to prevent it.
    pub skills: Vec<Link>,
    /// Who can agree that a result is a false positive; none of them wrote the page.
    pub approvers: Vec<Link>,
    /// Reviews of incidents that this was behind.
    pub happened: Vec<Link>,
    /// Threats of our models that name it, or its weakness.
    pub foreseen: Vec<Link>,
    /// Modules that teach to prevent it.
    pub taught: Vec<Link>,
}

/// A component, flow, zone or asset of a threat model.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ElementView {
    /// Id and anchor.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// `process`, `store`, …; of an asset its sensitivity; of a zone its trust.
    pub sort: Option<String>,
    /// Zone of a component.
    pub zone: Option<String>,
    /// The service it is.
    pub service: Option<Link>,
    /// Threats that strike it.
    pub threats: Vec<Link>,
}

/// A flow of data.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FlowView {
    /// Id and anchor.
    pub id: String,
    /// Name of the component it leaves.
    pub from: String,
    /// Name of the component it reaches.
    pub to: String,
    /// How it travels.
    pub protocol: Option<String>,
    /// What travels.
    pub data: Vec<String>,
    /// `encrypted`, `authenticated`, `not encrypted`, ….
    pub properties: Vec<String>,
    /// It crosses a trust boundary: from zone, to zone.
    pub crosses: Option<(String, String)>,
    /// Threats that strike it.
    pub threats: Vec<Link>,
}

/// Who lives with a risk.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AcceptanceView {
    /// Who, of both sides.
    pub by: Vec<Link>,
    /// Since.
    pub date: Option<String>,
    /// Until.
    pub until: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Its end has passed.
    pub expired: bool,
    /// Days until its end; negative after it.
    pub days_left: Option<i32>,
}

/// Something that may go wrong.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ThreatView {
    /// Id and anchor.
    pub id: String,
    /// In one sentence.
    pub title: String,
    /// The method's category.
    pub category: Option<String>,
    /// What it strikes.
    pub targets: Vec<Link>,
    /// Weaknesses.
    pub cwe: Vec<Link>,
    /// How likely.
    pub likelihood: Option<String>,
    /// How bad.
    pub impact: Option<String>,
    /// What became of it.
    pub status: State,
    /// Requirements that answer it; the note is their state.
    pub requirements: Vec<Link>,
    /// Who lives with it.
    pub accepted: Option<AcceptanceView>,
    /// Explanations.
    pub findings: Vec<Link>,
    /// Reviews of incidents in which it came true.
    pub happened: Vec<Link>,
}

/// What a cell of the matrix says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MatrixCell {
    /// Threats of this category that strike the element.
    pub threats: Vec<Link>,
    /// `threats`, `none` (considered, and nothing applies), `open` (not considered), `outside` (the method does not ask).
    pub state: &'static str,
}

/// An element with what was considered for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MatrixRow {
    /// The element, leading to its row.
    pub element: Link,
    /// Its sort: `process`, `flow`, ….
    pub sort: String,
    /// One cell a category.
    pub cells: Vec<MatrixCell>,
}

/// What was considered and what was not, by element and category of the method.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MatrixView {
    /// The method.
    pub method: String,
    /// Its categories.
    pub categories: Vec<String>,
    /// Components, then flows, then assets that a threat strikes.
    pub rows: Vec<MatrixRow>,
    /// Cells that the method asks for and nobody has considered.
    pub gaps: usize,
    /// Cells that the method asks for.
    pub asked: usize,
}

/// How something was shown to hold.
#[derive(Clone, Debug, Default, Serialize)]
pub struct VerificationView {
    /// Day.
    pub date: Option<String>,
    /// Who looked.
    pub by: Vec<Link>,
    /// What was seen.
    pub evidence: Vec<Link>,
}

/// What must hold.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RequirementView {
    /// Id and anchor.
    pub id: String,
    /// The sentence.
    pub text: String,
    /// What sort.
    pub kind: Option<String>,
    /// Threats it answers.
    pub threats: Vec<Link>,
    /// Who answers for it.
    pub owner: Vec<Link>,
    /// How soon.
    pub priority: Option<String>,
    /// When in the life of the software.
    pub phase: Option<String>,
    /// ASVS requirements.
    pub asvs: Vec<Link>,
    /// Ticket.
    pub ticket: Option<Link>,
    /// How far it is.
    pub status: State,
    /// How it was shown to hold.
    pub verified: Option<VerificationView>,
}

/// Something taken to be true.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AssumptionView {
    /// Id and anchor.
    pub id: String,
    /// What.
    pub text: String,
    /// Whether it holds.
    pub validity: State,
    /// Day of the last look.
    pub checked: Option<String>,
}

/// A question with its answer.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Fact {
    /// The question or name.
    pub label: String,
    /// The answer.
    pub values: Vec<Link>,
}

/// A count with its word, for summaries: "3 open".
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tally {
    /// What is counted.
    pub state: State,
    /// How many.
    pub count: usize,
}

/// `threat_model`
#[derive(Clone, Debug, Default, Serialize)]
pub struct ThreatModelView {
    /// What was looked at.
    pub inside: Vec<String>,
    /// What was left out.
    pub outside: Vec<String>,
    /// How threats were looked for.
    pub method: Option<String>,
    /// The change or ticket it is about.
    pub feature: Option<String>,
    /// The four questions.
    pub answers: Vec<Fact>,
    /// Zones of trust.
    pub zones: Vec<ElementView>,
    /// Components.
    pub components: Vec<ElementView>,
    /// Flows.
    pub flows: Vec<FlowView>,
    /// What is worth protecting.
    pub assets: Vec<ElementView>,
    /// What is taken to be true.
    pub assumptions: Vec<AssumptionView>,
    /// What may go wrong.
    pub threats: Vec<ThreatView>,
    /// Why no threat was found.
    pub none_found: Option<String>,
    /// What must hold.
    pub requirements: Vec<RequirementView>,
    /// Components, flows and zones; drawn to the variable `diagram`.
    #[serde(rename = "drawn_from")]
    pub diagram: Option<FlowDiagram>,
    /// What was considered, by element and category.
    pub matrix: Option<MatrixView>,
    /// Threats by state.
    pub threat_tally: Vec<Tally>,
    /// Requirements by state.
    pub requirement_tally: Vec<Tally>,
    /// Reviews of incidents that it has not been looked at since.
    pub overtaken: Vec<OvertakenView>,
}

/// A time of an incident.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TimeView {
    /// `started`, `detected`, ….
    pub label: String,
    /// `2026-04-12 08:05 UTC`.
    pub at: String,
    /// For machines: `2026-04-12T08:05:00Z`.
    pub datetime: String,
    /// What happened, in a timeline; how long it took, in the measured times.
    pub note: Option<String>,
}

/// A chance to do it differently.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OpportunityView {
    /// `prevent`, `detect earlier`, ….
    pub kind: Option<String>,
    /// What could be different.
    pub what: Option<String>,
    /// Its number in the grid, and anchor.
    pub number: usize,
    /// Improvements it leads to.
    pub leads_to: Vec<Link>,
    /// Why the phase offers nothing.
    pub considered: Option<String>,
}

/// Opportunities of one phase.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PhaseView {
    /// The phase.
    pub label: String,
    /// Its opportunities.
    pub opportunities: Vec<OpportunityView>,
}

/// What will be different.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ImprovementView {
    /// Id and anchor.
    pub id: String,
    /// What.
    pub what: String,
    /// When in the life of the software it acts.
    pub phase: Option<String>,
    /// Owners who deliver.
    pub delivery: Vec<Link>,
    /// Owners of security.
    pub security: Vec<Link>,
    /// By when.
    pub due: Option<String>,
    /// Past its day and not done.
    pub overdue: bool,
    /// How far.
    pub status: State,
    /// Ticket.
    pub ticket: Option<Link>,
    /// How it was shown to work.
    pub verified: Option<VerificationView>,
    /// Why it was dropped.
    pub dropped_reason: Option<String>,
}

/// `review`
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReviewView {
    /// Number of the incident.
    pub incident: Option<String>,
    /// How bad.
    pub severity: Option<String>,
    /// Nothing came of it.
    pub near_miss: bool,
    /// Services it touched.
    pub services: Vec<Link>,
    /// Who led the review.
    pub facilitator: Vec<Link>,
    /// Who took part, of delivery.
    pub delivery: Vec<Link>,
    /// Who took part, of security.
    pub security: Vec<Link>,
    /// Who responded.
    pub responders: Vec<Link>,
    /// Started, detected, contained, resolved.
    pub times: Vec<TimeView>,
    /// Time to detect, to contain, to recover: the label and how long.
    pub durations: Vec<TimeView>,
    /// What happened.
    pub timeline: Option<TimelineView>,
    /// Opportunities as a grid of phases and kinds.
    pub grid: Option<GridView>,
    /// Opportunities by phase.
    pub phases: Vec<PhaseView>,
    /// Improvements by state, the overdue ones apart.
    pub improvement_tally: Vec<Tally>,
    /// What will be different.
    pub improvements: Vec<ImprovementView>,
    /// What made it possible.
    pub contributing_factors: Vec<String>,
    /// What helped.
    pub went_well: Vec<String>,
    /// What nobody expected.
    pub surprised: Vec<String>,
    /// Models, explanations and modules it speaks to.
    pub links: Vec<Fact>,
}

/// A level with its modules.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LevelView {
    /// Id and anchor.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// How long it holds, in words.
    pub valid_for: Option<String>,
    /// Kinds of page its holders may review.
    pub grants: Vec<String>,
    /// How many pieces of evidence.
    pub evidence: Option<i64>,
    /// Hours of its modules, where all say theirs.
    pub hours: Option<String>,
    /// How many hold it.
    pub held: Option<String>,
    /// Who can assess it.
    pub assessors: Vec<Link>,
    /// How many more can whom the audience does not see.
    pub more_assessors: usize,
    /// Its modules.
    pub modules: Vec<Card>,
}

/// `curriculum`
#[derive(Clone, Debug, Default, Serialize)]
pub struct CurriculumView {
    /// Levels in order.
    pub levels: Vec<LevelView>,
    /// Its modules for the reader's own list.
    pub lessons: Vec<LessonView>,
    /// Who can confirm modules.
    pub assessors: Vec<AssessorView>,
    /// What comes before what; drawn to the variable `diagram`.
    #[serde(skip)]
    pub diagram: Option<Graph>,
}

/// A skill with a depth.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SkillView {
    /// The skill.
    pub skill: Link,
    /// 1 to 4.
    pub depth: i64,
    /// aware, practising, leading, teaching.
    pub word: &'static str,
}

/// What shows that a module was taken.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EvidenceView {
    /// Its name in the module.
    pub id: String,
    /// What sort.
    pub kind: String,
    /// What it is.
    pub what: String,
    /// How many.
    pub min: i64,
}

/// `module`
#[derive(Clone, Debug, Default, Serialize)]
pub struct ModuleView {
    /// Its curriculum.
    pub curriculum: Option<Link>,
    /// Its level.
    pub level: Option<Link>,
    /// Skills it brings to a depth.
    pub skills: Vec<SkillView>,
    /// What one can do afterwards.
    pub outcomes: Vec<String>,
    /// What shows it.
    pub evidence: Vec<EvidenceView>,
    /// What comes first.
    pub prerequisites: Vec<Link>,
    /// How long it takes.
    pub hours: Option<String>,
    /// How it is assessed.
    pub assessment: Option<String>,
    /// How long it holds.
    pub recertify: Option<String>,
    /// What of ours to practise on.
    pub practice_on: Vec<Link>,
    /// How many hold it.
    pub held: Option<CountView>,
    /// Who can assess it.
    pub assessors: Vec<Link>,
    /// How many more can whom the audience does not see.
    pub more_assessors: usize,
    /// Who can confirm it, for a claim.
    pub verifiers: Vec<AssessorView>,
    /// Full id, for the reader's own list.
    pub id: String,
    /// Its address from the site's root, as it stands in a link.
    pub path: String,
}

/// A module taken.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AchievementView {
    /// The module.
    pub module: Link,
    /// Day.
    pub date: Option<String>,
    /// What shows it.
    pub evidence: Vec<Link>,
    /// Who says so.
    pub verified_by: Vec<Link>,
    /// Whether it counts and holds.
    pub state: State,
    /// Its last day.
    pub until: Option<String>,
    /// Why it does not count.
    pub reasons: Vec<String>,
}

/// `champion`
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChampionView {
    /// Shown by id only.
    pub pseudonym: bool,
    /// Team.
    pub team: Option<Link>,
    /// At work, pausing, or no longer.
    pub status: State,
    /// Curricula followed.
    pub curricula: Vec<Link>,
    /// First day.
    pub since: Option<String>,
    /// People who help.
    pub mentors: Vec<Link>,
    /// Share of the working time.
    pub time_share: Option<String>,
    /// Modules taken, newest first.
    pub achievements: Vec<AchievementView>,
    /// The way through each curriculum.
    pub ways: Vec<WayView>,
    /// Skills held, deepest first.
    pub skills: Vec<SkillHeldView>,
    /// What runs out and what has.
    pub renewals: Vec<RenewalView>,
    /// Kinds of page the person may review.
    pub can_review: Vec<String>,
    /// Services the person knows.
    pub review_services: Vec<Link>,
    /// Pages that can be evidence of what is still open; the note says of what sort.
    pub offered: Vec<Link>,
}

/// A page in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Shown name.
    pub title: String,
    /// Address.
    pub href: String,
    /// One sentence.
    pub summary: Option<String>,
    /// `finding`.
    pub kind: String,
    /// `Finding`.
    pub kind_label: String,
    /// State, when it is not simply published.
    pub status: Option<State>,
    /// A few short facts: `CWE-89`, `3 open`.
    pub facts: Vec<String>,
    /// Why it is in this list.
    pub why: Vec<String>,
}

/// A group of a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Group {
    /// Heading; empty when the list has one group only.
    pub label: String,
    /// Anchor.
    pub id: String,
    /// The group's own page, when the list is too long to show it here.
    pub href: Option<String>,
    /// How many pages it has.
    pub count: usize,
    /// The pages; none when the group has a page of its own.
    pub items: Vec<Card>,
}

/// `list`
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListView {
    /// What is listed, in a sentence.
    pub about: Option<String>,
    /// Groups.
    pub groups: Vec<Group>,
    /// How many pages in all.
    pub total: usize,
    /// `compact` for many short entries (tags, weaknesses), else `cards`.
    pub style: &'static str,
    /// The same pages by what they have in common.
    pub facets: Vec<Facet>,
    /// Of a long list: the file with what it can be narrowed by, and where to look without a script.
    pub filter: Option<FilterLink>,
}

/// Where a long list has what it can be narrowed by.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FilterLink {
    /// Address of the file.
    pub file: String,
    /// Pages that list the same by something else.
    pub instead: Vec<Link>,
}

/// A question by which a list can be read: its answers, and the pages of each.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Facet {
    /// The question: `Scanner`.
    pub label: String,
    /// Its name in an address: `scanner`.
    pub id: String,
    /// The answers.
    pub values: Vec<FacetValue>,
}

/// An answer, and the pages that have it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FacetValue {
    /// Its name in an address: `semgrep`, `89`.
    pub id: String,
    /// Its name for people.
    pub label: String,
    /// The pages.
    pub pages: Vec<Link>,
}

/// `entity`: a service, team, skill, tag or classification, and what refers to it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EntityView {
    /// `service`, `team`, ….
    pub kind: String,
    /// Its id.
    pub id: String,
    /// What is known of it.
    pub facts: Vec<Fact>,
    /// One sentence of the registry or catalogue.
    pub about: Option<String>,
    /// What refers to it, by kind.
    pub groups: Vec<Group>,
    /// How many pages refer to it.
    pub total: usize,
    /// Of a skill: who teaches it and who holds it.
    pub skill: Option<SkillPanel>,
    /// Of a team: its champions.
    pub team: Option<TeamPanel>,
    /// Of a service: what a developer comes for.
    pub service: Option<ServicePanel>,
    /// Of a team or a service: the requirements that are open.
    pub requirements: Option<OpenRequirements>,
}

/// A word of the glossary.
#[derive(Clone, Debug, Default, Serialize)]
pub struct GlossaryTermView {
    /// Anchor.
    pub id: String,
    /// The word.
    pub term: String,
    /// What it means.
    pub plain: String,
    /// Other ways to write it.
    pub aliases: Vec<String>,
}

/// `glossary`
#[derive(Clone, Debug, Default, Serialize)]
pub struct GlossaryView {
    /// Words in order.
    pub terms: Vec<GlossaryTermView>,
}

/// `search`
#[derive(Clone, Debug, Default, Serialize)]
pub struct SearchView {
    /// Address of the list for readers without JavaScript.
    pub lookup: String,
}

/// `lookup`
#[derive(Clone, Debug, Default, Serialize)]
pub struct LookupView {
    /// Rules, CVEs, weaknesses; those that there are.
    pub groups: Vec<LookupGroup>,
}

/// Names of one sort.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LookupGroup {
    /// Anchor.
    pub id: String,
    /// Shown name.
    pub label: String,
    /// Its names are scanners' rules.
    pub scanners: bool,
    /// The names, sorted.
    pub rows: Vec<LookupRow>,
}

/// A name that a scanner has for something, and where it is explained.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LookupRow {
    /// Anchor.
    pub id: String,
    /// The name.
    pub name: String,
    /// The scanner, of a rule.
    pub scanner: String,
    /// The pages.
    pub to: Vec<Link>,
}

/// A door of the home page: where a reader begins.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Door {
    /// Who it is for.
    pub reader: String,
    /// What they come with.
    pub question: String,
    /// First steps.
    pub steps: Vec<Link>,
}

/// `home`
#[derive(Clone, Debug, Default, Serialize)]
pub struct HomeView {
    /// The three readers.
    pub doors: Vec<Door>,
    /// Sections with their counts.
    pub sections: Vec<Card>,
    /// What changed last.
    pub recent: Vec<Card>,
    /// There are modules on which a reader can keep an own way.
    pub own_way: bool,
}
