//! The side doors: what a page that may be seen could tell of one that may not.

use std::fs;

use super::support::{Kb, Tally};

/// Titles and names that only stand in pages the lower audience may not see, or that are hidden from everybody.
const SECRETS: &[&str] = &[
    "Amberzone",
    "Birchcurriculum",
    "Birchlevel",
    "Cedarmodule",
    "Daffodilsecret",
    "Elderfinding",
    "Fennelmodel",
    "Gorsehidden",
    "gorse-hidden",
    "Hazelreal",
    "Irisdraft",
    "Juniperreview",
];

fn kb() -> Kb {
    let finding = |title: &str, more: &str| {
        format!(
            "---\ntitle: {title}\nstatus: approved\nowners: [red]\ncwe: [79]\nplain: x.\nfor_us: The shop.\nreal_when: [x]\nnoise_when: [x]\nrelease: {{default: block}}\nverify: x\n{more}---\nx\n"
        )
    };
    let champion = |title: &str, visibility: &str, more: &str| {
        format!(
            "---\ntitle: {title}\nvisibility: {visibility}\nteam: red\nstatus: active\nowners: [red]\naudience: public\ncurriculum: path\n{more}---\n{title} writes.\n"
        )
    };
    let module = |title: &str, more: &str| {
        format!(
            "---\ntitle: {title}\nstatus: approved\nowners: [red]\nlevel: one\nskills: [{{id: sk, to: 1}}]\noutcomes: [x]\nevidence: [{{id: e, kind: quiz, what: x, min: 1}}]\n{more}---\nx\n"
        )
    };
    Kb::empty()
        .with("tiltyard.yaml", "title: Screened\nbase_url: https://kb.example\naudiences: [public, internal]\ndefault_audience: public\ntoday: 2026-11-02\nsmall_count: 5\n")
        .with("content/_data/teams.yaml", "- {id: red, name: Red, side: security}\n- {id: blue, name: Blue, side: delivery, escalate_to: red}\n")
        .with("content/_data/people.yaml", "- {id: ann, name: Ann, team: red, assessor_for: [one]}\n- {id: bob, name: Bob, team: blue}\n")
        .with("content/_data/services.yaml", "- {id: shop, name: Shop, team: red, exposure: external}\n")
        .with("content/_data/skills.yaml", "- {id: sk, name: Skill}\n")
        .with("content/index.md", "# Home\n\nStart with [[amber]] and [[elder]] and [[kite]] today.\n")
        // A folder whose own page is hidden, with a page that is not: breadcrumbs, navigation, section lists.
        .with("content/amber/index.md", "---\ntitle: Amberzone\naudience: internal\n---\nx\n")
        .with("content/amber/seen.md", "---\ntitle: Seen\nrelated: [amber, daffodil]\n---\n\n# Seen\n\n## About [[daffodil]] and [[irisd]]\n\nSee [[daffodil]].\n")
        .with("content/guides/daffodil.md", "---\ntitle: Daffodilsecret\naudience: internal\nrelated: [seen]\nsummary: Daffodilsecret links back.\n---\n[back](../amber/seen.md)\n")
        .with("content/guides/irisd.md", "---\ntitle: Irisdraft\nstatus: draft\nrelated: [seen]\n---\n[back](../amber/seen.md)\n")
        // A curriculum that is hidden, with a module that is not.
        .with("content/curricula/birch/index.md", "---\ntitle: Birchcurriculum\nstatus: approved\naudience: internal\nowners: [red]\nlevels: [{id: one, name: Birchlevel, evidence: 1}]\n---\nx\n")
        .with("content/curricula/birch/open.md", module("Open module", ""))
        .with("content/curricula/path/index.md", "---\ntitle: Path\nstatus: approved\nowners: [red]\nlevels: [{id: one, name: One, evidence: 1}]\n---\nx\n")
        .with("content/curricula/path/first.md", module("First module", "prerequisites: [cedar]\npractice_on: [\"finding:elder\", \"threat-model:fennel\"]\n"))
        .with("content/curricula/path/cedar.md", module("Cedarmodule", "audience: internal\n"))
        // Findings, models and reviews that refer to each other across the line.
        .with("content/findings/elder.md", finding("Elderfinding", "audience: internal\nservices: [shop]\n"))
        .with("content/findings/plain.md", finding("Plain finding", "related: [\"finding:elder\"]\nservices: [shop]\nskills: [sk]\nauthors: [gorse-hidden, kite]\nreviewers: [ann]\n"))
        .with("content/threat-models/fennel.md", "---\ntitle: Fennelmodel\nstatus: approved\naudience: internal\nowners: [red]\nscope: {in: [x], out: [x]}\nmethod: STRIDE\ncomponents: [{id: c, name: n, type: process, service: shop}]\nthreats: [{id: T1, title: Fennelmodel threat, category: tampering, targets: [c], status: open, findings: [plain]}]\n---\nx\n")
        .with("content/reviews/juniper.md", "---\ntitle: Juniperreview\nstatus: draft\naudience: internal\nowners: [red]\nfindings: [plain]\n---\nx\n")
        // People.
        .with("content/champions/gorse-hidden.md", champion("Gorsehidden", "hidden", "services: [shop]\nachievements: [{module: first, date: 2026-05-01, evidence: [\"https://x.example/\"], verified_by: [ann]}]\n"))
        .with("content/champions/kite.md", champion("Hazelreal", "pseudonym", "services: [shop]\nmentors: [gorse-hidden]\nachievements: [{module: first, date: 2026-05-01, evidence: [\"https://x.example/\"], verified_by: [gorse-hidden]}]\n"))
        .with("content/champions/lark.md", champion("Lark", "named", "mentors: [gorse-hidden, kite]\nrelated: [gorse-hidden]\n"))
}

fn look(tally: &mut Tally, kb: &Kb, name: &str, secrets: &[&str]) {
    for (path, bytes) in kb.site() {
        let path = String::from_utf8_lossy(&path).into_owned();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for secret in secrets {
            let low = secret.to_lowercase();
            if let Some(at) = format!("{path}\n{text}").to_lowercase().find(&low) {
                let all = format!("{path}\n{text}");
                let from = (0..=at.saturating_sub(70)).rev().find(|at| all.is_char_boundary(*at)).unwrap_or(0);
                tally.hold(&format!("{name}, {secret}"), false, || {
                    format!("in {path}: {:?}", all[from..].chars().take(160).collect::<String>())
                });
            }
        }
    }
}

#[test]
fn pages_that_may_be_seen_tell_no_title_of_those_that_may_not() {
    let mut tally = Tally::default();
    let kb = kb();
    let run = kb.build(&["--audience", "public"]);
    tally.ended("public", &run, 0);
    look(&mut tally, &kb, "public", SECRETS);
    for page in ["amber/seen", "curricula/path/first", "findings/plain", "champions/lark", "champions/kite"] {
        tally.hold(page, kb.path(&format!("public/{page}/index.html")).is_file(), || "is not there".to_owned());
    }
}

#[test]
fn hidden_people_are_nowhere_even_for_the_highest_audience() {
    let mut tally = Tally::default();
    let kb = kb();
    let run = kb.build(&["--drafts"]);
    tally.ended("internal", &run, 0);
    look(&mut tally, &kb, "internal", &["Gorsehidden", "gorse-hidden", "Hazelreal"]);
    let all: String = kb.site().values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    for seen in ["Amberzone", "Birchcurriculum", "Elderfinding", "Fennelmodel", "Irisdraft", "Juniperreview"] {
        tally.hold(seen, all.contains(seen), || {
            "is not in the site of the highest audience, so the other test proves nothing".to_owned()
        });
    }
}

/// The folder, the slug and the name of a file are told by the address of a page below; a file that only a hidden page shows is not.
#[test]
fn files_of_hidden_pages_are_not_published() {
    let mut tally = Tally::default();
    let kb = kb()
        .with("content/guides/daffodil.md", "---\naudience: internal\n---\n![x](walnut.png) <img src=\"walnut-two.png\" alt=\"\"> [x](walnut.pdf)\n")
        .with("content/champions/gorse-hidden.md", "---\ntitle: G\nvisibility: hidden\nteam: red\nstatus: active\nowners: [red]\n---\n![x](../guides/walnut-three.png)\n")
        .with("content/champions/kite.md", "---\ntitle: H\nvisibility: pseudonym\nteam: red\nstatus: active\nowners: [red]\n---\n![x](walnut-four.png)\n");
    for file in [
        "guides/walnut.png",
        "guides/walnut-two.png",
        "guides/walnut.pdf",
        "guides/walnut-three.png",
        "champions/walnut-four.png",
    ] {
        kb.write(&format!("content/{file}"), "x");
    }
    let run = kb.build(&["--audience", "public"]);
    tally.ended("public", &run, 0);
    look(&mut tally, &kb, "public", &["walnut"]);
}

#[test]
fn screening_does_not_depend_on_an_earlier_build_of_another_audience() {
    let mut tally = Tally::default();
    let kb = kb();
    tally.ended("all", &kb.build(&["--drafts"]), 0);
    tally.ended("public", &kb.build(&["--audience", "public"]), 0);
    look(&mut tally, &kb, "public after internal", SECRETS);
    let page = fs::read_to_string(kb.path("public/.tiltyard.json")).unwrap_or_default();
    tally.hold("manifest", !page.contains("daffodil"), || "tells the name of a page".to_owned());
}
