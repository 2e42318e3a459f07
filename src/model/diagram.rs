//! A directed graph to be drawn: boxes with links, arrows between them, in bands from top to bottom.
//!
//! In: nothing; views fill it. Out: [`Graph`], which `render::diagram` lays out and draws.

/// A graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// What it shows, for those who cannot see it.
    pub title: String,
    /// Bands from top to bottom, by their names: every node of a band is above every node of the next.
    pub bands: Vec<String>,
    /// The boxes.
    pub nodes: Vec<GraphNode>,
    /// Arrows, by the place of both ends in `nodes`.
    pub edges: Vec<(usize, usize)>,
}

/// A box.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphNode {
    /// Its text.
    pub label: String,
    /// Where it leads, page-relative, not yet escaped.
    pub href: Option<String>,
    /// Its band, a place in `bands`.
    pub band: usize,
    /// A word for the theme, such as `module`.
    pub sort: &'static str,
}
