//! Foreign threat models become pages: OWASP Threat Dragon, Open Threat Model, AWS Threat Composer.
//!
//! In: the bytes of a foreign file, and the page that an earlier import of it has made, if there is one. Out: the text of a page
//! that passes `check` as a draft, and a [`Report`] of everything that is there in another form or not at all. A format is one file and a row
//! of [`FORMATS`]: it reads a [`tree`] into a [`draft`]; ids, text and merging are the same for all.

mod digest;
pub mod draft;
mod known;
mod merge;
mod otm;
mod page;
pub mod report;
mod text;
mod threat_composer;
mod threat_dragon;
pub mod tree;

use std::fmt;

use jiff::civil::Date;

use self::draft::{Draft, Loose};
use self::report::Report;
use self::tree::{Node, Reader, Spot};
use crate::diagnostic::did_you_mean;

pub use self::merge::Refusal;

/// A foreign format.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name on the command line and in `sources`.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Whether a file looks like one.
    recognise: fn(&Reader) -> bool,
    /// Reads one.
    read: fn(&mut Reader) -> Result<Draft, Fault>,
    /// Its files may be YAML as well as JSON.
    yaml: bool,
}

/// Every format.
pub const FORMATS: [Format; 3] = [threat_dragon::FORMAT, otm::FORMAT, threat_composer::FORMAT];

impl Format {
    /// The format of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        FORMATS.into_iter().find(|format| format.name == name)
    }
}

/// What is known besides the file.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The format.
    pub format: Format,
    /// The file's name, without folders.
    pub file: &'a str,
    /// Who answers for the page: ids of the registry.
    pub owners: &'a [String],
    /// Services it is about: ids of the registry.
    pub services: &'a [String],
    /// Services of the registry, which a file may name.
    pub known_services: &'a [String],
    /// Teams and people of the registry, whom a file may name.
    pub known_owners: &'a [String],
    /// Today.
    pub today: Date,
}

/// A page made from a foreign file.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The whole text of the page.
    pub text: String,
    /// What became of the file.
    pub report: Report,
}

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is nothing in the file.
    Empty,
    /// It is compressed.
    Compressed,
    /// It is not UTF-8; from this byte on.
    NotUtf8(usize),
    /// It is not JSON, from this place on; and why, where that can be said.
    NotJson(Spot, Option<String>),
    /// It ends, at this place, before it is complete.
    CutOff(Spot),
    /// Something is nested too deeply: where, if that is known.
    TooDeep(Option<Spot>),
    /// It is neither JSON nor YAML: the message with line and column.
    Syntax(String),
    /// It has another form: the place, what should be there, and the format it looks like.
    NotThis {
        /// The place in the file; empty for the file itself.
        place: String,
        /// Its line and column; those of the mapping where a member is missing.
        spot: Option<Spot>,
        /// What should be there, and what is.
        why: String,
        /// What to do.
        help: Option<String>,
    },
    /// The page that is there cannot be merged with.
    Page(Refusal),
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => to.write_str("it is empty"),
            Self::Compressed => to.write_str("it is compressed"),
            Self::NotUtf8(at) => write!(to, "it is not UTF-8, from byte {at} on"),
            Self::NotJson(spot, None) => write!(to, "it is not JSON, from {spot} on"),
            Self::NotJson(spot, Some(why)) => write!(to, "it is not JSON, from {spot} on: {why}"),
            Self::CutOff(spot) => write!(to, "it ends in {spot}, before it is complete"),
            Self::TooDeep(Some(spot)) => write!(to, "it is nested too deeply, in {spot}"),
            Self::TooDeep(None) => to.write_str("it is nested too deeply"),
            Self::Syntax(message) => write!(to, "it is not sound: {message}"),
            Self::NotThis { place, why, .. } if place.is_empty() => to.write_str(why),
            Self::NotThis { place, spot: None, why, .. } => write!(to, "at `{place}`: {why}"),
            Self::NotThis { place, spot: Some(spot), why, .. } => write!(to, "at `{place}` ({spot}): {why}"),
            Self::Page(refusal) => write!(to, "{refusal}"),
        }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Empty => Some("save the model in its tool again".to_owned()),
            Self::Compressed => Some("unpack it first".to_owned()),
            Self::NotUtf8(_) => Some("convert it first, for example with `iconv -t UTF-8`".to_owned()),
            Self::NotJson(..) => {
                Some("it may be another file than you think; else save the model in its tool again".to_owned())
            }
            Self::CutOff(_) => {
                Some("the file may be cut off: save the model in its tool again, or fetch it once more".to_owned())
            }
            Self::TooDeep(_) => Some(
                "more than a hundred lists and mappings stand in each other; no tool writes such a file".to_owned(),
            ),
            Self::Syntax(_) => Some("the file may be cut off, or another file than you think".to_owned()),
            Self::NotThis { help, .. } => help.clone(),
            Self::Page(refusal) => Some(refusal.help().to_owned()),
        }
    }
}

/// Makes a page of a foreign file; with the text of an earlier page, that page with what is new.
///
/// # Errors
/// What is not of the format, and a page that was not made from such a file.
pub fn import(bytes: &[u8], request: &Request<'_>, earlier: Option<&str>) -> Result<Imported, Fault> {
    let mut reader = open(bytes, request.format)?;
    if !(request.format.recognise)(&reader) {
        return Err(other(&reader, request.format));
    }
    let mut draft = (request.format.read)(&mut reader)?;
    known::settle(&mut reader, &mut draft, request);
    let mut report = Report { format: request.format.name, file: request.file.to_owned(), ..Report::default() };
    let text = match earlier {
        None => page::write(&draft, request, &mut report),
        Some(earlier) => {
            report.update = true;
            merge::merge(earlier, &draft, request, &mut report).map_err(Fault::Page)?
        }
    };
    report.changed = earlier != Some(text.as_str());
    report.dropped.splice(0..0, reader.dropped());
    report.mapped.splice(0..0, reader.mapped);
    report.odd.splice(0..0, reader.odd);
    Ok(Imported { text, report })
}

/// The file as a tree.
fn open(bytes: &[u8], format: Format) -> Result<Reader, Fault> {
    match bytes {
        [0x1f, 0x8b, ..] | [b'P', b'K', 3, 4, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] => return Err(Fault::Compressed),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(Fault::NotUtf8(0)),
        _ => {}
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::NotUtf8(error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Fault::Empty);
    }
    if text.trim_start().starts_with(['{', '[', '"']) || !format.yaml {
        return tree::json(text).map_err(|error| not_json(&error));
    }
    tree::yaml(text).map_err(|message| not_yaml(&message))
}

/// What is wrong with a file that should be YAML: its reader says `error: line 2 column 259: …`.
fn not_yaml(message: &str) -> Fault {
    let message = message.strip_prefix("error: ").unwrap_or(message);
    if !message.contains("recursion limit") && !message.contains("depth") {
        return Fault::Syntax(message.to_owned());
    }
    let mut words = message.split([' ', ':']);
    let mut number = |name: &str| words.find(|word| *word == name).and_then(|_| words.next()?.parse().ok());
    let (line, column) = (number("line"), number("column"));
    Fault::TooDeep(line.zip(column).map(|(line, column)| Spot { line, column }))
}

/// What is wrong with a file that should be JSON.
fn not_json(error: &serde_json::Error) -> Fault {
    let place = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let spot = Spot { line: place(error.line()), column: place(error.column()) };
    let message = error.to_string();
    let why = message.split(" at line ").next().unwrap_or_default();
    match (error.is_eof(), why) {
        (true, _) => Fault::CutOff(spot),
        (_, "recursion limit exceeded") => Fault::TooDeep(Some(spot)),
        (_, "expected value") => Fault::NotJson(spot, None),
        (_, why) => Fault::NotJson(spot, Some(why.to_owned())),
    }
}

/// Why a file is not of the format, and what it may be instead.
fn other(reader: &Reader, format: Format) -> Fault {
    let root = reader.root();
    let found = if reader.is_map(root) {
        let keys = reader.keys(root);
        let shown: Vec<String> = keys.iter().take(6).map(|key| format!("`{key}`")).collect();
        format!("a mapping with {}", if shown.is_empty() { "nothing in it".to_owned() } else { shown.join(", ") })
    } else {
        reader.noun(root).to_owned()
    };
    let fits = FORMATS.iter().find(|other| other.name != format.name && (other.recognise)(reader));
    let help = fits.map(|other| format!("it looks like {}: `tiltyard import {}`", other.title, other.name));
    Fault::NotThis {
        place: String::new(),
        spot: None,
        why: format!("it is no file of {}, but {found}", format.title),
        help,
    }
}

/// A value, or a member of one, that is missing or has another form.
fn not_this(reader: &Reader, node: Node, key: &str, wanted: &str) -> Fault {
    let place = reader.place(node);
    if key.is_empty() {
        return Fault::NotThis {
            place,
            spot: reader.spot(node),
            why: format!("{wanted} should be here, not {}", reader.noun(node)),
            help: None,
        };
    }
    let help = did_you_mean(key, reader.keys(node)).map(|near| format!("{near} The file may have been made by hand"));
    let place = if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
    Fault::NotThis {
        place,
        spot: reader.spot(node),
        why: format!("{wanted} should be here, and there is nothing"),
        help,
    }
}

/// A flow that is not tied to a component at both ends is told in the text, in a line of its own.
fn loose(reader: &mut Reader, node: Node, flow: Loose, draft: &mut Draft) {
    let name = if flow.name.is_empty() { "a flow without a name".to_owned() } else { flow.name.clone() };
    let why = "is not tied to a component at both ends, so it is told in the text only";
    reader.odd(node, format!("`{name}` {why}"));
    let id = reader.get(node, "id").and_then(|id| reader.take(id));
    let name = id.filter(|id| *id != name).map_or_else(|| name.clone(), |id| format!("{name} ({id})"));
    draft.loose.push(Loose { name, ..flow });
}
