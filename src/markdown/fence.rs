//! The info line of a code fence: language, `bad` or `good`, `diff`, `title="…"`, `{1,3-5}`.
//!
//! In: the info line and where it stands. Out: [`Fence`] and what in it means nothing.

use std::ops::RangeInclusive;

use crate::source::{At, Span};

/// What an info line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fence {
    /// The language as it was written.
    pub language: Option<At<String>>,
    /// What stands above the block.
    pub title: Option<String>,
    /// Lines to stress, from 1.
    pub marked: Vec<RangeInclusive<usize>>,
    /// Whether it shows what not to do, or what to do.
    pub role: Option<Role>,
    /// Lines that begin with `+` or `-` are new or gone.
    pub diff: bool,
    /// Parts that mean nothing.
    pub unknown: Vec<At<String>>,
}

impl Fence {
    /// Whether this line, counted from 1, is stressed.
    #[must_use]
    pub fn is_marked(&self, line: usize) -> bool {
        self.marked.iter().any(|range| range.contains(&line))
    }
}

/// One half of a pair of examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Do not do this.
    Bad,
    /// Do this.
    Good,
}

/// What can be wrong in an info line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FenceProblem {
    /// A word that means nothing here.
    Unknown(String),
    /// Something in `{…}` that is no line number or range of lines.
    Lines(String),
    /// A quote or brace that does not end.
    Unclosed(String),
}

/// Reads the info line of the block that stands at `block` of `file`.
pub(super) fn of_block(file: &str, block: Span, info: &str) -> (Fence, Vec<At<FenceProblem>>) {
    let line = file.get(block.start..block.end).and_then(|block| block.lines().next()).unwrap_or_default();
    // With an escape or entity in it the line is not found, and the whole of it is the place.
    let at = line.find(info).map(|at| block.start + at);
    read(info, |range| match at {
        Some(at) => Span::from(range).shifted(at),
        None => Span::new(block.start, block.start + line.len()),
    })
}

/// Reads an info line. `span` says where a range of it stands in the file.
fn read(info: &str, span: impl Fn(std::ops::Range<usize>) -> Span) -> (Fence, Vec<At<FenceProblem>>) {
    let mut fence = Fence::default();
    let mut problems = Vec::new();
    for (number, (range, whole)) in words(info).into_iter().enumerate() {
        let word = info.get(range.clone()).unwrap_or_default();
        let place = span(range);
        let unquoted = |value: &str| value.trim_matches(['"', '\'']).to_owned();
        if !whole {
            problems.push(At::new(FenceProblem::Unclosed(word.to_owned()), place));
        } else if let Some(lines) = word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            for part in lines.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                match lines_of(part) {
                    Some(range) => fence.marked.push(range),
                    None => problems.push(At::new(FenceProblem::Lines(part.to_owned()), place)),
                }
            }
        } else if let Some(title) = word.strip_prefix("title=") {
            fence.title = Some(unquoted(title)).filter(|title| !title.trim().is_empty());
        } else if word == "bad" {
            fence.role = Some(Role::Bad);
        } else if word == "good" {
            fence.role = Some(Role::Good);
        } else if number == 0 && !word.contains('=') {
            fence.language = Some(At::new(word.to_owned(), place));
        } else if word == "diff" {
            fence.diff = true;
        } else {
            problems.push(At::new(FenceProblem::Unknown(word.to_owned()), place));
            fence.unknown.push(At::new(word.to_owned(), place));
        }
    }
    (fence, problems)
}

/// The words of an info line, and whether each ends as it should. Blanks in quotes and braces are part of a word; a brace begins one.
fn words(info: &str) -> Vec<(std::ops::Range<usize>, bool)> {
    let mut words = Vec::new();
    let mut start = None;
    let mut until: Option<char> = None;
    for (at, c) in info.char_indices() {
        if let Some(end) = until {
            if c == end {
                until = None;
                if c == '}'
                    && let Some(from) = start.take()
                {
                    words.push((from..at + 1, true));
                }
            }
            continue;
        }
        match c {
            _ if c.is_whitespace() => words.extend(start.take().map(|from| (from..at, true))),
            '{' => {
                words.extend(start.replace(at).map(|from| (from..at, true)));
                until = Some('}');
            }
            '"' | '\'' if at > 0 && info.as_bytes().get(at - 1) == Some(&b'=') => until = Some(c),
            _ => start = start.or(Some(at)),
        }
    }
    words.extend(start.map(|from| (from..info.len(), until.is_none())));
    words
}

/// `3` or `3-5`.
fn lines_of(part: &str) -> Option<RangeInclusive<usize>> {
    let number = |text: &str| text.trim().parse::<usize>().ok().filter(|n| *n > 0);
    match part.split_once('-') {
        Some((from, to)) => {
            let (from, to) = (number(from)?, number(to)?);
            (from <= to).then_some(from..=to)
        }
        None => number(part).map(|n| n..=n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fence(info: &str) -> (Fence, Vec<FenceProblem>) {
        let (fence, problems) = read(info, Span::from);
        (fence, problems.into_iter().map(|problem| problem.value).collect())
    }

    #[test]
    fn everything_at_once() {
        let (read, problems) = fence(r#"python bad title="app/a b.py" {1,3-5} diff"#);
        assert_eq!(read.language, Some(At::new("python".to_owned(), Span::new(0, 6))));
        assert_eq!(read.title.as_deref(), Some("app/a b.py"));
        assert_eq!(read.marked, [1..=1, 3..=5]);
        assert_eq!((read.role, read.diff), (Some(Role::Bad), true));
        assert_eq!(problems, []);
    }

    #[test]
    fn short_forms() {
        assert_eq!(fence("diff").0.language.map(|l| l.value).as_deref(), Some("diff"));
        assert_eq!(fence("rust{2}").0.marked, [2..=2]);
        assert_eq!(fence("{2}").0.language, None);
        assert_eq!(fence("bad").0.role, Some(Role::Bad));
        assert_eq!(fence("").0, Fence::default());
    }

    #[test]
    fn what_means_nothing_is_named() {
        assert_eq!(fence("py god").1, [FenceProblem::Unknown("god".into())]);
        assert_eq!(fence("py {0,a,5-2,7}").1.len(), 3);
        assert_eq!(fence("py title=\"x").1, [FenceProblem::Unclosed("title=\"x".into())]);
        assert_eq!(fence("py {1").1, [FenceProblem::Unclosed("{1".into())]);
    }
}
