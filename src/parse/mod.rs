//! Files become documents, a configuration and registries. Pure, one file at a time.
//!
//! In: the source tree. Out: [`Document`]s, [`Config`], [`Registry`] and what was wrong with each file.

mod config;
mod document;
mod house_rules;
mod metrics;
mod quorum;
mod registry;
mod synonyms;
mod text;
mod yaml;

pub use config::{Choices, config};
pub use document::{Defaults, document, is_page};
pub use registry::registry;
