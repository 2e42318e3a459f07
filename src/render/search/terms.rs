//! Files of terms: each holds the terms of one range with the pages that have them, what scanners call things in that range, and the words that mean the same.
//!
//! In: the merged index, and what is known beside it. Out: the data of each file, and where its range begins.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::{Value, json};

use super::merge::{Merged, put};
use super::score::{Means, alone, impact};

/// Most files of terms.
const MOST_FILES: usize = 205;
/// Least estimated bytes of one.
const LEAST_BYTES: usize = 10 * 1024;
/// How many pages of a term are told by name beside it.
const TOP: usize = 10;
/// A term with fewer pages needs no such list.
const TOP_FROM: u32 = 3;

/// The files of terms.
#[derive(Debug, Default)]
pub struct TermFiles {
    /// The first term of each file; the first is empty.
    pub first: Vec<String>,
    /// A word of each file that many pages have, to complete what is being typed.
    pub common: Vec<String>,
    /// Their data.
    pub data: Vec<Vec<u8>>,
    /// The best pages of their terms.
    pub best: Vec<BTreeSet<u32>>,
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
    let sorted = merged.sorted();
    let ranges = ranges(merged, &sorted);
    let first: Vec<String> = ranges
        .iter()
        .map(|range| {
            if range.start == 0 {
                String::new()
            } else {
                sorted.get(range.start).map_or(String::new(), |term| term.0.to_owned())
            }
        })
        .collect();
    let judge = Judge { merged, means: Means::of(merged), priors };
    let made: Vec<_> = ranges
        .par_iter()
        .enumerate()
        .map(|(at, range)| {
            let terms = sorted.get(range.clone()).unwrap_or_default();
            let bounds = (first.get(at).map_or("", String::as_str), first.get(at + 1).map(String::as_str));
            file(&judge, terms, beside, bounds)
        })
        .collect();
    let mut files = TermFiles { first, ..TermFiles::default() };
    for (data, best, common) in made {
        files.data.push(data);
        files.best.push(best);
        files.common.push(common);
    }
    files
}

fn ranges(merged: &Merged, sorted: &[(&str, u32)]) -> Vec<std::ops::Range<usize>> {
    let weight = |(term, index): &(&str, u32)| merged.weight(*index) + term.len() / 2 + 4;
    let all: usize = sorted.iter().map(weight).sum();
    let most = (all / MOST_FILES).max(LEAST_BYTES);
    let mut ranges = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, term) in sorted.iter().enumerate() {
        let weight = weight(term);
        // A heavy term stands alone, so that nobody loads it for its neighbours.
        if at > start && (bytes + weight > most + most / 4 || bytes > most) {
            ranges.push(start..at);
            (start, bytes) = (at, 0);
        }
        bytes += weight;
    }
    ranges.push(start..sorted.len());
    ranges
}

type Made = (Vec<u8>, BTreeSet<u32>, String);

/// What scores need to know beside a term.
struct Judge<'a> {
    merged: &'a Merged,
    means: Means,
    /// Page by page.
    priors: &'a [f32],
}

fn file(judge: &Judge<'_>, terms: &[(&str, u32)], beside: &Beside, bounds: (&str, Option<&str>)) -> Made {
    let merged = judge.merged;
    let (mut numbers, mut lists) = (Vec::new(), Vec::new());
    let mut best = BTreeSet::new();
    let mut common = (0, "");
    for (term, index) in terms {
        let start = lists.len();
        let top = list(judge, *index, &mut lists);
        let pages = merged.pages(*index);
        put(&mut numbers, pages);
        put(&mut numbers, u32::try_from(lists.len() - start).unwrap_or(u32::MAX));
        if pages >= TOP_FROM {
            best.extend(top);
        }
        if pages > common.0 && term.chars().all(char::is_alphabetic) {
            common = (pages, term);
        }
    }
    let within = |key: &&String| key.as_str() >= bounds.0 && bounds.1.is_none_or(|end| key.as_str() < end);
    let part = |map: &BTreeMap<String, Vec<Value>>| -> Value {
        map.iter()
            .filter(|(key, _)| within(key))
            .map(|(key, values)| (key.clone(), json!(values)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let head = json!({"w": front_coded(terms.iter().map(|term| term.0)), "k": part(&beside.lookup), "a": part(&beside.synonyms)});
    let head = head.to_string();
    let mut data = Vec::with_capacity(head.len() + numbers.len() + lists.len() + 8);
    put(&mut data, u32::try_from(head.len()).unwrap_or(u32::MAX));
    data.extend(head.as_bytes());
    data.extend(numbers);
    data.extend(lists);
    (data, best, common.1.to_owned())
}

/// The pages of a term in columns, which pack better than rows; and the best of them.
fn list(judge: &Judge<'_>, term: u32, out: &mut Vec<u8>) -> Vec<u32> {
    let merged = judge.merged;
    let postings = merged.postings(term);
    let mut last = 0;
    for posting in &postings {
        put(out, posting.page - last);
        last = posting.page;
    }
    let empty = [0; super::collect::FIELDS];
    let mut best: Vec<(f32, u32)> = Vec::with_capacity(postings.len());
    for posting in &postings {
        let page = posting.page as usize;
        let prior = judge.priors.get(page).copied().unwrap_or(1.0);
        let lengths = merged.lengths.get(page).unwrap_or(&empty);
        let (impact, mask) = impact(posting, lengths, &judge.means, prior);
        out.push(impact << 2 | mask);
        best.push((alone(impact, mask), posting.page));
    }
    out.extend(postings.iter().map(|posting| posting.section));
    if merged.places {
        for posting in &postings {
            put(out, u32::try_from(posting.places.len()).unwrap_or(0));
        }
        for posting in &postings {
            let mut last = 0;
            for place in &posting.places {
                put(out, place - last);
                last = *place;
            }
        }
    }
    best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    best.into_iter().take(TOP).map(|(_, page)| page).collect()
}

/// Sorted words, each as how many letters it shares with the one before (as a character from `0` on) and its other letters.
pub fn front_coded<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    let mut before: Vec<char> = Vec::new();
    for word in words {
        let letters: Vec<char> = word.chars().collect();
        let shared = before.iter().zip(&letters).take_while(|(a, b)| a == b).count().min(70);
        out.push(char::from_u32(48 + u32::try_from(shared).unwrap_or(0)).unwrap_or('0'));
        out.extend(letters.iter().skip(shared));
        out.push('\n');
        before = letters;
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
