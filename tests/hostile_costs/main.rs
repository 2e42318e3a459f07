//! What hostile clients cost the preview server: memory, threads, file descriptors. One test at a time, for the figures
//! are those of the whole process.
#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::unwrap_used,
    missing_docs,
    dead_code,
    reason = "a test may fail loudly"
)]

#[path = "../hostile/gate.rs"]
mod gate;

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gate::{TOKEN, start, until};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A number of `/proc/self/status`: kilobytes or threads.
fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap()
}

/// The file descriptors that are open, the one that lists them left out.
fn files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count() - 1
}

#[test]
fn memory_does_not_grow() {
    let _alone = alone();
    let running = start();
    assert_eq!(running.get("/").status, 200);
    let rows: [(&str, &str, usize); 6] = [
        ("GET / HTTP/1.1\r\nHost: HOST\r\nX: ", "y", 200),
        ("GET / HTTP/1.1\r\nHost: HOST\r\n", "X: y\r\n", 100),
        ("GET /", "a", 100),
        ("", "A", 100),
        ("GET / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n", "ffffffff\r\n", 100),
        ("GET / HTTP/1.1\r\nHost: HOST\r\n\r\n", "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n", 100),
    ];
    let fill: Vec<Vec<u8>> = rows.iter().map(|(_, again, _)| again.repeat(65536 / again.len()).into_bytes()).collect();
    // Resets the high-water mark of the memory of this process.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = status("VmHWM:");
    for ((head, _, megabytes), fill) in rows.iter().zip(&fill) {
        let mut stream = running.connect();
        stream.write_all(head.replace("HOST", &running.address.to_string()).as_bytes()).unwrap();
        let mut left = megabytes * 1024 * 1024 / fill.len();
        while left > 0 && stream.write_all(fill).is_ok() {
            left -= 1;
        }
        assert!(left > 0, "the server hangs up on {head:?}");
        let _ = stream.read(&mut [0; 1024]);
    }
    let grown = status("VmHWM:").saturating_sub(before);
    assert!(grown < 20 * 1024, "{grown} kB");
    assert_eq!(running.get("/").status, 200);
}

#[test]
fn clients_that_hang_up_leave_nothing() {
    let _alone = alone();
    let running = start();
    let host = running.address;
    assert_eq!(running.get("/big.mp4").status, 200);
    assert!(until(Duration::from_secs(2), || files() < 20));
    let (threads, open) = (status("Threads:"), files());
    for n in 0..300 {
        let mut stream = running.connect();
        let _ = match n % 5 {
            0 => stream.write_all(b"GET / HT"),
            1 => write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            2 => write!(stream, "GET /big.mp4 HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            3 => write!(stream, "GET /events?token={TOKEN} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            _ => write!(stream, "GET /slow HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        };
        if n % 2 == 0 && matches!(n % 5, 1..4) {
            let _ = stream.read(&mut [0; 10]);
        }
        if n > 280 {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    assert_eq!(running.get("/").status, 200);
    assert!(until(Duration::from_secs(4), || files() <= open), "{} files, {open} before", files());
    // The inner server keeps idle threads for five seconds.
    assert!(status("Threads:") < threads + 350, "{} threads, {threads} before", status("Threads:"));
    assert!(until(Duration::from_secs(8), || status("Threads:") <= threads), "{} {threads}", status("Threads:"));
}

#[test]
fn a_machine_without_file_descriptors_is_outlived() {
    let _alone = alone();
    let before = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(256), ..before }).unwrap();
    let running = start();
    assert_eq!(running.get("/").status, 200);
    // All slots together need more than some systems give.
    let limit = getrlimit(Resource::Nofile);
    assert_eq!(limit.current, Some(before.maximum.map_or(1024, |most| most.min(1024))));
    for spare in 1..12 {
        assert!(until(Duration::from_secs(2), || files() < 20));
        let few = Rlimit { current: Some(files() as u64 + spare), ..limit };
        setrlimit(Resource::Nofile, few).unwrap();
        for _ in 0..3 {
            if let Ok(mut stream) = std::net::TcpStream::connect(running.address) {
                stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
                let _ = write!(stream, "GET / HTTP/1.1\r\nHost: {}\r\n\r\n", running.address);
                let _ = stream.read(&mut [0; 1000]);
            }
        }
        setrlimit(Resource::Nofile, limit).unwrap();
        assert_eq!(running.get("/").status, 200, "with {spare} to spare");
    }
}

/// The paths of the Unix sockets that this process listens on.
fn sockets() -> Vec<PathBuf> {
    let links =
        std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    let links: Vec<String> = links.map(|link| link.to_string_lossy().into_owned()).collect();
    let table = std::fs::read_to_string("/proc/net/unix").unwrap();
    let rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let ours = rows.filter(|row| row.len() == 8 && row[5] == "01" && links.contains(&format!("socket:[{}]", row[6])));
    ours.map(|row| PathBuf::from(row[7])).collect()
}

#[test]
fn the_inner_socket_is_private_and_goes() {
    let _alone = alone();
    let running = start();
    assert_eq!(running.get("/").status, 200);
    let sockets = sockets();
    assert_eq!(sockets.len(), 1, "{sockets:?}");
    let folder = sockets[0].parent().unwrap();
    assert_eq!(std::fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
    running.server.stop();
    assert!(!folder.exists());
    // A server that is dropped without a word goes in the same way.
    let running = start();
    let sockets = self::sockets();
    drop(running);
    assert!(!sockets[0].parent().unwrap().exists());
}
