//! Opportunities as a grid: when in the life of the software, and what they would have done.
//!
//! In: the opportunities of one review, or those of all. Out: [`GridView`].

use crate::model::joint_view::{GridCell, GridRow, GridView};
use crate::model::review::{Opportunity, OpportunityKind, Phase};
use crate::model::view::Link;
use crate::view::words;

/// The phases in the order of the life of software.
pub const PHASES: [Phase; 7] = [
    Phase::Design,
    Phase::Development,
    Phase::Review,
    Phase::Build,
    Phase::Deployment,
    Phase::Detection,
    Phase::Response,
];

/// The kinds, from what helps most to what helps last.
const KINDS: [OpportunityKind; 4] =
    [OpportunityKind::Prevent, OpportunityKind::DetectEarlier, OpportunityKind::Limit, OpportunityKind::Recover];

/// The opportunities of some reviews; each comes with the link by which its cell leads to it, or none.
pub fn of<'a>(opportunities: impl Iterator<Item = (&'a Opportunity, Option<Link>)>) -> GridView {
    let mut counted: [[Vec<Option<Link>>; KINDS.len() + 1]; PHASES.len()] = Default::default();
    let mut considered = [0; PHASES.len()];
    for (opportunity, link) in opportunities {
        let Some(phase) = &opportunity.phase else { continue };
        let Some(row) = PHASES.iter().position(|other| *other == phase.value) else { continue };
        if opportunity.what.is_none() && opportunity.kind.is_none() {
            considered.iter_mut().skip(row).take(1).for_each(|count| *count += 1);
            continue;
        }
        let kind = opportunity.kind.as_ref().and_then(|kind| KINDS.iter().position(|other| *other == kind.value));
        let cells = counted.get_mut(row).and_then(|row| row.get_mut(kind.unwrap_or(KINDS.len())));
        if let Some(cell) = cells {
            cell.push(link);
        }
    }
    let most = counted.iter().flatten().map(Vec::len).max().unwrap_or(0);
    // What somebody did not sort has a column of its own, when there is any.
    let unsorted = counted.iter().any(|row| row.last().is_some_and(|cell| !cell.is_empty()));
    let columns = KINDS.len() + usize::from(unsorted);
    let rows = PHASES.iter().zip(counted).zip(considered).map(|((phase, cells), considered)| {
        let cells: Vec<GridCell> = cells.into_iter().take(columns).map(|links| cell(links, most)).collect();
        let total = cells.iter().map(|cell| cell.count).sum();
        GridRow { phase: phase.as_str().to_owned(), cells, considered, total, reviews: Vec::new() }
    });
    let rows: Vec<GridRow> = rows.collect();
    let column = |at: usize| rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| cell.count).sum();
    let totals: Vec<usize> = (0..columns).map(column).collect();
    let all = totals.iter().sum();
    let kinds = KINDS.iter().map(|kind| words::readable(kind.as_str()));
    GridView {
        kinds: kinds.chain(unsorted.then(|| "not sorted".to_owned())).collect(),
        totals: totals.into_iter().chain([all]).collect(),
        rows,
    }
}

fn cell(links: Vec<Option<Link>>, most: usize) -> GridCell {
    let count = links.len();
    let heat = if count == 0 { 0 } else { (count * 4).div_ceil(most.max(1)) };
    GridCell { count, heat, links: links.into_iter().flatten().collect() }
}
