//! What became of a foreign file: told to people by the command line, and as JSON.
//!
//! In: what reading, writing and merging found. Out: [`Report`].

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::tree::{Note, Spot};

/// What became of a foreign file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The format's name.
    pub format: &'static str,
    /// The file's name.
    pub file: String,
    /// How many parts of each sort are in the page because of the file.
    pub parts: BTreeMap<&'static str, usize>,
    /// What is in the page in another form.
    pub mapped: Vec<Note>,
    /// What is not as the format has it.
    pub odd: Vec<Note>,
    /// What is not in the page. Below each place nothing is.
    pub dropped: Vec<Note>,
    /// What the page already had: by its id, what was done. Empty when the page is new.
    pub merged: Vec<Note>,
    /// The page was there, and this is what it was made into.
    pub update: bool,
    /// Whether the page is another than before.
    pub changed: bool,
    /// Foreign keys of the parts that are new in the page, or have something new.
    #[serde(skip)]
    pub fresh: BTreeSet<String>,
}

impl Report {
    /// What is in another form and was not there before this import.
    #[must_use]
    pub fn mapped_anew(&self) -> Vec<Note> {
        let is_new = |note: &&Note| !self.update || note.part.as_ref().is_some_and(|part| self.fresh.contains(part));
        self.mapped.iter().filter(is_new).cloned().collect()
    }
}

/// Notes that differ only in which item of a list they are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The place without the numbers: `detail.diagrams[].cells[].attrs`.
    pub at: String,
    /// What became of it.
    pub what: String,
    /// How many.
    pub count: usize,
    /// Line and column of the first.
    pub first: Option<Spot>,
}

/// Gathers notes for people, in the order of their first.
#[must_use]
pub fn grouped(notes: &[Note]) -> Vec<Group> {
    let mut places: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for note in notes {
        let at = without_numbers(&note.at);
        let place = *places.entry((at.clone(), note.what.as_str())).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.count += 1,
            None => groups.push(Group { at, what: note.what.clone(), count: 1, first: note.spot }),
        }
    }
    groups
}

fn without_numbers(place: &str) -> String {
    let mut out = String::new();
    let mut rest = place;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        out.push('[');
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out + rest
}
