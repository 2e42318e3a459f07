//! The view of a finding: plain words first, then what may ship, then what identifies it.

mod around;

pub use around::{itself, modules, reviews, threats};

use super::atlas::Scope;
use super::words;
use crate::catalogue;
use crate::model::finding::{Finding, Release};
use crate::model::registry::Exposure;
use crate::model::site::{Entity, Page};
use crate::model::view::{FindingView, Link, ReleaseRow, RuleView};
use crate::source::At;

/// The view of one finding.
pub fn view(scope: &Scope<'_, '_>, page: &Page, finding: &Finding) -> FindingView {
    let registry = &scope.atlas.site.registry;
    let texts = |texts: &[At<String>]| texts.iter().map(|text| text.value.clone()).collect();
    FindingView {
        cwe: finding.cwe.iter().map(|cwe| self::cwe(scope, cwe.value.0)).collect(),
        plain: finding.plain.as_ref().map(|text| text.value.clone()),
        for_us: finding.for_us.as_ref().map(|text| text.value.clone()),
        real_when: texts(&finding.real_when),
        noise_when: texts(&finding.noise_when),
        release: finding.release.as_ref().map_or_else(Vec::new, |release| release_rows(scope, page, release)),
        verify: texts(&finding.verify),
        rules: finding
            .rules
            .iter()
            .filter_map(|rule| {
                let scanner =
                    rule.scanner.as_ref().map_or(String::new(), |scanner| registry.scanner_name(&scanner.value.0));
                Some(RuleView { scanner, id: rule.id.as_ref()?.value.clone() })
            })
            .collect(),
        owasp: finding
            .owasp
            .iter()
            .map(|id| {
                let name = catalogue::owasp(&id.value.0).map(|category| category.name.to_owned());
                Link { note: name, ..scope.entity(&Entity::Owasp(id.value.0.clone()), id.value.0.clone()) }
            })
            .collect(),
        asvs: finding
            .asvs
            .iter()
            .map(|id| scope.entity(&Entity::Asvs(id.value.0.clone()), id.value.0.clone()))
            .collect(),
        cve: finding.cve.iter().map(|id| scope.entity(&Entity::Cve(id.value.0.clone()), id.value.0.clone())).collect(),
        languages: texts(&finding.languages),
        skills: finding
            .skills
            .iter()
            .map(|skill| scope.entity(&Entity::Skill(skill.value.0.clone()), registry.skill_name(&skill.value.0)))
            .collect(),
        approvers: around::approvers(scope, page),
        happened: around::happened(scope, page),
        foreseen: around::foreseen(scope, page, finding),
        taught: around::taught(scope, page, finding),
    }
}

/// A weakness: its number as the label, its name as the note.
pub fn cwe(scope: &Scope<'_, '_>, number: u32) -> Link {
    let name = catalogue::cwe(number).map(|entry| entry.name.to_owned());
    Link { note: name, ..scope.entity(&Entity::Cwe(number), format!("CWE-{number}")) }
}

/// The decisions, each with the services of the page that it is for: those of an exposure without a row of its own are in
/// the row for everything else.
fn release_rows(scope: &Scope<'_, '_>, page: &Page, release: &Release) -> Vec<ReleaseRow> {
    let registry = &scope.atlas.site.registry;
    let row_of = |exposure: Option<Exposure>| match exposure {
        Some(Exposure::External) if release.external.is_some() => exposure,
        Some(Exposure::Internal) if release.internal.is_some() => exposure,
        _ => None,
    };
    let services = |exposure: Option<Exposure>| -> Vec<Link> {
        page.document
            .common
            .services
            .iter()
            .filter(|service| {
                let known = registry.services.get(&service.value.0).and_then(|entry| entry.value.exposure.as_ref());
                row_of(known.map(|exposure| exposure.value)) == exposure
            })
            .map(|service| {
                scope.entity(&Entity::Service(service.value.0.clone()), registry.service_name(&service.value.0))
            })
            .collect()
    };
    [
        ("external", &release.external, Some(Exposure::External)),
        ("internal", &release.internal, Some(Exposure::Internal)),
        ("default", &release.default, None),
    ]
    .into_iter()
    .filter_map(|(exposure, decision, of)| {
        let decision = words::release(&decision.as_ref()?.value);
        Some(ReleaseRow { exposure: exposure.to_owned(), decision, services: services(of) })
    })
    .collect()
}
