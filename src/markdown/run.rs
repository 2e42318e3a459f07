//! A run of text that the parser gave in pieces, put together again, with the way back to the file.
//!
//! In: text events with their ranges. Out: [`Run`], one text in which links can be looked for.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::Span;

/// Text without markup between two other events.
#[derive(Clone, Debug, Default)]
pub(super) struct Run<'a> {
    pub text: Cow<'a, str>,
    pieces: Vec<Piece>,
}

/// A part of the run that stands in one place of the file.
#[derive(Clone, Debug)]
struct Piece {
    /// Where it starts in the run.
    at: usize,
    /// Where it stands in the file.
    source: Range<usize>,
    /// It stands there letter by letter; else it is an entity or a break.
    verbatim: bool,
    /// There is a backslash before its first character.
    escaped: bool,
}

impl<'a> Run<'a> {
    /// Adds a piece that stands at `range` of `file`.
    pub fn push(&mut self, file: &'a str, value: &str, range: Range<usize>) {
        if value.is_empty() {
            return;
        }
        let there = file.get(range.clone()).filter(|there| *there == value);
        let before = self.pieces.last().map(|piece| piece.source.end);
        let escaped = before != Some(range.start)
            && range.start.checked_sub(1).and_then(|i| file.as_bytes().get(i)) == Some(&b'\\');
        let joins = !escaped && there.is_some() && before == Some(range.start);
        let at = self.text.len();
        match (self.pieces.last_mut(), there) {
            (Some(last), Some(_)) if joins && last.verbatim => last.source.end = range.end,
            _ => self.pieces.push(Piece { at, source: range.clone(), verbatim: there.is_some(), escaped }),
        }
        match (&self.text, there, self.pieces.as_slice()) {
            (text, Some(there), _) if text.is_empty() => self.text = Cow::Borrowed(there),
            (Cow::Borrowed(_), Some(_), [only]) => {
                self.text = Cow::Borrowed(file.get(only.source.clone()).unwrap_or_default());
            }
            _ => self.text.to_mut().push_str(value),
        }
    }

    /// The part of the text in this range, borrowed from the file where it can be.
    pub fn part(&self, range: Range<usize>) -> Cow<'a, str> {
        match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(range).unwrap_or_default()),
            Cow::Owned(text) => Cow::Owned(text.get(range).unwrap_or_default().to_owned()),
        }
    }

    /// Whether the character here was written as it is, without backslash or entity.
    pub fn is_plain(&self, offset: usize) -> bool {
        self.piece(offset).is_some_and(|piece| piece.verbatim && !(piece.escaped && piece.at == offset))
    }

    /// Where a range of the run stands in the file.
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.piece(range.start).map_or(0, |piece| {
            if piece.verbatim { piece.source.start + (range.start - piece.at) } else { piece.source.start }
        });
        if range.is_empty() {
            return Span::new(start, start);
        }
        let end = self.piece(range.end - 1).map_or(start, |piece| {
            if piece.verbatim { piece.source.start + (range.end - piece.at) } else { piece.source.end }
        });
        Span::new(start, end)
    }

    fn piece(&self, offset: usize) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.at <= offset);
        self.pieces.get(after.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_and_know_their_place() {
        let file = "ab\\[c &amp; d";
        let mut run = Run::default();
        run.push(file, "a", 0..1);
        run.push(file, "b", 1..2);
        assert!(matches!(run.text, Cow::Borrowed("ab")));
        run.push(file, "[", 3..4);
        run.push(file, "c ", 4..6);
        run.push(file, "&", 6..11);
        run.push(file, " d", 11..13);
        assert_eq!(run.text, "ab[c & d");
        assert!(run.is_plain(1) && !run.is_plain(2) && run.is_plain(3) && !run.is_plain(5));
        assert_eq!(run.span(3..8), Span::new(4, 13));
        assert_eq!(run.span(5..6), Span::new(6, 11));
    }
}
