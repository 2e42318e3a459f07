//! `init`: a knowledge base in which nothing is wrong, in an empty folder only.

use serde_json::Value;

use crate::{files, read, refuses, runs, write};

#[test]
fn a_new_knowledge_base_is_clean_and_builds() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let (stdout, stderr) = runs(root, &["init", "kb"]);
    assert_eq!(stdout, "");
    assert!(stderr.contains("files written to `kb`"), "{stderr}");
    let kb = root.join("kb");
    let written = files(&kb);
    for path in [
        "tiltyard.yaml",
        "README.md",
        ".gitignore",
        ".github/workflows/check.yml",
        ".vscode/settings.json",
        ".vscode/tiltyard.schema.json",
        "content/index.md",
        "content/_data/teams.yaml",
    ] {
        assert!(written.contains_key(path), "{path}");
    }
    let (_, stderr) = runs(&kb, &["check", "--deny", "warnings", "--deny", "due"]);
    assert!(!stderr.contains("warning") || stderr.contains("0 warnings"), "{stderr}");
    let (_, stderr) = runs(&kb, &["build"]);
    for kind in ["finding", "threat model", "review", "curriculum", "module", "champion", "page"] {
        assert!(stderr.contains(kind), "{kind}: {stderr}");
    }
    assert!(kb.join("public/index.html").is_file());
    let (schema, _) = runs(&kb, &["schema"]);
    assert_eq!(schema.as_bytes(), written[".vscode/tiltyard.schema.json"]);
    let (stdout, _) = runs(&kb, &["new", "module", "Another", "--owner", "appsec"]);
    assert_eq!(stdout, "content/curricula/first-steps/another.md\n");
}

#[test]
fn the_starter_follows_its_own_schema() {
    let folder = tempfile::tempdir().unwrap();
    runs(folder.path(), &["init"]);
    for (path, bytes) in files(folder.path()) {
        let text = String::from_utf8(bytes).unwrap();
        let (name, value) = if path == "tiltyard.yaml" {
            ("config".to_owned(), text)
        } else if let Some(name) = path.strip_prefix("content/_data/") {
            (name.trim_end_matches(".yaml").to_owned(), text)
        } else if path.ends_with("_defaults.yaml") {
            ("defaults".to_owned(), text)
        } else if path.starts_with("content/") {
            let kind = tiltyard::model::kind::Kind::of_path(path.strip_prefix("content/").unwrap());
            (kind.as_str().to_owned(), text[4..].split_once("\n---\n").unwrap().0.to_owned())
        } else {
            continue;
        };
        let subject = tiltyard::export::schema::subjects().find(|subject| subject.name == name).unwrap();
        let value: Value = serde_yaml::from_str(&value).unwrap();
        let validator = jsonschema::draft202012::new(&tiltyard::export::schema::of(&subject)).unwrap();
        let faults: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(faults, [""; 0], "{path}");
        // The line for editors leads to the schema of this very sort of file.
        if let Some((_, reference)) = read(folder.path(), &path).lines().next().unwrap().split_once("$schema=") {
            let (file, part) = reference.split_once("#/$defs/").unwrap();
            assert!(folder.path().join(&path).parent().unwrap().join(file).is_file(), "{path}: {file}");
            assert_eq!(part, name);
        } else {
            assert!(path.ends_with(".md"), "{path} has no line for editors");
        }
    }
    let settings: Value = serde_json::from_str(&read(folder.path(), ".vscode/settings.json")).unwrap();
    let schema: Value = serde_json::from_str(&read(folder.path(), ".vscode/tiltyard.schema.json")).unwrap();
    for reference in settings["yaml.schemas"].as_object().unwrap().keys() {
        let (file, part) = reference.split_once("#/$defs/").unwrap();
        assert!(folder.path().join(file).is_file() && schema["$defs"][part].is_object(), "{reference}");
    }
}

#[test]
fn init_takes_an_empty_folder_only() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, &[("full/mine.md", "mine\n"), ("file", "a file\n"), ("repo/.git/HEAD", "ref: refs/heads/main\n")]);
    std::fs::create_dir(root.join("empty")).unwrap();
    refuses(root, &["init", "full"], &["`full` is not empty"]);
    refuses(root, &["init"], &["is not empty"]);
    refuses(root, &["init", "file"], &["file"]);
    runs(root, &["init", "empty"]);
    refuses(root, &["init", "empty"], &["is not empty"]);
    runs(root, &["init", "repo"]);
    assert_eq!(read(root, "repo/.git/HEAD"), "ref: refs/heads/main\n");
    runs(root, &["init", "a/new/one"]);
    assert!(root.join("a/new/one/tiltyard.yaml").is_file());
    let (_, stderr) = runs(root, &["--quiet", "init", "still"]);
    assert_eq!(stderr, "");
}
