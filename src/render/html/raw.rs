//! Authors' raw HTML.
//!
//! In: tokens of raw HTML. Out: tags written anew with the attributes on a list; and at the end the whole body put in order by
//! a sanitiser, if there was any such tag.
//!
//! `id` stays, for anchors are useful. `class` goes: classes are how the theme's style and scripts know our own elements, so
//! an author with classes could dress a link up as a review state or wake a script. `style` and every `on…` go anyway.

use std::collections::{BTreeSet, HashSet};

use super::{escape, link};
use crate::markdown::{ELEMENTS, Element, Html, Token};
use crate::model::body::LinkView;

/// Attributes that stay on any element.
const ATTRIBUTES: &[&str] = &[
    "abbr",
    "align",
    "alt",
    "aria-label",
    "colspan",
    "datetime",
    "dir",
    "height",
    "id",
    "lang",
    "open",
    "reversed",
    "rowspan",
    "scope",
    "start",
    "title",
    "translate",
    "valign",
    "width",
];

/// Elements of our own that no author may write.
const OURS: &[&str] = &["input"];

/// What is known of the raw HTML so far.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// Something was written that an HTML parser must put in order.
    written: bool,
    /// Open elements in which no link is made of text.
    quiet: usize,
    /// Ids that are in the page already: a second one of the same name would lead nowhere.
    ids: BTreeSet<String>,
}

impl Raw {
    /// Raw HTML of a body whose headings have these ids.
    pub fn beside<'h>(headings: impl Iterator<Item = &'h str>) -> Self {
        Self { ids: headings.map(str::to_owned).collect(), ..Self::default() }
    }

    /// Whether we are inside a link or code of raw HTML.
    pub fn keeps_links_out(&self) -> bool {
        self.quiet > 0
    }

    /// Writes what of raw HTML comes out.
    pub fn write(&mut self, out: &mut String, html: &Html<'_>, links: &[LinkView]) {
        if html.block && !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        for token in &html.tokens {
            let part = |range: &std::ops::Range<usize>| html.text.get(range.clone()).unwrap_or_default();
            match token {
                Token::Literal(range) => escape::text(out, part(range)),
                Token::Text(range) => {
                    self.written |= part(range).contains('&');
                    text(out, part(range));
                }
                Token::Open(element) => {
                    self.written = true;
                    self.quiet += usize::from(is_quiet(&element.name));
                    open(out, element, links, &mut self.ids);
                }
                Token::Close(name) => {
                    self.written = true;
                    self.quiet = self.quiet.saturating_sub(usize::from(is_quiet(name)));
                    out.push_str("</");
                    out.push_str(name);
                    out.push('>');
                }
            }
        }
        if html.block && !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    }

    /// The body as it may be published. Every tag in it was written by us, so the sanitiser mostly closes what authors left
    /// open, that a page stays whole; and should we have let something through, it does not.
    pub fn finish(self, out: String) -> String {
        if !self.written {
            return out;
        }
        let schemes = schemes(&out);
        let mut sanitiser = ammonia::Builder::empty();
        sanitiser
            .tags(ELEMENTS.iter().chain(OURS).copied().collect())
            .clean_content_tags(HashSet::from(["script", "style"]))
            .generic_attributes(ATTRIBUTES.iter().copied().chain(["class", "role", "tabindex"]).collect())
            .add_tag_attributes("a", ["href", "rel"])
            .add_tag_attributes("img", ["src", "loading"])
            .add_tag_attributes("input", ["type", "checked", "disabled"])
            .url_schemes(schemes.iter().map(String::as_str).collect())
            .url_relative(ammonia::UrlRelative::PassThrough)
            .link_rel(None);
        sanitiser.clean(&out).to_string()
    }
}

/// Elements of raw HTML in which no link is made of text.
fn is_quiet(name: &str) -> bool {
    matches!(name, "a" | "code" | "pre" | "kbd" | "samp")
}

/// Text of raw HTML: its entities stay, but nothing in it begins a tag.
fn text(out: &mut String, text: &str) {
    for (number, part) in text.split('&').enumerate() {
        if number > 0 {
            out.push('&');
        }
        escape::text(out, part);
    }
}

fn open(out: &mut String, element: &Element, links: &[LinkView], ids: &mut BTreeSet<String>) {
    let goal = element.link.and_then(|index| link::goal(links, index));
    if element.name == "img" && goal.is_none() {
        return escape::text(out, element.attribute("alt").map_or("", |alt| &alt.value));
    }
    out.push('<');
    out.push_str(&element.name);
    match (&goal, element.name.as_str()) {
        (Some(goal), "img") => {
            out.push_str(" src=\"");
            escape::address(out, goal.address);
            out.push_str("\" loading=\"lazy\"");
        }
        (Some(goal), _) => link::href(out, goal),
        (None, _) => {}
    }
    for attribute in element.attributes.iter().filter(|attribute| ATTRIBUTES.contains(&attribute.name.as_str())) {
        if attribute.name != "id" || ids.insert(attribute.value.clone()) {
            escape::attribute(out, &attribute.name, &attribute.value);
        }
    }
    if element.name == "a"
        && element.attribute("id").is_none()
        && let Some(name) = element.attribute("name")
        && ids.insert(name.value.clone())
    {
        escape::attribute(out, "id", &name.value);
    }
    out.push('>');
}

/// The schemes of the addresses in a body; each has passed [`escape::is_safe`] when it was written.
fn schemes(html: &str) -> Vec<String> {
    let mut schemes: Vec<String> = html
        .split("=\"")
        .skip(1)
        .filter_map(|value| escape::scheme(value.split('"').next()?))
        .filter(|scheme| escape::is_safe(&format!("{scheme}:")))
        .collect();
    schemes.sort_unstable();
    schemes.dedup();
    schemes
}
