//! Whether a part is still as an import has written it.
//!
//! In: a part of a page as data. Out: short digests of what the file has said of it, one of the content and one of the state, which a page keeps
//! in `sources`: so a later import knows what people have changed without keeping the old file.

use serde_json::{Map, Value};

/// The fields of a part that say how far it is; everything else that a file says is content.
pub const STATE: [&str; 1] = ["status"];

/// The digests of a part that has these fields of the file: `1a2b3c4d-5e6f7a8b`.
#[must_use]
pub fn of(part: &Map<String, Value>, fields: &[&str]) -> String {
    format!("{}-{}", content(part, fields), state(part))
}

/// The digest of the content.
#[must_use]
pub fn content(part: &Map<String, Value>, fields: &[&str]) -> String {
    digest(part, fields.iter().copied().filter(|field| !STATE.contains(field)))
}

/// The digest of the state.
#[must_use]
pub fn state(part: &Map<String, Value>) -> String {
    digest(part, STATE.into_iter())
}

fn digest<'f>(part: &Map<String, Value>, fields: impl Iterator<Item = &'f str>) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut names: Vec<&str> = fields.collect();
    names.sort_unstable();
    for name in names {
        hasher.update(name.as_bytes());
        hasher.update(&[0]);
        for text in words(part.get(name)) {
            hasher.update(text.as_bytes());
            hasher.update(&[1]);
        }
    }
    hasher.finalize().to_hex().chars().take(8).collect()
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
