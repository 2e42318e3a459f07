//! The list of findings narrowed by its fields: on one page, and when it is cut into pages.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::driver::Browser;
use super::{axe, site};

fn choose(browser: &Browser, facet: &str, value: &str) {
    browser.run(&format!(
        "const s = document.querySelector('.filter select[name={facet}]'); s.value = {}; s.dispatchEvent(new Event('change', {{bubbles: true}}));",
        json!(value)
    ));
}

const SAID: &str = "return document.querySelector('.filter [role=status]').textContent";

#[test]
fn findings_are_narrowed_and_the_address_says_how() {
    let base = site::served();
    let browser = Browser::start(false);
    browser.go(&format!("{base}findings/"));
    let all = browser.run("return document.querySelectorAll('li.card').length");
    choose(&browser, "service", "checkout-api");
    choose(&browser, "scanner", "bandit");
    let shown = browser.run(
        "return [...document.querySelectorAll('li.card')].filter(c => c.offsetParent).map(c => c.querySelector('a').getAttribute('href'))",
    );
    // The same, as the page says it without the script.
    let both = browser.run(
        "const of = (facet, value) => [...document.querySelectorAll(`[data-facet=${facet}] [data-value=\"${value}\"] a`)].map(a => a.getAttribute('href')); const other = of('scanner', 'bandit'); return of('service', 'checkout-api').filter(href => other.includes(href))",
    );
    let sorted = |value: &serde_json::Value| {
        let mut all: Vec<String> =
            value.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect();
        all.sort();
        all
    };
    assert!(!sorted(&both).is_empty() && sorted(&both).len() < 37);
    assert_eq!(sorted(&shown), sorted(&both));
    assert_eq!(browser.run(SAID), json!(format!("{} of {all} findings", sorted(&both).len())));
    assert_eq!(browser.run("return location.search"), json!("?service=checkout-api&scanner=bandit"));
    let empty = browser.run("return [...document.querySelectorAll('section.group:not(.filter)')].some(g => g.offsetParent && !g.querySelector('li.card:not([hidden])'))");
    assert_eq!(empty, json!(false), "a group without a page is not shown");
    let dead = browser.run("return [...document.querySelectorAll('.contents a')].some(a => a.offsetParent && !document.getElementById(a.hash.slice(1)).offsetParent)");
    assert_eq!(dead, json!(false), "the contents list leads to what is shown");
    // Whoever gets the address sees the same; what it says of nothing known is passed over.
    browser.go(&format!("{base}findings/?service=checkout-api&scanner=bandit&language=%3Cimg%20src%3Dx%3E&other=1"));
    assert_eq!(browser.run(SAID), json!(format!("{} of {all} findings", sorted(&both).len())));
    assert_eq!(browser.run("return document.querySelector('.filter select[name=scanner]').value"), json!("bandit"));
    assert_eq!(browser.run("return document.querySelector('.filter select[name=language]').value"), json!(""));
    // Each option says how many it would leave, and one that leaves none cannot be chosen.
    choose(&browser, "cwe", "89");
    let options = browser.run("return [...document.querySelectorAll('.filter select[name=language] option[value]')].filter(o => o.value).every(o => o.disabled === o.textContent.endsWith('(0)'))");
    assert_eq!(options, json!(true));
    browser.run("document.querySelector('.filter-clear').click()");
    assert_eq!(browser.run("return [...document.querySelectorAll('li.card')].filter(c => c.offsetParent).length"), all);
    assert_eq!(browser.run("return location.search"), json!("?other=1"));
    assert_eq!(axe::violations(&browser), json!([]));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// A knowledge base with very many findings; the first has a title that is no markup.
fn many(root: &Path, count: usize) {
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("tiltyard.yaml", "title: Many\ntoday: 2026-11-02\n");
    write("content/index.md", "# Home\n");
    write("content/_data/teams.yaml", "- {id: blue, name: Blue, side: delivery}\n");
    write("content/_data/scanners.yaml", "- {id: semgrep, name: Semgrep}\n- {id: bandit, name: Bandit}\n");
    let services = (0..40).fold(String::new(), |mut text, at| {
        writeln!(text, "- {{id: s{at}, name: Service {at}, team: blue, exposure: internal}}").unwrap();
        text
    });
    write("content/_data/services.yaml", &services);
    for at in 0..count {
        let cwe = [89, 79, 22, 78, 502, 918][at % 6];
        let title = if at == 0 { "<img src=x onerror=document.title=1>".to_owned() } else { format!("Finding {at}") };
        let scanner = ["semgrep", "bandit"][at % 2];
        let service = at % 40;
        write(
            &format!("content/findings/f{at}.md"),
            &format!(
                "---\ntitle: \"{title}\"\nstatus: approved\nowners: [blue]\ncwe: [{cwe}]\nplain: It is so.\nfor_us: Service {service} breaks.\nreal_when: [yes it is]\nnoise_when: [no]\nrelease: {{default: block}}\nverify: Look.\nlanguages: [python]\nservices: [s{service}]\nrules: [{{scanner: {scanner}, id: r{at}}}]\n---\nText.\n"
            ),
        );
    }
}

#[test]
fn thousands_of_findings_are_narrowed_from_a_folder() {
    let kb = tempfile::tempdir().unwrap();
    let count = 2400;
    many(kb.path(), count);
    let run = Command::new(env!("CARGO_BIN_EXE_tiltyard"))
        .arg("--root")
        .arg(kb.path())
        .args(["--quiet", "build", "--portable"])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let page = std::fs::read_to_string(kb.path().join("public/findings/index.html")).unwrap();
    assert!(page.len() < 40_000, "the list of groups has grown with the findings: {} bytes", page.len());
    let browser = Browser::start(false);
    let at = format!("file://{}/findings/index.html", kb.path().join("public").display());
    browser.go(&at);
    assert_eq!(browser.run("return document.querySelectorAll('.filter select').length"), json!(0));
    browser.run("document.querySelector('.filter-form button').click()");
    browser.wait_for("return document.querySelectorAll('.filter select').length === 4");
    choose(&browser, "scanner", "bandit");
    assert_eq!(browser.run(SAID), json!(format!("{} of {count} findings", count / 2)));
    assert_eq!(browser.run("return document.querySelectorAll('.filter li.card').length"), json!(100));
    browser.run("[...document.querySelectorAll('.filter-clear')].at(-1).click()");
    assert_eq!(browser.run("return document.querySelectorAll('.filter li.card').length"), json!(200));
    assert_eq!(
        browser.run("return [...document.querySelectorAll('.filter li.card a')].indexOf(document.activeElement)"),
        json!(100),
        "the keyboard goes on where the new rows begin"
    );
    // An address from somebody else.
    browser.go(&format!("{at}?cwe=89&service=s0"));
    browser.wait_for("return document.querySelectorAll('.filter li.card').length > 0");
    let expected = (0..count).filter(|at| at % 6 == 0 && at % 40 == 0).count();
    assert_eq!(browser.run(SAID), json!(format!("{expected} of {count} findings")));
    assert_eq!(browser.run("return document.querySelectorAll('.filter img').length"), json!(0));
    browser
        .run("[...document.querySelectorAll('.filter li.card a')].find(a => a.textContent.includes('<img')).click()");
    browser.wait_for("return location.pathname.endsWith('/findings/f0/index.html')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
