//! Where changes of the sources can come from, for whoever watches them.
//!
//! In: what a scan reads. Out: the folders to watch, which paths in them matter, and for file systems that tell nothing, a stamp of every
//! such path. No file's content is read but git's two pointers to its own folders.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, FileType, statat};
use walkdir::WalkDir;

use super::error::DiskError;
use super::manifest::MANIFEST;
use super::read::open_root;
use super::scan::{Root, Scan};
use super::single::read_optional;
use super::walk::{list, walk};

/// How many symbolic links a path may lead through; the number that Linux has.
const MAX_STEPS: usize = 40;

/// The places that the sources hang on at one moment. All paths are absolute and without symbolic links.
#[derive(Debug, Default)]
pub struct Places {
    /// The folders to watch, each without those below it. All of them were there a moment ago.
    pub folders: BTreeSet<PathBuf>,
    /// Folders of which every name matters that is not passed over.
    listed: BTreeSet<PathBuf>,
    /// Folders that are never entered.
    excluded: BTreeSet<PathBuf>,
    /// Single paths that matter: what was asked for, and every step of every symbolic link.
    steps: BTreeSet<PathBuf>,
    /// Those steps that were no plain files: when they change, the places are others.
    turns: BTreeSet<PathBuf>,
    /// Where git keeps its branches.
    heads: Option<PathBuf>,
    loose: bool,
}

/// What can be seen of a path without opening it. Two stamps differ when the content may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp([i128; 6]);

impl Places {
    /// The places of everything a request reads, and with `git` of what tells of a commit.
    ///
    /// # Errors
    /// When the root is not there. The content folder may be missing.
    pub fn of(request: &Scan<'_>) -> Result<Self, DiskError> {
        let root = Root::open(request.root)?;
        let walked = walk(request, &root);
        let mut places = Self {
            listed: walked.listed.keys().map(|folder| root.path.join(folder)).collect(),
            excluded: request.exclude.iter().map(|folder| root.path.join(folder)).collect(),
            loose: request.loose,
            ..Self::default()
        };
        places.steps.insert(root.path.clone());
        for path in request.named().map(Path::to_path_buf).chain(walked.links) {
            places.follow(&root.path, &path);
        }
        if request.git {
            places.git(&root.path);
        }
        places.turns = places.steps.iter().filter(|path| !is_plain(path)).cloned().collect();
        let parents = places.steps.iter().filter(|path| **path != root.path).filter_map(|path| path.parent());
        let folders: BTreeSet<PathBuf> =
            parents.chain(places.listed.iter().map(PathBuf::as_path)).map(Path::to_path_buf).collect();
        places.folders.extend(folders);
        places.folders.insert(root.path);
        places.folders.retain(|folder| folder.symlink_metadata().is_ok_and(|meta| meta.is_dir()));
        Ok(places)
    }

    /// Whether a change of this path can change the sources. What is never read does not: dot files, the output, the cache.
    #[must_use]
    pub fn concerns(&self, path: &Path) -> bool {
        if self.steps.contains(path) {
            return true;
        }
        if self.heads.as_ref().is_some_and(|heads| path.starts_with(heads)) {
            return path.extension() != Some(OsStr::new("lock"));
        }
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return false };
        let left_out = Scan::leaves_out_of(self.loose, name) && name != MANIFEST;
        self.listed.contains(folder) && !left_out && !self.excluded.contains(path)
    }

    /// Whether a change of this path can have changed the places: a folder or a link, now or before.
    #[must_use]
    pub fn turns_on(&self, path: &Path) -> bool {
        let turns = self.turns.contains(path) || self.folders.contains(path);
        turns || path.symlink_metadata().is_ok_and(|meta| meta.is_dir() || meta.is_symlink())
    }

    /// A stamp of everything in the folders that matters.
    #[must_use]
    pub fn stamps(&self) -> BTreeMap<PathBuf, Stamp> {
        let mut stamps = BTreeMap::new();
        for folder in &self.folders {
            let Ok(open) = open_root(folder) else { continue };
            for name in list(&open).0.into_keys() {
                let path = folder.join(&name);
                if self.concerns(&path)
                    && let Ok(stat) = statat(&open, &name, AtFlags::SYMLINK_NOFOLLOW)
                {
                    stamps.insert(path, Stamp::of(&stat));
                }
            }
        }
        stamps
    }

    /// Goes along a path as the system does, and keeps every step below the root.
    fn follow(&mut self, root: &Path, path: &Path) {
        let mut here = root.to_path_buf();
        let mut rest: VecDeque<OsString> = path.components().map(|part| part.as_os_str().to_owned()).collect();
        let mut links = 0;
        while let Some(part) = rest.pop_front() {
            match Path::new(&part).components().next() {
                Some(Component::ParentDir) => {
                    here.pop();
                }
                Some(Component::RootDir) => here = PathBuf::from("/"),
                Some(Component::Normal(name)) => {
                    here.push(name);
                    if here.starts_with(root) {
                        self.steps.insert(here.clone());
                    }
                    let Ok(to) = here.read_link() else { continue };
                    links += 1;
                    if links > MAX_STEPS {
                        return;
                    }
                    here.pop();
                    for part in to.components().rev() {
                        rest.push_front(part.as_os_str().to_owned());
                    }
                }
                _ => {}
            }
        }
    }

    /// Adds what git writes when there is a new commit, or another one is looked at.
    fn git(&mut self, root: &Path) {
        self.steps.extend([root.join(".git"), root.join(".mailmap")]);
        let Some(folder) = root.ancestors().find_map(git_folder) else { return };
        let common = pointer(&folder.join("commondir"), "").and_then(|to| folder.join(to).canonicalize().ok());
        let common = common.unwrap_or_else(|| folder.clone());
        let own = ["HEAD", "logs", "logs/HEAD"].map(|name| folder.join(name));
        let shared = ["packed-refs", "shallow", "refs", "refs/heads", "reftable", "reftable/tables.list"];
        let shared = shared.map(|name| common.join(name));
        self.steps.extend(own.into_iter().chain(shared));
        let heads = common.join("refs/heads");
        let branches = WalkDir::new(&heads).into_iter().filter_map(Result::ok);
        self.folders.extend(branches.filter(|entry| entry.file_type().is_dir()).map(walkdir::DirEntry::into_path));
        self.heads = Some(heads);
    }
}

impl Stamp {
    /// A folder's own times and size tell of its entries, which have stamps themselves.
    fn of(stat: &rustix::fs::Stat) -> Self {
        let (inode, mode) = (i128::from(stat.st_ino), i128::from(stat.st_mode));
        if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
            return Self([inode, mode, 0, 0, 0, 0]);
        }
        let time = |seconds: i128, nanos: i128| seconds * 1_000_000_000 + nanos;
        let written = time(i128::from(stat.st_mtime), i128::from(stat.st_mtime_nsec));
        let changed = time(i128::from(stat.st_ctime), i128::from(stat.st_ctime_nsec));
        Self([inode, mode, i128::from(stat.st_size), i128::from(stat.st_nlink), written, changed])
    }
}

fn is_plain(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|meta| meta.is_file())
}

/// Git's folder, if this folder is the top of a working tree: `.git`, or what the file `.git` says.
fn git_folder(top: &Path) -> Option<PathBuf> {
    let git = top.join(".git");
    if git.is_dir() { git.canonicalize().ok() } else { top.join(pointer(&git, "gitdir:")?).canonicalize().ok() }
}

/// The path in one of git's small files.
fn pointer(file: &Path, key: &str) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    let bytes = read_optional(file).ok()??;
    Some(PathBuf::from(OsStr::from_bytes(bytes.strip_prefix(key.as_bytes())?.trim_ascii())))
}
