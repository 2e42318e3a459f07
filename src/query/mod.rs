//! Pure answers over a site: what explains a rule, and how much of a scan is explained.
//!
//! In: a [`Site`](crate::model::site::Site) and what was asked. Out: plain data; the command line prints it.

pub mod coverage;
pub mod lookup;
pub mod places;
pub mod quote;
