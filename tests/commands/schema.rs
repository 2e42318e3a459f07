//! `schema`: data on standard output, for every sort of file.

use serde_json::Value;

use crate::{refuses, runs};

#[test]
fn schema_prints_json_for_every_subject() {
    let folder = tempfile::tempdir().unwrap();
    let (all, _) = runs(folder.path(), &["schema"]);
    let all: Value = serde_json::from_str(&all).unwrap();
    assert!(all["$defs"].as_object().unwrap().len() > 12);
    for name in all["$defs"].as_object().unwrap().keys() {
        let (one, stderr) = runs(folder.path(), &["schema", name]);
        let one: Value = serde_json::from_str(&one).unwrap();
        assert_eq!(one["title"], all["$defs"][name]["title"]);
        assert_eq!(stderr, "");
    }
    refuses(folder.path(), &["schema", "fnding"], &["fnding", "finding"]);
}
