//! One object with every field, and null where there is nothing.

use crate::{path, rendered, report, span};
use insta::assert_snapshot;
use serde_json::{Value, json};
use tiltyard::cli::report::{Format, Report};
use tiltyard::diagnostic::{Diagnostic, codes};
use tiltyard::source::{SourceTree, Span};

#[test]
fn every_field_in_its_order() {
    let text = "\u{feff}日本 [x](y.md)\r\n";
    let found = [Diagnostic::new(&codes::BROKEN_LINK, "no").at(&path("a.md"), span(text, "y.md")).help("h")];
    assert_snapshot!(report(&[("a.md", text)], &found, Format::Json), @r#"{"version":1,"diagnostics":[{"code":"broken-link","severity":"error","message":"no","path":"a.md","line":1,"column":8,"end_line":1,"end_column":12,"start_byte":14,"end_byte":18,"help":"h"}],"summary":{"errors":1,"warnings":0,"due":0,"pages":41}}"#);
    assert_snapshot!(report(&[], &[], Format::Json), @r#"{"version":1,"diagnostics":[],"summary":{"errors":0,"warnings":0,"due":0,"pages":41}}"#);
}

#[test]
fn null_where_there_is_no_place() {
    let mut sources = SourceTree::default();
    sources.insert("bad.md", &b"\xff"[..]);
    sources.insert("a.md", &b"one\n"[..]);
    let found = [
        Diagnostic::new(&codes::SHALLOW_HISTORY, "no place"),
        Diagnostic::new(&codes::REVIEW_OVERDUE, "no span").on(&path("a.md")),
        Diagnostic::new(&codes::NOT_UTF8, "no text").at(&path("bad.md"), Span::new(0, 1)),
        Diagnostic::new(&codes::BROKEN_LINK, "past the end").at(&path("a.md"), Span::new(2, 99)),
    ];
    let report = Report { diagnostics: &found, sources: &sources, pages: 1, root: None };
    let value: Value = serde_json::from_str(&rendered(&report, Format::Json, true)).unwrap();
    let places: Vec<Value> = value["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| {
            json!([d["path"], d["line"], d["column"], d["end_line"], d["end_column"], d["start_byte"], d["end_byte"]])
        })
        .collect();
    let none = Value::Null;
    assert_eq!(places[0], json!([none, none, none, none, none, none, none]));
    assert_eq!(places[1], json!(["a.md", none, none, none, none, none, none]));
    assert_eq!(places[2], json!(["bad.md", 1, 1, 1, 1, 0, 0]));
    assert_eq!(places[3], json!(["a.md", 1, 3, 2, 1, 2, 4]));
    assert_eq!(value["summary"], json!({ "errors": 2, "warnings": 1, "due": 1, "pages": 1 }));
}

#[test]
fn a_terminal_is_safe_and_the_value_is_the_same() {
    let message = "\u{1b}[2J \u{9b}1m \u{202e}x \u{7f} \u{2028} \"quoted\" \\ \n\t日本";
    let text = report(&[], &[Diagnostic::new(&codes::TEMPLATE_ERROR, message)], Format::Json);
    assert_eq!(text.chars().filter(|c| c.is_control()).collect::<String>(), "\n");
    assert!(!text.contains(['\u{202e}', '\u{2028}']));
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["diagnostics"][0]["message"], message);
}
