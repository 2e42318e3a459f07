//! Text that cannot steer a terminal.
//!
//! In: text of authors, paths and messages, where anything may stand. Out: the same text with every control character
//! and every character that turns the direction of writing replaced by one that can be seen: `U+001B` becomes `␛`. Without this,
//! a page could recolour, overwrite or reorder what a reviewer reads of it.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text on one line: line breaks, with the blanks around them, become one space.
pub(in crate::cli) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return visible(text);
    }
    let parts: Vec<_> = text.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty()).collect();
    Cow::Owned(visible(&parts.join(" ")).into_owned())
}

/// Text that keeps its line breaks, each as one `\n`, and has none at its end.
pub(in crate::cli) fn lines(text: &str) -> Cow<'_, str> {
    let text = text.trim_end();
    if !text.contains(['\n', '\r']) {
        return visible(text);
    }
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<_> = unix.split('\n').map(visible).collect();
    Cow::Owned(lines.join("\n"))
}

/// Text without line breaks, in characters that only show themselves. A tab becomes four spaces.
pub(in crate::cli) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\t' => shown.push_str("    "),
            // The control pictures stand in the order of the characters they picture.
            '\0'..='\u{1f}' => shown.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)),
            '\u{7f}' => shown.push('␡'),
            c if is_hidden(c) => shown.push(char::REPLACEMENT_CHARACTER),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// JSON text in which the same characters stand as escapes: the value is the same, and a terminal is safe. Outside its
/// strings JSON has none of them but line breaks.
pub(in crate::cli) fn escaped_json(json: &str) -> Cow<'_, str> {
    let hidden = |c| is_hidden(c) && c != '\n';
    if !json.chars().any(hidden) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if hidden(c) {
            // All of them lie in the basic plane; writing to a string does not fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Whether a terminal acts on this character instead of showing it: C0, DEL and C1 controls, line and paragraph
/// separators, a stray byte order mark, and the controls of the bidirectional algorithm (UAX #9), as in CVE-2021-42574.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
