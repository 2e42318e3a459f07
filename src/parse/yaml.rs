//! YAML text becomes one tree in which everything has its place.
//!
//! In: a range of a file. Out: a [`Node`] with byte offsets from the top of the file, or one diagnostic. Limits keep bombs out: bytes, depth, nodes and aliases.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_yaml::granit_parser::{self as granit, Event, Parser, ScalarStyle, ScanError};

use crate::diagnostic::{Checked, Code, Diagnostic, codes};
use crate::model::field::shortened;
use crate::model::node::{Node, Value};
use crate::source::{At, SourcePath, Span};

/// Largest YAML text read, in bytes.
const MAX_BYTES: usize = 4 << 20;
/// Deepest nesting.
const MAX_DEPTH: usize = 64;
/// Most values, counting each use of an alias as a copy of what it stands for.
const MAX_NODES: usize = 200_000;

/// Reads the YAML in `range` of `text`; nothing when it is empty or could not be read. `syntax` is the code for a syntax error.
pub fn read(path: &SourcePath, text: &str, range: Range<usize>, syntax: &'static Code) -> Checked<Option<Node>> {
    let start = range.start;
    let Some(yaml) = text.get(range) else { return Checked::clean(None) };
    if yaml.len() > MAX_BYTES {
        let message = format!("the YAML is {} KB long; the limit is {} MB", yaml.len() >> 10, MAX_BYTES >> 20);
        let diagnostic = Diagnostic::new(&codes::FRONT_MATTER_LIMIT, message)
            .at(path, Span::new(start, start))
            .help("move long texts into the body of the page");
        return Checked { value: None, diagnostics: vec![diagnostic] };
    }
    let mut builder = Builder {
        path,
        start,
        syntax,
        length: yaml.len(),
        nodes: 0,
        anchors: BTreeMap::new(),
        diagnostics: Vec::new(),
    };
    let value = builder.document(yaml);
    let mut diagnostics = builder.diagnostics;
    let value = value.unwrap_or_else(|diagnostic| {
        diagnostics.push(*diagnostic);
        None
    });
    Checked { value, diagnostics }
}

/// One error is enough to give a tree up; boxed, since it is rare and large.
type Fault = Box<Diagnostic>;

struct Builder<'a> {
    path: &'a SourcePath,
    start: usize,
    syntax: &'static Code,
    length: usize,
    nodes: usize,
    anchors: BTreeMap<usize, Node>,
    diagnostics: Vec<Diagnostic>,
}

/// A collection that is still open.
struct Open {
    span: Span,
    anchor: usize,
    /// None for a list.
    entries: Option<Vec<(At<String>, Node)>>,
    items: Vec<Node>,
    /// A key that waits for its value.
    key: Option<Node>,
}

impl Builder<'_> {
    fn document(&mut self, yaml: &str) -> Result<Option<Node>, Fault> {
        let options =
            granit::options! { flow_nesting_limit: MAX_DEPTH, block_nesting_limit: MAX_DEPTH, emit_comments: false };
        let mut parser = Parser::new_from_str_with_options(yaml, options);
        let mut stack: Vec<Open> = Vec::new();
        let mut root: Option<Node> = None;
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| self.syntax_error(&error))?;
            let span = self.span(span);
            if let Event::DocumentStart(..) = event {
                documents += 1;
                if documents > 1 {
                    let help = Some("keep one document; remove the line `---` inside");
                    return Err(self.fault(self.syntax, span, "a second YAML document", help));
                }
            }
            let done = self.event(event, span, &mut stack)?;
            self.nodes += 1;
            self.limits(span, stack.len())?;
            if let Some(node) = done {
                match stack.last_mut() {
                    Some(open) => self.add(open, node)?,
                    None => root = Some(node),
                }
            }
        }
        Ok(root.filter(|node| node.value != Value::Null))
    }

    /// What one event finishes.
    fn event(&mut self, event: Event<'_>, span: Span, stack: &mut Vec<Open>) -> Result<Option<Node>, Fault> {
        let open =
            |anchor: usize, entries: Option<Vec<_>>| Open { span, anchor, entries, items: Vec::new(), key: None };
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let node = Node { value: scalar(&text, style), span };
                self.remember(anchor, &node);
                return Ok(Some(node));
            }
            Event::Alias(id) => {
                let Some(copy) = self.anchors.get(&id).cloned() else {
                    return Err(self.fault(
                        self.syntax,
                        span,
                        "an alias inside its own value",
                        Some("write the value out"),
                    ));
                };
                self.nodes += count(&copy);
                return Ok(Some(Node { span, ..copy }));
            }
            Event::SequenceStart(_, anchor, _) => stack.push(open(anchor, None)),
            Event::MappingStart(_, anchor, _) => stack.push(open(anchor, Some(Vec::new()))),
            Event::SequenceEnd | Event::MappingEnd => return Ok(stack.pop().map(|open| self.close(open, span))),
            _ => {}
        }
        Ok(None)
    }

    fn limits(&self, span: Span, depth: usize) -> Result<(), Fault> {
        let message = match (self.nodes > MAX_NODES, depth > MAX_DEPTH) {
            (_, true) => "the YAML is nested too deeply",
            (true, _) => "the YAML has too many values",
            (false, false) => return Ok(()),
        };
        let help = Some("move long data into the text or into a registry");
        Err(self.fault(&codes::FRONT_MATTER_LIMIT, span, message, help))
    }

    fn add(&mut self, open: &mut Open, node: Node) -> Result<(), Fault> {
        let Some(entries) = &mut open.entries else {
            open.items.push(node);
            return Ok(());
        };
        let Some(key) = open.key.take() else {
            open.key = Some(node);
            return Ok(());
        };
        let text = match &key.value {
            Value::Scalar { text, .. } => text.clone(),
            Value::Null => "null".to_owned(),
            _ => {
                return Err(self.fault(
                    self.syntax,
                    key.span,
                    "a key must be a single word",
                    Some("write a word, then `: ` and its value"),
                ));
            }
        };
        if let Some((first, _)) = entries.iter().find(|(name, _)| name.value == text) {
            let message = format!("`{}` stands twice", shortened(&text));
            self.diagnostics.push(
                Diagnostic::new(&codes::DUPLICATE_KEY, message)
                    .at(self.path, key.span)
                    .related(self.path, Some(first.span), "first here")
                    .help("keep one of the two"),
            );
            return Ok(());
        }
        entries.push((At::new(text, key.span), node));
        Ok(())
    }

    fn close(&mut self, open: Open, end: Span) -> Node {
        let mut span = Span::new(open.span.start, end.end.max(open.span.end));
        let value = if let Some(entries) = open.entries {
            if let Some((first, last)) = entries.first().zip(entries.last()) {
                // A block mapping has no end of its own; it ends with its last value.
                let block_end = if end.end == end.start { last.1.span.end } else { end.end };
                span = Span::new(open.span.start.min(first.0.span.start), block_end);
            }
            Value::Map(entries)
        } else {
            if let Some(last) = open.items.last().filter(|_| end.end == end.start) {
                span = Span::new(open.span.start, last.span.end);
            }
            Value::List(open.items)
        };
        let node = Node { value, span };
        self.remember(open.anchor, &node);
        node
    }

    fn remember(&mut self, anchor: usize, node: &Node) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
    }

    fn span(&self, span: granit::Span) -> Span {
        let range = span.byte_range().unwrap_or(0..0);
        Span::new(range.start.min(self.length), range.end.min(self.length)).shifted(self.start)
    }

    fn fault(&self, code: &'static Code, span: Span, message: &str, help: Option<&str>) -> Fault {
        Box::new(Diagnostic::new(code, message).at(self.path, span).maybe_help(help.map(str::to_owned)))
    }

    fn syntax_error(&self, error: &ScanError) -> Fault {
        let at = error.marker().byte_offset().unwrap_or(0).min(self.length) + self.start;
        let text = error.info().clone();
        let deep = text.contains("nesting") || text.contains("recursion") || text.contains("depth");
        let code = if deep { &codes::FRONT_MATTER_LIMIT } else { self.syntax };
        let help = if text.contains("mapping values are not allowed") || text.contains("simple key") {
            "a value with `: ` in it needs quotes"
        } else if text.contains("tab") {
            "indent with spaces"
        } else {
            "quotes around texts with `:`, `#`, `[`, `{`, `*`, `&` or `@` at a critical place help most often"
        };
        self.fault(code, Span::new(at, at), &text, Some(help))
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    let plain = style == ScalarStyle::Plain;
    if plain && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
        return Value::Null;
    }
    Value::Scalar { text: text.to_owned(), plain }
}

fn count(node: &Node) -> usize {
    match &node.value {
        Value::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Map(entries) => 1 + entries.iter().map(|(_, node)| 1 + count(node)).sum::<usize>(),
        _ => 1,
    }
}
