//! A site made in part of the one that stands there.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::disk::recall::{note, recall};
use crate::disk::{DiskError, Draft, write};
use crate::source::{OutputPath, OutputTree};

/// A site of which one file is new and the other stands.
fn half(new: &[(&str, &str)], standing: &[&str]) -> OutputTree {
    OutputTree { standing: standing.iter().map(|path| OutputPath::new(path)).collect::<BTreeSet<_>>(), ..site(new) }
}

#[test]
fn what_stands_stays_and_what_was_changed_meanwhile_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, out) = (folder.path().join("own/cache"), folder.path().join("site"));
    let stop = AtomicBool::new(false);
    write(&site(&[("a/index.html", "one"), ("b/index.html", "two"), ("gone.html", "x")]), &out, &stop).unwrap();
    note(&cache, &out, b"noted").unwrap();
    let found = recall(&cache, &out).unwrap();
    assert_eq!(found.note, b"noted");

    let next = half(&[("a/index.html", "three")], &["b/index.html"]);
    assert!(matches!(write(&next, &out, &stop), Err(DiskError::Changed { .. })), "nothing says what stands");
    let written = Draft::new(&out, Some(&found), &stop).finish(&next).unwrap();
    assert_eq!((written.changed, written.unchanged, written.removed), (1, 1, 1));
    let whole = everything(&out);
    assert_eq!(whole.get("b/index.html").map(String::as_str), Some("two"));
    assert_eq!(whole.get("a/index.html").map(String::as_str), Some("three"));
    assert!(!whole.contains_key("gone.html"));

    // What was found is no longer what is there.
    assert!(matches!(Draft::new(&out, Some(&found), &stop).finish(&next), Err(DiskError::Changed { .. })));
    note(&cache, &out, b"again").unwrap();
    let found = recall(&cache, &out).unwrap();
    fs::write(out.join("b/index.html"), "mine").unwrap();
    assert!(matches!(Draft::new(&out, Some(&found), &stop).finish(&next), Err(DiskError::Changed { .. })));
    // A file that never stood there.
    note(&cache, &out, b"again").unwrap();
    let found = recall(&cache, &out).unwrap();
    let invented = half(&[("a/index.html", "three")], &["c/index.html"]);
    assert!(matches!(Draft::new(&out, Some(&found), &stop).finish(&invented), Err(DiskError::Changed { .. })));
    assert_eq!(everything(&out).get("b/index.html").map(String::as_str), Some("mine"));
}
