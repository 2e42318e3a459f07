//! Single files and folders.

use rustix::fs::{CWD, Mode, mkfifoat};
use tempfile::tempdir;

use super::*;

#[test]
fn a_file_that_may_be_missing() {
    let folder = tempdir().unwrap();
    put(folder.path(), &[("a", "text")]);
    assert_eq!(read_optional(&folder.path().join("a")).unwrap().as_deref(), Some(&b"text"[..]));
    assert_eq!(read_optional(&folder.path().join("b")).unwrap(), None);
    let error = read_optional(folder.path()).unwrap_err();
    assert!(error.to_string().ends_with("is a folder, not a file"), "{error}");
    mkfifoat(CWD, folder.path().join("pipe"), Mode::from_raw_mode(0o644)).unwrap();
    assert!(read_optional(&folder.path().join("pipe")).is_err());
    std::thread::scope(|scope| {
        scope.spawn(|| fs::write(folder.path().join("pipe"), "through the pipe").unwrap());
        assert_eq!(read_input(&folder.path().join("pipe")).unwrap(), b"through the pipe");
    });
    assert!(read_input(&folder.path().join("b")).unwrap_err().to_string().ends_with("no such file or directory"));
    assert!(read_input(folder.path()).is_err());
}

#[test]
fn the_root_is_the_nearest_folder_upwards() {
    let top = tempdir().unwrap();
    put(top.path(), &[("tiltyard.yaml", ""), ("a/tiltyard.yaml", ""), ("a/b/c/x", "")]);
    fs::create_dir_all(top.path().join("d/tiltyard.yaml")).unwrap();
    let real = top.path().canonicalize().unwrap();
    assert_eq!(find_root(&top.path().join("a/b/c"), "tiltyard.yaml"), Some(real.join("a")));
    assert_eq!(find_root(&top.path().join("d"), "tiltyard.yaml"), Some(real));
    assert_eq!(find_root(top.path(), "no-such-file.yaml"), None);
}

#[test]
fn a_new_file_never_takes_the_place_of_another() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("x/y/new.md");
    write_new(&path, b"one").unwrap();
    let error = write_new(&path, b"two").unwrap_err();
    assert!(error.to_string().ends_with("is already there, and is not overwritten"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"one");
    std::os::unix::fs::symlink("elsewhere", folder.path().join("link")).unwrap();
    assert!(write_new(&folder.path().join("link"), b"three").is_err());
    assert!(!folder.path().join("elsewhere").exists());
}

#[test]
fn an_output_file_is_replaced_whole() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("out.json");
    write_file(&path, b"one").unwrap();
    write_file(&path, b"two").unwrap();
    assert_eq!(everything(folder.path()), map(&[("out.json", "two")]));
    std::os::unix::fs::symlink("out.json", folder.path().join("link")).unwrap();
    write_file(&folder.path().join("link"), b"three").unwrap();
    assert_eq!(everything(folder.path()), map(&[("out.json", "three"), ("link", "-> out.json")]));
    assert!(write_file(folder.path(), b"").is_err());
    write_file(Path::new("/dev/null"), b"gone").unwrap();
}

#[test]
fn empty_means_nothing_but_git() {
    let folder = tempdir().unwrap();
    assert!(is_empty_folder(folder.path()).unwrap());
    assert!(is_empty_folder(&folder.path().join("none")).unwrap());
    fs::create_dir(folder.path().join(".git")).unwrap();
    assert!(is_empty_folder(folder.path()).unwrap());
    put(folder.path(), &[("a", "")]);
    assert!(!is_empty_folder(folder.path()).unwrap());
    assert!(is_empty_folder(&folder.path().join("a")).is_err());
}
