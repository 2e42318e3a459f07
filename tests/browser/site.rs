//! The sample's site as tests look at it: built once for all of them, behind a server and for a folder.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::server;

/// Below this path the served site stands.
const BELOW: &str = "/kb/";

static SERVED: LazyLock<(String, PathBuf)> = LazyLock::new(|| {
    let folder = empty("served");
    let base = format!("http://127.0.0.1:{}{BELOW}", server::start(&folder, BELOW).port);
    build(&folder, &["--base-url", &base]);
    (base, folder)
});

static PORTABLE: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = empty("portable");
    build(&folder, &["--portable"]);
    folder
});

/// The address of the site that a server gives, with a slash at its end.
pub fn served() -> &'static str {
    &SERVED.0
}

/// The folder of that site.
pub fn served_folder() -> &'static Path {
    &SERVED.1
}

/// The folder of the site that needs no server.
pub fn portable() -> &'static Path {
    &PORTABLE
}

/// A folder that is not there yet, in the place for what tests leave behind; what earlier runs left there is taken away.
fn empty(name: &str) -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    std::fs::create_dir_all(&all).unwrap();
    for entry in std::fs::read_dir(&all).unwrap().map(Result::unwrap) {
        let run = entry.file_name().into_string().unwrap();
        if !Path::new("/proc").join(&run).exists() {
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
    all.join(std::process::id().to_string()).join(name)
}

fn build(out: &Path, flags: &[&str]) {
    let run = Command::new(env!("CARGO_BIN_EXE_tiltyard"))
        .args(["--root", env!("CARGO_MANIFEST_DIR"), "--out"])
        .arg(out)
        .args(["--quiet", "build"])
        .args(flags)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}
