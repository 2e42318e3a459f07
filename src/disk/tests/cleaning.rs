//! `clean` takes what is ours and nothing else.

use tempfile::tempdir;

use super::super::clean::prepare_cache;
use super::*;

#[test]
fn only_ours_goes() {
    let root = tempdir().unwrap();
    let (out, cache) = (root.path().join("public"), root.path().join(".cache"));
    go(&site(&[("index.html", "1"), ("a/b/index.html", "2")]), &out).unwrap();
    put(&out, &[("CNAME", "x"), (".git/HEAD", "y"), ("a/mine.txt", "z")]);
    prepare_cache(&cache).unwrap();
    prepare_cache(&cache).unwrap();
    put(&cache, &[("entry", "")]);
    let cleaned = clean(&out, &cache).unwrap();
    assert_eq!(cleaned.removed, 2);
    assert!(cleaned.cache);
    assert_eq!(cleaned.kept, [".git", "CNAME", "a/mine.txt"]);
    assert_eq!(
        everything(root.path()).keys().collect::<Vec<_>>(),
        ["public/.git/HEAD", "public/CNAME", "public/a/mine.txt"]
    );
    assert_eq!(names(&out), [".git", "CNAME", "a"]);
}

#[test]
fn a_site_alone_goes_with_its_folder_and_nothing_is_fine() {
    let root = tempdir().unwrap();
    let (out, cache) = (root.path().join("public"), root.path().join("cache"));
    go(&site(&[("index.html", "1"), ("a/index.html", "2")]), &out).unwrap();
    clean(&out, &cache).unwrap();
    assert!(names(root.path()).is_empty());
    assert_eq!(clean(&out, &cache).unwrap(), Cleaned::default());
}

#[test]
fn what_is_not_ours_is_refused_or_left() {
    let root = tempdir().unwrap();
    let (out, cache) = (root.path().join("public"), root.path().join("cache"));
    put(root.path(), &[("public/x", "1"), ("cache/y", "2")]);
    assert!(matches!(clean(&out, &cache), Err(DiskError::Refused { .. })));
    let cleaned = clean(&root.path().join("none"), &cache).unwrap();
    assert!(!cleaned.cache && cleaned.kept.len() == 1);
    assert!(prepare_cache(&cache).is_err());
    assert_eq!(everything(root.path()), map(&[("public/x", "1"), ("cache/y", "2")]));
}

#[test]
fn a_list_or_a_link_that_leads_out_takes_nothing_with_it() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    put(root.path(), &[("victim/a.html", "precious")]);
    put(&out, &[(MANIFEST, r#"{"tiltyard":1,"files":["../victim/a.html"]}"#)]);
    assert!(clean(&out, &root.path().join("cache")).is_err());
    put(&out, &[(MANIFEST, r#"{"tiltyard":1,"files":["link/a.html"]}"#)]);
    std::os::unix::fs::symlink("../victim", out.join("link")).unwrap();
    clean(&out, &root.path().join("cache")).unwrap();
    assert_eq!(fs::read_to_string(root.path().join("victim/a.html")).unwrap(), "precious");
    assert_eq!(names(&out), ["link"]);
}
