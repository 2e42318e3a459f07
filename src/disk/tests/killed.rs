//! SIGKILL at every step, and at any moment: a real process, really killed.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tempfile::tempdir;

use super::draft::Draft;
use super::write::{Conduct, Step};
use super::*;

const OLD: &[(&str, &str)] = &[("index.html", "old"), ("same.html", "same"), ("gone.html", "gone")];
const NEW: &[(&str, &str)] = &[("index.html", "new"), ("same.html", "same"), ("fresh/x.html", "fresh")];
const LAST: &[(&str, &str)] = &[("index.html", "last"), ("same.html", "same")];
const THEIRS: &[(&str, &str)] = &[("CNAME", "example.org"), (".git/HEAD", "ref"), (".well-known/s", "s")];

const STEPS: &[Step] =
    &[Step::Locked, Step::Begun, Step::Filled, Step::Carried, Step::Sealed, Step::Aside, Step::Swapped, Step::Retired];

fn with_theirs(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut all = map(files);
    all.extend(map(THEIRS));
    all
}

/// Writes NEW in a process that kills itself after a step.
fn kill_after(step: Step, exchange: bool, out: &Path) {
    let step = format!("{step:?}");
    let set = [("OUT", out.to_str().unwrap()), ("STEP", &step), ("EXCHANGE", if exchange { "1" } else { "0" })];
    let output = child("disk::tests::killed::write_and_die", &set, |_| {}).unwrap();
    assert!(!output.status.success(), "{step}: it should have been killed");
}

#[test]
#[ignore = "run by the tests of this file"]
fn write_and_die() {
    let (Ok(out), Ok(last)) = (std::env::var("OUT"), std::env::var("STEP")) else { return };
    let exchange = std::env::var("EXCHANGE").as_deref() == Ok("1");
    let after = |step: Step| {
        if format!("{step:?}") == last {
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL).unwrap();
        }
    };
    let conduct = Conduct { after: &after, exchange, ..Conduct::default() };
    Draft::with(Path::new(&out), None, &AtomicBool::new(false), conduct).finish(&site(NEW)).unwrap();
}

#[test]
fn killed_after_any_step_there_is_a_whole_site_and_the_next_run_clears_up() {
    for exchange in [true, false] {
        for &step in STEPS.iter().filter(|step| !exchange || **step != Step::Aside) {
            let root = tempdir().unwrap();
            let out = root.path().join("public");
            go(&site(OLD), &out).unwrap();
            put(&out, THEIRS);
            kill_after(step, exchange, &out);

            let swapped = matches!(step, Step::Swapped | Step::Retired);
            let mut expected = with_theirs(if swapped { NEW } else { OLD });
            if step == Step::Swapped {
                expected.remove(".git/HEAD"); // the one thing that comes a moment later
            }
            if step == Step::Aside {
                assert!(!out.exists());
                assert_eq!(everything(&root.path().join(".public.tiltyard-old")), expected);
            } else {
                assert_eq!(everything(&out), expected, "{step:?} {exchange}");
            }
            let written = go(&site(LAST), &out).unwrap();
            assert_eq!(written.kept, [".git", ".well-known/s", "CNAME"], "{step:?} {exchange}");
            assert_eq!(everything(&out), with_theirs(LAST), "{step:?} {exchange}");
            assert_eq!(names(root.path()), ["public"]);
        }
    }
}

#[test]
fn killed_before_the_first_site_was_in_place() {
    for &step in STEPS.iter().filter(|step| **step != Step::Aside) {
        let root = tempdir().unwrap();
        let out = root.path().join("public");
        kill_after(step, true, &out);
        go(&site(LAST), &out).unwrap();
        assert_eq!(everything(&out), map(LAST), "{step:?}");
        assert_eq!(names(root.path()), ["public"]);
    }
}

#[test]
fn killed_while_a_git_worktree_without_a_site_became_ours() {
    for exchange in [true, false] {
        let root = tempdir().unwrap();
        let out = root.path().join("public");
        put(&out, THEIRS);
        kill_after(Step::Swapped, exchange, &out);
        go(&site(LAST), &out).unwrap();
        assert_eq!(everything(&out), with_theirs(LAST));
    }
}

#[test]
fn what_was_being_removed_never_comes_back() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    go(&site(OLD), &out).unwrap();
    kill_after(Step::Retired, true, &out);
    // The removal had begun, and the list of what is ours went first.
    fs::remove_file(root.path().join(".public.tiltyard-part").join(MANIFEST)).unwrap();
    go(&site(LAST), &out).unwrap();
    assert_eq!(everything(&out), map(LAST));
}

#[test]
fn clean_after_a_kill_leaves_only_what_is_not_ours() {
    for &step in STEPS {
        let root = tempdir().unwrap();
        let out = root.path().join("public");
        go(&site(OLD), &out).unwrap();
        put(&out, THEIRS);
        kill_after(step, step != Step::Aside, &out);
        clean(&out, &root.path().join("cache")).unwrap();
        assert_eq!(everything(&out), map(THEIRS), "{step:?}");
        assert_eq!(names(root.path()), ["public"]);
    }
}

#[test]
fn two_git_folders_after_a_kill_are_a_question_for_a_person() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    go(&site(OLD), &out).unwrap();
    put(&out, THEIRS);
    kill_after(Step::Swapped, true, &out);
    put(&out, &[(".git/HEAD", "another")]);
    let error = go(&site(LAST), &out).unwrap_err();
    assert!(error.help().unwrap().contains("move one of the two away"), "{error}");
    assert!(root.path().join(".public.tiltyard-new/.git/HEAD").exists());
    assert_eq!(fs::read_to_string(out.join(".git/HEAD")).unwrap(), "another");
}

#[test]
#[ignore = "run by killed_at_any_moment"]
fn write_for_ever() {
    let Ok(out) = std::env::var("OUT") else { return };
    for n in 0.. {
        let text = n.to_string();
        let many: Vec<String> = (0..40).map(|i| format!("{}/{i}.html", i % 5)).collect();
        let files: Vec<(&str, &str)> = many.iter().map(|path| (path.as_str(), text.as_str())).collect();
        go(&site(&files), Path::new(&out)).unwrap();
    }
}

#[test]
fn killed_at_any_moment() {
    let root = tempdir().unwrap();
    let out = root.path().join("public");
    put(&out, THEIRS);
    for round in 0..25 {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "disk::tests::killed::write_for_ever", "--ignored"]).env("OUT", &out);
        let mut writer = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(20_000 + round * 1_300));
        writer.kill().unwrap();
        writer.wait().unwrap();
        let mut all = everything(&out);
        all.retain(|path, _| !THEIRS.iter().any(|(theirs, _)| theirs == path));
        assert!(all.is_empty() || all.len() == 40, "{all:?}");
        assert_eq!(all.values().collect::<std::collections::BTreeSet<_>>().len(), usize::from(!all.is_empty()));
    }
    go(&site(LAST), &out).unwrap();
    assert_eq!(everything(&out), with_theirs(LAST));
    assert_eq!(names(root.path()), ["public"]);
}
