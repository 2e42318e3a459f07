//! What stands on finished pages: small sites, and the sample, built in memory and read as a reader would.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::unwrap_used,
    reason = "a test reads the sample from disk, and may fail loudly"
)]

mod around;
mod freshness;
mod lead;
mod levels;
mod lists;
mod requirements;
mod size;
mod titles;

use std::path::Path;
use std::sync::LazyLock;

use tiltyard::parse::Choices;
use tiltyard::pipeline::{self, Goal};
use tiltyard::source::{OutputPath, OutputTree, SourceTree};

/// The repository's own knowledge base.
pub fn sample_sources() -> SourceTree {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tree = SourceTree::default();
    for folder in ["content", "static", "templates"] {
        let files = walkdir::WalkDir::new(root.join(folder)).into_iter().filter_map(Result::ok);
        for entry in files.filter(|entry| entry.file_type().is_file()) {
            let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            tree.insert(&path, std::fs::read(entry.path()).unwrap());
        }
    }
    tree.insert("tiltyard.yaml", std::fs::read(root.join("tiltyard.yaml")).unwrap());
    tree
}

/// The sample as it is published.
pub static SAMPLE: LazyLock<OutputTree> = LazyLock::new(|| build(&sample_sources(), &Choices::default()));

/// Builds a site that must have no error.
pub fn build(tree: &SourceTree, choices: &Choices) -> OutputTree {
    let config = pipeline::configure(tree.files.get_key_value("tiltyard.yaml"), choices);
    let built = pipeline::build(tree, config.value, config.diagnostics, Goal::Files, &());
    assert!(
        !built.failed(),
        "{:#?}",
        built
            .diagnostics
            .iter()
            .filter(|one| one.severity == tiltyard::diagnostic::Severity::Error)
            .map(|one| (&one.place, &one.message))
            .collect::<Vec<_>>()
    );
    built.files
}

/// A site of small files: `(path, text)`.
pub fn site(files: &[(&str, &str)]) -> OutputTree {
    let mut tree = SourceTree::default();
    for (path, text) in files {
        tree.insert(path, text.as_bytes());
    }
    build(&tree, &Choices::default())
}

/// The HTML at an address such as `findings/sql-injection/`.
pub fn page(files: &OutputTree, address: &str) -> String {
    let bytes = files.files.get(&OutputPath::new(&format!("{address}index.html")));
    String::from_utf8(bytes.unwrap_or_else(|| panic!("there is no {address}")).to_vec()).unwrap()
}

/// The text of the `dd` beside a `dt`, without tags.
pub fn fact(html: &str, label: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("<dt>{label}</dt><dd>"))?;
    Some(text(rest.split("</dd>").next().unwrap()))
}

/// Text without its tags.
pub fn text(html: &str) -> String {
    let mut text = String::new();
    for (at, part) in html.split('<').enumerate() {
        text += if at == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) };
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
