//! Requirements of all threat models in one list, and the same by team, service, state, phase and ASVS id.
//!
//! Every group has pages of its own, of at most [`ON_A_PAGE`] requirements, so that the list is as usable with very many of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::atlas::{Atlas, Scope};
use super::{body, frame, words};
use crate::model::about;
use crate::model::address::segment;
use crate::model::kind::{Details, Kind};
use crate::model::leaf::OwnerRef;
use crate::model::requirement_view::{OpenRequirements, RequirementGroups, RequirementRow, RequirementsView};
use crate::model::site::{Entity, Page, Site};
use crate::model::threat_model::{Requirement, RequirementStatus, ThreatModel};
use crate::model::view::{Content, Link, PageView};
use crate::source::{At, Permalink};

/// Its address.
pub const ADDRESS: &str = "/requirements/";

/// Most requirements on a page.
const ON_A_PAGE: usize = 200;

/// Most requirements in the panel of a team or a service.
const IN_A_PANEL: usize = 30;

/// The ways to cut the list: what each is called, before its groups and over them.
const WAYS: [(&str, &str); 5] =
    [("team", "Team"), ("service", "Service"), ("status", "State"), ("phase", "Phase"), ("asvs", "ASVS")];

/// A requirement and the model it stands in.
#[derive(Clone, Copy)]
pub struct Row<'s> {
    page: &'s Page,
    model: &'s ThreatModel,
    requirement: &'s Requirement,
}

impl<'s> Row<'s> {
    /// Whoever answers for the page answers for what has no owner of its own.
    fn owners(&self) -> &'s [At<OwnerRef>] {
        let own = &self.requirement.owner;
        if own.is_empty() { &self.page.document.common.owners } else { own }
    }

    fn services(&self) -> BTreeSet<&'s str> {
        about::of_requirement(&self.page.document.common, self.model, self.requirement)
    }
}

/// Every requirement in its order, and the groups.
pub struct Index<'s> {
    rows: Vec<Row<'s>>,
    /// By key, such as `team-checkout`.
    groups: BTreeMap<String, Group>,
}

/// Requirements with something in common.
struct Group {
    /// The way, a place in [`WAYS`].
    way: usize,
    /// Where it stands among the groups of its way.
    sort: (usize, String),
    label: String,
    /// Places in [`Index::rows`].
    rows: Vec<usize>,
}

/// A group that a requirement is in: key, way, what to sort by, label.
type Place = (String, usize, (usize, String), String);

fn of_page<'p>(page: &'p Page) -> impl Iterator<Item = Row<'p>> {
    let model = match &*page.document.details {
        Details::ThreatModel(model) if page.is_listed() => Some(&**model),
        _ => None,
    };
    let rows = move |model: &'p ThreatModel| {
        model.requirements.iter().map(move |requirement| Row { page, model, requirement })
    };
    model.into_iter().flat_map(rows)
}

/// Whether the site has a requirement that lists show.
pub fn has_some(site: &Site) -> bool {
    site.pages.values().any(|page| of_page(page).next().is_some())
}

/// The groups of each requirement of a page, in their order: while these are the same, every list has the same pages.
pub fn place(atlas: &Atlas<'_>, page: &Page) -> Vec<Vec<Place>> {
    of_page(page).map(|row| places(atlas, row)).collect()
}

fn status(requirement: &Requirement) -> RequirementStatus {
    requirement.status.as_ref().map_or(RequirementStatus::Proposed, |status| status.value)
}

fn is_open(requirement: &Requirement) -> bool {
    !matches!(status(requirement), RequirementStatus::Verified | RequirementStatus::WontDo)
}

/// The teams behind the owners: teams themselves, and those of people whom this audience sees.
fn teams<'s>(site: &'s Site, row: Row<'s>) -> BTreeSet<&'s str> {
    row.owners().iter().filter_map(|owner| site.team_of(&owner.value.0)).collect()
}

fn places(atlas: &Atlas<'_>, row: Row<'_>) -> Vec<Place> {
    let site = atlas.site;
    let registry = &site.registry;
    let place = |way: usize, id: &str, label: String, rank: usize| {
        let name = WAYS.get(way).map_or("", |(name, _)| *name);
        (format!("{name}-{}", segment(id)), way, (rank, label.to_lowercase()), label)
    };
    let nobody = |way: usize, label: &str| place(way, "none", label.to_owned(), usize::MAX);
    let or_none = |places: Vec<Place>, none: Place| if places.is_empty() { vec![none] } else { places };
    let teams = teams(site, row).into_iter().map(|id| place(0, id, registry.team_name(id), 0)).collect();
    let services = row.services().into_iter().map(|id| place(1, id, registry.service_name(id), 0)).collect();
    let state = status(row.requirement);
    let phase = row.requirement.phase.as_ref().map(|phase| place(3, &phase.value, phase.value.clone(), 0));
    let asvs: BTreeSet<&str> = row.requirement.asvs.iter().map(|id| id.value.0.as_str()).collect();
    let mut places = or_none(teams, nobody(0, "Without a team"));
    places.extend(or_none(services, nobody(1, "Without a service")));
    places.push(place(2, state.as_str(), words::requirement(Some(state)).label, state as usize));
    places.extend(or_none(phase.into_iter().collect(), nobody(3, "Without a phase")));
    places.extend(asvs.into_iter().map(|id| place(4, id, id.to_owned(), 0)));
    places
}

impl<'s> Index<'s> {
    /// Reads the site once: what is open first, in the order of the models.
    pub fn new(atlas: &Atlas<'s>) -> Self {
        let mut pages: Vec<&'s Page> = atlas.site.pages.values().map(Arc::as_ref).collect();
        pages.retain(|page| page.kind() == Kind::ThreatModel);
        pages.sort_by_key(|page| atlas.rank(page));
        let mut rows: Vec<Row<'s>> = pages.into_iter().flat_map(of_page).collect();
        rows.sort_by_key(|row| status(row.requirement));
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        let of_rows: Vec<Vec<Place>> = rows.par_iter().map(|row| places(atlas, *row)).collect();
        for (number, own) in of_rows.into_iter().enumerate() {
            for (key, way, sort, label) in own {
                let group = groups.entry(key).or_insert_with(|| Group { way, sort, label, rows: Vec::new() });
                if group.rows.last() != Some(&number) {
                    group.rows.push(number);
                }
            }
        }
        Self { rows, groups }
    }

    /// Every page of the list, by group and number from 1; the whole list is the group without a name.
    pub fn pages(&self) -> impl Iterator<Item = (String, usize)> {
        let counts = self.groups.iter().map(|(key, group)| (key.clone(), group.rows.len()));
        let all = [(String::new(), self.rows.len())].into_iter().chain(counts);
        all.flat_map(|(key, count)| (1..=pages(count)).map(move |number| (key.clone(), number)))
    }

    fn of(&self, key: &str) -> Vec<Row<'s>> {
        match self.groups.get(key) {
            Some(group) => group.rows.iter().filter_map(|row| self.rows.get(*row).copied()).collect(),
            None if key.is_empty() => self.rows.clone(),
            None => Vec::new(),
        }
    }
}

fn pages(count: usize) -> usize {
    count.div_ceil(ON_A_PAGE).max(1)
}

/// The address of a page of the list.
pub fn address(key: &str, number: usize) -> Permalink {
    let group = if key.is_empty() { ADDRESS.to_owned() } else { format!("{ADDRESS}by/{key}/") };
    Permalink::new(&if number > 1 { format!("{group}page-{number}/") } else { group })
}

impl Atlas<'_> {
    /// A page of the list; a file `requirements.md` adds prose to the first.
    pub(super) fn requirements_view(&self, key: &str, number: usize) -> PageView {
        let here = address(key, number);
        let scope = self.scope(&here);
        let index = self.requirements();
        let group = index.groups.get(key);
        let way = group.and_then(|group| WAYS.get(group.way)).map_or("", |(_, label)| *label);
        let label = group.map(|group| format!("{way}: {}", group.label));
        let title = label.as_ref().map_or_else(|| "Requirements".to_owned(), |label| format!("Requirements, {label}"));
        let title = if number > 1 { format!("{title}, page {number}") } else { title };
        let own = self.by_permalink.get(&here).copied();
        let page = own.map_or_else(
            || frame::made(&scope, &title, "requirements", "Requirements"),
            |page| frame::of_page(&scope, page),
        );
        let all = index.of(key);
        let last = pages(all.len());
        let rows = all.iter().skip((number - 1) * ON_A_PAGE).take(ON_A_PAGE);
        let turn = |number: usize| scope.to(&format!("Page {number}"), &address(key, number));
        let view = RequirementsView {
            group: label,
            total: all.len(),
            tally: words::tally(all.iter().map(|row| words::requirement(Some(status(row.requirement))))),
            rows: rows.map(|row| row_view(&scope, *row)).collect(),
            ways: if key.is_empty() && number == 1 { ways(&scope, index) } else { Vec::new() },
            page: number,
            pages: last,
            previous: (number > 1).then(|| turn(number - 1)),
            next: (number < last).then(|| turn(number + 1)),
        };
        PageView {
            output: here.output_path(),
            template: "requirements.html",
            site: self.shared.clone(),
            page,
            content: Content::Requirements(Box::new(view)),
            body: own.and_then(|page| body::of_page(&scope, page)),
            redirects: own.map_or_else(Vec::new, |page| self.redirects(page)),
        }
    }
}

fn ways(scope: &Scope<'_, '_>, index: &Index<'_>) -> Vec<RequirementGroups> {
    let of = |(way, (name, label)): (usize, &(&str, &str))| {
        let groups = index.groups.iter().filter(|(_, group)| group.way == way);
        let mut groups: Vec<(&String, &Group)> = groups.collect();
        groups.sort_by(|(a, one), (b, other)| (&one.sort, a).cmp(&(&other.sort, b)));
        let links = groups.into_iter().map(|(key, group)| Link {
            note: Some(group.rows.len().to_string()),
            ..scope.to(&group.label, &address(key, 1))
        });
        RequirementGroups {
            label: format!("By {}", in_a_sentence(label)),
            id: format!("by-{name}"),
            groups: links.collect(),
        }
    };
    WAYS.iter().enumerate().map(of).filter(|way| !way.groups.is_empty()).collect()
}

/// Short forms keep their capitals.
fn in_a_sentence(label: &str) -> String {
    if label.chars().all(char::is_uppercase) { format!("{label} id") } else { label.to_lowercase() }
}

fn row_view(scope: &Scope<'_, '_>, row: Row<'_>) -> RequirementRow {
    let site = scope.atlas.site;
    let requirement = row.requirement;
    let text = |text: &Option<crate::source::At<String>>| text.as_ref().map(|text| text.value.clone());
    let id = requirement.id.as_ref().map_or("", |id| id.value.0.as_str());
    let services = row.services().into_iter();
    let services = services.map(|id| scope.entity(&Entity::Service(id.to_owned()), site.registry.service_name(id)));
    let asvs = requirement.asvs.iter();
    RequirementRow {
        link: Link {
            label: id.to_owned(),
            href: Some(scope.links.to(&row.page.permalink, Some(id).filter(|id| !id.is_empty()))),
            ..Link::default()
        },
        text: text(&requirement.text).unwrap_or_default(),
        model: scope.page(row.page),
        services: services.collect(),
        owner: scope.owners(row.owners()),
        teams: teams(site, row).into_iter().map(|id| site.registry.team_name(id)).collect(),
        kind: requirement.kind.as_ref().map(|kind| words::readable(kind.value.as_str())),
        priority: text(&requirement.priority),
        phase: text(&requirement.phase),
        asvs: asvs.map(|id| scope.entity(&Entity::Asvs(id.value.0.clone()), id.value.0.clone())).collect(),
        ticket: requirement.ticket.as_ref().map(|ticket| scope.ticket(&ticket.value)),
        status: words::requirement(Some(status(requirement))),
    }
}

/// What a team or a service has open; nothing where it has no requirement at all.
pub fn open(scope: &Scope<'_, '_>, entity: &Entity) -> Option<OpenRequirements> {
    let key = match entity {
        Entity::Team(id) => format!("team-{}", segment(id)),
        Entity::Service(id) => format!("service-{}", segment(id)),
        _ => return None,
    };
    let index = scope.atlas.requirements();
    let all = index.of(&key);
    let group = index.groups.get(&key)?;
    let open: Vec<Row<'_>> = all.into_iter().filter(|row| is_open(row.requirement)).collect();
    Some(OpenRequirements {
        total: open.len(),
        rows: open.into_iter().take(IN_A_PANEL).map(|row| row_view(scope, row)).collect(),
        all: Link { note: Some(group.rows.len().to_string()), ..scope.to(&group.label, &address(&key, 1)) },
    })
}
