//! What `write` leaves in the folder when all goes well.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, Mode, mkfifoat};
use tempfile::tempdir;

use super::draft::Draft;
use super::write::{Conduct, Step};
use super::*;

const OLD: &[(&str, &str)] = &[("index.html", "home"), ("a/index.html", "a"), ("gone/index.html", "gone")];
const NEW: &[(&str, &str)] = &[("index.html", "home"), ("a/index.html", "A"), ("b/c/index.html", "bc")];

#[test]
fn a_site_is_written_and_replaced_and_nothing_is_left_beside_it() {
    let root = tempdir().unwrap();
    let out = root.path().join("deep/er/public");
    let first = go(&site(OLD), &out).unwrap();
    assert_eq!(first, Written { changed: 3, ..Written::default() });
    assert_eq!(everything(&out), map(OLD));
    let second = go(&site(NEW), &out).unwrap();
    assert_eq!(second, Written { changed: 2, unchanged: 1, removed: 1, kept: vec![] });
    assert_eq!(everything(&out), map(NEW));
    assert_eq!(names(out.parent().unwrap()), ["public"]);
}

#[test]
fn unchanged_files_keep_inode_and_time() {
    for hard_links in [true, false] {
        let root = tempdir().unwrap();
        let out = root.path().join("public");
        go(&site(OLD), &out).unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let file = fs::File::options().write(true).open(out.join("index.html")).unwrap();
        file.set_modified(long_ago).unwrap();
        let before = out.join("index.html").metadata().unwrap();
        let conduct = Conduct { hard_links, ..Conduct::default() };
        let written = Draft::with(&out, None, &AtomicBool::new(false), conduct).finish(&site(NEW)).unwrap();
        assert_eq!((written.changed, written.unchanged), (2, 1));
        let after = out.join("index.html").metadata().unwrap();
        assert_eq!(after.modified().unwrap(), long_ago);
        assert_eq!(before.ino() == after.ino(), hard_links);
        assert_eq!(after.nlink(), 1);
    }
}

#[test]
fn the_same_site_again_touches_nothing() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    go(&site(OLD), &out).unwrap();
    put(&out, &[("CNAME", "x")]);
    let before = out.metadata().unwrap();
    let written = go(&site(OLD), &out).unwrap();
    assert_eq!(written, Written { changed: 0, unchanged: 3, removed: 0, kept: vec!["CNAME".to_owned()] });
    let after = out.metadata().unwrap();
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
}

#[test]
fn a_file_changed_by_hand_is_put_right_even_with_the_same_size_and_time() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    go(&site(OLD), &out).unwrap();
    let time = out.join("index.html").metadata().unwrap().modified().unwrap();
    put(&out, &[("index.html", "HOME")]);
    fs::File::options().write(true).open(out.join("index.html")).unwrap().set_modified(time).unwrap();
    fs::remove_file(out.join("a/index.html")).unwrap();
    assert_eq!(go(&site(OLD), &out).unwrap().changed, 2);
    assert_eq!(everything(&out), map(OLD));
}

#[test]
fn a_folder_that_became_a_link_is_put_right() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    go(&site(OLD), &out).unwrap();
    fs::rename(out.join("a"), root.path().join("elsewhere")).unwrap();
    symlink("../elsewhere", out.join("a")).unwrap();
    assert_eq!(go(&site(OLD), &out).unwrap(), Written { changed: 1, unchanged: 2, removed: 0, kept: vec![] });
    assert!(!out.join("a").is_symlink());
    assert_eq!(everything(&root.path().join("elsewhere")), map(&[("index.html", "a")]));
}

#[test]
fn what_is_not_ours_is_kept() {
    for exchange in [true, false] {
        let root = tempdir().unwrap();
        let out = root.path().join("public");
        go(&site(OLD), &out).unwrap();
        let theirs = [
            ("CNAME", "example.org"),
            (".nojekyll", ""),
            (".well-known/security.txt", "s"),
            (".git/HEAD", "ref"),
            (".git/objects/x", "o"),
            ("gone/note.txt", "n"),
            ("sub/.git/HEAD", "sub"),
        ];
        put(&out, &theirs);
        fs::create_dir_all(out.join("hollow")).unwrap();
        symlink("CNAME", out.join("link")).unwrap();
        mkfifoat(CWD, out.join("pipe"), Mode::from_raw_mode(0o644)).unwrap();
        let inode = out.join(".git").metadata().unwrap().ino();
        let conduct = Conduct { exchange, ..Conduct::default() };
        let written = Draft::with(&out, None, &AtomicBool::new(false), conduct).finish(&site(NEW)).unwrap();
        let kept =
            [".git", ".nojekyll", ".well-known/security.txt", "CNAME", "gone/note.txt", "link", "pipe", "sub/.git"];
        assert_eq!(written.kept, kept);
        let mut expected = map(NEW);
        expected.extend(map(&theirs));
        expected.extend(map(&[("hollow/", ""), ("link", "-> CNAME"), ("pipe", "special")]));
        assert_eq!(everything(&out), expected);
        assert_eq!(out.join(".git").metadata().unwrap().ino(), inode);
        assert_eq!(names(root.path()), ["public"]);
    }
}

#[test]
fn a_file_that_is_not_ours_is_never_overwritten() {
    for theirs in ["CNAME", "b", "robots.txt/x"] {
        let root = tempdir().unwrap();
        let out = root.path().join("public");
        go(&site(OLD), &out).unwrap();
        put(&out, &[(theirs, "mine")]);
        let before = everything(&out);
        let coming = [("CNAME", "site"), ("b/index.html", "b"), ("robots.txt", "r")];
        let refused = go(&site(&coming), &out).unwrap_err();
        assert!(matches!(refused, DiskError::Refused { .. }), "{refused}");
        assert_eq!(everything(&out), before);
    }
}

#[test]
fn a_file_becomes_a_folder_and_back() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    for files in [[("a", "1")], [("a/b", "2")], [("a", "3")]] {
        go(&site(&files), &out).unwrap();
        assert_eq!(everything(&out), map(&files));
    }
}

#[test]
fn a_worktree_or_an_empty_folder_becomes_ours() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    put(&out, &[(".git", "gitdir: elsewhere"), ("CNAME", "x")]);
    fs::set_permissions(&out, fs::Permissions::from_mode(0o2775)).unwrap();
    assert_eq!(go(&site(OLD), &out).unwrap().kept, [".git", "CNAME"]);
    assert_eq!(fs::read_to_string(out.join(".git")).unwrap(), "gitdir: elsewhere");
    assert_eq!(out.metadata().unwrap().mode() & 0o7777, 0o2775);
    let empty = root.path().join("empty");
    fs::create_dir(&empty).unwrap();
    go(&site(OLD), &empty).unwrap();
    assert_eq!(everything(&empty), map(OLD));
}

#[test]
fn an_empty_site_is_a_site() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    go(&site(&[]), &out).unwrap();
    assert_eq!(names(&out), [MANIFEST]);
    go(&site(OLD), &out).unwrap();
    assert_eq!(go(&site(&[]), &out).unwrap().removed, 3);
    assert_eq!(names(&out), [MANIFEST]);
}

#[test]
fn the_folder_is_the_same_on_every_machine() {
    let root = tempdir().unwrap();
    let (one, two) = (root.path().join("one"), root.path().join("two"));
    go(&site(NEW), &one).unwrap();
    go(&site(OLD), &two).unwrap();
    go(&site(NEW), &two).unwrap();
    assert_eq!(everything(&one), everything(&two));
    assert_eq!(fs::read(one.join(MANIFEST)).unwrap(), fs::read(two.join(MANIFEST)).unwrap());
}

#[test]
fn a_link_to_the_output_folder_stays_a_link() {
    let root = tempdir().unwrap();
    let real = root.path().join("real");
    fs::create_dir(&real).unwrap();
    symlink("real", root.path().join("public")).unwrap();
    go(&site(OLD), &root.path().join("public")).unwrap();
    go(&site(NEW), &root.path().join("public")).unwrap();
    assert_eq!(everything(&real), map(NEW));
    assert!(root.path().join("public").is_symlink());
}

#[test]
fn stopped_at_any_step_it_leaves_the_old_site_and_nothing_else() {
    for at in [Step::Locked, Step::Begun, Step::Filled, Step::Carried] {
        let root = tempdir().unwrap();
        let out = root.path().join("public");
        go(&site(OLD), &out).unwrap();
        put(&out, &[("CNAME", "x"), (".git/HEAD", "y")]);
        let before = everything(&out);
        let stop = AtomicBool::new(false);
        let after = |step| stop.store(step == at || stop.load(Ordering::Relaxed), Ordering::Relaxed);
        let result = Draft::with(&out, None, &stop, Conduct { after: &after, ..Conduct::default() }).finish(&site(NEW));
        assert!(matches!(result, Err(DiskError::Interrupted)), "{at:?}: {result:?}");
        assert_eq!(everything(&out), before);
        assert_eq!(names(root.path()), ["public"]);
    }
}

#[test]
fn a_reader_never_sees_half_a_site() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    let version = |n: usize| site(&[("one.html", &format!("{n}")), ("two/two.html", &format!("{n}"))]);
    go(&version(0), &out).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut looks = 0;
            while !done.load(Ordering::Relaxed) {
                // Whoever holds the folder open goes on seeing the site it was, until that one is cleared away.
                let folder = read::open_root(&out).unwrap();
                let one = read::read_in(&folder, "one.html".as_ref(), 99);
                let two = read::open_folder(&folder, Path::new("two")).ok();
                let two = two.and_then(|two| read::read_in(&two, "two.html".as_ref(), 99).ok());
                if let (Ok(one), Some(two)) = (one, two) {
                    assert_eq!(one, two);
                    looks += 1;
                }
            }
            looks
        });
        for n in 1..100 {
            go(&version(n), &out).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
}
