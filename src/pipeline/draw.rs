//! The last stage of a build: a screened site becomes the tree of its files.
//!
//! In: what is drawn, what the pages of the site that is there were drawn from, and who takes pages. Out: every file, in the order of addresses; a page that
//! stands there as it would be drawn, or was taken, by its address alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::base::{Base, Page};
use super::outputs::Made;
use super::recall::Pages;
use super::{Goal, Over, Watch};
use crate::diagnostic::Diagnostic;
use crate::render::highlight::Highlighter;
use crate::render::theme::Theme;
use crate::render::{self, Extent};
use crate::source::{OutputPath, OutputTree, SourceTree};

/// Of more pages what search reads is not kept from the drawing to the index, which takes some 10 KB a page, but read again.
const MOST_KEPT: usize = 4_000;

/// A screened site becomes files.
pub(super) struct Draw<'a> {
    pub tree: &'a SourceTree,
    pub base: &'a Base,
    pub theme: &'a Theme,
    pub over: Over<'a>,
    pub goal: Goal,
    pub watch: &'a dyn Watch,
}

impl Draw<'_> {
    /// Every file, and what each page was drawn from.
    pub fn run(&self, diagnostics: &mut Vec<Diagnostic>) -> (OutputTree, Pages) {
        let Self { tree, base, theme, goal, .. } = *self;
        let mut files: BTreeMap<OutputPath, Arc<[u8]>> = BTreeMap::new();
        if goal == Goal::Files {
            // The graph of the whole site is made while memory is still free of pages.
            files.extend(base.beside().iter().cloned());
        }
        self.watch.stage("render");
        let mut pages = self.pages(diagnostics);
        // Somebody who has interrupted does not wait for the index.
        if goal == Goal::Diagnostics || self.over.outlet.is_some_and(|outlet| !outlet.wanted()) {
            return (OutputTree::default(), Pages::new());
        }
        self.watch.stage("search");
        let passages = pages.iter_mut().filter_map(|page| page.passages.take()).collect();
        files.extend(base.search(&passages));
        drop(passages);
        let find = |files: &[render::File], path: &OutputPath| {
            files.iter().find(|(at, _)| at == path).map(|(_, bytes)| Arc::clone(bytes))
        };
        let (mut standing, mut drawn_from) = (BTreeSet::new(), Pages::new());
        for (path, made) in &base.outputs.made {
            let bytes = match made {
                Made::Page(number) => pages.get(*number).and_then(|page| {
                    drawn_from.extend(page.key.map(|key| (path.clone(), key)));
                    let drawn = page.drawn.as_ref().map(|drawn| drawn.as_ref().map_or(&[][..], Vec::as_slice));
                    let bytes = drawn.and_then(|files| find(files, path));
                    if bytes.is_none() {
                        standing.insert(path.clone());
                    }
                    bytes
                }),
                Made::Beside => find(base.beside(), path),
                Made::Search => None,
                Made::Theme => theme.files().find(|(at, _)| at == path).map(|(_, bytes)| bytes),
                Made::File(source) => tree.files.get(source).map(|file| Arc::clone(&file.bytes)),
            };
            files.extend(bytes.map(|bytes| (path.clone(), bytes)));
        }
        (OutputTree { files, standing }, drawn_from)
    }

    /// Every page; without its files where only what is wrong with it was asked for.
    fn pages(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Page> {
        let highlighter = Highlighter::new();
        let extent = match self.goal {
            Goal::Diagnostics => Extent::Around,
            Goal::Files if self.base.jobs.len() > MOST_KEPT => Extent::Whole(&highlighter),
            Goal::Files => Extent::WithPassages(&highlighter),
        };
        let over = if self.goal == Goal::Files { self.over } else { Over::default() };
        let done = AtomicUsize::new(0);
        let all = self.base.jobs.len();
        let tell = || self.watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, all);
        let mut pages = self.base.draw_all(self.theme, extent, over, &tell);
        for page in &mut pages {
            match &mut page.drawn {
                Some(Err(fault)) => diagnostics.push((**fault).clone()),
                Some(Ok(files)) if self.goal == Goal::Diagnostics => files.clear(),
                _ => {}
            }
        }
        pages
    }
}
