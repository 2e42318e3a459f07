//! The page of where pages stand with their reviews.

use super::{SAMPLE, build, page, text};
use std::fmt::Write as _;
use tiltyard::parse::Choices;
use tiltyard::source::SourceTree;

const FINDING: &str = "cwe: [918]\nplain: It is so.\nfor_us: Shop breaks.\nreal_when: [It is.]\nnoise_when: [It is not.]\nrelease: {default: block}\nverify: [Look.]\n---\n";

fn site(findings: &[(String, String)]) -> SourceTree {
    let mut tree = SourceTree::default();
    for (path, text) in [
        (
            "tiltyard.yaml",
            "title: T\ntoday: 2026-11-02\nreview_every: 365d\naudiences: [public, internal]\ndefault_audience: public\n",
        ),
        ("content/index.md", "# Home\n"),
        (
            "content/_data/teams.yaml",
            "- {id: blue, name: Blue, side: delivery}\n- {id: red, name: Red, side: security}\n",
        ),
        ("content/_data/services.yaml", "- {id: shop, name: Shop, team: blue}\n"),
    ] {
        tree.insert(path, text.as_bytes());
    }
    for (name, front) in findings {
        let text = format!("---\ntitle: Page {name}\nstatus: approved\n{front}\n{FINDING}");
        tree.insert(&format!("content/findings/{name}.md"), text.into_bytes());
    }
    tree
}

/// `heading: titles` of each group.
fn groups(html: &str) -> String {
    let mut out = String::new();
    for group in html.split("<section class=\"group\"").skip(1) {
        let group = group.split("</section>").next().unwrap();
        let heading = text(group.split("<h2>").nth(1).unwrap().split(" <span").next().unwrap());
        let titles: Vec<String> = group
            .split("<p class=\"card-title\">")
            .skip(1)
            .map(|card| text(card.split("</p>").next().unwrap()))
            .collect();
        writeln!(out, "{heading} = {}", titles.join(", ")).unwrap();
    }
    out
}

#[test]
fn pages_stand_by_state_and_owner_and_only_for_whom_they_are() {
    let findings: Vec<(String, String)> = [
        ("late", "owners: [blue]\nreviewed: 2025-10-01"),
        ("edge", "owners: [blue]\nreviewed: 2025-11-02"),
        ("soon", "owners: [red, blue]\nreviewed: 2026-01-31"),
        ("fine", "owners: [blue]\nreviewed: 2026-10-01"),
        ("never", "owners: [red]"),
        ("secret", "owners: [red]\naudience: internal\nreviewed: 2025-01-01"),
        ("gone", "owners: [red]\nreviewed: 2025-01-01"),
    ]
    .map(|(name, front)| (name.to_owned(), front.to_owned()))
    .to_vec();
    let mut tree = site(&findings);
    let gone = tree.text("content/findings/gone.md").unwrap().replace("status: approved", "status: retired");
    tree.insert("content/findings/gone.md", gone.into_bytes());
    let all = build(&tree, &Choices::default());
    let html = page(&all, "freshness/");
    assert_eq!(
        groups(&html),
        "Overdue: Blue = Page late\nOverdue: Red = Page secret\nDue within 90 days: Blue = Page edge, Page soon\nDue within 90 days: Red = Page soon\nNever looked at: Red = Page never\n"
    );
    assert!(html.contains("a look was due on 2026-10-01") && html.contains("a look is due on 2026-11-02"), "{html}");
    assert!(page(&all, "findings/fine/").contains(">Freshness</a>"), "the navigation leads to it");
    let public = build(&tree, &Choices { audience: Some("public".to_owned()), ..Choices::default() });
    let html = page(&public, "freshness/");
    assert!(!html.contains("secret") && html.contains("Page late") && !html.contains("Overdue: Red"), "{html}");
    // With nothing to look at there is no such page.
    let fresh = build(&site(&findings[3..4]), &Choices::default());
    assert!(!fresh.files.keys().any(|path| path.as_str().starts_with("freshness/")));
    assert!(!page(&fresh, "findings/fine/").contains("Freshness"));
}

#[test]
fn a_long_list_is_cut_and_a_page_of_that_address_wins() {
    let findings: Vec<(String, String)> = (0..400)
        .map(|at| (format!("f{at}"), format!("owners: [{}]", if at % 2 == 0 { "blue" } else { "red" })))
        .collect();
    let mut tree = site(&findings);
    let files = build(&tree, &Choices::default());
    assert!(!page(&files, "freshness/").contains("Page f7"));
    assert!(page(&files, "freshness/by/never-looked-at-red/").contains("Page f7<"));
    assert!(!page(&files, "freshness/by/never-looked-at-blue/").contains("Page f7<"));
    tree.insert("content/freshness.md", "# Bread\n".as_bytes());
    let files = build(&tree, &Choices::default());
    assert!(page(&files, "freshness/").contains("Bread"));
    assert!(!files.files.keys().any(|path| path.as_str().starts_with("freshness/by/")));
}

#[test]
fn the_sample_names_no_champion_as_stale() {
    let html = page(&SAMPLE, "freshness/");
    assert!(!html.contains("data-kind=\"champion\""));
    assert!(groups(&html).contains("Due within 90 days: "), "{}", groups(&html));
}
