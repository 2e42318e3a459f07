//! A small site behind the gate, and a client that can send anything.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tiltyard::serve::Hosts;
use tiltyard::serve::content_type;
use tiltyard::serve::{Answer, Answers, Asked};
use tiltyard::serve::{Server, listen, serve};

/// The size of `/big.mp4`.
pub const BIG: usize = 50_000_000;
pub const TOKEN: &str = "00112233445566778899aabbccddeeff";

/// Remembers what it was asked, and who listens to its events.
#[derive(Default)]
pub struct Site {
    pub asked: Mutex<Vec<Asked>>,
    pub streams: Mutex<Vec<Sender<String>>>,
    pub big: Mutex<Option<Arc<[u8]>>>,
}

impl Answers for Site {
    fn answer(&self, asked: &Asked) -> Answer {
        self.asked.lock().unwrap().push(asked.clone());
        let page = |body: Arc<[u8]>| Answer::Body {
            status: 200,
            content_type: content_type(if asked.path.ends_with('/') { "index.html" } else { &asked.path }).into(),
            body,
            headers: vec![("Content-Security-Policy", "default-src 'self'".to_owned())],
        };
        match asked.path.as_str() {
            "/" => page(Arc::from(&b"<h1>Larkspur Parcels</h1>"[..])),
            "/style.css" => page(Arc::from(&b"h1 { color: green }"[..])),
            "/ü x/%2e%2e;&/" => page(Arc::from(&b"odd"[..])),
            "/big.mp4" => page(Arc::clone(self.big.lock().unwrap().get_or_insert_with(|| Arc::from(vec![b'b'; BIG])))),
            "/panic" => panic!("a mistake in the site"),
            "/slow" => {
                std::thread::sleep(Duration::from_millis(1500));
                page(Arc::from(&b"slow"[..]))
            }
            "/moved" => Answer::Body {
                status: 302,
                content_type: "text/plain; charset=utf-8\r\nSet-Cookie: a=b".to_owned().into(),
                body: Arc::from(&b""[..]),
                headers: vec![
                    ("Location", "/x\r\nSet-Cookie: stolen=1".to_owned()),
                    ("cache-control", "public".to_owned()),
                    ("Content-Length", "5".to_owned()),
                    ("Set-Cookie", "audience=all; SameSite=Strict".to_owned()),
                ],
            },
            "/events" if asked.value("token") == Some(TOKEN) && asked.same_origin() => {
                let (sender, receiver) = channel();
                self.streams.lock().unwrap().push(sender);
                Answer::Events(receiver)
            }
            "/events" => Answer::text(403, "This stream is for the pages of this preview.\n"),
            _ => Answer::text(404, "There is no such page.\n"),
        }
    }
}

/// A server on a free port, with its site.
pub struct Running {
    pub server: Server,
    pub site: Arc<Site>,
    pub address: SocketAddr,
}

pub fn start() -> Running {
    let listener = listen(IpAddr::V4(Ipv4Addr::LOCALHOST), Some(0), 4747).unwrap();
    let address = listener.local_addr().unwrap();
    let site = Arc::new(Site::default());
    let server = serve(listener, Hosts::of(address), Arc::<Site>::clone(&site) as Arc<dyn Answers>).unwrap();
    Running { server, site, address }
}

/// An answer, cut up.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answered {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Running {
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(8))).unwrap();
        stream
    }

    /// Sends bytes, as far as they are taken, and gives all that comes back until the server closes.
    pub fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes);
        all(&mut stream)
    }

    /// The same, with `HOST` in the text set to the right one; `None` when nothing comes back.
    pub fn send(&self, bytes: &[u8]) -> Option<Answered> {
        let host = self.address.to_string();
        let mut sent = Vec::new();
        let mut rest = bytes;
        while let Some(at) = rest.windows(4).position(|window| window == b"HOST") {
            sent.extend_from_slice(&rest[..at]);
            sent.extend_from_slice(host.as_bytes());
            rest = &rest[at + 4..];
        }
        sent.extend_from_slice(rest);
        cut(&self.raw(&sent))
    }

    pub fn get(&self, target: &str) -> Answered {
        self.send(format!("GET {target} HTTP/1.1\r\nHost: HOST\r\n\r\n").as_bytes()).expect("an answer")
    }

    /// Opens a stream of events, and reads its head.
    pub fn events(&self) -> TcpStream {
        let mut stream = self.connect();
        let host = self.address;
        write!(stream, "GET /events?token={TOKEN} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\r\n").unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(head.contains("\r\nContent-Type: text/event-stream; charset=utf-8\r\n"), "{head}");
        stream
    }
}

/// All that comes until the other side closes.
pub fn all(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    bytes
}

pub fn cut(bytes: &[u8]) -> Option<Answered> {
    if bytes.is_empty() {
        return None;
    }
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a whole head");
    let head = String::from_utf8(bytes[..end + 2].to_vec()).expect("an ASCII head");
    let status = head.strip_prefix("HTTP/1.1 ").expect("a status line")[..3].parse().expect("a status");
    Some(Answered { status, head, body: bytes[end + 4..].to_vec() })
}

/// Waits until something holds, for at most so long.
pub fn until(most: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > most {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}
