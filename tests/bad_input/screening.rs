//! What an audience may not see leaves nothing behind: not a title, id, tag, address, file name or person.

use std::fs;

use super::support::{Kb, Tally};

/// Words that only stand in what the lower audience may not see. None of them is a part of another word.
const SECRETS: &[&str] = &[
    "Zephyrine",
    "zephyr-page",
    "zephyrtag",
    "zephyr-slug",
    "zephyr-old",
    "zephyr-alias",
    "zephyr-pic.png",
    "zephyr-file.pdf",
    "Zephyrsummary",
    "Zephyrbody",
    "zephyr-heading",
    "zephyr-dir",
    "Zephyrsection",
    "Quillon",
    "quillon-draft",
    "quillontag",
    "quillon-pic.png",
    "Marigold Hidden",
    "marigold-hidden",
    "Marigoldbody",
    "marigoldtag",
    "Basil Realname",
    "Basilbody",
    "basil-git",
    "Orchid Internal",
    "orchid-internal",
    "Orchidbody",
    "Thistleteam",
    "thistle-team",
    "Thistleservice",
    "thistle-service",
    "Thistleskill",
    "thistle-skill",
    "Thistleperson",
    "thistle-person",
    "Thistleterm",
    "Vetchfinding",
    "vetch-finding",
    "VETCH-1337",
    "vetch.rule.id",
    "Vetchplain",
    "CWE-1336",
    "Sorrelmodel",
    "sorrel-model",
    "Sorrelthreat",
    "Sorrelreview",
    "sorrel-review",
];

fn kb() -> Kb {
    let champion = |name: &str, visibility: &str, audience: &str, more: &str| {
        format!(
            "---\ntitle: {name}\nvisibility: {visibility}\nteam: red\nstatus: active\nowners: [red]\naudience: {audience}\n{more}---\n"
        )
    };
    Kb::empty()
        .with("tiltyard.yaml", "title: Screened\nbase_url: https://kb.example\naudiences: [public, internal]\ndefault_audience: public\ntoday: 2026-11-02\nrepo_url: https://git.example/r\nedit_path: \"edit/{path}\"\n")
        .with("content/_data/teams.yaml", "- {id: red, name: Red, side: security}\n- {id: thistle-team, name: Thistleteam, side: delivery, escalate_to: red}\n")
        .with("content/_data/people.yaml", "- {id: ann, name: Ann, team: red, assessor_for: [squire]}\n- {id: thistle-person, name: Thistleperson, team: thistle-team}\n")
        .with("content/_data/services.yaml", "- {id: shop, name: Shop, team: red, exposure: external}\n- {id: thistle-service, name: Thistleservice, team: thistle-team, exposure: internal}\n")
        .with("content/_data/skills.yaml", "- {id: sk, name: Skill}\n- {id: thistle-skill, name: Thistleskill}\n")
        .with("content/_data/scanners.yaml", "- {id: scan, name: Scan}\n")
        .with("content/index.md", "# Home\n\nWelcome. See [the plan](guides/zephyr-page.md) and [[zephyr-page|that plan]] maybe.\n")
        .with("content/guides/a-first.md", "---\ntitle: First\ntags: [common]\nrelated: [zephyr-page, quillon-draft]\norder: 1\nservices: [shop]\n---\n\nA link to [a removed page](zephyr-page.md), to [its part](zephyr-page.md#zephyr-heading), to [a draft](quillon-draft.md), to [a person](../champions/marigold-hidden.md), to [a pseudonym](../champions/kite.md), to [a list](../zephyr-dir/).\n\n[reference][r]\n\n[r]: zephyr-page.md \"Zephyrine title\"\n")
        .with("content/guides/zephyr-page.md", "---\ntitle: Zephyrine\nsummary: Zephyrsummary of it.\naudience: internal\ntags: [common, zephyrtag]\nslug: zephyr-slug\nredirect_from: [/zephyr-old/]\naliases: [zephyr-alias]\norder: 2\nservices: [shop, thistle-service]\nowners: [thistle-team]\nauthors: [thistle-person]\nrelated: [a-first]\n---\n\nZephyrbody. ![x](zephyr-pic.png) [x](zephyr-file.pdf) [back](a-first.md)\n\n## Zephyr heading\n")
        .with("content/guides/zephyr-pic.png", "picture")
        .with("content/guides/zephyr-file.pdf", "file")
        .with("content/guides/quillon-draft.md", "---\ntitle: Quillon\nstatus: draft\ntags: [quillontag]\norder: 3\n---\n\nQuillon body ![x](quillon-pic.png)\n")
        .with("content/guides/quillon-pic.png", "picture")
        .with("content/guides/z-last.md", "---\ntitle: Last\norder: 4\n---\n\nThe end.\n")
        .with("content/zephyr-dir/index.md", "---\ntitle: Zephyrsection\naudience: internal\n---\nx\n")
        .with("content/champions/marigold-hidden.md", champion("Marigold Hidden", "hidden", "public", "tags: [marigoldtag]\n") + "Marigoldbody\n")
        .with("content/champions/kite.md", champion("Basil Realname", "pseudonym", "public", "aliases: [basil-git]\n") + "Basilbody\n")
        .with("content/champions/orchid-internal.md", champion("Orchid Internal", "named", "internal", "mentors: [ann]\n") + "Orchidbody\n")
        .with("content/findings/vetch-finding.md", "---\ntitle: Vetchfinding\nstatus: approved\naudience: internal\nowners: [red]\ncwe: [1336]\nplain: Vetchplain.\nfor_us: The shop VETCH-1337.\nreal_when: [x]\nnoise_when: [x]\nrelease: {default: block}\nverify: x\nrules: [{scanner: scan, id: vetch.rule.id}]\nskills: [thistle-skill]\n---\nx\n")
        .with("content/threat-models/sorrel-model.md", "---\ntitle: Sorrelmodel\nstatus: approved\naudience: internal\nowners: [red]\nscope: {in: [x], out: [x]}\nmethod: STRIDE\ncomponents: [{id: c, name: n, type: process, service: shop}]\nthreats: [{id: T1, title: Sorrelthreat, category: tampering, targets: [c], status: open}]\n---\nx\n")
        .with("content/reviews/sorrel-review.md", "---\ntitle: Sorrelreview\nstatus: draft\nowners: [red]\nincident: {ref: X, severity: high, services: [shop]}\n---\nx\n")
}

#[test]
fn nothing_of_a_removed_page_is_in_any_output_file() {
    let mut tally = Tally::default();
    let kb = kb();
    let run = kb.build(&["--audience", "public"]);
    tally.ended("public", &run, 0);
    let site = kb.site();
    tally.hold(
        "public",
        site.len() > 15 && kb.path("public/feed.xml").is_file() && kb.path("public/sitemap.xml").is_file(),
        || {
            format!(
                "{} files: {:?}",
                site.len(),
                site.keys().map(|path| String::from_utf8_lossy(path).into_owned()).collect::<Vec<_>>()
            )
        },
    );
    for (path, bytes) in &site {
        let path = String::from_utf8_lossy(path);
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        for secret in SECRETS {
            let low = secret.to_lowercase();
            tally.hold(secret, !path.to_lowercase().contains(&low), || format!("is the name of {path}"));
            if let Some(at) = text.find(&low) {
                let from = (0..=at.saturating_sub(60)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                tally.hold(secret, false, || {
                    format!("in {path}: {:?}", text[from..].chars().take(140).collect::<String>())
                });
            }
        }
    }
    let page = fs::read_to_string(kb.path("public/guides/a-first/index.html")).unwrap_or_default();
    for text in ["a removed page", "its part", "a draft", "a person", "a list", "reference"] {
        tally.hold(text, page.contains(text), || "the link's own text is gone".to_owned());
        tally.hold(text, !page.contains(&format!(">{text}</a>")), || "is still a link".to_owned());
    }
    tally.hold("neighbours", page.contains("z-last"), || "the next page is not the next one that is there".to_owned());
}

/// The summary on the terminal may count, but the highest audience has to see all of it: else the test above proves nothing.
#[test]
fn the_highest_audience_sees_what_the_lower_one_does_not() {
    let mut tally = Tally::default();
    let kb = kb();
    let run = kb.build(&["--drafts"]);
    tally.ended("internal", &run, 0);
    let all: String = kb
        .site()
        .iter()
        .map(|(path, bytes)| format!("{}\n{}\n", String::from_utf8_lossy(path), String::from_utf8_lossy(bytes)))
        .collect();
    for secret in [
        "Zephyrine",
        "zephyrtag",
        "zephyr-slug",
        "zephyr-pic.png",
        "zephyr-old",
        "Quillon",
        "Orchid Internal",
        "Thistleservice",
        "Vetchfinding",
        "vetch.rule.id",
        "Sorrelthreat",
        "Sorrelreview",
    ] {
        tally.hold(secret, all.contains(secret), || "is not in the site of the highest audience".to_owned());
    }
    for secret in ["Marigold", "marigold-hidden", "Basil", "Basilbody", "basil-git"] {
        tally.hold(secret, !all.to_lowercase().contains(&secret.to_lowercase()), || {
            "of a hidden or pseudonymous champion is in the site".to_owned()
        });
    }
    tally.hold("kite", all.contains("kite"), || "the pseudonym has no page".to_owned());
}

#[test]
fn diagnostics_are_the_same_for_every_audience() {
    let mut tally = Tally::default();
    let kb = kb().with("content/guides/bad.md", "---\naudience: internal\n---\n[x](nope.md)\n");
    let low = kb.run(&["check", "--format", "json", "--audience", "public"]);
    let high = kb.run(&["check", "--format", "json", "--audience", "internal"]);
    tally.ended("low", &low, 1);
    tally.hold("both", low.stdout == high.stdout, || format!("{low}\n{high}"));
}

#[test]
fn the_site_of_the_higher_audience_leaves_nothing_in_that_of_the_lower_one() {
    let mut tally = Tally::default();
    let kb = kb();
    tally.ended("high", &kb.build(&["--drafts"]), 0);
    tally.ended("low over high", &kb.build(&["--audience", "public"]), 0);
    let over = kb.site();
    let clean = kb.path("clean");
    tally.ended("low", &kb.build(&["--audience", "public", "--no-cache", "--out", clean.to_str().unwrap()]), 0);
    tally.hold("low over high", over == super::support::tree(&clean), || {
        "differs from a build into an empty folder".to_owned()
    });
}
