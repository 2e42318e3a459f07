//! Threats of cells, which stand in their data or beside it, and the requirements that are texts of theirs.
//!
//! In: a cell. Out: its threats, each with a requirement where it says how it is mitigated.

use super::super::draft::{Draft, Origin, Requirement, Threat, line};
use super::super::tree::{Node, Reader};
use super::{DERIVED, PLACEHOLDER, Reading, Sort};

impl Reading {
    pub(super) fn threats_of(&mut self, reader: &mut Reader, at: usize, draft: &mut Draft) {
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
