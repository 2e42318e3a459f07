//! What explains a rule of a scanner, or a weakness: the one order in which explanations are looked for.
//!
//! In: a rule's id, the scanner that said it if it is known, and the weaknesses it names. Out: an [`Answer`]: the pages,
//! and by what they were found. First the exact id; then the id without tool prefix, path prefix and case; then an ending;
//! then a pattern, which says less than any id that is written out; then a CVE; then a CWE; then the nearest ancestor of it
//! that has a page; then nothing. Where several pages match at one step, all of them are listed and none is guessed.
//! [`explain`](super::explain) asks the same index for whatever somebody pasted.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue;
use crate::model::kind::Details;
use crate::model::site::{Page, Site};
use crate::source::SourcePath;

/// By what an explanation was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Via {
    /// A page names exactly this rule id.
    Rule,
    /// A page names a pattern (`python.*`) that fits the id.
    Pattern,
    /// A page names the id, but for a tool prefix, a path prefix, or upper and lower case.
    Similar,
    /// A page names an id that ends in this one.
    Ending,
    /// A page names the CVE.
    Cve,
    /// A page is about this CWE.
    Cwe(u32),
    /// A page is about an ancestor of a CWE: what was asked for, and the ancestor.
    Ancestor {
        /// The weakness that was asked for.
        of: u32,
        /// Its nearest ancestor that has a page.
        cwe: u32,
    },
    /// Nothing explains it.
    Nothing,
}

impl Via {
    /// One word for it, in reports and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Pattern => "pattern",
            Self::Similar => "similar",
            Self::Ending => "ending",
            Self::Cve => "cve",
            Self::Cwe(_) => "cwe",
            Self::Ancestor { .. } => "ancestor",
            Self::Nothing => "nothing",
        }
    }
}

/// What explains something.
#[derive(Clone, Debug)]
pub struct Answer<'s> {
    /// By what it was found.
    pub via: Via,
    /// The pages, by their files; several when more than one claims it, none when nothing does.
    pub matches: Vec<&'s Page>,
}

/// A rule that a page says it explains.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'s> {
    /// The page.
    pub page: &'s Page,
    /// The scanner's id in the registry.
    pub scanner: Option<&'s str>,
    /// The rule's id or pattern, as it is written.
    pub id: &'s str,
    /// Where it is written.
    pub span: crate::source::Span,
}

/// Every explanation of a site, ready to be asked.
pub struct Lookup<'s> {
    site: &'s Site,
    claims: Vec<Claim<'s>>,
    exact: BTreeMap<&'s str, Vec<usize>>,
    /// Ids without case and doubled ends.
    folded: BTreeMap<String, Vec<usize>>,
    /// What folded ids end in, at a boundary.
    endings: BTreeMap<String, Vec<usize>>,
    patterns: Vec<usize>,
    cves: BTreeMap<String, BTreeSet<&'s SourcePath>>,
    cwes: BTreeMap<u32, BTreeSet<&'s SourcePath>>,
    /// Names a scanner goes by, folded, and its id.
    scanners: BTreeMap<String, &'s str>,
}

impl<'s> Lookup<'s> {
    /// Reads the explanations of a site: findings that are not retired.
    #[must_use]
    pub fn new(site: &'s Site) -> Self {
        let mut lookup = Self {
            site,
            claims: Vec::new(),
            exact: BTreeMap::new(),
            folded: BTreeMap::new(),
            endings: BTreeMap::new(),
            patterns: Vec::new(),
            cves: BTreeMap::new(),
            cwes: BTreeMap::new(),
            scanners: BTreeMap::new(),
        };
        for (id, entry) in &site.registry.scanners {
            let names = entry.value.drivers.iter().chain(&entry.value.name).map(|name| name.value.as_str());
            for name in names.chain([id.as_str()]) {
                lookup.scanners.entry(name.to_lowercase()).or_insert(id);
            }
        }
        for page in site.pages.values().filter(|page| page.is_listed()) {
            lookup.read(page);
        }
        lookup
    }

    fn read(&mut self, page: &'s Page) {
        let Details::Finding(finding) = &*page.document.details else { return };
        // The details live as long as the page does.
        let path = page.path();
        for cwe in &finding.cwe {
            self.cwes.entry(cwe.value.0).or_default().insert(path);
        }
        for cve in &finding.cve {
            self.cves.entry(cve.value.0.to_uppercase()).or_default().insert(path);
        }
        for rule in &finding.rules {
            let Some(id) = &rule.id else { continue };
            let scanner = rule.scanner.as_ref().map(|scanner| scanner.value.0.as_str());
            let at = self.claims.len();
            self.claims.push(Claim { page, scanner, id: &id.value, span: id.span });
            if id.value.starts_with('*') || id.value.ends_with('*') {
                self.patterns.push(at);
                continue;
            }
            self.exact.entry(&id.value).or_default().push(at);
            let folded = folded(&id.value);
            for ending in endings(&folded) {
                self.endings.entry(ending.to_owned()).or_default().push(at);
            }
            self.folded.entry(folded).or_default().push(at);
        }
    }

    /// The rules that pages say they explain, in the order of the pages' files.
    #[must_use]
    pub fn claims(&self) -> &[Claim<'s>] {
        &self.claims
    }

    /// The registry's id of a scanner, from any name it goes by.
    #[must_use]
    pub fn scanner(&self, name: &str) -> Option<&'s str> {
        self.scanners.get(&name.trim().to_lowercase()).copied()
    }

    /// What explains a rule. `scanner` is an id of the registry or a name that reports give themselves: when it is known,
    /// only what is said of this scanner counts. `rule` may also be a CVE or, as `CWE-89`, a CWE.
    #[must_use]
    pub fn resolve(&self, scanner: Option<&str>, rule: &str, cwes: &[u32]) -> Answer<'s> {
        let scanner = scanner.and_then(|name| self.scanner(name));
        let rule = rule.trim();
        if !rule.is_empty() {
            if let Some(answer) = self.by_rule(scanner, rule) {
                return answer;
            }
            if let Some(pages) = self.cves.get(&rule.to_uppercase()) {
                return self.answer(Via::Cve, pages.iter().copied());
            }
        }
        let mut wanted: Vec<u32> = cwe_of(rule).into_iter().collect();
        wanted.extend(cwes.iter().copied().filter(|cwe| !wanted.contains(cwe)).collect::<Vec<_>>());
        self.by_cwe(&wanted)
    }

    /// Whether a claim fits a rule of a scanner, at any of the steps that go by the id.
    #[must_use]
    pub fn fits(&self, claim: &Claim<'_>, scanner: Option<&str>, rule: &str) -> bool {
        let known = scanner.and_then(|name| self.scanner(name));
        if known.is_some() && claim.scanner.is_some() && known != claim.scanner {
            return false;
        }
        if claim.id.starts_with('*') || claim.id.ends_with('*') {
            return pattern_fits(claim.id, rule) || endings(&folded(rule)).any(|ending| pattern_fits(claim.id, ending));
        }
        let (said, asked) = (folded(claim.id), folded(rule));
        said == asked || endings(&asked).any(|ending| ending == said) || endings(&said).any(|ending| ending == asked)
    }

    fn by_rule(&self, scanner: Option<&str>, rule: &str) -> Option<Answer<'s>> {
        let exact = self.exact.get(rule).map_or(&[][..], Vec::as_slice);
        if let Some(answer) = self.claimed(Via::Rule, scanner, exact.iter()) {
            return Some(answer);
        }
        let folded = folded(rule);
        // The whole id, then what is left of it without its first words: a tool's name, the path of a configuration.
        // Last without its last words, which some tools add for a part of a rule (`CA2000/locals`).
        let shorter = std::iter::successors(folded.rsplit_once('/').map(|(head, _)| head), |head| {
            head.rsplit_once('/').map(|(head, _)| head)
        });
        for candidate in [folded.as_str()].into_iter().chain(endings(&folded)).chain(shorter) {
            let known = self.folded.get(candidate).map_or(&[][..], Vec::as_slice);
            if let Some(answer) = self.claimed(Via::Similar, scanner, known.iter()) {
                return Some(answer);
            }
        }
        let ending = self.endings.get(&folded).map_or(&[][..], Vec::as_slice);
        if let Some(answer) = self.claimed(Via::Ending, scanner, ending.iter()) {
            return Some(answer);
        }
        let fitting = self.patterns.iter().filter(|at| {
            let claim = self.claims.get(**at);
            claim.is_some_and(|claim| pattern_fits(claim.id, rule))
        });
        if let Some(answer) = self.claimed(Via::Pattern, scanner, fitting) {
            return Some(answer);
        }
        // Without its first words a pattern may fit, too; the longest of what is left answers.
        endings(&folded).find_map(|ending| {
            let fitting = self.patterns.iter().filter(|at| {
                let claim = self.claims.get(**at);
                claim.is_some_and(|claim| pattern_fits(claim.id, ending))
            });
            self.claimed(Via::Pattern, scanner, fitting)
        })
    }

    /// The claims of an id, whatever its case.
    pub(super) fn named(&self, id: &str) -> impl Iterator<Item = &Claim<'s>> {
        self.folded.get(&folded(id)).into_iter().flatten().filter_map(|at| self.claims.get(*at))
    }

    /// The claims of ids that end in this one.
    pub(super) fn ending(&self, id: &str) -> impl Iterator<Item = &Claim<'s>> {
        self.endings.get(&folded(id)).into_iter().flatten().filter_map(|at| self.claims.get(*at))
    }

    /// The claims whose pattern fits one of these ids.
    pub(super) fn patterned(&self, ids: &[String]) -> impl Iterator<Item = &Claim<'s>> {
        let fits = |claim: &&Claim<'_>| ids.iter().any(|id| pattern_fits(claim.id, id));
        self.patterns.iter().filter_map(|at| self.claims.get(*at)).filter(fits)
    }

    /// The pages that name a CVE.
    pub(super) fn cve(&self, id: &str) -> impl Iterator<Item = &'s Page> {
        self.pages(self.cves.get(&id.to_uppercase()))
    }

    /// The pages about a CWE.
    pub(super) fn cwe(&self, number: u32) -> impl Iterator<Item = &'s Page> {
        self.pages(self.cwes.get(&number))
    }

    /// The nearest ancestor of a CWE that has a page.
    pub(super) fn ancestor(&self, number: u32) -> Option<u32> {
        catalogue::ancestors(number).into_iter().find(|cwe| self.cwes.contains_key(cwe))
    }

    fn pages<'a>(&self, paths: Option<&'a BTreeSet<&'s SourcePath>>) -> impl Iterator<Item = &'s Page> + use<'a, 's> {
        let site = self.site;
        paths.into_iter().flatten().filter_map(move |path| site.pages.get(*path).map(std::sync::Arc::as_ref))
    }

    /// The pages of some claims, of those that speak of the scanner when it is known.
    fn claimed<'a>(
        &self,
        via: Via,
        scanner: Option<&str>,
        claims: impl Iterator<Item = &'a usize>,
    ) -> Option<Answer<'s>> {
        let pages: BTreeSet<&SourcePath> = claims
            .filter_map(|at| self.claims.get(*at))
            .filter(|claim| scanner.is_none() || claim.scanner.is_none() || claim.scanner == scanner)
            .map(|claim| claim.page.path())
            .collect();
        (!pages.is_empty()).then(|| self.answer(via, pages.into_iter()))
    }

    fn by_cwe(&self, wanted: &[u32]) -> Answer<'s> {
        let direct: Vec<u32> = wanted.iter().copied().filter(|cwe| self.cwes.contains_key(cwe)).collect();
        if let Some(first) = direct.first() {
            let pages: BTreeSet<_> = direct.iter().filter_map(|cwe| self.cwes.get(cwe)).flatten().copied().collect();
            return self.answer(Via::Cwe(*first), pages.into_iter());
        }
        // One step up at a time from all of them at once, so that the nearest ancestor answers.
        let mut level: Vec<(u32, u32)> = wanted.iter().map(|cwe| (*cwe, *cwe)).collect();
        let mut seen: BTreeSet<u32> = wanted.iter().copied().collect();
        while !level.is_empty() {
            let mut next = Vec::new();
            for (of, cwe) in level {
                let parents = catalogue::cwe(cwe).map_or(&[][..], |entry| entry.parents.as_slice());
                next.extend(parents.iter().filter(|parent| seen.insert(**parent)).map(|parent| (of, *parent)));
            }
            let hits: Vec<(u32, u32)> = next.iter().copied().filter(|(_, cwe)| self.cwes.contains_key(cwe)).collect();
            if let Some((of, cwe)) = hits.first().copied() {
                let pages: BTreeSet<_> =
                    hits.iter().filter_map(|(_, cwe)| self.cwes.get(cwe)).flatten().copied().collect();
                return self.answer(Via::Ancestor { of, cwe }, pages.into_iter());
            }
            level = next;
        }
        Answer { via: Via::Nothing, matches: Vec::new() }
    }

    fn answer<'a>(&self, via: Via, paths: impl Iterator<Item = &'a SourcePath>) -> Answer<'s> {
        Answer {
            via,
            matches: paths.filter_map(|path| self.site.pages.get(path).map(std::sync::Arc::as_ref)).collect(),
        }
    }
}

/// An id without case, and without the end that some scanners say twice (`….rule.rule`).
fn folded(id: &str) -> String {
    let id = id.trim().to_lowercase();
    match id.rsplit_once('.') {
        Some((head, last)) if head.rsplit_once('.').is_some_and(|(_, before)| before == last) => head.to_owned(),
        _ => id,
    }
}

/// What an id ends in after each boundary, longest first, without the id itself.
fn endings(id: &str) -> impl Iterator<Item = &str> {
    id.char_indices()
        .filter(|(_, c)| matches!(c, '.' | '/' | ':' | '|' | ' ' | '@'))
        .filter_map(|(at, c)| id.get(at + c.len_utf8()..))
        .filter(|ending| !ending.is_empty())
}

/// Whether a pattern with a star at its begin or end fits an id, whatever the case.
fn pattern_fits(pattern: &str, id: &str) -> bool {
    let (pattern, id) = (pattern.to_lowercase(), id.trim().to_lowercase());
    let core = pattern.trim_matches('*');
    match (pattern.starts_with('*'), pattern.ends_with('*')) {
        (true, true) => id.contains(core),
        (true, false) => id.ends_with(core),
        (false, true) => id.starts_with(core),
        (false, false) => id == core,
    }
}

/// The number of a text that is a CWE and nothing else: `CWE-89`, `cwe_89`, `CWE 089`.
#[must_use]
pub fn cwe_of(text: &str) -> Option<u32> {
    let rest =
        text.trim().get(..3).filter(|head| head.eq_ignore_ascii_case("cwe")).and_then(|_| text.trim().get(3..))?;
    let digits = rest.trim_start_matches(['-', '_', ' ', ':']);
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}
