//! Views of curricula and their modules.

use super::atlas::Scope;
use super::count::Count;
use super::{count, diagram, list, words};
use crate::model::curriculum::{ChampionStatus, Curriculum, Module};
use crate::model::kind::Details;
use crate::model::progress_view::LessonView;
use crate::model::site::{Entity, Page};
use crate::model::view::{CurriculumView, EvidenceView, LevelView, Link, ModuleView, SkillView};
use crate::source::At;

/// The view of one curriculum.
pub fn view(scope: &Scope<'_, '_>, page: &Page, curriculum: &Curriculum) -> CurriculumView {
    let folder = page.path().parent();
    let section = scope.atlas.sections.get(&page.permalink);
    let modules =
        || section.into_iter().flat_map(|section| &section.pages).filter(|other| other.path().parent() == folder);
    let site = scope.atlas.site;
    let progress = &site.progress;
    let levels = curriculum.levels.iter().enumerate().map(|(rank, level)| {
        let id = level.id.as_ref().map_or("", |id| id.value.0.as_str());
        let of_level = |other: &&&Page| matches!(&*other.document.details, Details::Module(module) if module.level.as_ref().is_some_and(|own| own.value.0 == id));
        LevelView {
            id: id.to_owned(),
            name: level.name.as_ref().map_or_else(|| crate::model::registry::name_of(id), |name| name.value.clone()),
            valid_for: level.valid_for.as_ref().map(|period| words::period(period.value)),
            grants: level.grants.iter().map(|kind| words::readable(&kind.value)).collect(),
            evidence: level.evidence.as_ref().map(|count| count.value.0),
            hours: hours(modules().filter(of_level)),
            held: progress.curricula.get(&page.id).map(|_| {
                let people = progress.everybody().filter(|standing| standing.status != ChampionStatus::Alumni);
                let held = people.filter(|standing| standing.rank_on(progress, &page.id, progress.today) > rank);
                count::alone(&site.config, Count::of(held)).text
            }),
            assessors: scope.assessors(&page.id, rank).0.into_iter().map(|(_, link)| link).collect(),
            more_assessors: scope.assessors(&page.id, rank).1,
            modules: modules().filter(of_level).map(|other| list::card(scope, other, Vec::new())).collect(),
        }
    });
    let lessons = lessons(scope, &page.id);
    let ids: Vec<String> = lessons.iter().map(|lesson| lesson.id.clone()).collect();
    CurriculumView {
        levels: levels.collect(),
        lessons,
        assessors: scope.verifiers(&ids),
        diagram: diagram::of_curriculum(scope, page),
    }
}

/// The hours of modules together, where each says its own as a number.
fn hours<'p>(modules: impl Iterator<Item = &'p &'p Page>) -> Option<String> {
    let mut halves = 0.0;
    let mut any = false;
    for page in modules {
        let Details::Module(module) = &*page.document.details else { continue };
        halves +=
            module.hours.as_ref()?.value.trim().parse::<f64>().ok().filter(|hours| (0.0..10_000.0).contains(hours))?;
        any = true;
    }
    any.then(|| format!("{halves}"))
}

/// Modules that levels need, in their order, for the reader's own list.
fn lessons(scope: &Scope<'_, '_>, curriculum: &str) -> Vec<LessonView> {
    let progress = &scope.atlas.site.progress;
    let levels = progress.curricula.get(curriculum).into_iter().flat_map(|curriculum| &curriculum.levels);
    let modules = levels.flat_map(|level| &level.modules).filter_map(|id| Some((id, progress.modules.get(id)?)));
    modules
        .filter_map(|(id, module)| {
            Some(LessonView {
                id: id.clone(),
                path: path(scope, scope.atlas.site.pages.get(&module.page)?),
                module: scope.module(id)?,
                after: module.prerequisites.iter().filter_map(|before| scope.module(before)).collect(),
            })
        })
        .collect()
}

/// The address of a page from the site's root, as it stands in a link.
fn path(scope: &Scope<'_, '_>, page: &Page) -> String {
    let home = crate::source::Permalink::new("/");
    crate::model::address::Links::new(&home, scope.atlas.site.config.portable).to(&page.permalink, None)
}

/// The view of one module.
pub fn module(scope: &Scope<'_, '_>, page: &Page, module: &Module) -> ModuleView {
    let curriculum =
        super::atlas::parent(&page.permalink).and_then(|folder| scope.atlas.by_permalink.get(&folder).copied());
    let texts = |texts: &[At<String>]| texts.iter().map(|text| text.value.clone()).collect();
    let progress = &scope.atlas.site.progress;
    let facts = progress.modules.get(&page.id);
    let (assessors, more) = facts.map_or((Vec::new(), 0), |module| scope.assessors(&module.curriculum, module.rank));
    ModuleView {
        curriculum: curriculum.map(|page| scope.page(page)),
        level: module.level.as_ref().map(|level| level_link(scope, curriculum, &level.value.0)),
        skills: gains(scope, module),
        outcomes: texts(&module.outcomes),
        evidence: module
            .evidence
            .iter()
            .map(|evidence| EvidenceView {
                id: evidence.id.as_ref().map_or_else(String::new, |id| id.value.0.clone()),
                kind: evidence.kind.as_ref().map_or_else(String::new, |kind| words::readable(kind.value.as_str())),
                what: evidence.what.as_ref().map_or_else(String::new, |what| what.value.clone()),
                min: evidence.min.as_ref().map_or(1, |min| min.value.0),
            })
            .collect(),
        prerequisites: module
            .prerequisites
            .iter()
            .filter_map(|reference| scope.reference(page, &reference.value.0))
            .collect(),
        hours: module.hours.as_ref().map(|hours| hours.value.clone()),
        assessment: module.assessment.as_ref().map(|text| text.value.clone()),
        recertify: module.recertify.as_ref().map(|period| words::period(period.value)),
        practice_on: module
            .practice_on
            .iter()
            .filter_map(|reference| scope.reference(page, &reference.value.0))
            .collect(),
        held: facts.map(|_| {
            let people = progress.everybody().filter(|standing| standing.status != ChampionStatus::Alumni);
            let held = people.filter(|standing| standing.module_on(&page.id, progress.today).is_some());
            count::alone(&scope.atlas.site.config, Count::of(held))
        }),
        assessors: assessors.into_iter().map(|(_, link)| link).collect(),
        more_assessors: more,
        verifiers: scope.verifiers(std::slice::from_ref(&page.id)),
        id: page.id.clone(),
        path: path(scope, page),
    }
}

/// Skills that a module brings to a depth.
fn gains(scope: &Scope<'_, '_>, module: &Module) -> Vec<SkillView> {
    let registry = &scope.atlas.site.registry;
    module
        .skills
        .iter()
        .filter_map(|gain| {
            let id = &gain.id.as_ref()?.value.0;
            let depth = gain.to.as_ref().map_or(1, |to| to.value.0);
            let word = match depth {
                ..=1 => "aware",
                2 => "practising",
                3 => "leading",
                _ => "teaching",
            };
            Some(SkillView { skill: scope.entity(&Entity::Skill(id.clone()), registry.skill_name(id)), depth, word })
        })
        .collect()
}

fn level_link(scope: &Scope<'_, '_>, curriculum: Option<&Page>, id: &str) -> Link {
    let name = curriculum.and_then(|page| match &*page.document.details {
        Details::Curriculum(curriculum) => {
            curriculum.levels.iter().find(|level| level.id.as_ref().is_some_and(|own| own.value.0 == id))?.name.as_ref()
        }
        _ => None,
    });
    let label = name.map_or_else(|| crate::model::registry::name_of(id), |name| name.value.clone());
    Link { label, href: curriculum.map(|page| scope.links.to(&page.permalink, Some(id))), ..Link::default() }
}
