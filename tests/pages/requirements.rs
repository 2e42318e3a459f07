//! The list of all requirements: which groups there are, who is in which, and how a long one is cut into pages.

use std::fmt::Write as _;

use super::{page, site, text};

const DATA: [(&str, &str); 5] = [
    ("tiltyard.yaml", "title: Test\ntoday: 2026-11-02\n"),
    (
        "content/_data/teams.yaml",
        "- {id: shop, name: Shop, side: delivery}\n- {id: guard, name: The guard, side: security}\n",
    ),
    ("content/_data/people.yaml", "- {id: ada, name: Ada, team: guard}\n- {id: bo, name: Bo}\n"),
    ("content/_data/services.yaml", "- {id: till, name: Till, team: shop}\n- {id: store, name: Store, team: shop}\n"),
    ("content/index.md", "# Home\n"),
];

fn model(title: &str, more: &str, requirements: &str) -> String {
    format!(
        "---\ntitle: {title}\nstatus: approved\nowners: [shop]\nmethod: STRIDE\nscope: {{in: [login]}}\n{more}components: [{{id: form, type: process}}]\nthreats:\n  - {{id: T1, title: It breaks, targets: [form], status: open}}\nrequirements:\n{requirements}---\n"
    )
}

/// The groups of a way, in their order, each with its number.
fn groups(html: &str, way: &str) -> Vec<String> {
    let (_, rest) = html.split_once(&format!("id=\"by-{way}\"")).unwrap_or_else(|| panic!("no groups by {way}"));
    let list = rest.split("</details>").next().unwrap();
    list.split("<li").skip(1).map(|item| text(&format!("<li{item}"))).collect()
}

/// The ids on a page of the list.
fn ids(html: &str) -> Vec<String> {
    html.split("<tr data-status")
        .skip(1)
        .map(|row| text(row.split("class=\"id\"").nth(1).unwrap().split("</a>").next().unwrap()))
        .map(|id| id.trim_start_matches(|c| c != '>').trim_start_matches('>').split(' ').next().unwrap().to_owned())
        .collect()
}

#[test]
fn requirements_are_grouped_by_everything_that_they_say() {
    let first = model(
        "Login",
        "services: [till, store]\n",
        "  - {id: R1, text: One., for: T1, owner: [shop, ada], phase: Build, asvs: v5.0.0-1.2.4, status: verified, ticket: A-1, verified: {date: 2026-10-01, by: [ada], evidence: a run}}\n  - {id: R2, text: Two., for: T1, owner: ada, phase: Build, status: proposed}\n",
    );
    let second = model(
        "Parcels",
        "",
        "  - {id: R3, text: Three., for: T1, owner: bo, asvs: [v5.0.0-1.2.4, v5.0.0-2.1.1], status: accepted, ticket: A-2}\n",
    );
    let mut files = DATA.to_vec();
    files.push(("content/threat-models/login.md", &first));
    files.push(("content/threat-models/parcels.md", &second));
    let site = site(&files);
    let all = page(&site, "requirements/");
    assert_eq!(ids(&all), ["R2", "R3", "R1"], "what is open stands first");
    assert_eq!(
        groups(&all, "team"),
        ["Shop 1", "The guard 2", "Without a team 1"],
        "a person's team, and nobody's last"
    );
    assert_eq!(groups(&all, "service"), ["Store 2", "Till 2", "Without a service 1"]);
    assert_eq!(groups(&all, "status"), ["proposed 1", "accepted 1", "verified 1"], "in the order of their life");
    assert_eq!(groups(&all, "phase"), ["Build 2", "Without a phase 1"]);
    assert_eq!(groups(&all, "asvs"), ["v5.0.0-1.2.4 2", "v5.0.0-2.1.1 1"], "what bears no id is in no group");
    for (group, wanted) in [
        ("team-guard", vec!["R2", "R1"]),
        ("team-none", vec!["R3"]),
        ("service-store", vec!["R2", "R1"]),
        ("status-verified", vec!["R1"]),
        ("phase-build", vec!["R2", "R1"]),
        ("asvs-v5.0.0-1.2.4", vec!["R3", "R1"]),
    ] {
        let html = page(&site, &format!("requirements/by/{group}/"));
        assert_eq!(ids(&html), wanted, "{group}");
        assert!(!html.contains("id=\"by-team\""), "a group is not cut again");
    }
    assert!(text(&page(&site, "requirements/by/team-guard/")).contains("Requirements, Team: The guard"));
}

#[test]
fn a_service_has_what_strikes_it_everywhere() {
    let model = |services: &str, form: &str, threats: &str| {
        format!(
            "---\ntitle: Login\nstatus: approved\nowners: [shop]\nmethod: STRIDE\nscope: {{in: [login]}}\n{services}components: [{{id: form, type: process{form}}}, {{id: rows, type: store, service: store}}]\nflows: [{{id: F1, from: form, to: rows}}]\nthreats:\n{threats}requirements:\n  - {{id: R1, text: One., for: T1, owner: shop, status: proposed}}\n  - {{id: R2, text: Two., for: T2, owner: shop, status: proposed}}\n  - {{id: R3, text: Three., owner: shop, status: proposed}}\n---\n"
        )
    };
    let threats = |one: &str, two: &str| {
        format!(
            "  - {{id: T1, title: A, targets: [{one}], status: open}}\n  - {{id: T2, title: B, targets: [{two}], status: open}}\n"
        )
    };
    for (case, services, form, strikes, till, store) in [
        (
            "each its own",
            "services: [till, store]\n",
            ", service: till",
            ("form", "rows"),
            vec!["R1", "R3"],
            vec!["R2", "R3"],
        ),
        (
            "a flow has two ends",
            "services: [till, store]\n",
            ", service: till",
            ("F1", "form"),
            vec!["R1", "R2", "R3"],
            vec!["R1", "R3"],
        ),
        (
            "the page's that no component is",
            "services: [till]\n",
            "",
            ("form", "rows"),
            vec!["R1", "R2", "R3"],
            vec!["R2"],
        ),
        ("no service of the page", "", "", ("form", "rows"), vec![], vec!["R1", "R2", "R3"]),
    ] {
        let model = model(services, form, &threats(strikes.0, strikes.1));
        let mut files = DATA.to_vec();
        files.push(("content/threat-models/login.md", &model));
        let site = site(&files);
        for (service, wanted) in [("till", till), ("store", store)] {
            if wanted.is_empty() {
                continue;
            }
            let panel = page(&site, &format!("services/{service}/"));
            assert_eq!(ids(&panel), wanted, "{case}: the page of {service}");
            let threats = wanted.iter().filter(|id| **id != "R3").count();
            let figures = text(
                panel.split("class=\"figures\"").nth(1).unwrap_or_default().split("</dl>").next().unwrap_or_default(),
            );
            assert!(figures.contains(&format!("Open threats{threats}")), "{case}, {service}: {figures}");
            let list = page(&site, &format!("requirements/by/service-{service}/"));
            assert_eq!(ids(&list), wanted, "{case}: the list");
        }
    }
}

#[test]
fn a_long_list_has_pages_and_is_complete() {
    let mut requirements = String::new();
    for number in 1..=450 {
        writeln!(requirements, "  - {{id: R{number}, text: It holds., for: T1, owner: shop, status: proposed}}")
            .unwrap();
    }
    let model = model("Login", "services: [till]\n", &requirements);
    let mut files = DATA.to_vec();
    files.push(("content/threat-models/login.md", &model));
    let site = site(&files);
    for list in ["requirements/", "requirements/by/team-shop/", "requirements/by/service-till/"] {
        let addresses = [list.to_owned(), format!("{list}page-2/"), format!("{list}page-3/")];
        let pages: Vec<String> = addresses.iter().map(|address| page(&site, address)).collect();
        let counts: Vec<usize> = pages.iter().map(|html| ids(html).len()).collect();
        assert_eq!(counts, [200, 200, 50], "{list}");
        let mut every: Vec<String> = pages.iter().flat_map(|html| ids(html)).collect();
        every.sort();
        every.dedup();
        assert_eq!(every.len(), 450, "{list}: each once");
        assert!(pages[0].contains("href=\"page-2/\"") && pages[1].contains("href=\"../page-3/\""), "{list}");
        assert!(pages[2].contains("href=\"../page-2/\"") && !pages[2].contains("page-4"), "{list}");
        assert!(text(&pages[1]).contains("Page 2 of 3"), "{list}");
    }
    let team = page(&site, "teams/shop/");
    assert_eq!(ids(&team).len(), 30, "a panel shows the first and leads to all");
    assert!(team.contains("requirements/by/team-shop/"));
}
