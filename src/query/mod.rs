//! Pure answers over a site: what explains a rule, how much of a scan is explained, who has come how far and can review what.
//!
//! In: a [`Site`](crate::model::site::Site) and what was asked. Out: plain data; the command line prints it.

pub mod backlog;
pub mod coverage;
pub mod explain;
pub mod lookup;
pub mod places;
pub mod progress;
pub mod quote;
pub mod reviewers;
