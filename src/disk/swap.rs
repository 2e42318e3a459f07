//! Putting the new site in the place of the old one, and mending what a run that died has left.
//!
//! In: a [`Place`] with a finished new site beside it. Out: the new site in place, nothing beside it, nothing lost that is not ours.
//!
//! The names beside the site are the journal. `-part` is unfinished or being removed, and never of use. `-new` is finished: the
//! coming site before the exchange, the old one after it. `-old` is the old one, where two folders cannot be exchanged in one step.

use std::fs;
use std::io;
use std::path::Path;

use rustix::io::Errno;

use super::error::DiskError;
use super::strangers::move_home;
use super::target::Place;

/// Puts the finished `-new` into place. In one step where the system can exchange two folders, else in two. `aside` is told
/// between the two; it is there for the tests.
pub(super) fn swap(place: &Place, one_step: bool, aside: &dyn Fn()) -> Result<(), DiskError> {
    let (site, new, old) = (&place.site, place.new_site(), place.old_site());
    if site.symlink_metadata().is_err() {
        return fs::rename(&new, site).map_err(DiskError::io("put in place", site));
    }
    let exchanged = if one_step { exchange(&new, site) } else { Err(Errno::NOSYS) };
    match exchanged {
        Ok(()) => Ok(()),
        Err(Errno::NOSYS | Errno::INVAL | Errno::OPNOTSUPP | Errno::PERM) => {
            fs::rename(site, &old).map_err(|error| refused(site, error))?;
            aside();
            fs::rename(&new, site).map_err(|error| {
                let _ = fs::rename(&old, site);
                refused(site, error)
            })
        }
        Err(error) => Err(refused(site, error.into())),
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(new: &Path, site: &Path) -> rustix::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, new, CWD, site, RenameFlags::EXCHANGE)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_new: &Path, _site: &Path) -> rustix::io::Result<()> {
    Err(Errno::NOSYS)
}

fn refused(site: &Path, error: io::Error) -> DiskError {
    if matches!(error.kind(), io::ErrorKind::CrossesDevices | io::ErrorKind::ResourceBusy) {
        let why = "cannot be swapped in one step: it is a mount point, or belongs to a layer of a container image";
        return DiskError::refused(site, why, "give a folder below it with `--out`, or remove it first");
    }
    DiskError::io("put in place", site)(error)
}

/// Clears away the old site: what is not ours in it goes home first.
pub(super) fn retire(place: &Place) -> Result<(), DiskError> {
    for folder in [place.old_site(), place.new_site()] {
        if is_folder(&folder)? {
            move_home(&folder, &place.site)?;
            remove(&place.part())?;
            fs::rename(&folder, place.part()).map_err(DiskError::io("remove", &folder))?;
        }
    }
    Ok(())
}

/// Mends what a run that died has left, so that there is a whole site with everything that is not ours, and nothing beside it.
pub(super) fn repair(place: &Place) -> Result<(), DiskError> {
    remove(&place.part())?;
    for folder in [place.old_site(), place.new_site()] {
        if is_folder(&folder)? && place.site.symlink_metadata().is_err() {
            fs::rename(&folder, &place.site).map_err(DiskError::io("put in place", &place.site))?;
        }
    }
    retire(place)?;
    remove(&place.part())
}

/// Removes a folder beside the site, if it is there.
pub(super) fn remove(folder: &Path) -> Result<(), DiskError> {
    if is_folder(folder)? { fs::remove_dir_all(folder).map_err(DiskError::io("remove", folder)) } else { Ok(()) }
}

/// Whether a folder of ours is there; a file or a symbolic link of its name is none of ours.
fn is_folder(path: &Path) -> Result<bool, DiskError> {
    match path.symlink_metadata() {
        Ok(meta) if meta.is_dir() => Ok(true),
        Ok(_) => {
            Err(DiskError::refused(path, "has a name that tiltyard needs for itself, and is not a folder", "remove it"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(DiskError::io("read", path)(error)),
    }
}
