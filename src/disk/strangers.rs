//! What lies in an output folder and is not ours: `.git`, `CNAME`, whatever people put there. It stays.
//!
//! In: a folder and the list of what is ours there. Out: the [`Stranger`]s, carried to or moved into another folder.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::error::DiskError;
use super::manifest::Manifest;

/// Something in an output folder that is not ours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stranger {
    /// Its path below the folder.
    pub path: PathBuf,
    /// What it is.
    pub sort: Sort,
}

/// How a stranger is brought along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// A file: linked into the new folder, so that it never is away.
    File,
    /// A symbolic link: made again.
    Link,
    /// A folder without anything in it: made again.
    Empty,
    /// A `.git` folder, a pipe and the like: one thing, moved in one step after the new site is in place.
    Whole,
}

/// What is in an output folder.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Files of ours that are really there.
    pub ours: BTreeSet<String>,
    /// Everything else, in the order of the paths.
    pub strangers: Vec<Stranger>,
}

/// Looks through a folder; symbolic links are not followed.
pub(super) fn contents(folder: &Path, manifest: &Manifest) -> Result<Contents, DiskError> {
    let mut contents = Contents::default();
    let mut folders = BTreeSet::new();
    let mut full = BTreeSet::new();
    let mut walk = WalkDir::new(folder).min_depth(1).follow_root_links(false).into_iter();
    while let Some(entry) = walk.next() {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(folder).to_path_buf();
            DiskError::io("read", &path)(error.into())
        })?;
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_path_buf();
        full.insert(path.parent().unwrap_or(Path::new("")).to_path_buf());
        let kind = entry.file_type();
        if kind.is_dir() && entry.file_name() == ".git" {
            walk.skip_current_dir();
            contents.strangers.push(Stranger { path, sort: Sort::Whole });
        } else if kind.is_dir() {
            folders.insert(path);
        } else if manifest.has(&path) {
            contents.ours.extend(path.to_str().map(str::to_owned));
        } else {
            let sort = if kind.is_file() {
                Sort::File
            } else if kind.is_symlink() {
                Sort::Link
            } else {
                Sort::Whole
            };
            contents.strangers.push(Stranger { path, sort });
        }
    }
    let empty = folders.into_iter().filter(|path| !full.contains(path));
    contents.strangers.extend(empty.map(|path| Stranger { path, sort: Sort::Empty }));
    contents.strangers.sort();
    Ok(contents)
}

impl Stranger {
    /// Whether a site of these files leaves room for it: it has no file there, above or below.
    pub(super) fn has_room(&self, site: &Manifest) -> bool {
        if site.has(&self.path) || self.path.ancestors().skip(1).any(|above| site.has(above)) {
            return false;
        }
        let Some(path) = self.path.to_str() else { return true };
        let below = format!("{path}/");
        !site.files.range(below.clone()..).next().is_some_and(|file| file.starts_with(&below))
    }

    /// Brings it into the new folder without taking it out of the old one, where that can be done.
    pub(super) fn carry(&self, from: &Path, to: &Path, hard_links: bool) -> Result<(), DiskError> {
        let (old, new) = (from.join(&self.path), to.join(&self.path));
        let failed = DiskError::io("keep", &old);
        let carried = make_parent(&new).and_then(|()| match self.sort {
            Sort::File => link_or_copy(&old, &new, hard_links),
            Sort::Link => std::os::unix::fs::symlink(fs::read_link(&old)?, &new),
            Sort::Empty => fs::create_dir_all(&new),
            Sort::Whole => Ok(()),
        });
        match carried {
            // Taken away by somebody else meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound && old.symlink_metadata().is_err() => Ok(()),
            carried => carried.map_err(failed),
        }
    }
}

/// Moves home what is not ours in a folder that is about to be removed, unless the site has the path itself.
pub(super) fn move_home(from: &Path, site: &Path) -> Result<(), DiskError> {
    let theirs = Manifest::read(from)?.unwrap_or_default();
    let ours = Manifest::read(site)?.unwrap_or_default();
    for stranger in contents(from, &theirs)?.strangers {
        let (old, new) = (from.join(&stranger.path), site.join(&stranger.path));
        if !stranger.has_room(&ours) {
            continue;
        }
        match new.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_parent(&new).and_then(|()| fs::rename(&old, &new)).map_err(DiskError::io("keep", &old))?;
            }
            Err(error) => return Err(DiskError::io("keep", &old)(error)),
            Ok(_) if stranger.sort == Sort::Whole => {
                let help = format!("move one of the two away; the other is `{}`", super::error::shown(&new));
                return Err(DiskError::refused(
                    &old,
                    "was left by a run that was stopped, and there is another one in the site",
                    help,
                ));
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

/// The same file under another name, or, where a file system has no hard links, a copy with its time.
pub(super) fn link_or_copy(old: &Path, new: &Path, hard_links: bool) -> io::Result<()> {
    if hard_links && fs::hard_link(old, new).is_ok() {
        return Ok(());
    }
    let modified = old.symlink_metadata()?.modified()?;
    fs::copy(old, new)?;
    fs::File::options().write(true).open(new)?.set_modified(modified)
}
