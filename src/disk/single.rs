//! One file or folder at a time: what commands read and write besides the site.
//!
//! In: a path. Out: its bytes, or the file written whole.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{CWD, Mode, OFlags, openat};

use super::error::DiskError;
use super::read::{MAX_ASSET, Trouble, read_regular, sort_of};

/// The bytes of a file the user named, or nothing when it is not there. Symbolic links are followed; a pipe is not waited for.
///
/// # Errors
/// When it is there and cannot be read, is not a regular file, or has more than [`MAX_ASSET`] bytes.
pub fn read_optional(path: &Path) -> Result<Option<Vec<u8>>, DiskError> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = match openat(CWD, path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(error) if io::Error::from(error).kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(DiskError::io("read", path)(error.into())),
    };
    match read_regular(file, MAX_ASSET) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Trouble::NotAFile(kind)) => {
            Err(DiskError::refused(path, format!("is {}, not a file", sort_of(kind)), "give a file"))
        }
        Err(Trouble::TooBig { size }) => {
            Err(DiskError::refused(path, format!("has {size} bytes; the limit is {MAX_ASSET}"), "give a smaller file"))
        }
        Err(Trouble::Io(error)) => Err(DiskError::io("read", path)(error)),
    }
}

/// The bytes of a file named on the command line; unlike [`read_optional`] it reads a pipe (`<(…)`, `/dev/stdin`) to its end.
///
/// # Errors
/// When it cannot be read or has more than [`MAX_ASSET`] bytes.
pub fn read_input(path: &Path) -> Result<Vec<u8>, DiskError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(DiskError::io("read", path))?;
    file.take(MAX_ASSET + 1).read_to_end(&mut bytes).map_err(DiskError::io("read", path))?;
    if u64::try_from(bytes.len()).is_ok_and(|size| size <= MAX_ASSET) {
        return Ok(bytes);
    }
    Err(DiskError::refused(path, format!("has more than {MAX_ASSET} bytes"), "give a smaller file"))
}

/// The nearest folder, from `start` upwards, that has something of this name that is no folder. A broken link or a pipe counts: whoever
/// reads it then says what is wrong, instead of going on without it.
#[must_use]
pub fn find_root(start: &Path, file_name: &str) -> Option<PathBuf> {
    let start = start.canonicalize().ok()?;
    let has = |folder: &&Path| folder.join(file_name).symlink_metadata().is_ok_and(|found| !found.is_dir());
    start.ancestors().find(has).map(Path::to_path_buf)
}

/// Writes a file that must not be there yet, and the folders above it. What is there is never overwritten, not even
/// through a symbolic link.
///
/// # Errors
/// When something is at the path already, or it cannot be written; then nothing is left behind.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(DiskError::io("create", parent))?;
    }
    let mut file = File::create_new(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => DiskError::refused(
            path,
            "is already there, and is not overwritten",
            "give another name, or remove it first",
        ),
        _ => DiskError::io("write", path)(error),
    })?;
    file.write_all(bytes).map_err(|error| {
        let _ = fs::remove_file(path);
        DiskError::io("write", path)(error)
    })
}

/// Tells apart the unfinished files of one process.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Writes the file of an `--output`: whole or not at all, in the place of one that is there. A pipe or a device is written into.
///
/// # Errors
/// When it cannot be written; then what was there is untouched.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let failed = |error| DiskError::io("write", path)(error);
    let target = if path.is_symlink() { path.canonicalize().map_err(failed)? } else { path.to_path_buf() };
    let there = target.metadata().ok();
    if there.as_ref().is_some_and(|meta| !meta.is_file() && !meta.is_dir()) {
        return File::options().write(true).open(&target).and_then(|mut file| file.write_all(bytes)).map_err(failed);
    }
    let Some(name) = target.file_name().filter(|_| !target.is_dir()) else {
        return Err(DiskError::refused(path, "is a folder, not a file", "give the name of a file"));
    };
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut part = std::ffi::OsString::from(format!(".tiltyard-{}-{number}-", std::process::id()));
    part.push(name);
    let part = target.with_file_name(part);
    let written = write_new(&part, bytes).and_then(|()| {
        if let Some(meta) = &there {
            fs::set_permissions(&part, meta.permissions()).map_err(failed)?;
        }
        fs::rename(&part, &target).map_err(failed)
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&part);
        match error {
            DiskError::Io { error, .. } => DiskError::io("write", path)(error),
            other => other,
        }
    })
}

/// Whether there is nothing at the path but perhaps an empty folder. `.git` does not count, so that `init` works after `git init`.
///
/// # Errors
/// When it is a file, or cannot be listed.
pub fn is_empty_folder(path: &Path) -> Result<bool, DiskError> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(DiskError::io("read", path)(error)),
    };
    for entry in entries {
        if entry.map_err(DiskError::io("read", path))?.file_name() != ".git" {
            return Ok(false);
        }
    }
    Ok(true)
}
