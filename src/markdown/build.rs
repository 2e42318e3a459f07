//! From the parser's events to ours.
//!
//! In: the text of a file and the byte its body starts at. Out: [`Events`], with links numbered, headings named, alerts found,
//! and nothing nested deeper than [`MAX_DEPTH`].

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event as Raw, LinkType, Options, Parser, Tag as RawTag};

use super::alert;
use super::event::{CodeText, Event, Events, LinkForm, LinkTag, Node, Tag};
use super::fence;
use super::html::{self, Token};
use super::inline::{self, Found, What};
use super::place;
use super::run::Run;
use super::slug::name_headings;
use super::tags::{cow, is_around_blocks, is_leaf, is_part, keeps_links_out, plain_tag};
use crate::source::{At, Span};

/// How deep elements may be nested. Deeper ones are left out and their content stays; a list and its items are two levels.
pub const MAX_DEPTH: usize = 100;

/// About as many bytes of a body become one event.
const BYTES_AN_EVENT: usize = 24;

/// Reads a body: `text` is a whole file, `start` the byte after its front matter. A byte order mark at the start is passed over.
#[must_use]
pub fn events(text: &str, start: usize) -> Events<'_> {
    let mut start = start.min(text.len());
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let body = text.get(start..).unwrap_or_default();
    let bare = body.strip_prefix('\u{feff}').unwrap_or(body);
    let start = text.len() - bare.len();
    let mut builder = Builder { file: text, ..Builder::default() };
    builder.out.list.reserve(bare.len() / BYTES_AN_EVENT);
    let mut parser = Parser::new_ext(bare, options()).into_offset_iter();
    while let Some((event, range)) = parser.next() {
        let range = range.start + start..range.end + start;
        if let Raw::Start(RawTag::Link { link_type, id, .. } | RawTag::Image { link_type, id, .. }) = &event
            && matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut)
        {
            builder.definition = parser
                .reference_definitions()
                .get(id)
                .and_then(|found| place::definition(text, &(found.span.start + start..found.span.end + start)));
        }
        builder.take(event, range);
    }
    builder.flush();
    builder.out.links = builder.count.links;
    name_headings(&mut builder.out);
    builder.out
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}

/// An element that is open.
#[derive(Clone, Copy)]
struct Level {
    /// Where it opened; nothing for one that is left out.
    index: Option<usize>,
    /// How many elements of raw HTML that keep links out were open before it.
    html: usize,
}

/// A code block or HTML block that is being read.
enum Block {
    Code(CodeBlockKind<'static>, String),
    Html,
}

#[derive(Default)]
struct Builder<'a> {
    file: &'a str,
    out: Events<'a>,
    run: Run<'a>,
    levels: Vec<Level>,
    /// How many of the levels are kept.
    depth: usize,
    block: Option<Block>,
    /// Links of all kinds, and elements of raw HTML that are open.
    count: html::Count,
    /// How many links and pictures are open: what is in them is no link again.
    in_link: usize,
    /// Elements of raw HTML that keep links out.
    in_html: usize,
    in_heading: bool,
    /// Where the destination of the next reference link stands.
    definition: Option<Span>,
}

impl<'a> Builder<'a> {
    fn take(&mut self, event: Raw<'a>, range: Range<usize>) {
        match event {
            Raw::Text(text) => match &mut self.block {
                Some(Block::Code(_, code)) => code.push_str(&text),
                _ => self.run.push(self.file, &text, range),
            },
            Raw::Html(html) => self.run.push(self.file, &html, range),
            Raw::SoftBreak => self.run.push(self.file, "\n", range),
            Raw::Start(tag) => self.start(tag, range),
            Raw::End(_) => self.end(range),
            Raw::InlineHtml(html) => {
                self.flush();
                self.run.push(self.file, &html, range.clone());
                self.html(range.into(), false);
            }
            Raw::HardBreak => {
                self.flush();
                if !self.end_title() {
                    self.push(Node::HardBreak, range.into());
                }
            }
            Raw::Code(code) => self.leaf(Node::Code(cow(code)), range),
            Raw::Rule => self.leaf(Node::Rule, range),
            Raw::FootnoteReference(label) => self.leaf(Node::FootnoteReference(cow(label)), range),
            Raw::TaskListMarker(done) => self.leaf(Node::Task(done), range),
            // Not switched on; as text, should that change.
            Raw::InlineMath(text) | Raw::DisplayMath(text) => self.leaf(Node::Code(cow(text)), range),
        }
    }

    fn leaf(&mut self, node: Node<'a>, range: Range<usize>) {
        self.flush();
        self.push(node, range.into());
    }

    fn push(&mut self, node: Node<'a>, span: Span) {
        self.out.list.push(Event { node, span });
    }

    fn start(&mut self, tag: RawTag<'a>, range: Range<usize>) {
        self.flush();
        let nested = !is_leaf(&tag);
        let keep = if is_part(&tag) {
            self.levels.last().is_some_and(|level| level.index.is_some())
        } else {
            !nested || self.depth < MAX_DEPTH
        };
        let level = Level { index: keep.then_some(self.out.list.len()), html: self.in_html };
        if !keep {
            self.out.too_deep.get_or_insert(range.into());
            self.levels.push(level);
            return;
        }
        let span = Span::from(range);
        if let Some(tag) = self.tag(tag, span) {
            self.levels.push(level);
            self.depth += 1;
            self.push(Node::Open(tag, 0), span);
        }
    }

    /// Our tag for the parser's; nothing for blocks that become one event when they end.
    fn tag(&mut self, tag: RawTag<'a>, span: Span) -> Option<Tag<'a>> {
        Some(match tag {
            RawTag::CodeBlock(kind) => {
                self.block = Some(Block::Code(kind.into_static(), String::with_capacity(span.end - span.start)));
                return None;
            }
            RawTag::HtmlBlock | RawTag::MetadataBlock(_) => {
                self.block = Some(Block::Html);
                return None;
            }
            RawTag::Heading { level, id, .. } => {
                self.in_heading = true;
                Tag::Heading { level: level as u8, id: id.map(String::from).unwrap_or_default() }
            }
            RawTag::Link { link_type, dest_url, title, .. } => {
                let auto = matches!(link_type, LinkType::Autolink | LinkType::Email);
                let form = if auto { LinkForm::Auto } else { LinkForm::Inline };
                let target = match link_type {
                    LinkType::Email => Cow::Owned(format!("mailto:{dest_url}")),
                    _ => cow(dest_url),
                };
                Tag::Link(self.link(form, target, cow(title), span))
            }
            RawTag::Image { dest_url, title, .. } => {
                Tag::Image(self.link(LinkForm::Image, cow(dest_url), cow(title), span))
            }
            other => plain_tag(other),
        })
    }

    fn link(&mut self, form: LinkForm, target: Cow<'a, str>, title: Cow<'a, str>, whole: Span) -> LinkTag<'a> {
        self.in_link += 1;
        let index = self.next_link();
        let span = match form {
            LinkForm::Auto => Span::new(whole.start + 1, whole.end.saturating_sub(1)),
            _ => self.definition.take().unwrap_or(whole),
        };
        LinkTag { form, index, target, span, title, own_text: form != LinkForm::Auto }
    }

    fn next_link(&mut self) -> usize {
        self.count.links += 1;
        self.count.links - 1
    }

    fn end(&mut self, range: Range<usize>) {
        match self.block.take() {
            Some(Block::Code(kind, code)) => return self.code_block(&kind, code, range.into()),
            Some(Block::Html) => return self.html(range.into(), true),
            None => {}
        }
        self.flush();
        let Some(level) = self.levels.pop() else { return };
        let Some(open) = level.index else { return };
        self.depth -= 1;
        let last = self.out.list.len().saturating_sub(1);
        match self.out.tag(open) {
            // An alert's first line may leave nothing behind.
            Some(Tag::Paragraph | Tag::AlertTitle) if open == last => {
                self.out.list.pop();
                return;
            }
            Some(Tag::Heading { .. }) => self.in_heading = false,
            Some(Tag::Link(_) | Tag::Image(_)) => {
                self.in_link = self.in_link.saturating_sub(1);
                self.find_destination(open, &range);
            }
            _ => {}
        }
        // What is open at the end of a block of text does not reach into the next.
        if !self.out.tag(open).is_some_and(is_around_blocks) {
            self.in_html = level.html;
        }
        self.close(open, range.into());
    }

    fn close(&mut self, open: usize, span: Span) {
        let index = self.out.list.len();
        if let Some(Event { node: Node::Open(_, close), .. }) = self.out.list.get_mut(open) {
            *close = index;
        }
        self.push(Node::Close(open), span);
    }

    /// The place of an inline link's destination is known when its text has ended.
    fn find_destination(&mut self, open: usize, range: &Range<usize>) {
        let inner = match self.out.list.len() - 1 {
            last if last > open => self.out.list.get(last).map(|event| event.span.end),
            _ => None,
        };
        let Some(Event { node: Node::Open(Tag::Link(link) | Tag::Image(link), _), span }) = self.out.list.get_mut(open)
        else {
            return;
        };
        if link.form != LinkForm::Auto && link.span == *span {
            let empty = range.start + if link.form == LinkForm::Image { 2 } else { 1 };
            link.span = place::inline(self.file, inner.unwrap_or(empty), range).unwrap_or(link.span);
        }
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'_>, mut code: String, span: Span) {
        if !code.is_empty() && !code.ends_with('\n') {
            code.push('\n');
        }
        let (fence, problems) = match kind {
            CodeBlockKind::Indented => Default::default(),
            CodeBlockKind::Fenced(info) => fence::of_block(self.file, span, info),
        };
        self.push(Node::CodeBlock(Box::new(CodeText { fence, problems, code })), span);
    }

    fn html(&mut self, span: Span, block: bool) {
        let run = std::mem::take(&mut self.run);
        let read = html::read(&run, block, &mut self.count);
        if self.count.depth > MAX_DEPTH {
            self.out.too_deep.get_or_insert(span);
        }
        for token in &read.tokens {
            match token {
                Token::Open(element) if keeps_links_out(&element.name) => self.in_html += 1,
                Token::Close(name) if keeps_links_out(name) => self.in_html = self.in_html.saturating_sub(1),
                _ => {}
            }
        }
        self.push(Node::Html(Box::new(read)), span);
    }

    /// Ends the run of text, if there is one: looks in it for what is ours and writes it down.
    fn flush(&mut self) {
        if self.run.text.is_empty() {
            return;
        }
        let run = std::mem::take(&mut self.run);
        let mut from = 0;
        if let Some(marker) = self.alert_marker(&run) {
            from = marker.length;
            if let [.., Event { node: Node::Open(quote, _), .. }, Event { node: Node::Open(paragraph, _), .. }] =
                self.out.list.as_mut_slice()
            {
                *quote = Tag::Alert { kind: marker.kind, fold: marker.fold };
                *paragraph = Tag::AlertTitle;
            }
        }
        if self.title().is_some()
            && let Some(line) = run.text.get(from..).and_then(|rest| rest.find('\n'))
        {
            self.emit(&run, from..from + line);
            from += line + 1;
            self.end_title();
        }
        self.emit(&run, from..run.text.len());
    }

    /// The marker of an alert, if this run is the first thing in a quote and begins with one.
    fn alert_marker(&self, run: &Run<'a>) -> Option<alert::Marker> {
        match self.out.list.as_slice() {
            [.., Event { node: Node::Open(Tag::Quote, _), .. }, Event { node: Node::Open(Tag::Paragraph, _), .. }]
                if run.is_plain(0) =>
            {
                alert::marker(&run.text)
            }
            _ => None,
        }
    }

    /// Where the innermost open element is the title of an alert, its index.
    fn title(&self) -> Option<usize> {
        let open = self.levels.last()?.index?;
        matches!(self.out.tag(open), Some(Tag::AlertTitle)).then_some(open)
    }

    /// Ends the title of an alert; the rest of its paragraph becomes a paragraph. Says whether there was one.
    fn end_title(&mut self) -> bool {
        let Some(open) = self.title() else { return false };
        let Some(Span { start, end }) = self.out.list.get(open).map(|event| event.span) else { return false };
        if open + 1 == self.out.list.len() {
            self.out.list.pop();
        } else {
            let here = self.out.list.last().map_or(start, |event| event.span.end);
            self.close(open, Span::new(start, here));
        }
        let index = self.out.list.len();
        let here = self.out.list.last().map_or(start, |event| event.span.end).max(start);
        self.push(Node::Open(Tag::Paragraph, 0), Span::new(here.min(end), end));
        if let Some(level) = self.levels.last_mut() {
            level.index = Some(index);
        }
        true
    }

    /// Writes a part of a run down as text and links.
    fn emit(&mut self, run: &Run<'a>, range: Range<usize>) {
        let found = if self.in_link > 0 || self.in_html > 0 {
            Vec::new()
        } else {
            inline::find(run, range.clone(), !self.in_heading)
        };
        let mut at = range.start;
        for Found { range, what } in found {
            self.text(run, at..range.start);
            at = range.end;
            self.found(run, range, what);
        }
        self.text(run, at..range.end);
    }

    fn text(&mut self, run: &Run<'a>, range: Range<usize>) {
        if !range.is_empty() {
            self.push(Node::Text(run.part(range.clone())), run.span(range));
        }
    }

    fn found(&mut self, run: &Run<'a>, range: Range<usize>, what: What) {
        let whole = run.span(range.clone());
        let mut before = "";
        let (form, target, shown, own_text) = match what {
            What::MissingFootnote { label } => {
                self.out.footnotes_missing.push(At::new(run.part(label).into_owned(), whole));
                return self.text(run, range);
            }
            What::Wiki { target, text } => {
                let own = text.is_some();
                (LinkForm::Wiki, target.clone(), text.unwrap_or(target), own)
            }
            What::Auto { prefix } => {
                before = prefix;
                (LinkForm::Auto, range.clone(), range, false)
            }
            What::Mention => (LinkForm::Mention, range.clone(), range, false),
        };
        let span = run.span(target.clone());
        let target =
            if before.is_empty() { run.part(target) } else { Cow::Owned(format!("{before}{}", run.part(target))) };
        // A link is one level more, so it gives way at the limit like any other element.
        if self.depth >= MAX_DEPTH {
            self.out.too_deep.get_or_insert(whole);
            return self.text(run, shown);
        }
        let index = self.next_link();
        let open = self.out.list.len();
        let link = LinkTag { form, index, target, span, title: Cow::Borrowed(""), own_text };
        self.push(Node::Open(Tag::Link(link), 0), whole);
        self.text(run, shown);
        self.close(open, whole);
    }
}
