//! The stages with their memories kept: from one state of the sources to the next.
//!
//! In: the sources as they are now. Out: a [`Revision`]. What has not changed is not done again; what comes out is the same as if
//! everything were done from nothing, which a property test holds over random edits.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::base::Base;
use super::memory::Memory;
use super::revision::Revision;
use crate::diagnostic::{Checked, Diagnostic};
use crate::model::config::Config;
use crate::model::document::Document;
use crate::model::site::{Page, Site};
use crate::render::theme::Theme;
use crate::resolve::{Resolution, same_front_matter};
use crate::source::{SourceFile, SourcePath, SourceTree};
use crate::{parse, screen};

/// Keeps what was done.
#[derive(Default)]
pub struct Workshop {
    memory: Arc<Memory>,
    documents: BTreeMap<SourcePath, Arc<Read>>,
    last: Option<Last>,
}

/// A file that was parsed.
struct Read {
    file: SourceFile,
    document: Option<Arc<Document>>,
    diagnostics: Vec<Diagnostic>,
}

/// What the last revision was made from.
#[derive(Clone)]
struct Last {
    config: Arc<Config>,
    /// What defaults and registries had wrong with them.
    data: Vec<Diagnostic>,
    theme: Arc<Theme>,
    theme_diagnostics: Vec<Diagnostic>,
    revision: Arc<Revision>,
}

/// What is different in the sources.
#[derive(Debug, Default)]
struct Difference {
    /// Pages with another text or history.
    pages: Vec<SourcePath>,
    /// A file came or went, or data that any page may show is different.
    everything: bool,
    /// What folders say for the pages below them.
    defaults: bool,
    /// A template or an asset of a theme.
    theme: bool,
}

/// With more pages changed at once than this, the site is made anew.
const FEW: usize = 32;

impl Workshop {
    /// A workshop that has done nothing yet, and shares with another what code becomes, but no pages.
    #[must_use]
    pub fn beside(other: &Self) -> Self {
        Self { memory: Arc::new(Memory::beside(&other.memory)), ..Self::default() }
    }

    /// The state of the site for these sources. `earlier` are the diagnostics of scanning and of the configuration.
    /// Nothing when it was called off on the way.
    pub fn revise(
        &mut self,
        tree: &Arc<SourceTree>,
        config: &Arc<Config>,
        earlier: Vec<Diagnostic>,
        stop: &AtomicBool,
    ) -> Option<Arc<Revision>> {
        let last = if let Some(last) = self.last.clone().filter(|last| last.config == *config) {
            let difference = difference(&last.revision.tree, tree, config);
            if difference.everything || difference.pages.len() > FEW {
                self.anew(tree, config, earlier, difference.defaults, stop)?
            } else {
                self.again(last, tree, earlier, &difference, stop)?
            }
        } else {
            // The configuration says how a page is read.
            self.anew(tree, config, earlier, true, stop)?
        };
        let revision = Arc::clone(&last.revision);
        self.last = Some(last);
        Some(revision)
    }

    /// Every stage over the whole site; only files with another text are parsed, unless all are read otherwise now.
    fn anew(
        &mut self,
        tree: &Arc<SourceTree>,
        config: &Arc<Config>,
        earlier: Vec<Diagnostic>,
        reread: bool,
        stop: &AtomicBool,
    ) -> Option<Last> {
        let go_on = || (!stop.load(Ordering::Relaxed)).then_some(());
        let defaults = parse::Defaults::read(tree, config);
        let registry = parse::registry(tree, &config.content, config.loose);
        let data: Vec<Diagnostic> = defaults.diagnostics.into_iter().chain(registry.diagnostics).collect();
        let documents = self.read(tree, config, &defaults.value, reread);
        go_on()?;
        let found = documents.values().filter_map(|read| read.document.clone()).collect();
        let whole = Resolution::new(found, Arc::new(registry.value), Arc::clone(config), tree);
        go_on()?;
        let site = Arc::new(screen::screen(&whole.site));
        go_on()?;
        let theme = Theme::load(tree, config);
        let base = Arc::new(Base::new(Arc::clone(&site), tree, &theme.value));
        let theme_diagnostics = theme.diagnostics;
        let theme = Arc::new(theme.value);
        let made = Made { tree: Arc::clone(tree), base, edited: BTreeMap::new(), site, whole: Arc::new(whole), theme };
        self.documents = documents;
        Some(self.last(made, Arc::clone(config), data, theme_diagnostics, earlier))
    }

    /// Every page, parsed where it is new or has another text.
    fn read(
        &self,
        tree: &SourceTree,
        config: &Config,
        defaults: &parse::Defaults,
        reread: bool,
    ) -> BTreeMap<SourcePath, Arc<Read>> {
        let pages: Vec<(&SourcePath, &SourceFile)> = tree
            .below(&config.content)
            .filter(|(path, _)| path.below(&config.content).is_some_and(|below| parse::is_page(path, below)))
            .collect();
        let known = |path: &SourcePath, file: &SourceFile| {
            self.documents.get(path).filter(|read| !reread && same_file(&read.file, file)).cloned()
        };
        let read = |(path, file): (&SourcePath, &SourceFile)| {
            (path.clone(), known(path, file).unwrap_or_else(|| Arc::new(parse(path, file, defaults, config))))
        };
        pages.into_par_iter().map(read).collect::<Vec<_>>().into_iter().collect()
    }

    /// Only what follows from a few pages, templates or verbatim files.
    fn again(
        &mut self,
        last: Last,
        tree: &Arc<SourceTree>,
        earlier: Vec<Diagnostic>,
        difference: &Difference,
        stop: &AtomicBool,
    ) -> Option<Last> {
        let Last { config, data, mut theme, mut theme_diagnostics, revision } = last;
        let Some(Taken { whole, site, changed, mut edited, read }) = Self::edit(&revision, tree, &config, difference)
        else {
            return self.anew(tree, &config, earlier, false, stop);
        };
        let mut base = Arc::clone(&revision.base);
        if !changed.is_empty() {
            let Some(other) = base.with(Arc::clone(&site), &changed) else {
                return self.anew(tree, &config, earlier, false, stop);
            };
            (base, edited) = (Arc::new(other), BTreeMap::new());
        }
        if difference.theme {
            let loaded = Theme::load(tree, &config);
            (theme, theme_diagnostics) = (Arc::new(loaded.value), loaded.diagnostics);
            base = Arc::new(base.with_outputs(tree, &theme));
        }
        let made = Made { tree: Arc::clone(tree), base, edited, site, whole, theme };
        self.documents.extend(read);
        Some(self.last(made, config, data, theme_diagnostics, earlier))
    }

    /// Takes in each changed page; nothing when another page could depend on what is different.
    fn edit(revision: &Revision, tree: &SourceTree, config: &Config, difference: &Difference) -> Option<Taken> {
        let mut whole = Arc::clone(&revision.whole);
        let mut site = Arc::clone(&revision.site);
        let mut edited = revision.edited.clone();
        let mut changed = Vec::new();
        let mut all_read = Vec::with_capacity(difference.pages.len());
        if difference.pages.is_empty() {
            return Some(Taken { whole, site, changed, edited, read: all_read });
        }
        let defaults = parse::Defaults::read(tree, config).value;
        for path in &difference.pages {
            let read = parse(path, tree.files.get(path)?, &defaults, config);
            let document = read.document.clone();
            all_read.push((path.clone(), Arc::new(read)));
            let with = whole.with(&document?)?;
            site = Arc::new(screen::with(
                &site,
                &with.site,
                path,
                !Arc::ptr_eq(&whole.site.progress, &with.site.progress),
            ));
            if let Some(shown) = site.pages.get(path) {
                let alone =
                    whole.site.pages.get(path).zip(with.site.pages.get(path)).is_some_and(|(a, b)| only_text(a, b));
                match revision.base.job_alone(path).filter(|_| alone) {
                    Some(job) => drop(edited.insert(job, Arc::clone(shown))),
                    None => changed.push(path.clone()),
                }
            }
            whole = Arc::new(with);
        }
        Some(Taken { whole, site, changed, edited, read: all_read })
    }

    fn last(
        &self,
        made: Made,
        config: Arc<Config>,
        data: Vec<Diagnostic>,
        theme_diagnostics: Vec<Diagnostic>,
        earlier: Vec<Diagnostic>,
    ) -> Last {
        let Made { tree, base, edited, site, whole, theme } = made;
        let parsed = self.documents.values().flat_map(|read| read.diagnostics.iter().cloned());
        let resolved = whole.diagnostics.iter().chain(whole.of_pages.values().flatten()).cloned();
        let data_and_theme = data.iter().chain(&theme_diagnostics).cloned();
        let known = earlier.into_iter().chain(data_and_theme).chain(parsed).chain(resolved).collect();
        let memory = Arc::clone(&self.memory);
        let revision = Revision {
            tree,
            base,
            edited,
            site,
            whole,
            theme: Arc::clone(&theme),
            known,
            memory,
            checked: OnceLock::new(),
            search: OnceLock::new(),
        };
        Last { config, data, theme, theme_diagnostics, revision: Arc::new(revision) }
    }
}

/// What a revision is made of.
struct Made {
    tree: Arc<SourceTree>,
    base: Arc<Base>,
    edited: BTreeMap<usize, Arc<Page>>,
    site: Arc<Site>,
    whole: Arc<Resolution>,
    theme: Arc<Theme>,
}

/// A site with some pages changed.
struct Taken {
    whole: Arc<Resolution>,
    site: Arc<Site>,
    /// Published pages of which more than the text is different.
    changed: Vec<SourcePath>,
    /// Published pages of which only the text is different, by job.
    edited: BTreeMap<usize, Arc<Page>>,
    /// What was parsed on the way.
    read: Vec<(SourcePath, Arc<Read>)>,
}

fn parse(path: &SourcePath, file: &SourceFile, defaults: &parse::Defaults, config: &Config) -> Read {
    let Checked { value, diagnostics } = parse::document(path, file, defaults, config);
    Read { file: file.clone(), document: value.map(Arc::new), diagnostics }
}

/// Whether other pages, and lists, show the same of both versions of a page.
fn only_text(old: &Page, new: &Page) -> bool {
    same_front_matter(&old.document, &new.document)
        && old.title == new.title
        && old.summary == new.summary
        && (old.created, old.updated, old.review_due) == (new.created, new.updated, new.review_due)
        && old.document.history == new.document.history
}

fn same_file(a: &SourceFile, b: &SourceFile) -> bool {
    (Arc::ptr_eq(&a.bytes, &b.bytes) || a.bytes == b.bytes) && a.history == b.history
}

/// What is different between two states of the sources.
fn difference(old: &SourceTree, new: &SourceTree, config: &Config) -> Difference {
    let mut difference = Difference::default();
    if old.files.len() != new.files.len() || !old.files.keys().eq(new.files.keys()) {
        let came_or_went = old.files.keys().chain(new.files.keys());
        let gone = |path: &&SourcePath| !(old.files.contains_key(*path) && new.files.contains_key(*path));
        difference.defaults = came_or_went.filter(gone).any(is_defaults);
        difference.everything = true;
    }
    for (path, file) in &new.files {
        if old.files.get(path).is_none_or(|old| same_file(old, file)) {
            continue;
        }
        let below = path.below(&config.content);
        if below.is_some_and(|below| parse::is_page(path, below)) {
            difference.pages.push(path.clone());
        } else if path.below("templates").is_some() || path.below("themes").is_some() {
            difference.theme = true;
        } else if is_defaults(path) {
            (difference.defaults, difference.everything) = (true, true);
        } else if below.is_some_and(|below| below.starts_with("_data/")) {
            difference.everything = true;
        }
    }
    difference
}

fn is_defaults(path: &SourcePath) -> bool {
    matches!(path.file_name(), "_defaults.yaml" | "_defaults.yml")
}
