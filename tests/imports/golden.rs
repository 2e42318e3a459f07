//! Our own foreign files, with the quirks that real ones have: the page and the report of each are written out in full beside them.

use serde_json::Value;

use super::account;
use super::bases::{all, base, files, import, run};
use tiltyard::import::threat_model::{FORMATS, Fault, Format};

#[test]
fn each_file_becomes_the_page_and_the_report_beside_it() {
    let mut wrong = Vec::new();
    for (format, name, bytes) in all() {
        let written = match import(format, &name, &bytes, None) {
            Ok(imported) => {
                format!("{}\n=====\n{}\n", imported.text, serde_json::to_string_pretty(&imported.report).unwrap())
            }
            Err(fault) => format!("{fault}\nhelp: {}\n", fault.help().unwrap_or_default()),
        };
        let golden = files().join(format!("{name}.golden"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &written).unwrap();
        }
        if std::fs::read_to_string(&golden).unwrap_or_default() != written {
            wrong.push(name);
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong:?} became something else; `UPDATE_GOLDEN=1 cargo test --test imports` writes them anew"
    );
}

#[test]
fn each_page_passes_check_as_a_draft_and_is_shown() {
    for (format, name, bytes) in all() {
        let Ok(imported) = import(format, &name, &bytes, None) else { continue };
        let folder = base(&imported.text);
        let (code, out, err) = run(folder.path(), &["check", "--drafts", "--format", "short"]);
        assert_eq!(code, 0, "{name}: {out}{err}\n{}", imported.text);
        let text = &imported.text;
        assert!(
            !text.contains("status: mitigated")
                && !text.contains("verified")
                && !text.contains("status: accepted\n    accepted"),
            "{name}"
        );
        let (code, _, err) = run(folder.path(), &["build", "--drafts"]);
        assert_eq!(code, 0, "{name}: {err}");
        assert!(folder.path().join("public/threat-models/imported/index.html").exists(), "{name}");
    }
}

#[test]
fn every_value_of_every_file_is_in_the_page_or_in_the_report() {
    for (format, name, bytes) in all() {
        let (Ok(imported), Ok(file)) = (import(format, &name, &bytes, None), serde_json::from_slice::<Value>(&bytes))
        else {
            continue;
        };
        assert_eq!(account::unaccounted(&file, &imported), Vec::<String>::new(), "{name}");
        assert_eq!(account::invented(&file, &imported), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_format_has_a_file_and_knows_its_own_from_the_others() {
    for format in FORMATS {
        assert!(all().iter().any(|(of, _, _)| of.name == format.name), "{}", format.name);
    }
    for (format, name, bytes) in all().into_iter().filter(|(_, name, _)| name.contains("--plain")) {
        for other in FORMATS.into_iter().filter(|other| other.name != format.name) {
            let Err(Fault::NotThis { help, .. }) = import(other, &name, &bytes, None) else {
                panic!("{name} as {}", other.name)
            };
            assert_eq!(help, Some(format!("it looks like {}: `tiltyard import {}`", format.title, format.name)));
        }
    }
}

#[test]
fn what_is_no_such_file_is_told_with_its_place() {
    let dragon = Format::named("threat-dragon").unwrap();
    let otm = Format::named("otm").unwrap();
    let composer = Format::named("threat-composer").unwrap();
    for (format, text, wanted) in [
        (dragon, "", "it is empty"),
        (dragon, "{\n  \"summary\": {\n", "it ends in line 3, column 0, before it is complete"),
        (dragon, "A model of ours\n", "it is not JSON, from line 1, column 1 on"),
        (dragon, "{\"a\": 1,}", "it is not JSON, from line 1, column 9 on: trailing comma"),
        (dragon, "[]", "it is no file of OWASP Threat Dragon, but a list"),
        (dragon, "{\"bomFormat\": 1}", "it is no file of OWASP Threat Dragon, but a mapping with `bomFormat`"),
        (
            dragon,
            "{\"summary\": {\"title\": \"x\"}, \"details\": {}}",
            "at `detail` (line 1, column 1): a mapping with `diagrams` should be here, and there is nothing",
        ),
        (
            dragon,
            "{\"detail\": {\"diagrams\": \"none\"}}",
            "at `detail.diagrams` (line 1, column 25): a list of diagrams should be here, not a text",
        ),
        (
            otm,
            "{\"otmVersion\": \"0.2.0\"}",
            "at `project` (line 1, column 1): a mapping with `name` and `id` should be here, and there is nothing",
        ),
        (otm, "otmVersion: 0.2.0\nproject: [a\n", "it is not sound: "),
        (otm, "otmVersion: 0.2.0\nproject:\n  - a\n", "at `project` (line 3, column 3): a mapping"),
        (
            composer,
            "{\"schema\": 1,\n  \"threats\": {}}",
            "at `threats` (line 2, column 14): a list should be here, not a mapping",
        ),
    ] {
        let fault = import(format, "x.json", text.as_bytes(), None).unwrap_err();
        assert!(fault.to_string().starts_with(wanted), "{fault}\n{wanted}");
    }
    let deep = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
    for (format, text, wanted) in [
        (dragon, deep.clone(), "it is nested too deeply, in line 1, column 128"),
        (otm, format!("a: {deep}"), "it is nested too deeply, in line 1, column 259"),
    ] {
        let fault = import(format, "x", text.as_bytes(), None).unwrap_err();
        assert_eq!(fault.to_string(), wanted);
        assert!(!fault.help().unwrap().contains("cut off"), "{fault}");
    }
    assert!(matches!(import(dragon, "x", b"\xff\xfe{\0}\0", None), Err(Fault::NotUtf8(0))));
    assert!(matches!(import(dragon, "x", b"PK\x03\x04", None), Err(Fault::Compressed)));
}

fn odd_and_dropped(format: &str, text: &str) -> (Vec<String>, Vec<String>) {
    let report = import(Format::named(format).unwrap(), "x", text.as_bytes(), None).unwrap().report;
    let told = |notes: &[tiltyard::import::threat_model::tree::Note]| {
        notes.iter().map(|note| format!("{}: {}", note.at, note.what)).collect()
    };
    (told(&report.odd), told(&report.dropped))
}

#[test]
fn a_version_that_is_not_known_is_odd_and_told_once() {
    let dragon =
        "{\"version\": \"9.9.9\", \"summary\": {\"title\": \"x\"}, \"detail\": {\"diagrams\": [{\"cells\": []}]}}";
    for (format, text, wanted) in [
        ("otm", "otmVersion: 7.0.1\nproject: {name: x}\n", "otmVersion: version `7.0.1` is read as 0.2"),
        ("threat-composer", "{\"schema\": 99, \"threats\": []}", "schema: schema `99` is read as 1"),
        ("threat-dragon", dragon, "version: version `9.9.9` is read as 2"),
    ] {
        let (odd, dropped) = odd_and_dropped(format, text);
        assert_eq!(
            odd.iter().filter(|line| line.contains("ersion") || line.contains("schema")).collect::<Vec<_>>(),
            [wanted]
        );
        assert_eq!(dropped, Vec::<String>::new(), "{format}");
    }
    let (odd, _) = odd_and_dropped("threat-dragon", &dragon.replace("9.9.9", "2.4.0"));
    assert!(!odd.iter().any(|line| line.contains("version")), "{odd:?}");
}

#[test]
fn a_flow_with_a_loose_end_is_one_line_with_everything_that_is_known_of_it() {
    let otm = "
otmVersion: 0.2.0
project: {name: P, id: p}
trustZones: []
components: [{id: c1, name: Web shop, type: web-app, parent: {}}]
dataflows:
  - {id: d2, name: Orders, source: c1, destination: nowhere, description: Every night, attributes: {protocol: SFTP, encrypted: false}}
  - {id: d3, name: Orders, destination: c1, bidirectional: true}
";
    let imported = import(Format::named("otm").unwrap(), "x", otm.as_bytes(), None).unwrap();
    assert!(
        imported.text.contains(
            "## Flows with a loose end\n\n\
             - Orders (d2): from Web shop (c1); to nowhere, which is no component; Every night; protocol SFTP; encrypted false\n\
             - Orders (d3): from nothing; to Web shop (c1); both ways\n"
        ),
        "{}",
        imported.text
    );
    let cell = |id: &str, more: Value| {
        let mut cell = serde_json::json!({"id": id});
        cell.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        cell
    };
    let dragon = serde_json::json!({"summary": {"title": "x"}, "detail": {"diagrams": [{"title": "d", "diagramType": "STRIDE", "cells": [
        cell("one", serde_json::json!({"shape": "process", "data": {"type": "tm.Process", "name": "Web shop"}})),
        cell("l1", serde_json::json!({"shape": "flow", "source": {"cell": "one"}, "target": {"cell": "gone"}, "data": {"type": "tm.Flow", "name": "Orders", "isEncrypted": false}})),
        cell("l2", serde_json::json!({"shape": "flow", "source": {"x": 900, "y": 900}, "target": {"cell": "one"}, "data": {"type": "tm.Flow", "name": "Orders", "isEncrypted": true, "protocol": "HTTPS"}})),
    ]}]}});
    let bytes = serde_json::to_vec(&dragon).unwrap();
    let imported = import(Format::named("threat-dragon").unwrap(), "x", &bytes, None).unwrap();
    assert!(
        imported.text.contains(
            "- Orders (l1): from Web shop (web-shop); to gone, which is no component; encrypted false\n\
             - Orders (l2): from nothing; to Web shop (web-shop); protocol HTTPS; encrypted true\n"
        ),
        "{}",
        imported.text
    );
    assert_eq!(account::unaccounted(&dragon, &imported), Vec::<String>::new());
}

#[test]
fn a_word_that_stays_the_same_word_is_not_told_as_another_form() {
    for (format, name, bytes) in all() {
        let Ok(imported) = import(format, &name, &bytes, None) else { continue };
        for note in &imported.report.mapped {
            let words: Vec<&str> = note.what.split('`').collect();
            if let [_, said, " became ", word, ..] = words.as_slice() {
                assert_ne!(said, word, "{name}: {}", note.at);
            }
        }
    }
    let file = "otmVersion: 0.2\nproject: {name: P}\ntrustZones: []\n\
        components: [{id: c, name: C, type: store, parent: {}, threats: [{threat: t, state: transferred, mitigations: [{mitigation: m, state: implemented}]}]}]\n\
        threats: [{id: t, name: T, risk: {}}]\nmitigations: [{id: m, name: M}]\n";
    let imported = import(Format::named("otm").unwrap(), "x", file.as_bytes(), None).unwrap();
    assert!(imported.text.contains("status: implemented") && imported.text.contains("status: transferred"));
    assert!(imported.report.mapped.iter().all(|note| note.at == "otmVersion"), "{:?}", imported.report.mapped);
}

/// Every note about a file is told with the place where the value stands in its text.
#[test]
fn what_is_told_of_a_value_has_its_line_and_column() {
    for (format, name, bytes) in all() {
        let Ok(imported) = import(format, &name, &bytes, None) else { continue };
        let text = std::str::from_utf8(&bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let report = &imported.report;
        for note in report.dropped.iter().chain(&report.mapped).chain(&report.odd) {
            let spot = note.spot.unwrap_or_else(|| panic!("{name}: {} has no place", note.at));
            let line = lines[spot.line as usize - 1];
            let here: String = line.chars().skip(spot.column as usize - 1).collect();
            assert!(
                !here.trim().is_empty() && !here.starts_with([' ', ',', ':', '}', ']']),
                "{name}: {} {spot}: {here}",
                note.at
            );
            // The name of a member stands before it, in this line or above it.
            let key = note.at.rsplit('.').next().unwrap();
            if !note.at.contains('"') && !key.contains('[') {
                let before: String = lines[..spot.line as usize].join("\n");
                assert!(before.contains(key), "{name}: {} {spot}", note.at);
            }
        }
    }
}

#[test]
fn the_command_writes_the_page_and_tells() {
    let folder = base("");
    let file = files().join("threat-dragon--plain-v2.json");
    let file = file.to_str().unwrap();
    let page = "content/threat-models/new.md";
    let (code, out, err) = run(folder.path(), &["import", "threat-dragon", file, "-o", page, "--owner", "shop"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("imported from threat-dragon--plain-v2.json") && err.contains("not in the page:"), "{err}");
    let first = std::fs::read_to_string(folder.path().join(page)).unwrap();
    let (code, out, _) = run(folder.path(), &["import", "threat-dragon", file, "-o", "-", "--owner", "shop", "-q"]);
    assert_eq!((code, out.replace(&today(&out), ""),), (0, first.replace(&today(&first), "")));
    let (code, out, err) = run(folder.path(), &["import", "threat-dragon", file, "-o", page, "--report", "json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["update"], true);
    assert_eq!(std::fs::read_to_string(folder.path().join(page)).unwrap(), first, "twice is once");
    std::fs::write(folder.path().join("hand.md"), "---\ntitle: By hand\n---\n").unwrap();
    let (code, _, err) = run(folder.path(), &["import", "threat-dragon", file, "-o", "hand.md"]);
    assert_eq!(code, 2);
    assert!(err.contains("`hand.md` cannot be imported: the page that is there was not imported"), "{err}");
    let (code, _, err) = run(folder.path(), &["import", "otm", file, "-o", "x.md"]);
    assert_eq!(code, 2);
    assert!(err.contains("`tiltyard import threat-dragon`") && !folder.path().join("x.md").exists(), "{err}");
}

#[test]
fn the_page_stands_in_the_knowledge_base_and_follows_its_day() {
    let folder = base("");
    let file = files().join("otm--yaml.yaml");
    let file = file.to_str().unwrap();
    let elsewhere = tempfile::TempDir::new().unwrap();
    let outside = elsewhere.path().join("y.md");
    for path in [outside.to_str().unwrap(), "../y.md"] {
        let (code, out, err) = run(folder.path(), &["import", "otm", file, "-o", path]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("would not be part of the site") && err.contains("`-o -`"), "{err}");
    }
    assert!(!outside.exists());
    let (code, _, err) = run(folder.path(), &["import", "otm", file, "-o", "beside.md"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("`beside.md` would not be part of the site: give a file below `content`"), "{err}");
    let page = "content/threat-models/day.md";
    let (code, _, err) = run(folder.path(), &["import", "otm", file, "-o", page]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains(": 2 components, 1 flow, 1 threat, 1 zone\n") && !err.contains("part of the site"), "{err}");
    let text = std::fs::read_to_string(folder.path().join(page)).unwrap();
    assert!(text.contains("created: 2026-11-02\n"), "the configuration's day\n{text}");
    let (_, _, err) = run(folder.path(), &["import", "otm", file, "-o", page]);
    assert!(
        err.starts_with(&format!("{page}: imported again from otm--yaml.yaml; nothing in the page has changed\n")),
        "{err}"
    );
    assert!(!err.contains("in another form"), "{err}");
    let (_, out, _) = run(folder.path(), &["import", "otm", file, "-o", "-", "--today", "2026-11-05"]);
    assert!(out.contains("created: 2026-11-05\n"), "{out}");
}

#[test]
fn a_second_import_tells_first_of_the_page_and_then_what_is_new() {
    let folder = base("");
    let at = |name: &str| folder.path().join(name);
    let page = "content/threat-models/again.md";
    let old = std::fs::read_to_string(files().join("otm--yaml.yaml")).unwrap();
    std::fs::write(at("a.yaml"), &old).unwrap();
    assert_eq!(run(folder.path(), &["import", "otm", "a.yaml", "-o", page, "-q"]).0, 0);
    let new = old.replace("name: The radio is jammed", "name: The radio is silent")
        + "  - {id: second, name: Another, risk: {likelihood: 30, impact: 40}}\n";
    assert_ne!(old, new);
    std::fs::write(at("a.yaml"), &new).unwrap();
    let own = std::fs::read_to_string(at(page)).unwrap().replace("title: The radio is jammed", "title: Ours");
    std::fs::write(at(page), own).unwrap();
    let (_, _, err) = run(folder.path(), &["import", "otm", "a.yaml", "-o", page]);
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines[0], format!("{page}: updated from a.yaml; new: 1 threat"));
    assert_eq!(lines[1], "  what the page already had:");
    assert!(lines[2].starts_with("    jam: changed in the file and here"), "{err}");
    let form = err.split("in another form:").nth(1).unwrap();
    let form = form.split("\n  not in").next().unwrap();
    assert!(form.contains("threats[].risk.impact (line") && !form.contains("times") && !form.contains("type"), "{err}");
}

fn today(page: &str) -> String {
    page.lines().find(|line| line.starts_with("created: ")).unwrap().to_owned()
}
