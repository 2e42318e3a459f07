//! The local preview: watch, build, show, repeat.
//!
//! In: a knowledge base on disk. Out: its site in a browser on the same machine, right after every save.

pub mod watch;
