//! Pages that nobody would write: a good one with something deleted, retyped, doubled, nested or spliced in.
//!
//! In: a text. Out: bytes that are often no longer what they should be.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// One thing done to a text.
#[derive(Clone, Debug)]
pub enum Change {
    /// A line is gone.
    DeleteLine(Index),
    /// Bytes are gone.
    Cut(Index, usize),
    /// The text ends early.
    End(Index),
    /// The value behind `key:` or `- ` is another, and what was nested below it stays.
    Retype(Index, &'static str),
    /// The same, and what was nested below it is gone.
    Replace(Index, &'static str),
    /// A line stands twice.
    Double(Index),
    /// A line and what is nested below it stand twice.
    DoubleBlock(Index),
    /// A line moves to the right.
    Indent(Index, usize),
    /// The value of a line is in so many lists.
    Wrap(Index, usize),
    /// A line and what follows it is in so many quotes or lists.
    Nest(Index, &'static str, usize),
    /// Bytes come in.
    Splice(Index, Vec<u8>),
    /// Bytes of the same page come in elsewhere.
    Move(Index, Index, usize),
    /// Other line ends.
    Ends(&'static str),
}

/// Values of every type and past every limit.
const VALUES: &[&str] = &[
    "",
    "~",
    "true",
    "0",
    "-1",
    "1.5",
    "99999999999999999999",
    "text",
    "\"\"",
    "''",
    "[]",
    "[a, b]",
    "[[[]]]",
    "{}",
    "{a: b}",
    "{id: T1}",
    "[{id: T1}, {id: T1}]",
    "2026-13-45",
    "9999-12-31",
    "-9999-01-01",
    "9999-12-31T23:59:60Z",
    "999999999y",
    "99999999999d",
    "0d",
    "*a",
    "&a [*a]",
    "&a x",
    "!!binary x",
    "|",
    ">-",
    "? x",
    "%",
    "@",
    "`",
    "\"\\0\"",
    "\"\\u202e\"",
    "../../../etc/passwd",
    "https://[",
    "javascript:alert(1)",
    "//other.example/",
    "CON",
    "é\u{301}",
    "日本",
    "- - - x",
    "\u{feff}",
    "index",
    ".",
    "/",
    "#",
    "finding:",
    "finding:sql-injection",
    "checkout#T1",
    "sql-injection",
];

/// Texts that mean something to one reader or another.
const PIECES: &[&str] = &[
    "---\n",
    "...\n",
    "+++\n",
    "```\n",
    "~~~js bad\n",
    "```js {1,3-5} title=\"\n",
    "[[",
    "]]",
    "[[#",
    "[[a|b]]",
    "![](",
    "[x](y#z)",
    "[x]: <>\n",
    "<!--",
    "-->",
    "<a href=\"",
    "<a id=\"sql-injection\">",
    "<details>",
    "</div>",
    "<script>",
    "<svg onload=x>",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "[^1]",
    "[^1]: x\n",
    "> [!NOTE]-\n",
    "> [!\n",
    "| a |\n|:-:|\n",
    "# \n",
    "# #\n",
    "* * *\n",
    "CWE-89",
    "CVE-2026-0001",
    "A05:2025",
    "v5.0.0-1.2.4",
    "https://",
    "http://[::1",
    "mailto:",
    "\t",
    "\r",
    "\r\n",
    "\u{0}",
    "\u{b}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{feff}",
    "é",
    "e\u{301}",
    "👩‍💻",
    "\\",
    "\"",
    "'",
    ": ",
    "#",
    "-",
    "{",
    "}",
    "[",
    "]",
    "{{ x }}",
    "{% raw %}",
];

/// Any change.
pub fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    let bytes = prop_oneof![
        4 => select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 1..6),
        1 => (select(PIECES), 2..300_usize).prop_map(|(piece, times)| piece.repeat(times).into_bytes()),
    ];
    prop_oneof![
        2 => at().prop_map(Change::DeleteLine),
        2 => (at(), 1..200_usize).prop_map(|(at, length)| Change::Cut(at, length)),
        1 => at().prop_map(Change::End),
        4 => (at(), select(VALUES)).prop_map(|(at, value)| Change::Retype(at, value)),
        4 => (at(), select(VALUES)).prop_map(|(at, value)| Change::Replace(at, value)),
        1 => at().prop_map(Change::Double),
        2 => at().prop_map(Change::DoubleBlock),
        2 => (at(), 1..5_usize).prop_map(|(at, by)| Change::Indent(at, by)),
        1 => (at(), 1..200_usize).prop_map(|(at, levels)| Change::Wrap(at, levels)),
        1 => (at(), select(&["> ", "- ", "1. ", "  ", "#"][..]), 1..120_usize).prop_map(|(at, mark, times)| Change::Nest(at, mark, times)),
        4 => (at(), bytes).prop_map(|(at, bytes)| Change::Splice(at, bytes)),
        1 => (at(), at(), 1..400_usize).prop_map(|(from, to, length)| Change::Move(from, to, length)),
        1 => select(&["\r\n", "\r"][..]).prop_map(Change::Ends),
    ]
}

/// A text with changes, one after the other.
pub fn changed(text: &[u8], changes: &[Change]) -> Vec<u8> {
    changes.iter().fold(text.to_vec(), |text, change| one(&text, change))
}

fn one(text: &[u8], change: &Change) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return b"x".to_vec();
    }
    match change {
        Change::DeleteLine(at) => drop(lines.remove(at.index(lines.len()))),
        Change::Retype(at, value) | Change::Replace(at, value) => {
            let at = field(&lines, at);
            let key = key(&lines[at]);
            let end = below(&lines, at);
            lines[at] = [&lines[at][..key], b" ", value.as_bytes(), b"\n"].concat();
            if matches!(change, Change::Replace(..)) {
                lines.drain(at + 1..end);
            }
        }
        Change::Double(at) => {
            let at = at.index(lines.len());
            lines.insert(at, lines[at].clone());
        }
        Change::DoubleBlock(at) => {
            let at = field(&lines, at);
            let block = lines[at..below(&lines, at)].to_vec();
            lines.splice(at..at, block);
        }
        Change::Indent(at, by) => {
            let at = at.index(lines.len());
            lines[at].splice(0..0, vec![b' '; *by]);
        }
        Change::Wrap(at, levels) => {
            let at = field(&lines, at);
            let (key, value) = lines[at].split_at(key(&lines[at]));
            lines[at] =
                [key, b" ", "[".repeat(*levels).as_bytes(), value.trim_ascii(), "]".repeat(*levels).as_bytes(), b"\n"]
                    .concat();
        }
        Change::Nest(at, mark, times) => {
            let at = at.index(lines.len());
            lines[at].splice(0..0, mark.repeat(*times).into_bytes());
        }
        _ => return raw(text, change),
    }
    lines.concat()
}

/// Changes that know nothing of lines.
fn raw(text: &[u8], change: &Change) -> Vec<u8> {
    let mut text = text.to_vec();
    match change {
        Change::Cut(at, length) => {
            let at = at.index(text.len());
            text.drain(at..(at + length).min(text.len()));
        }
        Change::End(at) => text.truncate(at.index(text.len())),
        Change::Splice(at, bytes) => {
            let at = at.index(text.len() + 1);
            text.splice(at..at, bytes.iter().copied());
        }
        Change::Move(from, to, length) => {
            let from = from.index(text.len());
            let piece = text[from..(from + length).min(text.len())].to_vec();
            let to = to.index(text.len() + 1);
            text.splice(to..to, piece);
        }
        Change::Ends(end) => return text.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(end.as_bytes()),
        _ => {}
    }
    text
}

/// A line with a value, of the front matter where there is one: three of four changes of a type are to hit it.
fn field(lines: &[Vec<u8>], at: &Index) -> usize {
    let front = lines.iter().skip(1).position(|line| line.starts_with(b"---")).map_or(lines.len(), |end| end + 1);
    let fields: Vec<usize> = (0..lines.len()).filter(|n| key(&lines[*n]) > 0 && *n < front).collect();
    if fields.is_empty() { at.index(lines.len()) } else { fields[at.index(fields.len())] }
}

/// Where the key or the mark of a list ends in a line; 0 when it has none.
fn key(line: &[u8]) -> usize {
    let colon = line.windows(2).position(|two| two[0] == b':' && two[1].is_ascii_whitespace()).map(|at| at + 1);
    let mark = line.iter().position(|byte| *byte != b' ').filter(|at| line[*at..].starts_with(b"- ")).map(|at| at + 1);
    colon.or(mark).unwrap_or(0)
}

/// The end of what is nested below a line.
fn below(lines: &[Vec<u8>], at: usize) -> usize {
    let indent = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let own = indent(&lines[at]);
    (at + 1..lines.len()).find(|n| indent(&lines[*n]) <= own).unwrap_or(lines.len())
}
