//! One line each, whatever the message holds.

use crate::{path, report, span};
use insta::assert_snapshot;
use tiltyard::cli::report::Format;
use tiltyard::diagnostic::{Diagnostic, codes};
use tiltyard::source::Span;

#[test]
fn one_line_each() {
    let text = "\u{feff}日本 [x](y.md)\n";
    let found = [
        Diagnostic::new(&codes::BROKEN_LINK, "no page `y.md`").at(&path("a.md"), span(text, "y.md")).help("not shown"),
        Diagnostic::new(&codes::TEMPLATE_ERROR, "first\n\n  second\r\nthird \u{1b}[0m\n")
            .at(&path("a.md"), Span::new(99, 99)),
        Diagnostic::new(&codes::REVIEW_OVERDUE, "overdue").on(&path("a\nb.md")),
        Diagnostic::new(&codes::UNREADABLE, "gone").at(&path("gone.md"), Span::new(3, 4)),
        Diagnostic::new(&codes::SHALLOW_HISTORY, "one commit"),
    ];
    assert_snapshot!(report(&[("a.md", text)], &found, Format::Short), @r#"
    a.md:1:8: error[broken-link]: no page `y.md`
    a.md:2:1: error[template-error]: first second third ␛[0m
    a b.md: due[review-overdue]: overdue
    gone.md: error[unreadable]: gone
    warning[shallow-history]: one commit
    "#);
    assert_eq!(report(&[], &[], Format::Short), "");
}
