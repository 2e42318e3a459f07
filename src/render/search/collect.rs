//! One page becomes its words: which terms it has, in which fields, where. What comes out depends on the page alone, so it can be kept by the page's hash.
//!
//! In: a [`SearchPage`]. Out: [`PageWords`].

use std::collections::HashMap;

use super::words::words;
use crate::markdown::passages;
use crate::model::search::SearchPage;

/// Fields of a page, by how much a word in them says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The title.
    Title,
    /// Ids and other names.
    Name,
    /// Headings, and titles of parts.
    Heading,
    /// Summary and plain words.
    Summary,
    /// Prose.
    Body,
    /// Code blocks.
    Code,
}

/// How many fields there are.
pub const FIELDS: usize = 6;
/// Places left free between two fields, so that no phrase runs from one into the other.
const GAP: u32 = 16;
/// Bytes of a file that are read; nobody finds his way in a page that is longer.
const MOST_TEXT: usize = 1 << 20;
/// Places kept of one term in one page.
const MOST_PLACES: usize = 8;

/// A page's words.
#[derive(Clone, Debug, Default)]
pub struct PageWords {
    /// The terms, one after the other.
    text: String,
    /// What each of them does.
    hits: Vec<Hit>,
    /// Places of all terms.
    places: Vec<u32>,
    /// Words as they are said, once each.
    pub said: Vec<String>,
    /// Words in each field.
    pub lengths: [u32; FIELDS],
    /// What stands under each heading.
    pub sections: Vec<Section>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Hit {
    text_end: u32,
    places_end: u32,
    counts: [u8; FIELDS],
    section: u8,
}

/// A term of a page.
#[derive(Clone, Copy, Debug)]
pub struct Term<'a> {
    /// The term.
    pub text: &'a str,
    /// How often it stands in each field.
    pub counts: [u8; FIELDS],
    /// The first section it stands in after the top of the page, else 0.
    pub section: u8,
    /// Its first places.
    pub places: &'a [u32],
}

/// A part of a page that a result can open at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The place of its first word.
    pub start: u32,
    /// Its anchor; none is the top of the page.
    pub anchor: String,
    /// Its heading.
    pub heading: String,
    /// Its prose.
    pub prose: String,
}

impl PageWords {
    /// Every term once, in the order they were met.
    pub fn terms(&self) -> impl Iterator<Item = Term<'_>> {
        let (mut text, mut place) = (0, 0);
        self.hits.iter().map(move |hit| {
            let term = Term {
                text: self.text.get(text..hit.text_end as usize).unwrap_or_default(),
                counts: hit.counts,
                section: hit.section,
                places: self.places.get(place..hit.places_end as usize).unwrap_or_default(),
            };
            (text, place) = (hit.text_end as usize, hit.places_end as usize);
            term
        })
    }
}

/// Terms while a page is read.
#[derive(Default)]
struct Reading {
    /// What each word that was met is: a term's number, or nothing where it has no weight; exact words, then plain ones.
    heard: [HashMap<String, Option<usize>>; 2],
    known: HashMap<String, usize>,
    terms: Vec<(String, Hit, Vec<u32>)>,
    said: Vec<String>,
    lengths: [u32; FIELDS],
    place: u32,
    sections: Vec<Section>,
}

/// Reads a page.
#[must_use]
pub fn collect(page: &SearchPage) -> PageWords {
    let mut reading = Reading::default();
    reading.section("", "");
    reading.read(Field::Title, &page.title);
    for name in &page.names {
        reading.read(Field::Name, name);
    }
    // "The threat model of checkout": the kind is a word of what people ask for.
    reading.read(Field::Summary, &page.kind.replace('-', " "));
    if page.summary != page.plain {
        reading.read(Field::Summary, &page.summary);
    }
    reading.prose(Field::Summary, &page.plain);
    for (anchor, heading, text) in &page.parts {
        if anchor.is_some() {
            reading.section(anchor.as_deref().unwrap_or_default(), heading);
            reading.read(Field::Heading, heading);
        }
        reading.prose(Field::Body, text);
    }
    let text: &str = &page.text;
    let text = text.get(..text.floor_char_boundary(MOST_TEXT)).unwrap_or(text);
    for passage in passages(text, page.body_start.min(text.len())) {
        let own = passage.anchor.filter(|anchor| page.title_heading.as_ref() != Some(anchor));
        if let Some(anchor) = own {
            reading.section(&anchor, &passage.heading);
            reading.read(Field::Heading, &passage.heading);
        } else if reading.sections.len() > 1 && !passage.prose.is_empty() {
            reading.section("", "");
        }
        reading.prose(Field::Body, &passage.prose);
        reading.read(Field::Code, &passage.code);
    }
    reading.finish()
}

impl Reading {
    fn section(&mut self, anchor: &str, heading: &str) {
        self.sections.push(Section {
            start: self.place,
            anchor: anchor.to_owned(),
            heading: heading.to_owned(),
            prose: String::new(),
        });
    }

    fn prose(&mut self, field: Field, text: &str) {
        if let Some(section) = self.sections.last_mut().filter(|_| !text.trim().is_empty()) {
            if !section.prose.is_empty() && !section.prose.ends_with('\n') {
                section.prose.push('\n');
            }
            section.prose.push_str(text.trim());
        }
        self.read(field, text);
    }

    fn read(&mut self, field: Field, text: &str) {
        if text.is_empty() {
            return;
        }
        let Self { heard: [exact, plain], known, terms, said, lengths, sections, .. } = self;
        let section = u8::try_from(sections.len() - 1).unwrap_or(u8::MAX);
        let field = field as usize;
        let next = words(text, self.place, &mut |word| {
            let (own, other) = if word.plain { (&mut *plain, &*exact) } else { (&mut *exact, &*plain) };
            // Most words have been met before on the same page.
            let index = own.get(word.surface).copied().unwrap_or_else(|| {
                let index = word.term().map(|term| {
                    known.get(&*term).copied().unwrap_or_else(|| {
                        terms.push((term.to_string(), Hit::default(), Vec::new()));
                        known.insert(term.into_owned(), terms.len() - 1);
                        terms.len() - 1
                    })
                });
                if index.is_some() && other.get(word.surface).is_none_or(Option::is_none) {
                    said.push(word.surface.to_owned());
                }
                own.insert(word.surface.to_owned(), index);
                index
            });
            let Some((_, hit, places)) = index.and_then(|index| terms.get_mut(index)) else { return };
            if let Some(count) = hit.counts.get_mut(field) {
                *count = count.saturating_add(1);
            }
            if hit.section == 0 {
                hit.section = section;
            }
            if places.len() < MOST_PLACES {
                places.push(word.place);
            }
            if let Some(length) = lengths.get_mut(field) {
                *length += 1;
            }
        });
        self.place = next + GAP;
    }

    fn finish(self) -> PageWords {
        let mut page =
            PageWords { said: self.said, lengths: self.lengths, sections: self.sections, ..PageWords::default() };
        for (term, mut hit, places) in self.terms {
            page.text.push_str(&term);
            page.places.extend(places);
            hit.text_end = u32::try_from(page.text.len()).unwrap_or(u32::MAX);
            hit.places_end = u32::try_from(page.places.len()).unwrap_or(u32::MAX);
            page.hits.push(hit);
        }
        page
    }
}
