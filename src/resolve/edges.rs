//! Edges that fields make by themselves: tags, weaknesses and other classifications.

use crate::model::address::segment;
use crate::model::kind::Details;
use crate::model::site::{Edge, Entity, Node, Page, Relation};

/// The edges of a page's tags and classifications.
pub fn of_page(page: &Page) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut add = |entity: Entity, relation: Relation, part: Option<&str>| {
        edges.push(Edge {
            to: Node::Entity(entity),
            to_part: None,
            from: page.path().clone(),
            relation,
            from_part: part.map(str::to_owned),
        });
    };
    for tag in &page.document.common.tags {
        add(Entity::Tag(segment(&tag.value)), Relation::Field("tags", "tags"), None);
    }
    match &*page.document.details {
        Details::Finding(finding) => {
            for cwe in &finding.cwe {
                add(Entity::Cwe(cwe.value.0), Relation::Field("cwe", "cwe"), None);
            }
            for owasp in &finding.owasp {
                add(Entity::Owasp(owasp.value.0.clone()), Relation::Field("owasp", "owasp"), None);
            }
            for asvs in &finding.asvs {
                add(Entity::Asvs(asvs.value.0.clone()), Relation::Field("asvs", "asvs"), None);
            }
            for cve in &finding.cve {
                add(Entity::Cve(cve.value.0.clone()), Relation::Field("cve", "cve"), None);
            }
        }
        Details::ThreatModel(model) => {
            for threat in &model.threats {
                let part = threat.id.as_ref().map(|id| id.value.0.as_str());
                for cwe in &threat.cwe {
                    add(Entity::Cwe(cwe.value.0), Relation::Field("threats", "cwe"), part);
                }
            }
            for requirement in &model.requirements {
                let part = requirement.id.as_ref().map(|id| id.value.0.as_str());
                for asvs in &requirement.asvs {
                    add(Entity::Asvs(asvs.value.0.clone()), Relation::Field("requirements", "asvs"), part);
                }
            }
        }
        Details::Page | Details::Review(_) | Details::Curriculum(_) | Details::Module(_) | Details::Champion(_) => {}
    }
    edges
}
