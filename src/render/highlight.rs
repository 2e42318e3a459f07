//! Code becomes lines of HTML with short classes.
//!
//! In: code and the word that names its language. Out: [`Highlighted`], lines in which every element is closed.
//!
//! Nearly all the time of rendering is spent in matching, and many lines have been seen before: `}`, an import, all lines around
//! the one that was edited. So what a line becomes is remembered by what it depends on: the language, the parser's state before
//! it, and its text. The memory changes how long it takes, never what comes out.

mod classes;
mod exact;
mod grammar;
mod memory;
mod parser;
mod pattern;
#[cfg(test)]
mod same_as_syntect;
mod searches;
mod window;

use std::sync::Arc;

use syntect::parsing::SyntaxReference;

use crate::catalogue::syntax::{find_language, syntaxes};
use crate::render::html::escape;
pub use classes::CLASSES;
use memory::{Blocks, Languages, Lines, State};

/// Longer lines, in bytes, stay plain: some languages have patterns whose time grows with the third power of a line's length
/// (measured: 19 s for 1,900 blanks as INI). A limit of time would make the output depend on the machine.
const LONGEST_LINE: usize = 500;
/// A line with more equal characters in a row stays plain, for the same reason.
const LONGEST_ROW: usize = 100;
/// Larger blocks, in bytes, stay plain.
const LARGEST_BLOCK: usize = 100_000;

/// Turns code into HTML; shared by all threads, remembers what it has done.
#[derive(Debug, Default)]
pub struct Highlighter {
    blocks: Blocks,
    lines: Lines,
}

/// Code as HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Highlighted {
    html: String,
    ends: Vec<usize>,
}

impl Highlighted {
    /// All lines, each with its `\n`.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The lines, each with its `\n` and with every element closed.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| self.html.get(std::mem::replace(&mut start, *end)..*end).unwrap_or_default())
    }

    /// About how many bytes of memory it takes.
    fn size(&self) -> usize {
        self.html.len() + self.ends.len() * size_of::<usize>() + 100
    }

    fn push(&mut self, line: &str) {
        self.html.push_str(line);
        self.ends.push(self.html.len());
    }

    fn push_plain(&mut self, line: &str) {
        escape::text(&mut self.html, line);
        self.ends.push(self.html.len());
    }
}

impl Highlighter {
    /// A highlighter that remembers nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The code as HTML; with an unknown language or none it is escaped text.
    #[must_use]
    pub fn highlight(&self, language: Option<&str>, code: &str) -> Arc<Highlighted> {
        let syntax = language.and_then(find_language).filter(|_| code.len() <= LARGEST_BLOCK);
        let Some(syntax) =
            syntax.map(|syntax| with_opening_tag(syntax, code)).filter(|syntax| syntax.name != "Plain Text")
        else {
            let mut plain = Highlighted::default();
            code.split_inclusive('\n').for_each(|line| plain.push_plain(line));
            return Arc::new(plain);
        };
        let key = Blocks::key(&syntax.name, code);
        self.blocks.get(&key).unwrap_or_else(|| {
            let done = Arc::new(lines(&self.lines.now(), syntax, code));
            self.blocks.insert(key, Arc::clone(&done));
            done
        })
    }
}

fn lines(known: &Languages, syntax: &'static SyntaxReference, code: &str) -> Highlighted {
    let mut done = Highlighted::default();
    let mut block = known.start(syntax);
    let mut rest = code;
    loop {
        rest = block.known(rest, &mut done);
        let Some(line) = rest.split_inclusive('\n').next() else { return done };
        rest = rest.get(line.len()..).unwrap_or_default();
        let rendered = if is_too_long(line) { None } else { block.state().and_then(|before| render(&before, line)) };
        match rendered {
            Some((html, after)) => {
                done.push(&html);
                block.learn(line, &html, after);
            }
            None => done.push_plain(line),
        }
    }
}

fn is_too_long(line: &str) -> bool {
    line.len() > LONGEST_LINE
        || (line.len() > LONGEST_ROW && line.as_bytes().chunk_by(|a, b| a == b).any(|row| row.len() > LONGEST_ROW))
}

/// Samples of PHP rarely have the `<?php` without which it is all text to the language.
fn with_opening_tag(syntax: &'static SyntaxReference, code: &str) -> &'static SyntaxReference {
    if syntax.name == "PHP" && !code.contains("<?") {
        return syntaxes().find_syntax_by_name("PHP Source").unwrap_or(syntax);
    }
    syntax
}

/// One line as HTML, and the state after it; nothing when the language has a mistake in it.
fn render(before: &State, line: &str) -> Option<(String, State)> {
    let mut state = before.clone();
    let mut html = Spans::default();
    state.go(line, |text, class| html.push(text, class))?;
    Some((html.finish(line.ends_with('\n')), state))
}

/// Text in spans, neighbours of one class in one span.
#[derive(Default)]
struct Spans {
    html: String,
    class: &'static str,
    /// Where the blanks at the end begin, which look alike in every class.
    blanks: Option<usize>,
}

impl Spans {
    fn push(&mut self, text: &str, class: &'static str) {
        let text = text.trim_end_matches(['\n', '\r']);
        if text.trim().is_empty() {
            self.blanks.get_or_insert(self.html.len());
        } else {
            if class != self.class {
                self.close();
                if !class.is_empty() {
                    self.html.push_str("<span class=\"");
                    self.html.push_str(class);
                    self.html.push_str("\">");
                }
                self.class = class;
            }
            self.blanks = None;
        }
        escape::text(&mut self.html, text);
    }

    fn close(&mut self) {
        if !self.class.is_empty() {
            self.html.insert_str(self.blanks.unwrap_or(self.html.len()), "</span>");
            self.class = "";
        }
    }

    fn finish(mut self, line_break: bool) -> String {
        self.close();
        if line_break {
            self.html.push('\n');
        }
        self.html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_balanced_in_every_line() {
        let highlighter = Highlighter::new();
        let code = "def f(x):\n    \"\"\"doc\n    doc\n    \"\"\"\n    return f'{x!r:>3} <b>' # & done\n";
        let first = highlighter.highlight(Some("python"), code);
        assert_eq!(first.lines().count(), 5);
        for line in first.lines() {
            assert_eq!(line.matches("<span").count(), line.matches("</span>").count(), "{line}");
            assert!(line.ends_with('\n'));
        }
        let text: String =
            first.html().split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
        let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        assert_eq!(plain, code);
        assert_eq!(highlighter.highlight(Some("python"), code), first, "the second time it is remembered");
        assert_eq!(Highlighter::new().highlight(Some("py"), code), first);
    }

    #[test]
    fn classes_say_what_a_word_is() {
        let html = |language, code| Highlighter::new().highlight(Some(language), code).html().to_owned();
        assert_eq!(
            html("rust", "let x = \"a\"; // b\n"),
            "<span class=\"k\">let</span> x <span class=\"o\">=</span> <span class=\"s\">&quot;a&quot;</span>; <span class=\"c\">// b</span>\n"
        );
        assert!(html("php", "$x = 1;\n").contains("<span class=\"n\">1</span>"));
        assert_eq!(html("text", "let x\n"), "let x\n");
        assert_eq!(html("no such", "<&\n"), "&lt;&amp;\n");
    }

    #[test]
    fn all_threads_may_share_it() {
        fn shared<T: Send + Sync>(value: T) -> T {
            value
        }
        let highlighter = shared(Highlighter::new());
        let codes: Vec<String> = (0..20).map(|n| format!("fn f{n}() {{\n    g({n}) // x\n}}\n")).collect();
        let here: Vec<_> = codes.iter().map(|code| Highlighter::new().highlight(Some("rust"), code)).collect();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for (code, here) in codes.iter().zip(&here) {
                        assert_eq!(&highlighter.highlight(Some("rust"), code), here);
                    }
                });
            }
        });
    }

    #[test]
    fn what_is_too_long_stays_plain() {
        let line = format!("let x = \"{}\";\n", "a".repeat(LONGEST_LINE));
        assert!(!Highlighter::new().highlight(Some("rust"), &line).html().contains("<span"));
        let block = "let x = 1;\n".repeat(LARGEST_BLOCK / 10);
        assert!(!Highlighter::new().highlight(Some("rust"), &block).html().contains("<span"));
    }
}
