//! Pure answers over a resolved site.

pub mod explain;
