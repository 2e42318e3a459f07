//! Where text comes from and where pages go: the three path types, spans, and the tree of sources.
//!
//! In: nothing. Out: [`SourcePath`], [`Permalink`], [`OutputPath`], [`Span`], [`Lines`], [`SourceTree`], [`OutputTree`].
//! This file knows nothing of YAML, Markdown or the disk.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A file of the knowledge base, relative to its root, always with `/`: `content/findings/ssrf.md`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// A path from text that already has the form `a/b/c`; backslashes are not separators here.
    #[must_use]
    pub fn new(path: &str) -> Self {
        Self(Arc::from(path))
    }

    /// The whole path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder part without a trailing slash; empty for a file at the root.
    #[must_use]
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last segment: `ssrf.md`.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// The file name without its last extension: `ssrf`.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => name,
        }
    }

    /// The extension in the case it was written, without the dot; empty when there is none.
    #[must_use]
    pub fn extension(&self) -> &str {
        let name = self.file_name();
        match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension,
            _ => "",
        }
    }

    /// The rest of the path below `folder` (`""` is the root), if it lies there.
    #[must_use]
    pub fn below(&self, folder: &str) -> Option<&str> {
        if folder.is_empty() {
            return Some(&self.0);
        }
        self.0.strip_prefix(folder)?.strip_prefix('/')
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl Borrow<str> for SourcePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The address of a page inside the site, unescaped, from the site's root: `/findings/ssrf/`.
/// It begins with `/`; it ends with `/` unless it names a file (`/404.html`, `/feed.xml`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permalink(Arc<str>);

impl Permalink {
    /// A permalink from its path; a missing first slash is added.
    #[must_use]
    pub fn new(path: &str) -> Self {
        if path.starts_with('/') { Self(Arc::from(path)) } else { Self(Arc::from(format!("/{path}"))) }
    }

    /// The whole path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file that is served at this address.
    #[must_use]
    pub fn output_path(&self) -> OutputPath {
        let path = self.0.trim_start_matches('/');
        if path.is_empty() || path.ends_with('/') {
            OutputPath(Arc::from(format!("{path}index.html")))
        } else {
            OutputPath(Arc::from(path))
        }
    }
}

impl fmt::Display for Permalink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file of the site, relative to the output folder, always with `/`: `findings/ssrf/index.html`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath(Arc<str>);

impl OutputPath {
    /// A path from text of the form `a/b.html`; leading slashes are dropped.
    #[must_use]
    pub fn new(path: &str) -> Self {
        Self(Arc::from(path.trim_start_matches('/')))
    }

    /// The whole path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for OutputPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A half-open range of bytes, counted from the top of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end`; an end before the start gives an empty span at the start.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The same span moved `by` bytes towards the end.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A value with the place it was written at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands in its file.
    pub span: Span,
}

impl<T> At<T> {
    /// A value at a place.
    #[must_use]
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T> std::ops::Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A position for people: 1-based line, 1-based column in Unicode code points. A line ends at `\n`, `\r\n` or a lone `\r`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1; a byte order mark at the top of the file takes no column.
    pub column: usize,
}

/// The starts of the lines of one text, for turning byte offsets into positions.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Reads the line starts of `text`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (i, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
                starts.push(i + 1);
            }
        }
        Self { text, starts }
    }

    /// The position of a byte offset; one past the end, or inside a character, counts as the character it is in.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or("");
        let before = if start == 0 { before.strip_prefix('\u{feff}').unwrap_or(before) } else { before };
        Position { line, column: before.chars().count() + 1 }
    }
}

/// The text of a file, sharing the file's own bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(Arc<[u8]>);

impl Text {
    /// The bytes as text, if they are UTF-8.
    #[must_use]
    pub fn new(bytes: Arc<[u8]>) -> Option<Self> {
        std::str::from_utf8(&bytes).is_ok().then_some(Self(bytes))
    }
}

impl std::ops::Deref for Text {
    type Target = str;

    /// Reading the bytes again as text costs a fraction of a microsecond a page, and saves a copy of every page.
    fn deref(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// One file as it was found.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its content.
    pub bytes: Arc<[u8]>,
    /// What git knows of it, where it was asked.
    pub history: Option<History>,
}

impl SourceFile {
    /// A file with this content and no history.
    #[must_use]
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { bytes: bytes.into(), history: None }
    }

    /// The content as text, or nothing when it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }
}

/// First and last commit day of a file (ISO days, of the author) and its authors' names, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Day of the first commit, `YYYY-MM-DD`.
    pub created: String,
    /// Day of the last commit, `YYYY-MM-DD`.
    pub updated: String,
    /// Names as git has them, in the order of their first commit.
    pub authors: Vec<String>,
}

/// Every file that a site is made of: the one door through which the outside comes in.
#[derive(Clone, Debug, Default)]
pub struct SourceTree {
    /// Files by their path from the root: content, static files, templates and themes, configuration.
    pub files: BTreeMap<SourcePath, SourceFile>,
}

impl SourceTree {
    /// Adds a file; for tests and for `init`.
    pub fn insert(&mut self, path: &str, bytes: impl Into<Arc<[u8]>>) {
        self.files.insert(SourcePath::new(path), SourceFile::new(bytes));
    }

    /// The file at this path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&SourceFile> {
        self.files.get(path)
    }

    /// The text of the file at this path, if it is there and is UTF-8.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path).and_then(SourceFile::text)
    }

    /// The files below a folder (`""` is the root), in order of their paths.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a SourcePath, &'a SourceFile)> {
        let first = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let prefix = first.clone();
        self.files.range(SourcePath::new(&first)..).take_while(move |(path, _)| path.as_str().starts_with(&prefix))
    }
}

/// A finished site: every file with its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputTree {
    /// Files by their path from the output folder.
    pub files: BTreeMap<OutputPath, Arc<[u8]>>,
    /// Files of which it is known that they stand in the output folder as they should; their bytes are not here.
    pub standing: BTreeSet<OutputPath>,
}

impl OutputTree {
    /// Where its files go, in order.
    pub fn paths(&self) -> BTreeSet<&OutputPath> {
        self.files.keys().chain(&self.standing).collect()
    }
}
