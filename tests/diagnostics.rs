//! The documentation is true: every code has a page whose examples do what they say, every field is in the table of its kind, and what a page
//! of the documentation shows as files is a knowledge base with nothing wrong in it.
//!
//! An example is a small knowledge base in one text. A line `-- path --` begins a file; `-- path -> target --` is a symbolic link,
//! `-- path (pipe) --` a named pipe, `-- path (base64) --` a file given in Base64, `-- flags --` is followed by flags for `check`.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test lays examples out on disk, runs the program on them, and may fail loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use rayon::prelude::*;
use rustix::fs::{CWD, Mode, mkfifoat};
use serde_json::Value;

use tiltyard::diagnostic::{Code, Severity, codes};
use tiltyard::markdown::{CodeBlock, Role, outline};
use tiltyard::model::common::Common;
use tiltyard::model::config::ConfigFile;
use tiltyard::model::field::{Field, Record, Shape};
use tiltyard::model::invariant::{ExemptionEntry, InvariantEntry};
use tiltyard::model::kind::Kind;
use tiltyard::model::metric::Metric;
use tiltyard::model::registry::{GlossaryTerm, Person, Scanner, Service, Skill, Team};

/// The day of the examples.
const TODAY: &str = "2026-11-02";

/// Codes without examples, and why.
const EXEMPT: &[(&str, &str)] = &[
    ("unreadable", "who may read a file is a matter of the machine, and root may read everything"),
    ("missing-template", "the default theme is part of the program and has every template"),
];

/// Codes whose example is about a whole file: they have a path and no line.
const WHOLE_FILE: &[&str] = &[
    "file-too-big",
    "not-a-file",
    "symlink-outside",
    "symlink-broken",
    "odd-name",
    "same-url",
    "twin-names",
    "unknown-registry",
    "bad-coverage",
];

/// Codes whose example is about the knowledge base as a whole: they have no path.
const WHOLE_SITE: &[&str] = &["shallow-history"];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("content/docs")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The Markdown files of a folder of the documentation, by stem.
fn pages(folder: &Path) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.insert(path.file_stem().unwrap().to_string_lossy().into_owned(), read(&path));
        }
    }
    pages
}

/// The pages of codes.
fn code_pages() -> BTreeMap<String, String> {
    let mut pages = pages(&docs().join("diagnostics"));
    pages.remove("index");
    pages
}

fn blocks(page: &str) -> Vec<CodeBlock> {
    let start = page.get(4..).and_then(|rest| rest.find("\n---\n")).map_or(0, |end| end + 4 + 5);
    outline(page, start).code_blocks
}

/// The examples of a page that have this role.
fn examples(page: &str, role: Role) -> Vec<String> {
    blocks(page).into_iter().filter(|block| block.info.role == Some(role)).filter_map(|block| block.code).collect()
}

/// A file of an example: what stands between the dashes, and the lines below.
struct Piece {
    head: String,
    text: String,
}

fn pieces(example: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for line in example.lines() {
        let head = line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"));
        if let Some(head) = head {
            pieces.push(Piece { head: head.to_owned(), text: String::new() });
        } else {
            let piece = pieces.last_mut().expect("an example begins with a line `-- path --`");
            piece.text.push_str(line);
            piece.text.push('\n');
        }
    }
    pieces
}

/// Lays an example out below `root`; the flags it asks for.
fn lay_out(pieces: &[Piece], root: &Path) -> Vec<String> {
    let mut flags = Vec::new();
    let place = |path: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    };
    for Piece { head, text } in pieces {
        if head == "flags" {
            flags.extend(text.split_whitespace().map(str::to_owned));
        } else if let Some((path, target)) = head.split_once(" -> ") {
            symlink(target, place(path)).unwrap();
        } else if let Some(path) = head.strip_suffix(" (pipe)") {
            mkfifoat(CWD, place(path), Mode::from_raw_mode(0o644)).unwrap();
        } else if let Some(path) = head.strip_suffix(" (base64)") {
            fs::write(place(path), bytes(text)).unwrap();
        } else {
            fs::write(place(head), text).unwrap();
        }
    }
    flags
}

/// Base64 as RFC 4648 has it.
fn bytes(base64: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for letter in base64.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let value = LETTERS.iter().position(|known| *known == letter).expect("only Base64 stands in a base64 file");
        held = (held << 6) | u32::try_from(value).unwrap();
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).unwrap());
        }
    }
    bytes
}

/// What `check` says of an example: its exit code and the diagnostics.
fn check(pieces: &[Piece]) -> (i32, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("site");
    fs::create_dir(&root).unwrap();
    let flags = lay_out(pieces, &root);
    let output = Command::new(env!("CARGO_BIN_EXE_tiltyard"))
        .args(["check", "--quiet", "--format", "json", "--today", TODAY, "--root"])
        .arg(&root)
        .args(flags)
        .env("GIT_CEILING_DIRECTORIES", folder.path())
        .current_dir(folder.path())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let diagnostics = report["diagnostics"].as_array().cloned().unwrap_or_default();
    (output.status.code().unwrap_or(-1), diagnostics)
}

/// What is wrong with the bad example of a code; nothing when it does what it should.
fn of_bad(code: &Code, example: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut expect = |holds: bool, what: String| {
        if !holds {
            wrong.push(format!("{}, bad: {what}", code.name));
        }
    };
    let (exit, diagnostics) = check(&pieces(example));
    let others: BTreeSet<_> =
        diagnostics.iter().filter_map(|one| one["code"].as_str()).filter(|name| *name != code.name).collect();
    expect(others.is_empty(), format!("it is also {others:?}"));
    expect(
        exit == i32::from(code.severity == Severity::Error),
        format!("the exit code {exit} does not fit its severity"),
    );
    let Some(own) = diagnostics.iter().find(|one| one["code"] == code.name) else {
        expect(false, "the code is not told".to_owned());
        return wrong;
    };
    expect(own["severity"] == code.severity.as_str(), format!("its severity is {}", own["severity"]));
    expect(own["path"].is_string() != WHOLE_SITE.contains(&code.name), format!("its path is {}", own["path"]));
    let lined = !WHOLE_SITE.contains(&code.name) && !WHOLE_FILE.contains(&code.name);
    expect(own["line"].is_u64() == lined, format!("its line is {}", own["line"]));
    wrong
}

/// What is wrong with the good example of a code.
fn of_good(code: &Code, example: &str) -> Vec<String> {
    let (exit, diagnostics) = check(&pieces(example));
    let mut wrong: Vec<String> =
        diagnostics.iter().map(|one| format!("{}, good: {} {}", code.name, one["code"], one["message"])).collect();
    if exit != 0 {
        wrong.push(format!("{}, good: exit code {exit}", code.name));
    }
    wrong
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_code_has_its_page() {
    let pages = code_pages();
    let documented: BTreeSet<&str> = pages.keys().map(String::as_str).collect();
    let known: BTreeSet<&str> = codes::ALL.iter().map(|code| code.name).collect();
    assert_eq!(documented, known);

    let index = read(&docs().join("diagnostics/index.md"));
    let mut wrong = Vec::new();
    for code in codes::ALL {
        let page = &pages[code.name];
        let severity = code.severity.as_str();
        let row = format!("| [{0}]({0}.md) | {severity} | {1} |", code.name, code.meaning);
        if !index.lines().any(|line| line == row) {
            wrong.push(format!("the index lacks {row}"));
        }
        let title = format!("title: {}", code.name);
        if !page.lines().any(|line| line == title) {
            wrong.push(format!("{}: the title is not the code", code.name));
        }
        let summary = page.lines().find(|line| line.starts_with("summary: ")).unwrap_or_default().to_lowercase();
        if !summary.contains(&code.meaning.to_lowercase()) {
            wrong.push(format!("{}: the summary is not its meaning, {}", code.name, code.meaning));
        }
        if !page.to_lowercase().contains(&format!("\n**{severity}:** ")) {
            wrong.push(format!("{}: the page does not begin with its severity", code.name));
        }
        let exempt = EXEMPT.iter().any(|(name, _)| *name == code.name);
        let counts = (examples(page, Role::Bad).len(), examples(page, Role::Good).len());
        let wanted = if exempt { (0, 0) } else { (1, 1) };
        if counts != wanted {
            wrong.push(format!("{}: it has {} bad and {} good examples", code.name, counts.0, counts.1));
        }
    }
    none(&wrong);
}

#[test]
fn examples_do_what_they_say() {
    let pages = code_pages();
    let wrong: Vec<String> = codes::ALL
        .par_iter()
        .flat_map_iter(|code| {
            let page = pages.get(code.name).map_or("", String::as_str);
            let bad = examples(page, Role::Bad).into_iter().flat_map(|example| of_bad(code, &example));
            let good = examples(page, Role::Good).into_iter().flat_map(|example| of_good(code, &example));
            bad.chain(good).collect::<Vec<_>>()
        })
        .collect();
    none(&wrong);
}

/// The tables of a page by the heading above them: names, and whether each is required.
fn tables(page: &str) -> BTreeMap<String, BTreeMap<String, bool>> {
    let mut tables: BTreeMap<String, BTreeMap<String, bool>> = BTreeMap::new();
    let mut heading = String::new();
    let mut inside = false;
    for line in page.lines() {
        if let Some(text) = line.strip_prefix('#') {
            heading = text.trim_start_matches('#').trim().replace('`', "");
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        match cells.get(1..3) {
            Some(["Field" | "Key", _]) if line.starts_with('|') => inside = true,
            Some([name, required]) if inside && line.starts_with('|') => {
                if let Some(name) = name.strip_prefix('`').and_then(|name| name.strip_suffix('`')) {
                    tables.entry(heading.clone()).or_default().insert(name.to_owned(), *required == "yes");
                }
            }
            _ => inside = false,
        }
    }
    tables
}

fn table(fields: &[Field]) -> BTreeMap<String, bool> {
    fields.iter().map(|field| (field.name.to_owned(), field.required)).collect()
}

/// The tables of the mappings that these fields hold, by their way down: `threats.accepted`.
fn below(prefix: &str, fields: &[Field], tables: &mut BTreeMap<String, BTreeMap<String, bool>>) {
    for field in fields {
        let mut shape = (field.shape)();
        while let Shape::List(inner) = shape {
            shape = *inner;
        }
        if let Shape::Record(inner) = shape {
            let path = format!("{prefix}{}", field.name);
            below(&format!("{path}."), inner, tables);
            tables.insert(path, table(inner));
        }
    }
}

#[test]
fn every_field_is_documented() {
    let kinds = [
        ("writing-findings", vec![("Fields", Kind::Finding)]),
        ("writing-threat-models", vec![("Fields", Kind::ThreatModel)]),
        ("writing-reviews", vec![("Fields", Kind::Review)]),
        ("writing-curricula", vec![("Fields of a curriculum", Kind::Curriculum), ("Fields of a module", Kind::Module)]),
        ("writing-champions", vec![("Fields", Kind::Champion)]),
    ];
    for (page, kinds) in kinds {
        let mut wanted = BTreeMap::new();
        for (heading, kind) in kinds {
            wanted.insert(heading.to_owned(), table(kind.own_fields()));
            below("", kind.own_fields(), &mut wanted);
        }
        assert_eq!(tables(&read(&docs().join(format!("{page}.md")))), wanted, "{page}");
    }
    let common = BTreeMap::from([("Fields of every kind".to_owned(), table(Common::FIELDS))]);
    assert_eq!(tables(&read(&docs().join("writing-pages.md"))), common);

    let registries = [
        ("teams.yaml", Team::FIELDS),
        ("people.yaml", Person::FIELDS),
        ("services.yaml", Service::FIELDS),
        ("skills.yaml", Skill::FIELDS),
        ("scanners.yaml", Scanner::FIELDS),
        ("glossary.yaml", GlossaryTerm::FIELDS),
        ("metrics.yaml", Metric::FIELDS),
    ];
    let registries: BTreeMap<_, _> = registries.map(|(file, fields)| (file.to_owned(), table(fields))).into();
    assert_eq!(tables(&read(&docs().join("registries.md"))), registries);

    let rules = [("A rule", InvariantEntry::FIELDS), ("An exemption", ExemptionEntry::FIELDS)];
    let rules: BTreeMap<_, _> = rules.map(|(heading, fields)| (heading.to_owned(), table(fields))).into();
    assert_eq!(tables(&read(&docs().join("house-rules.md"))), rules);

    let configuration = BTreeMap::from([("Keys".to_owned(), table(ConfigFile::FIELDS))]);
    assert_eq!(tables(&read(&docs().join("configuration.md"))), configuration);
}

#[test]
fn files_shown_in_the_documentation_are_a_clean_knowledge_base() {
    let mut wrong = Vec::new();
    for (name, page) in pages(&docs()) {
        let mut pieces: Vec<Piece> = Vec::new();
        for block in blocks(&page) {
            let Some(path) = block.info.title else { continue };
            if ["content/", "templates/", "themes/", "tiltyard.yaml"].iter().any(|start| path.starts_with(start)) {
                assert!(pieces.iter().all(|piece| piece.head != path), "{name} shows {path} twice");
                pieces.push(Piece { head: path, text: block.code.unwrap() });
            }
        }
        if pieces.is_empty() {
            continue;
        }
        for (path, text) in [("tiltyard.yaml", "title: Example\n"), ("content/index.md", "# Home\n")] {
            if pieces.iter().all(|piece| piece.head != path) {
                pieces.push(Piece { head: path.to_owned(), text: text.to_owned() });
            }
        }
        let (_, diagnostics) = check(&pieces);
        wrong.extend(
            diagnostics.iter().map(|one| format!("{name}: {} {} {}", one["path"], one["line"], one["message"])),
        );
    }
    none(&wrong);
}
