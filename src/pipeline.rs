//! The stages in their order: sources in, site out. Knows neither disk nor screen.
//!
//! In: a [`SourceTree`] and a [`Config`]. Out: [`Built`]: every diagnostic, the finished files, and what a summary says of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

pub use crate::parse::{Choices, config as configure};

use crate::diagnostic::{Checked, Diagnostic, Severity, codes, sorted};
use crate::model::config::Config;
use crate::model::kind::Kind;
use crate::model::site::Site;
use crate::render::highlight::Highlighter;
use crate::render::theme::Theme;
use crate::source::{OutputPath, OutputTree, SourcePath, SourceTree};
use crate::{check, parse, render, resolve, screen, view};

/// Is told how far the pipeline is; the caller has the clock.
pub trait Watch: Sync {
    /// A stage begins.
    fn stage(&self, _name: &'static str) {}
    /// So many pages of so many are done.
    fn progress(&self, _done: usize, _all: usize) {}
}

impl Watch for () {}

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
    pub held_back: BTreeMap<&'static str, usize>,
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
    let broken = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let goal = if broken { Goal::Diagnostics } else { goal };
    let (files, mut summary) = draw(tree, &site, &theme.value, goal, watch, &mut diagnostics);
    summary.pages = pages;
    let mut built = Built { diagnostics: sorted(diagnostics), files, summary };
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

/// What this build's audience may see, resolved: what questions are answered from.
#[must_use]
pub fn published(tree: &SourceTree, config: &Config) -> Site {
    screen::screen(&inspect(tree, config, Vec::new()).value)
}

/// Files become documents and registries.
fn read(
    tree: &SourceTree,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Arc<crate::model::document::Document>>, crate::model::registry::Registry) {
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

/// A screened site becomes files.
fn draw(
    tree: &SourceTree,
    site: &Site,
    theme: &Theme,
    goal: Goal,
    watch: &dyn Watch,
    diagnostics: &mut Vec<Diagnostic>,
) -> (OutputTree, Summary) {
    let atlas = view::Atlas::new(site);
    let jobs = atlas.jobs();
    // The graph of the whole site is made while memory is still free of pages.
    let mut beside = render::beside(&view::index::index(&atlas, &jobs));
    if goal == Goal::Files {
        watch.stage("search");
        beside.extend(render::search::files(&view::search::site(&atlas)));
    }
    watch.stage("render");
    let highlighter = (goal == Goal::Files).then(Highlighter::new);
    let done = AtomicUsize::new(0);
    let drawn: Vec<_> = jobs
        .par_iter()
        .map(|job| {
            let files = render::page(&atlas.view(job), theme, highlighter.as_ref());
            let files = if goal == Goal::Files { files } else { files.map(without_bytes) };
            watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, jobs.len());
            files
        })
        .collect();
    let mut output = Output::default();
    for (job, files) in jobs.iter().zip(drawn) {
        match files {
            Ok(files) => files.into_iter().for_each(|file| output.add(file, &origin(job))),
            Err(diagnostic) => output.diagnostics.push(*diagnostic),
        }
    }
    for file in beside {
        output.add(file, "tiltyard itself");
    }
    theme.files().for_each(|file| output.add(file, "the theme"));
    let assets = publish_files(tree, site, &mut output);
    diagnostics.append(&mut output.diagnostics);
    let mut by_kind: BTreeMap<Kind, usize> = BTreeMap::new();
    site.pages.values().for_each(|page| *by_kind.entry(page.kind()).or_default() += 1);
    let summary = Summary {
        pages: 0,
        by_kind: Kind::ALL.into_iter().filter_map(|kind| by_kind.get(&kind).map(|count| (kind, *count))).collect(),
        made: jobs.iter().filter(|job| !matches!(job, view::Job::Page(_) | view::Job::NotFound)).count(),
        links: site.edges.len(),
        assets,
        held_back: site.held_back.clone(),
    };
    (OutputTree { files: output.files }, summary)
}

/// Files that only have to have a place.
fn without_bytes(files: Vec<render::File>) -> Vec<render::File> {
    files.into_iter().map(|(path, _)| (path, Arc::from([]))).collect()
}

/// What a file of the output is made from, for messages.
fn origin(job: &view::Job) -> String {
    match job {
        view::Job::Page(path) => path.as_str().to_owned(),
        view::Job::Section(address) | view::Job::Group(address, _) => format!("the list {address}"),
        view::Job::EntityIndex(kind) => format!("the list of {}", kind.plural().to_lowercase()),
        view::Job::Entity(entity) => format!("the page of {}", entity.id()),
        view::Job::Home => "the home page".to_owned(),
        view::Job::Glossary => "the glossary".to_owned(),
        view::Job::Search => "the search page".to_owned(),
        view::Job::Lookup => "the list of what scanners say".to_owned(),
        view::Job::NotFound => "the page for unknown addresses".to_owned(),
    }
}

/// Files that are published as they are: the static folder, and those under the content folder that published pages refer to.
fn publish_files(tree: &SourceTree, site: &Site, output: &mut Output) -> usize {
    let config = &site.config;
    let mut count = 0;
    if !config.loose {
        for (path, file) in tree.below(&config.static_folder) {
            if let Some(below) = path.below(&config.static_folder) {
                output.add((OutputPath::new(below), file.bytes.clone()), path.as_str());
                count += 1;
            }
        }
    }
    for (path, asset) in &site.assets {
        if let (Some(file), Some(to)) = (tree.files.get(path), &asset.output) {
            output.add((to.clone(), file.bytes.clone()), path.as_str());
            count += 1;
        }
    }
    count
}

/// The files so far, and what each was made from: two sources for one address are an error that names both.
#[derive(Default)]
struct Output {
    files: BTreeMap<OutputPath, Arc<[u8]>>,
    origins: BTreeMap<OutputPath, String>,
    /// Folders of the files so far, and a file that is in each.
    folders: BTreeMap<String, String>,
    diagnostics: Vec<Diagnostic>,
}

impl Output {
    fn add(&mut self, (path, bytes): render::File, origin: &str) {
        // Many a server and disk cannot tell `A` from `a`.
        let folded = OutputPath::new(&path.as_str().to_lowercase());
        let text = folded.as_str();
        let above = text.match_indices('/').filter_map(|(at, _)| text.get(..at));
        let in_the_way = self
            .origins
            .get(&folded)
            .or_else(|| self.folders.get(text))
            .or_else(|| above.clone().find_map(|folder| self.origins.get(folder)));
        if let Some(first) = in_the_way {
            self.diagnostics.push(clash(&path, origin, first));
            return;
        }
        for folder in above {
            if !self.folders.contains_key(folder) {
                self.folders.insert(folder.to_owned(), origin.to_owned());
            }
        }
        self.origins.insert(folded, origin.to_owned());
        self.files.insert(path, bytes);
    }
}

/// Two sources for one place; the place of the diagnostic is a file that somebody wrote.
fn clash(path: &OutputPath, origin: &str, first: &str) -> Diagnostic {
    let message = format!("`{origin}` would be published as {path}, where `{first}` is already");
    let diagnostic =
        Diagnostic::new(&codes::SAME_URL, message).help("rename one of them, or give a page another `slug`");
    let is_file = |origin: &&str| origin.contains('/') && !origin.starts_with("the ");
    match [origin, first].into_iter().find(is_file) {
        Some(file) => diagnostic.on(&SourcePath::new(file)),
        None => diagnostic,
    }
}
