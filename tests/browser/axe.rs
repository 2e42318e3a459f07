//! axe-core, fetched by npm and held against a digest: it is under the MPL 2.0 and not ours to commit.

use std::path::Path;
use std::process::Command;

const VERSION: &str = "4.10.3";
/// BLAKE3 of the archive.
const DIGEST: &str = "9b344e126522a1089df6233150e2af2907e6647f8b2e857cea85577e31e87273";

/// The text of its script.
pub fn source() -> String {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
    std::fs::create_dir_all(&cache).unwrap();
    let archive = cache.join(format!("axe-core-{VERSION}.tgz"));
    let digest = || std::fs::read(&archive).map(|bytes| blake3::hash(&bytes).to_hex().to_string()).unwrap_or_default();
    if digest() != DIGEST {
        let npm =
            Command::new("npm").args(["pack", "--silent", &format!("axe-core@{VERSION}")]).current_dir(&cache).output();
        let npm =
            npm.unwrap_or_else(|error| panic!("npm could not be run ({error}); this test fetches axe-core with it"));
        assert!(
            npm.status.success(),
            "npm could not fetch axe-core {VERSION}: {}",
            String::from_utf8_lossy(&npm.stderr)
        );
        assert_eq!(digest(), DIGEST, "{} is not the archive this test was written for", archive.display());
    }
    let tar = Command::new("tar").arg("-xzOf").arg(&archive).arg("package/axe.min.js").output().unwrap();
    assert!(tar.status.success(), "{} could not be unpacked", archive.display());
    String::from_utf8(tar.stdout).unwrap()
}
