//! The whole knowledge base with every reference and link resolved: what checks, views and queries read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use jiff::civil::Date;
use rayon::prelude::*;

use super::address;
use super::common::Status;
use super::config::Config;
use super::document::Document;
use super::kind::{Details, Kind};
use super::progress::Progress;
use super::registry::Registry;
use crate::source::{OutputPath, Permalink, SourcePath};

/// Something that pages refer to and that has a page made from what refers to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// A team, by id.
    Team(String),
    /// A service, by id.
    Service(String),
    /// A skill, by id.
    Skill(String),
    /// A tag, as its address segment.
    Tag(String),
    /// A CWE entry, by number.
    Cwe(u32),
    /// An OWASP Top 10 category with its year.
    Owasp(String),
    /// An ASVS requirement with its version.
    Asvs(String),
    /// A CVE id.
    Cve(String),
}

/// A sort of entity: each has a folder of pages and an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    /// Services.
    Service,
    /// Teams.
    Team,
    /// Skills.
    Skill,
    /// Tags.
    Tag,
    /// CWE entries.
    Cwe,
    /// OWASP Top 10 categories.
    Owasp,
    /// ASVS requirements.
    Asvs,
    /// CVE ids.
    Cve,
}

impl EntityKind {
    /// Every sort, in the order in which people are shown them.
    pub const ALL: [Self; 8] =
        [Self::Service, Self::Team, Self::Skill, Self::Tag, Self::Cwe, Self::Owasp, Self::Asvs, Self::Cve];

    /// The folder of its pages in the site.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Service => "services",
            Self::Team => "teams",
            Self::Skill => "skills",
            Self::Tag => "tags",
            Self::Cwe => "cwe",
            Self::Owasp => "owasp",
            Self::Asvs => "asvs",
            Self::Cve => "cve",
        }
    }

    /// The word before the colon in a reference: `service:checkout-api`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Team => "team",
            Self::Skill => "skill",
            Self::Tag => "tag",
            Self::Cwe => "cwe",
            Self::Owasp => "owasp",
            Self::Asvs => "asvs",
            Self::Cve => "cve",
        }
    }

    /// What people call one of them.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::Team => "Team",
            Self::Skill => "Skill",
            Self::Tag => "Tag",
            Self::Cwe => "Weakness",
            Self::Owasp => "OWASP Top 10 category",
            Self::Asvs => "ASVS requirement",
            Self::Cve => "Vulnerability",
        }
    }

    /// What people call many of them.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Service => "Services",
            Self::Team => "Teams",
            Self::Skill => "Skills",
            Self::Tag => "Tags",
            Self::Cwe => "Weaknesses (CWE)",
            Self::Owasp => "OWASP Top 10",
            Self::Asvs => "ASVS requirements",
            Self::Cve => "Vulnerabilities (CVE)",
        }
    }
}

impl Entity {
    /// What sort it is.
    #[must_use]
    pub fn kind(&self) -> EntityKind {
        match self {
            Self::Team(_) => EntityKind::Team,
            Self::Service(_) => EntityKind::Service,
            Self::Skill(_) => EntityKind::Skill,
            Self::Tag(_) => EntityKind::Tag,
            Self::Cwe(_) => EntityKind::Cwe,
            Self::Owasp(_) => EntityKind::Owasp,
            Self::Asvs(_) => EntityKind::Asvs,
            Self::Cve(_) => EntityKind::Cve,
        }
    }

    /// Its id as people write it: `CWE-89`, `checkout-api`.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Cwe(number) => format!("CWE-{number}"),
            Self::Team(id)
            | Self::Service(id)
            | Self::Skill(id)
            | Self::Tag(id)
            | Self::Owasp(id)
            | Self::Asvs(id)
            | Self::Cve(id) => id.clone(),
        }
    }

    /// The address of its page.
    #[must_use]
    pub fn permalink(&self) -> Permalink {
        let last = match self {
            Self::Cwe(number) => number.to_string(),
            Self::Owasp(id) => id.split_once(':').map_or_else(
                || address::segment(id),
                |(category, year)| format!("{year}-{}", address::segment(category)),
            ),
            Self::Team(id) | Self::Service(id) | Self::Skill(id) | Self::Tag(id) | Self::Asvs(id) | Self::Cve(id) => {
                address::segment(id)
            }
        };
        address::permalink(&[self.kind().folder(), &last])
    }
}

/// One end of an edge: a page or an entity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A page, by its file.
    Page(SourcePath),
    /// An entity.
    Entity(Entity),
}

/// Why one thing points to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// A link or a mention in the text.
    Link,
    /// A field of the front matter: the top-level field, and the field itself.
    Field(&'static str, &'static str),
}

impl Relation {
    /// A wiki link that names an entity: in the text, and still enough to put the entity to use.
    pub const NAMED: Self = Self::Field("text", "link");

    /// Whether it comes from the text of the page, not from its fields.
    #[must_use]
    pub fn is_text(self) -> bool {
        self == Self::Link || self == Self::NAMED
    }
}

/// One page points to a page or an entity, and why. Edges are sorted by the page that points.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// The page that points.
    pub from: SourcePath,
    /// What is pointed to.
    pub to: Node,
    /// Its part: `T1`.
    pub to_part: Option<String>,
    /// Why.
    pub relation: Relation,
    /// The part of the page that points.
    pub from_part: Option<String>,
}

/// Who points to what, found from both ends. Sorted, no doubles.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    /// The edges of each page that has some.
    from: BTreeMap<SourcePath, Arc<[Edge]>>,
    /// The edges of each page that point to a thing, in the order of the pages' paths.
    to: Arc<HashMap<Node, Vec<Pointing>>>,
    count: usize,
}

/// Those of one page's edges that point to one thing.
#[derive(Clone, Debug)]
struct Pointing {
    edges: Arc<[Edge]>,
    range: Range<u32>,
}

impl Pointing {
    fn edges(&self) -> &[Edge] {
        let range = self.range.start as usize..self.range.end as usize;
        self.edges.get(range).unwrap_or(&[])
    }
}

impl Edges {
    /// Edges by the page that points; the edges of one page in any order, doubles allowed.
    #[must_use]
    pub fn new(mut pages: Vec<(SourcePath, Vec<Edge>)>) -> Self {
        pages.retain(|(_, edges)| !edges.is_empty());
        let from = pages.into_par_iter().map(|(path, mut edges)| {
            edges.sort_unstable();
            edges.dedup();
            (path, Arc::from(edges))
        });
        Self::of(from.collect::<Vec<_>>().into_iter().collect())
    }

    fn of(from: BTreeMap<SourcePath, Arc<[Edge]>>) -> Self {
        let mut to: HashMap<Node, Vec<Pointing>> = HashMap::default();
        for edges in from.values() {
            let mut start = 0;
            // Edges of a page are sorted by what they point to.
            for (same, edge) in edges.chunk_by(|a, b| a.to == b.to).filter_map(|same| Some((same, same.first()?))) {
                let end = start + u32::try_from(same.len()).unwrap_or(u32::MAX);
                let pointing = Pointing { edges: Arc::clone(edges), range: start..end };
                start = end;
                match to.get_mut(&edge.to) {
                    Some(all) => all.push(pointing),
                    None => {
                        to.insert(edge.to.clone(), vec![pointing]);
                    }
                }
            }
        }
        let count = from.values().map(|edges| edges.len()).sum();
        Self { from, to: Arc::new(to), count }
    }

    /// Those of some pages, and of these those that pass.
    #[must_use]
    pub fn filtered(&self, from: impl Fn(&SourcePath) -> bool + Sync, keep: impl Fn(&Edge) -> bool + Sync) -> Self {
        let some = self.from.par_iter().filter(|(path, _)| from(path)).map(|(path, edges)| {
            let edges = if edges.iter().all(&keep) {
                Arc::clone(edges)
            } else {
                edges.iter().filter(|edge| keep(edge)).cloned().collect()
            };
            (path.clone(), edges)
        });
        let some = some.filter(|(_, edges)| !edges.is_empty()).collect::<Vec<_>>();
        let pages: BTreeMap<SourcePath, Arc<[Edge]>> = some.into_iter().collect();
        let all = pages.len() == self.from.len()
            && pages.values().zip(self.from.values()).all(|(some, all)| Arc::ptr_eq(some, all));
        if all { self.clone() } else { Self::of(pages) }
    }

    /// Entities that a field of a page names.
    #[must_use]
    pub fn entities(&self) -> BTreeSet<&Entity> {
        let is_field = |edge: &Edge| edge.relation != Relation::Link;
        let named = self.to.iter().filter(|(_, all)| all.iter().flat_map(Pointing::edges).any(is_field));
        named.filter_map(|(node, _)| if let Node::Entity(entity) = node { Some(entity) } else { None }).collect()
    }

    /// All of them, by the page that points.
    pub fn iter(&self) -> impl Iterator<Item = &Edge> {
        self.from.values().flat_map(|edges| edges.iter())
    }

    /// The edges that a page makes, by its file.
    #[must_use]
    pub fn from(&self, path: &SourcePath) -> &[Edge] {
        self.from.get(path).map_or(&[], |edges| &**edges)
    }

    /// The edges that point to something, by the page that points.
    pub fn to(&self, node: &Node) -> impl Iterator<Item = &Edge> {
        self.to.get(node).into_iter().flatten().flat_map(Pointing::edges)
    }

    /// How many pages point to something.
    #[must_use]
    pub fn pages_to(&self, node: &Node) -> usize {
        self.to.get(node).map_or(0, Vec::len)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether nothing points to anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Where a link of a page's body leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// A page, perhaps with an anchor.
    Page(SourcePath, Option<String>),
    /// An entity's page, perhaps with an anchor.
    Entity(Entity),
    /// The list of a kind, a section or another page that tiltyard makes.
    Made(Permalink),
    /// A file that is published beside the pages.
    Asset(OutputPath),
    /// Another site, mail or telephone.
    External(String),
    /// A place on the same page.
    Anchor(String),
    /// A person who has no page here: a link without a text of its own becomes these words.
    Someone(&'static str),
    /// Nowhere: the link becomes its own text.
    Nothing,
}

/// A page of the site.
#[derive(Clone, Debug)]
pub struct Page {
    /// The file it is made from.
    pub document: Arc<Document>,
    /// Its id: the stem, `curriculum/module`, or for a plain page its path under the content folder.
    pub id: String,
    /// Shown name.
    pub title: String,
    /// One sentence.
    pub summary: Option<String>,
    /// How far it is.
    pub status: Status,
    /// Who may read it, an index into the configuration's audiences; none when it is not known.
    pub audience: Option<usize>,
    /// Its address.
    pub permalink: Permalink,
    /// First day.
    pub created: Option<Date>,
    /// Day of the last change.
    pub updated: Option<Date>,
    /// When the next human look is due.
    pub review_due: Option<Date>,
    /// Where the links of its body lead, in the order of the document's outline.
    pub links: Vec<LinkTarget>,
    /// The registry entry whose page this is the prose of.
    pub prose_of: Option<Entity>,
    /// Anchor of a first heading that says the title, and is left out of the body because the page's frame shows it.
    pub title_heading: Option<String>,
}

impl Page {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.document.kind
    }

    /// Its file.
    #[must_use]
    pub fn path(&self) -> &SourcePath {
        &self.document.path
    }

    /// Whether lists show it.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.status != Status::Retired && self.prose_of.is_none()
    }
}

/// A knowledge base, resolved.
#[derive(Clone, Debug)]
pub struct Site {
    /// The configuration.
    pub config: Arc<Config>,
    /// The registries.
    pub registry: Arc<Registry>,
    /// Pages by their file.
    pub pages: BTreeMap<SourcePath, Arc<Page>>,
    /// Pages by kind and id.
    pub ids: BTreeMap<(Kind, String), SourcePath>,
    /// Who points to what.
    pub edges: Edges,
    /// Files under the content folder that pages refer to, and where they are published; each with the pages that do.
    pub assets: BTreeMap<SourcePath, Asset>,
    /// Old addresses and the pages they lead to.
    pub redirects: BTreeMap<Permalink, SourcePath>,
    /// How a tag is written, by its address segment.
    pub tags: BTreeMap<String, String>,
    /// Pages that this build leaves out, by reason.
    pub held_back: BTreeMap<&'static str, usize>,
    /// People that must not be mentioned: ids of hidden champions.
    pub hidden_people: BTreeSet<String>,
    /// Names that must not be output: of champions that are hidden or shown by id only.
    pub secret_names: BTreeSet<String>,
    /// People who are referred to and no longer there.
    pub former_people: BTreeSet<String>,
    /// What champions can do.
    pub progress: Arc<Progress>,
}

/// A published file that is no page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asset {
    /// Where it is published.
    pub output: Option<OutputPath>,
    /// The pages that refer to it.
    pub used_by: BTreeSet<SourcePath>,
}

/// How each tag is written, by its address segment: as on the first page that has it.
#[must_use]
pub fn tags_of(pages: &BTreeMap<SourcePath, Arc<Page>>) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    // The same few tags stand on very many pages.
    let mut met: HashSet<&str> = HashSet::default();
    for tag in pages.values().flat_map(|page| &page.document.common.tags) {
        if met.insert(&tag.value) {
            tags.entry(address::segment(&tag.value)).or_insert_with(|| tag.value.clone());
        }
    }
    tags
}

impl Site {
    /// The page of this kind and id.
    #[must_use]
    pub fn page(&self, kind: Kind, id: &str) -> Option<&Page> {
        self.pages.get(self.ids.get(&(kind, id.to_owned()))?).map(Arc::as_ref)
    }

    /// The entities that a field of a page names, or that a page is the prose of.
    #[must_use]
    pub fn entities(&self) -> BTreeSet<&Entity> {
        let mut entities = self.edges.entities();
        entities.extend(self.pages.values().filter_map(|page| page.prose_of.as_ref()));
        entities
    }

    /// The page of a champion with this id.
    #[must_use]
    pub fn champion(&self, id: &str) -> Option<&Page> {
        self.page(Kind::Champion, id)
    }

    /// The team behind an owner: the team itself, or that of a person of the registry or of a champion.
    #[must_use]
    pub fn team_of<'a>(&'a self, owner: &'a str) -> Option<&'a str> {
        if self.registry.teams.contains_key(owner) {
            return Some(owner);
        }
        let team = match self.registry.people.get(owner) {
            Some(person) => person.value.team.as_ref(),
            None => match &*self.champion(owner)?.document.details {
                Details::Champion(champion) => champion.team.as_ref(),
                _ => None,
            },
        };
        team.map(|team| team.value.0.as_str())
    }
}
