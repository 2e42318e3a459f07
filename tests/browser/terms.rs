//! The plain meaning of a word of the glossary, where the word stands: by mouse, by keyboard, by touch, and without JavaScript.

use serde_json::{Value, json};

use super::driver::Browser;
use super::{axe, site};

const PAGE: &str = "curricula/threat-modelling-path/boundaries-first/";

/// The first word that has a meaning: its middle on the screen, its meaning, and where it leads.
fn first(browser: &Browser) -> (f64, f64, String) {
    let found = browser.run(
        "const a = document.querySelector('a.term'); a.scrollIntoView({block: 'center'}); const r = a.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2, a.href]",
    );
    (found[0].as_f64().unwrap(), found[1].as_f64().unwrap(), found[2].as_str().unwrap().to_owned())
}

/// What is told beside words at the moment.
fn told(browser: &Browser) -> Value {
    browser.run(
        "return [...document.querySelectorAll('[role=tooltip]')].filter(t => t.offsetParent).map(t => t.textContent)",
    )
}

fn move_to(browser: &Browser, x: f64, y: f64) {
    browser.devtools("Input.dispatchMouseEvent", &json!({"type": "mouseMoved", "x": x, "y": y}));
}

fn touch(browser: &Browser, x: f64, y: f64) {
    browser.devtools("Input.dispatchTouchEvent", &json!({"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}));
    browser.devtools("Input.dispatchTouchEvent", &json!({"type": "touchEnd", "touchPoints": []}));
}

fn press(browser: &Browser, key: &str, code: u32) {
    for event in ["keyDown", "keyUp"] {
        let parameters = json!({"type": event, "key": key, "code": key, "windowsVirtualKeyCode": code});
        browser.devtools("Input.dispatchKeyEvent", &parameters);
    }
}

#[test]
fn a_word_is_explained_by_mouse_keyboard_and_touch() {
    let base = site::served();
    let browser = Browser::start(false);
    browser.resize(1280, 900);
    browser.go(&format!("{base}{PAGE}"));
    let meaning = browser.run("return document.querySelector('a.term + .term-tip').textContent");
    assert!(meaning.as_str().unwrap().len() > 10, "{meaning}");
    let one = json!([meaning]);
    let none = json!([]);

    // Mouse: it shows over the word, stays while the mouse is on it, and goes with the mouse or Escape.
    let (x, y, _) = first(&browser);
    assert_eq!(told(&browser), none);
    move_to(&browser, x, y);
    assert_eq!(told(&browser), one);
    let tip = browser.run("const r = document.querySelector('.term-tip:not([hidden])').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2, r.top, r.right, r.left]");
    for step in 1..=8 {
        let part = f64::from(step) / 8.0;
        move_to(&browser, x + (tip[0].as_f64().unwrap() - x) * part, y + (tip[1].as_f64().unwrap() - y) * part);
    }
    assert_eq!(told(&browser), one, "the mouse can go onto what is told");
    assert!(tip[3].as_f64().unwrap() <= 1280.0 && tip[4].as_f64().unwrap() >= 0.0, "it stays on the screen: {tip}");
    press(&browser, "Escape", 27);
    assert_eq!(told(&browser), none);
    move_to(&browser, 2.0, 2.0);

    // Keyboard: it shows with the focus and goes with it; a screen reader gets it as the description of the link.
    browser.run("document.querySelector('a.term').focus({preventScroll: true})");
    assert_eq!(told(&browser), one);
    let tree = browser.accessibility();
    let described = tree
        .as_array()
        .unwrap()
        .iter()
        .any(|node| node["role"]["value"] == "link" && node["description"]["value"] == meaning);
    assert!(described, "the link is described by the meaning");
    press(&browser, "Tab", 9);
    assert_ne!(told(&browser), one);
    press(&browser, "Escape", 27);
    assert_eq!(told(&browser), none);
    browser.run("document.activeElement.blur(); document.querySelector('a.term').focus()");
    assert_eq!(axe::violations(&browser), none);

    // Touch: the first shows it and stays on the page, elsewhere hides it, the second on the word follows the link.
    browser.devtools("Emulation.setTouchEmulationEnabled", &json!({"enabled": true}));
    browser.go(&format!("{base}{PAGE}"));
    let (x, y, to) = first(&browser);
    touch(&browser, x, y);
    browser.wait_for("return document.querySelectorAll('.term-tip:not([hidden])').length === 1");
    assert_eq!(told(&browser), one);
    assert!(browser.run("return location.pathname").as_str().unwrap().ends_with(PAGE));
    touch(&browser, 640.0, 890.0);
    browser.wait_for("return document.querySelectorAll('.term-tip:not([hidden])').length === 0");
    touch(&browser, x, y);
    browser.wait_for("return document.querySelectorAll('.term-tip:not([hidden])').length === 1");
    touch(&browser, x, y);
    browser.wait_for("return location.pathname.endsWith('/glossary/')");
    assert_eq!(browser.run("return location.href"), json!(to));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn without_scripts_a_word_is_a_link_to_its_meaning() {
    let base = site::served();
    let browser = Browser::start(false);
    browser.resize(1280, 900);
    browser.devtools("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    browser.go(&format!("{base}{PAGE}"));
    assert_eq!(browser.run("return document.querySelectorAll('[role=tooltip]').length"), json!(0), "no script ran");
    let title = browser.run("return document.querySelector('a.term abbr').title");
    assert!(title.as_str().unwrap().len() > 10);
    let (x, y, to) = first(&browser);
    for event in ["mousePressed", "mouseReleased"] {
        let parameters = json!({"type": event, "x": x, "y": y, "button": "left", "clickCount": 1});
        browser.devtools("Input.dispatchMouseEvent", &parameters);
    }
    browser.wait_for("return location.pathname.endsWith('/glossary/')");
    assert_eq!(browser.run("return location.href"), json!(to));
    let shown = browser.run("return document.getElementById(location.hash.slice(1)).nextElementSibling.textContent");
    assert_eq!(shown, title, "the glossary says the same there");
}
