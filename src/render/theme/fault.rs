//! What the template engine says is wrong, as data.
//!
//! In: an error of tera. Out: [`Fault`]s, each with the template it is in and, where tera knows it, the place. Tera gives places as data for
//! syntax and rendering, and as a drawn report for names that do not exist, which is therefore read back.

use tera::{Error, ErrorKind};

use crate::diagnostic::did_you_mean;
use crate::source::Span;

/// One mistake in one template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Name of the template; none when tera does not say.
    pub template: Option<String>,
    /// What is wrong, in lower case.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What to do.
    pub help: Option<String>,
}

/// Where in a template, as precisely as tera says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The whole file.
    File,
    /// These bytes.
    Bytes(Span),
    /// Line and column from 1, and how many characters.
    Position(usize, usize, usize),
    /// Where this text first stands.
    Text(String),
}

impl Place {
    /// The bytes meant in the text of the template.
    pub fn span(&self, text: &str) -> Option<Span> {
        match self {
            Self::File => None,
            Self::Bytes(span) => {
                let end = boundary(text, span.end);
                Some(Span::new(boundary(text, span.start).min(end), end))
            }
            Self::Position(line, column, width) => {
                let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
                let line = text.get(start..)?.lines().next().unwrap_or_default();
                let byte = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
                let first = column.saturating_sub(1);
                Some(Span::new(start + byte(first), start + byte(first + width)))
            }
            Self::Text(part) => text.find(part).map(|start| Span::new(start, start + part.len())),
        }
    }
}

fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The mistakes in an error; at least one.
pub(super) fn read(error: &Error) -> Vec<Fault> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = Span::new(report.span().range.start, report.span().range.end);
            vec![fault(Some(report.filename()), report.message(), Place::Bytes(span))]
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("it extends `{parent}`, which does not exist");
            vec![fault(Some(current), &message, Place::Text(parent.clone()))]
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain: chain } => vec![circle(tpl, "extends", chain)],
        ErrorKind::CircularInclude { tpl, include_chain: chain } => vec![circle(tpl, "includes", chain)],
        _ => {
            let text = error.to_string();
            let faults = reports(&text);
            if faults.is_empty() { vec![fault(None, &text, Place::File)] } else { faults }
        }
    }
}

fn circle(template: &str, verb: &str, chain: &[String]) -> Fault {
    let message = format!("it {verb} itself, by way of {}", chain.join(", "));
    let place = chain.get(1).map_or(Place::File, |next| Place::Text(next.clone()));
    Fault { help: Some("take one of the steps out".to_owned()), ..fault(Some(template), &message, place) }
}

/// Reads tera's drawn reports: `error: …`, ` --> name:line:column`, the line, and `^^^` below it.
fn reports(text: &str) -> Vec<Fault> {
    let lines: Vec<&str> = text.lines().collect();
    let mut faults = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(message) = line.strip_prefix("error: ") else { continue };
        let Some(place) = lines.get(at + 1).and_then(|line| line.trim_start().strip_prefix("--> ")) else { continue };
        let mut parts = place.rsplitn(3, ':');
        let (Some(column), Some(line), Some(name)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let (Ok(column), Ok(line)) = (column.parse(), line.parse()) else { continue };
        let width = lines.get(at + 4).map_or(1, |underline| underline.matches('^').count());
        faults.push(fault(Some(name), message, Place::Position(line, column, width)));
    }
    faults
}

fn fault(template: Option<&str>, message: &str, place: Place) -> Fault {
    let (message, help) = advice(message);
    let mut letters = message.chars();
    let message = letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default();
    Fault { template: template.map(str::to_owned), message, place, help }
}

/// Tera appends what there is to choose from, in an order that changes from run to run and page to page: it becomes a suggestion.
fn advice(message: &str) -> (&str, Option<String>) {
    let wanted = message.split('`').nth(1).unwrap_or_default();
    if let Some((message, known)) = message.split_once(" Available fields: ") {
        let mut known: Vec<&str> = known.split(", ").collect();
        known.sort_unstable();
        let help =
            did_you_mean(wanted, known.iter().copied()).unwrap_or_else(|| format!("there are {}", known.join(", ")));
        return (message.trim_end_matches('.'), Some(help));
    }
    if let Some((message, known)) = message.split_once(" Available variables: ") {
        let help = did_you_mean(wanted, known.split(", ")).unwrap_or_else(|| {
            "a template sees `site`, `page`, `theme`, `body` and the variable of its kind of page, such as `finding`".to_owned()
        });
        return (message.trim_end_matches('.'), Some(help));
    }
    (message.trim_end_matches('.'), None)
}
