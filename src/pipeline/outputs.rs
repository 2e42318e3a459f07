//! Which address is made from what: known before anything is drawn.
//!
//! In: the atlas, its jobs, the theme, the sources. Out: [`Outputs`]. Two sources for one address are a diagnostic that names both.

use std::collections::BTreeMap;

use foldhash::HashMap;
use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, codes};
use crate::render;
use crate::render::theme::Theme;
use crate::source::{OutputPath, SourcePath, SourceTree};
use crate::view::{Atlas, Job};

/// What stands at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// A page, or an old address of one: the number of its job.
    Page(usize),
    /// A file that is made of the whole site.
    Beside,
    /// The first file of the search index; what the others are called depends on what is in them.
    Search,
    /// An asset of the theme.
    Theme,
    /// A source, as it is.
    File(SourcePath),
}

/// Every address of the site.
#[derive(Clone, Debug, Default)]
pub(super) struct Outputs {
    /// What is made for each.
    pub made: BTreeMap<OutputPath, Made>,
    /// Files published as they are.
    pub files: usize,
    /// Addresses that two sources claim.
    pub diagnostics: Vec<Diagnostic>,
}

impl Outputs {
    /// Collects all of them. The first to claim an address has it.
    pub fn new(tree: &SourceTree, atlas: &Atlas<'_>, jobs: &[Job], theme: &Theme) -> Self {
        let mut claims = Claims::default();
        let of_jobs: Vec<_> = jobs.par_iter().map(|job| (atlas.outputs(job), origin(job))).collect();
        for (number, (paths, origin)) in of_jobs.into_iter().enumerate() {
            for path in paths {
                claims.add(path, Made::Page(number), &origin);
            }
        }
        let config = &atlas.site.config;
        for path in render::beside_paths(config.base_url.is_some()) {
            claims.add(OutputPath::new(path), Made::Beside, "tiltyard itself");
        }
        if let Some(path) = atlas.filter_file() {
            claims.add(path, Made::Beside, "tiltyard itself");
        }
        claims.add(OutputPath::new(render::search::START), Made::Search, "tiltyard itself");
        for (path, _) in theme.files() {
            claims.add(path, Made::Theme, "the theme");
        }
        let mut files = 0;
        if !config.loose {
            for (path, _) in tree.below(&config.static_folder) {
                if let Some(below) = path.below(&config.static_folder) {
                    claims.add(OutputPath::new(below), Made::File(path.clone()), path.as_str());
                    files += 1;
                }
            }
        }
        for (path, asset) in &atlas.site.assets {
            if let (Some(_), Some(to)) = (tree.files.get(path), &asset.output) {
                claims.add(to.clone(), Made::File(path.clone()), path.as_str());
                files += 1;
            }
        }
        Self { made: claims.made, files, diagnostics: claims.diagnostics }
    }
}

/// What a file of the output is made from, for messages.
fn origin(job: &Job) -> String {
    match job {
        Job::Page(path) => path.as_str().to_owned(),
        Job::Section(address) | Job::Group(address, _) => format!("the list {address}"),
        Job::EntityIndex(kind) => format!("the list of {}", kind.plural().to_lowercase()),
        Job::Entity(entity) => format!("the page of {}", entity.id()),
        Job::Home => "the home page".to_owned(),
        Job::Freshness => "the page of freshness".to_owned(),
        Job::Programme => "the programme's page".to_owned(),
        Job::Scorecard => "the scorecard".to_owned(),
        Job::Metric(address) => format!("the metric {address}"),
        Job::Requirements(..) => "the list of requirements".to_owned(),
        Job::Glossary => "the glossary".to_owned(),
        Job::Search => "the search page".to_owned(),
        Job::Lookup => "the list of what scanners say".to_owned(),
        Job::NotFound => "the page for unknown addresses".to_owned(),
    }
}

/// The addresses so far, and what claimed each.
#[derive(Default)]
struct Claims {
    made: BTreeMap<OutputPath, Made>,
    origins: HashMap<String, String>,
    /// Folders of the files so far, and a file that is in each.
    folders: HashMap<String, String>,
    diagnostics: Vec<Diagnostic>,
}

impl Claims {
    fn add(&mut self, path: OutputPath, made: Made, origin: &str) {
        // Many a server and disk cannot tell `A` from `a`.
        let folded = path.as_str().to_lowercase();
        let above = folded.match_indices('/').filter_map(|(at, _)| folded.get(..at));
        let in_the_way = self
            .origins
            .get(&folded)
            .or_else(|| self.folders.get(&folded))
            .or_else(|| above.clone().find_map(|folder| self.origins.get(folder)))
            .or_else(|| self.origins.get(render::search::START).filter(|_| render::is_beside(&folded)));
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
        self.made.insert(path, made);
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
