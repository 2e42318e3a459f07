//! The local preview: watch, build, show, repeat.
//!
//! In: a knowledge base on disk. Out: its site in a browser on the same machine, right after every save, and nobody else's business.
//!
//! `gate` and what it stands on let requests in; `answers` says what they get; `preview` makes the newest `state` from what `watch` tells.
#![allow(clippy::disallowed_methods, reason = "this room measures time and waits")]

mod answers;
mod background;
mod clock;
mod gate;
mod head;
mod hosts;
mod http;
mod inbox;
mod inner;
mod kinds;
mod preview;
mod range;
mod slots;
mod state;
mod target;
mod watch;

pub use answers::Desk;
pub use gate::{Server, listen, serve};
pub use hosts::{Hosts, token};
pub use http::{Answer, Answers, Asked};
pub use kinds::content_type;
pub use preview::{Preview, Read, Tell, View};
pub use state::{Inputs, State};
pub use watch::{WatchError, WatchOptions, Watcher};
