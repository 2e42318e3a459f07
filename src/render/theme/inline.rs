//! The one filter of the theme: texts of the front matter may hold `code`.
//!
//! In: a text. Out: HTML in which everything is escaped and what stood between backticks is code.

use tera::{Kwargs, State, Value};

/// The template filter `inline`.
pub(super) fn filter(text: &str, _: Kwargs, _: &State) -> Value {
    Value::safe_string(&html(text))
}

/// Escapes a text and marks what stands between two backticks as code; a backtick without a partner stays one.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        escape(before, &mut out);
        match after.split_once('`') {
            Some((code, tail)) if !code.is_empty() => {
                out.push_str("<code>");
                escape(code, &mut out);
                out.push_str("</code>");
                rest = tail;
            }
            _ => {
                out.push('`');
                rest = after;
            }
        }
    }
    escape(rest, &mut out);
    out
}

fn escape(text: &str, out: &mut String) {
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.push_str(&text[start..at]);
        out.push_str(entity);
        start = at + 1;
    }
    out.push_str(&text[start..]);
}
