//! Reading what was found: every real file once, in parallel.
//!
//! In: the files with their source paths, and what is known from the last time. Out: the same files with their bytes, or with what was
//! wrong. What is known and has not changed is not opened.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustix::fd::OwnedFd;

use super::error::{reason, visible};
use super::read::{MAX_ASSET, Trouble, open_folder, read_in, sort_of};
use super::walk::Found;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::{SourcePath, SourceTree};

/// Bytes, or why there are none.
pub(super) type Content = Result<Arc<[u8]>, Trouble>;

/// A file's real name and the source paths it has.
type Named<'a> = (&'a OsString, &'a BTreeSet<String>);

/// Files to read in one go: their real folder and their names.
pub(super) type Task<'a> = (&'a Path, Vec<Named<'a>>);

/// How many files one task reads from one folder.
const TASK: usize = 64;

/// What is known from the last time.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// Which files there were, by real path.
    pub found: &'a Found,
    /// What was in them.
    pub tree: &'a SourceTree,
    /// Real paths that may have changed since, each with everything below it.
    pub stale: &'a BTreeSet<PathBuf>,
}

/// Everything that was found, in tasks.
pub(super) fn tasks(found: &Found) -> Vec<Task<'_>> {
    let folders = found.iter().flat_map(|(folder, files)| {
        let files: Vec<_> = files.iter().collect();
        files.chunks(TASK).map(|part| (folder.as_path(), part.to_vec())).collect::<Vec<_>>()
    });
    folders.collect()
}

/// Reads the files of every task; the order of the answer is that of the tasks.
pub(super) fn read_all<'a>(
    root: &OwnedFd,
    tasks: Vec<Task<'a>>,
    max_file: u64,
    known: Option<Known<'_>>,
) -> Vec<(&'a BTreeSet<String>, Content)> {
    tasks.into_par_iter().flat_map_iter(|task| read_some(root, task, max_file, known)).collect()
}

fn read_some<'a>(
    root: &OwnedFd,
    (folder, files): Task<'a>,
    max_file: u64,
    known: Option<Known<'_>>,
) -> Vec<(&'a BTreeSet<String>, Content)> {
    let known = known.and_then(|known| known.folder(folder));
    let open = OnceCell::new();
    let read = |name: &OsStr, limit| match open.get_or_init(|| open_folder(root, folder)) {
        Ok(folder) => read_in(folder, name, limit).map(Arc::from),
        Err(error) => Err(Trouble::Io(io::Error::from(error.kind()))),
    };
    files
        .into_iter()
        .map(|(name, paths)| {
            let limit = if paths.iter().any(|path| is_text(path)) { max_file } else { MAX_ASSET };
            let kept = known.and_then(|(known, names)| known.bytes(names, folder, name, limit));
            (paths, kept.map_or_else(|| read(name, limit), Ok))
        })
        .collect()
}

type Names = BTreeMap<OsString, BTreeSet<String>>;

impl<'a> Known<'a> {
    /// What is known of a folder, if anything in it may be believed.
    fn folder(self, folder: &Path) -> Option<(Self, &'a Names)> {
        let stale = folder.ancestors().any(|part| self.stale.contains(part));
        if stale { None } else { self.found.get(folder).map(|names| (self, names)) }
    }

    /// The bytes a file had, if they may be believed and are not more than allowed.
    fn bytes(self, names: &Names, folder: &Path, name: &OsStr, limit: u64) -> Option<Arc<[u8]>> {
        let file = self.tree.get(names.get(name)?.first()?)?;
        let fits = u64::try_from(file.bytes.len()).is_ok_and(|size| size <= limit);
        (fits && !self.stale.contains(&folder.join(name))).then(|| Arc::clone(&file.bytes))
    }
}

/// Whether the limit for pages holds: what is parsed as a whole, rather than copied.
fn is_text(path: &str) -> bool {
    let extension = Path::new(path).extension().and_then(OsStr::to_str).unwrap_or("");
    ["md", "markdown", "yaml", "yml", "html", "htm", "csv"].iter().any(|text| extension.eq_ignore_ascii_case(text))
}

/// What to say of a file that has no bytes.
pub(super) fn told(path: &SourcePath, trouble: &Trouble, max_file: u64) -> Diagnostic {
    let name = visible(path.as_str());
    match trouble {
        Trouble::NotAFile(kind) => {
            Diagnostic::new(&codes::NOT_A_FILE, format!("`{name}` is {}, so it is passed over", sort_of(*kind)))
                .help("only files and folders belong into a knowledge base")
        }
        Trouble::TooBig { size } if is_text(path.as_str()) => {
            Diagnostic::new(&codes::FILE_TOO_BIG, format!("`{name}` has {size} bytes, and a page may have {max_file}"))
                .help("split it, or raise the limit with `--max-page-size`")
        }
        Trouble::TooBig { size } => Diagnostic::new(
            &codes::FILE_TOO_BIG,
            format!("`{name}` has {size} bytes, and no file may have more than {MAX_ASSET}"),
        )
        .help("keep it elsewhere and link to it"),
        Trouble::Io(error) => {
            Diagnostic::new(&codes::UNREADABLE, format!("`{name}` cannot be read: {}", reason(error)))
                .help("look at who owns it and who may read it")
        }
    }
    .on(path)
}
