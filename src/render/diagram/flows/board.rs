//! A layout for diagrams with many parts: zones on shelves, components in rows inside their zones, lines at right angles in lanes between them.
//!
//! In: a [`FlowDiagram`] and the sizes of what stands in it. Out: [`Placed`], whole pixels, as wide as a page where that can be. Layers grow as wide as
//! their graph; shelves are broken like lines of text. All places are multiples of a pitch, so that a lane is a line of the grid; borders of zones lie
//! between two lanes. There is a place for every diagram: where the lanes do not suffice, two lines share one.

mod labels;
mod lanes;
mod shelves;

use std::collections::BTreeMap;

use super::place::{self, Placed, Rect, Run, Way};
use crate::model::diagram::{FlowDiagram, FlowEdge};
use lanes::Grid;
use shelves::Shelves;

/// Pixels between two lanes.
const PITCH: i32 = 12;
/// Diagrams whose lines are led again and again until none gets better; with more, once is enough.
const PATIENT: usize = 120;

/// How much room there is for lines, in lanes.
#[derive(Clone, Copy)]
struct Room {
    /// Between two components side by side, and one above the other.
    columns: i32,
    rows: i32,
    /// Between the borders of two zones.
    zones: i32,
}

/// Places a diagram. Every flow must have both its ends.
pub(super) fn of(diagram: &FlowDiagram, nodes: &[(i32, i32)], flows: &[(i32, i32)], zones: &[i32]) -> Placed {
    let mut best: Option<(usize, Placed)> = None;
    // A label fits between two components side by side, and the line shows at both its ends.
    let label = flows.iter().map(|size| size.0).max().unwrap_or(0) / PITCH + 3;
    // In the end two labels fit one above the other between two rows.
    for rows in [5, 7, 10] {
        let room = Room { columns: label.max(5), rows, zones: 3 };
        let (placed, faults) = attempt(diagram, nodes, flows, zones, room);
        if best.as_ref().is_none_or(|(fewest, _)| faults < *fewest) {
            best = Some((faults, placed));
        }
        if faults == 0 || diagram.flows.len() > PATIENT {
            break;
        }
    }
    best.map(|(_, placed)| place::moved(placed)).unwrap_or_default()
}

/// One layout, and how many of its lines and labels lie on one another.
fn attempt(
    diagram: &FlowDiagram,
    nodes: &[(i32, i32)],
    flows: &[(i32, i32)],
    zones: &[i32],
    room: Room,
) -> (Placed, usize) {
    let Shelves { mut placed, names } = shelves::of(diagram, nodes, zones, room);
    let mut grid = Grid::new(placed.width, placed.height);
    for rect in placed.nodes.iter().chain(&names) {
        grid.block(rect);
    }
    let mut order: Vec<usize> = (0..diagram.flows.len()).collect();
    let far = |number: &usize| {
        let ends = diagram.flows.get(*number).map(|flow| (placed.nodes.get(flow.from), placed.nodes.get(flow.to)));
        let Some((Some(from), Some(to))) = ends else { return 0 };
        (from.x - to.x).abs() + (from.y - to.y).abs()
    };
    // The short ones have the least choice.
    order.sort_by_key(|number| (far(number), *number));
    let beside = beside(diagram);
    let mut ways: Vec<Vec<(i32, i32)>> = vec![Vec::new(); diagram.flows.len()];
    let mut places: Vec<Rect> = vec![Rect::default(); diagram.flows.len()];
    let rounds = if diagram.flows.len() > PATIENT { 1 } else { 3 };
    let mut faults = 0;
    for _ in 0..rounds {
        for number in &order {
            let Some(flow) = diagram.flows.get(*number) else { continue };
            let ends = (placed.nodes.get(flow.from), placed.nodes.get(flow.to));
            let Some(way) = ways.get_mut(*number).map(std::mem::take) else { continue };
            grid.take(&way);
            let others = beside.get(*number).into_iter().flatten();
            grid.avoid(others.filter_map(|other| ways.get(*other)).map(Vec::as_slice));
            let way = if let (Some(from), Some(to)) = ends { grid.lead(*number, from, to) } else { way };
            grid.lay(&way);
            if let Some(own) = ways.get_mut(*number) {
                *own = way;
            }
        }
        grid.unlabel();
        places = labels::of(&mut grid, &ways, flows, &placed, &names);
        faults = grid.shared() + labels::faults(&grid, &ways, &places, &placed.nodes);
        if faults == 0 {
            break;
        }
    }
    placed.ways = ways.iter().map(|way| Way { points: lanes::corners(way), run: Run::Square }).collect();
    placed.labels = places;
    (placed, faults)
}

/// For each flow the others between the same two components, in either direction.
pub(super) fn beside(diagram: &FlowDiagram) -> Vec<Vec<usize>> {
    let mut pairs: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    let pair = |flow: &FlowEdge| (flow.from.min(flow.to), flow.from.max(flow.to));
    for (number, flow) in diagram.flows.iter().enumerate() {
        pairs.entry(pair(flow)).or_default().push(number);
    }
    let others = |(number, flow): (usize, &FlowEdge)| {
        let all = pairs.get(&pair(flow)).into_iter().flatten();
        all.copied().filter(|other| *other != number).collect()
    };
    diagram.flows.iter().enumerate().map(others).collect()
}
