//! What is drawn of a diagram whose parts have places.
//!
//! In: a [`FlowDiagram`] and where its parts are. Out: one `svg` element, or for a picture that is higher than paper several, one below the other: a page may end
//! between two of them, and no box is cut in two.

use std::fmt::{Result, Write as _};

use super::Laid;
use super::block::{Block, LINE, MARKER, cut, units};
use super::place::{PAGE, Placed, Rect, Run, Way};
use crate::model::diagram::FlowDiagram;
use crate::render::html::escape;

/// The highest picture in one piece.
const HIGH: i32 = 1200;
/// The highest piece of a higher one.
const PIECE: i32 = 1000;
/// Height of the line in which the name of a zone stands.
const NAME: i32 = 24;
/// How far the head of a line stands out of it.
const TIP: i32 = 5;

pub(super) fn zone_name((name, trust): &(String, Option<String>)) -> String {
    match trust {
        Some(trust) => cut(&format!("{name} (trust: {trust})"), 48),
        None => cut(name, 48),
    }
}

/// The name of a zone and its trust in so much room.
pub(super) fn zone_in(zone: &(String, Option<String>), room: usize) -> String {
    let whole = zone_name(zone);
    if units(&whole) <= room {
        return whole;
    }
    match &zone.1 {
        // The name gives way first.
        Some(trust) if units(trust) + 8 <= room => format!("{} ({trust})", cut(&zone.0, room - units(trust) - 3)),
        _ => cut(&zone.0, room),
    }
}

/// Draws a diagram whose parts have places.
pub(super) fn all(out: &mut String, diagram: &FlowDiagram, laid: &Laid<'_>) -> Result {
    let pieces = pieces(&laid.placed);
    for (number, piece) in pieces.iter().enumerate() {
        draw(out, diagram, laid, *piece, (number, pieces.len()))?;
    }
    Ok(())
}

/// From where to where a piece reaches.
type Piece = (i32, i32);

/// The pieces of a picture: all of it, or where that is higher than paper, pieces that end where no box and no name is.
fn pieces(placed: &Placed) -> Vec<Piece> {
    if placed.height <= HIGH {
        return vec![(0, placed.height)];
    }
    let names = placed.zones.iter().map(|zone| (zone.y, zone.y + NAME));
    let boxes = placed.nodes.iter().chain(&placed.labels).map(|rect| (rect.y, rect.y + rect.height));
    let taken: Vec<Piece> = names.chain(boxes).collect();
    let free = |at: &i32| taken.iter().all(|(top, bottom)| at < top || bottom < at);
    let mut pieces = Vec::new();
    let mut top = 0;
    while placed.height - top > PIECE {
        let end = (top + PIECE / 2..=top + PIECE).rev().find(free).unwrap_or(top + PIECE);
        pieces.push((top, end));
        top = end;
    }
    pieces.push((top, placed.height));
    pieces
}

/// Draws a piece: frames and lines as far as they are in it, and the boxes that begin in it.
fn draw(
    out: &mut String,
    diagram: &FlowDiagram,
    laid: &Laid<'_>,
    (top, bottom): Piece,
    (part, of): (usize, usize),
) -> Result {
    let Laid { placed, nodes, flows } = laid;
    let (width, height) = (placed.width, bottom - top);
    write!(
        out,
        "<svg{} viewBox=\"0 {top} {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"group\" aria-labelledby=\"flows-title{part}\"><title id=\"flows-title{part}\">",
        if width > PAGE { " class=\"wide\"" } else { "" }
    )?;
    escape::text(out, &diagram.title);
    if of > 1 {
        write!(out, ", part {} of {of}", part + 1)?;
    }
    out.push_str("</title>");
    let meets = |from: i32, to: i32| from <= bottom && top <= to;
    let here = |rect: &Rect| (top..bottom).contains(&rect.y);
    for rect in placed.zones.iter().filter(|rect| meets(rect.y, rect.y + rect.height)) {
        write!(out, "<g class=\"zone\">{}</g>", rect_of(rect, 10))?;
    }
    for (flow, way) in diagram.flows.iter().zip(&placed.ways) {
        let (first, last) = (way.points.iter().map(|at| at.1).min(), way.points.iter().map(|at| at.1).max());
        if first.zip(last).is_some_and(|(first, last)| meets(first - TIP, last + TIP)) {
            arrow(out, flow.crosses, way)?;
        }
    }
    // Over the lines, which may have to pass there.
    for (zone, rect) in diagram.zones.iter().zip(&placed.zones).filter(|(_, rect)| here(rect)) {
        // A name is cut rather than let a zone grow over its neighbour.
        let room = usize::try_from((rect.width - 20) / 9).unwrap_or(0).max(4);
        text(out, "zone-name", "start", rect.x + 10, rect.y + 18, &zone_in(zone, room))?;
    }
    let labels = diagram.flows.iter().zip(flows).zip(&placed.labels);
    for ((flow, block), rect) in labels.filter(|(_, rect)| here(rect)) {
        write!(out, "<g class=\"{}\">{}", if flow.crosses { "label crossing" } else { "label" }, rect_of(rect, 6))?;
        link(out, &flow.href, &format!("{}: {}", flow.id, flow.data));
        lines(out, block, rect)?;
        out.push_str("</a>");
        threats(out, block, rect, &flow.id, &flow.href)?;
        out.push_str("</g>");
    }
    let components = diagram.components.iter().zip(nodes).zip(&placed.nodes);
    for ((node, block), rect) in components.filter(|(_, rect)| here(rect)) {
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
