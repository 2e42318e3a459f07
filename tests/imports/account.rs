//! An account of every value of a file, made without the reader that is being tested: each stands in the page, or the report names its place.

use serde_json::Value;
use tiltyard::import::threat_model::Imported;

/// Letters and digits only, so that line breaks, escapes and quotes do not matter.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A page without the escapes that YAML has for signs that nobody would see.
fn unescaped(page: &str) -> String {
    let mut parts = page.split("\\u");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let hex = part.get(..4).is_some_and(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()));
        out.push_str(if hex { &part[4..] } else { part });
    }
    out
}

/// Every single value with its place, as the report writes places.
fn leaves(value: &Value, place: &str, into: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                leaves(item, &format!("{place}[{at}]"), into);
            }
        }
        Value::Object(entries) => {
            for (key, item) in entries {
                let simple = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-:".contains(c));
                let step = match (simple, place.is_empty()) {
                    (true, true) => key.clone(),
                    (true, false) => format!(".{key}"),
                    (false, _) => format!("[{key:?}]"),
                };
                leaves(item, &format!("{place}{step}"), into);
            }
        }
        Value::String(text) => into.push((place.to_owned(), text.trim().to_owned())),
        other => into.push((place.to_owned(), other.to_string())),
    }
}

/// Whether a note about `above` is one about `place`.
fn covers(above: &str, place: &str) -> bool {
    above.is_empty() || place.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Values that stand neither in the page nor in the report.
pub fn unaccounted(file: &Value, imported: &Imported) -> Vec<String> {
    let mut all = Vec::new();
    leaves(file, "", &mut all);
    let page = bare(&unescaped(&imported.text));
    let report = &imported.report;
    let told = |place: &str, text: &str| {
        report.dropped.iter().any(|note| covers(&note.at, place))
            || report.mapped.iter().any(|note| note.at == place)
            || report.odd.iter().any(|note| note.at == place && note.what.contains(text))
    };
    let is_in = |text: &str| {
        let text = bare(text);
        !text.is_empty() && page.contains(&text)
    };
    all.into_iter()
        .filter(|(place, text)| !bare(text).is_empty() && !told(place, text) && !is_in(text))
        .map(|(place, text)| format!("{place}: {text}"))
        .collect()
}

/// What a report says is not in the page has not been read into it under another name: each such place is in the file.
pub fn invented(file: &Value, imported: &Imported) -> Vec<String> {
    let mut all = Vec::new();
    leaves(file, "", &mut all);
    let report = &imported.report;
    let notes = report.dropped.iter().chain(&report.mapped);
    notes.filter(|note| !all.iter().any(|(place, _)| covers(&note.at, place))).map(|note| note.at.clone()).collect()
}
