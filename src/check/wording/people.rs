//! Who a sentence may be about: roles, pronouns, and people and teams of this knowledge base by name.

use std::collections::BTreeSet;

use super::prose::Token;
use super::words;
use crate::model::kind::{Details, Kind};
use crate::model::site::Site;

/// How sure it is that a word means a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sure {
    /// `the engineer`, `she`, a name.
    Yes,
    /// `they`, which may be alerts, and a team's name, which may be what the team runs.
    Perhaps,
}

/// Names of people and teams, in lower case.
#[derive(Debug, Default)]
pub struct People {
    names: BTreeSet<String>,
    teams: BTreeSet<String>,
}

impl People {
    /// Everybody whom the registries or a champion's page name.
    pub fn of(site: &Site) -> Self {
        let champions = site.pages.values().filter(|page| page.kind() == Kind::Champion);
        let champions = champions.filter(|page| matches!(&*page.document.details, Details::Champion(_)));
        let titles = champions.map(|page| page.title.clone());
        let listed = site.registry.people.keys().map(|id| site.registry.person_name(id));
        let names = titles.chain(listed).flat_map(|name| split(&name)).collect();
        let teams = site.registry.teams.keys().map(|id| site.registry.team_name(id).to_lowercase()).collect();
        Self { names, teams }
    }

    /// Whether a word means a person. Names count with a capital letter alone.
    pub fn is(&self, token: &Token) -> Option<Sure> {
        let word = token.word.as_str();
        if words::ROLES.contains(&word) || words::PRONOUNS.contains(&word) {
            return Some(Sure::Yes);
        }
        if token.capital && self.names.contains(word) {
            return Some(Sure::Yes);
        }
        let team = word == "they" || token.capital && self.teams.contains(word);
        team.then_some(Sure::Perhaps)
    }

    /// Whether it is somebody's: `the engineer's`, `his`.
    pub fn owns(&self, token: &Token) -> bool {
        let word = token.word.as_str();
        if ["his", "her", "my", "your"].contains(&word) {
            return true;
        }
        let owner = word.strip_suffix("'s").or_else(|| word.strip_suffix('\''));
        owner.is_some_and(|owner| {
            words::ROLES.contains(&owner)
                || ["somebody", "someone"].contains(&owner)
                || token.capital && self.names.contains(owner)
        })
    }
}

/// Each part of a name that is long enough to be one.
fn split(name: &str) -> Vec<String> {
    name.split_whitespace().filter(|part| part.chars().count() > 2).map(str::to_lowercase).collect()
}
