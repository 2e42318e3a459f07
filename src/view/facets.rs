//! The list of findings by what they have in common: scanner, language, weakness, service.
//!
//! Every answer is a heading with links, so it works without a script.

use std::collections::BTreeMap;

use super::atlas::Scope;
use crate::model::kind::Details;
use crate::model::site::{Entity, Page};
use crate::model::view::{Facet, Fact, Link};

/// The facets of all listed findings.
pub fn of_findings(scope: &Scope<'_, '_>) -> Vec<Facet> {
    let registry = &scope.atlas.site.registry;
    let mut answers: [BTreeMap<(u32, String), Vec<Link>>; 4] = Default::default();
    let findings = scope.atlas.site.pages.values().filter(|page| page.is_listed());
    let mut sorted: Vec<&Page> = findings.map(std::sync::Arc::as_ref).collect();
    sorted.sort_by_key(|page| scope.atlas.rank(page));
    for page in sorted {
        let Details::Finding(finding) = &*page.document.details else { continue };
        let [scanners, languages, weaknesses, services] = &mut answers;
        let put = |facet: &mut BTreeMap<(u32, String), Vec<Link>>, rank: u32, label: String| {
            let pages = facet.entry((rank, label)).or_default();
            let link = scope.page(page);
            if pages.last() != Some(&link) {
                pages.push(link);
            }
        };
        for scanner in finding.rules.iter().filter_map(|rule| rule.scanner.as_ref()) {
            put(scanners, 0, registry.scanner_name(&scanner.value.0));
        }
        for language in &finding.languages {
            put(languages, 0, language.value.clone());
        }
        for cwe in &finding.cwe {
            put(weaknesses, cwe.value.0, scope.atlas.entity_name(&Entity::Cwe(cwe.value.0)));
        }
        for service in &page.document.common.services {
            put(services, 0, registry.service_name(&service.value.0));
        }
    }
    let labels = [
        ("scanner", "By scanner"),
        ("language", "By language"),
        ("weakness", "By weakness"),
        ("service", "By service"),
    ];
    let facets = labels.into_iter().zip(answers).map(|((id, label), answers)| Facet {
        label: label.to_owned(),
        id: format!("by-{id}"),
        values: answers.into_iter().map(|((_, label), values)| Fact { label, values }).collect(),
    });
    facets.filter(|facet| !facet.values.is_empty()).collect()
}
