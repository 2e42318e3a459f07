//! What a cell says: what it is, what it is called, its properties, and what is only how it is drawn.
//!
//! In: a cell of version 1, which has its properties beside its looks, or of version 2, which has them under `data`. Out: values in our words.

use super::super::draft::{Draft, Origin, line};
use super::super::tree::{Node, Reader};
use super::{Cell, DERIVED, DRAWING, Sort};

pub(super) fn sort(said: &str) -> Option<Sort> {
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
pub(super) fn name(reader: &mut Reader, node: Node, data: Option<Node>) -> Option<String> {
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

pub(super) fn find(reader: &Reader, cell: &Cell, key: &str) -> Option<Node> {
    cell.data.and_then(|data| reader.get(data, key)).or_else(|| reader.get(cell.node, key))
}

pub(super) fn property(reader: &mut Reader, cell: &Cell, key: &str) -> Option<String> {
    let place = find(reader, cell, key)?;
    reader.take(place).map(|text| line(&text))
}

pub(super) fn switch(reader: &mut Reader, cell: &Cell, key: &str) -> Option<bool> {
    match cell.data.and_then(|data| reader.flag(data, key)) {
        None => reader.flag(cell.node, key),
        flag => flag,
    }
}

/// Whether a switch is on; one that is off says nothing.
pub(super) fn is_on(reader: &mut Reader, cell: &Cell, key: &str) -> bool {
    let Some(place) = find(reader, cell, key).filter(|place| reader.peek(*place).as_deref() == Some("true")) else {
        return false;
    };
    reader.mapped(place, "told in words");
    true
}

/// Key, and everything the cell says that no field holds.
pub(super) fn origin(reader: &mut Reader, cell: &Cell) -> Origin {
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

pub(super) fn out_of_scope(reader: &mut Reader, cell: &Cell, draft: &mut Draft) {
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
pub(super) fn keep_id(reader: &mut Reader, cell: &Cell) {
    if let Some(id) = reader.get(cell.node, "id") {
        reader.keep(id);
    }
}

/// What is left of a cell is how it is drawn, and what the tool derives.
pub(super) fn forget_drawing(reader: &mut Reader, node: Node, data: Option<Node>) {
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
