//! Open Threat Model 0.1 and 0.2, JSON or YAML.
//!
//! In: a file with `otmVersion` and `project`. Threats and mitigations are listed once, and components and flows say which of them they have and
//! in which state: one threat of ours is one of the list, with a target for each place that names it. What `tiltyard export otm`
//! writes under `attributes` is read again.

mod flow;
mod kind;
mod mitigation;
mod threat;

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Asset, Component, Draft, Keys, Origin, Reference, Zone, line};
use super::tree::{Node, Reader};
use super::{Fault, Format, not_this};

/// Why the looks of the diagram are not in the page.
const DRAWING: &str = "how it is drawn; our diagram is made from the model";

/// The zone of components without one, in files of our own.
const NO_ZONE: &str = "no-zone-said";

/// The format.
pub const FORMAT: Format = Format { name: "otm", title: "Open Threat Model", recognise, read, yaml: true };

fn recognise(reader: &Reader) -> bool {
    let root = reader.root();
    reader.get(root, "otmVersion").is_some()
        || (reader.get(root, "project").is_some() && reader.get(root, "trustZones").is_some())
}

fn read(reader: &mut Reader) -> Result<Draft, Fault> {
    let root = reader.root();
    let Some(project) = reader.get(root, "project") else {
        return Err(not_this(reader, root, "project", "a mapping with `name` and `id`"));
    };
    if !reader.is_map(project) {
        return Err(not_this(reader, project, "", "a mapping with `name` and `id`"));
    }
    for key in ["trustZones", "components", "dataflows", "assets", "threats", "mitigations"] {
        if let Some(list) = reader.get(root, key).filter(|list| !reader.is_list(*list)) {
            reader.odd(list, format!("{} where a list should be", reader.noun(list)));
        }
    }
    if let Some(version) = reader.get(root, "otmVersion") {
        let said = reader.peek(version).unwrap_or_default();
        if said.starts_with("0.1") || said.starts_with("0.2") {
            reader.mapped(version, format!("read as version {said}"));
        } else {
            reader.keep(version);
            reader.odd(version, format!("version `{said}` is read as 0.2"));
        }
    }
    let mut draft = Draft::default();
    about(reader, project, &mut draft);
    let mut reading = Reading::default();
    for node in reader.maps(root, "trustZones") {
        reading.zone(reader, node, &mut draft);
    }
    for node in reader.maps(root, "assets") {
        reading.asset(reader, node, &mut draft);
    }
    let components = reader.maps(root, "components");
    let named: Vec<(Node, String)> =
        components.iter().map(|node| (*node, reading.key(reader, *node, "component"))).collect();
    reading.nested = named.iter().rev().map(|(node, key)| (key.clone(), *node)).collect();
    for (node, key) in &named {
        reading.component(reader, *node, key, &mut draft);
    }
    for node in reader.maps(root, "dataflows") {
        reading.flow(reader, node, &mut draft);
    }
    for node in reader.maps(root, "threats") {
        reading.threat(reader, node, &mut draft);
    }
    for node in reader.maps(root, "mitigations") {
        reading.mitigation(reader, node, &mut draft);
    }
    reading.missing(reader);
    if let Some(shown) = reader.get(root, "representations") {
        reader.leave_all(shown, DRAWING);
    }
    Ok(draft)
}

fn about(reader: &mut Reader, project: Node, draft: &mut Draft) {
    draft.title = reader.text(project, "name").map(|name| line(&name));
    draft.inside.extend(draft.title.clone());
    if let Some(text) = reader.text(project, "description") {
        draft.prose.push((String::new(), vec![text]));
    }
    let mut people = Vec::new();
    for (key, word) in [("owner", "Owner"), ("ownerContact", "Contact")] {
        people.extend(reader.text(project, key).map(|name| format!("{word}: {name}")));
    }
    if !people.is_empty() {
        draft.prose.push(("People".to_owned(), people));
    }
    draft.tags = texts(reader, reader.get(project, "tags")).iter().map(|tag| line(tag)).collect();
    if let Some(attributes) = reader.get(project, "attributes") {
        const METHODS: [&str; 5] = ["STRIDE", "LINDDUN", "CIA", "attack-tree", "other"];
        let said = reader.get(attributes, "method");
        draft.method = word(reader, said, &METHODS);
        for text in texts(reader, reader.get(attributes, "outOfScope")) {
            draft.outside.push(line(&text));
        }
        draft.feature = reader.text(attributes, "feature").map(|feature| line(&feature));
        draft.services = references(reader, reader.get(attributes, "services"));
        let inside = texts(reader, reader.get(attributes, "scope"));
        if !inside.is_empty() {
            draft.inside = inside;
        }
    }
    reader.leave(project, "id", "the page has its own");
}

/// A known word, kept.
fn word(reader: &mut Reader, node: Option<Node>, known: &[&'static str]) -> Option<&'static str> {
    let said = reader.peek(node?)?;
    let found = known.iter().find(|word| word.eq_ignore_ascii_case(&said))?;
    reader.keep(node?);
    Some(found)
}

/// Every text of a list, kept.
fn texts(reader: &mut Reader, list: Option<Node>) -> Vec<String> {
    reader.items(list).into_iter().filter_map(|item| reader.take(item)).collect()
}

/// Ids of the registry: one, or a list of them. Whether it has them is not known here.
fn references(reader: &mut Reader, place: Option<Node>) -> Vec<Reference> {
    let places = match place {
        Some(list) if reader.is_list(list) => reader.items(place),
        one => one.into_iter().collect(),
    };
    places.into_iter().filter_map(|node| Some(Reference { id: line(&reader.take(node)?), node })).collect()
}

fn tags(reader: &mut Reader, node: Node) -> Option<String> {
    let words = texts(reader, reader.get(node, "tags"));
    (!words.is_empty()).then(|| words.join(", "))
}

/// In which state a place has a threat or a mitigation.
#[derive(Default)]
struct Named {
    /// Keys of the components and flows that name it.
    by: Vec<String>,
    states: Vec<String>,
    /// Of a mitigation: the threats it stands under, as the file names them.
    threats: Vec<String>,
    /// The values that name it, and their states.
    places: Vec<(Node, Option<Node>)>,
    found: bool,
}

#[derive(Default)]
struct Reading {
    keys: BTreeMap<&'static str, Keys>,
    threats: BTreeMap<String, Named>,
    mitigations: BTreeMap<String, Named>,
    /// Keys of the parts that the draft has.
    there: BTreeSet<String>,
    /// Keys of flows with a loose end.
    loose: BTreeSet<String>,
    /// Names of assets by their keys.
    assets: BTreeMap<String, Option<String>>,
    /// Components by their keys, and what is known of the zone that each stands in: where the file says it, and its id.
    nested: BTreeMap<String, Node>,
    zones: BTreeMap<Node, Option<(Node, String)>>,
}

impl Reading {
    /// Sorts have their own names in the file, and one room for all in a page.
    fn key(&mut self, reader: &mut Reader, node: Node, sort: &'static str) -> String {
        let place = reader.get(node, "id");
        let id = place.and_then(|id| reader.peek(id));
        if let Some(place) = place.filter(|_| id.is_some()) {
            reader.keep(place);
        }
        let wanted = format!("{sort}:{}", id.clone().unwrap_or_else(|| reader.place(node)));
        let (key, again) = self.keys.entry(sort).or_default().give(&wanted);
        reader.about(node, &key);
        if again {
            reader.odd(node, format!("another {sort} has the same id"));
        } else if id.is_none() {
            let article = if sort.starts_with('a') { "an" } else { "a" };
            reader.odd(node, format!("{article} {sort} without an id"));
        }
        key
    }

    /// Key, wished id, and what no field holds.
    fn origin(reader: &mut Reader, node: Node, key: String) -> Origin {
        let mut notes: Vec<String> = reader.text(node, "description").into_iter().collect();
        notes.extend(tags(reader, node).map(|words| format!("Tags: {words}")));
        if let Some(shown) = reader.get(node, "representations") {
            reader.leave_all(shown, DRAWING);
        }
        let hint = key.split_once(':').map(|(_, id)| id.to_owned());
        Origin { key, hint, notes }
    }

    fn zone(&mut self, reader: &mut Reader, node: Node, draft: &mut Draft) {
        // What our own export writes where a model says nothing.
        if reader.get(node, "id").and_then(|id| reader.peek(id)).as_deref() == Some(NO_ZONE) {
            reader.leave_all(node, "it stands for components without a zone");
            return;
        }
        let key = self.key(reader, node, "zone");
        let mut origin = Self::origin(reader, node, key);
        if let Some(parent) = reader.path(node, &["parent", "trustZone"]) {
            origin.notes.extend(reader.take(parent).map(|zone| format!("Lies in the zone {zone}")));
        }
        let rating = reader.path(node, &["risk", "trustRating"]);
        let trust = reader.path(node, &["attributes", "trust"]).or(rating).and_then(|place| reader.take(place));
        if let Some(rating) = rating {
            reader.mapped(rating, "the rating became `trust`");
        }
        origin.notes.extend(reader.text(node, "type").map(|kind| format!("Type: {kind}")));
        self.there.insert(origin.key.clone());
        draft.zones.push(Zone { origin, name: reader.text(node, "name").map(|name| line(&name)), trust });
    }

    fn asset(&mut self, reader: &mut Reader, node: Node, draft: &mut Draft) {
        let key = self.key(reader, node, "asset");
        let mut origin = Self::origin(reader, node, key);
        let mut said = Vec::new();
        let risk = reader.get(node, "risk");
        let own = reader.path(node, &["attributes", "sensitivity"]).and_then(|place| reader.take(place));
        for name in ["confidentiality", "integrity", "availability"] {
            let Some(place) = risk.and_then(|risk| reader.get(risk, name)) else { continue };
            let Some(number) = reader.peek(place) else { continue };
            reader.mapped(place, "the risk became `sensitivity`");
            said.push(format!("{name} {number}"));
        }
        if let Some(risk) = risk {
            for key in ["comment", "riskComments", "comments"] {
                origin.notes.extend(reader.text(risk, key));
            }
        }
        let sensitivity = own.or_else(|| (!said.is_empty()).then(|| said.join(", ")));
        let name = reader.text(node, "name").map(|name| line(&name));
        self.assets.insert(origin.key.clone(), name.clone());
        draft.assets.push(Asset { origin, name, sensitivity });
    }

    fn component(&mut self, reader: &mut Reader, node: Node, key: &str, draft: &mut Draft) {
        let mut origin = Self::origin(reader, node, key.to_owned());
        let said = reader.get(node, "type");
        let own = reader.path(node, &["attributes", "type"]);
        let mut kind = kind::PROCESS;
        if let Some(place) = said {
            let word = reader.peek(place).unwrap_or_default();
            let (found, outright) = kind::of(&word);
            kind = found;
            if !outright {
                reader.mapped(place, format!("the type `{word}` became `{kind}`"));
                origin.notes.push(format!("Type: {word}"));
            }
            reader.keep(place);
        }
        kind = word(reader, own, &["process", "store", "actor", "external"]).unwrap_or(kind);
        let above = reader.path(node, &["parent", "component"]);
        let direct = reader.path(node, &["parent", "trustZone"]).is_some();
        if let Some((above, id)) = above.filter(|_| !direct).and_then(|above| Some((above, reader.peek(above)?))) {
            reader.keep(above);
            origin.notes.push(format!("Part of the component {id}"));
        }
        let zone = self.zone_of(reader, node);
        let zone = zone.and_then(|(place, id)| {
            if id == NO_ZONE {
                reader.mapped(place, "no zone was said");
                return None;
            }
            let key = format!("zone:{id}");
            if self.there.contains(&key) {
                reader.keep(place);
                return Some(key);
            }
            reader.odd(place, format!("no trust zone has the id `{id}`"));
            None
        });
        for (list, words) in [("processed", "Processes"), ("stored", "Stores")] {
            let names = self.asset_names(reader, reader.path(node, &["assets", list]));
            if !names.is_empty() {
                origin.notes.push(format!("{words}: {}", names.join(", ")));
            }
        }
        self.named(reader, node, key);
        self.there.insert(key.to_owned());
        draft.components.push(Component {
            origin,
            name: reader.text(node, "name").map(|name| line(&name)),
            kind,
            zone,
            service: references(reader, reader.path(node, &["attributes", "service"])).into_iter().next(),
        });
    }

    /// The threats that a component or flow has, and the mitigations under them.
    fn named(&mut self, reader: &mut Reader, node: Node, key: &str) {
        for threat in reader.maps(node, "threats") {
            let Some((id, place)) = reader.get(threat, "threat").and_then(|place| Some((reader.peek(place)?, place)))
            else {
                reader.odd(threat, "it does not say which threat it is");
                continue;
            };
            reader.about(threat, &format!("threat:{id}"));
            let state = reader.get(threat, "state");
            let said = state.and_then(|state| reader.peek(state)).unwrap_or_default();
            let named = self.threats.entry(id.clone()).or_default();
            named.by.push(key.to_owned());
            named.states.push(said);
            named.places.push((place, state));
            for mitigation in reader.maps(threat, "mitigations") {
                let Some((of, place)) =
                    reader.get(mitigation, "mitigation").and_then(|place| Some((reader.peek(place)?, place)))
                else {
                    reader.odd(mitigation, "it does not say which mitigation it is");
                    continue;
                };
                reader.about(mitigation, &format!("mitigation:{of}"));
                let state = reader.get(mitigation, "state");
                let said = state.and_then(|state| reader.peek(state)).unwrap_or_default();
                let named = self.mitigations.entry(of).or_default();
                named.threats.push(id.clone());
                named.states.push(said);
                named.places.push((place, state));
            }
        }
    }

    /// The zone that a component stands in, also when other components stand between. What is found once is known for all of them.
    fn zone_of(&mut self, reader: &Reader, node: Node) -> Option<(Node, String)> {
        let mut below = Vec::new();
        let mut at = Some(node);
        let mut found = None;
        while let Some(here) = at {
            if let Some(known) = self.zones.get(&here) {
                found.clone_from(known);
                break;
            }
            // Until it is known: a circle of components stands nowhere.
            self.zones.insert(here, None);
            below.push(here);
            let parent = reader.get(here, "parent");
            if let Some(zone) = parent.and_then(|parent| reader.get(parent, "trustZone")) {
                found = reader.peek(zone).map(|id| (zone, id));
                break;
            }
            let above = parent.and_then(|parent| reader.get(parent, "component"));
            let id = above.and_then(|above| reader.peek(above));
            at = id.and_then(|id| self.nested.get(&format!("component:{id}"))).copied();
        }
        for here in below {
            self.zones.insert(here, found.clone());
        }
        found
    }

    fn asset_names(&self, reader: &mut Reader, list: Option<Node>) -> Vec<String> {
        let mut names = Vec::new();
        for item in reader.items(list) {
            let Some(id) = reader.peek(item) else { continue };
            match self.assets.get(&format!("asset:{id}")).cloned().flatten() {
                Some(name) => {
                    reader.mapped(item, format!("the asset `{id}` by its name"));
                    names.push(name);
                }
                None => names.extend(reader.take(item)),
            }
        }
        names
    }

    /// Names that stand for nothing.
    fn missing(&self, reader: &mut Reader) {
        for (noun, all) in [("threat", &self.threats), ("mitigation", &self.mitigations)] {
            for (id, named) in all.iter().filter(|(_, named)| !named.found) {
                for (place, _) in &named.places {
                    reader.odd(*place, format!("no {noun} has the id `{id}`"));
                }
            }
        }
    }
}
