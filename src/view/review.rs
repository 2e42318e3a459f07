//! The view of a joint review: times and how long they took, opportunities by phase, improvements with both owners.

pub mod grid;
mod timeline;

use jiff::Timestamp;

use super::atlas::Scope;
use super::threat_model::verification;
use super::{since, words};
use crate::model::kind::Kind;
use crate::model::review::{Improvement, ImprovementStatus, Opportunity, Phase, Review, Times};
use crate::model::site::Entity;
use crate::model::view::{Fact, ImprovementView, Link, OpportunityView, PhaseView, ReviewView, State, TimeView};
use crate::source::At;

/// The view of one review.
pub fn view(scope: &Scope<'_, '_>, review: &Review) -> ReviewView {
    let registry = &scope.atlas.site.registry;
    let texts = |texts: &[At<String>]| texts.iter().map(|text| text.value.clone()).collect();
    let incident = review.incident.as_ref();
    let side = |pick: fn(&crate::model::review::Sides) -> &[At<crate::model::leaf::OwnerRef>]| {
        review.participants.as_ref().map_or_else(Vec::new, |sides| scope.owners(pick(sides)))
    };
    ReviewView {
        incident: incident.and_then(|incident| incident.reference.as_ref()).map(|reference| reference.value.clone()),
        severity: incident.and_then(|incident| incident.severity.as_ref()).map(|severity| severity.value.clone()),
        near_miss: incident.and_then(|incident| incident.near_miss.as_ref()).is_some_and(|near| near.value),
        services: incident.map_or_else(Vec::new, |incident| {
            incident
                .services
                .iter()
                .map(|service| {
                    scope.entity(&Entity::Service(service.value.0.clone()), registry.service_name(&service.value.0))
                })
                .collect()
        }),
        facilitator: review.facilitator.iter().filter_map(|person| scope.person(&person.value.0)).collect(),
        delivery: side(|sides| &sides.delivery),
        security: side(|sides| &sides.security),
        responders: scope.people(&review.responders),
        times: review.times.as_ref().map_or_else(Vec::new, times),
        durations: review.times.as_ref().map_or_else(Vec::new, durations),
        timeline: timeline::view(review.times.as_ref(), &review.timeline),
        grid: (!review.opportunities.is_empty()).then(|| grid::of(numbered(review))),
        phases: phases(review),
        improvement_tally: words::tally(review.improvements.iter().map(|improvement| state(scope, improvement))),
        improvements: review.improvements.iter().map(|improvement| self::improvement(scope, improvement)).collect(),
        contributing_factors: texts(&review.contributing_factors),
        went_well: texts(&review.went_well),
        surprised: texts(&review.surprised),
        links: links(scope, review),
    }
}

fn time(label: &str, at: Timestamp, note: Option<String>) -> TimeView {
    TimeView { label: label.to_owned(), at: words::time(at), datetime: at.to_string(), note }
}

fn times(times: &Times) -> Vec<TimeView> {
    [
        ("Started", &times.started),
        ("Detected", &times.detected),
        ("Contained", &times.contained),
        ("Resolved", &times.resolved),
    ]
    .into_iter()
    .filter_map(|(label, at)| at.as_ref().map(|at| time(label, at.value, None)))
    .collect()
}

/// Time to detect and to recover count from the start, time to contain from detection.
fn durations(times: &Times) -> Vec<TimeView> {
    [
        ("Time to detect, from the start", &times.started, &times.detected),
        ("Time to contain, from detection", &times.detected, &times.contained),
        ("Time to recover, from the start", &times.started, &times.resolved),
    ]
    .into_iter()
    .filter_map(|(label, from, to)| {
        let (from, to) = (from.as_ref()?.value, to.as_ref()?.value);
        Some(TimeView { note: Some(words::between(from, to)?), ..time(label, to, None) })
    })
    .collect()
}

/// The opportunities with a link to where each is told, numbered in the order of the page.
fn numbered(review: &Review) -> impl Iterator<Item = (&Opportunity, Option<Link>)> {
    let told = in_order(review).into_iter().filter(|(_, number)| *number > 0);
    let nothing = review.opportunities.iter().filter(|opportunity| !is_told(opportunity)).map(|own| (own, None));
    let link = |number: usize| Link {
        label: number.to_string(),
        href: Some(format!("#opportunity-{number}")),
        ..Link::default()
    };
    told.map(move |(opportunity, number)| (opportunity, Some(link(number)))).chain(nothing)
}

fn is_told(opportunity: &Opportunity) -> bool {
    opportunity.what.is_some() || opportunity.kind.is_some()
}

/// The opportunities in the order of their phases, each with its number; 0 where a phase was considered and offers nothing.
fn in_order(review: &Review) -> Vec<(&Opportunity, usize)> {
    let mut number = 0;
    let of = |phase: Phase| {
        let own = move |one: &&Opportunity| one.phase.as_ref().is_some_and(|own| own.value == phase);
        review.opportunities.iter().filter(own)
    };
    let all = grid::PHASES.into_iter().flat_map(of);
    all.map(|opportunity| {
        number += usize::from(is_told(opportunity));
        (opportunity, if is_told(opportunity) { number } else { 0 })
    })
    .collect()
}

fn phases(review: &Review) -> Vec<PhaseView> {
    let mut phases: Vec<PhaseView> = Vec::new();
    for (own, number) in in_order(review) {
        let label = own.phase.as_ref().map_or("", |phase| phase.value.as_str());
        let view = OpportunityView { number, ..opportunity(own) };
        match phases.last_mut().filter(|last| last.label == label) {
            Some(last) => last.opportunities.push(view),
            None => phases.push(PhaseView { label: label.to_owned(), opportunities: vec![view] }),
        }
    }
    phases
}

fn opportunity(opportunity: &Opportunity) -> OpportunityView {
    let anchor = |id: &str| Link {
        label: id.to_owned(),
        href: Some(format!("#{}", crate::model::address::encoded(id))),
        ..Link::default()
    };
    OpportunityView {
        kind: opportunity.kind.as_ref().map(|kind| words::readable(kind.value.as_str())),
        what: opportunity.what.as_ref().map(|what| what.value.clone()),
        number: 0,
        leads_to: opportunity.leads_to.iter().map(|to| anchor(&to.value.0)).collect(),
        considered: opportunity.considered.as_ref().map(|why| why.value.clone()),
    }
}

/// Whether it is agreed on and not done.
pub fn is_open(improvement: &Improvement) -> bool {
    let status = improvement.status.as_ref().map(|status| status.value);
    matches!(status, None | Some(ImprovementStatus::Open | ImprovementStatus::InProgress))
}

/// Whether it is past its day and not done.
pub fn is_overdue(scope: &Scope<'_, '_>, improvement: &Improvement) -> bool {
    let today = scope.atlas.site.config.today;
    is_open(improvement) && improvement.due.as_ref().is_some_and(|due| due.value < today)
}

/// How far it is; what is past its day counts as overdue.
fn state(scope: &Scope<'_, '_>, improvement: &Improvement) -> State {
    if is_overdue(scope, improvement) {
        return State { id: "overdue".to_owned(), label: "overdue".to_owned(), tone: "bad" };
    }
    words::improvement(improvement.status.as_ref().map(|status| status.value))
}

fn improvement(scope: &Scope<'_, '_>, improvement: &Improvement) -> ImprovementView {
    let status = improvement.status.as_ref().map(|status| status.value);
    let owners = improvement.owners.as_ref();
    ImprovementView {
        id: improvement.id.as_ref().map_or_else(String::new, |id| id.value.0.clone()),
        what: improvement.what.as_ref().map_or_else(String::new, |what| what.value.clone()),
        phase: improvement.phase.as_ref().map(|phase| phase.value.as_str().to_owned()),
        delivery: owners.map_or_else(Vec::new, |sides| scope.owners(&sides.delivery)),
        security: owners.map_or_else(Vec::new, |sides| scope.owners(&sides.security)),
        due: improvement.due.as_ref().map(|day| day.value.to_string()),
        overdue: is_overdue(scope, improvement),
        status: words::improvement(status),
        ticket: improvement.ticket.as_ref().map(|ticket| scope.ticket(&ticket.value)),
        verified: improvement.verified.as_ref().map(|verified| verification(scope, verified)),
        dropped_reason: improvement.dropped_reason.as_ref().map(|reason| reason.value.clone()),
    }
}

fn links(scope: &Scope<'_, '_>, review: &Review) -> Vec<Fact> {
    let site = scope.atlas.site;
    let page = |kind: Kind, id: &str| {
        let id = id.strip_prefix(kind.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(id);
        site.page(kind, id).map(|page| scope.page(page))
    };
    let facts = [
        Fact {
            label: "Threat models".to_owned(),
            values: review.threat_models.iter().filter_map(|id| since::model(scope, review, &id.value.0)).collect(),
        },
        Fact {
            label: "Findings".to_owned(),
            values: review.findings.iter().filter_map(|id| page(Kind::Finding, &id.value.0)).collect(),
        },
        Fact {
            label: "Modules".to_owned(),
            values: review.modules.iter().filter_map(|id| page(Kind::Module, &id.value.0)).collect(),
        },
    ];
    facts.into_iter().filter(|fact| !fact.values.is_empty()).collect()
}
