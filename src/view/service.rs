//! The page of a service as a developer's bookmark: how much there is, what is accepted and until when, and who to ask.

use std::sync::Arc;

use super::atlas::Scope;
use super::list::Listing;
use super::threat_model;
use crate::model::about;
use crate::model::address::encoded;
use crate::model::kind::Details;
use crate::model::requirement_view::{Figure, RiskView, ServicePanel};
use crate::model::site::{Entity, Node, Page};
use crate::model::threat_model::{ThreatModel, ThreatStatus};
use crate::model::view::Link;

/// Most accepted risks shown.
const MOST_RISKS: usize = 50;

/// What the page shows beside what refers to the service.
pub fn panel(scope: &Scope<'_, '_>, id: &str, listing: &Listing<'_>) -> Option<ServicePanel> {
    let models = models(scope, id);
    let mut accepted = Vec::new();
    let mut open_threats = 0;
    for (page, model) in &models {
        let common = &page.document.common;
        for threat in model.threats.iter().filter(|threat| about::of_threats(common, model, &[threat]).contains(id)) {
            match threat.status.as_ref().map(|status| status.value) {
                Some(ThreatStatus::Accepted) => accepted.push((*page, threat)),
                None | Some(ThreatStatus::Open | ThreatStatus::Mitigating) => open_threats += 1,
                Some(_) => {}
            }
        }
    }
    accepted.sort_by_key(|(page, threat)| {
        let until = threat.accepted.as_ref().and_then(|accepted| accepted.until.as_ref()).map(|day| day.value);
        (until, scope.atlas.rank(page))
    });
    let risks: Vec<RiskView> = accepted
        .iter()
        .take(MOST_RISKS)
        .map(|(page, threat)| {
            let part = threat.id.as_ref().map(|id| id.value.0.as_str());
            let title = threat.title.as_ref().map_or("", |title| title.value.as_str());
            let href = Some(scope.links.to(&page.permalink, part));
            RiskView {
                threat: Link { label: title.to_owned(), href, ..Link::default() },
                model: scope.page(page),
                accepted: threat
                    .accepted
                    .as_ref()
                    .map_or_else(Default::default, |accepted| threat_model::acceptance(scope, accepted)),
            }
        })
        .collect();
    let count = |key: &str| listing.groups.iter().find(|group| group.key == key).map_or(0, |group| group.pages.len());
    let figure = |label: &str, count: usize, anchor: &str| Figure {
        label: label.to_owned(),
        count,
        href: (count > 0 && !anchor.is_empty()).then(|| format!("#{}", encoded(anchor))),
    };
    let open = super::requirements::open(scope, &Entity::Service(id.to_owned())).map_or(0, |open| open.total);
    let panel = ServicePanel {
        figures: vec![
            figure("Threat models", count("threat-models"), "threat-models"),
            figure("Open threats", open_threats, ""),
            figure("Open requirements", open, "s-open"),
            figure("Accepted risks", accepted.len(), "s-accepted"),
            figure("Findings", count("findings"), "findings"),
            figure("Reviews", count("reviews"), "reviews"),
        ],
        risks,
        champions: champions(scope, id),
    };
    (listing.total > 0 || !panel.champions.is_empty()).then_some(panel)
}

/// Threat models about a service, in their order.
fn models<'s>(scope: &Scope<'_, 's>, id: &str) -> Vec<(&'s Page, &'s ThreatModel)> {
    let site = scope.atlas.site;
    // Edges of one page stand together.
    let mut paths: Vec<_> =
        site.edges.to(&Node::Entity(Entity::Service(id.to_owned()))).map(|edge| &edge.from).collect();
    paths.dedup();
    let pages = paths.into_iter().filter_map(|path| site.pages.get(path)).map(Arc::as_ref);
    let mut models: Vec<(&Page, &ThreatModel)> = pages
        .filter(|page| page.is_listed())
        .filter_map(|page| match &*page.document.details {
            Details::ThreatModel(model) => Some((page, &**model)),
            _ => None,
        })
        .filter(|(page, model)| about::of_model(&page.document.common, model).contains(id))
        .collect();
    models.sort_by_key(|(page, _)| scope.atlas.rank(page));
    models
}

/// Champions at work of the team that has the service.
fn champions(scope: &Scope<'_, '_>, id: &str) -> Vec<Link> {
    let team = scope.atlas.site.registry.services.get(id).and_then(|entry| entry.value.team.as_ref());
    let pages = team.and_then(|team| scope.atlas.champions.get(team.value.0.as_str()));
    pages.into_iter().flatten().map(|page| scope.page(page)).collect()
}
