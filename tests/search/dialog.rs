//! The dialog and the page of results: by keyboard, by name and role, from a folder.

use serde_json::{Value, json};

use super::{ask, build, driver::Browser, repository, server};

/// A key press as the page sees it.
fn press(browser: &Browser, key: &str, more: &str) {
    browser.run(&format!(
        "(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', {{key: {}, bubbles: true, cancelable: true{more}}}))",
        json!(key)
    ));
}

fn type_in(browser: &Browser, text: &str) {
    browser.run(&format!(
        "const at = document.activeElement; at.value = {}; at.dispatchEvent(new Event('input', {{bubbles: true}}))",
        json!(text)
    ));
}

#[test]
fn everything_works_by_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let server = server::start(folder.path(), "/kb/");
    let base = format!("http://127.0.0.1:{}/kb/", server.port);
    build(repository(), folder.path(), &[]);
    let browser = Browser::start(false);
    for (key, more) in [("/", ""), ("k", ", ctrlKey: true")] {
        browser.go(&format!("{base}guides/accepted-risks/"));
        press(&browser, key, more);
        browser.wait_for("return document.activeElement?.getAttribute('role') === 'combobox' && document.querySelector('dialog').open");
        type_in(&browser, "injection");
        browser.wait_for("return document.querySelectorAll('[role=option]').length > 3 && !!document.querySelector('[role=option] mark')");
        let active = "return document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.id";
        assert_eq!(browser.run(active), json!("find-0"));
        press(&browser, "ArrowDown", "");
        assert_eq!(browser.run(active), json!("find-1"));
        press(&browser, "ArrowUp", "");
        press(&browser, "ArrowUp", "");
        assert_ne!(browser.run(active), json!("find-0"), "the list goes round");
        press(&browser, "ArrowDown", "");
        browser.wait_for("return /^[0-9]+ results?$/.test(document.querySelector('dialog [role=status]').textContent)");
    }
    type_in(&browser, "B608");
    press(&browser, "Enter", "");
    browser.wait_for("return location.pathname.endsWith('/findings/sql-injection/')");
    press(&browser, "/", "");
    browser.wait_for("return document.querySelector('dialog')?.open && document.querySelector('[role=option]')?.textContent === 'B608'");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Addresses of the pages that the browser has open.
fn open_pages(browser: &Browser) -> Vec<String> {
    let targets = browser.devtools("Target.getTargets", &json!({}))["targetInfos"].clone();
    let pages = targets.as_array().unwrap().iter().filter(|target| target["type"] == "page");
    pages.map(|page| page["url"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn ctrl_enter_opens_a_new_tab_and_leaves_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let server = server::start(folder.path(), "/kb/");
    let base = format!("http://127.0.0.1:{}/kb/", server.port);
    build(repository(), folder.path(), &[]);
    let browser = Browser::start(false);
    let here = format!("{base}guides/accepted-risks/");
    browser.go(&here);
    press(&browser, "/", "");
    browser.wait_for("return document.activeElement?.getAttribute('role') === 'combobox'");
    type_in(&browser, "B608");
    browser.wait_for("return document.querySelectorAll('[role=option]').length > 0 && document.querySelector('[role=option]').href.includes('sql-injection')");
    assert_eq!(open_pages(&browser), [here.as_str()]);
    // A real key: without a reader's hand on it a browser opens no tab.
    for event in ["rawKeyDown", "keyUp"] {
        let key = json!({"type": event, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "modifiers": 2});
        browser.devtools("Input.dispatchKeyEvent", &key);
    }
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !open_pages(&browser).iter().any(|url| url.contains("/findings/sql-injection/")) {
        assert!(std::time::Instant::now() < until, "no new tab: {:?}", open_pages(&browser));
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(open_pages(&browser).len(), 2);
    assert_eq!(browser.run("return location.href"), json!(here), "the page stays");
    assert_eq!(browser.run("return document.querySelector('dialog').open"), json!(true), "and so does the dialog");
    assert_eq!(browser.run("return document.querySelector('dialog input').value"), json!("B608"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_dialog_has_its_roles_and_names() {
    let folder = tempfile::tempdir().unwrap();
    let server = server::start(folder.path(), "/kb/");
    build(repository(), folder.path(), &[]);
    let browser = Browser::start(false);
    browser.go(&format!("http://127.0.0.1:{}/kb/", server.port));
    press(&browser, "/", "");
    browser.wait_for("return !!document.querySelector('dialog')?.open");
    type_in(&browser, "token");
    browser.wait_for("return document.querySelectorAll('[role=option]').length > 1");
    let tree = browser.accessibility();
    let of = |role: &str| -> Vec<&Value> {
        tree.as_array()
            .unwrap()
            .iter()
            .filter(|node| node["role"]["value"] == role && node["ignored"] != true)
            .collect()
    };
    assert_eq!(of("dialog")[0]["name"]["value"], "Search");
    assert_eq!(of("combobox")[0]["name"]["value"], "Search");
    assert_eq!(of("listbox")[0]["name"]["value"], "Results");
    assert!(of("option").len() > 1);
    assert!(of("status").len() == 1);
    for width in [1280, 390] {
        browser.resize(width, 800);
        let wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth");
        assert!(wide.as_i64().unwrap() <= 0, "{wide} px too wide at {width}");
    }
    let fills = browser.run("const box = document.querySelector('dialog').getBoundingClientRect(); return box.width === innerWidth && box.height === innerHeight");
    assert_eq!(fills, json!(true), "on a phone the dialog fills the screen");
}

#[test]
fn the_page_of_results_can_be_shared() {
    let folder = tempfile::tempdir().unwrap();
    let server = server::start(folder.path(), "/kb/");
    let base = format!("http://127.0.0.1:{}/kb/", server.port);
    build(repository(), folder.path(), &[]);
    let browser = Browser::start(false);
    browser.go(&format!("{base}search/?q=injection&kind=finding"));
    browser.wait_for("return document.querySelectorAll('main ol > li').length > 1");
    let first = browser.run("return document.querySelector('main ol > li a').href");
    assert!(first.as_str().unwrap().starts_with(&format!("{base}findings/")), "{first}");
    assert_eq!(browser.run("return document.querySelectorAll('main ol').length"), json!(1));
    browser.wait_for("return document.querySelectorAll('.find-facets button').length > 3");
    let counts = browser
        .run("return [...document.querySelectorAll('.find-facets button')].every((b) => /\\d+$/.test(b.textContent))");
    assert_eq!(counts, json!(true));
    browser.run("document.querySelector('.find-facets [aria-pressed=true]').click()");
    browser.wait_for(
        "return !location.search.includes('kind=') && document.querySelectorAll('main ol > li').length === 10",
    );
    browser.run("document.querySelector('.find-more').click()");
    browser.wait_for("return document.querySelectorAll('main ol > li').length > 10");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_portable_site_is_searched_from_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    build(repository(), folder.path(), &["--portable"]);
    let browser = Browser::start(false);
    browser.go(&format!("file://{}/search/index.html?q=CWE-89", folder.path().display()));
    browser.wait_for("return document.querySelectorAll('main ol > li').length > 1");
    let first = browser.run("return document.querySelector('main ol > li a').href");
    assert!(first.as_str().unwrap().contains("/findings/sql-injection/index.html"), "{first}");
    let whole = ask(&browser, "return (await tiltyard.search('how do I store passwords')).total", &json!(null));
    assert!(whole.as_u64().unwrap() > 1);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
