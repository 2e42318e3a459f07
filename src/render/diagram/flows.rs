//! Data-flow diagrams: components in their zones of trust, and what flows between them.
//!
//! In: a [`FlowDiagram`]. Out: `svg` elements in the theme's classes, one below the other, or nothing for a diagram with more parts than are drawn; the tables of the
//! page say the same in words. A small diagram is laid out in layers by dagre ([`place`]), a large one on shelves ([`board`]); what is drawn is ours ([`draw`]).

mod block;
mod board;
mod draw;
mod layouts;
mod place;
mod route;

use crate::model::diagram::FlowDiagram;
use block::{Block, pixels};
pub use layouts::Layouts;
use place::{Placed, Shape};

/// Most components that are laid out in layers; with more, and where that is wider than [`WIDE`], they stand on shelves.
const LAYERED: usize = 12;
/// The widest picture that a page can show whole with letters that can be read: it is shown smaller by a quarter at most.
const WIDE: i32 = 900;

/// Draws a diagram. Nothing when it has no parts, more than are drawn, or a flow without an end; every other one has a picture.
#[must_use]
pub fn svg(diagram: &FlowDiagram, layouts: &Layouts) -> Option<String> {
    let count = diagram.components.len();
    let small = count <= FlowDiagram::MOST_COMPONENTS && diagram.flows.len() <= FlowDiagram::MOST_FLOWS;
    let whole = diagram.flows.iter().all(|flow| flow.from < count && flow.to < count);
    if count == 0 || !small || !whole {
        return None;
    }
    let mut out = String::new();
    let laid = layered(diagram, layouts).unwrap_or_else(|| shelved(diagram));
    // Writing to a String cannot fail.
    let _ = draw::all(&mut out, diagram, &laid);
    Some(out)
}

/// A diagram whose parts have places.
struct Laid<'d> {
    placed: Placed,
    nodes: Vec<Block<'d>>,
    flows: Vec<Block<'d>>,
}

/// In layers; nothing where that is too wide to be read, or more work than is allowed.
fn layered<'d>(diagram: &'d FlowDiagram, layouts: &Layouts) -> Option<Laid<'d>> {
    if diagram.components.len() > LAYERED {
        return None;
    }
    let brief = diagram.flows.len() > 14;
    let nodes: Vec<Block<'_>> = diagram.components.iter().map(Block::of_node).collect();
    let flows: Vec<Block<'_>> = diagram.flows.iter().map(|flow| Block::of_flow(flow, brief)).collect();
    let placed = layouts.of(Shape::new(diagram, sizes(&nodes), sizes(&flows), names(diagram)))?;
    (placed.width <= WIDE).then_some(Laid { placed, nodes, flows })
}

/// On shelves, lines in lanes. There is a place for everything.
fn shelved(diagram: &FlowDiagram) -> Laid<'_> {
    let nodes: Vec<Block<'_>> = diagram.components.iter().map(Block::narrow_node).collect();
    let beside = board::beside(diagram);
    // Where several lead from one component to another, there is room for one mark each.
    let most = |number: usize| if beside.get(number).is_some_and(|others| !others.is_empty()) { 1 } else { 3 };
    let flows = diagram.flows.iter().enumerate().map(|(number, flow)| Block::narrow_flow(flow, most(number)));
    let flows: Vec<Block<'_>> = flows.collect();
    let placed = board::of(diagram, &sizes(&nodes), &sizes(&flows), &names(diagram));
    Laid { placed, nodes, flows }
}

fn sizes(blocks: &[Block<'_>]) -> Vec<(i32, i32)> {
    blocks.iter().map(Block::size).collect()
}

/// How wide the names of zones are.
fn names(diagram: &FlowDiagram) -> Vec<i32> {
    diagram.zones.iter().map(|zone| pixels(&draw::zone_name(zone)) + 24).collect()
}

#[cfg(test)]
mod tests;
