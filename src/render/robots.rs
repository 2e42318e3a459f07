//! `robots.txt`, as RFC 9309 has it: everything may be read, and where the sitemap is.

use crate::model::index::SiteIndex;

/// The rules for robots.
#[must_use]
pub fn write(index: &SiteIndex) -> String {
    let sitemap = index.base_url.as_ref().map_or_else(String::new, |base| format!("\nSitemap: {base}/sitemap.xml\n"));
    format!("User-agent: *\nAllow: /\n{sitemap}")
}
