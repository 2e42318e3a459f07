//! The list of what is ours in an output folder, kept in the folder itself.
//!
//! In: a folder, or the paths of a site. Out: [`Manifest`], or its bytes. The same site has the same manifest on any machine.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::DiskError;
use super::names::unsafe_output;
use super::read::{MAX_ASSET, Trouble, open_root, read_in};

/// The name of the manifest; a folder that has it is one that we made.
pub const MANIFEST: &str = ".tiltyard.json";

/// The files of ours in an output folder.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The version of this format.
    pub tiltyard: u32,
    /// Paths below the folder, without the manifest itself.
    pub files: BTreeSet<String>,
}

impl Manifest {
    /// The manifest of a site of these files.
    pub(super) fn of<'a>(files: impl Iterator<Item = &'a str>) -> Self {
        Self { tiltyard: 1, files: files.map(str::to_owned).collect() }
    }

    /// The manifest as it is written, one path a line.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text.into_bytes()
    }

    /// The manifest in a folder; none when there is none. One that cannot be understood is refused, because then
    /// nobody knows what is ours.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, DiskError> {
        let path = folder.join(MANIFEST);
        let foreign = || {
            DiskError::refused(
                &path,
                "is not a list of files that this tiltyard wrote",
                "remove the folder, or give another one with `--out`",
            )
        };
        let open = match open_root(folder) {
            Ok(open) => open,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(DiskError::io("read", folder)(error)),
        };
        let bytes = match read_in(&open, OsStr::new(MANIFEST), MAX_ASSET) {
            Ok(bytes) => bytes,
            Err(Trouble::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(Trouble::Io(error)) => return Err(DiskError::io("read", &path)(error)),
            Err(_) => return Err(foreign()),
        };
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|_| foreign())?;
        let sound = manifest.tiltyard == 1 && manifest.files.iter().all(|file| unsafe_output(file).is_none());
        if sound { Ok(Some(manifest)) } else { Err(foreign()) }
    }

    /// Whether the file at this path below the folder is ours.
    pub(super) fn has(&self, path: &Path) -> bool {
        path == Path::new(MANIFEST) || path.to_str().is_some_and(|path| self.files.contains(path))
    }
}

/// Whether an open file has exactly these bytes; compared piece by piece, so that a large file is not held twice.
pub(super) fn same_bytes(mut file: File, bytes: &[u8]) -> io::Result<bool> {
    use std::io::Read;
    let mut piece = vec![0; bytes.len().clamp(1, 128 * 1024)];
    let mut rest = bytes;
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok(rest.is_empty());
        }
        let Some((expected, after)) = rest.split_at_checked(read) else { return Ok(false) };
        if piece.get(..read) != Some(expected) {
            return Ok(false);
        }
        rest = after;
    }
}
