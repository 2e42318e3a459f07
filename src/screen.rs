//! What an audience may not see is gone: the only way from a site to its views.
//!
//! In: the whole [`Site`]. Out: a site of the pages that this build publishes. Of a removed page nothing is left but the text of the links that pointed to it.

mod progress;
mod pseudonym;
mod scorecard;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::markdown::Outline;
use crate::model::address::{permalink, segment};
use crate::model::common::{Common, Status};
use crate::model::curriculum::Visibility;
use crate::model::document::Document;
use crate::model::kind::{Details, Kind};
use crate::model::site::{Edges, Entity, LinkTarget, Node, Page, Relation, Site, tags_of};
use crate::source::{SourcePath, Span, Text};

/// Removes every page that the configuration's audience may not see, drafts unless they are asked for, and what must not be told of people.
#[must_use]
pub fn screen(site: &Site) -> Site {
    after(None, site)
}

/// [`screen`], where another site and what became of it are known: a page that is the same `Arc` in both sites and kept all its links becomes
/// what it became then.
#[must_use]
pub fn after(before: Option<(&Site, &Site)>, site: &Site) -> Site {
    let Kept { mut pages, silent, held_back } = keep(before, site);
    let edges = || {
        site.edges.filtered(
            |from| pages.contains_key(from),
            |edge| {
                let shown = if let Node::Page(to) = &edge.to { pages.contains_key(to) } else { true };
                shown && (!silent.contains(&edge.from) || is_told_of_silent(edge.relation))
            },
        )
    };
    let names = || {
        let ids = pages.iter().rev().map(|(path, page)| ((page.kind(), page.id.clone()), path.clone())).collect();
        (ids, progress::screen(site, &pages))
    };
    let (edges, (ids, progress)) = rayon::join(edges, names);
    let in_use = in_use(&edges, &pages);
    unlink(&mut pages, &in_use, site);
    let mut tags = tags_of(&pages);
    tags.retain(|tag, _| in_use.contains(&Entity::Tag(tag.clone())));
    let mut assets = site.assets.clone();
    assets.retain(|_, asset| {
        asset.used_by.retain(|page| pages.contains_key(page) && !silent.contains(page));
        !asset.used_by.is_empty()
    });
    let redirects = site.redirects.iter().filter(|(_, to)| pages.contains_key(*to) && !silent.contains(*to));
    Site {
        config: site.config.clone(),
        registry: scorecard::registry(site, &pages),
        ids,
        edges,
        assets,
        redirects: redirects.map(|(from, to)| (from.clone(), to.clone())).collect(),
        tags,
        held_back,
        hidden_people: site.hidden_people.clone(),
        secret_names: site.secret_names.clone(),
        former_people: site.former_people.clone(),
        progress,
        pages,
    }
}

/// The screened site with the new version of a page that resolving took in alone: it is as
/// visible as before, and so is everything else. `learned` says that people's progress may be another.
#[must_use]
pub fn with(screened: &Site, whole: &Site, path: &SourcePath, learned: bool) -> Site {
    let mut again = screened.clone();
    if learned {
        again.progress = progress::screen(whole, &again.pages);
    }
    let shown = again.pages.get(path).zip(whole.pages.get(path)).filter(|(_, page)| page.kind() != Kind::Champion);
    if let Some((shown, page)) = shown {
        let mut slim = slim(page);
        if shown.links != page.links {
            let in_use = in_use(&again.edges, &again.pages);
            let gone = |link: &LinkTarget| is_gone(link, |path| again.pages.contains_key(path), &in_use);
            unlink_page(&mut slim, gone, whole);
        }
        again.pages.insert(path.clone(), Arc::new(slim));
    }
    again
}

/// The pages that stay.
struct Kept {
    pages: BTreeMap<SourcePath, Arc<Page>>,
    /// Those of which only the id is told.
    silent: BTreeSet<SourcePath>,
    held_back: BTreeMap<&'static str, usize>,
}

fn keep(before: Option<(&Site, &Site)>, site: &Site) -> Kept {
    let known = |path: &SourcePath, page: &Arc<Page>| {
        let (whole, screened) = before?;
        let known =
            screened.pages.get(path).filter(|known| known.links == page.links && known.kind() != Kind::Champion);
        known.filter(|_| whole.pages.get(path).is_some_and(|old| Arc::ptr_eq(old, page))).cloned()
    };
    let became = |(path, page): (&SourcePath, &Arc<Page>)| match verdict(site, page) {
        Verdict::Shown => Ok((path.clone(), known(path, page).unwrap_or_else(|| Arc::new(slim(page))), false)),
        Verdict::ShownById => Ok((path.clone(), Arc::new(by_id_only(page)), true)),
        Verdict::HeldBack(why) => Err(why),
    };
    let mut kept = Kept { pages: BTreeMap::new(), silent: BTreeSet::new(), held_back: BTreeMap::new() };
    let mut pages = Vec::with_capacity(site.pages.len());
    for page in site.pages.par_iter().map(became).collect::<Vec<_>>() {
        match page {
            Ok((path, page, silent)) => {
                kept.silent.extend(silent.then(|| path.clone()));
                pages.push((path, page));
            }
            Err(why) => *kept.held_back.entry(why).or_default() += 1,
        }
    }
    kept.pages = pages.into_iter().collect();
    kept
}

/// Entities that a field of a kept page names, or that a kept page is the prose of.
fn in_use(edges: &Edges, pages: &BTreeMap<SourcePath, Arc<Page>>) -> BTreeSet<Entity> {
    let prose = pages.values().filter_map(|page| page.prose_of.clone());
    edges.entities().into_iter().cloned().chain(prose).collect()
}

/// What is told of somebody who goes by an id: nothing of the text, and no field in which words of one's own stand.
fn is_told_of_silent(relation: Relation) -> bool {
    let told = ["owners", "services", "team", "curriculum", "mentors", "achievements"];
    matches!(relation, Relation::Field(section, _) if told.contains(&section))
}

/// Links to what is gone become their own text.
fn unlink(pages: &mut BTreeMap<SourcePath, Arc<Page>>, in_use: &BTreeSet<Entity>, site: &Site) {
    let gone = |link: &LinkTarget| is_gone(link, |path| pages.contains_key(path), in_use);
    let linking = pages.par_iter().filter(|(_, page)| page.links.iter().any(gone));
    let unlinked = linking.map(|(path, page)| {
        let mut page = Page::clone(page);
        unlink_page(&mut page, gone, site);
        (path.clone(), Arc::new(page))
    });
    let unlinked = unlinked.collect::<Vec<_>>();
    pages.extend(unlinked);
}

fn is_gone(link: &LinkTarget, shown: impl Fn(&SourcePath) -> bool, in_use: &BTreeSet<Entity>) -> bool {
    match link {
        LinkTarget::Page(to, _) => !shown(to),
        LinkTarget::Entity(entity) => !in_use.contains(entity),
        _ => false,
    }
}

fn unlink_page(page: &mut Page, gone: impl Fn(&LinkTarget) -> bool, site: &Site) {
    let mut unnamed: BTreeSet<&str> = BTreeSet::new();
    for link in page.links.iter_mut().filter(|link| gone(link)) {
        let champion = match link {
            LinkTarget::Page(to, _) => site.pages.get(to).filter(|page| page.kind() == Kind::Champion),
            _ => None,
        };
        unnamed.extend(champion.map(|champion| champion.id.as_str()));
        // The text of a wiki link may be nothing but the person's id.
        *link = if champion.is_some() { LinkTarget::Someone(SOMEONE) } else { LinkTarget::Nothing };
    }
    if !unnamed.is_empty() {
        unname(page, &unnamed);
    }
}

/// What readers see in the place of a champion whom they may not see.
const SOMEONE: &str = "a champion";

/// Title, summary and headings are taken from the text, with the ids that its wiki links show.
fn unname(page: &mut Page, ids: &BTreeSet<&str>) {
    let said = |text: &str| ids.iter().fold(text.to_owned(), |text, id| text.replace(id, SOMEONE));
    page.title = said(&page.title);
    page.summary = page.summary.as_deref().map(said);
    for heading in &mut Arc::make_mut(&mut page.document).outline.headings {
        heading.text = said(&heading.text);
    }
}

enum Verdict {
    Shown,
    /// A champion under a pseudonym.
    ShownById,
    HeldBack(&'static str),
}

fn verdict(site: &Site, page: &Page) -> Verdict {
    let config = &site.config;
    if page.audience.is_none_or(|audience| audience > config.audience) {
        return Verdict::HeldBack("for another audience");
    }
    if page.status == Status::Draft && !config.drafts {
        return Verdict::HeldBack("draft");
    }
    let Details::Champion(champion) = &*page.document.details else { return Verdict::Shown };
    match champion.visibility.as_ref().map(|visibility| visibility.value) {
        Some(Visibility::Named) => Verdict::Shown,
        Some(Visibility::Pseudonym) => Verdict::ShownById,
        Some(Visibility::Hidden) | None => Verdict::HeldBack("hidden"),
    }
}

/// A page without what only resolving and checking need: its references, and all of its outline but the headings.
fn slim(page: &Page) -> Page {
    let document = &page.document;
    let outline = Outline { headings: document.outline.headings.clone(), ..Outline::default() };
    let slim = Document {
        path: document.path.clone(),
        kind: document.kind,
        text: document.text.clone(),
        body_start: document.body_start,
        front_matter: document.front_matter,
        common: document.common.clone(),
        details: document.details.clone(),
        references: Vec::new(),
        outline,
        history: document.history.clone(),
    };
    Page { document: Arc::new(slim), ..page.clone() }
}

/// The page of somebody who is shown by id: title, body, summary and everything else that is free text are gone.
fn by_id_only(page: &Page) -> Page {
    let document = &page.document;
    let common = Common {
        status: document.common.status.clone(),
        owners: document.common.owners.clone(),
        services: document.common.services.clone(),
        reviewed: document.common.reviewed.clone(),
        lang: document.common.lang.clone(),
        ..Common::default()
    };
    let silent = Document {
        path: document.path.clone(),
        kind: Kind::Champion,
        text: Text::default(),
        body_start: 0,
        front_matter: Span::default(),
        common: Arc::new(common),
        details: pseudonym::details(page),
        references: Vec::new(),
        outline: Outline::default(),
        history: None,
    };
    Page {
        title: page.id.clone(),
        summary: None,
        links: Vec::new(),
        title_heading: None,
        document: Arc::new(silent),
        permalink: permalink(&["champions", &segment(&page.id)]),
        ..page.clone()
    }
}
