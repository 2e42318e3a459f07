//! What the readers have read becomes one inverted index.
//!
//! In: what each has read, in the order of pages. Out: [`Merged`].

use rayon::prelude::*;

use super::collect::{FIELDS, Posting, Read, Section};
use super::packed::Packed;
use super::vocabulary::Numbered;

/// The index before it is cut into files.
#[derive(Debug, Default)]
pub struct Merged {
    /// Every term, sorted; a term's number is its place here.
    pub terms: Vec<Box<str>>,
    /// For each term its number in each part; `NONE` where the part has no page with it.
    numbers: Vec<u32>,
    parts: Vec<Part>,
    /// Words as they are said, sorted, with how many pages say them.
    pub said: Numbered,
    /// Words of each field, page by page.
    pub lengths: Vec<[u32; FIELDS]>,
    /// Parts of each page.
    pub sections: Vec<Vec<Section>>,
    /// Whether places are kept; a very large site has no room for them.
    pub places: bool,
}

const NONE: u32 = u32::MAX;

/// The lists of one reader.
#[derive(Debug, Default)]
struct Part {
    /// The number of its first page.
    first: u32,
    lists: Packed,
}

impl Merged {
    /// Puts together what readers have read, each the pages after those of the one before.
    #[must_use]
    pub fn new(read: Vec<Read>, places: bool) -> Self {
        let mut merged = Self { places, ..Self::default() };
        let width = read.len();
        let mut words: Vec<(Numbered, Numbered)> = Vec::new();
        let taken: Vec<_> = read
            .into_par_iter()
            .map(|read| (read.vocabulary.into_lists(), read.lists.packed(), read.lengths, read.sections))
            .collect();
        for (lists_of_words, lists, lengths, sections) in taken {
            words.push(lists_of_words);
            merged.parts.push(Part { first: u32::try_from(merged.lengths.len()).unwrap_or(u32::MAX), lists });
            merged.lengths.extend(lengths);
            merged.sections.extend(sections);
        }
        let (terms, said): (Vec<Numbered>, Vec<Numbered>) = words.into_iter().unzip();
        for (term, part, number) in sorted(terms) {
            if merged.terms.last() != Some(&term) {
                merged.terms.push(term);
                merged.numbers.resize(merged.terms.len() * width, NONE);
            }
            let at = (merged.terms.len() - 1) * width + part;
            if let Some(place) = merged.numbers.get_mut(at) {
                *place = number;
            }
        }
        for (word, _, pages) in sorted(said) {
            match merged.said.last_mut() {
                Some((last, all)) if *last == word => *all += pages,
                _ => merged.said.push((word, pages)),
            }
        }
        merged
    }

    /// The number of a term.
    #[must_use]
    pub fn find(&self, term: &str) -> Option<usize> {
        self.terms.binary_search_by(|known| (**known).cmp(term)).ok()
    }

    /// The parts that have a term, with its number there.
    fn having(&self, term: usize) -> impl Iterator<Item = (&Part, u32)> {
        let numbers = self.numbers.get(term * self.parts.len()..).unwrap_or_default();
        self.parts.iter().zip(numbers.iter().copied()).filter(|(_, number)| *number != NONE)
    }

    /// How many pages have a term, and how many places are kept of it.
    #[must_use]
    pub fn size(&self, term: usize) -> (u32, u32) {
        let sizes = self.having(term).map(|(part, number)| part.lists.size(number));
        sizes.fold((0, 0), |sum, size| (sum.0 + size.pages, sum.1 + size.places))
    }

    /// Calls `each` for every page of a term, ascending.
    pub fn postings(&self, term: usize, each: &mut impl FnMut(&Posting)) {
        for (part, number) in self.having(term) {
            part.lists.each(number, part.first, self.places, each);
        }
    }
}

/// The words of all parts, sorted, each with its part and number.
fn sorted(parts: Vec<Numbered>) -> Vec<(Box<str>, usize, u32)> {
    let numbered = parts.into_iter().enumerate();
    let mut all: Vec<_> =
        numbered.flat_map(|(part, words)| words.into_iter().map(move |(word, number)| (word, part, number))).collect();
    // The parts are sorted already, which this way of sorting makes use of.
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::search::SearchPage;
    use crate::render::search::collect::{Passages, Reader};

    #[test]
    fn what_was_packed_comes_out_again() {
        let mut readers = [Reader::new(true, 0), Reader::new(true, 0)];
        for (at, title, plain) in
            [(0, "Injection", "An injection of commands"), (0, "Other", "nothing here"), (1, "Commands", "")]
        {
            readers[at].page(
                &SearchPage { title: title.to_owned(), plain: plain.to_owned(), ..SearchPage::default() },
                &Passages::default(),
            );
        }
        let merged = Merged::new(readers.into_iter().map(Reader::done).collect(), true);
        let pages = |word: &str| merged.said.iter().find(|(said, _)| **said == *word).map(|(_, pages)| *pages);
        assert_eq!((pages("injection"), pages("commands"), pages("an")), (Some(1), Some(2), None));
        let postings = |term: &str| {
            let mut found = Vec::new();
            merged.postings(merged.find(term).unwrap(), &mut |posting| found.push(posting.clone()));
            found
        };
        let found = postings("inject");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].page, found[0].counts), (0, [1, 0, 0, 1, 0, 0]));
        assert_eq!(found[0].places, [0, 18]);
        let pages: Vec<u32> = postings("command").iter().map(|posting| posting.page).collect();
        assert_eq!(pages, [0, 2]);
        assert_eq!(merged.size(merged.find("command").unwrap()).0, 2);
    }
}
