//! A style sheet as it is published says the same as the file of the theme, as a browser reads both.

use std::path::Path;

use serde_json::json;

use super::driver::Browser;
use super::site;

#[test]
fn published_sheets_say_what_the_theme_says() {
    let base = site::served();
    let browser = Browser::start(false);
    browser.go(base);
    let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/tiltyard/assets");
    let mut compared = 0;
    for entry in std::fs::read_dir(site::served_folder().join("assets")).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let Some(stem) = name.strip_suffix(".css").and_then(|name| name.rsplit_once('.')).map(|(stem, _)| stem) else {
            continue;
        };
        let written = std::fs::read_to_string(theme.join(format!("{stem}.css"))).unwrap();
        let published = std::fs::read_to_string(entry.path()).unwrap();
        assert!(published.len() < written.len() * 19 / 20, "{name} is not smaller");
        let same = browser.run(&format!(
            "const read = text => {{ const s = new CSSStyleSheet(); s.replaceSync(text); return [...s.cssRules].map(r => r.cssText).join('\\n').replaceAll(', ', ','); }}; const [a, b] = [read({}), read({})]; return a.length > 50 && a === b ? true : [a, b];",
            json!(written),
            json!(published)
        ));
        assert_eq!(same, json!(true), "{name}");
        compared += 1;
    }
    assert!(compared >= 12, "{compared} sheets");
}
