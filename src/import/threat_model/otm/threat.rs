//! Threats: one of ours for each of the list, with a target for each place that names it.
//!
//! In: an entry of `threats`, and the states in which components and flows have it. Out: a threat that is at most `mitigating`.

use std::collections::BTreeSet;

use super::super::draft::{Draft, Threat, line};
use super::super::tree::{Node, Reader};
use super::{Named, Reading, texts};
use crate::catalogue;
use crate::model::leaf::Cwe;

impl Reading {
    pub(super) fn threat(&mut self, reader: &mut Reader, node: Node, draft: &mut Draft) {
        let id = reader.get(node, "id").and_then(|id| reader.peek(id)).unwrap_or_default();
        let key = self.key(reader, node, "threat");
        let mut origin = Self::origin(reader, node, key);
        let name = reader.text(node, "name").map(|name| line(&name));
        if name.is_none() {
            reader.odd(node, "a threat without a name");
        }
        let cwe = cwes(reader, node);
        let categories = texts(reader, reader.get(node, "categories"));
        let mut risk = [None, None];
        if let Some(place) = reader.get(node, "risk") {
            for (at, key) in ["likelihood", "impact"].into_iter().enumerate() {
                let own = reader.path(node, &["attributes", key]).and_then(|own| reader.take(own));
                let number = reader.get(place, key).and_then(|number| Some((number, reader.peek(number)?)));
                let Some(slot) = risk.get_mut(at) else { continue };
                slot.clone_from(&own);
                if let Some((number, said)) = number {
                    reader.mapped(number, format!("`{key}` is a number of 100"));
                    // Our own export writes a number where the model says nothing.
                    let unsaid = own.is_none() && reader.path(node, &["attributes", "status"]).is_some();
                    *slot = Some(own.unwrap_or_else(|| format!("{said} of 100"))).filter(|_| !unsaid);
                }
                origin
                    .notes
                    .extend(reader.text(place, &format!("{key}Comment")).map(|text| format!("On the {key}: {text}")));
            }
        }
        let own = reader.path(node, &["attributes", "status"]).and_then(|own| reader.peek(own));
        let named = self.threats.entry(id).or_default();
        let again = std::mem::replace(&mut named.found, true);
        let status = if again { "open" } else { threat_status(reader, named, own.as_deref()) };
        let mut targets = self.targets(&origin.key);
        for place in reader.items(reader.path(node, &["attributes", "targets"])) {
            let key = reader.peek(place).map(|id| format!("asset:{id}")).unwrap_or_default();
            if self.assets.contains_key(&key) {
                reader.keep(place);
                targets.push(key);
            }
        }
        if let Some(own) = reader.path(node, &["attributes", "status"]) {
            let said = reader.peek(own).unwrap_or_default();
            reader.became(own, &said, status, "");
        }
        let [likelihood, impact] = risk;
        let title = name.unwrap_or_else(|| "A threat without a name".to_owned());
        let category = (!categories.is_empty()).then(|| categories.join(", "));
        self.there.insert(origin.key.clone());
        draft.threats.push(Threat { origin, title, category, targets, cwe, likelihood, impact, status });
    }

    /// Where a threat strikes: flows, those with a loose end as well, components, and assets that our export has named.
    fn targets(&self, key: &str) -> Vec<String> {
        let id = key.split_once(':').map_or(key, |(_, id)| id);
        let by = self.threats.get(id).into_iter().flat_map(|named| &named.by);
        let mut seen: BTreeSet<&String> = BTreeSet::new();
        let there = |by: &&String| self.there.contains(*by) || self.loose.contains(*by);
        by.filter(|by| there(by) && seen.insert(by)).cloned().collect()
    }
}

/// One status for all places that have a threat: the least that any of them says.
fn threat_status(reader: &mut Reader, named: &Named, own: Option<&str>) -> &'static str {
    let mut words = Vec::new();
    for (said, (place, state)) in named.states.iter().zip(&named.places) {
        reader.keep(*place);
        let word = match said.to_ascii_lowercase().replace(['_', ' '], "-").as_str() {
            "mitigated" | "partly-mitigated" | "partially-mitigated" | "mitigating" => "mitigating",
            "not-applicable" | "n/a" | "na" | "hidden" => "not-applicable",
            "transferred" => "transferred",
            "avoided" => "avoided",
            _ => "open",
        };
        words.push(word);
        if let Some(state) = state {
            reader.became(*state, said, word, "");
        }
    }
    if let Some(own) = own {
        // What we have exported ourselves, less what has to be shown again.
        return match own {
            "mitigating" | "mitigated" => "mitigating",
            "transferred" => "transferred",
            "avoided" => "avoided",
            "not-applicable" => "not-applicable",
            _ => "open",
        };
    }
    let first = words.first().copied().unwrap_or("open");
    if words.iter().all(|word| *word == first) {
        first
    } else if words.contains(&"open") {
        "open"
    } else {
        "mitigating"
    }
}

fn cwes(reader: &mut Reader, node: Node) -> Vec<u32> {
    let mut numbers = Vec::new();
    for item in reader.items(reader.get(node, "cwes")) {
        let Some(said) = reader.peek(item) else { continue };
        match Cwe::parse(&said).filter(|cwe| catalogue::cwe(cwe.0).is_some()) {
            Some(cwe) => {
                reader.keep(item);
                if !numbers.contains(&cwe.0) {
                    numbers.push(cwe.0);
                }
            }
            None => reader.odd(item, format!("`{said}` is no weakness of the catalogue")),
        }
    }
    numbers
}
