//! The name of somebody who goes by an id or is hidden is in no output, in no encoding, for no audience.

use std::fmt::Write as _;

use super::support::{Kb, Tally};

const NAME: &str = "Zinnia Quartermain";
const MAIL: &str = "zinnia.quartermain@larkspur.example";

fn kb(visibility: &str, audience: &str) -> Kb {
    let finding = "---\ntitle: A finding\nstatus: in-review\nowners: [blue]\nauthors: [ann]\nreviewers: [kite-9]\ncwe: [79]\nplain: x.\nfor_us: The Shop.\nreal_when: [x]\nnoise_when: [x]\nrelease: {default: block}\nverify: x\nskills: [sk]\nservices: [shop]\n---\nAsk [[kite-9]] or [[kite-9|them]].\n";
    let module = |more: &str| {
        format!(
            "---\ntitle: First\nstatus: approved\nowners: [red]\nauthors: [kite-9]\nlevel: one\nskills: [{{id: sk, to: 2}}]\noutcomes: [x]\nevidence: [{{id: e, kind: artefact, what: x, min: 1}}]\npractice_on: [\"finding:plain\"]\n{more}---\nx\n"
        )
    };
    let other = "---\ntitle: Lark\nvisibility: named\nteam: blue\nstatus: active\nowners: [blue]\nmentors: [kite-9]\nachievements: [{module: first, date: 2026-06-01, evidence: [\"https://x.example/1\"], verified_by: [kite-9]}]\n---\nx\n";
    let own = format!(
        "---\ntitle: {NAME}\nid: kite-9\nsummary: {NAME} of the blue team.\nslug: zinnia-quartermain\nredirect_from: [/people/zinnia-quartermain/]\naliases: [zinnia-quartermain]\ntags: [zinnia-quartermain]\nvisibility: {visibility}\nteam: blue\nstatus: active\nowners: [blue]\naudience: {audience}\ncreated: 2026-01-01\nupdated: 2026-10-01\ntime_share: as {MAIL} likes\nservices: [shop]\ncurriculum: [path]\nachievements:\n  - module: first\n    date: 2026-05-01\n    evidence: [\"https://git.example/zinnia.quartermain/1\", \"https://git.example/u/%7Ainnia_Quartermain\", \"https://git.example/quartermain-zinnia/2\", \"https://git.example/3\"]\n    verified_by: [ann]\nrelated: [path]\n---\n{NAME}, {MAIL}. ![me](zinnia-quartermain.png)\n\n## {NAME}\n"
    );
    Kb::empty()
        .with("tiltyard.yaml", "title: Kb\nbase_url: https://kb.example\naudiences: [public, internal]\ndefault_audience: public\ntoday: 2026-11-02\nsmall_count: 5\nreviewers: {finding: 1}\nrepo_url: https://git.example/kb\nedit_path: \"edit/{path}\"\n")
        .with("content/_data/teams.yaml", "- {id: red, name: Red, side: security}\n- {id: blue, name: Blue, side: delivery, escalate_to: red}\n")
        .with("content/_data/people.yaml", "- {id: ann, name: Ann, team: red, assessor_for: [one]}\n")
        .with("content/_data/services.yaml", "- {id: shop, name: Shop, team: blue, exposure: external}\n")
        .with("content/_data/skills.yaml", "- {id: sk, name: Skill}\n")
        .with("content/index.md", "# Home\n\n[[kite-9]] is here.\n")
        .with("content/curricula/path/index.md", "---\ntitle: Path\nstatus: approved\nowners: [red]\nlevels: [{id: one, name: One, valid_for: 12mo, grants: [finding], evidence: 1}]\n---\nx\n")
        .with("content/curricula/path/first.md", module(""))
        .with("content/findings/plain.md", finding)
        .with("content/champions/lark.md", other)
        .with("content/champions/zinnia-quartermain.png", "x")
        .with("content/champions/zinnia-quartermain.md", own)
}

/// The ways in which a text could stand in a file without standing there plainly.
fn encodings(text: &str) -> Vec<Vec<u8>> {
    let mut all: Vec<String> = vec![text.to_owned()];
    let each = |write: &dyn Fn(&mut String, u8)| {
        let mut out = String::new();
        text.bytes().for_each(|byte| write(&mut out, byte));
        out
    };
    all.push(each(&|out, byte| write!(out, "%{byte:02x}").unwrap()));
    all.push(each(&|out, byte| write!(out, "&#{byte};").unwrap()));
    all.push(each(&|out, byte| write!(out, "&#x{byte:x};").unwrap()));
    all.push(each(&|out, byte| write!(out, "\\u{byte:04x}").unwrap()));
    all.push(each(&|out, byte| write!(out, "{byte:02x}").unwrap()));
    all.push(text.replace(' ', "%20"));
    all.push(text.replace(' ', "+"));
    all.push(text.replace('@', "&#64;"));
    all.push(text.replace('@', "%40"));
    let mut all: Vec<Vec<u8>> = all.into_iter().map(|text| text.to_lowercase().into_bytes()).collect();
    all.extend((0..3).map(|shift| base64(text.as_bytes(), shift)));
    all
}

/// The middle of a text in Base64, when it begins `shift` bytes into a group of three; as it stands, not in lower case.
fn base64(bytes: &[u8], shift: usize) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let skip = (3 - shift) % 3;
    let whole = bytes[skip..].chunks_exact(3);
    whole
        .flat_map(|three| {
            let bits = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
            [18, 12, 6, 0].map(|by| LETTERS[(bits >> by & 63) as usize])
        })
        .collect()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Every way to write the name, the slug and the address.
fn secrets() -> Vec<(String, Vec<u8>)> {
    let slug = "zinnia-quartermain";
    let texts = [NAME, slug, "zinnia_quartermain", "zinnia.quartermain", "zinniaquartermain", "Quartermain", MAIL];
    let cases = texts.iter().flat_map(|text| [(*text).to_owned(), text.to_lowercase(), text.to_uppercase()]);
    cases.flat_map(|text| encodings(&text).into_iter().map(move |way| (text.clone(), way))).collect()
}

fn look(tally: &mut Tally, name: &str, path: &str, bytes: &[u8]) {
    let text = [path.as_bytes(), b"\n", bytes].concat();
    let low = text.to_ascii_lowercase();
    for (secret, way) in secrets() {
        let plain = way.iter().all(|byte| !byte.is_ascii_uppercase());
        tally.hold(name, !holds(if plain { &low } else { &text }, &way), || format!("{path} tells {secret}"));
    }
}

#[test]
fn no_output_tells_the_name_in_any_encoding() {
    let mut tally = Tally::default();
    for visibility in ["pseudonym", "hidden"] {
        for page_audience in ["public", "internal"] {
            let kb = kb(visibility, page_audience);
            for audience in ["public", "internal"] {
                let name = format!("{visibility} of {page_audience} for {audience}");
                let run = kb.build(&["--audience", audience, "--drafts"]);
                tally.ended(&name, &run, 0);
                let site = kb.site();
                tally.hold(&name, site.len() > 20, || format!("only {} files", site.len()));
                for (path, bytes) in &site {
                    look(&mut tally, &name, &String::from_utf8_lossy(path), bytes);
                }
                for command in [["progress"].as_slice(), &["reviewers", "finding:plain"]] {
                    for format in ["human", "json"] {
                        let out = kb.run(&[command, &["--audience", audience, "--format", format]].concat());
                        tally.ended(&name, &out, 0);
                        look(&mut tally, &name, command[0], out.stdout.as_bytes());
                        look(&mut tally, &name, command[0], out.stderr.as_bytes());
                        let told = out.stdout.contains("kite-9");
                        let shown = visibility == "pseudonym" && (page_audience == "public" || audience == "internal");
                        tally.hold(&name, shown || !told, || format!("{command:?} tells of them: {}", out.stdout));
                    }
                }
                let shown = visibility == "pseudonym" && (page_audience == "public" || audience == "internal");
                let all: Vec<u8> = site.values().flatten().copied().collect();
                tally.hold(&name, holds(&all, b"kite-9") == shown, || format!("the id is told: {}", !shown));
            }
        }
    }
}

#[test]
fn the_search_for_encodings_finds_them() {
    for hidden in [
        "WmlubmlhIFF1YXJ0ZXJtYWlu",
        "%7A%69nnia Quartermain",
        "&#113;&#117;&#97;&#114;&#116;&#101;&#114;&#109;&#97;&#105;&#110;",
    ] {
        let low = hidden.to_ascii_lowercase();
        let found = secrets().iter().any(|(_, way)| holds(hidden.as_bytes(), way) || holds(low.as_bytes(), way));
        assert!(found, "{hidden}");
    }
}

#[test]
fn a_page_that_tells_the_name_is_not_published() {
    let mut tally = Tally::default();
    for visibility in ["pseudonym", "hidden"] {
        for text in ["Ask Zinnia Quartermain.", "ask zinnia quartermain", "mail zinnia.quartermain@larkspur.example"] {
            let kb = kb(visibility, "internal").with("content/guide.md", format!("# Guide\n\n{text}\n"));
            let run = kb.build(&[]);
            tally.ended(text, &run, 1);
            tally.hold(text, run.stdout.contains("name-told"), || run.stdout.clone());
        }
    }
}

/// Without one of the people the site is built, has no error, and readers see that somebody was there.
#[test]
fn removing_a_person_never_breaks_a_link() {
    let mut tally = Tally::default();
    for (removed, told) in [("zinnia-quartermain", "former champion"), ("lark", "")] {
        let kb = kb("pseudonym", "public");
        std::fs::remove_file(kb.path(&format!("content/champions/{removed}.md"))).unwrap();
        let run = kb.build(&[]);
        tally.ended(removed, &run, 0);
        let all: String = kb.site().values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        tally.hold(removed, all.contains(told), || format!("nobody says {told}"));
        tally.hold(removed, !all.contains("champions/kite-9/") || removed == "lark", || "a broken link".to_owned());
    }
}

/// Names are also written without their accents, the other way round, and over the end of a line.
#[test]
fn a_name_is_known_however_it_is_written() {
    let mut tally = Tally::default();
    let own = "---\ntitle: Zébulon O'Quist-Wick\nvisibility: pseudonym\nteam: blue\nstatus: active\nowners: [blue]\nachievements: [{module: first, date: 2026-05-01, evidence: [\"https://git.example/~zebulon.oquistwick/1\", \"https://git.example/3\"], verified_by: [ann]}]\n---\nx\n";
    let kb = || kb("pseudonym", "public").with("content/champions/owl-2.md", own);
    for (text, told) in [
        ("Ask Zebulon O’Quist Wick.", true),
        ("Ask **Zébulon**\n> O'Quist-Wick.", true),
        ("mail oquistwick.zebulon@larkspur.example", true),
        ("Ask Zebulon, or a quist-wick.", false),
    ] {
        let run = kb().with("content/guide.md", format!("# Guide\n\n> {text}\n")).build(&[]);
        tally.ended(text, &run, i32::from(told));
        tally.hold(text, run.stdout.contains("name-told") == told, || run.stdout.clone());
    }
    let kb = kb();
    tally.ended("build", &kb.build(&[]), 0);
    for (path, bytes) in &kb.site() {
        let low = bytes.to_ascii_lowercase();
        let path = String::from_utf8_lossy(path);
        tally.hold("evidence", !holds(&low, b"oquistwick"), || format!("{path} tells the name"));
    }
}
