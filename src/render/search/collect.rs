//! Pages become their words: which terms each has, in which fields, where.
//!
//! In: [`SearchPage`]s, one after the other. Out: [`Read`], for each term the pages that have it, packed. A reader reads many pages in a row, and finds out
//! only once what a word is.

use foldhash::HashMap;
use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::packed::Log;
use super::vocabulary::Vocabulary;
use super::words::words;
use crate::markdown::{Passage, passages};
use crate::model::search::SearchPage;
use crate::source::SourcePath;

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

/// What was read of bodies while they were drawn, by their files.
pub type Passages = HashMap<SourcePath, Vec<Passage>>;

/// What one reader has read.
#[derive(Debug, Default)]
pub struct Read {
    /// The words it has met.
    pub vocabulary: Vocabulary,
    /// The pages of each term, by its number in the vocabulary; they count from 0.
    pub lists: Log,
    /// Words of each field, page by page.
    pub lengths: Vec<[u32; FIELDS]>,
    /// What stands under each heading, page by page.
    pub sections: Vec<Vec<Section>>,
}

/// A term in a page.
#[derive(Clone, Debug, Default)]
pub struct Posting {
    /// The page's number.
    pub page: u32,
    /// How often the term stands in each field.
    pub counts: [u8; FIELDS],
    /// The first section it stands in after the top of the page, else 0.
    pub section: u8,
    /// Its first places.
    pub places: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Hit {
    term: u32,
    counts: [u8; FIELDS],
    section: u8,
    places: u8,
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

/// Start, anchor, heading, and the prose where there is one.
impl Serialize for Section {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        list.serialize_element(&self.start)?;
        list.serialize_element(&self.anchor)?;
        list.serialize_element(&self.heading)?;
        if !self.prose.is_empty() {
            list.serialize_element(&self.prose)?;
        }
        list.end()
    }
}

/// A reader, and the page it is at.
#[derive(Debug, Default)]
pub struct Reader {
    read: Read,
    /// Whether places and prose are kept.
    whole: bool,
    /// Every term of the page once, in the order they were met.
    hits: Vec<Hit>,
    /// Places with the numbers of their hits.
    spots: Vec<(u32, u32)>,
    lengths: [u32; FIELDS],
    sections: Vec<Section>,
    place: u32,
}

impl Reader {
    /// Prose and the places of words are kept only if pages are to be kept `whole`. About so many bytes of `text` will be read.
    #[must_use]
    pub fn new(whole: bool, text: usize) -> Self {
        let mut reader = Self { whole, ..Self::default() };
        reader.read.lists.reserve(text);
        reader
    }

    /// Reads the next page.
    pub fn page(&mut self, page: &SearchPage, known: &Passages) {
        self.read.vocabulary.next_page();
        self.place = 0;
        self.section("", "");
        self.text(Field::Title, &page.title);
        for name in &page.names {
            self.text(Field::Name, name);
        }
        // "The threat model of checkout": the kind is a word of what people ask for.
        self.text(Field::Summary, &page.kind.replace('-', " "));
        if page.summary != page.plain {
            self.text(Field::Summary, &page.summary);
        }
        self.prose(Field::Summary, &page.plain);
        for (anchor, heading, text) in &page.parts {
            if anchor.is_some() {
                self.section(anchor.as_deref().unwrap_or_default(), heading);
                self.text(Field::Heading, heading);
            }
            self.prose(Field::Body, text);
        }
        self.body(page, known);
        self.finish();
    }

    fn body(&mut self, page: &SearchPage, known: &Passages) {
        let text: &str = &page.text;
        let known = page.source.as_ref().and_then(|source| known.get(source)).filter(|_| text.len() <= MOST_TEXT);
        if let Some(known) = known {
            return self.passages(page, known);
        }
        let text = text.get(..text.floor_char_boundary(MOST_TEXT)).unwrap_or(text);
        self.passages(page, &passages(text, page.body_start.min(text.len())));
    }

    fn passages(&mut self, page: &SearchPage, passages: &[Passage]) {
        for passage in passages {
            let own = passage.anchor.as_ref().filter(|anchor| page.title_heading.as_ref() != Some(*anchor));
            if let Some(anchor) = own {
                self.section(anchor, &passage.heading);
                self.text(Field::Heading, &passage.heading);
            } else if self.sections.len() > 1 && !passage.prose.is_empty() {
                self.section("", "");
            }
            self.prose(Field::Body, &passage.prose);
            self.text(Field::Code, &passage.code);
        }
    }

    /// What was read, when the last page has been.
    #[must_use]
    pub fn done(self) -> Read {
        self.read
    }

    fn section(&mut self, anchor: &str, heading: &str) {
        self.sections.push(Section {
            start: self.place,
            anchor: anchor.to_owned(),
            heading: heading.to_owned(),
            prose: String::new(),
        });
    }

    fn prose(&mut self, field: Field, text: &str) {
        let kept = self.whole && !text.trim().is_empty();
        if let Some(section) = self.sections.last_mut().filter(|_| kept) {
            if !section.prose.is_empty() && !section.prose.ends_with('\n') {
                section.prose.push('\n');
            }
            section.prose.push_str(text.trim());
        }
        self.text(field, text);
    }

    fn text(&mut self, field: Field, text: &str) {
        if text.is_empty() {
            return;
        }
        let Self { read: Read { vocabulary, .. }, whole, hits, spots, sections, .. } = self;
        let section = u8::try_from(sections.len() - 1).unwrap_or(u8::MAX);
        let field = field as usize;
        let mut length = 0;
        let next = words(text, self.place, &mut |word| {
            let Some(term) = vocabulary.meet(&word) else { return };
            let (number, new) = vocabulary.on_page(term, hits.len());
            if new {
                hits.push(Hit { term, counts: [0; FIELDS], section: 0, places: 0 });
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
            length += 1;
        });
        if let Some(all) = self.lengths.get_mut(field) {
            *all += length;
        }
        self.place = next + GAP;
    }

    /// Puts the page to those that were read.
    fn finish(&mut self) {
        let page = u32::try_from(self.read.lengths.len()).unwrap_or(u32::MAX);
        // The places of one term keep their order.
        self.spots.sort_by_key(|(hit, _)| *hit);
        let places: Vec<u32> = self.spots.drain(..).map(|(_, place)| place).collect();
        let mut rest = places.as_slice();
        for hit in self.hits.drain(..) {
            let own = rest.split_off(..usize::from(hit.places)).unwrap_or_default();
            self.read.lists.add(hit.term, page, hit.counts, hit.section, self.whole.then_some(own));
        }
        self.read.lengths.push(std::mem::take(&mut self.lengths));
        self.read.sections.push(std::mem::take(&mut self.sections));
    }
}
