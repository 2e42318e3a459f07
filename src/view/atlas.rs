//! What every view needs to know of the whole site, computed once: who points to what, what stands in which folder, and which addresses exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aho_corasick::{AhoCorasick, MatchKind};
use foldhash::HashMap;
use rayon::prelude::*;

use super::list::{self, Listing};
use crate::model::address::{Links, segment};
use crate::model::kind::{Details, Kind};
use crate::model::registry::GlossaryTerm;
use crate::model::reviewers::{self, Candidate, Pool};
use crate::model::site::{Edge, Entity, EntityKind, Node, Page, Site};
use crate::model::view::{Link, SiteView};
use crate::source::{Permalink, SourcePath};

/// One page of the output to be made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Job {
    /// The page of a file.
    Page(SourcePath),
    /// The list of a folder or a kind that has no file of its own.
    Section(Permalink),
    /// One group of a list that is too long for one page: the list's address and the group's key.
    Group(Permalink, String),
    /// The list of all services, tags, ….
    EntityIndex(EntityKind),
    /// The page of a service, tag, ….
    Entity(Entity),
    /// The home page, where no file is it.
    Home,
    /// The words of the glossary, where no file is their page.
    Glossary,
    /// The page of search results.
    Search,
    /// Everything that scanners say, in one list.
    Lookup,
    /// The programme, where no file is its page.
    Programme,
    /// The scorecard, where no file is its page.
    Scorecard,
    /// The page of a metric, by its address.
    Metric(Permalink),
    /// A page of the list of requirements: the group's key, empty for all of them, and the page's number from 1.
    Requirements(String, usize),
    /// Where pages stand with their reviews.
    Freshness,
    /// The page for addresses that do not exist.
    NotFound,
}

/// A folder of the site.
#[derive(Default)]
pub struct Section<'s> {
    /// Pages right in it, in their order.
    pub pages: Vec<&'s Page>,
    /// Folders right in it.
    pub sections: BTreeSet<Permalink>,
    /// Listed pages in it and below it.
    pub total: usize,
}

/// What a list is of.
enum Listed {
    /// A folder or a kind.
    Section,
    /// Whatever refers to an entity.
    Entity(Entity),
    /// Pages by how fresh they are.
    Freshness,
}

/// The fields of listed pages that name something, with their pages.
pub type Naming<'s> = Arc<[(&'s Edge, &'s Page)]>;

/// The site with everything that more than one view asks for.
pub struct Atlas<'s> {
    /// The screened site.
    pub site: &'s Site,
    /// What is the same on every page.
    pub shared: Arc<SiteView>,
    /// Folders that hold pages.
    pub sections: BTreeMap<Permalink, Section<'s>>,
    /// Pages by address.
    pub by_permalink: BTreeMap<&'s Permalink, &'s Page>,
    /// Entities that something points to, or that have prose.
    pub entities: BTreeMap<EntityKind, BTreeSet<Entity>>,
    /// Lists of kinds, by address.
    pub kinds: BTreeMap<Permalink, Kind>,
    /// Active champions by team.
    pub champions: BTreeMap<&'s str, Vec<&'s Page>>,
    /// Lists, by address; made when they are asked for.
    listings: BTreeMap<Permalink, (Listed, OnceLock<Listing<'s>>)>,
    /// The fields of pages of a kind that name an entity; found when they are asked for.
    naming: Mutex<HashMap<(Node, Kind), Naming<'s>>>,
    /// The place of each page among all in their order.
    ranks: HashMap<&'s SourcePath, usize>,
    /// Old addresses by the page they lead to.
    pub redirects: BTreeMap<&'s SourcePath, Vec<&'s Permalink>>,
    /// Finds glossary terms, and the entry each pattern belongs to.
    pub glossary: Option<(AhoCorasick, Vec<(&'s str, &'s GlossaryTerm)>)>,
    /// The page of the glossary, when there is one.
    pub glossary_page: Option<Permalink>,
    /// The page of the programme, when there are curricula, champions or reviews.
    pub programme_page: Option<Permalink>,
    /// The page of the scorecard, when anything is measured.
    pub scorecard_page: Option<Permalink>,
    /// The pages of metrics, each with the metric's id.
    pub metric_pages: BTreeMap<Permalink, String>,
    /// The list of requirements, when there are some and no folder stands in its place.
    pub requirements_page: Option<Permalink>,
    requirements: OnceLock<super::requirements::Index<'s>>,
    /// The page of where pages stand with their reviews, when something is to be said and nothing else has its address.
    pub freshness_page: Option<Permalink>,
    /// Who can review the pages that are in review.
    pub reviewers: BTreeMap<SourcePath, Vec<Candidate>>,
    /// Everybody who can review something; read when it is asked for.
    pool: OnceLock<Pool<'s>>,
    /// How many levels of a curriculum each champion at work holds today, by the curriculum's id and the champion's.
    pub levels_held: BTreeMap<&'s str, Vec<(&'s str, usize)>>,
    /// Findings, threat models and reviews by the skills they call for.
    pub calling: BTreeMap<String, Vec<&'s Page>>,
}

/// One page's outlook on the site: relative links, and names of people as this page may have them.
pub struct Scope<'a, 's> {
    /// The whole site.
    pub atlas: &'a Atlas<'s>,
    /// The page's address.
    pub here: &'a Permalink,
    /// Links from here.
    pub links: Links<'a>,
}

impl<'s> Atlas<'s> {
    /// Reads the site once.
    #[must_use]
    pub fn new(site: &'s Site) -> Self {
        let by_permalink = || site.pages.values().map(|page| (&page.permalink, &**page)).collect();
        let people = || (reviewers::of_pages_in_review(site), levels_held(site), calling(site));
        let ((ranks, by_permalink), (entities, (reviewers, levels_held, calling))) =
            rayon::join(|| rayon::join(|| ranks(site), by_permalink), || rayon::join(|| entities(site), people));
        let mut atlas = Self {
            site,
            shared: Arc::new(shared(site)),
            sections: BTreeMap::new(),
            by_permalink,
            entities,
            kinds: kinds(site),
            champions: BTreeMap::new(),
            listings: BTreeMap::new(),
            naming: Mutex::default(),
            ranks,
            redirects: BTreeMap::new(),
            glossary: glossary(site),
            glossary_page: (!site.registry.glossary.is_empty()).then(|| Permalink::new(super::glossary::ADDRESS)),
            programme_page: super::programme::is_there(site).then(|| Permalink::new(super::programme::ADDRESS)),
            scorecard_page: super::scorecard::is_there(site).then(|| Permalink::new(super::scorecard::ADDRESS)),
            metric_pages: super::scorecard::addresses(site),
            requirements_page: None,
            requirements: OnceLock::new(),
            freshness_page: None,
            reviewers,
            pool: OnceLock::new(),
            levels_held,
            calling,
        };
        for (from, to) in &site.redirects {
            atlas.redirects.entry(to).or_default().push(from);
        }
        atlas.read_sections();
        atlas.read_champions();
        let requirements = Permalink::new(super::requirements::ADDRESS);
        if !atlas.sections.contains_key(&requirements) && super::requirements::has_some(site) {
            atlas.requirements_page = Some(requirements);
        }
        let sections =
            atlas.kinds.keys().chain(atlas.sections.keys()).map(|address| (address.clone(), Listed::Section));
        let entities = atlas.entities.values().flatten();
        let entities = entities.map(|entity| (entity.permalink(), Listed::Entity(entity.clone())));
        let freshness = Permalink::new(super::freshness::ADDRESS);
        let free = !atlas.by_permalink.contains_key(&freshness) && !atlas.sections.contains_key(&freshness);
        let freshness = (free && super::freshness::is_there(site)).then_some(freshness);
        let fresh = freshness.iter().map(|address| (address.clone(), Listed::Freshness));
        atlas.listings =
            sections.chain(entities).chain(fresh).map(|(address, of)| (address, (of, OnceLock::new()))).collect();
        atlas.freshness_page = freshness;
        atlas
    }

    /// Every requirement; read when it is asked for.
    pub fn requirements(&self) -> &super::requirements::Index<'s> {
        self.requirements.get_or_init(|| super::requirements::Index::new(self))
    }

    /// The list at an address.
    pub fn listing(&self, address: &Permalink) -> Option<&Listing<'s>> {
        let (of, listing) = self.listings.get(address)?;
        Some(listing.get_or_init(|| match of {
            Listed::Section => list::of_section(self, address),
            Listed::Entity(entity) => super::entity::listing(self, entity),
            Listed::Freshness => super::freshness::listing(self),
        }))
    }

    /// The fields of listed pages of one kind that name a page or an entity. Very many pages may name an entity, and very many may ask, so what
    /// was found is kept.
    pub fn naming(&self, node: Node, kind: Kind) -> Naming<'s> {
        let find = |node: &Node| -> Naming<'s> {
            let edges = self.site.edges.to(node).filter(|edge| !edge.relation.is_text());
            let named = edges.filter_map(|edge| Some((edge, &**self.site.pages.get(&edge.from)?)));
            named.filter(|(_, page)| page.is_listed() && page.kind() == kind).collect()
        };
        match node {
            Node::Page(_) => find(&node),
            Node::Entity(_) => {
                let mut known = self.naming.lock().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(known.entry((node, kind)).or_insert_with_key(|(node, _)| find(node)))
            }
        }
    }

    /// Everybody who can review something.
    pub fn pool(&self) -> &Pool<'s> {
        self.pool.get_or_init(|| Pool::new(self.site))
    }

    /// The place of a page among all pages in their order.
    pub fn rank(&self, page: &Page) -> usize {
        self.ranks.get(page.path()).copied().unwrap_or(usize::MAX)
    }

    fn read_sections(&mut self) {
        let mut sections: BTreeMap<Permalink, Section<'s>> = BTreeMap::new();
        let home = Permalink::new("/");
        sections.entry(home.clone()).or_default();
        // The words of a metric stand on its page, and in no folder.
        let listed = |page: &&Arc<Page>| {
            page.is_listed() && page.permalink != home && !self.metric_pages.contains_key(&page.permalink)
        };
        for page in self.site.pages.values().filter(listed) {
            let mut below = page.permalink.clone();
            let mut first = true;
            while let Some(folder) = parent(&below) {
                let section = sections.entry(folder.clone()).or_default();
                section.total += 1;
                if first {
                    section.pages.push(page);
                } else {
                    section.sections.insert(below.clone());
                }
                first = false;
                below = folder;
            }
        }
        // A folder's own page stands for the folder among the folders, not among the pages.
        let folders: BTreeSet<Permalink> = sections.keys().cloned().collect();
        for section in sections.values_mut() {
            section.pages.retain(|page| !folders.contains(&page.permalink));
            section.pages.sort_by_key(|page| self.rank(page));
        }
        self.sections = sections;
    }

    fn read_champions(&mut self) {
        use crate::model::curriculum::ChampionStatus;
        for page in self.site.pages.values() {
            let Details::Champion(champion) = &*page.document.details else { continue };
            let active = champion.status.as_ref().is_some_and(|status| status.value == ChampionStatus::Active);
            if let (Some(team), true) = (&champion.team, active) {
                self.champions.entry(team.value.0.as_str()).or_default().push(page);
            }
        }
    }

    /// Every page of the output.
    #[must_use]
    pub fn jobs(&self) -> Vec<Job> {
        let mut jobs: BTreeSet<Job> = self.site.pages.keys().cloned().map(Job::Page).collect();
        let taken = |address: &Permalink| self.by_permalink.contains_key(address);
        let home = Permalink::new("/");
        if !taken(&home) {
            jobs.insert(Job::Home);
        }
        if self.glossary_page.as_ref().is_some_and(|address| !taken(address)) {
            jobs.insert(Job::Glossary);
        }
        if self.programme_page.as_ref().is_some_and(|address| !taken(address)) {
            jobs.insert(Job::Programme);
        }
        if self.scorecard_page.as_ref().is_some_and(|address| !taken(address)) {
            jobs.insert(Job::Scorecard);
        }
        jobs.extend(self.metric_pages.keys().filter(|address| !taken(address)).cloned().map(Job::Metric));
        if self.requirements_page.is_some() {
            let pages =
                self.requirements().pages().filter(|(key, number)| !taken(&super::requirements::address(key, *number)));
            jobs.extend(pages.map(|(key, number)| Job::Requirements(key, number)));
        }
        if self.freshness_page.is_some() {
            jobs.insert(Job::Freshness);
        }
        for address in self.sections.keys().chain(self.kinds.keys()) {
            if *address != home && !taken(address) && self.entity_folder(address).is_none() {
                jobs.insert(Job::Section(address.clone()));
            }
        }
        for (kind, entities) in &self.entities {
            let index = crate::model::address::permalink(&[kind.folder()]);
            if !taken(&index) {
                jobs.insert(Job::EntityIndex(*kind));
            }
            jobs.extend(entities.iter().filter(|entity| !taken(&entity.permalink())).cloned().map(Job::Entity));
        }
        let groups =
            self.listings.par_iter().filter(|(_, (of, _))| self.may_be_split(of)).flat_map_iter(|(address, _)| {
                let listing = self.listing(address).filter(|listing| listing.is_split());
                let groups = listing.into_iter().flat_map(|listing| &listing.groups);
                groups.map(|group| Job::Group(address.clone(), group.key.clone()))
            });
        jobs.extend(groups.collect::<Vec<_>>());
        for (address, job) in [(super::finder::SEARCH, Job::Search), (super::finder::LOOKUP, Job::Lookup)] {
            let address = Permalink::new(address);
            if !taken(&address) && !self.sections.contains_key(&address) {
                jobs.insert(job);
            }
        }
        jobs.insert(Job::NotFound);
        jobs.into_iter().collect()
    }

    /// Whether a list can be so long that its groups have pages of their own; most are not, and need not be made to know it.
    fn may_be_split(&self, of: &Listed) -> bool {
        match of {
            Listed::Entity(entity) => list::is_long(self.site.edges.pages_to(&Node::Entity(entity.clone()))),
            Listed::Section | Listed::Freshness => true,
        }
    }

    /// The sort of entity whose list is at this address.
    pub fn entity_folder(&self, address: &Permalink) -> Option<EntityKind> {
        let folder = address.as_str().trim_matches('/');
        self.entities.keys().copied().find(|kind| kind.folder() == folder)
    }

    /// Whether a page is also the list of a folder or a kind.
    pub fn is_section(&self, address: &Permalink) -> bool {
        self.kinds.contains_key(address)
            || self.entity_folder(address).is_some()
            || self
                .sections
                .get(address)
                .is_some_and(|section| !section.pages.is_empty() || !section.sections.is_empty())
    }

    /// Whether something is published at this address.
    pub fn exists(&self, address: &Permalink) -> bool {
        address.as_str() == "/"
            || self.glossary_page.as_ref() == Some(address)
            || self.programme_page.as_ref() == Some(address)
            || self.scorecard_page.as_ref() == Some(address)
            || self.metric_pages.contains_key(address)
            || self.requirements_page.as_ref() == Some(address)
            || self.freshness_page.as_ref() == Some(address)
            || self.by_permalink.contains_key(address)
            || self.kinds.contains_key(address)
            || self.sections.contains_key(address)
            || self.entity_folder(address).is_some()
    }

    /// The outlook of the page at an address.
    pub fn scope<'a>(&'a self, here: &'a Permalink) -> Scope<'a, 's> {
        // An unknown address may lie in any folder, so the page for it points from the root of the server.
        let links = if here.as_str() == "/404.html" {
            Links::rooted(here, self.site.config.base_path())
        } else {
            Links::new(here, self.site.config.portable)
        };
        Scope { atlas: self, here, links }
    }

    /// The shown name of an entity.
    #[must_use]
    pub fn entity_name(&self, entity: &Entity) -> String {
        let registry = &self.site.registry;
        let own = match entity {
            Entity::Team(id) => return registry.team_name(id),
            Entity::Service(id) => return registry.service_name(id),
            Entity::Skill(id) => return registry.skill_name(id),
            Entity::Tag(tag) => return self.site.tags.get(tag).cloned().unwrap_or_else(|| tag.clone()),
            Entity::Cwe(number) => crate::catalogue::cwe(*number).map(|entry| entry.name),
            Entity::Owasp(id) => crate::catalogue::owasp(id).map(|category| category.name),
            Entity::Asvs(_) | Entity::Cve(_) => None,
        };
        own.map_or_else(|| entity.id(), |name| format!("{}: {name}", entity.id()))
    }
}

impl Scope<'_, '_> {
    /// A link to a page.
    pub fn page(&self, page: &Page) -> Link {
        Link { label: page.title.clone(), href: Some(self.links.to(&page.permalink, None)), ..Link::default() }
    }

    /// A link to a place, with this label.
    pub fn to(&self, label: &str, address: &Permalink) -> Link {
        Link {
            label: label.to_owned(),
            href: Some(self.links.to(address, None)),
            current: address == self.here,
            ..Link::default()
        }
    }

    /// A link to an entity that has a page, else its id as text.
    pub fn entity(&self, entity: &Entity, label: String) -> Link {
        let known = self.atlas.entities.get(&entity.kind()).is_some_and(|entities| entities.contains(entity));
        Link { label, href: known.then(|| self.links.to(&entity.permalink(), None)), ..Link::default() }
    }
}

/// The folder that an address lies in.
pub fn parent(address: &Permalink) -> Option<Permalink> {
    let (folder, _) = address.as_str().trim_end_matches('/').rsplit_once('/')?;
    Some(Permalink::new(&format!("{folder}/")))
}

fn shared(site: &Site) -> SiteView {
    let config = &site.config;
    SiteView {
        title: config.title.clone(),
        description: config.description.clone(),
        lang: config.lang.clone(),
        generator: format!("tiltyard {}", env!("CARGO_PKG_VERSION")),
        audience: config.audiences.get(config.audience).filter(|_| config.audiences.len() > 1).cloned(),
        feed: config.base_url.is_some(),
        logo: config.logo.clone(),
    }
}

fn entities(site: &Site) -> BTreeMap<EntityKind, BTreeSet<Entity>> {
    let mut entities: BTreeMap<EntityKind, BTreeSet<Entity>> = BTreeMap::new();
    for entity in site.entities() {
        entities.entry(entity.kind()).or_default().insert(entity.clone());
    }
    entities
}

fn ranks(site: &Site) -> HashMap<&SourcePath, usize> {
    let key = |page: &'_ Arc<Page>| page.document.common.order.as_ref().map_or(i64::MAX, |order| order.value.0);
    let keys =
        site.pages.par_iter().map(|(path, page)| (key(page), page.title.to_lowercase(), page.title.as_str(), path));
    let mut keys: Vec<_> = keys.collect();
    keys.par_sort_unstable();
    keys.into_iter().enumerate().map(|(rank, (.., path))| (path, rank)).collect()
}

fn kinds(site: &Site) -> BTreeMap<Permalink, Kind> {
    let shown: BTreeSet<Kind> = site.pages.values().filter(|page| page.is_listed()).map(|page| page.kind()).collect();
    let of = |kind: Kind| {
        kind.folder()
            .filter(|_| kind != Kind::Module)
            .map(|folder| (crate::model::address::permalink(&[&segment(folder)]), kind))
    };
    shown.into_iter().filter_map(of).collect()
}

/// Champions at work who hold a level of a curriculum today.
fn levels_held(site: &Site) -> BTreeMap<&str, Vec<(&str, usize)>> {
    use crate::model::curriculum::ChampionStatus;
    let progress = &site.progress;
    let at_work = || progress.people.values().filter(|standing| standing.status == ChampionStatus::Active);
    let of = |id: &str| {
        let ranks = at_work().map(|standing| (standing.id.as_str(), standing.rank_on(progress, id, progress.today)));
        ranks.filter(|(_, rank)| *rank > 0).collect()
    };
    progress.curricula.keys().map(|id| (id.as_str(), of(id))).collect()
}

/// Pages in the order of their files, by each skill that they call for.
fn calling(site: &Site) -> BTreeMap<String, Vec<&Page>> {
    let mut calling: BTreeMap<String, Vec<&Page>> = BTreeMap::new();
    for page in site.pages.values().filter(|page| page.is_listed() && reviewers::is_reviewed(page.kind())) {
        for skill in reviewers::skills(site, page) {
            calling.entry(skill).or_default().push(page);
        }
    }
    calling
}

fn glossary(site: &Site) -> Option<(AhoCorasick, Vec<(&str, &GlossaryTerm)>)> {
    let mut patterns = Vec::new();
    for (term, entry) in &site.registry.glossary {
        patterns.push((term.as_str(), &entry.value));
        patterns.extend(entry.value.aliases.iter().map(|alias| (alias.value.as_str(), &entry.value)));
    }
    if patterns.is_empty() {
        return None;
    }
    let finder = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(patterns.iter().map(|(term, _)| term))
        .ok()?;
    Some((finder, patterns))
}
