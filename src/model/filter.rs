//! What a long list can be narrowed by, beside its page: plain data for one file.
//!
//! In: nothing. Out: [`Filter`]. The view builds it, `render::filter` writes it, the theme's `filter.js` reads it.

use serde::Serialize;

/// The pages of a long list, and the answers of each by facet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Where the file goes, from the site's root.
    #[serde(skip)]
    pub file: String,
    /// Title and address of each page, as seen from the list.
    pub pages: Vec<(String, String)>,
    /// The questions, each with its answers.
    pub facets: Vec<FilterFacet>,
}

/// One question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FilterFacet {
    /// Its name in an address: `scanner`.
    pub id: String,
    /// Its name for people: `Scanner`.
    pub label: String,
    /// Its answers: the name in an address, the name for people, and which pages have it.
    pub values: Vec<(String, String, Vec<usize>)>,
}
