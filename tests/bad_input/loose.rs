//! Loose mode: any folder of Markdown is a site, and nothing that another tool wrote is an error.

use std::fs;

use super::support::{Kb, Tally};

/// A build that has to work.
fn works(tally: &mut Tally, name: &str, kb: &Kb) -> super::support::Run {
    let run = kb.build(&[]);
    tally.ended(name, &run, 0);
    let errors = run.diagnostics().iter().any(|told| told["severity"] == "error");
    tally.hold(name, !errors && kb.path("public/index.html").is_file(), || run.to_string());
    run
}

#[test]
fn folders_that_other_tools_made_are_sites() {
    let mut tally = Tally::default();
    let cases: Vec<(&str, Vec<(&str, &str)>)> = vec![
        ("README and index", vec![("README.md", "# Readme words\n"), ("index.md", "# Index words\n")]),
        ("README and index below", vec![("a/README.md", "# Readme words\n"), ("a/index.md", "# Index words\n")]),
        ("readme in small letters", vec![("readme.md", "# R\n")]),
        (
            "unknown fields",
            vec![(
                "a.md",
                "---\nlayout: post\npermalink: /x/\ndraft: true\nweight: 3\nmenu: {main: {name: x}}\n---\nx\n",
            )],
        ),
        (
            "fields of other sorts",
            vec![(
                "a.md",
                "---\ntitle: [a, b]\ntags: {a: b}\nstatus: done\naudience: everybody\nowners: 7\ncreated: yesterday\nkind: post\nslug: 12\nid: [x]\n---\nx\n",
            )],
        ),
        ("malformed front matter", vec![("a.md", "---\ntitle: a: b: c\n---\nx\n")]),
        ("unclosed front matter", vec![("a.md", "---\ntitle: a\n\nx\n")]),
        ("TOML front matter", vec![("a.md", "+++\ntitle = \"x\"\n+++\nx\n")]),
        ("JSON front matter", vec![("a.md", "{\"title\": \"x\"}\n\nx\n")]),
        ("duplicate keys", vec![("a.md", "---\ntitle: a\ntitle: b\n---\nx\n")]),
        ("broken links", vec![("a.md", "[a](nope.md) [b](#nope) [[nope]] ![c](nope.png) [d](javascript:alert(1))\n")]),
        ("two pages at one address", vec![("a.md", "---\nslug: x\n---\nA\n"), ("b.md", "---\nslug: x\n---\nB\n")]),
        ("a slug that is a path", vec![("a.md", "---\nslug: /\n---\nA\n"), ("b.md", "---\nslug: /docs/b\n---\nB\n")]),
        ("page and folder", vec![("a.md", "A\n"), ("a/index.md", "B\n")]),
        (
            "folders of our kinds",
            vec![("findings/a.md", "x\n"), ("champions/b.md", "x\n"), ("curricula/c/index.md", "x\n")],
        ),
        ("a registry that is none", vec![("a.md", "x\n"), ("_data/teams.yaml", "a: [\n"), ("_defaults.yaml", "- x\n")]),
        (
            "templates of another tool",
            vec![
                ("a.md", "x\n"),
                ("templates/page.html", "{% nope %}\n"),
                ("static/index.html", "x"),
                ("themes/tiltyard/theme.yaml", "- [\n"),
            ],
        ),
        (
            "what is left out",
            vec![
                ("a.md", "x\n"),
                ("node_modules/x/README.md", "[x](nope)\n"),
                ("target/doc.md", "[x](nope)\n"),
                (".git/x.md", "[x](nope)\n"),
            ],
        ),
        ("a content folder", vec![("content/a.md", "x\n"), ("README.md", "outside\n")]),
        ("no Markdown", vec![("a.txt", "x\n"), ("b.rs", "fn main() {}\n")]),
        ("template words", vec![("a.md", "{{ config.title }} {% include \"x\" %} {{< figure src=x >}} {:toc}\n")]),
        ("names that differ in case", vec![("Foo.md", "A\n"), ("foo.md", "B\n")]),
    ];
    for (name, files) in cases {
        let kb = Kb::empty();
        files.iter().for_each(|(path, text)| kb.write(path, text));
        works(&mut tally, name, &kb);
    }
    works(&mut tally, "an empty folder", &Kb::empty());
}

#[test]
fn nothing_gets_lost_in_loose_mode_without_a_word() {
    let mut tally = Tally::default();
    let cases: [(&str, &[(&str, &str)]); 4] = [
        ("README and index", &[("README.md", "Readme words\n"), ("index.md", "Index words\n")]),
        ("slugs", &[("a.md", "---\nslug: x\n---\nReadme words\n"), ("b.md", "---\nslug: x\n---\nIndex words\n")]),
        ("page and folder", &[("a.md", "Readme words\n"), ("a/index.md", "Index words\n")]),
        ("prose of a tag", &[("tags/a.md", "Readme words\n"), ("b.md", "Index words\n")]),
    ];
    for (name, files) in cases {
        let kb = Kb::empty();
        files.iter().for_each(|(path, text)| kb.write(path, text));
        let run = kb.build(&[]);
        let published = |words: &str| {
            kb.site()
                .iter()
                .any(|(path, bytes)| path.ends_with(b".html") && String::from_utf8_lossy(bytes).contains(words))
        };
        let both = published("Readme words") && published("Index words");
        tally.ended(name, &run, 0);
        tally.hold(name, both || !run.diagnostics().is_empty(), || format!("one of the two is gone\n  {run}"));
    }
}

#[test]
fn broken_links_are_warnings_and_become_their_own_text() {
    let mut tally = Tally::default();
    let kb = Kb::empty().with("a.md", "# T\n\n[words one](nope.md) and [words two](#nope) and [[words three]]\n");
    let run = works(&mut tally, "links", &kb);
    for code in ["broken-link", "broken-anchor"] {
        let told = run.of(code);
        tally.hold(
            code,
            !told.is_empty() && told.iter().all(|told| told["severity"] == "warning" && told["line"] == 3),
            || run.to_string(),
        );
    }
    let page = fs::read_to_string(kb.path("public/a/index.html")).unwrap_or_default();
    for words in ["words one", "words two", "words three"] {
        tally.hold(words, page.contains(words) && !page.contains(&format!(">{words}</a>")), || {
            "is still a link, or gone".to_owned()
        });
    }
    tally.ended("denied", &kb.build(&["--deny", "warnings"]), 1);
}

/// What is no text cannot be shown; that is an error, or a warning that names the file.
#[test]
fn binary_files_named_like_pages_are_named() {
    let mut tally = Tally::default();
    for (name, bytes) in [
        ("picture.md", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..]),
        ("latin.md", b"caf\xe9\n"),
        ("utf16.md", b"\xff\xfe#\0 \0x\0"),
    ] {
        let kb = Kb::empty().with("a.md", "x\n").with(name, bytes);
        let run = kb.build(&[]);
        let refused = run.code() == Some(1);
        tally.ended(name, &run, i32::from(refused));
        tally.hold(name, run.diagnostics().iter().any(|told| told["path"] == name), || run.to_string());
    }
}

#[test]
fn deep_folders_end() {
    let mut tally = Tally::default();
    let kb = Kb::empty().with("a.md", "x\n").with(&format!("{}x.md", "d/".repeat(1_000)), "x\n");
    let run = kb.build(&[]);
    let refused = run.code() == Some(1);
    tally.ended("1,000 folders", &run, i32::from(refused));
    tally.hold("1,000 folders", !run.of("too-deep").is_empty() && run.took.as_secs() < 5, || run.to_string());
}

#[test]
fn the_site_itself_is_no_source_of_the_next_build() {
    let mut tally = Tally::default();
    let kb = Kb::empty().with("a.md", "x\n");
    works(&mut tally, "first", &kb);
    let first = kb.site();
    works(&mut tally, "second", &kb);
    tally.hold("second", kb.site() == first, || "differs".to_owned());
    tally.ended("elsewhere", &kb.build(&["--out", "other"]), 0);
    works(&mut tally, "third", &kb);
    tally.hold("third", kb.site() == first, || "differs".to_owned());
    let kb = Kb::empty().with("a.md", "x\n");
    tally.ended("the root itself", &kb.build(&["--out", "."]), 2);
    tally.hold("the root itself", kb.names() == ["a.md"], || format!("{:?}", kb.names()));
}
