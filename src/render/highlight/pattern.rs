//! What a pattern says about the characters of a match.
//!
//! In: a pattern in the syntax of Oniguruma (its `doc/RE`). Out: a [`Node`], or nothing where the pattern is not understood.
//!
//! Sets of characters are of ASCII, a bit for each, and too large rather than too small.

/// Every character of ASCII.
pub(super) const ALL: u128 = u128::MAX;
const DIGIT: u128 = range(b'0', b'9');
const LETTER: u128 = range(b'a', b'z') | range(b'A', b'Z');
/// Those of `\w`.
pub(super) const WORD: u128 = LETTER | DIGIT | bit(b'_');
const SPACE: u128 = range(b'\t', b'\r') | bit(b' ');
const HEX: u128 = DIGIT | range(b'a', b'f') | range(b'A', b'F');
/// Outside the line, or its break.
const EDGE: u128 = bit(0) | bit(b'\n');

/// The set of one character.
pub(super) const fn bit(byte: u8) -> u128 {
    if byte < 128 { 1 << byte } else { 0 }
}

const fn range(first: u8, last: u8) -> u128 {
    (ALL >> (127 - last)) & (ALL << first)
}

/// A part of a pattern, as far as it says what characters stand where.
#[derive(Debug)]
pub(super) enum Node {
    /// One character; whether the set is exactly that of the pattern.
    One(u128, bool),
    /// No character, and nothing said.
    Nothing,
    /// Any text.
    Anything,
    /// `\b`.
    Boundary,
    /// The character before is one of these.
    After(u128),
    /// The character that follows is one of these.
    Before(u128),
    Ahead(Box<Node>),
    /// What must not follow.
    Not(Box<Node>),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    /// Once or more, or not at all where that is said.
    Repeat(Box<Node>, bool),
}

/// A pattern that was understood.
pub(super) struct Read {
    pub node: Node,
    /// Whether the node says all that the pattern does, for a line of ASCII.
    pub whole: bool,
    /// Whether the pattern has groups.
    pub groups: bool,
}

/// Reads a pattern.
pub(super) fn read(pattern: &str) -> Option<Read> {
    let mut parser = Parser { rest: pattern, whole: true, groups: false };
    let node = parser.choice(Options::default())?;
    parser.rest.is_empty().then_some(Read { node, whole: parser.whole, groups: parser.groups })
}

#[derive(Clone, Copy, Default)]
struct Options {
    /// `i`
    any_case: bool,
    /// `x`
    spaced: bool,
}

impl Options {
    fn cases(self, set: u128) -> u128 {
        if !self.any_case {
            return set;
        }
        set | (set & range(b'a', b'z')) >> 32 | (set & range(b'A', b'Z')) << 32
    }

    /// A character of the pattern; another than ASCII never matches here, unless in its other case it is ASCII.
    fn one(self, char: char) -> Option<Node> {
        match u8::try_from(char) {
            Ok(byte) if byte < 128 => Some(Node::One(self.cases(bit(byte)), true)),
            _ => (!self.any_case && !char.is_whitespace()).then_some(Node::One(0, true)),
        }
    }
}

/// Reads a pattern; nothing where it is not understood.
struct Parser<'a> {
    rest: &'a str,
    /// Nothing that the pattern says was left out so far.
    whole: bool,
    groups: bool,
}

impl<'a> Parser<'a> {
    /// What the pattern says here is more than the node.
    fn more_than(&mut self, node: Node) -> Node {
        self.whole = false;
        node
    }

    fn eat(&mut self, prefix: &str) -> bool {
        self.rest.strip_prefix(prefix).map(|rest| self.rest = rest).is_some()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let char = chars.next()?;
        self.rest = chars.as_str();
        Some(char)
    }

    fn skip_spaces(&mut self, options: Options) {
        if !options.spaced {
            return;
        }
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
            let Some(comment) = self.rest.strip_prefix('#') else { return };
            self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        }
    }

    /// All up to the end or a `)`.
    fn choice(&mut self, mut options: Options) -> Option<Node> {
        let (mut choices, mut sequence) = (Vec::new(), Vec::new());
        let mut one_choice = false;
        loop {
            self.skip_spaces(options);
            if self.rest.is_empty() || self.rest.starts_with(')') {
                choices.push(Node::Sequence(sequence));
                return Some(Node::Choice(choices));
            }
            if self.eat("|") {
                if one_choice {
                    return None;
                }
                choices.push(Node::Sequence(std::mem::take(&mut sequence)));
            } else if let Some((new, rest)) = self.isolated(options) {
                // In the middle they would also change what the choices are.
                one_choice |= !choices.is_empty() || !sequence.is_empty();
                (options, self.rest) = (new, rest);
            } else {
                let node = self.atom(options)?;
                sequence.push(self.repeated(node, options)?);
            }
        }
    }

    /// The same for `(?imx-imx)`, which is about what comes after it.
    fn isolated(&self, options: Options) -> Option<(Options, &'a str)> {
        options_of(self.rest.strip_prefix('(')?, options, ')')
    }

    /// A part without its quantifiers.
    fn atom(&mut self, options: Options) -> Option<Node> {
        match self.next()? {
            '.' => Some(Node::One(ALL, false)),
            '^' => Some(self.more_than(Node::After(EDGE))),
            '$' => Some(self.more_than(Node::Before(EDGE))),
            '[' => self.class(options),
            '\\' => self.escape(options),
            '(' => {
                let node = self.group(options)?;
                self.eat(")").then_some(node)
            }
            '*' | '+' | '?' | ')' => None,
            char => options.one(char),
        }
    }

    /// What follows a `(`, without the `)`.
    fn group(&mut self, options: Options) -> Option<Node> {
        if self.eat("?=") {
            return Some(Node::Ahead(Box::new(self.choice(options)?)));
        }
        if self.eat("?!") {
            return self.choice(options).map(|node| Node::Not(Box::new(node)));
        }
        if self.eat("?<=") {
            let node = self.choice(options)?;
            self.whole &= only(&node).is_some();
            return Some(last(&node).map_or(Node::Nothing, Node::After));
        }
        if self.eat("?<!") {
            let set = only(&self.choice(options)?);
            self.whole &= set.is_some();
            return Some(set.map_or(Node::Nothing, |set| Node::After(!set | bit(0))));
        }
        if self.eat("?:") {
            return self.choice(options);
        }
        if self.eat("?>") {
            let node = self.choice(options)?;
            return Some(self.more_than(node));
        }
        if let Some(rest) = self.rest.strip_prefix("?<") {
            self.rest = rest.split_once('>')?.1;
            self.groups = true;
            return self.choice(options);
        }
        if self.rest.starts_with('?') {
            let (options, rest) = options_of(self.rest, options, ':')?;
            self.rest = rest;
            return self.choice(options);
        }
        if self.rest.starts_with('*') {
            return None;
        }
        self.groups = true;
        self.choice(options)
    }

    /// A part with the quantifiers after it.
    fn repeated(&mut self, mut node: Node, options: Options) -> Option<Node> {
        let digit_or_comma = |c: char| c.is_ascii_digit() || c == ',';
        loop {
            self.skip_spaces(options);
            let optional = if let Some(sign @ ('?' | '*' | '+')) = self.rest.chars().next() {
                self.next()?;
                // Lazy or possessive: it is still the same characters.
                if self.eat("?") || self.eat("+") {
                    self.whole = false;
                }
                if sign == '?' {
                    node = Node::Choice(vec![node, Node::Sequence(Vec::new())]);
                    continue;
                }
                sign == '*'
            } else if let Some(rest) = self.rest.strip_prefix('{').filter(|rest| rest.starts_with(digit_or_comma)) {
                let (interval, rest) = rest.split_once('}')?;
                self.rest = rest;
                self.whole = false;
                if !interval.chars().all(digit_or_comma) {
                    return None;
                }
                interval.split(',').next()?.bytes().all(|digit| digit == b'0')
            } else {
                return Some(node);
            };
            node = Node::Repeat(Box::new(node), optional);
        }
    }

    /// What follows a backslash outside of a class.
    fn escape(&mut self, options: Options) -> Option<Node> {
        if let Some(set) = shorthand(self.rest) {
            self.next();
            return Some(Node::One(set, true));
        }
        match self.rest.chars().next()? {
            'b' => self.next().map(|_| Node::Boundary),
            'B' | 'G' | 'K' | 'y' | 'Y' => self.next().map(|_| self.more_than(Node::Nothing)),
            'A' => self.next().map(|_| self.more_than(Node::After(EDGE))),
            'z' | 'Z' => self.next().map(|_| self.more_than(Node::Before(EDGE))),
            'R' | 'X' | 'N' | 'O' => self.next().map(|_| self.more_than(Node::Anything)),
            'k' | 'g' => {
                self.rest = self.rest.get(1..)?.strip_prefix('<')?.split_once('>')?.1;
                Some(self.more_than(Node::Anything))
            }
            'p' | 'P' => self
                .property()
                .map(|set| Node::One(options.cases(set.unwrap_or(ALL)), set.is_some() && !options.any_case)),
            '1'..='9' => {
                self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_digit());
                Some(self.more_than(Node::Anything))
            }
            _ => self.escaped().and_then(|char| options.one(char)),
        }
    }

    /// The `p{Name}` of a Unicode property: its part of ASCII, if that is known.
    #[expect(clippy::option_option, reason = "no property and an unknown one are two things")]
    fn property(&mut self) -> Option<Option<u128>> {
        let (name, rest) = self.rest.get(1..)?.strip_prefix('{')?.split_once('}')?;
        let set = match name {
            "L" => LETTER,
            "Lu" => range(b'A', b'Z'),
            "Ll" => range(b'a', b'z'),
            "N" | "Nd" => DIGIT,
            "Lm" | "Lo" | "Lt" | "M" | "Mc" | "Mn" | "Nl" => 0,
            _ => ALL,
        };
        let known = set != ALL && self.rest.starts_with('p');
        self.rest = rest;
        Some(known.then_some(set))
    }

    /// The character that an escape stands for.
    fn escaped(&mut self) -> Option<char> {
        let hex = |digits: &str| char::from_u32(u32::from_str_radix(digits, 16).ok()?);
        match self.next()? {
            't' => Some('\t'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            'f' => Some('\x0c'),
            'v' => Some('\x0b'),
            'a' => Some('\x07'),
            'e' => Some('\x1b'),
            'x' if self.rest.starts_with('{') => {
                let (digits, rest) = self.rest.get(1..)?.split_once('}')?;
                self.rest = rest;
                hex(digits)
            }
            letter @ ('x' | 'u') => {
                let (digits, rest) = self.rest.split_at_checked(if letter == 'x' { 2 } else { 4 })?;
                self.rest = rest;
                hex(digits)
            }
            char => (!char.is_ascii_alphanumeric()).then_some(char),
        }
    }

    /// What follows a `[`, with the `]`.
    fn class(&mut self, options: Options) -> Option<Node> {
        let negated = self.eat("^");
        let (mut set, mut exact) = (0, true);
        if self.rest.starts_with(']') {
            return None;
        }
        while !self.eat("]") {
            if self.eat("&&") {
                exact = false;
            } else if let Some(rest) = self.rest.strip_prefix("[:") {
                let (name, rest) = rest.split_once(":]")?;
                self.rest = rest;
                if !name.trim_start_matches('^').chars().all(char::is_alphabetic) {
                    return None;
                }
                let named = posix(name);
                exact &= named.is_some();
                set |= named.unwrap_or(ALL);
            } else if self.eat("[") {
                let Node::One(inner, same) = self.class(options)? else { return None };
                exact &= same;
                set |= inner;
            } else if self.rest.starts_with("\\p") || self.rest.starts_with("\\P") {
                self.next()?;
                let named = self.property()?;
                exact &= named.is_some();
                set |= named.unwrap_or(ALL);
            } else if let Some(shorthand) = self.rest.strip_prefix('\\').and_then(shorthand) {
                self.rest = self.rest.get(2..)?;
                set |= shorthand;
            } else {
                set |= self.range(options)?;
            }
        }
        set = options.cases(set);
        Some(match (negated, exact) {
            (false, _) => Node::One(set, exact),
            (true, true) => Node::One(!set, true),
            (true, false) => Node::One(ALL, false),
        })
    }

    /// One character of a class, or all from one to another.
    fn range(&mut self, options: Options) -> Option<u128> {
        let first = self.member()?;
        let mut last = first;
        if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
            self.next()?;
            if self.rest.starts_with('[') {
                return None;
            }
            last = self.member()?;
        }
        if first > last || options.any_case && !last.is_ascii() {
            return None;
        }
        let byte = |char| u8::try_from(char).unwrap_or(u8::MAX);
        Some(if byte(first) < 128 { range(byte(first), byte(last).min(127)) } else { 0 })
    }

    fn member(&mut self) -> Option<char> {
        if self.eat("\\b") {
            return Some('\x08');
        }
        if self.eat("\\") { self.escaped() } else { self.next() }
    }
}

/// The options of `?imx-imx`, and the pattern after `end`.
fn options_of(pattern: &str, mut options: Options, end: char) -> Option<(Options, &str)> {
    let (letters, rest) = pattern.strip_prefix('?')?.split_once(end)?;
    let mut on = true;
    for letter in letters.chars() {
        match letter {
            '-' => on = false,
            'i' => options.any_case = on,
            'x' => options.spaced = on,
            'm' => {}
            _ => return None,
        }
    }
    Some((options, rest))
}

/// The `w` of `\w` and its like, in ASCII.
fn shorthand(pattern: &str) -> Option<u128> {
    let letter = pattern.chars().next()?;
    let set = match letter.to_ascii_lowercase() {
        'w' => WORD,
        'd' => DIGIT,
        's' => SPACE,
        'h' => HEX,
        _ => return None,
    };
    Some(if letter.is_ascii_uppercase() { !set } else { set })
}

fn posix(name: &str) -> Option<u128> {
    Some(match name {
        "alpha" => LETTER,
        "digit" => DIGIT,
        "alnum" => LETTER | DIGIT,
        "upper" => range(b'A', b'Z'),
        "lower" => range(b'a', b'z'),
        "space" => SPACE,
        "xdigit" => HEX,
        "word" => WORD,
        _ => return None,
    })
}

/// The characters that can end a match of what is before a place.
fn last(node: &Node) -> Option<u128> {
    match node {
        Node::One(set, _) | Node::After(set) => Some(*set),
        Node::Sequence(nodes) => last(nodes.last()?),
        Node::Choice(nodes) => nodes.iter().try_fold(0, |sets, node| Some(sets | last(node)?)),
        _ => None,
    }
}

/// The characters of a part that matches those and nothing else.
fn only(node: &Node) -> Option<u128> {
    match node {
        Node::One(set, true) => Some(*set),
        Node::Sequence(nodes) if nodes.len() == 1 => only(nodes.first()?),
        Node::Choice(nodes) => nodes.iter().try_fold(0, |sets, node| Some(sets | only(node)?)),
        _ => None,
    }
}
