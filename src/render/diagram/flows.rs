//! Data-flow diagrams: components in their zones of trust, and what flows between them.
//!
//! In: a [`FlowDiagram`]. Out: an `svg` element in the theme's classes, or nothing where no place can be found for everything; the tables of the
//! page say the same in words. The layout is dagre's ([`place`]); what is drawn is ours.

mod place;
mod route;

use std::fmt::{Result, Write as _};

use crate::model::diagram::{FlowDiagram, FlowEdge, FlowNode, Marker};
use crate::render::html::escape;
use place::{Placed, Rect, Way};

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
        Self { lines, note, markers, more, width, height }
    }

    fn of_node(node: &'d FlowNode) -> Self {
        Self::new(wrapped(&node.label, 20, 2), Some(node.sort), &node.threats, 4, (112, 50))
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

/// Draws a diagram. Nothing when it has more parts than are drawn, or its layout takes more work than is allowed.
#[must_use]
pub fn svg(diagram: &FlowDiagram) -> Option<String> {
    let small =
        diagram.components.len() <= FlowDiagram::MOST_COMPONENTS && diagram.flows.len() <= FlowDiagram::MOST_FLOWS;
    if diagram.components.is_empty() || !small {
        return None;
    }
    let nodes: Vec<Block<'_>> = diagram.components.iter().map(Block::of_node).collect();
    let brief = diagram.flows.len() > 14;
    let flows: Vec<Block<'_>> = diagram.flows.iter().map(|flow| Block::of_flow(flow, brief)).collect();
    let size = |block: &Block<'_>| (block.width, block.height);
    let wide: Vec<i32> = diagram.zones.iter().map(|zone| pixels(&zone_name(zone)) + 24).collect();
    let nodes_sizes: Vec<(i32, i32)> = nodes.iter().map(size).collect();
    let flow_sizes: Vec<(i32, i32)> = flows.iter().map(size).collect();
    let placed = place::of(diagram, &nodes_sizes, &flow_sizes, &wide)?;
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = draw(&mut out, diagram, &placed, &nodes, &flows);
    Some(out)
}

fn zone_name((name, trust): &(String, Option<String>)) -> String {
    match trust {
        Some(trust) => cut(&format!("{name} (trust: {trust})"), 40),
        None => cut(name, 40),
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
        lines(out, block, rect, 3)?;
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
    let x = rect.x + rect.width / 2;
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

/// The threats of a block in a row at its foot; the last one may stand for the rest.
fn markers(out: &mut String, block: &Block<'_>, rect: &Rect, rest: &str) -> Result {
    let count = i32::try_from(block.markers.len() + usize::from(block.more > 0)).unwrap_or(0);
    let mut x = rect.x + i32::midpoint(rect.width - count * (MARKER.0 + GAP), GAP);
    let y = rect.y + rect.height - MARKER.1 - 4;
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
        link(out, rest, &format!("+{} more threats", block.more));
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
    for (number, pair) in way.points.windows(2).enumerate() {
        let [from, to] = *pair else { continue };
        if number % 2 == 1 {
            write!(out, "L{} {}", to.0, to.1)?;
        } else if way.across {
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
    let before = if way.across { (before.0, last.1) } else { (last.0, before.1) };
    head(out, crosses, before, *last)
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
