//! The new site, made beside the old one.
//!
//! In: a finished site and what lies in its folder now. Out: a folder with every file of it; those that have not changed are
//! the same files as before, so that their inode and time stay.

use std::collections::BTreeSet;
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
use crate::source::OutputTree;

/// One file to make: its path, its bytes unless only the present site has them, and whether that has the very same.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub path: &'a str,
    pub bytes: Option<&'a Arc<[u8]>>,
    pub same: bool,
}

/// Refuses a site with a path that would lead out of its folder, or one that is both a file and a folder.
pub(super) fn check_paths(tree: &OutputTree) -> Result<(), DiskError> {
    let paths = tree.paths();
    for path in paths.iter().map(|path| path.as_str()) {
        let why = unsafe_output(path).map(str::to_owned).or_else(|| {
            let above = Path::new(path).ancestors().skip(1).filter_map(Path::to_str);
            above
                .filter(|above| !above.is_empty())
                .find(|above| tree.files.contains_key(*above) || tree.standing.contains(*above))
                .map(|above| format!("lies below `{above}`, which is a file"))
        });
        if let Some(why) = why {
            return Err(DiskError::refused(
                Path::new(path),
                format!("{why}, so it cannot be written"),
                "give the page another address",
            ));
        }
    }
    Ok(())
}

/// Compares the new site with the present one, of which the files in `ours` are really there. Sizes differ most of the time; only
/// files of the same size are read, and they are always read: a stored hash would have to be believed.
pub(super) fn compare<'a>(
    tree: &'a OutputTree,
    site: &Path,
    ours: &BTreeSet<String>,
    stop: &AtomicBool,
) -> Result<Vec<Piece<'a>>, DiskError> {
    let pieces = tree.files.par_iter().map(|(path, bytes)| {
        go_on(stop)?;
        let path = path.as_str();
        let same = ours.contains(path) && is_same(&site.join(path), bytes).unwrap_or(false);
        Ok(Piece { path, bytes: Some(bytes), same })
    });
    let standing = tree.standing.par_iter().map(|path| {
        let path = path.as_str();
        let here = ours.contains(path).then_some(Piece { path, bytes: None, same: true });
        here.ok_or_else(|| DiskError::Changed { path: site.to_path_buf() })
    });
    pieces.chain(standing).collect()
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

/// Makes every file of the new site in the folder `part`, which must be there and empty.
pub(super) fn fill(
    pieces: &[Piece<'_>],
    site: &Path,
    part: &Path,
    hard_links: bool,
    stop: &AtomicBool,
) -> Result<(), DiskError> {
    let folders: BTreeSet<&Path> = pieces.iter().filter_map(|piece| Path::new(piece.path).parent()).collect();
    for folder in folders {
        go_on(stop)?;
        let folder = part.join(folder);
        fs::create_dir_all(&folder).map_err(DiskError::io("create", &folder))?;
    }
    pieces.par_iter().try_for_each(|piece| {
        go_on(stop)?;
        let new = part.join(piece.path);
        if piece.same && link_or_copy(&site.join(piece.path), &new, hard_links).is_ok() {
            return Ok(());
        }
        let Some(bytes) = piece.bytes else {
            return Err(DiskError::Changed { path: site.to_path_buf() });
        };
        let _ = fs::remove_file(&new);
        write_file(&new, bytes).map_err(DiskError::io("write", &site.join(piece.path)))
    })
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
