//! Workflow commands that no message can break out of.

use crate::{path, rendered, report, span};
use insta::assert_snapshot;
use tiltyard::cli::report::{Format, Report};
use tiltyard::diagnostic::{Diagnostic, codes};
use tiltyard::source::SourceTree;

#[test]
fn one_command_each() {
    let text = "# A\n[x](y.md)\n> quote\n\n```\na\nb\n```\n";
    let found = [
        Diagnostic::new(&codes::BROKEN_LINK, "100 % broken\r\n::error::forged, \u{1b}[0m")
            .at(&path("a, b: 50%.md"), span(text, "y.md"))
            .help("see: x, y")
            .related(&path("c.md"), None, "the other file")
            .related(&path("a, b: 50%.md"), Some(span(text, "quote")), "the quote"),
        Diagnostic::new(&codes::BAD_FENCE, "one line with its end").at(&path("a, b: 50%.md"), span(text, "> quote\n")),
        Diagnostic::new(&codes::BAD_FENCE, "several lines").at(&path("a, b: 50%.md"), span(text, "```\na\nb\n```\n")),
        Diagnostic::new(&codes::REVIEW_OVERDUE, "a whole file").on(&path("a\n::error::x.md")),
        Diagnostic::new(&codes::SHALLOW_HISTORY, "the site"),
    ];
    assert_snapshot!(report(&[("a, b: 50%.md", text)], &found, Format::Github), @r#"
    ::error file=a%2C b%3A 50%25.md,line=2,col=5,endLine=2,endColumn=9,title=broken-link::100 %25 broken%0A::error::forged, ␛[0m%0Ahelp: see: x, y%0Anote: the other file: c.md%0Anote: the quote: a, b: 50%25.md:3
    ::warning file=a%2C b%3A 50%25.md,line=3,col=1,endLine=3,endColumn=8,title=bad-fence::one line with its end
    ::warning file=a%2C b%3A 50%25.md,line=5,endLine=8,title=bad-fence::several lines
    ::notice file=a%0A%3A%3Aerror%3A%3Ax.md,title=review-overdue::a whole file
    ::warning title=shallow-history::the site
    "#);
}

#[test]
fn paths_are_seen_from_the_repository() {
    let sources = SourceTree::default();
    let found = [Diagnostic::new(&codes::UNREADABLE, "m").on(&path("a.md"))];
    for (root, file) in [
        (None, "a.md"),
        (Some(""), "a.md"),
        (Some("."), "a.md"),
        (Some("docs/kb"), "docs/kb/a.md"),
        (Some("./docs/kb/"), "docs/kb/a.md"),
        (Some("/home/x/kb"), "/home/x/kb/a.md"),
    ] {
        let report = Report { diagnostics: &found, sources: &sources, pages: 1, root };
        let expected = format!("::error file={file},title=unreadable::m\n");
        assert_eq!(rendered(&report, Format::Github, false), expected, "{root:?}");
    }
}
