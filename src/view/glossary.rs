//! The page of the glossary: every word of the registry with its plain meaning.

use super::atlas::Atlas;
use super::{body, frame};
use crate::markdown::slug;
use crate::model::view::{Content, GlossaryTermView, GlossaryView, PageView};
use crate::source::Permalink;

/// Its address.
pub const ADDRESS: &str = "/glossary/";

/// The anchor of a word.
pub fn anchor(term: &str) -> String {
    slug(term)
}

impl Atlas<'_> {
    /// The page; a file `glossary.md` adds prose to it.
    pub(super) fn glossary_view(&self) -> PageView {
        let address = Permalink::new(ADDRESS);
        let scope = self.scope(&address);
        let own = self.by_permalink.get(&address).copied();
        let terms = self.site.registry.glossary.values().filter_map(|entry| {
            let term = entry.value.term.as_ref()?.value.clone();
            Some(GlossaryTermView {
                id: anchor(&term),
                plain: entry.value.plain.as_ref().map_or_else(String::new, |plain| plain.value.clone()),
                aliases: entry.value.aliases.iter().map(|alias| alias.value.clone()).collect(),
                term,
            })
        });
        let mut terms: Vec<_> = terms.collect();
        terms.sort_by_cached_key(|term| (term.term.to_lowercase(), term.term.clone()));
        let page = own.map_or_else(
            || frame::made(&scope, "Glossary", "glossary", "Glossary"),
            |page| frame::of_page(&scope, page),
        );
        PageView {
            output: address.output_path(),
            template: "glossary.html",
            site: self.shared.clone(),
            page,
            content: Content::Glossary(Box::new(GlossaryView { terms })),
            body: own.and_then(|page| body::of_page(&scope, page)),
            redirects: own.map_or_else(Vec::new, |page| self.redirects(page)),
        }
    }
}
