//! Where a diagnostic points, in lines and columns.
//!
//! In: places (a path and bytes) and the sources. Out: a [`Located`] where the file is there and is text, else nothing.
//! The lines of a file are read once, however many diagnostics it has.

use crate::diagnostic::Place;
use crate::source::{Lines, Position, SourceTree, Span};
use std::collections::BTreeMap;

/// A place in a text, with both its ends as people count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Located<'a> {
    /// The whole file.
    pub text: &'a str,
    /// The bytes meant; they lie inside the text, on the borders of characters.
    pub span: Span,
    /// Where the first byte stands.
    pub start: Position,
    /// Where the byte after the last one stands.
    pub end: Position,
    /// Like `end`, before line breaks that the span ends with: a whole line ends on itself and not on the next one.
    pub end_of_text: Position,
}

impl Located<'_> {
    /// The bytes meant without the line breaks at their end.
    pub fn span_of_text(&self) -> Span {
        let meant = self.text.get(self.span.start..self.span.end).unwrap_or("");
        Span::new(self.span.start, self.span.start + meant.trim_end_matches(['\n', '\r']).len())
    }
}

/// The files that diagnostics point into, each read when it is first asked for.
pub(super) struct Places<'a> {
    sources: &'a SourceTree,
    read: BTreeMap<&'a str, Option<(&'a str, Lines<'a>)>>,
}

impl<'a> Places<'a> {
    /// No file read yet.
    pub fn new(sources: &'a SourceTree) -> Self {
        Self { sources, read: BTreeMap::new() }
    }

    /// The place in its text; nothing when it has no span, or its file is missing or not UTF-8.
    pub fn locate(&mut self, place: &'a Place) -> Option<Located<'a>> {
        let span = place.span?;
        let path = place.path.as_str();
        let sources = self.sources;
        let read =
            self.read.entry(path).or_insert_with(|| readable(sources, path).map(|text| (text, Lines::new(text))));
        let (text, lines) = read.as_ref()?;
        let span = Span::new(floor(text, span.start), floor(text, span.end));
        let end = lines.position(span.end);
        let mut located = Located { text, span, start: lines.position(span.start), end, end_of_text: end };
        located.end_of_text = lines.position(located.span_of_text().end);
        Some(located)
    }
}

/// The text of a file; of one that is not text, what comes before the first byte that is not.
fn readable<'a>(sources: &'a SourceTree, path: &str) -> Option<&'a str> {
    let bytes = &sources.get(path)?.bytes;
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok(),
    }
}

/// The offset, or the border before it: of the text at its end, of the character it is in.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
