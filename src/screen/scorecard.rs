//! Whether an audience sees the scorecard: like the page `scorecard.md` when there is one, else like a page that says nothing of its audience.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::registry::Registry;
use crate::model::site::{Page, Site};
use crate::source::SourcePath;

/// The registries as the audience has them: without any measure when the scorecard is not for it.
pub fn registry(site: &Site, kept: &BTreeMap<SourcePath, Arc<Page>>) -> Arc<Registry> {
    let config = &site.config;
    let own = site.pages.values().find(|page| page.permalink.as_str() == "/scorecard/");
    let shown = own.map_or_else(
        || config.default_audience.is_some_and(|audience| audience <= config.audience),
        |page| kept.contains_key(page.path()),
    );
    if shown || site.registry.measures.is_empty() {
        return Arc::clone(&site.registry);
    }
    Arc::new(Registry { measures: Vec::new(), ..(*site.registry).clone() })
}
