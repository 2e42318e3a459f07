//! Where the labels of flows stand: on their own line, over nothing else.
//!
//! In: lines over the grid, and the sizes of labels. Out: a rectangle a flow; of all points of its line the one where it covers least.

use super::lanes::Grid;
use super::{PATIENT, PITCH};
use crate::render::diagram::flows::place::{Placed, Rect};

/// What it costs to stand below a component, which is drawn over it; to cover another label, which can look for another place; a line of another flow; or
/// an own end.
const HIDDEN: i64 = 1_000_000;
const BOX: i64 = 100_000;
const LINE: i64 = 2_000;
const END: i64 = 4_000;
/// To cover a bend of the own line, or the border of a zone.
const SMALL: i64 = 60;

/// Places for all labels; the grid knows them afterwards.
pub(super) fn of(
    grid: &mut Grid,
    ways: &[Vec<(i32, i32)>],
    flows: &[(i32, i32)],
    placed: &Placed,
    names: &[Rect],
) -> Vec<Rect> {
    let mut places = vec![Rect::default(); ways.len()];
    let mut order: Vec<usize> = (0..ways.len()).collect();
    order.sort_by_key(|number| (ways.get(*number).map_or(0, Vec::len), *number));
    // The first go knows nothing of the labels that come later, so in the next ones those that stand on something look for another place.
    let goes = if ways.len() > PATIENT { 1 } else { 3 };
    for (go, number) in (0..goes).flat_map(|go| order.iter().map(move |number| (go, *number))) {
        let (Some(way), Some(size)) = (ways.get(number), flows.get(number)) else { continue };
        let taken = places.iter().enumerate().filter(|(other, rect)| *other != number && **rect != Rect::default());
        let taken: Vec<Rect> = taken.map(|(_, rect)| *rect).collect();
        let cost = |place: usize, rect: &Rect| cost(grid, way, place, rect, placed, names, &taken);
        if go > 0 && places.get(number).is_some_and(|own| cost(way.len() / 2, own) < LINE) {
            continue;
        }
        let candidates =
            way.iter().enumerate().flat_map(|(at, point)| around(*point, *size, go).map(move |rect| (at, rect)));
        // Of two that cost the same the first is taken.
        let best = candidates.min_by_key(|(at, rect)| cost(*at, rect)).map(|(_, rect)| rect).unwrap_or_default();
        if let Some(own) = places.get_mut(number) {
            *own = best;
        }
    }
    for (number, rect) in places.iter().enumerate() {
        grid.label(number, rect);
    }
    places
}

/// The places for a label at a point of its line: over it, and shifted to each of its sides as far as it still covers the line; in later goes in
/// smaller steps, and until it only touches the line.
fn around((x, y): (i32, i32), (width, height): (i32, i32), go: i32) -> impl Iterator<Item = Rect> {
    let over = if go == 0 { 6 } else { 2 };
    let steps = if go == 0 { 1 } else { 4 };
    let (middle, center) = (x * PITCH - width / 2, y * PITCH - height / 2);
    let shift = move |step: i32, size: i32| (size / 2 - over).max(0) * step / steps;
    let all = (0..=steps).flat_map(|step| [step, -step]).skip(1);
    all.flat_map(move |step| [(shift(step, width), 0), (0, shift(step, height))]).map(move |(right, down)| Rect {
        x: middle + right,
        y: center + down,
        width,
        height,
    })
}

fn cost(
    grid: &Grid,
    way: &[(i32, i32)],
    place: usize,
    rect: &Rect,
    placed: &Placed,
    names: &[Rect],
    taken: &[Rect],
) -> i64 {
    let count = |boxes: &mut dyn Iterator<Item = &Rect>| {
        i64::try_from(boxes.filter(|other| meet(rect, other)).count()).unwrap_or(0)
    };
    let hidden = count(&mut placed.nodes.iter());
    let boxes = count(&mut names.iter().chain(taken));
    let frames = count(&mut placed.zones.iter()) - count(&mut placed.zones.iter().filter(|zone| holds(zone, rect)));
    let strange = Grid::within(rect).filter(|point| {
        let own = way.iter().filter(|own| *own == point).count();
        grid.passing(*point) > own.min(1)
    });
    let ends = [way.first(), way.last()].into_iter().flatten();
    let near = ends.filter(|(x, y)| meet(rect, &Rect { x: x * PITCH - 10, y: y * PITCH - 10, width: 20, height: 20 }));
    let middle = i64::try_from((2 * place).abs_diff(way.len())).unwrap_or(0);
    let (lines, ends) = (i64::try_from(strange.count()).unwrap_or(0), i64::try_from(near.count()).unwrap_or(0));
    // What stands out of the picture makes it wider, and its letters smaller.
    let out = i64::from(rect.x < 0 || rect.x + rect.width > placed.width);
    hidden * HIDDEN + boxes * BOX + (lines + out) * LINE + ends * END + frames * SMALL + middle
}

/// Whether two boxes overlap, or touch.
fn meet(a: &Rect, b: &Rect) -> bool {
    a.x - 1 < b.x + b.width && b.x - 1 < a.x + a.width && a.y - 1 < b.y + b.height && b.y - 1 < a.y + a.height
}

fn holds(outer: &Rect, inner: &Rect) -> bool {
    outer.x < inner.x
        && outer.y < inner.y
        && inner.x + inner.width < outer.x + outer.width
        && inner.y + inner.height < outer.y + outer.height
}

/// How many labels stand on something, and how many lines run below labels of others.
pub(super) fn faults(grid: &Grid, ways: &[Vec<(i32, i32)>], places: &[Rect], nodes: &[Rect]) -> usize {
    let mut faults = 0;
    for (number, (rect, way)) in places.iter().zip(ways).enumerate() {
        faults += nodes.iter().chain(places.iter().skip(number + 1)).filter(|other| meet(rect, other)).count();
        faults += Grid::within(rect).filter(|point| grid.passing(*point) > usize::from(way.contains(point))).count();
    }
    faults
}
