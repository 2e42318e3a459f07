//! The configuration and the command line.

use super::support::{Kb, Tally, run};
use super::table::{bad, fine, hold, says};

const FILE: &str = "tiltyard.yaml";

#[test]
fn a_configuration_that_cannot_be_used_is_named_with_its_place() {
    let utf16: Vec<u8> = "\u{feff}title: T\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    hold(vec![
        bad("malformed", FILE, "title: [\n", says("config-syntax")),
        bad("a colon in a value", FILE, "title: a: b\n", says("config-syntax")),
        bad("tabs", FILE, "audiences:\n\t- a\n", says("config-syntax").on(FILE)),
        bad("a list", FILE, "- a\n- b\n", says("wrong-type").at(1, 1)),
        bad("a text", FILE, "words\n", says("wrong-type").at(1, 1)),
        bad("two documents", FILE, "title: a\n---\ntitle: b\n", says("config-syntax")),
        bad("unknown key", FILE, "titel: T\n", says("unknown-key").at(1, 1).with("title")),
        bad(
            "unknown key further down",
            FILE,
            "title: T\nbase-url: https://kb.example\n",
            says("unknown-key").at(2, 1).with("base_url"),
        ),
        bad("an unknown key that is nothing like another", FILE, "xyzzy: T\n", says("unknown-key").at(1, 1)),
        bad("duplicate key", FILE, "title: a\ntitle: b\n", says("duplicate-key").at(2, 1)),
        bad("title a list", FILE, "title: [a]\n", says("wrong-type").at(1, 8)),
        bad("audiences a text", FILE, "audiences: {a: b}\n", says("wrong-type").at(1, 12)),
        bad("small_count a text", FILE, "small_count: few\n", says("wrong-type").at(1, 14)),
        bad("small_count below zero", FILE, "small_count: -3\n", says("bad-value").at(1, 14)),
        bad("today", FILE, "today: tomorrow\n", says("wrong-type").at(1, 8)),
        bad("links", FILE, "links: warning\n", says("unknown-value").at(1, 8).with("warn")),
        bad("dates", FILE, "dates: svn\n", says("unknown-value").at(1, 8)),
        bad("base_url without a scheme", FILE, "base_url: kb.example\n", says("wrong-type").at(1, 11).on(FILE)),
        bad("base_url that runs", FILE, "base_url: \"javascript:alert(1)\"\n", says("wrong-type").at(1, 11)),
        bad(
            "ticket_url that runs",
            FILE,
            "ticket_url: \"javascript:alert('{ticket}')\"\n",
            says("wrong-type").at(1, 13).on(FILE),
        ),
        bad("repo_url that runs", FILE, "repo_url: \"javascript:x\"\n", says("wrong-type").at(1, 11)),
        bad("several audiences and no default", FILE, "audiences: [a, b]\n", says("missing-field")).among(),
        bad(
            "an unknown default",
            FILE,
            "audiences: [public, internal]\ndefault_audience: publik\n",
            says("unknown-value").at(2, 19).with("public"),
        )
        .among(),
        bad(
            "an unknown audience",
            FILE,
            "audiences: [public, internal]\ndefault_audience: public\naudience: x\n",
            says("unknown-value").at(3, 11),
        ),
        bad("an audience twice", FILE, "audiences: [a, a]\n", says("duplicate-id").at(1, 16)),
        bad("no audience at all", FILE, "audiences: []\n", says("bad-value").at(1, 12)),
        bad("UTF-16", FILE, utf16, says("not-utf8").with("UTF-16")),
        bad("not UTF-8", FILE, b"title: \xff\n", says("not-utf8")),
        bad("NUL", FILE, b"title: a\0\n", says("nul-byte")),
        bad(
            "alias bomb",
            FILE,
            format!(
                "synonyms:\n{}",
                (0..12)
                    .map(|at| format!(
                        "  a{at}: &a{at} [{}]\n",
                        if at == 0 { "x".to_owned() } else { vec![format!("*a{}", at - 1); 10].join(", ") }
                    ))
                    .collect::<String>()
            ),
            says("front-matter-limit"),
        ),
        bad(
            "deep",
            FILE,
            format!("synonyms: {}{}\n", "[".repeat(10_000), "]".repeat(10_000)),
            says("front-matter-limit"),
        ),
        fine("empty", FILE, ""),
        fine("comments only", FILE, "# nothing yet\n"),
        fine("mark and CRLF", FILE, "\u{feff}title: T\r\nlang: de\r\n"),
        fine("text that looks like something else", FILE, "title: no\ndescription: 1.10\nlang: no\n"),
    ]);
}

#[test]
fn folders_that_lead_elsewhere_are_refused() {
    let mut cases = Vec::new();
    let texts: Vec<String> = ["content", "static", "theme"]
        .iter()
        .flat_map(|key| {
            ["../elsewhere", "/etc", "a/../../b", ".", "./", "..", "'a\\b'", "'a//b'", "'a/./b'"]
                .map(|value| format!("{key}: {value}\n"))
        })
        .collect();
    for text in &texts {
        let code = "bad-value";
        cases.push(bad(text.trim(), FILE, text, says(code)).among());
    }
    hold(cases);
}

#[test]
fn an_output_folder_that_would_take_something_with_it_is_refused() {
    let mut tally = Tally::default();
    for value in [
        ".",
        "./",
        "..",
        "content",
        "content/",
        "./content",
        "content/../content",
        "/",
        "//",
        "../kb",
        "static",
        "templates",
        "themes",
        "content/sub",
        ".git",
    ] {
        let kb = Kb::built()
            .with("static/a.txt", "a")
            .with("templates/x.txt", "a")
            .with("themes/x/theme.yaml", "name: x\n")
            .with(".git/HEAD", "ref: x\n");
        kb.write(FILE, format!("output: {value}\n"));
        let before = super::support::tree(&kb.root());
        let run = kb.build(&[]);
        let code = if run.code() == Some(1) { 1 } else { 2 };
        tally.ended(value, &run, code);
        tally.hold(value, super::support::tree(&kb.root()) == before, || "the knowledge base has changed".to_owned());
        tally.hold(value, run.code() != Some(2) || run.stderr.contains("help: "), || format!("no help\n  {run}"));
    }
    // `~` alone is YAML for nothing, so the default holds; a path that a shell would expand is not ours to take by the letter.
    let kb = Kb::built().with(FILE, "output: ~\n");
    tally.ended("~", &kb.build(&[]), 0);
    kb.write(FILE, "output: ~/site\n");
    tally.ended("~/site", &kb.build(&[]), 2);
    tally.hold("~/site", !kb.path("~").exists(), || "made a folder called `~`".to_owned());
    std::fs::create_dir(kb.beside("home")).unwrap();
    for out in [kb.beside("home"), kb.root(), kb.beside(""), kb.path("content"), "/".into()] {
        tally.ended(out.to_str().unwrap(), &kb.build(&["--out", out.to_str().unwrap()]), 2);
    }
}

#[test]
fn flags_that_cannot_be_used_are_named() {
    let mut tally = Tally::default();
    let cases: &[(&[&str], &str)] = &[
        (&["--config", "nope.yaml"], "nope.yaml"),
        (&["--config", "content"], "content"),
        (&["--config", ""], "config"),
        (&["--root", "nope"], "nope"),
        (&["--root", "tiltyard.yaml"], "tiltyard.yaml"),
        (&["--root", ""], "root"),
        (&["--audience", "publik"], "publik"),
        (&["--audience", ""], "audience"),
        (&["--base-url", "kb.example"], "kb.example"),
        (&["--base-url", ""], "base-url"),
        (&["--base-url", "https://"], "https://"),
        (&["--base-url", "https:// x"], "https:// x"),
        (&["--base-url", "https://kb.example/\"><script>"], "script"),
        (&["--base-url", "javascript:alert(1)"], "javascript"),
        (&["--base-url", "https://kb.example/?a=b#c"], "?a=b"),
        (&["--base-url", "ftp://kb.example"], "ftp"),
        (&["--today", "2026-02-30"], "2026-02-30"),
        (&["--today", ""], "today"),
        (&["--jobs", "many"], "jobs"),
        (&["--jobs=-1"], "jobs"),
        (&["--jobs", "99999999999999999999"], "jobs"),
        (&["--format", "xml"], "xml"),
        (&["--deny", "nothing"], "nothing"),
        (&["--nope"], "--nope"),
        (&["extra"], "extra"),
        (&["--out", ""], "out"),
    ];
    for (args, word) in cases {
        let kb = Kb::built();
        let (old, names) = (kb.site(), kb.names());
        let name = args.join(" ");
        let mut all = vec!["build"];
        all.extend(*args);
        let run = kb.run(&all);
        tally.ended(&name, &run, 2);
        tally.hold(&name, run.stderr.starts_with("error") && run.stderr.contains(word), || {
            format!("the message does not name `{word}`\n  {run}")
        });
        tally.hold(&name, kb.site() == old && kb.names() == names, || "something has changed".to_owned());
    }
}

#[test]
fn odd_flags_that_can_be_used_work() {
    let mut tally = Tally::default();
    let kb = Kb::built();
    for args in [
        &["--jobs", "100000"][..],
        &["--base-url", "http://localhost:8080"],
        &["--base-url", "https://kb.example/a/b//"],
        &["--today", "0001-01-01"],
        &["--today", "9999-12-31"],
    ] {
        let name = args.join(" ");
        let run = kb.build(args);
        tally.ended(&name, &run, 0);
    }
    let elsewhere = kb.beside("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let root = kb.root();
    for args in [&["--root", root.to_str().unwrap()][..], &["--config", root.join(FILE).to_str().unwrap()]] {
        let run = run(kb.command().current_dir(&elsewhere).arg("build").args(args));
        tally.ended("from elsewhere", &run, 0);
        tally.hold("from elsewhere", super::support::names(&elsewhere).is_empty(), || {
            "wrote into the current folder".to_owned()
        });
    }
    let run = run(kb.command().args(["build", "--config", "/dev/null", "--root", "."]));
    tally.ended("a configuration that is a device", &run, 2);
}

#[test]
fn a_missing_content_folder_is_said() {
    let mut tally = Tally::default();
    for (name, config) in [("missing", "title: T\n"), ("named", "content: pages\n")] {
        let kb = Kb::empty().with(FILE, config);
        let run = kb.build(&[]);
        tally.ended(name, &run, 2);
        tally.hold(name, run.stderr.contains(if name == "named" { "pages" } else { "content" }), || run.to_string());
        tally.hold(name, kb.names() == [FILE], || format!("{:?}", kb.names()));
    }
    let kb = Kb::empty().with(FILE, "title: T\n").with("content", "a file");
    tally.ended("a file", &kb.build(&[]), 2);
    let kb = Kb::empty().with(FILE, "title: T\n");
    std::fs::create_dir(kb.path("content")).unwrap();
    tally.ended("an empty content folder", &kb.build(&[]), 0);
}

/// Without a configuration everything is published, so one that is there and cannot be read must never count as none.
#[test]
fn a_configuration_that_cannot_be_read_does_not_open_the_doors() {
    let mut tally = Tally::default();
    let secret = "---\nstatus: draft\naudience: internal\n---\n# Heron ledger\n";
    type Break = fn(&std::path::Path);
    let ways: [(&str, Break); 5] = [
        ("a folder", |path| std::fs::create_dir(path).unwrap()),
        ("a dangling link", |path| std::os::unix::fs::symlink("gone.yaml", path).unwrap()),
        ("a link to itself", |path| std::os::unix::fs::symlink(FILE, path).unwrap()),
        ("a link outside", |path| std::os::unix::fs::symlink("/etc/hostname", path).unwrap()),
        ("a named pipe", |path| {
            rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap()
        }),
    ];
    for (name, way) in ways {
        let kb = Kb::strict().with("content/secret.md", secret);
        std::fs::remove_file(kb.path(FILE)).unwrap();
        way(&kb.path(FILE));
        let run = kb.build(&[]);
        let code = if run.code() == Some(1) { 1 } else { 2 };
        tally.ended(name, &run, code);
        tally.hold(name, !kb.path("public").exists(), || "published as if there were no configuration".to_owned());
    }
    for near in ["tiltyard.yml", "Tiltyard.yaml", "tiltyard.yaml.txt", "tiltyard.json", ".tiltyard.yaml"] {
        let kb = Kb::strict().with("content/secret.md", secret);
        std::fs::rename(kb.path(FILE), kb.path(near)).unwrap();
        let run = kb.run(&["build"]);
        tally.hold(near, run.fault().is_none() && run.stderr.contains("tiltyard.yaml"), || {
            format!("nothing says that the configuration has another name\n  {run}")
        });
    }
}
