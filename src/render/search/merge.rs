//! The words of all pages become one inverted index: for each term the pages that have it, packed.
//!
//! In: [`PageWords`], page by page in order. Out: [`Merged`].

use foldhash::HashMap;

use super::collect::{FIELDS, PageWords, Section};
use super::vocabulary::Vocabulary;

/// The index before it is cut into files.
#[derive(Debug, Default)]
pub struct Merged {
    known: HashMap<Box<str>, u32>,
    terms: Vec<Packed>,
    /// Words as they are said, with how many pages say them.
    pub said: HashMap<Box<str>, u32>,
    /// Words of each field, page by page.
    pub lengths: Vec<[u32; FIELDS]>,
    /// Parts of each page.
    pub sections: Vec<Vec<Section>>,
    /// Whether places are kept; a very large site has no room for them.
    pub places: bool,
}

/// What a reader's numbers are in the index.
#[derive(Debug, Default)]
pub struct Shared {
    /// Terms.
    terms: Vec<u32>,
    /// How many pages say each word.
    said: Vec<u32>,
}

/// The pages of one term: for each the difference to the page before, the counts that are not zero, the section, the places.
#[derive(Debug, Default)]
struct Packed {
    pages: u32,
    last: u32,
    bytes: Vec<u8>,
}

/// A term in a page.
#[derive(Clone, Debug, Default)]
pub struct Posting {
    /// The page's number.
    pub page: u32,
    /// How often the term stands in each field.
    pub counts: [u8; FIELDS],
    /// The section it stands in first.
    pub section: u8,
    /// Its places.
    pub places: Vec<u32>,
}

/// Appends a number, seven bits a byte, the lowest first.
pub fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push((number & 0x7f) as u8);
}

fn take(bytes: &mut std::slice::Iter<'_, u8>) -> Option<u32> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.next()?;
        number |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

impl Merged {
    /// An index of no pages yet.
    #[must_use]
    pub fn new(places: bool) -> Self {
        Self { places, ..Self::default() }
    }

    /// Adds the next page, in the numbers of its reader; `shared` says what they are here.
    pub fn add(&mut self, page: PageWords, vocabulary: &Vocabulary, shared: &mut Shared) {
        let number = u32::try_from(self.lengths.len()).unwrap_or(u32::MAX);
        self.learn(vocabulary, shared);
        for term in page.terms() {
            let index = shared.terms.get(term.term as usize);
            let Some(packed) = index.and_then(|index| self.terms.get_mut(*index as usize)) else { continue };
            put(&mut packed.bytes, number - packed.last);
            packed.last = number;
            packed.pages += 1;
            let mask =
                term.counts.iter().enumerate().filter(|(_, count)| **count > 0).fold(0, |mask, (at, _)| mask | 1 << at);
            packed.bytes.push(mask);
            packed.bytes.extend(term.counts.iter().filter(|count| **count > 0));
            packed.bytes.push(term.section);
            if self.places {
                put(&mut packed.bytes, u32::try_from(term.places.len()).unwrap_or(0));
                let mut last = 0;
                for place in term.places {
                    put(&mut packed.bytes, place - last);
                    last = *place;
                }
            }
        }
        for said in &page.said {
            if let Some(pages) = shared.said.get_mut(*said as usize) {
                *pages += 1;
            }
        }
        self.lengths.push(page.lengths);
        self.sections.push(page.sections);
    }

    /// Finds the numbers of terms that a reader has met since it was here last.
    fn learn(&mut self, vocabulary: &Vocabulary, shared: &mut Shared) {
        for term in vocabulary.terms.iter().skip(shared.terms.len()) {
            let index = self.known.get(term).copied().unwrap_or_else(|| {
                let index = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
                self.known.insert(term.clone(), index);
                self.terms.push(Packed::default());
                index
            });
            shared.terms.push(index);
        }
        shared.said.resize(vocabulary.said.len(), 0);
    }

    /// Adds up what a reader has counted, when it has read its last page.
    pub fn count(&mut self, vocabulary: Vocabulary, shared: &Shared) {
        for (said, pages) in vocabulary.said.into_iter().zip(&shared.said) {
            *self.said.entry(said).or_default() += pages;
        }
    }

    /// Every term with its number, sorted.
    #[must_use]
    pub fn sorted(&self) -> Vec<(&str, u32)> {
        let mut terms: Vec<(&str, u32)> = self.known.iter().map(|(term, index)| (&**term, *index)).collect();
        terms.sort_unstable();
        terms
    }

    /// The number of a term.
    #[must_use]
    pub fn find(&self, term: &str) -> Option<u32> {
        self.known.get(term).copied()
    }

    /// How many pages have a term.
    #[must_use]
    pub fn pages(&self, term: u32) -> u32 {
        self.terms.get(term as usize).map_or(0, |packed| packed.pages)
    }

    /// How many bytes the pages of a term take: a measure of what they will take in a file.
    #[must_use]
    pub fn weight(&self, term: u32) -> usize {
        self.terms.get(term as usize).map_or(0, |packed| packed.bytes.len())
    }

    /// The pages of a term, ascending.
    #[must_use]
    pub fn postings(&self, term: u32) -> Vec<Posting> {
        let Some(packed) = self.terms.get(term as usize) else { return Vec::new() };
        let mut bytes = packed.bytes.iter();
        let mut out = Vec::with_capacity(packed.pages as usize);
        let mut page = 0;
        while let Some(delta) = take(&mut bytes) {
            page += delta;
            let mut posting = Posting { page, ..Posting::default() };
            let mask = bytes.next().copied().unwrap_or(0);
            for (at, count) in posting.counts.iter_mut().enumerate().filter(|(at, _)| mask & (1 << at) != 0) {
                debug_assert!(at < FIELDS, "a mask has a bit a field");
                *count = bytes.next().copied().unwrap_or(0);
            }
            posting.section = bytes.next().copied().unwrap_or(0);
            if self.places {
                let count = take(&mut bytes).unwrap_or(0);
                let mut last = 0;
                for _ in 0..count {
                    last += take(&mut bytes).unwrap_or(0);
                    posting.places.push(last);
                }
            }
            out.push(posting);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::search::SearchPage;
    use crate::render::search::collect::collect;

    #[test]
    fn what_was_packed_comes_out_again() {
        let (mut vocabulary, mut shared, mut merged) = (Vocabulary::default(), Shared::default(), Merged::new(true));
        for (title, plain) in [("Injection", "An injection of commands"), ("Other", "nothing here"), ("Commands", "")] {
            let page = SearchPage { title: title.to_owned(), plain: plain.to_owned(), ..SearchPage::default() };
            merged.add(collect(&page, &mut vocabulary, true), &vocabulary, &mut shared);
        }
        merged.count(vocabulary, &shared);
        assert_eq!((merged.said["injection"], merged.said["commands"]), (1, 2));
        let found = merged.postings(merged.find("inject").unwrap());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].page, found[0].counts), (0, [1, 0, 0, 1, 0, 0]));
        assert_eq!(found[0].places, [0, 18]);
        let pages: Vec<u32> =
            merged.postings(merged.find("command").unwrap()).iter().map(|posting| posting.page).collect();
        assert_eq!(pages, [0, 2]);
    }
}
