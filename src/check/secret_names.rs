//! Names of champions who are hidden or go by an id must not stand on any other page.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use unicode_normalization::char::is_combining_mark;

use crate::diagnostic::{Diagnostic, codes};
use crate::model::curriculum::Visibility;
use crate::model::kind::Details;
use crate::model::name::{Name, fold, is_apostrophe, letters};
use crate::model::site::{Page, Site};
use crate::source::{SourcePath, Span};

/// A way to write a name, and the page it is told on by right.
struct Written<'s> {
    /// In letters without marks, a blank between words.
    text: String,
    /// One word alone is a name only as it is written there.
    exact: Option<&'s str>,
    page: &'s Page,
}

/// Every place where such a name stands; the message does not repeat it.
pub fn check(site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let written: Vec<Written<'_>> = site.pages.values().flat_map(|page| ways(page)).collect();
    if written.is_empty() {
        return;
    }
    let Ok(finder) = AhoCorasick::new(written.iter().map(|way| way.text.as_str())) else { return };
    let mut look = |path: &SourcePath, text: &str, start: usize| {
        // Most pages name nobody, and are not asked where.
        let plain = if text.is_ascii() { folded_ascii(text) } else { folded(text, |_, _| {}).into_bytes() };
        if !finder.is_match(&plain) {
            return;
        }
        let folded = Folded::of(text);
        let mut told_to = BTreeMap::new();
        for found in finder.find_overlapping_iter(&folded.text) {
            let Some(way) = written.get(found.pattern().as_usize()) else { continue };
            let Some((from, to)) = folded.alone(found.start(), found.end()) else { continue };
            let here = text.get(from..to).unwrap_or("");
            if *path != *way.page.path() && way.exact.is_none_or(|exact| here == exact) {
                // A name and its shorter form begin or end in one place: the longer of them is told.
                let longest: &mut (usize, usize) = told_to.entry((way.page.path(), to)).or_insert((from, to));
                longest.0 = longest.0.min(from);
            }
        }
        for ((page, _), (from, to)) in told_to {
            let Some(page) = site.pages.get(page) else { continue };
            diagnostics.push(told(path, Span::new(start + from, start + to), page));
        }
    };
    for page in site.pages.values() {
        look(page.path(), &page.document.text, 0);
    }
    for entry in site.registry.people.values() {
        if let Some(name) = &entry.value.name {
            look(&entry.path, &name.value, name.span.start);
        }
    }
}

/// A folded text, and the way back.
struct Folded {
    text: String,
    /// For each byte of it where its character begins and ends in the source.
    places: Vec<(usize, usize)>,
}

impl Folded {
    fn of(source: &str) -> Self {
        let mut places = Vec::with_capacity(source.len());
        let text = folded(source, |length, place| places.resize(length, place));
        Self { text, places }
    }

    /// Where words that stand alone are in the source; none when they are part of longer ones.
    fn alone(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let blank = |at: Option<usize>| at.and_then(|at| self.text.as_bytes().get(at)).is_none_or(|byte| *byte == b' ');
        let alone = blank(start.checked_sub(1)) && blank(Some(end));
        let places = (self.places.get(start)?.0, self.places.get(end.checked_sub(1)?)?.1);
        alone.then_some(places)
    }
}

/// A text in letters without marks, with one blank for whatever stands between words; after each character of the source `done` is told how long the
/// text is, and where the character begins and ends.
fn folded(source: &str, mut done: impl FnMut(usize, (usize, usize))) -> String {
    let mut text = String::with_capacity(source.len());
    for (at, c) in source.char_indices() {
        if c.is_ascii_alphanumeric() {
            text.push(c.to_ascii_lowercase());
        } else if c.is_ascii() {
            if !is_apostrophe(c) && text.as_bytes().last() != Some(&b' ') {
                text.push(' ');
            }
        } else {
            let before = text.len();
            fold(c, &mut text);
            let between = !c.is_alphanumeric() && !is_apostrophe(c) && !is_combining_mark(c);
            if text.len() == before && between && !text.ends_with(' ') {
                text.push(' ');
            }
        }
        done(text.len(), (at, at + c.len_utf8()));
    }
    text
}

/// The same of a text that is all ASCII, where nobody asks for places.
fn folded_ascii(source: &str) -> Vec<u8> {
    let mut between = false;
    let folded = source.bytes().filter_map(|byte| {
        if byte.is_ascii_alphanumeric() {
            between = false;
            return Some(byte.to_ascii_lowercase());
        }
        let blank = !between && !is_apostrophe(char::from(byte));
        between |= blank;
        blank.then_some(b' ')
    });
    let mut text = Vec::with_capacity(source.len());
    text.extend(folded);
    text
}

/// The ways to write the name of somebody whose name is not told. A title that says the id again is no secret.
fn ways(page: &Page) -> Vec<Written<'_>> {
    let Details::Champion(champion) = &*page.document.details else { return Vec::new() };
    let shown = champion.visibility.as_ref().is_some_and(|visibility| visibility.value == Visibility::Named);
    let Some(title) = page.document.common.title.as_ref().filter(|_| !shown) else { return Vec::new() };
    let name = Name::of(&title.value).filter(|_| letters(&title.value) != letters(&page.id));
    let exact = Some(title.value.trim()).filter(|title| !title.contains(char::is_whitespace));
    let phrases = name.map(|name| name.phrases()).unwrap_or_default();
    phrases.into_iter().map(|text| Written { text, exact, page }).collect()
}

fn told(path: &SourcePath, span: Span, page: &Page) -> Diagnostic {
    let message = format!("this tells the name of `{}`, who is not shown by name", page.id);
    let help = format!("write `{}`, or leave the person out", page.id);
    Diagnostic::new(&codes::NAME_TOLD, message).at(path, span).help(help)
}

#[cfg(test)]
mod tests {
    use super::{folded, folded_ascii};

    #[test]
    fn plain_text_is_folded_alike_in_both_ways() {
        for text in ["", " ", "'", "O'Brien -- B. Lee\n\n# x", "a 'b' `c`\t\td", "--a", "a--", "' a", "A1_b2"] {
            assert_eq!(folded_ascii(text), folded(text, |_, _| {}).into_bytes(), "{text:?}");
        }
    }
}
