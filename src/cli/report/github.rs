//! Workflow commands, which GitHub Actions shows as annotations beside the lines.
//!
//! In: a report. Out: one `::error file=…,line=…::message` a diagnostic (`::warning`, and `::notice` for what is due), with
//! help and related places as further lines of the message.
//! Syntax: <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use super::Report;
use super::place::Places;
use super::visible::{lines, one_line, visible};
use crate::diagnostic::{Diagnostic, Severity};
use std::io::{self, Write};

/// Writes the commands.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(report.sources);
    for diagnostic in report.diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Due => "notice",
        };
        let mut properties = Vec::new();
        if let Some(place) = &diagnostic.place {
            properties.push(format!("file={}", property(&from_repository(report.root, place.path.as_str()))));
            if let Some(located) = places.locate(place) {
                let (start, end) = (located.start, located.end_of_text);
                properties.push(format!("line={}", start.line));
                // The runner refuses columns of a range of several lines, so the range goes without them.
                if start.line == end.line {
                    properties.push(format!("col={}", start.column));
                }
                properties.push(format!("endLine={}", end.line));
                if start.line == end.line {
                    properties.push(format!("endColumn={}", end.column));
                }
            }
        }
        properties.push(format!("title={}", property(diagnostic.code.name)));
        writeln!(out, "::{command} {}::{}", properties.join(","), data(&message(diagnostic, &mut places)))?;
    }
    Ok(())
}

fn message<'a>(diagnostic: &'a Diagnostic, places: &mut Places<'a>) -> String {
    let mut message = lines(&diagnostic.message).into_owned();
    if let Some(help) = &diagnostic.help {
        message += "\nhelp: ";
        message += &lines(help);
    }
    for (place, why) in &diagnostic.related {
        let line = places.locate(place).map(|located| format!(":{}", located.start.line)).unwrap_or_default();
        for part in ["\nnote: ", &lines(why), ": ", &one_line(place.path.as_str()), &line] {
            message += part;
        }
    }
    message
}

/// The path as the repository's root sees it.
fn from_repository(root: Option<&str>, path: &str) -> String {
    match root.map(|root| root.trim_end_matches('/')) {
        None | Some("" | ".") => path.to_owned(),
        Some(root) => format!("{}/{path}", root.strip_prefix("./").unwrap_or(root)),
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    visible(&data(text)).replace(':', "%3A").replace(',', "%2C")
}
