//! A build that was made before: what it said, for a run with the same sources.
//!
//! In: everything that a build is made of, as [`key`]. Out: what it said as bytes, and [`Said`] from bytes. Bytes that are damaged, of another
//! format or of another key say nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Summary;
use crate::diagnostic::{Diagnostic, Place, Severity, codes};
use crate::model::config::Config;
use crate::model::kind::Kind;
use crate::source::{OutputPath, SourcePath, SourceTree, Span};

/// What each page of a site was drawn from, as a hash of its view and theme, by each of its addresses.
pub type Pages = BTreeMap<OutputPath, [u8; 32]>;

/// What a build said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Everything that was wrong, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// Its counts.
    pub summary: Summary,
    /// What its pages were drawn from.
    pub pages: Pages,
}

/// A hash of everything that a build is made of: the program, every file, what git says of it, the configuration with all choices of the command
/// line, and what was wrong before the first stage.
#[must_use]
pub fn key(program: &[u8], tree: &SourceTree, config: &Config, earlier: &[Diagnostic]) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |bytes: &[u8]| {
        hasher.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes()).update(bytes);
    };
    add(program);
    // What can be seen of a value in a debugger is all of it: no field can be forgotten here.
    add(format!("{config:?}").as_bytes());
    add(format!("{earlier:?}").as_bytes());
    for (path, file) in &tree.files {
        add(path.as_str().as_bytes());
        add(&file.bytes);
        add(format!("{:?}", file.history).as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    program: String,
    drawn: Vec<(String, String)>,
    diagnostics: Vec<KeptDiagnostic>,
    pages: usize,
    by_kind: Vec<(String, usize)>,
    made: usize,
    links: usize,
    assets: usize,
    held_back: Vec<(String, usize)>,
}

type KeptPlace = (String, Option<(usize, usize)>);

#[derive(Serialize, Deserialize)]
struct KeptDiagnostic {
    code: String,
    severity: String,
    message: String,
    place: Option<KeptPlace>,
    help: Option<String>,
    related: Vec<(KeptPlace, String)>,
}

impl Said {
    /// What was said, as bytes that hold their own checksum.
    #[must_use]
    pub fn bytes(&self, key: &str, program: &[u8]) -> Vec<u8> {
        let Summary { pages, by_kind, made, links, assets, held_back } = &self.summary;
        let kept = Kept {
            key: key.to_owned(),
            program: blake3::hash(program).to_hex().to_string(),
            drawn: self
                .pages
                .iter()
                .map(|(path, key)| (path.as_str().to_owned(), blake3::Hash::from(*key).to_hex().to_string()))
                .collect(),
            diagnostics: self.diagnostics.iter().map(keep).collect(),
            pages: *pages,
            by_kind: by_kind.iter().map(|(kind, count)| (kind.as_str().to_owned(), *count)).collect(),
            made: *made,
            links: *links,
            assets: *assets,
            held_back: held_back.iter().map(|(why, count)| (why.clone(), *count)).collect(),
        };
        let body = serde_json::to_vec(&kept).unwrap_or_default();
        let mut bytes = blake3::hash(&body).to_hex().as_bytes().to_vec();
        bytes.push(b'\n');
        bytes.extend(body);
        bytes
    }

    /// What was said under this key.
    #[must_use]
    pub fn read(bytes: &[u8], key: &str) -> Option<Self> {
        let kept = open(bytes).filter(|kept| kept.key == key)?;
        let diagnostics = kept.diagnostics.into_iter().map(tell).collect::<Option<Vec<_>>>()?;
        let kind =
            |(name, count): (String, usize)| Some((Kind::ALL.into_iter().find(|kind| kind.as_str() == name)?, count));
        let summary = Summary {
            pages: kept.pages,
            by_kind: kept.by_kind.into_iter().map(kind).collect::<Option<Vec<_>>>()?,
            made: kept.made,
            links: kept.links,
            assets: kept.assets,
            held_back: kept.held_back.into_iter().collect(),
        };
        Some(Self { diagnostics, summary, pages: drawn(kept.drawn)? })
    }
}

/// What the pages of an earlier build were drawn from, if the same program made it.
#[must_use]
pub fn pages(bytes: &[u8], program: &[u8]) -> Option<Pages> {
    let same = |kept: &Kept| kept.program == blake3::hash(program).to_hex().as_str();
    drawn(open(bytes).filter(same)?.drawn)
}

/// What was kept, if its checksum is right.
fn open(bytes: &[u8]) -> Option<Kept> {
    let (checksum, body) = bytes.split_at_checked(blake3::OUT_LEN * 2)?;
    let body = body.strip_prefix(b"\n")?;
    let sound = blake3::hash(body).to_hex().as_bytes() == checksum;
    sound.then(|| serde_json::from_slice(body).ok()).flatten()
}

fn drawn(kept: Vec<(String, String)>) -> Option<Pages> {
    kept.into_iter()
        .map(|(path, key)| Some((OutputPath::new(&path), *blake3::Hash::from_hex(key).ok()?.as_bytes())))
        .collect()
}

fn keep(diagnostic: &Diagnostic) -> KeptDiagnostic {
    let place =
        |place: &Place| (place.path.as_str().to_owned(), place.span.as_ref().map(|span| (span.start, span.end)));
    KeptDiagnostic {
        code: diagnostic.code.name.to_owned(),
        severity: diagnostic.severity.as_str().to_owned(),
        message: diagnostic.message.clone(),
        place: diagnostic.place.as_ref().map(place),
        help: diagnostic.help.clone(),
        related: diagnostic.related.iter().map(|(at, why)| (place(at), why.clone())).collect(),
    }
}

fn tell(kept: KeptDiagnostic) -> Option<Diagnostic> {
    let place = |(path, span): KeptPlace| Place {
        path: SourcePath::new(&path),
        span: span.map(|(start, end)| Span::new(start, end)),
    };
    let severities = [Severity::Error, Severity::Warning, Severity::Due];
    Some(Diagnostic {
        code: codes::ALL.iter().find(|code| code.name == kept.code)?,
        severity: severities.into_iter().find(|severity| severity.as_str() == kept.severity)?,
        message: kept.message,
        place: kept.place.map(place),
        help: kept.help,
        related: kept.related.into_iter().map(|(at, why)| (place(at), why)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> Said {
        let path = SourcePath::new("content/a.md");
        let one = Diagnostic::new(&codes::BROKEN_LINK, "leads nowhere")
            .at(&path, Span::new(3, 7))
            .help("mend it")
            .related(&path, None, "first here");
        let two = Diagnostic::new(&codes::BROKEN_LINK, "softer").on(&path).softened();
        let summary = Summary {
            pages: 4,
            by_kind: vec![(Kind::Finding, 3)],
            made: 2,
            links: 9,
            assets: 1,
            held_back: [("draft".to_owned(), 1)].into(),
        };
        let pages = [(OutputPath::new("a/index.html"), [7; 32])].into();
        Said { diagnostics: vec![one, two], summary, pages }
    }

    #[test]
    fn what_was_said_comes_back_whole_and_only_under_its_key() {
        let bytes = said().bytes("k", b"p");
        assert_eq!(Said::read(&bytes, "k"), Some(said()));
        assert_eq!(Said::read(&bytes, "other"), None);
        assert_eq!(pages(&bytes, b"p"), Some(said().pages));
        assert_eq!(pages(&bytes, b"other"), None);
    }

    #[test]
    fn damaged_bytes_say_nothing() {
        let bytes = said().bytes("k", b"p");
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(Said::read(&damaged, "k"), None, "byte {at}");
            assert_eq!(Said::read(&bytes[..at], "k"), None, "cut at {at}");
        }
    }

    #[test]
    fn the_key_knows_every_part() {
        let mut tree = SourceTree::default();
        tree.insert("content/a.md", b"a".to_vec());
        let config = Config::loose(jiff::civil::date(2026, 1, 1));
        let own = key(b"p", &tree, &config, &[]);
        assert_eq!(own, key(b"p", &tree, &config, &[]));
        let mut other = tree.clone();
        other.insert("content/a.md", b"b".to_vec());
        let mut renamed = SourceTree::default();
        renamed.insert("content/b.md", b"a".to_vec());
        let drafts = Config { drafts: !config.drafts, ..config.clone() };
        let earlier = [Diagnostic::new(&codes::BROKEN_LINK, "x")];
        let others = [
            key(b"q", &tree, &config, &[]),
            key(b"p", &other, &config, &[]),
            key(b"p", &renamed, &config, &[]),
            key(b"p", &tree, &drafts, &[]),
            key(b"p", &tree, &config, &earlier),
        ];
        assert!(others.iter().all(|other| *other != own));
    }
}
