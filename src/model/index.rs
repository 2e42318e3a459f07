//! The site at a glance: what the sitemap, the feed and `site.json` are made from.

use std::sync::Arc;

use serde::Serialize;

use super::calendar::Calendar;
use super::filter::Filter;

/// All published pages, and who points to what. Serialised as `site.json`, without what only other files need.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SiteIndex {
    /// The site's name.
    pub title: String,
    /// One sentence about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its language.
    pub lang: String,
    /// Where it is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The day it was made for.
    #[serde(skip)]
    pub today: String,
    /// Pages and entities.
    pub nodes: Vec<Node>,
    /// Who points to what, and why.
    pub edges: Vec<SiteEdge>,
    /// Calendars.
    #[serde(skip)]
    pub calendars: Vec<Calendar>,
    /// What the list of findings can be narrowed by, when it is a long one.
    #[serde(skip)]
    pub filter: Option<Filter>,
    /// Addresses for search engines.
    #[serde(skip)]
    pub addresses: Vec<String>,
}

/// A page or an entity of the graph.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Node {
    /// `kind:id`, unique.
    pub id: String,
    /// Kind of page or entity.
    pub kind: String,
    /// Shown name.
    pub title: String,
    /// One sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Address from the site's root.
    pub url: String,
    /// The file it is made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Day of the last change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// Whether lists and the feed show it.
    #[serde(skip)]
    pub listed: bool,
}

/// An edge of the graph.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SiteEdge {
    /// The page that points.
    pub from: Arc<str>,
    /// The part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_part: Option<String>,
    /// What is pointed to.
    pub to: Arc<str>,
    /// The part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_part: Option<String>,
    /// Why, in words.
    pub why: Arc<str>,
}
