//! Removing what is ours, and nothing else.
//!
//! In: the output folder and the cache. Out: how much went, and what stayed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{DiskError, visible};
use super::lock::Lock;
use super::manifest::MANIFEST;
use super::single::{read_optional, write_file};
use super::strangers::contents;
use super::swap::repair;
use super::target::Place;
use super::write::present;

/// What `clean` did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Files of the site that were removed.
    pub removed: usize,
    /// Whether the cache was removed.
    pub cache: bool,
    /// What lies in the output folder, is not ours and was left; the cache folder, if it is not one of ours.
    pub kept: Vec<String>,
}

/// Removes the site and the cache. Files that are not in our own list stay, and so do the folders they lie in.
///
/// # Errors
/// When the output folder has things in it and no list of ours, and when something cannot be removed.
pub fn clean(out: &Path, cache: &Path) -> Result<Cleaned, DiskError> {
    let mut cleaned = Cleaned::default();
    let place = Place::of(out)?;
    if place.has_traces() {
        present(&place)?;
        let _lock = Lock::take(&place)?;
        repair(&place)?;
        clean_site(&place, &mut cleaned)?;
    }
    if cache.symlink_metadata().is_ok() {
        let tag = if cache.is_symlink() { None } else { read_optional(&cache.join(TAG_NAME)).unwrap_or(None) };
        if tag.as_deref() == Some(TAG.as_bytes()) {
            fs::remove_dir_all(cache).map_err(DiskError::io("remove", cache))?;
            cleaned.cache = true;
        } else {
            cleaned.kept.push(visible(&cache.to_string_lossy()));
        }
    }
    Ok(cleaned)
}

fn clean_site(place: &Place, cleaned: &mut Cleaned) -> Result<(), DiskError> {
    let site = &place.site;
    let Some(manifest) = present(place)? else { return Ok(()) };
    let there = contents(site, &manifest)?;
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for file in &there.ours {
        if file == MANIFEST {
            continue;
        }
        let path = site.join(file);
        fs::remove_file(&path).map_err(DiskError::io("remove", &path))?;
        cleaned.removed += 1;
        folders.extend(Path::new(file).ancestors().skip(1).map(Path::to_path_buf));
    }
    // The list goes last, so that a run that is stopped can be run again.
    if there.ours.contains(MANIFEST) {
        let path = site.join(MANIFEST);
        fs::remove_file(&path).map_err(DiskError::io("remove", &path))?;
        folders.insert(PathBuf::new());
    }
    for folder in folders.iter().rev() {
        let path = site.join(folder);
        match fs::remove_dir(&path) {
            Err(error)
                if !matches!(
                    error.kind(),
                    io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotFound | io::ErrorKind::ResourceBusy
                ) =>
            {
                return Err(DiskError::io("remove", &path)(error));
            }
            _ => {}
        }
    }
    cleaned.kept.extend(there.strangers.iter().map(|one| visible(&one.path.to_string_lossy())));
    Ok(())
}

/// The name of the file that marks a cache, for us and for backup programs (<https://bford.info/cachedir/>).
const TAG_NAME: &str = "CACHEDIR.TAG";
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache made by tiltyard; `tiltyard clean` removes it.\n";

/// Makes the cache folder and marks it as ours; [`clean`] removes no other.
///
/// # Errors
/// When it cannot be made, or is there and has something else in it.
pub(super) fn prepare_cache(cache: &Path) -> Result<(), DiskError> {
    let tag = cache.join(TAG_NAME);
    if read_optional(&tag)?.as_deref() == Some(TAG.as_bytes()) {
        return Ok(());
    }
    if !super::single::is_empty_folder(cache)? {
        return Err(DiskError::refused(
            cache,
            "is not empty and is not a cache made by tiltyard",
            "remove it, or run with `--no-cache`",
        ));
    }
    fs::create_dir_all(cache).map_err(DiskError::io("create", cache))?;
    write_file(&cache.join(".gitignore"), b"*\n")?;
    write_file(&tag, TAG.as_bytes())
}
