//! One file of the index: data, packed and written as a classic script that registers itself.
//!
//! In: bytes. Out: `tiltyardSearch("t12","<version>","<base64 of raw deflate>")`. Base64 survives every server, and a browser
//! unpacks both without code of ours; scripts, unlike `fetch`, are read from a folder of files too.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Packs data.
#[must_use]
pub fn packed(data: &[u8]) -> String {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(data.len() / 2), Compression::new(6));
    // Writing to memory cannot fail.
    let written = encoder.write_all(data).and_then(|()| encoder.finish());
    base64(&written.unwrap_or_default())
}

/// The script.
#[must_use]
pub fn script(name: &str, version: &str, packed: &str) -> String {
    format!("tiltyardSearch(\"{name}\",\"{version}\",\"{packed}\");\n")
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit) & 63) as usize;
            let shown = digit <= three.len();
            out.push(if shown { char::from(DIGITS.get(index).copied().unwrap_or(b'A')) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn the_examples_of_the_standard_hold() {
        for (text, wanted) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), wanted);
        }
    }
}
