//! The door through which a site goes out.
//!
//! In: a finished site and a folder. Out: the folder with exactly that site and whatever in it is not ours, swapped in whole.
//! Whenever the process is killed, there is either the old site or the new one; the next run clears up.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::draft::Draft;
use super::error::{DiskError, visible};
use super::manifest::Manifest;
use super::target::Place;
use crate::source::OutputTree;

/// What became of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or have other bytes than before.
    pub changed: usize,
    /// Files that are the same as before, down to inode and time.
    pub unchanged: usize,
    /// Files of ours that the site no longer has.
    pub removed: usize,
    /// What lies in the folder, is not ours and was kept: `CNAME`, `.git`.
    pub kept: Vec<String>,
}

/// Writes a site into its folder. An empty folder, or one with nothing but `.git`, `CNAME` and the like, becomes ours; any other
/// that we did not make is refused. When nothing has changed, nothing is touched.
///
/// # Errors
/// As for [`Draft::finish`].
pub fn write(tree: &OutputTree, out: &Path, stop: &AtomicBool) -> Result<Written, DiskError> {
    Draft::new(out, None, stop).finish(tree)
}

/// How far a write has come; a test stops after each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The lock is ours.
    Locked,
    /// The new folder is there, and empty.
    Begun,
    /// All files are in it.
    Filled,
    /// What is not ours is in it as well.
    Carried,
    /// It is complete.
    Sealed,
    /// The old site is set aside; only where two folders cannot be exchanged.
    Aside,
    /// The new site is in place.
    Swapped,
    /// The old one is cleared of what is not ours.
    Retired,
}

/// What a test changes.
pub(super) struct Conduct<'a> {
    /// Told after every step.
    pub after: &'a (dyn Fn(Step) + Sync),
    /// Whether folders can be exchanged.
    pub exchange: bool,
    /// Whether there are hard links.
    pub hard_links: bool,
}

impl Default for Conduct<'_> {
    fn default() -> Self {
        Self { after: &|_| {}, exchange: true, hard_links: true }
    }
}

/// The manifest of what is in place now; an empty one for a folder that is empty or as good as, none when there is no folder.
pub(super) fn present(place: &Place) -> Result<Option<Manifest>, DiskError> {
    let site = &place.site;
    let entries = match fs::read_dir(site) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(DiskError::io("read", site)(error)),
    };
    if let Some(manifest) = Manifest::read(site)? {
        return Ok(Some(manifest));
    }
    let mut found = Vec::new();
    for entry in entries {
        let name = entry.map_err(DiskError::io("read", site))?.file_name().to_string_lossy().into_owned();
        if !HARMLESS.contains(&name.as_str()) {
            found.push(visible(&name));
        }
    }
    if found.is_empty() {
        return Ok(Some(Manifest::default()));
    }
    found.sort();
    let more = found.len().saturating_sub(3);
    let mut list = found.iter().take(3).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if more > 0 {
        let _ = write!(list, " and {more} more");
    }
    let why = format!("is not empty and was not made by tiltyard: it has {list}");
    Err(DiskError::refused(site, why, "give another folder with `--out`, or empty this one if nothing in it is needed"))
}

/// What may lie in a folder that becomes ours: what belongs to a host or a repository rather than to a site.
const HARMLESS: &[&str] = &[".git", ".gitattributes", ".gitignore", ".gitkeep", ".nojekyll", ".well-known", "CNAME"];
