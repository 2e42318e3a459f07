//! The search index.

pub mod stem;
pub mod words;
