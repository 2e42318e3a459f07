//! A second import: what people have made of the page stays, and what is new in the file comes in.

use serde_json::{Value, json};
use tiltyard::import::threat_model::Format;

use super::bases::{files, import};

fn dragon() -> (Format, Value) {
    let bytes = std::fs::read(files().join("threat-dragon--plain-v2.json")).unwrap();
    (Format::named("threat-dragon").unwrap(), serde_json::from_slice(&bytes).unwrap())
}

fn text(format: Format, file: &Value, earlier: Option<&str>) -> (String, Vec<String>) {
    let imported = import(format, "model.json", &serde_json::to_vec(file).unwrap(), earlier).unwrap();
    let merged = imported.report.merged.iter().map(|note| format!("{}: {}", note.at, note.what)).collect();
    (imported.text, merged)
}

/// The threats of the first cell that has some.
fn threats(file: &mut Value) -> &mut Vec<Value> {
    let cells = file["detail"]["diagrams"][0]["cells"].as_array_mut().unwrap();
    let cell =
        cells.iter_mut().find(|cell| cell["data"]["threats"].as_array().is_some_and(|list| list.len() > 1)).unwrap();
    cell["data"]["threats"].as_array_mut().unwrap()
}

#[test]
fn our_edits_stay_and_what_is_new_comes_in() {
    let (format, mut file) = dragon();
    let (page, _) = text(format, &file, None);
    let title = threats(&mut file)[0]["title"].as_str().unwrap().to_owned();
    let own = page
        .replace(&format!("title: {title}\n"), "title: A sentence of ours\n    likelihood: high   # as we see it\n")
        .replace("components:\n", "# what we run\ncomponents:\n")
        .replace(
            "    for: [T1]\n    status: proposed\n",
            "    for: [T1]\n    owner: shop\n    ticket: LP-1\n    status: in-progress\n",
        )
        + "\n## How it went\n\nWe talked for an hour.\n";
    assert_ne!(own, page);
    assert!(own.contains("ticket: LP-1"), "{own}");
    // Nothing new: not a byte is changed.
    assert_eq!(text(format, &file, Some(&own)).0, own);
    let second = threats(&mut file)[1]["title"].as_str().unwrap().to_owned();
    threats(&mut file)[0]["title"] = json!("A sentence of theirs");
    threats(&mut file)[1]["title"] = json!("The tool's new words");
    threats(&mut file).push(json!({"id": "new-one", "title": "Something new", "status": "Open", "severity": "Low", "type": "Tampering", "description": "Found last week", "mitigation": ""}));
    let (merged, told) = text(format, &file, Some(&own));
    assert!(merged.contains("title: A sentence of ours\n    likelihood: high   # as we see it\n"), "{merged}");
    assert!(merged.contains("# what we run\ncomponents:\n") && merged.contains("We talked for an hour."), "{merged}");
    assert!(merged.contains("owner: shop\n    ticket: LP-1\n    status: in-progress"), "{merged}");
    assert!(merged.contains("title: The tool's new words") && !merged.contains(&second), "{merged}");
    assert!(merged.contains("title: Something new") && merged.contains("Found last week"), "{merged}");
    assert!(
        told.iter().any(|line| line.contains("ours is kept, the file says title `A sentence of theirs`")),
        "{told:?}"
    );
    assert!(told.iter().any(|line| line.contains("not here: title taken")), "{told:?}");
    assert_eq!(text(format, &file, Some(&merged)).0, merged, "twice is once");
}

#[test]
fn what_was_taken_out_stays_out_and_what_is_gone_from_the_file_stays() {
    let (format, mut file) = dragon();
    let (page, _) = text(format, &file, None);
    let at = page.find("  - id: T2\n").unwrap();
    let end = at + page[at..].find("  - id: T3\n").unwrap();
    let own = format!("{}{}", &page[..at], &page[end..]);
    let (merged, told) = text(format, &file, Some(&own));
    assert!(!merged.contains("id: T2\n"), "{merged}");
    assert!(told.iter().any(|line| line == "T2: was taken out of the page, and stays out"), "{told:?}");
    threats(&mut file).remove(0);
    let (merged, told) = text(format, &file, Some(&page));
    assert!(merged.contains("id: T2\n"), "{merged}");
    assert!(told.iter().any(|line| line == "T2: is no longer in the file; kept here"), "{told:?}");
}

#[test]
fn a_page_in_another_style_is_written_anew_and_says_so() {
    let (format, mut file) = dragon();
    let (page, _) = text(format, &file, None);
    let data: Value = tiltyard::import::yaml::parse(page.split("---\n").nth(1).unwrap()).unwrap();
    let own = format!("---\n# all on one line\n{data}\n---\n\nOurs.\n");
    threats(&mut file)[0]["title"] = json!("Other words");
    let imported = import(format, "model.json", &serde_json::to_vec(&file).unwrap(), Some(&own)).unwrap();
    assert!(imported.text.contains("title: Other words") && imported.text.ends_with("Ours.\n"), "{}", imported.text);
    assert!(imported.report.odd.iter().any(|note| note.what.contains("written anew")), "{:?}", imported.report.odd);
}

#[test]
fn the_models_of_the_sample_that_were_imported_keep_every_word_of_their_authors() {
    for (format, file, page) in [
        ("threat-dragon", "threat-dragon--plain-v2.json", "parcel-lockers"),
        ("otm", "otm--plain.json", "customs-declarations"),
    ] {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("content/threat-models/{page}.md"));
        let page = std::fs::read_to_string(page).unwrap();
        let bytes = std::fs::read(files().join(file)).unwrap();
        let imported = import(Format::named(format).unwrap(), file, &bytes, Some(&page)).unwrap();
        assert_eq!(imported.text, page);
        assert!(page.contains("status: verified"), "an author has been at work");
    }
}
