//! Registries: data that pages refer to. Teams, people, services, skills, scanners and the glossary.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::coverage::Coverage;
use super::field::{choice, record};
use super::leaf::{Id, TeamRef, Url};
use crate::source::{At, SourcePath};

choice! {
    /// Which side of the house a team is on.
    Side {
        /// It delivers.
        Delivery = "delivery",
        /// It secures.
        Security = "security",
        /// It carries the others.
        Platform = "platform",
    }
}

choice! {
    /// Who can reach a service.
    Exposure {
        /// Anybody.
        External = "external",
        /// Those inside.
        Internal = "internal",
    }
}

record! {
    /// A team.
    Team {
        /// how pages name it
        req id: Option<At<Id>>,
        /// shown name
        opt name: Option<At<String>>,
        /// delivery, security or platform
        req side: Option<At<Side>>,
        /// the team to ask when this one has no answer
        opt escalate_to: Option<At<TeamRef>>,
        /// it no longer exists
        opt former: Option<At<bool>>,
        /// the team that took over
        opt moved_to: Option<At<TeamRef>>,
    }
}

record! {
    /// A person who is not a champion.
    Person {
        /// how pages name them
        req id: Option<At<Id>>,
        /// shown name
        opt name: Option<At<String>>,
        /// their team
        opt team: Option<At<TeamRef>>,
        /// levels they may assess
        opt assessor_for: Vec<At<String>>,
        /// since when
        opt since: Option<At<Date>>,
        /// no longer here: shown as "former champion" wherever they are named
        opt former: Option<At<bool>>,
    }
}

record! {
    /// A service.
    Service {
        /// how pages name it
        req id: Option<At<Id>>,
        /// shown name
        opt name: Option<At<String>>,
        /// the team that owns it
        opt team: Option<At<TeamRef>>,
        /// where its code is
        opt repo: Option<At<Url>>,
        /// who can reach it
        opt exposure: Option<At<Exposure>>,
        /// what data it handles
        opt data: Vec<At<String>>,
        /// globs of its files
        opt paths: Vec<At<String>>,
    }
}

record! {
    /// A skill.
    Skill {
        /// how pages name it
        req id: Option<At<Id>>,
        /// shown name
        opt name: Option<At<String>>,
        /// what one can do who has it
        opt what: Option<At<String>>,
    }
}

record! {
    /// A scanner.
    Scanner {
        /// how pages name it
        req id: Option<At<Id>>,
        /// shown name
        opt name: Option<At<String>>,
        /// the names its reports give themselves
        opt drivers: Vec<At<String>>,
    }
}

record! {
    /// A word of the trade and what it means in plain words.
    GlossaryTerm {
        /// the word
        req term: Option<At<String>>,
        /// what it means, without other words of the trade
        req plain: Option<At<String>>,
        /// other ways to write it
        opt aliases: Vec<At<String>>,
    }
}

/// A registry entry with the file it stands in.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// The entry.
    pub value: T,
    /// The registry file.
    pub path: SourcePath,
    /// Where its id (or term) is written.
    pub span: crate::source::Span,
}

/// All registries of a knowledge base, by id.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    /// Teams.
    pub teams: BTreeMap<String, Entry<Team>>,
    /// People who are not champions.
    pub people: BTreeMap<String, Entry<Person>>,
    /// Services.
    pub services: BTreeMap<String, Entry<Service>>,
    /// Skills.
    pub skills: BTreeMap<String, Entry<Skill>>,
    /// Scanners.
    pub scanners: BTreeMap<String, Entry<Scanner>>,
    /// The glossary, by term.
    pub glossary: BTreeMap<String, Entry<GlossaryTerm>>,
    /// What was kept of scans, by the day it was made.
    pub coverage: BTreeMap<Date, Entry<Coverage>>,
    /// What the house says of metrics, by id.
    pub metrics: BTreeMap<String, Entry<super::metric::Metric>>,
    /// The scorecard's data, by period, team and metric.
    pub measures: Vec<super::metric::Measure>,
    /// References between registries: a service's team, a team's escalation.
    pub references: Vec<super::field::Reference>,
}

/// A name made of an id where nobody gave one: `checkout-api` becomes `Checkout api`.
#[must_use]
pub fn name_of(id: &str) -> String {
    let text = id.replace(['-', '_'], " ");
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

macro_rules! named {
    ($($map:ident: $method:ident),+) => {
        impl Registry {$(
            /// The shown name of an entry; of an id that is not here, the id made readable.
            #[must_use]
            pub fn $method(&self, id: &str) -> String {
                self.$map
                    .get(id)
                    .and_then(|entry| entry.value.name.as_ref())
                    .map_or_else(|| name_of(id), |name| name.value.clone())
            }
        )+}
    };
}

named!(teams: team_name, people: person_name, services: service_name, skills: skill_name, scanners: scanner_name);
