//! The ids of headings, as GitHub makes them.
//!
//! In: headings in document order. Out: an id for each, unique in its page.

use std::collections::BTreeSet;

use super::event::{Event, Events, Node, Tag};
use super::html::{Attribute, Token};

/// GitHub's rule (github-slugger): lower case; letters, marks, numbers, `-` and `_` stay; a space becomes `-`; all else goes.
#[must_use]
pub fn slug(text: &str) -> String {
    let text = text.trim();
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '\n' | '\t' => slug.push('-'),
            '-' | '_' => slug.push(c),
            c if c.is_ascii() => slug.extend(c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase())),
            c => slug.extend(c.to_lowercase().filter(|c| c.is_alphanumeric() || is_mark(*c))),
        }
    }
    slug
}

/// Combining marks that belong to a letter before them. `char::is_alphanumeric` leaves out those that are no vowel signs.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{93c}' | '\u{94d}' | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{200d}' | '\u{20d0}'..='\u{20f0}' | '\u{3099}' | '\u{309a}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

/// The ids that a page has so far.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeSet<String>, std::collections::BTreeMap<String, usize>);

impl Ids {
    /// Takes an id that an author chose; says whether it was still free.
    pub fn reserve(&mut self, id: &str) -> bool {
        self.0.insert(id.to_owned())
    }

    /// A free id near to `wanted`: itself, or with `-1`, `-2`, ….
    pub fn free(&mut self, wanted: &str) -> String {
        let wanted = if wanted.is_empty() { "section" } else { wanted };
        if self.0.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        // The last number given is kept, so that ten thousand equal headings are not ten thousand times counted.
        let last = self.1.entry(wanted.to_owned()).or_default();
        loop {
            *last += 1;
            let id = format!("{wanted}-{last}");
            if self.0.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// Gives every heading its id: the ones that authors chose first, then the others around them.
pub(super) fn name_headings(events: &mut Events<'_>) {
    let mut ids = Ids::default();
    let mut chosen = Vec::new();
    for (index, event) in events.list.iter().enumerate() {
        match &event.node {
            Node::Open(Tag::Heading { id, .. }, _) if !id.is_empty() && ids.reserve(id) => chosen.push(index),
            Node::Html(html) => {
                for id in html.tokens.iter().filter_map(anchor) {
                    ids.reserve(&id.value);
                }
            }
            _ => {}
        }
    }
    for index in 0..events.list.len() {
        let Some(Node::Open(Tag::Heading { id, .. }, close)) = events.node(index) else { continue };
        if chosen.binary_search(&index).is_ok() {
            continue;
        }
        let wanted = if id.is_empty() { slug(&events.text_between(index, *close)) } else { id.clone() };
        let free = ids.free(&wanted);
        if let Some(Event { node: Node::Open(Tag::Heading { id, .. }, _), .. }) = events.list.get_mut(index) {
            *id = free;
        }
    }
}

/// The place that a tag of raw HTML names: its `id`, or the `name` of a link.
pub(super) fn anchor(token: &Token) -> Option<&Attribute> {
    let Token::Open(element) = token else { return None };
    let named = || if element.name == "a" { element.attribute("name") } else { None };
    element.attribute("id").or_else(named).filter(|id| !id.value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_github_does() {
        assert_eq!(slug("Hello, World! (v1.2)"), "hello-world-v12");
        assert_eq!(slug("  Größe & Maß — 日本語  "), "größe--maß--日本語");
        assert_eq!(slug("snake_case-and  two"), "snake_case-and--two");
        assert_eq!(slug("🎉 party"), "-party");
    }

    #[test]
    fn doubles_get_numbers() {
        let mut ids = Ids::default();
        ids.reserve("b-1");
        let made: Vec<_> = ["a", "a", "b", "b", "a", "", ""].map(|wanted| ids.free(wanted)).into();
        assert_eq!(made, ["a", "a-1", "b", "b-2", "a-2", "section", "section-1"]);
    }
}
