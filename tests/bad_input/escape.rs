//! Payloads in every place an author can write to: in the output they are text.

use std::fs;

use super::support::{FOLDER, Kb, Tally, Tree};

/// One payload that breaks out of text, of a quoted attribute and of a script.
const PAYLOAD: &str = "</title></script>'\"><script>alert(1)</script><img src=x.png onerror=alert(2)>";

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A knowledge base in which every text is a payload.
fn poisoned() -> Kb {
    let p = quoted(PAYLOAD);
    Kb::strict()
        .with("tiltyard.yaml", format!("title: {p}\ndescription: {p}\nbase_url: https://kb.example\ntoday: 2026-11-02\nrepo_url: https://git.example/x\nedit_path: {p}\nticket_url: \"https://t.example/{{ticket}}\"\n"))
        .with("content/_data/teams.yaml", format!("- {{id: red, name: {p}, side: security}}\n- {{id: blue, name: {p}, side: delivery, escalate_to: red}}\n"))
        .with("content/_data/people.yaml", format!("- {{id: ann, name: {p}, team: red}}\n- {{id: bob, name: {p}, team: blue}}\n"))
        .with("content/_data/services.yaml", format!("- {{id: shop, name: {p}, team: blue, exposure: external, data: [{p}], paths: [{p}]}}\n- {{id: \"'><svg-onload=alert(1)>\", name: x, team: blue}}\n"))
        .with("content/_data/skills.yaml", format!("- {{id: sk, name: {p}, what: {p}}}\n"))
        .with("content/_data/scanners.yaml", format!("- {{id: scan, name: {p}, drivers: [{p}]}}\n"))
        .with("content/_data/glossary.yaml", format!("- {{term: wibble, plain: {p}, aliases: [{p}]}}\n- {{term: {p}, plain: x}}\n"))
        .with("content/index.md", format!("---\ntitle: {p}\nsummary: {p}\ntags: [{p}, plain]\nowners: [red]\nauthors: [ann]\nservices: [shop, \"'><svg-onload=alert(1)>\"]\naliases: [{p}]\nextra: {{a: {p}}}\n---\n\nwibble\n"))
        .with("content/body.md", "---\ntitle: Body\ntags: [plain]\n---\n\n<script>alert(1)</script>\n\n<img src=x.png onerror=alert(2)> <svg onload=alert(3)></svg> <iframe src=\"https://evil.example/\"></iframe> <p style=\"position:fixed\">x</p> <object data=x></object> <embed src=x> <link rel=stylesheet href=//evil.example/x.css> <style>*{display:none}</style> <input onfocus=alert(4) autofocus> <details ontoggle=alert(5) open>x</details> <math><mtext><script>alert(6)</script></mtext></math>\n\n<div\nonclick=alert(7)>x</div>\n\n# <b onmouseover=alert(8)>Heading</b> \"><script>alert(9)</script>\n\n```\"><script>alert(10)</script>\n<script>alert(11)</script>\n```\n\n![\"><script>alert(12)</script>](x.png \"\\\"><script>alert(13)</script>\")\n\n[a](https://a.example/\"onmouseover=\"alert(14)) [b](ok.md \"\\\" onclick=\\\"alert(15)\")\n\n[[ok|<script>alert(16)</script>]]\n\n> [!NOTE] <script>alert(17)</script>\n> x\n\ntext[^\"><script>]\n\n[^\"><script>]: <script>alert(18)</script>\n\n| <script>alert(19)</script> |\n|:---:|\n| x |\n\n`<script>alert(20)</script>`\n")
        .with("content/x.png", "x")
        .with("content/findings/f.md", format!("---\ntitle: {p}\nstatus: approved\nowners: [red]\ncwe: [79]\nplain: {p}\nfor_us: {p}\nreal_when: [{p}]\nnoise_when: [{p}]\nrelease: {{external: block, default: block}}\nverify: {p}\nrules: [{{scanner: scan, id: {p}}}]\nservices: [shop]\nskills: [sk]\nlanguages: [{p}]\n---\nx\n"))
        .with("content/threat-models/t.md", format!("---\ntitle: {p}\nstatus: approved\nowners: [red, blue]\nscope: {{in: [{p}], out: [{p}]}}\nmethod: STRIDE\ncomponents:\n  - {{id: c1, name: {p}, type: process, zone: z1, service: shop}}\n  - {{id: c2, name: {p}, type: store, zone: z2}}\nflows: [{{id: f1, from: c1, to: c2, protocol: {p}, data: [{p}]}}]\nzones: [{{id: z1, name: {p}, trust: low}}, {{id: z2, name: {p}, trust: high}}]\nassets: [{{id: a1, name: {p}, sensitivity: high}}]\nassumptions: [{{id: A1, text: {p}, validity: confirmed}}]\nthreats:\n  - {{id: T1, title: {p}, category: tampering, targets: [f1], status: open}}\nrequirements:\n  - {{id: R1, text: {p}, kind: control, for: [T1], owner: red, status: proposed, ticket: {p}}}\n---\nx\n"))
}

/// The first raw payload in a file, with what stands around it.
fn raw(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let words = [
        "<script>",
        "<script ",
        "onerror=",
        "onload=",
        "onclick=",
        "onfocus=",
        "ontoggle=",
        "onmouseover=",
        "<iframe",
        "<object",
        "<embed",
        "<style",
        " style=",
        "<math",
        "javascript:",
        "</title></script>",
    ];
    for word in words {
        for (at, _) in lower.match_indices(word) {
            // Our own scripts, and text inside a quoted attribute or between tags whose brackets and quotes are escaped.
            let own = lower[at..].starts_with("<script src=\"");
            let opened = lower[..at].rfind('<');
            let closed = lower[..at].rfind('>');
            let in_tag = opened > closed && lower[opened.unwrap_or(0)..at].matches('"').count().is_multiple_of(2);
            if !own && (word.starts_with('<') || in_tag) {
                let from = (0..=at.saturating_sub(80)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                return Some(text[from..].chars().take(220).collect());
            }
        }
    }
    None
}

fn look(tally: &mut Tally, name: &str, site: &Tree) {
    for (path, bytes) in site.iter().filter(|(_, bytes)| bytes.as_slice() != FOLDER) {
        let path = String::from_utf8_lossy(path);
        let text = String::from_utf8_lossy(bytes);
        let extension = path.rsplit('.').next().unwrap_or_default();
        match extension {
            "html" | "xml" | "svg" => {
                let found = raw(&text);
                tally.hold(name, found.is_none(), || format!("{path}: {}", found.unwrap_or_default()));
            }
            // A payload between the quotes of JSON is text, but a page could take it into a script: `<` is escaped there.
            "json" => tally
                .hold(name, serde_json::from_str::<serde_json::Value>(&text).is_ok(), || format!("{path} is not JSON")),
            _ => {}
        }
    }
}

#[test]
fn payloads_are_text_in_every_output_file() {
    let mut tally = Tally::default();
    let kb = poisoned();
    let run = kb.build(&["--drafts"]);
    tally.ended("poisoned", &run, 0);
    let site = kb.site();
    tally.hold("poisoned", site.len() > 25, || format!("only {} files", site.len()));
    look(&mut tally, "poisoned", &site);
    for portable in [&["--portable"][..], &["--base-url", "https://kb.example/\"'><script>alert(1)</script>"]] {
        let run = kb.build(portable);
        tally.hold("flags", run.fault().is_none(), || run.to_string());
        look(&mut tally, "flags", &kb.site());
    }
}

#[test]
fn the_message_about_a_payload_is_safe_for_a_terminal_and_a_runner() {
    let mut tally = Tally::default();
    let nasty = "\u{1b}[2J\u{1b}]0;owned\u{7}\r::error::x";
    let kb = Kb::built()
        .with("content/a.md", format!("[x](<{nasty}.md>) [[{nasty}]]\n"))
        .with("content/b.md", format!("---\nstatus: {}\n---\n", quoted(nasty)));
    for format in ["human", "short", "github", "json", "sarif"] {
        let run = kb.run(&["check", "--format", format]);
        tally.ended(format, &run, 1);
        let text = format!("{}{}", run.stdout, run.stderr);
        tally.hold(format, !text.contains('\u{1b}') && !text.contains('\u{7}') && !text.contains('\r'), || {
            format!("control characters: {text:?}")
        });
        tally.hold(
            format,
            format != "github"
                || text.lines().filter(|line| line.starts_with("::")).all(|line| line.contains("title=")),
            || format!("a line of the author's: {text}"),
        );
    }
}

#[test]
fn a_hostile_svg_or_html_file_is_not_made_part_of_a_page() {
    let mut tally = Tally::default();
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let kb = Kb::strict().with("content/a.md", "![x](x.svg)\n").with("content/x.svg", svg);
    tally.ended("svg", &kb.build(&[]), 0);
    let page = fs::read_to_string(kb.path("public/a/index.html")).unwrap_or_default();
    tally.hold("svg", page.contains("<img") && !page.contains("alert(1)"), || "the picture is inlined".to_owned());
}

#[test]
fn slugs_and_old_addresses_stay_inside() {
    let mut tally = Tally::default();
    let values = [
        "../../escape",
        "..",
        ".",
        "/",
        "/etc/passwd",
        "a/b",
        "a/../b",
        "a\\0b",
        "a%2fb",
        "a%00b",
        "..%2f..%2fescape",
        "..\\\\..\\\\escape",
        "C:\\\\x",
        "a\\nb",
        "\\u202eb",
        " ",
        "a b",
        ".git",
        ".tiltyard.json",
        "-",
        "CON",
        "a?b",
        "a#b",
        "https://evil.example/",
        "//evil.example/x",
        "javascript:alert(1)",
        "\\\"><script>",
        "{{ 1 }}",
        "a:b",
        "~",
    ];
    let long = "a".repeat(300);
    for field in ["slug", "redirect_from"] {
        for value in values.iter().copied().chain([long.as_str()]) {
            let name = format!("{field}: {}", value.chars().take(40).collect::<String>());
            let list = if field == "slug" { format!("\"{value}\"") } else { format!("[\"{value}\"]") };
            let kb = Kb::strict().with("content/sub/a.md", format!("---\ntitle: T\n{field}: {list}\n---\nText\n"));
            let run = kb.build(&[]);
            let refused = run.code() == Some(1);
            tally.ended(&name, &run, i32::from(refused));
            let led = run.of("bad-slug").iter().any(|told| told["path"] == "content/sub/a.md" && told["line"] == 3);
            tally.hold(
                &name,
                !refused || led || !run.of("wrong-type").is_empty() || !run.of("same-url").is_empty(),
                || format!("refused without a place\n  {run}"),
            );
            let out = ["..", "\\0", "%00", "\\\\", "%2f", "evil", "\\n"].iter().any(|part| value.contains(part))
                || value.starts_with("/etc") && field == "slug";
            tally.hold(&name, refused || !out, || "was accepted".to_owned());
            look(&mut tally, &name, &kb.site());
            tally.hold(
                &name,
                kb.names()
                    == if refused {
                        vec!["content", "tiltyard.yaml"]
                    } else {
                        vec!["content", "public", "tiltyard.yaml"]
                    },
                || format!("{:?}", kb.names()),
            );
            tally.hold(&name, super::support::names(&kb.beside("")) == ["kb"], || "escaped".to_owned());
        }
    }
}
