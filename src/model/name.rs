//! Names of people, and the ways in which others write them: without accents, the other way round, as one word, as the first half of an address.
//!
//! In: a name. Out: what to look for, in lower case and in letters without marks. Nothing here decides who may be named.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters that are no other letter with a mark, and what is written instead.
const OTHERS: [(char, &str); 9] =
    [('ß', "ss"), ('æ', "ae"), ('œ', "oe"), ('ø', "o"), ('ł', "l"), ('đ', "d"), ('ð', "d"), ('þ', "th"), ('ı', "i")];

/// Letters that some write as two.
const DOUBLED: [(char, &str); 5] = [('ä', "ae"), ('ö', "oe"), ('ü', "ue"), ('å', "aa"), ('ø', "oe")];

/// A surname shorter than this is an everyday word too often to be looked for alone.
const ALONE: usize = 4;

/// Adds a letter or digit in lower case and without its marks; anything else adds nothing.
pub fn fold(c: char, out: &mut String) {
    if c.is_ascii() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        }
        return;
    }
    for plain in c.nfkd().filter(|part| !is_combining_mark(*part)).flat_map(char::to_lowercase) {
        match OTHERS.iter().find(|(other, _)| *other == plain) {
            Some((_, instead)) => out.push_str(instead),
            None if plain.is_alphanumeric() => out.push(plain),
            None => {}
        }
    }
}

/// The letters and digits of a text alone: `Sørrel.Van-Tongeren` and `sorrel_van tongeren` are the same.
#[must_use]
pub fn letters(text: &str) -> String {
    let mut out = String::new();
    text.chars().for_each(|c| fold(c, &mut out));
    out
}

/// Whether a character stands inside a word without being a letter: `O'Brien`.
#[must_use]
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '´' | '`' | 'ʼ')
}

/// A name, cut at its spaces, in every spelling.
pub struct Name {
    /// One or two spellings; each a list of words, and each word a list of what a hyphen joins.
    spellings: Vec<Vec<Vec<String>>>,
}

impl Name {
    /// Reads a name; none when it has too few letters to be one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let doubled: String = text.to_lowercase().chars().map(spelt_out).collect();
        let mut spellings: Vec<Vec<Vec<String>>> = Vec::new();
        for text in [text, &doubled] {
            let words = text.split_whitespace().map(parts).filter(|word| !word.is_empty()).collect();
            if !spellings.contains(&words) {
                spellings.push(words);
            }
        }
        let long =
            spellings.iter().any(|words| words.iter().flatten().map(|part| part.chars().count()).sum::<usize>() > 2);
        long.then_some(Self { spellings })
    }

    /// The name as one word: forwards, backwards, and without the names in the middle.
    #[must_use]
    pub fn joined(&self) -> BTreeSet<String> {
        self.orders().map(|words| words.concat().concat()).collect()
    }

    /// The name as words with one blank between them, with hyphens or without, and as one word.
    #[must_use]
    pub fn phrases(&self) -> BTreeSet<String> {
        let ways = |words: Vec<Vec<String>>| {
            let whole: Vec<String> = words.iter().map(|parts| parts.concat()).collect();
            [words.concat().join(" "), whole.join(" "), whole.concat()]
        };
        self.orders().flat_map(ways).collect()
    }

    /// What stands for somebody in addresses, each a word of its own: the surname, and the surname with an initial.
    #[must_use]
    pub fn handles(&self) -> BTreeSet<String> {
        let mut handles = BTreeSet::new();
        for words in &self.spellings {
            let [first, .., last] = words.as_slice() else { continue };
            let last = last.concat();
            if last.chars().count() < ALONE {
                continue;
            }
            if let Some(initial) = first.iter().flat_map(|part| part.chars()).next() {
                handles.extend([format!("{initial}{last}"), format!("{last}{initial}")]);
            }
            handles.insert(last);
        }
        handles
    }

    fn orders(&self) -> impl Iterator<Item = Vec<Vec<String>>> {
        self.spellings.iter().flat_map(|words| {
            let mut orders = vec![words.clone(), words.iter().rev().cloned().collect()];
            if let [first, _, .., last] = words.as_slice() {
                orders.extend([vec![first.clone(), last.clone()], vec![last.clone(), first.clone()]]);
            }
            orders
        })
    }
}

/// `Wyndle-Frost` in its two parts, `O'Brien` in one.
fn parts(word: &str) -> Vec<String> {
    let parts = word.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c) && !is_apostrophe(c));
    parts.map(letters).filter(|part| !part.is_empty()).collect()
}

fn spelt_out(c: char) -> String {
    DOUBLED.iter().find(|(letter, _)| *letter == c).map_or_else(|| c.to_string(), |(_, two)| (*two).to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::{Name, letters};

    #[test]
    fn a_name_is_known_in_every_spelling() {
        assert_eq!(letters("Zébulon O’Quist-Wick ß1"), "zebulonoquistwickss1");
        let name = Name::of("Jürgen Karl O'Möller-Frost").unwrap();
        let phrases = name.phrases();
        for phrase in [
            "jurgen karl omoller frost",
            "juergen karl omoeller frost",
            "omoller frost karl jurgen",
            "jurgen omoller frost",
            "juergenomoellerfrost",
        ] {
            assert!(phrases.contains(phrase), "{phrase}: {phrases:?}");
        }
        assert!(name.handles().contains("jomollerfrost") && name.handles().contains("omoellerfrost"));
        assert!(Name::of("J Li").unwrap().handles().is_empty());
        assert!(Name::of("J.").is_none());
    }
}
