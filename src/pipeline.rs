//! The stages in their order: sources in, site out. Knows neither disk nor screen.
//!
//! In: a [`SourceTree`] and a [`Config`]. Out: [`Built`]: every diagnostic, the finished files, and what a summary says of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

mod base;
mod draw;
mod memory;
mod outputs;
pub mod recall;
mod revision;
mod workshop;

pub use crate::parse::{Choices, config as configure};
pub use revision::{Revision, Value};
pub use workshop::Workshop;

use base::Base;
use draw::Draw;

use crate::diagnostic::{Checked, Diagnostic, Severity, sorted};
use crate::model::config::Config;
use crate::model::document::Document;
use crate::model::kind::Kind;
use crate::model::registry::Registry;
use crate::model::site::Site;
use crate::render::theme::Theme;
use crate::source::{OutputPath, OutputTree, SourceTree};
use crate::{check, parse, resolve, screen, view};

/// Is told how far the pipeline is; the caller has the clock.
pub trait Watch: Sync {
    /// A stage begins.
    fn stage(&self, _name: &'static str) {}
    /// So many pages of so many are done.
    fn progress(&self, _done: usize, _all: usize) {}
    /// Whether nobody wants any more what is being made.
    fn called_off(&self) -> bool {
        false
    }
}

impl Watch for () {}

impl Watch for AtomicBool {
    fn called_off(&self) -> bool {
        self.load(Ordering::Relaxed)
    }
}

/// Takes finished pages one by one, from many threads, so that a large site need not be held as a whole.
pub trait Outlet: Sync {
    /// Takes a file; false when nothing more is wanted.
    fn take(&self, path: &OutputPath, bytes: &[u8]) -> bool;
    /// Whether anything more is wanted.
    fn wanted(&self) -> bool;
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Everything that is wrong; no files.
    Diagnostics,
    /// The files, too, unless something is wrong.
    Files,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// Everything that is wrong or due, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// The finished files; empty when they were not asked for or something is wrong.
    pub files: OutputTree,
    /// What a summary says.
    pub summary: Summary,
    /// What each page was drawn from; empty unless an earlier build was given.
    pub pages: recall::Pages,
}

/// Counts for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Pages read.
    pub pages: usize,
    /// Published pages by kind.
    pub by_kind: Vec<(Kind, usize)>,
    /// Pages made from what refers to them: lists, services, tags, ….
    pub made: usize,
    /// Links between published pages, by field and in text.
    pub links: usize,
    /// Files published beside the pages.
    pub assets: usize,
    /// Pages that this build leaves out, by reason.
    pub held_back: BTreeMap<String, usize>,
}

impl Summary {
    fn of(base: &Base, pages: usize) -> Self {
        let site = base.site();
        let by_kind = base.by_kind();
        let by_kind = Kind::ALL.into_iter().filter_map(|kind| by_kind.get(&kind).map(|count| (kind, *count))).collect();
        let made = |job: &&view::Job| !matches!(job, view::Job::Page(_) | view::Job::NotFound);
        Self {
            pages,
            by_kind,
            made: base.jobs.iter().filter(made).count(),
            links: site.edges.len(),
            assets: base.outputs.files,
            held_back: site.held_back.iter().map(|(why, count)| ((*why).to_owned(), *count)).collect(),
        }
    }
}

impl Built {
    /// Whether an error keeps the site from being published.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Runs every stage. `earlier` are the diagnostics of scanning and of the configuration.
#[must_use]
pub fn build(tree: &SourceTree, config: Config, earlier: Vec<Diagnostic>, goal: Goal, watch: &dyn Watch) -> Built {
    build_into(Over::default(), tree, config, earlier, goal, watch)
}

/// Where the site goes that is built.
#[derive(Clone, Copy, Default)]
pub struct Over<'a> {
    /// What the pages of the site that is there were drawn from: one that would be drawn from the same is not drawn again.
    pub known: Option<&'a recall::Pages>,
    /// Takes pages as they are finished, unless something is wrong with the site.
    pub outlet: Option<&'a dyn Outlet>,
}

/// Runs every stage over a site that is there. A page that is not drawn again, or that the outlet has taken, stands in the tree by its address only.
#[must_use]
pub fn build_into(
    over: Over<'_>,
    tree: &SourceTree,
    config: Config,
    earlier: Vec<Diagnostic>,
    goal: Goal,
    watch: &dyn Watch,
) -> Built {
    let mut diagnostics = earlier;
    watch.stage("parse");
    let config = Arc::new(config);
    let (documents, registry) = read(tree, &config, &mut diagnostics);
    watch.stage("resolve");
    let pages = documents.len();
    let resolved = resolve::resolve(documents, Arc::new(registry), config.clone(), tree);
    diagnostics.extend(resolved.diagnostics);
    watch.stage("check");
    diagnostics.extend(check::check(&resolved.value));
    watch.stage("screen");
    let site = screen::screen(&resolved.value);
    drop(resolved.value);
    watch.stage("render");
    let theme = Theme::load(tree, &config);
    diagnostics.extend(theme.diagnostics);
    let base = Base::new(Arc::new(site), tree, &theme.value);
    diagnostics.extend(base.outputs.diagnostics.iter().cloned());
    let broken = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let goal = if broken { Goal::Diagnostics } else { goal };
    let stage = Draw { tree, base: &base, theme: &theme.value, over, goal, watch };
    let (files, drawn_from) = stage.run(&mut diagnostics);
    let summary = Summary::of(&base, pages);
    let mut built = Built { diagnostics: sorted(diagnostics), files, summary, pages: drawn_from };
    if built.failed() || goal == Goal::Diagnostics {
        built.files = OutputTree::default();
    }
    built
}

/// Reads, resolves and checks, and draws nothing: the whole site, and everything that is wrong with its sources.
#[must_use]
pub fn inspect(tree: &SourceTree, config: &Config, earlier: Vec<Diagnostic>) -> Checked<Site> {
    let mut diagnostics = earlier;
    let config = Arc::new(config.clone());
    let (documents, registry) = read(tree, &config, &mut diagnostics);
    let resolved = resolve::resolve(documents, Arc::new(registry), config, tree);
    diagnostics.extend(resolved.diagnostics);
    diagnostics.extend(check::check(&resolved.value));
    Checked { value: resolved.value, diagnostics: sorted(diagnostics) }
}

/// The site as this build's audience has it, with everything that is wrong with its sources: for questions about what is published.
#[must_use]
pub fn published(tree: &SourceTree, config: &Config, earlier: Vec<Diagnostic>) -> Checked<Site> {
    let inspected = inspect(tree, config, earlier);
    Checked { value: screen::screen(&inspected.value), diagnostics: inspected.diagnostics }
}

/// Files become documents and registries.
fn read(tree: &SourceTree, config: &Config, diagnostics: &mut Vec<Diagnostic>) -> (Vec<Arc<Document>>, Registry) {
    let defaults = parse::Defaults::read(tree, config);
    diagnostics.extend(defaults.diagnostics);
    let registry = parse::registry(tree, &config.content, config.loose);
    diagnostics.extend(registry.diagnostics);
    let pages: Vec<_> = tree
        .below(&config.content)
        .filter(|(path, _)| path.below(&config.content).is_some_and(|below| parse::is_page(path, below)))
        .collect();
    let documents: Vec<_> =
        pages.into_par_iter().map(|(path, file)| parse::document(path, file, &defaults.value, config)).collect();
    let mut read = Vec::with_capacity(documents.len());
    for document in documents {
        diagnostics.extend(document.diagnostics);
        read.extend(document.value.map(Arc::new));
    }
    (read, registry.value)
}
