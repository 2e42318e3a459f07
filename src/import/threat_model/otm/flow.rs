//! Flows, with the components at their ends.
//!
//! In: an entry of `dataflows`. Out: a flow, two when it goes both ways, or a line of text when it has a loose end.

use super::super::draft::{Draft, End, Flow, Loose, Origin, line};
use super::super::loose;
use super::super::tree::{Node, Reader};
use super::{Reading, texts};

impl Reading {
    pub(super) fn flow(&mut self, reader: &mut Reader, node: Node, draft: &mut Draft) {
        let key = self.key(reader, node, "flow");
        let ends = ["source", "destination"].map(|end| self.end(reader, node, end));
        let mut origin = Self::origin(reader, node, key.clone());
        let name = reader.text(node, "name").map(|name| line(&name));
        let mut data = texts(reader, reader.path(node, &["attributes", "data"]));
        if data.is_empty() {
            data.extend(name.clone());
        } else {
            origin.notes.extend(name.clone().filter(|name| *name != data.join(", ")));
        }
        let carried = self.asset_names(reader, reader.get(node, "assets"));
        data.extend(carried.into_iter().filter(|name| !data.contains(name)).collect::<Vec<_>>());
        self.named(reader, node, &key);
        let own = reader.get(node, "attributes");
        let protocol = own.and_then(|own| reader.text(own, "protocol"));
        let encrypted = own.and_then(|own| reader.flag(own, "encrypted"));
        let authenticated = own.and_then(|own| reader.flag(own, "authenticated"));
        let both = reader.get(node, "bidirectional").filter(|both| reader.peek(*both).as_deref() == Some("true"));
        reader.leave(node, "bidirectional", "it is false");
        let [from, to] = &ends;
        let (Some(from), Some(to)) = (from.key(), to.key()) else {
            if let Some(both) = both {
                reader.mapped(both, "told in words");
            }
            let mut said = origin.notes;
            said.extend(protocol.map(|protocol| format!("protocol {protocol}")));
            said.extend(encrypted.map(|yes| format!("encrypted {yes}")));
            said.extend(authenticated.map(|yes| format!("authenticated {yes}")));
            said.extend(both.map(|_| "both ways".to_owned()));
            data.retain(|data| Some(data) != name.as_ref());
            said.extend((!data.is_empty()).then(|| format!("carries {}", data.join(", "))));
            self.loose.insert(key.clone());
            loose(reader, node, Loose { key, name: name.unwrap_or_default(), ends, said }, draft);
            return;
        };
        self.there.insert(key.clone());
        let forth = Flow { origin, from: from.clone(), to: to.clone(), protocol, data, encrypted, authenticated };
        match both {
            Some(place) => {
                reader.mapped(place, "goes both ways, so it became two flows");
                let origin = Origin { key: format!("{key}/back"), hint: None, notes: Vec::new() };
                let back = Flow { origin, from: to, to: from, ..forth.clone() };
                draft.flows.extend([forth, back]);
            }
            None => draft.flows.push(forth),
        }
    }

    /// The component at an end of a flow.
    fn end(&self, reader: &mut Reader, node: Node, key: &str) -> End {
        let Some((place, id)) = reader.get(node, key).and_then(|place| Some((place, reader.peek(place)?))) else {
            return End::Nowhere;
        };
        reader.keep(place);
        let wanted = format!("component:{id}");
        if self.there.contains(&wanted) {
            return End::Known(wanted);
        }
        reader.odd(place, format!("no component has the id `{id}`"));
        End::Unknown(id)
    }
}
