//! A threat model as OTM: the standard's schema takes it, and our own import reads it back.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use tiltyard::import::threat_model::Format;
use tiltyard::import::yaml;

use super::bases::{import, import_known, run};

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

/// Services, and teams and people, of the sample.
fn registry() -> [Vec<String>; 2] {
    let ids = |file: &str| {
        let text = std::fs::read_to_string(sample().join("content/_data").join(file)).unwrap();
        let entries = yaml::parse(&text).unwrap();
        entries.as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    [ids("services.yaml"), [ids("teams.yaml"), ids("people.yaml")].concat()]
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
        let known = registry();
        let known = known.each_ref().map(|ids| ids.iter().map(String::as_str).collect::<Vec<_>>());
        let known = [known[0].as_slice(), known[1].as_slice()];
        let imported = import_known(Format::named("otm").unwrap(), "back.otm", out.as_bytes(), None, known).unwrap();
        assert_eq!(imported.report.odd, Vec::new(), "{name}");
        let page = std::fs::read_to_string(sample().join(format!("content/threat-models/{name}.md"))).unwrap();
        let (before, after) = (fields(&page), fields(&imported.text));
        let mut kept = 0;
        for (list, names) in [
            ("zones", &["id", "name", "trust"][..]),
            ("components", &["id", "name", "type", "zone", "service"]),
            ("flows", &["id", "from", "to", "protocol", "data", "encrypted", "authenticated"]),
            ("assets", &["id", "name", "sensitivity"]),
            ("threats", &["id", "title", "category", "cwe", "likelihood", "impact"]),
            ("requirements", &["id", "text", "kind", "for", "owner", "priority", "phase", "asvs", "ticket"]),
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
        for field in ["title", "method", "scope", "services", "tags", "feature"] {
            assert_eq!(before[field], after[field], "{name}: {field}");
        }
        let owners = words(&before["owners"]).join(", ");
        assert!(imported.text.contains(&format!("Owner: {owners}")), "{name}: {owners}");
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
    assert!(err.contains("\n  1 acceptance of a risk\n") && err.contains("\n  3 authors and reviewers\n"), "{err}");
}

#[test]
fn what_the_registry_does_not_have_is_told_in_the_text() {
    let (_, out, _) = run(sample(), &["export", "otm", "checkout"]);
    let imported = import(Format::named("otm").unwrap(), "back.otm", out.as_bytes(), None).unwrap();
    let fields = fields(&imported.text);
    assert!(fields["services"].is_null() && !imported.text.contains("service: checkout-api"), "{}", imported.text);
    for told in ["Service: checkout-api", "checkout-api, payments-worker", "Owner: checkout"] {
        assert!(imported.text.contains(told), "{told}\n{}", imported.text);
    }
    let odd: Vec<&str> = imported.report.odd.iter().map(|note| note.what.as_str()).collect();
    assert!(
        odd.contains(&"no service of the registry has the id `checkout-api`, so it is told in the text"),
        "{odd:?}"
    );
    assert!(odd.iter().any(|what| what.starts_with("no team or person of the registry has")), "{odd:?}");
}

#[test]
fn what_answers_a_threat_that_strikes_nothing_is_exported() {
    let page = "---
title: Login
status: approved
owners: [shop]
method: STRIDE
scope: {in: [login]}
components: [{id: form, type: process}]
threats: [{id: T1, title: Somebody guesses, status: open, mitigated_by: [R1]}]
requirements: [{id: R1, text: Ten wrong tries lock the account., status: proposed, owner: shop}]
---
";
    let folder = super::bases::base(page);
    let (_, out, err) = run(folder.path(), &["export", "otm", "imported"]);
    let imported = import(Format::named("otm").unwrap(), "back.otm", out.as_bytes(), None).unwrap();
    assert_eq!(fields(&imported.text)["requirements"][0]["for"], json!(["T1"]), "{err}\n{}", imported.text);
}
