//! How much of some scans is explained, and which pages to write next.
//!
//! In: what the scans' rules are and how often they were hit, and the site's explanations. Out: [`Coverage`]. What explains
//! a rule is decided by [`Lookup`] alone.

mod next;

use std::collections::BTreeMap;

use super::lookup::{Lookup, Via};
use crate::model::coverage::{Ambiguous, Coverage, Mapping, Part, RuleCoverage, Skipped, Unexplained, share};
use crate::model::site::Site;

/// What scans say of one rule.
#[derive(Clone, Debug, Default)]
pub struct Scanned {
    /// CWE numbers.
    pub cwes: Vec<u32>,
    /// Open results by service; none for those outside any service's paths.
    pub open: BTreeMap<Option<String>, u64>,
}

/// What scans say, rule by rule.
#[derive(Clone, Debug, Default)]
pub struct Scans {
    /// By scanner and rule id. A scanner is written as the scan writes it.
    pub rules: BTreeMap<(String, String), Scanned>,
    /// Results that nobody has to look at.
    pub skipped: Skipped,
}

/// How much is explained.
#[must_use]
pub fn coverage(site: &Site, lookup: &Lookup<'_>, scans: &Scans) -> Coverage {
    let mut coverage = Coverage { date: site.config.today.to_string(), skipped: scans.skipped, ..Coverage::default() };
    let mut parts = Parts::default();
    for (scanner, rule, scanned) in merged(lookup, scans) {
        let answer = lookup.resolve(Some(&scanner), &rule, &scanned.cwes);
        let results: u64 = scanned.open.values().sum();
        if results == 0 {
            continue;
        }
        let explained = answer.via != Via::Nothing;
        parts.add(site, &scanner, &scanned.open, explained);
        coverage.results += results;
        coverage.explained += if explained { results } else { 0 };
        let pages: Vec<String> = answer.matches.iter().map(|page| page.id.clone()).collect();
        let via = answer.via.as_str().to_owned();
        if pages.len() > 1 {
            let (scanner, rule, via, pages) = (scanner.clone(), rule.clone(), via.clone(), pages.clone());
            coverage.ambiguous.push(Ambiguous { scanner, rule, via, pages });
        }
        let via_cwe = match answer.via {
            Via::Cwe(cwe) | Via::Ancestor { cwe, .. } => Some(cwe),
            _ => None,
        };
        if !explained {
            let (scanner, rule, cwe) = (scanner.clone(), rule.clone(), scanned.cwes.clone());
            coverage.unexplained.push(Unexplained { scanner, rule, cwe, results });
        }
        coverage.rules.push(RuleCoverage { scanner, rule, cwe: scanned.cwes, results, via, via_cwe, pages });
    }
    coverage.share = share(coverage.explained, coverage.results);
    coverage.rules.sort_by(|a, b| (b.results, &a.scanner, &a.rule).cmp(&(a.results, &b.scanner, &b.rule)));
    coverage.unexplained.sort_by(|a, b| (b.results, &a.scanner, &a.rule).cmp(&(a.results, &b.scanner, &b.rule)));
    coverage.next = next::pages(&coverage.unexplained, coverage.results);
    (coverage.shown, coverage.dead) = mappings(lookup, scans);
    coverage.by_scanner = parts.scanners.into_values().collect();
    coverage.by_service = parts.services.into_values().collect();
    coverage.by_team = parts.teams.into_values().collect();
    coverage
}

/// The rules with each scanner under one name, however its logs call it.
fn merged(lookup: &Lookup<'_>, scans: &Scans) -> Vec<(String, String, Scanned)> {
    let mut rules: BTreeMap<(String, &str), Scanned> = BTreeMap::new();
    for ((scanner, rule), scanned) in &scans.rules {
        let scanner = lookup.scanner(scanner).unwrap_or(scanner).to_owned();
        let known = rules.entry((scanner, rule)).or_default();
        known.cwes.extend(&scanned.cwes);
        known.cwes.sort_unstable();
        known.cwes.dedup();
        for (service, count) in &scanned.open {
            *known.open.entry(service.clone()).or_default() += count;
        }
    }
    rules.into_iter().map(|((scanner, rule), scanned)| (scanner, rule.to_owned(), scanned)).collect()
}

/// Mappings whose rule the scans know, and those whose scanner was there without it.
fn mappings(lookup: &Lookup<'_>, scans: &Scans) -> (Vec<Mapping>, Vec<Mapping>) {
    let (mut shown, mut dead) = (Vec::new(), Vec::new());
    for claim in lookup.claims() {
        let Some(scanner) = claim.scanner else { continue };
        let mut own = scans.rules.keys().filter(|(name, _)| lookup.scanner(name) == Some(scanner)).peekable();
        if own.peek().is_none() {
            continue;
        }
        let (page, rule) = (claim.page.id.clone(), claim.id.to_owned());
        let mapping = Mapping { page, scanner: scanner.to_owned(), rule };
        let list = if own.any(|(name, rule)| lookup.fits(claim, Some(name), rule)) { &mut shown } else { &mut dead };
        list.push(mapping);
    }
    shown.sort();
    dead.sort();
    (shown, dead)
}

#[derive(Default)]
struct Parts {
    scanners: BTreeMap<String, Part>,
    services: BTreeMap<String, Part>,
    teams: BTreeMap<String, Part>,
}

impl Parts {
    fn add(&mut self, site: &Site, scanner: &str, open: &BTreeMap<Option<String>, u64>, explained: bool) {
        for (service, count) in open {
            let entry = service.as_ref().and_then(|service| site.registry.services.get(service));
            let team = entry.and_then(|entry| entry.value.team.as_ref()).map_or("", |team| team.value.0.as_str());
            let service = service.as_deref().unwrap_or("");
            for (parts, name) in [(&mut self.scanners, scanner), (&mut self.services, service), (&mut self.teams, team)]
            {
                let part = parts.entry(name.to_owned()).or_default();
                name.clone_into(&mut part.name);
                part.results += count;
                part.explained += if explained { *count } else { 0 };
            }
        }
    }
}

/// What became worse since an earlier coverage, a sentence each; empty when nothing did.
#[must_use]
pub fn worse(before: &Coverage, now: &Coverage) -> Vec<String> {
    let mut reasons = Vec::new();
    if now.share + 1e-9 < before.share {
        reasons.push(format!(
            "{:.1} % of the results are explained, and {:.1} % were before",
            now.share * 100.0,
            before.share * 100.0
        ));
    }
    for rule in &now.unexplained {
        let was = before
            .rules
            .iter()
            .find(|one| one.scanner == rule.scanner && one.rule == rule.rule && !one.pages.is_empty());
        if let Some(was) = was {
            reasons.push(format!("`{}` was explained by {} and no longer is", rule.rule, was.pages.join(", ")));
        }
    }
    reasons
}
