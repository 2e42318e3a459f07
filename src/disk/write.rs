//! The door through which a site goes out.
//!
//! In: a finished site and a folder. Out: the folder with exactly that site and whatever in it is not ours, swapped in whole.
//! Whenever the process is killed, there is either the old site or the new one; the next run clears up.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::error::{DiskError, visible};
use super::lock::Lock;
use super::manifest::Manifest;
use super::recall::Recalled;
use super::stage::{Piece, check_paths, compare, fill, go_on, seal};
use super::strangers::{Contents, Sort, Stranger, contents};
use super::swap::{remove, repair, retire, swap};
use super::target::Place;
use crate::source::{OutputPath, OutputTree};

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
/// See [`DiskError`]. After any error the old site is in place, untouched; only if the new one was in place already and something of
/// the old one that is not ours could not be moved over, it is the new one, and the next run tries again.
pub fn write(tree: &OutputTree, out: &Path, stop: &AtomicBool) -> Result<Written, DiskError> {
    write_over(tree, None, out, stop)
}

/// The same over a site that [`super::recall`] has found, of which `tree` has only the addresses of some files.
///
/// # Errors
/// As for [`write`], and when the site is no longer the one that was found: then nothing was changed.
pub fn write_over(
    tree: &OutputTree,
    found: Option<&Recalled>,
    out: &Path,
    stop: &AtomicBool,
) -> Result<Written, DiskError> {
    write_steps(tree, found, out, stop, &Conduct::default())
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
    pub after: &'a dyn Fn(Step),
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

pub(super) fn write_steps(
    tree: &OutputTree,
    found: Option<&Recalled>,
    out: &Path,
    stop: &AtomicBool,
    conduct: &Conduct<'_>,
) -> Result<Written, DiskError> {
    check_paths(tree)?;
    go_on(stop)?;
    let place = Place::of(out)?;
    present(&place)?;
    place.make_parent()?;
    let _lock = Lock::take(&place)?;
    (conduct.after)(Step::Locked);
    repair(&place)?;

    if !tree.standing.is_empty() && !found.is_some_and(|found| found.still(&place)) {
        return Err(DiskError::Changed { path: place.site });
    }
    let old = present(&place)?;
    let manifest = Manifest::of(tree.paths().into_iter().map(OutputPath::as_str));
    let there = match &old {
        Some(old) => contents(&place.site, old)?,
        None => Contents::default(),
    };
    let pieces = compare(tree, &place.site, &there.ours, stop)?;
    let unchanged = pieces.iter().filter(|piece| piece.same).count();
    let strangers: Vec<Stranger> = there.strangers;
    let holds_bytes = |one: &&Stranger| matches!(one.sort, Sort::File | Sort::Whole);
    if let Some(lost) = strangers.iter().filter(holds_bytes).find(|one| !one.has_room(&manifest)) {
        let why = "is not ours, and the new site has a file in its place";
        return Err(DiskError::refused(&place.site.join(&lost.path), why, "move it away, or rename the page"));
    }
    let strangers: Vec<Stranger> = strangers.into_iter().filter(|one| one.has_room(&manifest)).collect();
    let written = Written {
        changed: pieces.len() - unchanged,
        unchanged,
        removed: there.ours.iter().filter(|file| !manifest.has(Path::new(file))).count(),
        kept: strangers
            .iter()
            .filter(|one| one.sort != Sort::Empty)
            .map(|one| visible(&one.path.to_string_lossy()))
            .collect(),
    };
    if written.changed == 0 && written.removed == 0 && old.as_ref() == Some(&manifest) {
        return Ok(written);
    }

    let coming = Coming { place: &place, pieces: &pieces, strangers: &strangers, manifest: &manifest };
    let swapped =
        coming.stage(stop, conduct).and_then(|()| swap(&place, conduct.exchange, &|| (conduct.after)(Step::Aside)));
    if let Err(error) = swapped {
        // What cannot be removed now is removed by the next run; the first error is the one that matters.
        let _ = remove(&place.part()).and_then(|()| remove(&place.new_site()));
        return Err(error);
    }
    (conduct.after)(Step::Swapped);
    retire(&place)?;
    (conduct.after)(Step::Retired);
    let _ = remove(&place.part());
    Ok(written)
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

/// A site on its way.
struct Coming<'a> {
    place: &'a Place,
    pieces: &'a [Piece<'a>],
    strangers: &'a [Stranger],
    manifest: &'a Manifest,
}

impl Coming<'_> {
    /// Makes the whole new folder beside the site, up to its last name.
    fn stage(&self, stop: &AtomicBool, conduct: &Conduct<'_>) -> Result<(), DiskError> {
        let (site, part) = (&self.place.site, self.place.part());
        fs::create_dir(&part).map_err(DiskError::io("create", &part))?;
        (conduct.after)(Step::Begun);
        fill(self.pieces, site, &part, conduct.hard_links, stop)?;
        (conduct.after)(Step::Filled);
        for stranger in self.strangers {
            go_on(stop)?;
            stranger.carry(site, &part, conduct.hard_links)?;
        }
        (conduct.after)(Step::Carried);
        seal(self.manifest, &part)?;
        if let Ok(meta) = site.metadata() {
            fs::set_permissions(&part, meta.permissions()).map_err(DiskError::io("create", &part))?;
        }
        go_on(stop)?;
        let new = self.place.new_site();
        fs::rename(&part, &new).map_err(DiskError::io("create", &new))?;
        (conduct.after)(Step::Sealed);
        Ok(())
    }
}
