//! What a page makes a reader load, before search.

use super::{SAMPLE, sample_sources};
use tiltyard::source::OutputPath;

/// The assets that a page links to, by the end of their names.
fn linked(html: &str, ends: &str) -> Vec<String> {
    let ends = format!("{ends}\"");
    let addresses = html.split("=\"").filter_map(|rest| rest.get(..rest.find('"')? + 1));
    let own =
        addresses.filter(|address| address.ends_with(&ends)).filter_map(|address| address.split("assets/").nth(1));
    own.map(|name| format!("assets/{}", name.trim_end_matches('"'))).collect()
}

#[test]
fn every_page_of_the_sample_stays_within_its_budget() {
    assert!(sample_sources().files.len() > 200);
    let mut heaviest = [(0, String::new()), (0, String::new())];
    let mut seen = 0;
    for (path, bytes) in SAMPLE.files.iter().filter(|(path, _)| path.as_str().ends_with(".html")) {
        let html = std::str::from_utf8(bytes).unwrap();
        // The head alone: the bar names the sheet of search, which its dialog asks for when it opens.
        let head = html.split("</head>").next().unwrap();
        for ((most, ends), heaviest) in [(20, ".css"), (30, ".js")].into_iter().zip(&mut heaviest) {
            let names = linked(head, ends);
            seen += names.len();
            let own = names.iter().filter(|name| !name.starts_with("assets/search."));
            let size: usize = own.map(|name| SAMPLE.files[&OutputPath::new(name)].len()).sum();
            assert!(size <= most * 1024, "{path} loads {size} bytes of {ends}: {names:?}");
            if size > heaviest.0 {
                *heaviest = (size, path.to_string());
            }
        }
    }
    assert!(seen > 1000, "{seen} links to assets");
    println!("heaviest: {heaviest:?}");
}

#[test]
fn only_pages_that_show_something_load_its_sheet() {
    let has = |address: &str, sheet: &str| {
        let html = super::page(&SAMPLE, address);
        linked(html.split("</head>").next().unwrap(), ".css")
            .iter()
            .any(|name| name.starts_with(&format!("assets/{sheet}.")))
    };
    let cases = [
        ("findings/sql-injection/", "kind-finding", true),
        ("findings/sql-injection/", "code", true),
        ("findings/", "facets", true),
        ("findings/", "kind-finding", false),
        ("", "kind-home", true),
        ("threat-models/checkout/", "kind-threat-model", true),
        ("reviews/2026-06-token-in-logs/", "kind-review", true),
        ("champions/nettle-voss/", "progress", true),
        ("champions/nettle-voss/", "code", false),
        ("champions/nettle-voss/", "kind-finding", false),
    ];
    for (address, sheet, expected) in cases {
        assert_eq!(has(address, sheet), expected, "{sheet} on /{address}");
    }
}
