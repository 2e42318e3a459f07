//! Everything an editor or git does to the folder arrives, with real files: the changes that are passed on, handed to a snapshot, give
//! what reading afresh gives.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use tempfile::{TempDir, tempdir};

use super::*;
use crate::disk::{MAX_PAGE, Snapshot, scan};
use crate::source::{SourceFile, SourcePath};

/// How long a change may take at most on a machine that does other things as well.
const SOON: Duration = Duration::from_secs(4);

/// A knowledge base that is watched.
struct Bench {
    root: TempDir,
    folders: Vec<String>,
    exclude: Vec<String>,
    files: Vec<String>,
    git: bool,
    watcher: Watcher,
    changes: Receiver<Changes>,
    last: Snapshot,
    /// What could not be read yet because the content folder was away.
    owed: Changes,
}

fn request<'a>(
    root: &'a Path,
    folders: &'a [String],
    files: &'a [String],
    exclude: &'a [String],
    git: bool,
) -> Scan<'a> {
    Scan { root, folders, files, exclude, loose: false, max_file: MAX_PAGE, git }
}

impl Bench {
    fn new(poll: Option<Duration>, git: bool, prepare: impl FnOnce(&Path)) -> Self {
        let root = tempdir().unwrap();
        put(root.path(), &[("content/a.md", "a"), ("content/sub/b.md", "b"), ("tiltyard.yaml", "title: x")]);
        prepare(root.path());
        let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let folders = words(&["content", "static", "templates", "themes"]);
        let (files, exclude) = (words(&["tiltyard.yaml"]), words(&["public", ".tiltyard"]));
        let scan = request(root.path(), &folders, &files, &exclude, git);
        let (watcher, changes) = Watcher::start(WatchOptions::new(&scan, poll)).unwrap();
        let last = Snapshot::take(&scan).unwrap();
        Self { folders, exclude, files, git, watcher, changes, last, root, owed: Changes::default() }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn scan(&self) -> Scan<'_> {
        request(self.root.path(), &self.folders, &self.files, &self.exclude, self.git)
    }

    /// Takes note of changes. Nothing is read while the content folder is away.
    fn take(&mut self, changes: Changes) {
        self.owed.merge(changes);
        if let Ok(next) = self.last.refresh(&self.scan(), &self.owed) {
            (self.last, self.owed) = (next, Changes::default());
        }
    }

    /// Whether the snapshot is what reading afresh gives.
    fn is_right(&self) -> bool {
        let Ok(fresh) = scan(&self.scan()) else { return true };
        let same = |((path, file), (other, old)): ((&SourcePath, &SourceFile), (&SourcePath, &SourceFile))| {
            path == other && file.bytes == old.bytes && file.history == old.history
        };
        let (files, others) = (&fresh.value.files, &self.last.tree().files);
        files.len() == others.len()
            && files.iter().zip(others).all(same)
            && fresh.diagnostics == self.last.diagnostics()
    }

    /// Takes what comes until everything is right and it has been quiet; what came, and after how long it was right.
    fn follow(&mut self, what: &str) -> (Changes, Duration) {
        let start = Instant::now();
        let mut all = Changes::default();
        let mut right = None;
        loop {
            match self.changes.recv_timeout(Duration::from_millis(150)) {
                Ok(changes) => {
                    all.merge(changes.clone());
                    self.take(changes);
                    right = None;
                }
                Err(error) => {
                    assert_eq!(error, RecvTimeoutError::Timeout, "{what}");
                    if let Some(right) = right {
                        return (all, right);
                    }
                }
            }
            if right.is_none() && self.is_right() {
                right = Some(start.elapsed());
            }
            assert!(right.is_some() || start.elapsed() < SOON, "{what}: not seen; what came was {all:?}");
        }
    }

    fn text(&self, path: &str) -> Option<String> {
        self.last.tree().text(path).map(str::to_owned)
    }
}

fn put(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Does something to a fresh knowledge base, once watched by events and once by looking; `expect` says which texts there are then.
fn both(what: &str, prepare: impl Fn(&Path), edit: impl Fn(&Bench), expect: &[(&str, Option<&str>)]) {
    for poll in [None, Some(Duration::from_millis(50))] {
        let mut bench = Bench::new(poll, false, &prepare);
        edit(&bench);
        let (changes, after) = bench.follow(what);
        assert!(!changes.is_empty() && changes != Changes::All, "{what}: {changes:?}");
        println!("{what} (poll {poll:?}): right after {after:?}");
        for (path, text) in expect {
            assert_eq!(bench.text(path).as_deref(), *text, "{what}: {path}");
        }
    }
}

fn nothing(_: &Path) {}

#[test]
fn saves_of_every_sort() {
    let edit = |bench: &Bench| fs::write(bench.path("content/a.md"), "in place").unwrap();
    both("in place", nothing, edit, &[("content/a.md", Some("in place"))]);
    let edit = |bench: &Bench| {
        fs::write(bench.path("content/a.md.tmp123"), "renamed").unwrap();
        fs::rename(bench.path("content/a.md.tmp123"), bench.path("content/a.md")).unwrap();
    };
    both("atomic rename", nothing, edit, &[("content/a.md", Some("renamed")), ("content/a.md.tmp123", None)]);
    let edit = |bench: &Bench| {
        fs::write(bench.path("content/4913"), "").unwrap();
        fs::remove_file(bench.path("content/4913")).unwrap();
        fs::rename(bench.path("content/a.md"), bench.path("content/a.md~")).unwrap();
        fs::write(bench.path("content/a.md"), "new").unwrap();
        fs::remove_file(bench.path("content/a.md~")).unwrap();
    };
    both("backup and write", nothing, edit, &[("content/a.md", Some("new")), ("content/a.md~", None)]);
    let edit = |bench: &Bench| {
        fs::remove_file(bench.path("content/a.md")).unwrap();
        std::thread::sleep(Duration::from_millis(60));
        fs::write(bench.path("content/a.md"), "again").unwrap();
    };
    both("delete then create", nothing, edit, &[("content/a.md", Some("again"))]);
    let edit = |bench: &Bench| fs::write(bench.path("tiltyard.yaml"), "title: y").unwrap();
    both("configuration", nothing, edit, &[("tiltyard.yaml", Some("title: y"))]);
}

#[test]
fn slow_writes_in_pieces() {
    let edit = |bench: &Bench| {
        let mut file = File::create(bench.path("content/slow.md")).unwrap();
        for piece in 0..12 {
            write!(file, "{piece} ").unwrap();
            std::thread::sleep(Duration::from_millis(if piece % 3 == 0 { 45 } else { 5 }));
        }
    };
    both("slow", nothing, edit, &[("content/slow.md", Some("0 1 2 3 4 5 6 7 8 9 10 11 "))]);
}

#[test]
fn many_files_and_new_folders_at_once() {
    let edit = |bench: &Bench| {
        for i in 0..300 {
            fs::write(bench.path(&format!("content/new-{i}.md")), format!("{i}")).unwrap();
        }
    };
    both("300 files", nothing, edit, &[("content/new-0.md", Some("0")), ("content/new-299.md", Some("299"))]);
    let edit = |bench: &Bench| {
        for i in 0..40 {
            put(
                bench.root.path(),
                &[(&format!("content/n{i}/deep/er/x.md"), "x"), (&format!("content/n{i}/y.md"), "y")],
            );
        }
    };
    both("new folders", nothing, edit, &[("content/n39/deep/er/x.md", Some("x")), ("content/n0/y.md", Some("y"))]);
    let edit = |bench: &Bench| put(bench.root.path(), &[("static/css/a.css", "a"), ("templates/page.html", "t")]);
    both(
        "folders that were missing",
        nothing,
        edit,
        &[("static/css/a.css", Some("a")), ("templates/page.html", Some("t"))],
    );
}

#[test]
fn files_that_come_into_a_new_folder_little_by_little() {
    let edit = |bench: &Bench| {
        for i in 0..60 {
            put(bench.root.path(), &[(&format!("content/new/{}/{i}.md", i % 7), "x")]);
            std::thread::sleep(Duration::from_millis(i % 5));
        }
    };
    both("little by little", nothing, edit, &[("content/new/3/59.md", Some("x")), ("content/new/0/0.md", Some("x"))]);
}

#[test]
fn links_inside_the_root() {
    let prepare = |root: &Path| {
        put(root, &[("shared/c.md", "c"), ("deep/er/file.md", "f"), ("other/c.md", "other")]);
        symlink("../shared", root.join("content/linked")).unwrap();
        symlink("../deep/er/file.md", root.join("content/file.md")).unwrap();
        symlink("../later/x.md", root.join("content/later.md")).unwrap();
    };
    let edit = |bench: &Bench| fs::write(bench.path("shared/c.md"), "changed").unwrap();
    both("in a linked folder", prepare, edit, &[("content/linked/c.md", Some("changed"))]);
    let edit = |bench: &Bench| put(bench.root.path(), &[("shared/new/d.md", "d"), ("deep/er/file.md", "changed")]);
    let expect = [("content/linked/new/d.md", Some("d")), ("content/file.md", Some("changed"))];
    both("more in a linked folder", prepare, edit, &expect);
    let edit = |bench: &Bench| fs::rename(bench.path("deep"), bench.path("gone")).unwrap();
    both("what a link leads to is moved", prepare, edit, &[("content/file.md", None)]);
    let edit = |bench: &Bench| put(bench.root.path(), &[("later/x.md", "late")]);
    both("what a link leads to appears", prepare, edit, &[("content/later.md", Some("late"))]);
    let edit = |bench: &Bench| {
        fs::remove_file(bench.path("content/linked")).unwrap();
        symlink("../other", bench.path("content/linked")).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        fs::write(bench.path("other/c.md"), "other again").unwrap();
    };
    both("another target", prepare, edit, &[("content/linked/c.md", Some("other again"))]);
}

#[test]
fn folders_that_are_moved_deleted_and_made_again() {
    let late = |bench: &Bench, path: &str| {
        std::thread::sleep(Duration::from_millis(250));
        fs::write(bench.path(path), "late").unwrap();
    };
    let edit = |bench: &Bench| {
        fs::rename(bench.path("content/sub"), bench.path("content/moved")).unwrap();
        late(bench, "content/moved/b.md");
    };
    both("moved", nothing, edit, &[("content/moved/b.md", Some("late")), ("content/sub/b.md", None)]);
    let edit = |bench: &Bench| {
        fs::remove_dir_all(bench.path("content/sub")).unwrap();
        put(bench.root.path(), &[("content/sub/b.md", "again")]);
        late(bench, "content/sub/c.md");
    };
    both(
        "deleted and made again",
        nothing,
        edit,
        &[("content/sub/b.md", Some("again")), ("content/sub/c.md", Some("late"))],
    );
    let edit = |bench: &Bench| {
        fs::rename(bench.path("content/sub"), bench.path("content/x")).unwrap();
        fs::rename(bench.path("content/two"), bench.path("content/sub")).unwrap();
        fs::rename(bench.path("content/x"), bench.path("content/two")).unwrap();
        late(bench, "content/two/b.md");
        fs::write(bench.path("content/sub/b.md"), "two, late").unwrap();
    };
    let prepare = |root: &Path| put(root, &[("content/two/b.md", "2")]);
    both("exchanged", prepare, edit, &[("content/sub/b.md", Some("two, late")), ("content/two/b.md", Some("late"))]);
    for pause in [0, 120] {
        let edit = |bench: &Bench| {
            fs::rename(bench.path("content"), bench.path("away")).unwrap();
            std::thread::sleep(Duration::from_millis(pause));
            fs::write(bench.path("away/a.md"), "written while away").unwrap();
            fs::rename(bench.path("away"), bench.path("content")).unwrap();
            late(bench, "content/sub/b.md");
        };
        let expect = [("content/a.md", Some("written while away")), ("content/sub/b.md", Some("late"))];
        both("content away and back", nothing, edit, &expect);
    }
}

#[test]
fn the_root_away_and_back() {
    for (poll, pause) in [(None, 0), (None, 700), (Some(Duration::from_millis(50)), 300)] {
        let mut bench = Bench::new(poll, false, nothing);
        let away = bench.root.path().with_extension("away");
        fs::rename(bench.root.path(), &away).unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        fs::write(away.join("content/a.md"), "away").unwrap();
        fs::rename(&away, bench.root.path()).unwrap();
        // While the root is away nothing is right or wrong, so the first news may be that it is gone.
        std::thread::sleep(Duration::from_millis(600));
        bench.follow("root away and back");
        assert_eq!(bench.text("content/a.md").as_deref(), Some("away"));
        fs::write(bench.path("content/sub/b.md"), "after").unwrap();
        bench.follow("after the root was away");
        assert_eq!(bench.text("content/sub/b.md").as_deref(), Some("after"));
    }
}

#[test]
fn nobody_is_woken_for_what_is_never_read() {
    let prepare =
        |root: &Path| put(root, &[("public/index.html", "x"), (".tiltyard/cache/x", "x"), (".git/HEAD", "x")]);
    for poll in [None, Some(Duration::from_millis(50))] {
        let bench = Bench::new(poll, false, prepare);
        put(bench.root.path(), &[("content/.a.md.swp", "x"), ("content/.#a.md", "x"), ("public/b.html", "x")]);
        put(
            bench.root.path(),
            &[(".tiltyard/cache/y", "y"), (".git/HEAD", "y"), ("README.md", "r"), ("notes/x.md", "n")],
        );
        let _ = fs::read(bench.path("content/a.md")).unwrap();
        let came = bench.changes.recv_timeout(Duration::from_millis(400));
        assert_eq!(came, Err(RecvTimeoutError::Timeout));
    }
}

#[test]
fn what_comes_while_nobody_listens_is_kept() {
    let mut bench = Bench::new(None, false, nothing);
    for round in 0..5 {
        fs::write(bench.path(&format!("content/{round}.md")), "x").unwrap();
        std::thread::sleep(Duration::from_millis(60));
    }
    let (changes, _) = bench.follow("five rounds");
    let five: BTreeSet<PathBuf> = (0..5).map(|round| bench.path(&format!("content/{round}.md"))).collect();
    assert_eq!(changes, Changes::Paths(five));
}

#[test]
fn when_events_were_lost_everything_is_read_again() {
    let mut bench = Bench::new(None, false, nothing);
    let lost = notify::Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
    for note in [Ok(lost), Err(notify::Error::generic("no more"))] {
        bench.watcher.notes.send(Note::Event(note)).unwrap();
        assert_eq!(bench.changes.recv_timeout(SOON), Ok(Changes::All));
        fs::write(bench.path("content/sub/b.md"), "still watched").unwrap();
        bench.follow("after events were lost");
        assert_eq!(bench.text("content/sub/b.md").as_deref(), Some("still watched"));
        fs::write(bench.path("content/sub/b.md"), "before").unwrap();
        bench.follow("back");
    }
}

#[test]
fn a_burst_that_never_ends_is_passed_on_in_parts() {
    let bench = Bench::new(None, false, nothing);
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(700) {
        fs::write(bench.path("content/a.md"), format!("{:?}", start.elapsed())).unwrap();
        std::thread::sleep(Duration::from_millis(3));
    }
    assert!(bench.changes.try_iter().count() >= 2);
}

fn git(folder: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args([
        "-c",
        "user.name=Ann",
        "-c",
        "user.email=ann@example.org",
        "-c",
        "commit.gpgsign=false",
    ]);
    assert!(command.args(args).output().unwrap().status.success(), "{args:?}");
}

#[test]
fn a_commit_and_another_branch_are_seen() {
    let prepare = |root: &Path| {
        git(root, &["init", "-q", "-b", "main"]);
        git(root, &["add", "-A"]);
        git(root, &["commit", "-q", "-m", "one"]);
    };
    for poll in [None, Some(Duration::from_millis(50))] {
        let mut bench = Bench::new(poll, true, prepare);
        put(bench.root.path(), &[("content/new.md", "new")]);
        bench.follow("a new page");
        let history = |bench: &Bench| bench.last.tree().get("content/new.md").and_then(|file| file.history.clone());
        assert_eq!(history(&bench), None);
        git(bench.root.path(), &["add", "-A"]);
        git(bench.root.path(), &["commit", "-q", "-m", "two"]);
        bench.follow("a commit");
        assert_eq!(history(&bench).unwrap().authors, ["Ann"]);
        git(bench.root.path(), &["switch", "-q", "-c", "feature/x", "HEAD~1"]);
        bench.follow("another branch");
        assert_eq!(bench.text("content/new.md"), None);
    }
}

#[test]
fn a_root_that_is_not_there_is_an_error() {
    let (folders, gone) = (["content".to_owned()], Path::new("/nowhere/at/all"));
    let scan = request(gone, &folders, &[], &[], false);
    for poll in [None, Some(POLL)] {
        let error = Watcher::start(WatchOptions::new(&scan, poll)).unwrap_err();
        assert_eq!(error.to_string(), "cannot read `/nowhere/at/all`: no such file or directory");
    }
}
