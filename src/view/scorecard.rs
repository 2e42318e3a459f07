//! The joint scorecard: what both sides measure, side by side, by team and period.
//!
//! In: the measures of the registry, and for joint metrics the pages that this audience sees. Out: [`ScorecardView`]. A value with fewer cases than
//! `small_count` is told nowhere, neither as a number nor as a place in a picture.

mod chart;
mod joint;
mod metric;

use std::collections::{BTreeMap, BTreeSet};

use chart::Told;
pub use metric::{addresses, of_search};

use super::atlas::{Atlas, Scope};
use super::{body, frame};
use crate::model::address::{encoded, segment};
use crate::model::metric::{Better, Definition, Measure, Measured, Period, Unit, definitions};
use crate::model::scorecard_view::{
    ChartView, DefinitionView, ScoreCell, ScoreRow, ScoreSide, ScorecardView, TeamScores,
};
use crate::model::site::{Entity, Site};
use crate::model::view::{Content, PageView, State};
use crate::source::Permalink;

/// Its address.
pub const ADDRESS: &str = "/scorecard/";

/// Periods that are shown, the newest ones.
const PERIODS: usize = 24;

/// Whether anything is measured.
pub fn is_there(site: &Site) -> bool {
    !site.registry.measures.is_empty()
}

impl Atlas<'_> {
    /// The page; a file `scorecard.md` adds prose to it.
    pub(super) fn scorecard_view(&self) -> PageView {
        let address = Permalink::new(ADDRESS);
        let scope = self.scope(&address);
        let own = self.by_permalink.get(&address).copied();
        let mut page = own.map_or_else(
            || frame::made(&scope, "Scorecard", "scorecard", "Scorecard"),
            |page| frame::of_page(&scope, page),
        );
        // It stands in the navigation by itself.
        page.siblings.clear();
        PageView {
            output: address.output_path(),
            template: "scorecard.html",
            site: self.shared.clone(),
            page,
            content: Content::Scorecard(Box::new(view(&scope))),
            body: own.and_then(|page| body::of_page(&scope, page)),
            redirects: own.map_or_else(Vec::new, |page| self.redirects(page)),
        }
    }
}

/// How much, and how many cases stand behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Score {
    value: f64,
    cases: u64,
}

fn view(scope: &Scope<'_, '_>) -> ScorecardView {
    let registry = &scope.atlas.site.registry;
    let definitions = definitions(registry);
    let scores = Scores::of(scope, &definitions);
    let used: BTreeSet<&str> = registry.measures.iter().map(|measure| measure.metric.as_str()).collect();
    let shown = definitions.iter().filter(|one| one.side == Measured::Joint || used.contains(one.id.as_str()));
    ScorecardView {
        shown: scores.periods.len(),
        earlier: scores.earlier,
        small: scope.atlas.site.config.small_count,
        teams: scores.teams.iter().map(|own| team(scope, own, &scores.periods)).collect(),
        definitions: shown.map(|one| definition(scope, one)).collect(),
    }
}

/// A metric with its scores, one for each period.
struct Series<'d> {
    definition: &'d Definition,
    scores: Vec<Option<Score>>,
}

/// Everything that is measured of one team.
struct Team<'d> {
    id: &'d str,
    measures: Vec<&'d Measure>,
    /// The metrics that have a score in any period.
    series: Vec<Series<'d>>,
    /// For each period the only side that was measured, if the other was not.
    halves: Vec<Option<Measured>>,
}

/// Everything that is measured, in the newest periods.
struct Scores<'d> {
    periods: Vec<Period>,
    /// How many periods are older.
    earlier: usize,
    teams: Vec<Team<'d>>,
}

impl<'d> Scores<'d> {
    fn of<'s: 'd>(scope: &Scope<'_, 's>, definitions: &'d [Definition]) -> Self {
        let measures = &scope.atlas.site.registry.measures;
        let all: BTreeSet<Period> = measures.iter().map(|measure| measure.period).collect();
        let earlier = all.len().saturating_sub(PERIODS);
        let periods: Vec<Period> = all.into_iter().skip(earlier).collect();
        let mut by_team: BTreeMap<&'d str, Vec<&'d Measure>> = BTreeMap::new();
        for measure in measures.iter().filter(|measure| periods.contains(&measure.period)) {
            by_team.entry(&measure.team).or_default().push(measure);
        }
        let teams = by_team.into_iter().map(|(id, measures)| Team::of(scope, id, measures, definitions, &periods));
        Self { teams: teams.collect(), earlier, periods }
    }
}

impl<'d> Team<'d> {
    fn of<'s: 'd>(
        scope: &Scope<'_, 's>,
        id: &'d str,
        measures: Vec<&'d Measure>,
        definitions: &'d [Definition],
        periods: &[Period],
    ) -> Self {
        let score = |definition: &Definition, period: &Period| {
            if definition.side == Measured::Joint {
                return joint::score(scope, id, &definition.id, *period);
            }
            let own = |measure: &&&Measure| measure.metric == definition.id && measure.period == *period;
            measures.iter().find(own).map(|measure| Score { value: measure.value, cases: measure.cases })
        };
        let series = definitions.iter().map(|definition| Series {
            definition,
            scores: periods.iter().map(|period| score(definition, period)).collect(),
        });
        let series: Vec<Series<'_>> = series.filter(|series| series.scores.iter().any(Option::is_some)).collect();
        let halves = (0..periods.len()).map(|at| only_side(&series, at)).collect();
        Self { id, measures, series, halves }
    }

    /// Its anchor on the scorecard.
    fn anchor(&self) -> String {
        format!("team-{}", segment(self.id))
    }
}

fn small(scope: &Scope<'_, '_>) -> u64 {
    u64::try_from(scope.atlas.site.config.small_count).unwrap_or(0)
}

fn team(scope: &Scope<'_, '_>, own: &Team<'_>, periods: &[Period]) -> TeamScores {
    let site = scope.atlas.site;
    let Team { id, measures, series, halves } = own;
    let small = small(scope);
    let sides = [Measured::Delivery, Measured::Security, Measured::Joint].into_iter().filter_map(|side| {
        let own: Vec<&Series<'_>> = series.iter().filter(|series| series.definition.side == side).collect();
        let charts: Vec<ChartView> = own
            .iter()
            .map(|series| ChartView {
                id: format!("chart-{}-{}", segment(id), encoded(&series.definition.id)),
                metric: metric::link(scope, series.definition),
                ..chart::view(series.definition, &told(series, small), periods, halves)
            })
            .collect();
        let label = side.label().to_owned();
        (!charts.is_empty()).then_some(ScoreSide { label, columns: charts.len(), charts })
    });
    let rows = periods.iter().enumerate().rev().map(|(at, period)| ScoreRow {
        period: period.label(),
        one_sided: halves.get(at).copied().flatten().map(|side| side.label().to_owned()),
        cells: series.iter().map(|series| cell(series, at, small)).collect(),
    });
    let sources: BTreeSet<&String> = measures.iter().filter_map(|measure| measure.source.as_ref()).collect();
    TeamScores {
        id: own.anchor(),
        team: scope.entity(&Entity::Team((*id).to_owned()), site.registry.team_name(id)),
        sides: sides.collect(),
        columns: series.iter().map(|series| metric::link(scope, series.definition)).collect(),
        rows: rows.collect(),
        sources: sources.into_iter().cloned().collect(),
    }
}

/// The only side that has anything in a period; nothing when both have, or neither.
fn only_side(series: &[Series<'_>], at: usize) -> Option<Measured> {
    let has = |side: Measured| {
        let mut own = series.iter().filter(|series| series.definition.side == side);
        own.any(|series| series.scores.get(at).is_some_and(Option::is_some))
    };
    match (has(Measured::Delivery), has(Measured::Security)) {
        (true, false) => Some(Measured::Delivery),
        (false, true) => Some(Measured::Security),
        _ => None,
    }
}

/// Whether a score must not be told. What is late is told on other pages one by one, so its count is told as well.
fn is_small(definition: &Definition, score: Score, small: u64) -> bool {
    score.cases < small && definition.id != crate::model::metric::OVERDUE
}

/// What a picture may show: for each period nothing, something that is not told, or a value.
fn told(series: &Series<'_>, small: u64) -> Vec<Told> {
    let tell = |score: &Option<Score>| match score {
        None => Told::Nothing,
        Some(score) if is_small(series.definition, *score, small) => Told::TooFew,
        Some(score) => Told::Value(score.value),
    };
    series.scores.iter().map(tell).collect()
}

fn cell(series: &Series<'_>, at: usize, small: u64) -> ScoreCell {
    let Some(score) = series.scores.get(at).copied().flatten() else { return ScoreCell::default() };
    if is_small(series.definition, score, small) {
        return ScoreCell { cases: Some(format!("fewer than {small}")), ..ScoreCell::default() };
    }
    ScoreCell {
        value: Some(chart::number(score.value, series.definition.unit)),
        cases: Some(score.cases.to_string()),
        state: standing(series.definition, score.value),
        one_sided: None,
    }
}

/// How a value stands to target and limit.
fn standing(definition: &Definition, value: f64) -> Option<State> {
    let within = |bound: f64| match definition.better {
        Better::Lower => value <= bound,
        Better::Higher => value >= bound,
    };
    let state = |id: &str, label: &str, tone| State { id: id.to_owned(), label: label.to_owned(), tone };
    if definition.limit.is_some_and(|limit| !within(limit)) {
        return Some(state("beyond", "beyond the limit", "bad"));
    }
    let target = definition.target?;
    Some(if within(target) { state("met", "on target", "good") } else { state("not-met", "off target", "warn") })
}

fn definition(scope: &Scope<'_, '_>, definition: &Definition) -> DefinitionView {
    DefinitionView {
        id: definition.id.clone(),
        link: metric::link(scope, definition),
        side: definition.side.label().to_owned(),
        unit: unit(definition.unit).to_owned(),
        better: definition.better.as_str().to_owned(),
        what: definition.what.clone(),
        fools: definition.fools.clone(),
        target: definition.target.map(|target| bound(definition, target)),
        limit: definition.limit.map(|limit| bound(definition, limit)),
    }
}

/// `at most 7 days`, `at least 80 %`.
fn bound(definition: &Definition, bound: f64) -> String {
    let number = with_unit(definition, bound);
    match definition.better {
        Better::Lower => format!("at most {number}"),
        Better::Higher => format!("at least {number}"),
    }
}

fn with_unit(definition: &Definition, value: f64) -> String {
    let number = chart::number(value, definition.unit);
    match definition.unit {
        Unit::Days | Unit::Hours => format!("{number} {}", unit(definition.unit)),
        Unit::Count | Unit::Share => number,
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "share of the whole",
        Unit::Count => "count",
        Unit::Days => "days",
        Unit::Hours => "hours",
    }
}
