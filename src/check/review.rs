//! Rules for joint reviews: both sides, times in order, phases considered, and no culprits.

use std::collections::BTreeSet;

use super::{Report, side_of, unproven, verified_ahead, wording};
use crate::diagnostic::{codes, did_you_mean};
use crate::model::kind::Kind;
use crate::model::registry::Side;
use crate::model::review::{Improvement, ImprovementStatus, Phase, Review, Sides};
use crate::model::since::overtaken;
use crate::model::site::Site;
use crate::source::Span;

/// Checks one review.
pub fn check(site: &Site, review: &Review, people: &wording::People, report: &mut Report<'_>) {
    if let Some(participants) = &review.participants {
        sides(site, Some(participants), report.top(), "the review", report);
    }
    for improvement in &review.improvements {
        improved(site, improvement, report);
    }
    facilitator(review, report);
    times(review, report);
    phases(review, report);
    models(site, review, report);
    wording::check(review, people, report);
}

/// Both sides are there, and each where it belongs.
fn sides(site: &Site, sides: Option<&Sides>, span: Span, what: &str, report: &mut Report<'_>) {
    let (delivery, security) = sides.map_or((&[] as &[_], &[] as &[_]), |sides| (&*sides.delivery, &*sides.security));
    let lacks: Vec<&str> = [(delivery.is_empty(), "delivery"), (security.is_empty(), "security")]
        .into_iter()
        .filter_map(|(missing, side)| missing.then_some(side))
        .collect();
    if !lacks.is_empty() {
        report.missing(
            &codes::ONE_SIDED,
            span,
            format!("{what} has nobody of {}", lacks.join(" and ")),
            "both sides own it: `{delivery: …, security: …}`",
        );
    }
    for (owners, side, other) in [(delivery, Side::Delivery, "security"), (security, Side::Security, "delivery")] {
        for owner in owners {
            if side_of(site, &owner.value.0).is_some_and(|is| is != side) {
                let message = format!("`{}` is on the {other} side, by the registry of teams", owner.value.0);
                report.note(&codes::ONE_SIDED, owner.span, message, "name somebody of this side");
            }
        }
    }
}

fn improved(site: &Site, improvement: &Improvement, report: &mut Report<'_>) {
    let Some(id) = &improvement.id else { return };
    sides(site, improvement.owners.as_ref(), id.span, &format!("improvement {}", id.value.0), report);
    verified_ahead(site, Some(id), improvement.verified.as_ref(), report);
    let status = improvement.status.as_ref().map_or(ImprovementStatus::Open, |status| status.value);
    let open = matches!(status, ImprovementStatus::Open | ImprovementStatus::InProgress);
    let lacks = match status {
        _ if open && improvement.due.is_none() => Some("a day by which it is done (`due`), so it can never be overdue"),
        ImprovementStatus::Verified => unproven(improvement.verified.as_ref()),
        ImprovementStatus::Dropped if improvement.dropped_reason.is_none() => Some("`dropped_reason`"),
        _ => None,
    };
    if let Some(lacks) = lacks {
        let message = format!("{}, {}, lacks {lacks}", id.value.0, status.as_str());
        let help = "what was agreed on is kept when others can see when, how or why";
        report.note(&codes::IMPROVEMENT_INCOMPLETE, id.span, message, help);
    }
    if let Some(due) = improvement.due.as_ref().filter(|due| open && due.value < site.config.today) {
        report.note(
            &codes::IMPROVEMENT_OVERDUE,
            due.span,
            format!("{} was due on {}", id.value.0, due.value),
            "finish it, agree on another day, or drop it with a reason",
        );
    }
}

fn facilitator(review: &Review, report: &mut Report<'_>) {
    let Some(facilitator) = &review.facilitator else { return };
    if review.responders.iter().any(|responder| responder.value == facilitator.value) {
        let message = format!("`{}` responded to the incident and cannot lead its review", facilitator.value.0);
        report.note(&codes::FACILITATOR_RESPONDED, facilitator.span, message, "ask somebody who was not there");
    }
}

fn times(review: &Review, report: &mut Report<'_>) {
    let Some(times) = &review.times else { return };
    let known: Vec<_> = [
        ("started", &times.started),
        ("detected", &times.detected),
        ("contained", &times.contained),
        ("resolved", &times.resolved),
    ]
    .into_iter()
    .filter_map(|(name, time)| time.as_ref().map(|time| (name, time)))
    .collect();
    for pair in known.windows(2) {
        if let [(before, first), (after, second)] = pair
            && second.value < first.value
        {
            report.note(
                &codes::TIMES_OUT_OF_ORDER,
                second.span,
                format!("`{after}` is before `{before}`"),
                "the order is started, detected, contained, resolved; mind the zones",
            );
        }
    }
}

fn phases(review: &Review, report: &mut Report<'_>) {
    let said: BTreeSet<Phase> = review
        .opportunities
        .iter()
        .filter_map(|opportunity| opportunity.phase.as_ref())
        .map(|phase| phase.value)
        .collect();
    let silent: Vec<&str> = [Phase::Development, Phase::Deployment, Phase::Detection]
        .into_iter()
        .filter(|phase| !said.contains(phase))
        .map(Phase::as_str)
        .collect();
    if !silent.is_empty() && !review.opportunities.is_empty() {
        let top = report.top();
        report.missing(
            &codes::PHASE_NOT_CONSIDERED,
            top,
            format!("`opportunities` says nothing of {}", silent.join(", ")),
            "name a chance, or write `{phase: …, considered: why nothing}`",
        );
    }
    let improvements: BTreeSet<&str> = review
        .improvements
        .iter()
        .filter_map(|improvement| improvement.id.as_ref())
        .map(|id| id.value.0.as_str())
        .collect();
    for opportunity in &review.opportunities {
        for to in &opportunity.leads_to {
            if !improvements.contains(to.value.0.as_str()) {
                let help = did_you_mean(&to.value.0, improvements.iter().copied());
                report.note(
                    &codes::UNKNOWN_PART,
                    to.span,
                    format!("this review has no improvement `{}`", to.value.0),
                    help.unwrap_or_else(|| "name one of `improvements`".to_owned()),
                );
            }
        }
    }
}

/// A related threat model should have been looked at since the incident.
fn models(site: &Site, review: &Review, report: &mut Report<'_>) {
    for reference in &review.threat_models {
        let id = reference.value.0.trim_start_matches("threat-model:");
        let Some(model) = site.page(Kind::ThreatModel, id) else { continue };
        let Some(overtaken) = overtaken(review, model) else { continue };
        report.note(
            &codes::MODEL_NOT_REVIEWED_SINCE,
            reference.span,
            format!(
                "the threat model `{}` has not been looked at since the incident of {} ({})",
                model.id,
                overtaken.incident,
                overtaken.last()
            ),
            "read it with the review in hand, and set its `reviewed:`",
        );
    }
}
