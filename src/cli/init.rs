//! `tiltyard init`: a knowledge base to begin with, in an empty folder.
//!
//! In: a folder that is empty or not there, and today. Out: the files of `starter/`, with their days counted from today, and the
//! schema for editors. What is there already is never written over.

use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;

use super::args::Args;
use super::fault::Fault;
use super::{knowledge_base, schema, screen};
use crate::disk;

/// A file of the starter and its text.
type File = (&'static str, &'static str);

/// The names of the starter's files, each with what it holds.
macro_rules! starter {
    ($($path:literal),+ $(,)?) => { &[$(($path, include_str!(concat!("starter/", $path)))),+] };
}

/// Everything in `starter/`; a test holds the two together.
static STARTER: &[File] = starter![
    ".github/workflows/check.yml",
    ".gitignore",
    ".vscode/extensions.json",
    ".vscode/settings.json",
    "README.md",
    "content/_data/glossary.yaml",
    "content/_data/people.yaml",
    "content/_data/scanners.yaml",
    "content/_data/services.yaml",
    "content/_data/skills.yaml",
    "content/_data/teams.yaml",
    "content/champions/mina-rye.md",
    "content/curricula/first-steps/half-an-hour-of-doubt.md",
    "content/curricula/first-steps/index.md",
    "content/curricula/first-steps/reading-an-alarm.md",
    "content/findings/_defaults.yaml",
    "content/findings/query-from-text.md",
    "content/index.md",
    "content/reviews/free-loaves.md",
    "content/threat-models/gift-vouchers.md",
    "tiltyard.yaml",
];

/// Where editors find the schema of every field.
const SCHEMA: &str = ".vscode/tiltyard.schema.json";

/// Runs it.
pub fn run(args: &Args, folder: Option<&Path>) -> Result<ExitCode, Fault> {
    let folder = folder.or(args.root.as_deref()).unwrap_or(Path::new("."));
    if !disk::is_empty_folder(folder)? {
        return Err(Fault::usage(
            format!("`{}` is not empty, and nothing in it is overwritten", folder.display()),
            "give a new folder, as in `tiltyard init my-kb`; an existing folder of Markdown needs no `init`: `tiltyard build` makes a site of it",
        ));
    }
    let files = files(knowledge_base::today());
    for (path, text) in &files {
        disk::write_new(&folder.join(path), text.as_bytes())?;
    }
    if !args.quiet {
        screen::say(&format!("{} files written to `{}`", files.len(), folder.display()));
        screen::say("  every page is an example of its kind; put your own in their place");
        screen::say("  next: `tiltyard build`, and begin with `content/_data/`");
    }
    Ok(ExitCode::SUCCESS)
}

/// Every file of a new knowledge base, with its text.
fn files(today: Date) -> Vec<(&'static str, String)> {
    let later = today.saturating_add(jiff::Span::new().days(90));
    let filled = |text: &str| {
        text.replace("{{today}}", &today.to_string())
            .replace("{{in-90-days}}", &later.to_string())
            .replace("{{version}}", env!("CARGO_PKG_VERSION"))
    };
    let mut files: Vec<_> = STARTER.iter().map(|(path, text)| (*path, filled(text))).collect();
    files.push((SCHEMA, schema::text(&crate::export::schema::everything())));
    files
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::pipeline::{self, Choices, Goal};
    use crate::source::{SourceFile, SourcePath, SourceTree};

    #[test]
    fn table_and_folder_have_the_same_files() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/starter");
        let there: BTreeSet<String> = walkdir::WalkDir::new(&folder)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.path().strip_prefix(&folder).unwrap().to_string_lossy().into_owned())
            .collect();
        let listed: BTreeSet<String> = STARTER.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(listed, there);
    }

    /// What `check` says of a new knowledge base, so many days later.
    fn checked(begun: Date, days: i64) -> Vec<Diagnostic> {
        let mut tree = SourceTree::default();
        for (path, text) in files(begun) {
            if !path.starts_with('.') {
                tree.insert(path, text.as_bytes());
            }
        }
        let path = SourcePath::new(knowledge_base::CONFIG);
        let file: SourceFile = tree.files[&path].clone();
        let clock = begun.saturating_add(jiff::Span::new().days(days));
        let config = pipeline::configure(Some((&path, &file)), &Choices { clock, ..Choices::default() });
        pipeline::build(&tree, config.value, config.diagnostics, Goal::Diagnostics, &()).diagnostics
    }

    #[test]
    fn nothing_is_wrong_or_due_on_any_first_day_or_soon_after() {
        for begun in ["2026-01-01", "2028-02-29", "2031-12-31"] {
            for days in [0, 1, 80] {
                let found = checked(begun.parse().unwrap(), days);
                assert!(found.is_empty(), "{begun} + {days}: {found:#?}");
            }
        }
        assert!(!checked("2026-01-01".parse().unwrap(), 400).is_empty(), "one day a human look is due");
    }

    #[test]
    fn no_placeholder_is_left() {
        for (path, text) in files("2026-11-02".parse().unwrap()) {
            let rest = text.replace("${{", "");
            assert!(!rest.contains("{{"), "{path}");
        }
    }
}
