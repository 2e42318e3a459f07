//! What templates see of requirements outside their threat models: the index, its groups, and the panels of teams and services.

use serde::Serialize;

use super::view::{AcceptanceView, Link, State, Tally};

/// A requirement in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RequirementRow {
    /// Its id, leading to its row in the model.
    pub link: Link,
    /// The sentence.
    pub text: String,
    /// The threat model.
    pub model: Link,
    /// Services the model is about.
    pub services: Vec<Link>,
    /// Who answers for it.
    pub owner: Vec<Link>,
    /// The teams that are behind the owners.
    pub teams: Vec<String>,
    /// What sort.
    pub kind: Option<String>,
    /// How soon.
    pub priority: Option<String>,
    /// When in the life of the software.
    pub phase: Option<String>,
    /// ASVS requirements.
    pub asvs: Vec<Link>,
    /// Ticket.
    pub ticket: Option<Link>,
    /// How far it is.
    pub status: State,
}

/// A way to cut the index into groups: by team, by service, ….
#[derive(Clone, Debug, Default, Serialize)]
pub struct RequirementGroups {
    /// `By team`.
    pub label: String,
    /// Anchor.
    pub id: String,
    /// The groups; the note is how many requirements each has.
    pub groups: Vec<Link>,
}

/// `requirements`: the index, or one of its groups, perhaps cut into pages.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RequirementsView {
    /// `Team: Checkout`, of a group.
    pub group: Option<String>,
    /// How many in all.
    pub total: usize,
    /// How many by state.
    pub tally: Vec<Tally>,
    /// Those of this page.
    pub rows: Vec<RequirementRow>,
    /// Ways to groups; on the first page of the index only.
    pub ways: Vec<RequirementGroups>,
    /// This page's number, from 1.
    pub page: usize,
    /// How many pages.
    pub pages: usize,
    /// The page before.
    pub previous: Option<Link>,
    /// The page after.
    pub next: Option<Link>,
}

/// What a team or a service has open.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OpenRequirements {
    /// The first of them.
    pub rows: Vec<RequirementRow>,
    /// How many in all.
    pub total: usize,
    /// The list of all that it has, open or not.
    pub all: Link,
}

/// A threat that both sides live with for a time.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RiskView {
    /// The threat, leading to its row in the model.
    pub threat: Link,
    /// The threat model.
    pub model: Link,
    /// Who, why and until when.
    pub accepted: AcceptanceView,
}

/// A figure with its word.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figure {
    /// What is counted.
    pub label: String,
    /// How many.
    pub count: usize,
    /// The place on the page that tells more.
    pub href: Option<String>,
}

/// What a service's page shows beside what refers to it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ServicePanel {
    /// How much of what there is.
    pub figures: Vec<Figure>,
    /// Accepted risks, the first to end first.
    pub risks: Vec<RiskView>,
    /// Champions of its team at work.
    pub champions: Vec<Link>,
}
