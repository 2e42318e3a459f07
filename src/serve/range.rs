//! Parts of a file: players of video ask for them, and some play nothing without.

use std::ops::Range;

/// The bytes that a `Range` header asks for, of `length` (RFC 9110, section 14.1.2): an empty range when they lie outside,
/// `None` when the header is to be ignored, as it is when it asks for several parts.
pub(super) fn find(header: &str, length: usize) -> Option<Range<usize>> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    let number = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().unwrap_or(usize::MAX))
    };
    let part = match (number(first), number(last)) {
        (Some(first), Some(last)) if first > last => return None,
        (Some(first), Some(last)) => first..last.saturating_add(1).min(length),
        (Some(first), None) if last.is_empty() => first..length,
        (None, Some(last)) if first.is_empty() => length.saturating_sub(last)..length,
        _ => return None,
    };
    Some(if part.is_empty() { 0..0 } else { part })
}

/// The `Content-Range` header for such a part.
pub(super) fn content_range(part: &Range<usize>, length: usize) -> String {
    if part.is_empty() {
        return format!("bytes */{length}");
    }
    format!("bytes {}-{}/{length}", part.start, part.end - 1)
}
