//! Files that are no text, and front matter that is no front matter.

use super::support::{Kb, Tally, run};
use super::table::{bad, fine, hold, says};

const BAD: &str = "content/bad.md";

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xFEFF);
    mark.into_iter()
        .chain(text.encode_utf16())
        .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect()
}

#[test]
fn what_is_no_text_is_named_with_its_place() {
    hold(vec![
        bad("invalid UTF-8 at the start", BAD, b"\xff\n", says("not-utf8").at(1, 1)),
        bad("invalid UTF-8 later", BAD, b"# T\n\nabc \xffdef\n", says("not-utf8").at(3, 5)),
        bad(
            "invalid UTF-8 after wide characters",
            BAD,
            "é日\u{1f980}\u{ff}".as_bytes().split_last().unwrap().1,
            says("not-utf8").at(1, 4),
        ),
        bad("a lone surrogate", BAD, b"a\xed\xa0\x80\n", says("not-utf8").at(1, 2)),
        bad("an overlong form", BAD, b"a\xc0\xaf\n", says("not-utf8").at(1, 2)),
        bad("Latin-1", BAD, b"caf\xe9\n", says("not-utf8").at(1, 4)),
        bad("UTF-16 LE with mark", BAD, utf16("# Hello\n", true, true), says("not-utf8").with("UTF-16")),
        bad("UTF-16 BE with mark", BAD, utf16("# Hello\n", false, true), says("not-utf8").with("UTF-16")),
        bad("UTF-16 LE without mark", BAD, utf16("# Hello\n", true, false), says("nul-byte").at(1, 2)),
        bad("UTF-16 BE without mark", BAD, utf16("# Hello\n", false, false), says("nul-byte").at(1, 1)),
        bad("a NUL in the body", BAD, b"# T\n\na\0b\n", says("nul-byte").at(3, 2)),
        bad("a NUL in the front matter", BAD, b"---\ntitle: a\0b\n---\n", says("nul-byte").at(2, 9)),
        bad("a program", BAD, b"\x7fELF\x02\x01\x01\0\0\0", says("nul-byte")),
    ]);
}

#[test]
fn odd_but_right_text_is_read() {
    hold(vec![
        fine("empty", BAD, ""),
        fine("one blank", BAD, " "),
        fine("line ends only", BAD, "\n\r\n\r\n"),
        fine("mark", BAD, "\u{feff}# T\n"),
        fine("mark before front matter", BAD, "\u{feff}---\ntitle: T\n---\nText\n"),
        fine("CRLF", BAD, "---\r\ntitle: T\r\n---\r\n# T\r\n\r\nText\r\n"),
        fine("lone CR in the body", BAD, "# T\r\rText\rmore\r"),
        fine("no line end", BAD, "# T"),
        fine("empty front matter", BAD, "---\n---\n"),
        fine("front matter of comments", BAD, "---\n# nothing\n---\nText\n"),
        fine("blanks after the dashes", BAD, "---  \ntitle: T\n---\t\nText\n"),
        fine("closed by dots", BAD, "---\ntitle: T\n...\nText\n"),
        fine("a rule further down", BAD, "Text\n\n---\n\ntitle: x\n"),
        fine("four dashes", BAD, "----\ntitle: T\n"),
        fine("control characters", BAD, "a\u{1}b\u{7f}c\u{85}d\u{2028}e\n"),
        fine("right to left", BAD, "---\ntitle: \"\u{202e}evil\"\n---\n\u{202e}text\n"),
        fine("a line of a megabyte", BAD, "a".repeat(1 << 20)),
    ]);
}

#[test]
fn front_matter_that_cannot_be_read_is_named_with_its_place() {
    hold(vec![
        bad("dashes only", BAD, "---\n", says("front-matter-unclosed").at(1, 1)),
        bad("dashes without a line end", BAD, "---", says("front-matter-unclosed").at(1, 1)),
        bad("unclosed", BAD, "---\ntitle: T\n\n# Text\n", says("front-matter-unclosed").at(1, 1)),
        bad("unclosed after a mark", BAD, "\u{feff}---\ntitle: T\n", says("front-matter-unclosed").at(1, 1)),
        bad("closed with blanks before", BAD, "---\ntitle: T\n ---\n", says("front-matter-unclosed").at(1, 1)),
        bad("a list", BAD, "---\n- a\n- b\n---\n", says("wrong-type").at(2, 1).with("front matter")),
        bad("a text", BAD, "---\njust words\n---\n", says("wrong-type").at(2, 1).with("front matter")),
        bad("a number", BAD, "---\n42\n---\n", says("wrong-type").at(2, 1).with("front matter")),
        bad("tabs", BAD, "---\nextra:\n\ta: 1\n---\n", says("front-matter-syntax").on(BAD)),
        bad("unclosed quote", BAD, "---\ntitle: \"abc\n---\n", says("front-matter-syntax")),
        bad("unclosed list", BAD, "---\ntags: [a, b\n---\n", says("front-matter-syntax")),
        bad("colon in a value", BAD, "---\ntitle: a: b\n---\n", says("front-matter-syntax").on(BAD)),
        bad("bad indentation", BAD, "---\ntitle: T\n  tags: [a]\n---\n", says("front-matter-syntax")),
        bad("bad escape", BAD, "---\ntitle: \"\\q\"\n---\n", says("front-matter-syntax")),
        bad("unknown anchor", BAD, "---\ntitle: *nope\n---\n", says("front-matter-syntax")),
        bad(
            "duplicate key",
            BAD,
            "---\ntitle: a\ntags: []\ntitle: b\n---\n",
            says("duplicate-key").at(4, 1).with("title"),
        ),
        bad("duplicate inner key", BAD, "---\nextra:\n  a: 1\n  a: 2\n---\n", says("duplicate-key").at(4, 3)),
    ]);
}

#[test]
fn fields_of_the_wrong_sort_are_named_with_their_place() {
    let page = |field: &str| format!("---\ntitle: T\n{field}\n---\nText\n");
    hold(vec![
        bad("title a list", BAD, "---\ntitle: [a]\n---\n", says("wrong-type").at(2, 8)),
        bad("title a mapping", BAD, "---\ntitle: {a: b}\n---\n", says("wrong-type").at(2, 8)),
        bad("tags a mapping", BAD, page("tags: {a: b}"), says("wrong-type").at(3, 7)),
        bad("order a text", BAD, page("order: first"), says("wrong-type").at(3, 8)),
        bad("a day that is none", BAD, page("created: 2026-02-30"), says("wrong-type").at(3, 10).with("2026-02-30")),
        bad("a day with a time", BAD, page("created: 2026-02-03T10:00:00Z"), says("wrong-type").at(3, 10)),
        bad("a period that is none", BAD, page("review_every: often"), says("wrong-type").at(3, 15)),
        bad("an endless period", BAD, page("review_every: 99999999999999999999y"), says("wrong-type").at(3, 15)),
        bad("status", BAD, page("status: aproved"), says("unknown-value").at(3, 9).with("approved")),
        bad("kind", BAD, page("kind: findng"), says("unknown-kind").at(3, 7).with("finding")),
        bad("audience", BAD, page("audience: publik"), says("no-audience").at(3, 11).with("publik")),
        bad("audience a list", BAD, page("audience: [internal]"), says("wrong-type").at(3, 11).on(BAD)).among(),
        bad("language", BAD, page("lang: \"\\\" onload=x\""), says("wrong-type").at(3, 7).on(BAD)),
        bad("id", BAD, page("id: \"a b/../c\""), says("bad-value").at(3, 5)),
    ]);
}

/// CommonMark calls a lone CR a line end, so this is front matter, or it has to be said that it is not: fields must not become text in silence.
#[test]
fn front_matter_with_lone_cr_is_read_or_refused() {
    let mut tally = Tally::default();
    let kb = Kb::built().with(BAD, "---\rtitle: Told\rtags: [x]\r---\r\rText\r");
    let run = kb.build(&[]);
    let refused = run.code() == Some(1) && !run.diagnostics().is_empty();
    tally.ended("lone CR", &run, i32::from(refused));
    let page = std::fs::read_to_string(kb.path("public/bad/index.html")).unwrap_or_default();
    tally.hold("lone CR", refused || page.contains("<h1>Told</h1>"), || "the front matter is shown as text".to_owned());
}

#[test]
fn two_pages_with_one_mistake_each_are_both_told_in_one_run() {
    let kb = Kb::built()
        .with("content/a.md", "---\ntitle: [\n---\n")
        .with("content/b.md", b"\xff")
        .with("content/c.md", "[x](nope.md)\n");
    let old = kb.site();
    let told = kb.build(&[]);
    let mut tally = Tally::default();
    tally.ended("three mistakes", &told, 1);
    for (code, path) in
        [("front-matter-syntax", "content/a.md"), ("not-utf8", "content/b.md"), ("broken-link", "content/c.md")]
    {
        tally.hold(code, told.of(code).iter().any(|diagnostic| diagnostic["path"] == path), || told.to_string());
    }
    tally.hold("old site", kb.site() == old, || "changed".to_owned());
}

#[test]
fn every_format_tells_the_same_place() {
    let kb = Kb::built().with("content/bad.md", "---\ntitle: T\norder: first\n---\n");
    let mut tally = Tally::default();
    for (format, place) in [
        ("human", "--> content/bad.md:3:8"),
        ("short", "content/bad.md:3:8"),
        ("github", "file=content/bad.md,line=3,"),
        ("sarif", "\"startColumn\": 8"),
    ] {
        for command in ["build", "check"] {
            let told = run(kb.command().args([command, "--format", format]));
            let text = format!("{}{}", told.stdout, told.stderr);
            tally.ended(format, &told, 1);
            let compact = |text: &str| text.replace(": ", ":");
            tally.hold(format, compact(&text).contains(&compact(place)), || format!("no `{place}`\n  {told}"));
            tally.hold(format, (format == "human" || format == "short") == told.stdout.is_empty(), || {
                format!("wrong channel\n  {told}")
            });
        }
    }
}

#[test]
fn numbers_and_days_at_their_ends_do_no_harm() {
    let mut tally = Tally::default();
    let refused = [
        "order: -9223372036854775808",
        "order: 9223372036854775807",
        "order: 9223372036854775808",
        "order: 1e999",
        "order: .inf",
        "order: 1.5",
        "created: -9999-01-01",
        "created: 99999-01-01",
        "review_every: 99999999mo",
        "review_every: -1y",
    ];
    for field in refused {
        let kb = Kb::built().with(BAD, format!("---\n{field}\n---\n"));
        let told = kb.build(&[]);
        tally.ended(field, &told, 1);
        let placed = told.of("wrong-type").iter().any(|told| told["line"] == 2 && told["column"].is_u64());
        tally.hold(field, placed, || told.to_string());
    }
    let page = "---\nreviewed: 9999-12-31\nreview_every: 9999y\ncreated: 0001-01-01\nupdated: 9999-12-31\n---\nText\n";
    let kb = Kb::built().with(BAD, page).with("tiltyard.yaml", "review_every: 9999y\n");
    for today in ["0001-01-01", "2026-11-02", "9999-12-31"] {
        tally.ended(today, &kb.build(&["--today", today]), 0);
    }
    for count in ["-9223372036854775808", "99999999999999999999", "0.5"] {
        let kb = Kb::built().with("tiltyard.yaml", format!("small_count: {count}\n"));
        tally.ended(count, &kb.build(&[]), 1);
    }
}
