//! One line a diagnostic: `path:line:col: error[code]: message`.
//!
//! In: a report. Out: lines that editors and `grep` understand; the path alone where a whole file is meant, and neither
//! for the site as a whole. Help and related places are left out.

use super::Report;
use super::place::Places;
use super::visible::one_line;
use std::io::{self, Write};

/// Writes the lines.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(report.sources);
    for diagnostic in report.diagnostics {
        if let Some(place) = &diagnostic.place {
            write!(out, "{}:", one_line(place.path.as_str()))?;
            if let Some(located) = places.locate(place) {
                write!(out, "{}:{}:", located.start.line, located.start.column)?;
            }
            write!(out, " ")?;
        }
        let (severity, code) = (diagnostic.severity.as_str(), diagnostic.code.name);
        writeln!(out, "{severity}[{code}]: {}", one_line(&diagnostic.message))?;
    }
    Ok(())
}
