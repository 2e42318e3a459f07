//! The order in which explanations are looked for.

use tiltyard::query::lookup::{Lookup, Via, cwe_of};

use crate::sites::site;

const SITE: &[(&str, &str)] = &[
    (
        "a-sql",
        "cwe: [89]\nrules:\n  - {scanner: semgrep, id: python.sql.raw-query.raw-query}\n  - {scanner: codeql, id: py/sql-injection}\n  - {scanner: bandit, id: B608}",
    ),
    (
        "b-flask",
        "cwe: [489]\nrules:\n  - {scanner: semgrep, id: python.flask.debug}\n  - {scanner: semgrep, id: 'python.django.*'}",
    ),
    ("c-injection", "cwe: [74]\nrules: [{scanner: zap, id: '40018'}]"),
    (
        "d-tls",
        "cwe: [295]\ncve: [CVE-2024-1234]\nrules: [{scanner: bandit, id: B501}, {scanner: semgrep, id: js.tls.debug}]",
    ),
    ("e-tls-too", "cwe: [295]\nrules: [{scanner: bandit, id: B501}]"),
];

fn ask(scanner: Option<&str>, rule: &str, cwes: &[u32]) -> (Via, String) {
    let site = site(SITE);
    let answer = Lookup::new(&site).resolve(scanner, rule, cwes);
    (answer.via, answer.matches.iter().map(|page| page.id.as_str()).collect::<Vec<_>>().join(" "))
}

#[test]
fn the_order_is_exact_similar_ending_cve_cwe_ancestor_nothing() {
    type Case = (Option<&'static str>, &'static str, &'static [u32], Via, &'static str);
    let cases: &[Case] = &[
        (None, "B608", &[295], Via::Rule, "a-sql"),
        (Some("Semgrep OSS"), "python.django.security.x", &[], Via::Pattern, "b-flask"),
        (Some("Semgrep OSS"), "home.ci.rules.python.django.security.x", &[], Via::Pattern, "b-flask"),
        (Some("Semgrep OSS"), "home.ci.rulespython.django.x", &[], Via::Nothing, ""),
        (None, "b608", &[], Via::Similar, "a-sql"),
        (None, "bandit.B608", &[], Via::Similar, "a-sql"),
        (Some("semgrep oss"), "home.ci.rules.python.sql.raw-query", &[], Via::Similar, "a-sql"),
        (None, "py/sql-injection/locals", &[], Via::Similar, "a-sql"),
        (None, "sql-injection", &[], Via::Ending, "a-sql"),
        (None, "raw-query", &[], Via::Ending, "a-sql"),
        (None, "debug", &[], Via::Ending, "b-flask d-tls"),
        (None, "cve-2024-1234", &[], Via::Cve, "d-tls"),
        (None, "CWE-89", &[], Via::Cwe(89), "a-sql"),
        (None, "unheard-of", &[4711, 489], Via::Cwe(489), "b-flask"),
        (None, "unheard-of", &[564], Via::Ancestor { of: 564, cwe: 89 }, "a-sql"),
        (None, "unheard-of", &[78], Via::Ancestor { of: 78, cwe: 74 }, "c-injection"),
        (None, "unheard-of", &[4711], Via::Nothing, ""),
        (None, "", &[], Via::Nothing, ""),
    ];
    for (scanner, rule, cwes, via, pages) in cases {
        assert_eq!(ask(*scanner, rule, cwes), (*via, (*pages).to_owned()), "{rule} {cwes:?}");
    }
}

#[test]
fn a_known_scanner_is_not_answered_with_the_rules_of_another() {
    assert_eq!(ask(Some("zap"), "40018", &[]).0, Via::Rule);
    assert_eq!(ask(Some("Bandit"), "40018", &[]).0, Via::Nothing);
    assert_eq!(ask(Some("a tool nobody knows"), "40018", &[]).0, Via::Rule);
}

#[test]
fn several_matches_are_listed_and_none_is_guessed() {
    assert_eq!(ask(None, "B501", &[]), (Via::Rule, "d-tls e-tls-too".to_owned()));
    assert_eq!(ask(None, "x", &[297]), (Via::Ancestor { of: 297, cwe: 295 }, "d-tls e-tls-too".to_owned()));
}

#[test]
fn a_cwe_is_read_in_every_spelling_and_nothing_else_is_one() {
    for (text, number) in [("CWE-89", 89), ("cwe-022", 22), ("CWE_79", 79), ("Cwe 352", 352), ("cwe89", 89)] {
        assert_eq!(cwe_of(text), Some(number), "{text}");
    }
    for text in ["89", "CWE", "CWE-", "CWE-x", "CWE-89: SQL", "cwe-99999999999", "ćwe-1", ""] {
        assert_eq!(cwe_of(text), None, "{text}");
    }
}

#[test]
fn a_star_stands_at_either_end_and_a_retired_page_explains_nothing() {
    let site = site(&[("x", "rules: [{scanner: semgrep, id: '*.sqlalchemy-*'}]"), ("y", "status: retired\ncwe: [78]")]);
    let lookup = Lookup::new(&site);
    assert_eq!(lookup.resolve(None, "any.SQLalchemy-raw", &[]).via, Via::Pattern);
    assert_eq!(lookup.resolve(None, "sqlalchemy-raw", &[]).via, Via::Nothing);
    assert_eq!(lookup.resolve(None, "q", &[78]).via, Via::Nothing);
}
