//! Words for the correction of typing mistakes: in the order of their letters, and, where there are very many, in the order of their letters from the end as well.
//! A word with one mistake has its beginning or its end right, so one of the two orders has the meant word near.
//!
//! In: the merged index. Out: files of front-coded words, each with a letter for how many pages say it.

use super::merge::Merged;
use super::terms::front_coded;

/// Most words that one file holds.
const MOST_WORDS: usize = 7_000;
/// Up to so many words one order, in one file, is enough.
const FEW_WORDS: usize = 9_000;

/// One order of words.
#[derive(Debug, Default)]
pub struct Order {
    /// The first word of each file.
    pub first: Vec<String>,
    /// The files' text.
    pub data: Vec<String>,
}

/// Both orders; the second is empty where the first is one file.
#[must_use]
pub fn orders(merged: &Merged) -> (Order, Order) {
    let least = if merged.lengths.len() > 300 { 2 } else { 1 };
    let sound = |word: &str| (4..=24).contains(&word.chars().count()) && word.chars().all(char::is_alphabetic);
    let words: Vec<(&str, u32)> = merged
        .said
        .iter()
        .filter(|(word, pages)| *pages >= least && sound(word))
        .map(|(word, pages)| (&**word, *pages))
        .collect();
    if words.len() <= FEW_WORDS {
        return (order(&words, FEW_WORDS), Order::default());
    }
    let mut backwards: Vec<(String, u32)> =
        words.iter().map(|(word, pages)| (word.chars().rev().collect(), *pages)).collect();
    backwards.sort_unstable();
    (order(&words, MOST_WORDS), order(&backwards, MOST_WORDS))
}

fn order<T: AsRef<str>>(words: &[(T, u32)], most: usize) -> Order {
    let mut order = Order::default();
    for (at, part) in words.chunks(words.len().div_ceil(words.len().div_ceil(most).max(1)).max(1)).enumerate() {
        let first = if at == 0 { "" } else { part.first().map_or("", |(word, _)| word.as_ref()) };
        order.first.push(first.to_owned());
        let often: String = part
            .iter()
            .map(|(_, pages)| char::from(b'a' + u8::try_from(pages.ilog2()).unwrap_or(25).min(25)))
            .collect();
        order.data.push(format!("{often}\n{}", front_coded(part.iter().map(|(word, _)| word.as_ref()))));
    }
    order
}
