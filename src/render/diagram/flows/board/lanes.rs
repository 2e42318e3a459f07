//! Lines in lanes: each flow is led over a grid, around what stands there, at right angles, alone in its lane where that can be.
//!
//! In: what stands in the way, and the two ends of a line. Out: the points of the grid that it passes. The way is the cheapest one (A*, Hart, Nilsson and
//! Raphael 1968): lanes, bends and crossings cost something, a lane that is taken costs much, so there is always a way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::PITCH;
use crate::render::diagram::flows::place::Rect;

const STEP: u32 = 10;
const BEND: u32 = 45;
const CROSSING: u32 = 30;
/// A lane that another line has, a bend where another line passes, a label of another line.
const SHARED: u32 = 500;
/// For each lane that an end lies beside the middle of its side.
const ASIDE: u32 = 4;
/// A step close to another flow between the same two components: their labels need room beside each other.
const CLOSE: u32 = 25;
/// So many lanes away is close.
const BESIDE: i32 = 2;

/// A point of the grid.
type Point = (i32, i32);

const DIRECTIONS: [Point; 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

/// What there is at a point.
#[derive(Clone, Copy, Default)]
struct Spot {
    blocked: bool,
    /// Lines on the way to the next point at the right, and below.
    right: u16,
    below: u16,
    bends: u16,
    /// The flow whose label covers the point, plus one.
    label: u16,
}

/// The lanes of a picture.
pub(super) struct Grid {
    width: i32,
    height: i32,
    spots: Vec<Spot>,
    /// What the best known way to a point costs, by point and direction, and where it comes from; with the number of the search that found it.
    seen: Vec<(u32, u32, u32)>,
    /// The last search for which a point is close to another flow between the same two components.
    close: Vec<u32>,
    search: u32,
}

/// The ends of a search: points with the direction in which a line leaves or comes in.
type Ends = Vec<(Point, usize, u32)>;

impl Grid {
    pub(super) fn new(width: i32, height: i32) -> Self {
        let (width, height) = (width / PITCH + 1, height / PITCH + 1);
        let count = usize::try_from(width * height).unwrap_or(0);
        let (spots, seen, close) = (vec![Spot::default(); count], vec![(0, 0, 0); count * 4], vec![0; count]);
        Self { width, height, spots, seen, close, search: 0 }
    }

    fn place(&self, (x, y): Point) -> Option<usize> {
        let inside = (0..self.width).contains(&x) && (0..self.height).contains(&y);
        inside.then(|| usize::try_from(y * self.width + x).ok()).flatten()
    }

    fn at(&self, point: Point) -> Option<&Spot> {
        self.place(point).and_then(|place| self.spots.get(place))
    }

    fn change(&mut self, point: Point, change: impl Fn(&mut Spot)) {
        if let Some(spot) = self.place(point).and_then(|place| self.spots.get_mut(place)) {
            change(spot);
        }
    }

    /// Points in or on a box.
    pub(super) fn within(rect: &Rect) -> impl Iterator<Item = Point> + use<> {
        let up = |value: i32| (value + PITCH - 1).div_euclid(PITCH);
        let (left, right) = (up(rect.x), (rect.x + rect.width).div_euclid(PITCH));
        let (top, bottom) = (up(rect.y), (rect.y + rect.height).div_euclid(PITCH));
        (top..=bottom).flat_map(move |y| (left..=right).map(move |x| (x, y)))
    }

    /// No line passes a box.
    pub(super) fn block(&mut self, rect: &Rect) {
        for point in Self::within(rect) {
            self.change(point, |spot| spot.blocked = true);
        }
    }

    /// Where the label of a flow stands, other lines do not pass if they can.
    pub(super) fn label(&mut self, flow: usize, rect: &Rect) {
        let own = u16::try_from(flow + 1).unwrap_or(u16::MAX);
        for point in Self::within(rect) {
            self.change(point, |spot| spot.label = own);
        }
    }

    /// Takes all labels away.
    pub(super) fn unlabel(&mut self) {
        self.spots.iter_mut().for_each(|spot| spot.label = 0);
    }

    /// Lines that pass a point.
    pub(super) fn passing(&self, (x, y): Point) -> usize {
        let count = |point, right: bool| {
            self.at(point).map_or(0, |spot| usize::from(if right { spot.right } else { spot.below }))
        };
        let across = count((x, y), true).max(count((x - 1, y), true));
        across + count((x, y), false).max(count((x, y - 1), false))
    }

    /// How many pieces of lanes belong to more than one line, and how many bends touch another line.
    pub(super) fn shared(&self) -> usize {
        let more = |spot: &Spot| usize::from(spot.right.saturating_sub(1) + spot.below.saturating_sub(1));
        self.spots.iter().map(more).sum()
    }

    /// Lays a line.
    pub(super) fn lay(&mut self, way: &[Point]) {
        self.count(way, |number| number.saturating_add(1));
    }

    /// Takes a line up again.
    pub(super) fn take(&mut self, way: &[Point]) {
        self.count(way, |number| number.saturating_sub(1));
    }

    fn count(&mut self, way: &[Point], change: impl Fn(u16) -> u16) {
        for pair in way.windows(2) {
            let [from, to] = *pair else { continue };
            let first = (from.0.min(to.0), from.1.min(to.1));
            self.change(first, |spot| {
                let lane = if from.1 == to.1 { &mut spot.right } else { &mut spot.below };
                *lane = change(*lane);
            });
        }
        for three in way.windows(3) {
            let [before, at, after] = *three else { continue };
            if before.0 != after.0 && before.1 != after.1 {
                self.change(at, |spot| spot.bends = change(spot.bends));
            }
        }
    }

    /// Says what the next line keeps away from: the others between the same two components.
    pub(super) fn avoid<'w>(&mut self, others: impl Iterator<Item = &'w [Point]>) {
        for (x, y) in others.flatten() {
            for (right, below) in
                (-BESIDE..=BESIDE).flat_map(|right| (-BESIDE..=BESIDE).map(move |below| (right, below)))
            {
                let place = self.place((x + right, y + below));
                if let Some(close) = place.and_then(|place| self.close.get_mut(place)) {
                    *close = self.search + 1;
                }
            }
        }
    }

    /// The cheapest way from one box to another; from a box to itself it leaves at the right and comes back below.
    pub(super) fn lead(&mut self, flow: usize, from: &Rect, to: &Rect) -> Vec<Point> {
        let own = u16::try_from(flow + 1).unwrap_or(u16::MAX);
        let mut starts = sides(from);
        let mut ends = sides(to);
        if from == to {
            let middle = (from.y + from.height / 2) / PITCH;
            starts.retain(|((_, y), direction, _)| *direction == 0 && *y < middle);
            ends.retain(|((_, y), direction, _)| *direction == 0 && *y > middle);
        }
        let goal = bounds(&ends);
        self.search += 1;
        let mut open = BinaryHeap::new();
        for (point, direction, cost) in starts {
            self.reach(&mut open, (point, direction), cost, None, goal);
        }
        while let Some(Reverse((_, cost, state))) = open.pop() {
            let Some((point, direction)) = self.state(state) else { continue };
            if self.seen.get(index(state)).is_some_and(|seen| seen.0 < cost && seen.2 == self.search) {
                continue;
            }
            let first = self.at(point).is_some_and(|spot| spot.blocked);
            if first && cost > 0 && ends.iter().any(|(end, side, _)| *end == point && (side + 2) % 4 == direction) {
                return self.back(state);
            }
            for (turn, step) in DIRECTIONS.iter().enumerate() {
                if (turn + 2) % 4 == direction || (first && turn != direction) {
                    continue;
                }
                let next = (point.0 + step.0, point.1 + step.1);
                let Some(spot) = self.at(next) else { continue };
                // Only ends are blocked and yet reached: they lie on the border of a box.
                let end = ends.iter().find(|(end, side, _)| spot.blocked && *end == next && (side + 2) % 4 == turn);
                if spot.blocked && end.is_none() {
                    continue;
                }
                let label = if spot.label == 0 || spot.label == own { 0 } else { SHARED };
                let bend = if turn == direction { self.straight(point, turn) } else { self.bent(point) };
                let lane = self.lane(point, next);
                let close = self.place(next).and_then(|place| self.close.get(place));
                let close = if close == Some(&self.search) { CLOSE } else { 0 };
                let cost = cost + STEP + label + bend + lane + close + end.map_or(0, |end| end.2);
                self.reach(&mut open, (next, turn), cost, Some(state), goal);
            }
        }
        Vec::new()
    }

    /// What it costs to go straight on at a point.
    fn straight(&self, (x, y): Point, direction: usize) -> u32 {
        let Some(spot) = self.at((x, y)) else { return 0 };
        let crossed = if direction.is_multiple_of(2) {
            spot.below > 0 || self.at((x, y - 1)).is_some_and(|spot| spot.below > 0)
        } else {
            spot.right > 0 || self.at((x - 1, y)).is_some_and(|spot| spot.right > 0)
        };
        u32::from(crossed) * CROSSING + u32::from(spot.bends > 0) * SHARED
    }

    /// What it costs to turn at a point: much where another line passes, since the two would seem to be one.
    fn bent(&self, point: Point) -> u32 {
        BEND + u32::from(self.passing(point) > 0) * SHARED
    }

    fn lane(&self, from: Point, to: Point) -> u32 {
        let Some(spot) = self.at((from.0.min(to.0), from.1.min(to.1))) else { return 0 };
        let lines = if from.1 == to.1 { spot.right } else { spot.below };
        if lines > 0 { SHARED } else { 0 }
    }

    fn reach(
        &mut self,
        open: &mut BinaryHeap<Reverse<(u32, u32, u32)>>,
        (point, direction): (Point, usize),
        cost: u32,
        before: Option<u32>,
        (left, top, right, bottom): (i32, i32, i32, i32),
    ) {
        let Some(state) = self.place(point).and_then(|place| u32::try_from(place * 4 + direction).ok()) else { return };
        let search = self.search;
        let Some(seen) = self.seen.get_mut(index(state)) else { return };
        if seen.2 == search && seen.0 <= cost {
            return;
        }
        *seen = (cost, before.unwrap_or(u32::MAX), search);
        let off = (left - point.0).max(point.0 - right).max(0) + (top - point.1).max(point.1 - bottom).max(0);
        open.push(Reverse((cost + u32::try_from(off).unwrap_or(0) * STEP, cost, state)));
    }

    fn state(&self, state: u32) -> Option<(Point, usize)> {
        let (place, direction) = (i32::try_from(state / 4).ok()?, usize::try_from(state % 4).ok()?);
        Some(((place % self.width, place / self.width), direction))
    }

    /// The points that led to a state.
    fn back(&self, last: u32) -> Vec<Point> {
        let mut way = Vec::new();
        let mut state = last;
        while let Some((point, _)) = self.state(state).filter(|_| state != u32::MAX) {
            way.push(point);
            state = self.seen.get(index(state)).map_or(u32::MAX, |seen| seen.1);
        }
        way.reverse();
        way
    }
}

fn index(state: u32) -> usize {
    usize::try_from(state).unwrap_or(usize::MAX)
}

/// Where lines leave a box: the points of its border without the corners, which may be round; dearer the further they are from the middle of their side.
fn sides(rect: &Rect) -> Ends {
    let (left, top) = (rect.x / PITCH, rect.y / PITCH);
    let (right, bottom) = ((rect.x + rect.width) / PITCH, (rect.y + rect.height) / PITCH);
    let along = |first: i32, last: i32| {
        let aside = move |at: i32| (2 * at - first - last).unsigned_abs() / 2 * ASIDE;
        (first + 2..=last - 2).map(move |at| (at, aside(at)))
    };
    let across = along(left, right).flat_map(|(x, cost)| [((x, bottom), 1, cost), ((x, top), 3, cost)]);
    let down = along(top, bottom).flat_map(|(y, cost)| [((right, y), 0, cost), ((left, y), 2, cost)]);
    across.chain(down).collect()
}

fn bounds(ends: &Ends) -> (i32, i32, i32, i32) {
    let (x, y) = (|| ends.iter().map(|end| end.0.0), || ends.iter().map(|end| end.0.1));
    (x().min().unwrap_or(0), y().min().unwrap_or(0), x().max().unwrap_or(0), y().max().unwrap_or(0))
}

/// The ends and the bends of a line, in pixels.
pub(super) fn corners(way: &[Point]) -> Vec<(i32, i32)> {
    let turns = way.windows(3).filter_map(|three| {
        let [before, at, after] = *three else { return None };
        (before.0 != after.0 && before.1 != after.1).then_some(at)
    });
    let ends = (way.first().copied().into_iter(), way.last().copied().into_iter());
    ends.0.chain(turns).chain(ends.1).map(|(x, y)| (x * PITCH, y * PITCH)).collect()
}
