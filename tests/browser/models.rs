//! Threat models, the list of requirements and the page of a service in a browser: what axe says, and that the filter filters.

use serde_json::json;

use super::driver::Browser;
use super::{axe, site};

const PAGES: [&str; 7] = [
    "requirements/",
    "requirements/by/team-checkout/",
    "threat-models/checkout/",
    "threat-models/sender-accounts/",
    "threat-models/event-pipeline/",
    "services/checkout-api/",
    "teams/platform/",
];

#[test]
fn axe_finds_nothing_on_pages_with_threats_and_requirements() {
    let base = site::served();
    let found = axe::faults(base, &PAGES, "");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn requirements_and_threats_are_filtered() {
    let folder = site::portable();
    let browser = Browser::start(false);
    let at = |page: &str| format!("file://{}/{page}index.html", folder.display());
    let choose = |name: &str, value: &str| {
        browser.run(&format!(
            "const s = document.querySelector('select[data-by={name}]'); s.value = {}; s.dispatchEvent(new Event('change'));",
            json!(value)
        ));
    };
    let shown = |rows: &str| {
        browser
            .run(&format!("return [...document.querySelectorAll({})].filter(row => !row.hidden).length", json!(rows)))
    };
    browser.go(&at("requirements/"));
    browser.wait_for("return !document.querySelector('.filter').hidden");
    let all = shown("#s-list tbody tr").as_i64().unwrap();
    choose("team", "Checkout");
    let of_team = shown("#s-list tbody tr").as_i64().unwrap();
    choose("status", "verified");
    let both = shown("#s-list tbody tr").as_i64().unwrap();
    assert!(0 < both && both < of_team && of_team < all, "{both} of {of_team} of {all}");
    let said = browser.run("return document.querySelector('.filter [role=status]').textContent");
    assert_eq!(said, json!(format!("{both} of {all} shown")));

    browser.go(&at("threat-models/checkout/"));
    browser.wait_for("return !document.querySelector('.filter').hidden");
    choose("status", "open");
    assert_eq!(shown("#s-threat-list > .item"), json!(1));
    // A marker of the diagram leads to a threat that is filtered away, and brings it back.
    browser.run("document.querySelector('.flows a[href=\"#T6\"]').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))");
    browser.wait_for("return location.hash === '#T6' && !document.getElementById('T6').hidden");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn every_part_of_a_diagram_leads_to_its_row() {
    let folder = site::portable();
    let browser = Browser::start(false);
    for model in [
        "checkout",
        "courier-login",
        "depot-label-printing",
        "event-pipeline",
        "parcel-tracking-link",
        "sender-accounts",
    ] {
        browser.go(&format!("file://{}/threat-models/{model}/index.html", folder.display()));
        let count = browser.run("return document.querySelectorAll('.flows a').length");
        assert!(count.as_i64().unwrap() > 10, "{model}: {count}");
        let astray = browser.run(
            "return [...document.querySelectorAll('.flows a')].map(a => a.getAttribute('href')).filter(h => !document.getElementById(decodeURIComponent(h.slice(1))))",
        );
        assert_eq!(astray, json!([]), "{model}");
    }
}
