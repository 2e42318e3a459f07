//! Which services a threat model, its threats and its requirements are about, and which requirement answers which threat: one answer for pages, lists,
//! the backlog, exports and checks.
//!
//! In: a page's common fields and its model. Out: ids of services, sorted.
//!
//! A model is about the services that its page names and those that its components are. A threat is about the services of what it strikes:
//! a component, or the two ends of a flow. Where none of these is a service, and for a service of the page that no component is, there is nothing to
//! tell threats apart by: then it is about all of the page's.

use std::collections::BTreeSet;

use super::common::Common;
use super::threat_model::{Component, Requirement, Threat, ThreatModel};

/// Services that a model is about.
#[must_use]
pub fn of_model<'m>(common: &'m Common, model: &'m ThreatModel) -> BTreeSet<&'m str> {
    of_page(common).chain(model.components.iter().filter_map(service)).collect()
}

/// Services that these threats of a model are about.
#[must_use]
pub fn of_threats<'m>(common: &'m Common, model: &'m ThreatModel, threats: &[&Threat]) -> BTreeSet<&'m str> {
    let struck = struck(model, threats);
    let hit = |component: &&Component| component.id.as_ref().is_some_and(|id| struck.contains(id.value.0.as_str()));
    let named: BTreeSet<&str> = model.components.iter().filter(hit).filter_map(service).collect();
    let placed: BTreeSet<&str> = model.components.iter().filter_map(service).collect();
    let page: BTreeSet<&str> = of_page(common).collect();
    match (named.is_empty(), page.is_empty()) {
        (true, true) => placed,
        (true, false) => page,
        (false, _) => named.into_iter().chain(page.into_iter().filter(|id| !placed.contains(id))).collect(),
    }
}

/// Services that a requirement is about: those of the threats that it answers.
#[must_use]
pub fn of_requirement<'m>(
    common: &'m Common,
    model: &'m ThreatModel,
    requirement: &'m Requirement,
) -> BTreeSet<&'m str> {
    of_threats(common, model, &answered(model, requirement))
}

/// The threats that a requirement answers.
#[must_use]
pub fn answered<'m>(model: &'m ThreatModel, requirement: &Requirement) -> Vec<&'m Threat> {
    model.threats.iter().filter(|threat| answers(requirement, threat)).collect()
}

/// Whether a requirement answers a threat, whichever of the two says so.
#[must_use]
pub fn answers(requirement: &Requirement, threat: &Threat) -> bool {
    let own = requirement.id.as_ref().map(|id| id.value.0.as_str());
    let id = threat.id.as_ref().map(|id| id.value.0.as_str());
    own.is_some_and(|own| threat.mitigated_by.iter().any(|by| by.value.0 == own))
        || id.is_some_and(|id| requirement.threats.iter().any(|of| of.value.0 == id))
}

fn of_page(common: &Common) -> impl Iterator<Item = &str> {
    common.services.iter().map(|service| service.value.0.as_str())
}

fn service(component: &Component) -> Option<&str> {
    component.service.as_ref().map(|service| service.value.0.as_str())
}

/// Ids of what threats strike; of a flow also its ends.
fn struck<'m>(model: &'m ThreatModel, threats: &'m [&Threat]) -> BTreeSet<&'m str> {
    let mut struck = BTreeSet::new();
    for target in threats.iter().flat_map(|threat| &threat.targets) {
        let id = target.value.0.as_str();
        struck.insert(id);
        let flow = model.flows.iter().find(|flow| flow.id.as_ref().is_some_and(|own| own.value.0 == id));
        struck
            .extend(flow.into_iter().flat_map(|flow| [&flow.from, &flow.to]).flatten().map(|end| end.value.0.as_str()));
    }
    struck
}
