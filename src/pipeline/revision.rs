//! One state of the site, drawn on request.
//!
//! In: a [`Base`] and, where only the text of a page is another since it was made, that page. Out: the value of any address, the same
//! bytes as in the site that a build of the same sources writes, and every diagnostic that such a build gives.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::Summary;
use super::base::{Base, Drawn};
use super::memory::Memory;
use super::outputs::Made;
use crate::diagnostic::{Diagnostic, sorted};
use crate::model::site::{Node, Page, Site};
use crate::model::view::PageView;
use crate::render::theme::Theme;
use crate::resolve::Resolution;
use crate::source::{OutputPath, OutputTree, SourcePath, SourceTree};
use crate::view::{Atlas, Job};
use crate::{check, render};

/// A state of the site. Cheap to make where little has changed; everything else is made when it is asked for.
pub struct Revision {
    pub(super) tree: Arc<SourceTree>,
    pub(super) base: Arc<Base>,
    /// Pages whose text is another than in the base, by the number of their job.
    pub(super) edited: BTreeMap<usize, Arc<Page>>,
    /// The screened site as it is now.
    pub(super) site: Arc<Site>,
    /// The whole site as it is now.
    pub(super) whole: Arc<Resolution>,
    pub(super) theme: Arc<Theme>,
    /// What scanning, parsing, resolving and loading the theme found.
    pub(super) known: Vec<Diagnostic>,
    pub(super) memory: Arc<Memory>,
    pub(super) checked: OnceLock<Vec<Diagnostic>>,
    pub(super) search: OnceLock<Vec<render::File>>,
}

/// The value of an address.
#[derive(Clone, Debug)]
pub enum Value {
    /// A file.
    File(Arc<[u8]>),
    /// The page of this file, or a page made by tiltyard, whose template has a mistake.
    Broken(Option<SourcePath>, Box<Diagnostic>),
}

impl Revision {
    /// The screened site.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The sources.
    #[must_use]
    pub fn tree(&self) -> &SourceTree {
        &self.tree
    }

    /// What stands at an address; drawn now unless it is remembered.
    #[must_use]
    pub fn value(&self, path: &OutputPath) -> Option<Value> {
        let Some(made) = self.base.outputs.made.get(path) else {
            return self.beside(path);
        };
        match made {
            Made::Page(number) => match &*self.draw(*number)? {
                Ok(files) => find(files, path),
                Err(diagnostic) => Some(Value::Broken(self.source(path), diagnostic.clone())),
            },
            Made::Beside => find(self.base.beside(), path),
            Made::Search => find(self.search(), path),
            Made::Theme => find(&self.theme.files().collect::<Vec<_>>(), path),
            Made::File(source) => self.tree.files.get(source).map(|file| Value::File(Arc::clone(&file.bytes))),
        }
    }

    /// The file that a page of the site is made from.
    #[must_use]
    pub fn source(&self, path: &OutputPath) -> Option<SourcePath> {
        let Made::Page(number) = self.base.outputs.made.get(path)? else { return None };
        match self.base.jobs.get(*number)? {
            Job::Page(source) => Some(source.clone()),
            _ => None,
        }
    }

    /// The address of the page that a file makes.
    #[must_use]
    pub fn address(&self, source: &SourcePath) -> Option<OutputPath> {
        Some(self.site.pages.get(source)?.permalink.output_path())
    }

    /// Whether something stands at an address.
    #[must_use]
    pub fn has(&self, path: &OutputPath) -> bool {
        self.base.outputs.made.contains_key(path)
    }

    /// How many files the site has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.base.outputs.made.len()
    }

    /// Whether the site has no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.base.outputs.made.is_empty()
    }

    /// What was found before checking and drawing: at hand at once.
    pub fn known(&self) -> impl Iterator<Item = &Diagnostic> {
        self.known.iter().chain(&self.base.outputs.diagnostics)
    }

    /// What checking found; done once.
    pub fn checked(&self) -> &[Diagnostic] {
        self.checked.get_or_init(|| check::check(&self.whole.site))
    }

    /// Every diagnostic that a build gives, in its order; nothing when it was called off. Draws what is not remembered as drawn.
    #[must_use]
    pub fn diagnostics(&self, stop: &AtomicBool) -> Option<Vec<Diagnostic>> {
        let drawn = self.faults(stop)?;
        Some(sorted(self.known().cloned().chain(self.checked().iter().cloned()).chain(drawn).collect()))
    }

    /// A file whose name depends on what is in the site.
    fn beside(&self, path: &OutputPath) -> Option<Value> {
        match path.as_str() {
            part if render::search::is_part(part) => find(self.search(), path),
            calendar if render::is_beside(calendar) => find(self.base.beside(), path),
            _ => None,
        }
    }

    /// The search index; made when it is first asked for.
    pub fn search(&self) -> &[render::File] {
        self.search.get_or_init(|| {
            if self.edited.is_empty() {
                self.base.search(&render::search::Passages::default())
            } else {
                Base::search_of(&self.site)
            }
        })
    }

    /// The mistakes of templates.
    fn faults(&self, stop: &AtomicBool) -> Option<Vec<Diagnostic>> {
        let of_base = self.base.faults(&self.memory, &self.theme, stop)?;
        let others =
            of_base.iter().filter(|(number, _)| !self.edited.contains_key(number)).map(|(_, fault)| fault.clone());
        let own = self.edited.values().filter_map(|page| {
            let view = self.base.atlas(|atlas| atlas.view_of(page));
            self.memory.fault(&view, &self.theme)
        });
        Some(others.chain(own).collect())
    }

    /// The whole site, as a build writes it when nothing is wrong.
    #[must_use]
    pub fn output(&self) -> OutputTree {
        let mut output = self.drawn();
        output.files.extend(self.search().iter().cloned());
        output
    }

    /// The whole site but for the search index.
    #[must_use]
    pub fn drawn(&self) -> OutputTree {
        let made = self.base.outputs.made.iter().filter(|(_, made)| **made != Made::Search);
        let paths: Vec<&OutputPath> = made.map(|(path, _)| path).collect();
        let files = paths.par_iter().filter_map(|path| match self.value(path)? {
            Value::File(bytes) => Some(((*path).clone(), bytes)),
            Value::Broken(..) => None,
        });
        let beside = self.base.beside().iter().cloned();
        OutputTree { files: beside.chain(files.collect::<Vec<_>>()).collect(), ..OutputTree::default() }
    }

    /// Listed pages that no other page points to.
    #[must_use]
    pub fn orphans(&self) -> Vec<SourcePath> {
        let pointed = |page: &Page| {
            let node = Node::Page(page.path().clone());
            self.site.edges.to(&node).any(|edge| edge.from != *page.path())
        };
        let alone = |page: &&Arc<Page>| page.is_listed() && page.permalink.as_str() != "/" && !pointed(page);
        self.site.pages.values().filter(alone).map(|page| page.path().clone()).collect()
    }

    /// Counts for people.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::of(&self.base, self.whole.documents)
    }

    fn draw(&self, number: usize) -> Option<Arc<Drawn>> {
        let view = self.base.atlas(|atlas| self.view(atlas, number))?;
        Some(self.memory.page(&view, &self.theme))
    }

    fn view(&self, atlas: &Atlas<'_>, number: usize) -> Option<PageView> {
        match self.edited.get(&number) {
            Some(page) => Some(atlas.view_of(page)),
            None => self.base.jobs.get(number).map(|job| atlas.view(job)),
        }
    }
}

fn find(files: &[render::File], path: &OutputPath) -> Option<Value> {
    files.iter().find(|(at, _)| at == path).map(|(_, bytes)| Value::File(Arc::clone(bytes)))
}
