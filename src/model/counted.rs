//! Numbers with their nouns.

use std::fmt::Display;

/// So many of something: `1 result`, `2 results`.
#[must_use]
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    format!("{count} {noun}{}", if count == N::from(1) { "" } else { "s" })
}
