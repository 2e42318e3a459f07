//! OWASP Threat Dragon, versions 1 and 2, as its files really are.
//!
//! In: a file with `summary` and `detail.diagrams`. Five shapes are met: cells under `diagramJson` (version 1), cells in the diagram (version 2),
//! threats beside `data` instead of in it, the whole model under `model` (a template), and diagrams that were never drawn. A threat's
//! id is `threatId` in the schema and `id` in the files; version 1 has none.

use std::collections::BTreeMap;

use super::draft::{Component, Draft, End, Flow, Keys, Origin, Requirement, Threat, Zone, line};
use super::tree::{Node, Reader};
use super::{Fault, Format, loose, not_this};

/// How far from a component the loose end of a flow may lie, in units of the drawing, to be taken for tied to it.
const NEAR: f64 = 40.0;

/// Why the looks of the diagram are not in the page.
const DRAWING: &str = "how it is drawn; our diagram is made from the model";
/// Why the texts that the tool puts in are not in the page.
const PLACEHOLDER: &str = "a text that the tool puts in by itself";
/// Why what follows from the rest is not in the page.
const DERIVED: &str = "the tool's own bookkeeping";

/// The format.
pub const FORMAT: Format = Format { name: "threat-dragon", title: "OWASP Threat Dragon", recognise, read, yaml: false };

fn recognise(reader: &Reader) -> bool {
    let root = reader.root();
    let model = reader.get(root, "model").unwrap_or(root);
    reader.get(model, "detail").is_some() || reader.path(model, &["summary", "title"]).is_some()
}

fn read(reader: &mut Reader) -> Result<Draft, Fault> {
    let file = reader.root();
    let root = reader.get(file, "model").filter(|model| reader.is_map(*model)).unwrap_or(file);
    let Some(detail) = reader.get(root, "detail") else {
        return Err(not_this(reader, root, "detail", "a mapping with `diagrams`"));
    };
    if !reader.is_map(detail) {
        return Err(not_this(reader, detail, "", "a mapping with `diagrams`"));
    }
    let diagrams = reader.get(detail, "diagrams");
    if let Some(diagrams) = diagrams.filter(|diagrams| !reader.is_list(*diagrams)) {
        return Err(not_this(reader, diagrams, "", "a list of diagrams"));
    }
    let mut draft = Draft::default();
    about(reader, file, root, detail, &mut draft);
    let mut reading = Reading::default();
    for diagram in reader.items(diagrams) {
        reading.diagram(reader, diagram, &mut draft);
    }
    if reading.cells.is_empty() {
        reader.odd(diagrams.unwrap_or(detail), "nothing is drawn in it");
    }
    reading.zones(reader, &mut draft);
    for at in 0..reading.cells.len() {
        reading.component(reader, at, &mut draft);
    }
    for at in 0..reading.cells.len() {
        reading.flow(reader, at, &mut draft);
    }
    for at in 0..reading.cells.len() {
        reading.threats_of(reader, at, &mut draft);
    }
    draft.method = method(&reading.methods);
    for cell in &reading.cells {
        forget_drawing(reader, cell.node, cell.data);
    }
    Ok(draft)
}

/// Title, description, people.
fn about(reader: &mut Reader, file: Node, root: Node, detail: Node, draft: &mut Draft) {
    let template = (file != root).then(|| reader.get(file, "templateMetadata")).flatten();
    if let Some(template) = template {
        reader.odd(template, "a template: its model is read as any other");
        let mut told = Vec::new();
        for (key, word) in [("name", "Template"), ("description", "About the template")] {
            told.extend(reader.text(template, key).map(|text| format!("{word}: {text}")));
        }
        draft.prose.push(("The template".to_owned(), told));
    }
    if let Some(summary) = reader.get(root, "summary") {
        draft.title = reader.text(summary, "title").map(|title| line(&title));
        if let Some(text) = reader.text(summary, "description") {
            draft.prose.push((String::new(), vec![text]));
        }
        reader.leave(summary, "id", DERIVED);
    }
    let mut people = Vec::new();
    let owner = reader.get(root, "summary").and_then(|summary| reader.text(summary, "owner"));
    people.extend(owner.map(|name| format!("Owner: {name}")));
    people.extend(reader.text(detail, "reviewer").map(|name| format!("Reviewer: {name}")));
    let contributors = reader.get(detail, "contributors");
    let names: Vec<String> = reader
        .items(contributors)
        .into_iter()
        .filter_map(|one| if reader.is_map(one) { reader.text(one, "name") } else { reader.take(one) })
        .collect();
    if !names.is_empty() {
        people.push(format!("Contributors: {}", names.join(", ")));
    }
    if !people.is_empty() {
        draft.prose.push(("People".to_owned(), people));
    }
    for key in ["diagramTop", "threatTop"] {
        reader.leave(detail, key, DERIVED);
    }
    version(reader, root);
}

/// Versions 1 and 2 are known.
fn version(reader: &mut Reader, root: Node) {
    let Some((place, said)) = reader.get(root, "version").and_then(|place| Some((place, reader.peek(place)?))) else {
        return;
    };
    if said.split('.').next().is_some_and(|major| matches!(major, "1" | "2")) {
        reader.leave_all(place, DERIVED);
    } else {
        reader.keep(place);
        reader.odd(place, format!("version `{said}` is read as 2"));
    }
}

fn method(seen: &[String]) -> Option<&'static str> {
    let word = |name: &String| match name.to_ascii_uppercase().as_str() {
        "STRIDE" => "STRIDE",
        "LINDDUN" => "LINDDUN",
        "CIA" | "CIADIE" => "CIA",
        _ => "other",
    };
    let first = seen.first().map(word)?;
    Some(if seen.iter().all(|name| word(name) == first) { first } else { "other" })
}

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Component(&'static str),
    Flow,
    Zone,
    Curve,
    Text,
}

struct Cell {
    node: Node,
    /// Where version 2 has its properties.
    data: Option<Node>,
    sort: Sort,
    key: String,
    name: Option<String>,
    /// Left, top, width, height.
    area: Option<[f64; 4]>,
    /// Which diagram.
    diagram: usize,
}

#[derive(Default)]
struct Reading {
    cells: Vec<Cell>,
    /// Components by the ids by which flows name them.
    named: BTreeMap<String, Vec<usize>>,
    /// Boxes by their diagram.
    boxes: BTreeMap<usize, Vec<usize>>,
    keys: Keys,
    methods: Vec<String>,
}

impl Reading {
    fn diagram(&mut self, reader: &mut Reader, diagram: Node, draft: &mut Draft) {
        if !reader.is_map(diagram) {
            reader.odd(diagram, format!("{} where a diagram should be", reader.noun(diagram)));
            return;
        }
        let title = reader.text(diagram, "title").map(|title| line(&title));
        draft.inside.extend(title.clone());
        if let Some(text) = reader.text(diagram, "description") {
            draft.prose.push((title.unwrap_or_else(|| "The diagram".to_owned()), vec![text]));
        }
        let kind = reader.get(diagram, "diagramType");
        if let Some((kind, name)) = kind.and_then(|kind| Some((kind, reader.peek(kind)?))) {
            reader.mapped(kind, format!("`{name}` is how threats were looked for: `method`"));
            self.methods.push(name);
        }
        for key in ["id", "version", "thumbnail", "size"] {
            reader.leave(diagram, key, DERIVED);
        }
        reader.leave(diagram, "placeholder", PLACEHOLDER);
        let json = reader.get(diagram, "diagramJson");
        let cells = reader
            .get(diagram, "cells")
            .or_else(|| json.and_then(|json| reader.get(json, "cells")))
            .or_else(|| json.filter(|json| reader.is_list(*json)));
        if cells.is_none() {
            reader.odd(diagram, "a diagram without cells");
        }
        let number = self.cells.iter().map(|cell| cell.diagram + 1).max().unwrap_or(0);
        for cell in reader.items(cells) {
            self.cell(reader, cell, number, draft);
        }
    }

    fn cell(&mut self, reader: &mut Reader, node: Node, diagram: usize, draft: &mut Draft) {
        if !reader.is_map(node) {
            reader.odd(node, format!("{} where a cell should be", reader.noun(node)));
            return;
        }
        let data = reader.get(node, "data").filter(|data| reader.is_map(*data));
        let words =
            [data.and_then(|data| reader.get(data, "type")), reader.get(node, "type"), reader.get(node, "shape")];
        let word = words.into_iter().flatten().find(|word| reader.peek(*word).is_some());
        let said = word.and_then(|word| reader.peek(word)).unwrap_or_default();
        let sort = self::sort(&said).unwrap_or_else(|| {
            let is_flow = reader.get(node, "source").is_some() && reader.get(node, "target").is_some();
            let guess = if is_flow { Sort::Flow } else { Sort::Component("process") };
            let said = if said.is_empty() {
                "a cell without a type".to_owned()
            } else {
                format!("`{said}` is no sort of cell that is known")
            };
            reader.odd(node, format!("{said}; taken for a {}", if is_flow { "flow" } else { "process" }));
            guess
        });
        let id = reader.get(node, "id").and_then(|id| reader.peek(id));
        let (key, again) = self.keys.give(&id.clone().unwrap_or_else(|| reader.place(node)));
        reader.about(node, &key);
        if let Some(word) = word {
            reader.mapped(word, "what the cell is");
        }
        if again {
            reader.odd(node, "another cell has the same id");
        } else if id.is_none() {
            reader.odd(node, "a cell without an id");
        }
        let name = name(reader, node, data);
        if sort == Sort::Text {
            draft.prose.extend(name.clone().map(|text| ("Written in the diagram".to_owned(), vec![text])));
        }
        let area = (|| {
            let (at, size) = (reader.get(node, "position")?, reader.get(node, "size")?);
            Some([
                reader.number(at, "x")?,
                reader.number(at, "y")?,
                reader.number(size, "width")?,
                reader.number(size, "height")?,
            ])
        })();
        let number = self.cells.len();
        match (&id, sort) {
            (Some(id), Sort::Component(_)) => self.named.entry(id.clone()).or_default().push(number),
            (_, Sort::Zone) => self.boxes.entry(diagram).or_default().push(number),
            _ => {}
        }
        self.cells.push(Cell { node, data, sort, key, name, area, diagram });
    }

    fn zones(&mut self, reader: &mut Reader, draft: &mut Draft) {
        for cell in &self.cells {
            match cell.sort {
                Sort::Zone => {
                    keep_id(reader, cell);
                    let origin = origin(reader, cell);
                    draft.zones.push(Zone { origin, name: cell.name.as_deref().map(line), trust: None });
                }
                Sort::Curve => {
                    reader.odd(
                        cell.node,
                        "a trust boundary drawn as a line has no inside, so no zone is made of it: add `zones` by hand",
                    );
                    let mut said: Vec<String> = cell.name.iter().map(|name| line(name)).collect();
                    said.extend(origin(reader, cell).notes);
                    if !said.is_empty() {
                        draft.prose.push(("Trust boundaries drawn as lines".to_owned(), said));
                    }
                }
                Sort::Text => {
                    let notes = origin(reader, cell).notes;
                    if !notes.is_empty() {
                        draft.prose.push(("Written in the diagram".to_owned(), notes));
                    }
                }
                _ => {}
            }
        }
    }

    fn component(&self, reader: &mut Reader, at: usize, draft: &mut Draft) {
        let Some(cell) = self.cells.get(at) else { return };
        let Sort::Component(kind) = cell.sort else { return };
        if cell.name.is_none() {
            reader.odd(cell.node, format!("{kind} without a name"));
        }
        let zone = self.zone_of(cell);
        if let (Some(zone), Some(position)) = (zone, reader.get(cell.node, "position")) {
            let name = zone.name.as_deref().map_or_else(|| zone.key.clone(), line);
            let x = reader.get(position, "x").unwrap_or(position);
            reader.mapped(x, format!("lies inside the box `{name}`, so it is in that zone"));
        }
        keep_id(reader, cell);
        let origin = origin(reader, cell);
        out_of_scope(reader, cell, draft);
        draft.components.push(Component {
            origin,
            name: cell.name.as_deref().map(line),
            kind,
            zone: zone.map(|zone| zone.key.clone()),
            service: None,
        });
    }

    /// The smallest box that the middle of a cell lies in.
    fn zone_of(&self, cell: &Cell) -> Option<&Cell> {
        let [x, y, width, height] = cell.area?;
        let (x, y) = (x + width / 2.0, y + height / 2.0);
        let around = |zone: &&Cell| {
            zone.area
                .is_some_and(|[left, top, wide, high]| left <= x && x <= left + wide && top <= y && y <= top + high)
        };
        let size = |zone: &&Cell| zone.area.map_or(f64::MAX, |[_, _, wide, high]| wide * high);
        let boxes = self.boxes.get(&cell.diagram).into_iter().flatten().filter_map(|number| self.cells.get(*number));
        boxes.filter(around).min_by(|a, b| size(a).total_cmp(&size(b)))
    }

    fn flow(&self, reader: &mut Reader, at: usize, draft: &mut Draft) {
        let Some(cell) = self.cells.get(at) else { return };
        if cell.sort != Sort::Flow {
            return;
        }
        let ends = ["source", "target"].map(|end| self.end(reader, cell, end));
        let origin = origin(reader, cell);
        let (protocol, encrypted, both) = (
            property(reader, cell, "protocol"),
            switch(reader, cell, "isEncrypted"),
            is_on(reader, cell, "isBidirectional"),
        );
        let data: Vec<String> = cell.name.as_deref().map(line).into_iter().collect();
        keep_id(reader, cell);
        out_of_scope(reader, cell, draft);
        let [from, to] = &ends;
        let (Some(from), Some(to)) = (from.key(), to.key()) else {
            let mut said = Vec::new();
            said.extend(protocol.map(|protocol| format!("protocol {protocol}")));
            said.extend(encrypted.map(|yes| format!("encrypted {yes}")));
            said.extend(both.then(|| "both ways".to_owned()));
            said.extend(origin.notes);
            loose(reader, cell.node, data.into_iter().next(), ends, said, draft);
            return;
        };
        let forth = Flow { origin, from: from.clone(), to: to.clone(), protocol, data, encrypted, authenticated: None };
        if both {
            if let Some(place) = find(reader, cell, "isBidirectional") {
                reader.mapped(place, "goes both ways, so it became two flows");
            }
            let origin = Origin { key: format!("{}/back", cell.key), hint: None, notes: Vec::new() };
            let back = Flow { origin, from: to, to: from, ..forth.clone() };
            draft.flows.extend([forth, back]);
        } else {
            draft.flows.push(forth);
        }
    }

    /// The component at an end of a flow.
    fn end(&self, reader: &mut Reader, flow: &Cell, key: &str) -> End {
        let Some(end) = reader.get(flow.node, key) else { return End::Nowhere };
        let named = [reader.get(end, "cell"), reader.get(end, "id")].into_iter().flatten().next();
        if let Some(named) = named {
            let Some(id) = reader.peek(named) else { return End::Nowhere };
            let fits = || self.named.get(&id).into_iter().flatten().filter_map(|number| self.cells.get(*number));
            let found = fits().find(|cell| cell.diagram == flow.diagram).or_else(|| fits().next());
            reader.keep(named);
            if let Some(found) = found {
                return End::Known(found.key.clone());
            }
            reader.odd(named, format!("no component has the id `{id}`"));
            return End::Unknown(id);
        }
        let Some((x, y)) = reader.number(end, "x").zip(reader.number(end, "y")) else { return End::Nowhere };
        let distance = |cell: &Cell| {
            let [left, top, width, height] = cell.area?;
            let beside = |at: f64, from: f64, length: f64| (from - at).max(at - from - length).max(0.0);
            Some(beside(x, left, width).hypot(beside(y, top, height)))
        };
        let near = self
            .cells
            .iter()
            .filter(|cell| matches!(cell.sort, Sort::Component(_)) && cell.diagram == flow.diagram)
            .filter_map(|cell| Some((distance(cell)?, cell)))
            .filter(|(distance, _)| *distance <= NEAR)
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let Some(near) = near else { return End::Nowhere };
        let name = near.1.name.as_deref().map_or_else(|| near.1.key.clone(), line);
        reader.odd(end, format!("tied to no component; `{name}` is near, and is taken for the end"));
        End::Known(near.1.key.clone())
    }

    fn threats_of(&mut self, reader: &mut Reader, at: usize, draft: &mut Draft) {
        let Some((node, data)) = self.cells.get(at).map(|cell| (cell.node, cell.data)) else { return };
        let lists = [data.and_then(|data| reader.get(data, "threats")), reader.get(node, "threats")];
        for list in lists.into_iter().flatten() {
            if !reader.is_list(list) && !reader.is_map(list) {
                reader.odd(list, format!("{} where a list of threats should be", reader.noun(list)));
            }
            let threats = if reader.is_map(list) { vec![list] } else { reader.items(Some(list)) };
            for threat in threats {
                if reader.is_map(threat) {
                    self.threat(reader, at, threat, draft);
                } else {
                    reader.odd(threat, format!("{} where a threat should be", reader.noun(threat)));
                }
            }
        }
    }

    fn threat(&mut self, reader: &mut Reader, at: usize, node: Node, draft: &mut Draft) {
        let Some(cell) = self.cells.get(at) else { return };
        let title = reader.text(node, "title").map(|title| line(&title));
        let id = reader.text(node, "id").or_else(|| reader.text(node, "threatId"));
        reader.leave(node, "threatId", DERIVED);
        let made = || format!("{}/{}", cell.key, title.as_deref().unwrap_or("a threat"));
        let (key, again) = self.keys.give(&id.clone().unwrap_or_else(made));
        reader.about(node, &key);
        if again && id.is_some() {
            reader.odd(node, "another threat has the same id");
        }
        let number = reader.get(node, "number");
        let hint = number
            .and_then(|number| reader.peek(number))
            .filter(|text| text.len() < 6 && text.bytes().all(|b| b.is_ascii_digit()));
        if let (Some(number), Some(_)) = (number, &hint) {
            reader.keep(number);
        }
        let description = worded(reader, node, "description");
        let mitigation = worded(reader, node, "mitigation");
        let (status, proposed) = status(reader, node);
        let impact = severity(reader, node);
        let category = reader.text(node, "type").map(|text| line(&text));
        if let Some(kind) = reader.get(node, "modelType") {
            self.methods.extend(reader.peek(kind));
            if reader.peek(kind).is_some() {
                reader.mapped(kind, "how it was looked for: `method`");
            }
        }
        reader.leave(node, "new", DERIVED);
        let mut notes: Vec<String> = description.iter().cloned().collect();
        notes.extend(reader.text(node, "score").map(|score| format!("Score: {score}")));
        notes.extend(reader.text(node, "ruleId").map(|rule| format!("Made by the rule: {rule}")));
        let title = title.or_else(|| description.as_deref().map(line));
        if title.is_none() {
            reader.odd(node, "a threat without a title");
        }
        let target = match cell.sort {
            Sort::Component(_) | Sort::Flow => Some(cell.key.clone()),
            _ => None,
        };
        draft.threats.push(Threat {
            origin: Origin { key: key.clone(), hint: hint.map(|number| format!("T{number}")), notes },
            title: title.unwrap_or_else(|| "A threat without a title".to_owned()),
            category,
            targets: target.into_iter().collect(),
            cwe: Vec::new(),
            likelihood: None,
            impact,
            status,
        });
        if let Some(text) = mitigation {
            draft.requirements.push(Requirement {
                origin: Origin { key: format!("{key}/mitigation"), hint: None, notes: Vec::new() },
                text: line(&text),
                threats: vec![key],
                status: proposed,
                ..Requirement::default()
            });
        }
    }
}

/// The threat's status, and that of the requirement made of its mitigation.
fn status(reader: &mut Reader, node: Node) -> (&'static str, &'static str) {
    let Some(place) = reader.get(node, "status") else { return ("open", "proposed") };
    let Some(said) = reader.peek(place) else { return ("open", "proposed") };
    let word: String = said.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    match word.as_str() {
        "open" => {
            reader.keep(place);
            ("open", "proposed")
        }
        "mitigated" => {
            reader.mapped(place, format!("`{said}` became `mitigating`, and what it says of mitigation `implemented`: nothing shows yet that it holds"));
            ("mitigating", "implemented")
        }
        "na" | "notapplicable" => {
            reader.mapped(place, format!("`{said}` became `not-applicable`"));
            ("not-applicable", "proposed")
        }
        _ => {
            reader.mapped(place, format!("`{said}` is no status that is known, and became `open`"));
            ("open", "proposed")
        }
    }
}

/// The severity as an impact; one that is still to be said is none.
fn severity(reader: &mut Reader, node: Node) -> Option<String> {
    let place = reader.get(node, "severity")?;
    let said = reader.peek(place)?;
    let word = said.to_ascii_lowercase();
    if matches!(word.as_str(), "tba" | "tbd" | "undefined" | "none") {
        reader.mapped(place, format!("severity `{said}` says nothing yet, and is left out"));
        return None;
    }
    reader.mapped(place, "severity became `impact`");
    Some(line(&word))
}

/// A text that is not the tool's own.
fn worded(reader: &mut Reader, node: Node, key: &str) -> Option<String> {
    let text = reader.peek(reader.get(node, key)?)?;
    if text.starts_with("Provide a description for this threat")
        || text.starts_with("Provide remediation for this threat")
        || text.starts_with("Mitigation or prevention for the threat")
    {
        reader.leave(node, key, PLACEHOLDER);
        return None;
    }
    reader.text(node, key)
}

fn sort(said: &str) -> Option<Sort> {
    let word = said.to_ascii_lowercase();
    let word = word.trim_start_matches("tm.");
    Some(match word {
        "actor" => Sort::Component("actor"),
        "process" => Sort::Component("process"),
        "store" => Sort::Component("store"),
        "flow" | "edge" | "flow-stencil" => Sort::Flow,
        _ if word.contains("text") => Sort::Text,
        // The tool itself has written both `boundary` and `broundary`.
        _ if word.contains("box") => Sort::Zone,
        _ if word.contains("oundary") || word.contains("curve") => Sort::Curve,
        _ => return None,
    })
}

/// The name of a cell: in `data`, else what is written on it.
fn name(reader: &mut Reader, node: Node, data: Option<Node>) -> Option<String> {
    if let Some(name) = data.and_then(|data| reader.text(data, "name")) {
        return Some(name);
    }
    let label = reader.items(reader.get(node, "labels")).into_iter().next();
    let places = [
        reader.path(node, &["attrs", "text", "text"]),
        reader.path(node, &["attrs", "label", "text"]),
        reader.path(node, &["attrs", "label"]),
        label.and_then(|label| reader.path(label, &["attrs", "text", "text"])),
        label.and_then(|label| reader.path(label, &["attrs", "labelText", "text"])),
        label.and_then(|label| reader.path(label, &["attrs", "label", "text"])),
        label,
        reader.get(node, "name"),
    ];
    let found = places.into_iter().flatten().find(|place| reader.peek(*place).is_some())?;
    reader.take(found)
}

fn find(reader: &Reader, cell: &Cell, key: &str) -> Option<Node> {
    cell.data.and_then(|data| reader.get(data, key)).or_else(|| reader.get(cell.node, key))
}

fn property(reader: &mut Reader, cell: &Cell, key: &str) -> Option<String> {
    let place = find(reader, cell, key)?;
    reader.take(place).map(|text| line(&text))
}

fn switch(reader: &mut Reader, cell: &Cell, key: &str) -> Option<bool> {
    match cell.data.and_then(|data| reader.flag(data, key)) {
        None => reader.flag(cell.node, key),
        flag => flag,
    }
}

/// Whether a switch is on; one that is off says nothing.
fn is_on(reader: &mut Reader, cell: &Cell, key: &str) -> bool {
    let Some(place) = find(reader, cell, key).filter(|place| reader.peek(*place).as_deref() == Some("true")) else {
        return false;
    };
    reader.mapped(place, "told in words");
    true
}

/// Key, and everything the cell says that no field holds.
fn origin(reader: &mut Reader, cell: &Cell) -> Origin {
    const FLAGS: [(&str, &str); 10] = [
        ("storesCredentials", "stores credentials"),
        ("storesInventory", "stores inventory"),
        ("isALog", "is a log"),
        ("isEncrypted", "is encrypted"),
        ("isSigned", "is signed"),
        ("isPublicNetwork", "goes over a public network"),
        ("isWebApplication", "is a web application"),
        ("handlesCardPayment", "handles card payments"),
        ("handlesGoodsOrServices", "handles goods or services"),
        ("providesAuthentication", "provides authentication"),
    ];
    let mut notes: Vec<String> = property_text(reader, cell, "description").into_iter().collect();
    let mut said: Vec<String> = Vec::new();
    for (key, words) in FLAGS {
        // A flow has a field for it.
        if cell.sort == Sort::Flow && key == "isEncrypted" {
            continue;
        }
        if is_on(reader, cell, key) {
            said.push(words.to_owned());
        }
    }
    said.extend(property(reader, cell, "privilegeLevel").map(|level| format!("privilege level: {level}")));
    if !matches!(cell.sort, Sort::Component(_) | Sort::Flow) {
        said.extend(property(reader, cell, "reasonOutOfScope"));
    }
    if !said.is_empty() {
        notes.push(said.join("; "));
    }
    Origin { key: cell.key.clone(), hint: None, notes }
}

fn property_text(reader: &mut Reader, cell: &Cell, key: &str) -> Option<String> {
    let place = find(reader, cell, key)?;
    reader.take(place)
}

fn out_of_scope(reader: &mut Reader, cell: &Cell, draft: &mut Draft) {
    let out = is_on(reader, cell, "outOfScope");
    let reason = property(reader, cell, "reasonOutOfScope");
    let name = cell.name.as_deref().map_or_else(|| cell.key.clone(), line);
    match (out, reason) {
        (true, Some(reason)) => draft.outside.push(format!("{name}: {reason}")),
        (true, None) => draft.outside.push(name),
        (false, Some(reason)) => draft.prose.push(("Scope".to_owned(), vec![format!("{name}: {reason}")])),
        (false, None) => {}
    }
}

/// The id stands in the map of the page's source.
fn keep_id(reader: &mut Reader, cell: &Cell) {
    if let Some(id) = reader.get(cell.node, "id") {
        reader.keep(id);
    }
}

/// What is left of a cell is how it is drawn, and what the tool derives.
fn forget_drawing(reader: &mut Reader, node: Node, data: Option<Node>) {
    const KEYS: [&str; 19] = [
        "position",
        "size",
        "attrs",
        "z",
        "zIndex",
        "angle",
        "ports",
        "visible",
        "width",
        "height",
        "connector",
        "vertices",
        "labels",
        "smooth",
        "tools",
        "router",
        "shape",
        "type",
        "markup",
    ];
    for key in KEYS {
        reader.leave(node, key, DRAWING);
    }
    for end in ["source", "target"] {
        if let Some(end) = reader.get(node, end) {
            for key in ["port", "x", "y", "magnet", "selector", "anchor"] {
                reader.leave(end, key, DRAWING);
            }
        }
    }
    for place in [Some(node), data].into_iter().flatten() {
        for key in ["hasOpenThreats", "isTrustBoundary", "type"] {
            reader.leave(place, key, DERIVED);
        }
        for key in reader.keys(place).into_iter().map(str::to_owned).collect::<Vec<_>>() {
            if reader.get(place, &key).and_then(|value| reader.peek(value)).as_deref() == Some("false") {
                reader.leave(place, &key, "it is false");
            }
        }
    }
}
