//! The view of a threat model: parts with their names, threats with what answers them, requirements with their state.

use std::collections::{BTreeMap, BTreeSet};

use super::atlas::Scope;
use super::{finding, flows, matrix, words};
use crate::model::kind::Details;
use crate::model::leaf::{Id, PartRef};
use crate::model::site::{Entity, Node, Page, Relation};
use crate::model::threat_model::{
    Acceptance, Answers, Assumption, Component, Flow, Requirement, Threat, ThreatModel, Verification,
};
use crate::model::view::{
    AcceptanceView, AssumptionView, ElementView, Fact, FlowView, Link, RequirementView, ThreatModelView, ThreatView,
    VerificationView,
};
use crate::source::At;

/// The view of one threat model.
pub fn view(scope: &Scope<'_, '_>, page: &Page, model: &ThreatModel) -> ThreatModelView {
    let parts = Parts::of(page, model);
    let texts = |texts: &[At<String>]| texts.iter().map(|text| text.value.clone()).collect();
    let threats: Vec<ThreatView> = model.threats.iter().map(|threat| parts.threat(scope, threat)).collect();
    let requirements: Vec<RequirementView> =
        model.requirements.iter().map(|requirement| parts.requirement(scope, requirement)).collect();
    ThreatModelView {
        inside: model.scope.as_ref().map_or_else(Vec::new, |scope| texts(&scope.inside)),
        outside: model.scope.as_ref().map_or_else(Vec::new, |scope| texts(&scope.outside)),
        method: model.method.as_ref().map(|method| method.value.as_str().to_owned()),
        feature: text(model.feature.as_ref()),
        answers: model.answers.as_ref().map_or_else(Vec::new, answers),
        zones: model
            .zones
            .iter()
            .map(|zone| parts.element(zone.id.as_ref(), zone.name.as_ref(), text(zone.trust.as_ref())))
            .collect(),
        components: model.components.iter().map(|component| parts.component(scope, component)).collect(),
        flows: model.flows.iter().map(|flow| parts.flow(model, flow)).collect(),
        assets: model
            .assets
            .iter()
            .map(|asset| parts.element(asset.id.as_ref(), asset.name.as_ref(), text(asset.sensitivity.as_ref())))
            .collect(),
        assumptions: model.assumptions.iter().map(assumption).collect(),
        none_found: text(model.none_found.as_ref()),
        diagram: flows::of_model(&page.title, model),
        matrix: matrix::of_model(model),
        threat_tally: words::tally(threats.iter().map(|threat| threat.status.clone())),
        requirement_tally: words::tally(requirements.iter().map(|requirement| requirement.status.clone())),
        threats,
        requirements,
        overtaken: super::since::reviews(scope, page),
    }
}

fn assumption(assumption: &Assumption) -> AssumptionView {
    AssumptionView {
        id: id(assumption.id.as_ref()),
        text: text(assumption.text.as_ref()).unwrap_or_default(),
        validity: words::validity(assumption.validity.as_ref().map(|validity| validity.value)),
        checked: assumption.checked.as_ref().map(|day| day.value.to_string()),
    }
}

fn text(text: Option<&At<String>>) -> Option<String> {
    text.map(|text| text.value.clone())
}

fn id(id: Option<&At<Id>>) -> String {
    id.map_or_else(String::new, |id| id.value.0.clone())
}

fn answers(answers: &Answers) -> Vec<Fact> {
    [
        ("What data does it handle?", &answers.data),
        ("Which trust boundaries does it cross?", &answers.boundaries),
        ("What authentication and authorisation does it need?", &answers.access),
        ("What does it add to the attack surface?", &answers.attack_surface),
    ]
    .into_iter()
    .filter_map(|(question, answer)| {
        let label = answer.as_ref()?.value.clone();
        Some(Fact { label: question.to_owned(), values: vec![Link { label, ..Link::default() }] })
    })
    .collect()
}

/// Names of the parts of one model, and which threats strike them.
struct Parts<'m> {
    page: &'m Page,
    names: BTreeMap<&'m str, String>,
    striking: BTreeMap<&'m str, Vec<Link>>,
    states: BTreeMap<&'m str, String>,
    threats_for: BTreeMap<&'m str, Vec<&'m str>>,
}

fn anchor(id: &str, note: Option<String>) -> Link {
    Link { label: id.to_owned(), href: Some(format!("#{}", crate::model::address::encoded(id))), note, current: false }
}

impl<'m> Parts<'m> {
    fn of(page: &'m Page, model: &'m ThreatModel) -> Self {
        let mut names = BTreeMap::new();
        let mut add = |id: Option<&'m At<Id>>, name: Option<&At<String>>| {
            if let (Some(id), Some(name)) = (id, name) {
                names.insert(id.value.0.as_str(), name.value.clone());
            }
        };
        model.zones.iter().for_each(|zone| add(zone.id.as_ref(), zone.name.as_ref()));
        model.components.iter().for_each(|component| add(component.id.as_ref(), component.name.as_ref()));
        model.assets.iter().for_each(|asset| add(asset.id.as_ref(), asset.name.as_ref()));
        model.threats.iter().for_each(|threat| add(threat.id.as_ref(), threat.title.as_ref()));
        let mut striking: BTreeMap<&str, Vec<Link>> = BTreeMap::new();
        for threat in &model.threats {
            for target in &threat.targets {
                striking
                    .entry(target.value.0.as_str())
                    .or_default()
                    .push(anchor(&id(threat.id.as_ref()), text(threat.title.as_ref())));
            }
        }
        let mut states = BTreeMap::new();
        let mut threats_for: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for requirement in &model.requirements {
            let Some(own) = &requirement.id else { continue };
            states.insert(
                own.value.0.as_str(),
                words::requirement(requirement.status.as_ref().map(|status| status.value)).label,
            );
            for threat in &requirement.threats {
                threats_for.entry(threat.value.0.as_str()).or_default().push(own.value.0.as_str());
            }
        }
        Self { page, names, striking, states, threats_for }
    }

    fn label(&self, id: &str) -> String {
        self.names.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    fn striking(&self, id: &str) -> Vec<Link> {
        self.striking.get(id).cloned().unwrap_or_default()
    }

    fn element(&self, own: Option<&At<Id>>, name: Option<&At<String>>, sort: Option<String>) -> ElementView {
        let id = id(own);
        let name = text(name).unwrap_or_else(|| id.clone());
        ElementView { name, sort, threats: self.striking(&id), id, ..ElementView::default() }
    }

    fn component(&self, scope: &Scope<'_, '_>, component: &Component) -> ElementView {
        let sort = component.component_type.as_ref().map(|sort| sort.value.as_str().to_owned());
        let service = component.service.as_ref().map(|service| service.value.0.as_str());
        ElementView {
            zone: component.zone.as_ref().map(|zone| self.label(&zone.value.0)),
            service: service
                .map(|id| scope.entity(&Entity::Service(id.to_owned()), scope.atlas.site.registry.service_name(id))),
            ..self.element(component.id.as_ref(), component.name.as_ref(), sort)
        }
    }

    fn named(&self, references: &[At<PartRef>]) -> Vec<Link> {
        references
            .iter()
            .map(|reference| anchor(&reference.value.0, self.names.get(reference.value.0.as_str()).cloned()))
            .collect()
    }

    fn flow(&self, model: &ThreatModel, flow: &Flow) -> FlowView {
        let end = |end: &Option<At<PartRef>>| end.as_ref().map_or_else(String::new, |end| self.label(&end.value.0));
        let zone = |end: &Option<At<PartRef>>| -> Option<&str> {
            let end = end.as_ref()?;
            let component = model
                .components
                .iter()
                .find(|component| component.id.as_ref().is_some_and(|id| id.value.0 == end.value.0))?;
            component.zone.as_ref().map(|zone| zone.value.0.as_str())
        };
        let crosses = zone(&flow.from).zip(zone(&flow.to)).filter(|(from, to)| from != to);
        let property = |known: &Option<At<bool>>, word: &str| {
            known.as_ref().map(|known| if known.value { word.to_owned() } else { format!("not {word}") })
        };
        let own = id(flow.id.as_ref());
        FlowView {
            from: end(&flow.from),
            to: end(&flow.to),
            protocol: text(flow.protocol.as_ref()),
            data: flow.data.iter().map(|data| data.value.clone()).collect(),
            properties: property(&flow.encrypted, "encrypted")
                .into_iter()
                .chain(property(&flow.authenticated, "authenticated"))
                .collect(),
            crosses: crosses.map(|(from, to)| (self.label(from), self.label(to))),
            threats: self.striking(&own),
            id: own,
        }
    }

    fn threat(&self, scope: &Scope<'_, '_>, threat: &Threat) -> ThreatView {
        let own = id(threat.id.as_ref());
        let mut answers: Vec<&str> = threat.mitigated_by.iter().map(|by| by.value.0.as_str()).collect();
        for requirement in self.threats_for.get(own.as_str()).into_iter().flatten() {
            if !answers.contains(requirement) {
                answers.push(requirement);
            }
        }
        ThreatView {
            title: text(threat.title.as_ref()).unwrap_or_default(),
            category: text(threat.category.as_ref()),
            targets: self.named(&threat.targets),
            cwe: threat.cwe.iter().map(|cwe| finding::cwe(scope, cwe.value.0)).collect(),
            likelihood: text(threat.likelihood.as_ref()),
            impact: text(threat.impact.as_ref()),
            status: words::threat(threat.status.as_ref().map(|status| status.value)),
            requirements: answers.into_iter().map(|id| anchor(id, self.states.get(id).cloned())).collect(),
            accepted: threat.accepted.as_ref().map(|accepted| acceptance(scope, accepted)),
            findings: threat.findings.iter().filter_map(|finding| scope.finding(&finding.value.0)).collect(),
            happened: happened(scope, self.page, &own, threat),
            id: own,
        }
    }

    fn requirement(&self, scope: &Scope<'_, '_>, requirement: &Requirement) -> RequirementView {
        RequirementView {
            id: id(requirement.id.as_ref()),
            text: text(requirement.text.as_ref()).unwrap_or_default(),
            kind: requirement.kind.as_ref().map(|kind| words::readable(kind.value.as_str())),
            threats: self.named(&requirement.threats),
            owner: scope.owners(&requirement.owner),
            priority: text(requirement.priority.as_ref()),
            phase: text(requirement.phase.as_ref()),
            asvs: requirement
                .asvs
                .iter()
                .map(|id| scope.entity(&Entity::Asvs(id.value.0.clone()), id.value.0.clone()))
                .collect(),
            ticket: requirement.ticket.as_ref().map(|ticket| scope.ticket(&ticket.value)),
            status: words::requirement(requirement.status.as_ref().map(|status| status.value)),
            verified: requirement.verified.as_ref().map(|verified| verification(scope, verified)),
        }
    }
}

/// Reviews of incidents in which a threat came true: those that point to it, and those that name the model and an explanation of the threat.
fn happened(scope: &Scope<'_, '_>, page: &Page, id: &str, threat: &Threat) -> Vec<Link> {
    let site = scope.atlas.site;
    let bare = |text: &str| text.strip_prefix("finding:").unwrap_or(text).to_owned();
    let findings: BTreeSet<String> = threat.findings.iter().map(|finding| bare(&finding.value.0)).collect();
    let mut reviews: Vec<&Page> = Vec::new();
    for edge in site.edges.to(&Node::Page(page.path().clone())) {
        let Some(from) = site.pages.get(&edge.from).filter(|from| from.is_listed()) else { continue };
        let Details::Review(review) = &*from.document.details else { continue };
        let pointed = edge.to_part.as_deref() == Some(id);
        let by_finding = edge.to_part.is_none()
            && matches!(edge.relation, Relation::Field("threat_models", _))
            && review.findings.iter().any(|finding| findings.contains(&bare(&finding.value.0)));
        if (pointed || by_finding) && !reviews.iter().any(|known| known.path() == from.path()) {
            reviews.push(from);
        }
    }
    reviews.into_iter().map(|review| scope.page(review)).collect()
}

impl Scope<'_, '_> {
    /// A ticket; a link when the configuration says where tickets are.
    pub fn ticket(&self, ticket: &str) -> Link {
        let template = self.atlas.site.config.ticket_url.as_ref();
        let href = template.map(|template| template.replace("{ticket}", &crate::model::address::encoded(ticket)));
        Link { label: ticket.to_owned(), href, ..Link::default() }
    }

    /// A finding by its id, if this audience sees it.
    pub fn finding(&self, id: &str) -> Option<Link> {
        let id = id.strip_prefix("finding:").unwrap_or(id);
        self.atlas.site.page(crate::model::kind::Kind::Finding, id).map(|page| self.page(page))
    }
}

/// Who lives with a risk: each with the side, so that both can be seen.
pub fn acceptance(scope: &Scope<'_, '_>, accepted: &Acceptance) -> AcceptanceView {
    let today = scope.atlas.site.config.today;
    let until = accepted.until.as_ref().map(|day| day.value);
    AcceptanceView {
        by: accepted.by.iter().filter_map(|owner| sided(scope, &owner.value.0)).collect(),
        date: accepted.date.as_ref().map(|day| day.value.to_string()),
        until: until.map(|day| day.to_string()),
        reason: text(accepted.reason.as_ref()),
        expired: until.is_some_and(|until| until < today),
        days_left: until.and_then(|until| today.until(until).ok()).map(|span| span.get_days()),
    }
}

/// An owner, and the side of the house.
fn sided(scope: &Scope<'_, '_>, owner: &str) -> Option<Link> {
    let registry = &scope.atlas.site.registry;
    let link = scope.owner(owner)?;
    let team = match (registry.teams.get(owner), registry.people.get(owner), scope.atlas.site.champion(owner)) {
        (Some(team), ..) => Some(team),
        (None, Some(person), _) => person.value.team.as_ref().and_then(|team| registry.teams.get(&team.value.0)),
        (None, None, Some(page)) => match &*page.document.details {
            Details::Champion(champion) => champion.team.as_ref().and_then(|team| registry.teams.get(&team.value.0)),
            _ => None,
        },
        (None, None, None) => None,
    };
    let side = team.and_then(|team| team.value.side.as_ref()).map(|side| side.value.as_str());
    Some(Link { note: side.map(|side| format!("({side})")), ..link })
}

/// How something was shown to hold. Addresses among the evidence become links.
pub fn verification(scope: &Scope<'_, '_>, verified: &Verification) -> VerificationView {
    let evidence = |text: &At<String>| {
        let address = text.value.starts_with("https://") || text.value.starts_with("http://");
        Link { label: text.value.clone(), href: address.then(|| text.value.clone()), ..Link::default() }
    };
    VerificationView {
        date: verified.date.as_ref().map(|day| day.value.to_string()),
        by: scope.people(&verified.by),
        evidence: verified.evidence.iter().map(evidence).collect(),
    }
}
