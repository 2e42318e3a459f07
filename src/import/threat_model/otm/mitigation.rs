//! Mitigations: one requirement for each of the list, for each threat that it stands under.
//!
//! In: an entry of `mitigations`, and the states in which it stands under threats. Out: a requirement that is at most `implemented`.

use super::super::draft::{Draft, Requirement, line};
use super::super::tree::{Node, Reader};
use super::{Named, Reading, references, word};
use crate::model::leaf::Asvs;

/// States of a requirement, as our own export writes them.
const OWN: [&str; 6] = ["proposed", "accepted", "in-progress", "implemented", "verified", "wont-do"];

impl Reading {
    pub(super) fn mitigation(&mut self, reader: &mut Reader, node: Node, draft: &mut Draft) {
        let id = reader.get(node, "id").and_then(|id| reader.peek(id)).unwrap_or_default();
        let key = self.key(reader, node, "mitigation");
        let mut origin = Self::origin(reader, node, key);
        let name = reader.text(node, "name").map(|name| line(&name));
        let text = name.unwrap_or_else(|| "A mitigation without a name".to_owned());
        let reduction = reader.get(node, "riskReduction").filter(|by| reader.peek(*by).as_deref() != Some("0"));
        origin
            .notes
            .extend(reduction.and_then(|by| reader.take(by)).map(|by| format!("Reduces the risk by {by} of 100")));
        reader.leave(node, "riskReduction", "nobody has said how much it helps");
        let own = reader.get(node, "attributes");
        let kind = word(
            reader,
            own.and_then(|own| reader.get(own, "kind")),
            &["acceptance-criterion", "backlog-item", "control", "detection"],
        );
        let priority = own.and_then(|own| reader.text(own, "priority"));
        let phase = own.and_then(|own| reader.text(own, "phase"));
        let ticket = own.and_then(|own| reader.text(own, "ticket")).map(|ticket| line(&ticket));
        let owner = references(reader, own.and_then(|own| reader.get(own, "owner")));
        let asvs = asvs(reader, own);
        let named = self.mitigations.entry(id).or_default();
        let again = std::mem::replace(&mut named.found, true);
        let status = if again { "proposed" } else { mitigation_status(reader, named) };
        let mut said = named.threats.clone();
        for place in reader.items(own.and_then(|own| reader.get(own, "for"))) {
            if let Some(threat) = reader.peek(place) {
                reader.mapped(place, "the threats it answers: `for`");
                said.push(threat);
            }
        }
        let status = match own.and_then(|own| word(reader, reader.get(own, "status"), &OWN)) {
            Some("verified") => "implemented",
            Some(own) if !again => own,
            _ => status,
        };
        if let Some(place) = own.and_then(|own| reader.get(own, "status")) {
            let said = reader.peek(place).unwrap_or_default();
            reader.became(place, &said, status, "");
        }
        let mut threats: Vec<String> = Vec::new();
        for threat in &said {
            let key = format!("threat:{threat}");
            if self.there.contains(&key) && !threats.contains(&key) {
                threats.push(key);
            }
        }
        draft.requirements.push(Requirement {
            origin,
            text,
            kind,
            threats,
            owner,
            priority,
            phase,
            asvs,
            ticket,
            status,
        });
    }
}

/// One status for all places that have a mitigation: the least that any of them says.
fn mitigation_status(reader: &mut Reader, named: &Named) -> &'static str {
    const ORDER: [&str; 5] = ["proposed", "accepted", "in-progress", "implemented", "wont-do"];
    let mut least = ORDER.len();
    for (said, (place, state)) in named.states.iter().zip(&named.places) {
        reader.keep(*place);
        let at = match said.to_ascii_lowercase().replace(['_', ' '], "-").as_str() {
            "implemented" | "verified" | "tested" => 3,
            "in-progress" | "test" => 2,
            "required" | "accepted" => 1,
            "rejected" | "wont-do" | "not-applicable" => 4,
            _ => 0,
        };
        least = least.min(at);
        if let (Some(state), Some(word)) = (state, ORDER.get(at)) {
            reader.became(*state, said, word, "");
        }
    }
    ORDER.get(least).copied().unwrap_or("proposed")
}

fn asvs(reader: &mut Reader, own: Option<Node>) -> Vec<String> {
    let mut ids = Vec::new();
    for item in reader.items(own.and_then(|own| reader.get(own, "asvs"))) {
        let Some(said) = reader.peek(item) else { continue };
        match Asvs::parse(&said) {
            Some(id) => {
                reader.keep(item);
                ids.extend((!ids.contains(&id.0)).then_some(id.0));
            }
            None => reader.odd(item, format!("`{said}` is no ASVS id such as `v5.0.0-1.2.4`")),
        }
    }
    ids
}
