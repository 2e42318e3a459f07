//! The words of the field: kinds with their field tables, the configuration, documents, and the site they make. Data only, no I/O.

pub mod address;
pub mod body;
pub mod calendar;
pub mod common;
pub mod config;
pub mod coverage;
pub mod curriculum;
pub mod diagram;
pub mod document;
pub mod field;
pub mod filter;
pub mod finding;
pub mod index;
pub mod kind;
pub mod leaf;
pub mod level_chart;
pub mod node;
pub mod progress;
pub mod progress_view;
pub mod registry;
pub mod review;
pub mod reviewers;
pub mod search;
pub mod site;
pub mod threat_model;
pub mod view;
