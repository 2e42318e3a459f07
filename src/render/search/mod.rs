//! The search index: classic scripts that the reader in the browser loads by need. Pure and deterministic.
//!
//! In: [`SearchSite`], the screened site as search sees it. Out: `search/start.js` with the reader and the table of all others, under one name for ever,
//! and files of terms (`t`), of the names of their best pages (`x`), of names of pages (`p`), of their parts (`d`), of words for correction (`v`, `r`), of facets (`f`).
//! What each holds is described in `content/docs/search-index.md`. Each page is read alone ([`collect`]); [`merge`] puts them together.

pub mod collect;
mod file;
mod knowledge;
mod merge;
mod packed;
mod score;
mod spelling;
mod stem;
mod terms;
mod vocabulary;
pub mod words;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use rayon::prelude::*;
use serde_json::{Value, json};

pub use self::collect::Passages;
use self::collect::Reader;
use self::file::{Effort, written};
use self::merge::Merged;
use self::spelling::Order;
use super::{File, script};
pub use crate::markdown::Passage;
use crate::model::search::{Facet, SearchPage, SearchSite};
use crate::source::OutputPath;

/// Up to so many pages the index has room for their prose and for the places of words.
const SMALL: usize = 3_000;
/// What a page without text is to read, in bytes of text.
const LEAST_WORK: usize = 500;
/// Most files of names of pages.
const MOST_NAMES: usize = 150;
/// Most names in a file of the best pages.
const MOST_BEST: usize = 2_000;
/// Up to so many pages all names fit into one file.
const FEW_NAMES: usize = 600;
/// Most files of parts of pages with their prose: small ones, since ten results lie in ten of them. And without it.
const MOST_WHOLE: usize = 1_000;
const MOST_PARTS: usize = 34;
/// Least bytes of a file of parts, with prose and without.
const LEAST_WHOLE: usize = 2 * 1024;
const LEAST_PARTS: usize = 24 * 1024;
/// Bytes up to which a facet comes together with the other short ones.
const SHORT_FACET: usize = 6_000;

/// Stands in the reader for the table of all files.
const TABLE: &str = "TABLE_OF_FILES";

/// The reader, as it is published.
static READER: LazyLock<String> = LazyLock::new(|| {
    // In the order its parts need each other.
    let parts = [
        include_str!("reader/words.js"),
        include_str!("reader/files.js"),
        include_str!("reader/lookup.js"),
        include_str!("reader/rank.js"),
    ];
    let stop_words = include_str!("stop-words.txt").split_whitespace().collect::<Vec<_>>().join(" ");
    let reader = parts.join("\n").replace("@STOP@", &stop_words);
    let whole = format!("(() => {{\n\"use strict\";\n{reader}\nstart({TABLE});\n}})();\n");
    script::squeezed(&whole).unwrap_or(whole)
});

/// Where search begins: one name for ever, so that no page changes when the index does.
pub const START: &str = "search/start.js";

/// Whether a path is one that files of the index have.
#[must_use]
pub fn is_part(path: &str) -> bool {
    path.strip_prefix("search/").is_some_and(|name| name.ends_with(".js") && !name.contains('/'))
}

/// Every file of the index; what is `known` of bodies is not read again.
#[must_use]
pub fn files(site: &SearchSite, known: &Passages) -> Vec<File> {
    write(site, &merged(site, known))
}

/// Each reader reads pages in a row; what they have read is put together in the order of pages.
fn merged(site: &SearchSite, known: &Passages) -> Merged {
    let small = site.pages.len() <= SMALL;
    let read = shares(&site.pages, rayon::current_num_threads())
        .into_par_iter()
        .map(|pages| {
            let mut reader = Reader::new(small, pages.iter().map(|page| page.text.len()).sum());
            for page in pages {
                reader.page(page, known);
            }
            reader.done()
        })
        .collect();
    Merged::new(read, small)
}

/// Pages in rows with about as much text each, at most so many.
fn shares(pages: &[SearchPage], most: usize) -> Vec<&[SearchPage]> {
    let weight = |page: &SearchPage| page.text.len() + LEAST_WORK;
    let share = pages.iter().map(weight).sum::<usize>() / most.max(1) + 1;
    let mut before = 0;
    let mut number = |page: &SearchPage| {
        let number = before / share;
        before += weight(page);
        number
    };
    let numbers: Vec<usize> = pages.iter().map(&mut number).collect();
    let mut rest = pages;
    let lengths = numbers.chunk_by(|a, b| a == b).map(<[usize]>::len);
    lengths.map(|length| rest.split_off(..length).unwrap_or_default()).collect()
}

/// What a file holds: bytes to be packed, or JSON that is so little that a browser has it sooner when it is not.
enum Data {
    Packed(Vec<u8>),
    Plain(String),
}

/// Names and data of files, and what the first file says of them.
struct Parts {
    data: Vec<(String, Data)>,
    table: Vec<(&'static str, Value)>,
}

fn write(site: &SearchSite, merged: &Merged) -> Vec<File> {
    let mut parts = Parts { data: Vec::new(), table: Vec::new() };
    term_files(site, merged, &mut parts);
    name_files(site, merged, &mut parts);
    detail_files(site, merged, &mut parts);
    let (forwards, backwards) = spelling::orders(merged);
    word_files("v", forwards, &mut parts);
    word_files("r", backwards, &mut parts);
    facet_files(site, &mut parts);
    let effort = if merged.places { Effort::Little } else { Effort::Some };
    let pack = |(name, data)| match data {
        Data::Packed(bytes) => (name, file::packed(&bytes, effort)),
        Data::Plain(text) => (name, text),
    };
    let packed: Vec<(String, String)> = parts.data.into_par_iter().map(pack).collect();
    let mut hasher = blake3::Hasher::new();
    for (name, text) in &packed {
        hasher.update(name.as_bytes()).update(text.as_bytes());
    }
    let version = hasher.finalize().to_hex();
    let version = version.as_str().get(..10).unwrap_or_default();
    let mut files: Vec<File> =
        packed.iter().map(|(name, text)| named(&format!("{name}.js"), &file::script(name, version, text))).collect();
    files.push(named("start.js", &start(site, merged, version, parts.table)));
    files
}

fn named(name: &str, text: &str) -> File {
    (OutputPath::new(&format!("search/{name}")), Arc::from(text.as_bytes()))
}

/// The first file: the reader, and the table of all others.
fn start(site: &SearchSite, merged: &Merged, version: &str, table: Vec<(&'static str, Value)>) -> String {
    let mut kinds = Vec::new();
    for (kind, label) in &site.kinds {
        let first = site.pages.iter().position(|page| page.kind == *kind).unwrap_or(0);
        kinds.push(json!([kind, label, first]));
    }
    let mut all = serde_json::Map::new();
    for (key, value) in [
        ("version", json!(version)),
        ("pages", json!(site.pages.len())),
        ("kinds", json!(kinds)),
        ("folders", json!(site.folders)),
        ("places", json!(merged.places)),
        ("portable", json!(site.portable)),
        ("ask", json!(site.ask)),
    ]
    .into_iter()
    .chain(table)
    {
        all.insert(key.to_owned(), value);
    }
    READER.replacen(TABLE, &Value::from(all).to_string(), 1)
}

fn term_files(site: &SearchSite, merged: &Merged, parts: &mut Parts) {
    let priors: Vec<f32> = site.pages.iter().map(|page| score::prior(page.kind)).collect();
    let (beside, patterns) = knowledge::knowledge(site, merged);
    let made = terms::files(merged, &beside, &priors);
    parts.table.push(("t", json!(made.first.join("\n"))));
    parts.table.push(("common", json!(made.common.join("\n"))));
    parts.table.push(("patterns", json!(patterns)));
    parts.data.extend(made.data.into_iter().enumerate().map(|(at, data)| (format!("t{at}"), Data::Packed(data))));
    // Where parts have their prose, names come with them.
    let groups = if merged.places { Vec::new() } else { together(made.best) };
    parts.table.push(("x", json!(groups.iter().map(|(first, _)| first).collect::<Vec<_>>())));
    let named = |(at, (_, best)): (usize, &(usize, Vec<u32>))| (format!("x{at}"), Data::Packed(best_names(site, best)));
    parts.data.par_extend(groups.par_iter().enumerate().map(named));
}

/// Files of terms in groups that share the names of their best pages: the first file of each, and the pages.
fn together(best: Vec<Vec<u32>>) -> Vec<(usize, Vec<u32>)> {
    let mut groups: Vec<(usize, Vec<u32>)> = Vec::new();
    for (at, pages) in best.into_iter().enumerate() {
        if let Some((_, known)) = groups.last_mut() {
            let mut both = [known.as_slice(), &pages].concat();
            both.sort_unstable();
            both.dedup();
            if both.len() <= MOST_BEST {
                *known = both;
                continue;
            }
        }
        groups.push((at, pages));
    }
    groups
}

fn best_names(site: &SearchSite, pages: &[u32]) -> Vec<u8> {
    let mut last = 0;
    let (mut deltas, mut titles, mut urls) = (Vec::new(), Vec::new(), Vec::new());
    for number in pages {
        let Some(page) = site.pages.get(*number as usize) else { continue };
        deltas.push(number - last);
        last = *number;
        titles.push(page.title.as_str());
        urls.push(page.url.as_str());
    }
    written(&(deltas, titles, urls)).into_bytes()
}

/// Names come in files of their own where all fit into one, which gives a first list at once, and where there is no prose.
fn name_files(site: &SearchSite, merged: &Merged, parts: &mut Parts) {
    let few = site.pages.len() <= FEW_NAMES;
    let size = if few { FEW_NAMES } else { site.pages.len().div_ceil(MOST_NAMES) };
    if merged.places && !few {
        parts.table.push(("p", json!(0)));
        return;
    }
    parts.table.push(("p", json!(size)));
    for (at, pages) in site.pages.chunks(size).enumerate() {
        let titles: Vec<&str> = pages.iter().map(|page| page.title.as_str()).collect();
        let urls: Vec<&str> = pages.iter().map(|page| page.url.as_str()).collect();
        parts.data.push((format!("p{at}"), Data::Plain(written(&(titles, urls)))));
    }
}

fn detail_files(site: &SearchSite, merged: &Merged, parts: &mut Parts) {
    let details: Vec<String> = site
        .pages
        .par_iter()
        .zip(&merged.sections)
        .map(|(page, sections)| {
            if merged.places {
                written(&(&page.summary, sections, &page.title, &page.url))
            } else {
                written(&(&page.summary, sections))
            }
        })
        .collect();
    let all: usize = details.iter().map(String::len).sum();
    let most = if merged.places { (all / MOST_WHOLE).max(LEAST_WHOLE) } else { (all / MOST_PARTS).max(LEAST_PARTS) };
    let mut first: Vec<usize> = Vec::new();
    let mut open = String::new();
    for (number, text) in details.iter().enumerate() {
        if open.is_empty() || open.len() > most {
            finish(&mut open, &mut first, number, parts);
        }
        open.push(if open.is_empty() { '[' } else { ',' });
        open.push_str(text);
    }
    if !open.is_empty() {
        parts.data.push((format!("d{}", first.len() - 1), Data::Packed(format!("{open}]").into_bytes())));
    }
    parts.table.push(("d", json!(first)));
}

/// Ends a file of details, if there is one, and begins the next with page `number`.
fn finish(open: &mut String, first: &mut Vec<usize>, number: usize, parts: &mut Parts) {
    if !open.is_empty() {
        open.push(']');
        parts.data.push((format!("d{}", first.len() - 1), Data::Packed(std::mem::take(open).into_bytes())));
    }
    first.push(number);
}

fn word_files(letter: &'static str, order: Order, parts: &mut Parts) {
    parts.table.push((letter, json!(order.first)));
    let data =
        order.data.into_iter().enumerate().map(|(at, text)| (format!("{letter}{at}"), Data::Packed(text.into_bytes())));
    parts.data.extend(data);
}

fn facet_files(site: &SearchSite, parts: &mut Parts) {
    let (mut told_of, mut short) = (Vec::new(), serde_json::Map::new());
    for facet in Facet::ALL {
        let mut values: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (number, page) in site.pages.iter().enumerate() {
            for (of, id) in page.facets.iter().filter(|(of, _)| *of == facet) {
                let name = site.names.get(&(*of, id.clone())).map_or(id.as_str(), String::as_str);
                values.entry((name, id.as_str())).or_default().push(number);
            }
        }
        let told = |((name, id), pages): (&(&str, &str), &Vec<usize>)| json!([id, name, knowledge::differences(pages)]);
        if values.is_empty() {
            continue;
        }
        let values = Value::from(values.iter().map(told).collect::<Vec<_>>());
        let text = values.to_string();
        told_of.push(json!([facet.as_str(), u8::from(text.len() < SHORT_FACET)]));
        if text.len() < SHORT_FACET {
            short.insert(facet.as_str().to_owned(), values);
        } else {
            parts.data.push((format!("f-{}", facet.as_str()), Data::Packed(text.into_bytes())));
        }
    }
    if !short.is_empty() {
        parts.data.push(("f".to_owned(), Data::Packed(Value::from(short).to_string().into_bytes())));
    }
    parts.table.push(("facets", json!(told_of)));
}

#[cfg(test)]
mod tests {
    use super::{READER, TABLE};

    #[test]
    fn the_reader_is_published_small_and_with_one_place_for_its_table() {
        assert_eq!(READER.matches(TABLE).count(), 1);
        assert!(READER.len() < 20_000 && !READER.contains("/*"), "{} bytes", READER.len());
    }
}
