//! What stands around a finding: who can call it noise, where it really happened, where it was foreseen, what teaches it.

use std::collections::BTreeSet;

use super::super::atlas::Scope;
use crate::model::finding::Finding;
use crate::model::kind::{Details, Kind};
use crate::model::reviewers::Candidate;
use crate::model::site::{Edge, Entity, Node, Page};
use crate::model::view::Link;

/// More is no help.
const MOST: usize = 8;
/// One is enough; a few, for holidays.
const APPROVERS: usize = 4;

/// Who can agree that a result is a false positive: whoever could review the page, the most suitable first, so that nobody
/// decides alone over a page of their own.
pub fn approvers(scope: &Scope<'_, '_>, page: &Page) -> Vec<Link> {
    let candidates = scope.atlas.pool().candidates(page, MOST);
    let approver = |candidate: &Candidate| {
        let services = candidate.services.iter().map(|id| scope.atlas.site.registry.service_name(id));
        let knows = services.map(|name| format!("knows {name}"));
        let note = std::iter::once(candidate.standing()).chain(knows).collect::<Vec<_>>().join(", ");
        Some(Link { note: Some(note), ..scope.person(&candidate.id)? })
    };
    candidates.iter().filter_map(approver).take(APPROVERS).collect()
}

/// Reviews whose fields name the finding.
pub fn happened(scope: &Scope<'_, '_>, page: &Page) -> Vec<Link> {
    reviews(scope, std::iter::once(itself(page)))
}

/// Threats that name the finding, then those that name one of its weaknesses.
pub fn foreseen(scope: &Scope<'_, '_>, page: &Page, finding: &Finding) -> Vec<Link> {
    let weaknesses = finding.cwe.iter().map(|cwe| Node::Entity(Entity::Cwe(cwe.value.0)));
    threats(scope, std::iter::once(itself(page)).chain(weaknesses))
}

/// Modules that practise on the finding, then those that bring a skill that prevents it.
pub fn taught(scope: &Scope<'_, '_>, page: &Page, finding: &Finding) -> Vec<Link> {
    let skills = finding.skills.iter().map(|skill| Node::Entity(Entity::Skill(skill.value.0.clone())));
    modules(scope, std::iter::once(itself(page)).chain(skills))
}

/// A page as something that others point to.
pub fn itself(page: &Page) -> Node {
    Node::Page(page.path().clone())
}

/// Reviews whose fields name one of these.
pub fn reviews(scope: &Scope<'_, '_>, nodes: impl Iterator<Item = Node>) -> Vec<Link> {
    of_kind(scope, Kind::Review, nodes)
}

/// Modules whose fields name one of these.
pub fn modules(scope: &Scope<'_, '_>, nodes: impl Iterator<Item = Node>) -> Vec<Link> {
    of_kind(scope, Kind::Module, nodes)
}

fn of_kind(scope: &Scope<'_, '_>, kind: Kind, nodes: impl Iterator<Item = Node>) -> Vec<Link> {
    let mut seen = BTreeSet::new();
    first(scope, kind, nodes, |edge, page| seen.insert(edge.from.clone()).then(|| scope.page(page)))
}

/// Threats that name one of these.
pub fn threats(scope: &Scope<'_, '_>, nodes: impl Iterator<Item = Node>) -> Vec<Link> {
    let mut seen = BTreeSet::new();
    first(scope, Kind::ThreatModel, nodes, |edge, model| {
        let Details::ThreatModel(details) = &*model.document.details else { return None };
        let part = edge.from_part.as_ref()?;
        let threat = details.threats.iter().find(|one| one.id.as_ref().is_some_and(|id| id.value.0 == *part))?;
        let title = threat.title.as_ref().map_or("", |title| title.value.as_str());
        seen.insert((edge.from.clone(), part.clone())).then(|| Link {
            label: format!("{part}: {title}"),
            href: Some(scope.links.to(&model.permalink, Some(part))),
            note: Some(model.title.clone()),
            ..Link::default()
        })
    })
}

/// The first links that come of pages of one kind whose fields point to one of the nodes.
fn first(
    scope: &Scope<'_, '_>,
    kind: Kind,
    nodes: impl Iterator<Item = Node>,
    mut link: impl FnMut(&Edge, &Page) -> Option<Link>,
) -> Vec<Link> {
    let mut links = Vec::new();
    for node in nodes {
        if links.len() == MOST {
            break;
        }
        let naming = scope.atlas.naming(node, kind);
        let found = naming.iter().filter_map(|(edge, page)| link(edge, page));
        links.extend(found.take(MOST - links.len()));
    }
    links
}
