//! Words that a reader has met on any page so far, with what they are: a number for the term, and how many pages say the word.
//!
//! Folding, stemming and comparing a word is work; most words of a page have been met before, so that one look-up says what they are.

use foldhash::{HashMap, HashMapExt};

use super::words::Word;

/// Words, each with a number.
pub type Numbered = Vec<(Box<str>, u32)>;

/// Room for the words of a large site: to make more room again and again is a part of the work.
const WORDS: usize = 28_000;

/// A word that carries no weight.
const NOTHING: u32 = u32::MAX;
/// Not met yet.
const NEW: u32 = u32::MAX - 1;

/// What is known of a word as it is said.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// The number of its term where it is a word of a language.
    plain: u32,
    /// And where it is not: an id, a number, two ideographs.
    exact: u32,
    /// The page it was said on last.
    on: u32,
    /// How many pages say it.
    pages: u32,
}

impl Known {
    const NOT_YET: Self = Self { plain: NEW, exact: NEW, on: 0, pages: 0 };
}

/// The words of one reader. Numbers are its own: another reader gives others.
#[derive(Debug)]
pub struct Vocabulary {
    /// Words of up to sixteen bytes, which are their own keys, and longer ones.
    short: HashMap<u128, Known>,
    long: HashMap<Box<str>, Known>,
    numbers: HashMap<Box<str>, u32>,
    page: u32,
    /// The page each term was on last, and its place there.
    on: Vec<(u32, u32)>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            short: HashMap::with_capacity(WORDS),
            long: HashMap::new(),
            numbers: HashMap::new(),
            page: 0,
            on: Vec::new(),
        }
    }
}

/// The bytes of a short word. No word has a zero byte, so that two words have never one key.
fn key(word: &str) -> Option<u128> {
    let bytes = word.as_bytes();
    let number = |half: &[u8; 8]| u128::from(u64::from_le_bytes(*half));
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) if bytes.len() <= 16 => {
            // Of the last eight those that the first eight do not have.
            Some(number(first) | (number(last) >> (8 * (16 - bytes.len()))) << 64)
        }
        (None, _) => Some(bytes.iter().rev().fold(0, |key, byte| key << 8 | u128::from(*byte))),
        _ => None,
    }
}

/// The word of a key.
fn word(key: u128) -> Option<Box<str>> {
    let bytes = key.to_le_bytes();
    let length = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    Some(std::str::from_utf8(bytes.get(..length)?).ok()?.into())
}

impl Vocabulary {
    /// The words that come stand on another page.
    pub fn next_page(&mut self) {
        self.page += 1;
    }

    /// The number of a word's term; nothing for a word without weight.
    pub fn meet(&mut self, word: &Word<'_>) -> Option<u32> {
        let (page, next) = (self.page, &mut self.on);
        let known = match key(word.surface) {
            Some(key) => self.short.entry(key).or_insert(Known::NOT_YET),
            None => match self.long.get_mut(word.surface) {
                Some(known) => known,
                None => self.long.entry(word.surface.into()).or_insert(Known::NOT_YET),
            },
        };
        let own = if word.plain { &mut known.plain } else { &mut known.exact };
        if *own == NEW {
            *own = word.term().map_or(NOTHING, |term| {
                self.numbers.get(&*term).copied().unwrap_or_else(|| {
                    let number = u32::try_from(next.len()).unwrap_or(NOTHING);
                    self.numbers.insert(term.into(), number);
                    next.push((0, 0));
                    number
                })
            });
        }
        let term = *own;
        if term == NOTHING {
            return None;
        }
        if known.on != page {
            known.on = page;
            known.pages += 1;
        }
        Some(term)
    }

    /// The place of a term among those of this page; a term that is new to the page takes the place `free`. And whether it is new.
    pub fn on_page(&mut self, term: u32, free: usize) -> (usize, bool) {
        let Some(on) = self.on.get_mut(term as usize) else { return (free, false) };
        let new = on.0 != self.page;
        if new {
            *on = (self.page, u32::try_from(free).unwrap_or(u32::MAX));
        }
        (on.1 as usize, new)
    }

    /// Every term with its number, and every word as it is said with how many pages say it; both sorted.
    #[must_use]
    pub fn into_lists(self) -> (Numbered, Numbered) {
        let mut terms: Numbered = self.numbers.into_iter().collect();
        terms.sort_unstable();
        let short = self.short.into_iter().filter_map(|(key, known)| Some((word(key)?, known.pages)));
        let long = self.long.into_iter().map(|(word, known)| (word, known.pages));
        let mut said: Numbered = short.chain(long).filter(|(_, pages)| *pages > 0).collect();
        said.sort_unstable();
        (terms, said)
    }
}

#[cfg(test)]
mod tests {
    use super::{key, word};

    #[test]
    fn a_short_word_is_its_own_key() {
        let all = "abcdefghijklmnop";
        for length in 1..=16 {
            assert_eq!(word(key(&all[..length]).unwrap()).as_deref(), Some(&all[..length]));
        }
        assert_eq!(word(key("größe").unwrap()).as_deref(), Some("größe"));
        assert_eq!(key("abcdefghijklmnopq"), None);
    }
}
