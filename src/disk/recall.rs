//! What a build leaves behind for the next one: a note in the cache about a finished site, and how its files looked.
//!
//! In: the cache, the output folder, and what to note. Out: the note, if the site is still exactly as it was left. Nothing of it is trusted: a note that
//! cannot be read, is not of this site, or of which a single file looks different, is no note.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, statat};

use super::clean::prepare_cache;
use super::error::{DiskError, visible};
use super::manifest::MANIFEST;
use super::single::{read_optional, write_file};
use super::strangers::{Sort, contents};
use super::target::Place;
use super::write::{Written, present};

/// Notes that are kept at most, one a site; the oldest go.
const MOST_NOTES: usize = 16;

/// The program that runs, as a hash of its file; nothing where that cannot be read.
#[must_use]
pub fn program() -> Option<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(std::env::current_exe().ok()?).ok()?).ok()?;
    Some(*hasher.finalize().as_bytes())
}

/// A finished site with the note about it.
#[derive(Debug)]
pub struct Recalled {
    /// What was noted.
    pub note: Vec<u8>,
    /// What a build that changes nothing says of its files.
    pub written: Written,
    looks: [u8; 32],
}

impl Recalled {
    /// Whether the site is still as it was found.
    pub(super) fn still(&self, place: &Place) -> bool {
        site(place).is_some_and(|(looks, _)| looks == self.looks)
    }
}

/// The site in `out` and the note about it, if all its files are as they were left.
#[must_use]
pub fn recall(cache: &Path, out: &Path) -> Option<Recalled> {
    let place = Place::of(out).ok()?;
    let note = read_optional(&note_path(cache, &place)).ok()??;
    let (looks, note) = note.split_at_checked(blake3::OUT_LEN)?;
    let traces = [place.part(), place.new_site(), place.old_site()];
    if traces.iter().any(|path| path.symlink_metadata().is_ok()) {
        return None;
    }
    // Nothing is written, so nothing is locked: an interrupt would leave the lock behind. Who writes over what was found looks again.
    let (there, written) = site(&place)?;
    (there.as_slice() == looks).then(|| Recalled { note: note.to_vec(), written, looks: there })
}

/// Notes something about the finished site in `out`.
///
/// # Errors
/// When the cache cannot be made or written, or has something else in it.
pub fn note(cache: &Path, out: &Path, note: &[u8]) -> Result<(), DiskError> {
    let place = Place::of(out)?;
    let Some((looks, _)) = site(&place) else { return Ok(()) };
    prepare_cache(cache.parent().unwrap_or(cache))?;
    fs::create_dir_all(cache).map_err(DiskError::io("create", cache))?;
    write_file(&note_path(cache, &place), &[looks.as_slice(), note].concat())?;
    trim(cache);
    Ok(())
}

fn note_path(cache: &Path, place: &Place) -> PathBuf {
    let name = blake3::hash(place.site.as_os_str().as_encoded_bytes()).to_hex();
    cache.join(format!("build-{}", name.as_str().get(..16).unwrap_or_default()))
}

/// How every file of a site looks without being opened, as a hash, and what a build that changes nothing says.
fn site(place: &Place) -> Option<([u8; 32], Written)> {
    let manifest = present(place).ok()??;
    let found = contents(&place.site, &manifest).ok()?;
    let mut hasher = blake3::Hasher::new();
    for file in &found.ours {
        let stat = statat(CWD, place.site.join(file), AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let numbers = [
            i128::from(stat.st_ino),
            i128::from(stat.st_size),
            i128::from(stat.st_mode),
            i128::from(stat.st_mtime),
            i128::from(stat.st_mtime_nsec),
            i128::from(stat.st_ctime),
            i128::from(stat.st_ctime_nsec),
        ];
        hasher.update(file.as_bytes()).update(&[0]);
        for number in numbers {
            hasher.update(&number.to_le_bytes());
        }
    }
    let missing = manifest.files.iter().filter(|file| !found.ours.contains(file.as_str())).count();
    if missing > 0 {
        return None;
    }
    let kept = found.strangers.iter().filter(|one| one.sort != Sort::Empty);
    let written = Written {
        unchanged: found.ours.iter().filter(|file| *file != MANIFEST).count(),
        kept: kept.map(|one| visible(&one.path.to_string_lossy())).collect(),
        ..Written::default()
    };
    Some((*hasher.finalize().as_bytes(), written))
}

/// Keeps the newest notes.
fn trim(cache: &Path) {
    let Ok(entries) = fs::read_dir(cache) else { return };
    let mut notes: Vec<(std::time::SystemTime, OsString)> = entries
        .filter_map(|entry| {
            let entry = entry.ok().filter(|entry| entry.file_name().to_string_lossy().starts_with("build-"))?;
            Some((entry.metadata().ok()?.modified().ok()?, entry.file_name()))
        })
        .collect();
    notes.sort();
    let surplus = notes.len().saturating_sub(MOST_NOTES);
    for (_, name) in notes.into_iter().take(surplus) {
        // What cannot be removed goes another time.
        let _ = fs::remove_file(cache.join(name));
    }
}
