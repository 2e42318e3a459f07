//! The preview in a real browser: a save is seen without touching it, and a mistake is told and goes away.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::driver::Browser;

/// A preview of a folder, ended when it is dropped.
struct Preview {
    child: Child,
    url: String,
}

impl Preview {
    fn start(root: &Path, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tiltyard"))
            .args(["serve", "--port", "0", "--root"])
            .arg(root)
            .args(flags)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let url = lines
            .by_ref()
            .find_map(|line| {
                let line = line.unwrap();
                let rest = line.strip_prefix("serving ")?;
                Some(rest.split_whitespace().next().unwrap().to_owned())
            })
            .expect("the preview says where it is");
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn long(word: &str) -> String {
    let paragraphs: Vec<String> = (0..80).map(|n| format!("Paragraph {n} about parcels.")).collect();
    format!(
        "---\ntitle: A long page\n---\n\n> [!NOTE]- More\n> Hidden words.\n\n{}\n\nThe word is {word}.\n\nSee [the other](other.md).\n",
        paragraphs.join("\n\n")
    )
}

fn knowledge_base() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "tiltyard.yaml", "title: Preview\naudiences: [public, internal]\ndefault_audience: public\n");
    write(root, "content/index.md", "---\ntitle: Home\n---\n\nBegin.\n");
    write(root, "content/guides/long.md", &long("first"));
    write(root, "content/guides/other.md", "---\ntitle: The other\n---\n\nOther words.\n");
    write(root, "content/guides/draft.md", "---\ntitle: A draft\nstatus: draft\n---\n\nNot yet.\n");
    folder
}

/// A browser that shows the long page, scrolled, with its note open; a reload would lose the mark.
fn looking(preview: &Preview) -> Browser {
    let browser = Browser::start(false);
    browser.go(&format!("{}guides/long/", preview.url));
    browser.wait_for("return document.getElementById('tiltyard-bar') !== null && document.getElementById('tiltyard-bar').textContent.includes('pages')");
    browser.run("window.mark = 1; document.querySelector('main details').open = true; window.scrollTo(0, 900)");
    browser
}

const STILL_THERE: &str =
    "return [window.mark, document.querySelector('main details').open, Math.abs(window.scrollY - 900) < 3]";

#[test]
fn a_save_is_seen_and_the_place_is_kept() {
    let folder = knowledge_base();
    let preview = Preview::start(folder.path(), &[]);
    let browser = looking(&preview);
    write(folder.path(), "content/guides/long.md", &long("second"));
    browser.wait_for("return document.querySelector('main').textContent.includes('The word is second')");
    assert_eq!(browser.run(STILL_THERE), json!([1, true, true]));
    // A title shows in the tab as well, and on the pages that point here.
    write(folder.path(), "content/guides/long.md", &long("third").replace("A long page", "A renamed page"));
    browser.wait_for("return document.title.includes('A renamed page') && document.querySelector('h1').textContent === 'A renamed page'");
    assert_eq!(browser.run(STILL_THERE), json!([1, true, true]));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_style_sheet_is_swapped_without_a_reload() {
    let folder = knowledge_base();
    let own =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/tiltyard/assets/base.css")).unwrap();
    let preview = Preview::start(folder.path(), &[]);
    let browser = looking(&preview);
    write(
        folder.path(),
        "themes/tiltyard/assets/base.css",
        &format!("{own}\nh1 {{ outline: 3px solid rgb(1, 2, 3); }}\n"),
    );
    browser.wait_for("return getComputedStyle(document.querySelector('h1')).outlineColor === 'rgb(1, 2, 3)'");
    assert_eq!(browser.run(STILL_THERE), json!([1, true, true]));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_mistake_is_told_on_its_page_and_goes_away() {
    let folder = knowledge_base();
    let preview = Preview::start(folder.path(), &[]);
    let browser = looking(&preview);
    browser.run("document.querySelector('main').focus()");
    write(
        folder.path(),
        "content/guides/long.md",
        &long("broken").replace("title: A long page", "title: [<img src=x onerror=window.hit=1>"),
    );
    browser.wait_for("return !document.getElementById('tiltyard-overlay').hidden");
    let told = browser.run("return document.getElementById('tiltyard-overlay').textContent");
    assert!(told.as_str().unwrap().contains("front-matter-syntax"), "{told}");
    assert!(told.as_str().unwrap().contains("<img src=x"), "the excerpt is text: {told}");
    let editor = browser.run("return document.querySelector('#tiltyard-overlay a').href");
    assert!(editor.as_str().unwrap().starts_with("vscode://file/"), "{editor}");
    assert!(editor.as_str().unwrap().contains("content/guides/long.md:2"), "{editor}");
    let body = browser.run("return [document.querySelector('main').textContent.includes('The word is first'), document.activeElement.tagName, window.hit ?? 0]");
    assert_eq!(body, json!([true, "MAIN", 0]), "the last good body stays, the focus too");
    write(folder.path(), "content/guides/long.md", &long("mended"));
    browser.wait_for("return document.getElementById('tiltyard-overlay').hidden && document.querySelector('main').textContent.includes('The word is mended')");
    assert_eq!(browser.run(STILL_THERE), json!([1, true, true]));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_page_that_is_loaded_again_is_where_it_was() {
    let folder = knowledge_base();
    let preview = Preview::start(folder.path(), &[]);
    let browser = looking(&preview);
    browser.run("document.querySelector('button.scheme').click()");
    let scheme = browser.run("return document.documentElement.dataset.theme");
    assert_eq!(scheme, json!("light"));
    browser.run("window.scrollTo(0, 900)");
    // The header is not swapped, since its scripts have hold of it.
    let config = "title: Renamed\naudiences: [public, internal]\ndefault_audience: public\n";
    write(folder.path(), "tiltyard.yaml", config);
    browser.wait_for("return document.title.includes('Renamed') && window.mark === undefined && document.getElementById('tiltyard-bar')?.textContent.includes('pages')");
    browser.wait_for("return Math.abs(window.scrollY - 900) < 3");
    let kept =
        browser.run("return [document.querySelector('main details').open, document.documentElement.dataset.theme]");
    assert_eq!(kept, json!([true, scheme]));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_is_typed_and_what_scripts_made_survive_a_change() {
    let folder = knowledge_base();
    write(folder.path(), "content/_data/glossary.yaml", "- {term: paragraph, plain: A few sentences.}\n");
    let preview = Preview::start(folder.path(), &[]);
    let browser = looking(&preview);
    let tips = "return document.querySelectorAll('main [role=tooltip]').length";
    let before = browser.run(tips);
    assert_ne!(before, json!(0));
    write(folder.path(), "content/guides/long.md", &long("second"));
    browser.wait_for("return document.querySelector('main').textContent.includes('The word is second')");
    assert_eq!((browser.run("return window.mark"), browser.run(tips)), (json!(1), before));
    // The page of results is made by a script in the browser.
    browser.go(&format!("{}search/", preview.url));
    browser.wait_for("return document.getElementById('tiltyard-bar')?.textContent.includes('pages') && document.getElementById('find-page') !== null");
    browser.run("window.mark = 1; const box = document.getElementById('find-page'); box.value = 'parcels'; box.dispatchEvent(new Event('input', {bubbles: true}))");
    browser.wait_for("return document.querySelectorAll('.find-results li').length > 0");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/tiltyard/templates/search.html");
    let template = std::fs::read_to_string(own)
        .unwrap()
        .replace("<div id=\"search-page\"", "<p id=\"fresh\">Fresh.</p><div id=\"search-page\"");
    write(folder.path(), "templates/search.html", &template);
    browser.wait_for("return document.getElementById('fresh') !== null && document.getElementById('find-page')?.value === 'parcels' && document.querySelectorAll('.find-results li').length > 0");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_deleted_page_is_gone_and_so_are_the_links_to_it() {
    let folder = knowledge_base();
    let preview = Preview::start(folder.path(), &[]);
    let browser = looking(&preview);
    assert_eq!(browser.run("return document.querySelectorAll('main a[href*=other]').length > 0"), json!(true));
    std::fs::remove_file(folder.path().join("content/guides/other.md")).unwrap();
    browser.wait_for("return document.querySelectorAll('main article a[href*=other]').length === 0");
    browser.wait_for("return document.getElementById('tiltyard-overlay').textContent.includes('broken-link')");
    assert_eq!(browser.run(STILL_THERE), json!([1, true, true]));
    browser.go(&format!("{}guides/other/", preview.url));
    let status = browser.run("return performance.getEntriesByType('navigation')[0].responseStatus");
    assert_eq!(status, json!(404));
    assert_eq!(browser.run("return document.querySelector('h1').textContent"), json!("Page not found"));
}

#[test]
fn a_maintainer_sees_drafts_and_everything_that_is_wrong() {
    let folder = knowledge_base();
    write(folder.path(), "content/guides/broken.md", "---\ntitle: Broken\n---\n\n[gone](gone.md)\n");
    let preview = Preview::start(folder.path(), &["--base-url", "https://kb.example/sub"]);
    assert!(preview.url.ends_with("/sub/"), "{}", preview.url);
    let browser = looking(&preview);
    // An address without the site's path leads to the same page below it.
    browser.go(&preview.url.replace("/sub/", "/guides/long/"));
    assert_eq!(browser.run("return location.pathname"), json!("/sub/guides/long/"));
    // A choice of an audience that there is no longer shows the site's own.
    browser.run("document.cookie = 'tiltyard-view=9.0; path=/sub/'");
    browser.go(&format!("{}guides/long/", preview.url));
    assert_eq!(browser.run("return document.querySelector('h1').textContent"), json!("A long page"));
    browser.wait_for("return (document.getElementById('tiltyard-bar')?.textContent ?? '').includes('drafts')");
    browser.run("[...document.querySelectorAll('#tiltyard-bar a')].find(a => a.textContent === 'on').click()");
    browser.wait_for("return (document.getElementById('tiltyard-bar')?.textContent ?? '').includes('drafts on')");
    browser.go(&format!("{}guides/draft/", preview.url));
    assert_eq!(browser.run("return document.querySelector('h1').textContent"), json!("A draft"));
    browser.go(&format!("{}_tiltyard/", preview.url));
    browser.wait_for("return document.body.textContent.includes('broken-link') && document.body.textContent.includes('nothing points to')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
