//! Footnotes: numbered in the order of their first reference, written at the end of the page.
//!
//! In: references and definitions. Out: links down, the list of notes, links back up.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Writer, escape};
use crate::markdown::{Events, Node, Tag};

/// The footnotes of a page.
#[derive(Default)]
pub(super) struct Notes<'e> {
    /// Where each definition begins and ends, by its label; the first of equal ones.
    defined: BTreeMap<&'e str, (usize, usize)>,
    /// Labels in the order of their first reference, each with the number of references so far.
    referred: Vec<(&'e str, usize)>,
    /// The place of each label in that order.
    places: BTreeMap<&'e str, usize>,
}

impl<'e> Notes<'e> {
    /// Finds the definitions.
    pub fn new(events: &'e Events<'_>) -> Self {
        let mut notes = Self::default();
        for (index, event) in events.list.iter().enumerate() {
            if let Node::Open(Tag::Footnote(label), close) = &event.node {
                notes.defined.entry(label).or_insert((index, *close));
            }
        }
        notes
    }
}

impl<'e> Writer<'_, 'e> {
    /// Writes the number of a footnote as a link down to it.
    pub(super) fn footnote_reference(&mut self, label: &'e str) {
        if !self.notes.defined.contains_key(label) {
            self.out.push_str("[^");
            escape::text(&mut self.out, label);
            return self.out.push(']');
        }
        let notes = &mut self.notes;
        let place = *notes.places.entry(label).or_insert(notes.referred.len());
        if place == notes.referred.len() {
            notes.referred.push((label, 0));
        }
        // Inside a link there is no second link, and the note leads back to the other references.
        if self.anchors.contains(&true) {
            let _ = write!(self.out, "<sup class=\"footnote\">{}</sup>", place + 1);
            return;
        }
        let count = notes.referred.get_mut(place).map_or(1, |(_, count)| {
            *count += 1;
            *count
        });
        let id = back_id(place + 1, count);
        let number = place + 1;
        let _ = write!(
            self.out,
            "<sup class=\"footnote\"><a href=\"#fn:{number}\" id=\"{id}\" role=\"doc-noteref\" aria-label=\"Footnote {number}\">\
             {number}</a></sup>"
        );
    }

    /// Writes the notes that were referred to. A note may refer to another, which is then written too.
    pub(super) fn footnotes(&mut self) {
        if self.notes.referred.is_empty() {
            return;
        }
        let mut notes = Vec::new();
        while let Some((label, _)) = self.notes.referred.get(notes.len()).copied() {
            let body = std::mem::take(&mut self.out);
            if let Some((open, close)) = self.notes.defined.get(label).copied() {
                self.nodes(open + 1, close);
            }
            notes.push(std::mem::replace(&mut self.out, body));
        }
        self.block("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\">\n<ol>\n");
        let referred = std::mem::take(&mut self.notes.referred);
        for (number, (note, (_, count))) in (1..).zip(notes.iter().zip(referred)) {
            let _ = writeln!(self.out, "<li id=\"fn:{number}\">");
            let mut links = String::new();
            for nth in 1..=count {
                let id = back_id(number, nth);
                let which = if nth > 1 { format!("{number}, place {nth}") } else { number.to_string() };
                let _ = write!(
                    links,
                    " <a class=\"footnote-back\" href=\"#{id}\" role=\"doc-backlink\" aria-label=\"Back to reference {which}\">↩</a>"
                );
            }
            // The way back stands at the end of the last paragraph.
            match note.strip_suffix("</p>\n") {
                Some(start) => self.out.extend([start, &links, "</p>\n"]),
                None => self.out.extend([note.as_str(), &links, "\n"]),
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str("</ol>\n</section>\n");
    }
}

/// The id of the n-th reference to a footnote. Made of numbers and a colon, which no id made from a heading has.
fn back_id(number: usize, nth: usize) -> String {
    if nth > 1 { format!("fnref:{number}:{nth}") } else { format!("fnref:{number}") }
}
