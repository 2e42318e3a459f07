//! Opening files and folders without ever leaving the root, waiting for a pipe or filling the memory.
//!
//! In: the root's descriptor and a real path below it, without symbolic links. Out: bytes, or why not.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};

/// The largest page, unless the command line says otherwise: 10 MiB.
pub const MAX_PAGE: u64 = 10 * 1024 * 1024;
/// The largest file of any sort: 1 GiB. The whole site is held in memory, so there has to be an end.
pub const MAX_ASSET: u64 = 1024 * 1024 * 1024;

/// Why a file was not read.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It is a pipe, a socket, a device, or became one.
    NotAFile(FileType),
    /// It has more bytes than allowed.
    TooBig {
        /// How many it has, as far as is known.
        size: u64,
    },
    /// The system said no.
    Io(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<rustix::io::Errno> for Trouble {
    fn from(error: rustix::io::Errno) -> Self {
        Self::Io(error.into())
    }
}

/// Opens the folder at `real` below `root`, one part after the other, following no symbolic link, so that a link
/// that is put there while we read cannot lead us out.
pub(super) fn open_folder(root: &OwnedFd, real: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut folder = openat(root, ".", flags, Mode::empty())?;
    for part in real.components() {
        folder = openat(&folder, part.as_os_str(), flags, Mode::empty())?;
    }
    Ok(folder)
}

/// Opens the root itself; here a symbolic link is followed, because the caller named it.
pub(super) fn open_root(root: &Path) -> io::Result<OwnedFd> {
    Ok(openat(CWD, root, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

/// Reads the regular file `name` in an open folder, at most `limit` bytes, following no symbolic link.
pub(super) fn read_in(folder: impl AsFd, name: &OsStr, limit: u64) -> Result<Vec<u8>, Trouble> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = openat(folder, name, flags, Mode::empty())?;
    read_regular(File::from(file), limit)
}

/// Reads an open file to its end, if it is a regular one with at most `limit` bytes. The size is looked at before
/// reading and the reading is bounded as well, because a file can grow meanwhile.
pub(super) fn read_regular(file: File, limit: u64) -> Result<Vec<u8>, Trouble> {
    let stat = fstat(&file)?;
    let kind = FileType::from_raw_mode(stat.st_mode);
    if kind != FileType::RegularFile {
        return Err(Trouble::NotAFile(kind));
    }
    let size = u64::try_from(stat.st_size).unwrap_or(0);
    if size > limit {
        return Err(Trouble::TooBig { size });
    }
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(usize::try_from(size).unwrap_or(0))
        .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if read > limit { Err(Trouble::TooBig { size: read }) } else { Ok(bytes) }
}

/// The name of a sort of file, for people.
pub(super) fn sort_of(kind: FileType) -> &'static str {
    match kind {
        FileType::Fifo => "a named pipe",
        FileType::Socket => "a socket",
        FileType::CharacterDevice | FileType::BlockDevice => "a device",
        FileType::Directory => "a folder",
        FileType::Symlink => "a symbolic link",
        FileType::RegularFile => "a file",
        FileType::Unknown => "neither a file nor a folder",
    }
}
