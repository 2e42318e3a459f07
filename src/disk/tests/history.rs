//! Dates and authors from git.

use tempfile::{TempDir, tempdir};

use super::*;
use crate::source::History;

fn git(folder: &Path, args: &[&str]) -> bool {
    git_as(folder, "Ann", "2024-01-01T00:00:00Z", args)
}

fn git_as(folder: &Path, name: &str, date: &str, args: &[&str]) -> bool {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"]).args(args);
    command.env("GIT_AUTHOR_NAME", name).env("GIT_AUTHOR_EMAIL", format!("{name}@example.org"));
    command.env("GIT_COMMITTER_NAME", "Zoe").env("GIT_COMMITTER_EMAIL", "zoe@example.org");
    command.env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", "2030-12-31T00:00:00Z");
    command.output().unwrap().status.success()
}

pub(super) fn commit(folder: &Path, name: &str, date: &str) {
    assert!(git(folder, &["add", "-A"]));
    assert!(git_as(folder, name, date, &["commit", "-q", "-m", "x"]));
}

/// A repository with a page that was written by two people in their own time zones, and moved.
pub(super) fn repository() -> TempDir {
    let root = tempdir().unwrap();
    assert!(git(root.path(), &["init", "-q"]));
    put(root.path(), &[("content/old.md", "one\ntwo\nthree\nfour\nfive\n"), ("content/prüfung b.md", "b\n")]);
    commit(root.path(), "Ann", "2024-03-01T00:30:00+02:00");
    put(root.path(), &[("content/old.md", "one\ntwo\nthree\nfour\nfive\nsix\n")]);
    commit(root.path(), "Bob", "2024-05-31T23:30:00-07:00");
    fs::rename(root.path().join("content/old.md"), root.path().join("content/new.md")).unwrap();
    commit(root.path(), "Ann", "2024-06-02T12:00:00Z");
    root
}

fn ask(root: &Path) -> (BTreeMap<String, Option<History>>, Vec<String>) {
    let folders = ["content".to_owned()];
    let request =
        Scan { root, folders: &folders, files: &[], exclude: &[], loose: false, max_file: MAX_PAGE, git: true };
    let checked = scan(&request).unwrap();
    let files = checked.value.files.into_iter().map(|(path, file)| (path.to_string(), file.history)).collect();
    (files, checked.diagnostics.iter().map(|one| format!("{}: {}", one.code.name, one.message)).collect())
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what a file has, which may be nothing")]
fn history(created: &str, updated: &str, authors: &[&str]) -> Option<History> {
    Some(History {
        created: created.to_owned(),
        updated: updated.to_owned(),
        authors: authors.iter().map(|&name| name.to_owned()).collect(),
    })
}

#[test]
fn days_are_those_of_the_authors_and_renames_are_followed() {
    let root = repository();
    put(root.path(), &[("content/uncommitted.md", "")]);
    std::os::unix::fs::symlink("new.md", root.path().join("content/link.md")).unwrap();
    let (files, told) = ask(root.path());
    let moved = history("2024-03-01", "2024-06-02", &["Ann", "Bob"]);
    assert_eq!(files["content/new.md"], moved);
    assert_eq!(files["content/link.md"], moved);
    assert_eq!(files["content/prüfung b.md"], history("2024-03-01", "2024-03-01", &["Ann"]));
    assert_eq!(files["content/uncommitted.md"], None);
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn a_root_below_the_top_of_the_repository_is_fine() {
    let top = tempdir().unwrap();
    assert!(git(top.path(), &["init", "-q"]));
    put(top.path(), &[("docs/content/a.md", "a"), ("content/a.md", "other")]);
    commit(top.path(), "Ann", "2024-03-01T00:00:00Z");
    put(top.path(), &[("content/a.md", "changed")]);
    commit(top.path(), "Eve", "2024-04-01T00:00:00Z");
    let (files, _) = ask(&top.path().join("docs"));
    assert_eq!(files["content/a.md"], history("2024-03-01", "2024-03-01", &["Ann"]));
    let folders = [String::new()];
    let root = &top.path().join("docs");
    let request =
        Scan { root, folders: &folders, files: &[], exclude: &[], loose: true, max_file: MAX_PAGE, git: true };
    let whole = scan(&request).unwrap();
    assert_eq!(whole.value.get("content/a.md").unwrap().history, files["content/a.md"]);
    assert!(whole.diagnostics.is_empty());
}

#[test]
fn a_shallow_clone_is_told_and_its_edge_is_not_believed() {
    let root = repository();
    put(root.path(), &[("content/prüfung b.md", "changed\n")]);
    commit(root.path(), "Cid", "2024-07-01T00:00:00Z");
    let clone = tempdir().unwrap();
    let from = format!("file://{}", root.path().display());
    assert!(git(clone.path(), &["clone", "-q", "--depth=2", &from, "."]));
    let (files, told) = ask(clone.path());
    assert_eq!(files["content/new.md"], None);
    assert_eq!(files["content/prüfung b.md"], history("2024-07-01", "2024-07-01", &["Cid"]));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("shallow-history: "), "{told:?}");
}

#[test]
fn a_clone_without_blobs_gives_dates_and_fetches_nothing() {
    let root = repository();
    assert!(git(root.path(), &["config", "uploadpack.allowFilter", "true"]));
    let clone = tempdir().unwrap();
    let from = format!("file://{}", root.path().display());
    assert!(git(clone.path(), &["clone", "-q", "--filter=blob:none", &from, "."]));
    fs::rename(root.path(), root.path().with_extension("gone")).unwrap();
    let (files, told) = ask(clone.path());
    fs::rename(root.path().with_extension("gone"), root.path()).unwrap();
    assert_eq!(files["content/new.md"], history("2024-03-01", "2024-06-02", &["Ann", "Bob"]), "{told:?}");
}

#[test]
fn no_repository_no_commit_and_no_folder_are_warnings() {
    let root = tempdir().unwrap();
    put(root.path(), &[("content/a.md", "a")]);
    let (files, told) = ask(root.path());
    assert_eq!(files["content/a.md"], None);
    assert!(
        told[0].starts_with("shallow-history: dates should come from git, but git says: not a git repository"),
        "{told:?}"
    );
    assert!(git(root.path(), &["init", "-q"]));
    assert_eq!(ask(root.path()).1.len(), 1);
}

#[test]
fn a_repository_cannot_make_us_run_its_programs() {
    let root = repository();
    let trap = root.path().join("trap.sh");
    let sprung = root.path().join("sprung");
    fs::write(&trap, format!("#!/bin/sh\ntouch {}\n", sprung.display())).unwrap();
    fs::set_permissions(&trap, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let trap = trap.to_str().unwrap();
    for name in
        ["core.fsmonitor", "core.pager", "pager.log", "diff.external", "gpg.program", "core.sshCommand", "core.editor"]
    {
        assert!(git(root.path(), &["config", name, trap]));
    }
    put(root.path(), &[(".gitattributes", "*.md diff=x filter=x\n")]);
    for (name, value) in
        [("diff.x.textconv", trap), ("diff.x.command", trap), ("filter.x.clean", trap), ("alias.log", trap)]
    {
        assert!(git(root.path(), &["config", name, value]));
    }
    for (name, value) in
        [("log.showSignature", "true"), ("log.showRoot", "false"), ("color.ui", "always"), ("log.date", "raw")]
    {
        assert!(git(root.path(), &["config", name, value]));
    }
    let (files, told) = ask(root.path());
    assert_eq!(files["content/new.md"], history("2024-03-01", "2024-06-02", &["Ann", "Bob"]), "{told:?}");
    assert!(!sprung.exists());
}
