//! loose
