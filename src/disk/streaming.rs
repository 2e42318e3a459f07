//! Files that are too large to hold: read and written piece by piece.
//!
//! In: a path that a person named. Out: a reader; or a file that is written whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use super::error::DiskError;

/// Opens a file named on the command line, or a pipe; `-` is standard input.
///
/// # Errors
/// When it cannot be opened, or is a folder.
pub fn open_input(path: &Path) -> Result<impl Read + use<>, DiskError> {
    let path = if path == Path::new("-") { Path::new("/dev/stdin") } else { path };
    let file = File::open(path).map_err(DiskError::io("read", path))?;
    if file.metadata().is_ok_and(|meta| meta.is_dir()) {
        return Err(DiskError::refused(path, "is a folder, not a file", "give the name of a file"));
    }
    Ok(file)
}

/// Writes a file piece by piece, in the place of one that is there, when `fill` was content; else what was there is
/// untouched. A pipe or a device is written into; `-` is standard output.
///
/// # Errors
/// When it cannot be written, or what `fill` says.
pub fn write_stream<T>(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<T, DiskError>) -> Result<T, DiskError> {
    if path == Path::new("-") {
        let mut out = BufWriter::new(io::stdout().lock());
        let done = fill(&mut out)?;
        out.flush().map_err(DiskError::io("write", path))?;
        return Ok(done);
    }
    let failed = |error: io::Error| DiskError::io("write", path)(error);
    let target = if path.is_symlink() { path.canonicalize().map_err(failed)? } else { path.to_path_buf() };
    let there = target.metadata().ok();
    if there.as_ref().is_some_and(|meta| !meta.is_file() && !meta.is_dir()) {
        let mut file = File::options().write(true).open(&target).map_err(failed)?;
        return fill(&mut file);
    }
    let Some(name) = target.file_name().filter(|_| !target.is_dir()) else {
        return Err(DiskError::refused(path, "is a folder, not a file", "give the name of a file"));
    };
    let mut part = std::ffi::OsString::from(format!(".tiltyard-{}-stream-", std::process::id()));
    part.push(name);
    let part = target.with_file_name(part);
    let written = (|| {
        let mut file = BufWriter::new(File::create(&part).map_err(failed)?);
        let done = fill(&mut file)?;
        file.flush().map_err(failed)?;
        if let Some(meta) = &there {
            fs::set_permissions(&part, meta.permissions()).map_err(failed)?;
        }
        fs::rename(&part, &target).map_err(failed)?;
        Ok(done)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}
