//! `tiltyard.yaml`: what a site is called, where its parts are, and who may read them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::field::{choice, record};
use super::invariant::{ExemptionEntry, HouseRules, InvariantEntry};
use super::kind::Kind;
use super::leaf::{Free, Lang, Number, Period, Url};
use crate::source::At;

choice! {
    /// How bad a broken link is.
    LinkPolicy {
        /// The site is not published.
        Error = "error",
        /// A warning, and the link becomes its own text.
        Warn = "warn",
    }
}

choice! {
    /// Where the days of pages come from.
    DateSource {
        /// The front matter alone.
        FrontMatter = "front-matter",
        /// git, where the front matter does not say.
        Git = "git",
    }
}

record! {
    /// The keys of `tiltyard.yaml`.
    ConfigFile {
        /// the site's name
        opt title: Option<At<String>>,
        /// one sentence about it
        opt description: Option<At<String>>,
        /// where it is published; without it there is no sitemap, canonical link or feed
        opt base_url: Option<At<Url>>,
        /// language of the pages unless they say otherwise
        opt lang: Option<At<Lang>>,
        /// a file under `static/` shown beside the title
        opt logo: Option<At<String>>,
        /// folder of the pages
        opt content: Option<At<String>>,
        /// folder of files published as they are
        opt static_folder "static": Option<At<String>>,
        /// folder of the finished site
        opt output: Option<At<String>>,
        /// theme, a folder under `themes/`
        opt theme: Option<At<String>>,
        /// who may read, lowest to highest
        opt audiences: Vec<At<String>>,
        /// what a page has unless it says; required when there are several
        opt default_audience: Option<At<String>>,
        /// what a build publishes unless told otherwise; the highest by default
        opt audience: Option<At<String>>,
        /// how bad a broken link is: `error` or `warn`
        opt links: Option<At<LinkPolicy>>,
        /// a fixed day instead of the clock, for reproducible demos
        opt today: Option<At<Date>>,
        /// where the days of pages come from: `front-matter` or `git`
        opt dates: Option<At<DateSource>>,
        /// address of the repository
        opt repo_url: Option<At<Url>>,
        /// path from the repository's address to the editor of a file, with `{path}`
        opt edit_path: Option<At<String>>,
        /// address that opens a file in an editor, with `{path}`, `{line}` and `{column}`
        opt editor: Option<At<String>>,
        /// address of a ticket, with `{ticket}`
        opt ticket_url: Option<At<Url>>,
        /// counts of people below this are shown as "fewer than"
        opt small_count: Option<At<Number>>,
        /// how often a human look is due on pages that do not say
        opt review_every: Option<At<Period>>,
        /// how long a mapping may go unseen by any scan
        opt stale_mapping: Option<At<Period>>,
        /// lists of words that mean the same, for search
        opt synonyms: Option<Free>,
        /// how many eligible reviewers an approved page needs: a number a kind, or a number a kind and audience
        opt reviewers: Option<Free>,
        /// rules of the house: `{id, kind, condition, message, severity}`
        opt invariants: Vec<InvariantEntry>,
        /// exceptions from the rules of the house: `{invariant, for, reason, owner, until}`
        opt exemptions: Vec<ExemptionEntry>,
    }
}

/// The configuration with every default filled in: what the rest of the program reads.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own that a person sets")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// No configuration file was found: any folder of Markdown is a site.
    pub loose: bool,
    /// The site's name.
    pub title: String,
    /// One sentence about it.
    pub description: Option<String>,
    /// Where it is published, without a trailing slash.
    pub base_url: Option<String>,
    /// Language of the pages.
    pub lang: String,
    /// A file under the static folder.
    pub logo: Option<String>,
    /// Folder of the pages; empty in loose mode when the root itself is meant.
    pub content: String,
    /// Folder of verbatim files.
    pub static_folder: String,
    /// Folder of the finished site, as written (relative to the root or absolute).
    pub output: String,
    /// Theme.
    pub theme: String,
    /// Audiences, lowest to highest; never empty.
    pub audiences: Vec<String>,
    /// What a page has unless it says; an index into `audiences`. None where it must be said and was not.
    pub default_audience: Option<usize>,
    /// What this build publishes; an index into `audiences`.
    pub audience: usize,
    /// Broken links are warnings.
    pub links_warn: bool,
    /// Today.
    pub today: Date,
    /// Days come from git where the front matter does not say.
    pub git_dates: bool,
    /// Address of the repository, without a trailing slash.
    pub repo_url: Option<String>,
    /// Path of the editor with `{path}`.
    pub edit_path: Option<String>,
    /// Address that opens a file in an editor, with `{path}`, `{line}` and `{column}`.
    pub editor: Option<String>,
    /// Address of a ticket with `{ticket}`.
    pub ticket_url: Option<String>,
    /// Counts of people below this are shown as "fewer than".
    pub small_count: i64,
    /// How often a human look is due.
    pub review_every: Option<Period>,
    /// Lists of words that mean the same, for search.
    pub synonyms: Vec<Vec<String>>,
    /// How many eligible reviewers an approved page needs, by kind and index into `audiences`.
    pub reviewers: BTreeMap<(Kind, usize), usize>,
    /// How long a mapping may go unseen by any scan.
    pub stale_mapping: Period,
    /// Rules of the house, and who is exempt.
    pub house_rules: HouseRules,
    /// Drafts are published.
    pub drafts: bool,
    /// Links name `index.html`, so that the site works without a server.
    pub portable: bool,
}

/// Whether a site can be published at this address: http or https, a host, perhaps a path; no query, no fragment, nothing that needs escaping.
#[must_use]
pub fn is_base_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let odd = |c: char| c.is_whitespace() || c.is_control() || "\"'<>?#\\^`{|}".contains(c);
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', ':']) && !rest.contains(odd))
}

impl Config {
    /// The path of the base URL without its last slash: of `https://example.org/kb` it is `/kb`, without a base URL nothing.
    #[must_use]
    pub fn base_path(&self) -> &str {
        let url = self.base_url.as_deref().unwrap_or("");
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("").trim_end_matches('/')
    }

    /// The configuration of a folder that has none.
    #[must_use]
    pub fn loose(today: Date) -> Self {
        Self {
            loose: true,
            title: "Knowledge base".to_owned(),
            description: None,
            base_url: None,
            lang: "en".to_owned(),
            logo: None,
            content: String::new(),
            static_folder: "static".to_owned(),
            output: "public".to_owned(),
            theme: "tiltyard".to_owned(),
            audiences: vec!["internal".to_owned()],
            default_audience: Some(0),
            audience: 0,
            links_warn: true,
            today,
            git_dates: false,
            repo_url: None,
            edit_path: None,
            editor: None,
            ticket_url: None,
            small_count: 5,
            review_every: None,
            synonyms: Vec::new(),
            reviewers: BTreeMap::new(),
            stale_mapping: Period { months: 0, days: 180 },
            house_rules: HouseRules::default(),
            drafts: false,
            portable: false,
        }
    }
}
