//! Places for components, flows and zones: dagre's layout for compound graphs, as `dugong` has it, with a limit on its work.
//!
//! In: the [`Shape`] of a diagram. Out: [`Placed`], whole pixels. The same shape is always placed alike: names of the
//! graph are numbers, so nothing hangs on what an author wrote. Both directions are tried, and the one that fits a page better is taken.

use dugong::graphlib::{Graph, GraphOptions};
use dugong::{EdgeLabel, GraphLabel, LabelPos, NodeLabel, RankDir, WorkControl, WorkError};

use super::route;
use crate::model::diagram::FlowDiagram;

/// Steps of the layout after which it is given up. A hundred components with three hundred flows take some 1.3 million.
const MOST_WORK: usize = 20_000_000;
/// Room around everything.
const MARGIN: i32 = 8;
/// Room between a component and what flows from it to itself.
const LOOP: i32 = 26;
/// Room over what stands in a zone, for its name.
const HEAD: i32 = 24;
/// How wide a page shows a diagram without scrolling.
pub(super) const PAGE: i32 = 690;

/// Where a box is, its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

/// Where everything is, in the order of the diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Placed {
    pub width: i32,
    pub height: i32,
    pub zones: Vec<Rect>,
    pub nodes: Vec<Rect>,
    /// What stands at each flow.
    pub labels: Vec<Rect>,
    pub ways: Vec<Way>,
}

/// The line of a flow, from its first end to its second.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Way {
    pub points: Vec<(i32, i32)>,
    pub run: Run,
}

/// How a line gets from point to point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Run {
    /// In curves that leave upward or downward, with straight pieces between them.
    #[default]
    Down,
    /// In curves that leave to a side.
    Across,
    /// Straight, with round corners.
    Square,
}

/// Counts the steps of a layout.
struct Budget(usize);

impl WorkControl for Budget {
    fn charge(&mut self, units: usize) -> Result<(), WorkError> {
        self.0 = self.0.checked_sub(units).ok_or(WorkError::Interrupted)?;
        Ok(())
    }
}

/// Everything of a diagram that decides where things go.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    pub components: Vec<Part>,
    pub flows: Vec<Line>,
    /// Sizes of the components, and of what stands at the flows.
    sizes: [Vec<(i32, i32)>; 2],
    /// How wide the names of zones are.
    zones: Vec<i32>,
}

/// A component.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Part {
    pub zone: Option<usize>,
}

/// A flow between two components.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Line {
    pub from: usize,
    pub to: usize,
}

impl Shape {
    /// The shape of a diagram whose components and flows take so much room, and the names of its zones so much width.
    pub(super) fn new(diagram: &FlowDiagram, nodes: Vec<(i32, i32)>, flows: Vec<(i32, i32)>, zones: Vec<i32>) -> Self {
        let components = diagram.components.iter().map(|component| Part { zone: component.zone });
        let lines = diagram.flows.iter().map(|flow| Line { from: flow.from, to: flow.to });
        Self { components: components.collect(), flows: lines.collect(), sizes: [nodes, flows], zones }
    }
}

/// Places everything; nothing where the layout gives up.
pub(super) fn of(shape: &Shape) -> Option<Placed> {
    let [nodes, flows] = &shape.sizes;
    let down = toward(shape, RankDir::TB, nodes, flows, &shape.zones);
    let right = toward(shape, RankDir::LR, nodes, flows, &shape.zones);
    // What a page must be scrolled sideways for weighs more than what it must be scrolled down for.
    let weight = |placed: &Placed| i64::from((placed.width - PAGE).max(0)) * 3 + i64::from(placed.height);
    match (down, right) {
        (Some(down), Some(right)) => Some(if weight(&right) < weight(&down) { right } else { down }),
        (down, right) => down.or(right),
    }
}

type Layout = Graph<NodeLabel, EdgeLabel, GraphLabel>;

fn node(number: usize) -> String {
    format!("n{number}")
}

fn zone(number: usize) -> String {
    format!("z{number}")
}

fn toward(
    shape: &Shape,
    rankdir: RankDir,
    nodes: &[(i32, i32)],
    flows: &[(i32, i32)],
    zones: &[i32],
) -> Option<Placed> {
    let mut graph: Layout = Graph::new(GraphOptions { multigraph: true, compound: true, directed: true });
    // Where many flows pass through a gap, it is wider.
    let ranksep = 48.0 + f64::from(u32::try_from(shape.flows.len()).unwrap_or(0).min(120)) / 2.0;
    graph.set_graph(GraphLabel { rankdir, nodesep: 22.0, ranksep, edgesep: 12.0, ..GraphLabel::default() });
    let sized = |(width, height): (i32, i32)| NodeLabel {
        width: f64::from(width),
        height: f64::from(height),
        ..NodeLabel::default()
    };
    for (number, name) in zones.iter().enumerate() {
        graph.set_node(zone(number), sized((*name, HEAD + 12)));
    }
    for (number, (component, size)) in shape.components.iter().zip(nodes).enumerate() {
        graph.set_node(node(number), sized(with_loops(shape, number, *size, flows)));
        if let Some(own) = component.zone.filter(|own| *own < zones.len()) {
            graph.set_parent(node(number), zone(own));
        }
    }
    for (number, (flow, (width, height))) in shape.flows.iter().zip(flows).enumerate() {
        if flow.from >= nodes.len() || flow.to >= nodes.len() {
            return None;
        }
        if flow.from == flow.to {
            continue;
        }
        let label = EdgeLabel {
            width: f64::from(*width),
            height: f64::from(*height),
            labelpos: LabelPos::C,
            minlen: 1,
            weight: 1.0,
            ..EdgeLabel::default()
        };
        graph.set_edge_named(node(flow.from), node(flow.to), Some(format!("f{number}")), Some(label));
    }
    dugong::layout_controlled(&mut graph, &mut Budget(MOST_WORK)).ok()?;
    read(shape, &graph, nodes, flows, zones)
}

/// What flows from a component to itself.
fn loops(shape: &Shape, number: usize) -> impl Iterator<Item = usize> {
    let flows = shape.flows.iter().enumerate();
    flows.filter(move |(_, flow)| flow.from == number && flow.to == number).map(|(flow, _)| flow)
}

/// The size of a component with room at its right for what flows from it to itself, which the layout does not see.
fn with_loops(shape: &Shape, number: usize, size: (i32, i32), flows: &[(i32, i32)]) -> (i32, i32) {
    let own = || loops(shape, number).filter_map(|flow| flows.get(flow));
    let wide = own().map(|(width, _)| width + LOOP).max().unwrap_or(0);
    let high = own().map(|(_, height)| height + 8).sum::<i32>();
    (size.0 + wide, size.1.max(high))
}

/// Whole pixels; nothing for what is no number.
fn whole(value: f64) -> Option<i32> {
    let rounded = value.round();
    #[expect(clippy::cast_possible_truncation, reason = "it was just rounded, and the range is checked")]
    (rounded.is_finite() && rounded.abs() < 1_000_000.0).then_some(rounded as i32)
}

fn around(x: f64, y: f64, width: i32, height: i32) -> Option<Rect> {
    Some(Rect { x: whole(x)? - width / 2, y: whole(y)? - height / 2, width, height })
}

fn read(shape: &Shape, graph: &Layout, nodes: &[(i32, i32)], flows: &[(i32, i32)], zones: &[i32]) -> Option<Placed> {
    let mut placed = Placed::default();
    let mut rooms = Vec::with_capacity(nodes.len());
    for (number, (width, height)) in nodes.iter().enumerate() {
        let label = graph.node(&node(number))?;
        let (wide, high) = with_loops(shape, number, (*width, *height), flows);
        let room = around(label.x?, label.y?, wide, high)?;
        rooms.push(room);
        placed.nodes.push(Rect { x: room.x, y: room.y + (high - height) / 2, width: *width, height: *height });
    }
    for (number, (flow, (width, height))) in shape.flows.iter().zip(flows).enumerate() {
        let name = format!("f{number}");
        if flow.from == flow.to {
            let (label, way) = looped(shape, number, *placed.nodes.get(flow.from)?, flows)?;
            placed.labels.push(label);
            placed.ways.push(Way { points: way, run: Run::Across });
            continue;
        }
        let label = graph.edge(&node(flow.from), &node(flow.to), Some(&name))?;
        let points: Option<Vec<(i32, i32)>> =
            label.points.iter().map(|point| Some((whole(point.x)?, whole(point.y)?))).collect();
        let points = points?;
        let middle = points.get(points.len() / 2).copied().unwrap_or_default();
        let (x, y) = (label.x.unwrap_or(f64::from(middle.0)), label.y.unwrap_or(f64::from(middle.1)));
        placed.labels.push(around(x, y, *width, *height)?);
        let run = if graph.graph().rankdir == RankDir::LR { Run::Across } else { Run::Down };
        placed.ways.push(Way { points, run });
    }
    route::through_gaps(shape, &mut placed, &rooms, graph.graph().rankdir == RankDir::LR);
    for number in 0..zones.len() {
        let members =
            shape.components.iter().zip(&placed.nodes).filter(|(component, _)| component.zone == Some(number));
        let members: Vec<Rect> = members.map(|(_, rect)| *rect).collect();
        let label = graph.node(&zone(number))?;
        placed.zones.push(zone_rect(label, &members)?);
    }
    Some(moved(placed))
}

/// Where a flow from a component to itself stands: at its right, below those before it.
fn looped(shape: &Shape, number: usize, node: Rect, flows: &[(i32, i32)]) -> Option<(Rect, Vec<(i32, i32)>)> {
    let own = shape.flows.get(number)?.from;
    let all: i32 = loops(shape, own).filter_map(|flow| flows.get(flow)).map(|(_, height)| height + 8).sum();
    let before = loops(shape, own).filter(|flow| *flow < number).filter_map(|flow| flows.get(flow));
    let top = node.y + node.height / 2 - all / 2 + 4 + before.map(|(_, height)| height + 8).sum::<i32>();
    let (width, height) = *flows.get(number)?;
    let right = node.x + node.width;
    let label = Rect { x: right + LOOP, y: top, width, height };
    let (middle, end) = (top + height / 2, label.x + width / 2);
    // It may stand above or below the component, and leaves it all the same.
    let side = middle.clamp(node.y + 8, node.y + node.height - 8);
    Some((label, vec![(right, side - 5), (end, middle - 5), (end, middle + 5), (right, side + 5)]))
}

/// The border of a zone: what the layout keeps free for it, with room for its name.
fn zone_rect(label: &NodeLabel, members: &[Rect]) -> Option<Rect> {
    let own = around(label.x?, label.y?, whole(label.width)?, whole(label.height)?)?;
    if members.is_empty() {
        return Some(own);
    }
    let left = members.iter().map(|rect| rect.x - 12).min()?.min(own.x);
    let top = members.iter().map(|rect| rect.y - HEAD - 4).min()?.min(own.y);
    let right = members.iter().map(|rect| rect.x + rect.width + 12).max()?.max(own.x + own.width);
    let bottom = members.iter().map(|rect| rect.y + rect.height + 12).max()?.max(own.y + own.height);
    Some(Rect { x: left, y: top, width: right - left, height: bottom - top })
}

/// Everything moved so that it begins at the margin, and how large it is.
pub(super) fn moved(mut placed: Placed) -> Placed {
    let rects = || placed.zones.iter().chain(&placed.nodes).chain(&placed.labels);
    let points = || placed.ways.iter().flat_map(|way| &way.points);
    let left = rects().map(|rect| rect.x).chain(points().map(|point| point.0)).min().unwrap_or(0) - MARGIN;
    let top = rects().map(|rect| rect.y).chain(points().map(|point| point.1)).min().unwrap_or(0) - MARGIN;
    let right = rects().map(|rect| rect.x + rect.width).chain(points().map(|point| point.0)).max().unwrap_or(0);
    let bottom = rects().map(|rect| rect.y + rect.height).chain(points().map(|point| point.1)).max().unwrap_or(0);
    (placed.width, placed.height) = (right - left + MARGIN, bottom - top + MARGIN);
    for rect in placed.zones.iter_mut().chain(&mut placed.nodes).chain(&mut placed.labels) {
        rect.x -= left;
        rect.y -= top;
    }
    for point in placed.ways.iter_mut().flat_map(|way| &mut way.points) {
        point.0 -= left;
        point.1 -= top;
    }
    placed
}
