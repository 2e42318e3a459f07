//! Threat models, the list of requirements and the page of a service in a browser: what axe says, and that the filter filters.

use serde_json::json;

use super::driver::Browser;
use super::{axe, server, site};

const PAGES: [&str; 8] = [
    "requirements/",
    "requirements/by/team-checkout/",
    "threat-models/checkout/",
    "threat-models/sender-accounts/",
    "threat-models/event-pipeline/",
    "services/checkout-api/",
    "teams/platform/",
    "scorecard/ttr_critical_days/",
];

#[test]
fn axe_finds_nothing_on_pages_with_threats_and_requirements() {
    let base = site::served();
    let found = axe::faults(base, &PAGES, "");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A knowledge base with a threat model of so many components in eight zones.
fn platform(root: &std::path::Path, components: usize) {
    use std::fmt::Write as _;
    let mut page = String::from(
        "---\ntitle: The platform\nstatus: approved\nowners: [shop]\nmethod: STRIDE\nscope: {in: [all]}\nzones:\n",
    );
    (0..8).for_each(|n| writeln!(page, "  - {{id: z{n}, name: Zone {n}, trust: low}}").unwrap());
    page.push_str("components:\n");
    (0..components).for_each(|n| {
        writeln!(page, "  - {{id: c{n}, name: Parcel service {n}, type: process, zone: z{}}}", n * 8 / components)
            .unwrap();
    });
    page.push_str("flows:\n");
    (1..components).for_each(|n| writeln!(page, "  - {{id: F{n}, from: c{}, to: c{n}}}", n - 1 - n % 3 % n).unwrap());
    page.push_str("threats:\n");
    (1..30).for_each(|n| {
        writeln!(page, "  - {{id: T{n}, title: It breaks, targets: [c{n}, F{n}, F{}], status: open}}", n + 1).unwrap();
    });
    page.push_str("---\n");
    for (path, text) in [
        ("tiltyard.yaml", "title: Large\ntoday: 2026-11-02\n"),
        ("content/_data/teams.yaml", "- {id: shop, name: Shop, side: delivery}\n"),
        ("content/threat-models/platform.md", page.as_str()),
    ] {
        std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        std::fs::write(root.join(path), text).unwrap();
    }
}

#[test]
fn a_large_diagram_is_read_without_scrolling_and_axe_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    platform(&folder.path().join("base"), 60);
    let site = folder.path().join("site");
    std::fs::create_dir(&site).unwrap();
    let server = server::start(&site, "/kb/");
    let base = format!("http://127.0.0.1:{}/kb/", server.port);
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_tiltyard"))
        .arg("--root")
        .arg(folder.path().join("base"))
        .arg("--out")
        .arg(&site)
        .args(["--quiet", "build", "--base-url", &base])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let found = axe::faults(&base, &["threat-models/platform/"], "");
    assert!(found.is_empty(), "{}", found.join("\n"));
    let browser = Browser::start(false);
    let letters = "const s = document.querySelector('.flows svg'); return 13 * s.getBoundingClientRect().width / s.viewBox.baseVal.width";
    for (width, scrolls) in [(1280, false), (1600, false), (400, true)] {
        browser.resize(width, 900);
        browser.go(&format!("{base}threat-models/platform/"));
        let size = browser.run(letters).as_f64().unwrap();
        assert!(size > 9.5, "names are {size} px high at {width}");
        let over = browser.run("const f = document.querySelector('.flows'); return f.scrollWidth > f.clientWidth");
        assert_eq!(over, json!(scrolls), "at {width}");
    }
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
