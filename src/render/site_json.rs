//! `site.json`: the graph of the published site, for other programs. Nodes are pages and entities, edges say who points to what and why.

use crate::model::index::SiteIndex;

/// The graph as JSON, one object, `version` first.
#[must_use]
pub fn write(index: &SiteIndex) -> String {
    #[derive(serde::Serialize)]
    struct Versioned<'a> {
        version: u8,
        #[serde(flatten)]
        index: &'a SiteIndex,
    }
    let mut text = serde_json::to_string(&Versioned { version: 1, index })
        .unwrap_or_else(|_| "{\"version\":1,\"nodes\":[],\"edges\":[]}".to_owned());
    text.push('\n');
    text
}
