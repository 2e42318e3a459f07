//! Tests of the disk room, on real folders.

mod cleaning;
mod history;
mod killed;
mod over;
mod refused;
mod scanning;
mod singles;
mod snapshots;
mod writing;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::AtomicBool;

use super::*;
use crate::source::{OutputPath, OutputTree};

/// A site of these files.
fn site(files: &[(&str, &str)]) -> OutputTree {
    OutputTree {
        files: files.iter().map(|(path, text)| (OutputPath::new(path), text.as_bytes().to_vec().into())).collect(),
        ..OutputTree::default()
    }
}

/// Makes files, with their folders.
fn put(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Everything in a folder but the manifest: files with their text, links with `->`, empty folders with a slash.
fn everything(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        if path == MANIFEST {
            continue;
        }
        if entry.file_type().is_file() {
            all.insert(path, fs::read_to_string(entry.path()).unwrap());
        } else if entry.file_type().is_symlink() {
            all.insert(path, format!("-> {}", fs::read_link(entry.path()).unwrap().display()));
        } else if entry.file_type().is_dir() {
            if fs::read_dir(entry.path()).unwrap().next().is_none() {
                all.insert(format!("{path}/"), String::new());
            }
        } else {
            all.insert(path, "special".to_owned());
        }
    }
    all
}

/// The same as a map, to compare with.
fn map(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn go(tree: &OutputTree, out: &Path) -> Result<Written, DiskError> {
    write(tree, out, &AtomicBool::new(false))
}

/// Runs one ignored test of this binary in a process of its own, which may be killed or be somebody else.
fn child(test: &str, set: &[(&str, &str)], change: impl FnOnce(&mut Command)) -> std::io::Result<Output> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]).envs(set.iter().copied());
    change(&mut command);
    command.output()
}
