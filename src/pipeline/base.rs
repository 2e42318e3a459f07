//! A screened site with everything that more than one of its pages needs, ready to be drawn page by page.
//!
//! In: a screened [`Site`], the sources, the theme. Out: [`Base`], from which any page can be drawn, alone or all at once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use self_cell::self_cell;

use super::Over;
use super::memory::{self, Memory};
use super::outputs::Outputs;
use crate::diagnostic::Diagnostic;
use crate::model::site::Site;
use crate::render::search::Passage;
use crate::render::theme::Theme;
use crate::render::{self, Extent, File};
use crate::source::{SourcePath, SourceTree};
use crate::view::{self, Atlas, Job};

self_cell! {
    /// A site and the atlas that points into it.
    struct Screened {
        owner: Arc<Site>,
        #[not_covariant]
        dependent: Atlas,
    }
}

/// What is drawn: pages, and files made of the whole site.
pub(super) struct Base {
    /// What does not hang on the theme.
    read: Arc<ReadSite>,
    /// One for each page of the output.
    pub jobs: Arc<Vec<Job>>,
    /// What stands at each address.
    pub outputs: Arc<Outputs>,
    /// The mistakes of templates, by the job that met them.
    faults: OnceLock<BTreeMap<usize, Diagnostic>>,
}

/// A site that was read once, with what is made of the whole of it.
struct ReadSite {
    screened: Screened,
    beside: OnceLock<Vec<File>>,
}

impl ReadSite {
    fn new(site: Arc<Site>) -> Arc<Self> {
        Arc::new(Self { screened: Screened::new(site, |site| Atlas::new(site)), beside: OnceLock::new() })
    }

    fn atlas<T>(&self, ask: impl FnOnce(&Atlas<'_>) -> T) -> T {
        self.screened.with_dependent(|_, atlas| ask(atlas))
    }
}

/// What became of a job in a build.
pub(super) struct Page {
    /// What it gave, but for what was taken; nothing where the output folder has it.
    pub drawn: Option<Drawn>,
    /// What it is drawn from, as a hash, if that is asked for.
    pub key: Option<[u8; 32]>,
    /// What search reads of its body, where it was drawn for that.
    pub passages: Option<(SourcePath, Vec<Passage>)>,
}

/// What one job gave: its files, or the template's mistake.
pub(super) type Drawn = Result<Vec<File>, Box<Diagnostic>>;

/// Files that many may hold.
pub(super) fn shared(fresh: render::Page) -> Vec<File> {
    fresh.files.into_iter().map(|(path, bytes)| (path, bytes.into())).collect()
}

impl Base {
    /// Reads a site once.
    pub fn new(site: Arc<Site>, tree: &SourceTree, theme: &Theme) -> Self {
        let read = ReadSite::new(site);
        let (jobs, outputs) = read.atlas(|atlas| {
            let jobs = atlas.jobs();
            let outputs = Outputs::new(tree, atlas, &jobs, theme);
            (jobs, outputs)
        });
        Self { read, jobs: Arc::new(jobs), outputs: Arc::new(outputs), faults: OnceLock::new() }
    }

    /// The same addresses over another site, in which some pages say something else; nothing when a list is grouped otherwise.
    pub fn with(&self, site: Arc<Site>, changed: &[SourcePath]) -> Option<Self> {
        let read = ReadSite::new(site);
        let same = read.atlas(|new| self.atlas(|old| changed.iter().all(|path| new.same_place(old, path))));
        let (jobs, outputs) = (Arc::clone(&self.jobs), Arc::clone(&self.outputs));
        same.then(|| Self { read, jobs, outputs, faults: OnceLock::new() })
    }

    /// The same site with the addresses that another theme gives. The files of the sources are the same.
    pub fn with_theme(&self, tree: &SourceTree, old: &Theme, new: &Theme) -> Self {
        let same = old.files().map(|(path, _)| path).eq(new.files().map(|(path, _)| path));
        let outputs = if same {
            Arc::clone(&self.outputs)
        } else {
            Arc::new(self.atlas(|atlas| Outputs::new(tree, atlas, &self.jobs, new)))
        };
        let (read, jobs) = (Arc::clone(&self.read), Arc::clone(&self.jobs));
        Self { read, jobs, outputs, faults: OnceLock::new() }
    }

    /// The site.
    pub fn site(&self) -> &Site {
        self.read.screened.borrow_owner()
    }

    /// The number of the job that makes a page, if that page shows nothing but itself: it is no list, home page or prose of something.
    pub fn job_alone(&self, path: &SourcePath) -> Option<usize> {
        let alone = self.atlas(|atlas| atlas.stands_alone(path));
        self.jobs.binary_search(&Job::Page(path.clone())).ok().filter(|_| alone)
    }

    /// Asks the atlas.
    pub fn atlas<T>(&self, ask: impl FnOnce(&Atlas<'_>) -> T) -> T {
        self.read.atlas(ask)
    }

    /// Draws every page but those that the site that is there has just as they would become; `done` is told after each. Once the outlet wants nothing more,
    /// nothing more is drawn.
    pub fn draw_all(&self, theme: &Theme, extent: Extent<'_>, over: Over<'_>, done: &(dyn Fn() + Sync)) -> Vec<Page> {
        let wanted = AtomicBool::new(true);
        self.atlas(|atlas| {
            let draw = |job: &Job| {
                if !wanted.load(Ordering::Relaxed) {
                    return Page { drawn: None, key: None, passages: None };
                }
                let view = atlas.view(job);
                let key = over.known.and_then(|known| Some((known, memory::key(&view, theme)?)));
                let standing = key.is_some_and(|(known, key)| {
                    std::iter::once(&view.output).chain(&view.redirects).all(|path| known.get(path) == Some(&key))
                });
                let mut passages = None;
                let drawn = (!standing).then(|| {
                    let mut fresh = render::page(&view, theme, extent)?;
                    passages = view.body.as_ref().map(|body| body.path.clone()).zip(fresh.passages.take());
                    let Some(outlet) = over.outlet else { return Ok(shared(fresh)) };
                    let all = fresh.files.iter().all(|(path, bytes)| outlet.take(path, bytes));
                    wanted.fetch_and(all, Ordering::Relaxed);
                    Ok(Vec::new())
                });
                done();
                Page { drawn, key: key.map(|(_, key)| key), passages }
            };
            self.jobs.par_iter().map(draw).collect()
        })
    }

    /// The mistakes of templates, found by drawing every page that is not known to be sound without its body; once. Nothing when it was
    /// called off.
    pub fn faults(&self, memory: &Memory, theme: &Theme, stop: &AtomicBool) -> Option<&BTreeMap<usize, Diagnostic>> {
        if let Some(known) = self.faults.get() {
            return Some(known);
        }
        let faults: BTreeMap<usize, Diagnostic> = self.atlas(|atlas| {
            let jobs = self.jobs.par_iter().enumerate().filter(|_| !stop.load(Ordering::Relaxed));
            let fault = |(number, job)| Some((number, memory.fault(&atlas.view(job), theme)?));
            jobs.filter_map(fault).collect()
        });
        (!stop.load(Ordering::Relaxed)).then(|| self.faults.get_or_init(|| faults))
    }

    /// The search index; `known` is what was read of bodies already.
    pub fn search(&self, known: &render::search::Passages) -> Vec<File> {
        self.atlas(|atlas| render::search::files(&view::search::site(atlas), known))
    }

    /// The search index of another version of the site, in which only texts are different.
    pub fn search_of(site: &Site) -> Vec<File> {
        render::search::files(&view::search::site(&Atlas::new(site)), &render::search::Passages::default())
    }

    /// The files that are made of the whole site; made once.
    pub fn beside(&self) -> &[File] {
        self.read.beside.get_or_init(|| self.atlas(|atlas| render::beside(&view::index::index(atlas, &self.jobs))))
    }

    /// Published pages by kind.
    pub fn by_kind(&self) -> BTreeMap<crate::model::kind::Kind, usize> {
        let mut by_kind = BTreeMap::new();
        self.site().pages.values().for_each(|page| *by_kind.entry(page.kind()).or_default() += 1);
        by_kind
    }
}
