//! A coverage as Markdown: for a pull request's comment or a job's summary.

use std::fmt::Write as _;

use super::super::report::visible::one_line;
use super::{how, named, percent};
use crate::model::counted::counted;
use crate::model::coverage::{Coverage, Part, share};

/// Rows of a table; comments have a limit, and so has a reader's patience.
const ROWS: usize = 30;

/// The whole text.
pub fn text(coverage: &Coverage, failures: &[String]) -> String {
    let mut text = format!(
        "## {} of the results are explained\n\n{} of {}.",
        percent(coverage.share),
        coverage.explained,
        counted(coverage.results, "open result")
    );
    let skipped = coverage.skipped;
    let aside = skipped.suppressed + skipped.absent + skipped.passed;
    if aside > 0 {
        let (suppressed, absent, passed) = (skipped.suppressed, skipped.absent, skipped.passed);
        let _ = write!(text, " Not counted: {suppressed} suppressed, {absent} gone, {passed} passed.");
    }
    text.push('\n');
    for failure in failures {
        let _ = write!(text, "\n> [!WARNING]\n> {}\n", plain(failure));
    }
    let next = coverage.next.iter().map(|next| {
        let name = next.name.as_deref().map_or(String::new(), plain);
        vec![format!("{} {name}", code(&next.write)), next.covers.to_string(), format!("+{}", percent(next.share))]
    });
    table(&mut text, "Write next", &["page", "results", "adds"], next);
    let rules = coverage.rules.iter().map(|rule| {
        let id = format!("{} {}", plain(&rule.scanner), code(named(&rule.rule, "(no rule)")));
        vec![id, rule.results.to_string(), plain(&how(rule))]
    });
    table(&mut text, "Rules", &["rule", "results", "explained by"], rules);
    for (title, parts, nothing) in [
        ("By scanner", &coverage.by_scanner, "no name"),
        ("By service", &coverage.by_service, "no service's path"),
        ("By team", &coverage.by_team, "no team"),
    ] {
        let rows = parts.iter().map(|part| row(part, nothing));
        table(&mut text, title, &["", "results", "explained"], rows);
    }
    let several = coverage.ambiguous.iter().map(|one| vec![code(&one.rule), plain(&one.pages.join(", "))]);
    table(&mut text, "Explained by several pages", &["rule", "pages"], several);
    let dead = coverage.dead.iter().map(|one| vec![plain(&one.page), format!("{} {}", one.scanner, code(&one.rule))]);
    table(&mut text, "Mappings that no rule fits", &["page", "rule"], dead);
    text
}

fn row(part: &Part, nothing: &str) -> Vec<String> {
    let name = plain(named(&part.name, nothing));
    vec![name, part.results.to_string(), percent(share(part.explained, part.results))]
}

fn table(text: &mut String, title: &str, heads: &[&str], rows: impl ExactSizeIterator<Item = Vec<String>>) {
    let all = rows.len();
    if all == 0 {
        return;
    }
    let _ = write!(text, "\n### {title}\n\n| {} |\n|{}\n", heads.join(" | "), "---|".repeat(heads.len()));
    for row in rows.take(ROWS) {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    if all > ROWS {
        let _ = write!(text, "\n… and {} more.\n", all - ROWS);
    }
}

/// Text that stays text, whatever is in it.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in one_line(text).chars() {
        if "\\`*_{}[]<>()#+!|~&@".contains(c) {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

/// A code span that its content cannot end.
fn code(text: &str) -> String {
    let text = one_line(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::{code, plain};

    #[test]
    fn nothing_from_a_log_is_markup() {
        assert_eq!(plain("<img src=x> @all [a](b)\nc"), "\\<img src=x\\> \\@all \\[a\\]\\(b\\) c");
        assert_eq!(code("a``b|c"), "``` a``b\\|c ```");
        assert_eq!(code("a\u{1b}[0m"), "`a␛[0m`");
    }
}
