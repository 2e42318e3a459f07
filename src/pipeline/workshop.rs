//! The stages with their memories kept: from one state of the sources to the next.
//!
//! In: the sources as they are now. Out: a [`Revision`]. What has not changed is not done again; what comes out is the same as if
//! everything were done from nothing, which a property test holds over random edits.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::Watch;
use super::base::Base;
use super::memory::Memory;
use super::revision::Revision;
use crate::diagnostic::{Checked, Diagnostic};
use crate::model::config::Config;
use crate::model::document::Document;
use crate::model::site::{Page, Site};
use crate::model::view::PageView;
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
    /// A file came or went, or data that any page may show is different: every stage is run.
    everything: bool,
    /// The files that every page may hang on.
    data: Option<Data>,
    /// A template or an asset of a theme.
    theme: bool,
}

/// What every page may hang on; what stands lower is read anew with what stands above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Data {
    /// A registry, or another file among them.
    Registries,
    /// What folders say for the pages below them.
    Defaults,
}

/// With more pages changed at once than this, the site is made anew.
const FEW: usize = 32;

impl Workshop {
    /// A workshop that has done nothing yet, and shares with another what code becomes, but no pages.
    #[must_use]
    pub fn beside(other: &Self) -> Self {
        Self { memory: Arc::new(Memory::beside(&other.memory)), ..Self::default() }
    }

    /// A workshop that errs: it takes a page for one that it has drawn before although they differ in what is taken away from their views
    /// here. With it a test shows that the tests of this workshop find such a mistake.
    #[doc(hidden)]
    #[must_use]
    pub fn blind(other: &Self, blind: fn(&mut PageView)) -> Self {
        Self { memory: Arc::new(Memory::blind(&other.memory, blind)), ..Self::default() }
    }

    /// The state of the site for these sources. `earlier` are the diagnostics of scanning and of the configuration.
    /// Nothing when it was called off on the way.
    pub fn revise(
        &mut self,
        tree: &Arc<SourceTree>,
        config: &Arc<Config>,
        earlier: Vec<Diagnostic>,
        watch: &dyn Watch,
    ) -> Option<Arc<Revision>> {
        let last = if let Some(last) = self.last.clone().filter(|last| last.config == *config) {
            let difference = difference(&last.revision.tree, tree, config);
            if difference.everything || difference.pages.len() > FEW {
                self.anew(tree, config, earlier, Some((&last, &difference)), watch)?
            } else {
                self.again(&last, tree, earlier, &difference, watch)?
            }
        } else {
            // The configuration says how a page is read.
            self.anew(tree, config, earlier, None, watch)?
        };
        let revision = Arc::clone(&last.revision);
        self.last = Some(last);
        Some(revision)
    }

    /// Every stage over the whole site. What only hangs on what is the same as before is taken from there.
    fn anew(
        &mut self,
        tree: &Arc<SourceTree>,
        config: &Arc<Config>,
        earlier: Vec<Diagnostic>,
        before: Option<(&Last, &Difference)>,
        watch: &dyn Watch,
    ) -> Option<Last> {
        let stage = |name: &'static str| {
            watch.stage(name);
            (!watch.called_off()).then_some(())
        };
        stage("parse")?;
        let same = |what: fn(&Difference) -> bool| before.filter(|(_, other)| !what(other)).map(|(last, _)| last);
        let defaults = parse::Defaults::read(tree, config);
        let (registry, data) = if let Some(last) = same(|other| other.data.is_some()) {
            (Arc::clone(&last.revision.whole.site.registry), last.data.clone())
        } else {
            let registry = parse::registry(tree, &config.content, config.loose);
            (Arc::new(registry.value), defaults.diagnostics.into_iter().chain(registry.diagnostics).collect())
        };
        let reread = before.is_none_or(|(_, other)| other.data == Some(Data::Defaults));
        let documents = self.read(tree, config, &defaults.value, reread);
        stage("resolve")?;
        let found = documents.values().filter_map(|read| read.document.clone()).collect();
        let revision = before.map(|(last, _)| &*last.revision);
        let known = revision.map(|revision| &*revision.whole);
        let whole = Resolution::after(known, found, registry, Arc::clone(config), tree);
        stage("screen")?;
        let screened = revision.map(|revision| (&revision.whole.site, &*revision.site));
        let site = Arc::new(screen::after(screened, &whole.site));
        stage("theme")?;
        let (theme, theme_diagnostics) = if let Some(last) = same(|other| other.theme) {
            (Arc::clone(&last.theme), last.theme_diagnostics.clone())
        } else {
            let theme = Theme::load(tree, config);
            (Arc::new(theme.value), theme.diagnostics)
        };
        stage("lists")?;
        let base = Arc::new(Base::new(Arc::clone(&site), tree, &theme));
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
        last: &Last,
        tree: &Arc<SourceTree>,
        earlier: Vec<Diagnostic>,
        difference: &Difference,
        watch: &dyn Watch,
    ) -> Option<Last> {
        let Last { config, data, mut theme, mut theme_diagnostics, revision } = last.clone();
        watch.stage("pages");
        let Some(Taken { whole, site, changed, mut edited, read }) = Self::edit(&revision, tree, &config, difference)
        else {
            return self.anew(tree, &config, earlier, Some((last, difference)), watch);
        };
        let mut base = Arc::clone(&revision.base);
        if !changed.is_empty() {
            watch.stage("lists");
            let Some(other) = base.with(Arc::clone(&site), &changed) else {
                return self.anew(tree, &config, earlier, Some((last, difference)), watch);
            };
            (base, edited) = (Arc::new(other), BTreeMap::new());
        }
        if difference.theme {
            watch.stage("theme");
            let loaded = Theme::load(tree, &config);
            base = Arc::new(base.with_theme(tree, &theme, &loaded.value));
            (theme, theme_diagnostics) = (Arc::new(loaded.value), loaded.diagnostics);
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
    for (path, stays) in changed(old, new) {
        let below = path.below(&config.content);
        difference.everything |= !stays;
        difference.theme |= path.below("templates").is_some() || path.below("themes").is_some();
        if below.is_some_and(|below| parse::is_page(path, below)) {
            difference.pages.extend(stays.then(|| path.clone()));
        } else if is_defaults(path) {
            (difference.data, difference.everything) = (Some(Data::Defaults), true);
        } else if below.is_some_and(|below| below.starts_with("_data/")) {
            (difference.data, difference.everything) = (difference.data.max(Some(Data::Registries)), true);
        }
    }
    difference
}

/// Files that came, went or are others, in their order; each with whether it is in both.
fn changed<'t>(old: &'t SourceTree, new: &'t SourceTree) -> Vec<(&'t SourcePath, bool)> {
    let mut changed = Vec::new();
    let mut before = old.files.iter().peekable();
    for (path, file) in &new.files {
        while let Some((gone, _)) = before.next_if(|(other, _)| *other < path) {
            changed.push((gone, false));
        }
        match before.next_if(|(other, _)| *other == path) {
            Some((_, old)) if same_file(old, file) => {}
            was => changed.push((path, was.is_some())),
        }
    }
    changed.extend(before.map(|(gone, _)| (gone, false)));
    changed
}

fn is_defaults(path: &SourcePath) -> bool {
    matches!(path.file_name(), "_defaults.yaml" | "_defaults.yml")
}
