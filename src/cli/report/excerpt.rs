//! The lines that a diagnostic is about, cut to what fits a screen.
//!
//! In: a located place, in text of any size. Out: an [`Excerpt`]: a few short lines in visible characters, and the bytes of it to underline.
//! The work is in proportion to the lines meant, not to the file.

use super::place::Located;
use super::visible::visible;
use crate::source::Span;
use std::ops::Range;

/// A span over more lines than this is shown by its first line.
const MOST_LINES: usize = 4;
/// So many characters are underlined at most …
const MOST_MARKED: usize = 100;
/// … and so many are kept on either side. More than [`super::human`] shows, so that it marks the cut with an ellipsis.
const MOST_BESIDE: usize = 200;

/// A piece of source to draw.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// One or a few lines, `\n` between them.
    pub source: String,
    /// The bytes of `source` to underline; perhaps empty.
    pub marked: Range<usize>,
    /// Where the span ends, when that is not shown.
    pub label: Option<String>,
}

/// Cuts the excerpt of a place.
pub(super) fn excerpt(located: &Located<'_>) -> Excerpt {
    let text = located.text;
    let meant = located.span_of_text();
    let line = line_start(text, meant.start)..line_end(text, meant.start);
    // A byte order mark and the middle of a line break are of no line.
    let start = meant.start.clamp(line.start, line.end.max(line.start));
    let span = Span::new(start, meant.end.max(start));
    let several = located.end_of_text.line.saturating_sub(located.start.line) + 1;
    if several == 1 {
        let end = span.end.min(line.end).max(span.start);
        return cut(text, line, span.start..end, None);
    }
    let whole = line.start..line_end(text, span.end);
    let lines = text.get(whole).unwrap_or("");
    // Counting stops at the limit, so a span over a whole large file costs nothing.
    if several <= MOST_LINES && lines.chars().take(MOST_LINES * MOST_MARKED).count() < MOST_LINES * MOST_MARKED {
        let split = |offset: usize| offset.saturating_sub(line.start).min(lines.len());
        let (start, end) = (split(span.start), split(span.end));
        let mut source = shown_lines(lines.get(..start).unwrap_or(""));
        let from = source.len();
        source += &shown_lines(lines.get(start..end).unwrap_or(""));
        let to = source.len();
        source += &shown_lines(lines.get(end..).unwrap_or(""));
        return Excerpt { source, marked: from..to, label: None };
    }
    let label = format!("up to line {}", located.end_of_text.line);
    let end = line.end;
    cut(text, line, span.start..end, Some(label))
}

/// One line around the bytes meant.
fn cut(text: &str, line: Range<usize>, meant: Range<usize>, label: Option<String>) -> Excerpt {
    let before = text.get(line.start..meant.start).unwrap_or("");
    let marked = text.get(meant.clone()).unwrap_or("");
    let short = first(marked, MOST_MARKED);
    let after = text.get(meant.start + short.len()..line.end).unwrap_or("");
    let mut source = visible(last(before, MOST_BESIDE)).into_owned();
    let from = source.len();
    source += &visible(short);
    let to = source.len();
    source += &visible(first(after, MOST_BESIDE));
    Excerpt { source, marked: from..to, label }
}

/// Where the line of this offset begins, after a byte order mark.
fn line_start(text: &str, offset: usize) -> usize {
    let bytes = text.as_bytes();
    let start = (1..=offset)
        .rev()
        .find(|i| match bytes.get(i - 1) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(*i) != Some(&b'\n'),
            _ => false,
        })
        .unwrap_or(0);
    if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { start }
}

/// Where the line of this offset ends, before its line break.
fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or("");
    let end = offset + rest.find(['\n', '\r']).unwrap_or(rest.len());
    // An offset between `\r` and `\n` belongs to the line that they end.
    let bytes = text.as_bytes();
    let between = end == offset && bytes.get(end) == Some(&b'\n') && end > 0 && bytes.get(end - 1) == Some(&b'\r');
    if between { end - 1 } else { end }
}

fn shown_lines(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    unix.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

fn first(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn last(text: &str, characters: usize) -> &str {
    let start = characters.checked_sub(1).and_then(|nth| text.char_indices().rev().nth(nth));
    start.and_then(|(start, _)| text.get(start..)).unwrap_or(text)
}
