//! Patterns that are matched here, without Oniguruma.
//!
//! In: a pattern that was understood as a whole, and a place in a line of ASCII. Out: where the match ends that begins there.
//!
//! Many tries are for a bracket, a word, or one of a few words, and for these the way to Oniguruma and back takes longer than the match. Choices are
//! tried in their order and repetitions take as much as they can, as there (`doc/RE`); what says more than that is left to it. Nothing here is repeated
//! inside a repetition, so a try takes little time.

use super::pattern::{Node, Read, WORD};

/// A pattern that says nothing but what its nodes say.
#[derive(Debug)]
pub(super) struct Exact(Node);

impl Exact {
    /// The pattern, if it can be matched here. With `needs_groups` its groups are asked for, and it must have none.
    pub fn of(read: Read, needs_groups: bool) -> Option<Self> {
        let fits = read.whole && !(needs_groups && read.groups) && is_plain(&read.node, false);
        fits.then_some(Self(read.node))
    }

    /// Where the match ends that begins at this place.
    pub fn end(&self, line: &[u8], at: usize) -> Option<usize> {
        matched(&self.0, line, at, &mut Some)
    }
}

/// Whether all of it is understood, and no repetition is inside another.
fn is_plain(node: &Node, repeated: bool) -> bool {
    match node {
        Node::One(_, exact) => *exact,
        Node::Boundary | Node::After(_) => true,
        Node::Nothing | Node::Anything | Node::Before(_) => false,
        Node::Ahead(node) | Node::Not(node) => is_plain(node, repeated),
        Node::Sequence(nodes) | Node::Choice(nodes) => nodes.iter().all(|node| is_plain(node, repeated)),
        // What takes no text could be repeated for ever.
        Node::Repeat(node, _) => !repeated && takes_text(node) && is_plain(node, true),
    }
}

fn takes_text(node: &Node) -> bool {
    match node {
        Node::One(..) => true,
        Node::Sequence(nodes) => nodes.iter().any(takes_text),
        Node::Choice(nodes) => nodes.iter().all(takes_text),
        _ => false,
    }
}

fn has(set: u128, byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| (set >> (byte & 127)) & 1 == 1)
}

/// Goes on with what comes after a node.
type Then<'t> = &'t mut dyn FnMut(usize) -> Option<usize>;

fn matched(node: &Node, line: &[u8], at: usize, then: Then<'_>) -> Option<usize> {
    let before = at.checked_sub(1).and_then(|before| line.get(before));
    match node {
        Node::One(set, _) => has(*set, line.get(at)).then(|| then(at + 1)).flatten(),
        Node::Boundary => (has(WORD, before) != has(WORD, line.get(at))).then(|| then(at)).flatten(),
        // Before the line stands NUL.
        Node::After(set) => has(*set, before.or(Some(&0))).then(|| then(at)).flatten(),
        Node::Ahead(node) => matched(node, line, at, &mut Some).and_then(|_| then(at)),
        Node::Not(node) => {
            if matched(node, line, at, &mut Some).is_none() {
                then(at)
            } else {
                None
            }
        }
        Node::Sequence(nodes) => in_turn(nodes, line, at, then),
        Node::Choice(nodes) => nodes.iter().find_map(|node| matched(node, line, at, then)),
        Node::Repeat(node, optional) => match &**node {
            Node::One(set, _) => {
                let most = line.get(at..)?.iter().take_while(|byte| has(*set, Some(*byte))).count();
                (usize::from(!*optional)..=most).rev().find_map(|count| then(at + count))
            }
            node => {
                let more = again(node, line, at, then);
                if more.is_none() && *optional { then(at) } else { more }
            }
        },
        Node::Nothing | Node::Anything | Node::Before(_) => None,
    }
}

fn in_turn(nodes: &[Node], line: &[u8], at: usize, then: Then<'_>) -> Option<usize> {
    match nodes {
        [] => then(at),
        [last] => matched(last, line, at, then),
        [first, rest @ ..] => matched(first, line, at, &mut |at| in_turn(rest, line, at, then)),
    }
}

/// Once, and as often again as can be.
fn again(node: &Node, line: &[u8], at: usize, then: Then<'_>) -> Option<usize> {
    matched(node, line, at, &mut |at| again(node, line, at, then).or_else(|| then(at)))
}

#[cfg(test)]
mod tests {
    use onig::Region;

    use super::*;
    use crate::catalogue::syntax::syntaxes;
    use crate::render::highlight::grammar;
    use crate::render::highlight::pattern::read;

    const LINES: &[&str] = &[
        "",
        "\n",
        "if assert_that(as_ == None) and elsewhere: return [x.y for x in range(10)]\n",
        "  \t--flag=\"a 'b' \\n\" $PATH ${x:-1} # TODO: it's 0x1F, 1.5e-3 and 100_000;\n",
        "public static final int a1=b2<<3>>>4; // @Override &amp; <b class='x'>y</b> /* z */ }",
        "SELECT * FROM t WHERE a<>'it''s' AND b IS NOT NULL GROUP BY c;-- %s ?1 :n @v #t ~^|!\r\n",
        "constructor decodeURI escape eval __import__ abs dict int str true false null yes No ~ on\n",
        "func (r *R) f(a, b int) (err error) { go select chan<- x := <-y; a.b.c[1:2]++ }\n",
    ];

    #[test]
    fn what_is_matched_here_is_what_oniguruma_matches() {
        let mut tried = 0;
        let mut seen = std::collections::BTreeSet::new();
        for language in syntaxes().syntaxes() {
            let start = grammar::start(language).expect("a beginning");
            for pattern in grammar::patterns(start) {
                let Some(exact) =
                    seen.insert(pattern).then(|| read(pattern)).flatten().and_then(|read| Exact::of(read, false))
                else {
                    continue;
                };
                let regex = grammar::compile(pattern).expect("a pattern");
                tried += 1;
                for line in LINES {
                    for at in 0..=line.len() {
                        let mut region = Region::new();
                        let theirs =
                            grammar::matches_at(&regex, line, at, &mut region).then(|| region.pos(0)).flatten();
                        assert_eq!(
                            exact.end(line.as_bytes(), at),
                            theirs.map(|(_, end)| end),
                            "{pattern} in {line:?} at {at}"
                        );
                    }
                }
            }
        }
        assert!(tried > 3_000, "{tried}");
    }

    #[test]
    fn what_says_more_than_its_nodes_is_left_to_oniguruma() {
        for pattern in [
            "a*?", "a++", "a{2,3}", "(?>a)", r"(a)\1", "a$", "^a", ".", r"\Ga", r"\Ba", "(?<=ab)c", "(a*)*", "(?:a?)*",
            r"\p{Sc}",
        ] {
            let exact = read(pattern).and_then(|read| Exact::of(read, false));
            assert!(exact.is_none(), "{pattern}: {exact:?}");
        }
        assert!(Exact::of(read("(a)b").expect("a pattern"), false).is_some());
        assert!(Exact::of(read("(a)b").expect("a pattern"), true).is_none(), "its groups are asked for");
    }
}
