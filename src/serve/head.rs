//! The head of a request, read strictly.
//!
//! In: the bytes of a client, as they come. Out: the few things of the head that are used, or a refusal as early as it can
//! be told. What two readers could take for two different requests is refused: a bare line feed, a folded line, a space
//! before a colon, two lengths, two hosts (RFC 9112, sections 2.2, 5.1, 6.3).

use std::fmt::Write as _;

use super::hosts::Hosts;
use super::http::{Asked, Refusal};

/// The longest head, in bytes.
const LONGEST: usize = 16 * 1024;
/// The most lines after the first.
const MOST_LINES: usize = 100;
/// The headers that are handed on. No other one is looked at by the inner server.
const KEPT: [&str; 5] = ["host", "cookie", "origin", "range", "sec-fetch-site"];

/// A head that is complete and harmless.
#[derive(Debug)]
pub(super) struct Head {
    target: String,
    /// Whether it is a HEAD request.
    bodiless: bool,
    /// Values for the names in `KEPT`, each at most once, in visible ASCII.
    kept: Vec<(&'static str, String)>,
}

impl Head {
    /// The same request written anew, for the inner server: `slot` says on whose behalf.
    pub(super) fn anew(&self, slot: u64) -> String {
        let method = if self.bodiless { "HEAD" } else { "GET" };
        let mut text = format!("{method} {} HTTP/1.1\r\nconnection: close\r\nslot: {slot}\r\n", self.target);
        for (name, value) in &self.kept {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text + "\r\n"
    }
}

/// A head that is being read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    bytes: Vec<u8>,
    lines: usize,
    /// Where the line began that is being read.
    line: usize,
}

impl Reading {
    /// Whether nothing came at all: a browser opens connections that it may need, and leaves them.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes what came, and gives the head when it is whole. What follows it is dropped: a request has no body, and
    /// there is one request a connection.
    pub(super) fn take(&mut self, piece: &[u8], hosts: &Hosts) -> Result<Option<Head>, Refusal> {
        for &byte in piece {
            let after_return = self.bytes.last() == Some(&b'\r');
            if (byte == b'\n') != after_return {
                return Err(Refusal(400, "A line has to end in a carriage return and a line feed."));
            }
            let fits = match byte {
                b'\r' | b'\n' => true,
                b'\t' | 0x80.. => self.lines > 0,
                _ => (0x20..=0x7e).contains(&byte),
            };
            if !fits {
                return Err(Refusal(400, "The head of the request holds a character that has no place there."));
            }
            self.bytes.push(byte);
            if byte == b'\n' && self.end_line()? {
                return self.whole(hosts).map(Some);
            }
            if self.bytes.len() >= LONGEST {
                return Err(match self.lines {
                    0 => Refusal(414, "The first line of the request is longer than 16 KiB."),
                    _ => Refusal(431, "The head of the request is longer than 16 KiB."),
                });
            }
        }
        Ok(None)
    }

    /// Counts a line, and says whether it was the empty one at the end. The first line is looked at as soon as it is
    /// there, for what speaks another protocol may never send an empty line.
    fn end_line(&mut self) -> Result<bool, Refusal> {
        let empty = self.bytes.len() - self.line == 2;
        self.line = self.bytes.len();
        self.lines += 1;
        if self.lines == 1 {
            request_line(String::from_utf8_lossy(&self.bytes).trim_end_matches("\r\n"))?;
        } else if self.lines > MOST_LINES + 1 && !empty {
            return Err(Refusal(431, "The request has more than 100 header lines."));
        }
        Ok(empty)
    }

    fn whole(&self, hosts: &Hosts) -> Result<Head, Refusal> {
        let text = String::from_utf8_lossy(&self.bytes);
        let mut lines = text.split("\r\n").take_while(|line| !line.is_empty());
        let (bodiless, target) = request_line(lines.next().unwrap_or_default())?;
        let kept = headers(lines)?;
        let host = kept.iter().find(|(name, _)| *name == "host").map(|(_, host)| host.as_str());
        match host {
            None => return Err(Refusal(400, "The request has no Host header.")),
            Some(host) if !hosts.allow(host) => {
                return Err(Refusal(403, "This preview answers only to its own address, such as localhost:PORT."));
            }
            Some(_) => {}
        }
        Ok(Head { target: target.to_owned(), bodiless, kept })
    }
}

/// Method, target and version, in this order of looking: shape, version, method, target.
fn request_line(line: &str) -> Result<(bool, &str), Refusal> {
    let mut parts = line.split(' ');
    let (Some(method), Some(target), Some(version), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Refusal(400, "The first line of the request has to be: GET, a path, HTTP/1.1."));
    };
    if !is_token(method) || !version.starts_with("HTTP/") {
        return Err(Refusal(400, "The first line of the request has to be: GET, a path, HTTP/1.1."));
    }
    if version != "HTTP/1.1" && version != "HTTP/1.0" {
        return Err(Refusal(505, "This preview speaks HTTP/1.1."));
    }
    if method != "GET" && method != "HEAD" {
        return Err(Refusal(405, "This preview can only be read."));
    }
    let head = method == "HEAD";
    Asked::new(target, head, |_| None).map_err(|why| Refusal(400, why))?;
    Ok((head, target))
}

/// The header lines: all have to be well-formed, none may announce a body, and those in `KEPT` come back.
fn headers<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<(&'static str, String)>, Refusal> {
    let mut kept: Vec<(&'static str, String)> = Vec::new();
    let mut length = false;
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or_default();
        if !is_token(name) {
            return Err(Refusal(400, "A header line has to be a name, a colon and a value."));
        }
        let (name, value) = (name.to_ascii_lowercase(), value.trim_matches([' ', '\t']));
        if name == "transfer-encoding" {
            return Err(Refusal(400, "A request to this preview has no body."));
        }
        if name == "content-length" {
            if length || value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Refusal(400, "The Content-Length is not one number."));
            }
            if value.bytes().any(|byte| byte != b'0') {
                return Err(Refusal(413, "A request to this preview has no body."));
            }
            length = true;
        }
        let Some(name) = KEPT.into_iter().find(|kept| *kept == name) else { continue };
        match kept.iter_mut().find(|(there, _)| *there == name) {
            Some((_, cookies)) if name == "cookie" => *cookies = format!("{cookies}; {}", ascii_pairs(value)),
            Some(_) => return Err(Refusal(400, "A header that may stand once stands twice.")),
            None if name == "cookie" => kept.push((name, ascii_pairs(value))),
            None if visible(value) => kept.push((name, value.to_ascii_lowercase())),
            None => return Err(Refusal(400, "A header holds a character that has no place there.")),
        }
    }
    Ok(kept)
}

/// The cookies that are ASCII. Programs on other ports of this host share their cookies with this one, and some hold
/// anything.
fn ascii_pairs(cookies: &str) -> String {
    cookies.split(';').map(str::trim).filter(|pair| visible(pair)).collect::<Vec<_>>().join("; ")
}

fn visible(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

/// Whether this is a token (RFC 9110, section 5.6.2), such as a method or the name of a header.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
