//! One part that the page has and the file, too: field by field, what the file says anew is taken where nobody has changed it here.
//!
//! In: the part as it is, the part of the file, and digests of what the file said before. Out: the part with what is new, what is told of it, and the
//! digests to keep. What somebody here has decided or shown is never made into a decision about something else: then our field stays, and its
//! digest as well, so that it is told until somebody has looked.

use serde_json::{Map, Value};

use super::super::digest::{self, Digests};
use super::super::page::{Part, Section};
use super::super::tree::Note;

/// What an earlier import has written down of a part.
#[derive(Clone, Debug)]
pub struct Known {
    /// Our id.
    pub id: String,
    /// The digests as they are written.
    pub written: String,
    /// The digests; nothing when they cannot be read.
    digests: Option<Digests>,
}

impl Known {
    /// Reads an entry of a page's `map`.
    pub fn new(id: &str, entry: &Value) -> Self {
        let written = entry.get("as").and_then(Value::as_str);
        Self {
            id: id.to_owned(),
            written: written.unwrap_or_default().to_owned(),
            digests: written.and_then(digest::read),
        }
    }

    /// Whether the file said this of a field.
    fn said(&self, field: &str, digest: Option<&String>) -> bool {
        self.digests.as_ref().is_some_and(|digests| digests.get(field) == digest)
    }
}

/// What is told of the parts that a page has, what has to be looked at first.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Ours stays, since somebody has decided or shown something about it.
    pub decided: Vec<Note>,
    /// Ours stays, since it was changed here.
    pub kept: Vec<Note>,
    /// Everything else.
    pub done: Vec<Note>,
}

/// A note about a part.
pub fn note(id: &str, what: impl Into<String>) -> Note {
    Note { at: id.to_owned(), spot: None, part: None, what: what.into() }
}

/// Something that people have decided or shown about a part.
struct Decision {
    /// What it is called.
    word: String,
    /// The fields that it is about.
    about: &'static [&'static str],
}

/// How a sort of part says what was decided about it.
struct Settled {
    /// The list of such parts.
    list: &'static str,
    /// The field of the state.
    state: &'static str,
    /// States that are decisions.
    words: &'static [&'static str],
    /// The field of the proof or the agreement.
    proof: &'static str,
    /// The fields that all this is about.
    about: &'static [&'static str],
}

const SETTLED: [Settled; 3] = [
    Settled {
        list: "threats",
        state: "status",
        words: &["mitigated", "accepted", "transferred", "avoided", "not-applicable"],
        proof: "accepted",
        about: &["title", "category", "targets", "cwe", "likelihood", "impact"],
    },
    Settled {
        list: "requirements",
        state: "status",
        words: &["implemented", "verified", "wont-do"],
        proof: "verified",
        about: &["text", "asvs", "for"],
    },
    Settled {
        list: "assumptions",
        state: "validity",
        words: &["confirmed", "rejected"],
        proof: "checked",
        about: &["text"],
    },
];

/// The decision that a part carries. A state that came from the file is none of ours.
fn decision(section: &str, own: &Map<String, Value>, known: &Known) -> Option<Decision> {
    let settled = SETTLED.iter().find(|settled| settled.list == section)?;
    let about = settled.about;
    if own.get(settled.proof).is_some_and(|proof| !proof.is_null()) {
        return Some(Decision { word: settled.proof.to_owned(), about });
    }
    let word = digest::words(own.get(settled.state)).concat().to_ascii_lowercase();
    let ours = !known.said(settled.state, digest::field(own, settled.state).as_ref());
    (ours && settled.words.contains(&word.as_str())).then_some(Decision { word, about })
}

/// Brings a part up to date; the digests to keep, and whether something was taken.
pub fn merge(
    own: &mut Map<String, Value>,
    part: &Part,
    section: &Section,
    known: &Known,
    told: &mut Told,
) -> (Digests, bool) {
    let decision = decision(section.name, own, known);
    let mut digests = part.digests(section.fields);
    let (mut taken, mut changed, mut decided) = (Vec::new(), Vec::new(), Vec::new());
    for field in section.fields.iter().copied() {
        let (theirs, ours) = (digests.get(field).cloned(), digest::field(own, field));
        if theirs == ours || known.said(field, theirs.as_ref()) {
            continue;
        }
        if !known.said(field, ours.as_ref()) {
            changed.push(field);
        } else if decision.as_ref().is_some_and(|decision| decision.about.contains(&field)) {
            decided.push(field);
            put(&mut digests, field, ours);
        } else {
            taken.push(field);
            match part.fields.get(field) {
                Some(value) => own.insert(field.to_owned(), value.clone()),
                None => own.shift_remove(field),
            };
        }
    }
    if let (Some(decision), false) = (&decision, decided.is_empty()) {
        told.decided.push(note(
            &part.id,
            format!(
                "changed in the file; it is {} here, so ours is kept, the file says {}: look at it again, then change it by hand or take back the decision",
                decision.word,
                says(part, &decided)
            ),
        ));
    }
    if !changed.is_empty() {
        let what = format!("changed in the file and here; ours is kept, the file says {}", says(part, &changed));
        told.kept.push(note(&part.id, what));
    }
    if !taken.is_empty() {
        let what = format!("changed in the file and not here: {} taken", taken.join(", "));
        told.done.push(note(&part.id, what));
    }
    if described(part, &digests, known, decision.as_ref(), told) && decision.is_some() {
        // Told again until somebody has looked.
        put(&mut digests, Part::NOTES, known.digests.as_ref().and_then(|known| known.get(Part::NOTES)).cloned());
    }
    (digests, !taken.is_empty())
}

fn put(digests: &mut Digests, field: &str, digest: Option<String>) {
    match digest {
        Some(digest) => digests.insert(field.to_owned(), digest),
        None => digests.remove(field),
    };
}

/// Fields as the file has them.
fn says(part: &Part, fields: &[&str]) -> String {
    let one = |field: &&str| {
        let words = digest::words(part.fields.get(*field)).join(", ");
        format!("{field} `{}`", if words.is_empty() { "nothing" } else { &words })
    };
    fields.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// What the file says of a part in words stands in the text of the page, which is never changed: what is new there is told. Whether there was any.
fn described(part: &Part, digests: &Digests, known: &Known, decision: Option<&Decision>, told: &mut Told) -> bool {
    if known.digests.is_none() || known.said(Part::NOTES, digests.get(Part::NOTES)) {
        return false;
    }
    let says =
        if part.notes.is_empty() { "nothing".to_owned() } else { super::super::draft::line(&part.notes.join(" / ")) };
    let what = format!("described in other words in the file; the text of the page stays, the file says `{says}`");
    match decision {
        Some(decision) => {
            let why = format!("{what}: it is {} here, so look at it again", decision.word);
            told.decided.push(note(&part.id, why));
        }
        None => told.kept.push(note(&part.id, what)),
    }
    true
}
