//! One writer at a time.
//!
//! In: the place of a site. Out: a [`Lock`] that lasts as long as the value; the system drops it when the process dies.

use std::io;
use std::path::PathBuf;

use rustix::fd::OwnedFd;
use rustix::fs::{CWD, FlockOperation, Mode, OFlags, flock, fstat, openat, stat, unlink};
use rustix::io::Errno;

use super::error::DiskError;
use super::target::Place;

/// The right to write to one place.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: OwnedFd,
}

impl Lock {
    /// Takes the lock, or says who has it. The file is removed while it is still locked, so whoever gets a lock has to
    /// see that it is on the file that is there now. Where the file system knows no locks, we go on without.
    pub(super) fn take(place: &Place) -> Result<Self, DiskError> {
        let path = place.lock();
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let failed = |error: Errno| DiskError::io("write beside", &place.site)(io::Error::from(error));
        for _ in 0..100 {
            let file = openat(CWD, &path, flags, Mode::from_raw_mode(0o666)).map_err(failed)?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(Errno::WOULDBLOCK) => return Err(DiskError::Busy { path: place.site.clone() }),
                Err(Errno::NOSYS | Errno::NOLCK | Errno::OPNOTSUPP | Errno::INVAL) => {
                    return Ok(Self { path, _file: file });
                }
                Err(error) => return Err(failed(error)),
            }
            let ours = fstat(&file).map_err(failed)?;
            if stat(&path).is_ok_and(|there| (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)) {
                return Ok(Self { path, _file: file });
            }
        }
        Err(DiskError::Busy { path: place.site.clone() })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = unlink(&self.path);
    }
}
