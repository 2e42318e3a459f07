//! What the rest of the program needs to know of a body.
//!
//! In: the text of a file and the byte its body starts at. Out: [`Outline`], everything in document order.

use super::build::events;
use super::entity::decoded;
use super::event::{CodeText, Events, LinkForm, LinkTag, Node, Tag};
use super::fence::{Fence, FenceProblem, Role};
use super::html::{Html, Token};
use super::slug::anchor;
use crate::source::{At, Span};

/// A body without its markup.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// Every heading.
    pub headings: Vec<Heading>,
    /// Every link, picture, mention; its index here is its number for the writer of HTML.
    pub links: Vec<Link>,
    /// Every code block.
    pub code_blocks: Vec<CodeBlock>,
    /// Places that raw HTML names: `id=`, and `name=` of a link.
    pub ids: Vec<At<String>>,
    /// References to footnotes that are not defined.
    pub footnotes_missing: Vec<At<String>>,
    /// The first paragraph outside quotes, lists and tables as plain text, white space folded.
    pub first_paragraph: Option<String>,
    /// There is raw HTML.
    pub has_html: bool,
    /// The text of the first `<h1>` of raw HTML.
    pub html_title: Option<String>,
    /// Words of prose, code spans included and code blocks not.
    pub words: usize,
    /// The first element nested deeper than [`super::MAX_DEPTH`].
    pub too_deep: Option<Span>,
    /// What in the dialect does not mean what it should.
    pub problems: Vec<Problem>,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its id, unique in the page.
    pub id: String,
    /// Its text without markup.
    pub text: String,
    /// The whole heading.
    pub span: Span,
}

/// A link, picture or mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// How it was written.
    pub form: LinkForm,
    /// Where it leads, entities and escapes resolved; of a wiki link what stands before the `|`.
    pub target: String,
    /// The target's own bytes where they can be found, else the whole link's.
    pub span: Span,
    /// What readers see of it, without markup; of a picture its description; empty for raw HTML.
    pub text: String,
}

/// A code block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// What its info line says.
    pub info: Fence,
    /// The code, every line with its `\n`, of a block that is one half of a pair or has a title; of others nobody asks.
    pub code: Option<String>,
    /// The whole block.
    pub span: Span,
}

/// Something of the dialect that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// A word of an info line that means nothing; it is also in [`Fence::unknown`].
    UnknownFencePart(String),
    /// A part of `{…}` that is no line number or range of lines.
    BadLineRange(String),
    /// A quote or brace of an info line that does not end.
    UnclosedFencePart(String),
    /// A `bad` example that no `good` one follows.
    BadWithoutGood,
    /// A `good` example that follows no `bad` one.
    GoodWithoutBad,
}

/// Reads a body: `text` is a whole file, `start` the byte after its front matter.
#[must_use]
pub fn outline(text: &str, start: usize) -> Outline {
    let mut events = events(text, start);
    let mut outline = Outline {
        links: Vec::with_capacity(events.links),
        too_deep: events.too_deep,
        footnotes_missing: std::mem::take(&mut events.footnotes_missing),
        ..Outline::default()
    };
    let mut depth = 0usize;
    for (index, event) in events.list.iter().enumerate() {
        match &event.node {
            Node::Open(tag, close) => {
                outline.open(&events, tag, (index, *close), event.span, depth == 0);
                depth += 1;
            }
            Node::Close(_) => depth = depth.saturating_sub(1),
            Node::Text(text) | Node::Code(text) => outline.words += words(text),
            Node::Html(html) => outline.html(html, event.span),
            Node::CodeBlock(block) => {
                let line = first_line(text, event.span);
                outline.code_block(block, (index.checked_sub(1), index + 1), &events, event.span, line);
            }
            Node::HardBreak | Node::Rule | Node::FootnoteReference(_) | Node::Task(_) => {}
        }
    }
    // Outlines are kept for the whole site.
    outline.headings.shrink_to_fit();
    outline.links.shrink_to_fit();
    outline.code_blocks.shrink_to_fit();
    outline
}

impl Outline {
    fn open(&mut self, events: &Events<'_>, tag: &Tag<'_>, (from, to): (usize, usize), span: Span, outermost: bool) {
        match tag {
            Tag::Heading { level, id } => {
                let text = folded(&events.text_between(from, to));
                self.headings.push(Heading { level: *level, id: id.clone(), text, span });
            }
            Tag::Link(link) | Tag::Image(link) => self.link(link, events.text_between(from, to)),
            Tag::Paragraph if outermost && self.first_paragraph.is_none() => {
                self.first_paragraph = Some(folded(&prose_between(events, from, to))).filter(|text| !text.is_empty());
            }
            _ => {}
        }
    }

    fn link(&mut self, link: &LinkTag<'_>, text: String) {
        let LinkTag { form, target, span, .. } = link;
        self.links.push(Link { form: *form, target: target.clone().into_owned(), span: *span, text });
    }

    fn html(&mut self, html: &Html<'_>, whole: Span) {
        self.has_html = true;
        if self.html_title.is_none() {
            self.html_title = html_title(html);
        }
        for token in &html.tokens {
            if let Some(id) = anchor(token) {
                self.ids.push(At::new(id.value.clone(), id.span));
            }
            let Token::Open(element) = token else { continue };
            let (Some(_), Some(target)) = (element.link, element.target()) else { continue };
            let form = if target.name == "href" { LinkForm::HtmlHref } else { LinkForm::HtmlSrc };
            let span = if target.span.start == target.span.end { whole } else { target.span };
            self.links.push(Link { form, target: target.value.clone(), span, text: String::new() });
        }
    }

    fn code_block(
        &mut self,
        block: &CodeText,
        around: (Option<usize>, usize),
        events: &Events<'_>,
        span: Span,
        line: Span,
    ) {
        for problem in &block.problems {
            let kind = match problem.value.clone() {
                FenceProblem::Unknown(word) => ProblemKind::UnknownFencePart(word),
                FenceProblem::Lines(part) => ProblemKind::BadLineRange(part),
                FenceProblem::Unclosed(part) => ProblemKind::UnclosedFencePart(part),
            };
            self.problems.push(Problem { kind, span: problem.span });
        }
        let (before, after) = (around.0.and_then(|index| role_at(events, index)), role_at(events, around.1));
        let kind = match block.fence.role {
            Some(Role::Bad) if after != Some(Role::Good) => Some(ProblemKind::BadWithoutGood),
            Some(Role::Good) if before != Some(Role::Bad) => Some(ProblemKind::GoodWithoutBad),
            _ => None,
        };
        self.problems.extend(kind.map(|kind| Problem { kind, span: line }));
        let asked = block.fence.role.is_some() || block.fence.title.is_some();
        let code = asked.then(|| block.code.clone());
        self.code_blocks.push(CodeBlock { info: block.fence.clone(), code, span });
    }
}

/// The text of an `<h1>` that begins and ends in this piece of raw HTML.
fn html_title(html: &Html<'_>) -> Option<String> {
    let mut tokens = html.tokens.iter();
    tokens.find(|token| matches!(token, Token::Open(element) if element.name == "h1"))?;
    let mut title = String::new();
    for token in tokens {
        match token {
            Token::Close(name) if name == "h1" => return Some(folded(&title)).filter(|title| !title.is_empty()),
            Token::Text(range) => title.push_str(&decoded(html.text.get(range.clone()).unwrap_or_default())),
            _ => {}
        }
    }
    None
}

/// The role of the code block at this index, if there is one.
fn role_at(events: &Events<'_>, index: usize) -> Option<Role> {
    match events.node(index) {
        Some(Node::CodeBlock(block)) => block.fence.role,
        _ => None,
    }
}

/// The first line of a block, without its end.
fn first_line(file: &str, span: Span) -> Span {
    let line = file.get(span.start..span.end).and_then(|block| block.lines().next()).unwrap_or_default();
    Span::new(span.start, span.start + line.len())
}

/// How many words a text has. In most there is no white space but that of ASCII, which is found by its bytes.
fn words(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().count();
    }
    let blank = |byte: u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let begins = text.bytes().zip(std::iter::once(b' ').chain(text.bytes()));
    begins.filter(|(byte, before)| !blank(*byte) && blank(*before)).count()
}

/// White space becomes one blank, and none at the ends.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The text between two indexes without the descriptions of pictures.
fn prose_between(events: &Events<'_>, from: usize, to: usize) -> String {
    let mut text = String::new();
    let mut index = from;
    while index < to {
        match events.node(index) {
            Some(Node::Open(Tag::Image(_), close)) => index = *close,
            Some(Node::Text(part) | Node::Code(part)) => text.push_str(part),
            Some(Node::HardBreak) => text.push(' '),
            _ => {}
        }
        index += 1;
    }
    text
}

/// The whole body as plain text: a line for each block, code blocks included, raw HTML not.
#[must_use]
pub fn plain_text(text: &str, start: usize) -> String {
    let events = events(text, start);
    let mut out = String::new();
    for event in &events.list {
        match &event.node {
            Node::Text(text) | Node::Code(text) => out.push_str(text),
            Node::CodeBlock(block) => out.push_str(&block.code),
            Node::HardBreak => out.push('\n'),
            Node::Close(open) => match events.tag(*open) {
                Some(Tag::Link(_) | Tag::Image(_) | Tag::Emphasis | Tag::Strong | Tag::Strikethrough) | None => {}
                Some(Tag::TableCell) => out.push(' '),
                Some(_) if out.ends_with('\n') => {}
                Some(_) => out.push('\n'),
            },
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_what_white_space_parts() {
        for text in ["", " ", "a", " a  b\t\x0bc\x0c\r\nd ", "a\x1fb", "größe und\u{a0}maß", "\u{3000}一 二"] {
            assert_eq!(words(text), text.split_whitespace().count(), "{text:?}");
        }
    }
}
