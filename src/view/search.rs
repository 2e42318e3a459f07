//! The screened site as search sees it.
//!
//! In: the atlas. Out: [`SearchSite`], plain data, from which the index is made.

use std::collections::{BTreeMap, BTreeSet};

use super::atlas::Atlas;
use crate::model::document::Document;
use crate::model::kind::{Details, Kind};
use crate::model::search::{Facet, Lookup, SearchPage, SearchSite};
use crate::model::site::{Entity, EntityKind, Page};
use crate::source::{At, Permalink};

/// Everything that search may know.
#[must_use]
pub fn site(atlas: &Atlas<'_>) -> SearchSite {
    let site = atlas.site;
    let mut pages: Vec<SearchPage> = Vec::new();
    let mut kinds = Vec::new();
    for kind in Kind::ALL {
        let listed = site.pages.values().filter(|page| page.kind() == kind && page.is_listed());
        let of: Vec<_> = listed.filter(|page| !is_glossary(atlas, page)).map(|page| of_page(atlas, page)).collect();
        add(&mut pages, &mut kinds, of, (kind.as_str(), kind.plural()));
    }
    if atlas.glossary_page.is_some() {
        add(&mut pages, &mut kinds, vec![glossary(atlas)], ("glossary", "Glossary"));
    }
    add(&mut pages, &mut kinds, super::scorecard::of_search(atlas), ("metric", "Metrics"));
    for kind in EntityKind::ALL {
        let entities = atlas.entities.get(&kind).into_iter().flatten().map(|entity| of_entity(atlas, entity));
        add(&mut pages, &mut kinds, entities.collect(), (kind.as_str(), kind.plural()));
    }
    let names = names(atlas, &pages);
    SearchSite {
        folders: folders(atlas),
        synonyms: synonyms(atlas),
        names,
        ask: ask(atlas),
        portable: site.config.portable,
        pages,
        kinds,
    }
}

fn add(
    pages: &mut Vec<SearchPage>,
    kinds: &mut Vec<(&'static str, &'static str)>,
    mut of: Vec<SearchPage>,
    kind: (&'static str, &'static str),
) {
    if !of.is_empty() {
        of.sort_by(|a, b| a.url.cmp(&b.url));
        pages.append(&mut of);
        kinds.push(kind);
    }
}

fn is_glossary(atlas: &Atlas<'_>, page: &Page) -> bool {
    atlas.glossary_page.as_ref() == Some(&page.permalink)
}

fn texts(list: &[At<String>]) -> String {
    list.iter().map(|item| item.value.as_str()).collect::<Vec<_>>().join("\n")
}

fn text(value: Option<&At<String>>) -> String {
    value.map(|value| value.value.clone()).unwrap_or_default()
}

fn of_page(atlas: &Atlas<'_>, page: &Page) -> SearchPage {
    let document = &page.document;
    let common = &document.common;
    let mut names: Vec<String> = common.aliases.iter().map(|alias| alias.value.clone()).collect();
    if page.permalink.as_str() != "/" {
        names.push(last_segment(&page.permalink));
    }
    let (mut plain, mut parts, mut lookup) = (String::new(), parts(document), None);
    if let Details::Finding(finding) = &*document.details {
        plain = text(finding.plain.as_ref());
        let found = Lookup {
            rules: finding.rules.iter().filter_map(|rule| rule.id.as_ref()).map(|id| id.value.clone()).collect(),
            cves: finding.cve.iter().map(|cve| cve.value.0.clone()).collect(),
            cwes: finding.cwe.iter().map(|cwe| cwe.value.0).collect(),
        };
        names.extend(found.rules.iter().chain(&found.cves).cloned());
        names.extend(found.cwes.iter().map(|number| format!("CWE-{number}")));
        for (anchor, heading, said) in [
            ("s-for-us", "What it means for us", text(finding.for_us.as_ref())),
            ("s-signs", "Real or noise", format!("{}\n{}", texts(&finding.real_when), texts(&finding.noise_when))),
            ("s-verify", "How to show that it is gone", texts(&finding.verify)),
        ] {
            parts.push((Some(anchor.to_owned()), heading.to_owned(), said));
        }
        lookup = Some(found);
    }
    if let Details::Module(module) = &*document.details {
        parts.push((Some("s-outcomes".to_owned()), "What you can do afterwards".to_owned(), texts(&module.outcomes)));
    }
    SearchPage {
        kind: page.kind().as_str(),
        title: page.title.clone(),
        url: page.permalink.as_str().to_owned(),
        summary: page.summary.clone().unwrap_or_default(),
        names,
        plain,
        parts,
        facets: facets(atlas, page),
        source: Some(document.path.clone()),
        text: document.text.clone(),
        body_start: document.body_start,
        title_heading: page.title_heading.clone(),
        lookup,
    }
}

/// What stands in the front matter with an anchor of its own.
fn parts(document: &Document) -> Vec<(Option<String>, String, String)> {
    let mut parts: Vec<_> = Vec::new();
    if matches!(&*document.details, Details::ThreatModel(_) | Details::Review(_) | Details::Curriculum(_)) {
        for part in document.parts() {
            if let Some(title) = part.title {
                parts.push((Some(part.id.value.0.clone()), title.to_owned(), String::new()));
            }
        }
    }
    match &*document.details {
        Details::ThreatModel(model) => {
            let scope = model.scope.as_ref();
            parts.push((None, String::new(), scope.map(|scope| texts(&scope.inside)).unwrap_or_default()));
            parts.push((None, String::new(), text(model.feature.as_ref())));
        }
        Details::Review(review) => {
            let what = review.opportunities.iter().filter_map(|one| one.what.as_ref()).map(|what| what.value.as_str());
            parts.push((None, String::new(), what.collect::<Vec<_>>().join("\n")));
            for list in [&review.contributing_factors, &review.went_well, &review.surprised] {
                parts.push((None, String::new(), texts(list)));
            }
        }
        _ => {}
    }
    parts
}

fn facets(atlas: &Atlas<'_>, page: &Page) -> Vec<(Facet, String)> {
    let registry = &atlas.site.registry;
    let common = &page.document.common;
    let mut facets: BTreeSet<(Facet, String)> = BTreeSet::new();
    for service in &common.services {
        facets.insert((Facet::Service, service.value.0.clone()));
        let team = registry.services.get(&service.value.0).and_then(|service| service.value.team.as_ref());
        facets.extend(team.map(|team| (Facet::Team, team.value.0.clone())));
    }
    let owners = common.owners.iter().map(|owner| owner.value.0.as_str());
    let teams = owners.filter(|owner| registry.teams.contains_key(*owner));
    facets.extend(teams.map(|team| (Facet::Team, team.to_owned())));
    facets.extend(common.tags.iter().map(|tag| (Facet::Tag, crate::model::address::segment(&tag.value))));
    for edge in atlas.site.edges.from(page.path()) {
        if let (crate::model::site::Node::Entity(Entity::Cwe(number)), false) = (&edge.to, edge.relation.is_text()) {
            facets.insert((Facet::Cwe, number.to_string()));
        }
    }
    facets.into_iter().collect()
}

fn of_entity(atlas: &Atlas<'_>, entity: &Entity) -> SearchPage {
    let address = entity.permalink();
    let own = atlas.by_permalink.get(&address).copied();
    let facet = match entity {
        Entity::Service(id) => Some((Facet::Service, id.clone())),
        Entity::Team(id) => Some((Facet::Team, id.clone())),
        Entity::Tag(id) => Some((Facet::Tag, id.clone())),
        Entity::Cwe(number) => Some((Facet::Cwe, number.to_string())),
        _ => None,
    };
    let mut names = vec![entity.id()];
    if let Entity::Cwe(number) = entity {
        let terms = crate::catalogue::cwe(*number).map(|weakness| weakness.alternate_terms.clone());
        names.extend(terms.into_iter().flatten().map(str::to_owned));
    }
    SearchPage {
        kind: entity.kind().as_str(),
        title: own.map_or_else(|| atlas.entity_name(entity), |page| page.title.clone()),
        url: address.as_str().to_owned(),
        summary: super::entity::about(atlas, entity).unwrap_or_default(),
        names,
        facets: facet.into_iter().collect(),
        source: own.map(|page| page.document.path.clone()),
        text: own.map(|page| page.document.text.clone()).unwrap_or_default(),
        body_start: own.map_or(0, |page| page.document.body_start),
        title_heading: own.and_then(|page| page.title_heading.clone()),
        ..SearchPage::default()
    }
}

fn glossary(atlas: &Atlas<'_>) -> SearchPage {
    let address = Permalink::new(super::glossary::ADDRESS);
    let own = atlas.by_permalink.get(&address).copied();
    let mut parts = Vec::new();
    for entry in atlas.site.registry.glossary.values() {
        let Some(term) = &entry.value.term else { continue };
        let aliases = entry.value.aliases.iter().map(|alias| alias.value.as_str()).collect::<Vec<_>>().join(", ");
        let plain = text(entry.value.plain.as_ref());
        let heading = if aliases.is_empty() { term.value.clone() } else { format!("{} ({aliases})", term.value) };
        parts.push((Some(super::glossary::anchor(&term.value)), heading, plain));
    }
    SearchPage {
        kind: "glossary",
        title: own.map_or_else(|| "Glossary".to_owned(), |page| page.title.clone()),
        url: address.as_str().to_owned(),
        summary: own.and_then(|page| page.summary.clone()).unwrap_or_default(),
        parts,
        source: own.map(|page| page.document.path.clone()),
        text: own.map(|page| page.document.text.clone()).unwrap_or_default(),
        body_start: own.map_or(0, |page| page.document.body_start),
        ..SearchPage::default()
    }
}

fn last_segment(address: &Permalink) -> String {
    address.as_str().trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
}

/// Names of the folders that many pages stand in.
fn folders(atlas: &Atlas<'_>) -> BTreeMap<String, String> {
    let home = Permalink::new("/");
    let scope = atlas.scope(&home);
    let known = atlas.sections.keys().chain(atlas.kinds.keys()).filter(|address| address.as_str() != "/");
    let mut folders: BTreeMap<String, String> =
        known.take(64).map(|address| (address.as_str().to_owned(), scope.section_title(address))).collect();
    folders.extend(atlas.entities.keys().map(|kind| (format!("/{}/", kind.folder()), kind.plural().to_owned())));
    folders
}

fn names(atlas: &Atlas<'_>, pages: &[SearchPage]) -> BTreeMap<(Facet, String), String> {
    let registry = &atlas.site.registry;
    let used: BTreeSet<_> = pages.iter().flat_map(|page| page.facets.iter().cloned()).collect();
    let name = |(facet, id): &(Facet, String)| match facet {
        Facet::Service => registry.service_name(id),
        Facet::Team => registry.team_name(id),
        Facet::Tag => atlas.site.tags.get(id).cloned().unwrap_or_else(|| id.clone()),
        Facet::Cwe => id.parse().map_or_else(|_| id.clone(), |number| atlas.entity_name(&Entity::Cwe(number))),
    };
    used.into_iter().map(|key| (key.clone(), name(&key))).collect()
}

/// The glossary's and the configuration's words that mean the same.
fn synonyms(atlas: &Atlas<'_>) -> Vec<Vec<String>> {
    let mut lists: Vec<Vec<String>> = Vec::new();
    for entry in atlas.site.registry.glossary.values() {
        let aliases = entry.value.aliases.iter().map(|alias| alias.value.clone());
        let list: Vec<String> = entry.value.term.iter().map(|term| term.value.clone()).chain(aliases).collect();
        if list.len() > 1 {
            lists.push(list);
        }
    }
    lists.extend(atlas.site.config.synonyms.iter().cloned());
    lists
}

/// The teams on the security side and their champions.
fn ask(atlas: &Atlas<'_>) -> Vec<(String, String)> {
    let registry = &atlas.site.registry;
    let security = registry.teams.iter().filter(|(_, team)| {
        team.value.side.as_ref().is_some_and(|side| side.value == crate::model::registry::Side::Security)
    });
    let known = atlas.entities.get(&EntityKind::Team);
    let link = |id: &String| {
        let entity = Entity::Team(id.clone());
        let shown = known.is_some_and(|known| known.contains(&entity));
        let address = if shown { entity.permalink().as_str().to_owned() } else { String::new() };
        (registry.team_name(id), address)
    };
    security.map(|(id, _)| link(id)).take(3).collect()
}
