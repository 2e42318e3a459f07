//! How addresses are made and how one page points to another.
//!
//! In: source paths, permalinks. Out: permalinks, page-relative links that work under any sub-path and from a folder of files.

use unicode_normalization::UnicodeNormalization;

use crate::source::Permalink;

/// One segment of an address, made from a file name or a term: NFC, lower case, letters and digits of any script, `-`, `_`, `.` and `~`; all else becomes `-`.
/// Never empty, never `.` or `..`, never a name that Windows reserves.
#[must_use]
pub fn segment(name: &str) -> String {
    // Most names are sound already.
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    let sound =
        (5..=200).contains(&name.len()) && name.bytes().all(plain) && !name.starts_with('-') && !name.ends_with('-');
    if sound && !name.contains("--") {
        return name.to_owned();
    }
    let mut out = String::new();
    for c in name.nfc().flat_map(char::to_lowercase) {
        let keep =
            c.is_alphanumeric() || matches!(c, '_' | '.' | '~') || unicode_normalization::char::is_combining_mark(c);
        if keep {
            out.push(c);
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    let trimmed = out.trim_matches(['-', '.']);
    let text = if trimmed.is_empty() { "page" } else { trimmed };
    let stem = text.split('.').next().unwrap_or(text);
    let reserved = matches!(stem, "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    // A segment is a file name: most systems end one at 255 bytes, and some of it is for `index.html` and friends.
    let mut text = if reserved { format!("{text}-") } else { text.to_owned() };
    while text.len() > 200 {
        text.pop();
    }
    text
}

/// The permalink of a folder of segments: `["findings", "ssrf"]` becomes `/findings/ssrf/`.
#[must_use]
pub fn permalink(segments: &[&str]) -> Permalink {
    if segments.is_empty() {
        return Permalink::new("/");
    }
    let mut path = String::with_capacity(segments.iter().map(|segment| segment.len() + 1).sum::<usize>() + 1);
    path.push('/');
    for segment in segments {
        path.push_str(segment);
        path.push('/');
    }
    Permalink::new(&path)
}

/// A path as it must stand in an `href`: RFC 3986 characters as they are, everything else percent-encoded as UTF-8.
#[must_use]
pub fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    encode(path, &mut out);
    out
}

fn encode(path: &str, out: &mut String) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=:@".contains(&byte);
    if path.bytes().all(plain) {
        out.push_str(path);
        return;
    }
    for byte in path.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(nibble), 16).map_or('0', |c| c.to_ascii_uppercase()));
            }
        }
    }
}

/// A percent-encoded path as text; what is not valid stays as it is.
#[must_use]
pub fn decoded(path: &str) -> String {
    if !path.contains('%') {
        return path.to_owned();
    }
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        let hex = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (byte, hex(i + 1), hex(i + 2)) {
            out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            i += 3;
        } else {
            out.push(byte);
            i += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| path.to_owned())
}

/// Makes the links of one page.
#[derive(Clone, Debug)]
pub struct Links<'a> {
    from: &'a Permalink,
    /// Links name `index.html`.
    portable: bool,
    /// Links begin at the root of the server, below this path: for a page that may be shown at any address.
    rooted: Option<&'a str>,
}

impl<'a> Links<'a> {
    /// Links of the page at `from`.
    #[must_use]
    pub fn new(from: &'a Permalink, portable: bool) -> Self {
        Self { from, portable, rooted: None }
    }

    /// Links from the root of the server, where the site lies below `base` (`/kb`, or nothing).
    #[must_use]
    pub fn rooted(from: &'a Permalink, base: &'a str) -> Self {
        Self { from, portable: false, rooted: Some(base) }
    }

    /// A relative link to another page, with an anchor when one is given.
    #[must_use]
    pub fn to(&self, to: &Permalink, anchor: Option<&str>) -> String {
        let mut href = if self.from == to && anchor.is_some() { String::new() } else { self.path(to.as_str()) };
        if self.portable && (href.is_empty() || href.ends_with('/')) && !(self.from == to && anchor.is_some()) {
            href.push_str("index.html");
        }
        if let Some(anchor) = anchor {
            href.push('#');
            href.push_str(&encoded(anchor));
        }
        href
    }

    /// A relative link to a file of the site, given by its path from the site's root.
    #[must_use]
    pub fn file(&self, path: &str) -> String {
        self.path(&format!("/{}", path.trim_start_matches('/')))
    }

    fn path(&self, to: &str) -> String {
        if let Some(base) = self.rooted {
            return format!("{base}{}", encoded(to));
        }
        let from = self.from.as_str();
        // Folders of both: up to the last slash before they part.
        let same = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b);
        let shared = same.enumerate().filter(|(_, (byte, _))| *byte == b'/').last().map_or(0, |(at, _)| at + 1);
        let up = from.bytes().skip(shared).filter(|byte| *byte == b'/').count();
        let rest = to.get(shared..).unwrap_or_default();
        let mut href = String::with_capacity(up * 3 + rest.len() + 2);
        for _ in 0..up {
            href.push_str("../");
        }
        encode(rest, &mut href);
        if href.is_empty() {
            href.push_str("./");
        } else if !href.starts_with("../") && href.split('/').next().is_some_and(|first| first.contains(':')) {
            // A first segment with a colon would read as a scheme.
            href.insert_str(0, "./");
        }
        href
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_sound() {
        for (name, wanted) in [
            ("SQL Injection", "sql-injection"),
            ("Über_uns.v2", "über_uns.v2"),
            ("日本語", "日本語"),
            ("..", "page"),
            ("a/../b", "a-..-b"),
            ("CON", "con-"),
            ("nul.txt", "nul.txt-"),
            ("  ", "page"),
        ] {
            assert_eq!(segment(name), wanted);
        }
        assert_eq!(segment("e\u{301}"), segment("é"));
    }

    #[test]
    fn links_are_relative() {
        let page = Permalink::new("/findings/ssrf/");
        let home = Permalink::new("/");
        let links = Links::new(&page, false);
        assert_eq!(links.to(&home, None), "../../");
        assert_eq!(links.to(&Permalink::new("/findings/xss/"), Some("fix it")), "../xss/#fix%20it");
        assert_eq!(links.to(&page, Some("fix")), "#fix");
        assert_eq!(links.to(&page, None), "./");
        assert_eq!(links.file("assets/a.css"), "../../assets/a.css");
        assert_eq!(Links::new(&page, true).to(&home, None), "../../index.html");
        assert_eq!(Links::new(&page, true).to(&page, None), "./index.html");
        assert_eq!(Links::new(&home, false).to(&page, None), "findings/ssrf/");
        assert_eq!(Links::new(&home, false).to(&Permalink::new("/a:b/"), None), "./a:b/");
        assert_eq!(Links::new(&Permalink::new("/404.html"), false).to(&page, None), "findings/ssrf/");
    }

    #[test]
    fn percent_coding_goes_both_ways() {
        for text in ["a b", "ü/日", "100%", "a%2"] {
            assert_eq!(decoded(&encoded(text)), text);
        }
    }
}
