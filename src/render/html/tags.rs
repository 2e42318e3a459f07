//! Elements of Markdown as elements of HTML.
//!
//! In: tags as they open and close. Out: their HTML.

use std::fmt::Write;

use super::{Writer, escape};
use crate::markdown::{AlertKind, Align, Fold, Node, Tag};

impl<'e> Writer<'_, 'e> {
    /// Opens an element; the index of the event to go on with.
    pub(super) fn open(&mut self, tag: &'e Tag<'_>, index: usize, close: usize) -> usize {
        match tag {
            Tag::Paragraph => self.block("<p>"),
            Tag::Heading { level, id } => {
                self.in_heading = true;
                self.block(&format!("<h{level}"));
                escape::attribute(&mut self.out, "id", id);
                self.out.push('>');
            }
            Tag::Quote => self.block("<blockquote>\n"),
            Tag::Alert { kind, fold } => return self.open_alert(*kind, *fold, index),
            Tag::AlertTitle => {}
            Tag::List(None) => self.block("<ul>\n"),
            Tag::List(Some(1)) => self.block("<ol>\n"),
            Tag::List(Some(first)) => self.block(&format!("<ol start=\"{first}\">\n")),
            Tag::Item => self.block(if self.is_task(index) { "<li class=\"task\">" } else { "<li>" }),
            // Written where the page ends.
            Tag::Footnote(_) => return close + 1,
            Tag::Definitions => self.block("<dl>\n"),
            Tag::DefinitionTerm => self.block("<dt>"),
            Tag::Definition => self.block("<dd>"),
            Tag::Table(columns) => {
                self.columns = columns;
                self.has_rows = false;
                self.block("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n");
            }
            Tag::TableHead => {
                self.column = 0;
                self.block("<thead>\n<tr>\n");
            }
            Tag::TableRow => {
                self.column = 0;
                self.block(if self.has_rows { "<tr>\n" } else { "<tbody>\n<tr>\n" });
                self.has_rows = true;
            }
            Tag::TableCell => self.open_cell(),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Link(link) => return self.open_link(link, index, close),
            Tag::Image(image) => {
                let description = self.events.text_between(index, close);
                self.image(image, &description);
                return close + 1;
            }
        }
        index + 1
    }

    pub(super) fn close(&mut self, tag: &Tag<'_>) {
        let end = match tag {
            Tag::Paragraph => "</p>\n",
            Tag::Heading { level, id } => {
                self.in_heading = false;
                self.out.push_str(" <a class=\"anchor\" href=\"#");
                escape::address(&mut self.out, id);
                self.out.push_str("\" aria-label=\"Link to this section\">#</a></h");
                self.out.push(char::from(b'0' + level));
                ">\n"
            }
            Tag::Quote => "</blockquote>\n",
            Tag::Alert { fold: Some(_), .. } => "</details>\n",
            Tag::Alert { fold: None, .. } => "</aside>\n",
            Tag::List(None) => "</ul>\n",
            Tag::List(Some(_)) => "</ol>\n",
            Tag::Item => "</li>\n",
            Tag::AlertTitle | Tag::Footnote(_) | Tag::Image(_) => "",
            Tag::Definitions => "</dl>\n",
            Tag::DefinitionTerm => "</dt>\n",
            Tag::Definition => "</dd>\n",
            Tag::Table(_) if self.has_rows => "</tbody>\n</table></div>\n",
            Tag::Table(_) => "</table></div>\n",
            Tag::TableHead => "</tr>\n</thead>\n",
            Tag::TableRow => "</tr>\n",
            Tag::TableCell => {
                self.column += 1;
                if self.has_rows { "</td>\n" } else { "</th>\n" }
            }
            Tag::Emphasis => "</em>",
            Tag::Strong => "</strong>",
            Tag::Strikethrough => "</del>",
            Tag::Link(_) => match self.anchors.pop() {
                Some(true) => "</a>",
                _ => "",
            },
        };
        self.out.push_str(end);
    }

    /// Begins a block at the start of a line.
    pub(super) fn block(&mut self, html: &str) {
        self.new_line();
        self.out.push_str(html);
    }

    /// An alert says its kind in words, also where it has a title of its own.
    fn open_alert(&mut self, kind: AlertKind, fold: Option<Fold>, index: usize) -> usize {
        let class = kind.class();
        let (element, title) = match fold {
            Some(Fold::Open) => (format!("<details class=\"alert {class}\" open>\n"), "summary"),
            Some(Fold::Closed) => (format!("<details class=\"alert {class}\">\n"), "summary"),
            None => (format!("<aside class=\"alert {class}\" role=\"note\">\n"), "p"),
        };
        self.block(&element);
        let name = kind.name();
        let _ = write!(self.out, "<{title} class=\"alert-title\">");
        let next = if let Some(Node::Open(Tag::AlertTitle, close)) = self.events.node(index + 1) {
            let _ = write!(self.out, "<span class=\"alert-kind\">{name}:</span> ");
            self.nodes(index + 2, *close);
            close + 1
        } else {
            self.out.push_str(name);
            index + 1
        };
        let _ = writeln!(self.out, "</{title}>");
        next
    }

    fn open_cell(&mut self) {
        self.out.push_str(if self.has_rows { "<td" } else { "<th" });
        self.out.push_str(match self.columns.get(self.column) {
            Some(Align::Left) => " class=\"left\">",
            Some(Align::Center) => " class=\"center\">",
            Some(Align::Right) => " class=\"right\">",
            Some(Align::None) | None => ">",
        });
    }

    /// Whether the item that opens here begins with the box of a task.
    fn is_task(&self, index: usize) -> bool {
        let first = match self.events.node(index + 1) {
            Some(Node::Open(Tag::Paragraph, _)) => index + 2,
            _ => index + 1,
        };
        matches!(self.events.node(first), Some(Node::Task(_)))
    }

    /// The box of a task; its name for those who do not see it is the task's first line.
    pub(super) fn task(&mut self, done: bool, index: usize) {
        let mut name = String::new();
        for event in self.events.list.get(index + 1..).unwrap_or_default() {
            match &event.node {
                Node::Text(text) | Node::Code(text) => name.push_str(text),
                Node::Close(open) if matches!(self.events.tag(*open), Some(Tag::Paragraph | Tag::Item)) => break,
                Node::Open(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link(_) | Tag::Image(_), _)
                | Node::Close(_)
                | Node::Html(_)
                | Node::FootnoteReference(_) => {}
                _ => break,
            }
        }
        let name = name.trim();
        self.out.push_str("<input type=\"checkbox\" disabled");
        self.out.push_str(if done { " checked" } else { "" });
        escape::attribute(&mut self.out, "aria-label", if name.is_empty() { "Task" } else { name });
        self.out.push_str("> ");
    }
}
