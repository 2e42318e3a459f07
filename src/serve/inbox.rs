//! What changed while the last change was being worked on.
//!
//! In: [`Changes`], as they come. Out: all that came since the last time, in one; what is being worked on meanwhile is called off.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::clock::Clock;
use super::watch::WatchError;
use crate::disk::Changes;

/// Changes that wait.
#[derive(Default)]
pub(super) struct Inbox {
    waiting: Mutex<Waiting>,
    came: Condvar,
}

#[derive(Default)]
struct Waiting {
    changes: Option<Changes>,
    /// What is superseded by the next change.
    work: Option<Arc<Clock>>,
    /// There are no more to come.
    over: bool,
}

impl Inbox {
    /// Takes in changes until there are no more to come.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn open(changes: Receiver<Changes>) -> Result<Arc<Self>, WatchError> {
        let inbox = Arc::new(Self::default());
        let own = Arc::clone(&inbox);
        let take_in = move || {
            for news in changes {
                own.note(Some(news));
            }
            own.note(None);
        };
        std::thread::Builder::new().name("inbox".to_owned()).spawn(take_in).map_err(WatchError::thread)?;
        Ok(inbox)
    }

    fn note(&self, news: Option<Changes>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match (news, &mut waiting.changes) {
            (Some(news), Some(changes)) => changes.merge(news),
            (Some(news), none) => *none = Some(news),
            (None, _) => waiting.over = true,
        }
        if let Some(work) = waiting.work.take() {
            work.call_off();
        }
        self.came.notify_all();
    }

    /// Waits for changes; nothing when there are no more to come.
    pub fn next(&self) -> Option<Changes> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let nothing = |waiting: &mut Waiting| waiting.changes.is_none() && !waiting.over;
        let mut waiting = self.came.wait_while(waiting, nothing).unwrap_or_else(PoisonError::into_inner);
        waiting.changes.take()
    }

    /// The next change calls this off, also one that has come already.
    pub fn supersedes(&self, work: &Arc<Clock>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.changes.is_some() || waiting.over {
            work.call_off();
        }
        waiting.work = Some(Arc::clone(work));
    }

    /// What was to be called off is done.
    pub fn done(&self) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).work = None;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;
    use std::sync::mpsc::channel;

    use super::*;
    use crate::pipeline::Watch as _;

    fn at(path: &str) -> Changes {
        Changes::Paths(BTreeSet::from([PathBuf::from(path)]))
    }

    #[test]
    fn what_comes_during_work_calls_it_off_and_waits_in_one() {
        let (sender, changes) = channel();
        let inbox = Inbox::open(changes).unwrap();
        sender.send(at("a")).unwrap();
        assert_eq!(inbox.next(), Some(at("a")));
        let work = Arc::new(Clock::new());
        inbox.supersedes(&work);
        assert!(!work.called_off());
        sender.send(at("b")).unwrap();
        while !work.called_off() {
            std::thread::yield_now();
        }
        sender.send(at("c")).unwrap();
        drop(sender);
        let mut both = inbox.next().unwrap();
        both.merge(inbox.next().unwrap_or_default());
        assert_eq!(both, Changes::Paths(BTreeSet::from(["b", "c"].map(PathBuf::from))));
        assert_eq!(inbox.next(), None);
        // There is nothing to come, so there is nothing to work for.
        let late = Arc::new(Clock::new());
        inbox.supersedes(&late);
        assert!(late.called_off());
    }
}
