//! Where in a line a pattern cannot match.
//!
//! In: a pattern in the syntax of Oniguruma. Out: its [`Window`]: which characters can stand before a match, and as its first three.
//!
//! A definition has hundreds of patterns and a line has few characters: most patterns cannot match anywhere in it, and to see
//! that here takes a few instructions, with Oniguruma a hundred times as many. Every set is too large rather than too small: what
//! is not understood has no window. All of it is about ASCII; lines with other characters are searched without windows.

use super::pattern::{ALL, Node, WORD, bit};

/// What must be there for a match. Characters are those of ASCII, a bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The characters that can stand at a place: just before the match, and its first three. The places before the line and after
    /// it count as NUL.
    sets: [u128; 4],
    /// The characters that must all come somewhere from the beginning of the match on.
    needs: u128,
    /// Whether no repetition is inside another, so that a try at a place takes little time.
    pub flat: bool,
}

/// The part of a window that says whether there can be a match at all: characters that must come, and for each of the first three of a
/// match those that can stand there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needs([u128; 4]);

impl Default for Needs {
    /// Needs nothing.
    fn default() -> Self {
        Self([0, ALL, ALL, ALL])
    }
}

impl Needs {
    /// Whether these characters are not enough.
    pub fn lacks(&self, rest: u128) -> bool {
        let Self([needs, first, second, third]) = self;
        needs & !rest != 0 || first & rest == 0 || second & rest == 0 || third & rest == 0
    }
}

/// Where a match can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    At(usize),
    /// Perhaps from here on.
    NotBefore(usize),
    Nowhere,
}

/// A line of ASCII that windows can look at.
#[derive(Debug, Default)]
pub(super) struct Ascii {
    /// The line, with a NUL before it and three after it.
    bytes: Vec<u8>,
    /// For each place, and the end, the characters that come from there on.
    rest: Vec<u128>,
    /// Whether the line itself has a NUL.
    pub has_nul: bool,
}

impl Ascii {
    /// Takes another line.
    pub fn set(&mut self, line: &str) {
        self.bytes.clear();
        self.bytes.push(0);
        self.bytes.extend_from_slice(line.as_bytes());
        self.bytes.extend_from_slice(&[0; 3]);
        self.has_nul = line.contains('\0');
        let mut present = 1;
        self.rest.clear();
        self.rest.resize(line.len() + 1, present);
        for (rest, byte) in self.rest.iter_mut().rev().skip(1).zip(line.bytes().rev()) {
            present |= bit(byte);
            *rest = present;
        }
    }

    /// The characters that come from a place on; none beyond the end.
    pub fn rest(&self, from: usize) -> u128 {
        self.rest.get(from).copied().unwrap_or_default()
    }
}

impl Window {
    /// The window of a pattern; nothing when it says nothing.
    pub fn of(node: &Node) -> Option<Self> {
        let window = Self { sets: before(node, [ALL; 4]), needs: needs(node), flat: is_flat(node, false) };
        let says_something = window.needs != 0 || window.sets.iter().any(|set| *set != ALL);
        says_something.then_some(window)
    }

    /// What there must be for a match anywhere.
    pub fn needs(&self) -> Needs {
        let [_, first, second, third] = self.sets;
        Needs([self.needs, first, second, third])
    }

    /// The first place from `from` on where a match can begin; at `to` the search ends.
    pub fn find(&self, line: &Ascii, from: usize, to: usize) -> Place {
        let [first, second, third, fourth] = self.sets;
        let needs = self.needs();
        let excluded = |from: usize| needs.lacks(line.rest(from));
        if excluded(from) {
            return Place::Nowhere;
        }
        let has = |set: u128, byte: u8| (set >> (byte & 127)) & 1 == 1;
        let fits = |place: &[u8]| matches!(*place, [a, b, c, d] if has(second, b) && has(third, c) && has(first, a) && has(fourth, d));
        let places = line.bytes.get(from..to.saturating_add(3).min(line.bytes.len())).unwrap_or_default();
        match places.windows(4).position(fits).map(|place| from + place) {
            Some(place) if !excluded(place) => Place::At(place),
            None if to < line.rest.len() => Place::NotBefore(to.max(from)),
            _ => Place::Nowhere,
        }
    }
}

/// The sets before a part, from those after it.
fn before(node: &Node, after: [u128; 4]) -> [u128; 4] {
    let [last, next, second, third] = after;
    match node {
        Node::One(set, _) => [ALL, set & last, next, second],
        Node::Anything => [ALL; 4],
        Node::Boundary if next & !WORD == 0 => [last & !WORD, next, second, third],
        Node::Boundary if next & WORD == 0 => [last & WORD, next, second, third],
        Node::Boundary | Node::Nothing | Node::Not(_) => after,
        Node::After(set) => [last & set, next, second, third],
        Node::Before(set) => [last, next & set, second, third],
        Node::Ahead(node) => zip(before(node, [ALL; 4]), after, |a, b| a & b),
        Node::Sequence(nodes) => nodes.iter().rev().fold(after, |after, node| before(node, after)),
        Node::Choice(nodes) => nodes.iter().fold([0; 4], |sets, node| zip(sets, before(node, after), |a, b| a | b)),
        Node::Repeat(node, optional) => {
            let mut any = after;
            loop {
                let more = zip(any, before(node, any), |a, b| a | b);
                if more == any {
                    return if *optional { any } else { before(node, any) };
                }
                any = more;
            }
        }
    }
}

fn is_flat(node: &Node, repeated: bool) -> bool {
    match node {
        Node::Repeat(node, _) => !repeated && is_flat(node, true),
        Node::Ahead(node) | Node::Not(node) => is_flat(node, repeated),
        Node::Anything => false,
        Node::Sequence(nodes) | Node::Choice(nodes) => nodes.iter().all(|node| is_flat(node, repeated)),
        _ => true,
    }
}

/// The characters without which there is no match.
fn needs(node: &Node) -> u128 {
    match node {
        Node::One(set, _) if set.is_power_of_two() => *set,
        Node::Ahead(node) | Node::Repeat(node, false) => needs(node),
        Node::Sequence(nodes) => nodes.iter().fold(0, |all, node| all | needs(node)),
        Node::Choice(nodes) => nodes.iter().fold(ALL, |common, node| common & needs(node)),
        _ => 0,
    }
}

fn zip(a: [u128; 4], b: [u128; 4], with: impl Fn(u128, u128) -> u128) -> [u128; 4] {
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (a, b);
    [with(a0, b0), with(a1, b1), with(a2, b2), with(a3, b3)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::highlight::pattern::read;

    fn places(pattern: &str, line: &str) -> Vec<usize> {
        let mut ascii = Ascii::default();
        ascii.set(line);
        let window = Window::of(&read(pattern).expect("it is understood").node).expect("a window");
        (0..=line.len()).filter(|at| window.find(&ascii, *at, at + 1) == Place::At(*at)).collect()
    }

    #[test]
    fn a_match_begins_where_the_window_fits() {
        assert_eq!(places(r"\b(?:if|else)\b", "if xelse else xif eof"), [0, 9]);
        assert_eq!(places(r"(?i)\bS?elect", "sElEcTS"), [0]);
        assert_eq!(places(r"(?=\s*\))", "f(a )"), [3, 4]);
        assert_eq!(
            places(
                r"(?x) [^\s\w] # a (sign
            | \d{2,}+",
                "a 1 23+"
            ),
            [2, 4, 5, 6, 7]
        );
        assert_eq!(places(r"(?<![a-z$])x", "x ax $x _x"), [0, 9]);
        assert_eq!(places(r"^\s*$\n?", " \n"), [0, 2]);
        assert_eq!(places("$", "ab\n"), [2, 3]);
        assert_eq!(places(r"[[:alpha:]_][\w-]+\(", "f-(9x()"), [0]);
        assert!(places("é", "e").is_empty());
    }

    #[test]
    fn what_is_not_understood_has_no_window() {
        for pattern in
            ["", ".", "a*", "(?i)é", "a(?i)b|c", r"\pL", "[]a]", "[^[:graph:]]", r"(?~ab)", "a|", r"(?<!ab)", "(*FAIL)"]
        {
            assert_eq!(read(pattern).and_then(|read| Window::of(&read.node)), None, "{pattern}");
        }
    }
}
