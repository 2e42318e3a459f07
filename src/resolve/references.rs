//! References that fields make: each must be the id of something, and most become edges.

use std::collections::BTreeSet;

use super::names::{Found, Names};
use crate::diagnostic::{Code, Diagnostic, codes, did_you_mean, nearest};
use crate::model::field::Reference;
use crate::model::kind::Kind;
use crate::model::leaf::Target;
use crate::model::registry::{Entry, Person};
use crate::model::site::{Edge, Entity, Node, Page, Relation, Site};
use crate::source::{SourcePath, Span};

/// Resolves every reference of the registries.
pub fn of_registry(site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    if !site.config.loose {
        site.registry.references.iter().for_each(|reference| registry(site, reference, diagnostics));
    }
}

/// The ids of people whom the registry knows as no longer there.
pub fn registered_as_former(site: &Site) -> BTreeSet<String> {
    let is_former = |entry: &Entry<Person>| entry.value.former.as_ref().is_some_and(|former| former.value);
    site.registry.people.iter().filter(|(_, entry)| is_former(entry)).map(|(id, _)| id.clone()).collect()
}

/// Resolves every reference of a page; the ids of people who are no longer there.
pub fn of_page(
    site: &Site,
    names: &Names<'_>,
    page: &Page,
    edges: &mut Vec<Edge>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let mut former = Vec::new();
    if site.config.loose {
        return former;
    }
    for reference in &page.document.references {
        match target(site, names, page, reference) {
            Ok(Some((to, part))) => edges.push(Edge {
                to,
                to_part: part,
                from: page.path().clone(),
                relation: Relation::Field(reference.section, reference.field),
                from_part: reference.part.clone(),
            }),
            Ok(None) => {}
            Err(diagnostic) => {
                if diagnostic.code == &codes::FORMER_PERSON {
                    former.push(reference.text.clone());
                }
                diagnostics.push(*diagnostic);
            }
        }
    }
    former
}

fn registry(site: &Site, reference: &Reference, diagnostics: &mut Vec<Diagnostic>) {
    if reference.target == Target::Team && !site.registry.teams.contains_key(&reference.text) {
        diagnostics.push(*unknown(
            &codes::UNKNOWN_TEAM,
            reference,
            "`_data/teams.yaml`",
            site.registry.teams.keys().map(String::as_str),
        ));
    }
}

type Resolved = Result<Option<(Node, Option<String>)>, Box<Diagnostic>>;

fn target(site: &Site, names: &Names<'_>, page: &Page, reference: &Reference) -> Resolved {
    let registry = &site.registry;
    let text = reference.text.as_str();
    let entity = |entity: Entity| Ok(Some((Node::Entity(entity), None)));
    match reference.target {
        Target::Part => Ok(None),
        Target::Team | Target::Owner if registry.teams.contains_key(text) => entity(Entity::Team(text.to_owned())),
        Target::Scanner if registry.scanners.contains_key(text) => Ok(None),
        Target::Scanner => Err(unknown(
            &codes::UNKNOWN_SCANNER,
            reference,
            "`_data/scanners.yaml`",
            registry.scanners.keys().map(String::as_str),
        )),
        Target::Team => Err(unknown(
            &codes::UNKNOWN_TEAM,
            reference,
            "`_data/teams.yaml`",
            registry.teams.keys().map(String::as_str),
        )),
        Target::Service if registry.services.contains_key(text) => entity(Entity::Service(text.to_owned())),
        Target::Service => Err(unknown(
            &codes::UNKNOWN_SERVICE,
            reference,
            "`_data/services.yaml`",
            registry.services.keys().map(String::as_str),
        )),
        Target::Skill if registry.skills.contains_key(text) => entity(Entity::Skill(text.to_owned())),
        Target::Skill => Err(unknown(
            &codes::UNKNOWN_SKILL,
            reference,
            "`_data/skills.yaml`",
            registry.skills.keys().map(String::as_str),
        )),
        Target::Owner | Target::Person => person(names, reference, registry.teams.keys().map(String::as_str)),
        Target::PageOrUrl if text.contains("://") => Ok(None),
        Target::Finding => of_kind(site, names, page, reference, Kind::Finding),
        Target::ThreatModel => of_kind(site, names, page, reference, Kind::ThreatModel),
        Target::Review => of_kind(site, names, page, reference, Kind::Review),
        Target::Curriculum => of_kind(site, names, page, reference, Kind::Curriculum),
        Target::Module => of_kind(site, names, page, reference, Kind::Module),
        Target::AnyPage | Target::PageOrUrl => any(site, names, page, reference),
    }
}

fn unknown<'a>(
    code: &'static Code,
    reference: &Reference,
    registry: &str,
    known: impl Iterator<Item = &'a str>,
) -> Box<Diagnostic> {
    let noun = reference.target.noun();
    let help = did_you_mean(&reference.text, known).unwrap_or_else(|| format!("add it to {registry}"));
    Box::new(
        Diagnostic::new(code, format!("`{}` is not a {noun} we know", reference.text))
            .at(&reference.path, reference.span)
            .help(help),
    )
}

fn person<'a>(names: &'a Names<'a>, reference: &Reference, teams: impl Iterator<Item = &'a str>) -> Resolved {
    if names.is_person(&reference.text) {
        let champion = names.page(Kind::Champion, &reference.text);
        return Ok(champion.map(|path| (Node::Page(path.clone()), None)));
    }
    let known: Vec<&str> = if reference.target == Target::Owner {
        names.people().chain(teams).collect()
    } else {
        names.people().collect()
    };
    // Nobody has a name like it: no slip of the pen, but a page that was deleted.
    if nearest(&reference.text, known.iter().copied()).is_none() {
        return Err(Box::new(former(&reference.text, &reference.path, reference.span)));
    }
    Err(unknown(
        &codes::UNKNOWN_PERSON,
        reference,
        "`_data/people.yaml`, or write a champion's page",
        known.into_iter(),
    ))
}

/// A reference to somebody whose page was deleted.
pub fn former(id: &str, path: &SourcePath, span: Span) -> Diagnostic {
    let message = format!("there is no `{id}`; readers see \"former champion\"");
    let help = format!("correct the id, or write `{{id: {id}, former: true}}` in `_data/people.yaml`");
    Diagnostic::new(&codes::FORMER_PERSON, message).at(path, span).help(help)
}

fn of_kind(site: &Site, names: &Names<'_>, page: &Page, reference: &Reference, kind: Kind) -> Resolved {
    let (id, part) = split_part(&reference.text);
    let id = id.strip_prefix(kind.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(id);
    match names.of_kind(kind, id, page) {
        Found::Page(path) => with_part(site, path, part, reference),
        Found::Several(candidates) => Err(ambiguous(reference, &candidates)),
        Found::Entity(_) | Found::Nothing => {
            let message = format!("there is no {} `{id}`", kind.label().to_lowercase());
            let help = did_you_mean(id, names.ids(kind))
                .unwrap_or_else(|| format!("write the id of a {}", kind.label().to_lowercase()));
            Err(Box::new(
                Diagnostic::new(&codes::BROKEN_REFERENCE, message).at(&reference.path, reference.span).help(help),
            ))
        }
    }
}

fn any(site: &Site, names: &Names<'_>, page: &Page, reference: &Reference) -> Resolved {
    let (id, part) = split_part(&reference.text);
    match names.find(id, page) {
        Found::Page(path) => with_part(site, path, part, reference),
        Found::Entity(entity) => Ok(Some((Node::Entity(entity), None))),
        Found::Several(candidates) => Err(ambiguous(reference, &candidates)),
        Found::Nothing => {
            let message = format!("there is no page `{id}`");
            let help = did_you_mean(id, names.stems())
                .unwrap_or_else(|| "write `kind:id`, as in `finding:sql-injection`".to_owned());
            Err(Box::new(
                Diagnostic::new(&codes::BROKEN_REFERENCE, message).at(&reference.path, reference.span).help(help),
            ))
        }
    }
}

fn ambiguous(reference: &Reference, candidates: &[String]) -> Box<Diagnostic> {
    let message = format!("`{}` fits several pages: {}", reference.text, candidates.join(", "));
    Box::new(
        Diagnostic::new(&codes::AMBIGUOUS_REFERENCE, message)
            .at(&reference.path, reference.span)
            .help("write one of them in full"),
    )
}

fn split_part(text: &str) -> (&str, Option<&str>) {
    text.split_once('#').map_or((text, None), |(id, part)| (id, Some(part)))
}

fn with_part(site: &Site, path: &SourcePath, part: Option<&str>, reference: &Reference) -> Resolved {
    let Some(part) = part else { return Ok(Some((Node::Page(path.clone()), None))) };
    let Some(target) = site.pages.get(path) else { return Ok(None) };
    let anchors = super::links::anchors(target);
    if anchors.contains(&part) {
        return Ok(Some((Node::Page(path.clone()), Some(part.to_owned()))));
    }
    let message = format!("`{}` has no part `{part}`", target.id);
    let diagnostic = Diagnostic::new(&codes::BROKEN_REFERENCE, message).at(&reference.path, reference.span);
    Err(Box::new(diagnostic.maybe_help(did_you_mean(part, anchors))))
}
