//! What the human format shows of a source, however odd the source or the span is.

use crate::{path, report, span};
use insta::assert_snapshot;
use tiltyard::cli::report::Format;
use tiltyard::diagnostic::{Diagnostic, codes};
use tiltyard::source::Span;

/// The report on one broken link at `part` of a file with this text.
fn at(text: &str, part: &str) -> String {
    on(text, span(text, part))
}

fn on(text: &str, span: Span) -> String {
    let found = [Diagnostic::new(&codes::BROKEN_LINK, "no such page").at(&path("a.md"), span)];
    report(&[("a.md", text)], &found, Format::Human)
}

#[test]
fn a_span_at_the_end_of_the_file() {
    assert_snapshot!(on("one\ntwo\n", Span::new(8, 8)), @r#"
    error[broken-link]: no such page
     --> a.md:3:1
      |
    3 |
      | ^

    1 error in 41 pages
    "#);
    assert_snapshot!(on("one\ntwo", Span::new(7, 7)), @r#"
    error[broken-link]: no such page
     --> a.md:2:4
      |
    2 | two
      |    ^

    1 error in 41 pages
    "#);
    assert_snapshot!(on("", Span::new(0, 0)), @r#"
    error[broken-link]: no such page
     --> a.md:1:1
      |
    1 |
      | ^

    1 error in 41 pages
    "#);
    assert_snapshot!(on("one", Span::new(900, 1000)), @r#"
    error[broken-link]: no such page
     --> a.md:1:4
      |
    1 | one
      |    ^

    1 error in 41 pages
    "#);
}

#[test]
fn an_empty_span_has_one_caret() {
    assert_snapshot!(on("key: \nnext: 1\n", Span::new(5, 5)), @r#"
    error[broken-link]: no such page
     --> a.md:1:6
      |
    1 | key: 
      |      ^

    1 error in 41 pages
    "#);
}

#[test]
fn the_line_break_at_the_end_of_a_span_is_not_underlined() {
    assert_snapshot!(at("# A\n\n> quote\n\nend\n", "> quote\n"), @r#"
    error[broken-link]: no such page
     --> a.md:3:1
      |
    3 | > quote
      | ^^^^^^^

    1 error in 41 pages
    "#);
}

#[test]
fn a_few_lines_are_shown_and_many_are_not() {
    assert_snapshot!(at("a\nb c\nd\ne f\ng\n", "c\nd\ne"), @r#"
    error[broken-link]: no such page
     --> a.md:2:3
      |
    2 |   b c
      |  ___^
    3 | | d
    4 | | e f
      | |_^

    1 error in 41 pages
    "#);
    let many = "line\n".repeat(400);
    assert_snapshot!(on(&many, Span::new(5, 1500)), @r#"
    error[broken-link]: no such page
     --> a.md:2:1
      |
    2 | line
      | ^^^^ up to line 300

    1 error in 41 pages
    "#);
}

#[test]
fn tabs_and_wide_characters_move_the_caret() {
    assert_snapshot!(at("\t- 日本語 [x](y.md)\n", "y.md"), @r#"
    error[broken-link]: no such page
     --> a.md:1:12
      |
    1 |     - 日本語 [x](y.md)
      |                  ^^^^

    1 error in 41 pages
    "#);
    assert_snapshot!(at("👩‍🚀 [x](y.md)\n", "y.md"), @r#"
    error[broken-link]: no such page
     --> a.md:1:9
      |
    1 | 👩🚀 [x](y.md)
      |          ^^^^

    1 error in 41 pages
    "#);
}

#[test]
fn every_line_ending_counts_and_a_byte_order_mark_does_not() {
    assert_snapshot!(at("\u{feff}one\r\ntwo\rthree [x](y.md)\r\nfour\r\n", "y.md"), @r#"
    error[broken-link]: no such page
     --> a.md:3:11
      |
    3 | three [x](y.md)
      |           ^^^^

    1 error in 41 pages
    "#);
    assert_snapshot!(at("\u{feff}[x](y.md)\r\n", "y.md"), @r#"
    error[broken-link]: no such page
     --> a.md:1:5
      |
    1 | [x](y.md)
      |     ^^^^

    1 error in 41 pages
    "#);
    assert_snapshot!(at("\u{feff}[x](y.md)\r\n", "\u{feff}[x]"), @r#"
    error[broken-link]: no such page
     --> a.md:1:1
      |
    1 | [x](y.md)
      | ^^^

    1 error in 41 pages
    "#);
    // Between the two characters of one line break.
    assert_snapshot!(on("one\r\ntwo", Span::new(4, 4)), @r#"
    error[broken-link]: no such page
     --> a.md:1:5
      |
    1 | one
      |    ^

    1 error in 41 pages
    "#);
}

#[test]
fn a_line_of_a_megabyte_is_cut_around_the_place() {
    let line = format!("{} [x](y.md) {}\n", "word ".repeat(100_000), "more ".repeat(100_000));
    assert_snapshot!(at(&line, "y.md"), @r#"
    error[broken-link]: no such page
     --> a.md:1:500006
      |
    1 | ...rd word word word word word word word word word  [x](y.md) more more more more more more more more more more m...
      |                                                         ^^^^

    1 error in 41 pages
    "#);
    assert_snapshot!(on(&line, Span::new(0, line.len())), @r#"
    error[broken-link]: no such page
     --> a.md:1:1
      |
    1 | word word word word word word word word word word word word word word word word word word word word word word wor...
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    1 error in 41 pages
    "#);
    assert_snapshot!(on(&line, Span::new(line.len() - 2, line.len() - 1)), @r#"
    error[broken-link]: no such page
     --> a.md:1:1000011
      |
    1 | ...more more more more more more more more more more more 
      |                                                          ^

    1 error in 41 pages
    "#);
    let wide = format!("{}[x](y.md)", "字".repeat(300_000));
    assert_snapshot!(at(&wide, "y.md"), @r#"
    error[broken-link]: no such page
     --> a.md:1:300005
      |
    1 | ... 字字字字字字字字字字字字字字字字字字字字字字字字[x](y.md)
      |                                                         ^^^^

    1 error in 41 pages
    "#);
}
