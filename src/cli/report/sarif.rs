//! The report as SARIF 2.1.0, for code scanning.
//!
//! In: a report. Out: one log with one run: a rule for every code that occurs, a result for every diagnostic.
//! Section numbers here are those of the standard:
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>.

use super::Report;
use super::place::{Located, Places};
use super::visible::{escaped_json, lines};
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::source::Position;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Where a result about the site as a whole is shown. The standard allows a result without a place, but GitHub refuses
/// the whole file for one (github/codeql-action#2459).
const SITE: &str = "tiltyard.yaml";

/// Writes the log.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let used: BTreeMap<&str, &Code> = report.diagnostics.iter().map(|found| (found.code.name, found.code)).collect();
    let rules: Vec<Value> = used.values().map(|code| rule(code)).collect();
    let index: BTreeMap<&str, usize> = used.keys().enumerate().map(|(index, name)| (*name, index)).collect();
    let base = Base::new(report.root);
    let mut places = Places::new(report.sources);
    let results: Vec<Value> = report
        .diagnostics
        .iter()
        .map(|diagnostic| result(diagnostic, index.get(diagnostic.code.name).copied(), &base, &mut places))
        .collect();
    let mut run = Map::new();
    run.insert(
        "tool".into(),
        json!({ "driver": { "name": "tiltyard", "version": env!("CARGO_PKG_VERSION"), "rules": rules } }),
    );
    if let Some(uri) = &base.uri {
        run.insert("originalUriBaseIds".into(), json!({ "%SRCROOT%": { "uri": uri } }));
    }
    run.insert("columnKind".into(), json!("unicodeCodePoints"));
    run.insert("newlineSequences".into(), json!(["\r\n", "\n", "\r"]));
    run.insert("results".into(), json!(results));
    let log = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] });
    writeln!(out, "{}", escaped_json(&serde_json::to_string_pretty(&log)?))
}

fn rule(code: &Code) -> Value {
    let severity = match code.severity {
        Severity::Error => "The site is not published until this is mended.",
        Severity::Warning => "The site is published all the same; somebody should look.",
        Severity::Due => "This depends on the day and never keeps the site from being published.",
    };
    let meaning = sentence(code.meaning);
    json!({
        "id": code.name,
        "shortDescription": { "text": message(&meaning) },
        "help": { "text": message(&format!("{meaning}\n{severity}")) },
        "defaultConfiguration": { "level": level(code.severity) },
    })
}

fn result<'a>(diagnostic: &'a Diagnostic, rule: Option<usize>, base: &Base, places: &mut Places<'a>) -> Value {
    let mut text = stopped(&diagnostic.message);
    if let Some(help) = &diagnostic.help {
        text += "\nHelp: ";
        text += help;
    }
    let place = match &diagnostic.place {
        Some(place) => Value::Object(location(place, base, places)),
        None => json!({ "physicalLocation": { "artifactLocation": base.artifact(SITE) } }),
    };
    let mut result = Map::new();
    result.insert("ruleId".into(), json!(diagnostic.code.name));
    result.insert("ruleIndex".into(), json!(rule));
    result.insert("level".into(), json!(level(diagnostic.severity)));
    result.insert("message".into(), json!({ "text": message(&text) }));
    result.insert("locations".into(), json!([place]));
    let related: Vec<Value> = diagnostic
        .related
        .iter()
        .enumerate()
        .map(|(id, (place, why))| {
            let mut related = location(place, base, places);
            related.insert("id".into(), json!(id));
            related.insert("message".into(), json!({ "text": message(why) }));
            Value::Object(related)
        })
        .collect();
    if !related.is_empty() {
        result.insert("relatedLocations".into(), json!(related));
    }
    Value::Object(result)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Due => "note",
    }
}

fn location<'a>(place: &'a Place, base: &Base, places: &mut Places<'a>) -> Map<String, Value> {
    let mut physical = Map::new();
    physical.insert("artifactLocation".into(), base.artifact(place.path.as_str()));
    if let Some(located) = places.locate(place) {
        physical.insert("region".into(), region(&located));
    } else if let Some(span) = place.span {
        // Of a file that is not text, bytes can still be named (§3.30.3).
        physical.insert("region".into(), json!({ "byteOffset": span.start, "byteLength": span.end - span.start }));
    }
    Map::from_iter([("physicalLocation".into(), Value::Object(physical))])
}

/// The region in lines and columns and in bytes. Both may stand together as long as they mean the same (§3.30.4).
fn region(located: &Located<'_>) -> Value {
    let start = inside(located, located.span.start, located.start);
    let end = inside(located, located.span.end, located.end);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": located.span.start,
        "byteLength": located.span.end - located.span.start,
    })
}

/// The end of a text that ends with a line break belongs to its last line and not to one after it (§3.30.2, example 8).
fn inside(located: &Located<'_>, offset: usize, position: Position) -> Position {
    let before = located.text.get(..offset).unwrap_or("");
    let at_the_end = offset == located.text.len() && before.ends_with(['\n', '\r']);
    if !at_the_end || position.line < 2 {
        return position;
    }
    let line_break = if before.ends_with("\r\n") { 2 } else { 1 };
    let line = before.get(..offset - line_break).unwrap_or("");
    let line = line.rsplit(['\n', '\r']).next().unwrap_or("").trim_start_matches('\u{feff}');
    Position { line: position.line - 1, column: line.chars().count() + line_break + 1 }
}

/// What the addresses of files are relative to.
struct Base {
    /// The address of `%SRCROOT%`, when it is known.
    uri: Option<String>,
    /// What stands before every path, with a slash at its end.
    prefix: String,
}

impl Base {
    fn new(root: Option<&str>) -> Self {
        let root = root.unwrap_or("");
        let drive = root.as_bytes().get(1) == Some(&b':');
        let slashes = if drive { root.replace('\\', "/") } else { root.to_owned() };
        let folder = slashes.trim_end_matches('/');
        if drive || root.starts_with('/') {
            let path = if drive {
                encoded(&format!("/{folder}/")).replacen("%3A", ":", 1)
            } else {
                encoded(&format!("{folder}/"))
            };
            return Self { uri: Some(format!("file://{path}")), prefix: String::new() };
        }
        // An address with `..` is not allowed (§3.4.4), and nobody could resolve it.
        let segments: Vec<&str> = folder.split('/').filter(|segment| !matches!(*segment, "" | ".")).collect();
        if segments.is_empty() || segments.contains(&"..") {
            return Self { uri: None, prefix: String::new() };
        }
        Self { uri: None, prefix: format!("{}/", segments.join("/")) }
    }

    fn artifact(&self, path: &str) -> Value {
        json!({ "uri": encoded(&format!("{}{path}", self.prefix)), "uriBaseId": "%SRCROOT%" })
    }
}

/// A path as a relative address: everything but slashes and the unreserved characters of RFC 3986 is percent-encoded.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// A plain text message that means what it says: braces are doubled, or `{0}` would be a placeholder (§3.11.5), and what
/// looks like `[text](address)` is parted, or it would be a link (§3.11.6).
fn message(text: &str) -> String {
    lines(text).replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

/// The text with a full stop. It gets no capital: a message may begin with a value of the author's.
fn stopped(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// Words of our own as a sentence, with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    stopped(&format!("{first}{}", letters.as_str()))
}
