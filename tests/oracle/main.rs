//! The preview never lies: after any change of the sources, what the workshop has is what a build from nothing gives, to the byte and to
//! the diagnostic.
//!
//! In: the sample knowledge base, and scripts of random edits. After every edit the whole tree of the workshop that has seen all edits is
//! compared with that of one that has seen none, and with a build. `PROPTEST_CASES=5000 cargo test --release --test oracle` is the long run.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test reads the sample from disk, and may fail loudly"
)]

mod edit;
#[path = "../properties/mutate.rs"]
mod mutate;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};
use tiltyard::diagnostic::{Diagnostic, Severity};
use tiltyard::model::config::Config;
use tiltyard::model::view::PageView;
use tiltyard::parse::Choices;
use tiltyard::pipeline::recall::Pages;
use tiltyard::pipeline::{self, Goal, Outlet, Over, Revision, Watch, Workshop};
use tiltyard::source::{OutputPath, OutputTree, SourceTree};

use edit::{Edit, Part, SAMPLE, edit, part};

/// Many small things are made and dropped on all cores.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Turning code into HTML is proven elsewhere and would take most of the time.
static FIRST: LazyLock<Workshop> = LazyLock::new(Workshop::default);

fn cases(quick: u32) -> ProptestConfig {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig { cases: if asked { config.cases } else { quick }, max_shrink_iters: 60, ..config }
}

fn configured(tree: &SourceTree) -> (Arc<Config>, Vec<Diagnostic>) {
    let config = pipeline::configure(tree.files.get_key_value("tiltyard.yaml"), &Choices::default());
    (Arc::new(config.value), config.diagnostics)
}

fn revise(workshop: &mut Workshop, tree: &Arc<SourceTree>) -> Arc<Revision> {
    let (config, earlier) = configured(tree);
    workshop.revise(tree, &config, earlier, &AtomicBool::new(false)).expect("nobody called it off")
}

/// All but the search index, which takes longest and is compared at the end of each script.
fn everything(revision: &Revision) -> (OutputTree, Vec<Diagnostic>) {
    (revision.drawn(), revision.diagnostics(&AtomicBool::new(false)).expect("nobody called it off"))
}

/// Where two trees differ, in a few words.
fn differing(warm: &OutputTree, clean: &OutputTree) -> Vec<String> {
    let paths: BTreeSet<_> = warm.files.keys().chain(clean.files.keys()).collect();
    let text = |tree: &OutputTree, path| tree.files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let show = |path| match (text(warm, path), text(clean, path)) {
        (Some(warm), Some(clean)) => {
            let line = warm.lines().zip(clean.lines()).find(|(warm, clean)| warm != clean);
            format!("{path}: {line:?}")
        }
        (warm, _) => format!("{path}: only {}", if warm.is_some() { "warm" } else { "clean" }),
    };
    paths.into_iter().filter(|path| warm.files.get(*path) != clean.files.get(*path)).map(show).take(5).collect()
}

fn compare(warm: &Revision, tree: &Arc<SourceTree>, steps: &[Edit]) -> Result<(), TestCaseError> {
    let clean = revise(&mut Workshop::beside(&FIRST), tree);
    let (warm_files, warm_told) = everything(warm);
    let (clean_files, clean_told) = everything(&clean);
    prop_assert!(warm_files == clean_files, "after {steps:?}: {:#?}", differing(&warm_files, &clean_files));
    prop_assert!(warm_told == clean_told, "after {steps:?}: {:#?}", first_difference(&warm_told, &clean_told));
    prop_assert_eq!(warm.summary(), clean.summary());
    Ok(())
}

fn first_difference(warm: &[Diagnostic], clean: &[Diagnostic]) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let only = |these: &[Diagnostic], those: &[Diagnostic]| -> Vec<Diagnostic> {
        these.iter().filter(|one| !those.contains(one)).take(2).cloned().collect()
    };
    (only(warm, clean), only(clean, warm))
}

/// Takes pages as they are finished.
#[derive(Default)]
struct Taken(Mutex<BTreeMap<OutputPath, Arc<[u8]>>>);

impl Outlet for Taken {
    fn take(&self, path: &OutputPath, bytes: &[u8]) -> bool {
        self.0.lock().unwrap().insert(path.clone(), bytes.into()).is_none()
    }

    fn wanted(&self) -> bool {
        true
    }
}

/// A build over the site of other sources agrees with the workshop, gate and all.
fn built(before: &SourceTree, revision: &Revision, tree: &SourceTree) -> Result<(), TestCaseError> {
    let (config, earlier) = configured(before);
    let over = Over { known: Some(&Pages::new()), outlet: None };
    let old = pipeline::build_into(over, before, (*config).clone(), earlier, Goal::Files, &());
    // Without its files there is no site to build over.
    let known = if old.failed() { Pages::new() } else { old.pages };
    let (config, earlier) = configured(tree);
    let taken = Taken::default();
    let over = Over { known: Some(&known), outlet: Some(&taken) };
    let mut built = pipeline::build_into(over, tree, (*config).clone(), earlier, Goal::Files, &());
    let taken = taken.0.into_inner().unwrap();
    prop_assert!(taken.keys().all(|path| built.failed() || built.files.standing.contains(path)));
    for path in std::mem::take(&mut built.files.standing) {
        let bytes = taken.get(&path).unwrap_or_else(|| &old.files.files[&path]);
        built.files.files.insert(path.clone(), Arc::clone(bytes));
    }
    let (_, told) = everything(revision);
    let files = revision.output();
    prop_assert_eq!(&built.diagnostics, &told);
    let failed = told.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let expected = if failed { OutputTree::default() } else { files };
    prop_assert!(built.files == expected, "{:#?}", differing(&built.files, &expected));
    prop_assert_eq!(built.summary, revision.summary());
    Ok(())
}

#[test]
fn the_sample_is_the_same_by_build_and_by_workshop() {
    let tree = Arc::new(SAMPLE.clone());
    let revision = revise(&mut Workshop::beside(&FIRST), &tree);
    assert!(revision.len() > 200);
    built(&SourceTree::default(), &revision, &tree).unwrap();
    // Over itself, every page stands as it is.
    built(&tree, &revision, &tree).unwrap();
}

/// Somebody who loses interest when they have been asked so many times.
struct Impatient(AtomicUsize);

impl Watch for Impatient {
    fn called_off(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
    }
}

#[test]
fn what_was_called_off_leaves_nothing_behind() {
    let mut tree = Part::small().of(&SAMPLE);
    let mut workshop = Workshop::beside(&FIRST);
    let _ = revise(&mut workshop, &Arc::new(tree.clone()));
    let mut called_off = 0;
    for patience in 0..8 {
        tree.insert(
            &format!("content/guides/new-{patience}.md"),
            format!("# New {patience}\n\n[[sql-injection]]\n").into_bytes(),
        );
        let tree = Arc::new(tree.clone());
        let (config, earlier) = configured(&tree);
        let impatient = Impatient(AtomicUsize::new(patience));
        called_off += usize::from(workshop.revise(&tree, &config, earlier, &impatient).is_none());
        compare(&revise(&mut workshop, &tree), &tree, &[]).unwrap();
    }
    assert!((2..8).contains(&called_off), "called off {called_off} times");
}

/// Does one edit after another, and compares after each.
fn script(mut workshop: Workshop, keep: &Part, steps: &[Edit]) -> Result<(), TestCaseError> {
    let first = Arc::new(keep.of(&SAMPLE));
    let mut tree = Arc::clone(&first);
    let mut revision = revise(&mut workshop, &tree);
    let mut done = 0;
    for (number, step) in steps.iter().enumerate() {
        let Some(changed) = step.apply(&tree) else { continue };
        tree = Arc::new(changed);
        // Somebody looks at a few pages between edits, so that there is something to remember.
        let _ = revision.drawn();
        revision = revise(&mut workshop, &tree);
        compare(&revision, &tree, &steps[..=number])?;
        done += 1;
    }
    if done > 0 { built(&first, &revision, &tree) } else { Ok(()) }
}

/// Runs so many scripts, those of each core beside those of the others.
#[test]
fn after_every_edit_everything_is_as_if_made_from_nothing() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8) as u32;
    let all = cases(200);
    let run = |number: u32| {
        let share = all.cases / threads + u32::from(number < all.cases % threads);
        let mut runner = TestRunner::new(ProptestConfig { cases: share, ..all.clone() });
        runner.run(&(part(), vec(edit(), 1..6)), |(keep, steps)| script(Workshop::beside(&FIRST), &keep, &steps))
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..threads).map(|number| scope.spawn(move || run(number))).collect();
        runs.into_iter().map(|run| run.join().expect("a thread ends")).collect()
    });
    results.into_iter().for_each(|result| result.unwrap_or_else(|error| panic!("{error}")));
}

/// What may be forgotten of a view, and an edit that shows it.
type Forgotten = (&'static str, fn(&mut PageView));

/// Fields of views that a key could forget: of the frame, of the content, of the body, and of the site.
const FORGOTTEN: [Forgotten; 4] = [
    ("page.title", |view| view.page.title.clear()),
    ("page.backlinks", |view| view.page.backlinks.clear()),
    ("body.text", |view| view.body.iter_mut().for_each(|body| body.start = body.text.len())),
    ("site.title", |view| view.site = Arc::default()),
];

/// The comparison would find a key that forgets a field of the view.
#[test]
fn a_forgotten_field_of_a_view_is_found() {
    for (field, forget) in FORGOTTEN {
        let config = ProptestConfig { cases: 400, max_shrink_iters: 0, failure_persistence: None, ..cases(400) };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let scripts = (part(), vec(edit(), 1..6));
        let found = runner.run(&scripts, |(keep, steps)| script(Workshop::blind(&FIRST, forget), &keep, &steps));
        assert!(matches!(found, Err(TestError::Fail(..))), "no script finds that `{field}` is forgotten");
    }
}
