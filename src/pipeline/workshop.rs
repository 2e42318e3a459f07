//! The stages with their memories kept: from one state of the sources to the next.
//!
//! In: the sources as they are now. Out: a [`Revision`]. What has not changed is not done again; what comes out is the same as if
//! everything were done from nothing, which a property test holds over random edits.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::base::Base;
use super::memory::Memory;
use super::revision::Revision;
use crate::diagnostic::{Checked, Diagnostic};
use crate::model::config::Config;
use crate::model::document::Document;
use crate::model::site::{Page, Site};
use crate::render::highlight::Highlighter;
use crate::render::theme::Theme;
use crate::resolve::{Resolution, same_front_matter};
use crate::source::{SourceFile, SourcePath, SourceTree};
use crate::{parse, screen};

/// Keeps what was done.
#[derive(Default)]
pub struct Workshop {
    memory: Arc<Memory>,
    documents: BTreeMap<SourcePath, Read>,
    last: Option<Last>,
}

/// A file that was parsed.
struct Read {
    file: SourceFile,
    document: Option<Arc<Document>>,
    diagnostics: Vec<Diagnostic>,
}

/// What the last revision was made from.
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
    /// A workshop that has done nothing yet, and shares the code it turns into HTML with others.
    #[must_use]
    pub fn sharing(highlighter: &Arc<Highlighter>) -> Self {
        Self { memory: Arc::new(Memory::sharing(highlighter)), ..Self::default() }
    }

    /// The state of the site for these sources. `earlier` are the diagnostics of scanning and of the configuration.
    pub fn revise(&mut self, tree: &Arc<SourceTree>, config: &Arc<Config>, earlier: Vec<Diagnostic>) -> Arc<Revision> {
        let last = if let Some(last) = self.last.take().filter(|last| last.config == *config) {
            let difference = difference(&last.revision.tree, tree, config);
            if difference.defaults {
                self.documents.clear();
            }
            if difference.everything || difference.pages.len() > FEW {
                self.anew(tree, config, earlier)
            } else {
                self.again(last, tree, earlier, &difference)
            }
        } else {
            self.documents.clear();
            self.anew(tree, config, earlier)
        };
        let revision = Arc::clone(&last.revision);
        self.last = Some(last);
        revision
    }

    /// Every stage over the whole site; only files with another text are parsed.
    fn anew(&mut self, tree: &Arc<SourceTree>, config: &Arc<Config>, earlier: Vec<Diagnostic>) -> Last {
        let defaults = parse::Defaults::read(tree, config);
        let registry = parse::registry(tree, &config.content, config.loose);
        let data: Vec<Diagnostic> = defaults.diagnostics.into_iter().chain(registry.diagnostics).collect();
        self.read(tree, config, &defaults.value);
        let documents = self.documents.values().filter_map(|read| read.document.clone()).collect();
        let whole = Resolution::new(documents, Arc::new(registry.value), Arc::clone(config), tree);
        let site = Arc::new(screen::screen(&whole.site));
        let theme = Theme::load(tree, config);
        let base = Arc::new(Base::new(Arc::clone(&site), tree, &theme.value));
        let theme_diagnostics = theme.diagnostics;
        let theme = Arc::new(theme.value);
        let made = Made { tree: Arc::clone(tree), base, edited: BTreeMap::new(), site, whole: Arc::new(whole), theme };
        self.last(made, Arc::clone(config), data, theme_diagnostics, earlier)
    }

    /// Parses what is new or has another text, and forgets what is gone.
    fn read(&mut self, tree: &SourceTree, config: &Config, defaults: &parse::Defaults) {
        let mut known = std::mem::take(&mut self.documents);
        let pages: Vec<(&SourcePath, &SourceFile, Option<Read>)> = tree
            .below(&config.content)
            .filter(|(path, _)| path.below(&config.content).is_some_and(|below| parse::is_page(path, below)))
            .map(|(path, file)| (path, file, known.remove(path).filter(|read| same_file(&read.file, file))))
            .collect();
        let read = |(path, file, known): (&SourcePath, &SourceFile, Option<Read>)| {
            (path.clone(), known.unwrap_or_else(|| parse(path, file, defaults, config)))
        };
        self.documents = pages.into_par_iter().map(read).collect::<Vec<_>>().into_iter().collect();
    }

    /// Only what follows from a few pages, templates or verbatim files.
    fn again(&mut self, last: Last, tree: &Arc<SourceTree>, earlier: Vec<Diagnostic>, difference: &Difference) -> Last {
        let Last { config, data, mut theme, mut theme_diagnostics, revision } = last;
        let Some(Taken { whole, site, changed, mut edited }) = self.edit(&revision, tree, &config, difference) else {
            return self.anew(tree, &config, earlier);
        };
        let mut base = Arc::clone(&revision.base);
        if !changed.is_empty() {
            let Some(other) = base.with(Arc::clone(&site), &changed) else { return self.anew(tree, &config, earlier) };
            (base, edited) = (Arc::new(other), BTreeMap::new());
        }
        if difference.theme {
            let loaded = Theme::load(tree, &config);
            (theme, theme_diagnostics) = (Arc::new(loaded.value), loaded.diagnostics);
            base = Arc::new(base.with_outputs(tree, &theme));
        }
        let made = Made { tree: Arc::clone(tree), base, edited, site, whole, theme };
        self.last(made, config, data, theme_diagnostics, earlier)
    }

    /// Takes in each changed page; nothing when another page could depend on what is different.
    fn edit(
        &mut self,
        revision: &Revision,
        tree: &SourceTree,
        config: &Config,
        difference: &Difference,
    ) -> Option<Taken> {
        let mut whole = Arc::clone(&revision.whole);
        let mut site = Arc::clone(&revision.site);
        let mut edited = revision.edited.clone();
        let mut changed = Vec::new();
        if difference.pages.is_empty() {
            return Some(Taken { whole, site, changed, edited });
        }
        let defaults = parse::Defaults::read(tree, config).value;
        for path in &difference.pages {
            let read = parse(path, tree.files.get(path)?, &defaults, config);
            let document = read.document.clone();
            self.documents.insert(path.clone(), read);
            let with = whole.with(&document?)?;
            site = Arc::new(screen::with(&site, &with.site, path));
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
        Some(Taken { whole, site, changed, edited })
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
