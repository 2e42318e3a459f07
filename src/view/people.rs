//! How people and teams are named: by name, by id, or not at all.

use super::atlas::Scope;
use crate::model::leaf::{OwnerRef, PersonRef};
use crate::model::site::Entity;
use crate::model::view::Link;
use crate::source::At;

impl Scope<'_, '_> {
    /// A person: a champion's page where there is one, else the name of the registry. Nothing for people who must not be mentioned.
    pub fn person(&self, id: &str) -> Option<Link> {
        let site = self.atlas.site;
        if site.hidden_people.contains(id) {
            return None;
        }
        if let Some(page) = site.champion(id) {
            return Some(self.page(page));
        }
        if site.former_people.contains(id) {
            return Some(Link { label: "former champion".to_owned(), ..Link::default() });
        }
        // A champion whose page this audience does not see is not named either.
        let known = site.registry.people.contains_key(id);
        known.then(|| Link { label: site.registry.person_name(id), ..Link::default() })
    }

    /// A team or a person.
    pub fn owner(&self, id: &str) -> Option<Link> {
        let registry = &self.atlas.site.registry;
        if registry.teams.contains_key(id) {
            return Some(self.entity(&Entity::Team(id.to_owned()), registry.team_name(id)));
        }
        self.person(id)
    }

    /// People, in the order written.
    pub fn people(&self, people: &[At<PersonRef>]) -> Vec<Link> {
        people.iter().filter_map(|person| self.person(&person.value.0)).collect()
    }

    /// Teams and people, in the order written.
    pub fn owners(&self, owners: &[At<OwnerRef>]) -> Vec<Link> {
        owners.iter().filter_map(|owner| self.owner(&owner.value.0)).collect()
    }

    /// Whom to ask about services or for teams: their active champions, then the teams they escalate to.
    pub fn ask<'t>(&self, teams: impl Iterator<Item = &'t str>) -> Vec<Link> {
        let atlas = self.atlas;
        let teams: std::collections::BTreeSet<&str> = teams.collect();
        let mut ask: Vec<Link> = Vec::new();
        for team in &teams {
            for page in atlas.champions.get(team).into_iter().flatten() {
                ask.push(Link {
                    note: Some(format!("champion, {}", atlas.site.registry.team_name(team))),
                    ..self.page(page)
                });
            }
        }
        for team in &teams {
            let Some(entry) = atlas.site.registry.teams.get(*team) else { continue };
            let Some(next) = &entry.value.escalate_to else { continue };
            let id = next.value.0.as_str();
            let link = self.entity(&Entity::Team(id.to_owned()), atlas.site.registry.team_name(id));
            if !ask.iter().any(|other| other.label == link.label) {
                ask.push(Link { note: (!ask.is_empty()).then(|| "asked next".to_owned()), ..link });
            }
        }
        ask.retain(|link| link.href.as_deref() != Some(&self.links.to(self.here, None)));
        ask
    }
}
