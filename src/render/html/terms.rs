//! Words that have an explanation: the first use of each on a page.
//!
//! In: the glossary and texts in their order. Out: where in each text a word stands that has not stood before.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::body::TermView;

/// The words that have not been met yet.
pub(super) struct Terms<'a> {
    all: &'a [TermView],
    /// Terms by the lower-case first word, the longest first.
    by_word: BTreeMap<String, Vec<usize>>,
    /// Terms that were met; aliases of one explanation are met together.
    met: Vec<bool>,
    /// The bytes that a first word can begin with.
    begins: [bool; 256],
    word: String,
}

impl<'a> Terms<'a> {
    /// All words of a glossary.
    pub fn new(all: &'a [TermView]) -> Self {
        let mut terms = Self {
            all,
            by_word: BTreeMap::new(),
            met: vec![false; all.len()],
            begins: [false; 256],
            word: String::new(),
        };
        for (index, term) in all.iter().enumerate() {
            let first = first_word(&term.term).to_lowercase();
            if let Some(byte) = first.bytes().next() {
                for byte in [byte, byte.to_ascii_uppercase()] {
                    if let Some(begins) = terms.begins.get_mut(usize::from(byte)) {
                        *begins = true;
                    }
                }
                // An upper-case letter may begin with another byte than its lower-case one.
                if !byte.is_ascii() {
                    terms.begins.iter_mut().skip(128).for_each(|begins| *begins = true);
                }
                terms.by_word.entry(first).or_default().push(index);
            }
        }
        for candidates in terms.by_word.values_mut() {
            candidates.sort_by_key(|index| std::cmp::Reverse(all.get(*index).map_or(0, |term| term.term.len())));
        }
        terms
    }

    /// The next term in `text` from `from` on that was not met before; it counts as met from then on.
    pub fn next(&mut self, text: &str, from: usize) -> Option<(Range<usize>, &'a TermView)> {
        if self.by_word.is_empty() {
            return None;
        }
        let mut at = from;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let word = first_word(rest);
            if word.is_empty() {
                at += rest.find(is_word).unwrap_or(rest.len());
                continue;
            }
            let begins = word.bytes().next().and_then(|byte| self.begins.get(usize::from(byte)));
            if begins == Some(&true)
                && let Some((index, end)) = self.longest_at(text, at, word)
                && let Some(term) = self.all.get(index)
            {
                self.meet(term);
                return Some((at..end, term));
            }
            at += word.len();
        }
        None
    }

    fn longest_at(&mut self, text: &str, at: usize, word: &str) -> Option<(usize, usize)> {
        self.word.clear();
        self.word.extend(word.chars().flat_map(char::to_lowercase));
        self.by_word.get(self.word.as_str())?.iter().find_map(|index| {
            let term = self.all.get(*index).filter(|_| self.met.get(*index) == Some(&false))?;
            Some((*index, end_of(&term.term, text, at)?))
        })
    }

    fn meet(&mut self, term: &TermView) {
        for (met, other) in self.met.iter_mut().zip(self.all) {
            *met |= other.plain == term.plain && other.href == term.href;
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The word at the very start of a text.
fn first_word(text: &str) -> &str {
    text.split(|c| !is_word(c)).next().unwrap_or_default()
}

/// Where the term ends if the whole of it stands at `at`: any white space is as good as another, case counts for capitals only.
fn end_of(term: &str, text: &str, at: usize) -> Option<usize> {
    let capitals = term.chars().any(char::is_uppercase) && !term.chars().any(char::is_lowercase);
    let mut rest = text.get(at..)?;
    for c in term.chars() {
        let found = rest.chars().next()?;
        let same = if c.is_whitespace() {
            found.is_whitespace()
        } else {
            found == c || (!capitals && found.to_lowercase().eq(c.to_lowercase()))
        };
        if !same {
            return None;
        }
        rest = rest.get(found.len_utf8()..)?;
    }
    (!rest.starts_with(is_word)).then(|| text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(term: &str, plain: &str) -> TermView {
        TermView { term: term.to_owned(), plain: plain.to_owned(), href: None }
    }

    #[test]
    fn first_use_whole_word_longest_first() {
        let all = [
            term("token", "a"),
            term("trust boundary", "b"),
            term("trust", "c"),
            term("SSRF", "d"),
            term("jeton", "a"),
            term("Öl", "e"),
        ];
        let mut terms = Terms::new(&all);
        let text = "tokens ssrf Trust\nBoundary, trust (Token) SSRF jeton token öl";
        let mut found = Vec::new();
        let mut at = 0;
        while let Some((range, _)) = terms.next(text, at) {
            at = range.end;
            found.push(&text[range]);
        }
        assert_eq!(found, ["Trust\nBoundary", "trust", "Token", "SSRF", "öl"]);
    }
}
