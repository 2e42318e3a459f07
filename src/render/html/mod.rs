//! A body becomes HTML.
//!
//! In: the text of a page, where its links go, the words to explain. Out: one string of HTML, and what was asked for beside it.
//!
//! What `CommonMark` defines comes out as its standard says; what we add on purpose: ids and anchors of headings, figures around
//! code, a scrolling box around tables, classes instead of styles, and no address that runs something.

mod code;
pub mod escape;
mod link;
mod notes;
mod raw;
mod tags;
mod terms;

use crate::markdown::{Align, Events, Node, Passage, Tag, events, passages_of};
use crate::model::body::{LinkView, TermView};
use crate::render::highlight::Highlighter;
use notes::Notes;
use raw::Raw;
use terms::Terms;

/// A body and what it needs from outside itself.
#[derive(Clone, Copy, Debug)]
pub struct BodyInput<'a> {
    /// The whole file.
    pub text: &'a str,
    /// The byte after its front matter.
    pub start: usize,
    /// Where its links go, in the order of its outline; one that is missing becomes its own text.
    pub links: &'a [LinkView],
    /// Words to explain where they stand first.
    pub terms: &'a [TermView],
    /// Leave out the first heading if it is of level 1 and nothing stands before it.
    pub skip_title: bool,
}

/// What is asked of a body beside its HTML.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside {
    /// The first pair of examples stands apart, for a page that leads with it.
    pub pair: bool,
    /// What search reads of it.
    pub passages: bool,
}

/// A body as HTML, with what was asked for beside it.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The HTML.
    pub html: String,
    /// The first `bad` block with the `good` one after it; the body has a link to `#s-pair` in its place.
    pub pair: Option<String>,
    /// What stands under each heading.
    pub passages: Option<Vec<Passage>>,
}

/// Writes a body as HTML.
#[must_use]
pub fn body(input: &BodyInput<'_>, highlighter: &Highlighter) -> String {
    write(input, highlighter, Beside::default()).html
}

/// Writes a body as HTML, and what else is asked for.
#[must_use]
pub fn write(input: &BodyInput<'_>, highlighter: &Highlighter, beside: Beside) -> Body {
    let events = events(input.text, input.start);
    let mut writer = Writer {
        events: &events,
        links: input.links,
        highlighter,
        out: String::with_capacity(input.text.len() * 2),
        notes: Notes::new(&events),
        terms: Terms::new(input.terms),
        raw: Raw::beside(events.list.iter().filter_map(|event| match &event.node {
            Node::Open(Tag::Heading { id, .. }, _) => Some(id.as_str()),
            _ => None,
        })),
        anchors: Vec::new(),
        in_heading: false,
        columns: &[],
        column: 0,
        has_rows: false,
        lifts: beside.pair,
        pair: None,
    };
    let first = match events.list.first().map(|event| &event.node) {
        Some(Node::Open(Tag::Heading { level: 1, .. }, close)) if input.skip_title => close + 1,
        _ => 0,
    };
    writer.nodes(first, events.list.len());
    writer.footnotes();
    let Writer { out, raw, pair, .. } = writer;
    let passages = beside.passages.then(|| passages_of(&events));
    Body { html: raw.finish(out), pair, passages }
}

/// HTML in the making.
struct Writer<'i, 'e> {
    events: &'e Events<'i>,
    links: &'e [LinkView],
    highlighter: &'e Highlighter,
    out: String,
    notes: Notes<'e>,
    terms: Terms<'e>,
    raw: Raw,
    /// For every open link, whether it was written as one.
    anchors: Vec<bool>,
    in_heading: bool,
    /// How the columns of the table are aligned.
    columns: &'e [Align],
    /// The column of the next cell.
    column: usize,
    /// The table has a row below its head.
    has_rows: bool,
    /// The first pair of examples stands elsewhere.
    lifts: bool,
    /// That pair.
    pair: Option<String>,
}

impl<'e> Writer<'_, 'e> {
    /// Writes the events from one index up to another.
    fn nodes(&mut self, from: usize, to: usize) {
        let events = self.events;
        let mut index = from;
        while index < to {
            let Some(node) = events.node(index) else { return };
            index = match node {
                Node::Open(tag, close) => self.open(tag, index, *close),
                Node::CodeBlock(block) => self.code_block(block, index),
                other => {
                    self.leaf(other, index);
                    index + 1
                }
            };
        }
    }

    fn leaf(&mut self, node: &'e Node<'_>, index: usize) {
        match node {
            Node::Text(text) => self.prose(text),
            Node::Code(code) => {
                self.out.push_str("<code>");
                escape::text(&mut self.out, code);
                self.out.push_str("</code>");
            }
            Node::Close(open) => {
                if let Some(tag) = self.events.tag(*open) {
                    self.close(tag);
                }
            }
            Node::Html(html) => self.raw.write(&mut self.out, html, self.links),
            Node::HardBreak => self.out.push_str("<br>\n"),
            Node::Rule => {
                self.new_line();
                self.out.push_str("<hr>\n");
            }
            Node::FootnoteReference(label) => self.footnote_reference(label),
            Node::Task(done) => self.task(*done, index),
            Node::Open(..) | Node::CodeBlock(_) => {}
        }
    }

    /// Text, with words explained where they stand first: not in headings, links and code.
    fn prose(&mut self, text: &str) {
        let mut at = 0;
        if !self.in_heading && self.anchors.is_empty() && !self.raw.keeps_links_out() {
            while let Some((range, term)) = self.terms.next(text, at) {
                escape::text(&mut self.out, text.get(at..range.start).unwrap_or_default());
                at = range.end;
                self.term(term, text.get(range).unwrap_or_default());
            }
        }
        escape::text(&mut self.out, text.get(at..).unwrap_or_default());
    }

    fn term(&mut self, term: &TermView, word: &str) {
        let href = term.href.as_deref().filter(|href| escape::is_safe(href));
        if let Some(href) = href {
            self.out.push_str("<a class=\"term\" href=\"");
            escape::address(&mut self.out, href);
            self.out.push_str("\">");
        }
        self.out.push_str("<abbr");
        escape::attribute(&mut self.out, "title", &term.plain);
        self.out.push('>');
        escape::text(&mut self.out, word);
        self.out.push_str("</abbr>");
        if href.is_some() {
            self.out.push_str("</a>");
        }
    }

    /// Goes to the start of a line if it is not there.
    fn new_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }
}
