//! What a build keeps for the next one: it makes it short, and changes nothing of what comes out.

use std::fs;
use std::path::{Path, PathBuf};

use super::{files, run, runs};

/// A knowledge base with something to say: a warning with two places, and a draft that is held back.
fn knowledge_base() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("tiltyard.yaml", "title: Cache\ntoday: 2026-01-01\nlinks: warn\n"),
        ("content/index.md", "# Home\n\n[nowhere](nowhere.md)\n"),
        ("content/guides/a.md", "---\ntitle: A\n---\nHello.\n"),
        ("content/guides/b.md", "---\ntitle: B\nstatus: draft\n---\nNot yet.\n"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// What a build says, without the line that tells its time.
fn said(folder: &Path, arguments: &[&str]) -> String {
    let (stdout, stderr) = runs(folder, &[&["build", "--out", "site"], arguments].concat());
    assert_eq!(stdout, "");
    stderr.lines().filter(|line| !line.starts_with("built ")).collect::<Vec<_>>().join("\n")
}

/// The stages that a build went through.
fn stages(folder: &Path) -> Vec<String> {
    let said = said(folder, &["--timings"]);
    let stages = said.lines().filter(|line| line.ends_with(" ms"));
    stages.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

fn note(folder: &Path) -> PathBuf {
    let mut notes = fs::read_dir(folder.join(".tiltyard/cache")).unwrap().map(|entry| entry.unwrap().path());
    let note = notes.next().unwrap();
    assert_eq!(notes.next(), None);
    note
}

#[test]
fn a_build_of_the_same_says_the_same_and_draws_nothing() {
    let folder = knowledge_base();
    let folder = folder.path();
    let first = said(folder, &[]);
    assert!(first.contains("nowhere.md") && first.contains("held back: 1"), "{first}");
    let site = files(&folder.join("site"));
    let counts = |said: &str| said.lines().find(|line| line.contains(" written, ")).unwrap().to_owned();
    let second = said(folder, &[]);
    assert_eq!(second.replace(&counts(&second), ""), first.replace(&counts(&first), ""));
    assert!(counts(&second).starts_with("  0 written, "), "{second}");
    assert_eq!(stages(folder), ["scan"]);
    // Without the cache everything is done, and comes out the same.
    assert_eq!(said(folder, &["--no-cache"]), second);
    assert_eq!(files(&folder.join("site")), site);
    fs::remove_dir_all(folder.join("site")).unwrap();
    said(folder, &["--no-cache"]);
    assert_eq!(files(&folder.join("site")), site);
    // What makes a warning an error is asked of a build that was made before, too.
    let (code, _, _) = run(folder, &["build", "--out", "site", "--deny", "warnings"]);
    assert_eq!(code, 1);
}

#[test]
fn whatever_is_different_is_built() {
    let folder = knowledge_base();
    let folder = folder.path();
    said(folder, &[]);
    let site = files(&folder.join("site"));
    let page = folder.join("site/guides/a/index.html");
    let all = |what: &str| assert!(stages(folder).len() > 1, "{what}");

    fs::write(&page, "somebody's own").unwrap();
    all("a file of the site was written");
    fs::remove_file(&page).unwrap();
    all("a file of the site is gone");
    assert_eq!(files(&folder.join("site")), site);

    let drafts = said(folder, &["--drafts"]);
    assert!(!drafts.contains("  0 written"), "another choice of the command line\n{drafts}");
    all("the choice is taken back");
    assert_eq!(files(&folder.join("site")), site);

    fs::write(folder.join("content/guides/a.md"), "---\ntitle: A\n---\nHello again.\n").unwrap();
    all("a page has another text");
    fs::write(folder.join("content/guides/a.md"), "---\ntitle: A\n---\nHello.\n").unwrap();
    all("and its old one");
    assert_eq!(files(&folder.join("site")), site);
    assert_eq!(stages(folder), ["scan"]);
}

#[test]
fn what_is_built_over_a_site_is_what_is_built_from_nothing() {
    let folder = knowledge_base();
    let folder = folder.path();
    said(folder, &[]);
    let edits: [(&str, Option<&str>); 9] = [
        ("content/guides/a.md", Some("---\ntitle: A\n---\nOther words.\n")),
        ("content/guides/a.md", Some("---\ntitle: Another title\n---\nOther words.\n")),
        ("content/guides/c.md", Some("---\ntitle: C\nredirect_from: [/old/]\n---\n[a](a.md)\n")),
        ("content/guides/c.md", Some("---\ntitle: C\nredirect_from: [/older/]\n---\n[a](a.md)\n")),
        ("templates/page.html", Some("{% extends \"base.html\" %}{% block foot %}<p>ours</p>{% endblock foot %}")),
        ("templates/page.html", None),
        ("tiltyard.yaml", Some("title: Renamed\ntoday: 2026-01-02\nlinks: warn\n")),
        ("content/_data/teams.yaml", Some("- {id: core, name: Core, side: delivery}\n")),
        ("content/guides/c.md", None),
    ];
    for (path, text) in edits {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match text {
            Some(text) => fs::write(&path, text).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        said(folder, &[]);
        runs(folder, &["build", "--no-cache", "--out", "fresh"]);
        assert_eq!(files(&folder.join("site")), files(&folder.join("fresh")), "{}", path.display());
    }
    // A build that fails leaves the site and what is known of it alone.
    let home = folder.join("content/index.md");
    let text = fs::read_to_string(&home).unwrap();
    fs::write(&home, "---\ntitle: [\n---\n").unwrap();
    assert_eq!(run(folder, &["build", "--out", "site"]).0, 1);
    fs::write(&home, text).unwrap();
    assert_eq!(stages(folder), ["scan"]);
}

#[test]
fn a_note_that_is_damaged_or_foreign_is_none() {
    let folder = knowledge_base();
    let folder = folder.path();
    said(folder, &[]);
    let note = note(folder);
    let sound = fs::read(&note).unwrap();
    let half = sound.len() / 2;
    let mut flipped = sound.clone();
    flipped[half] ^= 1;
    for damaged in [Vec::new(), sound[..half].to_vec(), flipped, b"{}".to_vec(), vec![0xff; 4096]] {
        fs::write(&note, damaged).unwrap();
        assert!(stages(folder).len() > 1);
        assert_eq!(stages(folder), ["scan"], "a sound note stands in its place");
    }
    fs::remove_file(&note).unwrap();
    fs::create_dir(&note).unwrap();
    let told = said(folder, &[]);
    assert!(told.contains("  no cache: "), "{told}");
}

#[test]
fn only_a_cache_of_ours_is_used_and_it_is_cleaned() {
    let folder = knowledge_base();
    let folder = folder.path();
    said(folder, &["--no-cache"]);
    assert!(!folder.join(".tiltyard").exists());
    fs::create_dir(folder.join(".tiltyard")).unwrap();
    fs::write(folder.join(".tiltyard/mine.txt"), "mine").unwrap();
    let told = said(folder, &[]);
    assert!(told.contains("  no cache: ") && told.contains("is not a cache made by tiltyard"), "{told}");
    fs::remove_file(folder.join(".tiltyard/mine.txt")).unwrap();
    said(folder, &[]);
    note(folder);
    let gitignore = fs::read_to_string(folder.join(".tiltyard/.gitignore")).unwrap();
    assert_eq!(gitignore, "*\n");
    runs(folder, &["clean", "--out", "site"]);
    assert!(!folder.join(".tiltyard").exists() && !folder.join("site").exists());
}
