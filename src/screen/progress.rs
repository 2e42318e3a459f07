//! What an audience may know of people's progress: nothing of pages and people it does not see, and hidden people in counts only.
//!
//! Levels are facts of the whole site and stay as they are. A module that the audience does not see keeps its place in them without its name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::curriculum::Visibility;
use crate::model::leaf::Target;
use crate::model::progress::{Progress, Reason, Standing};
use crate::model::site::{Page, Site};
use crate::source::SourcePath;

/// The progress that goes with the pages that stay.
pub(super) fn screen(site: &Site, kept: &BTreeMap<SourcePath, Arc<Page>>) -> Arc<Progress> {
    let mut progress = (*site.progress).clone();
    progress.curricula.retain(|_, curriculum| kept.contains_key(&curriculum.page));
    let curricula: BTreeSet<String> = progress.curricula.keys().cloned().collect();
    progress.modules.retain(|_, module| kept.contains_key(&module.page) && curricula.contains(&module.curriculum));
    let shown: BTreeSet<String> = progress.modules.keys().cloned().collect();
    // Ids cannot begin with a question mark and a number by chance, since a module's id has a slash in it.
    let sealed: BTreeMap<String, String> = site
        .progress
        .modules
        .keys()
        .filter(|id| !shown.contains(*id))
        .enumerate()
        .map(|(number, id)| (id.clone(), format!("?{number}")))
        .collect();
    let seal = |id: &mut String| {
        if let Some(name) = sealed.get(id) {
            id.clone_from(name);
        }
    };
    for level in progress.curricula.values_mut().flat_map(|curriculum| &mut curriculum.levels) {
        level.modules.iter_mut().for_each(seal);
    }
    for module in progress.modules.values_mut() {
        module.prerequisites.retain(|id| shown.contains(id));
    }
    for (_, mut standing) in std::mem::take(&mut progress.people) {
        slim(&mut standing, &curricula, &seal, kept);
        let Some(page) = site.pages.get(&standing.page) else { continue };
        if kept.contains_key(page.path()) {
            progress.people.insert(standing.id.clone(), standing);
        } else if standing.visibility == Visibility::Hidden
            && page.audience.is_some_and(|audience| audience <= site.config.audience)
        {
            progress.unnamed.push(nameless(standing));
        }
    }
    let named = named(site, kept);
    let highest = site.config.audience + 1 >= site.config.audiences.len();
    for (id, assessor) in std::mem::take(&mut progress.assessors) {
        if highest || named.contains(id.as_str()) {
            progress.assessors.insert(id, assessor);
        } else {
            progress.unnamed_assessors.push(assessor);
        }
    }
    Arc::new(progress)
}

fn slim(
    standing: &mut Standing,
    curricula: &BTreeSet<String>,
    seal: &impl Fn(&mut String),
    kept: &BTreeMap<SourcePath, Arc<Page>>,
) {
    standing.curricula.retain(|id| curricula.contains(id));
    standing.offered.retain(|offered| kept.contains_key(&offered.page));
    for taken in &mut standing.taken {
        seal(&mut taken.module);
        taken.verified_by.clear();
        taken.pages.retain(|page| kept.contains_key(page));
        for reason in &mut taken.reasons {
            match reason {
                Reason::Prerequisite { module, .. } => {
                    seal(module);
                    if module.starts_with('?') {
                        "another module".clone_into(module);
                    }
                }
                Reason::Verifier { level } if taken.module.starts_with('?') => "of the module".clone_into(level),
                _ => {}
            }
        }
    }
}

/// Somebody who is counted and not told of.
fn nameless(standing: Standing) -> Standing {
    Standing {
        id: String::new(),
        page: SourcePath::new(""),
        services: BTreeSet::new(),
        offered: Vec::new(),
        ..standing
    }
}

/// People whom a field of a page that stays names.
fn named<'s>(site: &'s Site, kept: &BTreeMap<SourcePath, Arc<Page>>) -> BTreeSet<&'s str> {
    let pages = site.pages.values().filter(|page| kept.contains_key(page.path()));
    pages
        .flat_map(|page| &page.document.references)
        .filter(|reference| matches!(reference.target, Target::Person | Target::Owner))
        .map(|reference| reference.text.as_str())
        .collect()
}
