//! The server behind the gate: `tiny_http` on a socket that nobody else can reach.
//!
//! In: heads that the gate wrote, on a Unix socket in a folder that only this user may enter. Out: the answers of an
//! [`Answers`]. `tiny_http` takes any number of connections and waits for each as long as it likes; here it may, for all of
//! them come from the gate.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::fs::{Mode, mkdir, rmdir};

use super::hosts::token;
use super::http::{Answer, Answers, Asked, CROWDED, head};
use super::range;
use super::slots::{MOST_THREADS, Slots, now};

/// How often a stream of events says that it is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How often a stream of events looks whether its client is.
pub(super) const LOOK: Duration = Duration::from_secs(1);

/// What a worker needs.
#[derive(Clone)]
struct Desk {
    answers: Arc<dyn Answers>,
    slots: Arc<Slots>,
}

/// The inner server and its folder.
pub(super) struct Inner {
    desk: Desk,
    running: Mutex<Option<Running>>,
    den: Den,
}

impl Inner {
    /// Starts one.
    pub(super) fn start(answers: Arc<dyn Answers>, slots: Arc<Slots>) -> io::Result<Self> {
        let desk = Desk { answers, slots };
        let mut failed = io::Error::other("there is no folder for temporary files");
        // The name of a socket may have about a hundred bytes; some systems have longer names for temporary folders.
        for folder in [std::env::temp_dir(), PathBuf::from("/tmp")] {
            match Den::new(&folder).and_then(|den| Ok((Running::new(&den, 0, &desk)?, den))) {
                Ok((running, den)) => return Ok(Self { desk, running: Mutex::new(Some(running)), den }),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    /// A connection to it. `tiny_http` gives up for good when the system runs out of file descriptors; then a new one is
    /// started.
    pub(super) fn connect(&self) -> io::Result<UnixStream> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let old = running.as_ref().ok_or(io::ErrorKind::ConnectionRefused)?;
        let stream = UnixStream::connect(&old.socket);
        if stream.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
            let new = Running::new(&self.den, old.number + 1, &self.desk)?;
            let stream = UnixStream::connect(&new.socket);
            *running = Some(new);
            return stream;
        }
        stream
    }

    /// Ends it. What is being answered ends by itself.
    pub(super) fn stop(&self) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let _ = rmdir(&self.den.0);
    }
}

/// A folder of our own, gone with the value.
struct Den(PathBuf);

impl Den {
    /// Makes it. The name is random and the folder has to be new, so that nobody can have laid it out for us.
    fn new(parent: &Path) -> io::Result<Self> {
        let folder = parent.join(format!("tiltyard-{}", token()?));
        mkdir(&folder, Mode::RWXU)?;
        Ok(Self(folder))
    }
}

impl Drop for Den {
    fn drop(&mut self) {
        let _ = rmdir(&self.0);
    }
}

/// One `tiny_http` and the thread that takes its requests.
struct Running {
    number: u32,
    socket: PathBuf,
    server: Arc<tiny_http::Server>,
    taking: Option<JoinHandle<()>>,
}

impl Running {
    fn new(den: &Den, number: u32, desk: &Desk) -> io::Result<Self> {
        let socket = den.0.join(number.to_string());
        let server = tiny_http::Server::http_unix(&socket).map_err(io::Error::other)?;
        let (server, desk) = (Arc::new(server), Arc::new(desk.clone()));
        let source = Arc::clone(&server);
        let taking = thread::Builder::new().name("preview-inner".to_owned()).spawn(move || {
            while let Ok(request) = source.recv() {
                if Arc::strong_count(&desk) > MOST_THREADS {
                    let mut writer = request.into_writer();
                    let _ = writer.write_all(CROWDED.message().as_bytes()).and_then(|()| writer.flush());
                    continue;
                }
                let desk = Arc::clone(&desk);
                let worker = thread::Builder::new().name("preview-answer".to_owned());
                let _ = worker.spawn(move || desk.work(request));
            }
        })?;
        Ok(Self { number, socket, server, taking: Some(taking) })
    }
}

impl Drop for Running {
    /// The last to let go of a `tiny_http` ends its threads and removes its socket.
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(taking) = self.taking.take() {
            let _ = taking.join();
        }
    }
}

impl Desk {
    /// Answers one request. Errors of the socket are the client's: it went.
    fn work(&self, request: tiny_http::Request) {
        let header = |name: &str| {
            let mut all = request.headers().iter();
            all.find(|header| header.field.as_str().as_str() == name).map(|header| header.value.to_string())
        };
        let slot = header("slot").and_then(|id| id.parse().ok()).unwrap_or(u64::MAX);
        let only_head = *request.method() == tiny_http::Method::Head;
        let part = header("range").filter(|_| !only_head);
        let answer = match Asked::new(request.url(), only_head, header) {
            Ok(asked) => catch_unwind(AssertUnwindSafe(|| self.answers.answer(&asked)))
                .unwrap_or_else(|_| Answer::text(500, "The preview failed to answer.\n")),
            Err(why) => Answer::text(400, why),
        };
        let _ = self.say(answer, only_head, slot, part.as_deref(), &mut request.into_writer());
    }

    fn say(
        &self,
        answer: Answer,
        only_head: bool,
        slot: u64,
        part: Option<&str>,
        writer: &mut dyn Write,
    ) -> io::Result<()> {
        let answer = match answer {
            Answer::Events(_) if !only_head && !self.slots.start_stream(slot) => {
                Answer::text(503, "There are too many open streams.\n")
            }
            answer => answer,
        };
        match answer {
            Answer::Body { mut status, content_type, body, mut headers } => {
                let mut body = &*body;
                if let Some(part) = part.filter(|_| status == 200).and_then(|part| range::find(part, body.len())) {
                    status = if part.is_empty() { 416 } else { 206 };
                    headers.push(("Content-Range", range::content_range(&part, body.len())));
                    body = body.get(part).unwrap_or_default();
                }
                let bodiless = matches!(status, 204 | 304);
                let length = (!bodiless).then_some(body.len());
                writer.write_all(head(status, &content_type, length, &headers).as_bytes())?;
                if !only_head && !bodiless {
                    writer.write_all(body)?;
                }
                writer.flush()
            }
            Answer::Events(events) => {
                writer.write_all(head(200, "text/event-stream; charset=utf-8", None, &[]).as_bytes())?;
                writer.flush()?;
                if only_head { Ok(()) } else { self.stream(&events, slot, writer) }
            }
        }
    }

    /// Sends events until their sender is dropped or the client has gone. The gate sees that, and gives the slot back.
    fn stream(&self, events: &Receiver<String>, slot: u64, writer: &mut dyn Write) -> io::Result<()> {
        let mut last = now();
        while self.slots.holds(slot) {
            let block = match events.recv_timeout(LOOK) {
                Ok(block) => block,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) if last.elapsed() < KEEP_ALIVE => continue,
                Err(RecvTimeoutError::Timeout) => ":\n\n".to_owned(),
            };
            writer.write_all(block.as_bytes())?;
            writer.flush()?;
            last = now();
        }
        Ok(())
    }
}
