//! What search may know of a screened site: plain data, made by the view and read by the writer of the index.
//!
//! Nothing of a page that the audience may not see is here.

use std::collections::BTreeMap;

use crate::source::{SourcePath, Text};

/// The site as search sees it.
#[derive(Clone, Debug, Default)]
pub struct SearchSite {
    /// Pages and entities, sorted by kind and address.
    pub pages: Vec<SearchPage>,
    /// Kinds in the order of `pages`: the word and the name of many.
    pub kinds: Vec<(&'static str, &'static str)>,
    /// Names of folders of the site, by address.
    pub folders: BTreeMap<String, String>,
    /// Words that mean the same: the glossary's and the configuration's.
    pub synonyms: Vec<Vec<String>>,
    /// Shown names of services, teams and tags by their id.
    pub names: BTreeMap<(Facet, String), String>,
    /// Whom to ask about what nobody has explained: name and address.
    pub ask: Vec<(String, String)>,
    /// Links name `index.html`.
    pub portable: bool,
}

/// What results can be narrowed to, beside their kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// A service.
    Service,
    /// A team.
    Team,
    /// A tag.
    Tag,
    /// A weakness.
    Cwe,
}

impl Facet {
    /// Every one, in the order people are shown them.
    pub const ALL: [Self; 4] = [Self::Service, Self::Team, Self::Tag, Self::Cwe];

    /// The word before the colon in a query.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Team => "team",
            Self::Tag => "tag",
            Self::Cwe => "cwe",
        }
    }
}

/// A page or an entity as search sees it.
#[derive(Clone, Debug, Default)]
pub struct SearchPage {
    /// `finding`, `service`, ….
    pub kind: &'static str,
    /// Shown name.
    pub title: String,
    /// Address from the site's root.
    pub url: String,
    /// One sentence.
    pub summary: String,
    /// Ids, other names, rules, CVEs: what people call it beside its title.
    pub names: Vec<String>,
    /// What it is in plain words.
    pub plain: String,
    /// Parts of the front matter that readers see: anchor, heading, text.
    pub parts: Vec<(Option<String>, String, String)>,
    /// What it can be narrowed by.
    pub facets: Vec<(Facet, String)>,
    /// The file of its body, if it has one.
    pub source: Option<SourcePath>,
    /// That whole file.
    pub text: Text,
    /// Where its body begins.
    pub body_start: usize,
    /// Anchor of a first heading that says the title, which the page does not have.
    pub title_heading: Option<String>,
    /// What scanners call it, for findings.
    pub lookup: Option<Lookup>,
}

/// By what a finding is found when a scanner has spoken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookup {
    /// Rules as written, an id may begin or end with `*`.
    pub rules: Vec<String>,
    /// CVE ids.
    pub cves: Vec<String>,
    /// CWE numbers.
    pub cwes: Vec<u32>,
}
