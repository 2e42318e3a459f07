//! Assets with their fingerprint in their name, so that they can be kept for ever.
//!
//! In: assets by logical name. Out: the files to publish, and the address of each below the site's root.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::embedded;
use super::layers::Origin;
use crate::diagnostic::{Checked, Diagnostic, codes, did_you_mean};
use crate::source::{OutputPath, Span};

/// Files and where they are.
#[derive(Default)]
pub(super) struct Assets {
    /// What to publish.
    pub files: Vec<(OutputPath, Arc<[u8]>)>,
    /// Address by logical name: `base.css` -> `assets/base.0f3a91c2.css`.
    pub hrefs: BTreeMap<String, String>,
}

pub(super) fn publish(sources: &BTreeMap<String, Origin>) -> Checked<Assets> {
    let mut publisher = Publisher { sources, done: Checked::default(), open: BTreeSet::new() };
    for name in sources.keys() {
        publisher.publish(name);
    }
    publisher.done
}

struct Publisher<'a> {
    sources: &'a BTreeMap<String, Origin>,
    done: Checked<Assets>,
    /// Style sheets whose references are being followed.
    open: BTreeSet<String>,
}

impl Publisher<'_> {
    /// Publishes an asset after everything it refers to, since its fingerprint has theirs in it.
    fn publish(&mut self, name: &str) -> Option<String> {
        if let Some(href) = self.done.value.hrefs.get(name) {
            return Some(href.clone());
        }
        let origin = self.sources.get(name)?;
        let bytes = match std::str::from_utf8(&origin.bytes) {
            Ok(text) if name.ends_with(".css") => {
                self.open.insert(name.to_owned());
                let text = self.rewrite(name, text, origin);
                self.open.remove(name);
                Arc::from(super::squeeze::squeezed(&text).into_bytes())
            }
            _ => embedded::short(name, &origin.bytes).unwrap_or_else(|| Arc::clone(&origin.bytes)),
        };
        let href = format!("assets/{}", fingerprinted(name, &bytes));
        self.done.value.files.push((OutputPath::new(&href), bytes));
        self.done.value.hrefs.insert(name.to_owned(), href.clone());
        Some(href)
    }

    fn rewrite(&mut self, sheet: &str, text: &str, origin: &Origin) -> String {
        let mut out = String::with_capacity(text.len() + 64);
        let mut written = 0;
        for place in references(text) {
            let reference = &text[place.start..place.end];
            let path = reference.split(['#', '?']).next().unwrap_or_default();
            if path.is_empty() || path.starts_with("data:") {
                continue;
            }
            if path.starts_with('/') || path.contains(':') {
                self.done.diagnostics.push(foreign(reference, origin, place));
                continue;
            }
            let target = beside(sheet, path);
            let circle = self.open.contains(&target);
            let href = if circle { None } else { self.publish(&target) };
            let Some(href) = href else {
                self.done.diagnostics.push(self.unresolved(&target, circle, origin, place));
                continue;
            };
            // The folders stay as they are: only the last segment has a fingerprint.
            let folder = path.rfind('/').map_or(0, |slash| slash + 1);
            out.push_str(&text[written..place.start + folder]);
            out.push_str(href.rsplit('/').next().unwrap_or_default());
            written = place.start + path.len();
        }
        out.push_str(&text[written..]);
        out
    }

    fn unresolved(&self, target: &str, circle: bool, origin: &Origin, place: Span) -> Diagnostic {
        let (message, help) = if circle {
            (
                format!("the style sheets `{target}` and this one import each other"),
                "take one of the two imports out".to_owned(),
            )
        } else {
            let known = self.sources.keys().map(String::as_str);
            let help = did_you_mean(target, known).unwrap_or_else(|| format!("add `assets/{target}` to the theme"));
            (format!("the theme has no asset `{target}`"), help)
        };
        Diagnostic::new(&codes::BAD_THEME, message).at(&origin.path, place).help(help)
    }
}

/// The policy of every page keeps other hosts out, and a site may stand below any path.
fn foreign(reference: &str, origin: &Origin, place: Span) -> Diagnostic {
    Diagnostic::new(&codes::BAD_THEME, format!("`{reference}` is not a file of the theme"))
        .at(&origin.path, place)
        .help("put the file into the theme's `assets` and write its path from here")
}

/// `css/base.css` -> `css/base.0f3a91c2.css`.
fn fingerprinted(name: &str, bytes: &[u8]) -> String {
    let hash = blake3::hash(bytes).to_hex();
    let hash = &hash.as_str()[..8];
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[file..].rfind('.') {
        Some(dot) if dot > 0 => format!("{}.{hash}{}", &name[..file + dot], &name[file + dot..]),
        _ => format!("{name}.{hash}"),
    }
}

/// A relative path as seen from a style sheet.
fn beside(sheet: &str, path: &str) -> String {
    let mut segments: Vec<&str> = sheet.split('/').collect();
    segments.pop();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    segments.join("/")
}

/// Places of the addresses in `url(…)` and `@import "…"`, without their quotes; comments are passed over.
fn references(css: &str) -> Vec<Span> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(rest) = css.get(at..) {
        let next = ["/*", "url(", "@import"].iter().filter_map(|mark| Some((rest.find(mark)?, *mark))).min();
        let Some((start, mark)) = next else { break };
        at += start + mark.len();
        if mark == "/*" {
            let Some(end) = css[at..].find("*/") else { break };
            at += end + 2;
            continue;
        }
        let value = css[at..].trim_start();
        let begin = css.len() - value.len();
        let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
        let (begin, end) = match quote {
            Some(quote) => (begin + 1, value[1..].find(quote).map(|end| begin + 1 + end)),
            None if mark == "url(" => (begin, value.find(')').map(|end| begin + value[..end].trim_end().len())),
            None => continue,
        };
        let Some(end) = end else { break };
        places.push(Span::new(begin, end));
        at = end;
    }
    places
}
