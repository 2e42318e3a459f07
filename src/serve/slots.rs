//! The connections that are open, and who gives way when there are too many.

use std::collections::BTreeMap;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};

/// The most connections at a time.
const MOST: usize = 64;
/// The most of them that are streams of events, so that there is always room for a page.
const MOST_STREAMS: usize = 48;
/// The most threads of one kind. A thread may outlive its slot, for as long as an answer takes that nobody waits for.
pub(super) const MOST_THREADS: usize = 2 * MOST;
/// How long an answer may take before it has to give way to a newcomer when all slots are taken.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The client is to send, or to hang up.
    Waiting,
    /// The answer is being made or sent.
    Answering,
    /// Events are being sent.
    Streaming,
}

#[derive(Debug)]
struct Slot {
    stream: Arc<TcpStream>,
    phase: Phase,
    since: Instant,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    closed: bool,
    /// In the order of their arrival.
    slots: BTreeMap<u64, Slot>,
}

impl Table {
    /// Takes back the slots of clients that have hung up on their answers.
    fn sweep(&mut self) {
        self.slots.retain(|_, slot| slot.phase == Phase::Waiting || !slot.hung_up());
    }

    fn streams(&self) -> usize {
        self.slots.values().filter(|slot| slot.phase == Phase::Streaming).count()
    }
}

impl Slot {
    /// Whether the client has hung up: the stream has come to its end. One that has closed its sending side alone counts
    /// too; no browser does that.
    fn hung_up(&self) -> bool {
        match recv(&*self.stream, &mut [0], RecvFlags::PEEK | RecvFlags::DONTWAIT) {
            Ok((came, _)) => came == 0,
            Err(error) => !matches!(error, Errno::AGAIN | Errno::INTR),
        }
    }
}

/// All connections of a server.
#[derive(Debug, Default)]
pub(super) struct Slots(Mutex<Table>);

impl Slots {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection in. When all slots are taken, the one that has waited longest for its client is closed, or else
    /// the oldest answer that has run out of patience; when there is none, the newcomer is turned away.
    pub(super) fn enter(self: &Arc<Self>, stream: TcpStream) -> Result<Ticket, TcpStream> {
        let mut table = self.table();
        if table.closed {
            return Err(stream);
        }
        if table.slots.len() >= MOST {
            table.sweep();
        }
        if table.slots.len() >= MOST {
            let now = now();
            let late = |slot: &Slot| slot.phase == Phase::Answering && now.duration_since(slot.since) > PATIENCE;
            let mut slots = table.slots.iter();
            let victim = slots.clone().find(|(_, slot)| slot.phase == Phase::Waiting);
            let Some(victim) = victim.or_else(|| slots.find(|(_, slot)| late(slot))).map(|(id, _)| *id) else {
                return Err(stream);
            };
            if let Some(slot) = table.slots.remove(&victim) {
                let _ = slot.stream.shutdown(Shutdown::Both);
            }
        }
        let stream = Arc::new(stream);
        let id = table.next;
        table.next += 1;
        table.slots.insert(id, Slot { stream: Arc::clone(&stream), phase: Phase::Waiting, since: now() });
        Ok(Ticket { slots: Arc::clone(self), id, stream })
    }

    /// Whether a connection still has its slot: its client is there, and it did not have to give way.
    pub(super) fn holds(&self, id: u64) -> bool {
        self.table().slots.get(&id).is_some_and(|slot| !slot.hung_up())
    }

    /// Makes a connection a stream of events, or says that there are enough of them.
    pub(super) fn start_stream(&self, id: u64) -> bool {
        let mut table = self.table();
        if table.streams() >= MOST_STREAMS {
            table.sweep();
        }
        let room = table.streams() < MOST_STREAMS;
        match table.slots.get_mut(&id) {
            Some(slot) if room => slot.phase = Phase::Streaming,
            _ => return false,
        }
        true
    }

    /// Closes all connections, and lets none in from now on.
    pub(super) fn close(&self) {
        let mut table = self.table();
        table.closed = true;
        for slot in std::mem::take(&mut table.slots).into_values() {
            let _ = slot.stream.shutdown(Shutdown::Both);
        }
    }

    fn turn(&self, id: u64, phase: Phase) -> bool {
        let mut table = self.table();
        let Some(slot) = table.slots.get_mut(&id) else { return false };
        (slot.phase, slot.since) = (phase, now());
        true
    }
}

/// A slot, as long as it is held. It may be taken away: then the stream is closed.
#[derive(Debug)]
pub(super) struct Ticket {
    slots: Arc<Slots>,
    pub(super) id: u64,
    pub(super) stream: Arc<TcpStream>,
}

impl Ticket {
    /// The head is there, and the answer is being made. False when the slot is gone.
    pub(super) fn answering(&self) -> bool {
        self.slots.turn(self.id, Phase::Answering)
    }

    /// The answer is sent, and the client is to hang up. False when the slot is gone.
    pub(super) fn done(&self) -> bool {
        self.slots.turn(self.id, Phase::Waiting)
    }

    /// Whether the slot is still ours, and the client there.
    pub(super) fn held(&self) -> bool {
        self.slots.holds(self.id)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.slots.table().slots.remove(&self.id);
    }
}

/// The clock of this machine, for what takes too long.
#[allow(
    clippy::disallowed_methods,
    reason = "how long a client takes is told by the clock, and never shows in an answer"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}
