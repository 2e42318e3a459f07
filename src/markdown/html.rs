//! Raw HTML in a body, taken apart tag by tag.
//!
//! In: one HTML block or inline tag with its way back to the file. Out: [`Html`], tokens with the attributes' places.
//!
//! Only what is a token here comes out again: the writer writes every tag anew from its name and attributes and escapes
//! everything between, so a browser cannot see a tag that we did not. Elements that are HTML but not on the list below are
//! left out; what is no HTML at all (`Vec<String>`, `<your-name>`) stays as the text its author meant.

use std::borrow::Cow;
use std::ops::Range;

use super::build::MAX_DEPTH;
use super::entity::decoded;
use super::run::Run;
use crate::source::Span;

/// Raw HTML.
#[derive(Clone, Debug)]
pub struct Html<'a> {
    /// The whole, as it was written, without the marks of quotes and lists around it.
    pub text: Cow<'a, str>,
    /// What it is made of, in order; comments and elements that never come out are not among it.
    pub tokens: Vec<Token>,
    /// A block of its own, not a tag inside a paragraph.
    pub block: bool,
}

/// A part of raw HTML; ranges are of [`Html::text`].
#[derive(Clone, Debug)]
pub enum Token {
    /// Text with its entities as they were written.
    Text(Range<usize>),
    /// Something that looks like a tag and is none: to be shown as it was written.
    Literal(Range<usize>),
    /// A tag that opens an element, or a whole void element.
    Open(Element),
    /// A tag that closes an element; its name in lower case.
    Close(String),
}

/// An opening tag.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its name in lower case.
    pub name: String,
    /// Its attributes as they were written, with the first of each name only.
    pub attributes: Vec<Attribute>,
    /// The number of its link among all links of the body.
    pub link: Option<usize>,
}

impl Element {
    /// The attribute of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The attribute that leads somewhere: `href` of a link, `src` of a picture.
    #[must_use]
    pub fn target(&self) -> Option<&Attribute> {
        match self.name.as_str() {
            "a" => self.attribute("href"),
            "img" => self.attribute("src"),
            _ => None,
        }
    }
}

/// An attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name in lower case.
    pub name: String,
    /// Its value, entities resolved; empty when there is none.
    pub value: String,
    /// Where the value, without quotes, stands in the file.
    pub span: Span,
}

/// Elements of raw HTML that come out, in order of the alphabet.
pub const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements of HTML that are left out; their content stays unless they are [`SWELEMENTS`].
const LEFT_OUT: &[&str] = &[
    "acronym", "area", "audio", "base", "basefont", "bgsound", "big", "blink", "body", "button", "canvas", "data",
    "datalist", "dialog", "dir", "embed", "fieldset", "font", "form", "frame", "frameset", "head", "html", "image",
    "input", "keygen", "label", "legend", "link", "main", "map", "marquee", "math", "menu", "menuitem", "meta",
    "meter", "nobr", "object", "optgroup", "option", "output", "param", "portal", "progress", "search", "select",
    "slot", "source", "svg", "template", "track", "video",
];

/// Elements that are left out with all that is in them: a browser does not read it as HTML.
const SWELEMENTS: &[&str] =
    &["iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp"];

/// Elements that end by themselves, so that leaving them open nests nothing.
const END_THEMSELVES: &[&str] = &[
    "br", "col", "colgroup", "dd", "dt", "hr", "img", "li", "p", "rp", "rt", "tbody", "td", "tfoot", "th", "thead",
    "tr", "wbr",
];

/// What is counted through all raw HTML of a body.
#[derive(Debug, Default)]
pub(super) struct Count {
    /// The number of the next link.
    pub links: usize,
    /// How many elements are open.
    pub depth: usize,
}

/// Whether elements of this name come out.
fn is_allowed(name: &str) -> bool {
    ELEMENTS.binary_search(&name).is_ok()
}

/// Takes raw HTML apart.
pub(super) fn read<'a>(run: &Run<'a>, block: bool, count: &mut Count) -> Html<'a> {
    let mut tokens = Vec::new();
    let text: &str = &run.text;
    let (mut at, mut done) = (0, 0);
    // A tag without an end is read to the end of the text before that is known: so many bytes of that, then we stop looking.
    let mut patience = 50_000 + 20 * text.len();
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + found;
        let Some((item, end)) = tag(run, start) else {
            at = start + 1;
            patience = patience.saturating_sub(text.len() - start);
            if patience == 0 {
                break;
            }
            continue;
        };
        if done < start {
            tokens.push(Token::Text(done..start));
        }
        at = end;
        match item {
            Item::Nothing => {}
            Item::Open(element) if is_allowed(&element.name) => tokens.extend(count.open(element)),
            Item::Close(name) if is_allowed(&name) => tokens.extend(count.close(name)),
            Item::Open(element) if SWELEMENTS.contains(&element.name.as_str()) => {
                at = if block { after_close(text, end, &element.name) } else { end };
            }
            Item::Open(Element { name, .. }) | Item::Close(name) => {
                if !LEFT_OUT.contains(&name.as_str()) && !SWELEMENTS.contains(&name.as_str()) {
                    tokens.push(Token::Literal(start..end));
                }
            }
        }
        done = at;
    }
    if done < text.len() {
        tokens.push(Token::Text(done..text.len()));
    }
    Html { text: run.text.clone(), tokens, block }
}

impl Count {
    /// Numbers the link of an element; nothing when it is nested too deep.
    fn open(&mut self, mut element: Element) -> Option<Token> {
        if !END_THEMSELVES.contains(&element.name.as_str()) {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return None;
            }
        }
        if element.target().is_some() {
            element.link = Some(self.links);
            self.links += 1;
        }
        Some(Token::Open(element))
    }

    fn close(&mut self, name: String) -> Option<Token> {
        let nests = !END_THEMSELVES.contains(&name.as_str());
        let too_deep = nests && self.depth > MAX_DEPTH;
        if nests {
            self.depth = self.depth.saturating_sub(1);
        }
        (!too_deep).then_some(Token::Close(name))
    }
}

/// What one `<…>` is.
enum Item {
    Open(Element),
    Close(String),
    /// A comment, a declaration, a processing instruction.
    Nothing,
}

/// The end of the closing tag of `name`, or of the text.
fn after_close(text: &str, from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("</")) {
        at += found + 2;
        let rest = text.get(at..).unwrap_or_default();
        if rest.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name))
            && rest.as_bytes().get(name.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric())
        {
            return rest.find('>').map_or(text.len(), |end| at + end + 1);
        }
    }
    text.len()
}

/// Reads the tag, comment or declaration at `start`; nothing when there is none or it has no end.
fn tag(run: &Run<'_>, start: usize) -> Option<(Item, usize)> {
    let text: &str = &run.text;
    let rest = text.get(start..)?;
    for (open, close) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
        if let Some(inner) = rest.strip_prefix(open) {
            // `<!-->` and `<!--->` are whole comments.
            if open == "<!--" && (inner.starts_with('>') || inner.starts_with("->")) {
                return Some((Item::Nothing, start + rest.find('>')? + 1));
            }
            let end = inner.find(close).map_or(rest.len(), |end| open.len() + end + close.len());
            return Some((Item::Nothing, start + end));
        }
    }
    if rest.starts_with("<!") {
        return Some((Item::Nothing, start + rest.find('>')? + 1));
    }
    let closing = rest.starts_with("</");
    let name_at = start + if closing { 2 } else { 1 };
    let name_end = name_at + text.get(name_at..)?.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>')?;
    let name = text.get(name_at..name_end)?.to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || name.contains('<') {
        return None;
    }
    let (attributes, end) = attributes(run, name_end)?;
    if closing {
        Some((Item::Close(name), end))
    } else {
        Some((Item::Open(Element { name, attributes, link: None }), end))
    }
}

/// Reads attributes up to and with the `>`; nothing when it is missing.
fn attributes(run: &Run<'_>, from: usize) -> Option<(Vec<Attribute>, usize)> {
    let text: &str = &run.text;
    let mut found: Vec<Attribute> = Vec::new();
    let mut at = from;
    loop {
        at += text.get(at..)?.find(|c: char| !c.is_ascii_whitespace() && c != '/')?;
        if text.as_bytes().get(at) == Some(&b'>') {
            return Some((found, at + 1));
        }
        let first = text.get(at..)?.chars().next()?.len_utf8();
        let name_end =
            at + first + text.get(at + first..)?.find(|c: char| c.is_ascii_whitespace() || "/>=".contains(c))?;
        let name = text.get(at..name_end)?.to_ascii_lowercase();
        let gap = text.get(name_end..)?.find(|c: char| !c.is_ascii_whitespace())?;
        let mut value = name_end..name_end;
        at = name_end;
        if text.as_bytes().get(name_end + gap) == Some(&b'=') {
            let after = name_end + gap + 1;
            let begin = after + text.get(after..)?.find(|c: char| !c.is_ascii_whitespace())?;
            (value, at) = if let Some(quote @ (b'"' | b'\'')) = text.as_bytes().get(begin) {
                let end = begin + 1 + text.get(begin + 1..)?.find(char::from(*quote))?;
                (begin + 1..end, end + 1)
            } else {
                let end = begin + text.get(begin..)?.find(|c: char| c.is_ascii_whitespace() || c == '>')?;
                (begin..end, end)
            };
        }
        if found.iter().all(|attribute| attribute.name != name) && found.len() < 40 {
            let span = run.span(value.clone());
            found.push(Attribute { name, value: decoded(text.get(value)?), span });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(html: &str) -> Vec<String> {
        let mut run = Run::default();
        run.push(html, html, 0..html.len());
        let read = read(&run, true, &mut Count::default());
        read.tokens
            .iter()
            .map(|token| match token {
                Token::Text(range) => format!("text {}", &html[range.clone()]),
                Token::Literal(range) => format!("literal {}", &html[range.clone()]),
                Token::Close(name) => format!("close {name}"),
                Token::Open(element) => {
                    let attributes = element.attributes.iter();
                    let shown = attributes.map(|a| {
                        let place = &html[a.span.start..a.span.end];
                        format!(" {}={}@{place}", a.name, a.value)
                    });
                    format!("open {}{}", element.name, shown.collect::<Vec<_>>().concat())
                }
            })
            .collect()
    }

    #[test]
    fn lists_are_sorted() {
        assert!(ELEMENTS.is_sorted());
    }

    #[test]
    fn tags_and_text() {
        assert_eq!(tokens("a <B>b</B > &amp; <x"), ["text a ", "open b", "text b", "close b", "text  &amp; <x"]);
        assert_eq!(
            tokens("<a href='x&amp;y' id=q title= \"t\" hidden>z</a>"),
            ["open a href=x&y@x&amp;y id=q@q title=t@t hidden=@", "text z", "close a"]
        );
    }

    #[test]
    fn what_never_comes_out() {
        assert_eq!(tokens("a<!-- <b> --><script>if (a<b) {}</script>c"), ["text a", "text c"]);
        assert_eq!(tokens("<SCRIPT>alert(1)"), Vec::<String>::new());
        assert_eq!(tokens("<svg/onload=alert(1)>"), Vec::<String>::new());
        assert_eq!(tokens("<!-->x"), ["text x"]);
        assert_eq!(tokens("Vec<String>"), ["text Vec", "literal <String>"]);
        assert_eq!(tokens("<a\"b>"), ["literal <a\"b>"]);
    }
}
