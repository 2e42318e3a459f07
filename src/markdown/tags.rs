//! The parser's elements in our words, and what sort of element each is.
//!
//! In: tags of `pulldown_cmark`. Out: ours.

use std::borrow::Cow;

use pulldown_cmark::{Alignment, CowStr, Tag as RawTag};

use super::event::{Align, Tag};

/// The parser's text as the standard library's.
pub(super) fn cow(text: CowStr<'_>) -> Cow<'_, str> {
    match text {
        CowStr::Borrowed(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.into_string()),
    }
}

/// Tags that carry nothing with them.
pub(super) fn plain_tag(tag: RawTag<'_>) -> Tag<'_> {
    match tag {
        RawTag::BlockQuote(Some(kind)) => Tag::Alert { kind: kind.into(), fold: None },
        RawTag::BlockQuote(None) => Tag::Quote,
        RawTag::List(first) => Tag::List(first),
        RawTag::Item => Tag::Item,
        RawTag::FootnoteDefinition(label) => Tag::Footnote(cow(label)),
        RawTag::DefinitionList => Tag::Definitions,
        RawTag::DefinitionListTitle => Tag::DefinitionTerm,
        RawTag::DefinitionListDefinition => Tag::Definition,
        RawTag::Table(columns) => Tag::Table(columns.into_iter().map(align).collect()),
        RawTag::TableHead => Tag::TableHead,
        RawTag::TableRow => Tag::TableRow,
        RawTag::TableCell => Tag::TableCell,
        RawTag::Strong => Tag::Strong,
        RawTag::Strikethrough => Tag::Strikethrough,
        RawTag::Emphasis | RawTag::Superscript | RawTag::Subscript => Tag::Emphasis,
        _ => Tag::Paragraph,
    }
}

fn align(alignment: Alignment) -> Align {
    match alignment {
        Alignment::None => Align::None,
        Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}

/// Blocks that have no blocks in them: they are kept at any depth, or their text would run together.
pub(super) fn is_leaf(tag: &RawTag<'_>) -> bool {
    matches!(
        tag,
        RawTag::Paragraph
            | RawTag::Heading { .. }
            | RawTag::CodeBlock(_)
            | RawTag::HtmlBlock
            | RawTag::MetadataBlock(_)
    )
}

/// Elements that make sense in the one element around them only.
pub(super) fn is_part(tag: &RawTag<'_>) -> bool {
    use RawTag::{DefinitionListDefinition, DefinitionListTitle, Item, TableCell, TableHead, TableRow};
    matches!(tag, Item | TableHead | TableRow | TableCell | DefinitionListTitle | DefinitionListDefinition)
}

/// Elements around blocks, in which raw HTML may stay open from one block to the next.
pub(super) fn is_around_blocks(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Quote
            | Tag::Alert { .. }
            | Tag::List(_)
            | Tag::Item
            | Tag::Footnote(_)
            | Tag::Definitions
            | Tag::Definition
    )
}

/// Raw HTML in which no link is made of text: a link must not have a link in it, and code is code.
pub(super) fn keeps_links_out(name: &str) -> bool {
    matches!(name, "a" | "code" | "pre" | "kbd" | "samp")
}
