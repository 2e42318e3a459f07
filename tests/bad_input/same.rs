//! The same input gives the same bytes, and a second build touches nothing.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use super::support::{Kb, Tally, copy, run, tree};

/// The product's own sample, without its site.
fn sample() -> Kb {
    let kb = Kb::empty();
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&own.join("content"), &kb.path("content"));
    copy(&own.join("static"), &kb.path("static"));
    fs::copy(own.join("tiltyard.yaml"), kb.path("tiltyard.yaml")).unwrap();
    kb
}

fn build(kb: &Kb, out: &str, change: impl Fn(&mut Command)) -> super::support::Run {
    let mut command = kb.command();
    let root = kb.root();
    command.args([
        "build",
        "-q",
        "--base-url",
        "https://kb.example",
        "--root",
        root.to_str().unwrap(),
        "--out",
        kb.beside(out).to_str().unwrap(),
    ]);
    change(&mut command);
    run(&mut command)
}

#[test]
fn threads_zone_language_and_folder_do_not_matter() {
    let mut tally = Tally::default();
    let kb = sample();
    fs::create_dir(kb.beside("elsewhere")).unwrap();
    let elsewhere = kb.beside("elsewhere");
    tally.ended(
        "one thread",
        &build(&kb, "one", |command| {
            command.args(["--jobs", "1"]);
        }),
        0,
    );
    let one = tree(&kb.beside("one"));
    type Change<'a> = &'a dyn Fn(&mut Command);
    let changes: [(&str, Change<'_>); 5] = [
        ("eight threads", &|command| {
            command.args(["--jobs", "8", "--no-cache"]);
        }),
        ("time zone", &|command| {
            command.env("TZ", "Pacific/Kiritimati");
        }),
        ("language", &|command| {
            command.env("LC_ALL", "tr_TR.UTF-8").env("LANG", "tr_TR.UTF-8");
        }),
        ("folder", &|command| {
            command.current_dir(&elsewhere);
        }),
        ("no environment", &|command| {
            command.env_clear();
        }),
    ];
    for (name, change) in changes {
        tally.ended(name, &build(&kb, name, change), 0);
        let other = tree(&kb.beside(name));
        let differs: Vec<_> = one
            .keys()
            .chain(other.keys())
            .filter(|path| one.get(*path) != other.get(*path))
            .map(|path| String::from_utf8_lossy(path))
            .collect();
        tally.hold(name, differs.is_empty(), || {
            format!("{} differ: {:?}", differs.len(), &differs[..differs.len().min(10)])
        });
    }
    let place = kb.root().to_string_lossy().into_owned();
    let told = one.iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains(&place));
    tally.hold("place", told.is_none(), || {
        format!("{:?} tells where the knowledge base lies", told.map(|(path, _)| String::from_utf8_lossy(path)))
    });
}

/// Times of change of every file and folder.
fn times(folder: &Path) -> Vec<(std::path::PathBuf, SystemTime)> {
    let mut times = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(here) = folders.pop() {
        for entry in fs::read_dir(&here).unwrap() {
            let entry = entry.unwrap();
            let meta = entry.metadata().unwrap();
            if meta.is_dir() {
                folders.push(entry.path());
            } else {
                times.push((entry.path(), meta.modified().unwrap()));
            }
        }
    }
    times.sort();
    times
}

#[test]
fn a_second_build_touches_nothing() {
    let mut tally = Tally::default();
    let kb = sample();
    tally.ended("first", &build(&kb, "site", |_| ()), 0);
    let first = times(&kb.beside("site"));
    std::thread::sleep(std::time::Duration::from_millis(20));
    // With the note of the first build, and by drawing and comparing everything.
    for (name, flags) in [("second", &[][..]), ("third", &["--no-cache"])] {
        tally.ended(
            name,
            &build(&kb, "site", |command| {
                command.args(flags);
            }),
            0,
        );
        let now = times(&kb.beside("site"));
        let touched: Vec<_> = now.iter().filter(|entry| !first.contains(entry)).collect();
        tally.hold(name, touched.is_empty() && now.len() == first.len(), || format!("touched: {touched:?}"));
    }
    let page = kb.path("content/guides/joint-reviews.md");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(&page, text + "\nOne more line.\n").unwrap();
    tally.ended("one page changed", &build(&kb, "site", |_| ()), 0);
    let now = times(&kb.beside("site"));
    // Every file of the search index says which index it is of.
    let in_search = |path: &Path| path.components().any(|part| part.as_os_str() == "search");
    let touched = now.iter().filter(|entry| !first.contains(entry) && !in_search(&entry.0)).count();
    tally.hold("one page changed", (1..20).contains(&touched), || {
        format!("{touched} of {} files were touched", now.len())
    });
}

#[test]
fn the_order_in_which_files_were_made_does_not_matter() {
    let mut tally = Tally::default();
    let names = ["b", "a", "\u{e9}", "Z", "10", "9", "_x"];
    let mut sites = Vec::new();
    for turn in 0..3 {
        let kb = Kb::strict();
        for at in 0..names.len() {
            let name = names[(at * 3 + turn * 2) % names.len()];
            kb.write(&format!("content/{name}.md"), format!("---\ntitle: Same\ntags: [t, {name}]\n---\nText\n"));
        }
        tally.ended("order", &kb.build(&[]), 0);
        sites.push(kb.site());
    }
    tally.hold("order", sites.windows(2).all(|two| two[0] == two[1]), || "the sites differ".to_owned());
}
