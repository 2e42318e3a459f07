//! Names of champions who are hidden or go by an id must not stand on any other page.

use aho_corasick::AhoCorasick;

use crate::diagnostic::{Diagnostic, codes};
use crate::model::curriculum::Visibility;
use crate::model::kind::Details;
use crate::model::site::{Page, Site};
use crate::source::{SourcePath, Span};

/// A way to write a name, and the page it is told on by right.
struct Written<'s> {
    text: String,
    /// One word alone is a name only as it is written there.
    exact: bool,
    page: &'s Page,
}

/// Every place where such a name stands; the message does not repeat it.
pub fn check(site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let written: Vec<Written<'_>> = site.pages.values().flat_map(|page| ways(page)).collect();
    if written.is_empty() {
        return;
    }
    let patterns = written.iter().map(|way| way.text.as_str());
    let Ok(finder) = AhoCorasick::builder().ascii_case_insensitive(true).build(patterns) else { return };
    let mut look = |path: &SourcePath, text: &str, start: usize| {
        for found in finder.find_overlapping_iter(text) {
            let Some(way) = written.get(found.pattern().as_usize()) else { continue };
            let here = text.get(found.range()).unwrap_or("");
            let whole = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            let alone = whole(text.get(..found.start()).and_then(|before| before.chars().next_back()))
                && whole(text.get(found.end()..).and_then(|after| after.chars().next()));
            if *path != *way.page.path() && alone && (!way.exact || here == way.text) {
                diagnostics.push(told(path, Span::new(start + found.start(), start + found.end()), way.page));
            }
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

/// The ways to write the name of somebody whose name is not told: with spaces, and as in addresses. A title that says the id again is no secret.
fn ways(page: &Page) -> Vec<Written<'_>> {
    let Details::Champion(champion) = &*page.document.details else { return Vec::new() };
    let shown = champion.visibility.as_ref().is_some_and(|visibility| visibility.value == Visibility::Named);
    let Some(title) = page.document.common.title.as_ref().filter(|_| !shown) else { return Vec::new() };
    let words: Vec<&str> = title.value.split_whitespace().collect();
    let slug = words.join("-").to_lowercase();
    if slug == page.id.to_lowercase() || title.value.chars().count() < 3 {
        return Vec::new();
    }
    let exact = words.len() < 2;
    let joints: &[&str] = if exact { &[" "] } else { &[" ", "-", ".", "_"] };
    joints.iter().map(|joint| Written { text: words.join(joint), exact, page }).collect()
}

fn told(path: &SourcePath, span: Span, page: &Page) -> Diagnostic {
    let message = format!("this tells the name of `{}`, who is not shown by name", page.id);
    let help = format!("write `{}`, or leave the person out", page.id);
    Diagnostic::new(&codes::NAME_TOLD, message).at(path, span).help(help)
}
