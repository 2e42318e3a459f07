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
    first(scope, page, Kind::Review, std::iter::empty(), |edge, review| {
        seen.insert(&edge.from).then(|| scope.page(review))
    })
}

/// Threats that name the finding, then those that name one of its weaknesses.
pub fn foreseen(scope: &Scope<'_, '_>, page: &Page, finding: &Finding) -> Vec<Link> {
    let mut seen = BTreeSet::new();
    let weaknesses = finding.cwe.iter().map(|cwe| Entity::Cwe(cwe.value.0));
    first(scope, page, Kind::ThreatModel, weaknesses, |edge, model| {
        let Details::ThreatModel(details) = &*model.document.details else { return None };
        let part = edge.from_part.as_ref()?;
        let threat = details.threats.iter().find(|one| one.id.as_ref().is_some_and(|id| id.value.0 == *part))?;
        let title = threat.title.as_ref().map_or("", |title| title.value.as_str());
        seen.insert((&edge.from, part)).then(|| Link {
            label: format!("{part}: {title}"),
            href: Some(scope.links.to(&model.permalink, Some(part))),
            note: Some(model.title.clone()),
            ..Link::default()
        })
    })
}

/// Modules that practise on the finding, then those that bring a skill that prevents it.
pub fn taught(scope: &Scope<'_, '_>, page: &Page, finding: &Finding) -> Vec<Link> {
    let mut seen = BTreeSet::new();
    let skills = finding.skills.iter().map(|skill| Entity::Skill(skill.value.0.clone()));
    first(scope, page, Kind::Module, skills, |edge, module| seen.insert(&edge.from).then(|| scope.page(module)))
}

/// The first links that come of pages of a kind whose fields point to the finding, then to one of the others. Nothing is looked at after
/// the last one that is shown.
fn first<'s>(
    scope: &Scope<'_, 's>,
    page: &Page,
    kind: Kind,
    others: impl Iterator<Item = Entity>,
    mut link: impl FnMut(&'s Edge, &'s Page) -> Option<Link>,
) -> Vec<Link> {
    let site = scope.atlas.site;
    let own = Node::Page(page.path().clone());
    let pointing = site.edges.to(&own).filter(|edge| !edge.relation.is_text());
    let pointing = pointing.filter_map(|edge| Some((edge, &**site.pages.get(&edge.from)?)));
    let pointing = pointing.filter(|(_, page)| page.is_listed() && page.kind() == kind);
    let mut links: Vec<Link> = pointing.filter_map(|(edge, page)| link(edge, page)).take(MOST).collect();
    for entity in others {
        let naming = scope.atlas.naming(entity, kind);
        links.extend(naming.iter().filter_map(|(edge, page)| link(edge, page)).take(MOST - links.len()));
    }
    links
}
