//! The door through which the outside comes in.
//!
//! In: a root, the folders and files to read below it. Out: a [`SourceTree`] in the order of its paths, with a diagnostic for everything odd.
//! Nothing outside the root is read, whatever a symbolic link says, and nothing that could make us wait is opened.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use rustix::fd::OwnedFd;

use super::error::DiskError;
use super::names::dotted;
use super::read::open_root;
use super::snapshot::Snapshot;
use super::walk::tidy;
use crate::diagnostic::Checked;
use crate::source::SourceTree;

/// What to read.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a> {
    /// The folder everything is relative to.
    pub root: &'a Path,
    /// Folders below the root, `""` for the root itself. The first one has to be there, the others may be missing.
    pub folders: &'a [String],
    /// Single files below the root, which may be missing.
    pub files: &'a [String],
    /// Folders below the root that are not entered: the output, the cache.
    pub exclude: &'a [String],
    /// Loose mode: `node_modules` and `target` are left out as well.
    pub loose: bool,
    /// How many bytes a text file may have; see [`MAX_PAGE`](super::MAX_PAGE).
    pub max_file: u64,
    /// Ask git for dates and authors.
    pub git: bool,
}

/// Reads every regular file below the folders. Dot files and dot folders are never read, nor is a site that we made ourselves.
///
/// # Errors
/// When the root or its first folder is not there or is not a folder, and when a name leads out of the root.
/// Everything else that is wrong is a diagnostic.
pub fn scan(request: &Scan<'_>) -> Result<Checked<SourceTree>, DiskError> {
    Ok(Snapshot::take(request)?.into_checked())
}

impl Scan<'_> {
    /// Whether an entry of this name is passed over without a word.
    pub(super) fn leaves_out(&self, name: &OsStr) -> bool {
        Self::leaves_out_of(self.loose, name)
    }

    /// The same without a request at hand.
    pub(super) fn leaves_out_of(loose: bool, name: &OsStr) -> bool {
        dotted(name.as_bytes()) || (loose && (name == "node_modules" || name == "target"))
    }

    /// Whether a path is an excluded folder or lies in one.
    pub(super) fn excludes_below(&self, path: &Path) -> bool {
        self.exclude.iter().any(|folder| !folder.is_empty() && path.starts_with(tidy(folder)))
    }

    /// The paths that were asked for by name.
    pub(super) fn named(&self) -> impl Iterator<Item = &Path> {
        self.folders.iter().chain(self.files).map(|path| Path::new(tidy(path)))
    }
}

/// The root, found and opened.
#[derive(Debug)]
pub(super) struct Root {
    /// Its path without symbolic links.
    pub path: PathBuf,
    /// Everything is opened relative to this.
    pub fd: OwnedFd,
}

impl Root {
    /// Opens the root of a request that may be read.
    pub(super) fn of(request: &Scan<'_>) -> Result<Self, DiskError> {
        let root = Self::open(request.root)?;
        check_request(request)?;
        Ok(root)
    }

    /// Opens a root.
    pub(super) fn open(path: &Path) -> Result<Self, DiskError> {
        let whole = path.canonicalize().map_err(DiskError::io("read", path))?;
        let fd = open_root(&whole).map_err(DiskError::io("read", path))?;
        Ok(Self { path: whole, fd })
    }

    /// The part of a whole path below the root, if it lies there.
    pub(super) fn below<'a>(&self, whole: &'a Path) -> Option<&'a Path> {
        whole.strip_prefix(&self.path).ok()
    }
}

/// Whether this may be read, and its first folder is there.
fn check_request(request: &Scan<'_>) -> Result<(), DiskError> {
    for name in request.folders.iter().chain(request.files) {
        let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside || name.contains('\0') {
            let help = "give a path below the root, without `..`";
            return Err(DiskError::refused(Path::new(name), "does not lie in the knowledge base", help));
        }
    }
    let hidden = |name: &&String| {
        Path::new(name).components().any(|part| part != Component::CurDir && dotted(part.as_os_str().as_bytes()))
    };
    if let Some(name) = request.folders.iter().find(hidden) {
        return Err(DiskError::refused(
            Path::new(name),
            "begins with a dot, and such folders are never read",
            "give another folder",
        ));
    }
    let Some(first) = request.folders.first() else { return Ok(()) };
    let path = request.root.join(tidy(first));
    let meta = path.metadata().map_err(DiskError::io("read", &path))?;
    if meta.is_dir() { Ok(()) } else { Err(DiskError::io("read", &path)(io::ErrorKind::NotADirectory.into())) }
}
