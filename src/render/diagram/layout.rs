//! Places for the boxes of a graph, layer by layer from top to bottom (after Sugiyama, Tagawa and Toda, 1981).
//!
//! In: a [`Graph`]. Out: [`Layout`], whole pixels. Every node is one layer below what leads to it, and below the bands before its own; long arrows get a
//! bend in each layer they pass, and layers are sorted by the middle of their neighbours so that few arrows cross.

use std::collections::BTreeMap;

use crate::model::diagram::Graph;

/// Width of a box.
pub(super) const WIDTH: i32 = 158;
/// Height of a box.
pub(super) const HEIGHT: i32 = 46;
const GAP: i32 = 14;
const BEND: i32 = 10;
const BETWEEN: i32 = 40;
const BAND: i32 = 34;
/// Room at the left for the names of bands, so that no arrow runs through them.
const GUTTER: i32 = 76;
/// How often layers are sorted, down and up.
const SWEEPS: usize = 8;

/// Where everything is.
pub(super) struct Layout {
    pub width: i32,
    pub height: i32,
    /// Upper left corners, in the order of the graph's nodes.
    pub nodes: Vec<(i32, i32)>,
    /// Points of each arrow, from top to bottom.
    pub edges: Vec<Vec<(i32, i32)>>,
    /// Names of bands and the baseline of each.
    pub bands: Vec<(String, i32)>,
}

/// A place in a layer: a box, or a bend of a long arrow.
struct Slot {
    layer: usize,
    is_box: bool,
    above: Vec<usize>,
    below: Vec<usize>,
}

/// Lays a graph out.
pub(super) fn of(graph: &Graph) -> Layout {
    let layers = layers(graph);
    let mut slots: Vec<Slot> =
        layers.iter().map(|layer| Slot { layer: *layer, is_box: true, above: Vec::new(), below: Vec::new() }).collect();
    let mut chains: Vec<Vec<usize>> = Vec::new();
    for (from, to) in &graph.edges {
        let (Some(start), Some(end)) = (layers.get(*from), layers.get(*to)) else { continue };
        // An arrow that does not lead down closes a circle, which is an error of its own.
        if start >= end {
            continue;
        }
        let mut chain = vec![*from];
        for layer in start + 1..*end {
            slots.push(Slot { layer, is_box: false, above: Vec::new(), below: Vec::new() });
            chain.push(slots.len() - 1);
        }
        chain.push(*to);
        for pair in chain.windows(2) {
            if let [upper, lower] = *pair {
                if let Some(slot) = slots.get_mut(upper) {
                    slot.below.push(lower);
                }
                if let Some(slot) = slots.get_mut(lower) {
                    slot.above.push(upper);
                }
            }
        }
        chains.push(chain);
    }
    let rows = sorted(&slots);
    place(graph, &slots, &rows, &chains)
}

/// The layer of each node: below its band's beginning and below everything that leads to it.
fn layers(graph: &Graph) -> Vec<usize> {
    let mut layers = vec![0usize; graph.nodes.len()];
    let mut start = 0;
    for band in 0..graph.bands.len().max(1) {
        let own = |node: usize| graph.nodes.get(node).is_some_and(|node| node.band == band);
        for (layer, _) in
            layers.iter_mut().enumerate().filter(|(node, _)| own(*node)).map(|(node, layer)| (layer, node))
        {
            *layer = start;
        }
        // At most once round for each node: a circle ends here as well.
        for _ in 0..graph.nodes.len() {
            let mut moved = false;
            for (from, to) in graph.edges.iter().filter(|(from, to)| from != to && own(*from) && own(*to)) {
                let (Some(above), Some(below)) = (layers.get(*from).copied(), layers.get(*to).copied()) else {
                    continue;
                };
                if below <= above && above < start + graph.nodes.len() {
                    if let Some(layer) = layers.get_mut(*to) {
                        *layer = above + 1;
                    }
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        let last = layers.iter().enumerate().filter(|(node, _)| own(*node)).map(|(_, layer)| *layer).max();
        start = last.map_or(start, |last| last + 1);
    }
    layers
}

/// Slots of each layer, sorted so that few arrows cross.
fn sorted(slots: &[Slot]) -> Vec<Vec<usize>> {
    let count = slots.iter().map(|slot| slot.layer + 1).max().unwrap_or(0);
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (number, slot) in slots.iter().enumerate() {
        if let Some(row) = rows.get_mut(slot.layer) {
            row.push(number);
        }
    }
    for sweep in 0..SWEEPS {
        let down = sweep % 2 == 0;
        let order: Vec<usize> = if down { (0..count).collect() } else { (0..count).rev().collect() };
        for layer in order {
            let place: BTreeMap<usize, usize> =
                rows.iter().flat_map(|row| row.iter().enumerate().map(|(at, slot)| (*slot, at))).collect();
            let middle = |slot: usize| {
                let Some(own) = slots.get(slot) else { return 0 };
                let others = if down { &own.above } else { &own.below };
                let places: Vec<usize> = others.iter().filter_map(|other| place.get(other).copied()).collect();
                // Thousandths, so that the order does not hang on rounding of floats.
                match places.len() {
                    0 => place.get(&slot).copied().unwrap_or(0) * 1000,
                    count => places.iter().sum::<usize>() * 1000 / count,
                }
            };
            if let Some(row) = rows.get_mut(layer) {
                row.sort_by_key(|slot| (middle(*slot), *slot));
            }
        }
    }
    rows
}

fn place(graph: &Graph, slots: &[Slot], rows: &[Vec<usize>], chains: &[Vec<usize>]) -> Layout {
    let wide = |slot: usize| if slots.get(slot).is_some_and(|slot| slot.is_box) { WIDTH } else { BEND };
    let length = |row: &Vec<usize>| row.iter().map(|slot| wide(*slot) + GAP).sum::<i32>() - GAP;
    let width = rows.iter().map(length).max().unwrap_or(0).max(WIDTH) + 2 + GUTTER;
    let mut middles: BTreeMap<usize, (i32, i32)> = BTreeMap::new();
    let mut bands = Vec::new();
    let mut named: Vec<usize> = Vec::new();
    let mut y = 0;
    for row in rows {
        let band = row.iter().filter_map(|slot| graph.nodes.get(*slot)).map(|node| node.band).min();
        if let Some(band) = band.filter(|band| !named.contains(band)) {
            bands.extend(graph.bands.get(band).map(|name| (name.clone(), y + 14)));
            named.push(band);
            y += BAND;
        }
        let mut x = GUTTER + (width - GUTTER - length(row)) / 2;
        for slot in row {
            middles.insert(*slot, (x + wide(*slot) / 2, y));
            x += wide(*slot) + GAP;
        }
        y += HEIGHT + BETWEEN;
    }
    let middle = |slot: usize| middles.get(&slot).copied().unwrap_or_default();
    let edges = chains.iter().map(|chain| {
        let last = chain.len().saturating_sub(1);
        let points = chain.iter().enumerate().flat_map(|(at, slot)| {
            let (x, y) = middle(*slot);
            match at {
                0 => vec![(x, y + HEIGHT)],
                at if at == last => vec![(x, y)],
                _ => vec![(x, y), (x, y + HEIGHT)],
            }
        });
        points.collect()
    });
    Layout {
        width,
        height: (y - BETWEEN + 2).max(HEIGHT),
        nodes: (0..graph.nodes.len()).map(middle).map(|(x, y)| (x - WIDTH / 2, y)).collect(),
        edges: edges.collect(),
        bands,
    }
}
