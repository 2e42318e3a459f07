//! Logs that the schema accepts, with the regions and addresses that viewers need.

use crate::{path, rendered, report, span};
use serde_json::{Value, json};
use tiltyard::cli::report::{Format, Report};
use tiltyard::diagnostic::{Diagnostic, Severity, codes};
use tiltyard::source::{SourceTree, Span};

/// The log as a value, after the schema has accepted it.
fn valid(log: &str) -> Value {
    let schema: Value = serde_json::from_str(include_str!("../schemas/sarif-2.1.0.json")).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let log: Value = serde_json::from_str(log).unwrap();
    let errors: Vec<String> = validator.iter_errors(&log).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{log:#}");
    log
}

/// The region of one diagnostic at these bytes of a file with this text.
fn region(text: &str, span: Span) -> Value {
    let found = [Diagnostic::new(&codes::BROKEN_LINK, "m").at(&path("a.md"), span)];
    let log = valid(&report(&[("a.md", text)], &found, Format::Sarif));
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"].clone()
}

#[test]
fn the_whole_log() {
    let text = "\u{feff}日本 [x](y.md)\r\n";
    let found = [
        Diagnostic::new(&codes::BROKEN_LINK, "the link `[x](y.md)` leads nowhere, see {{ page }}")
            .at(&path("content/ä b/50%#1.md"), span(text, "y.md"))
            .help("did you mean `z.md`?")
            .related(&path("content/z.md"), None, "the page that is there"),
        Diagnostic::new(&codes::REVIEW_OVERDUE, "overdue").on(&path("a:b.md")),
        Diagnostic::new(&codes::BROKEN_LINK, "softened.").severity(Severity::Warning),
    ];
    let log = report(&[("content/ä b/50%#1.md", text)], &found, Format::Sarif);
    valid(&log);
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    assert_eq!(log.replacen(&version, "\"version\": \"…\"", 1), include_str!("whole.sarif"));
}

#[test]
fn nothing_wrong_is_a_log_too() {
    let log = valid(&report(&[], &[], Format::Sarif));
    assert_eq!(log["runs"][0]["results"], json!([]));
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"], json!([]));
}

#[test]
#[should_panic(expected = "level")]
fn the_schema_refuses_what_is_not_sarif() {
    let found = [Diagnostic::new(&codes::REVIEW_OVERDUE, "m")];
    valid(&report(&[], &found, Format::Sarif).replace("\"note\"", "\"due\""));
}

#[test]
fn every_code_makes_a_valid_rule_that_its_result_points_to() {
    let found: Vec<Diagnostic> = codes::ALL.iter().map(|code| Diagnostic::new(code, code.meaning)).collect();
    let log = valid(&report(&[], &found, Format::Sarif));
    let (rules, results) = (&log["runs"][0]["tool"]["driver"]["rules"], &log["runs"][0]["results"]);
    for result in results.as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!(rules[index]["defaultConfiguration"]["level"], result["level"]);
        // GitHub refuses the whole file for one result without a location.
        assert_eq!(result["locations"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn regions_count_as_the_standard_does() {
    let bytes = |line: usize, column: usize, end_line: usize, end_column: usize, offset: usize, length: usize| {
        json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
                "byteOffset": offset, "byteLength": length })
    };
    assert_eq!(region("one\r\ntwo\rthree\n", Span::new(9, 14)), bytes(3, 1, 3, 6, 9, 5));
    assert_eq!(region("\u{feff}é x", Span::new(6, 7)), bytes(1, 3, 1, 4, 6, 1));
    assert_eq!(region("", Span::new(0, 0)), bytes(1, 1, 1, 1, 0, 0));
    // The end of a text that ends with a line break: still its last line (§3.30.2, example 8).
    assert_eq!(region("abc\r\nlmn\r\n", Span::new(10, 10)), bytes(2, 6, 2, 6, 10, 0));
    assert_eq!(region("abc\nlmn\n", Span::new(4, 8)), bytes(2, 1, 2, 5, 4, 4));
    // A line break in the middle leads to the next line.
    assert_eq!(region("abc\nlmn\n", Span::new(0, 4)), bytes(1, 1, 2, 1, 0, 4));
}

#[test]
fn a_file_that_is_not_text_has_places_up_to_the_first_byte_that_is_not() {
    let mut sources = SourceTree::default();
    sources.insert("bad.md", &b"ab\xff"[..]);
    let found = [Diagnostic::new(&codes::NOT_UTF8, "m").at(&path("bad.md"), Span::new(2, 3))];
    let log =
        valid(&rendered(&Report { diagnostics: &found, sources: &sources, pages: 1, root: None }, Format::Sarif, true));
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        location["region"],
        json!({"startLine": 1, "startColumn": 3, "endLine": 1, "endColumn": 3, "byteOffset": 2, "byteLength": 0})
    );
}

#[test]
fn the_root_is_a_prefix_or_a_base() {
    let sources = SourceTree::default();
    let found = [Diagnostic::new(&codes::UNREADABLE, "m").on(&path("a b.md"))];
    for (root, base, uri) in [
        (None, None, "a%20b.md"),
        (Some("."), None, "a%20b.md"),
        (Some("./docs//kb/"), None, "docs/kb/a%20b.md"),
        (Some("../kb"), None, "a%20b.md"),
        (Some("/home/ä/kb"), Some("file:///home/%C3%A4/kb/"), "a%20b.md"),
        (Some("/"), Some("file:///"), "a%20b.md"),
        (Some("C:\\kb"), Some("file:///C:/kb/"), "a%20b.md"),
    ] {
        let log =
            valid(&rendered(&Report { diagnostics: &found, sources: &sources, pages: 1, root }, Format::Sarif, false));
        let run = &log["runs"][0];
        assert_eq!(run["originalUriBaseIds"]["%SRCROOT%"]["uri"].as_str(), base, "{root:?}");
        assert_eq!(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], uri, "{root:?}");
    }
}
