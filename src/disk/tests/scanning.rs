//! What `scan` reads, what it passes over, and what it says of it.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;

use rustix::fs::{CWD, Mode, mkfifoat};
use tempfile::tempdir;

use super::*;

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

/// Paths read, and `code path` of every diagnostic.
fn look<'a>(root: &'a Path, change: impl FnOnce(&mut Scan<'a>)) -> (Vec<String>, Vec<String>) {
    let folders: &[String] = Box::leak(Box::new(["content", "static"].map(str::to_owned)));
    let files: &[String] = Box::leak(Box::new(["tiltyard.yaml".to_owned()]));
    let mut request = Scan { root, folders, files, exclude: &[], loose: false, max_file: MAX_PAGE, git: false };
    change(&mut request);
    let checked = scan(&request).unwrap();
    let paths = checked.value.files.keys().map(|path| path.as_str().to_owned()).collect();
    let told = checked.diagnostics.iter().map(|one| {
        let path = one.place.as_ref().map_or("", |place| place.path.as_str());
        assert!(one.help.is_some(), "{} says what to do", one.code.name);
        format!("{} {path}", one.code.name)
    });
    (paths, told.collect())
}

fn plain(root: &Path) -> (Vec<String>, Vec<String>) {
    look(root, |_| {})
}

#[test]
fn every_file_is_read_in_order_but_no_dot_file() {
    let root = tempdir().unwrap();
    let files = ["content/b.md", "content/a/z.md", "content/a.md", "content/.hidden/x.md", "content/.x.md"];
    put(root.path(), &files.map(|path| (path, path)));
    put(root.path(), &[("tiltyard.yaml", "x"), ("other.md", "no"), ("static/i.png", "\u{0}bytes")]);
    let (paths, told) = plain(root.path());
    assert_eq!(paths, ["content/a.md", "content/a/z.md", "content/b.md", "static/i.png", "tiltyard.yaml"]);
    assert!(told.is_empty(), "{told:?}");
    let folders = words(&["content/", "./static"]);
    let request = Scan {
        root: root.path(),
        folders: &folders,
        files: &[],
        exclude: &[],
        loose: false,
        max_file: MAX_PAGE,
        git: false,
    };
    assert_eq!(scan(&request).unwrap().value.text("content/a/z.md"), Some("content/a/z.md"));
}

#[test]
fn many_files_are_read_the_same_every_time() {
    let root = tempdir().unwrap();
    for i in 0..300 {
        put(root.path(), &[(&format!("content/{}/{i}.md", i % 3), &i.to_string())]);
    }
    let (first, _) = plain(root.path());
    assert_eq!(first.len(), 300);
    assert!(first.is_sorted());
    assert_eq!(plain(root.path()).0, first);
}

#[test]
fn a_whole_folder_leaves_out_output_cache_and_what_others_made() {
    let root = tempdir().unwrap();
    put(root.path(), &[("a.md", ""), ("docs/b.md", ""), ("public/c.md", ""), ("docs/cache/d.md", "")]);
    put(
        root.path(),
        &[("node_modules/x/e.md", ""), ("target/f.md", ""), (".git/config", ""), ("docs/target/g.md", "")],
    );
    put(root.path(), &[("older-site/.tiltyard.json", "{}"), ("older-site/index.html", "")]);
    let (folders, exclude) = (words(&[""]), words(&["public", "docs/cache/"]));
    let (paths, told) = look(root.path(), |scan| {
        scan.folders = &folders;
        scan.files = &[];
        scan.exclude = &exclude;
        scan.loose = true;
    });
    assert_eq!(paths, ["a.md", "docs/b.md"]);
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn links_are_followed_inside_the_root_only() {
    let outside = tempdir().unwrap();
    put(outside.path(), &[("secret.md", "secret"), ("folder/secret.md", "secret")]);
    let root = tempdir().unwrap();
    put(
        root.path(),
        &[("content/a.md", "a"), ("shared/b.md", "b"), ("shared/deep/c.md", "c"), (".git/config", "secret")],
    );
    let to = |target: &Path, link: &str| symlink(target, root.path().join("content").join(link)).unwrap();
    to(Path::new("a.md"), "file.md");
    to(&root.path().join("shared"), "absolute");
    to(Path::new("../shared/deep"), "relative");
    to(&outside.path().join("secret.md"), "out.md");
    to(outside.path(), "out");
    to(Path::new("../../../../../../../../etc/passwd"), "passwd.md");
    to(Path::new("nowhere.md"), "nowhere.md");
    to(Path::new("itself.md"), "itself.md");
    to(Path::new("."), "here");
    to(Path::new(".."), "up");
    to(Path::new("../.git/config"), "git.md");
    let (paths, told) = plain(root.path());
    let read = [
        "content/a.md",
        "content/absolute/b.md",
        "content/absolute/deep/c.md",
        "content/file.md",
        "content/relative/c.md",
    ];
    assert_eq!(paths, read);
    let odd = [
        "symlink-outside content/git.md",
        "symlink-broken content/here",
        "symlink-broken content/itself.md",
        "symlink-broken content/nowhere.md",
        "symlink-outside content/out",
        "symlink-outside content/out.md",
        "symlink-outside content/passwd.md",
        "symlink-broken content/up",
    ];
    assert_eq!(told, odd);
}

#[test]
fn folders_that_link_to_each_other_end() {
    let root = tempdir().unwrap();
    put(root.path(), &[("content/a/x.md", ""), ("content/b/y.md", "")]);
    symlink("../b", root.path().join("content/a/to-b")).unwrap();
    symlink("../a", root.path().join("content/b/to-a")).unwrap();
    let (paths, told) = plain(root.path());
    assert_eq!(paths, ["content/a/to-b/y.md", "content/a/x.md", "content/b/to-a/x.md", "content/b/y.md"]);
    assert_eq!(told, ["symlink-broken content/a/to-b/to-a", "symlink-broken content/b/to-a/to-b"]);
}

#[test]
fn links_that_double_at_every_step_end() {
    let root = tempdir().unwrap();
    for i in 0..40 {
        let folder = root.path().join(format!("content/{i}"));
        fs::create_dir_all(&folder).unwrap();
        symlink(format!("../{}", i + 1), folder.join("l")).unwrap();
        symlink(format!("../{}", i + 1), folder.join("r")).unwrap();
    }
    put(root.path(), &[("content/40/x.md", "")]);
    let (_, told) = plain(root.path());
    assert_eq!(told.iter().filter(|line| line.starts_with("too-deep")).count(), 1, "{told:?}");
}

#[test]
fn a_content_folder_that_leads_out_is_not_read() {
    let outside = tempdir().unwrap();
    put(outside.path(), &[("secret.md", "secret")]);
    let root = tempdir().unwrap();
    symlink(outside.path(), root.path().join("content")).unwrap();
    assert_eq!(plain(root.path()), (vec![], words(&["symlink-outside content"])));
}

#[test]
fn pipes_sockets_and_devices_are_passed_over_at_once() {
    let root = tempdir().unwrap();
    put(root.path(), &[("content/a.md", "a")]);
    mkfifoat(CWD, root.path().join("content/pipe.md"), Mode::from_raw_mode(0o644)).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(root.path().join("content/socket.md")).unwrap();
    symlink("pipe.md", root.path().join("content/to-pipe.md")).unwrap();
    symlink("/dev/zero", root.path().join("content/zero.md")).unwrap();
    let (paths, told) = plain(root.path());
    assert_eq!(paths, ["content/a.md"]);
    let odd = [
        "not-a-file content/pipe.md",
        "not-a-file content/socket.md",
        "not-a-file content/to-pipe.md",
        "symlink-outside content/zero.md",
    ];
    assert_eq!(told, odd);
}

#[test]
fn a_file_that_becomes_a_pipe_or_a_link_is_not_waited_for_nor_followed() {
    let root = tempdir().unwrap();
    mkfifoat(CWD, root.path().join("pipe.md"), Mode::from_raw_mode(0o644)).unwrap();
    symlink("/etc/passwd", root.path().join("link.md")).unwrap();
    let open = read::open_root(root.path()).unwrap();
    let read = |name: &str| read::read_in(&open, std::ffi::OsStr::new(name), 100);
    assert!(matches!(read("pipe.md"), Err(read::Trouble::NotAFile(_))));
    assert!(matches!(read("link.md"), Err(read::Trouble::Io(_))));
    symlink("/etc", root.path().join("folder")).unwrap();
    assert!(read::open_folder(&open, Path::new("folder")).is_err());
}

#[test]
fn odd_names_are_told_and_read_where_they_can_be() {
    use std::os::unix::ffi::OsStrExt;
    let root = tempdir().unwrap();
    put(
        root.path(),
        &[("content/CON.md", "a"), ("content/dot.", "b"), ("content/a\\b.md", "c"), ("content/x\ny.md", "d")],
    );
    let bad = root.path().join("content").join(std::ffi::OsStr::from_bytes(b"caf\xe9.md"));
    fs::write(bad, "latin").unwrap();
    let (paths, told) = plain(root.path());
    assert_eq!(paths, ["content/CON.md", "content/a\\b.md", "content/dot.", "content/x\ny.md"]);
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told.iter().all(|line| line.starts_with("odd-name ")), "{told:?}");
    assert!(told.contains(&"odd-name content/caf\u{fffd}.md".to_owned()), "{told:?}");
}

#[test]
fn what_is_too_big_or_too_deep_is_told() {
    let root = tempdir().unwrap();
    let deep = format!("content/{}x.md", "d/".repeat(MAX_DEPTH));
    put(
        root.path(),
        &[("content/big.md", "12345678901"), ("content/fits.md", "1234567890"), ("content/big.png", "12345678901")],
    );
    put(root.path(), &[(&deep, "deep")]);
    let (paths, told) = look(root.path(), |scan| scan.max_file = 10);
    assert_eq!(paths, ["content/big.png", "content/fits.md"]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0], "file-too-big content/big.md");
    assert!(told[1].starts_with("too-deep content/d/d/"), "{told:?}");

    let folders = words(&["content"]);
    let request =
        Scan { root: root.path(), folders: &folders, files: &[], exclude: &[], loose: false, max_file: 10, git: false };
    let help = scan(&request).unwrap().diagnostics[0].help.clone().unwrap();
    assert!(help.contains("--max-page-size"), "{help}");
}

#[test]
fn a_huge_sparse_file_is_not_read() {
    let root = tempdir().unwrap();
    put(root.path(), &[("content/huge.bin", "")]);
    fs::File::options().write(true).open(root.path().join("content/huge.bin")).unwrap().set_len(1 << 40).unwrap();
    assert_eq!(plain(root.path()), (vec![], words(&["file-too-big content/huge.bin"])));
}

#[test]
fn a_missing_root_or_content_folder_is_an_error_and_others_are_not() {
    let root = tempdir().unwrap();
    let folders = words(&["content", "static"]);
    let ask = |root: &Path| {
        let request = Scan { root, folders: &folders, files: &[], exclude: &[], loose: false, max_file: 9, git: false };
        scan(&request).map(|checked| checked.value.files.len()).map_err(|error| error.to_string())
    };
    let error = ask(&root.path().join("none")).unwrap_err();
    assert!(error.starts_with("cannot read `") && error.ends_with("/none`: no such file or directory"), "{error}");
    let error = ask(root.path()).unwrap_err();
    assert!(error.ends_with("/content`: no such file or directory"), "{error}");
    put(root.path(), &[("content", "a file")]);
    assert!(ask(root.path()).unwrap_err().ends_with("/content`: not a directory"));
    fs::remove_file(root.path().join("content")).unwrap();
    fs::create_dir(root.path().join("content")).unwrap();
    assert_eq!(ask(root.path()), Ok(0));
}

#[test]
fn a_folder_out_of_the_root_or_with_a_dot_is_refused() {
    let root = tempdir().unwrap();
    for folder in ["../x", "a/../../x", "/etc", ".git", "a/.git"] {
        let folders = words(&[folder]);
        let request = Scan {
            root: root.path(),
            folders: &folders,
            files: &[],
            exclude: &[],
            loose: false,
            max_file: 9,
            git: false,
        };
        assert!(matches!(scan(&request), Err(DiskError::Refused { .. })), "{folder}");
    }
}

#[test]
fn what_may_not_be_read_is_told() {
    let root = tempdir().unwrap();
    put(root.path(), &[("content/open.md", "a"), ("content/shut.md", "b"), ("content/shut/c.md", "c")]);
    let mode =
        |path: &str, mode| fs::set_permissions(root.path().join(path), fs::Permissions::from_mode(mode)).unwrap();
    mode("", 0o755);
    mode("content/shut.md", 0o000);
    mode("content/shut", 0o000);
    // Root may read everything, so somebody else has to look.
    let nobody = rustix::process::getuid().is_root();
    let output =
        child("disk::tests::scanning::look_as_somebody", &[("ROOT", root.path().to_str().unwrap())], |command| {
            if nobody {
                command.uid(65534).gid(65534).current_dir("/");
            }
        });
    mode("content/shut", 0o755);
    match output {
        Err(error) if nobody => eprintln!("skipped: the test cannot be run as nobody: {error}"),
        output => {
            let text = String::from_utf8(output.unwrap().stdout).unwrap();
            let said = r#"["content/open.md"] ["unreadable content/shut", "unreadable content/shut.md"]"#;
            assert!(text.contains(said), "{text}");
        }
    }
}

#[test]
#[ignore = "run by what_may_not_be_read_is_told"]
fn look_as_somebody() {
    let Ok(root) = std::env::var("ROOT") else { return };
    let (paths, told) = plain(Path::new(&root));
    println!("{paths:?} {told:?}");
}

#[test]
fn a_root_whose_file_cannot_be_read_is_still_the_root() {
    let root = tempdir().unwrap();
    let below = root.path().join("content/guides");
    fs::create_dir_all(&below).unwrap();
    symlink("gone.yaml", root.path().join("tiltyard.yaml")).unwrap();
    let found = find_root(&below, "tiltyard.yaml");
    assert_eq!(found, Some(root.path().canonicalize().unwrap()));
}
