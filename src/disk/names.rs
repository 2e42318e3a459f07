//! Which names are odd, and which are safe to write.
//!
//! In: one name, or the path of a file of the site. Out: what is odd about it, in words.

/// What makes a file name unusable on some system, or in an address; none when it is fine everywhere.
/// The rules are those of Windows ("Naming Files, Paths, and Namespaces"), which are the strictest.
pub(super) fn oddity(name: &str) -> Option<String> {
    if let Some(c) = name.chars().find(|c| c.is_control()) {
        return Some(format!("has the control character U+{:04X} in it", u32::from(c)));
    }
    if let Some(c) = name.chars().find(|c| r#"<>:"|?*\"#.contains(*c)) {
        return Some(format!("has `{c}` in it, which Windows does not allow"));
    }
    if name.ends_with(' ') || name.ends_with('.') {
        return Some("ends with a space or a dot, which Windows drops".to_owned());
    }
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    reserved(stem).then(|| format!("is the name of a device on Windows (`{stem}`)"))
}

fn reserved(stem: &str) -> bool {
    let upper = stem.to_ascii_uppercase();
    if matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let number = upper.strip_prefix("COM").or_else(|| upper.strip_prefix("LPT"));
    number.is_some_and(|n| matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"))
}

/// What forbids writing a file at this path below the output folder; none when it is safe.
pub(super) fn unsafe_output(path: &str) -> Option<&'static str> {
    if path.contains('\0') {
        return Some("has a NUL byte in it");
    }
    if path.contains('\\') {
        return Some("has a backslash in it");
    }
    for segment in path.split('/') {
        match segment {
            "" => return Some("is empty, absolute or has an empty part"),
            "." | ".." => return Some("has a part that is `.` or `..`"),
            _ if segment.eq_ignore_ascii_case(".git") => return Some("would write into a git folder"),
            _ if segment.to_ascii_lowercase().starts_with(".tiltyard") => {
                return Some("has a name that tiltyard keeps for itself");
            }
            _ => {}
        }
    }
    None
}

/// Whether a name begins with a dot; such files and folders are never read.
pub(super) fn dotted(name: &[u8]) -> bool {
    name.first() == Some(&b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_windows_refuses_are_odd() {
        for name in ["CON", "nul.md", "Com1.tar.gz", "LPT¹", "a.", "a ", "a:b", "a\\b", "a\nb", "what?.md", "AUX .md"]
        {
            assert!(oddity(name).is_some(), "{name:?}");
        }
        for name in ["ssrf.md", "console.md", "com10.md", "Prüfung 1.md", "a..b", "COM.md", "日本.md"] {
            assert_eq!(oddity(name), None, "{name:?}");
        }
    }

    #[test]
    fn output_paths_that_lead_elsewhere_are_unsafe() {
        for path in [
            "",
            "/a",
            "a//b",
            "a/",
            "../a",
            "a/../b",
            "./a",
            "a\\b",
            "a\0",
            ".git/config",
            "a/.GIT/x",
            ".tiltyard.json",
        ] {
            assert!(unsafe_output(path).is_some(), "{path:?}");
        }
        for path in ["index.html", "a/b/index.html", ".nojekyll", ".well-known/security.txt", "a b/ü.html"] {
            assert_eq!(unsafe_output(path), None, "{path:?}");
        }
    }
}
