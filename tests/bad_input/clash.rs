//! Two sources for one address: both are named, nothing is overwritten in silence.

use super::support::{Kb, Tally};

/// Files that clash, and the two names that the message has to have in it.
type Clash<'a> = (&'a str, Vec<(&'a str, &'a str)>, [&'a str; 2]);

fn cases() -> Vec<Clash<'static>> {
    vec![
        (
            "slugs",
            vec![("content/a.md", "---\nslug: same\n---\nA\n"), ("content/b.md", "---\nslug: same\n---\nB\n")],
            ["content/a.md", "content/b.md"],
        ),
        (
            "slug and stem",
            vec![("content/a.md", "---\nslug: b\n---\nA\n"), ("content/b.md", "B\n")],
            ["content/a.md", "content/b.md"],
        ),
        (
            "slugs that differ in case",
            vec![("content/a.md", "---\nslug: Same\n---\nA\n"), ("content/b.md", "---\nslug: same\n---\nB\n")],
            ["content/a.md", "content/b.md"],
        ),
        (
            "names that differ in case",
            vec![("content/Foo.md", "A\n"), ("content/foo.md", "B\n")],
            ["content/Foo.md", "content/foo.md"],
        ),
        (
            "folders that differ in case",
            vec![("content/Foo/a.md", "A\n"), ("content/foo/a.md", "B\n")],
            ["content/Foo", "content/foo"],
        ),
        (
            "file and folder",
            vec![("content/dup.md", "A\n"), ("content/dup/index.md", "B\n")],
            ["content/dup.md", "content/dup/index.md"],
        ),
        (
            "index and README",
            vec![("content/f/index.md", "A\n"), ("content/f/README.md", "B\n")],
            ["content/f/README.md", "content/f/index.md"],
        ),
        (
            "md and markdown",
            vec![("content/a.md", "A\n"), ("content/a.markdown", "B\n")],
            ["content/a.md", "content/a.markdown"],
        ),
        ("md and MD", vec![("content/a.md", "A\n"), ("content/a.MD", "B\n")], ["content/a.md", "content/a.MD"]),
        (
            "Unicode twins",
            vec![("content/caf\u{e9}.md", "A\n"), ("content/cafe\u{301}.md", "B\n")],
            ["content/caf\u{e9}.md", "content/cafe\u{301}.md"],
        ),
        (
            "slug and Unicode twin",
            vec![("content/a.md", "---\nslug: \"caf\\u00e9\"\n---\nA\n"), ("content/cafe\u{301}.md", "B\n")],
            ["content/a.md", "content/cafe"],
        ),
        (
            "page and static file",
            vec![("content/a.md", "A\n"), ("static/a/index.html", "B\n")],
            ["content/a.md", "static/a/index.html"],
        ),
        (
            "page folder and static file",
            vec![("content/a.md", "A\n"), ("static/a", "B\n")],
            ["content/a.md", "static/a"],
        ),
        ("home and static file", vec![("static/index.html", "B\n")], ["content/index.md", "static/index.html"]),
        ("made file and static file", vec![("static/site.json", "{}\n")], ["static/site.json", "tiltyard"]),
        ("robots", vec![("static/robots.txt", "x\n")], ["static/robots.txt", "tiltyard"]),
        ("not found page and static file", vec![("static/404.html", "x\n")], ["static/404.html", "404"]),
        ("page named 404", vec![("content/a.md", "---\nslug: 404.html\n---\nx\n")], ["content/a.md", "404"]),
        (
            "redirect and page",
            vec![("content/a.md", "---\nredirect_from: [/b/]\n---\nA\n"), ("content/b.md", "B\n")],
            ["content/a.md", "content/b.md"],
        ),
        ("redirect and home", vec![("content/a.md", "---\nredirect_from: [/]\n---\nA\n")], ["content/a.md", "`/`"]),
        ("redirect and itself", vec![("content/a.md", "---\nredirect_from: [/a/]\n---\nA\n")], ["content/a.md", "/a/"]),
        (
            "two redirects",
            vec![
                ("content/a.md", "---\nredirect_from: [/old/]\n---\nA\n"),
                ("content/b.md", "---\nredirect_from: [/old/]\n---\nB\n"),
            ],
            ["content/a.md", "content/b.md"],
        ),
        (
            "redirects that differ in case",
            vec![
                ("content/a.md", "---\nredirect_from: [/Old/]\n---\nA\n"),
                ("content/b.md", "---\nredirect_from: [/old]\n---\nB\n"),
            ],
            ["content/a.md", "content/b.md"],
        ),
        (
            "redirect and static file",
            vec![("content/a.md", "---\nredirect_from: [/old/]\n---\nA\n"), ("static/old/index.html", "x")],
            ["content/a.md", "static/old/index.html"],
        ),
        (
            "redirect and theme",
            vec![("content/a.md", "---\nredirect_from: [/site.json]\n---\nA\n")],
            ["content/a.md", "site.json"],
        ),
        (
            "asset and page folder",
            vec![("content/a.md", "![x](b)\n"), ("content/b", "x"), ("content/b.md", "B\n")],
            ["content/b", "content/b.md"],
        ),
        (
            "asset and static file",
            vec![("content/a.md", "![x](x.png)\n"), ("content/x.png", "1"), ("static/x.png", "2")],
            ["content/x.png", "static/x.png"],
        ),
        (
            "asset and page",
            vec![("content/a.md", "[x](b/index.html)\n"), ("content/b/index.html", "1"), ("content/b.md", "2")],
            ["content/b/index.html", "content/b.md"],
        ),
        (
            "static names that differ in case",
            vec![("static/a.txt", "1"), ("static/A.txt", "2")],
            ["static/A.txt", "static/a.txt"],
        ),
    ]
}

#[test]
fn two_sources_for_one_address_are_both_named() {
    let mut tally = Tally::default();
    for (name, files, names) in cases() {
        let kb = Kb::built();
        files.iter().for_each(|(path, text)| kb.write(path, text));
        let (old, beside) = (kb.site(), kb.names());
        let run = kb.build(&[]);
        tally.ended(name, &run, 1);
        let told: Vec<_> = run
            .diagnostics()
            .into_iter()
            .filter(|told| {
                ["same-url", "twin-names", "duplicate-id", "bad-slug"].iter().any(|code| told["code"] == *code)
            })
            .collect();
        let named = told.iter().any(|told| names.iter().all(|name| told.to_string().contains(name)));
        tally.hold(name, named, || format!("does not name {names:?}: {told:#?}"));
        tally.hold(name, told.iter().all(|told| told["path"].is_string()), || format!("has no file: {told:?}"));
        tally.hold(name, kb.site() == old && kb.names() == beside, || "the old site has changed".to_owned());
        let check = kb.run(&["check", "--format", "json"]);
        tally
            .hold(name, check.diagnostics() == run.diagnostics(), || format!("`check` says something else\n  {check}"));
    }
}

#[test]
fn what_only_looks_like_a_clash_is_fine() {
    let mut tally = Tally::default();
    let cases = [
        (
            "one slug in two folders",
            vec![("content/f/a.md", "---\nslug: s\n---\nA\n"), ("content/g/b.md", "---\nslug: s\n---\nB\n")],
        ),
        ("folder of a page", vec![("content/a.md", "A\n"), ("content/a/b.md", "B\n")]),
        ("an asset that no page refers to", vec![("content/ok/index.html", "x")]),
        ("a redirect from another folder", vec![("content/a.md", "---\nredirect_from: [/x/ok/]\n---\nA\n")]),
        ("own static style sheet", vec![("static/assets/own.css", "a{}")]),
        ("hidden things", vec![("static/.well-known/security.txt", "x"), ("static/CNAME", "kb.example")]),
    ];
    for (name, files) in cases {
        let kb = Kb::built();
        files.iter().for_each(|(path, text)| kb.write(path, text));
        let run = kb.build(&[]);
        tally.ended(name, &run, 0);
        tally.hold(name, run.diagnostics().is_empty(), || run.to_string());
    }
}

#[test]
fn a_page_at_the_address_of_a_made_page_adds_to_it() {
    let mut tally = Tally::default();
    for (file, out) in [
        ("content/tags/x.md", "public/tags/x/index.html"),
        ("content/tags/index.md", "public/tags/index.html"),
        ("content/tags.md", "public/tags/index.html"),
    ] {
        let kb = Kb::built()
            .with("content/a.md", "---\ntitle: Bearer of tags\ntags: [x]\n---\nA\n")
            .with(file, "Prose of its own.\n");
        let run = kb.build(&[]);
        let refused = run.code() == Some(1) && !run.of("same-url").is_empty();
        tally.ended(file, &run, i32::from(refused));
        let page = std::fs::read_to_string(kb.path(out)).unwrap_or_default();
        let made = if out.contains("/x/") { "Bearer of tags" } else { "x/" };
        for part in ["Prose of its own.", made] {
            tally.hold(file, refused || page.contains(part), || format!("{out} has no `{part}`"));
        }
    }
}
