//! What a field says, as plain data: for conditions, which may ask for any field of any table.
//!
//! In: a decoded value. Out: [`Said`].

use jiff::civil::Date;

/// What a field says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    #[default]
    Nothing,
    /// A text, a word of a choice, an id.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `true` or `false`.
    Truth(bool),
    /// A day.
    Day(Date),
    /// Several of these.
    List(Vec<Said>),
    /// A mapping, in the order of its field table.
    Record(Vec<(&'static str, Said)>),
}

impl Said {
    /// A field of a mapping; nothing of anything else.
    #[must_use]
    pub fn field(&self, name: &str) -> &Said {
        const NOTHING: &Said = &Said::Nothing;
        match self {
            Self::Record(fields) => fields.iter().find(|(field, _)| *field == name).map_or(NOTHING, |(_, said)| said),
            _ => NOTHING,
        }
    }

    /// How many: of a list its items, of anything else one, of nothing none.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::List(items) => items.len(),
            _ => 1,
        }
    }

    /// Whether it says something: `false` and an empty list do not.
    #[must_use]
    pub fn is_something(&self) -> bool {
        match self {
            Self::Nothing | Self::Truth(false) => false,
            Self::List(items) => !items.is_empty(),
            _ => true,
        }
    }

    /// The text that a message shows of it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Truth(truth) => truth.to_string(),
            Self::Day(day) => day.to_string(),
            Self::List(items) if items.is_empty() => "nothing".to_owned(),
            Self::List(items) => items.iter().map(Self::shown).collect::<Vec<_>>().join(", "),
            Self::Record(_) => "something".to_owned(),
        }
    }
}
