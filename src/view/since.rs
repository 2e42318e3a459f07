//! Threat models that nobody has looked at since an incident: said on the review's page and on the model's.

use super::atlas::Scope;
use crate::model::joint_view::OvertakenView;
use crate::model::kind::{Details, Kind};
use crate::model::review::Review;
use crate::model::since::overtaken;
use crate::model::site::{Node, Page, Relation};
use crate::model::view::Link;

/// A model that a review names, with a note when it has not been looked at since.
pub fn model(scope: &Scope<'_, '_>, review: &Review, id: &str) -> Option<Link> {
    let id = id.strip_prefix("threat-model:").unwrap_or(id);
    let page = scope.atlas.site.page(Kind::ThreatModel, id)?;
    let note = overtaken(review, page).map(|overtaken| {
        let looked = overtaken.looked.map_or_else(String::new, |day| format!(", last on {day}"));
        format!("not looked at since the incident{looked}")
    });
    Some(Link { note, ..scope.page(page) })
}

/// The reviews since which a model has not been looked at, by the day of the incident.
pub fn reviews(scope: &Scope<'_, '_>, model: &Page) -> Vec<OvertakenView> {
    let site = scope.atlas.site;
    let node = Node::Page(model.path().clone());
    let named = site.edges.to(&node).filter(|edge| matches!(edge.relation, Relation::Field("threat_models", _)));
    let mut found: Vec<(jiff::civil::Date, &Page, OvertakenView)> = Vec::new();
    for page in named.filter_map(|edge| site.pages.get(&edge.from)).filter(|page| page.is_listed()) {
        let Details::Review(review) = &*page.document.details else { continue };
        let Some(overtaken) = overtaken(review, model) else { continue };
        let view = OvertakenView {
            review: scope.page(page),
            incident: overtaken.incident.to_string(),
            looked: overtaken.looked.map(|day| day.to_string()),
        };
        if !found.iter().any(|(_, other, _)| other.path() == page.path()) {
            found.push((overtaken.incident, page, view));
        }
    }
    found.sort_by_key(|(day, page, _)| (*day, page.path()));
    found.into_iter().map(|(_, _, view)| view).collect()
}
