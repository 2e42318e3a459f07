//! The only room that touches files: [`scan`] at the one end of the pipeline, [`write`] at the other.
//!
//! In: a folder, or a finished site. Out: a [`SourceTree`](crate::source::SourceTree) with diagnostics, or a folder that
//! was swapped in whole. What an author did wrong is a diagnostic; what the machine could not do is a [`DiskError`].
#![allow(clippy::disallowed_methods, reason = "this is the room that may touch files and the environment")]

mod clean;
mod content;
mod draft;
mod error;
mod history;
mod lock;
mod manifest;
mod names;
mod news;
mod places;
mod read;
mod recall;
mod revision;
mod scan;
mod single;
mod snapshot;
mod stage;
mod strangers;
mod streaming;
mod swap;
mod target;
mod walk;
mod write;

pub use clean::{Cleaned, clean};
pub use draft::Draft;
pub use error::DiskError;
pub use manifest::MANIFEST;
pub use places::{Places, Stamp};
pub use read::{MAX_ASSET, MAX_PAGE};
pub use recall::{Recalled, note, program, recall};
pub use revision::at_revision;
pub use scan::{Scan, scan};
pub use single::{find_root, is_empty_folder, read_input, read_optional, write_file, write_new};
pub use snapshot::{Changes, Snapshot};
pub use streaming::{open_input, write_stream};
pub use target::check_target;
pub use walk::{MAX_DEPTH, MAX_LINKED, MAX_LINKS};
pub use write::{Written, write};

#[cfg(test)]
mod tests;
