//! Whose file it is: paths of a scan against the services' globs.
//!
//! In: the registry. Out: [`Places`], which turns a path into a small number, and the number into a service and a language.
//! A path may be absolute, an address (`file:///…`) or percent-encoded: a glob may fit what is left of it from any folder on.

use std::collections::HashMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::model::registry::Registry;

/// Languages by file extension; the words are those of the `languages` field.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("c", &["c", "h"]),
    ("cpp", &["cc", "cpp", "cxx", "hpp"]),
    ("csharp", &["cs"]),
    ("dockerfile", &["dockerfile"]),
    ("go", &["go"]),
    ("html", &["html", "htm"]),
    ("java", &["java", "jsp"]),
    ("javascript", &["js", "jsx", "mjs", "cjs"]),
    ("kotlin", &["kt", "kts"]),
    ("php", &["php"]),
    ("python", &["py", "pyi"]),
    ("ruby", &["rb", "erb"]),
    ("rust", &["rs"]),
    ("scala", &["scala"]),
    ("shell", &["sh", "bash"]),
    ("sql", &["sql"]),
    ("swift", &["swift"]),
    ("terraform", &["tf"]),
    ("typescript", &["ts", "tsx"]),
    ("yaml", &["yaml", "yml"]),
];

/// Paths remembered at once; a scan names a file many times in a row.
const REMEMBERED: usize = 1 << 15;

/// The services' globs, and what was asked of them.
pub struct Places {
    globs: GlobSet,
    /// For each glob its service, and how much of it is no wildcard.
    owners: Vec<(usize, usize)>,
    services: Vec<String>,
    seen: HashMap<String, u32>,
}

impl Places {
    /// Reads the globs of the services; one that is no glob fits nothing.
    #[must_use]
    pub fn new(registry: &Registry) -> Self {
        let mut builder = GlobSetBuilder::new();
        let mut owners = Vec::new();
        let services: Vec<String> = registry.services.keys().cloned().collect();
        for (service, entry) in registry.services.values().enumerate() {
            for path in &entry.value.paths {
                let text = path.value.trim().trim_start_matches("./").trim_start_matches('/');
                // A folder stands for everything in it.
                let text = if text.ends_with('/') { format!("{text}**") } else { text.to_owned() };
                if let Ok(glob) = GlobBuilder::new(&text).literal_separator(true).backslash_escape(true).build() {
                    builder.add(glob);
                    owners.push((service, text.chars().filter(|c| !"*?[]{}".contains(*c)).count()));
                }
            }
        }
        let globs = builder.build().unwrap_or_else(|_| GlobSet::empty());
        Self { globs, owners, services, seen: HashMap::new() }
    }

    /// A number for the place of a file, never 0.
    pub fn number(&mut self, path: &str) -> u32 {
        if let Some(number) = self.seen.get(path) {
            return *number;
        }
        let decoded = decoded(path);
        let service = self.service_of(&decoded).map_or(0, |service| service + 1);
        let language = language_of(&decoded).map_or(0, |language| language + 1);
        let number = 1 + service + language * (self.services.len() + 1);
        let number = u32::try_from(number).unwrap_or(1);
        if self.seen.len() >= REMEMBERED {
            self.seen.clear();
        }
        self.seen.insert(path.to_owned(), number);
        number
    }

    /// The service of a place.
    #[must_use]
    pub fn service(&self, number: u32) -> Option<&str> {
        let at = usize::try_from(number.checked_sub(1)?).ok()? % (self.services.len() + 1);
        self.services.get(at.checked_sub(1)?).map(String::as_str)
    }

    /// The language of a place.
    #[must_use]
    pub fn language(&self, number: u32) -> Option<&'static str> {
        let at = usize::try_from(number.checked_sub(1)?).ok()? / (self.services.len() + 1);
        LANGUAGES.get(at.checked_sub(1)?).map(|(name, _)| *name)
    }

    /// The service whose glob says most about the path; of equals the first by id.
    fn service_of(&self, path: &str) -> Option<usize> {
        let path = path.split_once("://").map_or(path, |(_, rest)| rest);
        let whole = path.trim_start_matches("./").trim_start_matches('/');
        let mut rest = Some(whole);
        while let Some(path) = rest {
            let fitting = self.globs.matches(path);
            let owners = fitting.iter().filter_map(|at| self.owners.get(*at));
            if let Some((service, _)) = owners.max_by_key(|(service, said)| (*said, usize::MAX - service)) {
                return Some(*service);
            }
            rest = path.split_once('/').map(|(_, rest)| rest);
        }
        None
    }
}

fn language_of(path: &str) -> Option<usize> {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name).to_lowercase();
    let extension = name.rsplit_once('.').map_or(name.as_str(), |(_, extension)| extension);
    LANGUAGES.iter().position(|(_, extensions)| extensions.contains(&extension))
}

/// A path with its `%20`s resolved and forward slashes.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()).filter(|_| *first == b'%');
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(if *first == b'\\' { b'/' } else { *first });
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
