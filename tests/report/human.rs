//! The look of rustc, and text that cannot steer a terminal.

use crate::{path, rendered, report, span};
use insta::assert_snapshot;
use tiltyard::cli::report::{Format, Report};
use tiltyard::diagnostic::{Diagnostic, Severity, codes};
use tiltyard::source::{SourceTree, Span};

#[test]
fn everything_that_a_diagnostic_can_have() {
    let (a, b) = ("# A\n\nsee [b](b.md#gone)\n", "---\nid: b\n---\n\n# B {#here}\n");
    let found = [
        Diagnostic::new(&codes::BROKEN_ANCHOR, "`b.md` has no heading `gone`")
            .at(&path("content/a.md"), span(a, "b.md#gone"))
            .help("did you mean `here`?")
            .related(&path("content/b.md"), Some(span(b, "here")), "the only heading is here")
            .related(&path("content/c.md"), None, "a file that is not there"),
        Diagnostic::new(&codes::UNKNOWN_FIELD, "softer")
            .on(&path("content/a.md"))
            .severity(Severity::Warning)
            .help("look"),
        Diagnostic::new(&codes::REVIEW_OVERDUE, "not reviewed since 2024-01-01")
            .at(&path("content/b.md"), span(b, "id")),
        Diagnostic::new(&codes::SHALLOW_HISTORY, "git has only one commit"),
    ];
    assert_snapshot!(report(&[("content/a.md", a), ("content/b.md", b)], &found, Format::Human), @r#"
    error[broken-anchor]: `b.md` has no heading `gone`
     --> content/a.md:3:9
      |
    3 | see [b](b.md#gone)
      |         ^^^^^^^^^
      |
      = help: did you mean `here`?
    note: the only heading is here
     --> content/b.md:5:7
      |
    5 | # B {#here}
      |       ^^^^
    note: a file that is not there
     --> content/c.md

    warning[unknown-field]: softer
    --> content/a.md
     |
     = help: look

    due[review-overdue]: not reviewed since 2024-01-01
     --> content/b.md:2:1
      |
    2 | id: b
      | ^^

    warning[shallow-history]: git has only one commit

    1 error, 2 warnings, 1 due in 41 pages
    "#);
}

#[test]
fn nothing_wrong_is_one_line() {
    assert_snapshot!(report(&[], &[], Format::Human), @"nothing wrong in 41 pages");
}

#[test]
fn what_steers_a_terminal_is_shown_and_not_obeyed() {
    let text = "a \u{1b}[31mred\u{1b}[0m \u{202e}txet\u{202c} \u{9b}2J [x](y.md)\u{7}\n";
    let found = [Diagnostic::new(&codes::BROKEN_LINK, "no page `\u{1b}]0;title\u{7}`\r\nsecond line\t\u{9b}1A")
        .at(&path("a\u{1b}[2J\n.md"), span(text, "y.md"))
        .help("\u{1b}c reset\u{2028}x")
        .related(&path("b\u{8}.md"), None, "\u{1b}[1mwhy")];
    assert_snapshot!(report(&[("a\u{1b}[2J\n.md", text)], &found, Format::Human), @r#"
    error[broken-link]: no page `␛]0;title␇`
                        second line    �1A
     --> a␛[2J .md:1:31
      |
    1 | a ␛[31mred␛[0m �txet� �2J [x](y.md)␇
      |                               ^^^^
      |
      = help: ␛c reset�x
    note: ␛[1mwhy
     --> b␈.md

    1 error in 41 pages
    "#);
}

#[test]
fn a_file_that_is_not_text_or_not_there_is_only_named() {
    let mut sources = SourceTree::default();
    sources.insert("bad.md", &b"\xff\xfe[x](y)"[..]);
    let found = [
        Diagnostic::new(&codes::NOT_UTF8, "not UTF-8").at(&path("bad.md"), Span::new(0, 1)).help("save it as UTF-8"),
        Diagnostic::new(&codes::UNREADABLE, "cannot be read").at(&path("gone.md"), Span::new(3, 4)),
    ];
    let report = Report { diagnostics: &found, sources: &sources, pages: 1, root: None };
    assert_snapshot!(rendered(&report, Format::Human, false), @r#"
    error[not-utf8]: not UTF-8
     --> bad.md:1:1
      |
    1 |
      | ^
      |
      = help: save it as UTF-8

    error[unreadable]: cannot be read
    --> gone.md

    2 errors in 1 page
    "#);
}

#[test]
fn colours_only_when_asked() {
    let text = "see [x](y.md)\n";
    let mut sources = SourceTree::default();
    sources.insert("a.md", text.as_bytes());
    let found = [Diagnostic::new(&codes::BROKEN_LINK, "no").at(&path("a.md"), span(text, "y.md")).help("h")];
    let report = Report { diagnostics: &found, sources: &sources, pages: 1, root: None };
    let (plain, colored) = (rendered(&report, Format::Human, false), rendered(&report, Format::Human, true));
    assert!(!plain.contains('\u{1b}'));
    assert!(colored.contains("\u{1b}[1m"));
    assert!(!rendered(&report, Format::Short, true).contains('\u{1b}'));
    let mut stripped = String::new();
    for (i, part) in colored.split("\u{1b}[").enumerate() {
        stripped += if i == 0 { part } else { part.split_once('m').unwrap().1 };
    }
    assert_eq!(stripped, plain);
}
