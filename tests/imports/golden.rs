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
        (dragon, "{\n  \"summary\": {\n", "it is not sound: EOF while parsing an object at line 3 column 0"),
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
    assert!(import(dragon, "x.json", deep.as_bytes(), None).is_err());
    assert!(import(otm, "x.yaml", format!("a: {deep}").as_bytes(), None).is_err());
    assert!(matches!(import(dragon, "x", b"\xff\xfe{\0}\0", None), Err(Fault::NotUtf8(0))));
    assert!(matches!(import(dragon, "x", b"PK\x03\x04", None), Err(Fault::Compressed)));
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

fn today(page: &str) -> String {
    page.lines().find(|line| line.starts_with("created: ")).unwrap().to_owned()
}
