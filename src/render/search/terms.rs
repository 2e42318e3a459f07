//! Files of terms: each holds the terms of one range with the pages that have them, what scanners call things in that range, and the words that mean the same.
//!
//! In: the merged index, and what is known beside it. Out: the data of each file, and where its range begins.

use std::collections::BTreeMap;
use std::ops::Bound;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::file::written;
use super::merge::Merged;
use super::packed::put;
use super::score::{Norms, alone, impact, norms};

/// Most files of terms.
const MOST_FILES: usize = 212;
/// Least estimated bytes of one.
const LEAST_BYTES: usize = 10 * 1024;
/// How many pages of a term are told by name beside it.
const TOP: usize = 10;
/// A term with fewer pages needs no such list.
const TOP_FROM: u32 = 4;

/// The files of terms.
#[derive(Debug, Default)]
pub struct TermFiles {
    /// The first term of each file; the first is empty.
    pub first: Vec<String>,
    /// A word of each file that many pages have, to complete what is being typed.
    pub common: Vec<String>,
    /// Their data.
    pub data: Vec<Vec<u8>>,
    /// The best pages of their terms, ascending.
    pub best: Vec<Vec<u32>>,
}

/// What stands in the files beside terms, by key.
#[derive(Debug, Default)]
pub struct Beside {
    /// What scanners say: how it was found, page, name.
    pub lookup: BTreeMap<String, Vec<Value>>,
    /// By first term: the rest of the phrase, then what means the same with its weight.
    pub synonyms: BTreeMap<String, Vec<Value>>,
}

/// Cuts the index into files.
#[must_use]
pub fn files(merged: &Merged, beside: &Beside, priors: &[f32]) -> TermFiles {
    let first = borders(merged, beside);
    let judge = Judge { merged, norms: norms(merged), priors };
    let made: Vec<_> = first
        .par_iter()
        .enumerate()
        .map(|(at, from)| file(&judge, beside, from, first.get(at + 1).map(String::as_str)))
        .collect();
    let mut files = TermFiles { first, ..TermFiles::default() };
    for (data, best, common) in made {
        files.data.push(data);
        files.best.push(best);
        files.common.push(common);
    }
    files
}

/// Where the range of each file begins, so that all are about as large when they are packed.
fn borders(merged: &Merged, beside: &Beside) -> Vec<String> {
    let terms = merged.terms.iter().enumerate().map(|(at, term)| (&**term, estimate(merged, at)));
    let others = beside.lookup.iter().chain(&beside.synonyms);
    // Text like this is packed to a fifth.
    let others = others.map(|(key, values)| (key.as_str(), 1 + (key.len() + written(values).len()) / 5));
    let mut all: Vec<(&str, usize)> = terms.chain(others).collect();
    all.sort_unstable();
    let sum: usize = all.iter().map(|(_, bytes)| bytes).sum();
    let most = (sum / MOST_FILES).max(LEAST_BYTES);
    let mut first = vec![String::new()];
    let (mut bytes, mut before) = (0, "");
    for (key, more) in all {
        // A heavy term stands alone, so that nobody loads it for its neighbours; what has one name stays together.
        if bytes > 0 && key != before && (bytes + more > most + most / 4 || bytes > most) {
            first.push(key.to_owned());
            bytes = 0;
        }
        (bytes, before) = (bytes + more, key);
    }
    first
}

/// About how many bytes a term will take when it is packed: the rarer it is, the more a page.
fn estimate(merged: &Merged, term: usize) -> usize {
    let (pages, places) = merged.size(term);
    let distance = merged.lengths.len() / (pages as usize).max(1);
    let bits = pages * (7 + distance.checked_ilog2().unwrap_or(0)) + places * 9;
    // A file of many terms with few pages has the names of many.
    let names = if pages < TOP_FROM || merged.places { 0 } else { 6 * pages.min(10) };
    (3 + bits / 8 + names) as usize
}

type Made = (Vec<u8>, Vec<u32>, String);

/// What scores need to know beside a term.
struct Judge<'a> {
    merged: &'a Merged,
    /// Page by page.
    norms: Vec<Norms>,
    priors: &'a [f32],
}

fn file(judge: &Judge<'_>, beside: &Beside, from: &str, to: Option<&str>) -> Made {
    let merged = judge.merged;
    let place = |key: &str| merged.terms.partition_point(|term| &**term < key);
    let terms = place(from)..to.map_or(merged.terms.len(), place);
    let mut columns = Columns::default();
    let mut best = Vec::new();
    let mut common = (0, "");
    let words = || merged.terms.get(terms.clone()).unwrap_or_default().iter().map(|term| &**term);
    for (term, word) in terms.clone().zip(words()) {
        let (pages, _) = merged.size(term);
        put(&mut columns.sizes, pages);
        list(judge, term, &mut columns);
        if pages >= TOP_FROM {
            best.extend(columns.best());
        }
        if pages > common.0 && word.chars().all(char::is_alphabetic) {
            common = (pages, word);
        }
    }
    best.sort_unstable();
    best.dedup();
    let head = written(&Head {
        w: front_coded(words()),
        k: within(&beside.lookup, from, to),
        a: within(&beside.synonyms, from, to),
    });
    let mut data = Vec::new();
    put(&mut data, u32::try_from(head.len()).unwrap_or(u32::MAX));
    data.extend(head.as_bytes());
    let Columns { sizes, pages, says, sections, counts, places, .. } = &columns;
    for column in [sizes, pages, says, sections, counts, places] {
        data.extend(column);
    }
    (data, best, common.1.to_owned())
}

/// What stands in a file before its columns: terms, what scanners say, and what means the same.
#[derive(Serialize)]
struct Head<'a> {
    w: String,
    k: BTreeMap<&'a str, &'a [Value]>,
    a: BTreeMap<&'a str, &'a [Value]>,
}

fn within<'a>(map: &'a BTreeMap<String, Vec<Value>>, from: &str, to: Option<&str>) -> BTreeMap<&'a str, &'a [Value]> {
    let bounds = (Bound::Included(from), to.map_or(Bound::Unbounded, Bound::Excluded));
    map.range::<str, _>(bounds).map(|(key, values)| (key.as_str(), values.as_slice())).collect()
}

/// The pages of all terms of a file in columns, which pack better than rows.
#[derive(Default)]
struct Columns {
    sizes: Vec<u8>,
    pages: Vec<u8>,
    says: Vec<u8>,
    sections: Vec<u8>,
    counts: Vec<u8>,
    places: Vec<u8>,
    /// Of the last term what each page says, and the page.
    scores: Vec<(f32, u32)>,
}

impl Columns {
    /// The best pages of the last term.
    fn best(&mut self) -> impl Iterator<Item = u32> {
        if self.scores.len() > TOP {
            self.scores.select_nth_unstable_by(TOP, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        }
        self.scores.iter().take(TOP).map(|(_, page)| *page)
    }
}

fn list(judge: &Judge<'_>, term: usize, columns: &mut Columns) {
    columns.scores.clear();
    let mut last = 0;
    let none = Norms::default();
    judge.merged.postings(term, &mut |posting| {
        put(&mut columns.pages, posting.page - last);
        last = posting.page;
        let page = posting.page as usize;
        let prior = judge.priors.get(page).copied().unwrap_or(1.0);
        let (impact, mask) = impact(posting.counts, judge.norms.get(page).unwrap_or(&none), prior);
        columns.says.push(impact << 2 | mask);
        columns.sections.push(posting.section);
        columns.scores.push((alone(impact, mask), posting.page));
        if judge.merged.places {
            put(&mut columns.counts, u32::try_from(posting.places.len()).unwrap_or(0));
            let mut last = 0;
            for place in &posting.places {
                put(&mut columns.places, place - last);
                last = *place;
            }
        }
    });
}

/// Sorted words, each as how many letters it shares with the one before (as a character from `0` on; a letter beyond U+FFFF is two, as JavaScript counts) and its other letters.
pub fn front_coded<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    let mut before = "";
    for word in words {
        let (mut shared, mut bytes) = (0u8, 0);
        for (_, c) in before.chars().zip(word.chars()).take_while(|(a, b)| a == b) {
            if shared > 68 {
                break;
            }
            shared += if c > '\u{ffff}' { 2 } else { 1 };
            bytes += c.len_utf8();
        }
        out.push(char::from(b'0' + shared));
        out.push_str(word.get(bytes..).unwrap_or_default());
        out.push('\n');
        before = word;
    }
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::front_coded;

    #[test]
    fn words_share_their_beginnings() {
        assert_eq!(front_coded(["inject", "injector", "xss"].into_iter()), "0inject\n6or\n0xss");
    }
}
