//! Requests and answers as the rest of the server sees them.
//!
//! In: a request that passed the gate, as [`Asked`]. Out: an [`Answer`], whose head is written here and nowhere else, so
//! that every answer has the headers that keep other sites away.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use super::target;

/// A request that passed the gate: GET or HEAD, no body, for a host that is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The path, percent-decoded once. It begins with `/`; no name in it is `.` or `..`, holds a slash, a backslash or a
    /// control character, or is empty, but the last one, where the path ends in `/`.
    pub path: String,
    /// The pairs of the query, decoded, in their order. No value holds a NUL.
    pub query: Vec<(String, String)>,
    /// The cookies, in their order, as far as they are ASCII.
    pub cookies: Vec<(String, String)>,
    /// The host and port that were asked for, in lower case: one of ours.
    pub host: String,
    /// The `Origin` header: who wants to read the answer. Browsers leave it out where a page asks its own server.
    pub origin: Option<String>,
    /// The `Sec-Fetch-Site` header: where the request was made, as the browser sees it.
    pub site: Option<String>,
    /// Whether only the head of the answer is wanted (HEAD).
    pub head: bool,
}

impl Asked {
    /// Makes one from the target and the headers of a request, given by lower-case name.
    pub(super) fn new(target: &str, head: bool, header: impl Fn(&str) -> Option<String>) -> Result<Self, &'static str> {
        let (path, query) = target::parse(target)?;
        let cookies = header("cookie").unwrap_or_default();
        let cookies = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
        Ok(Self {
            path,
            query,
            cookies: cookies.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            host: header("host").unwrap_or_default(),
            origin: header("origin"),
            site: header("sec-fetch-site"),
            head,
        })
    }

    /// Whether a page of this server asks, as far as the browser says: an `Origin` that is there is the host that was
    /// asked for, and a `Sec-Fetch-Site` that is there says `same-origin`, or `none` for an address that was typed in.
    /// Neither is sent by every client, so this does not stand in for the token.
    pub fn same_origin(&self) -> bool {
        let origin = self.origin.as_deref().is_none_or(|origin| {
            origin.strip_prefix("http://").is_some_and(|origin| origin.eq_ignore_ascii_case(&self.host))
        });
        origin && self.site.as_deref().is_none_or(|site| site == "same-origin" || site == "none")
    }

    /// The first value of a name in the query.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first cookie of a name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What comes back.
#[derive(Debug)]
pub enum Answer {
    /// A whole body. The length is set from it; for a HEAD request it is given all the same.
    Body {
        /// The status, such as 200 or 404.
        status: u16,
        /// The `Content-Type`, with its charset where it is text.
        content_type: Cow<'static, str>,
        /// What is sent.
        body: Arc<[u8]>,
        /// More headers. One with a line break, or with a name that every answer has, is left out.
        headers: Vec<(&'static str, String)>,
    },
    /// Server-sent events: each string is one event with the empty line that ends it. The stream ends when the sender is
    /// dropped. When the client goes, the receiver is dropped, so that the next send fails.
    Events(Receiver<String>),
}

impl Answer {
    /// A short answer in plain text.
    pub fn text(status: u16, text: &str) -> Self {
        Self::Body {
            status,
            content_type: Cow::Borrowed("text/plain; charset=utf-8"),
            body: Arc::from(text.as_bytes()),
            headers: Vec::new(),
        }
    }
}

/// Whoever knows the answers. One value is asked from many threads at the same time.
pub trait Answers: Send + Sync {
    /// The answer to one request. A panic in here is a 500 to the client.
    fn answer(&self, asked: &Asked) -> Answer;
}

/// Why a request did not pass the gate: a status, and a sentence for whoever sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) u16, pub(super) &'static str);

/// When there is no room for one more.
pub(super) const CROWDED: Refusal = Refusal(503, "There are too many requests at once.");

impl Refusal {
    /// The whole answer, head and body.
    pub(super) fn message(self) -> String {
        let Self(status, why) = self;
        let allow: &[_] = if status == 405 { &[("Allow", "GET, HEAD".to_owned())] } else { &[] };
        let body = format!("{status} {}\n{why}\n", reason(status));
        head(status, "text/plain; charset=utf-8", Some(body.len()), allow) + &body
    }
}

/// The headers of every answer: nothing is kept, guessed, embedded elsewhere or told to other sites.
const ALWAYS: &[(&str, &str)] = &[
    ("Cache-Control", "no-store"),
    ("Connection", "close"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
];

/// The head of an answer, with the empty line. The length is left out where the body has no known end.
pub(super) fn head(
    status: u16,
    content_type: &str,
    length: Option<usize>,
    headers: &[(&'static str, String)],
) -> String {
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for (name, value) in ALWAYS {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let visible = |text: &str| text.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    let taken = |name: &str| {
        ["Content-Type", "Content-Length", "Transfer-Encoding"]
            .into_iter()
            .chain(ALWAYS.iter().map(|(name, _)| *name))
            .any(|taken| taken.eq_ignore_ascii_case(name))
    };
    let kind = if visible(content_type) { content_type } else { "application/octet-stream" };
    let _ = write!(head, "Content-Type: {kind}\r\n");
    if let Some(length) = length {
        let _ = write!(head, "Content-Length: {length}\r\n");
    }
    for (name, value) in headers.iter().filter(|(name, value)| visible(value) && !taken(name)) {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head + "\r\n"
}

/// The words beside a status.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        414 => "URI Too Long",
        416 => "Range Not Satisfiable",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Answer",
    }
}
