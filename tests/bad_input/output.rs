//! The folder the site goes to: what may be taken, what has to stay.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::support::{Kb, PROGRAM, Tally, is_root, run, skip, tree};

#[test]
fn a_folder_that_is_not_ours_is_refused() {
    let mut tally = Tally::default();
    for (name, file) in
        [("a file", "notes.txt"), ("a page", "index.html"), ("a folder", "sub/a"), ("a hidden file", ".env")]
    {
        let kb = Kb::strict().with(&format!("public/{file}"), "A stranger's.");
        let before = kb.site();
        let run = kb.build(&[]);
        tally.ended(name, &run, 2);
        tally.hold(name, run.stderr.contains("public") && run.stderr.contains("help: "), || run.to_string());
        tally.hold(name, kb.site() == before, || "has been changed".to_owned());
        tally.hold(name, kb.names() == ["content", "public", "tiltyard.yaml"], || format!("{:?}", kb.names()));
    }
}

#[test]
fn what_is_not_ours_in_our_folder_is_kept() {
    let mut tally = Tally::default();
    let kb = Kb::built()
        .with("public/.git/HEAD", "ref: x\n")
        .with("public/CNAME", "kb.example\n")
        .with("public/.nojekyll", "");
    let run = kb.run(&["build", "--base-url", "https://other.example"]);
    let refused = run.code() == Some(2);
    tally.ended("kept", &run, if refused { 2 } else { 0 });
    for (file, text) in [(".git/HEAD", "ref: x\n"), ("CNAME", "kb.example\n"), (".nojekyll", "")] {
        let now = fs::read_to_string(kb.path(&format!("public/{file}"))).ok();
        tally.hold(file, now.as_deref() == Some(text), || format!("is {now:?} now"));
    }
    tally.hold("kept", !refused, || format!("`.git`, `CNAME` and `.nojekyll` are refused\n  {run}"));
    let kb = Kb::built().with("public/notes/mine.txt", "Mine.");
    let run = kb.build(&[]);
    let refused = run.code() == Some(2);
    tally.ended("a stranger's file", &run, if refused { 2 } else { 0 });
    tally.hold("a stranger's file", kb.path("public/notes/mine.txt").is_file(), || "is gone".to_owned());
    let kb = Kb::built().with("public/new/index.html", "Mine.").with("content/new.md", "# New\n");
    let run = kb.build(&[]);
    tally.ended("a stranger in the way", &run, 2);
    let now = fs::read_to_string(kb.path("public/new/index.html")).unwrap_or_default();
    tally.hold("a stranger in the way", now == "Mine.", || "was overwritten".to_owned());
}

#[test]
fn our_own_files_that_somebody_changed_are_mended() {
    let mut tally = Tally::default();
    let kb = Kb::built();
    let old = kb.site();
    fs::write(kb.path("public/index.html"), "changed").unwrap();
    fs::remove_file(kb.path("public/404.html")).unwrap();
    fs::remove_file(kb.path("public/ok/index.html")).unwrap();
    fs::create_dir(kb.path("public/ok/index.html")).unwrap();
    tally.ended("mended", &kb.build(&[]), 0);
    tally.hold("mended", kb.site() == old, || "is not what it was".to_owned());
    fs::remove_file(kb.path("public/index.html")).unwrap();
    fs::write(kb.beside("outside"), "outside").unwrap();
    symlink(kb.beside("outside"), kb.path("public/index.html")).unwrap();
    let run = kb.build(&[]);
    let refused = run.code() == Some(2);
    tally.ended("a link in our place", &run, if refused { 2 } else { 0 });
    let outside = fs::read_to_string(kb.beside("outside")).unwrap();
    tally.hold("a link in our place", outside == "outside", || "wrote through the link".to_owned());
    tally.hold("a link in our place", refused || kb.site() == old, || "is not what it was".to_owned());
}

#[test]
fn a_broken_manifest_is_not_believed() {
    let mut tally = Tally::default();
    let texts: [(&str, &[u8]); 6] = [
        ("empty", b""),
        ("not JSON", b"{{{"),
        ("not UTF-8", b"\xff"),
        ("outside", br#"{"version":1,"files":["../../outside.txt","/etc/passwd","mine.txt"]}"#),
        ("deep", &[b'['; 100_000]),
        ("of tomorrow", br#"{"version":999,"files":[]}"#),
    ];
    for (name, text) in texts {
        let kb = Kb::built().with("public/.tiltyard.json", text).with("public/mine.txt", "Mine.");
        fs::write(kb.beside("outside.txt"), "Outside.").unwrap();
        let run = kb.build(&[]);
        let refused = run.code() == Some(2);
        tally.ended(name, &run, if refused { 2 } else { 0 });
        tally.hold(name, kb.beside("outside.txt").is_file(), || "a file outside is gone".to_owned());
        tally.hold(name, name == "outside" || kb.path("public/mine.txt").is_file(), || {
            "a stranger's file is gone".to_owned()
        });
        let cleaned = kb.run(&["clean"]);
        tally.hold(name, cleaned.fault().is_none() && kb.beside("outside.txt").is_file(), || {
            format!("clean: {cleaned}")
        });
        tally.hold(name, kb.path("content/ok.md").is_file(), || "clean removed the content".to_owned());
    }
}

#[test]
fn clean_removes_only_what_is_ours() {
    let mut tally = Tally::default();
    let kb = Kb::built();
    tally.ended("ours", &kb.run(&["clean"]), 0);
    tally.hold("ours", !kb.path("public").exists(), || "is still there".to_owned());
    tally.ended("nothing there", &kb.run(&["clean"]), 0);
    let kb = Kb::strict().with("public/notes.txt", "Mine.");
    let run = kb.run(&["clean"]);
    tally.hold("not ours", kb.path("public/notes.txt").is_file() && run.fault().is_none(), || run.to_string());
    let kb = Kb::built().with("public/notes.txt", "Mine.");
    let run = kb.run(&["clean"]);
    tally.hold("not all ours", kb.path("public/notes.txt").is_file() && run.fault().is_none(), || run.to_string());
    for out in ["content", ".", "..", "/"] {
        let kb = Kb::built();
        let before = tree(&kb.path("content"));
        let run = kb.run(&["clean", "--out", out]);
        tally.ended(&format!("clean --out {out}"), &run, 2);
        tally.hold(out, tree(&kb.path("content")) == before, || "the content has changed".to_owned());
    }
}

#[test]
fn odd_places_for_a_site() {
    let mut tally = Tally::default();
    let kb = Kb::strict().with("public", "a file");
    let run = kb.build(&[]);
    tally.ended("a file", &run, 2);
    tally.hold("a file", fs::read(kb.path("public")).unwrap() == b"a file", || "was overwritten".to_owned());
    let kb = Kb::strict().with("file", "x");
    tally.ended("below a file", &kb.build(&["--out", "file/site"]), 2);
    tally.ended("below folders that are not there", &kb.build(&["--out", "a/b/c/site"]), 0);
    tally.hold("below folders that are not there", kb.path("a/b/c/site/index.html").is_file(), || {
        "is not there".to_owned()
    });
    tally.ended("a name of 300 bytes", &kb.build(&["--out", &"n".repeat(300)]), 2);
    tally.ended("a device", &kb.build(&["--out", "/dev/null"]), 2);
    tally.ended("a folder of the system", &kb.build(&["--out", "/proc/site"]), 2);
    let kb = Kb::strict();
    fs::create_dir(kb.beside("elsewhere")).unwrap();
    fs::write(kb.beside("elsewhere/mine.txt"), "Mine.").unwrap();
    symlink(kb.beside("elsewhere"), kb.path("public")).unwrap();
    let run = kb.build(&[]);
    tally.ended("a link to elsewhere", &run, 2);
    tally.hold("a link to elsewhere", super::support::names(&kb.beside("elsewhere")) == ["mine.txt"], || {
        "wrote there".to_owned()
    });
    let kb = Kb::strict();
    symlink("gone", kb.path("public")).unwrap();
    let run = kb.build(&[]);
    let refused = run.code() == Some(2);
    tally.ended("a link to nowhere", &run, if refused { 2 } else { 0 });
    tally.hold("a link to nowhere", refused || kb.path("public/index.html").is_file(), || run.to_string());
    let kb = Kb::strict();
    symlink("public", kb.path("public")).unwrap();
    tally.ended("a link to itself", &kb.build(&[]), 2);
}

/// A script in a mount namespace of its own, so that nothing stays mounted; none where that is not allowed.
fn mounted(kb: &Kb, test: &str, script: &str) -> Option<super::support::Run> {
    let probe = Command::new("unshare").args(["-m", "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"]).output();
    if !is_root() || !probe.is_ok_and(|probe| probe.status.success()) {
        skip(test, "file systems cannot be mounted here");
        return None;
    }
    let mut shell = Command::new("unshare");
    shell.args(["-m", "sh", "-c", script]).env("PROGRAM", PROGRAM).current_dir(kb.root());
    Some(run(&mut shell))
}

#[test]
fn a_full_disk_keeps_the_old_site() {
    let mut tally = Tally::default();
    let kb = Kb::built().with("static/big.bin", vec![b'x'; 3 << 20]);
    fs::create_dir(kb.path("disk")).unwrap();
    fs::create_dir(kb.path("seen")).unwrap();
    let script = "mount -t tmpfs -o size=1m none disk && cp -r public disk/site && \"$PROGRAM\" build --out disk/site; code=$?; cp -r disk/. seen/; exit $code";
    let Some(run) = mounted(&kb, "full disk", script) else { return };
    tally.ended("full disk", &run, 2);
    tally.hold("full disk", run.stderr.contains("no space left") && run.stderr.contains("help: "), || run.to_string());
    tally.hold("full disk", tree(&kb.path("seen/site")) == kb.site(), || "the old site has changed".to_owned());
    tally.hold("full disk", super::support::names(&kb.path("seen")) == ["site"], || {
        format!("left behind: {:?}", super::support::names(&kb.path("seen")))
    });
}

#[test]
fn a_read_only_disk_is_said() {
    let mut tally = Tally::default();
    let kb = Kb::built();
    fs::create_dir(kb.path("disk")).unwrap();
    let script = "mount -t tmpfs -o size=8m none disk && cp -r public disk/site && mount -o remount,ro disk && \"$PROGRAM\" build --out disk/site --base-url https://other.example";
    let Some(run) = mounted(&kb, "read-only disk", script) else { return };
    tally.ended("read-only disk", &run, 2);
    tally.hold("read-only disk", run.stderr.contains("read-only"), || run.to_string());
    let script = "mount -t tmpfs -o size=8m none disk && cp -r content tiltyard.yaml disk/ && mount -o remount,ro disk && cd disk && \"$PROGRAM\" check";
    let Some(run) = mounted(&kb, "read-only sources", script) else { return };
    tally.ended("read-only sources", &run, 0);
    let script = "mount -t tmpfs -o size=8m none disk && cp -r content tiltyard.yaml disk/ && mount -o remount,ro disk && cd disk && \"$PROGRAM\" build --out ../out";
    let Some(run) = mounted(&kb, "read-only sources", script) else { return };
    tally.ended("build of read-only sources", &run, 0);
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let mut tally = Tally::default();
    let kb = Kb::built().with("content/bad.md", "[x](nope.md)\n".repeat(5_000));
    for script in [
        "\"$PROGRAM\" check --format json | head -c 10 >/dev/null",
        "\"$PROGRAM\" check 2>&1 | head -c 10 >/dev/null",
        "\"$PROGRAM\" man | head -c 10 >/dev/null",
        "\"$PROGRAM\" check --format json >&-",
        "\"$PROGRAM\" check 2>&-",
    ] {
        let run = run(Command::new("sh")
            .args(["-c", &format!("({script}) 2>seen; cat seen >&2; exit 0")])
            .env("PROGRAM", PROGRAM)
            .current_dir(kb.root()));
        tally.ended(script, &run, 0);
    }
    if fs::metadata("/dev/full").is_ok() {
        for format in ["json", "sarif"] {
            let kb = Kb::strict();
            let script = format!("\"$PROGRAM\" check --format {format} >/dev/full");
            let run = run(Command::new("sh").args(["-c", &script]).env("PROGRAM", PROGRAM).current_dir(kb.root()));
            tally.ended("data that could not be written", &run, 2);
        }
    }
}
