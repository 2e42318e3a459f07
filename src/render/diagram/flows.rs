//! Data-flow diagrams: components in their zones of trust, and what flows between them.
//!
//! In: a [`FlowDiagram`]. Out: an `svg` element in the theme's classes, or nothing for a diagram with more parts than are drawn; the tables of the
//! page say the same in words. A small diagram is laid out in layers by dagre ([`place`]), a large one on shelves ([`board`]); what is drawn is ours.

mod board;
mod place;
mod route;

use std::fmt::{Result, Write as _};

use crate::model::diagram::{FlowDiagram, FlowEdge, FlowNode, Marker};
use crate::render::html::escape;
use place::{Placed, Rect, Run, Way};

/// Width and height of a threat's marker: large enough for a finger.
const MARKER: (i32, i32) = (34, 24);
const GAP: i32 = 3;
/// Height of a line of text.
const LINE: i32 = 16;

/// What stands in a box or at a flow, and how much room it takes.
struct Block<'d> {
    lines: Vec<String>,
    /// A small line below, such as the sort of component.
    note: Option<&'d str>,
    markers: Vec<&'d Marker>,
    /// Threats that are not shown one by one.
    more: usize,
    /// Threats stand beside the text, not below it.
    beside: bool,
    width: i32,
    height: i32,
}

impl<'d> Block<'d> {
    fn new(lines: Vec<String>, note: Option<&'d str>, threats: &'d [Marker], most: usize, least: (i32, i32)) -> Self {
        let shown = if threats.len() > most { most - 1 } else { threats.len() };
        let markers: Vec<&Marker> = threats.iter().take(shown).collect();
        let more = threats.len() - shown;
        let count = i32::try_from(markers.len() + usize::from(more > 0)).unwrap_or(0);
        let text = lines.iter().map(|line| pixels(line)).chain(note.map(pixels)).max().unwrap_or(0);
        let rows = i32::try_from(lines.len() + usize::from(note.is_some())).unwrap_or(0);
        let width = (text + 20).max(count * (MARKER.0 + GAP) + 16).max(least.0);
        let height = (rows * LINE + if count > 0 { MARKER.1 + 4 } else { 0 } + 12).max(least.1);
        Self { lines, note, markers, more, beside: false, width, height }
    }

    fn of_node(node: &'d FlowNode) -> Self {
        Self::new(wrapped(&node.label, 20, 2), Some(node.sort), &node.threats, 4, (112, 50))
    }

    /// Where many stand side by side, each takes less room.
    fn narrow_node(node: &'d FlowNode) -> Self {
        Self::new(wrapped(&node.label, 15, 2), Some(node.sort), &node.threats, 3, (112, 50))
    }

    /// A label in a lane: one line of text, threats beside it.
    fn narrow_flow(flow: &'d FlowEdge) -> Self {
        let mut block = Self::new(vec![cut(&flow.id, 8)], None, &flow.threats, 1, (28, 20));
        let text = block.lines.iter().map(|line| pixels(line)).max().unwrap_or(0);
        let count = i32::try_from(block.markers.len() + usize::from(block.more > 0)).unwrap_or(0);
        (block.width, block.height) =
            ((text + 12).max(28) + count * (MARKER.0 + GAP), if count > 0 { MARKER.1 } else { 20 });
        block.beside = true;
        block
    }

    fn size(&self) -> (i32, i32) {
        (self.width, self.height)
    }

    /// With many flows the id alone is shown; the table has the rest.
    fn of_flow(flow: &'d FlowEdge, brief: bool) -> Self {
        let mut lines = vec![cut(&flow.id, 14)];
        if !brief && !flow.data.is_empty() {
            lines.extend(wrapped(&flow.data, 18, 2));
        }
        Self::new(lines, None, &flow.threats, 3, (28, 24))
    }
}

/// About how wide a text is drawn. Letters of East Asia take the room of two.
fn units(text: &str) -> usize {
    text.chars().map(|c| if u32::from(c) < 0x1100 { 1 } else { 2 }).sum()
}

fn pixels(text: &str) -> i32 {
    i32::try_from(units(text)).unwrap_or(0).saturating_mul(36) / 5
}

/// The text, cut where it takes more room than this.
fn cut(text: &str, most: usize) -> String {
    if units(text) <= most {
        return text.to_owned();
    }
    let mut room = most.saturating_sub(1);
    let kept: String = text
        .chars()
        .take_while(|c| {
            let own = if u32::from(*c) < 0x1100 { 1 } else { 2 };
            let fits = own <= room;
            room = if fits { room - own } else { 0 };
            fits
        })
        .collect();
    format!("{}…", kept.trim_end())
}

/// Words in lines; what does not fit is cut.
fn wrapped(text: &str, most: usize, lines: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let full = wrapped.len() == lines;
        match wrapped.last_mut() {
            Some(line) if full || units(line) + 1 + units(word) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => wrapped.push(word.to_owned()),
        }
    }
    wrapped.iter().map(|line| cut(line, most)).collect()
}

/// Most components that are laid out in layers, and how wide they may become; what is larger stands on shelves.
const LAYERED: (usize, i32) = (12, 900);

/// Draws a diagram. Nothing when it has no parts, more than are drawn, or a flow without an end; every other one has a picture.
#[must_use]
pub fn svg(diagram: &FlowDiagram) -> Option<String> {
    let count = diagram.components.len();
    let small = count <= FlowDiagram::MOST_COMPONENTS && diagram.flows.len() <= FlowDiagram::MOST_FLOWS;
    let whole = diagram.flows.iter().all(|flow| flow.from < count && flow.to < count);
    if count == 0 || !small || !whole {
        return None;
    }
    let mut out = String::new();
    let Laid { placed, nodes, flows } = layered(diagram).unwrap_or_else(|| shelved(diagram));
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
fn layered(diagram: &FlowDiagram) -> Option<Laid<'_>> {
    if diagram.components.len() > LAYERED.0 {
        return None;
    }
    let brief = diagram.flows.len() > 14;
    let nodes: Vec<Block<'_>> = diagram.components.iter().map(Block::of_node).collect();
    let flows: Vec<Block<'_>> = diagram.flows.iter().map(|flow| Block::of_flow(flow, brief)).collect();
    let placed = place::of(diagram, &sizes(&nodes), &sizes(&flows), &names(diagram))?;
    (placed.width <= LAYERED.1).then_some(Laid { placed, nodes, flows })
}

/// On shelves, lines in lanes. There is a place for everything.
fn shelved(diagram: &FlowDiagram) -> Laid<'_> {
    let nodes: Vec<Block<'_>> = diagram.components.iter().map(Block::narrow_node).collect();
    let flows: Vec<Block<'_>> = diagram.flows.iter().map(Block::narrow_flow).collect();
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

fn draw(out: &mut String, diagram: &FlowDiagram, placed: &Placed, nodes: &[Block<'_>], flows: &[Block<'_>]) -> Result {
    let (width, height) = (placed.width, placed.height);
    write!(
        out,
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"group\" aria-labelledby=\"flows-title\"><title id=\"flows-title\">"
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
        text(out, "zone-name", "start", rect.x + 10, rect.y + 18, &cut(&zone_name(zone), room))?;
    }
    for ((flow, block), rect) in diagram.flows.iter().zip(flows).zip(&placed.labels) {
        write!(out, "<g class=\"{}\">{}", if flow.crosses { "label crossing" } else { "label" }, rect_of(rect, 6))?;
        link(out, &flow.href, &format!("{}: {}", flow.id, flow.data));
        lines(out, block, rect, if block.beside { (rect.height - LINE) / 2 } else { 3 })?;
        out.push_str("</a>");
        markers(out, block, rect, &flow.href)?;
        out.push_str("</g>");
    }
    for ((node, block), rect) in diagram.components.iter().zip(nodes).zip(&placed.nodes) {
        write!(out, "<g class=\"node {}\">", node.sort)?;
        link(out, &node.href, &format!("{}, {}", node.label, node.sort));
        shape(out, node.sort, rect)?;
        lines(out, block, rect, 6)?;
        out.push_str("</a>");
        markers(out, block, rect, &node.href)?;
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
    out.push_str(&rect_of(rect, if sort == "process" { 20 } else { 2 }));
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

/// The lines of a block, from its top.
fn lines(out: &mut String, block: &Block<'_>, rect: &Rect, padding: i32) -> Result {
    let aside = if block.beside { row(block) } else { 0 };
    let x = rect.x + (rect.width - aside) / 2;
    let mut y = rect.y + padding + LINE - 4;
    for (number, line) in block.lines.iter().enumerate() {
        text(out, if number == 0 { "name" } else { "name more" }, "middle", x, y, line)?;
        y += LINE;
    }
    if let Some(note) = block.note {
        text(out, "sort", "middle", x, y, note)?;
    }
    Ok(())
}

/// How wide the threats of a block are in a row.
fn row(block: &Block<'_>) -> i32 {
    i32::try_from(block.markers.len() + usize::from(block.more > 0)).unwrap_or(0) * (MARKER.0 + GAP)
}

/// The threats of a block in a row at its foot or beside its text; the last one may stand for the rest.
fn markers(out: &mut String, block: &Block<'_>, rect: &Rect, rest: &str) -> Result {
    let (mut x, y) = if block.beside {
        (rect.x + rect.width - row(block), rect.y)
    } else {
        (rect.x + i32::midpoint(rect.width - row(block), GAP), rect.y + rect.height - MARKER.1 - 4)
    };
    for marker in &block.markers {
        write!(out, "<g class=\"threat {}\">", marker.tone)?;
        link(out, &marker.href, &format!("{}: {}", marker.id, marker.title));
        out.push_str(&rect_of(&Rect { x, y, width: MARKER.0, height: MARKER.1 }, 4));
        text(out, "id", "middle", x + MARKER.0 / 2, y + 16, &cut(&marker.id, 4))?;
        out.push_str("</a></g>");
        x += MARKER.0 + GAP;
    }
    if block.more > 0 {
        out.push_str("<g class=\"threat\">");
        let more = if block.markers.is_empty() { "" } else { " more" };
        link(out, rest, &format!("+{}{more} threats", block.more));
        out.push_str(&rect_of(&Rect { x, y, width: MARKER.0, height: MARKER.1 }, 4));
        text(out, "id", "middle", x + MARKER.0 / 2, y + 16, &format!("+{}", block.more))?;
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
