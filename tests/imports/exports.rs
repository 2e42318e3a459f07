//! A threat model as OTM: the standard's schema takes it, and our own import reads it back.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use tiltyard::import::threat_model::Format;
use tiltyard::import::yaml;

use super::bases::{import, run};

fn sample() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schema() -> jsonschema::Validator {
    let text = std::fs::read_to_string(sample().join("tests/schemas/otm-0.2.0.json")).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn models() -> Vec<String> {
    let folder = std::fs::read_dir(sample().join("content/threat-models")).unwrap();
    let mut names: Vec<String> = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
        .into_iter()
        .filter_map(|name| Some(name.strip_suffix(".md")?.to_owned()))
        .filter(|name| name != "index")
        .collect()
}

fn fields(page: &str) -> Value {
    yaml::parse(page.split("---\n").nth(1).unwrap()).unwrap()
}

/// A value as its texts, in the order written.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(words).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

#[test]
fn every_model_of_the_sample_is_valid_otm_and_comes_back() {
    let schema = schema();
    let models = models();
    assert!(models.len() >= 5, "{models:?}");
    for name in models {
        let (code, out, err) = run(sample(), &["export", "otm", &name]);
        assert_eq!(code, 0, "{name}: {err}");
        let otm: Value = serde_json::from_str(&out).unwrap();
        let wrong: Vec<String> =
            schema.iter_errors(&otm).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(wrong, Vec::<String>::new(), "{name}");
        let imported = import(Format::named("otm").unwrap(), "back.otm", out.as_bytes(), None).unwrap();
        assert_eq!(imported.report.odd, Vec::new(), "{name}");
        let page = std::fs::read_to_string(sample().join(format!("content/threat-models/{name}.md"))).unwrap();
        let (before, after) = (fields(&page), fields(&imported.text));
        let mut kept = 0;
        for (list, names) in [
            ("zones", &["id", "name", "trust"][..]),
            ("components", &["id", "name", "type", "zone"]),
            ("flows", &["id", "from", "to", "protocol", "data", "encrypted", "authenticated"]),
            ("assets", &["id", "name", "sensitivity"]),
            ("threats", &["id", "title", "category", "cwe", "likelihood", "impact"]),
            ("requirements", &["id", "text", "kind", "for", "priority", "phase"]),
        ] {
            let (old, new) = (
                before[list].as_array().cloned().unwrap_or_default(),
                after[list].as_array().cloned().unwrap_or_default(),
            );
            assert_eq!(old.len(), new.len(), "{name}: {list}");
            for (old, new) in old.iter().zip(&new) {
                for field in names.iter().filter(|field| !old[**field].is_null()) {
                    assert_eq!(words(&old[*field]), words(&new[*field]), "{name}: {list}: {field}\n{old}\n{new}");
                    kept += 1;
                }
            }
        }
        assert!(kept > 50, "{name}: {kept}");
        for (old, new) in before["threats"].as_array().unwrap().iter().zip(after["threats"].as_array().unwrap()) {
            let set = |value: &Value| words(value).into_iter().collect::<BTreeSet<_>>();
            assert_eq!(set(&old["targets"]), set(&new["targets"]), "{name}: {old}");
            let status = match old["status"].as_str().unwrap_or("open") {
                "mitigated" => "mitigating",
                "accepted" => "open",
                other => other,
            };
            assert_eq!(new["status"], json!(status), "{name}: {old}");
        }
        assert!(!imported.text.contains("status: verified"), "what was verified has to be shown again");
    }
}

#[test]
fn what_is_no_threat_model_is_told() {
    for (name, wanted) in [
        ("chekout", "did you mean `checkout`?"),
        ("finding:ssrf", "there is no threat model"),
        ("ssrf", "is no threat model"),
    ] {
        let (code, out, err) = run(sample(), &["export", "otm", name]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains(wanted), "{err}");
    }
    let (_, _, err) = run(sample(), &["export", "otm", "checkout"]);
    assert!(err.contains("the format has no place for:") && err.contains("3 assumptions"), "{err}");
}
