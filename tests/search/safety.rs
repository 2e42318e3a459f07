//! Nothing that is typed or written becomes markup, and nothing of a page that the audience may not see is in the index.

use std::path::Path;

use serde_json::json;

use super::{build, driver::Browser, server, write};

const PAYLOADS: [&str; 4] = [
    "<img src=x onerror=window.hit=1>",
    "</script><script>window.hit=1</script>",
    "\"><svg onload=window.hit=1>",
    "{{7*7}}${7*7}",
];

fn hostile(folder: &Path) {
    let title = |payload: &str| {
        format!(
            "---\ntitle: {}\nsummary: {}\naudience: public\n---\nzebra {payload}\n\n## `{payload}`\n\nzebra\n",
            json!(payload),
            json!(payload)
        )
    };
    let pages: Vec<(String, String)> =
        PAYLOADS.iter().enumerate().map(|(at, payload)| (format!("content/p{at}.md"), title(payload))).collect();
    let files: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    write(folder, &files);
    write(
        folder,
        &[
            (
                "tiltyard.yaml",
                "title: Hostile\naudiences: [public, internal]\ndefault_audience: internal\ntoday: 2026-11-02\n",
            ),
            (
                "content/secret.md",
                "---\ntitle: Quokkaplan\ntags: [wombatry]\naliases: [numbatname]\n---\nThe bilbycode.\n\n## Echidnahead\n\nzebra\n",
            ),
            ("content/old.md", "---\ntitle: Retiredpage\nstatus: retired\naudience: public\n---\nGlidertext zebra.\n"),
        ],
    );
}

#[test]
fn payloads_stay_text() {
    let folder = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    hostile(folder.path());
    let server = server::start(out.path(), "/kb/");
    let base = format!("http://127.0.0.1:{}/kb/", server.port);
    build(folder.path(), out.path(), &[]);
    let browser = Browser::start(false);
    for query in PAYLOADS.iter().chain(&["zebra"]) {
        let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
        browser.go(&format!("{base}search/?q={encoded}"));
        browser.wait_for("return document.querySelector('main [role=status]')?.textContent !== ''");
        let made = browser.run("return document.querySelectorAll('main img, main script, main svg').length");
        assert_eq!(made, json!(0), "{query}");
    }
    assert_eq!(browser.run("return document.querySelectorAll('main ol > li').length"), json!(PAYLOADS.len() + 1));
    assert_eq!(browser.run("return window.hit ?? null"), json!(null));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_is_screened_out_is_in_no_file_of_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    hostile(folder.path());
    let server = server::start(out.path(), "/kb/");
    let base = format!("http://127.0.0.1:{}/kb/", server.port);
    build(folder.path(), out.path(), &["--audience", "public"]);
    let browser = Browser::start(false);
    browser.go(&format!("{base}search/?q=zebra"));
    browser.wait_for("return document.querySelectorAll('main ol > li').length === 4");
    let unpacked = super::index::unpacked(&browser, out.path());
    assert!(unpacked.contains("zebra"), "the index can be read by the test");
    for secret in ["quokka", "wombatry", "numbat", "bilby", "echidna", "secret", "retired", "glider"] {
        assert!(!unpacked.to_lowercase().contains(secret), "{secret} is in the index");
    }
}
