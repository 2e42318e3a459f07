//! A small file server for the tests: one folder below one path, and the site's own page for everything else.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};

pub struct Server {
    pub port: u16,
}

/// Serves until the test ends.
pub fn start(folder: &Path, below: &'static str) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = folder.to_path_buf();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let folder = folder.clone();
            std::thread::spawn(move || answer(&stream, &folder, below));
        }
    });
    Server { port }
}

fn answer(mut stream: &TcpStream, folder: &Path, below: &str) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    while !lines.next()?.ok()?.is_empty() {}
    let path = first.split(' ').nth(1)?.split(['?', '#']).next()?;
    let inside = path.strip_prefix(below).filter(|path| !path.contains(".."));
    let file = inside
        .map(|path| if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() });
    let found: Option<(PathBuf, Vec<u8>)> =
        file.map(|file| folder.join(file)).and_then(|file| std::fs::read(&file).ok().map(|bytes| (file, bytes)));
    let (status, kind, bytes) = match found {
        Some((file, bytes)) => ("200 OK", kind(&file), bytes),
        None => {
            ("404 Not Found", "text/html; charset=utf-8", std::fs::read(folder.join("404.html")).unwrap_or_default())
        }
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bytes.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&bytes).ok()
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
