//! Reviews, what they add up to, and the scorecard: whole small sites in, pages and diagnostics out.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

use std::fmt::Write as _;

use jiff::civil::date;
use tiltyard::parse::Choices;
use tiltyard::pipeline::{self, Goal};
use tiltyard::source::{OutputPath, SourceFile, SourcePath, SourceTree};

const DATA: [(&str, &str); 4] = [
    (
        "content/_data/teams.yaml",
        "- {id: shop, name: Shop, side: delivery}\n- {id: desk, name: Desk, side: delivery}\n- {id: guard, name: Guard, side: security}\n",
    ),
    ("content/_data/people.yaml", "- {id: ada, name: Ada, team: guard}\n"),
    ("content/_data/services.yaml", "- {id: till, name: Till, team: shop}\n- {id: store, name: Store, team: shop}\n"),
    ("content/index.md", "# Home\n"),
];

struct Site {
    pages: pipeline::Built,
}

impl Site {
    fn of(config: &str, files: &[(&str, String)], audience: Option<&str>) -> Self {
        let mut tree = SourceTree::default();
        let config = format!("title: Test\ntoday: 2026-11-02\n{config}");
        let data = DATA.iter().map(|(path, text)| (*path, (*text).to_owned()));
        let all = data.chain([("tiltyard.yaml", config)]).chain(files.iter().cloned());
        for (path, text) in all {
            tree.files.insert(SourcePath::new(path), SourceFile::new(text.into_bytes()));
        }
        let audience = audience.map(str::to_owned);
        let choices = Choices { clock: date(2026, 11, 2), audience, ..Choices::default() };
        let config = pipeline::configure(tree.files.get_key_value("tiltyard.yaml"), &choices);
        Self { pages: pipeline::build(&tree, config.value, config.diagnostics, Goal::Files, &()) }
    }

    fn page(&self, path: &str) -> Option<String> {
        let bytes = self.pages.files.files.get(&OutputPath::new(&format!("{path}index.html")))?;
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }

    fn codes(&self) -> Vec<&str> {
        self.pages.diagnostics.iter().map(|one| one.code.name).collect()
    }
}

/// The text of a page, without tags, in one line.
fn text(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A review that began on a day at eight and was noticed after so many minutes.
fn review(title: &str, day: &str, minutes: u32, more: &str) -> String {
    let detected = format!("{day}T{:02}:{:02}:00Z", 8 + minutes / 60, minutes % 60);
    format!(
        "---
title: {title}
status: approved
owners: [guard]
created: {day}
incident: {{ref: INC-1, services: [till]}}
facilitator: ada
participants: {{delivery: shop, security: guard}}
times: {{started: {day}T08:00:00Z, detected: {detected}, resolved: {day}T23:00:00Z}}
{more}---
Text.
"
    )
}

const FIRST: &str = "opportunities:
  - {phase: development, kind: prevent, what: A test., leads_to: A1}
  - {phase: deployment, considered: Nothing.}
  - {phase: detection, kind: detect-earlier, what: An alert., leads_to: A2}
contributing_factors: ['Test data: only our names.', One alone.]
improvements:
  - {id: A1, what: A test., owners: {delivery: shop, security: guard}, due: 2026-03-31, status: verified, verified: {date: 2026-04-20, by: ada}}
  - {id: A2, what: An alert., owners: {delivery: desk, security: guard}, due: 2026-03-31, status: open}
";
const SECOND: &str = "opportunities:
  - {phase: development, kind: prevent, what: A type., leads_to: A1}
  - {phase: deployment, kind: limit, what: A brake.}
  - {phase: detection, considered: Nothing.}
contributing_factors: ['test data: no empty line.']
improvements:
  - {id: A1, what: A type., owners: {delivery: shop, security: guard}, due: 2026-12-31, status: in-progress}
";

fn reviews() -> Vec<(&'static str, String)> {
    vec![
        ("content/reviews/a.md", review("Alpha", "2026-02-03", 30, FIRST)),
        ("content/reviews/b.md", review("Beta", "2026-02-10", 90, SECOND)),
        ("content/reviews/c.md", review("Gamma", "2026-08-10", 10, SECOND)),
    ]
}

#[test]
fn the_programme_adds_up_all_reviews() {
    let site = Site::of("", &reviews(), None);
    let page = site.page("programme/").expect("reviews alone make a programme");
    let said = text(&page);
    for part in [
        "Development 3 0 0 0 3 0",
        "Deployment 0 0 2 0 2 1",
        "Detection 0 1 0 0 1 2",
        "All 3 1 2 0 6",
        "test data 3 Gamma , Beta , Alpha",
        "Till 3",
        "Desk Guard 0",
        "Shop Guard 2 0 0 1",
        "2026 Q1 2 1 h 1 h 30 min",
        "2026 Q2 0 – – –",
        "2026 Q3 1 10 min 10 min",
    ] {
        let part = part.replace("Desk Guard 0", "Desk Guard 1 1 Alpha, A2 due 2026-03-31 0 0");
        assert!(said.contains(&part), "{part}\n{said}");
    }
    assert!(!said.contains("One alone"), "what one review names does not come up again");
    assert!(
        !said.contains("Renewals ahead") && !said.contains("What the champions can do"),
        "nobody learns here: {said}"
    );
    assert!(page.contains("class=\"heat-4\"") && !page.contains(" style="));
}

#[test]
fn reviews_of_another_audience_are_in_no_sum() {
    let mut files = reviews();
    files[0].1 = files[0].1.replace("owners: [guard]", "owners: [guard]\naudience: internal");
    let config = "audiences: [public, internal]\ndefault_audience: public\n";
    let public = text(&Site::of(config, &files, Some("public")).page("programme/").unwrap());
    assert!(
        public.contains("Development 2 0 0 0 2 0") && !public.contains("Alpha") && !public.contains("Desk"),
        "{public}"
    );
    let internal = text(&Site::of(config, &files, Some("internal")).page("programme/").unwrap());
    assert!(internal.contains("Development 3 0 0 0 3 0"), "{internal}");
}

#[test]
fn a_model_that_nobody_looked_at_says_so_on_both_pages() {
    let model = |reviewed: &str| {
        let text = format!(
            "---\ntitle: Till model\nstatus: approved\nowners: [shop]\ncreated: 2025-01-01\nreviewed: {reviewed}\nscope: {{in: [till], out: [rest]}}\nmethod: STRIDE\ncomponents: [{{id: c, name: Till, type: process}}]\nnone_found: It is a stub.\n---\nText.\n"
        );
        let mut files = reviews();
        files[0].1 = files[0].1.replace("contributing_factors", "threat_models: [till]\ncontributing_factors");
        files.push(("content/threat-models/till.md", text));
        Site::of("", &files, None)
    };
    let old = model("2026-01-01");
    assert!(old.codes().contains(&"model-not-reviewed-since"), "{:?}", old.codes());
    let said = text(&old.page("threat-models/till/").unwrap());
    assert!(said.contains("Alpha , incident of 2026-02-03 ; the model was last looked at on 2026-01-01"), "{said}");
    assert!(text(&old.page("reviews/a/").unwrap()).contains("not looked at since the incident, last on 2026-01-01"));
    assert!(text(&old.page("programme/").unwrap()).contains("Till model since 2026-02-03, Alpha"));
    let new = model("2026-02-03");
    assert!(!new.codes().contains(&"model-not-reviewed-since"));
    for page in ["threat-models/till/", "reviews/a/", "programme/"] {
        let said = text(&new.page(page).unwrap());
        assert!(!said.contains("not looked at since") && !said.contains("Not looked at since"), "{page}: {said}");
    }
}

const HEAD: &str = "period,team,metric,value,unit,n,source\n";

fn measured(rows: &str) -> (&'static str, String) {
    ("content/_data/metrics/all.csv", format!("{HEAD}{rows}"))
}

#[test]
fn both_sides_stand_side_by_side_and_small_numbers_are_not_told() {
    let mut files = reviews();
    files.push(measured(
        "2026-Q1,shop,ttr_critical_days,6.5,days,14,tracker\n2026-Q1,shop,review_response_hours,731,hours,2,\n2026-Q2,shop,ttr_critical_days,9,,8,\n",
    ));
    files.push(("content/_data/metrics.yaml", "- {id: ttr_critical_days, target: 7, limit: 8}\n".to_owned()));
    let site = Site::of("small_count: 5\n", &files, None);
    assert!(site.codes().contains(&"one-sided-period"), "{:?}", site.codes());
    let page = site.page("scorecard/").unwrap();
    let said = text(&page);
    assert!(said.contains("2026 Q2 Delivery side only 9 n 8 beyond the limit –"), "{said}");
    // Of A1 and A2 of the first review and A1 of the second, the shop's A1 was late at the end of March and shown in April.
    assert!(said.contains("2026 Q1 6.5 n 14 on target not told: fewer than 5 cases 0 n 2"), "{said}");
    assert!(!page.contains("731"), "a number that is not told is nowhere");
    assert!(
        page.contains("class=\"half\"") && page.contains("class=\"untold\"") && page.contains("class=\"band good\"")
    );
    assert!(page.contains("id=\"ttr_critical_days\"") && page.contains("href=\"#ttr_critical_days\""));
}

#[test]
fn each_metric_has_a_page_with_its_meaning_and_its_values() {
    let mut files = reviews();
    files.push(measured(
        "2026-Q1,shop,ttr_critical_days,6.5,days,14,tracker\n2026-Q1,shop,review_response_hours,731,hours,2,\n2026-Q2,shop,ttr_critical_days,9,,8,\n2026-Q2,desk,ttr_critical_days,3,,20,\n2026-Q2,desk,review_response_hours,3,,20,\n2026-Q2,desk,our_own,3,,20,\n",
    ));
    let own = "- {id: ttr_critical_days, target: 7, limit: 8}\n- {id: our_own, name: Our own, side: security, unit: count, better: higher, what: What we count.}\n";
    files.push(("content/_data/metrics.yaml", own.to_owned()));
    files.push(("content/scorecard/our_own.md", "---\ntitle: How we count\n---\nBy hand.\n".to_owned()));
    files.push((
        "content/about.md",
        "See [the time](/scorecard/ttr_critical_days/) and [ours](scorecard/our_own.md).\n".to_owned(),
    ));
    let site = Site::of("small_count: 5\n", &files, None);
    assert_eq!(site.codes(), ["one-sided-period", "improvement-overdue"], "a link to a metric leads somewhere");
    let page = site.page("scorecard/ttr_critical_days/").unwrap();
    let said = text(&page);
    for part in [
        "Days from knowing of a critical weakness until it is gone",
        "Measures Delivery side Counted in days Better lower Target at most 7 days Limit at most 8 days In the data ttr_critical_days",
        "How it fools",
        "Period Desk Shop 2026 Q2 3 n 20 on target 9 n 8 beyond the limit Delivery side only 2026 Q1 – 6.5 n 14 on target",
        "From: tracker",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(page.contains("href=\"../#team-shop\"") && page.contains("class=\"band good\""), "{page}");
    let hours = site.page("scorecard/review_response_hours/").unwrap();
    assert!(text(&hours).contains("not told: fewer than 5 cases") && !hours.contains("731"), "{hours}");
    let ours = site.page("scorecard/our_own/").unwrap();
    assert!(
        text(&ours).contains("How we count")
            && text(&ours).contains("By hand.")
            && text(&ours).contains("What we count.")
    );
    // Those that nobody has measured yet are there as well, since pages may speak of them.
    assert!(text(&site.page("scorecard/dast_high_findings/").unwrap()).contains("It has not been measured yet."));
    let scorecard = site.page("scorecard/").unwrap();
    assert!(scorecard.matches("href=\"ttr_critical_days/\"").count() >= 3, "charts, tables and meanings lead there");
    assert!(site.page("about/").unwrap().contains("href=\"../scorecard/ttr_critical_days/\""));
    // Without any number there is no scorecard, and no page of a metric.
    let empty = Site::of("", &[("content/about.md", "[x](/scorecard/ttr_critical_days/)\n".to_owned())], None);
    assert!(empty.page("scorecard/ttr_critical_days/").is_none());
}

#[test]
fn joint_metrics_are_as_of_the_end_of_each_period() {
    let mut files = reviews();
    files[0].1 = files[0].1.replace("due: 2026-03-31, status: verified", "due: 2026-03-01, status: verified");
    let both =
        |period: &str| format!("{period},shop,ttr_critical_days,6,,14,\n{period},shop,review_response_hours,6,,14,\n");
    files.push(measured(&["2025-Q4", "2026-Q1", "2026-Q2"].map(both).concat()));
    let said = text(&Site::of("", &files, None).page("scorecard/").unwrap());
    for row in ["2025 Q4 6 n 14 6 n 14 –", "2026 Q1 6 n 14 6 n 14 1 n 2", "2026 Q2 6 n 14 6 n 14 0 n 2"] {
        assert!(said.contains(row), "{row}\n{said}");
    }
}

#[test]
fn four_hundred_periods_and_hostile_numbers_make_a_page() {
    let mut rows = String::new();
    for at in 0..400 {
        let (year, month) = (1990 + at / 12, at % 12 + 1);
        for (metric, value) in [("ttr_critical_days", "1000000000000"), ("review_response_hours", "0.000000001")] {
            let value = if at % 2 == 0 { value } else { "0" };
            writeln!(rows, "{year}-{month:02},shop,{metric},{value},,1000000000,").unwrap();
        }
    }
    let site = Site::of("", &[measured(&rows)], None);
    assert!(site.codes().is_empty(), "{:?}", site.codes());
    let page = site.page("scorecard/").unwrap();
    assert!(text(&page).contains("376 earlier periods are not shown"));
    assert!(!page.contains("NaN") && !page.contains("inf") && page.len() < 200_000, "{}", page.len());
    let wrong = "2026-Q1,shop,ttr_critical_days,NaN,,9,\n2026-Q1,shop,ttr_critical_days,-1,,9,\n2026-Q1,nobody,ttr_critical_days,1,,9,\n";
    let site = Site::of("", &[measured(wrong)], None);
    assert_eq!(site.codes(), ["bad-metric", "bad-metric", "unknown-team"]);
    assert!(site.pages.files.files.is_empty());
}

#[test]
fn the_scorecard_is_for_those_who_may_see_it() {
    let rows = measured("2026-Q1,shop,ttr_critical_days,6.5,,14,\n2026-Q1,shop,review_response_hours,7,,22,\n");
    let config = "audiences: [public, internal]\ndefault_audience: internal\n";
    let words = "---\naudience: public\n---\n# Home\n[ours](/scorecard/review_response_hours/)\n";
    let home = ("content/index.md", words.to_owned());
    let own =
        |audience: &str| ("content/scorecard.md", format!("---\ntitle: Ours\naudience: {audience}\n---\nWords.\n"));
    let shown = |files: &[(&str, String)], audience| {
        let site = Site::of(config, files, Some(audience));
        assert!(site.codes().is_empty(), "{:?}", site.codes());
        let linked = site.page("").unwrap().contains("href=\"scorecard/\"");
        let to_metric = site.page("").unwrap().contains("href=\"scorecard/review_response_hours/\"");
        assert_eq!(linked, to_metric, "a link to a metric that is not there is its own text");
        let page = site.page("scorecard/");
        assert_eq!(page.is_some(), linked, "a page that is there is in the navigation");
        let told =
            site.pages.files.files.values().any(|bytes| String::from_utf8_lossy(bytes).contains("Hours to answer"));
        assert_eq!(page.is_some(), told, "there is no trace of it elsewhere");
        let metric = site.page("scorecard/review_response_hours/");
        assert_eq!(page.is_some(), metric.is_some(), "pages of metrics are for those who see the scorecard");
        page.is_some()
    };
    assert!(!shown(&[home.clone(), rows.clone()], "public"));
    assert!(shown(&[home.clone(), rows.clone()], "internal"));
    assert!(shown(&[home.clone(), rows.clone(), own("public")], "public"));
    assert!(!shown(&[home.clone(), rows.clone(), own("internal")], "public"));
    assert!(shown(&[home, rows, own("internal")], "internal"));
}

#[test]
fn a_promise_is_kept_by_what_is_published_and_a_proof_says_by_what() {
    let model = |status: &str, verified: &str| {
        let text = format!(
            "---\ntitle: Pay\nstatus: {status}\nowners: [shop]\nservices: [till, store]\nmethod: STRIDE\nscope: {{in: [pay]}}\ncomponents: [{{id: form, type: process}}]\nthreats:\n  - {{id: T1, title: It breaks, targets: [form], mitigated_by: [R1], status: mitigated}}\nrequirements:\n  - {{id: R1, text: It holds., owner: shop, status: verified, ticket: A-1, verified: {{date: 2026-10-01{verified}}}}}\n---\n"
        );
        [("content/threat-models/pay.md", text)]
    };
    let rule = "invariants:\n  - {id: modelled, kind: service, condition: 'count(threat_models) > 0', message: no model, severity: warning}\n";
    let proven = Site::of(rule, &model("approved", ", evidence: run 5"), None);
    assert!(proven.codes().is_empty(), "the threat says which requirement answers it: {:?}", proven.codes());
    let drafted = Site::of(rule, &model("draft", ", evidence: run 5"), None);
    let broken = drafted.codes().iter().filter(|code| **code == "house-rule").count();
    assert_eq!(broken, 2, "a draft is no model yet: {:?}", drafted.codes());
    let unproven = Site::of("", &model("approved", ""), None);
    assert_eq!(unproven.codes(), ["requirement-incomplete"]);
}
