//! The files of the index: the same for the same input, few, and a page does not change when they do.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::benchmark::gzip;
use super::{ask, build, driver::Browser, repository, write};

/// Every file of the index as text: what stands behind base64 and deflate, and the first file as it is.
pub fn unpacked(browser: &Browser, site: &Path) -> String {
    let files = files(&site.join("search"));
    let data = files.values().filter_map(|text| text.strip_prefix("tiltyardSearch(")?.splitn(3, ',').nth(2));
    let (packed, plain): (Vec<&str>, Vec<&str>) = data.partition(|data| data.starts_with('"'));
    let script = "const out = []; for (const text of data) { \
        const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0)); \
        out.push(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).text()); } return out;";
    let texts: Vec<&str> = packed.into_iter().map(|text| text.split('"').nth(1).unwrap()).collect();
    let read: Value = ask(browser, script, &json!(texts));
    let start = files["start.js"].rsplit_once("({\"version\"").unwrap().1.to_owned();
    read.as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .chain(plain)
        .chain([start.as_str()])
        .collect::<Vec<_>>()
        .join("\n")
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let scripts = std::fs::read_dir(folder)
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "js"));
    scripts
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap()))
        .collect()
}

#[test]
fn the_same_input_gives_the_same_files() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    build(repository(), one.path(), &["--jobs", "1"]);
    build(repository(), two.path(), &["--jobs", "7"]);
    assert!(files(&one.path().join("search")) == files(&two.path().join("search")));
}

#[test]
fn a_page_does_not_change_when_the_index_does() {
    let folder = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    write(folder.path(), &[("a.md", "# Alpha\n\nOne.\n"), ("b.md", "# Beta\n\nTwo.\n")]);
    build(folder.path(), out.path(), &[]);
    let page = std::fs::read(out.path().join("a/index.html")).unwrap();
    let index = files(&out.path().join("search"));
    write(folder.path(), &[("b.md", "# Beta\n\nTwo words more.\n")]);
    build(folder.path(), out.path(), &[]);
    assert_eq!(std::fs::read(out.path().join("a/index.html")).unwrap(), page);
    assert!(files(&out.path().join("search")) != index);
}

/// The reader and what shows its answers on the page of results, without the table of files, which grows with the site.
#[test]
fn the_reader_comes_within_12_kilobytes() {
    let out = tempfile::tempdir().unwrap();
    build(repository(), out.path(), &[]);
    let search = files(&out.path().join("search"));
    let start = search["start.js"].rsplit_once("({\"version\"").unwrap().0;
    let assets = files(&out.path().join("assets"));
    let shown = assets.iter().filter(|(name, _)| name.starts_with("search.") || name.starts_with("search-page."));
    let parts: Vec<(&str, usize)> = std::iter::once(("start.js", gzip(start.as_bytes())))
        .chain(shown.map(|(name, text)| (name.as_str(), gzip(text.as_bytes()))))
        .collect();
    println!("{parts:?}");
    assert_eq!(parts.len(), 3, "{parts:?}");
    assert!(parts.iter().map(|(_, bytes)| bytes).sum::<usize>() <= 12_000, "{parts:?}");
}
