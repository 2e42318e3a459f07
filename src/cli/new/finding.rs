//! `tiltyard new finding --from-scan` and `--cwe`: a draft that knows what the scan and the catalogue know.
//!
//! In: a rule of a scan, or a CWE number. Out: the title, and values for `cwe`, `owasp`, `rules`, `languages` and `services`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::setting;
use crate::catalogue;
use crate::cli::args::NewOptions;
use crate::cli::fault::Fault;
use crate::cli::scans;
use crate::import::sarif::{Fate, Log};
use crate::model::counted::counted;
use crate::model::kind::Kind;
use crate::model::site::Site;
use crate::query::coverage::{self as query, Scans};
use crate::query::lookup::{Lookup, Via};
use crate::query::places::Places;

/// What is known of a finding before anybody has written it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// A title.
    pub title: String,
    /// Values by field, as YAML on one line.
    pub values: BTreeMap<&'static str, String>,
    /// What the person should know, a line each.
    pub notes: Vec<String>,
}

/// What the flags say of the finding; nothing when none of them is there.
pub fn known(site: &Site, options: &NewOptions) -> Result<Option<Known>, Fault> {
    if options.from_scan.is_empty() && options.rule.is_none() && options.cwe.is_none() {
        return Ok(None);
    }
    if options.kind != Kind::Finding {
        return Err(Fault::usage(
            format!("a scan tells of findings, not of a {}", options.kind.label().to_lowercase()),
            "`--from-scan`, `--rule` and `--cwe` go with `new finding`",
        ));
    }
    let mut cwes: BTreeSet<u32> = options.cwe.into_iter().collect();
    if let Some(unknown) = cwes.iter().find(|cwe| catalogue::cwe(**cwe).is_none()) {
        return Err(Fault::usage(format!("there is no CWE-{unknown}"), "look it up at https://cwe.mitre.org"));
    }
    if let Some(entry) = cwes.iter().find_map(|cwe| catalogue::cwe(*cwe)).filter(|entry| !entry.is_for_mapping()) {
        return Err(Fault::usage(
            format!("CWE-{} ({}) only sorts weaknesses and is none itself", entry.id, entry.name),
            format!("name one below or beside it: https://cwe.mitre.org/data/definitions/{}.html", entry.id),
        ));
    }
    if options.from_scan.is_empty() {
        if options.rule.is_some() {
            return Err(Fault::usage("`--rule` names a rule of a scan", "name the scan with `--from-scan SCAN.sarif`"));
        }
        return Ok(Some(of(site, &cwes, &Seen::default())));
    }
    let mut places = Places::new(&site.registry);
    let logs = read(&options.from_scan, &mut places)?;
    let lookup = Lookup::new(site);
    let Some(rule) = options.rule.as_deref() else {
        return Err(Fault::usage("`--from-scan` needs a rule", waiting(site, &logs, &places, &lookup)));
    };
    let own = Seen::of(&logs, &places, &lookup, &|_, id, _| is(rule, id));
    if own.rules.is_empty() {
        return Err(Fault::usage(format!("the scan has no rule `{rule}`"), nearest(&logs, rule)));
    }
    if options.cwe.is_none() {
        let about = |cwe: &u32| catalogue::cwe(*cwe).is_some_and(catalogue::Weakness::is_for_mapping);
        cwes = own.cwes.iter().copied().filter(about).collect();
    }
    // Other scanners' rules for the same weakness belong on the same page.
    let seen = Seen::of(&logs, &places, &lookup, &|_, id, of| is(rule, id) || of.iter().any(|cwe| cwes.contains(cwe)));
    let mut known = of(site, &cwes, &seen);
    if known.title.is_empty() {
        known.title = rule.rsplit(['.', '/']).next().unwrap_or(rule).replace(['-', '_'], " ");
    }
    for (scanner, id) in &own.rules {
        let answer = lookup.resolve(Some(scanner), id, &[]);
        if answer.via != Via::Nothing {
            let pages: Vec<&str> = answer.matches.iter().map(|page| page.id.as_str()).collect();
            known.notes.push(format!("`{id}` is already explained by {}", pages.join(", ")));
        }
    }
    Ok(Some(known))
}

fn read(paths: &[PathBuf], places: &mut Places) -> Result<Vec<Log>, Fault> {
    paths.iter().map(|path: &PathBuf| scans::log(Path::new(path), places)).collect()
}

/// Whether a rule's id is the one that was asked for: in whole, or its end after a boundary.
fn is(asked: &str, id: &str) -> bool {
    let (asked, id) = (asked.to_lowercase(), id.to_lowercase());
    id == asked || id.strip_suffix(&asked).is_some_and(|head| head.ends_with(['.', '/', ':']))
}

fn nearest(logs: &[Log], rule: &str) -> String {
    let ids = logs.iter().flat_map(|log| &log.runs).flat_map(|run| &run.rules).map(|rule| rule.id.as_str());
    crate::diagnostic::did_you_mean(rule, ids).unwrap_or_else(|| "`tiltyard coverage` lists its rules".to_owned())
}

/// How to name a rule: those that wait for an explanation, the ones with most open results first.
fn waiting(site: &Site, logs: &[Log], places: &Places, lookup: &Lookup<'_>) -> String {
    let mut scanned = Scans::default();
    for log in logs {
        scans::add(&mut scanned, log, places);
    }
    let unexplained = query::coverage(site, lookup, &scanned).unexplained;
    let named = unexplained.iter().filter(|one| !one.rule.is_empty()).take(5);
    let rules: Vec<String> = named.map(|one| format!("`{}` ({})", one.rule, counted(one.results, "result"))).collect();
    if rules.is_empty() {
        "every open result is explained; name a rule with `--rule ID`, `tiltyard coverage` lists them".to_owned()
    } else {
        format!("name it with `--rule ID`; still to be explained: {}", rules.join(", "))
    }
}

/// What scans show of some rules.
#[derive(Default)]
struct Seen {
    /// Scanner (the registry's id where it has one) and rule.
    rules: BTreeSet<(String, String)>,
    cwes: BTreeSet<u32>,
    languages: BTreeSet<&'static str>,
    services: BTreeSet<String>,
    results: u64,
}

impl Seen {
    fn of(logs: &[Log], places: &Places, lookup: &Lookup<'_>, wanted: &dyn Fn(&str, &str, &[u32]) -> bool) -> Self {
        let mut seen = Self::default();
        for run in logs.iter().flat_map(|log| &log.runs) {
            for (at, rule) in run.rules.iter().enumerate() {
                if rule.id.is_empty() || !wanted(&run.tool, &rule.id, &rule.cwes) {
                    continue;
                }
                let scanner = lookup.scanner(&run.tool).map_or_else(|| run.tool.clone(), str::to_owned);
                seen.rules.insert((scanner, rule.id.clone()));
                seen.cwes.extend(&rule.cwes);
                for hit in run.hits.iter().filter(|hit| hit.rule == at && hit.fate == Fate::Open) {
                    seen.results += hit.count;
                    seen.languages.extend(places.language(hit.place));
                    seen.services.extend(places.service(hit.place).map(str::to_owned));
                }
            }
        }
        seen
    }
}

/// A text inside a YAML list or mapping on one line.
fn flow(text: &str) -> String {
    let list = setting::list(&[text.to_owned()]);
    list.strip_prefix('[').and_then(|list| list.strip_suffix(']')).unwrap_or(&list).to_owned()
}

/// What to say of scanners that the registry does not know, a line each.
fn unregistered(rules: &[&(String, String)]) -> Vec<String> {
    let mut by_scanner = BTreeMap::<&str, Vec<String>>::new();
    for (scanner, id) in rules {
        by_scanner.entry(scanner).or_default().push(format!("`{id}`"));
    }
    let line = |(scanner, ids): (&str, Vec<String>)| {
        let rules = if ids.len() == 1 { "rule" } else { "rules" };
        let ids = ids.join(", ");
        format!(
            "`{scanner}` is not in `_data/scanners.yaml`, so its {rules} {ids} cannot be named; add it with `drivers: [{scanner}]`"
        )
    };
    by_scanner.into_iter().map(line).collect()
}

fn of(site: &Site, cwes: &BTreeSet<u32>, seen: &Seen) -> Known {
    let mut known = Known::default();
    let entry = cwes.iter().find_map(|cwe| catalogue::cwe(*cwe));
    known.title = entry.map_or(String::new(), |entry| entry.name.to_owned());
    let list = |words: Vec<String>| format!("[{}]", words.join(", "));
    if !cwes.is_empty() {
        known.values.insert("cwe", list(cwes.iter().map(u32::to_string).collect()));
        let newest = catalogue::owasp_categories().filter(|one| one.year == 2025);
        let owasp: Vec<String> = newest
            .filter(|one| one.cwes.iter().any(|cwe| cwes.contains(cwe)))
            .map(|one| setting::text(one.id))
            .collect();
        if !owasp.is_empty() {
            known.values.insert("owasp", list(owasp));
        }
    }
    let (ours, others): (Vec<_>, Vec<_>) =
        seen.rules.iter().partition(|(scanner, _)| site.registry.scanners.contains_key(scanner));
    if !ours.is_empty() {
        let rules = ours.iter().map(|(scanner, id)| format!("{{scanner: {}, id: {}}}", flow(scanner), flow(id)));
        known.values.insert("rules", list(rules.collect()));
    }
    known.notes.extend(unregistered(&others));
    if !seen.languages.is_empty() {
        known.values.insert("languages", list(seen.languages.iter().map(|&word| flow(word)).collect()));
    }
    if !seen.services.is_empty() {
        known.values.insert("services", list(seen.services.iter().map(|id| flow(id)).collect()));
    }
    if seen.results > 0 {
        known.notes.push(format!("{} in the scan", counted(seen.results, "open result")));
    }
    known
}
