//! Reading again gives what reading afresh gives, and shares what did not change.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use rustix::fs::{CWD, Mode, mkfifoat};
use tempfile::tempdir;

use super::*;

const LIMIT: u64 = 40;

/// What is asked for, owned.
struct Asked {
    root: PathBuf,
    folders: Vec<String>,
    files: Vec<String>,
    exclude: Vec<String>,
    git: bool,
}

impl Asked {
    fn new(root: &Path, folders: &[&str], git: bool) -> Self {
        let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect();
        let (files, exclude) = (words(&["tiltyard.yaml", "shared/named.md"]), words(&["content/out", "public"]));
        Self { root: root.to_path_buf(), folders: words(folders), files, exclude, git }
    }

    fn scan(&self) -> Scan<'_> {
        let (folders, files, exclude) = (&self.folders, &self.files, &self.exclude);
        Scan { root: &self.root, folders, files, exclude, loose: true, max_file: LIMIT, git: self.git }
    }
}

/// Reads again and holds the answer against a fresh one; none while the content folder is away.
fn again(asked: &Asked, last: &Snapshot, changes: &Changes) -> Option<Snapshot> {
    let fresh = scan(&asked.scan());
    let next = last.refresh(&asked.scan(), changes);
    let (fresh, next) = match (fresh, next) {
        (Ok(fresh), Ok(next)) => (fresh, next),
        (Err(fresh), Err(next)) => {
            assert_eq!(fresh.to_string(), next.to_string());
            return None;
        }
        (fresh, next) => panic!("{:?}\n{:?}", fresh.map(|_| ()), next.map(|_| ())),
    };
    let files = |tree: &crate::source::SourceTree| -> Vec<_> {
        let file = |(path, file): (&crate::source::SourcePath, &crate::source::SourceFile)| {
            (path.to_string(), String::from_utf8_lossy(&file.bytes).into_owned(), file.history.clone())
        };
        tree.files.iter().map(file).collect()
    };
    assert_eq!(files(next.tree()), files(&fresh.value), "{changes:?}");
    assert_eq!(next.diagnostics(), fresh.diagnostics, "{changes:?}");
    let mut all_same = last.tree().files.len() == next.tree().files.len();
    for (path, file) in &next.tree().files {
        let old = last.tree().files.get(path);
        let same = old.is_some_and(|old| old.bytes == file.bytes);
        assert!(!same || Arc::ptr_eq(&old.unwrap().bytes, &file.bytes), "{path} was read into new memory");
        all_same &= same && old.unwrap().history == file.history;
    }
    assert_eq!(Arc::ptr_eq(last.tree(), next.tree()), all_same);
    Some(next)
}

fn changed(root: &Path, paths: &[&str]) -> Changes {
    Changes::Paths(paths.iter().map(|path| root.join(path)).collect())
}

/// A knowledge base with a page, a picture and a folder that is linked to.
fn small() -> (tempfile::TempDir, Asked) {
    let root = tempdir().unwrap();
    put(
        root.path(),
        &[("content/a.md", "a"), ("content/sub/b.md", "b"), ("content/i.png", "i"), ("tiltyard.yaml", "")],
    );
    let asked = Asked::new(root.path(), &["content", "static", "templates"], false);
    (root, asked)
}

#[test]
fn a_change_of_content_is_read_without_a_walk() {
    let (root, asked) = small();
    let first = Snapshot::take(&asked.scan()).unwrap();
    put(root.path(), &[("content/a.md", "new"), ("content/unnamed.md", "only a walk would find it")]);
    let next = first.refresh(&asked.scan(), &changed(root.path(), &["content/a.md", "content/gone.tmp"])).unwrap();
    assert_eq!(next.tree().text("content/a.md"), Some("new"));
    assert!(next.tree().get("content/unnamed.md").is_none());
    assert!(Arc::ptr_eq(
        &next.tree().get("content/sub/b.md").unwrap().bytes,
        &first.tree().get("content/sub/b.md").unwrap().bytes
    ));
    assert!(!next.is_same(&first));
}

#[test]
fn what_does_not_matter_leaves_everything_as_it_was() {
    let (root, asked) = small();
    let first = Snapshot::take(&asked.scan()).unwrap();
    put(
        root.path(),
        &[("README.md", "x"), ("content/.a.md.swp", "x"), ("public/index.html", "x"), ("content/a.md", "a")],
    );
    put(root.path(), &[("content/node_modules/x/y.md", "x"), (".cache/x", "x")]);
    let paths = ["README.md", "content/.a.md.swp", "public", "public/index.html", "content/a.md", "content/4913"];
    let next = again(&asked, &first, &changed(root.path(), &paths)).unwrap();
    assert!(next.is_same(&first));
    let next = again(&asked, &first, &changed(root.path(), &["content/node_modules/x/y.md", ".cache/x"])).unwrap();
    assert!(next.is_same(&first));
}

#[test]
fn a_file_with_two_names_is_read_under_both() {
    let (root, asked) = small();
    fs::hard_link(root.path().join("content/a.md"), root.path().join("content/twin.md")).unwrap();
    let first = Snapshot::take(&asked.scan()).unwrap();
    put(root.path(), &[("content/a.md", "both")]);
    let next = again(&asked, &first, &changed(root.path(), &["content/a.md"])).unwrap();
    assert_eq!(next.tree().text("content/twin.md"), Some("both"));
}

#[test]
fn another_request_and_everything_are_read_as_if_for_the_first_time() {
    let (root, asked) = small();
    put(root.path(), &[("more/c.md", "c"), ("content/long.md", &"x".repeat(30))]);
    let first = Snapshot::take(&asked.scan()).unwrap();
    let other = Asked::new(root.path(), &["content", "more"], false);
    let next = again(&other, &first, &Changes::default()).unwrap();
    assert_eq!(next.tree().text("more/c.md"), Some("c"));
    let smaller = Scan { max_file: 20, ..other.scan() };
    let next = next.refresh(&smaller, &Changes::default()).unwrap();
    assert_eq!(next.diagnostics(), scan(&smaller).unwrap().diagnostics);
    assert_eq!(next.diagnostics().len(), 1);
    put(root.path(), &[("content/a.md", "A"), ("content/new.md", "n")]);
    again(&asked, &next, &Changes::All).unwrap();
}

#[test]
fn changes_after_an_error_are_handed_in_again() {
    let (root, asked) = small();
    let first = Snapshot::take(&asked.scan()).unwrap();
    let (content, away) = (root.path().join("content"), root.path().join("away"));
    fs::rename(&content, &away).unwrap();
    put(root.path(), &[("templates/page.html", "t")]);
    let mut changes = changed(root.path(), &["content", "templates"]);
    assert!(again(&asked, &first, &changes).is_none());
    fs::rename(&away, &content).unwrap();
    changes.merge(changed(root.path(), &["content"]));
    assert!(again(&asked, &first, &changes).is_some());
}

#[test]
fn a_commit_is_asked_about_when_git_changed() {
    let root = super::history::repository();
    let asked = Asked::new(root.path(), &["content"], true);
    let first = Snapshot::take(&asked.scan()).unwrap();
    put(root.path(), &[("content/new.md", "changed"), ("content/other.md", "o")]);
    let next = again(&asked, &first, &changed(root.path(), &["content/new.md", "content/other.md"])).unwrap();
    let history = |snapshot: &Snapshot, path: &str| snapshot.tree().get(path).unwrap().history.clone();
    assert_eq!(history(&next, "content/new.md"), history(&first, "content/new.md"));
    super::history::commit(root.path(), "Dee", "2025-01-01T00:00:00Z");
    let next = again(&asked, &next, &changed(root.path(), &[".git/logs/HEAD"])).unwrap();
    assert_eq!(history(&next, "content/other.md").unwrap().authors, ["Dee"]);
    let without = Asked::new(root.path(), &["content"], false);
    again(&without, &next, &Changes::default()).unwrap();
}

/// Names that edits choose from; some are odd, some are never read.
const NAMES: [&[u8]; 14] = [
    b"a.md",
    b"b.md",
    b"c.png",
    b"d",
    b"e",
    b"d/e",
    b"d/a.md",
    b"e/b.md",
    b"CON.md",
    b"caf\xe9.md",
    b".hidden.md",
    b".tiltyard.json",
    b"out",
    b"node_modules",
];
const FOLDERS: [&str; 10] =
    ["content", "content/d", "content/d/e", "content/e", "content/out", "static", "shared", "shared/d", "", "public"];

#[derive(Clone, Debug)]
enum Edit {
    Write(PathBuf, usize),
    Append(PathBuf),
    Replace(PathBuf, usize),
    Folder(PathBuf),
    Remove(PathBuf),
    Rename(PathBuf, PathBuf),
    Link(PathBuf, PathBuf, bool),
    HardLink(PathBuf, PathBuf),
    Pipe(PathBuf),
    Mode(PathBuf, u32),
    Nothing(PathBuf),
}

fn a_path() -> impl Strategy<Value = PathBuf> {
    let named = (0..FOLDERS.len(), 0..NAMES.len());
    let named = named.prop_map(|(folder, name)| Path::new(FOLDERS[folder]).join(OsStr::from_bytes(NAMES[name])));
    let folder = (0..FOLDERS.len() - 2).prop_map(|folder| PathBuf::from(FOLDERS[folder]));
    let known = prop::sample::select(vec!["tiltyard.yaml", "shared/named.md", "content/a.md", "content/d/a.md"]);
    prop_oneof![6 => named, 1 => folder, 2 => known.prop_map(PathBuf::from)]
}

fn an_edit() -> impl Strategy<Value = Edit> {
    let size = prop::sample::select(vec![0usize, 1, 7, 39, 40, 41, 90]);
    prop_oneof![
        6 => (a_path(), size.clone()).prop_map(|(path, size)| Edit::Write(path, size)),
        2 => a_path().prop_map(Edit::Append),
        3 => (a_path(), size).prop_map(|(path, size)| Edit::Replace(path, size)),
        2 => a_path().prop_map(Edit::Folder),
        3 => a_path().prop_map(Edit::Remove),
        3 => (a_path(), a_path()).prop_map(|(from, to)| Edit::Rename(from, to)),
        4 => (a_path(), a_path(), any::<bool>()).prop_map(|(at, to, whole)| Edit::Link(at, to, whole)),
        1 => (a_path(), a_path()).prop_map(|(from, to)| Edit::HardLink(from, to)),
        1 => a_path().prop_map(Edit::Pipe),
        1 => (a_path(), prop::sample::select(vec![0o000, 0o644, 0o755])).prop_map(|(path, mode)| Edit::Mode(path, mode)),
        1 => a_path().prop_map(Edit::Nothing),
    ]
}

/// The other names of a file.
fn twins(root: &Path, path: &Path) -> Vec<PathBuf> {
    let same = |a: &fs::Metadata, b: &fs::Metadata| a.is_file() && a.ino() == b.ino() && a.nlink() > 1;
    let Ok(file) = path.symlink_metadata() else { return Vec::new() };
    let all = walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok);
    all.filter(|entry| entry.metadata().is_ok_and(|other| same(&file, &other)))
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// The real path that an edit is about, with its folder if that is to be made; it is noted as touched.
fn place(root: &Path, path: &Path, make_folder: bool, touched: &mut BTreeSet<PathBuf>) -> PathBuf {
    let whole = root.join(path);
    let folder = whole.parent().unwrap();
    let missing = folder.ancestors().take_while(|part| part.symlink_metadata().is_err()).last();
    if let Some(missing) = missing.filter(|_| make_folder && fs::create_dir_all(folder).is_ok()) {
        touched.insert(missing.parent().unwrap().canonicalize().unwrap().join(missing.file_name().unwrap()));
    }
    let real = folder.canonicalize().map_or(whole.clone(), |folder| folder.join(whole.file_name().unwrap()));
    touched.extend(twins(root, &real));
    touched.insert(real.clone());
    real
}

/// Makes one edit, as far as it can be made, and names the paths it touches: the real ones, as a watcher sees them.
fn make(root: &Path, edit: &Edit, number: usize) -> BTreeSet<PathBuf> {
    let mut touched = BTreeSet::new();
    let mut real = |path: &Path, make_folder: bool| place(root, path, make_folder, &mut touched);
    let text = |size: usize| format!("{number}").repeat(size).chars().take(size).collect::<String>();
    // A pipe would be waited for, and what lies outside is none of ours.
    let may_write = |path: &Path| path.symlink_metadata().map_or(true, |meta| meta.is_file());
    match edit {
        Edit::Write(path, size) => {
            let path = real(path, true);
            if may_write(&path) {
                let _ = fs::write(path, text(*size));
            }
        }
        Edit::Append(path) => {
            let path = real(path, false);
            if path.symlink_metadata().is_ok_and(|meta| meta.is_file()) {
                let old = fs::read(&path).unwrap_or_default();
                let _ = fs::write(&path, [old.as_slice(), b"+more than before"].concat());
            }
        }
        Edit::Replace(path, size) => {
            let path = real(path, true);
            let part = path.with_file_name("part.tmp");
            let part = real(part.strip_prefix(root).unwrap(), false);
            let _ = fs::write(&part, text(*size));
            let _ = fs::rename(&part, &path);
            let _ = fs::remove_file(&part);
        }
        Edit::Folder(path) => drop(fs::create_dir_all(real(path, true))),
        Edit::Remove(path) => {
            let path = real(path, false);
            let _ = fs::remove_file(&path);
            let _ = fs::remove_dir_all(&path);
        }
        Edit::Rename(from, to) => {
            let (from, to) = (real(from, false), real(to, true));
            let _ = fs::rename(from, to);
        }
        Edit::Link(at, to, whole) => {
            let path = real(at, true);
            let up = "../".repeat(at.components().count() - 1);
            let to = if *whole { root.join(to) } else { Path::new(&up).join(to) };
            let _ = symlink(to, path);
        }
        Edit::HardLink(from, to) => {
            let (from, to) = (real(from, false), real(to, true));
            let _ = fs::hard_link(from, to);
        }
        Edit::Pipe(path) => drop(mkfifoat(CWD, real(path, true), Mode::from_raw_mode(0o644))),
        Edit::Mode(path, mode) => {
            let path = real(path, false);
            if !path.is_symlink() {
                let _ = fs::set_permissions(path, fs::Permissions::from_mode(*mode));
            }
        }
        Edit::Nothing(path) => drop(real(path, false)),
    }
    touched
}

/// Makes edits and reads again after each; the changes are kept while the content folder is away.
fn read_again(edits: &[Edit], whole: bool) {
    let folder = tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    put(&root, &[("content/a.md", "a"), ("content/d/a.md", "a"), ("content/e/b.md", "b"), ("shared/d/a.md", "s")]);
    let asked = Asked::new(&root, if whole { &[""] } else { &["content", "static"] }, false);
    let mut last = Snapshot::take(&asked.scan()).unwrap();
    let mut changes = Changes::default();
    for (number, edit) in edits.iter().enumerate() {
        changes.merge(Changes::Paths(make(&root, edit, number)));
        if let Some(next) = again(&asked, &last, &changes) {
            (last, changes) = (next, Changes::default());
        }
    }
    // Folders that may not be entered could not be removed.
    let _ = Command::new("chmod").args(["-R", "u+rwX"]).arg(&root).output();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn reading_again_is_reading_afresh(edits in prop::collection::vec(an_edit(), 1..30), whole in any::<bool>()) {
        read_again(&edits, whole);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]
    #[test]
    #[ignore = "run by what_may_not_be_read_is_read_again_when_it_may"]
    fn read_again_as_somebody(edits in prop::collection::vec(an_edit(), 1..30), whole in any::<bool>()) {
        read_again(&edits, whole);
    }
}

#[test]
fn what_may_not_be_read_is_read_again_when_it_may() {
    // Root may read everything, so somebody else has to look.
    let is_root = rustix::process::getuid().is_root();
    let output = child("disk::tests::snapshots::read_again_as_somebody", &[("RUST_BACKTRACE", "0")], |command| {
        if is_root {
            command.uid(65534).gid(65534).current_dir("/");
        }
    });
    match output {
        Err(error) if is_root => eprintln!("skipped: the test cannot be run as nobody: {error}"),
        output => {
            let output = output.unwrap();
            let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(text.contains("1 passed"), "{text}{errors}");
        }
    }
}
