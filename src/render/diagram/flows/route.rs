//! Lines that run between the layers of a diagram, not over what stands in them.
//!
//! In: places, with the bends of each flow as the layout gives them: one in the middle of each layer it passes. Out: the same flows, straight through each layer
//! and bent only in the gap between two; where several leave one side of a component, they leave it side by side.

use std::collections::BTreeMap;

use super::place::{Placed, Rect, Shape};

/// Most room between two lines at one side of a component.
const BESIDE: i32 = 14;

/// A place in the direction of the layers, and beside it.
type Point = (i32, i32);

/// A line at a side of a component: where it goes next, its flow, and whether it leaves.
type Line = (i32, usize, bool);

/// Swaps what is along the layers' direction and what is beside it, where layers lie side by side.
fn turned(point: Point, across: bool) -> Point {
    if across { point } else { (point.1, point.0) }
}

/// The middle of a box and half its sizes, along and beside.
fn middle(rect: &Rect, across: bool) -> (Point, Point) {
    let center = (rect.x + rect.width / 2, rect.y + rect.height / 2);
    (turned(center, across), turned((rect.width / 2, rect.height / 2), across))
}

/// Lays every flow between two components through the gaps. `rooms` are the boxes that the layout has seen.
pub(super) fn through_gaps(shape: &Shape, placed: &mut Placed, rooms: &[Rect], across: bool) {
    let mut layers: BTreeMap<i32, i32> = BTreeMap::new();
    for rect in rooms.iter().chain(&placed.labels) {
        let ((along, _), (half, _)) = middle(rect, across);
        let thick = layers.entry(along).or_default();
        *thick = half.max(*thick);
    }
    // Middles of boxes of odd and even sizes differ by one.
    let half = |along: i32| layers.range(along - 1..=along + 1).map(|(_, half)| *half).max().unwrap_or(0);
    let bends: Vec<Vec<Point>> = placed.ways.iter().map(|way| inner(&way.points, across)).collect();
    let ports = ports(shape, placed, &bends, across);
    for (number, flow) in shape.flows.iter().enumerate() {
        if flow.from == flow.to {
            continue;
        }
        let (Some(start), Some(end)) = (ports.get(&(number, true)), ports.get(&(number, false))) else { continue };
        let toward = (end.0 - start.0).signum();
        let through = bends.get(number).into_iter().flatten().flat_map(|(along, beside)| {
            let half = half(*along);
            [(along - toward * half, *beside), (along + toward * half, *beside)]
        });
        let points = std::iter::once(*start).chain(through).chain([*end]);
        if let Some(way) = placed.ways.get_mut(number) {
            way.points = points.map(|point| turned(point, across)).collect();
        }
    }
}

/// The bends of a flow without its ends.
fn inner(points: &[Point], across: bool) -> Vec<Point> {
    let inner = points.get(1..points.len().saturating_sub(1)).unwrap_or(&[]);
    inner.iter().map(|point| turned(*point, across)).collect()
}

/// Where each flow leaves (true) and reaches (false) its component: at the side toward its next bend, beside the others there.
fn ports(shape: &Shape, placed: &Placed, bends: &[Vec<Point>], across: bool) -> BTreeMap<(usize, bool), Point> {
    let mut sides: BTreeMap<(usize, bool), Vec<Line>> = BTreeMap::new();
    for (number, flow) in shape.flows.iter().enumerate().filter(|(_, flow)| flow.from != flow.to) {
        let own = bends.get(number).map_or(&[][..], Vec::as_slice);
        for (component, other, bend, leaves) in
            [(flow.from, flow.to, own.first(), true), (flow.to, flow.from, own.last(), false)]
        {
            let (Some(rect), Some(there)) = (placed.nodes.get(component), placed.nodes.get(other)) else { continue };
            let next = bend.copied().unwrap_or_else(|| middle(there, across).0);
            let after = next.0 >= middle(rect, across).0.0;
            sides.entry((component, after)).or_default().push((next.1, number, leaves));
        }
    }
    let mut ports = BTreeMap::new();
    for ((component, after), mut lines) in sides {
        let Some(rect) = placed.nodes.get(component) else { continue };
        let (center, half) = middle(rect, across);
        lines.sort_unstable();
        let count = i32::try_from(lines.len()).unwrap_or(1);
        let apart = if count > 1 { ((half.1 * 2 - 16) / (count - 1)).clamp(0, BESIDE) } else { 0 };
        let along = if after { center.0 + half.0 } else { center.0 - half.0 };
        for ((_, number, leaves), place) in lines.into_iter().zip(0i32..) {
            ports.insert((number, leaves), (along, center.1 + (2 * place - (count - 1)) * apart / 2));
        }
    }
    ports
}
