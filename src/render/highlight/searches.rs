//! The searches in one line.
//!
//! In: a rule, and from where on. Out: where it matches first.
//!
//! Each answer is kept until the end of the line, as in syntect. Beyond that, of a list of rules only those are asked that can match in the line
//! at all, and there is no search where the rule's [`Window`](super::window::Window) excludes a match, or excludes one that would begin before that
//! of another rule. This changes how long it takes, not what is found; only where Oniguruma would give up on a pattern after millions of steps may
//! it differ.

use onig::Region;
use syntect::parsing::syntax_definition::MatchOperation;

use super::grammar::{self, Rule, Rules};
use super::window::{Ascii, Place};

/// Where the groups of a match are, from group 1 on.
pub(super) type Groups = Vec<Option<(usize, usize)>>;

/// What the searches in one line have found.
#[derive(Debug)]
pub(super) struct Searches {
    /// The number of the line.
    line: u64,
    /// The line, when it is all ASCII.
    ascii: Ascii,
    is_ascii: bool,
    slots: Vec<Slot>,
    /// By the number of a list of rules, those that can match in the line.
    lists: Vec<(u64, Vec<&'static Rule>)>,
    region: Region,
    /// The groups of the match that [`Searches::keep_groups`] was told to keep.
    pub groups: Groups,
}

impl Default for Searches {
    fn default() -> Self {
        Self {
            line: 0,
            ascii: Ascii::default(),
            is_ascii: false,
            slots: Vec::new(),
            lists: Vec::new(),
            region: Region::new(),
            groups: Vec::new(),
        }
    }
}

/// What is known of one rule.
#[derive(Clone, Debug, Default)]
struct Slot {
    /// The line that it is about.
    line: u64,
    seen: Seen,
    groups: Groups,
}

#[derive(Clone, Copy, Debug, Default)]
enum Seen {
    #[default]
    Nothing,
    /// No match begins before this place; beyond it nothing is known.
    NotBefore(usize),
    /// The first match.
    At(usize, usize),
    /// The first match, which takes no text and does nothing.
    Idle(usize),
    /// There is no match in the rest of the line.
    Nowhere,
}

impl Seen {
    fn of(rule: &Rule, at: usize, end: usize) -> Self {
        if at == end && matches!(rule.pattern.operation, MatchOperation::None) {
            return Self::Idle(at);
        }
        Self::At(at, end)
    }
}

impl Searches {
    /// Sets about another line.
    pub fn start(&mut self, line: &str) {
        self.line += 1;
        self.is_ascii = line.is_ascii();
        if self.is_ascii {
            self.ascii.set(line);
        }
    }

    /// Lends out the rules of a list that can match from `start` on, or from where it was first asked for in this line.
    pub fn lend(&mut self, rules: &'static Rules, start: usize) -> Vec<&'static Rule> {
        if self.lists.len() <= rules.number {
            self.lists.resize_with(rules.number + 1, Default::default);
        }
        let Some((line, list)) = self.lists.get_mut(rules.number) else { return Vec::new() };
        let mut list = std::mem::take(list);
        if std::mem::replace(line, self.line) != self.line {
            let rest = self.ascii.rest(start);
            let possible = rules.all.iter().filter(|(needs, _)| !self.is_ascii || !needs.lacks(rest));
            list.clear();
            list.extend(possible.map(|(_, rule)| *rule));
        }
        list
    }

    /// Takes back what was lent.
    pub fn give_back(&mut self, rules: &Rules, list: Vec<&'static Rule>) {
        if let Some((_, place)) = self.lists.get_mut(rules.number) {
            *place = list;
        }
    }

    /// The first match of a rule from `start` on, if it begins before `bound` or is known anyway. `captured` is what the rule may
    /// refer to. When the stack is full (`deep`) a rule that pushes finds only what was found before, as in syntect.
    pub fn search(
        &mut self,
        rule: &Rule,
        line: &str,
        (start, bound): (usize, usize),
        captured: Option<&[String]>,
        deep: bool,
    ) -> Option<(usize, usize)> {
        if self.slots.len() <= rule.number {
            self.slots.resize_with(rule.number + 1, Slot::default);
        }
        let slot = self.slots.get_mut(rule.number)?;
        if slot.line != self.line {
            (slot.line, slot.seen) = (self.line, Seen::Nothing);
        }
        let full = deep && matches!(rule.pattern.operation, MatchOperation::Push(_));
        let from = match slot.seen {
            Seen::Nowhere => return None,
            Seen::At(at, end) if at >= start => return Some((at, end)),
            Seen::Idle(at) if at >= start => return None,
            Seen::NotBefore(at) if full => at,
            Seen::NotBefore(at) => at.max(start),
            _ if full => return None,
            _ => start,
        };
        if let Some(captured) = captured.filter(|_| rule.pattern.has_captures) {
            let regex = grammar::compile(&with_captured(rule.pattern.regex.regex_str(), captured))?;
            let found = grammar::search(&regex, line, from, &mut self.region);
            return match found.then(|| slot.found(rule, &self.region)) {
                Some(Seen::At(at, end)) => Some((at, end)),
                _ => None,
            };
        }
        let mut place = from;
        let found = loop {
            let window = rule.window.as_ref().filter(|_| self.is_ascii);
            match window.map_or(Place::At(place), |window| window.find(&self.ascii, place, bound)) {
                Place::Nowhere => break false,
                Place::NotBefore(place) => {
                    slot.seen = Seen::NotBefore(place);
                    return None;
                }
                Place::At(at) => place = at,
            }
            if let Some(exact) = rule.exact.as_ref().filter(|_| self.is_ascii && !self.ascii.has_nul) {
                if let Some(end) = exact.end(line.as_bytes(), place) {
                    slot.groups.clear();
                    slot.seen = Seen::of(rule, place, end);
                    return slot.known(rule, start);
                }
                place += 1;
                continue;
            }
            let Some(regex) = rule.regex() else { break false };
            if !window.is_some_and(|window| window.flat) {
                break grammar::search(regex, line, place, &mut self.region);
            }
            if grammar::matches_at(regex, line, place, &mut self.region) {
                break true;
            }
            place += 1;
        };
        slot.seen = if found { slot.found(rule, &self.region) } else { Seen::Nowhere };
        slot.known(rule, start)
    }

    /// Keeps the groups of the match that was found last for this rule.
    pub fn keep_groups(&mut self, rule: &Rule) {
        self.groups.clear();
        self.groups.extend(self.slots.get(rule.number).into_iter().flat_map(|slot| slot.groups.iter().copied()));
    }
}

impl Slot {
    /// Takes over a match.
    fn found(&mut self, rule: &Rule, region: &Region) -> Seen {
        self.groups.clear();
        if grammar::uses_groups(rule.pattern) {
            self.groups.extend((1..region.len()).map(|group| region.pos(group)));
        }
        region.pos(0).map_or(Seen::Nowhere, |(at, end)| Seen::of(rule, at, end))
    }

    /// What was just found, if it is a match that begins at `start` or later and does something.
    fn known(&mut self, rule: &Rule, start: usize) -> Option<(usize, usize)> {
        match self.seen {
            Seen::At(at, end) if at >= start => return Some((at, end)),
            Seen::Idle(_) if rule.literal_search => self.seen = Seen::Nothing,
            _ => {}
        }
        None
    }
}

/// The text as a pattern that matches it.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(char) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

/// The pattern with what was captured in place of `\1` and its like.
fn with_captured(pattern: &str, captured: &[String]) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            text.push(char);
            continue;
        }
        match chars.next() {
            Some(digit) if digit.is_ascii_digit() => {
                let group = digit.to_digit(10).and_then(|group| usize::try_from(group).ok());
                text.push_str(group.and_then(|group| captured.get(group)).map_or("", String::as_str));
            }
            other => {
                text.push('\\');
                text.extend(other);
            }
        }
    }
    text
}
