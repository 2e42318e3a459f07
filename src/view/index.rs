//! The site at a glance, for files that are no pages: sitemap, feed, and the graph of nodes and edges.
//!
//! In: the atlas. Out: [`SiteIndex`], plain data.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::atlas::{Atlas, Job};
use super::why::why;
use crate::model::common::Status;
use crate::model::index::{Node as IndexNode, SiteEdge, SiteIndex};
use crate::model::kind::Kind;
use crate::model::site::{Entity, Node, Page};
use crate::source::{Permalink, SourcePath};

/// Everything that the files beside the pages say.
#[must_use]
pub fn index(atlas: &Atlas<'_>, jobs: &[Job]) -> SiteIndex {
    let site = atlas.site;
    let config = &site.config;
    let nodes = site.pages.values().filter(|page| page.prose_of.is_none()).map(|page| node(page));
    let entities = atlas.entities.values().flatten().map(|entity| IndexNode {
        id: format!("{}:{}", entity.kind().as_str(), entity.id()),
        kind: entity.kind().as_str().to_owned(),
        title: atlas.entity_name(entity),
        summary: super::entity::about(atlas, entity),
        url: entity.permalink().as_str().to_owned(),
        path: None,
        updated: None,
        created: None,
        listed: true,
    });
    SiteIndex {
        title: config.title.clone(),
        description: config.description.clone(),
        lang: config.lang.clone(),
        base_url: config.base_url.clone(),
        today: config.today.to_string(),
        nodes: nodes.chain(entities).collect(),
        edges: edges(atlas),
        calendars: super::calendar::all(atlas),
        filter: super::facets::file(atlas),
        addresses: jobs
            .iter()
            .filter_map(|job| address(atlas, job))
            .map(|address| address.as_str().to_owned())
            .collect(),
    }
}

fn node(page: &Page) -> IndexNode {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    IndexNode {
        id: format!("{}:{}", page.kind().as_str(), page.id),
        kind: page.kind().as_str().to_owned(),
        title: page.title.clone(),
        summary: page.summary.clone(),
        url: page.permalink.as_str().to_owned(),
        // The file of a champion who goes by an id may have another name.
        path: Some(page.path().as_str().to_owned()).filter(|_| page.kind() != Kind::Champion),
        updated: day(page.updated),
        created: day(page.created),
        listed: page.is_listed() && page.status != Status::Draft,
    }
}

fn edges(atlas: &Atlas<'_>) -> Vec<SiteEdge> {
    let site = atlas.site;
    // The same few names and reasons stand at very many edges.
    let ids: HashMap<&SourcePath, Arc<str>> =
        site.pages.iter().map(|(path, page)| (path, Arc::from(id(page)))).collect();
    let mut entities: HashMap<&Entity, Option<Arc<str>>> = HashMap::new();
    let mut reasons: HashSet<Arc<str>> = HashSet::new();
    let mut edges = Vec::new();
    for edge in site.edges.iter() {
        let to = match &edge.to {
            Node::Page(path) => ids.get(path).cloned(),
            Node::Entity(entity) => entities.entry(entity).or_insert_with(|| entity_id(atlas, entity)).clone(),
        };
        let (Some(from), Some(to)) = (ids.get(&edge.from).cloned(), to) else { continue };
        let why = why(edge);
        let why = reasons.get(why.as_str()).cloned().unwrap_or_else(|| {
            let new: Arc<str> = Arc::from(why);
            reasons.insert(Arc::clone(&new));
            new
        });
        edges.push(SiteEdge { from, from_part: edge.from_part.clone(), to, to_part: edge.to_part.clone(), why });
    }
    edges
}

/// The name of an entity in the graph, if the site has a page of it.
fn entity_id(atlas: &Atlas<'_>, entity: &Entity) -> Option<Arc<str>> {
    let known = atlas.entities.get(&entity.kind()).is_some_and(|known| known.contains(entity));
    known.then(|| Arc::from(format!("{}:{}", entity.kind().as_str(), entity.id())))
}

/// The name of a page in the graph; prose of an entity stands for the entity.
fn id(page: &Page) -> String {
    match &page.prose_of {
        Some(entity) => format!("{}:{}", entity.kind().as_str(), entity.id()),
        None => format!("{}:{}", page.kind().as_str(), page.id),
    }
}

/// The address of a page that search engines may list.
fn address(atlas: &Atlas<'_>, job: &Job) -> Option<Permalink> {
    let shown = match job {
        Job::Page(path) => {
            let status = atlas.site.pages.get(path)?.status;
            status == Status::Approved || status == Status::InReview
        }
        Job::Search | Job::Freshness | Job::NotFound => false,
        _ => true,
    };
    shown.then(|| atlas.address(job))
}
