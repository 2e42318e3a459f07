//! What stands around findings and weaknesses.

use super::{SAMPLE, fact, page, site};

const PEOPLE: &str = "\
- {id: ben, name: Ben Vale, team: blue, assessor_for: page}
- {id: cleo, name: Cleo Marsh, team: blue}
- {id: gone, name: Gone By, team: blue, assessor_for: page, former: true}
";

fn finding(author: &str) -> String {
    format!(
        "---\nstatus: approved\nowners: [blue]\nauthors: [{author}]\nservices: [shop]\nskills: [reading]\ncwe: [918]\nplain: It is so.\nfor_us: Shop breaks.\nreal_when: [It is.]\nnoise_when: [It is not.]\nrelease: {{default: block}}\nverify: [Look.]\n---\n"
    )
}

fn champion(name: &str, status: &str, taken: &str) -> String {
    format!(
        "---\ntitle: {name}\nvisibility: named\nowners: [blue]\nteam: blue\nstatus: {status}\ncurriculum: path\nachievements: [{taken}]\n---\n"
    )
}

#[test]
fn who_can_agree_that_it_is_noise_is_who_could_review_it() {
    let taken = "{module: path/first, date: 2026-10-01, evidence: [finding:by-cleo], verified_by: [ben]}";
    let old = "{module: path/first, date: 2024-10-01, evidence: [finding:by-cleo], verified_by: [ben]}";
    let (ada, dora, eve, flo) = (
        champion("Ada Fern", "active", taken),
        champion("Dora Reed", "active", ""),
        champion("Eve Lark", "paused", taken),
        champion("Flo Moss", "active", old),
    );
    let (by_ada, by_cleo, by_ben) = (finding("ada"), finding("cleo"), finding("ben"));
    let files = site(&[
        ("tiltyard.yaml", "title: T\ntoday: 2026-11-02\n"),
        ("content/_data/teams.yaml", "- {id: blue, side: delivery}\n"),
        ("content/_data/people.yaml", PEOPLE),
        ("content/_data/skills.yaml", "- {id: reading}\n"),
        ("content/_data/services.yaml", "- {id: shop, name: Shop, team: blue}\n"),
        ("content/guide.md", "# Guide\n"),
        (
            "content/curricula/path/index.md",
            "---\nstatus: approved\nowners: [blue]\nlevels: [{id: page, name: Page, valid_for: 1y, grants: [finding]}]\n---\n",
        ),
        (
            "content/curricula/path/first.md",
            "---\nstatus: approved\nowners: [blue]\nlevel: page\nskills: {id: reading, to: 1}\noutcomes: Can read.\nevidence: {id: E1, kind: artefact, what: One., min: 1}\npractice_on: [guide]\n---\n",
        ),
        ("content/champions/ada.md", &ada),
        ("content/champions/dora.md", &dora),
        ("content/champions/eve.md", &eve),
        ("content/champions/flo.md", &flo),
        ("content/findings/by-ada.md", &by_ada),
        ("content/findings/by-cleo.md", &by_cleo),
        ("content/findings/by-ben.md", &by_ben),
    ]);
    let of = |name: &str| fact(&page(&files, &format!("findings/{name}/")), "Who can agree that it is noise").unwrap();
    // Dora holds nothing, Eve is away, Flo's level has run out, Cleo may not assess, and who assessed once is gone.
    assert_eq!(of("by-cleo"), "Ada Fern holds Page until 2027-10-01, knows Shop, Ben Vale may assess Page");
    assert_eq!(of("by-ada"), "Ben Vale may assess Page", "nobody decides over a page of their own");
    assert_eq!(of("by-ben"), "Ada Fern holds Page until 2027-10-01, knows Shop");
}

#[test]
fn a_weakness_gathers_what_there_is_about_it_directly_and_through_findings() {
    let files = site(&[
        ("tiltyard.yaml", "title: T\ntoday: 2026-11-02\n"),
        ("content/_data/teams.yaml", "- {id: blue, side: delivery}\n- {id: red, side: security}\n"),
        ("content/_data/people.yaml", "- {id: ben, team: blue}\n- {id: cleo, team: red}\n- {id: dan, team: red}\n"),
        ("content/_data/skills.yaml", "- {id: reading, name: Reading}\n"),
        ("content/_data/services.yaml", "- {id: shop, name: Shop, team: blue}\n"),
        ("content/findings/ssrf.md", &finding("cleo").replace("cwe: [918]", "title: The finding\ncwe: [918]")),
        (
            "content/threat-models/both.md",
            "---\ntitle: Both\nstatus: approved\nowners: [blue]\nmethod: other\nscope: {in: [all], out: [none]}\ncomponents: [{id: c, name: C, type: process, service: shop}]\nthreats:\n  - {id: T1, title: Names the weakness, category: other, targets: [c], cwe: [918], likelihood: low, impact: low, status: open}\n  - {id: T2, title: Names the finding, category: other, targets: [c], findings: [ssrf], likelihood: low, impact: low, status: open}\n  - {id: T3, title: Names neither, category: other, targets: [c], likelihood: low, impact: low, status: open}\nrequirements: [{id: R1, text: It holds., kind: control, for: [T1], owner: blue, status: proposed}]\n---\n",
        ),
        (
            "content/curricula/path/index.md",
            "---\ntitle: Path\nstatus: approved\nowners: [blue]\nlevels: [{id: page, grants: [finding]}]\n---\n",
        ),
        (
            "content/curricula/path/first.md",
            "---\ntitle: By skill\nstatus: approved\nowners: [blue]\nlevel: page\nskills: {id: reading, to: 1}\noutcomes: Can read.\nevidence: {id: E1, kind: quiz, what: One.}\n---\n",
        ),
        (
            "content/curricula/path/second.md",
            "---\ntitle: By practice\nstatus: approved\nowners: [blue]\nlevel: page\nskills: {id: reading, to: 1}\noutcomes: Can read.\nevidence: {id: E1, kind: quiz, what: One.}\npractice_on: [finding:ssrf]\n---\n",
        ),
    ]);
    let html = page(&files, "cwe/918/");
    assert_eq!(fact(&html, "Explained by").unwrap(), "The finding");
    assert_eq!(fact(&html, "We thought of it").unwrap(), "T1: Names the weakness Both, T2: Names the finding Both");
    assert_eq!(fact(&html, "Skills that prevent it").unwrap(), "Reading");
    assert_eq!(fact(&html, "Taught in").unwrap(), "By practice, By skill");
    // Of the sample: an incident that a finding of the weakness names.
    let sample = page(&SAMPLE, "cwe/532/");
    assert!(fact(&sample, "It really happened").unwrap().contains("Tokens in the log"));
}

#[test]
fn a_service_says_what_of_its_scans_is_explained_and_what_is_open() {
    let kept = |date: &str, explained: u64, results: u64| {
        format!(
            r#"{{"date": "{date}", "results": 9, "explained": 9, "share": 1, "by_service": [{{"name": "", "results": 4, "explained": 4}}, {{"name": "shop", "results": {results}, "explained": {explained}}}]}}"#
        )
    };
    let (old, new) = (kept("2026-09-28", 1, 1), kept("2026-10-26", 3, 5));
    let files = site(&[
        ("tiltyard.yaml", "title: T\ntoday: 2026-11-02\n"),
        ("content/_data/teams.yaml", "- {id: blue, side: delivery}\n"),
        ("content/_data/services.yaml", "- {id: shop, name: Shop, team: blue}\n- {id: depot, team: blue}\n"),
        ("content/_data/coverage/2026-09-28.json", &old),
        ("content/_data/coverage/2026-10-26.json", &new),
        ("content/index.md", "---\ntitle: Home\nservices: [shop, depot]\n---\n"),
    ]);
    let scans = fact(&page(&files, "services/shop/"), "Scans").unwrap();
    assert_eq!(scans, "3 of 5 results explained; 2 open 2026-10-26, 1 of 1 result explained 2026-09-28");
    assert_eq!(fact(&page(&files, "services/depot/"), "Scans"), None);
}
