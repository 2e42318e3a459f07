//! Bad input, seen from outside: the program as it is built, run on folders that nobody should have.
//!
//! In: files, arguments, signals. Out: the exit code (0 clean, 1 the content has errors, 2 could not run, 130 interrupted), the message and
//! its place, the time it took, and the site that is left behind: the old one or the new one, whole, with nothing beside it.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test lays things out on disk, runs the program on them, and may fail loudly"
)]

mod bulk;
mod clash;
mod config;
mod disk;
mod escape;
mod interrupt;
mod leaks;
mod links;
mod loose;
mod names;
mod output;
mod people;
mod registry;
mod same;
mod screening;
mod support;
mod table;
mod text;
mod theme;
