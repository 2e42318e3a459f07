//! axe-core, fetched by npm and held against a digest: it is under the MPL 2.0 and not ours to commit.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use super::driver::Browser;

const VERSION: &str = "4.10.3";
/// BLAKE3 of the archive.
const DIGEST: &str = "9b344e126522a1089df6233150e2af2907e6647f8b2e857cea85577e31e87273";

static SOURCE: LazyLock<String> = LazyLock::new(source);

/// What the page that is open breaks of WCAG 2.2 A and AA: the rule, and where. A closed fold is shown by its style on wide screens; axe takes
/// what is in it for hidden.
pub fn violations(browser: &Browser) -> Value {
    let rules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']";
    let told = "one.id + ': ' + one.nodes.map(node => node.html.slice(0, 200)).join(' | ')";
    browser.run(&format!(
        "{}\nreturn axe.run({{exclude: ['.fold']}}, {{runOnly: {rules}}}).then(all => all.violations.map(one => {told}))",
        *SOURCE
    ))
}

/// What is wrong with pages in both colour schemes, wide and narrow: what axe finds once a script has run, and what is wider than the window.
pub fn faults(base: &str, pages: &[&str], script: &str) -> Vec<String> {
    let mut found = Vec::new();
    for dark in [false, true] {
        let browser = Browser::start(dark);
        for width in [1280, 400] {
            browser.resize(width, 900);
            for page in pages {
                browser.go(&format!("{base}{page}"));
                browser.run(script);
                for violation in violations(&browser).as_array().unwrap() {
                    found.push(format!("{page} {width} dark={dark}: {violation}"));
                }
                let wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth");
                if wide.as_i64().unwrap() > 0 {
                    found.push(format!("{page} is {wide} px too wide at {width}"));
                }
            }
        }
        assert_eq!(browser.complaints(), Vec::<String>::new());
    }
    found
}

/// The text of its script.
fn source() -> String {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
    std::fs::create_dir_all(&cache).unwrap();
    let archive = cache.join(format!("axe-core-{VERSION}.tgz"));
    let digest = || std::fs::read(&archive).map(|bytes| blake3::hash(&bytes).to_hex().to_string()).unwrap_or_default();
    if digest() != DIGEST {
        let npm =
            Command::new("npm").args(["pack", "--silent", &format!("axe-core@{VERSION}")]).current_dir(&cache).output();
        let npm =
            npm.unwrap_or_else(|error| panic!("npm could not be run ({error}); this test fetches axe-core with it"));
        assert!(
            npm.status.success(),
            "npm could not fetch axe-core {VERSION}: {}",
            String::from_utf8_lossy(&npm.stderr)
        );
        assert_eq!(digest(), DIGEST, "{} is not the archive this test was written for", archive.display());
    }
    let tar = Command::new("tar").arg("-xzOf").arg(&archive).arg("package/axe.min.js").output().unwrap();
    assert!(tar.status.success(), "{} could not be unpacked", archive.display());
    String::from_utf8(tar.stdout).unwrap()
}
