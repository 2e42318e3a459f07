//! Our dialect of Markdown: `CommonMark`, GitHub's extensions, wiki links, mentions, folding alerts and marked code blocks.
//!
//! In: the text of a file and the byte its body starts at. Out: [`events`], every piece of the body in document order with
//! its bytes counted from the top of the file, and [`outline`], what the rest of the program needs to know of a body.
//!
//! The writer of HTML and the outline both read [`events`], which numbers the links; so the n-th link of the one is the n-th
//! link of the other by construction.

mod alert;
mod build;
mod entity;
mod event;
mod fence;
mod html;
mod inline;
mod outline;
mod passages;
mod place;
mod run;
mod slug;
mod tags;

pub use alert::{AlertKind, Fold};
pub use build::{MAX_DEPTH, events};
pub use event::{Align, CodeText, Event, Events, LinkForm, LinkTag, Node, Tag};
pub use fence::{Fence, Role};
pub use html::{Attribute, ELEMENTS, Element, Html, Token};
pub use outline::{CodeBlock, Heading, Link, Outline, Problem, ProblemKind, outline, plain_text};
pub use passages::{Passage, passages, passages_of};
pub use slug::slug;
