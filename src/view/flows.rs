//! What a threat model's diagram is drawn from.

use std::collections::BTreeMap;

use super::words;
use crate::model::address::encoded;
use crate::model::diagram::{FlowDiagram, FlowEdge, FlowNode, Marker};
use crate::model::leaf::{Id, PartRef};
use crate::model::threat_model::{Component, ThreatModel, Zone};
use crate::source::At;

/// Components, flows and zones with the threats that strike them; nothing where there is too little or too much to see.
pub fn of_model(title: &str, model: &ThreatModel) -> Option<FlowDiagram> {
    let small = model.components.len() <= FlowDiagram::MOST_COMPONENTS && model.flows.len() <= FlowDiagram::MOST_FLOWS;
    if model.components.is_empty() || !small {
        return None;
    }
    let zones = places(model.zones.iter().map(|zone| zone.id.as_ref()));
    let components = places(model.components.iter().map(|component| component.id.as_ref()));
    let threats = markers(model);
    let node = |component: &Component| FlowNode {
        label: named(component.id.as_ref(), component.name.as_ref()),
        href: anchor(component.id.as_ref()),
        sort: component.component_type.as_ref().map_or("process", |sort| sort.value.as_str()),
        zone: component.zone.as_ref().and_then(|zone| zones.get(zone.value.0.as_str())).copied(),
        threats: struck(&threats, component.id.as_ref()),
    };
    let end = |end: &Option<At<PartRef>>| components.get(end.as_ref()?.value.0.as_str()).copied();
    // A flow from or to nowhere is an error of its own.
    let flows = model.flows.iter().filter_map(|flow| {
        Some(FlowEdge {
            id: flow.id.as_ref().map_or_else(String::new, |id| id.value.0.clone()),
            data: flow.data.iter().map(|data| data.value.as_str()).collect::<Vec<_>>().join(", "),
            href: anchor(flow.id.as_ref()),
            from: end(&flow.from)?,
            to: end(&flow.to)?,
            crosses: model.crossed(flow).is_some(),
            threats: struck(&threats, flow.id.as_ref()),
        })
    });
    let zone = |zone: &Zone| {
        let trust = zone.trust.as_ref().map(|trust| trust.value.clone());
        (named(zone.id.as_ref(), zone.name.as_ref()), trust)
    };
    Some(FlowDiagram {
        title: format!("{title}: components in their zones of trust, and what flows between them"),
        zones: model.zones.iter().map(zone).collect(),
        components: model.components.iter().map(node).collect(),
        flows: flows.collect(),
    })
}

fn places<'m>(ids: impl Iterator<Item = Option<&'m At<Id>>>) -> BTreeMap<&'m str, usize> {
    ids.enumerate().filter_map(|(number, id)| Some((id?.value.0.as_str(), number))).collect()
}

fn named(id: Option<&At<Id>>, name: Option<&At<String>>) -> String {
    name.map(|name| name.value.clone()).or_else(|| Some(id?.value.0.clone())).unwrap_or_default()
}

fn anchor(id: Option<&At<Id>>) -> String {
    id.map_or_else(String::new, |id| format!("#{}", encoded(&id.value.0)))
}

fn struck(threats: &BTreeMap<&str, Vec<Marker>>, id: Option<&At<Id>>) -> Vec<Marker> {
    id.and_then(|id| threats.get(id.value.0.as_str())).cloned().unwrap_or_default()
}

/// Markers by what they strike.
fn markers(model: &ThreatModel) -> BTreeMap<&str, Vec<Marker>> {
    let mut markers: BTreeMap<&str, Vec<Marker>> = BTreeMap::new();
    for threat in &model.threats {
        let state = words::threat(threat.status.as_ref().map(|status| status.value));
        let title = threat.title.as_ref().map_or("", |title| title.value.as_str());
        let marker = Marker {
            id: threat.id.as_ref().map_or_else(String::new, |id| id.value.0.clone()),
            title: format!("{title} ({})", state.label),
            tone: state.tone,
            href: anchor(threat.id.as_ref()),
        };
        for target in &threat.targets {
            let own = markers.entry(target.value.0.as_str()).or_default();
            if own.last() != Some(&marker) {
                own.push(marker.clone());
            }
        }
    }
    markers
}
