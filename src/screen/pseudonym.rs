//! What a page under a pseudonym may still say of the person: nothing that has the name in it.

use std::sync::Arc;

use crate::model::address::decoded;
use crate::model::kind::Details;
use crate::model::site::Page;

/// The details of a champion without evidence and words that tell the name.
pub(super) fn details(page: &Page) -> Arc<Details> {
    let Details::Champion(champion) = &*page.document.details else { return page.document.details.clone() };
    let names = names(page);
    let mut champion = champion.clone();
    for achievement in &mut champion.achievements {
        achievement.evidence.retain(|evidence| !tells(&names, &evidence.value.0));
    }
    champion.time_share = champion.time_share.filter(|share| !tells(&names, &share.value));
    Arc::new(Details::Champion(champion))
}

/// The letters of the name, forwards and with the last word first; nothing where the title is the id.
fn names(page: &Page) -> Vec<String> {
    let words: Vec<String> = page.title.split_whitespace().map(letters).filter(|word| !word.is_empty()).collect();
    let forwards = words.concat();
    let backwards: String = words.iter().rev().map(String::as_str).collect();
    let own = letters(&page.id);
    [forwards, backwards].into_iter().filter(|name| name.chars().count() > 2 && *name != own).collect()
}

fn tells(names: &[String], text: &str) -> bool {
    let text = letters(&decoded(text));
    names.iter().any(|name| text.contains(name.as_str()))
}

/// Letters and digits alone, in lower case: `Sorrel.Van-Tongeren` and `sorrel_van tongeren` are the same.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
