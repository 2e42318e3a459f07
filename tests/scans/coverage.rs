//! How much is explained, and what to write next.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tiltyard::model::coverage::Coverage;
use tiltyard::query::coverage::{Scanned, Scans, coverage, worse};
use tiltyard::query::lookup::Lookup;
use tiltyard::query::places::Places;

use crate::sites::site;

const SITE: &[(&str, &str)] = &[
    (
        "sql",
        "cwe: [89]\nrules:\n  - {scanner: semgrep, id: sql.raw}\n  - {scanner: semgrep, id: sql.gone}\n  - {scanner: zap, id: '40018'}",
    ),
    ("sql-too", "cwe: [89]\nrules: [{scanner: bandit, id: B608}]"),
];

/// A scanner, a rule, its weaknesses, and results by service.
type Row<'a> = (&'a str, &'a str, &'a [u32], &'a [(&'a str, u64)]);

fn scans(rules: &[Row<'_>]) -> Scans {
    let mut scans = Scans::default();
    for (scanner, rule, cwes, open) in rules {
        let open: BTreeMap<Option<String>, u64> = open
            .iter()
            .map(|(service, count)| (Some((*service).to_owned()).filter(|service| !service.is_empty()), *count))
            .collect();
        scans.rules.insert(((*scanner).to_owned(), (*rule).to_owned()), Scanned { cwes: cwes.to_vec(), open });
    }
    scans
}

fn covered(rules: &[Row<'_>]) -> Coverage {
    let site = site(SITE);
    coverage(&site, &Lookup::new(&site), &scans(rules))
}

fn next(coverage: &Coverage) -> Vec<(&str, u64)> {
    coverage.next.iter().map(|next| (next.write.as_str(), next.covers)).collect()
}

#[test]
fn results_are_counted_by_scanner_service_and_team() {
    let found = covered(&[
        ("Semgrep OSS", "sql.raw", &[89], &[("checkout-api", 3), ("", 1)]),
        ("semgrep", "x.tls", &[295], &[("printer", 4)]),
        ("Bandit", "B608", &[], &[("checkout-api", 2)]),
        ("Bandit", "B999", &[], &[]),
    ]);
    assert_eq!((found.results, found.explained), (10, 6));
    assert!((found.share - 0.6).abs() < 1e-9);
    let parts = |parts: &[tiltyard::model::coverage::Part]| -> Vec<(String, u64, u64)> {
        parts.iter().map(|part| (part.name.clone(), part.results, part.explained)).collect()
    };
    let told = |name: &str, results, explained| (name.to_owned(), results, explained);
    assert_eq!(parts(&found.by_scanner), [told("bandit", 2, 2), told("semgrep", 8, 4)]);
    assert_eq!(parts(&found.by_service), [told("", 1, 1), told("checkout-api", 5, 5), told("printer", 4, 0)]);
    assert_eq!(parts(&found.by_team), [told("", 1, 1), told("depot", 4, 0), told("shop", 5, 5)]);
    let rules: Vec<_> = found.rules.iter().map(|rule| (rule.rule.as_str(), rule.via.as_str(), rule.results)).collect();
    assert_eq!(rules, [("sql.raw", "rule", 4), ("x.tls", "nothing", 4), ("B608", "rule", 2)]);
    assert_eq!(found.date, "2026-11-02");
}

#[test]
fn ambiguous_dead_and_shown_mappings_are_told() {
    let found =
        covered(&[("Semgrep OSS", "home.rules.sql.raw", &[], &[("", 1)]), ("Bandit", "B000", &[89], &[("", 1)])]);
    let pages: Vec<_> = found.ambiguous.iter().map(|one| (one.rule.as_str(), one.pages.join(" "))).collect();
    assert_eq!(pages, [("B000", "sql-too sql".to_owned())]);
    let told = |list: &[tiltyard::model::coverage::Mapping]| -> Vec<String> {
        list.iter().map(|one| format!("{} {} {}", one.page, one.scanner, one.rule)).collect()
    };
    assert_eq!(told(&found.shown), ["sql semgrep sql.raw"]);
    assert_eq!(told(&found.dead), ["sql semgrep sql.gone", "sql-too bandit B608"], "ZAP was not there");
}

#[test]
fn the_next_page_is_the_one_that_explains_most_of_what_is_left() {
    // 79 has 5, 80 and 83 lie below it, and 74 above it is discouraged.
    let found = covered(&[
        ("zap", "a", &[79], &[("", 5)]),
        ("zap", "b", &[80], &[("", 3)]),
        ("zap", "c", &[83], &[("", 2)]),
        ("zap", "d", &[22], &[("", 7)]),
        ("zap", "e", &[23], &[("", 1)]),
        ("zap", "f", &[], &[("", 1)]),
        ("zap", "g", &[310], &[("", 1)]),
    ]);
    assert_eq!(next(&found), [("CWE-79", 10), ("CWE-22", 8), ("zap f", 1), ("zap g", 1)]);
    assert_eq!(found.next[0].name.as_deref().map(|name| name.contains("Cross-site Scripting")), Some(true));
    assert!((found.next[0].share - 0.5).abs() < 1e-9);
    // What a rule names itself is proposed although it is discouraged; a category is not.
    let found = covered(&[("zap", "h", &[20], &[("", 2)]), ("zap", "i", &[310], &[("", 1)])]);
    assert_eq!(next(&found), [("CWE-20", 2), ("zap i", 1)]);
    // No page can explain a rule without a name, unless it names its weakness; a scanner may have none.
    let found = covered(&[("zap", "", &[], &[("", 3)]), ("bandit", "", &[22], &[("", 2)]), ("", "f", &[], &[("", 1)])]);
    assert_eq!((next(&found), found.results), (vec![("CWE-22", 2), ("f", 1)], 6));
}

#[test]
fn writing_the_next_page_explains_what_it_promises() {
    let rules: &[Row<'_>] = &[
        ("zap", "a", &[79], &[("", 5)]),
        ("zap", "b", &[80, 116], &[("", 3)]),
        ("zap", "c", &[22], &[("", 4)]),
        ("zap", "d", &[1004], &[("", 2)]),
        ("zap", "e", &[614], &[("", 2)]),
    ];
    let before = covered(rules);
    let mut pages: Vec<(String, String)> =
        SITE.iter().map(|(stem, fields)| ((*stem).to_owned(), (*fields).to_owned())).collect();
    let mut explained = before.explained;
    for next in &before.next {
        let cwe: u32 = next.write.trim_start_matches("CWE-").parse().unwrap();
        pages.push((format!("new-{cwe}"), format!("cwe: [{cwe}]")));
        let borrowed: Vec<(&str, &str)> = pages.iter().map(|(stem, fields)| (stem.as_str(), fields.as_str())).collect();
        let site = site(&borrowed);
        let after = coverage(&site, &Lookup::new(&site), &scans(rules));
        assert_eq!(after.explained, explained + next.covers, "{}", next.write);
        explained = after.explained;
    }
    assert_eq!(explained, before.results);
}

#[test]
fn nothing_found_is_all_explained() {
    let found = covered(&[("zap", "a", &[79], &[])]);
    assert_eq!((found.results, found.share.to_string().as_str()), (0, "1"));
    assert!(found.next.is_empty() && found.rules.is_empty());
}

#[test]
fn worse_is_less_or_something_that_was_explained() {
    let good = covered(&[("Bandit", "B608", &[], &[("", 8)]), ("zap", "q", &[], &[("", 2)])]);
    let less = covered(&[("Bandit", "B608", &[], &[("", 7)]), ("zap", "q", &[], &[("", 3)])]);
    assert_eq!(worse(&good, &good), Vec::<String>::new());
    assert_eq!(worse(&less, &good), Vec::<String>::new());
    assert_eq!(worse(&good, &less), ["70.0 % of the results are explained, and 80.0 % were before"]);
    let mut lost = good.clone();
    lost.rules[1].pages = vec!["q-page".to_owned()];
    assert_eq!(worse(&lost, &good), ["`q` was explained by q-page and no longer is"]);
}

#[test]
fn a_path_belongs_to_the_service_whose_glob_says_most() {
    let site = site(&[]);
    let mut places = Places::new(&site.registry);
    for (path, service, language) in [
        ("services/checkout/a.py", Some("checkout-api"), Some("python")),
        ("file:///home/ci/work/services/checkout/x/b.TS", Some("checkout-api"), Some("typescript")),
        ("./services/printer/c%2Eqq", Some("printer"), None),
        ("C:\\work\\services\\printer\\Dockerfile", Some("printer"), Some("dockerfile")),
        ("any/where/parcel.label", Some("printer"), None),
        ("services/checkout/../printer.py", Some("checkout-api"), Some("python")),
        ("other/a.go", None, Some("go")),
        ("%", None, None),
        ("", None, None),
    ] {
        let number = places.number(path);
        assert_ne!(number, 0);
        assert_eq!((places.service(number), places.language(number)), (service, language), "{path}");
    }
    assert_eq!((places.service(0), places.language(0)), (None, None));
}

proptest! {
    #[test]
    fn it_always_adds_up(
        rules in prop::collection::btree_map(
            ("(zap|Bandit|Semgrep OSS|other)", "[a-c.]{0,4}"),
            (prop::collection::vec(0_u32..1500, 0..3), prop::collection::btree_map("(checkout-api|printer|unheard-of|)", 0_u64..50, 0..3)),
            0..8,
        ),
    ) {
        let site = site(SITE);
        let rules = rules.into_iter().map(|(key, (cwes, open))| {
            let open = open.into_iter().map(|(service, count)| (Some(service).filter(|service| !service.is_empty()), count));
            (key, Scanned { cwes, open: open.collect() })
        });
        let scans = Scans { rules: rules.collect(), ..Scans::default() };
        let found = coverage(&site, &Lookup::new(&site), &scans);
        let all: u64 = scans.rules.values().flat_map(|rule| rule.open.values()).sum();
        prop_assert_eq!(found.results, all);
        prop_assert_eq!(found.rules.iter().map(|rule| rule.results).sum::<u64>(), all);
        let open: u64 = found.unexplained.iter().map(|rule| rule.results).sum();
        prop_assert_eq!(found.explained + open, all);
        let nameless = found.unexplained.iter().filter(|rule| rule.rule.is_empty()).map(|rule| rule.results).sum::<u64>();
        let promised = found.next.iter().map(|next| next.covers).sum::<u64>();
        prop_assert!(promised <= open && promised >= open - nameless, "{promised} of {open}");
        for parts in [&found.by_scanner, &found.by_service, &found.by_team] {
            prop_assert_eq!(parts.iter().map(|part| part.results).sum::<u64>(), all);
            prop_assert_eq!(parts.iter().map(|part| part.explained).sum::<u64>(), found.explained);
        }
        prop_assert!(found.next.windows(2).all(|two| two[0].covers >= two[1].covers), "greedy");
    }
}
