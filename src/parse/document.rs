//! A Markdown file becomes a document: front matter found, read and typed; body outlined.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::{text, yaml};
use crate::diagnostic::{Checked, Diagnostic, codes, did_you_mean};
use crate::markdown;
use crate::model::common::Common;
use crate::model::config::Config;
use crate::model::document::Document;
use crate::model::field::{Decoder, Field, Record};
use crate::model::kind::{Details, Kind};
use crate::model::node::{Node, Value};
use crate::source::{SourceFile, SourcePath, SourceTree, Span, Text};

/// Whether a file under the content folder is a page.
#[must_use]
pub fn is_page(path: &SourcePath, below: &str) -> bool {
    let extension = path.extension();
    (extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown"))
        && !below.split('/').any(|part| part == "_data" || part.starts_with('.'))
}

/// The fields that the `_defaults.yaml` of each folder gives to the pages below it.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// By folder, as a path under the root; empty mappings are left out.
    folders: BTreeMap<String, (SourcePath, Node)>,
}

impl Defaults {
    /// Reads every `_defaults.yaml` under the content folder.
    #[must_use]
    pub fn read(tree: &SourceTree, config: &Config) -> Checked<Self> {
        let mut defaults = Self::default();
        let mut diagnostics = Vec::new();
        if config.loose {
            return Checked::clean(defaults);
        }
        let known: Vec<&'static str> = Kind::ALL.into_iter().flat_map(Kind::fields).map(|field| field.name).collect();
        for (path, file) in tree.below(&config.content) {
            if path.file_name() != "_defaults.yaml" {
                continue;
            }
            let text = match text::of(path, file) {
                Ok(text) => text,
                Err(diagnostic) => {
                    diagnostics.push(*diagnostic);
                    continue;
                }
            };
            let node = yaml::read(path, text, 0..text.len(), &codes::CONFIG_SYNTAX);
            diagnostics.extend(node.diagnostics);
            let Some(node) = node.value else { continue };
            let mut decoder = Decoder::new(path.clone(), false);
            if matches!(node.value, Value::Map(_)) {
                decoder.unknown_keys(&node, &known);
            } else {
                decoder.wrong_type(&node, "a mapping of fields");
            }
            diagnostics.extend(decoder.diagnostics);
            defaults.folders.insert(path.parent().to_owned(), (path.clone(), node));
        }
        Checked { value: defaults, diagnostics }
    }

    /// The defaults that hold for a file, nearest folder first.
    fn of<'a>(&'a self, path: &'a SourcePath) -> impl Iterator<Item = &'a (SourcePath, Node)> {
        let mut folder = Some(path.parent());
        std::iter::from_fn(move || {
            let here = folder?;
            folder = if here.is_empty() { None } else { Some(here.rsplit_once('/').map_or("", |(parent, _)| parent)) };
            Some(self.folders.get(here))
        })
        .flatten()
    }
}

/// Reads one page; nothing when it is not text.
#[must_use]
pub fn document(
    path: &SourcePath,
    file: &SourceFile,
    defaults: &Defaults,
    config: &Config,
) -> Checked<Option<Document>> {
    let text = match text::of(path, file) {
        Ok(text) => text,
        Err(diagnostic) => return Checked { value: None, diagnostics: vec![*diagnostic] },
    };
    let mut diagnostics = Vec::new();
    let found = front_matter(path, text, config.loose);
    diagnostics.extend(found.diagnostics);
    let Found { node, range, body_start, readable } = found.value;
    let empty = Node { value: Value::Map(Vec::new()), span: Span::new(range.start, range.start) };
    let own = node.unwrap_or(empty);
    let mut decoder = Decoder::new(path.clone(), config.loose);
    decoder.what = "the front matter";
    let below = path.below(&config.content).unwrap_or(path.as_str());
    let kind = if config.loose { Kind::Page } else { kind(&own, below, &mut decoder) };
    let typed = typed(kind, &own, defaults, &mut decoder);
    // A front matter that could not be read says nothing about which fields are missing.
    if readable {
        diagnostics.append(&mut decoder.diagnostics);
    }
    let outline = markdown::outline(text, body_start);
    decoder.references.shrink_to_fit();
    let document = Document {
        path: path.clone(),
        kind,
        text: Text::new(file.bytes.clone()).unwrap_or_default(),
        body_start,
        front_matter: Span::from(range),
        common: Arc::new(typed.0),
        details: Arc::new(typed.1),
        references: decoder.references,
        outline,
        history: file.history.clone(),
    };
    Checked { value: Some(document), diagnostics }
}

/// The kind that the front matter or the folder says.
fn kind(own: &Node, below: &str, decoder: &mut Decoder) -> Kind {
    let by_folder = Kind::of_path(below);
    let Some(node) = own.get("kind") else { return by_folder };
    let Some(word) = node.text() else { return by_folder };
    Kind::parse(word).unwrap_or_else(|| {
        let words = Kind::ALL.into_iter().map(Kind::as_str);
        let help = did_you_mean(word, words.clone())
            .unwrap_or_else(|| format!("the kinds are {}", words.collect::<Vec<_>>().join(", ")));
        decoder.wrong(&codes::UNKNOWN_KIND, node.span, format!("`{word}` is not a kind of page"), Some(help));
        by_folder
    })
}

/// Decodes the common fields and the kind's own, with the folder's defaults for what the page does not say.
fn typed(kind: Kind, own: &Node, defaults: &Defaults, decoder: &mut Decoder) -> (Common, Details) {
    if !matches!(own.value, Value::Map(_)) {
        decoder.wrong_type(own, "a mapping of fields");
    }
    let fields: Vec<&'static Field> = kind.fields().collect();
    let names: Vec<&'static str> = fields.iter().map(|field| field.name).collect();
    decoder.unknown_keys(own, &names);
    let path = decoder.path.clone();
    for (lender, node) in defaults.of(&path) {
        for (key, _) in node.entries() {
            if own.get(&key.value).is_none() && !decoder.lent.contains_key(&key.value) {
                decoder.lent.insert(key.value.clone(), lender.clone());
            }
        }
    }
    let lenders = decoder.lent.clone();
    let lookup = |name: &str| -> Option<&Node> {
        own.get(name).or_else(|| {
            let lender = lenders.get(name)?;
            defaults.of(&path).find(|(path, _)| path == lender).and_then(|(_, node)| node.get(name))
        })
    };
    let status = lookup("status").and_then(Node::text);
    decoder.draft =
        kind != Kind::Page && kind != Kind::Champion && status.is_none_or(|word| word.eq_ignore_ascii_case("draft"));
    let own_names = kind.own_fields();
    let common_lookup = |name: &str| if own_names.iter().any(|field| field.name == name) { None } else { lookup(name) };
    let common = Common::decode_fields(own, decoder, &common_lookup);
    if kind != Kind::Page
        && common.owners.is_empty()
        && lookup("owners").is_none_or(|node| matches!(node.value, Value::Null | Value::List(_)))
    {
        owners_missing(own, decoder);
    }
    let details = match kind {
        Kind::Page => Details::Page,
        Kind::Finding => Details::Finding(Box::new(Record::decode_fields(own, decoder, &lookup))),
        Kind::ThreatModel => Details::ThreatModel(Box::new(Record::decode_fields(own, decoder, &lookup))),
        Kind::Review => Details::Review(Box::new(Record::decode_fields(own, decoder, &lookup))),
        Kind::Curriculum => Details::Curriculum(Box::new(Record::decode_fields(own, decoder, &lookup))),
        Kind::Module => Details::Module(Box::new(Record::decode_fields(own, decoder, &lookup))),
        Kind::Champion => Details::Champion(Box::new(Record::decode_fields(own, decoder, &lookup))),
    };
    (common, details)
}

fn owners_missing(own: &Node, decoder: &mut Decoder) {
    let mut diagnostic = Diagnostic::new(&codes::MISSING_FIELD, "`owners` is missing")
        .at(&decoder.path, Span::new(own.span.start, own.span.start))
        .help("owners: teams or people who answer for the page; a `_defaults.yaml` can say it for a whole folder");
    if decoder.draft {
        diagnostic = diagnostic.softened();
    }
    if !decoder.loose {
        decoder.diagnostics.push(diagnostic);
    }
}

struct Found {
    node: Option<Node>,
    /// The YAML between the lines.
    range: Range<usize>,
    body_start: usize,
    /// The YAML could be read.
    readable: bool,
}

fn front_matter(path: &SourcePath, text: &str, loose: bool) -> Checked<Found> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let none = |readable| Found { node: None, range: start..start, body_start: start, readable };
    let mut lines = lines(text, start);
    let Some(first) = lines.next() else { return Checked::clean(none(true)) };
    let marker = text.get(first.clone()).unwrap_or("").trim_end();
    // TOML between `+++` lines belongs to other generators; loose mode leaves it out of the page.
    let toml = loose && marker == "+++";
    if marker != "---" && !toml {
        return Checked::clean(none(true));
    }
    let close = lines.find(|line| {
        let line = text.get(line.clone()).unwrap_or("").trim_end();
        line == marker || (line == "..." && !toml)
    });
    let Some(close) = close else {
        if loose {
            return Checked::clean(none(true));
        }
        let diagnostic = Diagnostic::new(&codes::FRONT_MATTER_UNCLOSED, "the front matter that begins here has no end")
            .at(path, Span::new(first.start, first.start + 3))
            .help("close it with a line `---`; for a horizontal rule at the top of a page write `***`");
        return Checked { value: none(false), diagnostics: vec![diagnostic] };
    };
    let range = first.end..close.start;
    if toml {
        return Checked::clean(Found { node: None, range, body_start: close.end, readable: true });
    }
    let tree = yaml::read(path, text, range.clone(), &codes::FRONT_MATTER_SYNTAX);
    let is_map = tree.value.as_ref().is_none_or(|node| matches!(node.value, Value::Map(_)));
    if loose && !(tree.diagnostics.is_empty() && is_map) {
        // Two horizontal rules, or another tool's fields: text, as far as we can tell.
        let body_start = if is_map { close.end } else { start };
        return Checked::clean(Found { node: tree.value.filter(|_| is_map), range, body_start, readable: true });
    }
    let readable = tree.value.is_some() || tree.diagnostics.is_empty();
    let found = Found { node: tree.value, range, body_start: close.end, readable };
    Checked { value: found, diagnostics: tree.diagnostics }
}

/// The lines of a text from an offset on, each with its line end.
fn lines(text: &str, start: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = start;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let end = match rest.find(['\n', '\r']) {
            Some(found) if rest.get(found..).is_some_and(|rest| rest.starts_with("\r\n")) => at + found + 2,
            Some(found) => at + found + 1,
            None => text.len(),
        };
        let line = at..end;
        at = end;
        Some(line)
    })
}
