//! Files become documents, a configuration and registries. Pure, one file at a time.
//!
//! In: the source tree. Out: [`Document`]s, [`Config`], [`Registry`] and what was wrong with each file.

mod config;
mod document;
mod registry;
mod text;
mod yaml;

pub use config::{Choices, config, content_folder};
pub use document::{Defaults, document, is_page};
pub use registry::registry;

use crate::model::node::Node;

/// The spanned tree of a YAML text, for tests and fuzzing: the same reader that front matter goes through.
#[must_use]
pub fn yaml_tree(path: &crate::source::SourcePath, text: &str) -> crate::diagnostic::Checked<Option<Node>> {
    yaml::read(path, text, 0..text.len(), &crate::diagnostic::codes::CONFIG_SYNTAX)
}
