//! Flows of a diagram, with the components that they are tied to, or nearly touch.
//!
//! In: a cell that is a flow. Out: a flow, two when it goes both ways, or a line of text when it has a loose end.

use super::super::draft::{Draft, End, Flow, Loose, Origin, line};
use super::super::loose;
use super::super::tree::Reader;
use super::cell::{find, is_on, keep_id, origin, out_of_scope, property, switch};
use super::{Cell, Reading, Sort};

/// How far from a component the loose end of a flow may lie, in units of the drawing, to be taken for tied to it.
const NEAR: f64 = 40.0;

impl Reading {
    pub(super) fn flow(&self, reader: &mut Reader, at: usize, draft: &mut Draft) {
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
            let name = data.into_iter().next().unwrap_or_default();
            loose(reader, cell.node, Loose { key: cell.key.clone(), name, ends, said }, draft);
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
}
