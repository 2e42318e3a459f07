//! Where `write` will not go, and what it says when the disk will not.

use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::sync::Barrier;

use tempfile::tempdir;

use super::draft::Draft;
use super::write::{Conduct, Step};
use super::*;

const PAGE: &[(&str, &str)] = &[("index.html", "home")];

#[test]
fn a_folder_that_is_not_ours_is_refused_and_untouched() {
    let root = tempdir().unwrap();
    put(root.path(), &[("out/thesis.tex", "years of work"), ("out/a", ""), ("out/b", ""), ("out/c/d", "")]);
    let before = everything(root.path());
    let error = go(&site(PAGE), &root.path().join("out")).unwrap_err();
    let text = error.to_string();
    assert!(text.ends_with("is not empty and was not made by tiltyard: it has `a`, `b`, `c` and 1 more"), "{text}");
    assert!(error.help().unwrap().contains("--out"));
    assert_eq!(everything(root.path()), before);

    put(root.path(), &[("out/.tiltyard.json", "not json")]);
    assert!(matches!(go(&site(PAGE), &root.path().join("out")), Err(DiskError::Refused { .. })));
    let error = go(&site(PAGE), &root.path().join("out/thesis.tex")).unwrap_err();
    assert!(error.to_string().ends_with("is a file, and the site needs a folder"), "{error}");
    symlink("nowhere", root.path().join("dangling")).unwrap();
    assert!(go(&site(PAGE), &root.path().join("dangling")).is_err());
    assert!(go(&site(PAGE), Path::new("/")).is_err());
}

#[test]
fn a_site_with_a_path_that_leads_elsewhere_is_refused_before_anything_is_written() {
    let root = tempdir().unwrap();
    for bad in ["../x", "a/../../x", "a//b", "a\\b", "a\0b", "", ".git/hooks/post-commit", "a/.", MANIFEST] {
        let error = go(&site(&[("index.html", ""), (bad, "")]), &root.path().join("public")).unwrap_err();
        assert!(matches!(error, DiskError::Refused { .. }), "{bad:?}: {error}");
    }
    let error = go(&site(&[("a", ""), ("a.html", ""), ("a/b", "")]), &root.path().join("public")).unwrap_err();
    assert!(error.to_string().contains("lies below `a`, which is a file"), "{error}");
    assert!(names(root.path()).is_empty());
}

#[test]
fn targets_that_would_take_something_with_them_are_refused() {
    let top = tempdir().unwrap();
    let root = top.path().join("kb");
    let content = root.join("content");
    put(&root, &[("content/a.md", ""), ("real/x", "")]);
    symlink(top.path(), root.join("out-of-it")).unwrap();
    symlink("content", root.join("alias")).unwrap();
    let ask = |out: &Path| check_target(out, &root, &[&content]).map_err(|error| error.to_string());
    let refused = |out: &Path, why: &str| {
        let error = ask(out).unwrap_err();
        assert!(error.contains(why), "{error}");
    };
    refused(Path::new("/"), "is the root of the file system");
    refused(&root, "is the knowledge base itself");
    refused(&root.join("public/.."), "is the knowledge base itself");
    refused(top.path(), "lies above the knowledge base itself");
    refused(&content, "is a folder of the knowledge base");
    refused(&root.join("alias"), "is a folder of the knowledge base");
    refused(&root.join("out-of-it/public"), "leads out of the knowledge base");
    if let Some(home) = std::env::home_dir() {
        refused(&home, "home folder");
    }
    for fine in [root.join("public"), root.join("a/b/public"), top.path().join("elsewhere"), root.join("../other")] {
        assert_eq!(ask(&fine), Ok(()), "{fine:?}");
    }
}

#[test]
fn a_second_writer_is_told_to_wait() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    let (begun, over) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        let first = scope.spawn(|| {
            let after = |step| {
                if step == Step::Filled {
                    begun.wait();
                    over.wait();
                }
            };
            Draft::with(&out, None, &AtomicBool::new(false), Conduct { after: &after, ..Conduct::default() })
                .finish(&site(PAGE))
        });
        begun.wait();
        let second = go(&site(&[("other.html", "x")]), &out).unwrap_err();
        assert!(second.to_string().starts_with("another tiltyard is writing to `"), "{second}");
        over.wait();
        first.join().unwrap().unwrap();
    });
    assert_eq!(everything(&out), map(PAGE));
    assert_eq!(names(root.path()), ["public"]);
}

#[test]
fn many_writers_at_once_leave_one_whole_site() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    std::thread::scope(|scope| {
        for n in 0..8 {
            let out = &out;
            scope.spawn(move || {
                let text = n.to_string();
                for _ in 0..20 {
                    match go(&site(&[("a", &text), ("b", &text)]), out) {
                        Ok(_) | Err(DiskError::Busy { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    let all = everything(&out);
    assert_eq!(all["a"], all["b"]);
    assert_eq!(names(root.path()), ["public"]);
}

#[test]
fn a_write_that_fails_midway_leaves_the_old_site_and_says_where() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    go(&site(PAGE), &out).unwrap();
    let long = "x".repeat(300);
    let error = go(&site(&[("index.html", "new"), (&long, "")]), &out).unwrap_err();
    assert!(error.to_string().starts_with("cannot write `") && error.to_string().contains(&long), "{error}");
    assert_eq!(everything(&out), map(PAGE));
    assert_eq!(names(root.path()), ["public"]);
}

/// Mounts a small disk for the time of a test; none, and a word why, where that is not allowed.
fn small_disk(folder: &Path, options: &str) -> Option<SmallDisk> {
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder).output();
    match mounted {
        Ok(output) if output.status.success() => Some(SmallDisk(folder.to_path_buf())),
        other => {
            eprintln!("skipped: no small disk can be mounted: {other:?}");
            None
        }
    }
}

struct SmallDisk(std::path::PathBuf);

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l".as_ref(), self.0.as_os_str()]).output();
    }
}

#[test]
fn a_full_disk_leaves_the_old_site_and_room_for_it() {
    let folder = tempdir().unwrap();
    let Some(_disk) = small_disk(folder.path(), "size=256k") else { return };
    let out = folder.path().join("public");
    go(&site(PAGE), &out).unwrap();
    let big = "x".repeat(150_000);
    let error = go(&site(&[("index.html", "new"), ("a", &big), ("b", &big)]), &out).unwrap_err();
    assert!(error.to_string().ends_with("no space left on device"), "{error}");
    assert!(error.help().unwrap().contains("free some space"));
    assert_eq!(everything(&out), map(PAGE));
    assert_eq!(names(folder.path()), ["public"]);
    go(&site(&[("index.html", "new"), ("a", &big)]), &out).unwrap();
}

#[test]
fn a_mount_point_and_a_read_only_disk_are_named_as_such() {
    let folder = tempdir().unwrap();
    let out = folder.path().join("public");
    fs::create_dir(&out).unwrap();
    let Some(disk) = small_disk(&out, "size=1m") else { return };
    let error = go(&site(PAGE), &out).unwrap_err();
    assert!(error.to_string().contains("it is a mount point"), "{error}");
    assert_eq!(names(folder.path()), ["public"]);
    drop(disk);
    let Some(_disk) = small_disk(folder.path(), "size=1m,ro") else { return };
    let error = go(&site(PAGE), &out).unwrap_err();
    assert!(error.to_string().ends_with("read-only file system"), "{error}");
    assert!(error.help().unwrap().contains("--out"));
}

#[test]
fn a_folder_that_may_not_be_written_beside_is_named() {
    let root = tempdir().unwrap();
    let set = |mode| fs::set_permissions(root.path(), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    set(0o555);
    let nobody = rustix::process::getuid().is_root();
    let out = root.path().join("public");
    let output = child("disk::tests::refused::write_as_somebody", &[("OUT", out.to_str().unwrap())], |command| {
        if nobody {
            command.uid(65534).gid(65534).current_dir("/");
        }
    });
    set(0o755);
    match output {
        Err(error) if nobody => eprintln!("skipped: the test cannot be run as nobody: {error}"),
        output => {
            let text = String::from_utf8(output.unwrap().stdout).unwrap();
            assert!(text.contains("cannot write beside `") && text.contains("/public`: permission denied"), "{text}");
        }
    }
}

#[test]
#[ignore = "run by a_folder_that_may_not_be_written_beside_is_named"]
fn write_as_somebody() {
    let Ok(out) = std::env::var("OUT") else { return };
    println!("{}", go(&site(PAGE), Path::new(&out)).unwrap_err());
}
