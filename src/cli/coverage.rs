//! `tiltyard coverage`: how much of a scan is explained, and which page to write next.
//!
//! In: SARIF logs. Out: a report on standard output. Exit code 1 when less is explained than was asked for.

mod github;
mod human;
mod markdown;

use std::process::ExitCode;

use super::args::{Args, CoverageOptions};
use super::fault::Fault;
use super::report::visible;
use super::{scans, screen};
use crate::disk;
use crate::model::coverage::Coverage;
use crate::query::coverage as query;
use crate::query::lookup::Lookup;
use crate::query::places::Places;

/// How it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    Human,
    /// One JSON object
    Json,
    /// A summary for a pull request or a job
    Markdown,
    /// Workflow commands, which GitHub Actions shows
    Github,
}

/// Runs it.
pub fn run(args: &Args, options: &CoverageOptions) -> Result<ExitCode, Fault> {
    let baseline = options.baseline.as_deref().map(baseline).transpose()?;
    let (_, site) = scans::site(args, &options.reader, None)?;
    let mut places = Places::new(&site.registry);
    let scanned = scans::read(args, &options.scans, &mut places)?;
    let coverage = query::coverage(&site, &Lookup::new(&site), &scanned);
    let failures = failures(&coverage, options.fail_under, baseline.as_ref());
    screen::print(&match options.format {
        Format::Human => human::text(&coverage),
        Format::Json => json(&coverage)?,
        Format::Markdown => markdown::text(&coverage, &failures),
        Format::Github => github::text(&coverage, &failures),
    });
    for failure in &failures {
        screen::say(&format!("error: {}", visible::one_line(failure)));
    }
    Ok(ExitCode::from(u8::from(!failures.is_empty())))
}

fn json(coverage: &Coverage) -> Result<String, Fault> {
    let text = serde_json::to_string_pretty(coverage)
        .map_err(|error| Fault::Usage(format!("the coverage could not be written: {error}"), None))?;
    Ok(format!("{}\n", visible::escaped_json(&text)))
}

/// An earlier coverage to hold this one against.
fn baseline(path: &std::path::Path) -> Result<Coverage, Fault> {
    let bytes = disk::read_input(path)?;
    let help = "make one with `tiltyard coverage SCAN --format json > FILE`";
    let value: serde_json::Value = serde_json::from_slice(&bytes)
        .map_err(|error| Fault::usage(format!("the baseline `{}` is not JSON: {error}", path.display()), help))?;
    if value.get("share").is_none() || value.get("results").is_none() {
        return Err(Fault::usage(format!("the baseline `{}` is no coverage", path.display()), help));
    }
    serde_json::from_value(value)
        .map_err(|error| Fault::usage(format!("the baseline `{}` is no coverage: {error}", path.display()), help))
}

/// Why the run fails, a sentence each.
fn failures(coverage: &Coverage, fail_under: Option<f64>, baseline: Option<&Coverage>) -> Vec<String> {
    let mut failures = Vec::new();
    if let Some(wanted) = fail_under.filter(|wanted| coverage.share * 100.0 + 1e-9 < *wanted) {
        failures
            .push(format!("{:.1} % of the results are explained, and {wanted} % are wanted", coverage.share * 100.0));
    }
    failures.extend(baseline.map_or_else(Vec::new, |before| query::worse(before, coverage)));
    failures
}

/// Percent for people: rounded down, so that 100 % is all of it, and a little is not nothing.
fn percent(share: f64) -> String {
    let percent = (share * 100.0 + 1e-9).floor();
    if percent < 1.0 && share > 0.0 { "<1 %".to_owned() } else { format!("{percent:.0} %") }
}

/// What explained a rule, in words.
fn how(rule: &crate::model::coverage::RuleCoverage) -> String {
    let pages = rule.pages.join(", ");
    match (rule.via.as_str(), rule.via_cwe) {
        ("nothing", _) => "nothing yet".to_owned(),
        ("rule", _) => format!("{pages}, by its id"),
        ("pattern", _) => format!("{pages}, by a pattern"),
        ("similar", _) => format!("{pages}, by its id without prefix or case"),
        ("ending", _) => format!("{pages}, by the end of its id"),
        ("cve", _) => format!("{pages}, by its CVE"),
        ("cwe", Some(cwe)) => format!("{pages}, by CWE-{cwe}"),
        (_, Some(cwe)) => format!("{pages}, by CWE-{cwe}, an ancestor"),
        _ => pages,
    }
}

/// A name, or what stands for none.
fn named<'n>(name: &'n str, nothing: &'n str) -> &'n str {
    if name.is_empty() { nothing } else { name }
}
