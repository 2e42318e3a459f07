//! A skill's page: who teaches it, who holds it at what depth, and which findings, threat models and reviews call for it.

use super::atlas::Scope;
use super::count::{Count, row};
use super::progress::depth_word;
use crate::model::curriculum::ChampionStatus;
use crate::model::kind::Kind;
use crate::model::progress::Standing;
use crate::model::progress_view::{DepthView, SkillPanel};
use crate::model::reviewers;
use crate::model::view::Link;

/// What the page of a skill says; nothing where no module teaches it and nobody holds it.
pub fn panel(scope: &Scope<'_, '_>, skill: &str) -> Option<SkillPanel> {
    let site = scope.atlas.site;
    let progress = &site.progress;
    if progress.curricula.is_empty() && progress.people.is_empty() {
        return None;
    }
    let mut teachers: Vec<(u8, Link)> = Vec::new();
    for (id, module) in &progress.modules {
        if let (Some(depth), Some(link)) = (module.skills.get(skill), scope.module(id)) {
            teachers.push((*depth, Link { note: Some(format!("to depth {depth}, {}", depth_word(*depth))), ..link }));
        }
    }
    teachers.sort_by(|a, b| (a.0, &a.1.label).cmp(&(b.0, &b.1.label)));
    let holders: Vec<(&Standing, u8)> = progress
        .everybody()
        .filter(|standing| standing.status != ChampionStatus::Alumni)
        .filter_map(|standing| Some((standing, standing.skills(progress, progress.today).get(skill)?.depth)))
        .collect();
    let at = |depth: u8| holders.iter().filter(move |(_, own)| *own == depth).map(|(standing, _)| *standing);
    let depths = [4u8, 3, 2, 1];
    let mut counts: Vec<Count> = depths.iter().map(|depth| Count::of(at(*depth))).collect();
    counts.push(Count::of(holders.iter().map(|(standing, _)| *standing)));
    let mut counts = row(&site.config, &counts, false);
    let total = counts.pop().unwrap_or_default();
    let depths = depths.into_iter().zip(counts).map(|(depth, count)| DepthView {
        depth,
        word: depth_word(depth),
        count,
        people: at(depth).filter_map(|standing| scope.person(&standing.id)).collect(),
    });
    Some(SkillPanel {
        teachers: teachers.into_iter().map(|(_, link)| link).collect(),
        depths: depths.collect(),
        total,
        calls: calls(scope, skill),
    })
}

fn calls(scope: &Scope<'_, '_>, skill: &str) -> Vec<(String, Vec<Link>)> {
    let wanting = scope.atlas.calling.get(skill).map_or(&[] as &[_], Vec::as_slice);
    [Kind::Finding, Kind::ThreatModel, Kind::Review]
        .into_iter()
        .filter(|kind| reviewers::is_reviewed(*kind))
        .map(|kind| {
            let pages = wanting.iter().filter(|page| page.kind() == kind);
            (kind.plural().to_owned(), pages.map(|page| scope.page(page)).collect::<Vec<_>>())
        })
        .filter(|(_, pages)| !pages.is_empty())
        .collect()
}
