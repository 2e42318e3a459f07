//! The new site, made beside the old one.
//!
//! In: a finished site and what lies in its folder now. Out: a folder with every file of it; those that have not changed are
//! the same files as before, so that their inode and time stay.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use rustix::fs::{CWD, Mode, OFlags, openat};

use super::error::DiskError;
use super::manifest::{MANIFEST, Manifest, same_bytes};
use super::names::unsafe_output;
use super::strangers::link_or_copy;
use crate::source::{OutputPath, OutputTree};

/// One file to make: its path, its bytes unless they are on the disk already, and whether the present site has the very same.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub path: &'a str,
    pub bytes: Option<&'a Arc<[u8]>>,
    pub same: bool,
}

/// Refuses a site with a path that would lead out of its folder, or one that is both a file and a folder.
pub(super) fn check_paths(tree: &OutputTree) -> Result<(), DiskError> {
    for path in tree.paths().iter().map(|path| path.as_str()) {
        check_path(path)?;
        let above = Path::new(path).ancestors().skip(1).filter_map(Path::to_str);
        let file = above
            .filter(|above| !above.is_empty())
            .find(|above| tree.files.contains_key(*above) || tree.standing.contains(*above));
        if let Some(above) = file {
            return Err(unwritable(path, &format!("lies below `{above}`, which is a file")));
        }
    }
    Ok(())
}

/// Refuses a path that would lead out of the site's folder.
pub(super) fn check_path(path: &str) -> Result<(), DiskError> {
    unsafe_output(path).map_or(Ok(()), |why| Err(unwritable(path, why)))
}

fn unwritable(path: &str, why: &str) -> DiskError {
    DiskError::refused(Path::new(path), format!("{why}, so it cannot be written"), "give the page another address")
}

/// Compares the new site, of which `laid` has been set down already, with the present one, of which the files in `ours` are really there.
pub(super) fn compare<'a>(
    tree: &'a OutputTree,
    laid: &'a BTreeMap<OutputPath, bool>,
    site: &Path,
    ours: &BTreeSet<String>,
    stop: &AtomicBool,
) -> Result<Vec<Piece<'a>>, DiskError> {
    let pieces = tree.files.par_iter().map(|(path, bytes)| {
        go_on(stop)?;
        let path = path.as_str();
        Ok(Piece { path, bytes: Some(bytes), same: is_there(path, bytes, site, ours) })
    });
    let elsewhere = tree.standing.par_iter().map(|path| {
        let same = laid.get(path).copied().or_else(|| ours.contains(path.as_str()).then_some(true));
        let piece = same.map(|same| Piece { path: path.as_str(), bytes: None, same });
        piece.ok_or_else(|| DiskError::Changed { path: site.to_path_buf() })
    });
    pieces.chain(elsewhere).collect()
}

/// Whether the present site has a file with these very bytes. Sizes differ most of the time; only files of the same size are read, and they are
/// always read: a stored hash would have to be believed.
pub(super) fn is_there(path: &str, bytes: &[u8], site: &Path, ours: &BTreeSet<String>) -> bool {
    ours.contains(path) && is_same(&site.join(path), bytes).unwrap_or(false)
}

fn is_same(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let meta = path.symlink_metadata()?;
    if !meta.is_file() || usize::try_from(meta.len()) != Ok(bytes.len()) {
        return Ok(false);
    }
    let file =
        openat(CWD, path, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?;
    same_bytes(File::from(file), bytes)
}

/// Makes every file of the new site in the folder `part`, where those without bytes that are not the same as before have been set down already.
pub(super) fn fill(
    pieces: &[Piece<'_>],
    site: &Path,
    part: &Path,
    hard_links: bool,
    stop: &AtomicBool,
) -> Result<(), DiskError> {
    let new = pieces.iter().filter(|piece| piece.same || piece.bytes.is_some());
    let folders: BTreeSet<&Path> = new.filter_map(|piece| Path::new(piece.path).parent()).collect();
    for folder in folders {
        go_on(stop)?;
        let folder = part.join(folder);
        fs::create_dir_all(&folder).map_err(DiskError::io("create", &folder))?;
    }
    pieces.par_iter().try_for_each(|piece| {
        go_on(stop)?;
        let new = part.join(piece.path);
        if piece.same {
            if link_or_copy(&site.join(piece.path), &new, hard_links).is_ok() {
                return Ok(());
            }
            let _ = fs::remove_file(&new);
            if piece.bytes.is_none() {
                return Err(DiskError::Changed { path: site.to_path_buf() });
            }
        }
        piece.bytes.map_or(Ok(()), |bytes| put(part, site, piece.path, bytes))
    })
}

/// Makes one file in the folder `part`, which becomes the site.
pub(super) fn put(part: &Path, site: &Path, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
    let new = part.join(path);
    let folder = new.parent().unwrap_or(part);
    if path.ends_with("/index.html") {
        // Nearly every page has a folder of its own; what is wrong here is told below.
        let _ = fs::create_dir(folder);
    }
    let mut written = write_file(&new, bytes);
    if written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        fs::create_dir_all(folder).map_err(DiskError::io("create", folder))?;
        written = write_file(&new, bytes);
    }
    written.map_err(DiskError::io("write", &site.join(path)))
}

/// Writes the manifest; with it the folder is complete.
pub(super) fn seal(manifest: &Manifest, part: &Path) -> Result<(), DiskError> {
    let path = part.join(MANIFEST);
    write_file(&path, &manifest.bytes()).map_err(DiskError::io("write", &path))
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    File::create_new(path)?.write_all(bytes)
}

/// An error as soon as we are told to stop.
pub(super) fn go_on(stop: &AtomicBool) -> Result<(), DiskError> {
    if stop.load(Ordering::Relaxed) { Err(DiskError::Interrupted) } else { Ok(()) }
}
