//! What the machine could not do, in one line a person can act on.
//!
//! In: what was tried, the path, the system's answer. Out: [`DiskError`], shown as one line, with a second one that says what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A failure of the disk, or a folder that we will not touch.
#[derive(Debug)]
pub enum DiskError {
    /// The system said no.
    Io {
        /// What was tried, as a verb: `read`, `write`, `swap in`.
        tried: &'static str,
        /// The path it was tried on.
        path: PathBuf,
        /// The system's answer.
        error: io::Error,
    },
    /// We said no, before anything was touched.
    Refused {
        /// The path it is about.
        path: PathBuf,
        /// What is wrong with it, continuing a sentence that begins with the path: `is not empty and …`.
        why: String,
        /// What to do.
        help: String,
    },
    /// Another tiltyard is writing to the same folder.
    Busy {
        /// The output folder.
        path: PathBuf,
    },
    /// The work was told to stop; nothing was changed.
    Interrupted,
    /// The site in the folder is not the one that part of the new one was to be taken from; nothing was changed.
    Changed {
        /// The folder.
        path: PathBuf,
    },
}

impl DiskError {
    /// A failure of the system; meant for `map_err(DiskError::io("read", path))`.
    pub(super) fn io(tried: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { tried, path: path.to_path_buf(), error }
    }

    /// A refusal.
    pub(super) fn refused(path: &Path, why: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Refused { path: path.to_path_buf(), why: why.into(), help: help.into() }
    }

    /// What to do, where there is something to say beyond the error itself.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Io { error, .. } => match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    Some("free some space and run it again; what was there before is untouched".to_owned())
                }
                io::ErrorKind::PermissionDenied => Some("look at who owns it and who may write there".to_owned()),
                io::ErrorKind::ReadOnlyFilesystem => {
                    Some("give a folder on a disk that can be written with `--out`".to_owned())
                }
                _ => None,
            },
            Self::Refused { help, .. } => Some(help.clone()),
            Self::Busy { .. } => Some("wait until it is done, or give this one another folder with `--out`".to_owned()),
            Self::Interrupted => None,
            Self::Changed { .. } => Some("build again".to_owned()),
        }
    }
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { tried, path, error } => write!(f, "cannot {tried} `{}`: {}", shown(path), reason(error)),
            Self::Refused { path, why, .. } => write!(f, "`{}` {why}", shown(path)),
            Self::Busy { path } => write!(f, "another tiltyard is writing to `{}`", shown(path)),
            Self::Interrupted => f.write_str("interrupted; nothing was changed"),
            Self::Changed { path } => write!(f, "somebody changed `{}` while the site was built", shown(path)),
        }
    }
}

impl std::error::Error for DiskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// A path on one line: control characters are escaped, an empty path is the current folder.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.is_empty() { ".".to_owned() } else { visible(&text) }
}

/// Text with its control characters escaped.
pub(super) fn visible(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] }).collect()
}

/// The system's answer in lower case and without its number: `no space left on device`.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => "unknown error".to_owned(),
    }
}
