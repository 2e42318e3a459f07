//! A foreign file as a tree in which every value has a place and a fate, so that nothing can be lost without being told.
//!
//! In: the text of a JSON or YAML file. Out: [`Reader`], which gives values by their place and keeps what became of each. Duplicate
//! keys are all there: the first is found, the others are left over. Whatever nobody has read is told as dropped.

mod read;

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::Serialize;

use read::{Data, Form};
pub use read::{json, yaml};

/// A value of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(usize);

/// A value with its members in the arena.
#[derive(Clone, Debug)]
enum Value {
    Null,
    Flag(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Item(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Nobody has looked at it.
    Unread,
    /// It stands in the page, as text or in another form that was told.
    Kept,
    /// It was left out on purpose.
    Dropped(&'static str),
}

#[derive(Clone, Debug)]
struct Entry {
    above: Option<(Node, Step)>,
    value: Value,
    spot: Option<Spot>,
    fate: Fate,
}

/// Where something stands in the text of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Spot {
    /// Its line, from 1.
    pub line: u32,
    /// Its column, from 1, in characters.
    pub column: u32,
}

impl fmt::Display for Spot {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "line {}, column {}", self.line, self.column)
    }
}

/// Something to tell about a place of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The place: `detail.diagrams[0].cells[3].data.name`.
    pub at: String,
    /// Line and column, where the file has them.
    #[serde(flatten)]
    pub spot: Option<Spot>,
    /// The foreign key of the part that it is about, if it is about one.
    #[serde(skip)]
    pub part: Option<String>,
    /// What became of it.
    pub what: String,
}

/// Why what nobody has read is not in the page.
pub const NO_PLACE: &str = "there is no place for it";

/// A file, being read.
#[derive(Clone, Debug)]
pub struct Reader {
    entries: Vec<Entry>,
    /// Foreign keys of the parts that values are about, with all below them.
    parts: BTreeMap<Node, String>,
    /// What is in the page in another form.
    pub mapped: Vec<Note>,
    /// What is not as the format has it.
    pub odd: Vec<Note>,
}

impl Reader {
    fn new(data: Data) -> Self {
        let mut reader = Self { entries: Vec::new(), parts: BTreeMap::new(), mapped: Vec::new(), odd: Vec::new() };
        reader.grow(data, None);
        reader
    }

    fn grow(&mut self, data: Data, above: Option<(Node, Step)>) -> Node {
        let node = Node(self.entries.len());
        self.entries.push(Entry { above, value: Value::Null, spot: data.spot, fate: Fate::Unread });
        let value = match data.form {
            Form::Null => Value::Null,
            Form::Flag(flag) => Value::Flag(flag),
            Form::Number(number) => Value::Number(number),
            Form::Text(text) => Value::Text(text),
            Form::List(items) => Value::List(
                items.into_iter().enumerate().map(|(at, item)| self.grow(item, Some((node, Step::Item(at))))).collect(),
            ),
            Form::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|(key, item)| (key.clone(), self.grow(item, Some((node, Step::Key(key))))))
                    .collect(),
            ),
        };
        if let Some(entry) = self.entries.get_mut(node.0) {
            entry.value = value;
        }
        node
    }

    /// The whole file.
    #[must_use]
    pub fn root(&self) -> Node {
        Node(0)
    }

    fn value(&self, node: Node) -> &Value {
        self.entries.get(node.0).map_or(&Value::Null, |entry| &entry.value)
    }

    /// The member of this name, if this is a mapping that has it and it is not null.
    #[must_use]
    pub fn get(&self, node: Node, key: &str) -> Option<Node> {
        let Value::Map(entries) = self.value(node) else { return None };
        let found = entries.iter().find(|(name, _)| name == key).map(|(_, node)| *node)?;
        (!matches!(self.value(found), Value::Null)).then_some(found)
    }

    /// The member at the end of several names.
    #[must_use]
    pub fn path(&self, node: Node, keys: &[&str]) -> Option<Node> {
        keys.iter().try_fold(node, |node, key| self.get(node, key))
    }

    /// The names of a mapping's members.
    #[must_use]
    pub fn keys(&self, node: Node) -> Vec<&str> {
        match self.value(node) {
            Value::Map(entries) => entries.iter().map(|(key, _)| key.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// The items of a list; none for anything else.
    #[must_use]
    pub fn items(&self, node: Option<Node>) -> Vec<Node> {
        match node.map(|node| self.value(node)) {
            Some(Value::List(items)) => items.clone(),
            _ => Vec::new(),
        }
    }

    /// The mappings of the list at a key; anything else in it is told.
    pub fn maps(&mut self, node: Node, key: &str) -> Vec<Node> {
        let list = self.get(node, key);
        let mut maps = Vec::new();
        for item in self.items(list) {
            if self.is_map(item) {
                maps.push(item);
            } else {
                self.odd(item, format!("{} where a mapping should be", self.noun(item)));
            }
        }
        maps
    }

    /// Whether it is a mapping.
    #[must_use]
    pub fn is_map(&self, node: Node) -> bool {
        matches!(self.value(node), Value::Map(_))
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_list(&self, node: Node) -> bool {
        matches!(self.value(node), Value::List(_))
    }

    /// What a person would call it.
    #[must_use]
    pub fn noun(&self, node: Node) -> &'static str {
        match self.value(node) {
            Value::Null => "nothing",
            Value::Flag(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The text of a single value, trimmed, without saying that it is kept; nothing when it is blank.
    #[must_use]
    pub fn peek(&self, node: Node) -> Option<String> {
        let text = match self.value(node) {
            Value::Text(text) | Value::Number(text) => text.trim(),
            Value::Flag(true) => "true",
            Value::Flag(false) => "false",
            Value::Null | Value::List(_) | Value::Map(_) => "",
        };
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The text of a member, which the page will have.
    pub fn text(&mut self, node: Node, key: &str) -> Option<String> {
        let found = self.get(node, key)?;
        self.take(found)
    }

    /// The text of a single value, which the page will have.
    pub fn take(&mut self, node: Node) -> Option<String> {
        let text = self.peek(node)?;
        self.set(node, Fate::Kept);
        Some(text)
    }

    /// A member that is `true` or `false`, also where that is written as a text.
    pub fn flag(&mut self, node: Node, key: &str) -> Option<bool> {
        let found = self.get(node, key)?;
        let said = self.peek(found)?.to_ascii_lowercase();
        let flag = match said.as_str() {
            "true" | "yes" => true,
            "false" | "no" => false,
            _ => return None,
        };
        if said == flag.to_string() {
            self.keep(found);
        } else {
            self.mapped(found, format!("`{said}` became `{flag}`"));
        }
        Some(flag)
    }

    /// A number, without saying that it is kept.
    #[must_use]
    pub fn number(&self, node: Node, key: &str) -> Option<f64> {
        self.peek(self.get(node, key)?)?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn set(&mut self, node: Node, fate: Fate) {
        if let Some(entry) = self.entries.get_mut(node.0) {
            entry.fate = fate;
        }
    }

    /// It is in the page, though not as the same words; nothing more needs to be said of it.
    pub fn keep(&mut self, node: Node) {
        self.set(node, Fate::Kept);
    }

    /// It is in the page in another form. What says nothing cannot be.
    pub fn mapped(&mut self, node: Node, what: impl Into<String>) {
        if self.peek(node).is_none() {
            return;
        }
        self.set(node, Fate::Kept);
        let note = self.note(node, what);
        self.mapped.push(note);
    }

    /// Whether it is in the page already.
    #[must_use]
    pub fn is_known(&self, node: Node) -> bool {
        self.entries.get(node.0).is_some_and(|entry| entry.fate == Fate::Kept)
    }

    /// It is not as the format has it.
    pub fn odd(&mut self, node: Node, what: impl Into<String>) {
        let note = self.note(node, what);
        self.odd.push(note);
    }

    /// A member and all below it is left out, unless it was kept already.
    pub fn leave(&mut self, node: Node, key: &str, why: &'static str) {
        if let Some(found) = self.get(node, key) {
            self.leave_all(found, why);
        }
    }

    /// A value and all below it is left out, unless it was kept already.
    pub fn leave_all(&mut self, node: Node, why: &'static str) {
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            match self.value(node) {
                Value::List(items) => waiting.extend(items),
                Value::Map(entries) => waiting.extend(entries.iter().map(|(_, node)| *node)),
                _ => {
                    if self.entries.get(node.0).is_some_and(|entry| entry.fate == Fate::Unread) {
                        self.set(node, Fate::Dropped(why));
                    }
                }
            }
        }
    }

    fn note(&self, node: Node, what: impl Into<String>) -> Note {
        Note { at: self.place(node), spot: self.spot(node), part: self.part(node), what: what.into() }
    }

    /// A value and all below it is about the part of this key.
    pub fn about(&mut self, node: Node, key: &str) {
        self.parts.insert(node, key.to_owned());
    }

    /// The part that a value is about.
    fn part(&self, node: Node) -> Option<String> {
        let above =
            |node: &Node| self.entries.get(node.0).and_then(|entry| entry.above.as_ref()).map(|(above, _)| *above);
        std::iter::successors(Some(node), above).find_map(|node| self.parts.get(&node)).cloned()
    }

    /// A word that became one of ours: in another form, unless it is the same word.
    pub fn became(&mut self, node: Node, said: &str, word: &str, why: &str) {
        if said == word {
            self.keep(node);
        } else {
            self.mapped(node, format!("`{said}` became `{word}`{why}"));
        }
    }

    /// Line and column of a value.
    #[must_use]
    pub fn spot(&self, node: Node) -> Option<Spot> {
        self.entries.get(node.0).and_then(|entry| entry.spot)
    }

    /// The place of a value, for people; the file itself has none.
    #[must_use]
    pub fn place(&self, node: Node) -> String {
        let mut steps = Vec::new();
        let mut at = node;
        while let Some((above, step)) = self.entries.get(at.0).and_then(|entry| entry.above.as_ref()) {
            steps.push(step);
            at = *above;
        }
        let mut place = String::new();
        for step in steps.into_iter().rev() {
            // Writing to a String cannot fail.
            let _ =
                match step {
                    Step::Item(at) => write!(place, "[{at}]"),
                    Step::Key(key)
                        if key.chars().all(|c| c.is_alphanumeric() || "_-:".contains(c)) && !key.is_empty() =>
                    {
                        if place.is_empty() { write!(place, "{key}") } else { write!(place, ".{key}") }
                    }
                    Step::Key(key) => write!(place, "[{key:?}]"),
                };
        }
        place
    }

    /// Everything that is not in the page: the highest places below which nothing is kept, in the order of the file.
    #[must_use]
    pub fn dropped(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if let Some(why) = self.lost(self.root(), &mut notes) {
            notes.push(self.note(self.root(), why));
        }
        notes
    }

    /// Why nothing below this is kept, when that has one reason; else the notes of its members. Values that say nothing are no loss.
    fn lost(&self, node: Node, notes: &mut Vec<Note>) -> Option<&'static str> {
        let members: Vec<Node> = match self.value(node) {
            Value::List(items) => items.clone(),
            Value::Map(entries) => entries.iter().map(|(_, node)| *node).collect(),
            _ => {
                self.peek(node)?;
                return match self.entries.get(node.0).map(|entry| entry.fate) {
                    Some(Fate::Unread) => Some(NO_PLACE),
                    Some(Fate::Dropped(why)) => Some(why),
                    Some(Fate::Kept) | None => None,
                };
            }
        };
        let mut own = Vec::new();
        let mut reasons = Vec::new();
        for member in &members {
            let before = own.len();
            match self.lost(*member, &mut own) {
                Some(why) => {
                    reasons.push(Some(why));
                    own.push(self.note(*member, why));
                }
                None if own.len() > before || self.is_kept(*member) => reasons.push(None),
                None => {}
            }
        }
        let first = reasons.first().copied().flatten();
        if first.is_some() && reasons.iter().all(|reason| *reason == first) {
            return first;
        }
        notes.extend(own);
        None
    }

    fn is_kept(&self, node: Node) -> bool {
        match self.value(node) {
            Value::List(items) => items.iter().any(|node| self.is_kept(*node)),
            Value::Map(entries) => entries.iter().any(|(_, node)| self.is_kept(*node)),
            _ => self.entries.get(node.0).is_some_and(|entry| entry.fate == Fate::Kept),
        }
    }
}
