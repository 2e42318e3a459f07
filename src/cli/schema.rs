//! `tiltyard schema`: JSON Schema of what is written in YAML, for editors.

use std::process::ExitCode;

use super::screen;
use crate::export::schema::{self, Subject};

/// Prints the schema of one sort of file, or of all.
pub fn run(subject: Option<&Subject>) -> ExitCode {
    let schema = subject.map_or_else(schema::everything, schema::of);
    screen::print(&text(&schema));
    ExitCode::SUCCESS
}

/// A schema as a file: indented, with a line end.
pub fn text(schema: &serde_json::Value) -> String {
    format!("{schema:#}\n")
}
