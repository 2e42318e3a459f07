//! Edits of every sort, to every sort of page.
//!
//! In: a knowledge base in memory. Out: the same with one thing changed.

use std::path::Path;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tiltyard::source::{SourceFile, SourcePath, SourceTree};

use crate::mutate::{Change, change, changed};

/// The sample as the command line would read it.
pub static SAMPLE: LazyLock<SourceTree> = LazyLock::new(|| {
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
});

/// Which pages of the sample a script begins with: every n-th, and all data.
#[derive(Clone, Debug)]
pub struct Part {
    every: usize,
    from: usize,
}

/// A part of the sample.
pub fn part() -> impl Strategy<Value = Part> {
    (select(vec![4, 8, 12, 16, 16, 16, 20, 20, 20, 20]), 0..20usize).prop_map(|(every, from)| Part { every, from })
}

impl Part {
    /// Every sixteenth page.
    pub fn small() -> Self {
        Self { every: 16, from: 0 }
    }

    /// That part. The documentation has many pages of one sort, so fewer of them are taken.
    pub fn of(&self, sample: &SourceTree) -> SourceTree {
        let mut tree = SourceTree::default();
        let mut number = self.from;
        for (path, file) in &sample.files {
            let is_page = path.extension() == "md";
            number += usize::from(is_page);
            let every = if path.below("content/docs").is_some() { self.every * 3 } else { self.every };
            if !is_page || number.is_multiple_of(every) {
                tree.files.insert(path.clone(), file.clone());
            }
        }
        tree
    }
}

/// One thing that people do to a knowledge base.
#[derive(Clone, Debug)]
pub enum Edit {
    /// A paragraph more.
    Paragraph(Index, &'static str),
    /// A line of text is another.
    Word(Index, Index),
    /// A title, which every page that points here shows.
    Title(Index, &'static str),
    /// A line of the front matter.
    Field(Index, &'static str),
    /// Anything at all happens to a page.
    Spoil(Index, Vec<Change>),
    /// A link to another page.
    Link(Index, Index),
    /// A heading is called otherwise.
    Heading(Index),
    /// A page is gone.
    Delete(Index),
    /// A page is there twice, under another name.
    Copy(Index, &'static str),
    /// A page has another name.
    Rename(Index, &'static str),
    /// A folder has another name.
    MoveFolder(Index, &'static str),
    /// One of the site's own templates.
    Template(&'static str, &'static str),
    /// A style sheet of the site's own theme folder.
    Style(&'static str),
    /// A line of the configuration.
    Config(&'static str),
    /// Anything happens to a registry.
    Registry(Index, Vec<Change>),
    /// What a folder says for its pages.
    Defaults(&'static str, &'static str),
    /// A file that is published as it is.
    Static(&'static str, &'static str),
    /// Several at once, as git does it.
    Together(Vec<Edit>),
}

const TITLES: &[&str] = &["A new name", "Änderung <b>& mehr</b>", "zz last", "Aa first", "", "12 things"];
const NAMES: &[&str] =
    &["other.md", "index.md", "README.md", "Ünïcode name.md", "a/b/deep.md", "glossary.md", "other.MD"];
const TEXT: &[&str] = &[
    "More words.",
    "See CWE-89, A03:2021 and `code`.",
    "[[sql-injection]] and [nowhere](no-such.md).",
    "## Another heading\n\nWords.",
    "```python\nx = 1\n```",
    "<div id=\"here\">raw</div>",
    "![none](no.png) [[service:parcel-api]] [[no such]]",
];
const FIELDS: &[&str] = &[
    "status: draft",
    "status: retired",
    "status: approved",
    "audience: internal",
    "audience: public",
    "tags: [new-tag, api]",
    "order: 1",
    "summary: Something else in one sentence.",
    "reviewed: 2020-01-01",
    "review_every: 1mo",
    "redirect_from: [/old/address/]",
    "slug: moved-here",
    "id: another-id",
    "owners: [nobody]",
    "lang: de",
    "aliases: [sqli]",
    "visibility: hidden",
    "visibility: pseudonym",
    "cwe: [79]",
    "related: [no-such-page]",
];
const CONFIG: &[&str] = &[
    "title: Another title",
    "links: warn",
    "base_url: https://kb.example/sub",
    "today: 2030-01-01",
    "small_count: 2",
    "theme: other",
    "repo_url: https://git.example/kb",
    "nonsense: true",
    "audience: internal",
];
const TEMPLATES: &[(&str, &str)] = &[
    ("templates/partials/footer.html", "<footer>mine {{ site.title }}</footer>\n"),
    ("templates/partials/footer.html", "<footer>{{ no_such.thing }}</footer>\n"),
    ("templates/partials/footer.html", "{% if %}\n"),
    (
        "templates/finding.html",
        "{% extends \"base.html\" %}{% block content %}<p>{{ page.title }}</p>{% endblock content %}\n",
    ),
    ("themes/tiltyard/templates/404.html", "<!doctype html><title>gone</title>\n"),
    ("themes/other/theme.yaml", "scripts: []\n"),
];

/// An edit.
pub fn edit() -> impl Strategy<Value = Edit> {
    let one = one().boxed();
    let several = vec(one.clone(), 2..4).prop_map(Edit::Together);
    prop_oneof![9 => one, 1 => several]
}

fn one() -> impl Strategy<Value = Edit> {
    let page = any::<Index>;
    prop_oneof![
        5 => (page(), select(TEXT)).prop_map(|(page, text)| Edit::Paragraph(page, text)),
        5 => (page(), page()).prop_map(|(page, line)| Edit::Word(page, line)),
        6 => (page(), select(TITLES)).prop_map(|(page, title)| Edit::Title(page, title)),
        6 => (page(), select(FIELDS)).prop_map(|(page, field)| Edit::Field(page, field)),
        4 => (page(), vec(change(), 1..3)).prop_map(|(page, changes)| Edit::Spoil(page, changes)),
        2 => (page(), page()).prop_map(|(page, to)| Edit::Link(page, to)),
        2 => page().prop_map(Edit::Heading),
        2 => page().prop_map(Edit::Delete),
        2 => (page(), select(NAMES)).prop_map(|(page, name)| Edit::Copy(page, name)),
        2 => (page(), select(NAMES)).prop_map(|(page, name)| Edit::Rename(page, name)),
        1 => (page(), select(&["moved", "findings", "Guides", "services"][..])).prop_map(|(page, to)| Edit::MoveFolder(page, to)),
        2 => select(TEMPLATES).prop_map(|(path, text)| Edit::Template(path, text)),
        1 => select(&["body { color: red }\n", "@import \"none.css\";\n", ""][..]).prop_map(Edit::Style),
        2 => select(CONFIG).prop_map(Edit::Config),
        2 => (page(), vec(change(), 1..3)).prop_map(|(file, changes)| Edit::Registry(file, changes)),
        1 => (select(&["content", "content/findings", "content/guides"][..]), select(FIELDS)).prop_map(|(folder, field)| Edit::Defaults(folder, field)),
        1 => (select(&["static/a.txt", "static/findings/index.html", "content/guides/new.png"][..]), select(&["one", "two"][..]))
            .prop_map(|(path, text)| Edit::Static(path, text)),
    ]
}

impl Edit {
    /// The knowledge base after it; nothing when there is nothing to do it to.
    pub fn apply(&self, tree: &SourceTree) -> Option<SourceTree> {
        let mut tree = tree.clone();
        self.to(&mut tree)?;
        Some(tree)
    }

    fn to(&self, tree: &mut SourceTree) -> Option<()> {
        match self {
            Self::Paragraph(page, text) => with(tree, page, |old| format!("{old}\n\n{text}\n")),
            Self::Word(page, line) => with(tree, page, |old| {
                let lines: Vec<&str> = old.lines().collect();
                let at = line.index(lines.len().max(1));
                let word = |(number, text): (usize, &&str)| {
                    if number == at { format!("{text} indeed") } else { (*text).to_owned() }
                };
                lines.iter().enumerate().map(word).collect::<Vec<_>>().join("\n")
            }),
            Self::Title(page, title) => with(tree, page, |old| field(&old, &format!("title: \"{title}\""))),
            Self::Field(page, line) => with(tree, page, |old| field(&old, line)),
            Self::Spoil(page, changes) => {
                let path = nth(tree, page, |path| path.extension() == "md")?;
                let bytes = changed(&tree.files.get(&path)?.bytes, changes);
                set(tree, path, bytes)
            }
            Self::Link(page, to) => {
                let to = nth(tree, to, |path| path.extension() == "md")?;
                let stem = to.stem().to_owned();
                with(tree, page, |old| {
                    format!("{old}\n\nSee [[{stem}]] and [it](/{}#fix).\n", to.below("content").unwrap_or(""))
                })
            }
            Self::Heading(page) => with(tree, page, |old| old.replacen("\n## ", "\n## Now ", 1)),
            Self::Delete(page) => {
                let path = nth(tree, page, |path| path.extension() == "md")?;
                tree.files.remove(&path).map(drop)
            }
            Self::Copy(page, name) | Self::Rename(page, name) => {
                let path = nth(tree, page, |path| path.extension() == "md")?;
                let file = tree.files.get(&path)?.clone();
                if matches!(self, Self::Rename(..)) {
                    tree.files.remove(&path);
                }
                tree.files.insert(SourcePath::new(&format!("{}/{name}", path.parent())), file);
                Some(())
            }
            Self::MoveFolder(page, name) => {
                let path = nth(tree, page, |path| path.extension() == "md" && path.parent() != "content")?;
                let (from, to) = (path.parent().to_owned(), format!("content/{name}"));
                let moved: Vec<SourcePath> = tree.below(&from).map(|(path, _)| path.clone()).collect();
                for path in moved {
                    let file = tree.files.remove(&path)?;
                    tree.files.insert(SourcePath::new(&format!("{to}/{}", path.below(&from)?)), file);
                }
                Some(())
            }
            Self::Template(path, text) | Self::Static(path, text) => {
                // The second time it is gone again.
                let path = SourcePath::new(path);
                if tree.files.get(&path).is_some_and(|file| *file.bytes == *text.as_bytes()) {
                    return tree.files.remove(&path).map(drop);
                }
                set(tree, path, text.as_bytes().to_vec())
            }
            Self::Style(text) => {
                set(tree, SourcePath::new("themes/tiltyard/assets/extra.css"), text.as_bytes().to_vec())
            }
            Self::Config(line) => {
                let path = SourcePath::new("tiltyard.yaml");
                let key = line.split(':').next()?;
                let old = tree.files.get(&path)?.text()?.to_owned();
                let kept: Vec<&str> = old.lines().filter(|line| !line.starts_with(&format!("{key}:"))).collect();
                set(tree, path, format!("{}\n{line}\n", kept.join("\n")).into_bytes())
            }
            Self::Registry(file, changes) => {
                let path = nth(tree, file, |path| path.below("content/_data").is_some())?;
                let bytes = changed(&tree.files.get(&path)?.bytes, changes);
                set(tree, path, bytes)
            }
            Self::Defaults(folder, line) => {
                set(tree, SourcePath::new(&format!("{folder}/_defaults.yaml")), format!("{line}\n").into_bytes())
            }
            Self::Together(edits) => {
                let mut any = None;
                for edit in edits {
                    any = edit.to(tree).or(any);
                }
                any
            }
        }
    }
}

/// Sets a line of the front matter.
fn field(text: &str, line: &str) -> String {
    let key = line.split(':').next().unwrap_or("");
    let Some(rest) = text.strip_prefix("---\n") else { return format!("---\n{line}\n---\n{text}") };
    let mut lines: Vec<&str> = rest.lines().collect();
    let end = lines.iter().position(|line| *line == "---").unwrap_or(0);
    match lines[..end].iter().position(|old| old.starts_with(&format!("{key}:"))) {
        Some(at) => lines[at] = line,
        None => lines.insert(0, line),
    }
    format!("---\n{}\n", lines.join("\n"))
}

fn nth(tree: &SourceTree, index: &Index, of: impl Fn(&SourcePath) -> bool) -> Option<SourcePath> {
    let paths: Vec<&SourcePath> = tree.files.keys().filter(|path| of(path)).collect();
    (!paths.is_empty()).then(|| paths[index.index(paths.len())].clone())
}

fn with(tree: &mut SourceTree, page: &Index, change: impl FnOnce(String) -> String) -> Option<()> {
    let path = nth(tree, page, |path| path.extension() == "md")?;
    let text = tree.files.get(&path)?.text()?.to_owned();
    set(tree, path, change(text).into_bytes())
}

fn set(tree: &mut SourceTree, path: SourcePath, bytes: Vec<u8>) -> Option<()> {
    if tree.files.get(&path).is_some_and(|file| *file.bytes == *bytes) {
        return None;
    }
    tree.files.insert(path, SourceFile::new(bytes));
    Some(())
}
