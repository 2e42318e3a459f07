//! Resolving again after one document has changed, where nothing that other pages have from it is another.
//!
//! In: a [`Resolution`] and the new document. Out: the [`Resolution`] that the whole site would give, or nothing when that can only
//! be known by resolving the whole site.

use std::sync::Arc;

use super::names::Names;
use super::{Resolution, edges, pages, progress};
use crate::diagnostic::Diagnostic;
use crate::model::document::Document;
use crate::model::kind::Kind;
use crate::model::site::Page;
use crate::source::SourcePath;

impl Resolution {
    /// The page of this very document, if nothing is wrong with it.
    pub(super) fn unspoilt(&self, document: &Arc<Document>) -> Option<&Arc<Page>> {
        let page = self.site.pages.get(&document.path)?;
        (Arc::ptr_eq(&page.document, document) && !self.of_pages.contains_key(&document.path)).then_some(page)
    }

    /// The same site with another document in the place of the one of the same file; nothing when other pages could depend on what
    /// is different. What other pages have from a page: its kind, ids, address, old addresses, tags, headings and parts, and what its fields
    /// make edges of.
    #[must_use]
    pub fn with(&self, document: &Arc<Document>) -> Option<Self> {
        let path = &document.path;
        let old = self.site.pages.get(path)?;
        let told_off = self.of_pages.contains_key(path) || self.diagnostics.iter().any(|one| names(one, path));
        let told_elsewhere = || self.of_pages.values().flatten().any(|one| names(one, path));
        if told_off || told_elsewhere() {
            return None;
        }
        let (new, wrong) = pages::page(Arc::clone(document), &self.site.registry, &self.site.config);
        if !wrong.is_empty() || !same_to_others(old, &new) || !same_targets(&old.document, document) {
            return None;
        }
        if edges::of_page(old) != edges::of_page(&new) {
            return None;
        }
        let mut again = self.clone();
        let counts = !same_to_progress(&old.document, document);
        again.site.pages.insert(path.clone(), Arc::new(Page { links: old.links.clone(), ..new }));
        if counts {
            let names = Names::new(&again.site, &mut Vec::new());
            let progress = Arc::new(progress::of_site(&again.site, &names));
            again.site.progress = progress;
        }
        Some(again)
    }
}

/// Whether a diagnostic has a place in a file, which another text of it would move.
fn names(diagnostic: &Diagnostic, path: &SourcePath) -> bool {
    let places = diagnostic.place.iter().chain(diagnostic.related.iter().map(|(place, _)| place));
    places.into_iter().any(|place| place.path == *path)
}

/// Whether two versions of a page look alike to everything that resolves names.
fn same_to_others(old: &Page, new: &Page) -> bool {
    let written = |page: &Page| {
        let common = &page.document.common;
        let own = common.id.as_ref().map(|id| id.value.clone());
        let old_addresses: Vec<String> = common.redirect_from.iter().map(|old| old.value.clone()).collect();
        let tags: Vec<String> = common.tags.iter().map(|tag| tag.value.clone()).collect();
        (own, old_addresses, tags)
    };
    let headings = |page: &Page| -> Vec<(u8, String, String)> {
        let headings = page.document.outline.headings.iter();
        headings.map(|heading| (heading.level, heading.id.clone(), heading.text.clone())).collect()
    };
    let places = |page: &Page| -> Vec<String> {
        let ids = page.document.outline.ids.iter().map(|id| id.value.clone());
        ids.chain(page.document.parts().into_iter().map(|part| part.id.value.0.clone())).collect()
    };
    // What people have learned is derived from all of these at once.
    let derived = matches!(new.kind(), Kind::Champion | Kind::Curriculum | Kind::Module);
    old.kind() == new.kind()
        && (!derived || same_front_matter(&old.document, &new.document))
        && old.id == new.id
        && old.permalink == new.permalink
        && old.prose_of == new.prose_of
        && old.status == new.status
        && old.audience == new.audience
        && old.title_heading == new.title_heading
        && written(old) == written(new)
        && headings(old) == headings(new)
        && places(old) == places(new)
}

/// Whether everything that the two versions refer to is the same.
fn same_targets(old: &Document, new: &Document) -> bool {
    let links = old.outline.links.iter().map(|link| (link.form, &link.target));
    let references = |document: &Document| -> Vec<_> {
        let references = document.references.iter();
        references
            .map(|one| (one.path.clone(), one.section, one.field, one.part.clone(), one.text.clone(), one.target))
            .collect()
    };
    links.eq(new.outline.links.iter().map(|link| (link.form, &link.target))) && references(old) == references(new)
}

/// Whether two versions say the same to what people have learned: all of the front matter but title and summary.
fn same_to_progress(old: &Document, new: &Document) -> bool {
    let lines = |document: &Document| -> Vec<String> {
        let text = document.text.get(..document.body_start).unwrap_or_default();
        let words = |line: &&str| !(line.starts_with("title: ") || line.starts_with("summary: "));
        text.lines().filter(words).map(str::to_owned).collect()
    };
    lines(old) == lines(new)
}

/// Whether two versions have the same front matter, to the byte.
#[must_use]
pub fn same_front_matter(old: &Document, new: &Document) -> bool {
    old.body_start == new.body_start && old.text.get(..old.body_start) == new.text.get(..new.body_start)
}
