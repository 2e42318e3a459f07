//! What we hand to other tools, in their own formats.
//!
//! In: the model. Out: the text or data of a foreign format. Nothing is written here.

pub mod otm;
pub mod schema;
