//! A foreign file is imported again: the page keeps what people have made of it, and gets what is new.
//!
//! In: the page, and the draft of the file as it is now. Out: the page's text. Parts are found by the foreign keys in `sources`. What a field says
//! is taken from the file again only where the file says something new and nobody has changed it here, or decided about it; else ours stays
//! and the report says so. Text below the front matter, fields that no file has, comments and the order of things stay as they are.

mod front;
mod part;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value, json};

use self::part::{Known, Told, note};
use super::draft::Draft;
use super::page::{self, Ids, Section};
use super::report::Report;
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

/// The page with what is new.
pub fn merge(earlier: &str, draft: &Draft, request: &Request<'_>, report: &mut Report) -> Result<String, Refusal> {
    let (start, end) = front::place(earlier).ok_or(Refusal::Unreadable)?;
    let written = earlier.get(start..end).unwrap_or_default();
    let Some(Value::Object(mut fields)) = yaml::parse(written) else { return Err(Refusal::Unreadable) };
    let at = source_of(&fields, request).ok_or(Refusal::NotImported(request.format.title))?;
    let known = known(&fields, at);
    let before = fields.clone();
    let mut ids = ids(&fields, &known);
    let mut sections = page::sections(draft, &mut ids);
    let mut map = Map::new();
    let mut told = Told::default();
    for section in &mut sections {
        merge_section(section, &mut fields, &known, &ids, &mut map, (report, &mut told));
    }
    loose(earlier, draft, &ids, &mut told);
    homeless(&mut fields, &before, &mut told);
    left_over(&fields, &known, &mut map, &mut told);
    report.merged = [told.decided, told.kept, told.done].concat();
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
    let written = front::rewritten(written, &before, &fields, report);
    let mut text =
        format!("{}{written}{}", earlier.get(..start).unwrap_or_default(), earlier.get(end..).unwrap_or_default());
    let added = page::notes(&sections, &format!("## New in {}\n\n", super::text::inline(request.file)));
    if !added.is_empty() {
        text = format!("{}\n\n{}\n", text.trim_end(), added.trim_end());
    }
    Ok(text)
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
        known.insert(key.to_owned(), Known::new(id, entry));
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
    (report, told): (&mut Report, &mut Told),
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
        let entry = |digests| json!({"key": part.key, "as": digest::written(&digests)});
        map.insert(part.id.clone(), entry(part.digests(section.fields)));
        let Some(before) = known.get(&part.key) else {
            told.done.push(note(&part.id, "new"));
            report.fresh.insert(part.key.clone());
            items.push(Value::Object(part.fields.clone()));
            fresh.push(part);
            continue;
        };
        if ids.gone.contains(&part.key) {
            told.done.push(note(&part.id, "was taken out of the page, and stays out"));
            continue;
        }
        let own = places.get(&part.id).and_then(|at| items.get_mut(*at)).and_then(Value::as_object_mut);
        match own {
            Some(own) => {
                let (digests, taken) = part::merge(own, &part, section, before, told);
                map.insert(part.id.clone(), entry(digests));
                if taken {
                    report.fresh.insert(part.key.clone());
                }
            }
            None => told.done.push(note(&part.id, "is another sort of part in the page by now, and stays as it is")),
        }
    }
    *report.parts.entry(section.name).or_default() = fresh.len();
    section.parts = fresh;
    if !items.is_empty() {
        fields.insert(section.name.to_owned(), Value::Array(items));
    }
}

/// Flows with a loose end stand in the text of a page, which is not changed: those that it does not tell as the file does are told.
fn loose(earlier: &str, draft: &Draft, ids: &Ids, told: &mut Told) {
    for flow in &draft.loose {
        let line = page::loose(draft, flow, ids);
        if earlier.contains(&super::text::inline(&line)) {
            continue;
        }
        let what = line.strip_prefix(&format!("{}: ", flow.name)).unwrap_or(&line);
        told.kept.push(note(
            &flow.name,
            format!("a flow with a loose end that the text of the page does not tell like this: {what}"),
        ));
    }
}

/// Takes out the zones of components that this import has put where the page has a part of another sort under that id.
fn homeless(fields: &mut Map<String, Value>, before: &Map<String, Value>, told: &mut Told) {
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
            let what = format!("is without a zone: `{zone}` is another sort of part in the page by now");
            told.done.push(note(&id, what));
        }
    }
}

/// Parts that the file no longer has stay; their keys do, too, so that they are found should they come back.
fn left_over(
    fields: &Map<String, Value>,
    known: &BTreeMap<String, Known>,
    map: &mut Map<String, Value>,
    told: &mut Told,
) {
    let there: BTreeSet<String> = LISTS.iter().flat_map(|list| parts(fields, list)).map(id_of).collect();
    for (key, known) in known {
        if map.contains_key(&known.id) {
            continue;
        }
        map.insert(known.id.clone(), json!({"key": key, "as": known.written}));
        if there.contains(&known.id) {
            told.done.push(note(&known.id, "is no longer in the file; kept here"));
        }
    }
}
