//! Pages of services, teams, skills, tags and classifications: what is known of them, and everything that refers to them.

use std::collections::BTreeMap;

use super::atlas::{Atlas, Scope};
use super::list::{Listing, Part, groups};
use super::why::why;
use super::{body, frame};
use crate::catalogue;
use crate::model::counted::counted;
use crate::model::kind::{Details, Kind};
use crate::model::registry::Service;
use crate::model::site::{Entity, Node, Page};
use crate::model::view::{Content, EntityView, Fact, Link, PageView};

/// Explanations named at the head of a weakness; all of them stand below.
const MOST: usize = 8;

/// Everything that refers to an entity, by kind.
pub fn listing<'s>(atlas: &Atlas<'s>, entity: &Entity) -> Listing<'s> {
    let site = atlas.site;
    let mut pages: BTreeMap<Kind, Vec<(&'s Page, Vec<String>)>> = BTreeMap::new();
    let edges: Vec<_> = site.edges.to(&Node::Entity(entity.clone())).collect();
    for edges in edges.chunk_by(|a, b| a.from == b.from) {
        let page = edges.first().and_then(|edge| site.pages.get(&edge.from)).filter(|page| page.is_listed());
        let Some(page) = page else { continue };
        let mut reasons = Vec::new();
        for reason in edges.iter().map(|edge| why(edge)) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        pages.entry(page.kind()).or_default().push((page, reasons));
    }
    let of = |kind: Kind, pages| Part {
        key: kind.plural().to_lowercase().replace(' ', "-"),
        label: kind.plural().to_owned(),
        pages,
    };
    Listing::new(atlas, Kind::ALL.into_iter().filter_map(|kind| Some(of(kind, pages.remove(&kind)?))).collect())
}

/// What the registry or the catalogue says of an entity in one sentence.
pub fn about(atlas: &Atlas<'_>, entity: &Entity) -> Option<String> {
    match entity {
        Entity::Skill(id) => atlas.site.registry.skills.get(id)?.value.what.as_ref().map(|what| what.value.clone()),
        _ => atlas.by_permalink.get(&entity.permalink()).and_then(|page| page.summary.clone()),
    }
}

impl Atlas<'_> {
    /// The page of an entity.
    pub(super) fn entity(&self, entity: &Entity) -> PageView {
        let address = entity.permalink();
        let scope = self.scope(&address);
        let own = self.by_permalink.get(&address).copied();
        let name = self.entity_name(entity);
        let mut page = own.map_or_else(|| frame::made(&scope, &name, "", ""), |page| frame::of_page(&scope, page));
        page.title = own.map_or(name, |page| page.title.clone());
        entity.kind().as_str().clone_into(&mut page.kind);
        entity.kind().label().clone_into(&mut page.kind_label);
        page.ask = ask(&scope, entity);
        let empty = Listing::default();
        let listing = self.listing(&address).unwrap_or(&empty);
        let view = EntityView {
            kind: entity.kind().as_str().to_owned(),
            id: entity.id(),
            facts: facts(&scope, entity),
            about: about(self, entity).filter(|about| page.summary.as_ref() != Some(about)),
            groups: groups(&scope, &address, listing),
            total: listing.total,
            skill: if let Entity::Skill(id) = entity { super::skill::panel(&scope, id) } else { None },
            team: if let Entity::Team(id) = entity { super::programme::team(&scope, id) } else { None },
            service: if let Entity::Service(id) = entity { super::service::panel(&scope, id, listing) } else { None },
            requirements: if self.requirements_page.is_some() {
                super::requirements::open(&scope, entity)
            } else {
                None
            },
        };
        PageView {
            output: address.output_path(),
            template: "entity.html",
            site: self.shared.clone(),
            page,
            content: Content::Entity(Box::new(view)),
            body: own.and_then(|page| body::of_page(&scope, page)),
            redirects: own.map_or_else(Vec::new, |page| self.redirects(page)),
        }
    }
}

fn ask(scope: &Scope<'_, '_>, entity: &Entity) -> Vec<Link> {
    let registry = &scope.atlas.site.registry;
    let team = match entity {
        Entity::Service(id) => {
            registry.services.get(id).and_then(|entry| entry.value.team.as_ref()).map(|team| team.value.0.as_str())
        }
        Entity::Team(id) => Some(id.as_str()),
        _ => None,
    };
    scope.ask(team.into_iter())
}

fn facts(scope: &Scope<'_, '_>, entity: &Entity) -> Vec<Fact> {
    let registry = &scope.atlas.site.registry;
    let facts = match entity {
        Entity::Service(id) => {
            let mut facts = registry.services.get(id).map_or_else(Vec::new, |entry| service(scope, &entry.value));
            facts.push(scans(scope, id));
            facts
        }
        Entity::Team(id) => team(scope, id),
        Entity::Cwe(number) => weakness(scope, *number),
        Entity::Owasp(id) => catalogue::owasp(id).map_or_else(Vec::new, |category| {
            let cwes = category
                .cwes
                .iter()
                .map(|cwe| Entity::Cwe(*cwe))
                .filter(|cwe| scope.atlas.entities.get(&cwe.kind()).is_some_and(|known| known.contains(cwe)));
            vec![Fact {
                label: "Weaknesses here".to_owned(),
                values: cwes.map(|cwe| scope.entity(&cwe, scope.atlas.entity_name(&cwe))).collect(),
            }]
        }),
        Entity::Skill(_) | Entity::Tag(_) | Entity::Asvs(_) | Entity::Cve(_) => Vec::new(),
    };
    facts.into_iter().filter(|fact| !fact.values.is_empty()).collect()
}

fn text(label: &str, values: impl Iterator<Item = String>) -> Fact {
    Fact { label: label.to_owned(), values: values.map(|label| Link { label, ..Link::default() }).collect() }
}

fn service(scope: &Scope<'_, '_>, service: &Service) -> Vec<Fact> {
    let registry = &scope.atlas.site.registry;
    let team = service
        .team
        .iter()
        .map(|team| scope.entity(&Entity::Team(team.value.0.clone()), registry.team_name(&team.value.0)));
    let repo = service.repo.iter().map(|url| {
        let label = url.value.0.split_once("://").map_or(url.value.0.as_str(), |(_, rest)| rest).to_owned();
        Link { label, href: Some(url.value.0.clone()), ..Link::default() }
    });
    vec![
        Fact { label: "Team".to_owned(), values: team.collect() },
        text("Exposure", service.exposure.iter().map(|exposure| exposure.value.as_str().to_owned())),
        text("Data", service.data.iter().map(|data| data.value.clone())),
        Fact { label: "Code".to_owned(), values: repo.collect() },
    ]
}

fn team(scope: &Scope<'_, '_>, id: &str) -> Vec<Fact> {
    let registry = &scope.atlas.site.registry;
    let Some(entry) = registry.teams.get(id) else { return Vec::new() };
    let team = &entry.value;
    let to_team = |team: &crate::source::At<crate::model::leaf::TeamRef>| {
        scope.entity(&Entity::Team(team.value.0.clone()), registry.team_name(&team.value.0))
    };
    let owned =
        registry.services.iter().filter(|(_, entry)| entry.value.team.as_ref().is_some_and(|team| team.value.0 == id));
    let services = owned.map(|(id, _)| scope.entity(&Entity::Service(id.clone()), registry.service_name(id)));
    let champions = scope.atlas.champions.get(id).into_iter().flatten().map(|page| scope.page(page));
    vec![
        text("Side", team.side.iter().map(|side| side.value.as_str().to_owned())),
        text("State", team.former.iter().filter(|former| former.value).map(|_| "no longer exists".to_owned())),
        Fact { label: "Moved to".to_owned(), values: team.moved_to.iter().map(to_team).collect() },
        Fact { label: "Services".to_owned(), values: services.collect() },
        Fact { label: "Champions".to_owned(), values: champions.collect() },
        Fact { label: "Escalates to".to_owned(), values: team.escalate_to.iter().map(to_team).collect() },
    ]
}

fn weakness(scope: &Scope<'_, '_>, number: u32) -> Vec<Fact> {
    let Some(entry) = catalogue::cwe(number) else { return Vec::new() };
    let link = |cwe: u32| scope.entity(&Entity::Cwe(cwe), scope.atlas.entity_name(&Entity::Cwe(cwe)));
    let categories = catalogue::owasp_categories().filter(|category| category.cwes.contains(&number));
    let owasp = categories.map(|category| {
        scope.entity(&Entity::Owasp(category.id.to_owned()), format!("{} {}", category.id, category.name))
    });
    let children =
        scope.atlas.entities.get(&crate::model::site::EntityKind::Cwe).into_iter().flatten().filter_map(|entity| {
            match entity {
                Entity::Cwe(other) => {
                    catalogue::cwe(*other).filter(|entry| entry.parents.contains(&number)).map(|_| link(*other))
                }
                _ => None,
            }
        });
    let mut facts = vec![
        text("Abstraction", Some(entry.abstraction.label().to_owned()).into_iter().filter(|label| !label.is_empty())),
        text("Also called", entry.alternate_terms.iter().map(|term| (*term).to_owned())),
        Fact { label: "Kind of".to_owned(), values: path(number).into_iter().rev().map(link).collect() },
        Fact { label: "Also a kind of".to_owned(), values: other_parents(number).into_iter().map(link).collect() },
        Fact { label: "Kinds of it here".to_owned(), values: children.collect() },
        Fact { label: "OWASP Top 10".to_owned(), values: owasp.collect() },
        explained(scope, number),
    ];
    facts.extend(gathered(scope, number));
    facts
}

/// The way up from a weakness, nearest first: the first parent of each, which the catalogue gives as the primary one.
fn path(number: u32) -> Vec<u32> {
    let up = |cwe: &u32| catalogue::cwe(*cwe).and_then(|entry| entry.parents.first().copied());
    let mut path: Vec<u32> = Vec::new();
    let mut next = up(&number);
    while let Some(cwe) = next.filter(|cwe| !path.contains(cwe)) {
        path.push(cwe);
        next = up(&cwe);
    }
    path
}

/// Parents that are not on the way up.
fn other_parents(number: u32) -> Vec<u32> {
    let parents = catalogue::cwe(number).map_or(&[][..], |entry| entry.parents.as_slice());
    parents.iter().skip(1).copied().collect()
}

/// Findings about a weakness.
fn findings<'s>(atlas: &Atlas<'s>, number: u32) -> Vec<&'s Page> {
    let node = Node::Entity(Entity::Cwe(number));
    let edges = atlas.site.edges.to(&node).filter(|edge| !edge.relation.is_text());
    let pages = edges.filter_map(|edge| atlas.site.pages.get(&edge.from).map(std::sync::Arc::as_ref));
    let mut pages: Vec<&Page> = pages.filter(|page| page.kind() == Kind::Finding && page.is_listed()).collect();
    pages.dedup_by_key(|page| page.path());
    pages
}

/// What explains a weakness: its findings; without one, those of its nearest ancestor that has some.
fn explained(scope: &Scope<'_, '_>, number: u32) -> Fact {
    let own = findings(scope.atlas, number);
    let mut values: Vec<Link> = own.iter().take(MOST).map(|page| scope.page(page)).collect();
    if own.is_empty() {
        let above = catalogue::ancestors(number).into_iter().find(|cwe| !findings(scope.atlas, *cwe).is_empty());
        if let Some(cwe) = above {
            let note = Some(format!("about CWE-{cwe}"));
            let links = findings(scope.atlas, cwe).into_iter().map(|page| scope.page(page));
            values.extend(links.map(|link| Link { note: note.clone(), ..link }));
        }
    }
    Fact { label: "Explained by".to_owned(), values }
}

/// What there is about a weakness beside its explanations, directly and by way of its findings: threats and reviews that name one of them, the skills
/// that prevent it, and the modules that practise on a finding or bring such a skill.
fn gathered(scope: &Scope<'_, '_>, number: u32) -> [Fact; 4] {
    let findings = findings(scope.atlas, number);
    let own = || std::iter::once(Node::Entity(Entity::Cwe(number)));
    let nodes = || own().chain(findings.iter().map(|page| super::finding::itself(page)));
    let mut skills: Vec<&str> = Vec::new();
    for page in &findings {
        let Details::Finding(finding) = &*page.document.details else { continue };
        for skill in finding.skills.iter().map(|skill| skill.value.0.as_str()) {
            if !skills.contains(&skill) {
                skills.push(skill);
            }
        }
    }
    let prevents = skills.iter().map(|id| Node::Entity(Entity::Skill((*id).to_owned())));
    let fact = |label: &str, values: Vec<Link>| Fact { label: label.to_owned(), values };
    let name = |id: &str| scope.atlas.site.registry.skill_name(id);
    let to_skill = |id: &&str| scope.entity(&Entity::Skill((*id).to_owned()), name(id));
    [
        fact("We thought of it", super::finding::threats(scope, nodes())),
        fact("It really happened", super::finding::reviews(scope, nodes())),
        fact("Skills that prevent it", skills.iter().map(to_skill).collect()),
        fact("Taught in", super::finding::modules(scope, nodes().chain(prevents))),
    ]
}

/// What of a service's scan results is explained, and what is open: the newest three of what is kept of scans. Counts only.
fn scans(scope: &Scope<'_, '_>, id: &str) -> Fact {
    let kept = scope.atlas.site.registry.coverage.iter().rev();
    let lines = kept.filter_map(|(day, coverage)| {
        let part = coverage.value.by_service.iter().find(|part| part.name == id)?;
        let results = counted(part.results, "result");
        let open = match part.results.saturating_sub(part.explained) {
            0 => String::new(),
            open => format!("; {open} open"),
        };
        let label = format!("{} of {results} explained{open}", part.explained);
        Some(Link { label, note: Some(day.to_string()), ..Link::default() })
    });
    Fact { label: "Scans".to_owned(), values: lines.take(3).collect() }
}
