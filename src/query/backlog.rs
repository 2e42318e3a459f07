//! What is left to do: requirements of threat models as backlog items, improvements of reviews as actions.
//!
//! In: a screened site and what was asked. Out: [`Backlog`]: groups, one a threat model or review, with their items, each with an id that stays the
//! same for as long as its page and part keep theirs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::diagnostic::did_you_mean;
use crate::model::about;
use crate::model::field::shortened;
use crate::model::kind::Details;
use crate::model::leaf::OwnerRef;
use crate::model::review::{Improvement, ImprovementStatus, Review};
use crate::model::site::{Page, Site};
use crate::model::threat_model::{Requirement, RequirementStatus, Threat, ThreatModel};
use crate::source::At;

/// Which items are asked for.
#[derive(Clone, Debug, Default)]
pub struct Ask<'a> {
    /// Of this team.
    pub team: Option<&'a str>,
    /// Of this service.
    pub service: Option<&'a str>,
    /// In one of these states; none asks for everything that is not over.
    pub statuses: &'a [String],
    /// Everything, whatever its state; `statuses` is stronger.
    pub all: bool,
    /// Only what has no number in the tracker yet.
    pub without_ticket: bool,
    /// What the tracker has: numbers by ids, or by the labels made of them.
    pub known: Option<&'a BTreeMap<String, String>>,
}

/// Everything there is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Backlog {
    /// Threat models and reviews that have items, by their id.
    pub groups: Vec<Group>,
}

/// A threat model or a review: an epic, where the tracker has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// `threat-model:checkout`.
    pub id: String,
    /// `threat-model` or `review`.
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: Option<String>,
    /// Its address, when the configuration says where the site is.
    pub url: Option<String>,
    /// What the page says of its number in the tracker: `extra: {epic: …}`.
    pub ticket: Option<String>,
    /// Its number in the tracker: what the tracker says, else the page.
    pub number: Option<String>,
    /// Numbers of the page and its items in the tracker, also of items that are not asked for: where there is one, an epic without a number may be
    /// there as well.
    pub numbers: Vec<String>,
    /// Its items, in the order of the page.
    pub items: Vec<Item>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// `threat-model:checkout#R1`.
    pub id: String,
    /// `requirement` or `improvement`.
    pub kind: &'static str,
    /// `acceptance-criterion`, `backlog-item`, `control`, `detection`; of an improvement `action`.
    pub sort: &'static str,
    /// What has to hold, or what is done.
    pub title: String,
    /// Why, in plain paragraphs.
    pub why: Vec<String>,
    /// What shows that it is done.
    pub criteria: Vec<String>,
    /// How far it is.
    pub status: &'static str,
    /// How soon, in the team's words.
    pub priority: Option<String>,
    /// When in the life of the software.
    pub phase: Option<String>,
    /// Ids of teams and people who answer for it.
    pub owners: Vec<String>,
    /// Ids of their teams.
    pub teams: Vec<String>,
    /// Ids of the services it is about.
    pub services: Vec<String>,
    /// What the page says of its number in the tracker.
    pub ticket: Option<String>,
    /// Its number in the tracker: what the tracker says, else the page.
    pub number: Option<String>,
    /// By when.
    pub due: Option<Date>,
    /// OWASP ASVS ids.
    pub asvs: Vec<String>,
    /// CWE numbers of the threats.
    pub cwe: Vec<u32>,
    /// Its address, when the configuration says where the site is.
    pub url: Option<String>,
    /// Against another state of the site: `new`, or the fields that have changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// What is different from an earlier state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was not there.
    New,
    /// These fields were others.
    Changed(Vec<&'static str>),
}

/// Something was asked for that does not exist: what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What was asked for.
    pub what: String,
    /// What to do.
    pub help: String,
}

/// Every word of a status that can be asked for.
#[must_use]
pub fn statuses() -> BTreeSet<&'static str> {
    RequirementStatus::WORDS.iter().chain(ImprovementStatus::WORDS).copied().collect()
}

/// What is over needs nobody: shown to hold, or decided against.
fn is_over(status: &str) -> bool {
    matches!(status, "verified" | "wont-do" | "dropped")
}

/// Everything that was asked for.
///
/// # Errors
/// A team, service or status that does not exist.
pub fn of(site: &Site, ask: &Ask<'_>) -> Result<Backlog, Unknown> {
    let registry = &site.registry;
    exists("team", ask.team, registry.teams.keys().map(String::as_str))?;
    exists("service", ask.service, registry.services.keys().map(String::as_str))?;
    for status in ask.statuses {
        exists("status", Some(status), statuses().iter().copied())?;
    }
    let wanted = |item: &Item| {
        let state = if ask.statuses.is_empty() {
            ask.all || !is_over(item.status)
        } else {
            ask.statuses.iter().any(|status| status == item.status)
        };
        state
            && ask.team.is_none_or(|team| item.teams.iter().any(|one| one == team))
            && ask.service.is_none_or(|service| item.services.iter().any(|one| one == service))
            && !(ask.without_ticket && item.number.is_some())
    };
    let mut groups: Vec<Group> = site.pages.values().filter_map(|page| group(site, page)).collect();
    for group in &mut groups {
        let number =
            |id: &str, ticket: &Option<String>| ask.known.and_then(|known| number(known, id)).or(ticket.clone());
        group.number = number(&group.id, &group.ticket);
        group.items.iter_mut().for_each(|item| item.number = number(&item.id, &item.ticket));
        group.numbers =
            group.number.iter().chain(group.items.iter().filter_map(|item| item.number.as_ref())).cloned().collect();
        group.items.retain(wanted);
    }
    groups.retain(|group| !group.items.is_empty());
    groups.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Backlog { groups })
}

/// An id as one word that trackers take for a label.
#[must_use]
pub fn label(id: &str) -> String {
    format!("tiltyard-{}", id.replace([':', '#', '/', ' '], "-"))
}

/// An id as it can stand in a comment of HTML.
#[must_use]
pub fn in_a_comment(id: &str) -> String {
    id.replace("--", "- -")
}

/// The number that a tracker has for an id.
fn number(known: &BTreeMap<String, String>, id: &str) -> Option<String> {
    [id, &in_a_comment(id), &label(id)].into_iter().find_map(|name| known.get(name)).cloned()
}

fn exists<'k>(
    noun: &str,
    asked: Option<&str>,
    mut known: impl Iterator<Item = &'k str> + Clone,
) -> Result<(), Unknown> {
    let Some(asked) = asked else { return Ok(()) };
    let all = known.clone();
    if known.any(|one| one == asked) {
        return Ok(());
    }
    let help =
        did_you_mean(asked, all.clone()).unwrap_or_else(|| format!("there are {}", all.collect::<Vec<_>>().join(", ")));
    Err(Unknown { what: format!("there is no {noun} `{}`", shortened(asked)), help })
}

/// Only what is new or has changed since an earlier state.
#[must_use]
pub fn since(now: Backlog, before: &Backlog) -> Backlog {
    let old: BTreeMap<&str, &Item> =
        before.groups.iter().flat_map(|group| &group.items).map(|item| (item.id.as_str(), item)).collect();
    let mut groups = now.groups;
    for group in &mut groups {
        for item in &mut group.items {
            item.change = match old.get(item.id.as_str()) {
                None => Some(Change::New),
                Some(old) => Some(differences(old, item)).filter(|names| !names.is_empty()).map(Change::Changed),
            };
        }
        group.items.retain(|item| item.change.is_some());
    }
    groups.retain(|group| !group.items.is_empty());
    Backlog { groups }
}

fn differences(old: &Item, new: &Item) -> Vec<&'static str> {
    // The last reason is the page by its title: another title is no change of each of its items.
    let why = |item: &Item| item.why.split_last().map(|(_, threats)| threats.to_vec());
    [
        ("title", old.title != new.title),
        ("why", why(old) != why(new)),
        ("criteria", old.criteria != new.criteria),
        ("status", old.status != new.status),
        ("priority", old.priority != new.priority),
        ("phase", old.phase != new.phase),
        ("owners", old.owners != new.owners),
        ("services", old.services != new.services),
        ("ticket", old.ticket != new.ticket),
        ("due", old.due != new.due),
        ("asvs", old.asvs != new.asvs),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}

fn group(site: &Site, page: &Page) -> Option<Group> {
    if !page.is_listed() {
        return None;
    }
    let id = format!("{}:{}", page.kind().as_str(), page.id);
    let url = site.config.base_url.as_ref().map(|base| format!("{base}{}", page.permalink.as_str()));
    let items = match &*page.document.details {
        Details::ThreatModel(model) => requirements(site, page, model, &id, url.as_deref()),
        Details::Review(review) => improvements(site, page, review, &id, url.as_deref()),
        _ => return None,
    };
    let ticket = page
        .document
        .common
        .extra
        .as_ref()
        .and_then(|extra| extra.0.get("epic")?.text())
        .map(|text| text.trim().to_owned());
    let ticket = ticket.filter(|text| !text.is_empty());
    Some(Group {
        id,
        kind: page.kind().as_str(),
        title: page.title.clone(),
        summary: page.summary.clone(),
        url,
        ticket,
        number: None,
        numbers: Vec::new(),
        items,
    })
}

fn address(url: Option<&str>, part: &str) -> Option<String> {
    url.map(|url| format!("{url}#{part}"))
}

/// Owners that may be named, and their teams.
fn owners<'o>(site: &Site, owners: impl Iterator<Item = &'o At<OwnerRef>>) -> (Vec<String>, Vec<String>) {
    let mut names: Vec<String> = Vec::new();
    let mut teams: Vec<String> = Vec::new();
    for owner in owners {
        let id = &owner.value.0;
        if let Some(team) = site.team_of(id).filter(|team| !teams.iter().any(|known| known == team)) {
            teams.push(team.to_owned());
        }
        if !site.hidden_people.contains(id) && !names.contains(id) {
            names.push(id.clone());
        }
    }
    (names, teams)
}

fn text(value: Option<&At<String>>) -> Option<String> {
    value.map(|value| value.value.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn requirements(site: &Site, page: &Page, model: &ThreatModel, group: &str, url: Option<&str>) -> Vec<Item> {
    let one = |requirement: &Requirement| {
        let id = &requirement.id.as_ref()?.value.0;
        let title = text(requirement.text.as_ref())?;
        let threats = about::answered(model, requirement);
        // Whoever answers for the page answers for what has no owner of its own.
        let own = &requirement.owner;
        let (names, teams) = owners(site, if own.is_empty() { page.document.common.owners.iter() } else { own.iter() });
        let mut cwe: Vec<u32> = threats.iter().flat_map(|threat| &threat.cwe).map(|cwe| cwe.value.0).collect();
        cwe.sort_unstable();
        cwe.dedup();
        let asvs: Vec<String> = requirement.asvs.iter().map(|id| id.value.0.clone()).collect();
        let mut criteria = vec![title.clone()];
        if !asvs.is_empty() {
            criteria.push(format!("Meets OWASP ASVS {}.", asvs.join(", ")));
        }
        criteria.push(format!("The threat model says for {id} who has seen that it holds, on which day, and by what."));
        Some(Item {
            id: format!("{group}#{id}"),
            kind: "requirement",
            sort: requirement.kind.as_ref().map_or("backlog-item", |kind| kind.value.as_str()),
            title,
            why: why(page, &threats),
            criteria,
            status: requirement.status.as_ref().map_or("proposed", |status| status.value.as_str()),
            priority: text(requirement.priority.as_ref()),
            phase: text(requirement.phase.as_ref()),
            owners: names,
            teams,
            services: about::of_threats(&page.document.common, model, &threats)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            ticket: text(requirement.ticket.as_ref()),
            number: None,
            due: None,
            asvs,
            cwe,
            url: address(url, id),
            change: None,
        })
    };
    model.requirements.iter().filter_map(one).collect()
}

fn why(page: &Page, threats: &[&Threat]) -> Vec<String> {
    let mut why: Vec<String> = threats
        .iter()
        .filter_map(|threat| {
            let id = threat.id.as_ref().map_or("", |id| id.value.0.as_str());
            let rated: Vec<String> =
                [("likelihood", text(threat.likelihood.as_ref())), ("impact", text(threat.impact.as_ref()))]
                    .into_iter()
                    .filter_map(|(name, value)| value.map(|value| format!("{name} {value}")))
                    .collect();
            let rated = if rated.is_empty() { String::new() } else { format!(" ({})", rated.join(", ")) };
            Some(format!("Threat {id}: {}{rated}", text(threat.title.as_ref())?))
        })
        .collect();
    why.push(format!("From the threat model: {}", page.title));
    why
}

fn improvements(site: &Site, page: &Page, review: &Review, group: &str, url: Option<&str>) -> Vec<Item> {
    let incident = review.incident.as_ref();
    let mut services: Vec<String> =
        incident.iter().flat_map(|incident| &incident.services).map(|one| one.value.0.clone()).collect();
    for service in &page.document.common.services {
        if !services.contains(&service.value.0) {
            services.push(service.value.0.clone());
        }
    }
    let number = incident.and_then(|incident| text(incident.reference.as_ref()));
    let one = |improvement: &Improvement| {
        let id = &improvement.id.as_ref()?.value.0;
        let title = text(improvement.what.as_ref())?;
        let both = improvement.owners.iter().flat_map(|owners| owners.delivery.iter().chain(&owners.security));
        let (names, teams) = owners(site, both);
        let mut why: Vec<String> = review
            .opportunities
            .iter()
            .filter(|opportunity| opportunity.leads_to.iter().any(|to| to.value.0 == *id))
            .filter_map(|opportunity| Some(format!("Could have been different: {}", text(opportunity.what.as_ref())?)))
            .collect();
        let of = number.as_ref().map_or_else(String::new, |number| format!(" ({number})"));
        why.push(format!("From the review: {}{of}", page.title));
        let criteria = vec![
            title.clone(),
            format!("The review says for {id} who has seen that it works, on which day, and by what."),
        ];
        Some(Item {
            id: format!("{group}#{id}"),
            kind: "improvement",
            sort: "action",
            title,
            why,
            criteria,
            status: improvement.status.as_ref().map_or("open", |status| status.value.as_str()),
            priority: None,
            phase: improvement.phase.as_ref().map(|phase| phase.value.as_str().to_owned()),
            owners: names,
            teams,
            services: services.clone(),
            ticket: text(improvement.ticket.as_ref()),
            number: None,
            due: improvement.due.as_ref().map(|due| due.value),
            asvs: Vec::new(),
            cwe: Vec::new(),
            url: address(url, id),
            change: None,
        })
    };
    review.improvements.iter().filter_map(one).collect()
}
