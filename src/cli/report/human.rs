//! Diagnostics for people, in the look of rustc.
//!
//! In: a report. Out: for each diagnostic a header, the place, an excerpt with the value underlined, related places as
//! notes and a help line; at the end one line that counts. The width is fixed, so the same report is the same text on
//! every terminal.

use super::excerpt::{Excerpt, excerpt};
use super::place::Places;
use super::visible::{lines, one_line};
use super::{Report, Totals, totals};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::model::counted::counted;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Padding, Renderer, Snippet};
use std::io::{self, Write};

/// Columns of source that are shown at most.
const WIDTH: usize = 120;

/// Writes every diagnostic and the summary.
pub(super) fn write(report: &Report<'_>, color: bool, out: &mut dyn Write) -> io::Result<()> {
    list(report, color, out)?;
    writeln!(out, "{}", summary(totals(report)))
}

/// Writes every diagnostic.
pub(super) fn list(report: &Report<'_>, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH).hyperlink(false);
    let mut places = Places::new(report.sources);
    for diagnostic in report.diagnostics {
        let drawn = renderer.render(&groups(diagnostic, &mut places));
        writeln!(out, "{}\n", drawn.trim_start_matches('\n'))?;
    }
    Ok(())
}

/// The mistake itself, then each related place.
///
/// A snippet that knows its path would count the column itself, and wrongly, because the excerpt may have been cut. So
/// the place is drawn apart, in a group before the excerpt's; and as only the very first group gets separators of its
/// own, which would then be drawn twice, an empty one comes before all.
fn groups<'a>(diagnostic: &'a Diagnostic, places: &mut Places<'a>) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Due => Level::INFO.with_name("due"),
    };
    let mut groups = vec![Group::with_level(level.clone())];
    let title = level.clone().primary_title(lines(&diagnostic.message)).id(diagnostic.code.name);
    groups.extend(drawn(Group::with_title(title), &level, diagnostic.place.as_ref(), places));
    if let Some(last) = groups.pop() {
        let padded = diagnostic.place.is_some() && (diagnostic.help.is_some() || !diagnostic.related.is_empty());
        let help = diagnostic.help.as_deref().map(|help| Level::HELP.message(lines(help)));
        groups.push(last.elements(padded.then_some(Padding)).elements(help));
    }
    for (place, why) in &diagnostic.related {
        let title = Level::NOTE.secondary_title(lines(why));
        groups.extend(drawn(Group::with_title(title), &Level::NOTE, Some(place), places));
    }
    groups
}

/// A header with its place and, where the file can be shown, the excerpt.
fn drawn<'a>(
    header: Group<'a>,
    level: &Level<'a>,
    place: Option<&'a Place>,
    places: &mut Places<'a>,
) -> Vec<Group<'a>> {
    let Some(place) = place else {
        return vec![header];
    };
    let origin = Origin::path(one_line(place.path.as_str()));
    let Some(located) = places.locate(place) else {
        return vec![header.element(origin)];
    };
    let Excerpt { source, marked, label } = excerpt(&located);
    let annotation = AnnotationKind::Primary.span(marked).label(label);
    let snippet = Snippet::source(source).line_start(located.start.line).annotation(annotation);
    let origin = origin.line(located.start.line).char_column(located.start.column);
    vec![header.element(origin), Group::with_level(level.clone()).element(snippet)]
}

/// `2 errors, 1 warning, 3 due in 41 pages`; what there is none of is left out.
fn summary(totals: Totals) -> String {
    let mut found = Vec::new();
    if totals.errors > 0 {
        found.push(counted(totals.errors, "error"));
    }
    if totals.warnings > 0 {
        found.push(counted(totals.warnings, "warning"));
    }
    if totals.due > 0 {
        found.push(format!("{} due", totals.due));
    }
    if found.is_empty() {
        found.push("nothing wrong".to_owned());
    }
    format!("{} in {}", found.join(", "), counted(totals.pages, "page"))
}
