//! A threat model as Open Threat Model 0.2, for other tools.
//!
//! In: a page and its model. Out: JSON that the standard's schema takes, and what it has no place for. Ratings that we have in words become
//! numbers, as the standard wants them; the words stand under `attributes`, with whatever else only we know, and `tiltyard import otm` reads them.

use serde_json::{Map, Value, json};

use crate::model::about;
use crate::model::leaf::OwnerRef;
use crate::model::site::{Page, Site};
use crate::model::threat_model::{Component, Flow, Requirement, RequirementStatus, Threat, ThreatModel, ThreatStatus};
use crate::source::At;

/// The zone of components that stand in none, since the standard wants one.
pub const NO_ZONE: &str = "no-zone-said";

/// A finished file.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// The file.
    pub json: Value,
    /// What it has no place for, each with how many there are: `3 assumptions`.
    pub left_out: Vec<String>,
}

/// Writes a model.
#[must_use]
pub fn otm(site: &Site, page: &Page, model: &ThreatModel) -> Exported {
    let mut zones: Vec<Value> = model
        .zones
        .iter()
        .filter_map(|zone| {
            let id = id(zone.id.as_ref())?;
            let trust = text(zone.trust.as_ref());
            let rating = trust.as_deref().and_then(rating).unwrap_or(50.0);
            Some(json!({"id": id, "name": text(zone.name.as_ref()).unwrap_or_else(|| id.clone()), "risk": {"trustRating": number(rating)}, "attributes": {"trust": trust}}))
        })
        .collect();
    if model.components.iter().any(|component| component.zone.is_none()) {
        zones.push(json!({"id": NO_ZONE, "name": "No zone said", "risk": {"trustRating": 0}, "description": "The model does not say where these components stand."}));
    }
    let json = json!({
        "otmVersion": "0.2.0",
        "project": project(site, page, model),
        "assets": model.assets.iter().filter_map(asset).collect::<Vec<_>>(),
        "trustZones": zones,
        "components": model.components.iter().filter_map(|one| component(model, one)).collect::<Vec<_>>(),
        "dataflows": model.flows.iter().filter_map(|flow| dataflow(model, flow)).collect::<Vec<_>>(),
        "threats": model.threats.iter().filter_map(|one| threat(model, one)).collect::<Vec<_>>(),
        "mitigations": model.requirements.iter().filter_map(|one| mitigation(site, model, one)).collect::<Vec<_>>(),
    });
    Exported { json, left_out: left_out(page, model) }
}

/// What the model is about, and whose it is.
fn project(site: &Site, page: &Page, model: &ThreatModel) -> Value {
    let common = &page.document.common;
    let scope = model.scope.as_ref();
    let mut project = json!({
        "name": page.title,
        "id": page.id,
        "description": page.summary,
        "attributes": {
            "method": model.method.as_ref().map(|method| method.value.as_str()),
            "feature": text(model.feature.as_ref()),
            "services": common.services.iter().map(|service| service.value.0.clone()).collect::<Vec<_>>(),
            "scope": scope.map(|scope| texts(&scope.inside)).unwrap_or_default(),
            "outOfScope": scope.map(|scope| texts(&scope.outside)).unwrap_or_default(),
        },
    });
    let owners = shown(site, &common.owners);
    if let Some(project) = project.as_object_mut() {
        if !owners.is_empty() {
            project.insert("owner".to_owned(), json!(owners.join(", ")));
        }
        if !common.tags.is_empty() {
            project.insert("tags".to_owned(), json!(texts(&common.tags)));
        }
    }
    project
}

/// Owners without those who are not to be named.
fn shown(site: &Site, owners: &[At<OwnerRef>]) -> Vec<String> {
    owners.iter().map(|owner| owner.value.0.clone()).filter(|owner| !site.hidden_people.contains(owner)).collect()
}

fn left_out(page: &Page, model: &ThreatModel) -> Vec<String> {
    let body = page.document.text.get(page.document.body_start..).unwrap_or_default();
    let common = &page.document.common;
    let dates = [&common.created, &common.updated, &common.reviewed].into_iter().flatten().count();
    [
        ("assumption", "assumptions", model.assumptions.len()),
        (
            "acceptance of a risk",
            "acceptances of risks",
            model.threats.iter().filter(|threat| threat.accepted.is_some()).count(),
        ),
        (
            "finding under a threat",
            "findings under threats",
            model.threats.iter().map(|threat| threat.findings.len()).sum(),
        ),
        ("set of answers of the session", "answers of the session", usize::from(model.answers.is_some())),
        (
            "verification of a requirement",
            "verifications of requirements",
            model.requirements.iter().filter(|one| one.verified.is_some()).count(),
        ),
        ("reason why no threat was found", "reasons why no threat was found", usize::from(model.none_found.is_some())),
        ("file that it was imported from", "files that it was imported from", model.sources.len()),
        ("author or reviewer", "authors and reviewers", common.authors.len() + common.reviewers.len()),
        ("date of the page", "dates of the page", dates),
        (
            "field for this house (`extra`, `review_every`, `audience`)",
            "fields for this house (`extra`, `review_every`, `audience`)",
            usize::from(common.extra.is_some())
                + usize::from(common.review_every.is_some())
                + usize::from(common.audience.is_some()),
        ),
        ("related page or other name", "related pages and other names", common.related.len() + common.aliases.len()),
        (
            "line of text below the fields",
            "lines of text below the fields",
            body.lines().filter(|line| !line.trim().is_empty()).count(),
        ),
    ]
    .into_iter()
    .filter(|(_, _, count)| *count > 0)
    .map(|(one, many, count)| format!("{count} {}", if count == 1 { one } else { many }))
    .collect()
}

fn id(id: Option<&At<crate::model::leaf::Id>>) -> Option<String> {
    id.map(|id| id.value.0.clone())
}

fn text(text: Option<&At<String>>) -> Option<String> {
    text.map(|text| text.value.clone())
}

fn texts(texts: &[At<String>]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}

/// A word or a number as a number from 0 to 100.
fn rating(said: &str) -> Option<f64> {
    let said = said.trim().to_lowercase();
    let first = said.split_whitespace().next()?.trim_end_matches('%');
    if let Ok(number) = first.parse::<f64>() {
        return number.is_finite().then(|| number.clamp(0.0, 100.0));
    }
    Some(match said.as_str() {
        "none" | "untrusted" => 0.0,
        "very low" => 10.0,
        "low" => 25.0,
        "medium" | "moderate" => 50.0,
        "high" => 75.0,
        "very high" | "critical" | "severe" | "full" => 100.0,
        _ => return None,
    })
}

/// Whole numbers without a point.
#[expect(clippy::cast_possible_truncation, reason = "from 0 to 100")]
fn number(number: f64) -> Value {
    if number.fract() == 0.0 { json!(number as i64) } else { json!(number) }
}

fn asset(asset: &crate::model::threat_model::Asset) -> Option<Value> {
    let id = id(asset.id.as_ref())?;
    let sensitivity = text(asset.sensitivity.as_ref());
    let risk = number(sensitivity.as_deref().and_then(rating).unwrap_or(50.0));
    Some(json!({
        "id": id,
        "name": text(asset.name.as_ref()).unwrap_or_else(|| id.clone()),
        "risk": {"confidentiality": risk, "integrity": risk, "availability": risk},
        "attributes": {"sensitivity": sensitivity},
    }))
}

fn component(model: &ThreatModel, component: &Component) -> Option<Value> {
    let id = id(component.id.as_ref())?;
    let kind = component.component_type.as_ref().map_or("process", |kind| kind.value.as_str());
    let zone = component.zone.as_ref().map_or(NO_ZONE, |zone| zone.value.0.as_str());
    let mut written = json!({
        "id": id,
        "name": text(component.name.as_ref()).unwrap_or_else(|| id.clone()),
        "type": kind,
        "parent": {"trustZone": zone},
        "threats": instances(model, &id),
    });
    if let (Some(service), Some(written)) = (&component.service, written.as_object_mut()) {
        written.insert("attributes".to_owned(), json!({"service": service.value.0}));
    }
    Some(written)
}

fn dataflow(model: &ThreatModel, flow: &Flow) -> Option<Value> {
    let id = id(flow.id.as_ref())?;
    let data: Vec<String> = flow.data.iter().map(|data| data.value.clone()).collect();
    let name = if data.is_empty() { id.clone() } else { data.join(", ") };
    let mut attributes = Map::new();
    for (key, value) in [
        ("protocol", json!(text(flow.protocol.as_ref()))),
        ("encrypted", json!(flow.encrypted.as_ref().map(|yes| yes.value))),
        ("authenticated", json!(flow.authenticated.as_ref().map(|yes| yes.value))),
        ("data", if data.is_empty() { Value::Null } else { json!(data) }),
    ] {
        if !value.is_null() {
            attributes.insert(key.to_owned(), value);
        }
    }
    Some(json!({
        "id": id,
        "name": name,
        "bidirectional": false,
        "source": flow.from.as_ref()?.value.0,
        "destination": flow.to.as_ref()?.value.0,
        "threats": instances(model, &id),
        "attributes": attributes,
    }))
}

/// The threats that strike a component or a flow, each with what is required against it.
fn instances(model: &ThreatModel, target: &str) -> Vec<Value> {
    let strikes = |threat: &&Threat| threat.targets.iter().any(|of| of.value.0 == target);
    let one = |threat: &Threat| {
        let id = id(threat.id.as_ref())?;
        let answers: Vec<Value> = model
            .requirements
            .iter()
            .filter(|requirement| about::answers(requirement, threat))
            .filter_map(|requirement| {
                Some(json!({"mitigation": requirement.id.as_ref()?.value.0, "state": state_of(requirement)}))
            })
            .collect();
        Some(json!({"threat": id, "state": state(threat), "mitigations": answers}))
    };
    model.threats.iter().filter(strikes).filter_map(one).collect()
}

fn state(threat: &Threat) -> &'static str {
    match threat.status.as_ref().map(|status| status.value) {
        Some(ThreatStatus::Mitigating) => "partly-mitigated",
        Some(ThreatStatus::Mitigated) => "mitigated",
        Some(ThreatStatus::Accepted) => "accepted",
        Some(ThreatStatus::Transferred) => "transferred",
        Some(ThreatStatus::Avoided) => "avoided",
        Some(ThreatStatus::NotApplicable) => "not-applicable",
        Some(ThreatStatus::Open) | None => "exposed",
    }
}

fn state_of(requirement: &Requirement) -> &'static str {
    match requirement.status.as_ref().map(|status| status.value) {
        Some(RequirementStatus::Implemented | RequirementStatus::Verified) => "implemented",
        Some(RequirementStatus::Accepted | RequirementStatus::InProgress) => "required",
        Some(RequirementStatus::WontDo) => "rejected",
        Some(RequirementStatus::Proposed) | None => "recommended",
    }
}

fn threat(model: &ThreatModel, threat: &Threat) -> Option<Value> {
    let id = id(threat.id.as_ref())?;
    let (likelihood, impact) = (text(threat.likelihood.as_ref()), text(threat.impact.as_ref()));
    // Assets are no place where the standard lets a threat strike.
    let is_asset =
        |target: &str| model.assets.iter().any(|asset| asset.id.as_ref().is_some_and(|id| id.value.0 == target));
    let assets: Vec<&str> =
        threat.targets.iter().map(|target| target.value.0.as_str()).filter(|target| is_asset(target)).collect();
    Some(json!({
        "id": id,
        "name": text(threat.title.as_ref()).unwrap_or_else(|| id.clone()),
        "categories": threat.category.iter().map(|category| category.value.clone()).collect::<Vec<_>>(),
        "cwes": threat.cwe.iter().map(|cwe| format!("CWE-{}", cwe.value.0)).collect::<Vec<_>>(),
        "risk": {
            "likelihood": likelihood.as_deref().and_then(rating).map(number),
            "impact": number(impact.as_deref().and_then(rating).unwrap_or(50.0)),
        },
        "attributes": {
            "status": threat.status.as_ref().map(|status| status.value.as_str()),
            "likelihood": likelihood,
            "impact": impact,
            "targets": assets,
        },
    }))
}

fn mitigation(site: &Site, model: &ThreatModel, requirement: &Requirement) -> Option<Value> {
    let id = id(requirement.id.as_ref())?;
    // A threat that strikes nothing, or only assets, has no other place that says what answers it.
    let mut answered: Vec<&str> = requirement.threats.iter().map(|threat| threat.value.0.as_str()).collect();
    for threat in about::answered(model, requirement) {
        answered.extend(
            threat.id.iter().map(|id| id.value.0.as_str()).filter(|id| !answered.contains(id)).collect::<Vec<_>>(),
        );
    }
    Some(json!({
        "id": id,
        "name": text(requirement.text.as_ref()).unwrap_or_else(|| id.clone()),
        // How much it helps is not said in our models.
        "riskReduction": 0,
        "attributes": {
            "status": requirement.status.as_ref().map(|status| status.value.as_str()),
            "kind": requirement.kind.as_ref().map(|kind| kind.value.as_str()),
            "priority": text(requirement.priority.as_ref()),
            "phase": text(requirement.phase.as_ref()),
            "ticket": text(requirement.ticket.as_ref()),
            "asvs": requirement.asvs.iter().map(|asvs| asvs.value.0.clone()).collect::<Vec<_>>(),
            "owner": shown(site, &requirement.owner),
            "for": answered,
        },
    }))
}
