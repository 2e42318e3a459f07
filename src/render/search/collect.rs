//! One page becomes its words: which terms it has, in which fields, where.
//!
//! In: a [`SearchPage`]. Out: [`PageWords`], in the numbers of the [`Vocabulary`] of the reader. A reader reads many pages and finds out only once what a word is.

use super::vocabulary::Vocabulary;
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
const MOST_PLACES: u8 = 8;

/// A page's words.
#[derive(Debug, Default)]
pub struct PageWords {
    /// Every term once, in the order they were met.
    hits: Vec<Hit>,
    /// Places of all terms, term by term.
    places: Vec<u32>,
    /// Words as they are said, once each.
    pub said: Vec<u32>,
    /// Words in each field.
    pub lengths: [u32; FIELDS],
    /// What stands under each heading.
    pub sections: Vec<Section>,
}

#[derive(Clone, Copy, Debug)]
struct Hit {
    term: u32,
    counts: [u8; FIELDS],
    section: u8,
    places: u8,
}

/// A term of a page.
#[derive(Clone, Copy, Debug)]
pub struct Term<'a> {
    /// The term's number.
    pub term: u32,
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
        let mut at = 0;
        self.hits.iter().map(move |hit| {
            let start = at;
            at += usize::from(hit.places);
            let places = self.places.get(start..at).unwrap_or_default();
            Term { term: hit.term, counts: hit.counts, section: hit.section, places }
        })
    }
}

/// A page while it is read.
struct Reading<'v> {
    vocabulary: &'v mut Vocabulary,
    /// Whether places and prose are kept.
    whole: bool,
    page: PageWords,
    /// Places with the numbers of their hits.
    spots: Vec<(u32, u32)>,
    place: u32,
}

/// Reads a page. Its prose and the places of its words are kept only if it is to be kept `whole`.
#[must_use]
pub fn collect(page: &SearchPage, vocabulary: &mut Vocabulary, whole: bool) -> PageWords {
    vocabulary.next_page();
    let mut reading = Reading { vocabulary, whole, page: PageWords::default(), spots: Vec::new(), place: 0 };
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
        } else if reading.page.sections.len() > 1 && !passage.prose.is_empty() {
            reading.section("", "");
        }
        reading.prose(Field::Body, &passage.prose);
        reading.read(Field::Code, &passage.code);
    }
    reading.finish()
}

impl Reading<'_> {
    fn section(&mut self, anchor: &str, heading: &str) {
        self.page.sections.push(Section {
            start: self.place,
            anchor: anchor.to_owned(),
            heading: heading.to_owned(),
            prose: String::new(),
        });
    }

    fn prose(&mut self, field: Field, text: &str) {
        let kept = self.whole && !text.trim().is_empty();
        if let Some(section) = self.page.sections.last_mut().filter(|_| kept) {
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
        let Self { vocabulary, whole, page: PageWords { hits, said, lengths, sections, .. }, spots, .. } = self;
        let section = u8::try_from(sections.len() - 1).unwrap_or(u8::MAX);
        let field = field as usize;
        let next = words(text, self.place, &mut |word| {
            let Some(meant) = vocabulary.meet(&word) else { return };
            said.extend(vocabulary.first_said(meant));
            let (number, new) = vocabulary.on_page(meant, hits.len());
            if new {
                hits.push(Hit { term: meant.term, counts: [0; FIELDS], section: 0, places: 0 });
            }
            let Some(hit) = hits.get_mut(number) else { return };
            if let Some(count) = hit.counts.get_mut(field) {
                *count = count.saturating_add(1);
            }
            if hit.section == 0 {
                hit.section = section;
            }
            if *whole && hit.places < MOST_PLACES {
                hit.places += 1;
                spots.push((u32::try_from(number).unwrap_or(u32::MAX), word.place));
            }
            if let Some(length) = lengths.get_mut(field) {
                *length += 1;
            }
        });
        self.place = next + GAP;
    }

    fn finish(mut self) -> PageWords {
        // The places of one term keep their order.
        self.spots.sort_by_key(|(hit, _)| *hit);
        self.page.places.extend(self.spots.into_iter().map(|(_, place)| place));
        self.page
    }
}
