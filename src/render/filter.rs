//! `findings/filter.js`: what a long list of findings can be narrowed by, as a classic script that hands it to the theme's own.
//!
//! In: a [`Filter`]. Out: its text. A script and no JSON file, since pages from a folder can load nothing else.

use crate::model::filter::Filter;

/// The file. Its one statement calls `tiltyardFilter`, which the theme's `filter.js` defines before it asks for the file.
#[must_use]
pub fn write(filter: &Filter) -> String {
    let json = serde_json::to_string(filter).unwrap_or_else(|_| "{}".to_owned());
    format!("tiltyardFilter({json});\n")
}
