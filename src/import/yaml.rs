//! Values as YAML that every reader takes for these very values.
//!
//! In: texts and plain data. Out: YAML in the style of the pages: mappings in blocks, short ones in braces, texts plain where that is safe.

use std::fmt::Write;

use serde_json::{Map, Value};

/// Widest mapping that stands on one line.
const WIDTH: usize = 200;

/// YAML as plain data; nothing when it is not sound.
#[must_use]
pub fn parse(yaml: &str) -> Option<Value> {
    // Comments are not kept, since there is a limit to how many of them are.
    serde_yaml::from_str_with_options(yaml, serde_yaml::options! { emit_comments: false }).ok()
}

/// A text as YAML: as it is where every reader takes it for this very text, else in double quotes.
#[must_use]
pub fn text(text: &str) -> String {
    let same = || parse(text).is_some_and(|value| value == text);
    let begins = text.starts_with(char::is_alphanumeric);
    let words = ["yes", "no", "on", "off", "y", "n"];
    let plain = begins
        && !text.chars().any(needs_escape)
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && !words.iter().any(|word| text.eq_ignore_ascii_case(word))
        && same();
    if plain { text.to_owned() } else { quoted(text) }
}

/// A text as YAML inside brackets or braces.
#[must_use]
pub fn text_inside(inside: &str) -> String {
    if inside.contains([',', '[', ']', '{', '}']) || inside.contains(": ") { quoted(inside) } else { text(inside) }
}

/// Ids as a YAML list on one line.
#[must_use]
pub fn list(ids: &[String]) -> String {
    let items: Vec<String> = ids.iter().map(|id| text_inside(id)).collect();
    format!("[{}]", items.join(", "))
}

/// A text in double quotes, with escapes for what must not stand in them.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // None of them is above U+FFFF, so four digits do.
            c if needs_escape(c) => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Signs that YAML does not take as they are, or that nobody would see.
fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A day is plain, like every text that YAML itself takes for no number.
fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// A value on one line.
#[must_use]
pub fn flow(value: &Value) -> String {
    match value {
        Value::String(day) if is_day(day) => day.clone(),
        Value::String(inside) => text_inside(inside),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", text_inside(key), flow(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// A field with its value, indented by so many spaces, with a line end.
#[must_use]
pub fn entry(key: &str, value: &Value, indent: usize) -> String {
    let lead = " ".repeat(indent);
    let key = text_inside(key);
    match value {
        Value::Object(entries)
            if !entries.is_empty() && (indent == 0 || flow(value).len() > WIDTH || is_tall(entries)) =>
        {
            let inner: String = entries.iter().map(|(key, value)| entry(key, value, indent + 2)).collect();
            format!("{lead}{key}:\n{inner}")
        }
        Value::Array(items) if items.iter().any(Value::is_object) || flow(value).len() > WIDTH => {
            let inner: String = items.iter().map(|value| item(value, indent + 2)).collect();
            format!("{lead}{key}:\n{inner}")
        }
        Value::String(day) if is_day(day) => format!("{lead}{key}: {day}\n"),
        Value::String(inside) => format!("{lead}{key}: {}\n", text(inside)),
        other => format!("{lead}{key}: {}\n", flow(other)),
    }
}

/// An item of a list, indented by so many spaces, with a line end.
#[must_use]
pub fn item(value: &Value, indent: usize) -> String {
    let lead = " ".repeat(indent);
    match value {
        Value::Object(entries) if !entries.is_empty() && (is_tall(entries) || flow(value).len() > WIDTH) => {
            let inner: String = entries.iter().map(|(key, value)| entry(key, value, indent + 2)).collect();
            let inner = inner.strip_prefix(&format!("{lead}  ")).map_or_else(|| inner.clone(), str::to_owned);
            format!("{lead}- {inner}")
        }
        Value::String(inside) if !is_day(inside) => format!("{lead}- {}\n", text(inside)),
        other => format!("{lead}- {}\n", flow(other)),
    }
}

/// Mappings that people read line by line: threats, requirements, and maps of ids.
fn is_tall(entries: &Map<String, Value>) -> bool {
    entries.contains_key("status") || entries.contains_key("map") || entries.values().any(Value::is_object)
}
