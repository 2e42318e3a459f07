//! Bytes become text, or a diagnostic that says why they cannot.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::{SourceFile, SourcePath, Span};

/// The text of a file. UTF-16 is named as such; an invalid byte is named with its offset.
///
/// # Errors
/// The diagnostic to show when the file is not text.
pub fn of<'f>(path: &SourcePath, file: &'f SourceFile) -> Result<&'f str, Box<Diagnostic>> {
    let bytes = &*file.bytes;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Box::new(
            Diagnostic::new(&codes::NOT_UTF8, "the file is UTF-16, not UTF-8")
                .on(path)
                .help("save it as UTF-8; most editors offer it as an encoding"),
        ));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            let line = bytes.get(..at).unwrap_or(&[]).split(|b| *b == b'\n').count();
            let byte = bytes.get(at).copied().unwrap_or(0);
            return Err(Box::new(
                Diagnostic::new(&codes::NOT_UTF8, format!("byte 0x{byte:02x} on line {line} is not valid UTF-8"))
                    .at(path, Span::new(at, at + 1))
                    .help("save the file as UTF-8"),
            ));
        }
    };
    match text.find('\0') {
        Some(at) => Err(Box::new(
            Diagnostic::new(&codes::NUL_BYTE, "a NUL byte in a text file")
                .at(path, Span::new(at, at + 1))
                .help("remove it, or save the file as UTF-8 if it is UTF-16 or UTF-32"),
        )),
        None => Ok(text),
    }
}
