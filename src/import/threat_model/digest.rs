//! Whether a field of a part is still as an import has written it.
//!
//! In: a part of a page as data. Out: a short digest of each field that says something, which a page keeps in `sources`: so a later import knows
//! what people have changed without keeping the old file.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Digests by field.
pub type Digests = BTreeMap<String, String>;

/// The digests of a part that has these fields of the file; a field that says nothing has none.
#[must_use]
pub fn of(part: &Map<String, Value>, fields: &[&str]) -> Digests {
    fields.iter().filter_map(|name| Some(((*name).to_owned(), field(part, name)?))).collect()
}

/// The digest of one field, if it says something.
#[must_use]
pub fn field(part: &Map<String, Value>, name: &str) -> Option<String> {
    texts(&words(part.get(name)))
}

/// The digest of some texts, if there are any.
#[must_use]
pub fn texts(texts: &[String]) -> Option<String> {
    if texts.is_empty() {
        return None;
    }
    let mut hasher = blake3::Hasher::new();
    for text in texts {
        hasher.update(text.as_bytes());
        hasher.update(&[1]);
    }
    Some(hasher.finalize().to_hex().chars().take(8).collect())
}

/// Digests as a page keeps them: `name=1a2b3c4d zone=5e6f7a8b`.
#[must_use]
pub fn written(digests: &Digests) -> String {
    digests.iter().map(|(field, digest)| format!("{field}={digest}")).collect::<Vec<_>>().join(" ")
}

/// What [`written`] has written; nothing when it is something else.
#[must_use]
pub fn read(text: &str) -> Option<Digests> {
    let pair = |word: &str| word.split_once('=').map(|(field, digest)| (field.to_owned(), digest.to_owned()));
    text.split_whitespace().map(pair).collect()
}

/// A value as its texts: `F1`, `[F1]` and `["F1"]` say the same.
#[must_use]
pub fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => vec![text.trim().to_owned()],
        Some(Value::Array(items)) => items.iter().flat_map(|item| words(Some(item))).collect(),
        Some(other) => vec![other.to_string()],
    }
}
