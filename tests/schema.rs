//! The schemas against our own knowledge base, against mistakes, and against the standard they are written in.
//!
//! In: `content/`, `tiltyard.yaml`, and front matter made by hand. Out: what each schema says of it.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests read the files they test with and fail by panicking"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};
use tiltyard::export::schema;
use tiltyard::model::kind::Kind;

/// The validator of each subject, and under `""` that of everything.
fn validators() -> BTreeMap<&'static str, Validator> {
    let mut all: BTreeMap<&str, Validator> = schema::subjects()
        .map(|subject| (subject.name, jsonschema::draft202012::new(&schema::of(&subject)).unwrap()))
        .collect();
    all.insert("", jsonschema::draft202012::new(&schema::everything()).unwrap());
    all
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The front matter of a page, as any YAML reader would hand it to a validator.
fn front_matter(text: &str) -> Value {
    let Some(rest) = text.strip_prefix("---\n") else { return Value::Null };
    let end = rest.find("\n---\n").unwrap();
    if end == 0 { Value::Null } else { yaml(&rest[..=end]) }
}

/// What a validator says against a value; nothing when it is valid.
fn faults(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect()
}

#[test]
fn every_page_and_file_of_the_sample_is_valid() {
    let validators = validators();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let content = root.join("content");
    let mut found = Vec::new();
    files(&content, &mut found);
    let mut pages = 0;
    let mut others = 1;
    for path in found {
        let below = path.strip_prefix(&content).unwrap().to_str().unwrap();
        let text = || std::fs::read_to_string(&path).unwrap();
        if below.ends_with(".md") {
            let value = front_matter(&text());
            let kind = Kind::of_path(below).as_str();
            assert_eq!(faults(&validators[kind], &value), [""; 0], "{below} as {kind}");
            assert_eq!(faults(&validators[""], &value), [""; 0], "{below} as anything");
            pages += 1;
        } else if below.ends_with("_defaults.yaml") {
            assert_eq!(faults(&validators["defaults"], &yaml(&text())), [""; 0], "{below}");
            others += 1;
        } else if let Some(name) = below.strip_prefix("_data/").and_then(|name| name.strip_suffix(".yaml")) {
            assert_eq!(faults(&validators[name], &yaml(&text())), [""; 0], "{below}");
            others += 1;
        }
    }
    assert!(pages > 40 && others > 8, "{pages} pages and {others} other files");
    let config = std::fs::read_to_string(root.join("tiltyard.yaml")).unwrap();
    assert_eq!(faults(&validators["config"], &yaml(&config)), [""; 0]);
}

#[test]
fn schemas_follow_the_standard() {
    for subject in schema::subjects() {
        let schema = schema::of(&subject);
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{}", subject.name);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
    let everything = schema::everything();
    assert!(jsonschema::draft202012::meta::is_valid(&everything));
    // An editor takes one sort of file out of it by its place.
    for subject in schema::subjects() {
        let part = &everything["$defs"][subject.name];
        assert!(part.is_object(), "{}", subject.name);
        assert!(!part.to_string().contains("$ref"), "{} stands alone", subject.name);
    }
}

/// A finding with all that it needs.
fn finding() -> Value {
    yaml(
        "status: approved\ncwe: [89]\nplain: One sentence.\nfor_us: The shop.\nreal_when: Always.\nnoise_when: [Never.]\n\
         release: {external: block}\nverify: Look.\n",
    )
}

fn with(mut value: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { return value };
    for (name, change) in changes {
        value[name] = change;
    }
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().shift_remove(name);
    value
}

#[test]
fn what_our_reader_takes_is_valid() {
    let validators = validators();
    for (name, value, why) in [
        ("finding", finding(), "all that is required"),
        ("finding", json!({}), "a draft owes nothing"),
        ("finding", Value::Null, "an empty front matter is a draft"),
        ("finding", json!({"status": "draft", "cwe": null, "plain": null}), "a field that waits"),
        ("finding", with(finding(), json!({"cwe": "CWE-89"})), "one alone stands for a list"),
        ("finding", with(finding(), json!({"cwe": 89})), "a number without quotes"),
        ("finding", with(finding(), json!({"tags": [1.1, true, "a"]})), "any single value is a text"),
        ("finding", with(finding(), json!({"rules": {"scanner": "zap", "id": 40018}})), "one record alone"),
        ("finding", with(finding(), json!({"extra": {"ours": [1, {"a": null}]}})), "free fields"),
        ("finding", with(finding(), json!({"kind": "finding"})), "its own kind"),
        ("page", json!({"created": "2026-11-02", "lang": "de-AT"}), "a page"),
        ("config", Value::Null, "an empty configuration"),
        ("teams", Value::Null, "an empty registry"),
        ("defaults", json!({"owners": "shop", "skills": [{"id": "a", "to": 1}]}), "fields of some kind"),
    ] {
        assert_eq!(faults(&validators[name], &value), [""; 0], "{name}: {why}");
    }
}

#[test]
fn mistakes_are_not() {
    let validators = validators();
    let champion = json!({"visibility": "named", "team": "shop", "status": "active"});
    let module = json!({
        "status": "in-review", "level": "page", "skills": {"id": "a", "to": 1}, "outcomes": "Can do it",
        "evidence": {"id": "e", "kind": "quiz", "what": "Five questions"},
    });
    assert_eq!(faults(&validators["champion"], &champion), [""; 0]);
    assert_eq!(faults(&validators["module"], &module), [""; 0]);
    for (name, value, why) in [
        ("finding", with(finding(), json!({"plian": "x"})), "an unknown field"),
        ("finding", without(finding(), "verify"), "approved without `verify`"),
        ("finding", with(finding(), json!({"plain": ""})), "approved with an empty `plain`"),
        ("finding", with(finding(), json!({"real_when": []})), "approved with an empty list"),
        ("finding", with(finding(), json!({"status": "done"})), "an unknown word"),
        ("finding", with(finding(), json!({"cwe": ["eighty-nine"]})), "not a CWE number"),
        ("finding", with(finding(), json!({"cwe": -1})), "a number below zero"),
        ("finding", with(finding(), json!({"release": "block"})), "a text for a mapping"),
        ("finding", with(finding(), json!({"release": {"extrenal": "block"}})), "an unknown field inside"),
        ("finding", with(finding(), json!({"rules": [{"scanner": "zap"}]})), "a rule without its id"),
        ("finding", with(finding(), json!({"owasp": "A5:2025"})), "not an OWASP id"),
        ("finding", with(finding(), json!({"created": "2.11.2026"})), "a day in another form"),
        ("finding", with(finding(), json!({"created": 2026})), "a number for a day"),
        ("finding", with(finding(), json!({"plain": ["a", "b"]})), "a list for one text"),
        ("finding", with(finding(), json!({"kind": "review"})), "another kind"),
        ("finding", json!({"review_every": "often"}), "a draft may be incomplete, not wrong"),
        ("finding", json!({"order": 1.5}), "half a number"),
        ("finding", json!([]), "a list for a front matter"),
        ("threat-model", json!({"flows": [{"id": "F1", "encrypted": "yes"}]}), "a text for true or false"),
        ("threat-model", json!({"method": "GUESS"}), "an unknown method"),
        ("threat-model", json!({"threats": [{"id": "T 1", "title": "x"}]}), "an id with a space"),
        ("review", json!({"times": {"started": "2026-11-02 at noon"}}), "not a time"),
        (
            "review",
            json!({"improvements": [{"id": "A1", "owners": {"delivery": "shop", "sec": "x"}}]}),
            "an unknown side",
        ),
        ("module", without(module.clone(), "evidence"), "a module without evidence"),
        ("module", with(module, json!({"skills": [{"id": "a", "to": "deep"}]})), "a depth in words"),
        ("champion", without(champion.clone(), "team"), "a champion without a team"),
        ("champion", with(champion, json!({"status": "approved"})), "a page's word for a person's status"),
        ("page", json!({"cwe": 89}), "a field of another kind"),
        ("config", json!({"titel": "x"}), "an unknown key"),
        ("config", json!({"base_url": "kb.example"}), "not an address"),
        ("config", json!({"small_count": "five"}), "a word for a number"),
        ("teams", json!({"shop": {"side": "delivery"}}), "a mapping for a list"),
        ("teams", json!([{"id": "shop"}]), "a team without its side"),
        ("teams", json!([{"id": "shop", "side": "sales"}]), "an unknown side"),
        ("glossary", json!([{"term": "XSS"}]), "a term without its meaning"),
        ("defaults", json!({"cwe": "none", "owners": "a"}), "a wrong value in defaults"),
    ] {
        assert!(!faults(&validators[name], &value).is_empty(), "{name}: {why}");
        // What is wrong for one kind and right for another is right for a front matter of any kind.
        if Kind::parse(name).is_some_and(|kind| kind != Kind::Page) {
            assert!(!faults(&validators[""], &value).is_empty(), "as anything: {why}");
        }
    }
}
