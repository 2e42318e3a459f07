//! Words that a reader has met on any page so far, with what they are: a number for the term, and one for the word as it is said.
//!
//! Folding, stemming and comparing a word is work; most words of a page have been met before.

use foldhash::{HashMap, HashMapExt};

use super::words::Word;

/// What a word that has a weight is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The number of its term.
    pub term: u32,
    /// Its number as it is said.
    said: u32,
}

/// The words of one reader. Numbers are its own: another reader gives others.
#[derive(Debug)]
pub struct Vocabulary {
    /// Exact words, then plain ones; nothing where a word has no weight.
    met: [HashMap<Box<str>, Option<Meant>>; 2],
    known: HashMap<Box<str>, u32>,
    /// Terms by their number.
    pub terms: Vec<Box<str>>,
    /// Words as they are said by their number.
    pub said: Vec<Box<str>>,
    page: u32,
    /// The page each word was said on last.
    said_on: Vec<u32>,
    /// The page each term was on last, and its place there.
    on: Vec<(u32, u32)>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        let met = [HashMap::new(), HashMap::new()];
        Self { met, known: HashMap::new(), terms: vec![], said: vec![], page: 0, said_on: vec![], on: vec![] }
    }
}

impl Vocabulary {
    /// The words that come stand on another page.
    pub fn next_page(&mut self) {
        self.page += 1;
    }

    /// What a word is; nothing for one without weight.
    pub fn meet(&mut self, word: &Word<'_>) -> Option<Meant> {
        let [exact, plain] = &self.met;
        let (own, other) = if word.plain { (plain, exact) } else { (exact, plain) };
        if let Some(met) = own.get(word.surface) {
            return *met;
        }
        let said = other.get(word.surface).copied().flatten().map(|meant| meant.said);
        let meant = word.term().map(|term| Meant { term: self.term(&term), said: self.say(said, word.surface) });
        let [exact, plain] = &mut self.met;
        let own = if word.plain { plain } else { exact };
        own.insert(word.surface.into(), meant);
        meant
    }

    fn term(&mut self, term: &str) -> u32 {
        if let Some(number) = self.known.get(term) {
            return *number;
        }
        let number = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        self.known.insert(term.into(), number);
        self.terms.push(term.into());
        self.on.push((0, 0));
        number
    }

    fn say(&mut self, known: Option<u32>, surface: &str) -> u32 {
        known.unwrap_or_else(|| {
            self.said.push(surface.into());
            self.said_on.push(0);
            u32::try_from(self.said.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The number of a word as it is said, if it is said for the first time on this page.
    pub fn first_said(&mut self, meant: Meant) -> Option<u32> {
        let on = self.said_on.get_mut(meant.said as usize)?;
        (std::mem::replace(on, self.page) != self.page).then_some(meant.said)
    }

    /// The place of a term among those of this page; a term that is new to the page takes the place `free`. And whether it is new.
    pub fn on_page(&mut self, meant: Meant, free: usize) -> (usize, bool) {
        let Some(on) = self.on.get_mut(meant.term as usize) else { return (free, false) };
        let new = on.0 != self.page;
        if new {
            *on = (self.page, u32::try_from(free).unwrap_or(u32::MAX));
        }
        (on.1 as usize, new)
    }
}
