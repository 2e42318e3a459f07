//! How much of a scan is explained: what `tiltyard coverage --format json` prints, and what is kept of it in `_data/coverage/`.
//!
//! There is no code, no path and no message in it: rule ids, and counts.

use serde::{Deserialize, Serialize};

/// How much of some scans is explained.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Coverage {
    /// The day it was made, `2026-11-02`.
    pub date: String,
    /// Open results; what is suppressed, gone or passed is counted apart.
    pub results: u64,
    /// Those whose rule is explained.
    pub explained: u64,
    /// `explained` of `results`, from 0 to 1; 1 when there are no results.
    pub share: f64,
    /// Results that nobody has to look at.
    pub skipped: Skipped,
    /// Rules with open results, most results first.
    pub rules: Vec<RuleCoverage>,
    /// Those that nothing explains, most results first.
    pub unexplained: Vec<Unexplained>,
    /// The pages to write next, the most useful first; each counts what the ones before it leave over.
    pub next: Vec<Next>,
    /// Rules that several pages explain.
    pub ambiguous: Vec<Ambiguous>,
    /// Mappings of pages to rules that these scans do not know, though their scanner was there.
    pub dead: Vec<Mapping>,
    /// Mappings that fit a rule of these scans.
    pub shown: Vec<Mapping>,
    /// By scanner.
    pub by_scanner: Vec<Part>,
    /// By service; results outside any service's paths stand under an empty name.
    pub by_service: Vec<Part>,
    /// By team; results of no team stand under an empty name.
    pub by_team: Vec<Part>,
}

/// Results that nobody has to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Skipped {
    /// Suppressed.
    pub suppressed: u64,
    /// Gone since the baseline.
    pub absent: u64,
    /// Nothing was wrong.
    pub passed: u64,
}

/// A rule and what explains it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleCoverage {
    /// The scanner: its id in the registry, else its own name.
    pub scanner: String,
    /// The rule's id.
    pub rule: String,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// Open results.
    pub results: u64,
    /// By what it was explained: `rule`, `pattern`, `similar`, `ending`, `cve`, `cwe`, `ancestor`, or `nothing`.
    pub via: String,
    /// The CWE whose page explains it, where `via` is `cwe` or `ancestor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via_cwe: Option<u32>,
    /// Ids of the findings that explain it.
    pub pages: Vec<String>,
}

/// A rule that nothing explains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Unexplained {
    /// The scanner.
    pub scanner: String,
    /// The rule's id.
    pub rule: String,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// Open results.
    pub results: u64,
}

/// A page that is worth writing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Next {
    /// What it should be about: `CWE-79`, or a scanner and a rule for rules without a weakness.
    pub write: String,
    /// The name of the weakness.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Open results that it would explain.
    pub covers: u64,
    /// Those of all open results, from 0 to 1.
    pub share: f64,
}

/// A rule that several pages explain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ambiguous {
    /// The scanner.
    pub scanner: String,
    /// The rule's id.
    pub rule: String,
    /// By what they were found.
    pub via: String,
    /// Ids of the findings.
    pub pages: Vec<String>,
}

/// A page says that it explains a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// The finding's id.
    pub page: String,
    /// The scanner's id in the registry.
    pub scanner: String,
    /// The rule's id or pattern, as the page writes it.
    pub rule: String,
}

/// A part of the results.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    /// The scanner, service or team.
    pub name: String,
    /// Open results.
    pub results: u64,
    /// Those whose rule is explained.
    pub explained: u64,
}

/// A part of a whole, from 0 to 1; of nothing it is 1.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of results are far below 2^52")]
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
