//! Who can review a page, and why.
//!
//! In: a screened site and the name of a page. Out: [`Reviewers`].

use jiff::civil::Date;
use serde::Serialize;

use crate::diagnostic::nearest;
use crate::model::kind::Kind;
use crate::model::reviewers::{self, Candidate};
use crate::model::site::{Page, Site};

/// The answer for one page.
#[derive(Clone, Debug, Serialize)]
pub struct Reviewers {
    /// `kind:id`.
    pub page: String,
    /// Its title.
    pub title: String,
    /// How many eligible reviewers the configuration asks for.
    pub quorum: usize,
    /// Who can review it, the most suitable first.
    pub people: Vec<Reviewer>,
}

/// Somebody who can review it.
#[derive(Clone, Debug, Serialize)]
pub struct Reviewer {
    /// Id.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// Level that allows it.
    pub level: String,
    /// Last day of the level.
    pub until: Option<Date>,
    /// Open and recent reviews.
    pub load: usize,
    /// Why this person, in words.
    pub reasons: Vec<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// There is no such page, and perhaps one of nearly that name.
    NoPage(Option<String>),
    /// Pages of this kind have no reviewers of this sort.
    OtherKind(Kind),
    /// Several pages have this name: each as it must be written.
    Several(Vec<String>),
}

/// The answer for a page named by `kind:id`, by id, or by its file.
///
/// # Errors
/// Why there is none.
pub fn of(site: &Site, name: &str) -> Result<Reviewers, NoAnswer> {
    let page = find(site, name)?;
    if !reviewers::is_reviewed(page.kind()) {
        return Err(NoAnswer::OtherKind(page.kind()));
    }
    let people = reviewers::of_page(site, page);
    Ok(Reviewers {
        page: full(page),
        title: page.title.clone(),
        quorum: reviewers::quorum(site, page),
        people: people.iter().map(|candidate| reviewer(site, candidate)).collect(),
    })
}

fn full(page: &Page) -> String {
    format!("{}:{}", page.kind().as_str(), page.id)
}

fn find<'s>(site: &'s Site, name: &str) -> Result<&'s Page, NoAnswer> {
    let file = name.strip_prefix("./").unwrap_or(name);
    let fits = |page: &&Page| page.path().as_str() == file || page.id == name || full(page) == name;
    let found: Vec<&Page> = site.pages.values().map(std::sync::Arc::as_ref).filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let names: Vec<String> =
                site.pages.values().filter(|page| reviewers::is_reviewed(page.kind())).map(|page| full(page)).collect();
            let ids = names.iter().filter_map(|name| name.split_once(':')).map(|(_, id)| id);
            Err(NoAnswer::NoPage(nearest(name, names.iter().map(String::as_str).chain(ids)).map(str::to_owned)))
        }
        several => Err(NoAnswer::Several(several.iter().map(|page| full(page)).collect())),
    }
}

fn reviewer(site: &Site, candidate: &Candidate) -> Reviewer {
    let name = site.champion(&candidate.id).map(|page| page.title.clone());
    Reviewer {
        id: candidate.id.clone(),
        name: name.unwrap_or_else(|| site.registry.person_name(&candidate.id)),
        level: candidate.level.clone(),
        until: candidate.until,
        load: candidate.load,
        reasons: candidate.reasons(site),
    }
}
