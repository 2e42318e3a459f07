//! What stands around a finding: who can call it noise, where it really happened, where it was foreseen, what teaches it.

use std::collections::BTreeSet;

use super::super::atlas::Scope;
use crate::model::finding::Finding;
use crate::model::kind::{Details, Kind};
use crate::model::site::{Edge, Entity, Node, Page};
use crate::model::view::Link;

/// More is no help.
const MOST: usize = 8;

/// Who can agree that a result is a false positive: people of the registry who may assess others, and active champions of
/// the services' teams. Nobody decides alone over a page that is theirs, so its authors are not among them.
pub fn approvers(scope: &Scope<'_, '_>, page: &Page) -> Vec<Link> {
    let site = scope.atlas.site;
    let common = &page.document.common;
    let authors: BTreeSet<&str> = common.authors.iter().map(|author| author.value.0.as_str()).collect();
    let security = site
        .registry
        .people
        .iter()
        .filter(|(id, entry)| !entry.value.assessor_for.is_empty() && !authors.contains(id.as_str()));
    let mut approvers: Vec<Link> = security
        .filter_map(|(id, entry)| {
            let team = entry.value.team.as_ref().map(|team| site.registry.team_name(&team.value.0));
            Some(Link { note: team, ..scope.person(id)? })
        })
        .collect();
    let teams: BTreeSet<&str> = common
        .services
        .iter()
        .filter_map(|service| site.registry.services.get(&service.value.0)?.value.team.as_ref())
        .map(|team| team.value.0.as_str())
        .collect();
    for team in teams {
        for champion in scope.atlas.champions.get(team).into_iter().flatten() {
            if !authors.contains(champion.id.as_str()) {
                let note = Some(format!("champion, {}", site.registry.team_name(team)));
                approvers.extend(scope.person(&champion.id).map(|link| Link { note, ..link }));
            }
        }
    }
    approvers.truncate(MOST);
    approvers
}

/// Reviews whose fields name the finding.
pub fn happened(scope: &Scope<'_, '_>, page: &Page) -> Vec<Link> {
    let mut seen = BTreeSet::new();
    let reviews = incoming(scope, &Node::Page(page.path().clone())).filter_map(|edge| {
        let review = scope.atlas.site.pages.get(&edge.from)?;
        (review.kind() == Kind::Review && seen.insert(edge.from.clone())).then(|| scope.page(review))
    });
    reviews.take(MOST).collect()
}

/// Threats that name the finding, then those that name one of its weaknesses.
pub fn foreseen(scope: &Scope<'_, '_>, page: &Page, finding: &Finding) -> Vec<Link> {
    let mut seen = BTreeSet::new();
    let mut foreseen = Vec::new();
    let weaknesses = finding.cwe.iter().map(|cwe| Node::Entity(Entity::Cwe(cwe.value.0)));
    for node in [Node::Page(page.path().clone())].into_iter().chain(weaknesses) {
        for edge in incoming(scope, &node) {
            let Some(model) = scope.atlas.site.pages.get(&edge.from) else { continue };
            let Details::ThreatModel(details) = &*model.document.details else { continue };
            let Some(part) = &edge.from_part else { continue };
            let threat = details.threats.iter().find(|one| one.id.as_ref().is_some_and(|id| id.value.0 == *part));
            let Some(threat) = threat.filter(|_| seen.insert((edge.from.clone(), part.clone()))) else { continue };
            let title = threat.title.as_ref().map_or("", |title| title.value.as_str());
            foreseen.push(Link {
                label: format!("{part}: {title}"),
                href: Some(scope.links.to(&model.permalink, Some(part))),
                note: Some(model.title.clone()),
                ..Link::default()
            });
        }
    }
    foreseen.truncate(MOST);
    foreseen
}

/// Modules that practise on the finding, then those that bring a skill that prevents it.
pub fn taught(scope: &Scope<'_, '_>, page: &Page, finding: &Finding) -> Vec<Link> {
    let mut seen = BTreeSet::new();
    let mut taught = Vec::new();
    let skills = finding.skills.iter().map(|skill| Node::Entity(Entity::Skill(skill.value.0.clone())));
    for node in [Node::Page(page.path().clone())].into_iter().chain(skills) {
        for edge in incoming(scope, &node) {
            let Some(module) = scope.atlas.site.pages.get(&edge.from) else { continue };
            if module.kind() == Kind::Module && seen.insert(edge.from.clone()) {
                taught.push(scope.page(module));
            }
        }
    }
    taught.truncate(MOST);
    taught
}

/// Pages whose fields point to something.
fn incoming<'a>(scope: &'a Scope<'_, '_>, node: &Node) -> impl Iterator<Item = &'a Edge> + use<'a> {
    let edges: Vec<&Edge> = scope.atlas.site.edges.to(node).collect();
    let shown = |edge: &&Edge| scope.atlas.site.pages.get(&edge.from).is_some_and(|page| page.is_listed());
    edges.into_iter().filter(|edge| !edge.relation.is_text()).filter(shown)
}
