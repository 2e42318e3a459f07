//! The list of findings by what they have in common: scanner, language, weakness, service.
//!
//! In: the listed findings. Out: of a list on one page its facets, each answer a heading with links, so that they work without a script; of a
//! list that is cut into pages one file for all of it, which a script reads when a reader wants to narrow the list.

use std::collections::BTreeMap;

use super::atlas::{Atlas, Scope};
use crate::model::address::Links;
use crate::model::filter::{Filter, FilterFacet};
use crate::model::kind::{Details, Kind};
use crate::model::site::{Entity, EntityKind, Page};
use crate::model::view::{Facet, FacetValue, FilterLink};
use crate::source::{OutputPath, Permalink};

/// The questions: name in an address, name for people.
const FACETS: [(&str, &str); 4] =
    [("scanner", "Scanner"), ("language", "Language"), ("cwe", "Weakness"), ("service", "Service")];

/// An answer to sort by and to show, and the places of the pages in the list that have it.
type Answers = BTreeMap<(u32, String), (String, Vec<usize>)>;

/// The facets of all listed findings.
pub fn of_findings(scope: &Scope<'_, '_>) -> Vec<Facet> {
    let pages = listed(scope.atlas);
    let facets = FACETS.into_iter().zip(answers(scope.atlas, &pages)).map(|((id, label), answers)| Facet {
        label: label.to_owned(),
        id: id.to_owned(),
        values: answers
            .into_iter()
            .map(|((_, label), (id, of))| FacetValue {
                id,
                label,
                pages: of.into_iter().filter_map(|at| pages.get(at)).map(|page| scope.page(page)).collect(),
            })
            .collect(),
    });
    facets.filter(|facet| !facet.values.is_empty()).collect()
}

/// Where the list of findings that is too long for one page has its facets.
pub fn link(scope: &Scope<'_, '_>) -> Option<FilterLink> {
    let file = path(scope.atlas).filter(|_| scope.atlas.kinds.get(scope.here) == Some(&Kind::Finding))?;
    let lookup = scope.to("What a scanner said", &Permalink::new(super::finder::LOOKUP));
    let indexes =
        [EntityKind::Cwe, EntityKind::Service].into_iter().filter(|kind| scope.atlas.entities.contains_key(kind));
    let indexes = indexes.map(|kind| scope.to(kind.plural(), &crate::model::address::permalink(&[kind.folder()])));
    Some(FilterLink {
        file: scope.links.file(file.as_str()),
        instead: std::iter::once(lookup).chain(indexes).collect(),
    })
}

/// The file of the facets of a list that is too long for one page.
pub fn path(atlas: &Atlas<'_>) -> Option<OutputPath> {
    let list = split(atlas)?;
    Some(OutputPath::new(&format!("{}filter.js", list.as_str().trim_start_matches('/'))))
}

/// What is in that file.
pub fn file(atlas: &Atlas<'_>) -> Option<Filter> {
    let list = split(atlas)?;
    let pages = listed(atlas);
    let links = Links::new(list, atlas.site.config.portable);
    let facets = FACETS.into_iter().zip(answers(atlas, &pages)).map(|((id, label), answers)| FilterFacet {
        id: id.to_owned(),
        label: label.to_owned(),
        values: answers.into_iter().map(|((_, label), (id, of))| (id, label, of)).collect(),
    });
    Some(Filter {
        file: path(atlas)?.as_str().to_owned(),
        facets: facets.filter(|facet| !facet.values.is_empty()).collect(),
        pages: pages.iter().map(|page| (page.title.clone(), links.to(&page.permalink, None))).collect(),
    })
}

/// The list of findings, if it is cut into pages.
fn split<'a>(atlas: &'a Atlas<'_>) -> Option<&'a Permalink> {
    let (list, _) = atlas.kinds.iter().find(|(_, kind)| **kind == Kind::Finding)?;
    atlas.listing(list).filter(|listing| listing.is_split()).map(|_| list)
}

/// The findings in the order of lists.
fn listed<'s>(atlas: &Atlas<'s>) -> Vec<&'s Page> {
    let pages = atlas.site.pages.values().filter(|page| page.is_listed() && page.kind() == Kind::Finding);
    let mut pages: Vec<&Page> = pages.map(std::sync::Arc::as_ref).collect();
    pages.sort_by_key(|page| atlas.rank(page));
    pages
}

fn answers(atlas: &Atlas<'_>, pages: &[&Page]) -> [Answers; 4] {
    let registry = &atlas.site.registry;
    let mut answers: [Answers; 4] = Default::default();
    for (at, page) in pages.iter().enumerate() {
        let Details::Finding(finding) = &*page.document.details else { continue };
        let [scanners, languages, weaknesses, services] = &mut answers;
        let put = |facet: &mut Answers, rank: u32, id: &str, label: String| {
            let (_, of) = facet.entry((rank, label)).or_insert_with(|| (id.to_owned(), Vec::new()));
            if of.last() != Some(&at) {
                of.push(at);
            }
        };
        for scanner in finding.rules.iter().filter_map(|rule| rule.scanner.as_ref()) {
            put(scanners, 0, &scanner.value.0, registry.scanner_name(&scanner.value.0));
        }
        for language in &finding.languages {
            put(languages, 0, &language.value, language.value.clone());
        }
        for cwe in &finding.cwe {
            let name = atlas.entity_name(&Entity::Cwe(cwe.value.0));
            put(weaknesses, cwe.value.0, &cwe.value.0.to_string(), name);
        }
        for service in &page.document.common.services {
            put(services, 0, &service.value.0, registry.service_name(&service.value.0));
        }
    }
    answers
}
