//! A reader's own way through the sample, and what axe says of the pages with progress.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::driver::Browser;
use super::{axe, site};

const MODULE: &str = "curricula/champion-path/reading-findings/";

/// Types into the n-th field of evidence.
fn type_evidence(browser: &Browser, at: usize, text: &str) {
    browser.run(&format!(
        "const f = document.querySelectorAll('.own-evidence')[{at}]; f.value = {}; f.dispatchEvent(new Event('input', {{bubbles: true}}));",
        json!(text)
    ));
}

fn program(root: &Path, arguments: &[&str]) -> (bool, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_tiltyard")).arg("--root").arg(root).args(arguments).output().unwrap();
    let text = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (run.status.success(), text)
}

#[test]
fn a_reader_ticks_comes_back_and_claims() {
    let base = site::served();
    let browser = Browser::start(false);

    // Nothing is kept yet, so nothing is offered.
    browser.go(base);
    assert_eq!(browser.run("return document.querySelector('.continue').hidden"), json!(true));

    browser.go(&format!("{base}{MODULE}"));
    browser.wait_for("return !document.querySelector('.own-way').hidden");
    browser.run("document.querySelector('.own-tick').click()");
    assert_eq!(browser.run("return document.querySelectorAll('.own-evidence').length"), json!(2));
    type_evidence(&browser, 0, "https://git.example/larkspur/courier-mobile-api/merge_requests/700");
    type_evidence(&browser, 1, "javascript:alert(1)\n");
    let said = browser.run("return document.querySelector('.own-said').textContent");
    assert!(said.as_str().unwrap().contains("https://"), "what is no address is told: {said}");
    type_evidence(&browser, 1, "finding:sql-injection");

    // It is there after a reload, on the curriculum's page, and on the home page.
    browser.go(&format!("{base}{MODULE}"));
    browser.wait_for("return document.querySelector('.own-tick').checked");
    assert_eq!(
        browser.run("return document.querySelectorAll('.own-evidence')[1].value"),
        json!("finding:sql-injection")
    );
    browser.go(base);
    browser.wait_for("return !document.querySelector('.continue').hidden");
    assert_eq!(browser.run("return document.querySelector('.continue a').href"), json!(format!("{base}{MODULE}")));
    browser.go(&format!("{base}curricula/champion-path/"));
    browser.wait_for("return document.querySelector('.ring-words').textContent === '1 of 10 modules ticked.'");
    assert_eq!(
        browser.run("return document.querySelector('.ring-done').getAttribute('stroke-dasharray')"),
        json!("10 100")
    );
    let next = browser.run("return document.querySelector('.own-next').href");
    assert!(next.as_str().unwrap().ends_with("/secrets-and-keys/"), "{next}");

    // The claim passes check and counts.
    browser.run("document.querySelector('.claim-by').value = 'sec-eng'; document.querySelector('.claim-make').click()");
    let claim = browser.run("return document.querySelector('.claim-text').value");
    let claim = claim.as_str().unwrap();
    let day = claim.split("date: ").nth(1).unwrap().lines().next().unwrap();
    let copy = claimed(claim);
    let (clean, said) = program(copy.path(), &["check", "--deny", "warnings", "--today", day]);
    assert!(clean, "{claim}\n{said}");
    let (_, answer) = program(copy.path(), &["progress", "dew-pell", "--format", "json", "--today", day]);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer[0]["not_counted"], json!([]), "{answer}");
    assert!(answer[0]["skills"].as_array().unwrap().iter().any(|skill| skill["id"] == "secure-review"), "{answer}");

    // Cleared is cleared.
    browser.run("window.confirm = () => true; document.querySelector('.own-clear').click()");
    assert_eq!(
        browser.run("return Object.keys(localStorage).filter(key => key.startsWith('tiltyard-progress'))"),
        json!([])
    );
    assert_eq!(browser.run("return document.querySelectorAll('.ticks :checked').length"), json!(0));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_reader_keeps_an_own_way_without_a_server() {
    let folder = site::portable();
    let browser = Browser::start(false);
    let at = |page: &str| format!("file://{}/{page}index.html", folder.display());
    browser.go(&at(MODULE));
    browser.wait_for("return !document.querySelector('.own-way').hidden");
    browser.run("document.querySelector('.own-tick').click()");
    browser.go(&at(""));
    browser.wait_for("return !document.querySelector('.continue').hidden");
    assert_eq!(browser.run("return document.querySelector('.continue a').href"), json!(at(MODULE)));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn axe_finds_nothing_on_pages_with_progress() {
    let base = site::served();
    let pages = [
        "",
        "programme/",
        "scorecard/",
        "reviews/2026-04-tracking-link-enumeration/",
        "reviews/2026-06-token-in-logs/",
        "curricula/threat-modelling-path/",
        MODULE,
        "champions/nettle-voss/",
        "champions/kestrel-7/",
        "skills/threat-modelling/",
        "teams/platform/",
        "findings/unsafe-deserialization/",
    ];
    let script =
        "document.querySelector('.own-tick:not(:checked)')?.click(); document.querySelector('.claim-make')?.click()";
    let found = axe::faults(base, &pages, script);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_diagram_is_walked_by_keyboard() {
    let base = site::served();
    let browser = Browser::start(false);
    browser.go(&format!("{base}curricula/champion-path/"));
    let links = browser.run(
        "return [...document.querySelectorAll('.diagram a')].map(a => { a.focus(); return document.activeElement === a && a.href.baseVal; })",
    );
    let links = links.as_array().unwrap();
    assert_eq!(links.len(), 10);
    assert!(links.iter().all(|href| href.as_str().is_some_and(|href| !href.is_empty())), "{links:?}");
    let words = browser.run("return document.querySelectorAll('.alternative li').length");
    assert_eq!(words, json!(10), "the same in words");
}

/// A copy of the sample in which a champion has nothing yet but this claim.
fn claimed(claim: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["content", "static", "themes", "tiltyard.yaml"] {
        assert!(Command::new("cp").arg("-r").arg(root.join(part)).arg(copy.path()).status().unwrap().success());
    }
    let file = copy.path().join("content/champions/dew-pell.md");
    let page = std::fs::read_to_string(&file).unwrap();
    let pasted = page.replacen("\n---\n\n", &format!("\nachievements:\n{claim}---\n\n"), 1);
    assert_ne!(page, pasted);
    std::fs::write(&file, pasted).unwrap();
    copy
}

#[test]
fn a_claim_for_any_module_passes_check() {
    let base = site::served();
    let browser = Browser::start(false);
    let mut claims: Vec<(String, String)> = Vec::new();
    for curriculum in ["champion-path", "threat-modelling-path"] {
        browser.go(&format!("{base}curricula/{curriculum}/"));
        let paths = browser.run("return [...document.querySelectorAll('.ticks input')].map(tick => tick.dataset.path)");
        for path in paths.as_array().unwrap() {
            let path = path.as_str().unwrap();
            browser.go(&format!("{base}{path}"));
            browser.wait_for("return !document.querySelector('.own-way').hidden");
            browser.run("document.querySelector('.own-tick').click()");
            let fields = browser.run("return document.querySelectorAll('.own-evidence').length").as_u64().unwrap();
            for at in 0..usize::try_from(fields).unwrap() {
                // By turns what a reader types: an address, and pages of the knowledge base.
                let page = [
                    "https://git.example/larkspur/x?a=1&b=%22#c:d'[e]",
                    "finding:sql-injection",
                    "threat-model:checkout",
                ][at % 3];
                type_evidence(&browser, at, page);
            }
            let who = browser.run("const s = document.querySelector('.claim-by'); s.selectedIndex = 1; return s.value");
            assert!(who.as_str().is_some_and(|who| !who.is_empty()), "somebody can confirm {path}");
            browser.run("document.querySelector('.claim-make').click()");
            let claim = browser.run("return document.querySelector('.claim-text').value");
            claims.push((path.to_owned(), claim.as_str().unwrap().to_owned()));
        }
    }
    assert_eq!(claims.len(), 20);
    let day = claims[0].1.split("date: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    // Alone, a claim is at most a warning that something has to come before it.
    for (path, claim) in &claims {
        let copy = claimed(claim);
        let (passes, said) = program(copy.path(), &["check", "--format", "json", "--today", &day]);
        let said: Value = serde_json::from_str(&said).unwrap();
        assert!(passes, "{path}: {claim}\n{said:#}");
        let others = said["diagnostics"].as_array().unwrap().iter().filter(|one| one["severity"] != "due");
        for one in others {
            assert_eq!(one["code"], "achievement-not-counted", "{path}: {one}");
            assert_eq!(one["path"], "content/champions/dew-pell.md");
        }
    }
    // All of them together count.
    let all: String = claims.iter().map(|(_, claim)| claim.as_str()).collect();
    let copy = claimed(&all);
    let (clean, said) = program(copy.path(), &["check", "--deny", "warnings", "--today", &day]);
    assert!(clean, "{said}");
    let (_, answer) = program(copy.path(), &["progress", "dew-pell", "--format", "json", "--today", &day]);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer[0]["not_counted"], json!([]), "{answer:#}");
    // The curriculum's page claims all that is ticked, at once.
    browser.go(&format!("{base}curricula/champion-path/"));
    browser.run("document.querySelector('.claim-by').selectedIndex = 1; document.querySelector('.claim-make').click()");
    let claim = browser.run("return document.querySelector('.claim-text').value");
    let claim = claim.as_str().unwrap();
    assert_eq!(claim.matches("- module: ").count(), 10, "{claim}");
    let (passes, said) = program(claimed(claim).path(), &["check", "--today", &day]);
    assert!(passes, "{said}");
}
