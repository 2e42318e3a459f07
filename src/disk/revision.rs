//! The files of a knowledge base as they were at a revision of git.
//!
//! In: a root, the folders below it, and what git calls the revision. Out: a [`SourceTree`] of the text files there were. Nothing is checked out, and
//! git runs as closed off as it does for dates.

use std::io::Write;
use std::path::Path;

use super::DiskError;
use super::history::{command, run};
use super::walk::tidy;
use crate::source::{SourceFile, SourcePath, SourceTree};

/// What is read of a revision: pages, registries and settings of folders.
const TEXT: [&str; 4] = ["md", "markdown", "yaml", "yml"];

/// Reads the text files below the folders as they were at a revision.
///
/// # Errors
/// When there is no git, no repository, or no such revision.
pub fn at_revision(root: &Path, folders: &[String], revision: &str, max_file: u64) -> Result<SourceTree, DiskError> {
    let refused = |why: String| {
        DiskError::refused(
            root,
            format!("cannot be read as it was at `{revision}`: {why}"),
            "give a commit, tag or branch of this repository",
        )
    };
    let name = format!("{revision}^{{commit}}");
    let commit = run(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name]).map_err(|why| {
        refused(if why.ends_with("it gave no reason") { "there is no such revision".to_owned() } else { why })
    })?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let mut args = vec!["ls-tree", "-r", "-z", "-l", &commit, "--"];
    args.extend(folders.iter().map(|folder| tidy(folder)).map(|folder| if folder.is_empty() { "." } else { folder }));
    let listed = run(root, &args).map_err(refused)?;
    let files: Vec<(String, String)> =
        listed.split(|byte| *byte == 0).filter_map(|line| file(line, max_file)).collect();
    let contents = contents(root, &files).map_err(refused)?;
    let mut tree = SourceTree::default();
    for ((_, path), bytes) in files.iter().zip(contents) {
        tree.files.insert(SourcePath::new(path), SourceFile::new(bytes));
    }
    Ok(tree)
}

/// Hash and path of a regular text file: `100644 blob <hash> <size>\t<path>`.
fn file(line: &[u8], max_file: u64) -> Option<(String, String)> {
    let line = std::str::from_utf8(line).ok()?;
    let (head, path) = line.split_once('\t')?;
    let mut head = head.split_whitespace();
    let (mode, kind, hash, size) = (head.next()?, head.next()?, head.next()?, head.next()?);
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    let text = path.rsplit_once('.').is_some_and(|(_, end)| TEXT.iter().any(|known| known.eq_ignore_ascii_case(end)));
    let fits = mode.starts_with("100") && kind == "blob" && size.parse::<u64>().is_ok_and(|size| size <= max_file);
    (fits && text && !hidden).then(|| (hash.to_owned(), path.to_owned()))
}

/// The contents of blobs, in their order, from one run of git.
fn contents(root: &Path, files: &[(String, String)]) -> Result<Vec<Vec<u8>>, String> {
    let asked: Vec<&str> = files.iter().flat_map(|(hash, _)| [hash.as_str(), "\n"]).collect();
    let asked = asked.concat();
    let mut git = command(root);
    git.args(["cat-file", "--batch"]);
    git.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
    let failed = |error: std::io::Error| format!("git cannot be run: {}", super::error::reason(&error));
    let mut child = git.spawn().map_err(failed)?;
    let stdin = child.stdin.take();
    // Asking and answering at the same time: neither pipe holds everything.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(asked.as_bytes())));
        child.wait_with_output()
    });
    let answer = output.map_err(failed)?.stdout;
    let mut rest = answer.as_slice();
    let mut contents = Vec::with_capacity(files.len());
    for (_, path) in files {
        let lost = || format!("git has no content for `{path}`; a clone without blobs has to fetch it first");
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(lost)?;
        let head = String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned();
        let size: usize = head.rsplit(' ').next().and_then(|size| size.parse().ok()).ok_or_else(lost)?;
        let from = end + 1;
        contents.push(rest.get(from..from + size).ok_or_else(lost)?.to_vec());
        rest = rest.get(from + size + 1..).unwrap_or_default();
    }
    Ok(contents)
}
