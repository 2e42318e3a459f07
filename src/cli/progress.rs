//! The clock of a run: a progress bar when it takes longer than a second on a terminal, the times of the stages, and interrupts.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::pipeline::Watch;

/// Set when the user has interrupted.
pub static STOP: AtomicBool = AtomicBool::new(false);
/// Set while the site is being swapped in: then the writer stops by itself and clears up.
pub static WRITING: AtomicBool = AtomicBool::new(false);

/// How the preview ends, while it runs: an interrupt is how it is meant to.
pub static END: OnceLock<Box<dyn Fn() + Send + Sync>> = OnceLock::new();

/// Ends the program with 130 on Ctrl-C; while writing, lets the writer clear up first. The preview ends with 0.
#[expect(clippy::exit, reason = "an interrupt ends the program wherever it is")]
pub fn listen_for_interrupts() {
    // A second listener cannot be set; then the system's own way of ending stands.
    drop(ctrlc::set_handler(|| {
        let again = STOP.swap(true, Ordering::SeqCst);
        if let Some(end) = END.get() {
            end();
            std::process::exit(0);
        }
        if again || !WRITING.load(Ordering::SeqCst) {
            std::process::exit(130);
        }
    }));
}

/// Watches a run.
pub struct Progress {
    start: Instant,
    stages: Mutex<Vec<(&'static str, Instant)>>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Begins; `quiet` shows no bar.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
    pub fn new(quiet: bool) -> Self {
        let show = !quiet && std::io::stderr().is_terminal();
        let bar = show.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            bar.set_style(
                ProgressStyle::with_template("{msg:>8} {bar:32} {pos}/{len}")
                    .unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            bar
        });
        Self { start: Instant::now(), stages: Mutex::new(Vec::new()), bar }
    }

    /// The time since the beginning.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// The time each stage took, in order.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
    pub fn timings(&self) -> Vec<(&'static str, Duration)> {
        let stages = self.stages.lock().map(|stages| stages.clone()).unwrap_or_default();
        let ends = stages.iter().skip(1).map(|(_, at)| *at).chain(std::iter::once(Instant::now()));
        stages.iter().zip(ends).map(|((name, start), end)| (*name, end - *start)).collect()
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Watch for Progress {
    #[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
    fn stage(&self, name: &'static str) {
        if let Ok(mut stages) = self.stages.lock() {
            stages.push((name, Instant::now()));
        }
        if let Some(bar) = &self.bar {
            bar.set_message(name);
        }
    }

    fn progress(&self, done: usize, all: usize) {
        let Some(bar) = &self.bar else { return };
        if bar.is_hidden() && self.start.elapsed() > Duration::from_secs(1) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_length(u64::try_from(all).unwrap_or(u64::MAX));
        bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    }
}
