//! What became of a foreign file, for people.
//!
//! In: a report. Out: lines: what is in the page, what is in another form, what was odd, what is not in the page, and what to do next.

use std::path::Path;

use crate::import::threat_model::report::{Report, grouped};
use crate::import::threat_model::tree::{NO_PLACE, Note};

/// Places shown under one heading; the JSON report has them all.
const MOST: usize = 40;
/// So many places with one reason are told one by one.
const FEW: usize = 2;
/// So many names of places with one reason are shown.
const SHOWN: usize = 8;

/// The lines: of a page that was there, first what became of what people have made of it.
pub fn lines(report: &Report, output: &Path) -> Vec<String> {
    let mut lines = vec![headline(report, output)];
    if report.update {
        section(&mut lines, "what the page already had:", &report.merged);
    }
    section(&mut lines, "in another form:", &report.mapped_anew());
    section(&mut lines, "odd:", &report.odd);
    dropped(&mut lines, &report.dropped);
    if !report.update {
        lines.push("next: read it, give it owners, let each requirement say how it is tested; `tiltyard check` says what is missing".to_owned());
        lines.push("  nothing arrives as mitigated or verified: that takes evidence that can be seen here".to_owned());
    }
    lines
}

fn headline(report: &Report, output: &Path) -> String {
    let (page, file) = (output.display(), &report.file);
    // The parts have their plurals as names.
    let noun = |name: &&'static str| name.strip_suffix('s').unwrap_or(name);
    let counted: Vec<String> = report
        .parts
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(name, count)| if *count == 1 { format!("1 {}", noun(name)) } else { format!("{count} {name}") })
        .collect();
    let what = if counted.is_empty() { "no parts".to_owned() } else { counted.join(", ") };
    match (report.update, report.changed) {
        (false, _) => format!("{page}: imported from {file}: {what}"),
        (true, false) => format!("{page}: imported again from {file}; nothing in the page has changed"),
        (true, true) if counted.is_empty() => format!("{page}: updated from {file}; no new parts"),
        (true, true) => format!("{page}: updated from {file}; new: {what}"),
    }
}

fn section(lines: &mut Vec<String>, heading: &str, notes: &[Note]) {
    if notes.is_empty() {
        return;
    }
    lines.push(format!("  {heading}"));
    let groups = grouped(notes);
    for group in groups.iter().take(MOST) {
        let times = match (group.count, group.first) {
            (1, None) => String::new(),
            (1, Some(spot)) => format!(" ({spot})"),
            (count, None) => format!(" ({count} times)"),
            (count, Some(spot)) => format!(" ({count} times, first in {spot})"),
        };
        let at = if group.at.is_empty() { String::new() } else { format!("{}{times}: ", group.at) };
        lines.push(format!("    {at}{}", group.what));
    }
    if groups.len() > MOST {
        lines.push(format!("    and {} more; `--report json` has all", groups.len() - MOST));
    }
}

/// What is not in the page: where many places have one reason, they are one line.
fn dropped(lines: &mut Vec<String>, notes: &[Note]) {
    let mut reasons: Vec<&str> = Vec::new();
    for note in notes {
        if !reasons.contains(&note.what.as_str()) {
            reasons.push(&note.what);
        }
    }
    let mut one_by_one = Vec::new();
    let mut gathered = Vec::new();
    for reason in reasons {
        let of: Vec<Note> = notes.iter().filter(|note| note.what == reason).cloned().collect();
        let groups = grouped(&of);
        if groups.len() <= FEW || reason == NO_PLACE {
            one_by_one.extend(of);
            continue;
        }
        let mut names: Vec<&str> =
            groups.iter().map(|group| group.at.rsplit('.').next().unwrap_or(&group.at)).collect();
        names.sort_unstable();
        names.dedup();
        let more = if names.len() > SHOWN { ", …" } else { "" };
        names.truncate(SHOWN);
        gathered.push(format!("    {reason} ({} values): {}{more}", of.len(), names.join(", ")));
    }
    section(lines, "not in the page:", &one_by_one);
    if one_by_one.is_empty() && !gathered.is_empty() {
        lines.push("  not in the page:".to_owned());
    }
    lines.extend(gathered);
}
