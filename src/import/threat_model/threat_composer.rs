//! AWS Threat Composer: the workspace that it exports, schema 1.
//!
//! In: a file with `threats`, `mitigations` and `assumptions`, and links between them. A threat is a statement with its pieces; it has no
//! components, so the page has none either. Pictures stand in the file as data addresses, and are told, not kept.

use super::draft::{Asset, Assumption, Draft, Keys, Origin, Requirement, Threat, line};
use super::tree::{Node, Reader};
use super::{Fault, Format, not_this};

/// Why pictures are not in the page.
const PICTURE: &str = "a picture: save it beside the page, and show it with `![what it shows](file.png)`";
/// Why what follows from the rest is not in the page.
const DERIVED: &str = "the tool's own bookkeeping";

/// The format.
pub const FORMAT: Format =
    Format { name: "threat-composer", title: "AWS Threat Composer", recognise, read, yaml: false };

fn recognise(reader: &Reader) -> bool {
    let root = reader.root();
    let has = |key: &str| reader.get(root, key).is_some();
    !has("otmVersion") && !has("detail") && (has("schema") || has("applicationInfo") || has("mitigationLinks")) && {
        ["threats", "mitigations", "assumptions", "applicationInfo", "architecture", "dataflow"].into_iter().any(has)
    }
}

fn read(reader: &mut Reader) -> Result<Draft, Fault> {
    let root = reader.root();
    for key in ["threats", "mitigations", "assumptions", "mitigationLinks", "assumptionLinks"] {
        if let Some(list) = reader.get(root, key).filter(|list| !reader.is_list(*list)) {
            return Err(not_this(reader, list, "", "a list"));
        }
    }
    if let Some(schema) = reader.get(root, "schema") {
        match reader.peek(schema).as_deref() {
            Some("1") => reader.mapped(schema, "read as schema 1"),
            other => {
                reader.keep(schema);
                reader.odd(schema, format!("schema `{}` is read as 1", other.unwrap_or("nothing")));
            }
        }
    }
    let mut draft = Draft::default();
    about(reader, root, &mut draft);
    let mut reading = Reading { keys: Keys::default(), strides: false };
    for node in reader.maps(root, "threats") {
        reading.threat(reader, node, &mut draft);
    }
    for node in reader.maps(root, "mitigations") {
        reading.mitigation(reader, node, &mut draft);
    }
    for node in reader.maps(root, "assumptions") {
        reading.assumption(reader, node, &mut draft);
    }
    for node in reader.maps(root, "mitigationLinks") {
        mitigation_link(reader, node, &mut draft);
    }
    for node in reader.maps(root, "assumptionLinks") {
        assumption_link(reader, node, &mut draft);
    }
    draft.method = reading.strides.then_some("STRIDE");
    Ok(draft)
}

fn about(reader: &mut Reader, root: Node, draft: &mut Draft) {
    if let Some(about) = reader.get(root, "applicationInfo") {
        draft.title = reader.text(about, "name").map(|name| line(&name));
        draft.inside.extend(draft.title.clone());
        if let Some(text) = reader.text(about, "description") {
            draft.prose.push((String::new(), vec![text]));
        }
    }
    for (key, heading) in [("architecture", "Architecture"), ("dataflow", "Data flow")] {
        let Some(part) = reader.get(root, key) else { continue };
        if let Some(text) = reader.text(part, "description") {
            draft.prose.push((heading.to_owned(), vec![text]));
        }
        reader.leave(part, "image", PICTURE);
    }
    reader.leave(root, "workspace", DERIVED);
}

struct Reading {
    keys: Keys,
    strides: bool,
}

impl Reading {
    /// Key, wished id, comments and tags.
    fn origin(&mut self, reader: &mut Reader, node: Node, letter: char) -> Origin {
        let id = reader.text(node, "id");
        let (key, again) = self.keys.give(&id.clone().unwrap_or_else(|| reader.place(node)));
        reader.about(node, &key);
        if again {
            reader.odd(node, "another part has the same id");
        } else if id.is_none() {
            reader.odd(node, "a part without an id");
        }
        let number = reader.get(node, "numericId");
        let said = number
            .and_then(|number| reader.peek(number))
            .filter(|text| text.len() < 6 && text.bytes().all(|b| b.is_ascii_digit()));
        if let (Some(number), Some(_)) = (number, &said) {
            reader.keep(number);
        }
        reader.leave(node, "displayOrder", DERIVED);
        reader.leave(node, "displayedStatement", "the statement again, piece by piece");
        let mut notes = Vec::new();
        for entry in reader.maps(node, "metadata") {
            let Some(key) = reader.get(entry, "key") else { continue };
            let name = reader.peek(key).unwrap_or_default();
            if matches!(name.as_str(), "STRIDE" | "Priority") && letter == 'T' {
                continue;
            }
            let value = reader.get(entry, "value");
            let said: Vec<String> = match value {
                Some(list) if reader.is_list(list) => {
                    reader.items(value).into_iter().filter_map(|item| reader.take(item)).collect()
                }
                Some(value) => reader.take(value).into_iter().collect(),
                None => Vec::new(),
            };
            if said.is_empty() {
                continue;
            }
            reader.mapped(key, "what a note is called");
            let said = said.join(", ");
            notes.push(if name == "Comments" {
                format!("Comments: {said}")
            } else {
                format!("{}: {said}", name.trim_start_matches("custom:"))
            });
        }
        let list = reader.get(node, "tags");
        let tags: Vec<String> = reader.items(list).into_iter().filter_map(|tag| reader.take(tag)).collect();
        if !tags.is_empty() {
            notes.push(format!("Tags: {}", tags.join(", ")));
        }
        Origin { key, hint: said.map(|number| format!("{letter}{number}")), notes }
    }

    fn threat(&mut self, reader: &mut Reader, node: Node, draft: &mut Draft) {
        let mut origin = self.origin(reader, node, 'T');
        let statement = reader.text(node, "statement").map(|text| line(&text));
        let pieces = ["threatSource", "prerequisites", "threatAction", "threatImpact", "customTemplate"];
        let said: Vec<(&str, String)> =
            pieces.into_iter().filter_map(|key| Some((key, reader.text(node, key)?))).collect();
        let title = statement.clone().or_else(|| composed(&said));
        if statement.is_none() {
            reader.odd(node, "a threat without a statement; it is put together from its pieces");
        }
        let title = title.unwrap_or_else(|| "A threat without a statement".to_owned());
        for (key, text) in &said {
            if !title.contains(&line(text)) {
                origin.notes.push(format!("{}: {text}", label(key)));
            }
        }
        let goals = reader.get(node, "impactedGoal");
        let goals: Vec<String> = reader.items(goals).into_iter().filter_map(|goal| reader.take(goal)).collect();
        if !goals.is_empty() {
            origin.notes.push(format!("Harms: {}", goals.join(", ")));
        }
        let list = reader.get(node, "impactedAssets");
        let mut targets = Vec::new();
        for item in reader.items(list) {
            let Some(name) = reader.take(item).map(|name| line(&name)) else { continue };
            let key = format!("asset:{}", name.to_lowercase());
            if !draft.assets.iter().any(|asset| asset.origin.key == key) {
                let origin = Origin { key: key.clone(), hint: None, notes: Vec::new() };
                draft.assets.push(Asset { origin, name: Some(name), sensitivity: None });
            }
            if !targets.contains(&key) {
                targets.push(key);
            }
        }
        let (category, impact) = self.rating(reader, node);
        let status = threat_status(reader, node);
        draft.threats.push(Threat {
            origin,
            title,
            category,
            targets,
            cwe: Vec::new(),
            likelihood: None,
            impact,
            status,
        });
    }

    /// The letters of STRIDE as a category, and the priority.
    fn rating(&mut self, reader: &mut Reader, node: Node) -> (Option<String>, Option<String>) {
        let (mut category, mut impact) = (Vec::new(), None);
        for entry in reader.maps(node, "metadata") {
            let name = reader.get(entry, "key").and_then(|key| reader.peek(key)).unwrap_or_default();
            let value = reader.get(entry, "value");
            let values = match value {
                Some(list) if reader.is_list(list) => reader.items(value),
                value => value.into_iter().collect(),
            };
            for place in values {
                let Some(said) = reader.peek(place) else { continue };
                match name.as_str() {
                    "STRIDE" => {
                        self.strides = true;
                        let word = stride(&said).map_or_else(|| said.clone(), str::to_owned);
                        reader.mapped(place, "a letter of STRIDE became `category`");
                        category.push(word);
                    }
                    "Priority" if impact.is_none() => {
                        reader.mapped(place, "the priority became `impact`");
                        impact = Some(said.to_lowercase());
                    }
                    _ => continue,
                }
                if let Some(key) = reader.get(entry, "key").filter(|key| !reader.is_known(*key)) {
                    reader.mapped(key, "where the value went says it");
                }
            }
        }
        ((!category.is_empty()).then(|| category.join(", ")), impact)
    }

    fn mitigation(&mut self, reader: &mut Reader, node: Node, draft: &mut Draft) {
        let origin = self.origin(reader, node, 'R');
        let text = reader.text(node, "content").map(|text| line(&text));
        if text.is_none() {
            reader.odd(node, "a mitigation without a text");
        }
        let status = mitigation_status(reader, node);
        let text = text.unwrap_or_else(|| "A mitigation without a text".to_owned());
        draft.requirements.push(Requirement { origin, text, status, ..Requirement::default() });
    }

    fn assumption(&mut self, reader: &mut Reader, node: Node, draft: &mut Draft) {
        let origin = self.origin(reader, node, 'A');
        let text = reader.text(node, "content").map(|text| line(&text));
        if text.is_none() {
            reader.odd(node, "an assumption without a text");
        }
        let text = text.unwrap_or_else(|| "An assumption without a text".to_owned());
        draft.assumptions.push(Assumption { origin, text, threats: Vec::new() });
    }
}

fn label(key: &str) -> &'static str {
    match key {
        "threatSource" => "Source",
        "prerequisites" => "Prerequisites",
        "threatAction" => "Action",
        "threatImpact" => "Impact",
        _ => "Template",
    }
}

/// The statement from its pieces, as the tool would write it.
fn composed(pieces: &[(&str, String)]) -> Option<String> {
    let piece = |wanted: &str| pieces.iter().find(|(key, _)| *key == wanted).map(|(_, text)| line(text));
    let action = piece("threatAction");
    let source = piece("threatSource").map(|source| format!("A {source}"));
    let parts = [
        source,
        piece("prerequisites"),
        action.map(|action| format!("can {action}")),
        piece("threatImpact").map(|impact| format!("which leads to {impact}")),
    ];
    let said: Vec<String> = parts.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn stride(letter: &str) -> Option<&'static str> {
    Some(match letter.to_ascii_uppercase().as_str() {
        "S" => "Spoofing",
        "T" => "Tampering",
        "R" => "Repudiation",
        "I" => "Information disclosure",
        "D" => "Denial of service",
        "E" => "Elevation of privilege",
        _ => return None,
    })
}

fn threat_status(reader: &mut Reader, node: Node) -> &'static str {
    let Some(place) = reader.get(node, "status") else { return "open" };
    let said = reader.peek(place).unwrap_or_default();
    let (word, why) = match said.as_str() {
        "threatResolved" => ("mitigating", ": nothing shows yet that it holds"),
        "threatResolvedNotUseful" => ("not-applicable", ""),
        "threatIdentified" | "NotSet" | "" => ("open", ""),
        _ => ("open", ", since it is no status that is known"),
    };
    if !said.is_empty() {
        reader.became(place, &said, word, why);
    }
    word
}

fn mitigation_status(reader: &mut Reader, node: Node) -> &'static str {
    let Some(place) = reader.get(node, "status") else { return "proposed" };
    let said = reader.peek(place).unwrap_or_default();
    let (word, why) = match said.as_str() {
        "mitigationResolved" => ("implemented", ": nothing shows yet that it holds"),
        "mitigationInProgress" => ("in-progress", ""),
        "mitigationResolvedWillNotAction" => ("wont-do", ""),
        "mitigationIdentified" | "NotSet" | "" => ("proposed", ""),
        _ => ("proposed", ", since it is no status that is known"),
    };
    if !said.is_empty() {
        reader.became(place, &said, word, why);
    }
    word
}

/// The two ends of a link, when both are there as single values.
fn ends(reader: &mut Reader, node: Node, first: &str) -> Option<[(Node, String); 2]> {
    let end = |reader: &Reader, key: &str| reader.get(node, key).and_then(|place| Some((place, reader.peek(place)?)));
    let found = (end(reader, first), end(reader, "linkedId"));
    let (Some(from), Some(to)) = found else {
        reader.odd(node, "a link without both ends");
        return None;
    };
    Some([from, to])
}

fn mitigation_link(reader: &mut Reader, node: Node, draft: &mut Draft) {
    let Some([(place, mitigation), (other, threat)]) = ends(reader, node, "mitigationId") else { return };
    let known = draft.threats.iter().any(|one| one.origin.key == threat);
    match draft.requirements.iter_mut().find(|one| one.origin.key == mitigation) {
        Some(requirement) if known => {
            reader.keep(place);
            reader.keep(other);
            if !requirement.threats.contains(&threat) {
                requirement.threats.push(threat);
            }
        }
        Some(_) => reader.odd(other, "a mitigation can be linked to threats of this file only"),
        None => reader.odd(place, "no mitigation has this id"),
    }
}

fn assumption_link(reader: &mut Reader, node: Node, draft: &mut Draft) {
    let Some([(place, assumption), (other, linked)]) = ends(reader, node, "assumptionId") else { return };
    let threat = draft.threats.iter().any(|one| one.origin.key == linked);
    let mitigation = draft.requirements.iter().find(|one| one.origin.key == linked).map(|one| one.text.clone());
    let Some(found) = draft.assumptions.iter_mut().find(|one| one.origin.key == assumption) else {
        reader.odd(place, "no assumption has this id");
        return;
    };
    if threat {
        if !found.threats.contains(&linked) {
            found.threats.push(linked);
        }
    } else if let Some(text) = mitigation {
        found.origin.notes.push(format!("Also under the mitigation: {text}"));
        reader.mapped(other, "an assumption under a mitigation is told in the text");
    } else {
        reader.odd(other, "no threat or mitigation has this id");
        return;
    }
    reader.keep(place);
    reader.keep(other);
    if let Some(kind) = reader.get(node, "type") {
        reader.mapped(kind, "the sort of link");
    }
}
