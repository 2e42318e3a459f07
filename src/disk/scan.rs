//! The door through which the outside comes in.
//!
//! In: a root, the folders and files to read below it. Out: a [`SourceTree`] in the order of its paths, with a diagnostic for everything odd.
//! Nothing outside the root is read, whatever a symbolic link says, and nothing that could make us wait is opened.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};
use std::sync::Arc;

use rayon::prelude::*;
use rustix::fd::OwnedFd;

use super::error::{DiskError, reason, visible};
use super::history;
use super::names::dotted;
use super::read::{MAX_ASSET, Trouble, open_folder, open_root, read_in, sort_of};
use super::walk::{Found, Walk, tidy};
use crate::diagnostic::{Checked, Diagnostic, codes, sorted};
use crate::source::{SourceFile, SourcePath, SourceTree};

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
    let root = request.root.canonicalize().map_err(DiskError::io("read", request.root))?;
    let root_fd = open_root(&root).map_err(DiskError::io("read", request.root))?;
    check_request(request)?;

    let mut walk = Walk::new(request, &root, &root_fd);
    for folder in request.folders {
        walk.folder(tidy(folder));
    }
    for file in request.files {
        walk.file(tidy(file));
    }
    let Walk { found, mut diagnostics, .. } = walk;

    let mut tree = SourceTree::default();
    for (paths, content) in read_all(&root_fd, &found, request.max_file) {
        for path in paths {
            let path = SourcePath::new(path);
            match &content {
                Ok(bytes) => {
                    tree.files.insert(path, SourceFile { bytes: Arc::clone(bytes), history: None });
                }
                Err(trouble) => diagnostics.push(told(&path, trouble, request.max_file)),
            }
        }
    }
    if request.git {
        diagnostics.extend(history::fill(&mut tree, &root, request.folders, &found));
    }
    Ok(Checked { value: tree, diagnostics: sorted(diagnostics) })
}

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

/// How many files one task reads from one folder.
const TASK: usize = 64;

type Content = Result<Arc<[u8]>, Trouble>;
/// A file's real name and the paths it has.
type Named<'a> = (&'a OsString, &'a BTreeSet<String>);

/// Reads every file once, in parallel; the order of the answer is that of the real paths.
fn read_all<'a>(root: &OwnedFd, found: &'a Found, max_file: u64) -> Vec<(&'a BTreeSet<String>, Content)> {
    let tasks: Vec<(&Path, Vec<Named<'_>>)> = found
        .iter()
        .flat_map(|(folder, files)| {
            let files: Vec<_> = files.iter().collect();
            files.chunks(TASK).map(|part| (folder.as_path(), part.to_vec())).collect::<Vec<_>>()
        })
        .collect();
    tasks.into_par_iter().flat_map_iter(|(folder, files)| read_some(root, folder, &files, max_file)).collect()
}

fn read_some<'a>(
    root: &OwnedFd,
    folder: &Path,
    files: &[Named<'a>],
    max_file: u64,
) -> Vec<(&'a BTreeSet<String>, Content)> {
    let open = open_folder(root, folder);
    files
        .iter()
        .map(|(name, paths)| {
            let limit = if paths.iter().any(|path| is_text(path)) { max_file } else { MAX_ASSET };
            let content = match &open {
                Ok(folder) => read_in(folder, OsStr::new(name), limit).map(Arc::from),
                Err(error) => Err(Trouble::Io(io::Error::from(error.kind()))),
            };
            (*paths, content)
        })
        .collect()
}

/// Whether the limit for pages holds: what is parsed as a whole, rather than copied.
fn is_text(path: &str) -> bool {
    let extension = Path::new(path).extension().and_then(OsStr::to_str).unwrap_or("");
    ["md", "markdown", "yaml", "yml", "html", "htm", "csv"].iter().any(|text| extension.eq_ignore_ascii_case(text))
}

fn told(path: &SourcePath, trouble: &Trouble, max_file: u64) -> Diagnostic {
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
