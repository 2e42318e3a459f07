//! A foreign file is imported again: the page keeps what people have made of it, and gets what is new.
//!
//! In: the page, and the draft of the file as it is now. Out: the page's text. Parts are found by the foreign keys in `sources`. What a part says
//! is taken from the file again only where the file says something new and nobody has changed it here; where both have changed, ours stays
//! and the report says so. Text below the front matter, fields that no file has, comments and the order of things stay as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::page::{self, Ids, Part, Section};
use super::report::Report;
use super::tree::Note;
use super::{Request, digest};
use crate::import::yaml;

/// Why a page cannot be merged with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has no front matter that can be read.
    Unreadable,
    /// It was not made from a file of this format.
    NotImported(&'static str),
}

impl fmt::Display for Refusal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => to.write_str("the page that is there has no front matter that can be read"),
            Self::NotImported(format) => {
                write!(
                    to,
                    "the page that is there was not imported from {format}: it has no such entry with a `map` in `sources`"
                )
            }
        }
    }
}

impl Refusal {
    /// What to do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable => "`tiltyard check` says what is wrong with it; or give another file with `-o`",
            Self::NotImported(_) => {
                "give another file with `-o`; nothing of a page that was written by hand is overwritten"
            }
        }
    }
}

/// What an earlier import has written down of a part.
struct Known {
    id: String,
    content: String,
    state: String,
}

/// The page with what is new.
pub fn merge(earlier: &str, draft: &Draft, request: &Request<'_>, report: &mut Report) -> Result<String, Refusal> {
    let (start, end) = front_matter(earlier).ok_or(Refusal::Unreadable)?;
    let front = earlier.get(start..end).unwrap_or_default();
    let Some(Value::Object(mut fields)) = yaml::parse(front) else { return Err(Refusal::Unreadable) };
    let at = source_of(&fields, request).ok_or(Refusal::NotImported(request.format.title))?;
    let known = known(&fields, at);
    let before = fields.clone();
    let mut ids = ids(&fields, &known);
    let mut sections = page::sections(draft, &mut ids);
    let mut map = Map::new();
    for section in &mut sections {
        merge_section(section, &mut fields, &known, &ids, &mut map, report);
    }
    homeless(&mut fields, &before, report);
    left_over(&fields, &known, &mut map, report);
    let sources = fields.get_mut("sources");
    let source = sources.and_then(|sources| if sources.is_array() { sources.get_mut(at) } else { Some(sources) });
    if let Some(Value::Object(source)) = source {
        source.insert("file".to_owned(), json!(request.file));
        source.insert("map".to_owned(), Value::Object(map));
    }
    // Only a page without threats may say that there are none.
    if fields.get("threats").and_then(Value::as_array).is_some_and(|threats| !threats.is_empty()) {
        let made = before.get("none_found").and_then(Value::as_str).is_some_and(|text| text.ends_with(" lists none"));
        if made {
            fields.shift_remove("none_found");
        }
    }
    let written = rewritten(front, &before, &fields, report);
    let mut text =
        format!("{}{written}{}", earlier.get(..start).unwrap_or_default(), earlier.get(end..).unwrap_or_default());
    let added = page::notes(&sections, &format!("## New in {}\n\n", super::text::inline(request.file)));
    if !added.is_empty() {
        text = format!("{}\n\n{}\n", text.trim_end(), added.trim_end());
    }
    Ok(text)
}

/// Where the front matter stands, without its fences.
fn front_matter(text: &str) -> Option<(usize, usize)> {
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

/// The entry of `sources` that this file is: of the same name, else the only one of the format.
fn source_of(fields: &Map<String, Value>, request: &Request<'_>) -> Option<usize> {
    let sources = match fields.get("sources")? {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    };
    let fits = |source: &&&Value| {
        source.get("format").and_then(Value::as_str) == Some(request.format.name)
            && source.get("map").is_some_and(Value::is_object)
    };
    let named = |source: &Value| source.get("file").and_then(Value::as_str) == Some(request.file);
    let all: Vec<(usize, &&Value)> = sources.iter().enumerate().filter(|(_, source)| fits(source)).collect();
    match all.as_slice() {
        [(at, _)] => Some(*at),
        several => several.iter().find(|(_, source)| named(source)).map(|(at, _)| *at),
    }
}

/// What the last import has written down, by foreign key.
fn known(fields: &Map<String, Value>, at: usize) -> BTreeMap<String, Known> {
    let sources = fields.get("sources");
    let source = sources.and_then(|sources| if sources.is_array() { sources.get(at) } else { Some(sources) });
    let map = source.and_then(|source| source.get("map")).and_then(Value::as_object);
    let mut known = BTreeMap::new();
    for (id, entry) in map.into_iter().flatten() {
        let Some(key) = entry.get("key").and_then(Value::as_str) else { continue };
        let digests = entry.get("as").and_then(Value::as_str).unwrap_or_default();
        let (content, state) = digests.split_once('-').unwrap_or_default();
        known.insert(key.to_owned(), Known { id: id.clone(), content: content.to_owned(), state: state.to_owned() });
    }
    known
}

/// Every list of parts of a page.
const LISTS: [&str; 7] = ["zones", "components", "flows", "assets", "assumptions", "threats", "requirements"];

fn parts<'f>(fields: &'f Map<String, Value>, list: &str) -> Vec<&'f Map<String, Value>> {
    match fields.get(list) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(one)) => vec![one],
        _ => Vec::new(),
    }
}

fn id_of(part: &Map<String, Value>) -> String {
    digest::words(part.get("id")).concat()
}

fn ids(fields: &Map<String, Value>, known: &BTreeMap<String, Known>) -> Ids {
    let mut ids = Ids::default();
    let there: BTreeSet<String> = LISTS.iter().flat_map(|list| parts(fields, list)).map(id_of).collect();
    for id in &there {
        ids.take(id);
    }
    for (key, known) in known {
        ids.ours.insert(key.clone(), known.id.clone());
        ids.take(&known.id);
        if !there.contains(&known.id) {
            ids.gone.insert(key.clone());
        }
    }
    ids
}

/// One list of parts: those that are there are looked at, those that are not are added. What is left in the section is new.
fn merge_section(
    section: &mut Section,
    fields: &mut Map<String, Value>,
    known: &BTreeMap<String, Known>,
    ids: &Ids,
    map: &mut Map<String, Value>,
    report: &mut Report,
) {
    let mut items: Vec<Value> = match fields.get(section.name) {
        Some(Value::Array(items)) => items.clone(),
        Some(Value::Object(one)) => vec![Value::Object(one.clone())],
        _ => Vec::new(),
    };
    let ids_here = items.iter().enumerate().filter_map(|(at, item)| Some((id_of(item.as_object()?), at)));
    let places: BTreeMap<String, usize> = ids_here.collect();
    let mut fresh = Vec::new();
    for part in std::mem::take(&mut section.parts) {
        let now = digest::of(&part.fields, section.fields);
        map.insert(part.id.clone(), json!({"key": part.key, "as": now}));
        let Some(before) = known.get(&part.key) else {
            report.merged.push(note(&part.id, "new"));
            items.push(Value::Object(part.fields.clone()));
            fresh.push(part);
            continue;
        };
        if ids.gone.contains(&part.key) {
            report.merged.push(note(&part.id, "was taken out of the page, and stays out"));
            continue;
        }
        let own = places.get(&part.id).and_then(|at| items.get_mut(*at)).and_then(Value::as_object_mut);
        match own {
            Some(own) => merge_part(own, &part, section.fields, before, report),
            None => {
                report.merged.push(note(&part.id, "is another sort of part in the page by now, and stays as it is"));
            }
        }
    }
    *report.parts.entry(section.name).or_default() = fresh.len();
    section.parts = fresh;
    if !items.is_empty() {
        fields.insert(section.name.to_owned(), Value::Array(items));
    }
}

/// Takes out the zones of components that this import has put where the page has a part of another sort under that id.
fn homeless(fields: &mut Map<String, Value>, before: &Map<String, Value>, report: &mut Report) {
    let zones: BTreeSet<String> = parts(fields, "zones").into_iter().map(id_of).collect();
    let others: BTreeSet<String> = LISTS.iter().flat_map(|list| parts(fields, list)).map(id_of).collect();
    let pairs = |fields: &Map<String, Value>| -> BTreeSet<(String, String)> {
        let components = parts(fields, "components").into_iter();
        components.map(|one| (id_of(one), digest::words(one.get("zone")).concat())).collect()
    };
    let written = pairs(before);
    let Some(Value::Array(components)) = fields.get_mut("components") else { return };
    for one in components.iter_mut().filter_map(Value::as_object_mut) {
        let (id, zone) = (id_of(one), digest::words(one.get("zone")).concat());
        if others.contains(&zone) && !zones.contains(&zone) && !written.contains(&(id.clone(), zone.clone())) {
            one.shift_remove("zone");
            report
                .merged
                .push(note(&id, format!("is without a zone: `{zone}` is another sort of part in the page by now")));
        }
    }
}

fn note(id: &str, what: impl Into<String>) -> Note {
    Note { at: id.to_owned(), spot: None, what: what.into() }
}

/// One part that is there: what the file says anew is taken where nobody has changed it here.
fn merge_part(own: &mut Map<String, Value>, part: &Part, fields: &[&str], before: &Known, report: &mut Report) {
    let content: Vec<&str> = fields.iter().copied().filter(|field| !digest::STATE.contains(field)).collect();
    let groups = [
        (content.as_slice(), digest::content(own, fields), digest::content(&part.fields, fields), &before.content),
        (digest::STATE.as_slice(), digest::state(own), digest::state(&part.fields), &before.state),
    ];
    for (names, ours, theirs, last) in groups {
        if theirs == *last || theirs == ours {
            continue;
        }
        let differs = |name: &&&str| digest::words(own.get(**name)) != digest::words(part.fields.get(**name));
        let changed: Vec<&str> = names.iter().filter(differs).copied().collect();
        if ours == *last {
            for name in &changed {
                match part.fields.get(*name) {
                    Some(value) => own.insert((*name).to_owned(), value.clone()),
                    None => own.shift_remove(*name),
                };
            }
            report
                .merged
                .push(note(&part.id, format!("changed in the file and not here: {} taken", changed.join(", "))));
        } else {
            let says: Vec<String> = changed
                .iter()
                .map(|name| {
                    let words = digest::words(part.fields.get(*name)).join(", ");
                    format!("{name} `{}`", if words.is_empty() { "nothing" } else { &words })
                })
                .collect();
            report.merged.push(note(
                &part.id,
                format!("changed in the file and here; ours is kept, the file says {}", says.join("; ")),
            ));
        }
    }
}

/// Parts that the file no longer has stay; their keys do, too, so that they are found should they come back.
fn left_over(
    fields: &Map<String, Value>,
    known: &BTreeMap<String, Known>,
    map: &mut Map<String, Value>,
    report: &mut Report,
) {
    let there: BTreeSet<String> = LISTS.iter().flat_map(|list| parts(fields, list)).map(id_of).collect();
    for (key, known) in known {
        if map.contains_key(&known.id) {
            continue;
        }
        map.insert(known.id.clone(), json!({"key": key, "as": format!("{}-{}", known.content, known.state)}));
        if there.contains(&known.id) {
            report.merged.push(note(&known.id, "is no longer in the file; kept here"));
        }
    }
}

/// The front matter with the new fields: what has not changed stays as it is written, comments and all.
fn rewritten(front: &str, before: &Map<String, Value>, after: &Map<String, Value>, report: &mut Report) -> String {
    if before == after {
        return front.to_owned();
    }
    let chunks = chunks(front);
    let mut out = String::new();
    for (key, text) in &chunks {
        match (before.get(key), after.get(key)) {
            (old, new) if old == new => out.push_str(text),
            (Some(Value::Array(old)), Some(Value::Array(new))) => match list(text, old, new) {
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
        return out;
    }
    report.odd.push(Note {
        at: String::new(),
        spot: None,
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

/// A list in which some items are others and some are new; nothing when it is not written item by item.
fn list(text: &str, old: &[Value], new: &[Value]) -> Option<String> {
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
            _ => out.push_str(&yaml::item(value, indent)),
        }
    }
    out.push_str(&above);
    Some(out)
}
