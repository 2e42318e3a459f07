//! The frame around a page's content: navigation, breadcrumbs, contents, neighbours, state, backlinks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::atlas::{Scope, Section, parent};
use super::why::why;
use super::words;
use crate::model::kind::Kind;
use crate::model::leaf::Evidence;
use crate::model::name::letters;
use crate::model::site::{Edge, Entity, EntityKind, Node, Page, Relation};
use crate::model::view::{Backlink, BacklinkGroup, Frame, Link, TocEntry};
use crate::source::Permalink;

/// Most neighbours shown beside a page; they are in every page, so this is paid for once a page.
const MOST_SIBLINGS: usize = 16;

/// The frame of a file's page.
pub fn of_page(scope: &Scope<'_, '_>, page: &Page) -> Frame {
    let site = scope.atlas.site;
    let common = &page.document.common;
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let reviewed = common.reviewed.as_ref().map(|day| day.value);
    let listed_days = page.kind() == Kind::Champion;
    let (previous, next) = neighbours(scope, page);
    let lang = common.lang.as_ref().map_or_else(|| site.config.lang.clone(), |lang| lang.value.0.clone());
    Frame {
        summary: page.summary.clone(),
        summary_from_text: common.summary.is_none(),
        lang,
        noindex: !matches!(
            page.status,
            crate::model::common::Status::Approved | crate::model::common::Status::InReview
        ),
        siblings: siblings(scope, page),
        toc: toc(page),
        previous,
        next,
        edit_url: edit_url(scope, page),
        status: words::page_status(page.status).filter(|_| page.kind() != Kind::Champion),
        audience: page
            .audience
            .and_then(|index| site.config.audiences.get(index))
            .filter(|_| site.config.audiences.len() > 1)
            .cloned(),
        owners: scope.owners(&common.owners),
        authors: authors(scope, page),
        reviewers: scope.people(&common.reviewers),
        created: day(page.created).filter(|_| !listed_days),
        updated: day(page.updated).filter(|_| !listed_days),
        reviewed: day(reviewed),
        review_due: day(page.review_due),
        stale: page.review_due.is_some_and(|due| due < site.config.today),
        services: services(scope, page),
        tags: tags(scope, page),
        related: common.related.iter().filter_map(|reference| scope.reference(page, &reference.value.0)).collect(),
        ask: ask(scope, page),
        backlinks: backlinks(scope, &Node::Page(page.path().clone())),
        can_review: scope.reviewers(page),
        ..made(scope, &page.title, page.kind().as_str(), page.kind().label())
    }
}

/// The frame of a page that no file is.
pub fn made(scope: &Scope<'_, '_>, title: &str, kind: &str, label: &str) -> Frame {
    let atlas = scope.atlas;
    let config = &atlas.site.config;
    let home = Permalink::new("/");
    Frame {
        title: title.to_owned(),
        kind: kind.to_owned(),
        kind_label: label.to_owned(),
        lang: config.lang.clone(),
        home: scope.links.to(&home, None),
        search: scope.links.to(&Permalink::new(super::finder::SEARCH), None),
        root: scope.links.file(""),
        canonical: config
            .base_url
            .as_ref()
            .filter(|_| scope.here.as_str() != "/404.html")
            .map(|base| format!("{base}{}", crate::model::address::encoded(scope.here.as_str()))),
        nav: navigation(scope),
        breadcrumbs: breadcrumbs(scope),
        ..Frame::default()
    }
}

/// Sections of the site: the kinds, then other folders at the root, then services, teams and the other lists.
fn navigation(scope: &Scope<'_, '_>) -> Vec<Link> {
    let atlas = scope.atlas;
    let here = scope.here.as_str();
    let mut nav: Vec<Link> = Vec::new();
    let mut add = |label: String, address: &Permalink| {
        let current = here.starts_with(address.as_str());
        nav.push(Link { label, href: Some(scope.links.to(address, None)), note: None, current });
    };
    for kind in Kind::ALL {
        for (address, _) in atlas.kinds.iter().filter(|(_, other)| **other == kind) {
            add(kind.plural().to_owned(), address);
        }
    }
    let home = Permalink::new("/");
    let top = atlas.sections.get(&home).map(|section| &section.sections);
    for address in top.into_iter().flatten() {
        if !atlas.kinds.contains_key(address) && atlas.entity_folder(address).is_none() {
            add(scope.section_title(address), address);
        }
    }
    for kind in [EntityKind::Service, EntityKind::Team, EntityKind::Skill, EntityKind::Tag, EntityKind::Cwe] {
        if atlas.entities.contains_key(&kind) {
            add(kind.plural().to_owned(), &crate::model::address::permalink(&[kind.folder()]));
        }
    }
    if let Some(programme) = &atlas.programme_page {
        let current = here == programme.as_str();
        let href = Some(scope.links.to(programme, None));
        nav.push(Link { label: "Programme".to_owned(), href, note: None, current });
    }
    if let Some(scorecard) = &atlas.scorecard_page {
        let current = here.starts_with(scorecard.as_str());
        let href = Some(scope.links.to(scorecard, None));
        nav.push(Link { label: "Scorecard".to_owned(), href, note: None, current });
    }
    if let Some(requirements) = &atlas.requirements_page {
        let current = here.starts_with(requirements.as_str());
        let href = Some(scope.links.to(requirements, None));
        nav.push(Link { label: "Requirements".to_owned(), href, note: None, current });
    }
    if let Some(freshness) = &atlas.freshness_page {
        let current = here.starts_with(freshness.as_str());
        let href = Some(scope.links.to(freshness, None));
        nav.push(Link { label: "Freshness".to_owned(), href, note: None, current });
    }
    if let Some(glossary) = &atlas.glossary_page {
        let current = here.starts_with(glossary.as_str());
        nav.push(Link {
            label: "Glossary".to_owned(),
            href: Some(scope.links.to(glossary, None)),
            note: None,
            current,
        });
    }
    nav.truncate(24);
    nav
}

fn breadcrumbs(scope: &Scope<'_, '_>) -> Vec<Link> {
    let mut crumbs = Vec::new();
    let mut here = scope.here.clone();
    while let Some(folder) = parent(&here) {
        if scope.atlas.exists(&folder) {
            let label = if folder.as_str() == "/" { "Home".to_owned() } else { scope.section_title(&folder) };
            crumbs.push(Link { label, href: Some(scope.links.to(&folder, None)), ..Link::default() });
        }
        here = folder;
    }
    crumbs.reverse();
    crumbs
}

impl Scope<'_, '_> {
    /// The name of a folder of the site.
    pub fn section_title(&self, address: &Permalink) -> String {
        let atlas = self.atlas;
        if let Some(page) = atlas.by_permalink.get(address) {
            return page.title.clone();
        }
        if let Some(kind) = atlas.kinds.get(address) {
            return kind.plural().to_owned();
        }
        if let Some(kind) = atlas.entity_folder(address) {
            return kind.plural().to_owned();
        }
        let name = address.as_str().trim_end_matches('/').rsplit('/').next().unwrap_or("");
        crate::model::registry::name_of(name)
    }

    /// A page that a field refers to, if this audience sees it.
    pub fn reference(&self, from: &Page, written: &str) -> Option<Link> {
        let edges = self.atlas.site.edges.from(from.path()).iter();
        let edge = edges.filter(|edge| edge.relation != Relation::Link).find(|edge| self.is_named(edge, written))?;
        Some(self.target(edge))
    }

    /// What an edge leads to.
    pub fn target(&self, edge: &Edge) -> Link {
        match &edge.to {
            Node::Entity(entity) => self.entity(entity, self.atlas.entity_name(entity)),
            Node::Page(path) => match self.atlas.site.pages.get(path) {
                Some(page) => {
                    let label = edge
                        .to_part
                        .as_ref()
                        .map_or_else(|| page.title.clone(), |part| format!("{}, {part}", page.title));
                    Link {
                        label,
                        href: Some(self.links.to(&page.permalink, edge.to_part.as_deref())),
                        ..Link::default()
                    }
                }
                None => Link::default(),
            },
        }
    }

    /// Whether an edge leads to what a reference names.
    fn is_named(&self, edge: &Edge, written: &str) -> bool {
        let (id, part) = written.split_once('#').map_or((written, None), |(id, part)| (id, Some(part)));
        if edge.to_part.as_deref() != part {
            return false;
        }
        let bare = id.split_once(':').map_or(id, |(_, id)| id);
        match &edge.to {
            Node::Entity(entity) => entity.id() == bare,
            Node::Page(path) => self.atlas.site.pages.get(path).is_some_and(|page| {
                let stem = page.path().stem();
                page.id == bare
                    || page.id == id
                    || page.id.rsplit('/').next() == Some(bare)
                    || stem == bare
                    || page.path().parent().rsplit('/').next() == Some(bare)
            }),
        }
    }
}

/// What stands in the folder around this page; of a folder's own page, what stands in the folder.
fn siblings(scope: &Scope<'_, '_>, page: &Page) -> Vec<Link> {
    let sections = &scope.atlas.sections;
    let own = sections.get(&page.permalink).filter(|_| page.permalink.as_str() != "/");
    let Some(section) = own.or_else(|| sections.get(&parent(&page.permalink)?)) else { return Vec::new() };
    let at = place(scope, section, page).unwrap_or(0);
    let first = at.saturating_sub(MOST_SIBLINGS / 2).min(section.pages.len().saturating_sub(MOST_SIBLINGS));
    let pages = section.pages.iter().skip(first).map(|other| scope.to(&other.title, &other.permalink));
    let folders = section.sections.iter().map(|folder| scope.to(&scope.section_title(folder), folder));
    let top = parent(&page.permalink).is_none_or(|folder| folder.as_str() == "/") && own.is_none();
    // At the root the folders are the site's navigation already.
    pages.chain(folders.filter(|_| !top)).take(MOST_SIBLINGS).collect()
}

/// The place of a page in its folder, of which the pages are in order.
fn place(scope: &Scope<'_, '_>, section: &Section<'_>, page: &Page) -> Option<usize> {
    let rank = |page: &Page| scope.atlas.rank(page);
    section.pages.binary_search_by_key(&rank(page), |other| rank(other)).ok()
}

fn neighbours(scope: &Scope<'_, '_>, page: &Page) -> (Option<Link>, Option<Link>) {
    let section = parent(&page.permalink).and_then(|folder| scope.atlas.sections.get(&folder));
    let Some(section) = section else { return (None, None) };
    let Some(own) = place(scope, section, page) else { return (None, None) };
    let at = |index: Option<usize>| index.and_then(|index| section.pages.get(index)).map(|page| scope.page(page));
    (at(own.checked_sub(1)), at(own.checked_add(1)))
}

/// Headings of the second level and, below them, of the third. A page that skips the second level is taken from where it starts.
pub fn toc(page: &Page) -> Vec<TocEntry> {
    let headings =
        page.document.outline.headings.iter().filter(|heading| Some(&heading.id) != page.title_heading.as_ref());
    let headings: Vec<_> = headings.filter(|heading| !heading.text.trim().is_empty()).collect();
    let top = headings.iter().map(|heading| heading.level).filter(|level| *level > 1).min().unwrap_or(2);
    let mut toc: Vec<TocEntry> = Vec::new();
    for heading in headings {
        let entry = TocEntry { label: heading.text.clone(), id: heading.id.clone(), children: Vec::new() };
        match toc.last_mut() {
            Some(last) if heading.level == top + 1 => last.children.push(entry),
            _ if heading.level <= top => toc.push(entry),
            _ => {}
        }
    }
    toc
}

fn edit_url(scope: &Scope<'_, '_>, page: &Page) -> Option<String> {
    let config = &scope.atlas.site.config;
    let (repo, path) = (config.repo_url.as_ref()?, config.edit_path.as_ref()?);
    // A pseudonym's file has the id as its name; nothing else of it is told, but its history would tell the author.
    if page.kind() == Kind::Champion && page.document.text.is_empty() {
        return None;
    }
    let file = crate::model::address::encoded(page.path().as_str());
    let path = if path.contains("{path}") {
        path.replace("{path}", &file)
    } else {
        format!("{}/{file}", path.trim_end_matches('/'))
    };
    Some(format!("{repo}/{}", path.trim_start_matches('/')))
}

fn authors(scope: &Scope<'_, '_>, page: &Page) -> Vec<Link> {
    let named = scope.people(&page.document.common.authors);
    if !named.is_empty() || !scope.atlas.site.config.git_dates {
        return named;
    }
    let secret = &scope.atlas.site.secret_names;
    let history = page.document.history.iter().flat_map(|history| &history.authors);
    history
        .filter(|name| !secret.iter().any(|other| letters(other) == letters(name)))
        .map(|name| Link { label: name.clone(), ..Link::default() })
        .collect()
}

fn services(scope: &Scope<'_, '_>, page: &Page) -> Vec<Link> {
    let registry = &scope.atlas.site.registry;
    let services = page.document.common.services.iter();
    services
        .map(|service| scope.entity(&Entity::Service(service.value.0.clone()), registry.service_name(&service.value.0)))
        .collect()
}

fn tags(scope: &Scope<'_, '_>, page: &Page) -> Vec<Link> {
    let tags = page.document.common.tags.iter();
    tags.map(|tag| scope.entity(&Entity::Tag(crate::model::address::segment(&tag.value)), tag.value.clone())).collect()
}

/// Whom to ask about a page: of its services' teams; without services, of its owners.
fn ask(scope: &Scope<'_, '_>, page: &Page) -> Vec<Link> {
    if page.kind() == Kind::Champion || scope.atlas.site.config.loose {
        return Vec::new();
    }
    let registry = &scope.atlas.site.registry;
    let common = &page.document.common;
    let mut teams: BTreeSet<&str> = common
        .services
        .iter()
        .filter_map(|service| registry.services.get(&service.value.0)?.value.team.as_ref())
        .map(|team| team.value.0.as_str())
        .collect();
    if teams.is_empty() {
        teams.extend(
            common
                .owners
                .iter()
                .map(|owner| owner.value.0.as_str())
                .filter(|owner| registry.teams.contains_key(*owner)),
        );
    }
    scope.ask(teams.into_iter())
}

/// Pages that point to something, by kind, each with every reason once.
pub fn backlinks(scope: &Scope<'_, '_>, to: &Node) -> Vec<BacklinkGroup> {
    let site = scope.atlas.site;
    let mut pages: BTreeMap<Kind, BTreeMap<&crate::source::SourcePath, Vec<String>>> = BTreeMap::new();
    for edge in site.edges.to(to) {
        let Some(page) = site.pages.get(&edge.from) else { continue };
        if *to == Node::Page(edge.from.clone()) {
            continue;
        }
        let reasons = pages.entry(page.kind()).or_default().entry(&edge.from).or_default();
        let reason = why(edge);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let groups = Kind::ALL.into_iter().filter_map(|kind| Some((kind, pages.remove(&kind)?)));
    groups
        .map(|(kind, pages)| {
            let mut items: Vec<Backlink> = pages
                .into_iter()
                .filter_map(|(path, why)| {
                    let page = site.pages.get(path)?;
                    Some(Backlink { title: page.title.clone(), href: scope.links.to(&page.permalink, None), why })
                })
                .collect();
            items.sort_by(|a, b| (&a.title, &a.href).cmp(&(&b.title, &b.href)));
            BacklinkGroup { label: kind.plural().to_owned(), kind: kind.as_str().to_owned(), items }
        })
        .collect()
}

/// A page or an address given as evidence.
pub fn evidence(scope: &Scope<'_, '_>, page: &Page, evidence: &Evidence) -> Option<Link> {
    if evidence.0.contains("://") {
        let label = evidence.0.split_once("://").map_or(evidence.0.as_str(), |(_, rest)| rest).to_owned();
        return Some(Link { label, href: Some(evidence.0.clone()), ..Link::default() });
    }
    scope.reference(page, &evidence.0)
}
