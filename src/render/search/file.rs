//! One file of the index: data, packed and written as a classic script that registers itself.
//!
//! In: bytes. Out: `tiltyardSearch("t12","<version>","<base64 of raw deflate>")`. Base64 survives every server, and a browser
//! unpacks both without code of ours; scripts, unlike `fetch`, are read from a folder of files too.

use std::io::Write;

use base64::prelude::{BASE64_STANDARD, Engine};
use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Packs data. The packer is the one in Rust alone: those that use a processor's own instructions give other bytes on other machines.
#[must_use]
pub fn packed(data: &[u8]) -> String {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(data.len() / 2), Compression::new(6));
    // Writing to memory cannot fail.
    let written = encoder.write_all(data).and_then(|()| encoder.finish());
    BASE64_STANDARD.encode(written.unwrap_or_default())
}

/// The script.
#[must_use]
pub fn script(name: &str, version: &str, packed: &str) -> String {
    format!("tiltyardSearch(\"{name}\",\"{version}\",\"{packed}\");\n")
}
