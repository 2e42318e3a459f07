//! A coverage as workflow commands: notes and errors that GitHub Actions shows on the run.

use std::fmt::Write as _;

use super::super::report::visible::one_line;
use super::percent;
use crate::model::counted::counted;
use crate::model::coverage::Coverage;

/// Pages to write that are named; the run's page shows ten annotations of a sort at most.
const NEXT: usize = 8;

/// The whole text.
pub fn text(coverage: &Coverage, failures: &[String]) -> String {
    let mut text = String::new();
    let mut command = |kind: &str, title: &str, message: &str| {
        let _ = writeln!(text, "::{kind} title={title}::{}", escaped(message));
    };
    let (share, explained, results) = (percent(coverage.share), coverage.explained, coverage.results);
    command("notice", "Scan coverage", &format!("{share} explained: {explained} of {}", counted(results, "result")));
    for next in coverage.next.iter().take(NEXT) {
        let name = next.name.as_ref().map_or(String::new(), |name| format!(" ({name})"));
        let message =
            format!("write {}{name}: +{}, {}", next.write, percent(next.share), counted(next.covers, "result"));
        command("warning", "Explanation missing", &message);
    }
    for failure in failures {
        command("error", "Scan coverage", failure);
    }
    text
}

/// Data of a workflow command, as the runner unescapes it.
fn escaped(text: &str) -> String {
    one_line(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
