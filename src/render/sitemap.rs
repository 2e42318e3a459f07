//! `sitemap.xml`, as sitemaps.org defines it. A map has at most 50,000 addresses; a larger site gets the first ones.

use std::collections::BTreeMap;

use crate::model::address::encoded;
use crate::model::index::SiteIndex;

/// Most addresses in one file, by the protocol.
const MOST: usize = 50_000;

/// The map; none without a base URL.
#[must_use]
pub fn write(index: &SiteIndex) -> Option<String> {
    let base = index.base_url.as_ref()?;
    let updated: BTreeMap<&str, &str> = index
        .nodes
        .iter()
        .filter_map(|node| Some((node.url.as_str(), node.updated.as_deref().or(node.created.as_deref())?)))
        .collect();
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for address in index.addresses.iter().take(MOST) {
        let location = escaped(&format!("{base}{}", encoded(address)));
        let changed = updated.get(address.as_str()).map_or_else(String::new, |day| format!("<lastmod>{day}</lastmod>"));
        text.extend(["<url><loc>", &location, "</loc>", &changed, "</url>\n"]);
    }
    text.push_str("</urlset>\n");
    Some(text)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}
