//! The front matter of a page: where it stands, and written with what has changed and nothing else.
//!
//! In: its text, its fields before and after. Out: its text with the new fields; what has not changed keeps its bytes, comments and all.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::super::digest;
use super::super::report::Report;
use super::super::tree::Note;
use crate::import::yaml;

/// Where the front matter stands, without its fences.
pub fn place(text: &str) -> Option<(usize, usize)> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = text.get(mark..)?;
    let first = rest.find('\n')? + 1;
    if rest.get(..first)?.trim_end() != "---" {
        return None;
    }
    let mut at = mark + first;
    for line in text.get(at..)?.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((mark + first, at));
        }
        at += line.len();
    }
    None
}

/// The front matter with the new fields: what has not changed stays as it is written, comments and all.
pub fn rewritten(front: &str, before: &Map<String, Value>, after: &Map<String, Value>, report: &mut Report) -> String {
    if before == after {
        return front.to_owned();
    }
    let chunks = chunks(front);
    let mut moved = Vec::new();
    let mut out = String::new();
    for (key, text) in &chunks {
        match (before.get(key), after.get(key)) {
            (old, new) if old == new => out.push_str(text),
            (Some(Value::Array(old)), Some(Value::Array(new))) => match list(text, old, new, &mut moved) {
                Some(written) => out.push_str(&written),
                None => out.push_str(&yaml::entry(key, &Value::Array(new.clone()), 0)),
            },
            (_, Some(new)) => out.push_str(&yaml::entry(key, new, 0)),
            (_, None) => {}
        }
    }
    for (key, value) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        out.push_str(&yaml::entry(key, value, 0));
    }
    if yaml::parse(&out).as_ref() == Some(&Value::Object(after.clone())) {
        report.merged.extend(moved);
        return out;
    }
    report.odd.push(Note {
        at: String::new(),
        spot: None,
        part: None,
        what: "the page's front matter is written in a way that cannot be changed in place; it was written anew, and its comments are gone".to_owned(),
    });
    after.iter().map(|(key, value)| yaml::entry(key, value, 0)).collect()
}

/// The front matter cut where a field begins; comments above a field belong to it.
fn chunks(front: &str) -> Vec<(String, String)> {
    let mut chunks: Vec<(String, String)> = Vec::new();
    let mut above = String::new();
    for line in front.split_inclusive('\n') {
        let begins = !line.starts_with([' ', '\t', '-', '}', ']']) && !line.trim().is_empty();
        if begins && line.starts_with('#') {
            above.push_str(line);
            continue;
        }
        let key = line.split_once(':').map(|(key, _)| key.trim().trim_matches(['"', '\'']).to_owned());
        match (begins, key, chunks.last_mut()) {
            (true, Some(key), _) => chunks.push((key, std::mem::take(&mut above) + line)),
            (_, _, Some((_, text))) => {
                text.push_str(&std::mem::take(&mut above));
                text.push_str(line);
            }
            (_, _, None) => above.push_str(line),
        }
    }
    match chunks.last_mut() {
        Some((_, text)) => text.push_str(&above),
        None => chunks.push((String::new(), above)),
    }
    chunks
}

/// A list in which some items are others and some are new, each with its comments; nothing when it is not written item by item.
fn list(text: &str, old: &[Value], new: &[Value], moved: &mut Vec<Note>) -> Option<String> {
    let dash = |line: &str| line.trim_start().starts_with("- ").then(|| line.len() - line.trim_start().len());
    let indent = text.split_inclusive('\n').skip(1).find_map(dash)?;
    let mut head = String::new();
    let mut items: Vec<String> = Vec::new();
    let mut above = String::new();
    for line in text.split_inclusive('\n') {
        if dash(line) == Some(indent) {
            items.push(std::mem::take(&mut above) + line);
        } else if line.trim_start().starts_with('#') && !items.is_empty() {
            above.push_str(line);
        } else if let Some(last) = items.last_mut() {
            last.push_str(&std::mem::take(&mut above));
            last.push_str(line);
        } else {
            head.push_str(line);
        }
    }
    if items.len() != old.len() || new.len() < old.len() {
        return None;
    }
    let mut out = head;
    for (at, value) in new.iter().enumerate() {
        match (old.get(at), items.get(at)) {
            (Some(before), Some(written)) if before == value => out.push_str(written),
            (_, written) => {
                let comments = written.map(|written| comments(written)).unwrap_or_default();
                if !comments.is_empty() {
                    let id = digest::words(value.get("id")).concat();
                    moved.push(super::part::note(&id, "was written anew; its comments stand above it now"));
                }
                for comment in comments {
                    let _ = writeln!(out, "{:indent$}{comment}", "");
                }
                out.push_str(&yaml::item(value, indent));
            }
        }
    }
    out.push_str(&above);
    Some(out)
}

/// The comments of an item: what stands after a `#` that begins a line or follows a blank, outside of quotes.
fn comments(item: &str) -> Vec<String> {
    let comment = |line: &str| {
        let (mut quote, mut before) = (None, ' ');
        for (at, c) in line.char_indices() {
            match (quote, c) {
                (None, '#') if before.is_whitespace() => return line.get(at..).map(|text| text.trim_end().to_owned()),
                (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(c),
                (Some(open), c) if c == open => quote = None,
                _ => {}
            }
            before = c;
        }
        None
    };
    item.lines().filter_map(comment).collect()
}
