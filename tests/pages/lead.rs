//! A finding leads with what a developer asks first; its first pair of examples stands there, and nowhere twice.

use super::{SAMPLE, page, sample_sources, site};

const HEAD: &str = "---\nstatus: approved\nowners: [blue]\ncwe: [918]\nplain: It is so.\nfor_us: Shop breaks.\nreal_when: [It is.]\nnoise_when: [It is not.]\nrelease: {default: block}\nverify: [Look.]\n---\n";

fn finding(body: &str) -> String {
    let text = format!("{HEAD}{body}");
    let files = site(&[
        ("tiltyard.yaml", "title: T\ntoday: 2026-11-02\n"),
        ("content/_data/teams.yaml", "- {id: blue, side: delivery}\n"),
        ("content/_data/services.yaml", "- {id: shop, name: Shop, team: blue}\n"),
        ("content/findings/one.md", &text),
    ]);
    page(&files, "findings/one/")
}

/// The order in which these stand; each must stand once.
fn order<'t>(html: &str, parts: &[&'t str]) -> Vec<&'t str> {
    let mut places: Vec<(usize, &str)> = Vec::new();
    for part in parts {
        assert_eq!(html.matches(part).count(), 1, "{part} in {html}");
        places.push((html.find(part).unwrap(), part));
    }
    places.sort_unstable();
    places.into_iter().map(|(_, part)| part).collect()
}

const PAIR: &str = "```python bad\nfirst_bad()\n```\n\n```python good\nfirst_good()\n```\n";

#[test]
fn the_first_pair_leads_and_the_others_stay() {
    let html = finding(&format!("## Before\n\nText.\n\n{PAIR}\nAfter.\n\n{}", PAIR.replace("first", "second")));
    let plain = html.replace("</span>", "").replace("<span class=\"f\">", "");
    let parts = [
        "id=\"s-signs\"",
        "id=\"s-release\"",
        "id=\"s-pair\"",
        "<h2 id=\"before\">",
        "href=\"#s-pair\">The code is at",
    ];
    let parts = [&parts[..], &["<p>After.</p>", "id=\"s-verify\""]].concat();
    assert_eq!(order(&plain, &parts), parts);
    assert_eq!(html.matches("class=\"pair\"").count(), 2);
    let lead = html.find("id=\"s-pair\"").unwrap()..html.find("<h2 id=\"before\">").unwrap();
    assert!(html[lead.clone()].contains("first") && !html[lead].contains("second"));
    assert_eq!(html.matches("first_bad").count(), 1, "drawn once");
    assert!(html.contains("<li><a href=\"#s-pair\">In code</a></li>"), "the contents list has it");
}

#[test]
fn a_single_example_and_a_body_with_raw_html_stay_whole() {
    let html = finding("```python good\nonly_good()\n```\n");
    assert!(!html.contains("s-pair") && html.contains("only_good"));
    let html = finding(&format!("<div>\n\nAuthor's own\n\n{PAIR}\n\n</div>\n\n[^1] Text.\n\n[^1]: A note.\n"));
    assert_eq!(html.matches("class=\"pair\"").count(), 1);
    assert_eq!(html.matches("href=\"#s-pair\"").count(), 2, "contents and body lead to it: {html}");
    let (lead, body) = html.split_once("Author's own").or_else(|| html.split_once("Author&#39;s own")).unwrap();
    assert!(lead.contains("first_bad") && !body.contains("first_bad"));
}

#[test]
fn every_finding_of_the_sample_leads_with_its_code_and_every_entry_of_the_contents_leads_somewhere() {
    let mut led = 0;
    for (path, _) in sample_sources().below("content/findings") {
        let address = format!("findings/{}/", path.stem());
        let Some(file) = SAMPLE.files.keys().find(|file| file.as_str() == format!("{address}index.html")) else {
            continue;
        };
        let html = page(&SAMPLE, file.as_str().strip_suffix("index.html").unwrap());
        led += usize::from(html.contains("id=\"s-pair\""));
        // Fields know code and no other Markdown, so a star for emphasis would be read as a star.
        let signs = html.split("id=\"s-signs\"").nth(1).map_or("", |rest| rest.split("</section>").next().unwrap());
        let words = signs.split("<code>").map(|part| part.split_once("</code>").map_or(part, |(_, words)| words));
        assert!(words.clone().count() > 0 && !words.clone().any(|words| words.contains('*')), "a star in {address}");
        let contents =
            html.split("class=\"fold contents\"").nth(1).map_or("", |rest| rest.split("</nav>").next().unwrap());
        for to in contents.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert_eq!(html.matches(&format!("id=\"{to}\"")).count(), 1, "#{to} in {address}");
        }
    }
    assert!(led >= 30, "{led} findings lead with code");
}
