//! How long each stage of one revision takes, and whether anybody still wants it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::pipeline::Watch;

/// Measures the stages of one revision.
pub(super) struct Clock {
    stages: Mutex<Vec<(&'static str, Instant)>>,
    called_off: AtomicBool,
}

impl Clock {
    /// Nothing has begun yet.
    pub fn new() -> Self {
        Self { stages: Mutex::default(), called_off: AtomicBool::new(false) }
    }

    /// Nobody wants it any more.
    pub fn call_off(&self) {
        self.called_off.store(true, Ordering::Relaxed);
    }

    /// What took how long, in order; the last stage ends now.
    pub fn timings(&self) -> Vec<(&'static str, Duration)> {
        let stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = stages.iter().skip(1).map(|(_, at)| *at).chain(std::iter::once(Instant::now()));
        stages.iter().zip(ends).map(|((name, start), end)| (*name, end.saturating_duration_since(*start))).collect()
    }
}

impl Watch for Clock {
    fn stage(&self, name: &'static str) {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner).push((name, Instant::now()));
    }

    fn called_off(&self) -> bool {
        self.called_off.load(Ordering::Relaxed)
    }
}
