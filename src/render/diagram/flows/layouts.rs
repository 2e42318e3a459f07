//! Where things went in diagrams of the same shape: models of small changes often have one, and the layout is the dearest part of their pages.
//!
//! In: a [`Shape`]. Out: its [`Placed`], made or remembered. The memory changes how long it takes, never what comes out.

use std::sync::{Mutex, PoisonError};

use foldhash::{HashMap, HashMapExt};

use super::place::{self, Placed, Shape};

/// Layouts that are remembered, of about a kilobyte each; when there are more, all are let go.
const MOST: usize = 2_048;

/// What is remembered.
#[derive(Debug)]
pub struct Layouts(Mutex<HashMap<Shape, Option<Placed>>>);

impl Default for Layouts {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl Layouts {
    /// Places everything; nothing where the layout gives up.
    pub(super) fn of(&self, shape: Shape) -> Option<Placed> {
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&shape) {
            return known.clone();
        }
        let placed = place::of(&shape);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(shape, placed.clone());
        placed
    }
}
