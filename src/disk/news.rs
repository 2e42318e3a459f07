//! What a list of changed paths means for sources that were read before.
//!
//! In: what the last walk came upon, and paths. Out: [`News`]: which files are read again, and whether the folders have to be walked again.
//! Where it cannot be told for sure, they are.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, FileType, statat};

use super::manifest::MANIFEST;
use super::read::open_folder;
use super::scan::{Root, Scan};
use super::walk::Walked;

/// What there is to do about changes.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Real paths whose content may be another one, each with everything below it.
    pub stale: BTreeSet<PathBuf>,
    /// The folders have to be walked again.
    pub structure: bool,
    /// Git has to be asked again.
    pub git: bool,
}

/// What one changed path means.
enum Effect {
    Nothing,
    /// A file that was read has other bytes.
    Content,
    /// Other files may be found, or other things be odd.
    Structure,
    /// A file with several names may have been written: under which others it was read is not known.
    Anything,
}

impl News {
    /// Everything may be another.
    pub(super) fn everything() -> Self {
        Self { stale: BTreeSet::from([PathBuf::new()]), structure: true, git: true }
    }

    /// What these paths mean for what was walked.
    pub(super) fn of(walked: &Walked, request: &Scan<'_>, root: &Root, paths: &BTreeSet<PathBuf>) -> Self {
        let mut news = Self::default();
        for path in paths {
            let Some(real) = below(request, root, path) else {
                // Git's own files may lie elsewhere, and so may what a link leads to.
                news.git = true;
                news.structure |= !walked.links.is_empty();
                continue;
            };
            if real.components().any(|part| !matches!(part, Component::Normal(_))) {
                return Self::everything();
            }
            news.git |= real.components().any(|part| part.as_os_str() == ".git") || real.ends_with(".mailmap");
            match effect(walked, request, root, real) {
                Effect::Nothing => {}
                Effect::Content => {
                    news.stale.insert(real.to_path_buf());
                }
                Effect::Structure => {
                    news.structure = true;
                    news.stale.extend(without_links(root, real));
                    news.stale.insert(real.to_path_buf());
                }
                Effect::Anything => return Self::everything(),
            }
        }
        news
    }

    /// Whether there is nothing to do.
    pub(super) fn is_empty(&self) -> bool {
        self.stale.is_empty() && !self.structure && !self.git
    }
}

/// The path below the root, if it lies there.
fn below<'a>(request: &Scan<'_>, root: &Root, path: &'a Path) -> Option<&'a Path> {
    root.below(path).or_else(|| path.strip_prefix(request.root).ok()).or_else(|| path.is_relative().then_some(path))
}

/// The same path with the links in its folders followed, if it still lies below the root.
fn without_links(root: &Root, real: &Path) -> Option<PathBuf> {
    let folder = root.path.join(real.parent()?).canonicalize().ok()?;
    Some(root.below(&folder)?.join(real.file_name()?))
}

fn effect(walked: &Walked, request: &Scan<'_>, root: &Root, real: &Path) -> Effect {
    let (Some(folder), Some(name)) = (real.parent(), real.file_name()) else { return Effect::Structure };
    let now = look(root, real);
    if matches!(now, Some((FileType::RegularFile, 2..))) && !request.excludes_below(real) {
        return Effect::Anything;
    }
    let is_found = walked.found.get(folder).is_some_and(|names| names.contains_key(name));
    let before = walked.listed.get(folder).map(|names| names.get(name).copied());
    let is_file = matches!(now, Some((FileType::RegularFile, _)));
    if is_found && is_file && matches!(before, None | Some(Some(FileType::RegularFile))) {
        return Effect::Content;
    }
    // What lies in a folder that was not listed is judged by the first folder on the way that a listed one has.
    let is_listed = |path: &&Path| path.parent().is_none_or(|folder| walked.listed.contains_key(folder));
    let at = real.ancestors().find(is_listed).unwrap_or(real);
    let (Some(names), Some(name)) = (at.parent().and_then(|folder| walked.listed.get(folder)), at.file_name()) else {
        let asked = request.named().any(|named| named.starts_with(real) || real.starts_with(named));
        return if asked || !walked.links.is_empty() { Effect::Structure } else { Effect::Nothing };
    };
    let before = names.get(name).copied();
    let now = if at == real { now } else { look(root, at) }.map(|(kind, _)| kind);
    let is_read = !passed_over(request, at, name) || !walked.links.is_empty();
    match (before, now) {
        (None, None) => Effect::Nothing,
        (Some(FileType::RegularFile), Some(FileType::RegularFile)) if !is_found => Effect::Nothing,
        _ if is_read => Effect::Structure,
        _ => Effect::Nothing,
    }
}

/// Whether an entry of a listed folder says nothing, be it there or not.
fn passed_over(request: &Scan<'_>, path: &Path, name: &OsStr) -> bool {
    let unread = request.leaves_out(name) || request.excludes_below(path);
    unread && name != MANIFEST && !request.named().any(|named| named.starts_with(path))
}

/// What is at a real path and how many names it has; of no known sort when that cannot be seen.
fn look(root: &Root, real: &Path) -> Option<(FileType, u64)> {
    let folder = real.parent().unwrap_or(Path::new(""));
    let seen = open_folder(&root.fd, folder)
        .and_then(|folder| Ok(statat(folder, real.file_name().unwrap_or_default(), AtFlags::SYMLINK_NOFOLLOW)?));
    match seen {
        #[allow(clippy::useless_conversion, reason = "the number is a smaller one on other systems")]
        Ok(stat) => Some((FileType::from_raw_mode(stat.st_mode), u64::from(stat.st_nlink))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(_) => Some((FileType::Unknown, 0)),
    }
}
