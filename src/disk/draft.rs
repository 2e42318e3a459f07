//! A site on its way into its folder.
//!
//! In: pages, set down one by one while others are still drawn, and at the end the list of everything. Out: the folder with exactly that site,
//! swapped in whole, or nothing: a draft that is dropped leaves the site that was there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::error::{DiskError, visible};
use super::lock::Lock;
use super::manifest::Manifest;
use super::recall::Recalled;
use super::stage::{self, Piece, check_path, check_paths, go_on};
use super::strangers::{Contents, Sort, Stranger, contents};
use super::swap::{remove, repair, retire, swap};
use super::target::Place;
use super::write::{Conduct, Step, Written, present};
use crate::source::{OutputPath, OutputTree};

/// A site that is being written. Nothing is touched before the first page is laid down.
pub struct Draft<'a> {
    out: &'a Path,
    found: Option<&'a Recalled>,
    stop: &'a AtomicBool,
    conduct: Conduct<'a>,
    begun: OnceLock<Result<Begun, DiskError>>,
}

impl<'a> Draft<'a> {
    /// A site to come into a folder; over one that [`super::recall`] has found there, of which files may be taken as they are.
    #[must_use]
    pub fn new(out: &'a Path, found: Option<&'a Recalled>, stop: &'a AtomicBool) -> Self {
        Self::with(out, found, stop, Conduct::default())
    }

    pub(super) fn with(out: &'a Path, found: Option<&'a Recalled>, stop: &'a AtomicBool, conduct: Conduct<'a>) -> Self {
        Self { out, found, stop, conduct, begun: OnceLock::new() }
    }

    /// Sets a file down, from any thread. False when there is no use in going on: [`Self::finish`] says why.
    pub fn lay(&self, path: &OutputPath, bytes: &[u8]) -> bool {
        let begun = self.begun.get_or_init(|| Begun::new(self.out, self.stop, &self.conduct));
        begun.as_ref().is_ok_and(|begun| begun.lay(path, bytes, self.stop))
    }

    /// Adds the files that have not been set down, and swaps the site in. Of files in `tree.standing` that have not been set down it takes those that
    /// stand in the folder.
    ///
    /// # Errors
    /// See [`DiskError`]. After any error the old site is in place, untouched; only if the new one was in place already and something of
    /// the old one that is not ours could not be moved over, it is the new one, and the next run tries again.
    pub fn finish(self, tree: &OutputTree) -> Result<Written, DiskError> {
        check_paths(tree)?;
        go_on(self.stop)?;
        let begun = self.begun.into_inner().unwrap_or_else(|| Begun::new(self.out, self.stop, &self.conduct))?;
        begun.finish(tree, self.found, self.stop, &self.conduct)
    }
}

/// A draft that has its folder.
struct Begun {
    place: Place,
    lock: Option<Lock>,
    /// Folders above the site that were made for it.
    made: Vec<PathBuf>,
    /// What was ours before.
    old: Option<Manifest>,
    there: Contents,
    /// Files that were set down, and whether the present site has the very same.
    laid: Mutex<BTreeMap<OutputPath, bool>>,
    fault: Mutex<Option<DiskError>>,
}

impl Begun {
    fn new(out: &Path, stop: &AtomicBool, conduct: &Conduct<'_>) -> Result<Self, DiskError> {
        go_on(stop)?;
        let place = Place::of(out)?;
        present(&place)?;
        let made = place.make_parent()?;
        let lock = Some(Lock::take(&place)?);
        (conduct.after)(Step::Locked);
        repair(&place)?;
        let old = present(&place)?;
        let there = match &old {
            Some(old) => contents(&place.site, old)?,
            None => Contents::default(),
        };
        let part = place.part();
        fs::create_dir(&part).map_err(DiskError::io("create", &part))?;
        let begun = Self { place, lock, made, old, there, laid: Mutex::default(), fault: Mutex::default() };
        (conduct.after)(Step::Begun);
        Ok(begun)
    }

    fn lay(&self, path: &OutputPath, bytes: &[u8], stop: &AtomicBool) -> bool {
        let laid = go_on(stop).and_then(|()| {
            check_path(path.as_str())?;
            let same = stage::is_there(path.as_str(), bytes, &self.place.site, &self.there.ours);
            if !same {
                stage::put(&self.place.part(), &self.place.site, path.as_str(), bytes)?;
            }
            Ok(same)
        });
        match laid {
            Ok(same) => self.laid.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), same),
            Err(fault) => {
                self.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
                return false;
            }
        };
        true
    }

    fn finish(
        self,
        tree: &OutputTree,
        found: Option<&Recalled>,
        stop: &AtomicBool,
        conduct: &Conduct<'_>,
    ) -> Result<Written, DiskError> {
        if let Some(fault) = self.fault.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(fault);
        }
        let laid = std::mem::take(&mut *self.laid.lock().unwrap_or_else(PoisonError::into_inner));
        let taken = tree.standing.iter().any(|path| !laid.contains_key(path));
        if taken && !found.is_some_and(|found| found.still(&self.place)) {
            return Err(DiskError::Changed { path: self.place.site.clone() });
        }
        let manifest = Manifest::of(tree.paths().into_iter().map(OutputPath::as_str));
        let pieces = stage::compare(tree, &laid, &self.place.site, &self.there.ours, stop)?;
        let strangers = self.strangers(&manifest)?;
        let written = self.written(&pieces, &strangers, &manifest);
        if written.changed == 0 && written.removed == 0 && self.old.as_ref() == Some(&manifest) {
            return Ok(written);
        }
        let swapped = self
            .stage(&pieces, &strangers, &manifest, stop, conduct)
            .and_then(|()| swap(&self.place, conduct.exchange, &|| (conduct.after)(Step::Aside)));
        if let Err(error) = swapped {
            // What cannot be removed now is removed by the next run; the first error is the one that matters.
            let _ = remove(&self.place.new_site());
            return Err(error);
        }
        (conduct.after)(Step::Swapped);
        retire(&self.place)?;
        (conduct.after)(Step::Retired);
        Ok(written)
    }

    /// What is not ours and is brought along; refused where the new site has a file in its place.
    fn strangers(&self, manifest: &Manifest) -> Result<Vec<&Stranger>, DiskError> {
        let holds_bytes = |one: &&Stranger| matches!(one.sort, Sort::File | Sort::Whole);
        let (stay, lost): (Vec<&Stranger>, Vec<&Stranger>) =
            self.there.strangers.iter().partition(|one| one.has_room(manifest));
        if let Some(lost) = lost.into_iter().find(holds_bytes) {
            let why = "is not ours, and the new site has a file in its place";
            let help = "move it away, or rename the page";
            return Err(DiskError::refused(&self.place.site.join(&lost.path), why, help));
        }
        Ok(stay)
    }

    fn written(&self, pieces: &[Piece<'_>], strangers: &[&Stranger], manifest: &Manifest) -> Written {
        let unchanged = pieces.iter().filter(|piece| piece.same).count();
        let kept = strangers.iter().filter(|one| one.sort != Sort::Empty);
        Written {
            changed: pieces.len() - unchanged,
            unchanged,
            removed: self.there.ours.iter().filter(|file| !manifest.has(Path::new(file))).count(),
            kept: kept.map(|one| visible(&one.path.to_string_lossy())).collect(),
        }
    }

    /// Makes the whole new folder beside the site, up to its last name.
    fn stage(
        &self,
        pieces: &[Piece<'_>],
        strangers: &[&Stranger],
        manifest: &Manifest,
        stop: &AtomicBool,
        conduct: &Conduct<'_>,
    ) -> Result<(), DiskError> {
        let (site, part) = (&self.place.site, self.place.part());
        stage::fill(pieces, site, &part, conduct.hard_links, stop)?;
        (conduct.after)(Step::Filled);
        for stranger in strangers {
            go_on(stop)?;
            stranger.carry(site, &part, conduct.hard_links)?;
        }
        (conduct.after)(Step::Carried);
        stage::seal(manifest, &part)?;
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

impl Drop for Begun {
    /// What cannot be removed now is removed by the next run.
    fn drop(&mut self) {
        let _ = remove(&self.place.part());
        drop(self.lock.take());
        if self.place.site.symlink_metadata().is_err() {
            for folder in self.made.iter().rev() {
                // One that is not empty is somebody else's by now.
                let _ = fs::remove_dir(folder);
            }
        }
    }
}
