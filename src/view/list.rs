//! Lists of pages: of a kind, of a folder, of everything that refers to an entity. Complete, grouped, and cut into pages when they are long.

use std::collections::BTreeMap;

use super::atlas::{Atlas, Scope};
use super::{body, frame, words};
use crate::model::address::segment;
use crate::model::counted::counted;
use crate::model::kind::{Details, Kind};
use crate::model::site::{Entity, EntityKind, Page};
use crate::model::threat_model::{ThreatModel, ThreatStatus};
use crate::model::view::{Card, Content, Group, ListView, PageView};
use crate::source::Permalink;

/// A list with more pages than this gives each of its groups a page of its own, and no such page has more.
const LONG: usize = 300;

/// The pages of a list, in groups.
#[derive(Default)]
pub struct Listing<'s> {
    /// Groups in the order shown.
    pub groups: Vec<Part<'s>>,
    /// Pages in all; a page may be in two groups.
    pub total: usize,
}

/// A group of a list.
pub struct Part<'s> {
    /// Last segment of its address and its anchor.
    pub key: String,
    /// Heading; empty for the only group.
    pub label: String,
    /// Its pages, each with why it is there.
    pub pages: Vec<(&'s Page, Vec<String>)>,
}

impl<'s> Listing<'s> {
    /// A list of these groups; pages are put in their order: by `order`, then title, then file. A group that is too long for a page becomes several.
    pub fn new(atlas: &Atlas<'s>, mut groups: Vec<Part<'s>>) -> Self {
        for group in &mut groups {
            group.pages.sort_by_key(|(page, _)| atlas.rank(page));
        }
        let total = groups.iter().map(|group| group.pages.len()).sum();
        Self { groups: groups.into_iter().flat_map(cut).collect(), total }
    }

    /// Whether its groups have pages of their own.
    pub fn is_split(&self) -> bool {
        is_long(self.total) && self.groups.len() > 1
    }
}

/// A group as parts that are short enough for a page each.
fn cut(group: Part<'_>) -> Vec<Part<'_>> {
    if group.pages.len() <= LONG {
        return vec![group];
    }
    let mut parts = Vec::new();
    let mut pages = group.pages.into_iter().peekable();
    let mut from = 1;
    while pages.peek().is_some() {
        let pages: Vec<_> = pages.by_ref().take(LONG).collect();
        let range = format!("{from} to {}", from + pages.len() - 1);
        from += pages.len();
        let label = if group.label.is_empty() { range } else { format!("{}: {range}", group.label) };
        parts.push(Part { key: segment(&label), label, pages });
    }
    parts
}

/// Whether a list of so many pages is cut into its groups.
pub fn is_long(pages: usize) -> bool {
    pages > LONG
}

/// The list of a kind or a folder.
pub fn of_section<'s>(atlas: &Atlas<'s>, address: &Permalink) -> Listing<'s> {
    let Some(kind) = atlas.kinds.get(address) else { return of_folder(atlas, address) };
    let site = atlas.site;
    let mut groups: BTreeMap<(String, String), Part<'s>> = BTreeMap::new();
    for page in site.pages.values().filter(|page| page.is_listed() && page.kind() == *kind) {
        let (sort, label) = group_of(atlas, page);
        let part = groups.entry((sort, label.clone())).or_insert_with(|| Part {
            key: segment(&label),
            label,
            pages: Vec::new(),
        });
        part.pages.push((page, Vec::new()));
    }
    let mut groups: Vec<Part<'s>> = groups.into_values().collect();
    // Groups of one page each say nothing.
    if groups.len() > 1 && groups.iter().all(|group| group.pages.len() == 1) {
        let pages = groups.into_iter().flat_map(|group| group.pages).collect();
        groups = vec![Part { key: String::new(), label: String::new(), pages }];
    }
    Listing::new(atlas, groups)
}

fn of_folder<'s>(atlas: &Atlas<'s>, address: &Permalink) -> Listing<'s> {
    let Some(section) = atlas.sections.get(address) else { return Listing::default() };
    let of = |pages: Vec<(&'s Page, Vec<String>)>, label: String| Part { key: segment(&label), label, pages };
    if section.pages.len() <= LONG {
        let pages = section.pages.iter().map(|page| (*page, Vec::new())).collect();
        return Listing::new(atlas, vec![of(pages, String::new())]);
    }
    let mut letters: BTreeMap<String, Vec<(&'s Page, Vec<String>)>> = BTreeMap::new();
    for page in &section.pages {
        letters.entry(letter(page)).or_default().push((page, Vec::new()));
    }
    Listing::new(atlas, letters.into_iter().map(|(letter, pages)| of(pages, letter)).collect())
}

/// Where a page stands in lists: whether at all, its group in the list of its kind, and its letter in the list of its folder.
pub fn place(atlas: &Atlas<'_>, page: &Page) -> (bool, (String, String), String) {
    (page.is_listed(), group_of(atlas, page), letter(page))
}

/// The letter under which a long list of a folder has a page.
fn letter(page: &Page) -> String {
    let first = page.title.chars().find(|c| c.is_alphanumeric());
    first.map_or_else(|| "#".to_owned(), |c| c.to_uppercase().collect())
}

/// The group of a page in the list of its kind: what to sort by, and the heading.
fn group_of(atlas: &Atlas<'_>, page: &Page) -> (String, String) {
    let registry = &atlas.site.registry;
    let service = || page.document.common.services.first().map(|service| registry.service_name(&service.value.0));
    let none = |label: &str| ("\u{10ffff}".to_owned(), label.to_owned());
    match &*page.document.details {
        Details::Finding(finding) => finding.cwe.first().map_or_else(
            || none("Without a weakness"),
            |cwe| {
                let entity = Entity::Cwe(cwe.value.0);
                (format!("{:08}", cwe.value.0), atlas.entity_name(&entity))
            },
        ),
        Details::ThreatModel(_) => {
            service().map_or_else(|| none("Without a service"), |name| (name.to_lowercase(), name))
        }
        Details::Review(review) => {
            let started = review.times.as_ref().and_then(|times| times.started.as_ref());
            let year = started
                .map(|time| jiff::tz::TimeZone::UTC.to_datetime(time.value).year())
                .or(page.created.map(jiff::civil::Date::year));
            // Newest first.
            year.map_or_else(
                || none("Without a date"),
                |year| (format!("{:05}", 10_000 - i32::from(year)), year.to_string()),
            )
        }
        Details::Champion(champion) => champion.team.as_ref().map_or_else(
            || none("Without a team"),
            |team| {
                let name = registry.team_name(&team.value.0);
                (name.to_lowercase(), name)
            },
        ),
        _ => (String::new(), String::new()),
    }
}

/// A page in a list.
pub fn card(scope: &Scope<'_, '_>, page: &Page, why: Vec<String>) -> Card {
    Card {
        title: page.title.clone(),
        href: scope.links.to(&page.permalink, None),
        summary: page.summary.clone(),
        kind: page.kind().as_str().to_owned(),
        kind_label: page.kind().label().to_owned(),
        status: words::page_status(page.status).filter(|_| page.kind() != Kind::Champion),
        facts: facts(scope, page),
        why,
    }
}

fn facts(scope: &Scope<'_, '_>, page: &Page) -> Vec<String> {
    let registry = &scope.atlas.site.registry;
    match &*page.document.details {
        Details::Finding(finding) => finding.cwe.iter().map(|cwe| format!("CWE-{}", cwe.value.0)).collect(),
        Details::ThreatModel(model) => threat_facts(model),
        Details::Review(review) => {
            let incident = review.incident.as_ref();
            let mut facts: Vec<String> = incident
                .and_then(|incident| incident.reference.as_ref())
                .map(|reference| reference.value.clone())
                .into_iter()
                .collect();
            if incident.and_then(|incident| incident.near_miss.as_ref()).is_some_and(|near| near.value) {
                facts.push("near miss".to_owned());
            }
            facts
        }
        Details::Module(module) => module
            .level
            .iter()
            .map(|level| level.value.0.clone())
            .chain(module.hours.iter().map(|hours| format!("{} h", hours.value)))
            .collect(),
        Details::Champion(champion) => {
            let team = champion.team.iter().map(|team| registry.team_name(&team.value.0));
            team.chain(champion.status.iter().map(|status| status.value.as_str().to_owned())).collect()
        }
        Details::Curriculum(curriculum) => vec![format!("{} levels", curriculum.levels.len())],
        Details::Page => Vec::new(),
    }
}

fn threat_facts(model: &ThreatModel) -> Vec<String> {
    let open = model
        .threats
        .iter()
        .filter(|threat| {
            threat
                .status
                .as_ref()
                .is_none_or(|status| matches!(status.value, ThreatStatus::Open | ThreatStatus::Mitigating))
        })
        .count();
    vec![format!("{} threats", model.threats.len()), format!("{open} open")]
}

/// The groups of a list as a page shows them: in full, or as links to their own pages.
pub fn groups(scope: &Scope<'_, '_>, address: &Permalink, listing: &Listing<'_>) -> Vec<Group> {
    let split = listing.is_split();
    listing
        .groups
        .iter()
        .map(|group| Group {
            label: group.label.clone(),
            id: group.key.clone(),
            href: split.then(|| scope.links.to(&group_address(address, &group.key), None)),
            count: group.pages.len(),
            items: if split {
                Vec::new()
            } else {
                group.pages.iter().map(|(page, why)| card(scope, page, why.clone())).collect()
            },
        })
        .collect()
}

/// The address of a group's own page.
pub fn group_address(list: &Permalink, key: &str) -> Permalink {
    Permalink::new(&format!("{}by/{key}/", list.as_str()))
}

impl Atlas<'_> {
    /// The page of a folder or a kind: its own text, if a file gives it one, then what stands in it.
    pub(super) fn section(&self, address: &Permalink) -> PageView {
        let scope = self.scope(address);
        if let Some(kind) = self.entity_folder(address) {
            return self.entity_index(kind);
        }
        let own = self.by_permalink.get(address).copied();
        let kind = self.kinds.get(address);
        let title = scope.section_title(address);
        let mut page =
            own.map_or_else(|| frame::made(&scope, &title, "list", "Section"), |page| frame::of_page(&scope, page));
        if let Some(kind) = kind {
            "list".clone_into(&mut page.kind);
            kind.plural().clone_into(&mut page.kind_label);
        }
        let empty = Listing::default();
        let listing = self.listing(address).unwrap_or(&empty);
        let mut list = ListView {
            about: kind.map(|kind| kind.about().to_owned()).filter(|_| own.is_none()),
            groups: groups(&scope, address, listing),
            total: listing.total,
            style: "cards",
            facets: if kind == Some(&Kind::Finding) && !listing.is_split() {
                super::facets::of_findings(&scope)
            } else {
                Vec::new()
            },
            filter: super::facets::link(&scope),
        };
        if let Some(group) = self.folders(&scope, address) {
            list.groups.insert(0, group);
        }
        list.groups.retain(|group| group.count > 0);
        PageView {
            output: address.output_path(),
            template: "list.html",
            site: self.shared.clone(),
            page,
            content: Content::List(Box::new(list)),
            body: own.and_then(|page| body::of_page(&scope, page)),
            redirects: own.map_or_else(Vec::new, |page| self.redirects(page)),
        }
    }

    /// The folders right in a folder. The list of a kind has the pages of its folders already.
    fn folders(&self, scope: &Scope<'_, '_>, address: &Permalink) -> Option<Group> {
        let section = self.sections.get(address).filter(|section| !section.sections.is_empty())?;
        if self.kinds.contains_key(address) {
            return None;
        }
        let items: Vec<Card> = section.sections.iter().map(|folder| self.folder_card(scope, folder)).collect();
        Some(Group { label: String::new(), id: "sections".to_owned(), href: None, count: items.len(), items })
    }

    /// A folder in a list.
    pub(super) fn folder_card(&self, scope: &Scope<'_, '_>, folder: &Permalink) -> Card {
        let own = self.by_permalink.get(folder);
        let total = self.sections.get(folder).map_or(0, |section| section.total);
        Card {
            title: scope.section_title(folder),
            href: scope.links.to(folder, None),
            summary: own
                .and_then(|page| page.summary.clone())
                .or_else(|| self.kinds.get(folder).map(|kind| kind.about().to_owned())),
            kind: "list".to_owned(),
            kind_label: "Section".to_owned(),
            status: None,
            facts: vec![counted(total, "page")],
            why: Vec::new(),
        }
    }

    /// The page of one group of a long list.
    pub(super) fn group_page(&self, address: &Permalink, key: &str) -> PageView {
        let here = group_address(address, key);
        let scope = self.scope(&here);
        let group = self.listing(address).and_then(|listing| listing.groups.iter().find(|group| group.key == key));
        let label = group.map_or(key, |group| group.label.as_str());
        let of = self.listing_title(&scope, address);
        let page = frame::made(&scope, &format!("{of}: {label}"), "list", &of);
        let items: Vec<Card> = group.map_or_else(Vec::new, |group| {
            group.pages.iter().map(|(page, why)| card(&scope, page, why.clone())).collect()
        });
        let count = items.len();
        let list = ListView {
            about: None,
            groups: vec![Group { label: String::new(), id: key.to_owned(), href: None, count, items }],
            total: count,
            style: "cards",
            facets: Vec::new(),
            filter: None,
        };
        PageView {
            output: here.output_path(),
            template: "list.html",
            site: self.shared.clone(),
            page,
            content: Content::List(Box::new(list)),
            body: None,
            redirects: Vec::new(),
        }
    }

    fn listing_title(&self, scope: &Scope<'_, '_>, address: &Permalink) -> String {
        let entity = self.entities.values().flatten().find(|entity| entity.permalink() == *address);
        entity.map_or_else(|| scope.section_title(address), |entity| self.entity_name(entity))
    }

    /// The list of all services, tags, ….
    pub(super) fn entity_index(&self, kind: EntityKind) -> PageView {
        let address = crate::model::address::permalink(&[kind.folder()]);
        let scope = self.scope(&address);
        let own = self.by_permalink.get(&address).copied();
        let mut page = own.map_or_else(
            || frame::made(&scope, kind.plural(), "list", kind.plural()),
            |page| frame::of_page(&scope, page),
        );
        "list".clone_into(&mut page.kind);
        let entities = self.entities.get(&kind).into_iter().flatten();
        let mut items: Vec<Card> = entities.map(|entity| self.entity_card(&scope, entity)).collect();
        if kind != EntityKind::Cwe {
            items.sort_by_cached_key(|card| (card.title.to_lowercase(), card.href.clone()));
        }
        let count = items.len();
        let style = if matches!(kind, EntityKind::Service | EntityKind::Team | EntityKind::Skill) {
            "cards"
        } else {
            "compact"
        };
        let list = ListView {
            about: None,
            groups: vec![Group { label: String::new(), id: "all".to_owned(), href: None, count, items }],
            total: count,
            style,
            facets: Vec::new(),
            filter: None,
        };
        PageView {
            output: address.output_path(),
            template: "list.html",
            site: self.shared.clone(),
            page,
            content: Content::List(Box::new(list)),
            body: own.and_then(|page| body::of_page(&scope, page)),
            redirects: own.map_or_else(Vec::new, |page| self.redirects(page)),
        }
    }

    fn entity_card(&self, scope: &Scope<'_, '_>, entity: &Entity) -> Card {
        let address = entity.permalink();
        let total = self.listing(&address).map_or(0, |listing| listing.total);
        Card {
            title: self.entity_name(entity),
            href: scope.links.to(&address, None),
            summary: super::entity::about(self, entity),
            kind: entity.kind().as_str().to_owned(),
            kind_label: entity.kind().label().to_owned(),
            status: None,
            facts: vec![counted(total, "page")],
            why: Vec::new(),
        }
    }
}
