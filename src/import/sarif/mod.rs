//! SARIF 2.1.0: the output of scanners, as much of it as we need.
//!
//! In: a log of any size. Out: [`Log`]: for each run the rules that were described or hit, their weaknesses, and how many
//! results hit each, by place and fate. A log is read in one pass, and nothing is kept of a single result: memory grows with
//! the number of different rules and places, not with the results. Messages and snippets are never looked at, because
//! snippets are source code and may hold secrets.
//!
//! The reader is lenient: a value of the wrong type counts as missing. Only what is not JSON, or is no SARIF log at all, is
//! a [`Fault`]. Section numbers are those of the standard (OASIS, SARIF version 2.1.0, 27 March 2020).

mod lenient;
mod rewrite;
mod run;
mod shapes;
mod weakness;

use std::fmt;
use std::io::{BufRead, BufReader, Cursor, Read};

use self::lenient::Take;
use self::shapes::LogShape;

pub use self::rewrite::{Help, Rewritten, rewrite};
pub use self::weakness::weaknesses;

/// What a log says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Its runs, in order.
    pub runs: Vec<Run>,
    /// Results that stand in other files, which are not read: how many references to such files there are.
    pub elsewhere: usize,
}

/// One run of one scanner (§3.14).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The scanner's own name, `tool.driver.name`.
    pub tool: String,
    /// Every rule that is described or hit.
    pub rules: Vec<Rule>,
    /// Results, gathered; sorted by rule, place and fate.
    pub hits: Vec<Hit>,
}

/// A rule (§3.49).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Its id; empty when results name no rule.
    pub id: String,
    /// CWE numbers that the rule or its results name, ascending.
    pub cwes: Vec<u32>,
    /// Where it is described; none when only results name it.
    pub described: Option<Described>,
}

/// Where in a run a rule is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Described {
    /// The extension, by its place among `tool.extensions`; none for `tool.driver`.
    pub extension: Option<usize>,
    /// Its place among the component's `rules`.
    pub index: usize,
}

/// Results of one rule in one place with one fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The rule, by its place in [`Run::rules`].
    pub rule: usize,
    /// What the caller made of the file's path; 0 when a result has none.
    pub place: u32,
    /// Whether somebody has to look at them.
    pub fate: Fate,
    /// How many.
    pub count: u64,
}

/// Whether somebody has to look at a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// Yes.
    #[default]
    Open,
    /// Suppressed, and not still under review or refused (§3.27.23).
    Suppressed,
    /// Gone since the baseline: `baselineState` is `absent` (§3.27.24).
    Absent,
    /// Nothing was wrong: `kind` is `pass` or `notApplicable` (§3.27.9).
    Passed,
}

/// Why a file cannot be read.
#[derive(Debug)]
pub enum Fault {
    /// There is nothing in it.
    Empty,
    /// It is compressed.
    Compressed,
    /// It is UTF-16, and JSON is UTF-8.
    Utf16,
    /// It is JSON, but no SARIF log.
    NotSarif,
    /// It is a log of another version.
    Version(String),
    /// It is not JSON, at this line and column.
    Syntax(serde_json::Error),
    /// It cannot be read.
    Io(std::io::Error),
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => to.write_str("it is empty"),
            Self::Compressed => to.write_str("it is compressed"),
            Self::Utf16 => to.write_str("it is UTF-16, and a SARIF log is UTF-8"),
            Self::NotSarif => to.write_str("it is JSON, but no SARIF log: it has no `runs`"),
            Self::Version(version) => write!(to, "it is SARIF {version}, and only 2.1.0 is read"),
            Self::Syntax(error) if error.to_string().starts_with("number out of range") => {
                write!(to, "it has a number that is too large: {error}")
            }
            Self::Syntax(error) if is_not_utf8(error) => write!(to, "it is not UTF-8: {error}"),
            Self::Syntax(error) => write!(to, "it is not JSON: {error}"),
            Self::Io(error) => write!(to, "{error}"),
        }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Empty => "the scanner may have failed: look at what it said",
            Self::Compressed => "unpack it first, for example with `gunzip`",
            Self::Utf16 => "convert it first, for example with `iconv -f UTF-16 -t UTF-8`",
            Self::NotSarif => {
                "ask the scanner for SARIF: `semgrep --sarif`, `bandit -f sarif`, `trivy --format sarif`, `eslint -f @microsoft/eslint-formatter-sarif`"
            }
            Self::Version(_) => {
                "ask the scanner for SARIF 2.1.0, or convert the log with the SARIF SDK's `sarif transform`"
            }
            Self::Syntax(error) if is_not_utf8(error) => {
                "convert it first, for example with `iconv -f LATIN1 -t UTF-8`"
            }
            Self::Syntax(_) => "the file may be cut off, or have other output before or after the log",
            Self::Io(_) => "check the file and its permissions",
        }
    }
}

fn is_not_utf8(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("invalid unicode code point")
}

/// Reads a log. `place` turns the path of a file (an artifact's `uri`, joined with its bases) into a number of the
/// caller's, not 0; of the paths, only those below a base are kept while their run is read.
///
/// # Errors
/// What is not JSON, or no SARIF log of version 2.1.
pub fn read(reader: impl Read, place: &mut dyn FnMut(&str) -> u32) -> Result<Log, Fault> {
    let reader = begin(reader)?;
    let mut shape = LogShape::new(place);
    let mut json = serde_json::Deserializer::from_reader(reader);
    serde::de::DeserializeSeed::deserialize(Take(&mut shape), &mut json).map_err(fault)?;
    json.end().map_err(fault)?;
    shape.finish()
}

/// How many bytes tell a kind of file.
const HEAD: usize = 4;

/// The reader behind a byte order mark; what is plainly something else is told apart here.
fn begin(mut reader: impl Read) -> Result<impl BufRead, Fault> {
    // A pipe may give fewer bytes at a time than a mark has.
    let mut head = Vec::with_capacity(HEAD);
    reader.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(Fault::Io)?;
    match head.as_slice() {
        [] => return Err(Fault::Empty),
        [0x1f, 0x8b, ..] | [b'P', b'K', 3, 4, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] => return Err(Fault::Compressed),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, ..] => return Err(Fault::Utf16),
        [0xef, 0xbb, 0xbf, ..] => drop(head.drain(..3)),
        _ => {}
    }
    Ok(BufReader::with_capacity(64 * 1024, Cursor::new(head).chain(reader)))
}

fn fault(error: serde_json::Error) -> Fault {
    if error.is_io() { Fault::Io(error.into()) } else { Fault::Syntax(error) }
}
