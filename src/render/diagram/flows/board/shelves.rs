//! Where zones and components stand: zones in an order that keeps short what flows between them, broken into shelves like words into lines.
//!
//! In: a diagram, the sizes of its components, how much room lines need. Out: [`Shelves`]. Components change places inside their zone as long as
//! the lines get shorter. What belongs to no zone has a block of its own without a border.

use std::collections::BTreeSet;

use super::{PITCH, Room};
use crate::model::diagram::{FlowDiagram, FlowEdge};
use crate::render::diagram::flows::WIDE;
use crate::render::diagram::flows::place::{PAGE, Placed, Rect};

/// From the upper border of a zone to its components, in half lanes: its name, and two lanes.
const HEAD: i32 = 9;
/// From its other borders: two lanes.
const PAD: i32 = 5;
/// Room around everything, in lanes.
const MARGIN: i32 = 2;
/// Most components side by side.
const MOST_COLUMNS: usize = 6;
/// With more zones their order is the author's.
const MOST_SORTED: usize = 24;
/// How often everything is tried in another place.
const SWEEPS: usize = 8;

/// Places of zones and components, and of the names of zones.
pub(super) struct Shelves {
    pub placed: Placed,
    pub names: Vec<Rect>,
}

/// Components that stand together: those of a zone, or those of none.
struct Group {
    zone: Option<usize>,
    members: Vec<usize>,
}

/// A group on its shelf.
struct Stand {
    group: usize,
    columns: usize,
}

/// A shelf: groups side by side, in so many rows.
struct Shelf {
    rows: usize,
    stands: Vec<Stand>,
}

/// The place of a component: shelf, group on it, column and row in that, and the lane-free middle in pixels.
#[derive(Clone, Copy, Default)]
struct Slot {
    shelf: usize,
    row: usize,
    x: i32,
    y: i32,
}

/// Stands everything where it is to be, with the number of columns that fits a page best.
pub(super) fn of(diagram: &FlowDiagram, nodes: &[(i32, i32)], zones: &[i32], room: Room) -> Shelves {
    let groups = groups(diagram, zones.len());
    let sizes = Sizes::of(nodes, room);
    let most = groups.iter().map(|group| group.members.len()).sum::<usize>().clamp(2, MOST_COLUMNS);
    let tried = (2..=most).map(|columns| arrange(diagram, &groups, &sizes, columns));
    // What makes letters smaller weighs more than what a page must be scrolled down for, and what makes them too small more than anything.
    let over = |plan: &Plan, width: i32| i64::from((plan.width - width).max(0));
    let weight = |plan: &Plan| over(plan, WIDE) * 100 + over(plan, PAGE) * 2 + i64::from(plan.height) + plan.cost / 40;
    let plan = tried.min_by_key(weight).unwrap_or_default();
    plan.stand(&groups, nodes, zones, &sizes)
}

fn groups(diagram: &FlowDiagram, zones: usize) -> Vec<Group> {
    let members = |zone: Option<usize>| {
        let own = |component: Option<usize>| component.filter(|zone| *zone < zones) == zone;
        let of = diagram.components.iter().enumerate().filter(move |(_, component)| own(component.zone));
        of.map(|(number, _)| number).collect::<Vec<usize>>()
    };
    let loose = Group { zone: None, members: members(None) };
    let own = (0..zones).map(|zone| Group { zone: Some(zone), members: members(Some(zone)) });
    own.chain((!loose.members.is_empty()).then_some(loose)).collect()
}

struct Sizes {
    width: i32,
    height: i32,
    room: Room,
}

impl Sizes {
    /// All components are as wide as the widest, so that columns are straight and lanes between them too.
    fn of(nodes: &[(i32, i32)], room: Room) -> Self {
        let most = |sizes: &mut dyn Iterator<Item = i32>| even(sizes.max().unwrap_or(0));
        Self {
            width: most(&mut nodes.iter().map(|size| size.0)),
            height: most(&mut nodes.iter().map(|size| size.1)),
            room,
        }
    }

    /// From the left of a component to the left of the next.
    fn column(&self) -> i32 {
        self.width + self.room.columns * PITCH
    }

    fn stand(&self, columns: usize) -> i32 {
        int(columns) * self.column() - self.room.columns * PITCH + PAD * PITCH
    }

    /// The height of a shelf without its components' own heights.
    fn shelf(&self, rows: usize) -> i32 {
        (int(rows) - 1) * self.room.rows * PITCH + (HEAD + PAD) * PITCH / 2
    }

    fn between(&self) -> i32 {
        self.room.zones * PITCH
    }
}

fn int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(0)
}

/// The next size with a lane in its middle.
fn even(size: i32) -> i32 {
    (size + 2 * PITCH - 1) / (2 * PITCH) * 2 * PITCH
}

/// An order of groups and of components in them.
#[derive(Default)]
struct Plan {
    shelves: Vec<Shelf>,
    /// Components by the slots of their group, row by row; a slot may be empty.
    seats: Vec<Vec<Option<usize>>>,
    width: i32,
    height: i32,
    /// The length of all lines.
    cost: i64,
}

fn arrange(diagram: &FlowDiagram, groups: &[Group], sizes: &Sizes, columns: usize) -> Plan {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let mut plan = plan(diagram, groups, sizes, columns, &order);
    if groups.len() <= MOST_SORTED {
        for _ in 0..SWEEPS {
            let before = plan.weight();
            for (a, b) in pairs(groups.len()) {
                order.swap(a, b);
                let other = self::plan(diagram, groups, sizes, columns, &order);
                if other.weight() < plan.weight() {
                    plan = other;
                } else {
                    order.swap(a, b);
                }
            }
            if plan.weight() == before {
                break;
            }
        }
    }
    plan.seat(diagram, sizes);
    plan
}

fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |a| (a + 1..count).map(move |b| (a, b)))
}

/// Shelves for groups in this order, with the components as they come.
fn plan(diagram: &FlowDiagram, groups: &[Group], sizes: &Sizes, columns: usize, order: &[usize]) -> Plan {
    let shelves = broken(groups, sizes, columns, order);
    let mut seats = vec![Vec::new(); groups.len()];
    for shelf in &shelves {
        for stand in &shelf.stands {
            let (Some(own), Some(group)) = (seats.get_mut(stand.group), groups.get(stand.group)) else { continue };
            *own = group.members.iter().copied().map(Some).collect();
            own.resize((shelf.rows * stand.columns).max(group.members.len()), None);
        }
    }
    let wide = |shelf: &Shelf| {
        let own: i32 = shelf.stands.iter().map(|stand| sizes.stand(stand.columns)).sum();
        own + sizes.between() * (int(shelf.stands.len()) - 1)
    };
    let high = |shelf: &Shelf| sizes.shelf(shelf.rows) + int(shelf.rows) * sizes.height;
    let width = shelves.iter().map(wide).max().unwrap_or(0) + 2 * MARGIN * PITCH;
    let height = shelves.iter().map(|shelf| high(shelf) + sizes.between()).sum();
    let mut plan = Plan { shelves, seats, width, height, cost: 0 };
    plan.cost = length(diagram, &plan.slots(sizes, diagram.components.len(), |_, _| sizes.height));
    plan
}

/// Breaks groups into shelves so that all together are as low as can be (as Knuth and Plass break a paragraph into lines, 1981).
fn broken(groups: &[Group], sizes: &Sizes, columns: usize, order: &[usize]) -> Vec<Shelf> {
    let count = |group: &usize| groups.get(*group).map_or(1, |group| group.members.len().max(1));
    // The least height of what comes before each group, where its last shelf begins, and that shelf's rows.
    let mut best: Vec<(i32, usize, usize)> = vec![(0, 0, 0)];
    for end in 1..=order.len() {
        let mut least = (i32::MAX, end - 1, 1);
        for start in (end.saturating_sub(columns)..end).rev() {
            let Some(own) = order.get(start..end) else { continue };
            let most = own.iter().map(count).max().unwrap_or(1);
            let fits = |rows: &usize| own.iter().map(|group| count(group).div_ceil(*rows)).sum::<usize>() <= columns;
            let Some(rows) = (1..=most).find(fits) else { continue };
            let before = best.get(start).map_or(0, |best| best.0);
            let height = before + sizes.shelf(rows) + int(rows) * sizes.height + sizes.between();
            if height < least.0 {
                least = (height, start, rows);
            }
        }
        best.push(least);
    }
    let mut shelves = Vec::new();
    let mut end = order.len();
    while let Some((_, start, rows)) = best.get(end).copied().filter(|_| end > 0) {
        let stands = order.get(start..end).unwrap_or(&[]).iter();
        let stands = stands.map(|group| Stand { group: *group, columns: count(group).div_ceil(rows.max(1)) });
        shelves.push(Shelf { rows, stands: stands.collect() });
        end = start;
    }
    shelves.reverse();
    shelves
}

impl Plan {
    fn weight(&self) -> i64 {
        self.cost + i64::from(self.height) * 8
    }

    /// The slot of every component; `height` is that of a row of a shelf.
    fn slots(&self, sizes: &Sizes, components: usize, height: impl Fn(usize, usize) -> i32) -> Vec<Slot> {
        let mut slots = vec![Slot::default(); components];
        for (seats, places) in self.seats.iter().zip(self.places(sizes, height)) {
            for (component, place) in seats.iter().zip(places) {
                if let Some(slot) = component.and_then(|component| slots.get_mut(component)) {
                    *slot = place;
                }
            }
        }
        slots
    }

    /// The slots of every group, whoever has them.
    fn places(&self, sizes: &Sizes, height: impl Fn(usize, usize) -> i32) -> Vec<Vec<Slot>> {
        let mut places = vec![Vec::new(); self.seats.len()];
        let mut top = MARGIN * PITCH + PITCH / 2;
        for (number, shelf) in self.shelves.iter().enumerate() {
            let mut left = MARGIN * PITCH + PITCH / 2 + self.indent(shelf, sizes);
            for stand in &shelf.stands {
                let Some(own) = places.get_mut(stand.group) else { continue };
                for place in 0..self.seats.get(stand.group).map_or(0, Vec::len) {
                    let (column, row) = (place % stand.columns.max(1), place / stand.columns.max(1));
                    let above: i32 = (0..row).map(|row| height(number, row) + sizes.room.rows * PITCH).sum();
                    let x = left + PAD * PITCH / 2 + int(column) * sizes.column() + sizes.width / 2;
                    let y = top + HEAD * PITCH / 2 + above + height(number, row) / 2;
                    own.push(Slot { shelf: number, row, x, y });
                }
                left += sizes.stand(stand.columns) + sizes.between();
            }
            top += sizes.shelf(shelf.rows) + (0..shelf.rows).map(|row| height(number, row)).sum::<i32>();
            top += sizes.between();
        }
        places
    }

    /// What a shelf that is not as wide as the widest has free at its left, whole lanes.
    fn indent(&self, shelf: &Shelf, sizes: &Sizes) -> i32 {
        let own: i32 = shelf.stands.iter().map(|stand| sizes.stand(stand.columns)).sum();
        let own = own + sizes.between() * (int(shelf.stands.len()) - 1);
        (self.width - 2 * MARGIN * PITCH - own).max(0) / 2 / PITCH * PITCH
    }

    /// Changes places inside each group as long as the lines get shorter.
    fn seat(&mut self, diagram: &FlowDiagram, sizes: &Sizes) {
        let places = self.places(sizes, |_, _| sizes.height);
        let mut seated = Seated::new(diagram, self.slots(sizes, diagram.components.len(), |_, _| sizes.height));
        for _ in 0..SWEEPS {
            let before = self.cost;
            for (seats, places) in self.seats.iter_mut().zip(&places) {
                for pair in pairs(seats.len()) {
                    let longer = seated.swap(seats, places, pair);
                    if longer < 0 {
                        self.cost += longer;
                    } else {
                        seated.swap(seats, places, pair);
                    }
                }
            }
            if self.cost == before {
                break;
            }
        }
    }

    /// Rectangles of everything; a row is as high as the highest component in it.
    fn stand(&self, groups: &[Group], nodes: &[(i32, i32)], zones: &[i32], sizes: &Sizes) -> Shelves {
        let first = self.slots(sizes, nodes.len(), |_, _| sizes.height);
        let mut heights: Vec<Vec<i32>> = self.shelves.iter().map(|shelf| vec![4 * PITCH; shelf.rows]).collect();
        for (slot, size) in first.iter().zip(nodes) {
            if let Some(own) = heights.get_mut(slot.shelf).and_then(|rows| rows.get_mut(slot.row)) {
                *own = even(size.1).max(*own);
            }
        }
        let height = |shelf: usize, row: usize| heights.get(shelf).and_then(|rows| rows.get(row)).copied().unwrap_or(0);
        let slots = self.slots(sizes, nodes.len(), height);
        let mut placed = Placed::default();
        placed.nodes.extend(slots.iter().zip(nodes).map(|(slot, size)| {
            let high = even(size.1);
            Rect { x: slot.x - sizes.width / 2, y: slot.y - high / 2, width: sizes.width, height: high }
        }));
        placed.zones = vec![Rect::default(); zones.len()];
        let mut names = Vec::new();
        let mut top = MARGIN * PITCH + PITCH / 2;
        for (number, shelf) in self.shelves.iter().enumerate() {
            let mut left = MARGIN * PITCH + PITCH / 2 + self.indent(shelf, sizes);
            let high = sizes.shelf(shelf.rows) + (0..shelf.rows).map(|row| height(number, row)).sum::<i32>();
            for stand in &shelf.stands {
                let rect = Rect { x: left, y: top, width: sizes.stand(stand.columns), height: high };
                let zone = groups.get(stand.group).and_then(|group| group.zone);
                if let Some(own) = zone.and_then(|zone| placed.zones.get_mut(zone)) {
                    *own = rect;
                    let name = zone.and_then(|zone| zones.get(zone)).copied().unwrap_or(0);
                    names.push(Rect { x: left, y: top, width: name.min(rect.width), height: 2 * PITCH });
                }
                left += rect.width + sizes.between();
            }
            top += high + sizes.between();
        }
        placed.width = self.width + PITCH;
        placed.height = top - sizes.between() + MARGIN * PITCH + PITCH / 2;
        Shelves { placed, names }
    }
}

/// Components on their seats, and the lines of each: a swap looks at no others.
struct Seated<'d> {
    slots: Vec<Slot>,
    flows: Vec<Vec<&'d FlowEdge>>,
}

impl<'d> Seated<'d> {
    fn new(diagram: &'d FlowDiagram, slots: Vec<Slot>) -> Self {
        let mut flows: Vec<Vec<&FlowEdge>> = vec![Vec::new(); slots.len()];
        for flow in &diagram.flows {
            for end in BTreeSet::from([flow.from, flow.to]) {
                if let Some(own) = flows.get_mut(end) {
                    own.push(flow);
                }
            }
        }
        Self { slots, flows }
    }

    /// Lets two change their seats, one of which may be empty; how much longer the lines become.
    fn swap(&mut self, seats: &mut [Option<usize>], places: &[Slot], (a, b): (usize, usize)) -> i64 {
        seats.swap(a, b);
        let both = [a, b].map(|seat| seats.get(seat).copied().flatten());
        let before = self.length(both);
        for (component, seat) in both.into_iter().zip([a, b]) {
            let slot = component.and_then(|component| self.slots.get_mut(component));
            if let (Some(slot), Some(place)) = (slot, places.get(seat)) {
                *slot = *place;
            }
        }
        self.length(both) - before
    }

    /// How long the lines of two components are; one between them counts once.
    fn length(&self, [a, b]: [Option<usize>; 2]) -> i64 {
        let own = |end: Option<usize>| end.and_then(|end| self.flows.get(end)).into_iter().flatten();
        let others = own(b).filter(|flow| Some(flow.from) != a && Some(flow.to) != a);
        own(a).chain(others).map(|flow| long(flow, &self.slots)).sum()
    }
}

/// How long all lines are.
fn length(diagram: &FlowDiagram, slots: &[Slot]) -> i64 {
    diagram.flows.iter().map(|flow| long(flow, slots)).sum()
}

/// How long a line is; one that leads up counts a little more.
fn long(flow: &FlowEdge, slots: &[Slot]) -> i64 {
    let (Some(from), Some(to)) = (slots.get(flow.from), slots.get(flow.to)) else { return 0 };
    i64::from((from.x - to.x).abs() + (from.y - to.y).abs() + (from.y - to.y).max(0) / 4)
}
