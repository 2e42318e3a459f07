//! A second import: what people have made of the page stays, and what is new in the file comes in.

use serde_json::{Value, json};
use tiltyard::import::threat_model::Format;

use super::bases::{files, import};

fn dragon() -> (Format, Value) {
    let bytes = std::fs::read(files().join("threat-dragon--plain-v2.json")).unwrap();
    (Format::named("threat-dragon").unwrap(), serde_json::from_slice(&bytes).unwrap())
}

fn text(format: Format, file: &Value, earlier: Option<&str>) -> (String, Vec<String>) {
    let imported = import(format, "model.json", &serde_json::to_vec(file).unwrap(), earlier).unwrap();
    let merged = imported.report.merged.iter().map(|note| format!("{}: {}", note.at, note.what)).collect();
    (imported.text, merged)
}

/// The threats of the first cell that has some.
fn threats(file: &mut Value) -> &mut Vec<Value> {
    let cells = file["detail"]["diagrams"][0]["cells"].as_array_mut().unwrap();
    let cell =
        cells.iter_mut().find(|cell| cell["data"]["threats"].as_array().is_some_and(|list| list.len() > 1)).unwrap();
    cell["data"]["threats"].as_array_mut().unwrap()
}

#[test]
fn our_edits_stay_and_what_is_new_comes_in() {
    let (format, mut file) = dragon();
    let (page, _) = text(format, &file, None);
    let title = threats(&mut file)[0]["title"].as_str().unwrap().to_owned();
    let own = page
        .replace(&format!("title: {title}\n"), "title: A sentence of ours\n    likelihood: high   # as we see it\n")
        .replace("components:\n", "# what we run\ncomponents:\n")
        .replace(
            "    for: [T1]\n    status: proposed\n",
            "    for: [T1]\n    owner: shop\n    ticket: LP-1\n    status: in-progress\n",
        )
        + "\n## How it went\n\nWe talked for an hour.\n";
    assert_ne!(own, page);
    assert!(own.contains("ticket: LP-1"), "{own}");
    // Nothing new: not a byte is changed.
    assert_eq!(text(format, &file, Some(&own)).0, own);
    let second = threats(&mut file)[1]["title"].as_str().unwrap().to_owned();
    threats(&mut file)[0]["title"] = json!("A sentence of theirs");
    threats(&mut file)[1]["title"] = json!("The tool's new words");
    threats(&mut file).push(json!({"id": "new-one", "title": "Something new", "status": "Open", "severity": "Low", "type": "Tampering", "description": "Found last week", "mitigation": ""}));
    let (merged, told) = text(format, &file, Some(&own));
    assert!(merged.contains("title: A sentence of ours\n    likelihood: high   # as we see it\n"), "{merged}");
    assert!(merged.contains("# what we run\ncomponents:\n") && merged.contains("We talked for an hour."), "{merged}");
    assert!(merged.contains("owner: shop\n    ticket: LP-1\n    status: in-progress"), "{merged}");
    assert!(merged.contains("title: The tool's new words") && !merged.contains(&second), "{merged}");
    assert!(merged.contains("title: Something new") && merged.contains("Found last week"), "{merged}");
    assert!(
        told.iter().any(|line| line.contains("ours is kept, the file says title `A sentence of theirs`")),
        "{told:?}"
    );
    assert!(told.iter().any(|line| line.contains("not here: title taken")), "{told:?}");
    assert_eq!(text(format, &file, Some(&merged)).0, merged, "twice is once");
}

#[test]
fn what_was_taken_out_stays_out_and_what_is_gone_from_the_file_stays() {
    let (format, mut file) = dragon();
    let (page, _) = text(format, &file, None);
    let at = page.find("  - id: T2\n").unwrap();
    let end = at + page[at..].find("  - id: T3\n").unwrap();
    let own = format!("{}{}", &page[..at], &page[end..]);
    let (merged, told) = text(format, &file, Some(&own));
    assert!(!merged.contains("id: T2\n"), "{merged}");
    assert!(told.iter().any(|line| line == "T2: was taken out of the page, and stays out"), "{told:?}");
    threats(&mut file).remove(0);
    let (merged, told) = text(format, &file, Some(&page));
    assert!(merged.contains("id: T2\n"), "{merged}");
    assert!(told.iter().any(|line| line == "T2: is no longer in the file; kept here"), "{told:?}");
}

#[test]
fn a_page_in_another_style_is_written_anew_and_says_so() {
    let (format, mut file) = dragon();
    let (page, _) = text(format, &file, None);
    let data: Value = tiltyard::import::yaml::parse(page.split("---\n").nth(1).unwrap()).unwrap();
    let own = format!("---\n# all on one line\n{data}\n---\n\nOurs.\n");
    threats(&mut file)[0]["title"] = json!("Other words");
    let imported = import(format, "model.json", &serde_json::to_vec(&file).unwrap(), Some(&own)).unwrap();
    assert!(imported.text.contains("title: Other words") && imported.text.ends_with("Ours.\n"), "{}", imported.text);
    assert!(imported.report.odd.iter().any(|note| note.what.contains("written anew")), "{:?}", imported.report.odd);
}

#[test]
fn the_models_of_the_sample_that_were_imported_keep_every_word_of_their_authors() {
    for (format, file, page) in [
        ("threat-dragon", "threat-dragon--plain-v2.json", "parcel-lockers"),
        ("otm", "otm--plain.json", "customs-declarations"),
    ] {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("content/threat-models/{page}.md"));
        let page = std::fs::read_to_string(page).unwrap();
        let bytes = std::fs::read(files().join(file)).unwrap();
        let imported = import(Format::named(format).unwrap(), file, &bytes, Some(&page)).unwrap();
        assert_eq!(imported.text, page);
        assert!(page.contains("status: verified"), "an author has been at work");
    }
}

const OTM: &str = "
otmVersion: 0.2.0
project: {name: P, id: p}
trustZones: [{id: z, name: Z, risk: {trustRating: 1}}]
components:
  - {id: c, name: C, type: web-service, parent: {trustZone: z}, threats: [{threat: t1, state: mitigated, mitigations: [{mitigation: m1, state: implemented}]}]}
dataflows: [{id: f, name: Words, source: c, destination: c}]
threats:
  - {id: t1, name: Steal, categories: [Spoofing], risk: {likelihood: 50, impact: 50}}
  - {id: t2, name: Small risk, description: Nobody minds, categories: [Spoofing], risk: {likelihood: 10, impact: 10}}
mitigations:
  - {id: m1, name: Passwords have 8 letters., riskReduction: 10, attributes: {asvs: [v5.0.0-6.2.1], ticket: A-1}}
";

fn otm(file: &str, earlier: Option<&str>) -> (String, Vec<String>) {
    let otm = Format::named("otm").unwrap();
    let imported = import(otm, "p.otm", file.as_bytes(), earlier).unwrap();
    let merged = imported.report.merged.iter().map(|note| format!("{}: {}", note.at, note.what)).collect();
    (imported.text, merged)
}

/// A page with something put in the place of something that is there once.
fn with(page: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(page.to_owned(), |page, (old, new)| {
        assert_eq!(page.matches(old).count(), 1, "{old}\n{page}");
        page.replacen(old, new, 1)
    })
}

#[test]
fn a_proof_does_not_become_one_of_something_else() {
    let (page, _) = otm(OTM, None);
    let own = with(
        &page,
        &[
            (
                "    impact: \"50 of 100\"\n    status: mitigating\n",
                "    impact: \"50 of 100\"\n    status: mitigated\n",
            ),
            (
                "    status: open\n",
                "    status: accepted\n    accepted: {by: [shop, guard], date: 2026-10-01, until: 2027-01-01, reason: small}\n",
            ),
            (
                "    status: implemented\n",
                "    status: verified\n    verified: {date: 2026-10-01, by: bob, evidence: run 5}\n",
            ),
        ],
    );
    let theirs = with(
        OTM,
        &[
            ("Passwords have 8 letters.", "All sign-ins need a second factor."),
            ("v5.0.0-6.2.1", "v5.0.0-6.3.3"),
            ("A-1", "A-2"),
            ("name: Steal", "name: Steal more"),
            ("name: Small risk, description: Nobody minds", "name: Full database dump, description: Everybody minds"),
            ("likelihood: 10, impact: 10", "likelihood: 100, impact: 100"),
        ],
    );
    let (merged, told) = otm(&theirs, Some(&own));
    for kept in
        ["text: Passwords have 8 letters.", "title: Steal\n", "title: Small risk", "likelihood: \"10 of 100\"", "6.2.1"]
    {
        assert!(merged.contains(kept), "{kept}\n{merged}");
    }
    assert!(merged.contains("ticket: A-2"), "a ticket is not what a proof is about\n{merged}");
    let why = "look at it again, then change it by hand or take back the decision";
    assert_eq!(
        told[..4],
        [
            format!("t1: changed in the file; it is mitigated here, so ours is kept, the file says title `Steal more`: {why}"),
            format!("t2: changed in the file; it is accepted here, so ours is kept, the file says title `Full database dump`; likelihood `100 of 100`; impact `100 of 100`: {why}"),
            "t2: described in other words in the file; the text of the page stays, the file says `Everybody minds`: it is accepted here, so look at it again".to_owned(),
            format!("m1: changed in the file; it is verified here, so ours is kept, the file says text `All sign-ins need a second factor.`; asvs `v5.0.0-6.3.3`: {why}"),
        ],
        "{told:#?}"
    );
    // It is told until somebody has looked, and changes nothing.
    let (again, told) = otm(&theirs, Some(&merged));
    assert_eq!(again, merged);
    assert_eq!(told.iter().filter(|line| line.contains(why)).count(), 3, "{told:#?}");
    // Once the decision is taken back, the file is followed.
    let back = merged
        .replace("status: verified\n    verified: {date: 2026-10-01, by: bob, evidence: run 5}", "status: in-progress");
    let (followed, _) = otm(&theirs, Some(&back));
    assert!(followed.contains("text: All sign-ins need a second factor."), "{followed}");
    assert!(followed.contains("title: Small risk"), "{followed}");
}

#[test]
fn what_the_file_itself_decides_is_followed() {
    let file = with(OTM, &[("state: mitigated,", "state: not-applicable,")]);
    let (page, _) = otm(&file, None);
    assert!(page.contains("status: not-applicable") && page.contains("status: implemented"), "{page}");
    let theirs = with(&file, &[("name: Steal", "name: Steal more"), ("Passwords have 8", "Passwords have 12")]);
    let (merged, told) = otm(&theirs, Some(&page));
    assert!(merged.contains("title: Steal more") && merged.contains("Passwords have 12 letters."), "{told:?}");
}

#[test]
fn a_requirement_that_was_verified_here_keeps_the_text_of_its_tool() {
    let (format, mut file) = dragon();
    let (page, _) = text(format, &file, None);
    let at = page.find("requirements:\n").unwrap();
    let at = at + page[at..].find("    status: proposed\n").unwrap();
    let own = format!(
        "{}    status: verified\n    verified: {{date: 2026-10-01, by: [], evidence: run 5}}\n{}",
        &page[..at],
        &page[at + "    status: proposed\n".len()..]
    );
    let before: Value = tiltyard::import::yaml::parse(own.split("---\n").nth(1).unwrap()).unwrap();
    let verified = before["requirements"].as_array().unwrap().iter().find(|one| one["status"] == "verified").unwrap();
    let old = verified["text"].as_str().unwrap();
    let changed = serde_json::to_string(&file).unwrap().replace(
        &serde_json::to_string(old).unwrap(),
        &serde_json::to_string("All sign-ins need a second factor.").unwrap(),
    );
    file = serde_json::from_str(&changed).unwrap();
    let (merged, told) = text(format, &file, Some(&own));
    assert_eq!(merged, own, "nothing is taken");
    assert!(told[0].contains("it is verified here, so ours is kept, the file says text `All sign-ins"), "{told:?}");
}

#[test]
fn what_we_added_to_a_part_does_not_keep_the_file_from_the_rest() {
    let (page, _) = otm(OTM, None);
    let own = with(
        &page,
        &[
            ("{id: c, name: C, type: process, zone: z}", "{id: c, name: C, type: external, zone: z, service: back}"),
            ("{id: f, from: c, to: c, data: Words}", "{id: f, from: c, to: c, data: Words, protocol: HTTPS}"),
            ("{id: z, name: Z, trust: \"1\"}", "{id: z, name: Z, trust: low}"),
            ("    ticket: A-1\n", "    ticket: A-1\n    priority: high\n"),
        ],
    );
    let theirs = with(
        OTM,
        &[
            ("name: C,", "name: C renamed,"),
            ("name: Words", "name: Other words"),
            ("name: Z,", "name: Z renamed,"),
            ("Passwords have 8", "Passwords have 12"),
        ],
    );
    let (merged, told) = otm(&theirs, Some(&own));
    for wanted in [
        "{id: c, name: C renamed, type: external, zone: z, service: back}",
        "{id: f, from: c, to: c, data: Other words, protocol: HTTPS}",
        "{id: z, name: Z renamed, trust: low}",
        "Passwords have 12 letters.",
        "priority: high",
    ] {
        assert!(merged.contains(wanted), "{wanted}\n{merged}");
    }
    assert!(told.iter().all(|line| line.ends_with(" taken")), "{told:?}");
    // A page whose digests cannot be read is taken for changed.
    let torn = merged.replace("name=", "");
    let (kept, told) = otm(OTM, Some(&torn));
    assert!(kept.contains("name: C renamed"), "{kept}");
    assert!(told.iter().any(|line| line.contains("ours is kept, the file says name `C`")), "{told:?}");
}

#[test]
fn a_flow_that_has_a_loose_end_by_now_is_told() {
    let (page, _) = otm(OTM, None);
    let theirs =
        with(OTM, &[("dataflows: [", "dataflows: [{id: g, name: Lost words, source: c, destination: gone}, ")]);
    let (merged, told) = otm(&theirs, Some(&page));
    assert_eq!(merged, page);
    let wanted = "Lost words (g): a flow with a loose end that the text of the page does not tell like this: from C (c); to gone, which is no component";
    assert_eq!(told, [wanted]);
    let named = page + "\n- Lost words (g): from C (c); to gone, which is no component\n";
    assert_eq!(otm(&theirs, Some(&named)), (named.clone(), Vec::new()));
    let changed = theirs.replace("destination: gone", "destination: lost");
    let (_, told) = otm(&changed, Some(&named));
    assert!(matches!(told.as_slice(), [line] if line.contains("to lost, which is no component")), "{told:?}");
}

#[test]
fn a_word_that_once_was_a_flag_stays_a_word() {
    let file =
        "otmVersion: 0.2.0\nproject: {name: P, id: p}\ntrustZones: [{id: y, name: No, risk: {trustRating: 10}}]\n";
    let (page, _) = otm(file, None);
    assert!(page.contains("id: \"y\"") && page.contains("name: \"No\""), "{page}");
}

#[test]
fn a_proof_does_not_become_one_for_another_threat() {
    let (page, _) = otm(OTM, None);
    let own =
        page.replace("status: implemented", "status: verified\n    verified: {date: 2026-10-01, evidence: run 5}");
    assert_ne!(own, page);
    let more = OTM.replace(
        "state: implemented}]}]",
        "state: implemented}]}, {threat: t2, state: mitigated, mitigations: [{mitigation: m1, state: implemented}]}]",
    );
    assert_ne!(more, OTM);
    let (merged, told) = otm(&more, Some(&own));
    let first = told.first().map_or("", String::as_str);
    assert!(
        first.starts_with("m1: changed in the file; it is verified here") && first.contains("for `t1, t2`"),
        "{told:?}"
    );
    assert!(!merged.contains("[t1, t2]"), "{merged}");
    assert_eq!(otm(&more, Some(&merged)).1.first(), told.first(), "told until somebody has looked");
}

#[test]
fn comments_of_a_part_that_gets_something_new_stand_above_it() {
    let (page, _) = otm(OTM, None);
    let own =
        page.replace("    title: Small risk\n", "    # the words of the pentest\n    title: Small risk  # see '9'\n");
    assert_ne!(own, page);
    let (merged, told) = otm(&OTM.replace("likelihood: 10, impact: 10", "likelihood: 10, impact: 90"), Some(&own));
    let kept = merged.contains("  # the words of the pentest\n  # see '9'\n  - id: t2\n");
    assert!(kept && merged.contains("90 of 100"), "{merged}");
    assert!(told.iter().any(|line| line == "t2: was written anew; its comments stand above it now"), "{told:?}");
    // Once more, and they stay where they are.
    let (again, _) = otm(&OTM.replace("likelihood: 10, impact: 10", "likelihood: 10, impact: 80"), Some(&merged));
    assert_eq!(again.matches("# the words of the pentest").count(), 1, "{again}");
}

#[test]
fn a_rating_in_words_is_read_where_the_number_is_null() {
    let file = OTM.replace(
        "risk: {likelihood: 10, impact: 10}",
        "risk: {likelihood: null, impact: 10}, attributes: {likelihood: rare}",
    );
    assert!(otm(&file, None).0.contains("likelihood: rare"), "{}", otm(&file, None).0);
}
