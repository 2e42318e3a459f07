//! Finding the files: one pass over the folders, in order, that opens no file.
//!
//! In: the root and the folders asked for. Out: for every real file the paths under which it is a source, and a diagnostic for
//! everything odd. Symbolic links are followed inside the root only; each real file is named once per path.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, Dir, FileType, statat};

use super::error::{reason, visible};
use super::manifest::MANIFEST;
use super::names::{dotted, oddity};
use super::read::{open_folder, sort_of};
use super::scan::{Root, Scan};
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::source::SourcePath;

/// How many folders deep a source may lie.
pub const MAX_DEPTH: usize = 64;
/// How many symbolic links to folders are followed in one scan; a few that lead to each other can name millions of paths.
pub const MAX_LINKS: usize = 1_000;
/// How many files and folders may be reached through such links.
pub const MAX_LINKED: usize = 100_000;

/// Files by their real folder and name, each with the source paths it has.
pub(super) type Found = BTreeMap<PathBuf, BTreeMap<OsString, BTreeSet<String>>>;

/// What a pass over the folders came upon. Paths are real ones below the root, unless they are said to be source paths.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// The files, with their source paths.
    pub found: Found,
    /// What was odd.
    pub diagnostics: Vec<Diagnostic>,
    /// The names in every folder that was listed to its end, also those of what was passed over.
    pub listed: BTreeMap<PathBuf, BTreeMap<OsString, FileType>>,
    /// The symbolic links that were met: what is found hangs on what they lead to, too.
    pub links: BTreeSet<PathBuf>,
}

/// One pass over the folders of a knowledge base.
struct Walk<'a> {
    request: &'a Scan<'a>,
    root: &'a Root,
    walked: Walked,
    followed: usize,
    linked: usize,
}

/// A folder being walked: under which path, where it really is, and from which real folders links led here.
struct Here {
    path: String,
    real: PathBuf,
    jumps: Vec<PathBuf>,
}

/// Walks the folders and files that were asked for. They may be missing, and `""` is the root.
pub(super) fn walk(request: &Scan<'_>, root: &Root) -> Walked {
    let mut walk = Walk { request, root, walked: Walked::default(), followed: 0, linked: 0 };
    for folder in request.folders {
        walk.folder(tidy(folder));
    }
    for file in request.files {
        walk.named(tidy(file), true);
    }
    walk.walked
}

impl Walk<'_> {
    fn folder(&mut self, folder: &str) {
        if folder.is_empty() {
            self.enter(&Here { path: String::new(), real: PathBuf::new(), jumps: Vec::new() });
        } else {
            self.named(folder, false);
        }
    }

    /// One entry named by the caller. Its parents may be links as well, so it is resolved like one.
    fn named(&mut self, path: &str, file: bool) {
        let path = path.to_owned();
        let whole = self.root.path.join(&path);
        for part in whole.ancestors().take_while(|part| *part != self.root.path).filter(|part| part.is_symlink()) {
            self.walked.links.extend(self.root.below(part).map(Path::to_path_buf));
        }
        match whole.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.unreadable(&path, &error),
            Ok(_) => {
                let Some((real, kind)) = self.resolve(&path, &whole) else { return };
                match (kind, file) {
                    (FileType::Directory, false) => self.enter(&Here { path, real, jumps: Vec::new() }),
                    (FileType::RegularFile, true) => self.take(path, &real),
                    (kind, _) => self.not_a_file(&path, kind),
                }
            }
        }
    }

    /// Lists a folder and goes through it in the order of its names.
    fn enter(&mut self, here: &Here) {
        if self.excluded(&here.path) || self.excluded(&here.real.to_string_lossy()) {
            return;
        }
        if here.path.split('/').filter(|part| !part.is_empty()).count() > MAX_DEPTH {
            let message = format!("`{}` lies more than {MAX_DEPTH} folders deep", visible(&here.path));
            return self.tell(&codes::TOO_DEEP, &here.path, message, "move it further up");
        }
        let folder = match open_folder(&self.root.fd, &here.real) {
            Ok(folder) => folder,
            Err(error) => return self.unreadable(&here.path, &error),
        };
        let (names, error) = list(&folder);
        let is_site = !here.path.is_empty() && names.contains_key(OsStr::new(MANIFEST));
        for (name, kind) in names.iter().filter(|_| !is_site) {
            if !self.request.leaves_out(name) {
                self.entry(here, &folder, name, *kind);
            }
        }
        match error {
            Some(error) => self.unreadable(&here.path, &error),
            None => self.listed(&here.real, names),
        }
    }

    /// Keeps a folder's names. What was not the same when links led here a second time is of no known sort.
    fn listed(&mut self, real: &Path, names: BTreeMap<OsString, FileType>) {
        let Some(before) = self.walked.listed.get_mut(real) else {
            self.walked.listed.insert(real.to_path_buf(), names);
            return;
        };
        for (name, kind) in &mut *before {
            if names.get(name) != Some(kind) {
                *kind = FileType::Unknown;
            }
        }
        for name in names.into_keys() {
            before.entry(name).or_insert(FileType::Unknown);
        }
    }

    fn entry(&mut self, here: &Here, folder: &OwnedFd, name: &OsStr, kind: FileType) {
        let Some(text) = name.to_str() else {
            let path = join(&here.path, &name.to_string_lossy());
            let message =
                format!("the name `{}` is not valid UTF-8, so it is passed over", visible(&name.to_string_lossy()));
            return self.tell(&codes::ODD_NAME, &path, message, "rename it");
        };
        let path = join(&here.path, text);
        if self.excluded(&path) || !(here.jumps.is_empty() || self.may_reach(&path)) {
            return;
        }
        if let Some(oddity) = oddity(text) {
            let message = format!("the name `{}` {oddity}", visible(text));
            self.tell(&codes::ODD_NAME, &path, message, "rename it");
        }
        match looked_at(folder, name, kind) {
            Err(error) => self.unreadable(&path, &error),
            Ok(FileType::Directory) => {
                self.enter(&Here { path, real: here.real.join(name), jumps: here.jumps.clone() });
            }
            Ok(FileType::RegularFile) => self.take(path, &here.real.join(name)),
            Ok(FileType::Symlink) => self.link(here, path, name),
            Ok(kind) => self.not_a_file(&path, kind),
        }
    }

    fn link(&mut self, here: &Here, path: String, name: &OsStr) {
        let real = here.real.join(name);
        let whole = self.root.path.join(&real);
        self.walked.links.insert(real);
        let Some((real, kind)) = self.resolve(&path, &whole) else { return };
        match kind {
            FileType::RegularFile => self.take(path, &real),
            FileType::Directory => {
                let mut jumps = here.jumps.clone();
                jumps.push(here.real.clone());
                if jumps.iter().any(|folder| folder.starts_with(&real)) {
                    let message = format!("`{}` leads back to a folder it lies in", visible(&path));
                    return self.tell(
                        &codes::SYMLINK_BROKEN,
                        &path,
                        message,
                        "remove the link; it would go round for ever",
                    );
                }
                if self.may_follow(&path) {
                    self.enter(&Here { path, real, jumps });
                }
            }
            kind => self.not_a_file(&path, kind),
        }
    }

    /// Where a link really leads, below the root, and what is there; none, and a diagnostic, when it may not be followed.
    fn resolve(&mut self, path: &str, whole: &Path) -> Option<(PathBuf, FileType)> {
        let target = match whole.canonicalize() {
            Ok(target) => target,
            Err(error) => {
                self.broken(path, &error);
                return None;
            }
        };
        let Ok(real) = target.strip_prefix(&self.root.path).map(Path::to_path_buf) else {
            let message = format!("`{}` is a symbolic link that leads out of the knowledge base", visible(path));
            self.tell(&codes::SYMLINK_OUTSIDE, path, message, "copy what it links to into the knowledge base");
            return None;
        };
        if real != Path::new(path) && self.hidden(&real) {
            let message = format!(
                "`{}` is a symbolic link to `{}`, which is never read",
                visible(path),
                visible(&real.to_string_lossy())
            );
            self.tell(&codes::SYMLINK_OUTSIDE, path, message, "link to a file of the knowledge base, or copy it");
            return None;
        }
        match statat(
            &self.root.fd,
            if real.as_os_str().is_empty() { Path::new(".") } else { &real },
            AtFlags::SYMLINK_NOFOLLOW,
        ) {
            Ok(stat) => Some((real, FileType::from_raw_mode(stat.st_mode))),
            Err(error) => {
                self.unreadable(path, &error.into());
                None
            }
        }
    }

    /// Whether a real path has a dotted part or lies in an excluded folder.
    fn hidden(&self, real: &Path) -> bool {
        real.components().any(|part| dotted(part.as_os_str().as_bytes())) || self.request.excludes_below(real)
    }

    fn excluded(&self, path: &str) -> bool {
        !path.is_empty() && self.request.exclude.iter().any(|folder| tidy(folder) == path)
    }

    /// Counts one more link to a folder; whether it may be followed.
    fn may_follow(&mut self, path: &str) -> bool {
        self.followed += 1;
        if self.followed == MAX_LINKS + 1 {
            let message = format!("there are more than {MAX_LINKS} symbolic links to folders; the rest is passed over");
            self.tell(&codes::TOO_DEEP, path, message, "remove links that lead to folders with further links");
        }
        self.followed <= MAX_LINKS
    }

    /// Counts one more entry behind a link; whether it may be taken.
    fn may_reach(&mut self, path: &str) -> bool {
        self.linked += 1;
        if self.linked == MAX_LINKED + 1 {
            let message = format!("symbolic links lead to more than {MAX_LINKED} files; the rest is passed over");
            self.tell(&codes::TOO_DEEP, path, message, "remove links that lead to large folders");
        }
        self.linked <= MAX_LINKED
    }

    fn take(&mut self, path: String, real: &Path) {
        let folder = real.parent().unwrap_or(Path::new(""));
        let paths = self.walked.found.entry(folder.to_path_buf()).or_default();
        let paths = paths.entry(real.file_name().unwrap_or_default().to_os_string()).or_default();
        paths.insert(path);
    }

    fn broken(&mut self, path: &str, error: &io::Error) {
        let message = match error.kind() {
            io::ErrorKind::NotFound => format!("`{}` is a symbolic link that leads nowhere", visible(path)),
            io::ErrorKind::PermissionDenied => return self.unreadable(path, error),
            _ => format!("`{}` is a symbolic link that cannot be followed: {}", visible(path), reason(error)),
        };
        self.tell(&codes::SYMLINK_BROKEN, path, message, "correct the link or remove it");
    }

    fn unreadable(&mut self, path: &str, error: &io::Error) {
        let shown = if path.is_empty() { ".".to_owned() } else { visible(path) };
        let message = format!("`{shown}` cannot be read: {}", reason(error));
        self.tell(&codes::UNREADABLE, path, message, "look at who owns it and who may read it");
    }

    fn not_a_file(&mut self, path: &str, kind: FileType) {
        let message = format!("`{}` is {}, so it is passed over", visible(path), sort_of(kind));
        self.tell(&codes::NOT_A_FILE, path, message, "only files and folders belong into a knowledge base");
    }

    fn tell(&mut self, code: &'static Code, path: &str, message: String, help: &str) {
        self.walked.diagnostics.push(Diagnostic::new(code, message).on(&SourcePath::new(path)).help(help));
    }
}

/// What an entry is, where the folder's list does not say.
fn looked_at(folder: &OwnedFd, name: &OsStr, kind: FileType) -> io::Result<FileType> {
    if kind != FileType::Unknown {
        return Ok(kind);
    }
    Ok(FileType::from_raw_mode(statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode))
}

/// The names in a folder, as far as they could be read.
pub(super) fn list(folder: &OwnedFd) -> (BTreeMap<OsString, FileType>, Option<io::Error>) {
    let mut names = BTreeMap::new();
    let entries = match Dir::read_from(folder) {
        Ok(entries) => entries,
        Err(error) => return (names, Some(error.into())),
    };
    for entry in entries {
        match entry {
            Ok(entry) => {
                let name = OsStr::from_bytes(entry.file_name().to_bytes());
                if name != "." && name != ".." {
                    names.insert(name.to_os_string(), entry.file_type());
                }
            }
            Err(error) => return (names, Some(error.into())),
        }
    }
    (names, None)
}

/// A folder's path without `./` before and `/` after it.
pub(super) fn tidy(folder: &str) -> &str {
    let folder = folder.trim_end_matches('/');
    let folder = folder.strip_prefix("./").unwrap_or(folder);
    if folder == "." { "" } else { folder }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
