//! The gate before the preview server.
//!
//! In: connections from whoever finds the port. Out: to the inner server, whole and harmless heads alone; to the client,
//! what the inner server answers. A client costs at most one slot of few, 16 KiB and a few seconds, whatever it sends or
//! does not send. One request a connection.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::head::{Head, Reading};
use super::hosts::Hosts;
use super::http::{Answers, CROWDED, Refusal};
use super::inner::{Inner, LOOK};
use super::slots::{MOST_THREADS, Slots, Ticket, now};

/// The time in which a whole head has to come.
const HEAD_TIME: Duration = Duration::from_secs(3);
/// How long a client may take nothing of its answer.
const WRITE_TIME: Duration = Duration::from_secs(10);
/// How long we wait for a client to hang up after its answer, and how much of what it still sends is taken.
const GOODBYE: (Duration, usize) = (Duration::from_millis(500), 256 * 1024);
/// How many ports are tried from the default one on.
const PORTS: u16 = 100;
/// File descriptors that are enough for all slots, with a watcher beside them.
const FILES: u64 = 1024;

/// Listens on a port that was asked for (0: any free one), or else on the next free one from `default_port` on.
///
/// # Errors
///
/// When the port is taken, none of a hundred is free, or the address is not one of this machine.
pub fn listen(bind: IpAddr, port: Option<u16>, default_port: u16) -> io::Result<TcpListener> {
    if let Some(port) = port {
        return TcpListener::bind((bind, port));
    }
    let mut taken = io::Error::from(ErrorKind::AddrInUse);
    for port in default_port..=default_port.saturating_add(PORTS - 1) {
        match TcpListener::bind((bind, port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => taken = error,
            done => return done,
        }
    }
    Err(taken)
}

/// A server that runs. It stops when the value is dropped.
pub struct Server {
    address: SocketAddr,
    gate: Arc<Gate>,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

/// What all connections share.
struct Gate {
    hosts: Hosts,
    slots: Arc<Slots>,
    inner: Inner,
    stopping: AtomicBool,
}

/// Starts to answer on a listener, in threads of its own.
///
/// # Errors
///
/// When the private socket of the inner server cannot be made, or no thread can be started.
pub fn serve(listener: TcpListener, hosts: Hosts, answers: Arc<dyn Answers>) -> io::Result<Server> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < FILES) {
        let current = Some(limit.maximum.map_or(FILES, |most| most.min(FILES)));
        let _ = setrlimit(Resource::Nofile, Rlimit { current, ..limit });
    }
    let address = listener.local_addr()?;
    let slots = Arc::new(Slots::default());
    let inner = Inner::start(answers, Arc::clone(&slots))?;
    let gate = Arc::new(Gate { hosts, slots, inner, stopping: AtomicBool::new(false) });
    let open = Arc::clone(&gate);
    let accepting =
        thread::Builder::new().name("preview-gate".to_owned()).spawn(move || Gate::accept(&open, &listener))?;
    Ok(Server { address, gate, accepting: Mutex::new(Some(accepting)) })
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops at once: nobody is let in any more, all connections are closed, the private socket is removed.
    pub fn stop(&self) {
        self.gate.stopping.store(true, Ordering::SeqCst);
        self.gate.slots.close();
        let accepting = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(accepting) = accepting {
            let mut wake = self.address;
            match wake.ip() {
                IpAddr::V4(ip) if ip.is_unspecified() => wake.set_ip(Ipv4Addr::LOCALHOST.into()),
                IpAddr::V6(ip) if ip.is_unspecified() => wake.set_ip(Ipv6Addr::LOCALHOST.into()),
                _ => {}
            }
            // It waits for a connection, so it gets one.
            if TcpStream::connect_timeout(&wake, Duration::from_millis(200)).is_ok() || accepting.is_finished() {
                let _ = accepting.join();
            }
        }
        self.gate.inner.stop();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Gate {
    fn accept(gate: &Arc<Self>, listener: &TcpListener) {
        while !gate.stopping.load(Ordering::SeqCst) {
            let stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => {
                    // There is no file descriptor left, or the client has gone already.
                    thread::sleep(Duration::from_millis(10));
                    continue;
                }
            };
            let _ = stream.set_nodelay(true).and_then(|()| stream.set_write_timeout(Some(WRITE_TIME)));
            let crowded = Arc::strong_count(gate) > MOST_THREADS;
            match if crowded { Err(stream) } else { gate.slots.enter(stream) } {
                Ok(ticket) => {
                    let open = Arc::clone(gate);
                    let thread = thread::Builder::new().name("preview-client".to_owned());
                    let _ = thread.spawn(move || open.attend(&ticket));
                }
                Err(mut stream) => {
                    // So short that it never waits.
                    let _ = stream.write_all(CROWDED.message().as_bytes());
                }
            }
        }
    }

    /// One client from its first byte to its last.
    fn attend(&self, ticket: &Ticket) {
        let Ok(head) = self.read(ticket) else { return };
        let refusal = match head {
            Ok(head) => self.pass(ticket, &head),
            Err(refusal) => Some(refusal),
        };
        if let Some(refusal) = refusal {
            let _ = (&*ticket.stream).write_all(refusal.message().as_bytes());
        }
        part(ticket);
    }

    /// Reads the head. A client that says nothing, or hangs up, is an error: it gets no answer.
    fn read(&self, ticket: &Ticket) -> io::Result<Result<Head, Refusal>> {
        let mut reading = Reading::default();
        let mut piece = [0; 4096];
        let end = now() + HEAD_TIME;
        loop {
            let left = end.saturating_duration_since(now()).max(Duration::from_millis(1));
            ticket.stream.set_read_timeout(Some(left))?;
            let came = match (&*ticket.stream).read(&mut piece) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(came) => piece.get(..came).unwrap_or_default(),
                Err(error) if waits(&error) => &[],
                Err(error) => return Err(error),
            };
            match reading.take(came, &self.hosts) {
                Ok(None) if now() < end => {}
                Ok(None) if reading.is_empty() => return Err(ErrorKind::TimedOut.into()),
                Ok(None) => return Ok(Err(Refusal(408, "The head of the request took longer than 3 seconds."))),
                Ok(Some(head)) => return Ok(Ok(head)),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
    }

    /// Hands a request to the inner server, and its answer to the client.
    fn pass(&self, ticket: &Ticket, head: &Head) -> Option<Refusal> {
        if !ticket.answering() {
            return None;
        }
        // An inner server that has just given up takes its last connections with it.
        for _ in 0..3 {
            let inner = self.inner.connect().and_then(|mut inner| {
                inner.set_read_timeout(Some(LOOK))?;
                inner.write_all(head.anew(ticket.id).as_bytes())?;
                Ok(inner)
            });
            if inner.is_ok_and(|inner| pipe(&inner, ticket)) {
                return None;
            }
        }
        Some(Refusal(500, "The preview failed to answer."))
    }
}

/// Sends on what the inner server says, until it ends or the client goes. False when there was nothing to send.
fn pipe(mut inner: &UnixStream, ticket: &Ticket) -> bool {
    let mut piece = vec![0; 64 * 1024];
    let mut sent = false;
    loop {
        match inner.read(&mut piece) {
            Ok(0) => return sent,
            Ok(came) => {
                if (&*ticket.stream).write_all(piece.get(..came).unwrap_or_default()).is_err() {
                    return true;
                }
                sent = true;
            }
            Err(error) if !waits(&error) => return sent,
            Err(_) if !ticket.held() => return true,
            Err(_) => {}
        }
    }
}

/// Ends a connection so that the answer arrives: a socket that is closed on unread bytes takes back what it has sent.
fn part(ticket: &Ticket) {
    let (time, most) = GOODBYE;
    let end = now() + time;
    if !ticket.done() || ticket.stream.shutdown(Shutdown::Write).is_err() {
        return;
    }
    let mut piece = [0; 4096];
    let mut taken = 0;
    while taken < most && now() < end && ticket.stream.set_read_timeout(Some(time)).is_ok() {
        match (&*ticket.stream).read(&mut piece) {
            Ok(came) if came > 0 => taken += came,
            _ => return,
        }
    }
}

/// Whether nothing came in time, which is no mistake.
fn waits(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}
