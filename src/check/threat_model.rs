//! Rules for threat models: parts that exist, mitigation that was shown, risks that somebody of each side carries until a day.

use std::collections::{BTreeMap, BTreeSet};

use super::{Report, classifications, side_of, unproven, verified_ahead};
use crate::diagnostic::{codes, did_you_mean};
use crate::model::about;
use crate::model::category;
use crate::model::diagram::FlowDiagram;
use crate::model::leaf::{Id, PartRef};
use crate::model::registry::Side;
use crate::model::site::Site;
use crate::model::threat_model::{
    Assumption, Requirement, RequirementStatus, Threat, ThreatModel, ThreatStatus, Validity,
};
use crate::source::{At, Span};

/// Checks one threat model.
pub fn check(site: &Site, model: &ThreatModel, report: &mut Report<'_>) {
    parts(model, report);
    if model.threats.is_empty() && model.none_found.is_none() {
        let top = report.top();
        report.missing(
            &codes::NO_THREATS,
            top,
            "the model lists no threat",
            "add `threats:`, or say in `none_found:` why there is none",
        );
    }
    for threat in &model.threats {
        classifications::cwe(&threat.cwe, report);
        category_of(model, threat, report);
        let span = threat.status.as_ref().map_or_else(|| span_of(threat.id.as_ref(), report), |status| status.span);
        match threat.status.as_ref().map(|status| status.value) {
            Some(ThreatStatus::Mitigated) => mitigated(model, threat, span, report),
            Some(ThreatStatus::Accepted) => accepted(site, threat, span, report),
            _ => {}
        }
    }
    boundaries(model, report);
    drawn(model, report);
    for requirement in &model.requirements {
        incomplete(model, requirement, report);
        verified_ahead(site, requirement.id.as_ref(), requirement.verified.as_ref(), report);
    }
}

/// A category is one of the method's, where the method has a list; an import joins several by commas.
fn category_of(model: &ThreatModel, threat: &Threat, report: &mut Report<'_>) {
    let (Some(method), Some(written)) = (&model.method, &threat.category) else { return };
    let known = category::of(method.value);
    let one_of_them = |one: &str| category::place(known, one).is_some();
    if known.is_empty() || one_of_them(&written.value) {
        return;
    }
    let mut parts = written.value.split(',').map(str::trim).filter(|part| !part.is_empty());
    let Some(odd) = parts.find(|part| !one_of_them(part)) else { return };
    let names = || known.iter().map(|(name, _)| *name);
    let help = did_you_mean(odd, names()).unwrap_or_else(|| {
        let names: Vec<&str> = names().collect();
        format!("known are {}; under `method: other` the words are yours", names.join(", "))
    });
    let message = format!("{} has no category `{odd}`", method.value.as_str());
    report.note(&codes::UNKNOWN_CATEGORY, written.span, message, help);
}

fn span_of(id: Option<&At<Id>>, report: &Report<'_>) -> Span {
    id.map_or_else(|| report.top(), |id| id.span)
}

fn ids<'m>(parts: impl Iterator<Item = Option<&'m At<Id>>>) -> BTreeSet<&'m str> {
    parts.flatten().map(|id| id.value.0.as_str()).collect()
}

/// Every target, zone, `mitigated_by` and `for` names a part of the right sort.
fn parts(model: &ThreatModel, report: &mut Report<'_>) {
    let components = ids(model.components.iter().map(|part| part.id.as_ref()));
    let flows = ids(model.flows.iter().map(|part| part.id.as_ref()));
    let assets = ids(model.assets.iter().map(|part| part.id.as_ref()));
    let zones = ids(model.zones.iter().map(|part| part.id.as_ref()));
    let threats = ids(model.threats.iter().map(|part| part.id.as_ref()));
    let requirements = ids(model.requirements.iter().map(|part| part.id.as_ref()));
    let targets: BTreeSet<&str> = components.iter().chain(&flows).chain(&assets).copied().collect();
    for component in &model.components {
        known(component.zone.iter(), &zones, "zone", report);
    }
    for flow in &model.flows {
        known(flow.from.iter().chain(&flow.to), &components, "component", report);
    }
    for threat in &model.threats {
        known(threat.targets.iter(), &targets, "component, flow or asset", report);
        known(threat.mitigated_by.iter(), &requirements, "requirement", report);
    }
    for requirement in &model.requirements {
        known(requirement.threats.iter(), &threats, "threat", report);
    }
    for assumption in &model.assumptions {
        known(assumption.threats.iter(), &threats, "threat", report);
    }
}

fn known<'m>(
    references: impl Iterator<Item = &'m At<PartRef>>,
    ids: &BTreeSet<&str>,
    noun: &str,
    report: &mut Report<'_>,
) {
    for reference in references {
        if !ids.contains(reference.value.0.as_str()) {
            let help = did_you_mean(&reference.value.0, ids.iter().copied()).unwrap_or_else(|| {
                if ids.is_empty() {
                    format!("this model has no {noun} yet")
                } else {
                    format!("known are {}", ids.iter().copied().collect::<Vec<_>>().join(", "))
                }
            });
            report.note(
                &codes::UNKNOWN_PART,
                reference.span,
                format!("this model has no {noun} `{}`", reference.value.0),
                help,
            );
        }
    }
}

/// A mitigated threat has a requirement that was shown to hold, and rests on no open assumption.
fn mitigated(model: &ThreatModel, threat: &Threat, span: Span, report: &mut Report<'_>) {
    let id = threat.id.as_ref().map_or("", |id| id.value.0.as_str());
    let verified = |requirement: &Requirement| {
        requirement.status.as_ref().is_some_and(|status| status.value == RequirementStatus::Verified)
            && requirement.verified.is_some()
    };
    if !model.requirements.iter().filter(|requirement| about::answers(requirement, threat)).any(verified) {
        let message = format!("{id} is called mitigated, and no requirement for it is verified");
        report.note(&codes::MITIGATED_UNVERIFIED, span, message, "verify a requirement (`status: verified` with `verified: {date, by, evidence}`), or say `status: mitigating`");
    }
    for assumption in &model.assumptions {
        rests_on(assumption, id, report);
    }
}

/// What a mitigated threat rests on holds. An assumption that is known to be false counts for the threats it names alone:
/// without a list it is kept as something that was learnt.
fn rests_on(assumption: &Assumption, threat: &str, report: &mut Report<'_>) {
    let validity = assumption.validity.as_ref().map_or(Validity::Unconfirmed, |validity| validity.value);
    let named = assumption.threats.iter().any(|of| of.value.0 == threat);
    let (code, is, help) = match validity {
        Validity::Unconfirmed if named || assumption.threats.is_empty() => (
            &codes::ASSUMPTION_UNCONFIRMED,
            "unconfirmed",
            "confirm it, or name in its `threats:` the ones that do rest on it",
        ),
        Validity::Rejected if named => (
            &codes::ASSUMPTION_REJECTED,
            "known to be false",
            "say `status: mitigating` until something else answers the threat; if it no longer rests on it, take it out of `threats:`",
        ),
        _ => return,
    };
    let name = assumption.id.as_ref().map_or("an assumption", |id| id.value.0.as_str());
    let place =
        assumption.validity.as_ref().map_or_else(|| span_of(assumption.id.as_ref(), report), |validity| validity.span);
    report.note(code, place, format!("{name} is {is}, and {threat}, called mitigated, rests on it"), help);
}

/// A risk is accepted by both sides, for a reason, until a day.
fn accepted(site: &Site, threat: &Threat, span: Span, report: &mut Report<'_>) {
    let id = threat.id.as_ref().map_or("", |id| id.value.0.as_str());
    let by: Vec<&str> =
        threat.accepted.iter().flat_map(|accepted| &accepted.by).map(|owner| owner.value.0.as_str()).collect();
    let has = |side: Side| by.iter().any(|owner| side_of(site, owner) == Some(side));
    let accepted = threat.accepted.as_ref();
    let lacks: Vec<&str> = [
        (!has(Side::Delivery), "an owner who delivers"),
        (!has(Side::Security), "an owner of security"),
        (accepted.is_none_or(|accepted| accepted.reason.is_none()), "a reason"),
        (accepted.is_none_or(|accepted| accepted.until.is_none()), "an end"),
    ]
    .into_iter()
    .filter_map(|(missing, what)| missing.then_some(what))
    .collect();
    if !lacks.is_empty() {
        let message = format!("{id} is accepted without {}", lacks.join(", "));
        report.note(
            &codes::ACCEPTED_INCOMPLETE,
            span,
            message,
            "write `accepted: {by: [owner of each side], date, until, reason}`",
        );
    }
    if let Some(until) =
        accepted.and_then(|accepted| accepted.until.as_ref()).filter(|until| until.value < site.config.today)
    {
        let message = format!("the acceptance of {id} ended on {}", until.value);
        report.note(
            &codes::ACCEPTANCE_EXPIRED,
            until.span,
            message,
            "decide again: mitigate it, or accept it until another day",
        );
    }
}

/// A flow between two zones crosses a trust boundary: some threat should name it.
fn boundaries(model: &ThreatModel, report: &mut Report<'_>) {
    let zone: BTreeMap<&str, &str> = model
        .components
        .iter()
        .filter_map(|component| {
            Some((component.id.as_ref()?.value.0.as_str(), component.zone.as_ref()?.value.0.as_str()))
        })
        .collect();
    let named: BTreeSet<&str> =
        model.threats.iter().flat_map(|threat| &threat.targets).map(|target| target.value.0.as_str()).collect();
    if model.none_found.is_some() {
        return;
    }
    for flow in &model.flows {
        let (Some(id), Some(from), Some(to)) = (&flow.id, &flow.from, &flow.to) else { continue };
        let (Some(from), Some(to)) = (zone.get(from.value.0.as_str()), zone.get(to.value.0.as_str())) else { continue };
        if from != to && !named.contains(id.value.0.as_str()) {
            let message = format!("the flow {} crosses from {from} to {to}, and no threat names it", id.value.0);
            report.note(
                &codes::BOUNDARY_UNTHREATENED,
                id.span,
                message,
                "ask what may go wrong on it, and name it in a threat's `targets`",
            );
        }
    }
}

/// What is too large for one picture is told in tables alone.
fn drawn(model: &ThreatModel, report: &mut Report<'_>) {
    let components = model.components.get(FlowDiagram::MOST_COMPONENTS);
    let flows = model.flows.get(FlowDiagram::MOST_FLOWS);
    let (span, count, what) = match (components, flows) {
        (Some(one), _) => (span_of(one.id.as_ref(), report), model.components.len(), "components"),
        (None, Some(one)) => (span_of(one.id.as_ref(), report), model.flows.len(), "flows"),
        (None, None) => return,
    };
    let most = if what == "flows" { FlowDiagram::MOST_FLOWS } else { FlowDiagram::MOST_COMPONENTS };
    report.note(
        &codes::DIAGRAM_TOO_BIG,
        span,
        format!("the model has {count} {what}, and a diagram has at most {most}"),
        "cut the model in two, or leave out what no threat depends on; the tables have everything",
    );
}

/// A requirement has a threat, an owner and, once accepted, a ticket; one that is verified says how.
fn incomplete(model: &ThreatModel, requirement: &Requirement, report: &mut Report<'_>) {
    let Some(id) = &requirement.id else { return };
    let status = requirement.status.as_ref().map(|status| status.value);
    let taken_on = matches!(
        status,
        Some(
            RequirementStatus::Accepted
                | RequirementStatus::InProgress
                | RequirementStatus::Implemented
                | RequirementStatus::Verified
        )
    );
    let unproven = unproven(requirement.verified.as_ref());
    let lacks: Vec<&str> = [
        (requirement.threats.is_empty() && about::answered(model, requirement).is_empty(), "a threat it is for"),
        (requirement.owner.is_empty(), "an owner"),
        (taken_on && requirement.ticket.is_none(), "a ticket"),
        (status == Some(RequirementStatus::Verified) && unproven.is_some(), unproven.unwrap_or_default()),
    ]
    .into_iter()
    .filter_map(|(missing, what)| missing.then_some(what))
    .collect();
    if !lacks.is_empty() {
        report.note(
            &codes::REQUIREMENT_INCOMPLETE,
            id.span,
            format!("{} lacks {}", id.value.0, lacks.join(", ")),
            "a requirement without them is nobody's",
        );
    }
}
