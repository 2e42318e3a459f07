//! One file of the index: data, packed and written as a classic script that registers itself.
//!
//! In: bytes. Out: `tiltyardSearch("t12","<version>","<base64 of raw deflate>")`. Base64 survives every server, and a browser
//! unpacks both without code of ours; scripts, unlike `fetch`, are read from a folder of files too.

use std::cell::RefCell;

use base64::prelude::{BASE64_STANDARD, Engine};
use libdeflater::{CompressionLvl, Compressor};
use serde::Serialize;

thread_local! {
    /// To make one costs more than to pack a small file; with the room for what they pack.
    static PACKER: RefCell<(Packer, Vec<u8>)> = RefCell::default();
}

/// How hard the packer tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Small files of prose become hardly larger by it.
    Little,
    /// To try harder still takes longer and saves little.
    Some,
}

/// A packer for each effort.
struct Packer {
    little: Compressor,
    some: Compressor,
}

impl Default for Packer {
    fn default() -> Self {
        let at = |level| Compressor::new(CompressionLvl::new(level).unwrap_or_default());
        Self { little: at(1), some: at(4) }
    }
}

/// JSON without a value in between, which would hold it all once more. Texts, numbers and lists of them can always be written.
pub fn written(data: &impl Serialize) -> String {
    serde_json::to_string(data).unwrap_or_default()
}

/// Packs data. The packer gives the same bytes on every machine; those that use a processor's own instructions for hashing do not.
#[must_use]
pub fn packed(data: &[u8], effort: Effort) -> String {
    PACKER.with_borrow_mut(|(packer, room)| {
        let packer = match effort {
            Effort::Little => &mut packer.little,
            Effort::Some => &mut packer.some,
        };
        let bound = packer.deflate_compress_bound(data.len());
        if room.len() < bound {
            room.resize(bound, 0);
        }
        // The room asked for is always enough.
        let length = packer.deflate_compress(data, room).unwrap_or(0);
        let mut text = String::with_capacity(length / 3 * 4 + 8);
        text.push('"');
        BASE64_STANDARD.encode_string(room.get(..length).unwrap_or_default(), &mut text);
        text.push('"');
        text
    })
}

/// The script; `data` is what packing gave, or JSON.
#[must_use]
pub fn script(name: &str, version: &str, data: &str) -> String {
    format!("tiltyardSearch(\"{name}\",\"{version}\",{data});\n")
}
