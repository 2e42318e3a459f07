//! What a page's body needs from outside itself: where its links go and which words have an explanation.
//!
//! In: nothing. Out: [`LinkView`], [`TermView`]. The view builds them, the body writer reads them.

use serde::Serialize;

/// Where one link of a body goes, after resolving and screening. The n-th view belongs to the n-th link of the body's outline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum LinkView {
    /// A link to follow.
    Href {
        /// The address as it shall stand in the page, not yet escaped: page-relative, or with a scheme.
        href: String,
        /// It leaves the site.
        external: bool,
        /// The name of what it leads to: the text of a wiki link that has none of its own, the tooltip of a mention.
        title: Option<String>,
    },
    /// A picture to show.
    Image {
        /// The address of the picture, not yet escaped.
        src: String,
    },
    /// A wiki link without a text of its own becomes these words; any other its own text.
    Said(&'static str),
    /// The link becomes its own text; a picture becomes its description.
    Text,
}

/// A word that has an explanation in plain language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermView {
    /// The text to find, as a whole word; in any case unless it is written all in capitals.
    pub term: String,
    /// The explanation.
    pub plain: String,
    /// The glossary's entry, page-relative, not yet escaped; none when there is no such page.
    pub href: Option<String>,
}
