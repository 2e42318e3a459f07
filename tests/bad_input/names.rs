//! Names that only some systems know.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use super::support::{Kb, Tally};

#[test]
fn odd_names_are_told_and_published_at_a_safe_address() {
    let mut tally = Tally::default();
    let long = format!("{}.md", "n".repeat(252));
    let wide = format!("{}.md", "\u{1f980}".repeat(62));
    let names: Vec<(&str, bool)> = vec![
        ("con.md", true),
        ("NUL.md", true),
        ("aux.tar.md", true),
        ("com1.md", true),
        ("lpt\u{b9}.md", true),
        ("a:b.md", true),
        ("a?b.md", true),
        ("a*b.md", true),
        ("a<b>.md", true),
        ("a|b.md", true),
        ("a\"b.md", true),
        ("a\\b.md", true),
        ("dot..md", false),
        ("blank .md", false),
        ("new\nline.md", true),
        ("tab\tname.md", true),
        ("bell\u{7}.md", true),
        ("del\u{7f}.md", true),
        ("\u{1f980}.md", false),
        ("日本語.md", false),
        ("\u{202e}dm.md", false),
        ("\u{200b}.md", false),
        ("-rf.md", false),
        ("--help.md", false),
        ("~.md", false),
        ("$HOME.md", false),
        ("%2e%2e.md", false),
        ("a%b.md", false),
        ("a#b.md", false),
        ("a b.md", false),
        ("a&b.md", false),
        ("a'b.md", false),
        ("[[a]].md", false),
        ("(a).md", false),
        ("{{ a }}.md", false),
        ("!.md", false),
        ("...md", false),
        ("_.md", false),
        ("#.md", false),
        ("404.md", false),
        ("assets.md", false),
        (&long, false),
        (&wide, false),
        ("I\u{307}.md", false),
        ("\u{df}.md", false),
    ];
    for (name, odd) in names {
        let kb = Kb::built().with(&format!("content/{name}"), "Words of the page.\n");
        let run = kb.build(&[]);
        let hidden = name.starts_with('.');
        tally.ended(name, &run, 0);
        tally.hold(name, run.of("odd-name").len() == usize::from(odd), || format!("odd-name expected: {odd}\n  {run}"));
        let site = kb.site();
        let page = site.iter().find(|(path, bytes)| {
            path.ends_with(b"index.html")
                && String::from_utf8_lossy(bytes).contains("Words of the page")
                && path.as_slice() != b"index.html"
        });
        tally.hold(name, page.is_some() != hidden, || format!("published: {}", page.is_some()));
        let path = page.map(|(path, _)| String::from_utf8_lossy(path).into_owned()).unwrap_or_default();
        tally.hold(name, !path.contains(|c: char| c.is_control() || "<>:\"|?*\\%#".contains(c)), || {
            format!("published as {path:?}")
        });
        tally.hold(
            name,
            path.split('/').all(|part| {
                part.len() <= 255 && !part.starts_with('-') && !["con", "nul", "aux", "com1"].contains(&part)
            }),
            || format!("published as {path:?}"),
        );
        tally.hold(name, !run.stdout.contains(['\u{7}', '\u{7f}']), || "control characters in the message".to_owned());
    }
}

#[test]
fn names_that_are_not_utf8_are_passed_over_and_told() {
    let mut tally = Tally::default();
    for (name, folder) in
        [(&b"bad\xff.md"[..], false), (b"\xc3\x28.md", false), (b"folder\xff", true), (b"\xed\xa0\x80.md", false)]
    {
        let kb = Kb::built();
        let path = kb.path("content").join(OsStr::from_bytes(name));
        if folder {
            fs::create_dir(&path).unwrap();
            fs::write(path.join("x.md"), "x\n").unwrap();
        } else {
            fs::write(&path, "x\n").unwrap();
        }
        let shown = String::from_utf8_lossy(name).into_owned();
        let run = kb.build(&[]);
        tally.ended(&shown, &run, 0);
        tally.hold(&shown, run.of("odd-name").len() == 1, || run.to_string());
    }
}

#[test]
fn odd_folders_work_like_odd_files() {
    let mut tally = Tally::default();
    for name in ["con", "a:b", "trailing.", "new\nline", "-x", "a#b", "日本", "assets", "404.html", "tags", "CON.d"] {
        let kb = Kb::built().with(&format!("content/{name}/page.md"), "# Inside\n");
        let run = kb.build(&[]);
        let refused = run.code() == Some(1) && !run.diagnostics().is_empty();
        tally.ended(name, &run, i32::from(refused));
        let found = kb.site().values().any(|bytes| String::from_utf8_lossy(bytes).contains("<h1>Inside"));
        tally.hold(name, refused || found, || format!("is not published\n  {run}"));
    }
}

#[test]
fn a_folder_that_is_very_deep_is_refused_with_its_place() {
    let mut tally = Tally::default();
    let kb = Kb::built();
    let deep = format!("content/{}x.md", "d/".repeat(900));
    kb.write(&deep, "x\n");
    let old = kb.site();
    let run = kb.build(&[]);
    tally.ended("900 folders", &run, 1);
    let told = run.of("too-deep");
    tally.hold("900 folders", told.len() == 1 && told[0]["message"].as_str().unwrap_or_default().len() < 400, || {
        run.to_string()
    });
    tally.hold("900 folders", kb.site() == old, || "the old site has changed".to_owned());
    let kb = Kb::built().with(&format!("content/{}x.md", "d/".repeat(30)), "x\n");
    tally.ended("30 folders", &kb.build(&[]), 0);
}

#[test]
fn oddities_of_data_folders() {
    let mut tally = Tally::default();
    let cases: [(&str, &str, &str, i32); 8] = [
        ("a page in _data", "content/_data/page.md", "x\n", 0),
        ("an unknown registry", "content/_data/robots.yaml", "- {id: x}\n", 0),
        ("a nested one", "content/_data/sub/teams.yaml", "- {id: x}\n", 0),
        ("one of another sort", "content/_data/teams.json", "[]\n", 0),
        ("binary", "content/_data/teams.yaml", "\u{0}\u{1}", 1),
        ("defaults that are a list", "content/_defaults.yaml", "- a\n", 1),
        ("defaults that are malformed", "content/_defaults.yaml", "a: [\n", 1),
        ("defaults of an unknown field", "content/_defaults.yaml", "titel: x\n", 0),
    ];
    for (name, path, text, code) in cases {
        let kb = Kb::built().with(path, text);
        let old = kb.site();
        let run = kb.build(&[]);
        tally.ended(name, &run, code);
        tally.hold(
            name,
            code == 0 || run.diagnostics().iter().any(|told| told["path"] == path && told["line"].is_u64()),
            || format!("no place\n  {run}"),
        );
        tally.hold(name, code == 0 || kb.site() == old, || "the old site has changed".to_owned());
        tally.hold(name, !kb.site().keys().any(|path| String::from_utf8_lossy(path).contains("_data")), || {
            "data is published".to_owned()
        });
    }
    let kb = Kb::built().with("content/_data/robots.yaml", "- {id: x}\n");
    let run = kb.build(&[]);
    tally.hold(
        "an unknown registry",
        run.diagnostics().iter().any(|told| told["path"] == "content/_data/robots.yaml"),
        || format!("nothing says that it is not read\n  {run}"),
    );
}
