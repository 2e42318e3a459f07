//! Scans: what explains a rule, what a log says, how much of it is explained, and what a log looks like with explanations in it.
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

mod commands;
mod coverage;
mod lookup;
mod reader;
mod real;
mod rules;
mod sites;
