//! Text and addresses as they may stand in HTML.
//!
//! In: any text. Out: the same, escaped for text and quoted attributes, or for an `href`.

/// Escapes text for content and for attributes in double quotes. Control characters become U+FFFD, a lone `\r` becomes `\n`.
pub fn text(out: &mut String, text: &str) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\r' if text.as_bytes().get(at + 1) == Some(&b'\n') => "",
            b'\r' => "\n",
            b'\t' | b'\n' => continue,
            0..=0x1f | 0x7f => "\u{fffd}",
            _ => continue,
        };
        out.push_str(text.get(done..at).unwrap_or_default());
        out.push_str(escaped);
        done = at + 1;
    }
    out.push_str(text.get(done..).unwrap_or_default());
}

/// Writes ` name="value"`, the value escaped.
pub fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    text(out, value);
    out.push('"');
}

/// Escapes an address for an attribute in double quotes: what an address cannot have is percent-encoded, as in cmark.
/// The brackets of an IPv6 host stay.
pub fn address(out: &mut String, address: &str) {
    let host = address.find("://[").and_then(|at| Some(at + 3..=at + address.get(at..)?.find(']')?));
    for (at, byte) in address.bytes().enumerate() {
        match byte {
            b'&' => out.push_str("&amp;"),
            b'\'' => out.push_str("&#x27;"),
            b'[' | b']' if host.as_ref().is_some_and(|host| host.contains(&at)) => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() || b"-_.+!*(),%#@?=;:/$~".contains(&byte) => out.push(char::from(byte)),
            _ => {
                const HEX: [char; 16] =
                    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
                let digit = |value: u8| HEX.get(usize::from(value)).copied().unwrap_or('0');
                out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
}

/// Schemes that run something or carry a whole document with them.
const UNSAFE: &[&str] = &["javascript", "vbscript", "data", "blob", "filesystem", "livescript", "mocha"];

/// The scheme of an address in lower case, read as a browser does: blanks and control characters before it do not count, nor
/// do tabs and line breaks in it.
#[must_use]
pub fn scheme(address: &str) -> Option<String> {
    let mut scheme = String::new();
    for c in address.trim_start_matches(|c: char| c <= ' ').chars() {
        match c {
            '\t' | '\n' | '\r' => {}
            ':' => return Some(scheme).filter(|scheme| scheme.starts_with(|c: char| c.is_ascii_alphabetic())),
            c if c.is_ascii_alphanumeric() || "+-.".contains(c) => scheme.push(c.to_ascii_lowercase()),
            _ => return None,
        }
    }
    None
}

/// Whether an address may stand in a page: a relative one, or one whose scheme runs nothing.
#[must_use]
pub fn is_safe(address: &str) -> bool {
    scheme(address).is_none_or(|scheme| !UNSAFE.contains(&scheme.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(write: fn(&mut String, &str), value: &str) -> String {
        let mut out = String::new();
        write(&mut out, value);
        out
    }

    #[test]
    fn nothing_leaves_its_attribute() {
        assert_eq!(with(text, "a\"<b>&\u{0}\u{1b}c\r\nd\re"), "a&quot;&lt;b&gt;&amp;\u{fffd}\u{fffd}c\nd\ne");
        assert_eq!(with(address, "/a b\"'<>&ä%20\\\u{0}"), "/a%20b%22&#x27;%3C%3E&amp;%C3%A4%20%5C%00");
        assert_eq!(with(address, "http://[::1]:80/[x]"), "http://[::1]:80/%5Bx%5D");
    }

    #[test]
    fn schemes_are_read_as_browsers_do() {
        for address in [
            "javascript:x",
            " JavaScript:x",
            "java\nscript:x",
            "\u{1}javascript:x",
            "DATA:x",
            "vbscript:",
            "java\tscript\r:x",
        ] {
            assert!(!is_safe(address), "{address:?}");
        }
        for address in
            ["", "a/b", "#x", "?q=javascript:x", "/javascript:x", "https://a", "mailto:a@b", "./data:x", "tel:1"]
        {
            assert!(is_safe(address), "{address:?}");
        }
    }
}
