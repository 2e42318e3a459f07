//! A page's Markdown with everything from outside that it shows: resolved links and glossary terms.

use std::collections::BTreeMap;

use super::atlas::Scope;
use crate::model::body::{LinkView, TermView};
use crate::model::kind::Kind;
use crate::model::registry::GlossaryTerm;
use crate::model::site::{LinkTarget, Page};
use crate::model::view::BodyView;

/// The body of a page, when it has one.
pub fn of_page(scope: &Scope<'_, '_>, page: &Page) -> Option<BodyView> {
    let document = &page.document;
    if document.text.get(document.body_start..).unwrap_or("").trim().is_empty() {
        return None;
    }
    Some(BodyView {
        path: document.path.clone(),
        text: document.text.clone(),
        start: document.body_start,
        links: page.links.iter().map(|target| link(scope, target)).collect(),
        terms: terms(scope, document.text.get(document.body_start..).unwrap_or("")),
        skip_title: page.title_heading.is_some(),
        lift_pair: page.kind() == Kind::Finding,
    })
}

fn link(scope: &Scope<'_, '_>, target: &LinkTarget) -> LinkView {
    let inside = |href: String, title: Option<String>| LinkView::Href { href, external: false, title };
    match target {
        LinkTarget::Page(path, anchor) => match scope.atlas.site.pages.get(path) {
            Some(page) => inside(scope.links.to(&page.permalink, anchor.as_deref()), Some(page.title.clone())),
            None => LinkView::Text,
        },
        LinkTarget::Someone(words) => LinkView::Said(words),
        LinkTarget::Entity(entity) => {
            inside(scope.links.to(&entity.permalink(), None), Some(scope.atlas.entity_name(entity)))
        }
        LinkTarget::Made(address) if scope.atlas.exists(address) => inside(scope.links.to(address, None), None),
        LinkTarget::Asset(output) => {
            LinkView::Href { href: scope.links.file(output.as_str()), external: false, title: None }
        }
        LinkTarget::External(address) => LinkView::Href { href: address.clone(), external: true, title: None },
        LinkTarget::Anchor(anchor) if anchor.is_empty() => inside("#".to_owned(), None),
        LinkTarget::Anchor(anchor) => inside(scope.links.to(scope.here, Some(anchor)), None),
        LinkTarget::Made(_) | LinkTarget::Nothing => LinkView::Text,
    }
}

/// The glossary terms that a text has, each once, in the order of the glossary.
fn terms(scope: &Scope<'_, '_>, text: &str) -> Vec<TermView> {
    let Some((finder, patterns)) = &scope.atlas.glossary else { return Vec::new() };
    let href = scope.atlas.glossary_page.as_ref().filter(|page| *page != scope.here);
    let mut found: BTreeMap<usize, (&str, &GlossaryTerm)> = BTreeMap::new();
    for hit in finder.find_overlapping_iter(text) {
        let index = hit.pattern().as_usize();
        if let Some(pattern) = patterns.get(index) {
            found.entry(index).or_insert(*pattern);
        }
    }
    found
        .into_values()
        .filter_map(|(written, term)| {
            let plain = term.plain.as_ref()?.value.clone();
            let name = term.term.as_ref()?.value.as_str();
            let href = href.map(|page| scope.links.to(page, Some(&super::glossary::anchor(name))));
            Some(TermView { term: written.to_owned(), plain, href })
        })
        .collect()
}
