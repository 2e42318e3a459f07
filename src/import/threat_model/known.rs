//! What a draft names of the registry and the registry does not have becomes text: a page that is imported has no error.
//!
//! In: a draft, and the ids that there are. Out: the draft with references that hold, and with notes and paragraphs for the others.

use super::Request;
use super::draft::{Draft, Reference, line};
use super::tree::Reader;
use crate::model::address::segment;

/// Longest tag that people could be asked to write.
const LONGEST_TAG: usize = 40;

/// Makes text of what is not known here.
pub fn settle(reader: &mut Reader, draft: &mut Draft, request: &Request<'_>) {
    let services = unknown(reader, &mut draft.services, request.known_services, "service");
    told(draft, "Services", &services);
    for component in &mut draft.components {
        let mut one: Vec<Reference> = component.service.take().into_iter().collect();
        let unknown = unknown(reader, &mut one, request.known_services, "service");
        component.service = one.pop();
        component.origin.notes.extend(unknown.first().map(|id| format!("Service: {id}")));
    }
    for requirement in &mut draft.requirements {
        let unknown = unknown(reader, &mut requirement.owner, request.known_owners, "team or person");
        if !unknown.is_empty() {
            requirement.origin.notes.push(format!("Owner: {}", unknown.join(", ")));
        }
    }
    tags(draft);
}

/// Takes out the ids that the registry does not have.
fn unknown(reader: &mut Reader, all: &mut Vec<Reference>, known: &[String], noun: &str) -> Vec<String> {
    let (there, missing): (Vec<_>, Vec<_>) = all.drain(..).partition(|one| known.contains(&one.id));
    for one in there {
        if !all.iter().any(|other| other.id == one.id) {
            all.push(one);
        }
    }
    for one in &missing {
        reader.odd(one.node, format!("no {noun} of the registry has the id `{}`, so it is told in the text", one.id));
    }
    missing.into_iter().map(|one| one.id).collect()
}

/// Tags that group pages; what is too long for one, or has no letter, is text.
fn tags(draft: &mut Draft) {
    let mut seen: Vec<String> = Vec::new();
    let is_tag =
        |tag: &str| !segment(tag).is_empty() && tag.chars().count() <= LONGEST_TAG && !tag.contains(char::is_control);
    let (fine, odd): (Vec<_>, Vec<_>) = std::mem::take(&mut draft.tags).into_iter().partition(|tag| is_tag(tag));
    for tag in fine {
        if !seen.contains(&segment(&tag)) {
            seen.push(segment(&tag));
            draft.tags.push(tag);
        }
    }
    told(draft, "Tags", &odd);
}

fn told(draft: &mut Draft, heading: &str, words: &[String]) {
    if !words.is_empty() {
        draft.prose.push((heading.to_owned(), vec![line(&words.join(", "))]));
    }
}
