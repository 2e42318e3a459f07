//! The derivation by tables: what counts, until when, and what follows from it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::pedantic,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::derive::derive;
use crate::model::curriculum::{ChampionStatus, EvidenceKind, Visibility};
use crate::model::kind::Kind;
use crate::model::leaf::Period;
use crate::model::progress::{
    Assessor, CurriculumFacts, LevelFacts, Missing, ModuleFacts, Offered, Progress, Reason, Standing, Taken,
};
use crate::source::SourcePath;

const TODAY: Date = date(2026, 11, 2);

/// One curriculum `c`: the level `one` needs `c/a` and `c/b`, which comes after it; `two` needs `c/d`. All hold for a year.
/// `boss` may assess everything. A second curriculum `k` teaches the same skill with `k/a`.
fn facts() -> Progress {
    let mut facts = Progress { today: TODAY, ..Progress::default() };
    let level = |id: &str, modules: &[&str], grants: &[Kind]| LevelFacts {
        id: id.to_owned(),
        name: id.to_owned(),
        grants: grants.iter().copied().collect(),
        modules: modules.iter().map(|id| (*id).to_owned()).collect(),
        ..LevelFacts::default()
    };
    let curriculum = |levels| CurriculumFacts { page: SourcePath::new("c"), levels };
    let one = level("one", &["c/a", "c/b"], &[Kind::Finding]);
    let two = level("two", &["c/d"], &[Kind::ThreatModel]);
    facts.curricula.insert("c".into(), curriculum(vec![one, two]));
    facts.curricula.insert("k".into(), curriculum(vec![level("solo", &["k/a"], &[])]));
    for (id, rank, skills, before) in [
        ("c/a", 0, vec![("reading", 1)], vec![]),
        ("c/b", 0, vec![("reading", 2)], vec!["c/a"]),
        ("c/d", 1, vec![("teaching", 4)], vec!["c/b"]),
        ("k/a", 0, vec![("reading", 2)], vec![]),
    ] {
        let module = ModuleFacts {
            page: SourcePath::new(id),
            curriculum: id.split('/').next().unwrap().to_owned(),
            rank,
            holds: Period::parse("1y"),
            skills: skills.into_iter().map(|(id, depth)| (id.to_owned(), depth)).collect(),
            needs: vec![(EvidenceKind::Artefact, 1)],
            prerequisites: before.into_iter().map(str::to_owned).collect(),
        };
        facts.modules.insert(id.to_owned(), module);
    }
    let levels = [("c".to_owned(), 0), ("c".to_owned(), 1), ("k".to_owned(), 0)].into();
    facts.assessors.insert("boss".into(), Assessor { levels, since: Some(date(2020, 1, 1)), former: false });
    facts
}

/// `("c/a", "2026-01-10", "boss", 1)`: module, day, who confirms it (several with spaces), pieces of evidence.
type Row = (&'static str, &'static str, &'static str, usize);

/// What it is about, the rows, and the reasons of each.
type Case = (&'static str, Vec<Row>, Vec<Vec<Reason>>);

fn person(id: &str, rows: &[Row]) -> Standing {
    let taken = rows.iter().enumerate().map(|(index, (module, day, by, listed))| Taken {
        index,
        module: (*module).to_owned(),
        date: day.parse().unwrap(),
        listed: *listed,
        pages: BTreeSet::new(),
        verified_by: by.split_whitespace().map(str::to_owned).collect(),
        pieces: 0,
        until: None,
        reasons: Vec::new(),
    });
    Standing {
        id: id.to_owned(),
        page: SourcePath::new(id),
        visibility: Visibility::Named,
        team: None,
        status: ChampionStatus::Active,
        curricula: vec!["c".to_owned()],
        services: BTreeSet::new(),
        taken: taken.collect(),
        offered: Vec::new(),
    }
}

fn derived(people: Vec<Standing>) -> Progress {
    let mut facts = facts();
    facts.people = people.into_iter().map(|standing| (standing.id.clone(), standing)).collect();
    derive(facts)
}

/// The reasons of each of `ada`'s achievements.
fn reasons(people: Vec<Standing>) -> Vec<Vec<Reason>> {
    derived(people).people["ada"].taken.iter().map(|taken| taken.reasons.clone()).collect()
}

fn verifier() -> Vec<Reason> {
    vec![Reason::Verifier { level: "one".to_owned() }]
}

#[test]
fn what_counts() {
    let before = |counted: Option<&str>| Reason::Prerequisite {
        module: "c/a".to_owned(),
        counted: counted.map(|day| day.parse().unwrap()),
    };
    let table: Vec<Case> = vec![
        ("an assessor says so", vec![("c/a", "2026-01-10", "boss", 1)], vec![vec![]]),
        ("nobody says so", vec![("c/a", "2026-01-10", "", 1)], vec![vec![Reason::Unverified]]),
        ("the person says so", vec![("c/a", "2026-01-10", "ada", 1)], vec![vec![Reason::OwnWord]]),
        ("a stranger says so", vec![("c/a", "2026-01-10", "bob", 1)], vec![verifier()]),
        ("one of two is enough", vec![("c/a", "2026-01-10", "ada bob boss", 1)], vec![vec![]]),
        ("the assessor began on that day", vec![("c/a", "2020-01-01", "boss", 1)], vec![vec![]]),
        ("the assessor began a day later", vec![("c/a", "2019-12-31", "boss", 1)], vec![verifier()]),
        ("no evidence", vec![("c/a", "2026-01-10", "boss", 0)], vec![vec![Reason::Evidence { has: 0, needs: 1 }]]),
        ("today counts", vec![("c/a", "2026-11-02", "boss", 1)], vec![vec![]]),
        ("tomorrow does not", vec![("c/a", "2026-11-03", "boss", 1)], vec![vec![Reason::Ahead]]),
        ("what comes first is missing", vec![("c/b", "2026-01-10", "boss", 1)], vec![vec![before(None)]]),
        (
            "what comes first came later",
            vec![("c/b", "2026-01-10", "boss", 1), ("c/a", "2026-01-11", "boss", 1)],
            vec![vec![before(Some("2026-01-11"))], vec![]],
        ),
        (
            "what comes first came on the same day, and stands below",
            vec![("c/b", "2026-01-10", "boss", 1), ("c/a", "2026-01-10", "boss", 1)],
            vec![vec![], vec![]],
        ),
        (
            "what comes first has run out since, and had counted",
            vec![("c/a", "2024-01-10", "boss", 1), ("c/b", "2026-01-10", "boss", 1)],
            vec![vec![], vec![]],
        ),
        (
            "everything at once is told",
            vec![("c/b", "2026-01-10", "", 0)],
            vec![vec![before(None), Reason::Evidence { has: 0, needs: 1 }, Reason::Unverified]],
        ),
    ];
    for (what, rows, wanted) in table {
        assert_eq!(reasons(vec![person("ada", &rows)]), wanted, "{what}");
    }
}

#[test]
fn whoever_confirms_holds_the_level_on_that_day() {
    // `bob` holds `one` from 2025-03-01; `c/a` runs out after 2026-02-01 and takes the level with it.
    let bob = || person("bob", &[("c/a", "2025-02-01", "boss", 1), ("c/b", "2025-03-01", "boss", 1)]);
    for (day, counts) in [
        ("2025-02-28", false), // a day before the level
        ("2025-03-01", true),  // on its first day
        ("2026-02-01", true),  // on its last day
        ("2026-02-02", false), // the level was lost the day before
    ] {
        let mut ada = person("ada", &[("c/a", "2025-01-01", "bob", 1)]);
        ada.taken[0].date = day.parse().unwrap();
        let wanted = if counts { vec![] } else { verifier() };
        assert_eq!(reasons(vec![bob(), ada]), [wanted], "{day}");
    }
}

#[test]
fn two_do_not_lift_each_other_up() {
    let rows = |other| [("c/a", "2026-01-10", other, 1), ("c/b", "2026-01-10", other, 1)];
    let progress = derived(vec![person("ada", &rows("bob")), person("bob", &rows("ada"))]);
    assert!(progress.everybody().flat_map(|who| &who.taken).all(|taken| !taken.counts()));
    // With one of them confirmed by somebody else, the other follows on the same day.
    let progress = derived(vec![person("ada", &rows("bob")), person("bob", &rows("boss"))]);
    assert!(progress.everybody().flat_map(|who| &who.taken).all(Taken::counts));
}

#[test]
fn the_last_day_still_holds() {
    let ada = person("ada", &[("c/a", "2025-11-02", "boss", 1), ("c/b", "2025-12-01", "boss", 1)]);
    let mut facts = facts();
    facts.people.insert("ada".into(), ada);
    for (today, rank, expiring, run_out) in [
        (date(2026, 11, 1), 1, 1, 0),
        (date(2026, 11, 2), 1, 1, 0), // the last day
        (date(2026, 11, 3), 0, 1, 1), // the day after: the level falls back, `c/b` is still held
    ] {
        let progress = derive(Progress { today, ..facts.clone() });
        let ada = &progress.people["ada"];
        assert_eq!(ada.rank_on(&progress, "c", today), rank, "{today}");
        assert_eq!(ada.expiring(&progress, 30).len(), expiring + usize::from(today <= date(2026, 11, 2)), "{today}");
        assert_eq!(ada.run_out(&progress).len(), run_out, "{today}");
    }
    let progress = derive(Progress { today: date(2026, 11, 3), ..facts });
    let ada = &progress.people["ada"];
    assert_eq!(ada.missing(&progress, "c"), [Missing::RunOut("c/a".into(), date(2026, 11, 2))]);
    assert_eq!(ada.level(&progress, "c", date(2026, 11, 2)).unwrap().id, "one");
}

#[test]
fn windows_of_30_60_and_90_days_include_their_last_day() {
    let progress = derived(vec![person("ada", &[("c/a", "2025-12-02", "boss", 1)])]);
    // It runs out after 2026-12-02, thirty days from today.
    assert_eq!(progress.people["ada"].expiring(&progress, 30), [(date(2026, 12, 2), "c/a".to_owned())]);
    assert!(progress.people["ada"].expiring(&progress, 29).is_empty());
}

#[test]
fn a_fresh_achievement_renews_an_old_one() {
    let rows = [("c/a", "2025-01-10", "boss", 1), ("c/b", "2026-02-01", "boss", 1), ("c/a", "2026-03-01", "boss", 1)];
    let progress = derived(vec![person("ada", &rows)]);
    let ada = &progress.people["ada"];
    assert_eq!(ada.module_on("c/a", TODAY), Some(Some(date(2027, 3, 1))));
    // Between 2026-01-10 and 2026-03-01 it was not held, and the level neither.
    assert_eq!(ada.rank_on(&progress, "c", date(2026, 2, 15)), 0);
    assert_eq!(ada.rank_on(&progress, "c", TODAY), 1);
    // Renewing an old achievement on an earlier day changes nothing that holds longer.
    assert_eq!(ada.level_until(&progress, "c", TODAY), Some(date(2027, 2, 1)));
}

#[test]
fn a_skill_that_two_curricula_teach_is_one_skill() {
    let rows = [("c/a", "2026-01-10", "boss", 1), ("c/b", "2026-02-01", "boss", 1), ("k/a", "2026-05-01", "boss", 1)];
    let progress = derived(vec![person("ada", &rows)]);
    let skills = progress.people["ada"].skills(&progress, TODAY);
    assert_eq!(skills.len(), 1);
    assert_eq!(skills["reading"].depth, 2);
    assert_eq!(skills["reading"].until, Some(date(2027, 5, 1)), "as long as the later of the two holds");
    assert_eq!(skills["reading"].modules, ["c/b", "k/a"]);
    // When the deeper ones are gone, what is left is shown.
    let skills = progress.people["ada"].skills(&progress, date(2026, 1, 15));
    assert_eq!(skills["reading"].depth, 1);
}

#[test]
fn authorship_is_evidence_of_its_sort() {
    let offered = |kind, since: &str| Offered {
        kind,
        page: SourcePath::new(&format!("content/{since}.md")),
        since: Some(since.parse().unwrap()),
    };
    for (what, pages, counts) in [
        ("written before", vec![offered(EvidenceKind::Artefact, "2026-01-01")], true),
        ("written on the day", vec![offered(EvidenceKind::Artefact, "2026-01-10")], true),
        ("written after", vec![offered(EvidenceKind::Artefact, "2026-01-11")], false),
        ("only reviewed", vec![offered(EvidenceKind::Review, "2026-01-01")], false),
    ] {
        let mut ada = person("ada", &[("c/a", "2026-01-10", "boss", 0)]);
        ada.offered = pages;
        assert_eq!(reasons(vec![ada])[0].is_empty(), counts, "{what}");
    }
}

#[test]
fn a_page_that_is_listed_and_names_the_person_is_one_piece() {
    let mut facts = facts();
    facts.modules.get_mut("c/a").unwrap().needs = vec![(EvidenceKind::Artefact, 2)];
    let page = |name: &str| SourcePath::new(&format!("content/findings/{name}.md"));
    for (written, pieces) in [(vec!["listed"], 1), (vec!["listed", "other"], 2), (vec!["other", "third", "listed"], 3)]
    {
        let mut ada = person("ada", &[("c/a", "2026-01-10", "boss", 1)]);
        ada.taken[0].pages.insert(page("listed"));
        let offered = |name: &&str| Offered { kind: EvidenceKind::Artefact, page: page(name), since: None };
        ada.offered = written.iter().map(offered).collect();
        facts.people.insert("ada".into(), ada);
        assert_eq!(derive(facts.clone()).people["ada"].taken[0].pieces, pieces, "{written:?}");
    }
}

#[test]
fn a_level_asks_for_evidence_in_all() {
    let mut facts = facts();
    facts.curricula.get_mut("c").unwrap().levels[0].evidence = 3;
    let ada = person("ada", &[("c/a", "2026-01-10", "boss", 1), ("c/b", "2026-01-11", "boss", 1)]);
    facts.people.insert("ada".into(), ada);
    let progress = derive(facts.clone());
    let ada = &progress.people["ada"];
    assert_eq!(ada.rank_on(&progress, "c", TODAY), 0);
    assert_eq!(ada.missing(&progress, "c"), [Missing::Evidence(2, 3)]);
    facts.people.get_mut("ada").unwrap().taken[1].listed = 2;
    let progress = derive(facts);
    assert_eq!(progress.people["ada"].rank_on(&progress, "c", TODAY), 1);
}

#[test]
fn steps_are_ordered_by_what_they_unlock_and_reviews_need_the_level() {
    let progress = derived(vec![person("ada", &[])]);
    let steps = progress.people["ada"].next_steps(&progress, "c");
    assert_eq!(steps.len(), 1, "the others wait for it");
    assert_eq!((steps[0].module.as_str(), steps[0].unlocks, steps[0].for_next_level), ("c/a", 2, true));
    assert!(progress.people["ada"].can_review(&progress).is_empty());

    let rows = [("c/a", "2026-01-10", "boss", 1), ("c/b", "2026-01-11", "boss", 1)];
    let mut paused = person("bob", &rows);
    paused.status = ChampionStatus::Paused;
    let progress = derived(vec![person("ada", &rows), paused]);
    assert_eq!(progress.people["ada"].can_review(&progress), [Kind::Finding].into());
    assert!(progress.people["bob"].can_review(&progress).is_empty(), "whoever pauses is not asked");
}

/// A person with achievements in any order, confirmed by anybody.
fn anybody(id: &'static str) -> impl Strategy<Value = Standing> {
    let module = prop::sample::select(vec!["c/a", "c/b", "c/d", "k/a"]);
    let day = (0i32..900).prop_map(|days| date(2024, 6, 1).saturating_add(jiff::Span::new().days(days)));
    let by = prop::sample::subsequence(vec!["boss", "ada", "bob", "cid"], 0..=2);
    prop::collection::vec((module, day, by, 0usize..3), 0..8).prop_map(move |rows| {
        let mut standing = person(id, &[]);
        for (index, (module, date, by, listed)) in rows.into_iter().enumerate() {
            standing.taken.push(Taken {
                index,
                module: module.to_owned(),
                date,
                listed,
                pages: BTreeSet::new(),
                verified_by: by.into_iter().map(str::to_owned).collect(),
                pieces: 0,
                until: None,
                reasons: Vec::new(),
            });
        }
        standing
    })
}

fn ranks(progress: &Progress) -> Vec<usize> {
    let curricula = || progress.curricula.keys();
    progress.everybody().flat_map(|who| curricula().map(|id| who.rank_on(progress, id, TODAY))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// More evidence, one more achievement or one more person to confirm it never lowers anybody's level.
    #[test]
    fn adding_never_lowers_a_level(a in anybody("ada"), b in anybody("bob"), c in anybody("cid"), more in anybody("ada")) {
        let before = ranks(&derived(vec![a.clone(), b.clone(), c.clone()]));
        let mut richer = a.clone();
        richer.taken.iter_mut().for_each(|taken| taken.listed += 1);
        richer.taken.iter_mut().for_each(|taken| taken.verified_by.push("boss".to_owned()));
        let mut longer = a;
        longer.taken.extend(more.taken);
        for changed in [richer, longer] {
            let after = ranks(&derived(vec![changed, b.clone(), c.clone()]));
            prop_assert!(before.iter().zip(&after).all(|(before, after)| before <= after), "{before:?} {after:?}");
        }
    }

    /// Neither the order of achievements in a file nor that of people changes what counts.
    #[test]
    fn order_does_not_matter(a in anybody("ada"), b in anybody("bob"), c in anybody("cid")) {
        let first = derived(vec![a.clone(), b.clone(), c.clone()]);
        let mut turned = vec![c, b, a];
        for standing in &mut turned {
            standing.taken.reverse();
        }
        let mut second = derived(turned);
        for standing in second.people.values_mut() {
            standing.taken.reverse();
        }
        for (one, other) in first.people.values().zip(second.people.values()) {
            prop_assert_eq!(&one.taken, &other.taken);
        }
    }
}

/// 500 champions, 200 modules, 50 skills, 20,000 achievements. Run it in a release build: `cargo test --release --lib large -- --ignored --nocapture`.
#[test]
#[ignore = "it measures; a debug build is no measure"]
fn a_large_programme_is_derived_in_100_ms() {
    let mut facts = Progress { today: TODAY, ..Progress::default() };
    let levels = |count: usize| {
        (0..count).map(|n| LevelFacts { id: format!("l{n}"), name: format!("L{n}"), ..LevelFacts::default() })
    };
    facts.curricula.insert("c".into(), CurriculumFacts { page: SourcePath::new("c"), levels: levels(5).collect() });
    for n in 0..200 {
        let id = format!("c/m{n:03}");
        facts.curricula.get_mut("c").unwrap().levels[n / 40].modules.push(id.clone());
        let module = ModuleFacts {
            page: SourcePath::new(&id),
            curriculum: "c".into(),
            rank: n / 40,
            holds: Period::parse("18mo"),
            skills: [(format!("s{}", n % 50), 1 + u8::try_from(n % 4).unwrap()), (format!("s{}", (n + 7) % 50), 2)]
                .into(),
            needs: vec![(EvidenceKind::Artefact, 1), (EvidenceKind::Review, 1)],
            prerequisites: (n % 40 > 0).then(|| format!("c/m{:03}", n - 1)).into_iter().collect(),
        };
        facts.modules.insert(id, module);
    }
    facts.assessors.insert(
        "boss".into(),
        Assessor { levels: (0..5).map(|n| ("c".to_owned(), n)).collect(), since: None, former: false },
    );
    for p in 0..500 {
        let mut standing = person(&format!("p{p:03}"), &[]);
        for n in 0..40usize {
            let days = i32::try_from(n * 10 + p % 10).unwrap();
            standing.taken.push(Taken {
                index: n,
                module: format!("c/m{n:03}"),
                date: date(2025, 6, 1).saturating_add(jiff::Span::new().days(days)),
                listed: 2,
                pages: BTreeSet::new(),
                verified_by: if p % 3 == 0 {
                    vec!["boss".into()]
                } else {
                    vec![format!("p{:03}", p - 1), "boss".into()]
                },
                pieces: 0,
                until: None,
                reasons: Vec::new(),
            });
        }
        facts.people.insert(standing.id.clone(), standing);
    }
    let start = std::time::Instant::now();
    let progress = derive(facts);
    let taken = start.elapsed();
    let counted = progress.everybody().flat_map(|who| &who.taken).filter(|taken| taken.counts()).count();
    assert_eq!(counted, 20_000);
    let start = std::time::Instant::now();
    let depths: usize =
        progress.everybody().map(|who| who.skills(&progress, TODAY).len() + who.rank_on(&progress, "c", TODAY)).sum();
    let asked = start.elapsed();
    assert!(depths > 0);
    assert!((taken + asked).as_millis() < 100, "{taken:?} to judge, {asked:?} to ask levels and skills of all");
    let (taken, asked) = (taken.as_secs_f64() * 1000.0, asked.as_secs_f64() * 1000.0);
    assert!(std::env::var_os("SHOW_TIMES").is_none(), "{taken:.1} ms to judge, {asked:.1} ms to ask");
}
