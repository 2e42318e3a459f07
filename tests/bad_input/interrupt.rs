//! Killed, interrupted, started twice: the old site or the new one is there, whole, every time.

use std::fs;
use std::io::Read;
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::support::{Kb, Tally, Tree, copy, tree};

/// A knowledge base large enough that a build can be caught, its old site, and what the new one will be.
struct Caught {
    kb: Kb,
    old: Tree,
    new: Tree,
    /// How long an undisturbed build takes.
    took: Duration,
}

fn caught() -> Caught {
    let kb = Kb::strict();
    for at in 0..60 {
        kb.write(
            &format!("content/p{at}.md"),
            format!("# Page {at}\n\n[next](ok.md)\n\n```rust\nfn f{at}() {{}}\n```\n"),
        );
    }
    assert_eq!(kb.build(&[]).code(), Some(0));
    let old = kb.site();
    copy(&kb.path("public"), &kb.beside("old"));
    for at in 0..60 {
        kb.write(&format!("content/p{at}.md"), format!("# Changed {at}\n\n[next](ok.md)\n"));
    }
    let run = kb.build(&["--out", "../new"]);
    assert_eq!(run.code(), Some(0));
    let new = tree(&kb.beside("new"));
    Caught { kb, old, new, took: run.took }
}

impl Caught {
    fn reset(&self) {
        fs::remove_dir_all(self.kb.path("public")).unwrap();
        copy(&self.kb.beside("old"), &self.kb.path("public"));
    }

    fn start(&self) -> Child {
        self.kb
            .command()
            .arg("build")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn whole(&self, tally: &mut Tally, case: &str) {
        let now = self.kb.site();
        tally.hold(case, now == self.old || now == self.new, || "neither the old site nor the new one".to_owned());
    }
}

/// Where in a build of so long the attempt number `at` of `all` stops it. Spread over all of it, with a step that is no round number.
fn moment(took: Duration, at: u32, all: u32) -> Duration {
    took * (at * 7 % all) / all + Duration::from_micros(u64::from(at) * 313)
}

#[test]
fn a_killed_build_leaves_a_whole_site_and_the_next_one_cleans_up() {
    let mut tally = Tally::default();
    let caught = caught();
    let mut stopped = 0;
    for at in 0..20 {
        caught.reset();
        let mut child = caught.start();
        std::thread::sleep(moment(caught.took, at, 20));
        kill_process(Pid::from_child(&child), Signal::KILL).unwrap();
        stopped += usize::from(!child.wait().unwrap().success());
        tally.cases += 1;
        caught.whole(&mut tally, &format!("killed at {:?}", moment(caught.took, at, 20)));
        if at % 4 == 3 {
            let run = caught.kb.build(&[]);
            tally.ended("the build after", &run, 0);
            tally.hold("the build after", caught.kb.site() == caught.new, || "is not the new site".to_owned());
            tally.hold("the build after", caught.kb.names() == ["content", "public", "tiltyard.yaml"], || {
                format!("left behind: {:?}", caught.kb.names())
            });
        }
    }
    tally.hold("killed", stopped >= 5, || format!("only {stopped} of 20 were in time"));
}

#[test]
fn an_interrupted_build_says_so_and_leaves_nothing_behind() {
    let mut tally = Tally::default();
    let caught = caught();
    let mut stopped = 0;
    for (at, signal) in (0..12).map(|at| (at, if at % 3 == 2 { Signal::TERM } else { Signal::INT })) {
        caught.reset();
        let mut child = caught.start();
        // The handler is set up in the first milliseconds; before that the system ends the program.
        std::thread::sleep(Duration::from_millis(15) + moment(caught.took, at, 12));
        let _ = kill_process(Pid::from_child(&child), signal);
        let status = child.wait().unwrap();
        let mut text = String::new();
        child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        let case = format!("signal {signal:?}, attempt {at}: {status}");
        tally.cases += 1;
        let before_the_handler = at < 2 && status.code().is_none();
        tally.hold(&case, before_the_handler || matches!(status.code(), Some(0 | 130)), || text.clone());
        tally.hold(&case, !text.contains("panicked"), || text.clone());
        stopped += usize::from(status.code() == Some(130));
        let now = caught.kb.site();
        let right = if status.code() == Some(0) { now == caught.new } else { now == caught.old || now == caught.new };
        tally.hold(&case, right, || "the site is not what the exit code says".to_owned());
        tally.hold(&case, caught.kb.names() == ["content", "public", "tiltyard.yaml"], || {
            format!("left behind: {:?}", caught.kb.names())
        });
    }
    tally.hold("interrupted", stopped >= 3, || format!("only {stopped} of 12 were in time"));
}

#[test]
fn two_builds_at_once_end_with_one_whole_site() {
    let mut tally = Tally::default();
    let caught = caught();
    for at in 0..3 {
        caught.reset();
        let children: Vec<Child> = (0..3).map(|_| caught.start()).collect();
        let mut built = 0;
        for child in children {
            let output = child.wait_with_output().unwrap();
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            let case = format!("round {at}: {}", output.status);
            tally.cases += 1;
            tally.hold(&case, matches!(output.status.code(), Some(0 | 2)), || text.clone());
            tally.hold(&case, output.status.success() || text.contains("another tiltyard"), || text.clone());
            built += usize::from(output.status.success());
        }
        tally.hold("at once", built >= 1, || "nobody built".to_owned());
        tally.hold("at once", caught.kb.site() == caught.new, || "is not the new site".to_owned());
        tally.hold("at once", caught.kb.names() == ["content", "public", "tiltyard.yaml"], || {
            format!("left behind: {:?}", caught.kb.names())
        });
    }
}

/// What a writer that died leaves, and what only looks like it.
#[test]
fn leftovers_of_others_are_cleaned_or_told() {
    let mut tally = Tally::default();
    let kb = Kb::built().with(".public.tiltyard-part/index.html", "half").with(".public.tiltyard-lock", "");
    tally.ended("leftovers", &kb.build(&[]), 0);
    tally.hold("leftovers", kb.names() == ["content", "public", "tiltyard.yaml"], || format!("{:?}", kb.names()));
    let kb = Kb::built();
    std::os::unix::fs::symlink(kb.path("content"), kb.path(".public.tiltyard-part")).unwrap();
    let run = kb.build(&[]);
    tally.hold("a link in the staging place", run.fault().is_none() && kb.path("content/ok.md").is_file(), || {
        run.to_string()
    });
    tally.hold(
        "a link in the staging place",
        super::support::names(&kb.path("content")) == ["index.md", "ok.md"],
        || "wrote into the content".to_owned(),
    );
}
