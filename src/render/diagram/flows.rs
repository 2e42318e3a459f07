//! Data-flow diagrams: components in their zones of trust, and what flows between them.
//!
//! In: a [`FlowDiagram`]. Out: an `svg` element in the theme's classes, or nothing for a diagram with more parts than are drawn; the tables of the
//! page say the same in words. A small diagram is laid out in layers by dagre ([`place`]), a large one on shelves ([`board`]); what is drawn is ours.

mod block;
mod board;
mod layouts;
mod place;
mod route;

use std::fmt::{Result, Write as _};

use crate::model::diagram::FlowDiagram;
use crate::render::html::escape;
use block::{Block, LINE, MARKER, cut, pixels, units};
pub use layouts::Layouts;
use place::{PAGE, Placed, Rect, Run, Shape, Way};

/// Most components that are laid out in layers; with more, and where that is wider than [`WIDE`], they stand on shelves.
const LAYERED: usize = 12;
/// The widest picture that a page can show whole with letters that can be read: it is shown smaller by a quarter at most.
const WIDE: i32 = 900;
/// The highest picture that is printed on one page; a higher one goes on on the next.
const HIGH: i32 = 1200;

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
    let Laid { placed, nodes, flows } = layered(diagram, layouts).unwrap_or_else(|| shelved(diagram));
    // Writing to a String cannot fail.
    let _ = draw(&mut out, diagram, &placed, &nodes, &flows);
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
    diagram.zones.iter().map(|zone| pixels(&zone_name(zone)) + 24).collect()
}

fn zone_name((name, trust): &(String, Option<String>)) -> String {
    match trust {
        Some(trust) => cut(&format!("{name} (trust: {trust})"), 48),
        None => cut(name, 48),
    }
}

/// The name of a zone and its trust in so much room.
fn zone_in(zone: &(String, Option<String>), room: usize) -> String {
    let whole = zone_name(zone);
    match &zone.1 {
        Some(trust) if units(&whole) > room => cut(&format!("{} ({trust})", zone.0), room),
        _ => cut(&whole, room),
    }
}

fn draw(out: &mut String, diagram: &FlowDiagram, placed: &Placed, nodes: &[Block<'_>], flows: &[Block<'_>]) -> Result {
    let (width, height) = (placed.width, placed.height);
    write!(
        out,
        "<svg{} viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"group\" aria-labelledby=\"flows-title\"><title id=\"flows-title\">",
        match (width > PAGE, height > HIGH) {
            (true, true) => " class=\"wide high\"",
            (true, false) => " class=\"wide\"",
            (false, true) => " class=\"high\"",
            (false, false) => "",
        }
    )?;
    escape::text(out, &diagram.title);
    out.push_str("</title>");
    for rect in &placed.zones {
        write!(out, "<g class=\"zone\">{}</g>", rect_of(rect, 10))?;
    }
    for (flow, way) in diagram.flows.iter().zip(&placed.ways) {
        arrow(out, flow.crosses, way)?;
    }
    // Over the lines, which may have to pass there.
    for (zone, rect) in diagram.zones.iter().zip(&placed.zones) {
        // A name is cut rather than let a zone grow over its neighbour.
        let room = usize::try_from((rect.width - 16) * 5 / 36).unwrap_or(0).max(4);
        text(out, "zone-name", "start", rect.x + 10, rect.y + 18, &zone_in(zone, room))?;
    }
    for ((flow, block), rect) in diagram.flows.iter().zip(flows).zip(&placed.labels) {
        write!(out, "<g class=\"{}\">{}", if flow.crosses { "label crossing" } else { "label" }, rect_of(rect, 6))?;
        link(out, &flow.href, &format!("{}: {}", flow.id, flow.data));
        lines(out, block, rect)?;
        out.push_str("</a>");
        threats(out, block, rect, &flow.id, &flow.href)?;
        out.push_str("</g>");
    }
    for ((node, block), rect) in diagram.components.iter().zip(nodes).zip(&placed.nodes) {
        write!(out, "<g class=\"node {}\">", node.sort)?;
        link(out, &node.href, &format!("{}, {}", node.label, node.sort));
        shape(out, node.sort, rect)?;
        lines(out, block, rect)?;
        out.push_str("</a>");
        threats(out, block, rect, &node.label, &node.href)?;
        out.push_str("</g>");
    }
    out.push_str("</svg>");
    Ok(())
}

fn rect_of(rect: &Rect, round: i32) -> String {
    let Rect { x, y, width, height } = rect;
    format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>")
}

/// A process has round ends, a store bars at its sides, a person and a system of somebody else square corners; each says its sort as well.
fn shape(out: &mut String, sort: &str, rect: &Rect) -> Result {
    let Rect { x, y, width, height } = *rect;
    out.push_str(&rect_of(rect, if sort == "process" { 14 } else { 2 }));
    if sort == "store" {
        write!(out, "<path class=\"bar\" d=\"M{} {y}v{height}M{} {y}v{height}\"/>", x + 5, x + width - 5)?;
    }
    Ok(())
}

fn link(out: &mut String, href: &str, name: &str) {
    out.push_str("<a href=\"");
    escape::address(out, href);
    out.push('"');
    escape::attribute(out, "aria-label", name);
    out.push('>');
}

fn text(out: &mut String, class: &str, anchor: &str, x: i32, y: i32, said: &str) -> Result {
    write!(out, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">")?;
    escape::text(out, said);
    out.push_str("</text>");
    Ok(())
}

/// The lines of a block, from its top. A box may be larger than what stands in it.
fn lines(out: &mut String, block: &Block<'_>, rect: &Rect) -> Result {
    let x = rect.x + block.text.0 + (rect.width - block.width) / 2;
    let mut y = rect.y + block.text.1 + LINE - 4;
    for (number, line) in block.lines.iter().enumerate() {
        text(out, if number == 0 { "name" } else { "name more" }, "middle", x, y, line)?;
        y += LINE;
    }
    if let Some(note) = block.note {
        text(out, "sort", "middle", x, y, note)?;
    }
    Ok(())
}

/// The threats of a block, each with its link; what stands for the rest leads to the list of all.
fn threats(out: &mut String, block: &Block<'_>, rect: &Rect, of: &str, list: &str) -> Result {
    for mark in &block.marks {
        write!(
            out,
            "<g class=\"threat{}\">",
            mark.threat.map_or_else(String::new, |threat| format!(" {}", threat.tone))
        )?;
        match mark.threat {
            Some(threat) => link(out, &threat.href, &format!("{}: {}", threat.id, threat.title)),
            None => link(out, list, &format!("{} more threats of {of}", mark.label)),
        }
        let x = rect.x + mark.at.0 + (rect.width - block.width) / 2;
        let y = rect.y + mark.at.1 + rect.height - block.height;
        out.push_str(&rect_of(&Rect { x, y, width: mark.width, height: MARKER }, 4));
        text(out, "id", "middle", x + mark.width / 2, y + 16, &mark.label)?;
        out.push_str("</a></g>");
    }
    Ok(())
}

/// Curves between the layers and straight lines through them, with a head at the end.
fn arrow(out: &mut String, crosses: bool, way: &Way) -> Result {
    let (Some(first), Some(last)) = (way.points.first(), way.points.last()) else { return Ok(()) };
    write!(out, "<path class=\"flow{}\" d=\"M{} {}", if crosses { " crossing" } else { "" }, first.0, first.1)?;
    let mut before = *first;
    if way.run == Run::Square {
        return square(out, crosses, &way.points);
    }
    for (number, pair) in way.points.windows(2).enumerate() {
        let [from, to] = *pair else { continue };
        if number % 2 == 1 {
            write!(out, "L{} {}", to.0, to.1)?;
        } else if way.run == Run::Across {
            let middle = i32::midpoint(from.0, to.0);
            write!(out, "C{middle} {} {middle} {} {} {}", from.1, to.1, to.0, to.1)?;
        } else {
            let middle = i32::midpoint(from.1, to.1);
            write!(out, "C{} {middle} {} {middle} {} {}", from.0, to.0, to.0, to.1)?;
        }
        before = from;
    }
    out.push_str("\"/>");
    // A curve ends in the direction of the layers.
    let before = if way.run == Run::Across { (before.0, last.1) } else { (last.0, before.1) };
    head(out, crosses, before, *last)
}

/// Straight pieces with round corners, from the second point on, and the head.
fn square(out: &mut String, crosses: bool, points: &[(i32, i32)]) -> Result {
    const ROUND: i32 = 5;
    for three in points.windows(3) {
        let [from, at, to] = *three else { continue };
        let toward = |other: (i32, i32)| {
            let (x, y) = (other.0 - at.0, other.1 - at.1);
            (at.0 + x.clamp(-ROUND, ROUND), at.1 + y.clamp(-ROUND, ROUND))
        };
        let (before, after) = (toward(from), toward(to));
        write!(out, "L{} {}Q{} {} {} {}", before.0, before.1, at.0, at.1, after.0, after.1)?;
    }
    let [.., before, last] = *points else { return out.write_str("\"/>") };
    write!(out, "L{} {}\"/>", last.0, last.1)?;
    head(out, crosses, before, last)
}

fn head(out: &mut String, crosses: bool, from: (i32, i32), to: (i32, i32)) -> Result {
    let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
    let length = dx.hypot(dy).max(1.0);
    let (dx, dy) = (dx / length, dy / length);
    let at = |along: f64, aside: f64| {
        let x = f64::from(to.0) - dx * along - dy * aside;
        let y = f64::from(to.1) - dy * along + dx * aside;
        format!("{x:.1} {y:.1}")
    };
    let class = if crosses { "tip crossing" } else { "tip" };
    write!(out, "<path class=\"{class}\" d=\"M{} {}L{}L{}z\"/>", to.0, to.1, at(9.0, 4.5), at(9.0, -4.5))
}

#[cfg(test)]
mod tests;
