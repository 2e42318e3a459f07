//! Files with something deleted, retyped, doubled, deepened or renamed: the importer never panics, never writes a page that is wrong, and accounts for
//! every value.

use proptest::prelude::*;
use serde_json::{Value, json};
use tiltyard::import::threat_model::Format;

use super::account;
use super::bases::{all, import};

/// Something done to one value of a file: which one, and what.
#[derive(Clone, Debug)]
struct Change {
    place: prop::sample::Index,
    what: u8,
    with: prop::sample::Index,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = (any::<prop::sample::Index>(), 0u8..8, any::<prop::sample::Index>());
    prop::collection::vec(change.prop_map(|(place, what, with)| Change { place, what, with }), 1..6)
}

/// Values of other types, and texts that mean something elsewhere.
fn others() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1.5e300),
        json!(""),
        json!("---\nstatus: verified\n---\n"),
        json!("TBA"),
        json!("[[nowhere]] <script>alert(1)</script> ![x](y.png) [z](../z.md) # {{ x }}"),
        json!("\u{202e}\u{0}\u{feff}«ß»\u{1b}[31m"),
        json!([]),
        json!({}),
        json!([["a", 1], {"b": null}]),
        json!({"id": "same", "name": {"deep": ["er"]}}),
        json!("=cmd|' /C calc'!A0"),
        json!("T1"),
    ]
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(entries) => entries.values().map(count).sum(),
        _ => 0,
    }
}

/// The value at a number in the order of the file, with what holds it.
fn change(value: &mut Value, at: &mut usize, what: u8, with: &Value) {
    let take = |at: &mut usize| {
        let found = *at == 0;
        *at = at.wrapping_sub(1);
        found
    };
    match value {
        Value::Array(items) => {
            for place in 0..items.len() {
                if take(at) {
                    match what {
                        0 => {
                            items.remove(place);
                        }
                        1 | 2 => items[place] = with.clone(),
                        3 | 4 => items.insert(place, items[place].clone()),
                        5 => items[place] = json!([items[place]]),
                        6 => items[place] = json!({"inner": items[place]}),
                        _ => items.push(with.clone()),
                    }
                    return;
                }
                change(&mut items[place], at, what, with);
                if *at == usize::MAX {
                    return;
                }
            }
        }
        Value::Object(entries) => {
            let keys: Vec<String> = entries.keys().cloned().collect();
            for key in keys {
                if take(at) {
                    let old = entries[&key].clone();
                    match what {
                        0 => {
                            entries.shift_remove(&key);
                        }
                        1 | 2 => {
                            entries.insert(key, with.clone());
                        }
                        3 => {
                            entries.insert(format!("{key} again"), old);
                        }
                        4 => {
                            entries.shift_remove(&key);
                            entries.insert(key.to_uppercase(), old);
                        }
                        5 => {
                            entries.insert(key, json!([old]));
                        }
                        6 => {
                            entries.insert(key.clone(), json!({ key: old }));
                        }
                        _ => {
                            entries.insert("unheard of".to_owned(), with.clone());
                        }
                    }
                    return;
                }
                change(entries.get_mut(&key).unwrap(), at, what, with);
                if *at == usize::MAX {
                    return;
                }
            }
        }
        _ => {}
    }
}

fn sound() -> Vec<(Format, String, Value)> {
    all()
        .into_iter()
        .filter_map(|(format, name, bytes)| Some((format, name, serde_json::from_slice(&bytes).ok()?)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_without_being_told(which in any::<prop::sample::Index>(), changes in changes()) {
        let files = sound();
        let (format, name, file) = which.get(&files);
        let mut file = file.clone();
        for one in &changes {
            let mut at = one.place.index(count(&file));
            change(&mut file, &mut at, one.what, one.with.get(&others()));
        }
        let bytes = serde_json::to_vec(&file).unwrap();
        if let Ok(imported) = import(*format, name, &bytes, None) {
            prop_assert_eq!(account::unaccounted(&file, &imported), Vec::<String>::new(), "{}", imported.text);
            prop_assert_eq!(account::invented(&file, &imported), Vec::<String>::new());
            prop_assert_eq!(errors(&imported.text), Vec::<String>::new(), "{}", imported.text);
            // The same file again changes nothing; the file as it was before is merged without a fault, and twice is once.
            let again = import(*format, name, &bytes, Some(&imported.text)).unwrap();
            prop_assert_eq!(&again.text, &imported.text);
            let (_, _, before) = which.get(&files);
            if let Ok(merged) = import(*format, name, &serde_json::to_vec(before).unwrap(), Some(&imported.text)) {
                prop_assert_eq!(errors(&merged.text), Vec::<String>::new(), "{}", merged.text);
                let twice = import(*format, name, &serde_json::to_vec(before).unwrap(), Some(&merged.text)).unwrap();
                prop_assert_eq!(&twice.text, &merged.text);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Bytes that were cut off, changed or put in: a page or a fault, and never a panic.
    #[test]
    fn torn_files_are_refused_or_read(
        which in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        with in prop::collection::vec(any::<u8>(), 0..6),
        as_other in any::<prop::sample::Index>(),
    ) {
        let files = all();
        let (_, name, bytes) = which.get(&files);
        let mut bytes = bytes.clone();
        let place = at.index(bytes.len());
        bytes.splice(place..(place + with.len()).min(bytes.len()), with);
        bytes.truncate(cut.index(bytes.len()) + 1);
        let format = *as_other.get(&tiltyard::import::threat_model::FORMATS);
        if let Err(fault) = import(format, name, &bytes, None) {
            prop_assert!(!fault.to_string().is_empty());
        }
    }
}

/// Errors that `check` finds in a knowledge base with this page.
fn errors(page: &str) -> Vec<String> {
    use tiltyard::diagnostic::Severity;
    use tiltyard::pipeline::{self, Choices};
    use tiltyard::source::{SourcePath, SourceTree};
    let mut tree = SourceTree::default();
    tree.insert("tiltyard.yaml", "title: Test\ntoday: 2026-11-02\n".as_bytes());
    tree.insert("content/_data/teams.yaml", "- {id: shop, name: Shop, side: delivery}\n".as_bytes());
    tree.insert("content/threat-models/imported.md", page.as_bytes());
    let name = SourcePath::new("tiltyard.yaml");
    let config = pipeline::configure(tree.files.get(&name).map(|file| (&name, file)), &Choices::default()).value;
    let found = pipeline::inspect(&tree, &config, Vec::new()).diagnostics;
    found
        .into_iter()
        .filter(|one| one.severity == Severity::Error)
        .map(|one| format!("{}: {}", one.code.name, one.message))
        .collect()
}
