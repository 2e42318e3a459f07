//! The categories of threats that a method has, and other ways to write them.

use super::threat_model::Method;

/// A category: its name, and other ways to write it.
pub type Category = (&'static str, &'static [&'static str]);

const STRIDE: [Category; 6] = [
    ("Spoofing", &["s"]),
    ("Tampering", &["t"]),
    ("Repudiation", &["r"]),
    ("Information disclosure", &["i", "disclosure", "information leak"]),
    ("Denial of service", &["d", "dos"]),
    ("Elevation of privilege", &["e", "eop", "privilege escalation"]),
];

const LINDDUN: [Category; 7] = [
    ("Linking", &["l", "linkability"]),
    ("Identifying", &["i", "identifiability"]),
    ("Non-repudiation", &["nr"]),
    ("Detecting", &["d", "detectability"]),
    ("Data disclosure", &["dd", "disclosure of information", "information disclosure"]),
    ("Unawareness", &["u", "unawareness and unintervenability"]),
    ("Non-compliance", &["nc"]),
];

const CIA: [Category; 3] = [("Confidentiality", &["c"]), ("Integrity", &["i"]), ("Availability", &["a"])];

/// The categories of a method; none where it leaves them to the team.
pub fn of(method: Method) -> &'static [Category] {
    match method {
        Method::Stride => &STRIDE,
        Method::Linddun => &LINDDUN,
        Method::Cia => &CIA,
        Method::AttackTree | Method::Other => &[],
    }
}

/// The place of a category in its method's list, however it is written.
pub fn place(known: &[Category], written: &str) -> Option<usize> {
    let folded = fold(written);
    known.iter().position(|(name, others)| fold(name) == folded || others.iter().any(|other| fold(other) == folded))
}

/// A category without what does not count: case, hyphens, blanks around it.
pub fn fold(text: &str) -> String {
    text.to_lowercase().replace(['-', '_'], " ").trim().to_owned()
}
