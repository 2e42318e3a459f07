//! Foreign formats, read as they really are and not as their schema would have them.
//!
//! In: bytes from a reader. Out: plain data in our words, or a fault that says what the file is instead.

pub mod sarif;
pub mod threat_model;
pub mod tracker;
pub mod yaml;
