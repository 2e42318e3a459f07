//! OWASP Threat Dragon, versions 1 and 2, as its files really are.
//!
//! In: a file with `summary` and `detail.diagrams`. Five shapes are met: cells under `diagramJson` (version 1), cells in the diagram (version 2),
//! threats beside `data` instead of in it, the whole model under `model` (a template), and diagrams that were never drawn. A threat's
//! id is `threatId` in the schema and `id` in the files; version 1 has none.

mod cell;
mod flow;
mod threat;

use std::collections::BTreeMap;

use self::cell::{forget_drawing, keep_id, name, origin, out_of_scope};
use super::draft::{Component, Draft, Keys, Zone, line};
use super::tree::{Node, Reader};
use super::{Fault, Format, not_this};

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
        let sort = cell::sort(&said).unwrap_or_else(|| {
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
}
