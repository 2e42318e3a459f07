//! What comes before what in a curriculum, as a graph.

use std::collections::BTreeMap;

use super::atlas::Scope;
use crate::model::diagram::{Graph, GraphNode};
use crate::model::site::Page;

/// Most modules that are drawn; a larger curriculum is told in words.
const MOST: usize = 60;

/// The modules of a curriculum in bands of levels; nothing where there is nothing to see.
pub fn of_curriculum(scope: &Scope<'_, '_>, page: &Page) -> Option<Graph> {
    let progress = &scope.atlas.site.progress;
    let curriculum = progress.curricula.get(&page.id)?;
    let mut graph = Graph {
        title: format!("{}: modules by level, with an arrow from each to what it prepares for", page.title),
        bands: curriculum.levels.iter().map(|level| level.name.clone()).collect(),
        ..Graph::default()
    };
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (band, level) in curriculum.levels.iter().enumerate() {
        for id in &level.modules {
            let Some(link) = scope.module(id) else { continue };
            places.insert(id, graph.nodes.len());
            graph.nodes.push(GraphNode { label: link.label, href: link.href, band, sort: "module" });
        }
    }
    for (id, to) in &places {
        let before = progress.modules.get(*id).into_iter().flat_map(|module| &module.prerequisites);
        graph.edges.extend(before.filter_map(|before| Some((*places.get(before.as_str())?, *to))));
    }
    graph.edges.sort_unstable();
    (graph.nodes.len() > 1 && graph.nodes.len() <= MOST).then_some(graph)
}
