//! The rooms of the house and who may import whom: the table of ARCHITECTURE.md, held against the `crate::` paths of the source.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test lays things out on disk, runs the program on them, and may fail loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The table as ARCHITECTURE.md has it: rows `| room, room | may import |`.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rows = text.split("<!-- rooms -->").nth(1).expect("the table stands between two <!-- rooms --> lines");
    let mut table = BTreeMap::new();
    for row in rows.lines().filter(|line| line.starts_with('|')).skip(2) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let words = |cell: &str| -> Vec<String> {
            cell.split(',')
                .map(|word| word.trim().trim_matches('`').to_owned())
                .filter(|word| !word.is_empty() && word != "—")
                .collect()
        };
        for room in words(cells[0]) {
            table.insert(room, words(cells[1]).into_iter().collect());
        }
    }
    table
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The rooms that a text names in `crate::room` paths and `use crate::{a, b::c}` groups, outside comments.
fn imports(text: &str) -> BTreeSet<String> {
    // Test modules stand at the end of a file.
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with('$') {
            // `$crate::` in a macro: the same room, wherever it is used.
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut start = true;
            for (i, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => start = true,
                    c if start && depth == 0 && !c.is_whitespace() => {
                        rooms.insert(name(&group[i..]));
                        start = false;
                    }
                    _ => {}
                }
            }
        } else {
            rooms.insert(name(rest));
        }
    }
    rooms
}

#[test]
fn every_import_is_in_the_table() {
    let table = table();
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for file in files {
        let below = file.strip_prefix(root().join("src")).unwrap();
        let room = below.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
        if room == "lib" || room == "main" {
            continue;
        }
        let Some(allowed) = table.get(&room) else {
            wrong.push(format!("{}: the table has no room `{room}`", below.display()));
            continue;
        };
        seen.insert(room.clone());
        for import in imports(&std::fs::read_to_string(&file).unwrap()) {
            if import != room && !allowed.contains(&import) {
                wrong.push(format!("{}: `{room}` may not import `{import}`", below.display()));
            }
        }
    }
    wrong.extend(
        table
            .keys()
            .filter(|room| !seen.contains(*room))
            .map(|room| format!("the table's room `{room}` does not exist")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_circle() {
    let table = table();
    for room in table.keys() {
        let mut seen = BTreeSet::new();
        let mut next: Vec<&String> = table[room].iter().collect();
        while let Some(other) = next.pop() {
            assert_ne!(other, room, "`{room}` reaches itself");
            if seen.insert(other) {
                next.extend(table.get(other).into_iter().flatten());
            }
        }
    }
}

#[test]
fn no_glob_imports_of_the_parent_outside_tests() {
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let is_test = file.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs");
        let before_tests = text.split("#[cfg(test)]").next().unwrap_or("");
        assert!(is_test || !before_tests.contains("use super::*"), "{}", file.display());
    }
}

#[test]
fn imports_are_read_from_every_form() {
    let text = "use crate::a::B;\nuse crate::{c, d::{e, f}, g};\n// crate::comment\nlet x = crate::h::i();\n$crate::macro_path";
    let found: Vec<String> = imports(text).into_iter().collect();
    assert_eq!(found, ["a", "c", "d", "g", "h"]);
}
