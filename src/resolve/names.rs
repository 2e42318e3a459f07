//! Every name by which something can be referred to.

use std::collections::{BTreeMap, BTreeSet};

use super::pages::stem;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::kind::{Details, Kind};
use crate::model::leaf;
use crate::model::metric::definitions;
use crate::model::site::{Entity, EntityKind, Page, Site};
use crate::source::{Permalink, SourcePath};

/// The names of a site: ids, stems, people, anchors, addresses.
pub struct Names<'s> {
    site: &'s Site,
    by_id: BTreeMap<(Kind, &'s str), &'s SourcePath>,
    by_stem: BTreeMap<&'s str, Vec<&'s SourcePath>>,
    by_permalink: BTreeMap<&'s str, &'s SourcePath>,
    /// Folders of the site that have a page made for them.
    sections: BTreeSet<String>,
    people: BTreeSet<&'s str>,
}

/// What a short name stands for.
pub enum Found<'s> {
    /// One page.
    Page(&'s SourcePath),
    /// Something that has a page made for it.
    Entity(Entity),
    /// Several pages; each as it must be written.
    Several(Vec<String>),
    /// Nothing.
    Nothing,
}

impl<'s> Names<'s> {
    /// Reads all names and notes those that two things have.
    pub fn new(site: &'s Site, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut names = Self {
            site,
            by_id: BTreeMap::new(),
            by_stem: BTreeMap::new(),
            by_permalink: BTreeMap::new(),
            sections: BTreeSet::new(),
            people: site.registry.people.keys().map(String::as_str).collect(),
        };
        for (path, page) in &site.pages {
            names.add(path, page, diagnostics);
        }
        for kind in Kind::ALL {
            if let Some(folder) = kind.folder().filter(|_| !site.config.loose) {
                names.sections.insert(format!("/{folder}/"));
            }
        }
        if !site.config.loose {
            names.sections.insert("/programme/".to_owned());
            names.sections.insert("/scorecard/".to_owned());
            let metrics = definitions(&site.registry).into_iter().map(|metric| metric.permalink().as_str().to_owned());
            names.sections.extend(metrics);
            names.sections.insert("/requirements/".to_owned());
        }
        for kind in EntityKind::ALL.into_iter().filter(|_| !site.config.loose) {
            names.sections.insert(format!("/{}/", kind.folder()));
        }
        names
    }

    fn add(&mut self, path: &'s SourcePath, page: &'s Page, diagnostics: &mut Vec<Diagnostic>) {
        if let Some(first) = self.by_id.get(&(page.kind(), page.id.as_str())) {
            let place = page.document.common.id.as_ref().map(|id| id.span);
            let diagnostic = Diagnostic::new(
                &codes::DUPLICATE_ID,
                format!("`{path}` and `{first}` are both the {} `{}`", page.kind().label().to_lowercase(), page.id),
            )
            .related(first, None, "the other one")
            .help("rename one, or give one of them another `id`");
            diagnostics.push(match place {
                Some(span) => diagnostic.at(path, span),
                None => diagnostic.on(path),
            });
        } else {
            self.by_id.insert((page.kind(), page.id.as_str()), path);
        }
        let own = page.document.common.id.as_ref().map(|id| id.value.0.as_str());
        self.by_stem.entry(own.unwrap_or_else(|| stem(&page.document))).or_default().push(path);
        self.by_permalink.insert(page.permalink.as_str(), path);
        let mut folder = page.permalink.as_str();
        while let Some((parent, _)) = folder.trim_end_matches('/').rsplit_once('/') {
            folder = &folder[..=parent.len()];
            if self.sections.contains(folder) {
                break;
            }
            self.sections.insert(folder.to_owned());
        }
        if let Details::Champion(_) = *page.document.details {
            if self.site.registry.people.contains_key(&page.id) {
                let entry = self.site.registry.people.get(&page.id);
                let mut diagnostic = Diagnostic::new(
                    &codes::DUPLICATE_ID,
                    format!("`{}` is a champion and also in the registry of people", page.id),
                )
                .on(path)
                .help("remove the person from `people.yaml`; a champion's page is enough");
                if let Some(entry) = entry {
                    diagnostic = diagnostic.related(&entry.path, Some(entry.span), "also here");
                }
                diagnostics.push(diagnostic);
            }
            self.people.insert(page.id.as_str());
        }
    }

    /// Whether somebody has this id.
    pub fn is_person(&self, id: &str) -> bool {
        self.people.contains(id)
    }

    /// Every person's id that may be named in a hint: hidden people are not.
    pub fn people(&self) -> impl Iterator<Item = &'s str> + '_ {
        self.people.iter().copied().filter(|id| !self.site.hidden_people.contains(*id))
    }

    /// The page of this kind and id.
    pub fn page(&self, kind: Kind, id: &str) -> Option<&'s SourcePath> {
        self.by_id.get(&(kind, id)).copied()
    }

    /// The id of a page.
    pub fn id_at(&self, path: &SourcePath) -> Option<String> {
        self.site.pages.get(path).map(|page| page.id.clone())
    }

    /// The page at this address.
    pub fn at(&self, permalink: &str) -> Option<&'s SourcePath> {
        self.by_permalink.get(permalink).copied()
    }

    /// The page that tiltyard makes for a folder of the site.
    pub fn section(&self, permalink: &str) -> Option<Permalink> {
        self.sections.contains(permalink).then(|| Permalink::new(permalink))
    }

    /// Ids of a kind, for hints.
    pub fn ids(&self, kind: Kind) -> impl Iterator<Item = &'s str> + '_ {
        self.by_id.range((kind, "")..).take_while(move |((other, _), _)| *other == kind).map(|((_, id), _)| *id)
    }

    /// Stems of all pages, for hints.
    pub fn stems(&self) -> impl Iterator<Item = &'s str> + '_ {
        self.by_stem.keys().copied()
    }

    /// What `name` stands for: `kind:id`, the path of a plain page, or a stem that only one page has; then services, teams and skills.
    /// `near` is the page that says it: a module's short name means the one of its own curriculum first.
    pub fn find(&self, name: &str, near: &Page) -> Found<'s> {
        if let Some((prefix, id)) = name.split_once(':') {
            if let Some(kind) = Kind::parse(prefix) {
                return self.of_kind(kind, id, near);
            }
            if let Some(entity) = self.entity(prefix, id) {
                return Found::Entity(entity);
            }
        }
        if let Some(path) = self.page(Kind::Page, name).or_else(|| self.page(Kind::Module, name)) {
            return Found::Page(path);
        }
        match self.by_stem.get(name).map_or(&[] as &[_], Vec::as_slice) {
            [] => self.short_entity(name),
            [one] => Found::Page(one),
            several => self.nearest_of(several, near),
        }
    }

    /// The page of a kind by its id, or a module by its short name.
    pub fn of_kind(&self, kind: Kind, id: &str, near: &Page) -> Found<'s> {
        if let Some(path) = self.page(kind, id) {
            return Found::Page(path);
        }
        let of_kind: Vec<&SourcePath> = self
            .by_stem
            .get(id)
            .map_or(&[] as &[_], Vec::as_slice)
            .iter()
            .copied()
            .filter(|path| self.site.pages.get(*path).is_some_and(|page| page.kind() == kind))
            .collect();
        match of_kind.as_slice() {
            [] => Found::Nothing,
            [one] => Found::Page(one),
            several => self.nearest_of(several, near),
        }
    }

    fn nearest_of(&self, several: &[&'s SourcePath], near: &Page) -> Found<'s> {
        let curriculum = near.path().parent();
        let module = |path: &SourcePath| self.site.pages.get(path).is_some_and(|page| page.kind() == Kind::Module);
        if several.iter().all(|path| module(path))
            && let Some(own) = several.iter().find(|path| path.parent() == curriculum)
        {
            return Found::Page(own);
        }
        let full =
            |path: &&SourcePath| self.site.pages.get(*path).map(|page| format!("{}:{}", page.kind().as_str(), page.id));
        Found::Several(several.iter().filter_map(full).collect())
    }

    fn entity(&self, prefix: &str, id: &str) -> Option<Entity> {
        let kind = EntityKind::ALL.into_iter().find(|kind| kind.as_str() == prefix)?;
        let registry = &self.site.registry;
        match kind {
            EntityKind::Team => registry.teams.contains_key(id).then(|| Entity::Team(id.to_owned())),
            EntityKind::Service => registry.services.contains_key(id).then(|| Entity::Service(id.to_owned())),
            EntityKind::Skill => registry.skills.contains_key(id).then(|| Entity::Skill(id.to_owned())),
            EntityKind::Tag => {
                let tag = crate::model::address::segment(id);
                self.site.tags.contains_key(&tag).then_some(Entity::Tag(tag))
            }
            EntityKind::Cwe => {
                let cwe = leaf::Cwe::parse(id).filter(|cwe| crate::catalogue::cwe(cwe.0).is_some());
                cwe.map(|cwe| Entity::Cwe(cwe.0))
            }
            EntityKind::Owasp => crate::catalogue::owasp(id).map(|category| Entity::Owasp(category.id.to_owned())),
            EntityKind::Asvs => leaf::Asvs::parse(id).map(|id| Entity::Asvs(id.0)),
            EntityKind::Cve => leaf::Cve::parse(id).map(|id| Entity::Cve(id.0)),
        }
    }

    fn short_entity(&self, name: &str) -> Found<'s> {
        let found: Vec<Entity> =
            ["service", "team", "skill"].into_iter().filter_map(|prefix| self.entity(prefix, name)).collect();
        match found.as_slice() {
            [] => Found::Nothing,
            [one] => Found::Entity(one.clone()),
            several => Found::Several(
                several.iter().map(|entity| format!("{}:{}", entity.kind().as_str(), entity.id())).collect(),
            ),
        }
    }
}
