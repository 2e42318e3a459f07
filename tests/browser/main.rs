//! The sample's pages in a real browser: nothing breaks the policy, nothing overflows, everything works under a sub-path and from a folder.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test lays things out on disk, runs the program on them, and may fail loudly"
)]

mod axe;
mod driver;
mod filter;
mod models;
mod preview;
mod progress;
mod server;
mod sheets;
mod site;
mod terms;

use driver::Browser;
use serde_json::json;

/// One page of each kind.
const PAGES: [&str; 16] = [
    "",
    "findings/",
    "findings/sql-injection/",
    "threat-models/checkout/",
    "reviews/2026-06-token-in-logs/",
    "curricula/champion-path/",
    "curricula/champion-path/reading-findings/",
    "champions/nettle-voss/",
    "champions/kestrel-7/",
    "services/checkout-api/",
    "teams/checkout/",
    "skills/threat-modelling/",
    "cwe/",
    "cwe/89/",
    "glossary/",
    "docs/markdown/",
];

#[test]
fn pages_are_sound_in_a_browser() {
    let base = site::served();
    for dark in [false, true] {
        let browser = Browser::start(dark);
        for width in [1280, 400] {
            browser.resize(width, 900);
            for page in PAGES {
                let url = format!("{base}{page}");
                browser.go(&url);
                let wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth");
                assert!(wide.as_i64().unwrap() <= 0, "{url} is {wide} px too wide at {width}");
                assert_eq!(browser.run("return document.querySelectorAll('h1').length"), json!(1), "{url}");
                let hosts = browser.run(
                    "return performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin))",
                );
                assert_eq!(hosts, json!([]), "{url} asks another host");
                let sheets = browser.run("return document.styleSheets.length").as_i64().unwrap();
                assert!(sheets > 0, "{url} has no style");
            }
        }
        assert_eq!(browser.complaints(), Vec::<String>::new());
        let surface = browser.run("return getComputedStyle(document.documentElement).backgroundColor");
        let light: i64 = surface
            .as_str()
            .unwrap()
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|n| n.parse::<i64>().ok())
            .take(3)
            .sum();
        assert_eq!(light < 384, dark, "the colours follow the reader's choice: {surface}");
    }
}

#[test]
fn an_unknown_address_in_any_folder_has_style_and_a_way_home() {
    let base = site::served();
    let browser = Browser::start(false);
    browser.go(&format!("{base}no/such/page/"));
    assert!(browser.run("return document.styleSheets[0].cssRules.length").as_i64().unwrap() > 0);
    let home = browser.run("return document.querySelector('header a').href");
    assert_eq!(home, json!(base));
    let broken = browser.run(
        "return [...document.querySelectorAll('a[href]')].map(a => a.href).filter(h => !h.startsWith(arguments[0]))",
    );
    assert_eq!(broken, json!([]), "links of the page for unknown addresses");
}

#[test]
fn a_portable_site_works_from_a_folder() {
    let folder = site::portable();
    let browser = Browser::start(false);
    browser.go(&format!("file://{}/index.html", folder.display()));
    browser.run("document.querySelector('nav a[href*=findings]').click()");
    browser.wait_for("return location.pathname.endsWith('/findings/index.html')");
    let colour = browser.run("return getComputedStyle(document.querySelector('h1')).fontFamily");
    assert!(!colour.as_str().unwrap().contains("Times"), "the style sheet is read from the folder: {colour}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
