//! The pages of terms, packed: for each the difference to the page before, the counts that are not zero, the section, the places.
//!
//! In: page by page the terms that it has. Out: term by term the pages that have it. What comes page by page is written down one after the other, and put in
//! its place when all is there: a list for each term that grew page by page would be looked for in all of memory.

use super::collect::{FIELDS, Posting};

/// About as many bytes of text bring one more term of a page, and as many are written down for it.
const BYTES_OF_A_TERM: usize = 20;
const BYTES_OF_AN_ENTRY: usize = 10;

/// What has been written down page by page.
#[derive(Debug, Default)]
pub struct Log {
    terms: Vec<u32>,
    lengths: Vec<u8>,
    bytes: Vec<u8>,
    of: Vec<Size>,
}

/// What is kept of one term.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    /// How many pages have it.
    pub pages: u32,
    /// How many places are kept of it.
    pub places: u32,
    last: u32,
    bytes: u32,
}

/// The pages of each term, by its number.
#[derive(Debug, Default)]
pub struct Packed {
    of: Vec<Size>,
    starts: Vec<usize>,
    bytes: Vec<u8>,
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

impl Log {
    /// Makes room for what so many bytes of text will be, so that it need not be moved again and again.
    pub fn reserve(&mut self, text: usize) {
        let entries = text / BYTES_OF_A_TERM;
        self.terms.reserve(entries);
        self.lengths.reserve(entries);
        self.bytes.reserve(entries * BYTES_OF_AN_ENTRY);
    }

    /// Adds a page, not before the last one, to a term; places only where they are kept, at most ten.
    pub fn add(&mut self, term: u32, page: u32, counts: [u8; FIELDS], section: u8, places: Option<&[u32]>) {
        let number = term as usize;
        if self.of.len() <= number {
            self.of.resize(number + 1, Size::default());
        }
        let Some(size) = self.of.get_mut(number) else { return };
        let before = self.bytes.len();
        put(&mut self.bytes, page - size.last);
        let some = |(_, count): &(usize, &u8)| **count > 0;
        let mask = counts.iter().enumerate().filter(some).fold(0, |mask, (at, _)| mask | 1 << at);
        self.bytes.push(mask);
        self.bytes.extend(counts.iter().filter(|count| **count > 0));
        self.bytes.push(section);
        if let Some(places) = places {
            let count = u32::try_from(places.len()).unwrap_or(0);
            size.places += count;
            put(&mut self.bytes, count);
            let mut last = 0;
            for place in places {
                put(&mut self.bytes, place - last);
                last = *place;
            }
        }
        // Ten places, six counts, page, mask, section: no more than 64 bytes.
        let length = u8::try_from(self.bytes.len() - before).unwrap_or(u8::MAX);
        self.terms.push(term);
        self.lengths.push(length);
        size.last = page;
        size.pages += 1;
        size.bytes += u32::from(length);
    }

    /// Everything, term by term.
    #[must_use]
    pub fn packed(self) -> Packed {
        let (mut starts, mut sum) = (Vec::with_capacity(self.of.len()), 0);
        for size in &self.of {
            starts.push(sum);
            sum += size.bytes as usize;
        }
        let mut bytes = vec![0; sum];
        let (mut next, mut rest) = (starts.clone(), self.bytes.as_slice());
        for (term, length) in self.terms.iter().zip(&self.lengths) {
            let length = usize::from(*length);
            let Some((own, others)) = rest.split_at_checked(length) else { break };
            rest = others;
            let Some(at) = next.get_mut(*term as usize) else { continue };
            if let Some(place) = bytes.get_mut(*at..*at + length) {
                for (to, from) in place.iter_mut().zip(own) {
                    *to = *from;
                }
            }
            *at += length;
        }
        Packed { of: self.of, starts, bytes }
    }
}

impl Packed {
    /// What is kept of a term.
    #[must_use]
    pub fn size(&self, term: u32) -> Size {
        self.of.get(term as usize).copied().unwrap_or_default()
    }

    /// Calls `each` for every page of a term, ascending from `first` on; `whole` lists have places.
    pub fn each(&self, term: u32, first: u32, whole: bool, each: &mut impl FnMut(&Posting)) {
        let start = self.starts.get(term as usize).copied().unwrap_or_default();
        let end = start + self.size(term).bytes as usize;
        let mut bytes = self.bytes.get(start..end).unwrap_or_default().iter();
        let mut posting = Posting { page: first, ..Posting::default() };
        while let Some(delta) = take(&mut bytes) {
            posting.page += delta;
            let mask = bytes.next().copied().unwrap_or(0);
            for (at, count) in posting.counts.iter_mut().enumerate() {
                *count = if mask & (1 << at) == 0 { 0 } else { bytes.next().copied().unwrap_or(0) };
            }
            posting.section = bytes.next().copied().unwrap_or(0);
            posting.places.clear();
            if whole {
                let count = take(&mut bytes).unwrap_or(0);
                let mut last = 0;
                for _ in 0..count {
                    last += take(&mut bytes).unwrap_or(0);
                    posting.places.push(last);
                }
            }
            each(&posting);
        }
    }
}
