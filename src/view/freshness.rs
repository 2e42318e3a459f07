//! Where pages stand with their reviews, for those who look after them: overdue, due within 90 days, never looked at; by owner.
//!
//! In: a screened site. Out: a list like the others, cut into pages when it is long. Champions' pages are not in it, and neither are plain pages
//! that do not ask for a look themselves.

use std::collections::BTreeMap;

use super::atlas::{Atlas, Scope};
use super::frame;
use super::list::{Listing, Part, groups};
use crate::model::address::segment;
use crate::model::kind::Kind;
use crate::model::leaf::Period;
use crate::model::site::{Page, Site};
use crate::model::view::{Content, ListView, PageView};
use crate::source::Permalink;

/// Its address.
pub const ADDRESS: &str = "/freshness/";

/// So near is a look that it is listed.
const SOON: Period = Period { months: 0, days: 90 };

/// Where a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Overdue,
    Soon,
    Never,
}

impl State {
    fn label(self) -> &'static str {
        match self {
            Self::Overdue => "Overdue",
            Self::Soon => "Due within 90 days",
            Self::Never => "Never looked at",
        }
    }
}

fn state(site: &Site, page: &Page) -> Option<State> {
    if !page.is_listed() || page.kind() == Kind::Champion || page.prose_of.is_some() {
        return None;
    }
    let today = site.config.today;
    let common = &page.document.common;
    match page.review_due {
        Some(due) if due < today => Some(State::Overdue),
        Some(due) if due <= SOON.after(today) => Some(State::Soon),
        None if common.reviewed.is_none() && (page.kind() != Kind::Page || common.review_every.is_some()) => {
            Some(State::Never)
        }
        _ => None,
    }
}

/// Whether any page is in the list.
pub fn is_there(site: &Site) -> bool {
    !site.config.loose && site.pages.values().any(|page| state(site, page).is_some())
}

/// What is said of a page in the list, and under which owners: all that decides where it stands there.
pub fn place(atlas: &Atlas<'_>, page: &Page) -> Vec<(String, String)> {
    let Some(state) = state(atlas.site, page) else { return Vec::new() };
    let address = Permalink::new(ADDRESS);
    let scope = atlas.scope(&address);
    owners(&scope, page).into_iter().map(|owner| (format!("{}: {owner}", state.label()), said(state, page))).collect()
}

fn owners(scope: &Scope<'_, '_>, page: &Page) -> Vec<String> {
    let owners: Vec<String> = scope.owners(&page.document.common.owners).into_iter().map(|owner| owner.label).collect();
    if owners.is_empty() { vec!["nobody in particular".to_owned()] } else { owners }
}

fn said(state: State, page: &Page) -> String {
    let due = page.review_due.map_or_else(String::new, |due| due.to_string());
    match state {
        State::Overdue => format!("a look was due on {due}"),
        State::Soon => format!("a look is due on {due}"),
        State::Never => "no day of a look".to_owned(),
    }
}

/// The pages of the list.
pub fn listing<'s>(atlas: &Atlas<'s>) -> Listing<'s> {
    let address = Permalink::new(ADDRESS);
    let scope = atlas.scope(&address);
    let mut parts: BTreeMap<(State, String, String), Part<'s>> = BTreeMap::new();
    for page in atlas.site.pages.values() {
        let Some(state) = state(atlas.site, page) else { continue };
        for owner in owners(&scope, page) {
            let label = format!("{}: {owner}", state.label());
            let part = parts.entry((state, owner.to_lowercase(), owner)).or_insert_with(|| Part {
                key: segment(&label),
                label,
                pages: Vec::new(),
            });
            part.pages.push((page, vec![said(state, page)]));
        }
    }
    Listing::new(atlas, parts.into_values().collect())
}

impl Atlas<'_> {
    /// The page.
    pub(super) fn freshness_view(&self) -> PageView {
        let address = Permalink::new(ADDRESS);
        let scope = self.scope(&address);
        let mut page = frame::made(&scope, "Freshness", "list", "Freshness");
        page.noindex = true;
        let empty = Listing::default();
        let listing = self.listing(&address).unwrap_or(&empty);
        let list = ListView {
            about: Some(
                "Pages that somebody should look at again, by how long that has waited and by who answers for them."
                    .to_owned(),
            ),
            groups: groups(&scope, &address, listing),
            total: listing.total,
            style: "cards",
            ..ListView::default()
        };
        PageView {
            output: address.output_path(),
            template: "list.html",
            site: self.shared.clone(),
            page,
            content: Content::List(Box::new(list)),
            body: None,
            redirects: Vec::new(),
        }
    }
}
