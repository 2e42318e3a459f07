//! A body as search sees it: what stands under each heading, prose and code apart.
//!
//! In: the text of a file and the byte its body starts at. Out: [`Passage`]s in order; the first is what stands before any heading.

use super::build::events;
use super::event::{Events, Node, Tag};

/// What stands under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// The heading's id; none before the first heading.
    pub anchor: Option<String>,
    /// The heading without markup.
    pub heading: String,
    /// Its prose without markup, a line a block.
    pub prose: String,
    /// Its code blocks.
    pub code: String,
}

/// Reads a body.
#[must_use]
pub fn passages(text: &str, start: usize) -> Vec<Passage> {
    passages_of(&events(text, start))
}

/// The same of a body that was read already.
#[must_use]
pub fn passages_of(events: &Events<'_>) -> Vec<Passage> {
    let mut out = vec![Passage::default()];
    let mut until = 0;
    for (index, event) in events.list.iter().enumerate() {
        if index < until {
            continue;
        }
        if let Node::Open(Tag::Heading { id, .. }, close) = &event.node {
            let heading = events.text_between(index, *close);
            out.push(Passage { anchor: Some(id.clone()), heading, ..Passage::default() });
            until = *close + 1;
            continue;
        }
        let Some(passage) = out.last_mut() else { break };
        match &event.node {
            Node::Text(text) | Node::Code(text) => {
                // A soft line break is a space to a reader.
                let mut rest: &str = text;
                while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'\n' | b'\r')) {
                    passage.prose.push_str(rest.get(..at).unwrap_or_default());
                    passage.prose.push(' ');
                    rest = rest.get(at + 1..).unwrap_or_default();
                }
                passage.prose.push_str(rest);
            }
            Node::HardBreak => passage.prose.push(' '),
            Node::CodeBlock(block) => passage.code.push_str(&block.code),
            Node::Close(open) => match events.tag(*open) {
                Some(Tag::Link(_) | Tag::Image(_) | Tag::Emphasis | Tag::Strong | Tag::Strikethrough) | None => {}
                Some(Tag::TableCell) => passage.prose.push_str(" · "),
                Some(_) if passage.prose.is_empty() || passage.prose.ends_with('\n') => {}
                Some(_) => passage.prose.push('\n'),
            },
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_heading_has_its_own_prose_and_code() {
        let text = "Before *all*\nof it.\n\n## One `x`\n\n- a\n- b [c](d)\n\n```py\nprint(1)\n```\n\n## Two\n\n| h |\n|---|\n| v |\n";
        let found = passages(text, 0);
        let told: Vec<_> = found
            .iter()
            .map(|p| (p.anchor.as_deref(), p.heading.as_str(), p.prose.as_str(), p.code.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (None, "", "Before all of it.\n", ""),
                (Some("one-x"), "One x", "a\nb c\n", "print(1)\n"),
                (Some("two"), "Two", "h · \nv · \n", ""),
            ]
        );
    }
}
