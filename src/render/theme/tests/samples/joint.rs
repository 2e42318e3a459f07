//! The views of reviews, of their sums and of the scorecard with the same text in every field.

use super::{link, links, state, texts};
use crate::model::joint_view::*;
use crate::model::progress_view::ProgrammeView;
use crate::model::scorecard_view::*;

fn flag(t: &str) -> FlagView {
    FlagView { x: "12.5%".into(), y: Some(12), label: t.into(), anchor: "middle" }
}

pub fn timeline(t: &str) -> TimelineView {
    let strip = StripView {
        label: t.into(),
        height: 100,
        line: 26,
        stretches: vec![StretchView { sort: "unseen", x: "0%".into(), width: "10%".into() }],
        times: vec![flag(t), FlagView { y: None, ..flag(t) }],
        moments: vec![flag(t), FlagView { y: None, ..flag(t) }],
        ticks: vec![flag(t)],
    };
    let row = MomentView {
        number: Some(1),
        at: t.into(),
        datetime: t.into(),
        after: t.into(),
        marks: vec!["detected"],
        what: Some(t.into()),
    };
    TimelineView { strips: vec![strip], rows: vec![row, MomentView::default()] }
}

pub fn grid(t: &str) -> GridView {
    let cell = GridCell { count: 2, heat: 4, links: links(t) };
    let row = |total, considered| GridRow {
        phase: t.into(),
        cells: vec![cell.clone(), GridCell::default()],
        considered,
        total,
        reviews: links(t),
    };
    GridView { kinds: vec![t.into(), t.into()], rows: vec![row(2, 1), row(0, 1), row(0, 0)], totals: vec![2, 0, 2] }
}

pub fn overtaken(t: &str) -> OvertakenView {
    OvertakenView { review: link(t), incident: t.into(), looked: Some(t.into()) }
}

pub fn sums(t: &str) -> ReviewSums {
    let repeated = || vec![RepeatedView { what: link(t), reviews: links(t) }];
    let pair = PairView { delivery: links(t), security: links(t), open: 2, overdue: links(t), done: 1, verified: 1 };
    let quarter = DetectQuarter {
        label: t.into(),
        short: t.into(),
        year: Some(t.into()),
        x: "20%".into(),
        mark: ("10%".into(), "30%".into()),
        median: Some(t.into()),
        longest: Some(t.into()),
        median_y: Some(20),
        dots: vec![20, 30],
        reviews: links(t),
    };
    let detect = DetectView {
        height: 100,
        steps: vec![(20, t.into())],
        quarters: vec![quarter, DetectQuarter::default()],
        earlier: 2,
    };
    ReviewSums {
        count: 2,
        near_misses: 1,
        grid: grid(t),
        factors: repeated(),
        findings: repeated(),
        services: repeated(),
        pairs: vec![pair, PairView::default()],
        detect,
        overtaken: links(t),
    }
}

/// The programme with nothing but its reviews.
pub fn programme(t: &str) -> ProgrammeView {
    ProgrammeView { reviews: Some(sums(t)), calendar: t.into(), ..ProgrammeView::default() }
}

fn chart(t: &str, dots: Vec<(i32, i32)>) -> ChartView {
    ChartView {
        id: t.into(),
        metric: link(t),
        latest: Some(t.into()),
        latest_period: Some(t.into()),
        target: Some(t.into()),
        title: t.into(),
        bands: vec![("good", 20, 10), ("bad", 16, 4)],
        edges: vec![20],
        halves: vec![(0, 10)],
        lines: vec!["1,2 3,4".into()],
        dots,
        untold: vec![20],
        top: t.into(),
        first: t.into(),
        last: Some(t.into()),
    }
}

fn row(t: &str) -> ScoreRow {
    let cell =
        ScoreCell { value: Some(t.into()), cases: Some(t.into()), state: Some(state(t)), one_sided: Some(t.into()) };
    let untold = ScoreCell { cases: Some(t.into()), ..ScoreCell::default() };
    ScoreRow { period: t.into(), one_sided: Some(t.into()), cells: vec![cell, untold, ScoreCell::default()] }
}

fn definition(t: &str) -> DefinitionView {
    DefinitionView {
        id: t.into(),
        link: link(t),
        side: t.into(),
        unit: t.into(),
        better: t.into(),
        what: Some(t.into()),
        fools: Some(t.into()),
        target: Some(t.into()),
        limit: Some(t.into()),
    }
}

pub fn scorecard(t: &str) -> ScorecardView {
    let charts = vec![chart(t, vec![(1, 2); 13]), chart(t, vec![(1, 2)]), ChartView::default()];
    let team = TeamScores {
        id: t.into(),
        team: link(t),
        sides: vec![ScoreSide { label: t.into(), columns: 3, charts }],
        columns: links(t),
        rows: vec![row(t)],
        sources: texts(t),
    };
    ScorecardView { shown: 4, earlier: 2, small: 5, teams: vec![team], definitions: vec![definition(t)] }
}

pub fn metric(t: &str) -> MetricView {
    MetricView {
        definition: definition(t),
        shown: 4,
        earlier: 2,
        small: 5,
        teams: vec![MetricTeam { team: link(t), chart: chart(t, vec![(1, 2)]) }],
        rows: vec![row(t)],
        sources: texts(t),
    }
}
