//! Foreign threat models: what becomes of them, that nothing is lost without being told, and what a second import keeps; the backlog; and what other programs
//! make of what we hand out.
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

mod account;
mod backlog;
mod bases;
mod exports;
mod golden;
mod merge;
mod mutations;
mod readers;
