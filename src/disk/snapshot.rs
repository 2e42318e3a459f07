//! The sources as they were read, and how to read them again for little.
//!
//! In: a request, and later the paths that changed. Out: a [`Snapshot`] with the same tree and the same diagnostics that a fresh
//! [`scan`](super::scan) would give. A change of one file's content reads that file; anything else walks the folders again, and reads only
//! what is new or was named. A file whose bytes are what they were keeps its `Arc`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::content::{Content, Known, Task, read_all, tasks, told};
use super::error::DiskError;
use super::history::{self, Past};
use super::news::News;
use super::scan::{Root, Scan};
use super::walk::{Walked, walk};
use crate::diagnostic::{Checked, Diagnostic, sorted};
use crate::source::{SourceFile, SourcePath, SourceTree};

/// What may have changed since the sources were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// What is at these paths, and everything below them. Absolute, or relative to the root.
    Paths(BTreeSet<PathBuf>),
    /// Nobody knows: everything is read again.
    All,
}

impl Default for Changes {
    fn default() -> Self {
        Self::Paths(BTreeSet::new())
    }
}

impl Changes {
    /// Adds other changes to these.
    pub fn merge(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Paths(paths), Self::Paths(others)) => paths.extend(others),
            (_, Self::All) => *self = Self::All,
            (Self::All, Self::Paths(_)) => {}
        }
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Paths(paths) if paths.is_empty())
    }
}

/// The sources at one moment. Cheap to clone: everything in it is shared.
#[derive(Clone, Debug)]
pub struct Snapshot {
    asked: Arc<Asked>,
    walked: Arc<Walked>,
    past: Option<Arc<Past>>,
    /// What was wrong with files that were found and could not be read.
    troubles: Arc<BTreeMap<SourcePath, Diagnostic>>,
    tree: Arc<SourceTree>,
    diagnostics: Arc<[Diagnostic]>,
}

/// A request that was answered. Another one may find other files.
#[derive(Debug, PartialEq)]
struct Asked {
    root: PathBuf,
    folders: Vec<String>,
    files: Vec<String>,
    exclude: Vec<String>,
    loose: bool,
    max_file: u64,
    git: bool,
}

impl Asked {
    fn new(request: &Scan<'_>, root: &Root) -> Self {
        Self {
            root: root.path.clone(),
            folders: request.folders.to_vec(),
            files: request.files.to_vec(),
            exclude: request.exclude.to_vec(),
            loose: request.loose,
            max_file: request.max_file,
            git: request.git,
        }
    }
}

impl Snapshot {
    /// Reads everything.
    ///
    /// # Errors
    /// Those of [`scan`](super::scan).
    pub fn take(request: &Scan<'_>) -> Result<Self, DiskError> {
        let root = Root::of(request)?;
        Ok(Self::nothing(request, &root).walk_again(request, &root, None, true))
    }

    /// The sources as they are now: exactly what [`Snapshot::take`] would give, provided that every path that changed is named, be it
    /// made, written, removed, moved or given other permissions. A file below a named folder needs no name of its own. Names on the
    /// way are best real ones, without symbolic links. A path outside the root stands for git's own files.
    ///
    /// The request may be another one than before.
    ///
    /// # Errors
    /// Those of [`scan`](super::scan). Nothing has been taken note of then: hand the same changes in again with the next.
    pub fn refresh(&self, request: &Scan<'_>, changes: &Changes) -> Result<Self, DiskError> {
        let root = Root::of(request)?;
        if self.asked.root != root.path {
            return Self::take(request);
        }
        let news = match changes {
            Changes::All => News::everything(),
            Changes::Paths(paths) => News::of(&self.walked, request, &root, paths),
        };
        if news.structure || *self.asked != Asked::new(request, &root) {
            return Ok(self.walk_again(request, &root, Some(&news.stale), news.git));
        }
        Ok(if news.is_empty() { self.clone() } else { self.read_again(request, &root, &news) })
    }

    /// Every source file.
    #[must_use]
    pub fn tree(&self) -> &Arc<SourceTree> {
        &self.tree
    }

    /// Everything that was odd, in the order in which people are shown it.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether nothing differs: no byte, no path, no history and no diagnostic.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tree, &other.tree) && self.diagnostics == other.diagnostics
    }

    /// The tree and its diagnostics alone.
    #[must_use]
    pub fn into_checked(self) -> Checked<SourceTree> {
        Checked { value: Arc::unwrap_or_clone(self.tree), diagnostics: self.diagnostics.to_vec() }
    }

    fn nothing(request: &Scan<'_>, root: &Root) -> Self {
        Self {
            asked: Arc::new(Asked::new(request, root)),
            walked: Arc::default(),
            past: None,
            troubles: Arc::default(),
            tree: Arc::default(),
            diagnostics: Arc::default(),
        }
    }

    /// Walks all folders and reads what is not known yet, or is stale; with no word about that, everything.
    fn walk_again(&self, request: &Scan<'_>, root: &Root, stale: Option<&BTreeSet<PathBuf>>, git: bool) -> Self {
        let walked = walk(request, root);
        let known = stale.map(|stale| Known { found: &self.walked.found, tree: &self.tree, stale });
        let read = read_all(&root.fd, tasks(&walked.found), request.max_file, known);
        let mut tree = SourceTree::default();
        let mut troubles = BTreeMap::new();
        put(&mut tree, &mut troubles, &self.tree, read, request.max_file);
        let asked = Asked::new(request, root);
        let past = match &self.past {
            _ if !request.git => None,
            Some(past) if !git && self.asked.folders == asked.folders => Some(Arc::clone(past)),
            _ => Some(Arc::new(history::ask(&root.path, request.folders))),
        };
        match &past {
            Some(past) => past.fill(&mut tree, &walked.found),
            None => tree.files.values_mut().for_each(|file| file.history = None),
        }
        Self {
            asked: Arc::new(asked),
            walked: Arc::new(walked),
            past,
            troubles: Arc::new(troubles),
            tree: shared(&self.tree, tree),
            diagnostics: Arc::default(),
        }
        .told()
    }

    /// Reads the stale files alone, and asks git if it has news.
    fn read_again(&self, request: &Scan<'_>, root: &Root, news: &News) -> Self {
        let mut next = self.clone();
        let tasks: Vec<Task<'_>> = news
            .stale
            .iter()
            .filter_map(|real| {
                let (folder, name) = (real.parent()?, real.file_name()?);
                let (folder, files) = self.walked.found.get_key_value(folder)?;
                Some((folder.as_path(), vec![files.get_key_value(name)?]))
            })
            .collect();
        let mut tree = SourceTree::clone(&self.tree);
        if !tasks.is_empty() {
            let troubles = Arc::make_mut(&mut next.troubles);
            put(&mut tree, troubles, &self.tree, read_all(&root.fd, tasks, request.max_file, None), request.max_file);
        }
        if news.git && request.git {
            let past = history::ask(&root.path, request.folders);
            past.fill(&mut tree, &self.walked.found);
            next.past = Some(Arc::new(past));
        }
        next.tree = shared(&self.tree, tree);
        next.told()
    }

    /// The same with its diagnostics gathered.
    fn told(mut self) -> Self {
        let mut all = self.walked.diagnostics.clone();
        all.extend(self.troubles.values().cloned());
        all.extend(self.past.iter().filter_map(|past| past.diagnostic.clone()));
        self.diagnostics = sorted(all).into();
        self
    }
}

/// Puts what was read into a tree. A path with the bytes it had before keeps them, and its history.
fn put(
    tree: &mut SourceTree,
    troubles: &mut BTreeMap<SourcePath, Diagnostic>,
    before: &SourceTree,
    read: Vec<(&BTreeSet<String>, Content)>,
    max_file: u64,
) {
    for (paths, content) in read {
        for path in paths {
            let old = before.files.get_key_value(path.as_str());
            let path = old.map_or_else(|| SourcePath::new(path), |(path, _)| path.clone());
            match &content {
                Ok(bytes) => {
                    let old = old.map(|(_, file)| file);
                    let same = old.filter(|old| Arc::ptr_eq(&old.bytes, bytes) || old.bytes == *bytes);
                    let bytes = Arc::clone(same.map_or(bytes, |old| &old.bytes));
                    let history = old.and_then(|old| old.history.clone());
                    troubles.remove(&path);
                    tree.files.insert(path, SourceFile { bytes, history });
                }
                Err(trouble) => {
                    tree.files.remove(&path);
                    troubles.insert(path.clone(), told(&path, trouble, max_file));
                }
            }
        }
    }
}

/// The tree there was before, if nothing in the new one differs.
fn shared(before: &Arc<SourceTree>, tree: SourceTree) -> Arc<SourceTree> {
    let same = |((path, file), (old_path, old)): ((&SourcePath, &SourceFile), (&SourcePath, &SourceFile))| {
        Arc::ptr_eq(&file.bytes, &old.bytes) && path == old_path && file.history == old.history
    };
    let same = before.files.len() == tree.files.len() && tree.files.iter().zip(&before.files).all(same);
    if same { Arc::clone(before) } else { Arc::new(tree) }
}
