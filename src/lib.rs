//! tiltyard turns a git repository of Markdown into a cross-linked security champions knowledge base.

pub mod catalogue;
pub mod check;
pub mod cli;
pub mod diagnostic;
pub mod disk;
pub mod export;
pub mod markdown;
pub mod model;
pub mod parse;
pub mod pipeline;
pub mod query;
pub mod render;
pub mod resolve;
pub mod screen;
pub mod source;
pub mod view;
