//! `new`: a page that passes `check` as a draft, or a reason why there is none.

use crate::{checked, front_matter, read, refuses, runs, small, write};

#[test]
fn a_new_page_of_every_kind_passes_check() {
    let folder = small();
    let root = folder.path();
    for (kind, path, waits) in [
        (
            "finding",
            "content/findings/a-title.md",
            &["cwe", "plain", "for_us", "real_when", "noise_when", "release", "verify"][..],
        ),
        ("threat-model", "content/threat-models/a-title.md", &["scope", "method", "components", "no-threats"]),
        (
            "review",
            "content/reviews/a-title.md",
            &["incident", "facilitator", "participants", "times", "opportunities", "improvements"],
        ),
        ("curriculum", "content/curricula/a-title/index.md", &["levels"]),
        (
            "module",
            "content/curricula/a-title/a-title.md",
            &["level", "skills", "outcomes", "evidence", "nothing-to-practise"],
        ),
        ("champion", "content/champions/a-title.md", &[]),
        ("page", "content/a-title.md", &[]),
    ] {
        let (stdout, stderr) = runs(root, &["new", kind, "A title", "--owner", "shop", "--service", "till"]);
        assert_eq!(stdout, format!("{path}\n"));
        assert!(stderr.starts_with("next: "), "{stderr}");
        let value = front_matter(root, path);
        assert_eq!(value["title"], "A title");
        assert_eq!(value["created"], "2026-11-02");
        assert_eq!(value["owners"], serde_json::json!(["shop"]));
        assert_eq!(value["services"], serde_json::json!(["till"]));
        assert_eq!(value["status"], if kind == "champion" { "active" } else { "draft" });
        let (code, said) = checked(root);
        assert_eq!(code, 0, "{kind}: {said:?}");
        for name in waits {
            let named = |(code, message): &(String, String)| code == name || message.contains(&format!("`{name}`"));
            assert!(said.iter().any(named), "{kind}: nothing says that `{name}` waits: {said:?}");
        }
        for (code, message) in &said {
            let known = ["missing-field", "no-threats", "nothing-to-practise"].contains(&code.as_str());
            assert!(known, "{kind}: {code}: {message}");
        }
        if kind == "curriculum" {
            // It stays, since the module after it needs one.
            assert_eq!(said.len(), 1, "{said:?}");
            write(root, &[(path, &read(root, path).replace("levels:\n", "levels: [{id: first, name: First}]\n"))]);
            assert_eq!(checked(root), (0, vec![]));
        } else {
            std::fs::remove_file(root.join(path)).unwrap();
        }
    }
}

#[test]
fn a_page_that_says_all_is_complete() {
    let folder = small();
    let root = folder.path();
    let arguments = [
        "new",
        "finding",
        "Query from text",
        "--owner",
        "guard",
        "--owner",
        "ada",
        "--id",
        "query",
        "--set",
        "status=approved",
        "--set",
        "cwe=89",
        "--set",
        "plain=It is: bad # really",
        "--set",
        "for_us='The Till keeps names.'",
        "--set",
        "real_when=[a, b]",
        "--set",
        "noise_when=never",
        "--set",
        "release={external: block}",
        "--set",
        "verify=Look.",
        "--set",
        "tags=[1.10, \"a, b\"]",
    ];
    let (stdout, stderr) = runs(root, &arguments);
    assert_eq!(stdout, "content/findings/query.md\n");
    assert!(!stderr.contains("fill in"), "{stderr}");
    assert_eq!(checked(root), (0, vec![]));
    let value = front_matter(root, "content/findings/query.md");
    assert_eq!(value["owners"], serde_json::json!(["guard", "ada"]));
    assert_eq!(value["plain"], "It is: bad # really");
    assert_eq!(value["cwe"], 89);
    assert!(read(root, "content/findings/query.md").contains("tags: [1.10, \"a, b\"]"));
}

#[test]
fn any_title_becomes_sound_yaml_and_a_sound_name() {
    let folder = small();
    let root = folder.path();
    for (title, shown, file) in [
        ("It's \"odd\": a #1 [test]", "It's \"odd\": a #1 [test]", "it-s-odd-a-1-test"),
        ("日本語の題", "日本語の題", "日本語の題"),
        ("two\nlines\tand more", "two lines and more", "two-lines-and-more"),
        ("../../etc/passwd", "../../etc/passwd", "etc-passwd"),
        ("null", "null", "null"),
        ("- x", "- x", "x"),
        ("2026-11-02", "2026-11-02", "2026-11-02"),
        ("README", "README", "readme-finding"),
        ("CON", "CON", "con-"),
        ("***", "***", "page"),
    ] {
        let (stdout, _) = runs(root, &["new", "finding", "--owner", "shop", "--", title]);
        let path = format!("content/findings/{file}.md");
        assert_eq!(stdout, format!("{path}\n"), "{title}");
        assert_eq!(front_matter(root, &path)["title"], shown, "{title}");
    }
    let (code, said) = checked(root);
    assert_eq!(code, 0, "{said:?}");
    assert!(said.iter().all(|(code, _)| code == "missing-field"), "{said:?}");
    let long = "word ".repeat(500);
    let (stdout, _) = runs(root, &["new", "page", &long]);
    assert!(stdout.len() < 260, "{stdout}");
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_written() {
    let folder = small();
    let root = folder.path();
    runs(root, &["new", "finding", "Taken", "--owner", "shop"]);
    let finding = |rest: &[&'static str]| [&["new", "finding", "T"], rest].concat();
    for (arguments, words) in [
        (vec!["new", "fnding", "T"], &["fnding", "finding"][..]),
        (finding(&["--owner", "shpo"]), &["`shpo` is not a team or person we know", "did you mean `shop`?"]),
        (
            finding(&["--owner", "shop", "--service", "tlil"]),
            &["`tlil` is not a service we know", "did you mean `till`?"],
        ),
        (finding(&["--set", "cew=89"]), &["no field `cew`", "did you mean `cwe`?"]),
        (finding(&["--set", "cwe"]), &["not `KEY=VALUE`"]),
        (finding(&["--set", "cwe=many"]), &["`cwe` should be a CWE number", "nothing was written"]),
        (finding(&["--set", "cwe=1", "--set", "cwe=2"]), &["said twice"]),
        (finding(&["--owner", "shop", "--set", "owners=guard"]), &["the same field"]),
        (finding(&["--set", "status=aproved"]), &["did you mean `approved`?"]),
        (finding(&["--set", "status=approved", "--owner", "shop"]), &["`cwe` is empty", "`verify` is empty"]),
        (finding(&["--set", "related=finding:nowhere"]), &["nowhere"]),
        (finding(&["--owner", ""]), &["`--owner` has no id"]),
        (vec!["new", "finding", " \n"], &["needs a title"]),
        (vec!["new", "finding", "Taken"], &["content/findings/taken.md", "already there"]),
        (finding(&["--id", "taken"]), &["already there"]),
        (finding(&["--id", "taken", "--output", "content/findings/other.md"]), &["are both the finding `taken`"]),
        (finding(&["--id", "a b", "--owner", "shop"]), &["cannot be an id"]),
        (finding(&["--output", "elsewhere/x.md"]), &["would not be part of the site", "content"]),
        (finding(&["--output", "content/../x.md"]), &["would not be part of the site"]),
        (finding(&["--output", "content/x.txt"]), &["ends in `.md`"]),
        (finding(&["--output", "content/_data/x.md"]), &["would not be a page"]),
        (finding(&["--output", "content/findings"]), &["content/findings"]),
        (vec!["new", "module", "T"], &["no curriculum yet", "new curriculum"]),
        (vec!["new", "champion", "Ada", "--id", "ada"], &["also in the registry of people"]),
        (vec!["new", "champion", "Zoe", "--set", "team=shpo"], &["did you mean `shop`?"]),
    ] {
        refuses(root, &arguments, words);
    }
    write(root, &[("tiltyard.yaml", "titel: Small\n")]);
    refuses(root, &["new", "page", "T"], &["the configuration has a mistake", "titel"]);
}

#[test]
fn a_module_goes_to_its_curriculum() {
    let folder = small();
    let root = folder.path();
    for name in ["One", "Two"] {
        runs(root, &["new", "curriculum", name, "--owner", "guard", "--set", "levels=[{id: first}]"]);
    }
    refuses(root, &["new", "module", "Reading"], &["several curricula", "one, two"]);
    refuses(
        root,
        &["new", "module", "Reading", "--curriculum", "tow"],
        &["no curriculum `tow`", "did you mean `two`?"],
    );
    let (stdout, _) = runs(root, &["new", "module", "Reading", "--curriculum", "two", "--owner", "guard"]);
    assert_eq!(stdout, "content/curricula/two/reading.md\n");
}

#[test]
fn a_champion_is_hidden_until_asked_and_has_a_team() {
    let folder = small();
    let root = folder.path();
    for (arguments, team, owners) in [
        (&["Zoe"][..], "shop", "shop"),
        (&["Yan", "--owner", "guard"], "guard", "guard"),
        (&["Xia", "--owner", "ada"], "guard", "ada"),
        (&["Wim", "--set", "team=guard", "--set", "visibility=named"], "guard", "guard"),
    ] {
        let (stdout, stderr) = runs(root, &[&["new", "champion"], arguments].concat());
        let value = front_matter(root, stdout.trim());
        assert_eq!((&value["team"], &value["owners"][0]), (&team.into(), &owners.into()));
        let hidden = !arguments.contains(&"visibility=named");
        assert_eq!(value["visibility"] == "hidden", hidden);
        assert_eq!(stderr.contains("ask before"), hidden, "{stderr}");
    }
    assert_eq!(checked(root), (0, vec![]));
    std::fs::remove_file(root.join("content/_data/teams.yaml")).unwrap();
    refuses(root, &["new", "champion", "Ulf"], &["there is none yet", "_data/teams.yaml"]);
}

#[test]
fn a_page_elsewhere_says_its_kind_and_its_id() {
    let folder = small();
    let root = folder.path();
    let (stdout, _) =
        runs(root, &["new", "finding", "T", "--id", "mine", "-o", "content/notes/t.md", "--owner", "shop"]);
    assert_eq!(stdout, "content/notes/t.md\n");
    let value = front_matter(root, "content/notes/t.md");
    assert_eq!((&value["kind"], &value["id"]), (&"finding".into(), &"mine".into()));
    assert_eq!(checked(root).0, 0);
    // From a folder below, a file is where one stands, and the usual place is the same as ever.
    let below = root.join("content/notes");
    runs(&below, &["new", "page", "Here", "-o", "here.md"]);
    let (stdout, _) = runs(&below, &["new", "page", "There"]);
    assert!(stdout.ends_with("content/there.md\n"), "{stdout}");
    assert!(root.join("content/notes/here.md").is_file() && root.join("content/there.md").is_file());
}

#[test]
fn what_a_folder_gives_is_not_asked_again() {
    let folder = small();
    let root = folder.path();
    write(root, &[("content/findings/_defaults.yaml", "owners: [guard]\nrelease: {default: block}\n")]);
    let (_, stderr) = runs(root, &["new", "finding", "T"]);
    assert!(!stderr.contains("owners") && !stderr.contains("release"), "{stderr}");
    let (code, said) = checked(root);
    assert_eq!((code, said.len()), (0, 6), "{said:?}");
}

#[test]
fn without_a_configuration_there_are_only_pages() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, &[("notes.md", "# Notes\n")]);
    refuses(root, &["new", "finding", "T"], &["tiltyard.yaml", "tiltyard init"]);
    let (stdout, _) = runs(root, &["new", "page", "More notes"]);
    assert_eq!(stdout, "more-notes.md\n");
    runs(root, &["check"]);
}
