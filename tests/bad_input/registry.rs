//! Registries that are broken, and pages that refer to what they do not have.

use super::support::{Kb, Tally};
use super::table::{Case, bad, fine, hold, says};

const TEAMS: &str = "content/_data/teams.yaml";
const PEOPLE: &str = "content/_data/people.yaml";
const SERVICES: &str = "content/_data/services.yaml";

#[test]
fn a_registry_that_cannot_be_read_is_named_with_its_place() {
    let mut cases = Vec::new();
    let files: Vec<String> = ["teams", "people", "services", "skills", "scanners", "glossary"]
        .iter()
        .map(|name| format!("content/_data/{name}.yaml"))
        .collect();
    for file in &files {
        let key = if file.contains("glossary") { "term" } else { "id" };
        cases.push(bad(file, file, "- {id: [\n", says("config-syntax")));
        cases.push(bad(file, file, "a: b\n", says("wrong-type").at(1, 1).with("list")));
        cases.push(bad(file, file, "words\n", says("wrong-type").at(1, 1)));
        cases.push(bad(file, file, "- words\n", says("wrong-type").at(1, 3)));
        cases.push(
            bad(
                file,
                file,
                "- {name: x}\n",
                says("missing-field").at(1, 3).with(if key == "id" { "`id`" } else { "`term`" }),
            )
            .among(),
        );
        cases.push(bad(file, file, format!("- {{{key}: [x]}}\n"), says("wrong-type").on(file)).among());
        cases.push(
            bad(
                file,
                file,
                format!("- {{{key}: a, plain: p, side: delivery}}\n- {{{key}: a, plain: p, side: delivery}}\n"),
                says("duplicate-id").at(2, 4 + key.len() as u64 + 2),
            )
            .among(),
        );
        cases.push(bad(file, file, b"\xff", says("not-utf8")));
        cases.push(fine(file, file, ""));
        cases.push(fine(file, file, "[]\n"));
    }
    hold(cases);
}

fn whole(case: Case<'static>) -> Case<'static> {
    let mut case = case;
    for (path, text) in [
        (TEAMS, "- {id: red, side: security}\n- {id: blue, side: delivery, escalate_to: red}\n"),
        (PEOPLE, "- {id: ann, team: red, assessor_for: [squire]}\n"),
        (SERVICES, "- {id: shop, team: blue, exposure: external}\n"),
        ("content/_data/skills.yaml", "- {id: sk, name: S}\n"),
        ("content/_data/scanners.yaml", "- {id: scan, name: S}\n"),
    ] {
        if !case.files.iter().any(|(name, _)| *name == path) {
            case = case.and(path, text);
        }
    }
    case
}

#[test]
fn ids_that_no_registry_has_are_named_with_their_place() {
    let page = "content/page.md";
    let finding = "content/findings/f.md";
    let model = "content/threat-models/t.md";
    let review = "content/reviews/r.md";
    let champion = "content/champions/c.md";
    let draft = |fields: &str| format!("---\ntitle: T\n{fields}\n---\n");
    let cases = vec![
        bad("owner", page, draft("owners: [rde]"), says("unknown-person").at(3, 10).with("red")),
        bad("author", page, draft("authors: [anm]"), says("unknown-person").at(3, 11).with("ann")),
        bad("reviewer", page, draft("reviewers: [anm]"), says("unknown-person").at(3, 13)),
        bad("reviewer who is author", page, draft("authors: [ann]\nreviewers: [ann]"), says("reviewer-is-author").at(4, 13)),
        bad("service", page, draft("services: [shpo]"), says("unknown-service").at(3, 12).with("shop")),
        bad("skill of a finding", finding, draft("owners: [red]\nskills: [ks]"), says("unknown-skill").at(4, 10)),
        bad("scanner of a finding", finding, draft("owners: [red]\nrules: [{scanner: scna, id: x}]"), says("unknown-scanner").at(4, 19).with("scan")),
        bad("CWE", finding, draft("owners: [red]\ncwe: [99999]"), says("unknown-cwe").at(4, 7)),
        bad("CWE that is no number", finding, draft("owners: [red]\ncwe: [xss]"), says("wrong-type").at(4, 7)),
        bad("OWASP", finding, draft("owners: [red]\nowasp: [\"A99:2025\"]"), says("unknown-owasp").at(4, 9)),
        bad("component's service", model, draft("owners: [red]\ncomponents: [{id: c, name: n, type: process, service: nope}]"), says("unknown-service").at(4, 55)),
        bad("component's zone", model, draft("owners: [red]\ncomponents: [{id: c, name: n, type: process, zone: nope}]"), says("unknown-part").at(4, 52)),
        bad("flow from nowhere", model, draft("owners: [red]\nflows: [{id: f, from: x, to: y}]"), says("unknown-part").at(4, 23)).says(says("unknown-part").on(model).at(4, 30)),
        bad("requirement's owner", model, draft("owners: [red]\nrequirements: [{id: R1, text: t, kind: control, owner: anm, for: []}]"), says("unknown-person").at(4, 56)).among(),
        bad("threat's target", model, draft("owners: [red]\nthreats: [{id: T1, title: t, category: tampering, targets: [nope], status: open}]"), says("unknown-part").at(4, 61)),
        bad("threat's requirement", model, draft("owners: [red]\nthreats: [{id: T1, title: t, category: tampering, targets: [], status: open, mitigated_by: [R9]}]"), says("unknown-part").at(4, 93)),
        bad("two threats of one id", model, draft("owners: [red]\nthreats: [{id: T1, title: t, status: open}, {id: T1, title: u, status: open}]"), says("duplicate-id").on(model)).among(),
        bad("facilitator", review, draft("owners: [red]\nfacilitator: anm"), says("unknown-person").at(4, 14)).among(),
        bad("participant", review, draft("owners: [red]\nparticipants: {delivery: [anm], security: [ann]}"), says("unknown-person").at(4, 27)).among(),
        bad("related threat model", review, draft("owners: [red]\nthreat_models: [nope]"), says("broken-reference").at(4, 17)).among(),
        bad("champion's team", champion, "---\ntitle: C\nvisibility: named\nteam: nope\nstatus: active\nowners: [red]\n---\n", says("unknown-team").at(4, 7)),
        bad("champion's mentor", champion, "---\ntitle: C\nvisibility: named\nteam: red\nstatus: active\nowners: [red]\nmentors: [anm]\n---\n", says("unknown-person").at(7, 11)),
        bad("champion's curriculum", champion, "---\ntitle: C\nvisibility: named\nteam: red\nstatus: active\nowners: [red]\ncurriculum: nope\n---\n", says("broken-reference").at(7, 13)),
        bad("champion's module", champion, "---\ntitle: C\nvisibility: named\nteam: red\nstatus: active\nowners: [red]\nachievements: [{module: nope, date: 2026-01-01, verified_by: [ann]}]\n---\n", says("broken-reference").at(7, 25)).among(),
        bad("champion's visibility", champion, "---\ntitle: C\nvisibility: hiden\nteam: red\nstatus: active\nowners: [red]\n---\n", says("unknown-value").at(3, 13).with("hidden")),
        bad("champion who verifies", champion, "---\ntitle: C\nvisibility: named\nteam: red\nstatus: active\nowners: [red]\nachievements: [{module: nope, date: 2026-01-01, verified_by: [anm]}]\n---\n", says("unknown-person").at(7, 63)).among(),
        bad("person's team", PEOPLE, "- {id: ann, team: nope}\n", says("unknown-team").at(1, 19)),
        bad("service's team", SERVICES, "- {id: shop, team: nope}\n", says("unknown-team").at(1, 20)),
        bad("team's escalation", TEAMS, "- {id: red, side: security, escalate_to: nope}\n- {id: blue, side: delivery}\n", says("unknown-team").at(1, 42)),
        bad("team's side", TEAMS, "- {id: red, side: both}\n- {id: blue, side: delivery}\n", says("unknown-value").at(1, 19)),
        bad("service's exposure", SERVICES, "- {id: shop, team: blue, exposure: world}\n", says("unknown-value").at(1, 36)),
        bad("service's repository that runs", SERVICES, "- {id: shop, team: blue, repo: \"javascript:alert(1)\"}\n", says("wrong-type").at(1, 32)),
        bad("odd id", SERVICES, "- {id: shop, team: blue}\n- {id: \"../x\", team: blue}\n", says("bad-value").at(2, 8)),
        bad("champion and person of one id", champion, "---\nid: ann\ntitle: C\nvisibility: named\nteam: red\nstatus: active\nowners: [red]\n---\n", says("duplicate-id").with("people.yaml")),
        fine("teams that escalate in a circle", TEAMS, "- {id: red, side: security, escalate_to: blue}\n- {id: blue, side: delivery, escalate_to: red}\n"),
        fine("a team that escalates to itself", TEAMS, "- {id: red, side: security, escalate_to: red}\n- {id: blue, side: delivery}\n"),
    ];
    hold(cases.into_iter().map(whole).collect());
}

#[test]
fn two_pages_of_one_id_are_both_named() {
    let mut tally = Tally::default();
    let fields = "title: T\nowners: []\n";
    let kb = Kb::built()
        .with("content/findings/a/x.md", format!("---\n{fields}---\n"))
        .with("content/findings/b/x.md", format!("---\n{fields}---\n"));
    let run = kb.build(&[]);
    tally.ended("two of one id", &run, 1);
    let told = run.of("duplicate-id");
    tally.hold(
        "two of one id",
        told.iter().any(|told| ["a/x.md", "b/x.md"].iter().all(|name| told.to_string().contains(name))),
        || run.to_string(),
    );
}

/// A page under `tags/`, `services/`, `teams/` or `skills/` adds prose to what has its id. When nothing has it, its words must not vanish.
#[test]
fn prose_for_something_that_does_not_exist_is_told() {
    let mut tally = Tally::default();
    for folder in ["tags", "services", "teams", "skills"] {
        let kb = Kb::built().with(&format!("content/{folder}/nothing.md"), "# Lost words\n");
        let run = kb.build(&[]);
        let refused = run.code() == Some(1);
        tally.ended(folder, &run, i32::from(refused));
        let published = kb.site().values().any(|bytes| String::from_utf8_lossy(bytes).contains("Lost words"));
        tally.hold(folder, published || !run.diagnostics().is_empty(), || "neither published nor told".to_owned());
    }
}
