//! Where a site may go, and where what belongs to it lies beside it.
//!
//! In: the output folder as it was given. Out: [`Place`], or why we will not write there.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::error::DiskError;

/// The folder of a site and its neighbours, whose names alone tell how far a writer that died had come.
#[derive(Debug)]
pub(super) struct Place {
    /// The site, as an absolute path; not a symbolic link.
    pub site: PathBuf,
    parent: PathBuf,
    name: OsString,
}

impl Place {
    /// The place of an output folder. Nothing is created.
    pub(super) fn of(out: &Path) -> Result<Self, DiskError> {
        let mut site = std::path::absolute(out).map_err(DiskError::io("use", out))?;
        match site.symlink_metadata() {
            Ok(meta) if meta.is_symlink() || site.file_name().is_none() => {
                site = site.canonicalize().map_err(DiskError::io("follow", out))?;
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(DiskError::io("use", out)(error)),
            _ => {}
        }
        if site.metadata().is_ok_and(|meta| !meta.is_dir()) {
            return Err(DiskError::refused(
                out,
                "is a file, and the site needs a folder",
                "give another one with `--out`",
            ));
        }
        match (site.parent(), site.file_name()) {
            (Some(parent), Some(name)) => Ok(Self { parent: parent.to_path_buf(), name: name.to_os_string(), site }),
            _ => Err(DiskError::refused(out, "has no folder above it", "give a folder of its own with `--out`")),
        }
    }

    /// Whether there is a site, or something left beside it.
    pub(super) fn has_traces(&self) -> bool {
        [self.site.clone(), self.part(), self.new_site(), self.old_site()]
            .iter()
            .any(|path| path.symlink_metadata().is_ok())
    }

    /// Makes the folders above the site; those that were not there yet, the upper ones first.
    pub(super) fn make_parent(&self) -> Result<Vec<PathBuf>, DiskError> {
        let missing = self.parent.ancestors().take_while(|folder| folder.symlink_metadata().is_err());
        let mut made: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
        made.reverse();
        fs::create_dir_all(&self.parent).map_err(DiskError::io("create", &self.parent))?;
        Ok(made)
    }

    fn beside(&self, what: &str) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(".tiltyard-");
        name.push(what);
        self.parent.join(name)
    }

    /// The lock.
    pub(super) fn lock(&self) -> PathBuf {
        self.beside("lock")
    }

    /// An unfinished site, or what is left of one being removed: never of use.
    pub(super) fn part(&self) -> PathBuf {
        self.beside("part")
    }

    /// A finished site that is not in its place yet, or, once exchanged, the old one.
    pub(super) fn new_site(&self) -> PathBuf {
        self.beside("new")
    }

    /// The old site, set aside where two folders cannot be exchanged.
    pub(super) fn old_site(&self) -> PathBuf {
        self.beside("old")
    }
}

/// Refuses an output folder that would take something else with it: the root of the file system, the home folder, the knowledge
/// base itself, one of the `protected` folders, anything above those, or a symbolic link out of the knowledge base. Missing folders are fine.
///
/// # Errors
/// [`DiskError::Refused`] with the reason, or when a path cannot be looked at.
pub fn check_target(out: &Path, root: &Path, protected: &[&Path]) -> Result<(), DiskError> {
    let help = "give a folder of its own with `--out`";
    let target = real(out)?;
    if target.parent().is_none() {
        return Err(DiskError::refused(out, "is the root of the file system", help));
    }
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    let guarded = std::iter::once((root, "the knowledge base itself"))
        .chain(protected.iter().map(|path| (*path, "a folder of the knowledge base")))
        .chain(home.as_deref().map(|path| (path, "your home folder")));
    for (path, what) in guarded {
        let path = real(path)?;
        if path == target {
            return Err(DiskError::refused(out, format!("is {what}"), help));
        }
        if path.starts_with(&target) {
            return Err(DiskError::refused(out, format!("lies above {what}"), help));
        }
    }
    let absolute = |path: &Path| std::path::absolute(path).map(|path| flat(&path)).map_err(DiskError::io("use", path));
    if absolute(out)?.starts_with(absolute(root)?) && !target.starts_with(real(root)?) {
        let why = "lies behind a symbolic link that leads out of the knowledge base";
        return Err(DiskError::refused(out, why, "give the folder it leads to with `--out`"));
    }
    Ok(())
}

/// The path without symbolic links, as far as it exists.
fn real(path: &Path) -> Result<PathBuf, DiskError> {
    let whole = std::path::absolute(path).map_err(DiskError::io("use", path))?;
    for there in whole.ancestors() {
        match there.canonicalize() {
            Ok(found) => return Ok(flat(&found.join(whole.strip_prefix(there).unwrap_or(Path::new(""))))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(DiskError::io("use", path)(error)),
        }
    }
    Ok(flat(&whole))
}

/// An absolute path with its `..` taken out by name alone.
fn flat(path: &Path) -> PathBuf {
    let mut flat = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                flat.pop();
            }
            part => flat.push(part),
        }
    }
    flat
}
