//! What a scanner said, and the pages that explain it, in the order of CONTENT-MODEL: the rule's id, the id without the prefixes of tool and path, an
//! ending of it, a CVE, a CWE, the nearest ancestor of a CWE. `render/search/reader/lookup.js` is the same in the browser;
//! `tests/search/lookup.json` holds both to one meaning.
//!
//! In: a screened [`Site`] and whatever somebody pasted. Out: [`Answer`]. Several matches are all told; nothing is guessed.

use std::collections::BTreeSet;

use serde::Serialize;

use super::lookup::{Claim, Lookup};
use crate::catalogue;
use crate::model::registry::Side;
use crate::model::site::{Page, Site};

/// How a page was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// The rule's id, perhaps without prefixes and in another case.
    Rule,
    /// The end of a rule's id.
    RuleSuffix,
    /// A CVE id.
    Cve,
    /// A CWE number.
    Cwe,
    /// The nearest ancestor of a CWE that a page explains.
    CweAncestor,
    /// Nothing explains it.
    None,
}

/// A page that explains it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Match {
    /// `finding`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Shown name.
    pub title: String,
    /// Address from the site's root.
    pub url: String,
    /// Its file.
    pub path: String,
    /// The name by which it was found: `B608`, `CWE-89`.
    #[serde(rename = "as")]
    pub name: String,
}

/// What is known of a pasted text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// What was asked.
    pub query: String,
    /// How it was found.
    pub via: Via,
    /// Everything that was found that way, sorted by address.
    pub matches: Vec<Match>,
    /// The command that begins an explanation, where there is none.
    pub next: Option<String>,
    /// Whom to ask, where there is none.
    pub ask: Vec<String>,
}

/// Looks a text up: an id, a whole line of a log, an address.
#[must_use]
pub fn explain(site: &Site, text: &str) -> Answer {
    let lookup = Lookup::new(site);
    let lower = text.to_lowercase();
    let all = pieces(&lower);
    let alone = all.len() == 1;
    let sound: Vec<String> = all.iter().filter(|piece| alone || is_id_like(piece)).cloned().collect();
    let shorter: Vec<String> =
        sound.iter().flat_map(|piece| bare(piece)).filter(|one| alone || is_id_like(one)).collect();
    let cves = cves(&lower);
    let cwes = cwes(&lower);
    let both: Vec<String> = sound.iter().chain(&shorter).cloned().collect();
    let named = |ids: &[String]| claimed(ids.iter().flat_map(|id| lookup.named(id)));
    let of_cwe = |number: u32| lookup.cwe(number).map(move |page| (page, format!("CWE-{number}")));
    let above = || cwes.iter().filter_map(|number| lookup.ancestor(*number));
    let steps: [(Via, &dyn Fn() -> Vec<Match>); 8] = [
        (Via::Rule, &|| named(&sound)),
        (Via::Rule, &|| named(&shorter)),
        (Via::RuleSuffix, &|| claimed(both.iter().flat_map(|id| lookup.ending(id)))),
        (Via::Cve, &|| matches(cves.iter().flat_map(|id| lookup.cve(id).map(|page| (page, id.to_uppercase()))))),
        // A rule with a `*` says less than any name that is written out.
        (Via::Rule, &|| claimed(lookup.patterned(&sound))),
        (Via::Rule, &|| claimed(lookup.patterned(&shorter))),
        (Via::Cwe, &|| matches(cwes.iter().copied().flat_map(of_cwe))),
        (Via::CweAncestor, &|| matches(above().flat_map(of_cwe))),
    ];
    let query = text.to_owned();
    for (via, step) in steps {
        let matches = step();
        if !matches.is_empty() {
            return Answer { query, via, matches, next: None, ask: Vec::new() };
        }
    }
    let next = Some(command(text, cwes.iter().copied().find(|number| catalogue::cwe(*number).is_some())));
    Answer { query, via: Via::None, matches: Vec::new(), next, ask: ask(site) }
}

fn claimed<'a>(claims: impl Iterator<Item = &'a Claim<'a>>) -> Vec<Match> {
    matches(claims.map(|claim| (claim.page, claim.id.to_owned())))
}

fn matches<'a>(found: impl Iterator<Item = (&'a Page, String)>) -> Vec<Match> {
    let matches: BTreeSet<(String, Match)> = found
        .map(|(page, name)| {
            let one = Match {
                kind: page.kind().as_str(),
                id: page.id.clone(),
                title: page.title.clone(),
                url: page.permalink.as_str().to_owned(),
                path: page.path().as_str().to_owned(),
                name,
            };
            (one.url.clone(), one)
        })
        .collect();
    matches.into_iter().map(|(_, one)| one).collect()
}

/// Has a digit, or a joint between two other signs.
fn is_id_like(text: &str) -> bool {
    let joint = |c: char| matches!(c, '-' | '_' | '.' | '/' | ':');
    let letters: Vec<char> = text.chars().collect();
    let inside = letters.iter().enumerate().any(|(at, c)| joint(*c) && at > 0 && at + 1 < letters.len());
    letters.len() > 2 && letters.len() < 300 && (text.contains(|c: char| c.is_ascii_digit()) || inside)
}

/// Pieces of a text that may be an id, as they stand.
fn pieces(text: &str) -> Vec<String> {
    let text: String = text.chars().take(4000).collect();
    let between = |c: char| c.is_whitespace() || "\"'`“”‘’«»<>()[]{}|,;=".contains(c);
    let left = |c: char| ".:/\\-_#!?*@&%$~^+".contains(c);
    let right = |c: char| ".:/\\-_#!?@&%$~^+".contains(c);
    let trimmed = text.split(between).map(|piece| piece.trim_start_matches(left).trim_end_matches(right));
    trimmed.filter(|piece| !piece.is_empty()).take(40).map(str::to_owned).collect()
}

/// What a piece may mean without the prefixes of its tool and path.
fn bare(piece: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut put = |text: &str| {
        if !text.is_empty() && !out.iter().any(|known| known == text) {
            out.push(text.to_owned());
        }
    };
    let mut add = |text: &str| {
        let end = [".html", ".htm", ".md", ".php", ".aspx"].iter().find_map(|end| text.strip_suffix(end));
        for one in [text, end.unwrap_or(text)] {
            put(one);
            if let Some((head, _)) = one.split_once('_').filter(|(head, _)| head.contains(|c: char| c.is_ascii_digit()))
            {
                put(head);
            }
        }
    };
    let scheme = piece
        .split_once("://")
        .filter(|(scheme, _)| !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_lowercase()));
    let address = scheme.map_or(piece, |(_, rest)| rest);
    let address = address.split(['?', '#']).next().unwrap_or_default();
    add(address);
    for part in address.split(['/', '\\', '@']).rev() {
        add(part);
        if part.contains(':') {
            part.split(':').for_each(&mut add);
        }
    }
    for (at, _) in address.match_indices(['.', '/', ':']) {
        put(address.get(at + 1..).unwrap_or_default());
    }
    out.truncate(30);
    out
}

/// Every `cve-2021-44228` of a text in small letters.
fn cves(text: &str) -> Vec<String> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let found = text.match_indices("cve-").filter_map(|(at, _)| {
        let year = text.get(at + 4..)?;
        let number = year.get(4..)?.strip_prefix('-').filter(|_| digits(year) == 4)?;
        let length = digits(number);
        (length >= 4).then(|| text.get(at..at + 9 + length).map(str::to_owned))?
    });
    found.collect()
}

/// Every number after `cwe` in a text in small letters, also in the address of its page at MITRE.
fn cwes(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("cwe") {
        if text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(|c| c.is_ascii_lowercase()) {
            continue;
        }
        let rest = text.get(at + 3..).unwrap_or_default();
        let (rest, most) = rest.strip_prefix(".mitre.org/data/definitions/").map_or((rest, 2), |rest| (rest, 0));
        let joints = rest.chars().take_while(|c| matches!(c, '-' | '_' | ' ' | ':' | '#')).count();
        let digits = rest.get(joints..).unwrap_or_default();
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let number = digits.get(..length).unwrap_or_default().trim_start_matches('0');
        if let Some(number) = number.parse().ok().filter(|_| joints <= most && number.len() <= 6) {
            found.push(number);
        }
    }
    found
}

/// The command that begins an explanation of this.
fn command(text: &str, cwe: Option<u32>) -> String {
    let plain = |c: char| c.is_alphanumeric() || " .:_/-".contains(c);
    let kept: String = text.chars().map(|c| if plain(c) { c } else { ' ' }).collect();
    let title: String = kept.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
    let title = title.trim_matches(|c: char| c == '-' || c.is_whitespace());
    let title = if title.is_empty() { "What it means" } else { title };
    format!("tiltyard new finding \"{title}\"{}", cwe.map_or_else(String::new, |number| format!(" --set cwe={number}")))
}

/// The teams of the security side.
fn ask(site: &Site) -> Vec<String> {
    let security = site
        .registry
        .teams
        .iter()
        .filter(|(_, team)| team.value.side.as_ref().is_some_and(|side| side.value == Side::Security));
    security.map(|(id, _)| site.registry.team_name(id)).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_and_prefixes_are_taken_apart() {
        assert_eq!(pieces(">> issue: [b608:hardcoded_sql] 'x',"), ["issue", "b608:hardcoded_sql", "x"]);
        let bare = bare("https://bandit.example/en/plugins/b608_hardcoded_sql.html?x=1");
        assert!(bare.contains(&"b608".to_owned()), "{bare:?}");
        assert!(super::bare("home.rules.python.lang.sqli").contains(&"python.lang.sqli".to_owned()));
    }

    #[test]
    fn standards_are_found_in_any_line() {
        assert_eq!(cves("fix cve-2021-44228, cve-20-1 and cve-2021-123"), ["cve-2021-44228"]);
        assert_eq!(cwes("cwe-089 cwe 79: xcwe-1 cwe_22 cwe-1234567"), [89, 79, 22]);
        assert_eq!(cwes("https://cwe.mitre.org/data/definitions/79.html"), [79]);
        assert_eq!(
            cwes("https://cwe.mitre.org/data/definitions/-79.html https://cwe.mitre.org/about/2"),
            Vec::<u32>::new()
        );
    }
}
