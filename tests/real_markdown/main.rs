//! Markdown that other people wrote, without front matter and without a configuration: a site comes out on the first try.
//!
//! In: packages of the npm registry, fetched by npm into `target/real-markdown` and held against a digest; their texts are not ours to
//! commit. Out: sites in which every page is reached and every link between existing files works, and `diagnostics.txt`: every
//! diagnostic with a word on whether it is a true mistake of the source.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test lays things out on disk, runs the program on them, and may fail loudly"
)]

#[path = "../properties/html.rs"]
mod html;
mod links;
#[path = "../properties/site.rs"]
mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use site::{Files, Site};

/// Packages with the BLAKE3 digest of their archive. All are under the MIT licence.
const PACKAGES: [(&str, &str, &str); 5] = [
    ("eslint-plugin-import", "2.32.0", "68b28c85ae5fe2aa10c4cce7fd5a5137a974638f47f0243671c2ebc8b0dd29ea"),
    ("eslint-plugin-jest", "29.17.0", "6bed61a305ae31eb8f2a71f7eeec41d1f888c3279ff45e344dda88dc9d634cb1"),
    ("fastify", "5.12.8", "a395e52ff939f2e04efbf5fe0afebb116f0d816ffa0c7480b2d57a722f3380ef"),
    ("markdownlint", "0.40.0", "ceb8d0812b9e460e71676a9784e4f2c23889c203fbbacf2766a9123ec464153c"),
    ("pino", "10.4.0", "2780192b62c3d86ddeba5663e71300330184ac7a0d2eaa5fe13b1d94d2346016"),
];

/// The longest that one site may take in a debug build.
const LONGEST: Duration = Duration::from_secs(60);

/// A package's folder, fetched when it is not there yet.
fn fetched(name: &str, version: &str, digest: &str) -> PathBuf {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real-markdown");
    let archive = cache.join(format!("{name}-{version}.tgz"));
    let folder = cache.join(format!("{name}-{version}"));
    if folder.is_dir() {
        return folder;
    }
    std::fs::create_dir_all(&cache).unwrap();
    let sound =
        |archive: &Path| std::fs::read(archive).is_ok_and(|bytes| blake3::hash(&bytes).to_hex().as_str() == digest);
    if !sound(&archive) {
        let npm =
            Command::new("npm").args(["pack", "--silent", &format!("{name}@{version}")]).current_dir(&cache).output();
        let npm = npm.unwrap_or_else(|error| {
            panic!("npm could not be run ({error}); this test fetches {name} {version} with it")
        });
        assert!(
            npm.status.success(),
            "npm could not fetch {name} {version}; this test needs the npm registry:\n{}",
            String::from_utf8_lossy(&npm.stderr)
        );
        assert!(sound(&archive), "{} is not the archive this test was written for", archive.display());
    }
    // A folder that is there is whole.
    let half = tempfile::tempdir_in(&cache).unwrap();
    let tar =
        Command::new("tar").arg("-xzf").arg(&archive).args(["--strip-components=1", "-C"]).arg(half.path()).status();
    assert!(tar.is_ok_and(|status| status.success()), "{} could not be unpacked", archive.display());
    if let Err(error) = std::fs::rename(half.keep(), &folder) {
        assert!(folder.is_dir(), "{error}");
    }
    folder
}

/// Builds a folder: its files and its diagnostics, one a line.
fn built(root: &Path) -> (Files, Vec<String>) {
    let out = tempfile::tempdir().unwrap();
    let site = out.path().join("site");
    let errors = out.path().join("stderr");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tiltyard"));
    command
        .args(["build", "--format", "short", "--quiet", "--color", "never", "--root"])
        .arg(root)
        .arg("--out")
        .arg(&site);
    command.stdout(Stdio::null()).stderr(std::fs::File::create(&errors).unwrap());
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > LONGEST {
            child.kill().unwrap();
            panic!("{} took more than {LONGEST:?}", root.display());
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let said = std::fs::read_to_string(&errors).unwrap();
    assert!(status.success(), "{}: {status}\n{said}", root.display());
    let mut files = Files::new();
    for entry in
        walkdir::WalkDir::new(&site).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file())
    {
        let path = entry.path().strip_prefix(&site).unwrap().to_str().unwrap().replace('\\', "/");
        files.insert(path, std::fs::read(entry.path()).unwrap().into());
    }
    (
        files,
        said.lines()
            .filter(|line| line.contains(": warning[") || line.contains(": error[") || line.contains(": due["))
            .map(str::to_owned)
            .collect(),
    )
}

#[test]
fn what_others_wrote_becomes_a_site() {
    let (mut pages, mut tested) = (0, 0);
    let mut wrong = Vec::new();
    let mut said: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, version, digest) in PACKAGES {
        let root = fetched(name, version, digest);
        let (files, diagnostics) = built(&root);
        said.insert(name, diagnostics);
        let site = Site::read(&files, false, "/");
        wrong.extend(
            site.faults()
                .into_iter()
                .chain(site.unreachable().into_iter().map(|path| format!("{path}: no chain of links leads here")))
                .map(|fault| format!("{name}: {fault}")),
        );
        let sources = links::markdown(&root);
        pages += sources.len();
        for link in sources.iter().flat_map(|source| links::of(&root, source)) {
            tested += 1;
            if let Some(fault) = links::fault(&root, &link, &files, &site) {
                wrong.push(format!("{name}: {}: [{}]: {fault}", link.from, link.target));
            }
        }
    }
    assert!(pages >= 200 && tested >= 400, "only {pages} pages with {tested} links were tested");
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
    judged(&said);
}

/// Every diagnostic is one that was looked up and judged, and none is missing.
fn judged(said: &BTreeMap<&str, Vec<String>>) {
    let list = include_str!("diagnostics.txt");
    let mut name = "";
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with("//")) {
        if let Some(package) = line.strip_prefix("# ") {
            name = package;
        } else if let Some(diagnostic) = line.strip_prefix("  ") {
            assert!(diagnostic.starts_with("true: "), "not judged a true mistake of the source: {line}");
        } else {
            known.insert((name.to_owned(), line.to_owned()));
        }
    }
    let now: BTreeSet<(String, String)> =
        said.iter().flat_map(|(name, lines)| lines.iter().map(|line| ((*name).to_owned(), line.clone()))).collect();
    let mut text = String::new();
    now.difference(&known).for_each(|(name, line)| writeln!(text, "not judged: {name}: {line}").unwrap());
    known.difference(&now).for_each(|(name, line)| writeln!(text, "no longer said: {name}: {line}").unwrap());
    assert!(text.is_empty(), "tests/real_markdown/diagnostics.txt is to be brought up to date:\n{text}");
}
