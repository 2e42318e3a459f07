//! A foreign threat model in our words, before it has our ids: what every format is read into.
//!
//! In: nothing. Out: [`Draft`]. Parts name each other by the foreign key, which a re-import finds them by again.

use std::collections::BTreeMap;

use super::tree::Node;

/// A whole model.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Shown name.
    pub title: Option<String>,
    /// Free words that group pages.
    pub tags: Vec<String>,
    /// Services it is about.
    pub services: Vec<Reference>,
    /// The change or ticket it is about.
    pub feature: Option<String>,
    /// A word of `method`.
    pub method: Option<&'static str>,
    /// What was looked at.
    pub inside: Vec<String>,
    /// What was left out, with the reason if there is one.
    pub outside: Vec<String>,
    /// Zones of trust.
    pub zones: Vec<Zone>,
    /// What there is.
    pub components: Vec<Component>,
    /// What flows.
    pub flows: Vec<Flow>,
    /// Flows that are not tied to a component at both ends: told in the text.
    pub loose: Vec<Loose>,
    /// What is worth protecting.
    pub assets: Vec<Asset>,
    /// What is taken to be true.
    pub assumptions: Vec<Assumption>,
    /// What may go wrong.
    pub threats: Vec<Threat>,
    /// What must hold.
    pub requirements: Vec<Requirement>,
    /// Text for the page: a heading, empty for the beginning, and paragraphs.
    pub prose: Vec<(String, Vec<String>)>,
}

/// What every part has.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The foreign id, unique in its model; made from the place where the file has none.
    pub key: String,
    /// The id that it should have here, if that is free.
    pub hint: Option<String>,
    /// What the file says of it that no field holds.
    pub notes: Vec<String>,
}

/// An id of the registry, if it has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The id.
    pub id: String,
    /// Where the file says it.
    pub node: Node,
}

/// A zone of trust.
#[derive(Clone, Debug, Default)]
pub struct Zone {
    /// Where it comes from.
    pub origin: Origin,
    /// Shown name.
    pub name: Option<String>,
    /// How far it is trusted.
    pub trust: Option<String>,
}

/// A component.
#[derive(Clone, Debug, Default)]
pub struct Component {
    /// Where it comes from.
    pub origin: Origin,
    /// Shown name.
    pub name: Option<String>,
    /// A word of `type`.
    pub kind: &'static str,
    /// Key of its zone.
    pub zone: Option<String>,
    /// The service that it is.
    pub service: Option<Reference>,
}

/// A flow.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    /// Where it comes from.
    pub origin: Origin,
    /// Key of the component it leaves.
    pub from: String,
    /// Key of the component it reaches.
    pub to: String,
    /// How it travels.
    pub protocol: Option<String>,
    /// What travels.
    pub data: Vec<String>,
    /// Whether it is encrypted.
    pub encrypted: Option<bool>,
    /// Whether the other end is known.
    pub authenticated: Option<bool>,
}

/// A flow with a loose end.
#[derive(Clone, Debug, Default)]
pub struct Loose {
    /// Its key, by which threats name it.
    pub key: String,
    /// What it is called, with the foreign id.
    pub name: String,
    /// Where it leaves, and where it arrives.
    pub ends: [End; 2],
    /// Everything else that the file says of it.
    pub said: Vec<String>,
}

/// An end of a flow with a loose end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// Key of a component that is there.
    Known(String),
    /// An id that no component has.
    Unknown(String),
    /// The file does not say.
    #[default]
    Nowhere,
}

impl End {
    /// The key of the component, if there is one.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Known(key) => Some(key.clone()),
            Self::Unknown(_) | Self::Nowhere => None,
        }
    }
}

/// An asset.
#[derive(Clone, Debug, Default)]
pub struct Asset {
    /// Where it comes from.
    pub origin: Origin,
    /// Shown name.
    pub name: Option<String>,
    /// How bad it is when it leaks or breaks.
    pub sensitivity: Option<String>,
}

/// An assumption.
#[derive(Clone, Debug, Default)]
pub struct Assumption {
    /// Where it comes from.
    pub origin: Origin,
    /// What is taken to be true.
    pub text: String,
    /// Keys of the threats that rest on it.
    pub threats: Vec<String>,
}

/// A threat.
#[derive(Clone, Debug, Default)]
pub struct Threat {
    /// Where it comes from.
    pub origin: Origin,
    /// What goes wrong.
    pub title: String,
    /// The method's category.
    pub category: Option<String>,
    /// Keys of components, flows and assets.
    pub targets: Vec<String>,
    /// CWE numbers of the catalogue.
    pub cwe: Vec<u32>,
    /// How likely.
    pub likelihood: Option<String>,
    /// How bad.
    pub impact: Option<String>,
    /// A word of `status` that needs no proof: never `mitigated`, never `accepted`.
    pub status: &'static str,
}

/// A requirement.
#[derive(Clone, Debug, Default)]
pub struct Requirement {
    /// Where it comes from.
    pub origin: Origin,
    /// What must hold.
    pub text: String,
    /// A word of `kind`.
    pub kind: Option<&'static str>,
    /// Keys of the threats it answers.
    pub threats: Vec<String>,
    /// Who answers for it.
    pub owner: Vec<Reference>,
    /// How soon.
    pub priority: Option<String>,
    /// When in the life of the software.
    pub phase: Option<String>,
    /// OWASP ASVS ids.
    pub asvs: Vec<String>,
    /// Its number in the tracker.
    pub ticket: Option<String>,
    /// A word of `status` that needs no proof: never `verified`.
    pub status: &'static str,
}

/// Foreign keys that were given out: each once.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    given: BTreeMap<String, usize>,
}

impl Keys {
    /// The key, with a number behind it when it was given before; and whether it was.
    pub fn give(&mut self, key: &str) -> (String, bool) {
        let count = self.given.entry(key.to_owned()).or_default();
        *count += 1;
        if *count == 1 {
            return (key.to_owned(), false);
        }
        let numbered = format!("{key} #{count}");
        (self.give(&numbered).0, true)
    }
}

/// A text on one line.
#[must_use]
pub fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
