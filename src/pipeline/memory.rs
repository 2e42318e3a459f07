//! What was drawn before, by what it was drawn from.
//!
//! In: a view and a theme. Out: the page's files, if the same view was drawn with the same theme and is still remembered. The memory
//! changes how long it takes, never what comes out.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::base::{self, Drawn};
use crate::diagnostic::Diagnostic;
use crate::model::view::{BodyView, PageView};
use crate::render::highlight::Highlighter;
use crate::render::theme::Theme;
use crate::render::{self, Extent};

/// Each of the two halves of the pages is let go when it takes more bytes.
const MOST_BYTES: usize = 16 << 20;

/// Pages in two halves: when the young one is full it becomes the old one, and what was in that is let go.
#[derive(Default)]
pub(super) struct Memory {
    /// Blocks of code.
    highlighter: Arc<Highlighter>,
    pages: Mutex<Halves>,
    /// Views whose template had no mistake.
    sound: Mutex<Sound>,
    /// What is taken away from a view before it is hashed; nothing but in a test of the tests.
    blind: Option<fn(&mut PageView)>,
}

#[derive(Default)]
struct Halves {
    young: HashMap<[u8; 32], Arc<Drawn>>,
    old: HashMap<[u8; 32], Arc<Drawn>>,
    bytes: usize,
}

/// In two halves as well; a hash takes little, so very many have room.
#[derive(Default)]
struct Sound {
    young: HashSet<[u8; 32]>,
    old: HashSet<[u8; 32]>,
}

/// A half of the sound views is let go when there are more.
const MOST_SOUND: usize = 1 << 16;

impl Memory {
    /// Remembers no pages yet, but the code of another.
    pub fn beside(other: &Self) -> Self {
        Self { highlighter: Arc::clone(&other.highlighter), ..Self::default() }
    }

    /// Takes views for the same that differ only in what is taken away from them here.
    pub fn blind(other: &Self, blind: fn(&mut PageView)) -> Self {
        Self { blind: Some(blind), ..Self::beside(other) }
    }

    /// The page of a view.
    pub fn page(&self, view: &PageView, theme: &Theme) -> Arc<Drawn> {
        let key = self.key(view, theme);
        if let Some(known) = key.as_ref().and_then(|key| self.get(key)) {
            return known;
        }
        let drawn = Arc::new(render::page(view, theme, Extent::Whole(&self.highlighter)).map(base::shared));
        if let Some(key) = key {
            self.insert(key, &drawn);
            if drawn.is_ok() {
                lock(&self.sound).insert(key);
            }
        }
        drawn
    }

    /// The mistake that a template meets on a page, found without drawing its body.
    pub fn fault(&self, view: &PageView, theme: &Theme) -> Option<Diagnostic> {
        let key = self.key(view, theme);
        if key.is_some_and(|key| lock(&self.sound).knows(&key)) {
            return None;
        }
        let fault = render::page(view, theme, Extent::Around).err();
        if let (Some(key), None) = (key, &fault) {
            lock(&self.sound).insert(key);
        }
        fault.map(|fault| *fault)
    }

    fn key(&self, view: &PageView, theme: &Theme) -> Option<[u8; 32]> {
        let Some(blind) = self.blind else { return key(view, theme) };
        let mut less = view.clone();
        blind(&mut less);
        key(&less, theme)
    }

    fn get(&self, key: &[u8; 32]) -> Option<Arc<Drawn>> {
        let mut halves = lock(&self.pages);
        if let Some(drawn) = halves.young.get(key) {
            return Some(Arc::clone(drawn));
        }
        let drawn = halves.old.remove(key)?;
        halves.insert(*key, &drawn);
        Some(drawn)
    }

    fn insert(&self, key: [u8; 32], drawn: &Arc<Drawn>) {
        lock(&self.pages).insert(key, drawn);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sound {
    /// Whether it is among them; then it is among the young ones afterwards.
    fn knows(&mut self, key: &[u8; 32]) -> bool {
        if self.young.contains(key) {
            return true;
        }
        let known = self.old.remove(key);
        if known {
            self.insert(*key);
        }
        known
    }

    fn insert(&mut self, key: [u8; 32]) {
        if self.young.len() >= MOST_SOUND {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key);
    }
}

impl Halves {
    fn insert(&mut self, key: [u8; 32], drawn: &Arc<Drawn>) {
        if self.bytes > MOST_BYTES {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes +=
            200 + drawn.iter().flatten().map(|(path, bytes)| path.as_str().len() + bytes.len()).sum::<usize>();
        self.young.insert(key, Arc::clone(drawn));
    }
}

/// blake3 over everything that a page is drawn from; none when a part cannot be written out.
pub(super) fn key(view: &PageView, theme: &Theme) -> Option<[u8; 32]> {
    // Taken apart, so that no part can be forgotten.
    let PageView { output, template, site, page, content, body, redirects } = view;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&theme.hash());
    let outputs: Vec<&str> = std::iter::once(output).chain(redirects).map(crate::source::OutputPath::as_str).collect();
    write(&mut hasher, &(outputs, template))?;
    write(&mut hasher, &**site)?;
    write(&mut hasher, page)?;
    write(&mut hasher, content)?;
    if let Some(BodyView { path: _, text, start, links, terms, skip_title, lift_pair }) = body {
        let text = text.get(*start..).unwrap_or_default();
        write(&mut hasher, &(text, links, terms, skip_title, lift_pair))?;
    }
    Some(*hasher.finalize().as_bytes())
}

/// JSON text has no two readings, and a line break outside strings ends it.
fn write(hasher: &mut blake3::Hasher, part: &impl Serialize) -> Option<()> {
    serde_json::to_writer(&mut *hasher, part).ok()?;
    hasher.update(b"\n");
    Some(())
}
