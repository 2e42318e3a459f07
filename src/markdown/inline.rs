//! What prose has in it besides the parser's own links: wiki links, bare addresses, mentions of public names.
//!
//! In: a run of text. Out: what was found, in order and without overlaps, as ranges of the run.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

use super::run::Run;

/// Something found in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The whole of it.
    pub range: Range<usize>,
    pub what: What,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// `[[target]]` or `[[target|text]]`.
    Wiki { target: Range<usize>, text: Option<Range<usize>> },
    /// A bare address, with what must stand before it to make it a whole one.
    Auto { prefix: &'static str },
    /// A public name.
    Mention,
    /// `[^label]` without a definition.
    MissingFootnote { label: Range<usize> },
}

/// Longest wiki link that is looked for, brackets and all; so that half-open ones cost little.
const LONGEST_WIKI_LINK: usize = 500;

/// Everything in `within` of the run; mentions only where they are wanted.
pub(super) fn find(run: &Run<'_>, within: Range<usize>, mentions: bool) -> Vec<Found> {
    let text = run.text.get(..within.end).unwrap_or_default();
    let mut found = Vec::new();
    brackets(run, text, within.start, &mut found);
    addresses(text, within.start, &mut found);
    if mentions {
        names(text, within.start, &mut found);
    }
    if found.len() > 1 {
        found.sort_by_key(|found| (found.range.start, std::cmp::Reverse(found.range.end)));
        let mut end = 0;
        found.retain(|found| {
            let free = found.range.start >= end;
            if free {
                end = found.range.end;
            }
            free
        });
    }
    found
}

/// Wiki links and missing footnotes.
fn brackets(run: &Run<'_>, text: &str, from: usize, found: &mut Vec<Found>) {
    let mut at = from;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('[')) {
        let start = at + next;
        at = start + 1;
        if !run.is_plain(start) {
            continue;
        }
        let item = match text.as_bytes().get(at) {
            Some(b'[') if run.is_plain(at) => wiki(run, text, start),
            Some(b'^') => footnote(text, start),
            _ => None,
        };
        if let Some(item) = item {
            at = item.range.end;
            found.push(item);
        }
    }
}

/// The wiki link that begins at `start`. A target is one line, without blanks at its ends and without brackets.
fn wiki(run: &Run<'_>, text: &str, start: usize) -> Option<Found> {
    let inner = start + 2;
    let mut limit = text.len().min(inner + LONGEST_WIKI_LINK);
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let window = text.get(inner..limit)?;
    let length = window.find(['[', ']'])?;
    let content = window.get(..length)?;
    let closed =
        window.get(length..)?.starts_with("]]") && run.is_plain(inner + length) && run.is_plain(inner + length + 1);
    if !closed {
        return None;
    }
    let (target, label) = match content.split_once('|') {
        Some((target, label)) => (target, Some(label.trim()).filter(|label| !label.is_empty())),
        None => (content, None),
    };
    // `[[:alpha:]]` is a character class, `[[ -f x ]]` a test of the shell.
    if target.is_empty() || target.trim() != target || target.contains('\n') || target.starts_with(':') {
        return None;
    }
    let text_range = label.and_then(|label| {
        let after = inner + target.len() + 1;
        let begin = after + text.get(after..)?.find(label)?;
        Some(begin..begin + label.len())
    });
    let what = What::Wiki { target: inner..inner + target.len(), text: text_range };
    Some(Found { range: start..inner + length + 2, what })
}

/// The reference to a footnote at `start`. The parser has taken away those that are defined.
fn footnote(text: &str, start: usize) -> Option<Found> {
    let label = text.get(start + 2..)?;
    let length = label.bytes().take(100).position(|byte| byte == b']' || byte == b'[' || byte.is_ascii_whitespace())?;
    if length == 0 || label.as_bytes().get(length) != Some(&b']') {
        return None;
    }
    let label = start + 2..start + 2 + length;
    Some(Found { range: start..label.end + 1, what: What::MissingFootnote { label } })
}

/// Bare addresses: those of GitHub's extension, `http`, `https`, `www.` and e-mail.
fn addresses(text: &str, from: usize, found: &mut Vec<Found>) {
    let Some(text) = text.get(from..) else { return };
    if !(text.contains("://") || text.contains('@') || text.contains("www.")) {
        return;
    }
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    for link in finder.links(text) {
        let begins =
            |prefix: &str| link.as_str().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let prefix = match link.kind() {
            LinkKind::Email => "mailto:",
            _ if begins("http://") || begins("https://") => "",
            _ if begins("www.") => "http://",
            _ => continue,
        };
        found.push(Found { range: from + link.start()..from + link.end(), what: What::Auto { prefix } });
    }
}

/// Public names on word boundaries. Each has its first digit right after its first letters, four or one of them; and digits are rarer than letters.
fn names(text: &str, from: usize, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let (mut at, mut free) = (from, from);
    while let Some(next) = bytes.get(at..).and_then(|rest| rest.iter().position(u8::is_ascii_digit)) {
        let digit = at + next;
        at = digit + bytes.iter().skip(digit).take_while(|byte| byte.is_ascii_digit()).count();
        let mut starts =
            [4, 1].into_iter().filter_map(|letters| digit.checked_sub(letters)).filter(|start| *start >= free);
        let name = starts.find_map(|start| Some(start..start + name_alone(bytes, start)?));
        if let Some(range) = name {
            (at, free) = (range.end, range.end);
            found.push(Found { range, what: What::Mention });
        }
    }
}

/// How long the public name is that begins at `start` and is no part of a longer word.
fn name_alone(bytes: &[u8], start: usize) -> Option<usize> {
    if start > 0 && bytes.get(start - 1).is_some_and(|byte| is_word(*byte)) {
        return None;
    }
    let length = bytes.get(start..).and_then(name)?;
    let end = start + length;
    let goes_on = match bytes.get(end) {
        Some(b'.' | b'-') => bytes.get(end + 1).is_some_and(u8::is_ascii_digit),
        Some(byte) => byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii(),
        None => false,
    };
    (!goes_on).then_some(length)
}

/// Whether a name cannot begin after this byte.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || !byte.is_ascii()
}

/// How long the public name at the start of these bytes is.
fn name(bytes: &[u8]) -> Option<usize> {
    use Part::{Digits, Is};
    let pattern = |parts: &[Part]| {
        let mut at = 0;
        for part in parts {
            match part {
                Part::Is(text) => {
                    bytes.get(at..)?.starts_with(text.as_bytes()).then_some(())?;
                    at += text.len();
                }
                Part::Digits(least, most) => {
                    let digits =
                        bytes.get(at..)?.iter().take(most + 1).take_while(|byte| byte.is_ascii_digit()).count();
                    (least..=most).contains(&&digits).then_some(())?;
                    at += digits;
                }
            }
        }
        Some(at)
    };
    let number = Digits(1, 3);
    pattern(&[Is("CWE-"), Digits(1, 5)])
        .or_else(|| pattern(&[Is("CVE-"), Digits(4, 4), Is("-"), Digits(4, 12)]))
        .or_else(|| pattern(&[Is("A"), Digits(2, 2), Is(":"), Digits(4, 4)]))
        .or_else(|| {
            let dot = Is(".");
            pattern(&[Is("v"), number, dot, number, dot, number, Is("-"), number, dot, number, dot, number])
        })
}

/// A part of a public name.
#[derive(Clone, Copy)]
enum Part {
    Is(&'static str),
    /// At least and at most so many digits.
    Digits(usize, usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut run = Run::default();
        run.push(text, text, 0..text.len());
        find(&run, 0..text.len(), true)
            .into_iter()
            .map(|found| match found.what {
                What::Wiki { target, text: None } => format!("wiki {}", &text[target]),
                What::Wiki { target, text: Some(label) } => format!("wiki {} as {}", &text[target], &text[label]),
                What::Auto { prefix } => format!("auto {prefix}{}", &text[found.range]),
                What::Mention => format!("name {}", &text[found.range]),
                What::MissingFootnote { label } => format!("footnote {}", &text[label]),
            })
            .collect()
    }

    #[test]
    fn wiki_links() {
        assert_eq!(found("a [[b]] [[c|d e]] [[k:x#y]] [[z| ]]"), ["wiki b", "wiki c as d e", "wiki k:x#y", "wiki z"]);
        assert_eq!(found("[[ -f x ]] [[]] [[a\nb]] [[a]b]] [[:alpha:]] [[a"), Vec::<String>::new());
        assert_eq!(found("[[[a]]] [[a|b\nc]]"), ["wiki a", "wiki a as b\nc"]);
    }

    #[test]
    fn names_stand_on_word_boundaries() {
        assert_eq!(
            found("CWE-89, (CWE-79) CWE-89/CWE-90."),
            ["name CWE-89", "name CWE-79", "name CWE-89", "name CWE-90"]
        );
        assert_eq!(
            found("CVE-2026-12345 A05:2025-Injection v5.0.0-1.2.4"),
            ["name CVE-2026-12345", "name A05:2025", "name v5.0.0-1.2.4"]
        );
        assert_eq!(
            found("XCWE-89 CWE-89a CWE-89_b cwe-89 CVE-26-1 A5:2025 v5.0-1.2 v5.0.0-1.2.4.5 CWE-123456"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn addresses_of_githubs_kind_only() {
        assert_eq!(
            found("see https://a.example/b(c), http://x.example. www.y.example/z me@z.example"),
            [
                "auto https://a.example/b(c)",
                "auto http://x.example",
                "auto http://www.y.example/z",
                "auto mailto:me@z.example"
            ]
        );
        assert_eq!(found("a.md node.js ftp://x.example irc://y file:///etc crate::a"), Vec::<String>::new());
        assert_eq!(found("https://nvd.example/CVE-2026-12345"), ["auto https://nvd.example/CVE-2026-12345"]);
    }

    #[test]
    fn missing_footnotes() {
        assert_eq!(found("a[^1] b[^x y] [^]"), ["footnote 1"]);
    }
}
