//! One bad file, what the program has to say of it, and an older site that has to stay as it is.

use serde_json::Value;

use super::support::{Kb, Run, Tally};

/// A case of a table.
pub struct Case<'a> {
    /// What it is about.
    pub name: &'a str,
    /// Files on top of [`Kb::built`].
    pub files: Vec<(&'a str, Vec<u8>)>,
    /// The diagnostics expected.
    pub says: Vec<Says<'a>>,
    /// The exit code.
    pub exit: i32,
    /// Nothing else may be said (of severity error).
    pub alone: bool,
}

/// A diagnostic as it should be.
#[derive(Clone)]
pub struct Says<'a> {
    code: &'a str,
    path: Option<&'a str>,
    place: Option<(u64, u64)>,
    words: Vec<&'a str>,
}

/// A diagnostic of this code.
pub fn says(code: &str) -> Says<'_> {
    Says { code, path: None, place: None, words: Vec::new() }
}

impl<'a> Says<'a> {
    /// It names this file.
    pub fn on(mut self, path: &'a str) -> Self {
        self.path = Some(path);
        self
    }

    /// It names this line and column.
    pub fn at(mut self, line: u64, column: u64) -> Self {
        self.place = Some((line, column));
        self
    }

    /// Message, help or a related note have this in them.
    pub fn with(mut self, word: &'a str) -> Self {
        self.words.push(word);
        self
    }

    fn fits(&self, diagnostic: &Value) -> bool {
        let text = diagnostic.to_string();
        diagnostic["code"] == self.code
            && self.path.is_none_or(|path| diagnostic["path"] == path)
            && self.place.is_none_or(|(line, column)| diagnostic["line"] == line && diagnostic["column"] == column)
            && self.words.iter().all(|word| text.contains(&Value::from(*word).to_string().trim_matches('"').to_owned()))
    }

    fn show(&self) -> String {
        format!(
            "{}{} {:?} {:?}",
            self.code,
            self.path.map(|path| format!(" on {path}")).unwrap_or_default(),
            self.place,
            self.words
        )
    }
}

/// One file that makes the build fail.
pub fn bad<'a>(name: &'a str, path: &'a str, bytes: impl AsRef<[u8]>, expected: Says<'a>) -> Case<'a> {
    let expected = if expected.path.is_some() { expected } else { expected.on(path) };
    Case { name, files: vec![(path, bytes.as_ref().to_vec())], says: vec![expected], exit: 1, alone: true }
}

/// One file about which something is said, and the build succeeds.
pub fn odd<'a>(name: &'a str, path: &'a str, bytes: impl AsRef<[u8]>, expected: Says<'a>) -> Case<'a> {
    Case { exit: 0, ..bad(name, path, bytes, expected) }
}

/// One file that is fine.
pub fn fine<'a>(name: &'a str, path: &'a str, bytes: impl AsRef<[u8]>) -> Case<'a> {
    Case { name, files: vec![(path, bytes.as_ref().to_vec())], says: Vec::new(), exit: 0, alone: true }
}

impl<'a> Case<'a> {
    /// One more file.
    pub fn and(mut self, path: &'a str, bytes: impl AsRef<[u8]>) -> Self {
        self.files.push((path, bytes.as_ref().to_vec()));
        self
    }

    /// Other errors may be reported beside the expected one.
    pub fn among(mut self) -> Self {
        self.alone = false;
        self
    }

    /// One more diagnostic.
    pub fn says(mut self, expected: Says<'a>) -> Self {
        self.says.push(expected);
        self
    }
}

/// Runs every case over an older build.
pub fn hold(cases: Vec<Case<'_>>) {
    let mut tally = Tally::default();
    for case in cases {
        let kb = Kb::built();
        case.files.iter().for_each(|(path, bytes)| kb.write(path, bytes));
        let (old, names) = (kb.site(), kb.names());
        let run = kb.build(&["--no-cache"]);
        tally.ended(case.name, &run, case.exit);
        told(&mut tally, &case, &run);
        if case.exit != 0 {
            tally.hold(case.name, kb.site() == old, || "the old site has changed".to_owned());
        }
        tally.hold(case.name, kb.names() == names, || format!("left behind: {:?}", kb.names()));
    }
}

/// Whether exactly what was expected was said.
fn told(tally: &mut Tally, case: &Case<'_>, run: &Run) {
    let diagnostics = run.diagnostics();
    for expected in &case.says {
        let found = diagnostics.iter().filter(|diagnostic| expected.fits(diagnostic)).count();
        tally.hold(case.name, found == 1, || {
            format!("expected once, found {found} times: {}\n  {run}", expected.show())
        });
    }
    let others: Vec<&Value> = diagnostics
        .iter()
        .filter(|diagnostic| {
            diagnostic["severity"] == "error" && !case.says.iter().any(|expected| expected.fits(diagnostic))
        })
        .collect();
    tally.hold(case.name, !case.alone || others.is_empty(), || format!("and said as well: {others:?}"));
    for diagnostic in &diagnostics {
        // "`order` should be a whole number" already says what to do, and of a template we know no more than the engine.
        let message = diagnostic["message"].as_str().unwrap_or_default();
        let silent = diagnostic["help"].as_str().unwrap_or_default().is_empty()
            && !message.contains("should be")
            && diagnostic["code"] != "template-error";
        tally.hold(case.name, !silent, || format!("no help: {diagnostic}"));
    }
}
