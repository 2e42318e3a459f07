//! Links, pipes, sockets, and what may not be read.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::support::{Kb, PROGRAM, Tally, is_root, run, skip};

/// What must never be in a site.
const SECRET: &str = "Secret of another folder";

type Make = fn(&Kb);

#[test]
fn links_that_lead_out_are_refused_and_nothing_behind_them_is_read() {
    let mut tally = Tally::default();
    let ways: [(&str, &str, Make); 11] = [
        ("a file", "content/a.md", |kb| symlink(kb.beside("outside/secret.md"), kb.path("content/a.md")).unwrap()),
        ("a folder", "content/a", |kb| symlink(kb.beside("outside"), kb.path("content/a")).unwrap()),
        ("a relative way out", "content/a.md", |kb| {
            symlink("../../outside/secret.md", kb.path("content/a.md")).unwrap()
        }),
        ("the parent", "content/a", |kb| symlink("../..", kb.path("content/a")).unwrap()),
        ("the root of all", "content/a", |kb| symlink("/", kb.path("content/a")).unwrap()),
        ("a chain", "content/b.md", |kb| {
            symlink(kb.beside("outside/secret.md"), kb.path("a.md")).unwrap();
            symlink("../a.md", kb.path("content/b.md")).unwrap();
        }),
        ("static", "static", |kb| symlink(kb.beside("outside"), kb.path("static")).unwrap()),
        ("a static file", "static/a.txt", |kb| {
            fs::create_dir(kb.path("static")).unwrap();
            symlink("/etc/passwd", kb.path("static/a.txt")).unwrap();
        }),
        ("templates", "templates", |kb| symlink(kb.beside("outside"), kb.path("templates")).unwrap()),
        ("a registry", "content/_data", |kb| symlink(kb.beside("outside"), kb.path("content/_data")).unwrap()),
        ("a picture", "content/a.png", |kb| {
            symlink("/etc/passwd", kb.path("content/a.png")).unwrap();
            kb.write("content/b.md", "![x](a.png)\n");
        }),
    ];
    for (name, path, make) in ways {
        let kb = Kb::built();
        fs::create_dir(kb.beside("outside")).unwrap();
        fs::write(kb.beside("outside/secret.md"), SECRET).unwrap();
        make(&kb);
        let old = kb.site();
        let run = kb.build(&[]);
        tally.ended(name, &run, 1);
        tally.hold(name, run.of("symlink-outside").iter().any(|told| told["path"] == path), || run.to_string());
        tally.hold(name, kb.site() == old, || "the old site has changed".to_owned());
        tally.hold(name, !run.stdout.contains(SECRET) && !run.stderr.contains(SECRET), || {
            "the message quotes the file".to_owned()
        });
    }
}

#[test]
fn a_content_folder_that_is_a_link_out_is_refused() {
    let mut tally = Tally::default();
    let kb = Kb::empty().with("tiltyard.yaml", "title: T\n");
    fs::create_dir(kb.beside("outside")).unwrap();
    fs::write(kb.beside("outside/secret.md"), SECRET).unwrap();
    symlink(kb.beside("outside"), kb.path("content")).unwrap();
    let run = kb.build(&[]);
    let code = if run.code() == Some(2) { 2 } else { 1 };
    tally.ended("content", &run, code);
    tally.hold("content", !kb.path("public").exists(), || "published".to_owned());
}

#[test]
fn links_that_lead_nowhere_or_in_circles_are_told() {
    let mut tally = Tally::default();
    let ways: [(&str, Make); 6] = [
        ("dangling", |kb| symlink("gone.md", kb.path("content/a.md")).unwrap()),
        ("to itself", |kb| symlink("a.md", kb.path("content/a.md")).unwrap()),
        ("to each other", |kb| {
            symlink("b.md", kb.path("content/a.md")).unwrap();
            symlink("a.md", kb.path("content/b.md")).unwrap();
        }),
        ("a folder in itself", |kb| symlink(".", kb.path("content/a")).unwrap()),
        ("a folder above", |kb| {
            kb.write("content/f/g/x.md", "x\n");
            symlink("../..", kb.path("content/f/g/h")).unwrap();
        }),
        ("two folders in each other", |kb| {
            kb.write("content/f/x.md", "x\n");
            kb.write("content/g/y.md", "y\n");
            symlink("../g", kb.path("content/f/g")).unwrap();
            symlink("../f", kb.path("content/g/f")).unwrap();
        }),
    ];
    for (name, make) in ways {
        let kb = Kb::built();
        make(&kb);
        let run = kb.build(&[]);
        tally.ended(name, &run, 0);
        tally.hold(name, !run.of("symlink-broken").is_empty(), || run.to_string());
        tally.hold(name, run.took.as_secs() < 5, || format!("{:?}", run.took));
    }
}

#[test]
fn a_web_of_links_ends() {
    let mut tally = Tally::default();
    let kb = Kb::built();
    for at in 0..12 {
        kb.write(&format!("content/d{at}/x.md"), "x\n");
    }
    for at in 0..12 {
        for other in (0..12).filter(|other| *other != at) {
            symlink(format!("../d{other}"), kb.path(&format!("content/d{at}/l{other}"))).unwrap();
        }
    }
    let run = kb.build(&[]);
    tally.ended("web", &run, 1);
    tally.hold("web", !run.of("too-deep").is_empty(), || run.to_string());
}

#[test]
fn links_inside_work() {
    let mut tally = Tally::default();
    let kb = Kb::built().with("shared/part.md", "# Shared part\n").with("content/real/x.md", "# Real\n");
    symlink("../shared/part.md", kb.path("content/linked.md")).unwrap();
    symlink("real", kb.path("content/alias")).unwrap();
    let run = kb.build(&[]);
    tally.ended("inside", &run, 0);
    for page in ["linked", "real/x", "alias/x"] {
        tally.hold(page, kb.path(&format!("public/{page}/index.html")).is_file(), || format!("is not there\n  {run}"));
    }
}

#[test]
fn what_is_neither_file_nor_folder_is_passed_over() {
    let mut tally = Tally::default();
    let places =
        ["content/a.md", "content/_data/teams.yaml", "content/_defaults.yaml", "static/a.txt", "templates/page.html"];
    for place in places {
        for (name, kind) in [("pipe", FileType::Fifo), ("socket", FileType::Socket)] {
            let kb = Kb::built();
            fs::create_dir_all(kb.path(place).parent().unwrap()).unwrap();
            mknodat(CWD, kb.path(place), kind, Mode::RUSR | Mode::WUSR, 0).unwrap();
            let run = kb.build(&[]);
            tally.ended(&format!("{name} {place}"), &run, 0);
            tally.hold(place, run.of("not-a-file").iter().any(|told| told["path"] == place), || run.to_string());
        }
    }
    for place in ["content", "static", "templates"] {
        let kb = Kb::empty().with("tiltyard.yaml", "title: T\n");
        if place != "content" {
            kb.write("content/index.md", "x\n");
        }
        mknodat(CWD, kb.path(place), FileType::Fifo, Mode::RUSR, 0).unwrap();
        let run = kb.build(&[]);
        tally.ended(&format!("pipe instead of {place}"), &run, if place == "content" { 2 } else { 0 });
    }
}

#[test]
fn a_folder_named_like_a_page_is_a_folder() {
    let mut tally = Tally::default();
    let kb = Kb::built();
    fs::remove_file(kb.path("content/ok.md")).unwrap();
    for path in [
        "content/x.md/inner.md",
        "content/ok.md/index.md",
        "content/_data/teams.yaml/x.md",
        "content/_defaults.yaml/x.txt",
    ] {
        kb.write(path, "Inner words\n");
    }
    let run = kb.build(&[]);
    tally.ended("folder x.md", &run, 0);
    let page = |path: &[u8], bytes: &[u8]| {
        path.ends_with(b"index.html") && String::from_utf8_lossy(bytes).contains("<p>Inner words")
    };
    let pages: Vec<_> = kb.site().into_iter().filter(|(path, bytes)| page(path, bytes)).collect();
    tally.hold("folder x.md", pages.len() >= 2, || format!("{} pages\n  {run}", pages.len()));
}

/// A command that runs the program as somebody whom permission bits bind; none where there is no way.
fn bound(kb: &Kb, test: &str) -> Option<Command> {
    if !is_root() {
        return Some(kb.command());
    }
    let own = |path: &Path| chown(path, Some(65_534), Some(65_534)).unwrap();
    let mut folders = vec![kb.beside("")];
    while let Some(folder) = folders.pop() {
        own(&folder);
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() { folders.push(entry.path()) } else { own(&entry.path()) }
        }
    }
    let user = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let probe = Command::new("setpriv").args(user).arg(PROGRAM).arg("--version").output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        skip(test, "root may read everything, and `setpriv` cannot run the program as nobody");
        return None;
    }
    let mut command = Command::new("setpriv");
    command.args(user).arg(PROGRAM).current_dir(kb.root()).env("HOME", kb.beside("home"));
    Some(command)
}

fn forbid(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_may_not_be_read_is_an_error_and_not_an_absence() {
    let mut tally = Tally::default();
    for (place, file) in [
        ("content/a.md", true),
        ("content/f", false),
        ("content/_data/teams.yaml", true),
        ("static", false),
        ("static/x.txt", true),
        ("content/_defaults.yaml", true),
        ("templates/page.html", true),
    ] {
        let kb = Kb::built()
            .with("content/a.md", "x\n")
            .with("content/f/b.md", "x\n")
            .with("content/_data/teams.yaml", "[]\n")
            .with("static/x.txt", "x")
            .with("content/_defaults.yaml", "{}\n")
            .with("templates/page.html", "x");
        let Some(mut command) = bound(&kb, "unreadable") else { return };
        forbid(&kb.path(place), 0);
        let old = kb.site();
        let told = run(command.args(["build", "--format", "json"]));
        forbid(&kb.path(place), if file { 0o644 } else { 0o755 });
        tally.ended(place, &told, 1);
        tally.hold(place, told.of("unreadable").iter().any(|told| told["path"] == place), || told.to_string());
        tally.hold(place, kb.site() == old, || "the old site has changed".to_owned());
    }
    for place in ["content", "tiltyard.yaml", "."] {
        let kb = Kb::built();
        let Some(mut command) = bound(&kb, "unreadable") else { return };
        forbid(&kb.path(place), if place == "." { 0o100 } else { 0 });
        let told = run(command.args(["build", "--format", "json"]));
        forbid(&kb.path(place), 0o755);
        let code = if told.code() == Some(1) { 1 } else { 2 };
        tally.ended(place, &told, code);
    }
    let kb = Kb::built();
    let Some(mut command) = bound(&kb, "unwritable") else { return };
    let old = kb.site();
    forbid(&kb.root(), 0o555);
    forbid(&kb.path("public"), 0o555);
    let told = run(command.args(["build", "--today", "2026-11-03", "--base-url", "https://other.example"]));
    forbid(&kb.root(), 0o755);
    tally.ended("folder that may not be written", &told, 2);
    tally.hold(
        "folder that may not be written",
        told.stderr.contains("public") && told.stderr.contains("permission denied"),
        || told.to_string(),
    );
    tally.hold("folder that may not be written", kb.site() == old, || "the old site has changed".to_owned());
}
