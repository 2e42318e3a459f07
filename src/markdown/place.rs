//! Where the target of a link stands in the file; the parser tells only where the whole link does.
//!
//! In: the file and the bytes of a link or a reference definition. Out: the bytes of the destination, where they can be found.

use std::ops::Range;

use crate::source::Span;

/// The destination of `[text](destination "title")`, given where the text ends.
pub(super) fn inline(file: &str, text_end: usize, whole: &Range<usize>) -> Option<Span> {
    let rest = file.get(text_end..whole.end)?;
    let bracket = text_end + (rest.len() - rest.trim_start().len());
    let after = file.get(bracket..whole.end)?.strip_prefix("](")?;
    destination(file, whole.end - after.len(), whole.end)
}

/// The destination of `[label]: destination "title"`.
pub(super) fn definition(file: &str, whole: &Range<usize>) -> Option<Span> {
    let text = file.get(whole.clone())?;
    let mut escaped = false;
    let close = text.char_indices().skip(1).find(|(_, c)| {
        let here = *c == ']' && !escaped;
        escaped = *c == '\\' && !escaped;
        here
    })?;
    let after = text.get(close.0..)?.strip_prefix("]:")?;
    destination(file, whole.end - after.len(), whole.end)
}

/// The destination that begins after white space at `from`.
fn destination(file: &str, from: usize, end: usize) -> Option<Span> {
    let rest = file.get(from..end)?;
    let start = from + (rest.len() - rest.trim_start().len());
    let rest = file.get(start..end)?;
    let pointed = rest.starts_with('<');
    let start = if pointed { start + 1 } else { start };
    let (mut depth, mut escaped) = (0usize, false);
    let length = file.get(start..end)?.char_indices().find_map(|(at, c)| {
        if std::mem::take(&mut escaped) {
            return None;
        }
        match c {
            '\\' => escaped = true,
            '>' if pointed => return Some(at),
            _ if pointed => {}
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ if c.is_ascii_whitespace() => return Some(at),
            _ => {}
        }
        None
    });
    Some(Span::new(start, length.map_or(end, |length| start + length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_found() {
        let found =
            |file: &str, text_end| inline(file, text_end, &(0..file.len())).map(|s| file[s.start..s.end].to_owned());
        assert_eq!(found("[a](b.md)", 2).as_deref(), Some("b.md"));
        assert_eq!(found("[a](  b(c)d\\) \"t\" )", 2).as_deref(), Some("b(c)d\\)"));
        assert_eq!(found("[a](<b c> 't')", 2).as_deref(), Some("b c"));
        assert_eq!(found("[a ]()", 2).as_deref(), Some(""));
        assert_eq!(found("[a][b]", 2), None);
        let defined = |file: &str| definition(file, &(0..file.len())).map(|s| file[s.start..s.end].to_owned());
        assert_eq!(defined("[a\\]b]:\n  /x 'y'").as_deref(), Some("/x"));
        assert_eq!(defined("[a]: <x y>").as_deref(), Some("x y"));
    }
}
