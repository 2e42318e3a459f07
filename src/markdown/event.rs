//! The words in which a body is told: events with their bytes.
//!
//! In: nothing. Out: [`Events`], [`Event`], [`Node`], [`Tag`] and what hangs on them.

use std::borrow::Cow;

use super::alert::{AlertKind, Fold};
use super::fence::{Fence, FenceProblem};
use super::html::Html;
use crate::source::{At, Span};

/// A whole body in document order.
#[derive(Clone, Debug, Default)]
pub struct Events<'a> {
    /// The events; every [`Node::Open`] has its [`Node::Close`], and each knows the other's index here.
    pub list: Vec<Event<'a>>,
    /// How many links there are: their numbers run from 0 to here.
    pub links: usize,
    /// The first block or inline element that is nested deeper than [`super::MAX_DEPTH`]; it and what is deeper is flattened.
    pub too_deep: Option<Span>,
    /// References to footnotes that are not defined.
    pub footnotes_missing: Vec<At<String>>,
}

impl<'a> Events<'a> {
    /// The node at this index.
    #[must_use]
    pub fn node(&self, index: usize) -> Option<&Node<'a>> {
        self.list.get(index).map(|event| &event.node)
    }

    /// The tag that opens at this index.
    #[must_use]
    pub fn tag(&self, index: usize) -> Option<&Tag<'a>> {
        match self.node(index) {
            Some(Node::Open(tag, _)) => Some(tag),
            _ => None,
        }
    }

    /// What stands between two indexes: text, code and the descriptions of pictures, without markup; breaks become spaces.
    #[must_use]
    pub fn text_between(&self, from: usize, to: usize) -> String {
        let mut text = String::new();
        for event in self.list.get(from..to).unwrap_or_default() {
            match &event.node {
                Node::Text(part) | Node::Code(part) => text.push_str(part),
                Node::HardBreak => text.push(' '),
                _ => {}
            }
        }
        if text.contains(['\n', '\r']) { text.replace(['\n', '\r'], " ") } else { text }
    }
}

/// One piece of a body.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// What it is.
    pub node: Node<'a>,
    /// Its bytes, counted from the top of the file; a close has the bytes of its whole element.
    pub span: Span,
}

/// What an event is.
#[derive(Clone, Debug)]
pub enum Node<'a> {
    /// An element begins; the index is that of its close.
    Open(Tag<'a>, usize),
    /// An element ends; the index is that of its open.
    Close(usize),
    /// Text, not escaped; a soft line break is a `\n` in it.
    Text(Cow<'a, str>),
    /// A code span.
    Code(Cow<'a, str>),
    /// A whole code block.
    CodeBlock(Box<CodeText>),
    /// Raw HTML: one whole block, or one inline tag.
    Html(Box<Html<'a>>),
    /// A hard line break.
    HardBreak,
    /// A thematic break.
    Rule,
    /// A reference to a footnote that is defined somewhere.
    FootnoteReference(Cow<'a, str>),
    /// The box of a task, ticked or not.
    Task(bool),
}

/// An element that has others in it.
#[derive(Clone, Debug)]
pub enum Tag<'a> {
    /// A paragraph.
    Paragraph,
    /// A heading of level 1 to 6 with the id it has in its page.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Unique in the page.
        id: String,
    },
    /// A block quote.
    Quote,
    /// An alert; its own title, if it has one, is a [`Tag::AlertTitle`] at its very start.
    Alert {
        /// Which of the five.
        kind: AlertKind,
        /// Whether a reader can fold it.
        fold: Option<Fold>,
    },
    /// The own title of an alert.
    AlertTitle,
    /// A list; a number when it is ordered.
    List(Option<u64>),
    /// An item of a list.
    Item,
    /// The text of the footnote with this label.
    Footnote(Cow<'a, str>),
    /// A list of definitions.
    Definitions,
    /// What is defined.
    DefinitionTerm,
    /// One definition of it.
    Definition,
    /// A table with the alignment of its columns.
    Table(Vec<Align>),
    /// The head row.
    TableHead,
    /// A row of the body.
    TableRow,
    /// A cell.
    TableCell,
    /// Stress.
    Emphasis,
    /// Importance.
    Strong,
    /// What no longer holds.
    Strikethrough,
    /// A link.
    Link(LinkTag<'a>),
    /// A picture; what stands in it is its description.
    Image(LinkTag<'a>),
}

/// A link as its author wrote it.
#[derive(Clone, Debug)]
pub struct LinkTag<'a> {
    /// How it was written.
    pub form: LinkForm,
    /// Its number among all links of the body, from 0.
    pub index: usize,
    /// Where it leads, entities and escapes resolved.
    pub target: Cow<'a, str>,
    /// The target's own bytes where they can be found, else the whole link's.
    pub span: Span,
    /// The title in quotes after the target; empty when there is none.
    pub title: Cow<'a, str>,
    /// Its text was chosen by the author and is not just the target again.
    pub own_text: bool,
}

/// How a link was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkForm {
    /// `[text](target)`, `[text][label]` and their short forms.
    Inline,
    /// `![description](target)`.
    Image,
    /// `[[target]]` or `[[target|text]]`.
    Wiki,
    /// `<https://…>` or a bare address.
    Auto,
    /// A public name in prose: `CWE-89`, `CVE-2026-12345`, `A05:2025`, `v5.0.0-1.2.4`.
    Mention,
    /// `href` in raw HTML.
    HtmlHref,
    /// `src` in raw HTML.
    HtmlSrc,
}

/// Where the text of a table's column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// As the theme has it.
    None,
    /// Left.
    Left,
    /// In the middle.
    Center,
    /// Right.
    Right,
}

/// A code block with what its info line says.
#[derive(Clone, Debug)]
pub struct CodeText {
    /// The info line, taken apart; empty for an indented block.
    pub fence: Fence,
    /// What is wrong in the info line.
    pub problems: Vec<At<FenceProblem>>,
    /// The code; every line ends in `\n`.
    pub code: String,
}
