//! Rules for curricula and their modules.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::model::curriculum::{Curriculum, Module};
use crate::model::kind::{Details, Kind};
use crate::model::site::{Edge, Node, Page, Relation, Site};
use crate::source::SourcePath;

/// The curriculum a module belongs to: the page of its folder.
fn curriculum_of<'s>(site: &'s Site, path: &SourcePath) -> Option<&'s Curriculum> {
    let folder = path.parent();
    site.pages
        .range(SourcePath::new(folder)..)
        .map(|(_, page)| page)
        .take_while(|page| page.path().as_str().starts_with(folder))
        .find_map(|page| match &*page.document.details {
            Details::Curriculum(curriculum) if page.path().parent() == folder => Some(&**curriculum),
            _ => None,
        })
}

fn rank(curriculum: &Curriculum, level: &str) -> Option<usize> {
    curriculum.levels.iter().position(|known| known.id.as_ref().is_some_and(|id| id.value.0 == level))
}

/// Checks one module.
pub fn module(site: &Site, module: &Module, report: &mut Report<'_>) {
    for skill in &module.skills {
        if let Some(to) = skill.to.as_ref().filter(|to| !(1..=4).contains(&to.value.0)) {
            report.note(
                &codes::BAD_VALUE,
                to.span,
                format!("a skill has depths 1 to 4, not {}", to.value.0),
                "1 aware, 2 practising, 3 leading, 4 teaching",
            );
        }
    }
    if module.practice_on.is_empty() {
        let top = report.top();
        report.note(
            &codes::NOTHING_TO_PRACTISE,
            top,
            "the module has nothing of ours to practise on",
            "name threat models, findings or reviews in `practice_on:`",
        );
    }
    let Some(level) = &module.level else { return };
    let Some(curriculum) = curriculum_of(site, report.page.path()) else {
        let help = "put it beside its curriculum's `index.md`, in `curricula/<curriculum>/`";
        report.note(
            &codes::UNKNOWN_LEVEL,
            level.span,
            "the module stands beside no curriculum, so it has no levels",
            help,
        );
        return;
    };
    let Some(own) = rank(curriculum, &level.value.0) else {
        let known: Vec<&str> =
            curriculum.levels.iter().filter_map(|known| known.id.as_ref()).map(|id| id.value.0.as_str()).collect();
        let help = did_you_mean(&level.value.0, known.iter().copied())
            .unwrap_or_else(|| format!("its levels are {}", known.join(", ")));
        report.note(
            &codes::UNKNOWN_LEVEL,
            level.span,
            format!("the curriculum has no level `{}`", level.value.0),
            help,
        );
        return;
    };
    prerequisites(site, module, curriculum, own, report);
}

/// What comes first is of the same level or a lower one.
fn prerequisites(site: &Site, module: &Module, curriculum: &Curriculum, own: usize, report: &mut Report<'_>) {
    for prerequisite in &module.prerequisites {
        let curriculum_id = report.page.id.split('/').next().unwrap_or("");
        let full = if prerequisite.value.0.contains('/') {
            prerequisite.value.0.clone()
        } else {
            format!("{curriculum_id}/{}", prerequisite.value.0)
        };
        let other = site.page(Kind::Module, &full);
        let higher = other
            .filter(|other| other.path().parent() == report.page.path().parent())
            .and_then(level_of)
            .and_then(|level| rank(curriculum, level))
            .filter(|other| *other > own);
        if higher.is_some() {
            report.note(
                &codes::BAD_PREREQUISITE,
                prerequisite.span,
                format!("`{}` is of a higher level", prerequisite.value.0),
                "what comes first is of the same level or a lower one",
            );
        }
    }
}

fn level_of(page: &Page) -> Option<&str> {
    match &*page.document.details {
        Details::Module(module) => module.level.as_ref().map(|level| level.value.0.as_str()),
        _ => None,
    }
}

/// Prerequisites that close a circle: each module on one is named once, at the prerequisite that leads back.
pub fn circles(site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let mut before: BTreeMap<&SourcePath, BTreeSet<&SourcePath>> = BTreeMap::new();
    for Edge { to, from, relation, .. } in site.edges.iter() {
        if let (Node::Page(to), Relation::Field("prerequisites", _)) = (to, relation) {
            before.entry(from).or_default().insert(to);
        }
    }
    for start in before.keys() {
        if !reaches(&before, start) {
            continue;
        }
        let Some(page) = site.pages.get(*start) else { continue };
        let Details::Module(module) = &*page.document.details else { continue };
        let span = module.prerequisites.first().map_or(page.document.front_matter, |first| first.span);
        diagnostics.push(
            Diagnostic::new(&codes::BAD_PREREQUISITE, format!("the prerequisites of `{}` lead back to it", page.id))
                .at(page.path(), span)
                .help("take one prerequisite out of the circle"),
        );
    }
}

fn reaches(before: &BTreeMap<&SourcePath, BTreeSet<&SourcePath>>, start: &SourcePath) -> bool {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&SourcePath> = before.get(start).into_iter().flatten().copied().collect();
    while let Some(path) = next.pop() {
        if path == start {
            return true;
        }
        if seen.insert(path) {
            next.extend(before.get(path).into_iter().flatten());
        }
    }
    false
}
