//! A directed graph to be drawn: boxes with links, arrows between them, in bands from top to bottom.
//!
//! In: nothing; views fill it. Out: [`Graph`], which `render::diagram` lays out and draws.

use serde::Serialize;

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

/// Components, flows and zones of a threat model, to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FlowDiagram {
    /// What it shows, for readers who do not see it.
    pub title: String,
    /// Zones of trust: the name, and how far it is trusted.
    pub zones: Vec<(String, Option<String>)>,
    /// Components.
    pub components: Vec<FlowNode>,
    /// Flows between them.
    pub flows: Vec<FlowEdge>,
}

/// A component of the diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FlowNode {
    /// Shown name.
    pub label: String,
    /// Leads to its row in the table.
    pub href: String,
    /// `process`, `store`, `actor`, `external`.
    pub sort: &'static str,
    /// Its zone, a place in the diagram's list.
    pub zone: Option<usize>,
    /// The threats that strike it.
    pub threats: Vec<Marker>,
}

/// A flow of the diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FlowEdge {
    /// Its id.
    pub id: String,
    /// What travels.
    pub data: String,
    /// Leads to its row in the table.
    pub href: String,
    /// The component it leaves, a place in the diagram's list.
    pub from: usize,
    /// The component it reaches.
    pub to: usize,
    /// It crosses a trust boundary.
    pub crosses: bool,
    /// The threats that strike it.
    pub threats: Vec<Marker>,
}

/// A threat where it strikes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Marker {
    /// Its id.
    pub id: String,
    /// What it is, and what became of it.
    pub title: String,
    /// The tone of its state.
    pub tone: &'static str,
    /// Leads to its row.
    pub href: String,
}

impl FlowDiagram {
    /// Most components that are drawn.
    pub const MOST_COMPONENTS: usize = 100;
    /// Most flows that are drawn.
    pub const MOST_FLOWS: usize = 300;
}
