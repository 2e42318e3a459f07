//! Graphs become pictures: SVG with real links, in the theme's classes and without any style of its own.
//!
//! In: a [`Graph`]. Out: an `svg` element that may stand in any page.

pub mod flows;
mod layout;

use std::fmt::Write as _;

use super::html::escape;
use crate::model::diagram::Graph;
use crate::model::view::Content;
use flows::Layouts;
use layout::{HEIGHT, Layout, WIDTH};

/// The diagram of a page that has one, drawn.
#[must_use]
pub fn of(content: &Content, layouts: &Layouts) -> Option<String> {
    match content {
        Content::Curriculum(view) => view.diagram.as_ref().map(svg),
        Content::ThreatModel(view) => view.diagram.as_ref().and_then(|diagram| flows::svg(diagram, layouts)),
        _ => None,
    }
}

/// Draws a graph.
#[must_use]
pub fn svg(graph: &Graph) -> String {
    let layout = layout::of(graph);
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = draw(&mut out, graph, &layout);
    out
}

fn draw(out: &mut String, graph: &Graph, layout: &Layout) -> std::fmt::Result {
    let (width, height) = (layout.width, layout.height);
    write!(
        out,
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" aria-labelledby=\"diagram-title\"><title id=\"diagram-title\">"
    )?;
    escape::text(out, &graph.title);
    out.push_str("</title>");
    for (name, y) in &layout.bands {
        write!(out, "<text class=\"band\" x=\"0\" y=\"{y}\">")?;
        escape::text(out, name);
        write!(out, "</text><path class=\"band-line\" d=\"M0 {}H{width}\"/>", y + 6)?;
    }
    for points in &layout.edges {
        edge(out, points)?;
    }
    for (node, (x, y)) in graph.nodes.iter().zip(&layout.nodes) {
        if let Some(href) = &node.href {
            out.push_str("<a href=\"");
            escape::address(out, href);
            out.push_str("\">");
        }
        write!(
            out,
            "<g class=\"node {}\"><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/>",
            node.sort
        )?;
        let lines = lines(&node.label);
        let first = y + HEIGHT / 2 + if lines.len() > 1 { -3 } else { 5 };
        for (line, number) in lines.iter().zip(0i32..) {
            write!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">", x + WIDTH / 2, first + number * 16)?;
            escape::text(out, line);
            out.push_str("</text>");
        }
        out.push_str(if node.href.is_some() { "</g></a>" } else { "</g>" });
    }
    out.push_str("</svg>");
    Ok(())
}

/// A curve through points from top to bottom, with a head at its end.
fn edge(out: &mut String, points: &[(i32, i32)]) -> std::fmt::Result {
    let Some((first, rest)) = points.split_first() else { return Ok(()) };
    write!(out, "<path class=\"edge\" d=\"M{} {}", first.0, first.1)?;
    let mut from = *first;
    for to in rest {
        let bend = i32::midpoint(from.1, to.1);
        write!(out, "C{} {bend} {} {bend} {} {}", from.0, to.0, to.0, to.1)?;
        from = *to;
    }
    let (x, y) = from;
    write!(out, "\"/><path class=\"head\" d=\"M{x} {y}l-4 -7h8z\"/>")
}

/// A label in at most two lines; what is longer is cut, and the page's own text has it whole.
fn lines(label: &str) -> Vec<String> {
    const LONGEST: usize = 22;
    let cut = |text: &str| {
        if text.chars().count() <= LONGEST {
            return text.to_owned();
        }
        format!("{}…", text.chars().take(LONGEST - 1).collect::<String>().trim_end())
    };
    let mut lines: Vec<String> = vec![String::new()];
    for word in label.split_whitespace() {
        let full = lines.len() > 1;
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() || full || line.chars().count() + 1 + word.chars().count() <= LONGEST {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.iter().map(|line| cut(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagram::GraphNode;

    fn graph(nodes: &[(&str, usize)], edges: &[(usize, usize)]) -> Graph {
        let node = |(label, band): &(&str, usize)| GraphNode {
            label: (*label).to_owned(),
            href: Some("a&b/".to_owned()),
            band: *band,
            sort: "module",
        };
        Graph {
            title: "What <comes> first".to_owned(),
            bands: vec!["One".to_owned(), "Two".to_owned()],
            nodes: nodes.iter().map(node).collect(),
            edges: edges.to_vec(),
        }
    }

    #[test]
    fn texts_are_escaped_and_every_node_is_a_link() {
        let svg = svg(&graph(&[("<b>", 0), ("A rather long name of a module", 1)], &[(0, 1)]));
        assert!(svg.contains("What &lt;comes&gt; first") && svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
        assert_eq!(svg.matches("<a href=\"a&amp;b/\">").count(), 2);
        assert!(svg.contains(">A rather long name of<") && svg.contains(">a module<"), "{svg}");
        assert!(!svg.contains("style="));
    }

    #[test]
    fn boxes_do_not_overlap_and_arrows_lead_down() {
        let nodes: Vec<(String, usize)> = (0..20).map(|n| (format!("Module {n}"), usize::from(n > 9))).collect();
        let nodes: Vec<(&str, usize)> = nodes.iter().map(|(label, band)| (label.as_str(), *band)).collect();
        let edges: Vec<(usize, usize)> =
            (1..20usize).flat_map(|n| [(n / 2, n), (n.saturating_sub(5), n)]).filter(|(a, b)| a < b).collect();
        let layout = layout::of(&graph(&nodes, &edges));
        for (i, a) in layout.nodes.iter().enumerate() {
            assert!(a.0 >= 0 && a.0 + WIDTH <= layout.width && a.1 + HEIGHT <= layout.height);
            for b in layout.nodes.iter().skip(i + 1) {
                assert!((a.0 - b.0).abs() >= WIDTH || (a.1 - b.1).abs() >= HEIGHT, "{a:?} {b:?}");
            }
        }
        assert!(layout.edges.iter().all(|points| points.windows(2).all(|pair| pair[0].1 <= pair[1].1)));
    }

    #[test]
    fn a_circle_is_drawn_somehow() {
        let svg = svg(&graph(&[("a", 0), ("b", 0), ("c", 1)], &[(0, 1), (1, 0), (2, 0), (2, 2)]));
        assert_eq!(svg.matches("<rect").count(), 3);
    }
}
