//! The field table of a kind: one definition that decodes, hints at typing mistakes, and becomes JSON Schema, skeleton and documentation.
//!
//! In: [`Node`]s. Out: typed records with their places, the references they make, and diagnostics.
//! A table is written with [`record!`]; the words a field may have with [`choice!`].

use std::collections::BTreeMap;

use super::leaf::Target;
use super::node::{Node, Value};
use super::said::Said;
use crate::diagnostic::{Code, Diagnostic, codes, nearest};
use crate::source::{At, SourcePath, Span};

/// One row of a field table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in the front matter, in templates and in the schema.
    pub name: &'static str,
    /// Whether a page that is no draft must have it.
    pub required: bool,
    /// What it may hold.
    pub shape: fn() -> Shape,
    /// What it means, in one line.
    pub doc: &'static str,
}

/// What a field may hold, for schemas and people.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Any single value, taken as text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number between the two, both included.
    Integer(i64, i64),
    /// A number from 0 to this, with a fraction perhaps.
    Amount(f64),
    /// A text of this form: a name for people and a regular expression.
    Pattern(&'static str, &'static str),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The id of something else.
    Reference(Target),
    /// A list of these; one alone may stand without brackets.
    List(Box<Shape>),
    /// A mapping with these fields.
    Record(&'static [Field]),
    /// Anything at all.
    Free,
}

/// A reference that a field made, to be resolved once the whole site is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The file it is written in: the page, or the `_defaults.yaml` above it.
    pub path: SourcePath,
    /// Where.
    pub span: Span,
    /// The field at the top of the front matter: `threats`.
    pub section: &'static str,
    /// The field itself: `findings`; the same as `section` at the top level.
    pub field: &'static str,
    /// The part of the page that makes it: `T3`.
    pub part: Option<String>,
    /// The id as written.
    pub text: String,
    /// What it must be the id of.
    pub target: Target,
}

/// Reads nodes into records and keeps what went wrong.
#[derive(Debug)]
pub struct Decoder {
    /// The file being read.
    pub path: SourcePath,
    /// Loose mode: unknown keys and values are ignored.
    pub loose: bool,
    /// What the outermost mapping is called in messages.
    pub what: &'static str,
    /// A draft: what is missing is a warning.
    pub draft: bool,
    /// The code for a key that does not exist: a warning in a page, an error in the configuration.
    pub unknown: &'static Code,
    /// Top-level fields that another file gives (`_defaults.yaml`), and that file.
    pub lent: BTreeMap<String, SourcePath>,
    /// The value being read stands in another file, so places inside it are not of the page.
    borrowed: bool,
    /// What was wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// The references met so far.
    pub references: Vec<Reference>,
    trail: Vec<&'static str>,
    parts: Vec<String>,
}

impl Decoder {
    /// A decoder for one file.
    #[must_use]
    pub fn new(path: SourcePath, loose: bool) -> Self {
        Self {
            path,
            loose,
            what: "this",
            draft: false,
            unknown: &codes::UNKNOWN_FIELD,
            lent: BTreeMap::new(),
            borrowed: false,
            diagnostics: Vec::new(),
            references: Vec::new(),
            trail: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Notes a mistake at a place, with help when there is some. Loose mode notes nothing.
    pub fn wrong(&mut self, code: &'static Code, span: Span, message: String, help: Option<String>) {
        if !self.loose {
            self.diagnostics.push(Diagnostic::new(code, message).at(&self.path, span).maybe_help(help));
        }
    }

    /// Notes a value of the wrong type: "`due` should be a day …, not a list".
    pub fn wrong_type(&mut self, node: &Node, wanted: &str) {
        let field = self.trail.last().map_or(self.what.to_owned(), |field| format!("`{field}`"));
        let message = match node.text() {
            Some(text) => format!("{field} should be {wanted}, not `{}`", shortened(text)),
            None => format!("{field} should be {wanted}, not {}", node.noun()),
        };
        self.wrong(&codes::WRONG_TYPE, node.span, message, None);
    }

    /// The value with its place; in a borrowed value the place is the top of the page.
    pub fn at<T>(&self, value: T, node: &Node) -> At<T> {
        At::new(value, if self.borrowed { Span::default() } else { node.span })
    }

    /// Keeps a reference to be resolved later.
    pub fn reference(&mut self, node: &Node, text: &str, target: Target) {
        if let (Some(section), Some(field)) = (self.trail.first(), self.trail.last()) {
            self.references.push(Reference {
                path: self.path.clone(),
                span: node.span,
                section,
                field,
                part: self.parts.last().cloned(),
                text: text.to_owned(),
                target,
            });
        }
    }

    /// Decodes one field of a mapping and notes it when it is missing and must not be.
    pub fn field<T: FieldType>(&mut self, field: &Field, owner: &Node, node: Option<&Node>) -> T {
        let lender = if self.trail.is_empty() { self.lent.get(field.name).cloned() } else { None };
        let own = lender.map(|lender| std::mem::replace(&mut self.path, lender));
        self.borrowed |= own.is_some();
        self.trail.push(field.name);
        let value = match node {
            Some(node) if node.value != Value::Null => T::decode(node, self),
            _ => T::default(),
        };
        self.trail.pop();
        if let Some(own) = own {
            self.path = own;
            self.borrowed = false;
        }
        if field.required && value.is_missing() && !self.already_wrong(node) {
            self.missing(field, owner, node);
        }
        value
    }

    fn already_wrong(&self, node: Option<&Node>) -> bool {
        let Some(node) = node else { return false };
        self.diagnostics.iter().rev().any(|diagnostic| {
            diagnostic
                .place
                .as_ref()
                .and_then(|place| place.span)
                .is_some_and(|span| node.span.start <= span.start && span.end <= node.span.end)
        })
    }

    fn missing(&mut self, field: &Field, owner: &Node, node: Option<&Node>) {
        if self.loose {
            return;
        }
        let what = self.trail.last().map_or(String::new(), |outer| format!(" in `{outer}`"));
        let state = if node.is_some() { "empty" } else { "missing" };
        let span = node.map_or(Span::new(owner.span.start, owner.span.start), |node| node.span);
        let mut diagnostic = Diagnostic::new(&codes::MISSING_FIELD, format!("`{}` is {state}{what}", field.name))
            .at(&self.path, span)
            .help(format!("{}: {}", field.name, field.doc.trim()));
        if self.draft {
            diagnostic = diagnostic.softened();
        }
        self.diagnostics.push(diagnostic);
    }

    /// Notes the keys of a mapping that no field has.
    pub fn unknown_keys(&mut self, node: &Node, known: &[&'static str]) {
        for (key, _) in node.entries() {
            if known.contains(&key.value.as_str()) {
                continue;
            }
            let help = match nearest(&key.value, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if self.unknown == &codes::UNKNOWN_KEY => format!("the keys are {}", known.join(", ")),
                None if self.trail.is_empty() => "fields of your own go under `extra:`".to_owned(),
                None => format!("the fields here are {}", known.join(", ")),
            };
            let place = self.trail.last().map_or(String::new(), |outer| format!(" in `{outer}`"));
            let message = format!("unknown field `{}`{place}", shortened(&key.value));
            self.wrong(self.unknown, key.span, message, Some(help));
        }
    }

    /// Decodes a mapping as a record, with the record's own id (if it has one) as the part that its references come from.
    pub fn record<R: Record>(&mut self, node: &Node) -> Option<R> {
        if !matches!(node.value, Value::Map(_)) {
            self.wrong_type(node, "a mapping");
            return None;
        }
        let part = node.get("id").and_then(Node::text).map(str::to_owned);
        let named = part.is_some();
        self.parts.extend(part);
        let names: Vec<_> = R::FIELDS.iter().map(|field| field.name).collect();
        self.unknown_keys(node, &names);
        let record = R::decode_fields(node, self, &|name| node.get(name));
        if named {
            self.parts.pop();
        }
        Some(record)
    }
}

/// A text cut for a message.
#[must_use]
pub fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() > 60 || line.len() < text.trim_end().len() {
        format!("{}…", line.chars().take(60).collect::<String>())
    } else {
        line.to_owned()
    }
}

/// A mapping with a field table.
pub trait Record: Sized {
    /// The table.
    const FIELDS: &'static [Field];
    /// Reads the fields; `lookup` gives a field's node by name and `owner` is where missing ones are reported.
    fn decode_fields<'n>(owner: &Node, decoder: &mut Decoder, lookup: &dyn Fn(&str) -> Option<&'n Node>) -> Self;
    /// What one of its fields says; none when the table has no such field.
    fn said_of(&self, field: &str) -> Option<Said>;
}

/// One value: a word, a number, a mapping.
pub trait Item: Sized {
    /// What it may hold.
    fn shape() -> Shape;
    /// Reads it; nothing when it cannot be read, and then the decoder knows why.
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self>;
    /// What it says.
    fn said(&self) -> Said;
}

/// What stands in a record: one value or a list, perhaps missing.
pub trait FieldType: Default {
    /// What it may hold.
    fn shape() -> Shape;
    /// Reads it; the default when it cannot be read, and then the decoder knows why.
    fn decode(node: &Node, decoder: &mut Decoder) -> Self;
    /// Whether a required field with this value counts as missing.
    fn is_missing(&self) -> bool;
    /// What it says.
    fn said(&self) -> Said;
}

impl<I: Item> FieldType for Option<I> {
    fn shape() -> Shape {
        I::shape()
    }

    fn decode(node: &Node, decoder: &mut Decoder) -> Self {
        I::decode(node, decoder)
    }

    fn is_missing(&self) -> bool {
        self.is_none()
    }

    fn said(&self) -> Said {
        self.as_ref().map_or(Said::Nothing, Item::said)
    }
}

impl<I: Item> FieldType for Vec<I> {
    fn shape() -> Shape {
        Shape::List(Box::new(I::shape()))
    }

    fn decode(node: &Node, decoder: &mut Decoder) -> Self {
        match &node.value {
            Value::List(items) => {
                // A list grows by leaps, and the fields of every page are kept.
                let mut list: Vec<I> = items.iter().filter_map(|item| I::decode(item, decoder)).collect();
                list.shrink_to_fit();
                list
            }
            _ => I::decode(node, decoder).into_iter().collect(),
        }
    }

    fn is_missing(&self) -> bool {
        self.is_empty()
    }

    fn said(&self) -> Said {
        Said::List(self.iter().map(Item::said).collect())
    }
}

/// Defines a record and its field table at once. A field is `req` or `opt`; its doc line is the table's; a name that is a Rust keyword gets its written form as a literal.
macro_rules! record {
    (
        $(#[doc = $about:literal])+
        $name:ident {
            $( $(#[doc = $doc:literal])+ $mode:ident $field:ident $($key:literal)? : $ty:ty, )*
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            $( $(#[doc = $doc])+ pub $field: $ty, )*
        }

        impl $crate::model::field::Record for $name {
            const FIELDS: &'static [$crate::model::field::Field] = &[$(
                $crate::model::field::Field {
                    name: $crate::model::field::record!(@key $field $($key)?),
                    required: $crate::model::field::record!(@mode $mode),
                    shape: <$ty as $crate::model::field::FieldType>::shape,
                    doc: concat!($($doc),+),
                },
            )*];

            fn decode_fields<'n>(
                owner: &$crate::model::node::Node,
                decoder: &mut $crate::model::field::Decoder,
                lookup: &dyn Fn(&str) -> Option<&'n $crate::model::node::Node>,
            ) -> Self {
                let mut rows = <Self as $crate::model::field::Record>::FIELDS.iter();
                Self {
                    $( $field: {
                        // The table has a row for each field of the struct, in the same order.
                        match rows.next() {
                            Some(row) => decoder.field(row, owner, lookup(row.name)),
                            None => Default::default(),
                        }
                    }, )*
                }
            }

            fn said_of(&self, field: &str) -> Option<$crate::model::said::Said> {
                $( if field == $crate::model::field::record!(@key $field $($key)?) {
                    return Some($crate::model::field::FieldType::said(&self.$field));
                } )*
                None
            }
        }

        impl $crate::model::field::Item for $name {
            fn shape() -> $crate::model::field::Shape {
                $crate::model::field::Shape::Record(<Self as $crate::model::field::Record>::FIELDS)
            }

            fn decode(
                node: &$crate::model::node::Node,
                decoder: &mut $crate::model::field::Decoder,
            ) -> Option<Self> {
                decoder.record(node)
            }

            fn said(&self) -> $crate::model::said::Said {
                $crate::model::said::Said::Record(vec![$(
                    ($crate::model::field::record!(@key $field $($key)?), $crate::model::field::FieldType::said(&self.$field)),
                )*])
            }
        }
    };
    (@mode req) => { true };
    (@mode opt) => { false };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
}

/// Defines an enum whose variants are the words a field may have.
macro_rules! choice {
    (
        $(#[doc = $about:literal])+
        $name:ident { $( $(#[doc = $doc:literal])+ $variant:ident = $word:literal, )+ }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[doc = $doc])+ $variant, )+ }

        impl $name {
            /// Every word, in order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word as written.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl $crate::model::field::Item for $crate::source::At<$name> {
            fn shape() -> $crate::model::field::Shape {
                $crate::model::field::Shape::Choice($name::WORDS)
            }

            fn decode(
                node: &$crate::model::node::Node,
                decoder: &mut $crate::model::field::Decoder,
            ) -> Option<Self> {
                let word = decoder.word(node, $name::WORDS)?;
                $( if word == $word { return Some(decoder.at($name::$variant, node)); } )+
                None
            }

            fn said(&self) -> $crate::model::said::Said {
                $crate::model::said::Said::Text(self.value.as_str().to_owned())
            }
        }
    };
}

impl Decoder {
    /// One of the known words; case and surrounding space do not matter.
    pub fn word(&mut self, node: &Node, known: &'static [&'static str]) -> Option<&'static str> {
        let Some(text) = node.text() else {
            self.wrong_type(node, &format!("one of {}", known.join(", ")));
            return None;
        };
        let found = known.iter().copied().find(|word| word.eq_ignore_ascii_case(text.trim()));
        if found.is_none() {
            let field = self.trail.last().copied().unwrap_or("value");
            let help = match nearest(text, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`? it may be {}", known.join(", ")),
                None => format!("it may be {}", known.join(", ")),
            };
            let message = format!("`{}` is not a value of `{field}`", shortened(text));
            self.wrong(&codes::UNKNOWN_VALUE, node.span, message, Some(help));
        }
        found
    }
}

pub(crate) use {choice, record};
