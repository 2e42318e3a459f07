//! Pure answers over a screened site, for the command line.

pub mod progress;
pub mod reviewers;
