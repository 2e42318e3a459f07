//! Each document becomes a page: its id, title, state, audience, address and days.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::Resolution;
use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::model::address::{permalink, segment};
use crate::model::common::Status;
use crate::model::config::Config;
use crate::model::document::Document;
use crate::model::kind::{Kind, is_index};
use crate::model::leaf::Cwe;
use crate::model::registry::{Registry, name_of};
use crate::model::site::{Entity, Page, Site};
use crate::source::{At, Permalink, SourcePath, Span};

/// Makes the pages and notes those that would be published at one address.
pub fn pages(
    before: Option<&Resolution>,
    documents: Vec<Arc<Document>>,
    registry: &Registry,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
    of_pages: &mut BTreeMap<SourcePath, Vec<Diagnostic>>,
) -> BTreeMap<SourcePath, Arc<Page>> {
    let mut pages = BTreeMap::new();
    let mut addresses: BTreeMap<Permalink, SourcePath> = BTreeMap::new();
    let alone = |document: Arc<Document>| {
        if let Some(known) = before.and_then(|before| before.unspoilt(&document)) {
            return (Arc::clone(known), Vec::new());
        }
        let (page, own) = page(document, registry, config);
        (Arc::new(page), own)
    };
    for (mut page, own) in documents.into_par_iter().map(alone).collect::<Vec<_>>() {
        let path = page.path().clone();
        if !own.is_empty() {
            of_pages.insert(path.clone(), own);
        }
        if let Some(first) = addresses.get(&page.permalink) {
            let free = config.loose.then(|| unused(&page, &addresses)).flatten();
            diagnostics.push(same_url(&page, first, config.loose));
            match free {
                Some(free) => Arc::make_mut(&mut page).permalink = free,
                None => continue,
            }
        }
        addresses.insert(page.permalink.clone(), path.clone());
        pages.insert(path, page);
    }
    pages
}

/// In loose mode every page is published: the second one of an address gets its file name as a last segment.
fn unused(page: &Page, taken: &BTreeMap<Permalink, SourcePath>) -> Option<Permalink> {
    let path = page.path();
    let name = segment(path.file_name());
    let base = page.permalink.as_str().trim_end_matches('/');
    let base = if is_index(path.file_name()) { base } else { base.rsplit_once('/').map_or("", |(folder, _)| folder) };
    (0..1000)
        .map(|n| if n == 0 { format!("{base}/{name}/") } else { format!("{base}/{name}-{n}/") })
        .map(|address| Permalink::new(&address))
        .find(|address| !taken.contains_key(address))
}

fn same_url(page: &Page, first: &SourcePath, loose: bool) -> Diagnostic {
    let path = page.path();
    let fold = |path: &SourcePath| path.as_str().nfc().flat_map(char::to_lowercase).collect::<String>();
    let both_index = is_index(path.file_name()) && is_index(first.file_name()) && path.parent() == first.parent();
    let diagnostic = if fold(path) == fold(first) {
        Diagnostic::new(&codes::TWIN_NAMES, format!("`{path}` and `{first}` differ only in case or Unicode form"))
            .help("some systems cannot hold both; rename one")
    } else if both_index {
        Diagnostic::new(&codes::SAME_URL, format!("`{path}` and `{first}` are both the page of one folder"))
            .help("keep one of index.md and README.md")
    } else {
        Diagnostic::new(
            &codes::SAME_URL,
            format!("`{path}` and `{first}` would both be published at {}", page.permalink),
        )
        .help("rename one, or give one of them a `slug`")
    };
    let diagnostic = diagnostic.on(path).related(first, None, "the other one");
    if loose { diagnostic.softened() } else { diagnostic }
}

/// The page of one document alone, without its links, and what is wrong with its address or audience.
pub fn page(document: Arc<Document>, registry: &Registry, config: &Config) -> (Page, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let below = document.path.below(&config.content).unwrap_or(document.path.as_str()).to_owned();
    let common = &document.common;
    let kind = document.kind;
    let prose_of = if config.loose || kind != Kind::Page { None } else { prose_of(&below, registry) };
    let slug = slug(&document, config.loose, &mut diagnostics);
    let address = prose_of.as_ref().map_or_else(|| address(&below, slug), Entity::permalink);
    let (title, title_heading) = title(&document, prose_of.as_ref(), registry);
    let status = match (&common.status, kind) {
        (Some(status), _) if kind != Kind::Champion => status.value,
        (_, Kind::Page | Kind::Champion) => Status::Approved,
        _ => Status::Draft,
    };
    let (created, updated) = days(&document, config);
    let period = common.review_every.as_ref().map(|period| period.value).or(config.review_every);
    let looked = common.reviewed.as_ref().map(|day| day.value).or(updated).or(created);
    let due = looked.zip(period).map(|(day, period)| period.after(day));
    let page = Page {
        id: id(&document, &below),
        title,
        summary: summary(&document),
        status: if config.loose { Status::Approved } else { status },
        audience: audience(&document, config, &mut diagnostics),
        permalink: address,
        created,
        updated,
        review_due: due.filter(|_| status != Status::Retired && status != Status::Draft),
        links: Vec::new(),
        prose_of,
        title_heading,
        document,
    };
    (page, diagnostics)
}

/// The registry entry, tag or weakness whose page a file under `services/`, `teams/`, `skills/`, `tags/` or `cwe/` adds prose to.
fn prose_of(below: &str, registry: &Registry) -> Option<Entity> {
    let (folder, file) = below.split_once('/')?;
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    if file.contains('/') || is_index(file) {
        return None;
    }
    match folder {
        "services" => registry.services.contains_key(stem).then(|| Entity::Service(stem.to_owned())),
        "teams" => registry.teams.contains_key(stem).then(|| Entity::Team(stem.to_owned())),
        "skills" => registry.skills.contains_key(stem).then(|| Entity::Skill(stem.to_owned())),
        "tags" => Some(Entity::Tag(segment(stem))),
        "cwe" => Cwe::parse(stem).map(|cwe| Entity::Cwe(cwe.0)),
        _ => None,
    }
}

/// The address of a page: its folders and its stem, each made a sound segment; a folder's own page is the folder.
fn address(below: &str, slug: Option<&str>) -> Permalink {
    let mut parts: Vec<&str> = below.split('/').collect();
    let file = parts.pop().unwrap_or("");
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut segments: Vec<String> = parts.into_iter().map(segment).collect();
    if is_index(file) {
        if let (Some(slug), Some(last)) = (slug, segments.last_mut()) {
            *last = segment(slug);
        }
    } else {
        segments.push(segment(slug.unwrap_or(stem)));
    }
    permalink(&segments.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The last segment that a page asks for. In loose mode the word may mean something else to another generator, and is passed over where it is none.
fn slug<'d>(document: &'d Document, loose: bool, diagnostics: &mut Vec<Diagnostic>) -> Option<&'d str> {
    let slug = document.common.slug.as_ref()?;
    let sound = !slug.value.contains(['/', '\\', '%', '?', '#'])
        && slug.value != "."
        && slug.value != ".."
        && !slug.value.chars().any(char::is_control);
    if sound {
        return Some(slug.value.as_str());
    }
    if loose {
        return None;
    }
    diagnostics.push(
        Diagnostic::new(&codes::BAD_SLUG, format!("`{}` cannot be the last segment of an address", slug.value))
            .at(&document.path, slug.span)
            .help(format!("write one word without slashes, such as `{}`", segment(&slug.value))),
    );
    None
}

fn id(document: &Document, below: &str) -> String {
    let own = document.common.id.as_ref().map(|id| id.value.0.as_str());
    let stem = stem(document);
    match document.kind {
        Kind::Page => {
            own.map_or_else(|| below.rsplit_once('.').map_or(below, |(path, _)| path).to_owned(), str::to_owned)
        }
        Kind::Module => {
            let curriculum = document.path.parent().rsplit('/').next().unwrap_or("");
            format!("{curriculum}/{}", own.unwrap_or(stem))
        }
        _ => own.unwrap_or(stem).to_owned(),
    }
}

/// The short name of a file: its stem, or its folder's name when it is the folder's own page.
pub fn stem(document: &Document) -> &str {
    let path = &document.path;
    if is_index(path.file_name()) {
        return path.parent().rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("index");
    }
    path.stem()
}

/// The shown name, and the anchor of a first heading that says the same and is therefore left out of the body. A heading below the first level names
/// a section and not the page, unless the page begins with it.
fn title(document: &Document, prose_of: Option<&Entity>, registry: &Registry) -> (String, Option<String>) {
    let body = document.text.get(document.body_start..).unwrap_or("");
    let first_line = document.body_start + (body.len() - body.trim_start().len());
    let headings = &document.outline.headings;
    let opening = headings.first().filter(|heading| heading.level == 1 && heading.span.start <= first_line);
    let heading = headings.iter().find(|heading| heading.level == 1 && !heading.text.trim().is_empty());
    let html = document.outline.html_title.as_deref();
    let begins = headings.first().filter(|heading| heading.span.start <= first_line);
    let said = heading.map(|heading| heading.text.as_str()).or(html).or(begins.map(|heading| heading.text.as_str()));
    let name = match prose_of {
        Some(Entity::Service(id)) => Some(registry.service_name(id)),
        Some(Entity::Team(id)) => Some(registry.team_name(id)),
        Some(Entity::Skill(id)) => Some(registry.skill_name(id)),
        Some(Entity::Cwe(number)) => {
            crate::catalogue::cwe(*number).map(|entry| format!("CWE-{number}: {}", entry.name))
        }
        _ => None,
    };
    let given = document.common.title.as_ref().map(|title| title.value.clone()).or(name);
    match (given, said.map(str::trim).filter(|said| !said.is_empty())) {
        (Some(title), _) => {
            let same = opening.filter(|heading| heading.text.trim().eq_ignore_ascii_case(title.trim()));
            (title, same.map(|heading| heading.id.clone()))
        }
        (None, Some(said)) => {
            let same = opening.filter(|heading| heading.text.trim() == said);
            (said.to_owned(), same.map(|heading| heading.id.clone()))
        }
        (None, None) => (name_of(stem(document)), None),
    }
}

fn summary(document: &Document) -> Option<String> {
    if let Some(summary) = &document.common.summary {
        return Some(summary.value.clone());
    }
    let paragraph = document.outline.first_paragraph.as_deref()?.trim();
    if paragraph.is_empty() {
        return None;
    }
    if paragraph.chars().count() <= 200 {
        return Some(paragraph.to_owned());
    }
    let cut: String = paragraph.chars().take(199).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    Some(format!("{}…", whole.trim_end_matches([',', ';', ':', '–', '-', ' '])))
}

fn audience(document: &Document, config: &Config, diagnostics: &mut Vec<Diagnostic>) -> Option<usize> {
    let Some(name) = &document.common.audience else {
        if config.default_audience.is_none() {
            diagnostics.push(
                Diagnostic::new(&codes::NO_AUDIENCE, "the page does not say who may read it")
                    .on(&document.path)
                    .help("add `audience:` to the page or `default_audience:` to the configuration"),
            );
        }
        return config.default_audience;
    };
    let index = config.audiences.iter().position(|known| *known == name.value);
    if index.is_none() && !config.loose {
        let help = did_you_mean(&name.value, config.audiences.iter().map(String::as_str));
        diagnostics.push(
            Diagnostic::new(
                &codes::NO_AUDIENCE,
                format!("`{}` is not one of the configuration's audiences", name.value),
            )
            .at(&document.path, name.span)
            .help(help.unwrap_or_else(|| format!("the audiences are {}", config.audiences.join(", ")))),
        );
    }
    if config.loose { config.default_audience } else { index }
}

fn days(document: &Document, config: &Config) -> (Option<Date>, Option<Date>) {
    let written = |day: Option<&At<Date>>| day.map(|day| day.value);
    let git = |day: &str| day.parse::<Date>().ok();
    let history = document.history.as_ref().filter(|_| config.git_dates);
    let created =
        written(document.common.created.as_ref()).or_else(|| history.and_then(|history| git(&history.created)));
    let updated =
        written(document.common.updated.as_ref()).or_else(|| history.and_then(|history| git(&history.updated)));
    (created, updated)
}

/// Old addresses: inside the site, not an address of a page, not two pages' at once.
pub fn redirects(site: &mut Site, diagnostics: &mut Vec<Diagnostic>) {
    let taken: LazyCell<BTreeMap<&Permalink, &SourcePath>, _> =
        LazyCell::new(|| site.pages.iter().map(|(path, page)| (&page.permalink, path)).collect());
    let mut redirects: BTreeMap<Permalink, SourcePath> = BTreeMap::new();
    for (path, page) in &site.pages {
        for old in &page.document.common.redirect_from {
            let Some(address) = old_address(&old.value) else {
                if !site.config.loose {
                    diagnostics.push(bad_old_address(path, old.span, &old.value));
                }
                continue;
            };
            let other = taken.get(&address).copied().or_else(|| redirects.get(&address));
            if let Some(other) = other.cloned() {
                let message = format!("the old address {address} is also that of `{other}`");
                let diagnostic = Diagnostic::new(&codes::SAME_URL, message)
                    .at(path, old.span)
                    .help("remove it, or change the other page's address");
                diagnostics.push(if site.config.loose { diagnostic.softened() } else { diagnostic });
                continue;
            }
            redirects.insert(address, path.clone());
        }
    }
    drop(taken);
    site.redirects = redirects;
}

fn old_address(text: &str) -> Option<Permalink> {
    let path = text.strip_prefix('/').unwrap_or(text);
    let inner = path.strip_suffix('/').unwrap_or(path);
    let sound = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.len() <= 200
            && part != "."
            && part != ".."
            && !part.contains(['\\', '%', '?', '#', ':'])
            && !part.chars().any(char::is_control)
    };
    if inner.is_empty() || !inner.split('/').all(sound) {
        return None;
    }
    let file = inner.rsplit('/').next().is_some_and(|last| last.ends_with(".html") || last.ends_with(".htm"));
    Some(Permalink::new(&if file { inner.to_owned() } else { format!("/{inner}/") }))
}

fn bad_old_address(path: &SourcePath, span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(&codes::BAD_SLUG, format!("`{text}` cannot be an old address of this site"))
        .at(path, span)
        .help("write it from the site's root, as in `/guides/old-name/`, without `..` and without a host")
}
