//! A coverage for people at a terminal.

use std::fmt::Write as _;

use super::super::report::visible::one_line;
use super::{how, named, percent};
use crate::model::counted::counted;
use crate::model::coverage::{Coverage, Part};

/// How many lines of a long list are shown.
const SHOWN: usize = 15;

/// The whole text. Ids come from logs of others, so nothing in them may steer the terminal.
pub fn text(coverage: &Coverage) -> String {
    let mut text = String::new();
    let mut line = |line: String| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", one_line(&line));
    };
    if coverage.results == 0 {
        line("no open results".to_owned());
    } else {
        let (explained, results) = (coverage.explained, coverage.results);
        let results = counted(results, "result");
        line(format!("{} explained: {explained} of {results}", percent(coverage.share)));
    }
    let skipped = coverage.skipped;
    for (count, what) in
        [(skipped.suppressed, "suppressed"), (skipped.absent, "gone since the baseline"), (skipped.passed, "passed")]
    {
        if count > 0 {
            line(format!("  not counted: {count} {what}"));
        }
    }
    for (title, parts, nothing) in [
        ("by scanner", &coverage.by_scanner, "(no name)"),
        ("by service", &coverage.by_service, "(no service's path)"),
        ("by team", &coverage.by_team, "(no team)"),
    ] {
        lines_of_parts(&mut line, title, parts, nothing);
    }
    section(&mut line, "rules", &coverage.rules, |rule| {
        format!("{:>7}  {} {}: {}", rule.results, rule.scanner, named(&rule.rule, "(no rule)"), how(rule))
    });
    section(&mut line, "write next", &coverage.next, |next| {
        let name = next.name.as_ref().map_or(String::new(), |name| format!("  {name}"));
        let adds = format!("+{}", percent(next.share));
        format!("  {adds:>6}  {}{name} ({})", next.write, counted(next.covers, "result"))
    });
    section(&mut line, "explained by several pages", &coverage.ambiguous, |rule| {
        format!("  {} {}: {}", rule.scanner, rule.rule, rule.pages.join(", "))
    });
    section(&mut line, "mappings that no rule of these scans fits", &coverage.dead, |mapping| {
        format!("  {}: {} {}", mapping.page, mapping.scanner, mapping.rule)
    });
    text
}

fn lines_of_parts(line: &mut impl FnMut(String), title: &str, parts: &[Part], nothing: &str) {
    section(line, title, parts, |part| {
        let share = percent(crate::model::coverage::share(part.explained, part.results));
        format!("  {share:>5}  {} ({} of {})", named(&part.name, nothing), part.explained, part.results)
    });
}

fn section<T>(line: &mut impl FnMut(String), title: &str, items: &[T], shown: impl Fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    line(String::new());
    line(format!("{title}:"));
    items.iter().take(SHOWN).for_each(|item| line(shown(item)));
    if let Some(more) = items.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        line(format!("  … and {more} more; `--format json` has all of them"));
    }
}
