//! Files, knowledge bases and the program.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;
use tiltyard::import::threat_model::{self, Fault, Format, Imported, Request};

/// The folder of our own foreign files.
pub fn files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/imports/files")
}

/// Every file with its format, which its name begins with: `otm--…`.
pub fn all() -> Vec<(Format, String, Vec<u8>)> {
    let mut all: Vec<_> = std::fs::read_dir(files()).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all.into_iter()
        .filter_map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let format = Format::named(name.split_once("--")?.0)?;
            let sound = ["json", "yaml", "otm"].iter().any(|known| name.ends_with(known));
            sound.then(|| (format, name, std::fs::read(&path).unwrap()))
        })
        .collect()
}

/// Imports without a disk.
pub fn import(format: Format, file: &str, bytes: &[u8], earlier: Option<&str>) -> Result<Imported, Fault> {
    import_known(format, file, bytes, earlier, [&[], &["shop", "guard"]])
}

/// Imports without a disk where the registry has these services, and these teams and people.
pub fn import_known(
    format: Format,
    file: &str,
    bytes: &[u8],
    earlier: Option<&str>,
    known: [&[&str]; 2],
) -> Result<Imported, Fault> {
    let [known_services, known_owners] = known.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
    let request = Request {
        format,
        file,
        owners: &["shop".to_owned()],
        services: &[],
        known_services: &known_services,
        known_owners: &known_owners,
        today: "2026-11-02".parse().unwrap(),
    };
    threat_model::import(bytes, &request, earlier)
}

/// A knowledge base with the page that was imported.
pub fn base(page: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("tiltyard.yaml", "title: Test\ntoday: 2026-11-02\n");
    write(
        "content/_data/teams.yaml",
        "- {id: shop, name: Shop, side: delivery}\n- {id: guard, name: Guard, side: security}\n",
    );
    write("content/threat-models/imported.md", page);
    folder
}

/// Exit code, standard output, standard error.
pub fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("tiltyard").unwrap();
    let output = command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("NO_COLOR", "1")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}
