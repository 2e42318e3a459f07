//! A draft becomes a page: ids of ours, front matter, text.
//!
//! In: a [`Draft`]. Out: Markdown. Every part gets an id that is unique in the page; which foreign key it stands for is kept in `sources`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::digest::Digests;
use super::draft::{Draft, End, Loose, Origin, Reference, line};
use super::report::Report;
use super::{Request, digest, text};
use crate::import::yaml;
use crate::model::address::segment;

/// Longest foreign id that people could be asked to write.
const LONGEST_ID: usize = 32;

/// The parts of one list, in the order of the file.
#[derive(Clone, Debug)]
pub struct Section {
    /// The field of the page: `threats`.
    pub name: &'static str,
    /// The fields of a part that the file says.
    pub fields: &'static [&'static str],
    /// The parts.
    pub parts: Vec<Part>,
}

/// A part of the page.
#[derive(Clone, Debug)]
pub struct Part {
    /// Our id.
    pub id: String,
    /// The foreign key.
    pub key: String,
    /// Its fields, `id` among them.
    pub fields: Map<String, Value>,
    /// What no field holds.
    pub notes: Vec<String>,
}

impl Part {
    /// What the digest of a part's notes is kept as, beside those of its fields.
    pub const NOTES: &'static str = "notes";

    /// Digests of everything that the file says of it.
    #[must_use]
    pub fn digests(&self, fields: &[&str]) -> Digests {
        let mut digests = digest::of(&self.fields, fields);
        digests.extend(digest::texts(&self.notes).map(|notes| (Self::NOTES.to_owned(), notes)));
        digests
    }
}

/// Ids of the parts of a page, by foreign key.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    /// Ids that are in use, in lower case: two that differ in case only would be mixed up.
    taken: BTreeSet<String>,
    /// The last number that was given behind a lead.
    last: BTreeMap<String, usize>,
    /// By key.
    pub ours: BTreeMap<String, String>,
    /// Keys of parts that people have taken out of the page.
    pub gone: BTreeSet<String>,
}

impl Ids {
    /// The id of a part: the one it had, the one it wishes for, one of its name, or a number behind a letter.
    fn give(&mut self, origin: &Origin, name: Option<&str>, letter: &str) {
        if self.ours.contains_key(&origin.key) {
            return;
        }
        let wished = origin.hint.clone().filter(|hint| is_id(hint));
        let named = name.map(|name| shortened(&segment(name))).filter(|name| is_id(name));
        let id = match wished.or(named) {
            Some(id) if !self.is_taken(&id) => id,
            Some(id) if letter.len() > 1 => self.numbered(&format!("{id}-"), 2),
            _ if letter.len() > 1 => self.numbered(&format!("{letter}-"), 1),
            _ => self.numbered(letter, 1),
        };
        self.take(&id);
        self.ours.insert(origin.key.clone(), id);
    }

    /// Nothing else gets this id.
    pub fn take(&mut self, id: &str) {
        self.taken.insert(id.to_ascii_lowercase());
    }

    fn is_taken(&self, id: &str) -> bool {
        self.taken.contains(&id.to_ascii_lowercase())
    }

    fn numbered(&mut self, lead: &str, first: usize) -> String {
        let mut number = self.last.get(lead).map_or(first, |last| last + 1);
        while self.is_taken(&format!("{lead}{number}")) {
            number += 1;
        }
        self.last.insert(lead.to_owned(), number);
        format!("{lead}{number}")
    }

    /// Our ids of these keys; keys that stand for nothing in the page are left out.
    fn of(&self, keys: &[String]) -> Vec<String> {
        keys.iter().filter(|key| !self.gone.contains(*key)).filter_map(|key| self.ours.get(key).cloned()).collect()
    }

    fn one(&self, key: &str) -> Option<String> {
        self.ours.get(key).filter(|_| !self.gone.contains(key)).cloned()
    }
}

/// A name made of words with `-` between them, cut after a word.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST_ID {
        return name.to_owned();
    }
    let cut: String = name.chars().take(LONGEST_ID + 1).collect();
    let whole = cut.rsplit_once('-').map_or(cut.as_str(), |(words, _)| words);
    whole.chars().take(LONGEST_ID).collect()
}

fn is_id(text: &str) -> bool {
    text.len() <= LONGEST_ID
        && text.starts_with(char::is_alphanumeric)
        && text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"#|[]/:\\\"'".contains(c))
}

/// The parts of a draft, with ids. Ids that are given already stay.
pub fn sections(draft: &Draft, ids: &mut Ids) -> Vec<Section> {
    // Words first: numbers are found around them.
    for zone in &draft.zones {
        ids.give(&zone.origin, zone.name.as_deref(), "zone");
    }
    for component in &draft.components {
        ids.give(&component.origin, component.name.as_deref(), component.kind);
    }
    for asset in &draft.assets {
        ids.give(&asset.origin, asset.name.as_deref(), "asset");
    }
    for flow in &draft.flows {
        ids.give(&flow.origin, None, "F");
    }
    for threat in &draft.threats {
        ids.give(&threat.origin, None, "T");
    }
    for requirement in &draft.requirements {
        ids.give(&requirement.origin, None, "R");
    }
    for assumption in &draft.assumptions {
        ids.give(&assumption.origin, None, "A");
    }
    vec![
        zones(draft, ids),
        components(draft, ids),
        flows(draft, ids),
        assets(draft, ids),
        assumptions(draft, ids),
        threats(draft, ids),
        requirements(draft, ids),
    ]
}

fn part(origin: &Origin, ids: &Ids, fields: &[(&str, Value)]) -> Part {
    let id = ids.ours.get(&origin.key).cloned().unwrap_or_default();
    let mut map = Map::new();
    map.insert("id".to_owned(), Value::String(id.clone()));
    for (name, value) in fields {
        let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if !empty {
            map.insert((*name).to_owned(), value.clone());
        }
    }
    Part { id, key: origin.key.clone(), fields: map, notes: origin.notes.clone() }
}

fn zones(draft: &Draft, ids: &Ids) -> Section {
    let parts = draft
        .zones
        .iter()
        .map(|zone| part(&zone.origin, ids, &[("name", json!(zone.name)), ("trust", json!(zone.trust))]));
    Section { name: "zones", fields: &["name", "trust"], parts: parts.collect() }
}

fn components(draft: &Draft, ids: &Ids) -> Section {
    let parts = draft.components.iter().map(|one| {
        let zone = one.zone.as_deref().and_then(|zone| ids.one(zone));
        let service = one.service.as_ref().map(|service| &service.id);
        let fields =
            [("name", json!(one.name)), ("type", json!(one.kind)), ("zone", json!(zone)), ("service", json!(service))];
        part(&one.origin, ids, &fields)
    });
    Section { name: "components", fields: &["name", "type", "zone", "service"], parts: parts.collect() }
}

fn flows(draft: &Draft, ids: &Ids) -> Section {
    let parts = draft.flows.iter().map(|flow| {
        let data = match flow.data.as_slice() {
            [one] => json!(one),
            several => json!(several),
        };
        let fields = [
            ("from", json!(ids.one(&flow.from))),
            ("to", json!(ids.one(&flow.to))),
            ("protocol", json!(flow.protocol)),
            ("data", data),
            ("encrypted", json!(flow.encrypted)),
            ("authenticated", json!(flow.authenticated)),
        ];
        part(&flow.origin, ids, &fields)
    });
    Section {
        name: "flows",
        fields: &["from", "to", "protocol", "data", "encrypted", "authenticated"],
        parts: parts.collect(),
    }
}

fn assets(draft: &Draft, ids: &Ids) -> Section {
    let parts = draft.assets.iter().map(|asset| {
        part(&asset.origin, ids, &[("name", json!(asset.name)), ("sensitivity", json!(asset.sensitivity))])
    });
    Section { name: "assets", fields: &["name", "sensitivity"], parts: parts.collect() }
}

fn assumptions(draft: &Draft, ids: &Ids) -> Section {
    let parts = draft.assumptions.iter().map(|one| {
        part(
            &one.origin,
            ids,
            &[("text", json!(one.text)), ("validity", json!("unconfirmed")), ("threats", json!(ids.of(&one.threats)))],
        )
    });
    Section { name: "assumptions", fields: &["text", "threats"], parts: parts.collect() }
}

fn threats(draft: &Draft, ids: &Ids) -> Section {
    let parts = draft.threats.iter().map(|threat| {
        let fields = [
            ("title", json!(threat.title)),
            ("category", json!(threat.category)),
            ("targets", json!(ids.of(&threat.targets))),
            ("cwe", json!(threat.cwe)),
            ("likelihood", json!(threat.likelihood)),
            ("impact", json!(threat.impact)),
            ("status", json!(threat.status)),
        ];
        part(&threat.origin, ids, &fields)
    });
    Section {
        name: "threats",
        fields: &["title", "category", "targets", "cwe", "likelihood", "impact", "status"],
        parts: parts.collect(),
    }
}

fn requirements(draft: &Draft, ids: &Ids) -> Section {
    let parts = draft.requirements.iter().map(|one| {
        let fields = [
            ("text", json!(one.text)),
            ("kind", json!(one.kind)),
            ("for", json!(ids.of(&one.threats))),
            ("owner", json!(names(&one.owner))),
            ("priority", json!(one.priority)),
            ("phase", json!(one.phase)),
            ("asvs", json!(one.asvs)),
            ("ticket", json!(one.ticket)),
            ("status", json!(one.status)),
        ];
        part(&one.origin, ids, &fields)
    });
    Section {
        name: "requirements",
        fields: &["text", "kind", "for", "owner", "priority", "phase", "asvs", "ticket", "status"],
        parts: parts.collect(),
    }
}

fn names(references: &[Reference]) -> Vec<&str> {
    references.iter().map(|reference| reference.id.as_str()).collect()
}

/// A new page.
pub fn write(draft: &Draft, request: &Request<'_>, report: &mut Report) -> String {
    let mut ids = Ids::default();
    let sections = sections(draft, &mut ids);
    let mut fields = Map::new();
    let title = draft.title.clone().unwrap_or_else(|| "Imported threat model".to_owned());
    fields.insert("title".to_owned(), json!(title));
    fields.insert("status".to_owned(), json!("draft"));
    if !request.owners.is_empty() {
        fields.insert("owners".to_owned(), json!(request.owners));
    }
    fields.insert("created".to_owned(), json!(request.today.to_string()));
    let mut services: Vec<&str> = request.services.iter().map(String::as_str).collect();
    services.extend(names(&draft.services).into_iter().filter(|id| !request.services.iter().any(|own| own == id)));
    for (name, words) in [("services", services), ("tags", draft.tags.iter().map(String::as_str).collect())] {
        if !words.is_empty() {
            fields.insert(name.to_owned(), json!(words));
        }
    }
    if let Some(feature) = &draft.feature {
        fields.insert("feature".to_owned(), json!(feature));
    }
    fields.insert("method".to_owned(), json!(draft.method.unwrap_or("other")));
    let mut inside = draft.inside.clone();
    if inside.is_empty() {
        inside.push(title);
    }
    let mut scope = Map::from_iter([("in".to_owned(), json!(inside))]);
    if !draft.outside.is_empty() {
        scope.insert("out".to_owned(), json!(draft.outside));
    }
    fields.insert("scope".to_owned(), Value::Object(scope));
    for section in &sections {
        report.parts.insert(section.name, section.parts.len());
        if !section.parts.is_empty() {
            let items = section.parts.iter().map(|part| Value::Object(part.fields.clone())).collect();
            fields.insert(section.name.to_owned(), Value::Array(items));
        }
    }
    if draft.threats.is_empty() {
        // A draft without a threat says so instead of being refused.
        fields.insert("none_found".to_owned(), json!(format!("{} lists none", request.file)));
    }
    fields.insert("sources".to_owned(), json!([source(request, &map(&sections))]));
    let front: String = fields.iter().map(|(key, value)| yaml::entry(key, value, 0)).collect();
    let body = body(draft, &sections, &ids);
    format!("---\n{front}---\n{}{body}", if body.is_empty() { "" } else { "\n" })
}

/// The entry of `sources`.
pub fn source(request: &Request<'_>, map: &Map<String, Value>) -> Value {
    json!({"file": request.file, "format": request.format.name, "map": map})
}

/// What each part stands for, and digests of what the file says of it.
pub fn map(sections: &[Section]) -> Map<String, Value> {
    let parts = sections.iter().flat_map(|section| section.parts.iter().map(move |part| (section, part)));
    parts
        .map(|(section, part)| {
            (part.id.clone(), json!({"key": part.key, "as": digest::written(&part.digests(section.fields))}))
        })
        .collect()
}

/// The text of a page: what the file says that no field holds.
fn body(draft: &Draft, sections: &[Section], ids: &Ids) -> String {
    let mut out = String::new();
    let mut headings: Vec<&str> = Vec::new();
    for (heading, _) in &draft.prose {
        if !headings.contains(&heading.as_str()) {
            headings.push(heading);
        }
    }
    headings.sort_by_key(|heading| !heading.is_empty());
    for heading in headings {
        let said: Vec<&String> =
            draft.prose.iter().filter(|(of, _)| of == heading).flat_map(|(_, said)| said).collect();
        if said.is_empty() {
            continue;
        }
        if !heading.is_empty() {
            let _ = write!(out, "## {}\n\n", text::inline(heading));
        }
        let short = said.len() > 1 && said.iter().all(|text| !text.contains('\n'));
        for text in said {
            let _ = if short {
                writeln!(out, "- {}", text::inline(text))
            } else {
                write!(out, "{}\n\n", text::paragraphs(text))
            };
        }
        if short {
            out.push('\n');
        }
    }
    if !draft.loose.is_empty() {
        out.push_str("## Flows with a loose end\n\n");
        for flow in &draft.loose {
            let _ = writeln!(out, "- {}", text::inline(&loose(draft, flow, ids)));
        }
        out.push('\n');
    }
    out.push_str(&notes(sections, "## More on the parts\n\n"));
    let trimmed = out.trim_end();
    if trimmed.is_empty() { String::new() } else { format!("{trimmed}\n") }
}

/// A flow with a loose end in one line: what it is called, where it goes, and what else is said of it.
pub fn loose(draft: &Draft, flow: &Loose, ids: &Ids) -> String {
    let end = |end: &End| match end {
        End::Known(key) => {
            let component = draft.components.iter().find(|one| one.origin.key == *key);
            let name = component.and_then(|one| one.name.clone());
            let id = ids.one(key).unwrap_or_else(|| key.clone());
            name.map_or_else(|| id.clone(), |name| format!("{name} ({id})"))
        }
        End::Unknown(id) => format!("{id}, which is no component"),
        End::Nowhere => "nothing".to_owned(),
    };
    let [from, to] = &flow.ends;
    let mut words = vec![format!("{}: from {}", flow.name, end(from)), format!("to {}", end(to))];
    words.extend(flow.said.iter().map(|said| line(said)));
    let struck = draft.threats.iter().filter(|threat| threat.targets.contains(&flow.key));
    let struck: Vec<String> = struck.filter_map(|threat| ids.one(&threat.origin.key)).collect();
    if !struck.is_empty() {
        words.push(format!("struck by {}", struck.join(", ")));
    }
    words.join("; ")
}

/// What the file says of parts that no field holds, under a heading.
pub fn notes(sections: &[Section], heading: &str) -> String {
    let mut out = String::new();
    for section in sections.iter().filter(|section| section.parts.iter().any(|part| !part.notes.is_empty())) {
        if out.is_empty() {
            out.push_str(heading);
        }
        let mut name = section.name.to_owned();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let _ = write!(out, "### {name}\n\n");
        for part in section.parts.iter().filter(|part| !part.notes.is_empty()) {
            let _ = write!(out, "**{}**\n\n", text::inline(&part.id));
            for note in &part.notes {
                let _ = write!(out, "{}\n\n", text::paragraphs(note));
            }
        }
    }
    out
}
