//! The views of reviews, of their sums and of the scorecard with the same text in every field.

use super::{link, links};
use crate::model::joint_view::*;

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
