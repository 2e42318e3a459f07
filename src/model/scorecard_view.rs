//! What templates see of the scorecard. Plain data like the rest of `view`.

use serde::Serialize;

use super::view::{Link, State};

/// `scorecard`
#[derive(Clone, Debug, Default, Serialize)]
pub struct ScorecardView {
    /// How many periods are shown.
    pub shown: usize,
    /// How many are older and are not.
    pub earlier: usize,
    /// Values with fewer cases are not told.
    pub small: i64,
    /// One for each team.
    pub teams: Vec<TeamScores>,
    /// What the metrics mean.
    pub definitions: Vec<DefinitionView>,
}

/// The metrics of a team.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TeamScores {
    /// Anchor.
    pub id: String,
    /// The team.
    pub team: Link,
    /// Delivery, security, joint: each with its charts.
    pub sides: Vec<ScoreSide>,
    /// Columns of the table.
    pub columns: Vec<Link>,
    /// Rows of the table, the newest period first.
    pub rows: Vec<ScoreRow>,
    /// Where the numbers come from.
    pub sources: Vec<String>,
}

/// The charts of one side.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ScoreSide {
    /// `Delivery side`.
    pub label: String,
    /// How many columns of the table are this side's.
    pub columns: usize,
    /// One for each metric.
    pub charts: Vec<ChartView>,
}

/// `metric`: what one metric means, and its values.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MetricView {
    /// What it means.
    pub definition: DefinitionView,
    /// How many periods are shown.
    pub shown: usize,
    /// How many are older and are not.
    pub earlier: usize,
    /// Values with fewer cases are not told.
    pub small: i64,
    /// One picture for each team that it is measured of.
    pub teams: Vec<MetricTeam>,
    /// Rows of the table, the newest period first.
    pub rows: Vec<ScoreRow>,
    /// Where the numbers come from.
    pub sources: Vec<String>,
}

/// A metric of one team.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MetricTeam {
    /// The team; leads to its place on the scorecard.
    pub team: Link,
    /// The values over time.
    pub chart: ChartView,
}

/// A period of a team.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ScoreRow {
    /// `2026 Q3`.
    pub period: String,
    /// The only side that was measured.
    pub one_sided: Option<String>,
    /// One for each column.
    pub cells: Vec<ScoreCell>,
}

/// A value.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ScoreCell {
    /// `6.5`, `25 %`; none where nothing was measured, or too few cases are behind it.
    pub value: Option<String>,
    /// `14`, `fewer than 3`; none where nothing was measured.
    pub cases: Option<String>,
    /// How it stands to target and limit, where there are any.
    pub state: Option<State>,
    /// The only side of the team that was measured, where a row is of several teams.
    pub one_sided: Option<String>,
}

/// A metric over time. All places are of a picture of [`ChartView::WIDTH`] by [`ChartView::HEIGHT`].
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChartView {
    /// The picture's own name in the page.
    pub id: String,
    /// The metric; leads to its page.
    pub metric: Link,
    /// The last value that is told, with its unit.
    pub latest: Option<String>,
    /// Its period.
    pub latest_period: Option<String>,
    /// The target in words: `at most 7 days`.
    pub target: Option<String>,
    /// What the whole picture says, in a sentence.
    pub title: String,
    /// Target and limit: `good` or `bad`, top, height.
    pub bands: Vec<(&'static str, i32, i32)>,
    /// Edges of the bands.
    pub edges: Vec<i32>,
    /// Periods with one side only: left, width.
    pub halves: Vec<(i32, i32)>,
    /// Stretches of periods that follow each other, as points of a line.
    pub lines: Vec<String>,
    /// Values.
    pub dots: Vec<(i32, i32)>,
    /// Periods whose value is not told.
    pub untold: Vec<i32>,
    /// The highest value of the scale.
    pub top: String,
    /// The first period.
    pub first: String,
    /// The last period, when there is more than one.
    pub last: Option<String>,
}

impl ChartView {
    /// Width of every chart.
    pub const WIDTH: i32 = 240;
    /// Height of every chart.
    pub const HEIGHT: i32 = 104;
}

/// What a metric means.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DefinitionView {
    /// Anchor, and its id in the data.
    pub id: String,
    /// Shown name; leads to its page.
    pub link: Link,
    /// `Delivery side`.
    pub side: String,
    /// What it is counted in.
    pub unit: String,
    /// `lower` or `higher`.
    pub better: String,
    /// What is counted.
    pub what: Option<String>,
    /// How it can fool.
    pub fools: Option<String>,
    /// The target in words.
    pub target: Option<String>,
    /// The limit in words.
    pub limit: Option<String>,
}
