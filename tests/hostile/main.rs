//! The preview server before clients that mean no good, and clients that are merely slow.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may fail loudly"
)]

mod gate;

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gate::{BIG, Site, TOKEN, all, cut, start, until};
use tiltyard::serve::content_type;
use tiltyard::serve::{Hosts, token};
use tiltyard::serve::{listen, serve};

/// Ways to write `../secret`, or to hide a separator, and what comes back: 400 where it is refused, 404 where it is a
/// plain name that no page has.
const TRAVERSALS: &[(&str, u16)] = &[
    ("/../secret", 400),
    ("/..", 400),
    ("/a/../../secret", 400),
    ("/./secret", 400),
    ("/.%2e/secret", 400),
    ("/%2e./secret", 400),
    ("/%2e%2e/secret", 400),
    ("/%2E%2E/secret", 400),
    ("/%2e%2e%2fsecret", 400),
    ("/..%2fsecret", 400),
    ("/..%2Fsecret", 400),
    ("/a%2fsecret", 400),
    ("/..%5csecret", 400),
    ("/%2e%2e%5csecret", 400),
    ("/..\\secret", 400),
    ("/a\\..\\secret", 400),
    ("/%252e%252e/secret", 404),
    ("/%252e%252e%252fsecret", 404),
    ("/..%252fsecret", 404),
    ("/%25252e%25252e/secret", 404),
    ("/%c0%ae%c0%ae/secret", 400),
    ("/%e0%80%ae%e0%80%ae/secret", 400),
    ("/%f0%80%80%ae/secret", 400),
    ("/..%c0%afsecret", 400),
    ("/..%c1%9csecret", 400),
    ("/%u002e%u002e/secret", 400),
    ("/..;/secret", 404),
    ("/..;a=b/secret", 404),
    ("/.../secret", 404),
    ("/....//secret", 400),
    ("/..../secret", 404),
    ("/..%00/secret", 400),
    ("/%00../secret", 400),
    ("/..%0d%0a/secret", 400),
    ("/..%09/secret", 400),
    ("/%ef%bc%8e%ef%bc%8e/secret", 404),
    ("/..%ef%bc%8fsecret", 404),
    ("//secret", 400),
    ("//../secret", 400),
    ("///etc/passwd", 400),
    ("/etc/passwd", 404),
    ("/C:/secret", 404),
    ("/file:///etc/passwd", 400),
    ("../secret", 400),
    ("secret", 400),
    ("?/../secret", 400),
    ("%2f..%2fsecret", 400),
    ("/..#", 400),
    ("/secret%00.html", 400),
    ("/secret%", 400),
    ("/secret%2", 400),
    ("/secret%zz", 400),
    ("/secret%+2", 400),
    ("/secret%2\u{e9}", 400),
    ("/?q=%", 400),
    ("/?q=%00", 400),
    ("/?q=%ff", 400),
    ("/%ff", 400),
    ("/%ed%a0%80", 400),
    ("/?q=%2e%2e%2f&..=..\\..&&=", 200),
    ("http://HOST/", 400),
    ("http://evil.example/", 400),
    ("https://HOST/", 400),
    ("*", 400),
    ("HOST", 400),
];

#[test]
fn no_path_leads_out() {
    let running = start();
    for (target, status) in TRAVERSALS {
        let answered = running.get(target);
        assert_eq!(answered.status, *status, "{target}: {}", answered.head);
    }
    let asked = running.site.asked.lock().unwrap();
    let passed = TRAVERSALS.iter().filter(|(_, status)| *status != 400).count();
    assert_eq!(asked.len(), passed, "what is refused is never asked for");
    for asked in asked.iter() {
        let names = asked.path.strip_prefix('/').unwrap();
        assert!(names.split('/').all(|name| name != "." && name != ".."), "{asked:?}");
        assert!(!asked.path.contains(['\\', '\0']) && !asked.path.contains("//"), "{asked:?}");
    }
}

#[test]
fn a_path_is_decoded_once() {
    let running = start();
    let answered = running.get("/%C3%BC%20x/%252e%252e;&/?a=1&b=%26+c&d&a=%E2%82%AC#".trim_end_matches('#'));
    assert_eq!((answered.status, answered.body.as_slice()), (200, &b"odd"[..]));
    let asked = running.site.asked.lock().unwrap().remove(0);
    assert_eq!(asked.path, "/ü x/%2e%2e;&/");
    let query: Vec<_> = asked.query.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(query, [("a", "1"), ("b", "& c"), ("d", ""), ("a", "€")]);
    assert_eq!(asked.value("a"), Some("1"));
}

/// Whole messages, and the status that comes back; 0 where the connection is closed without a word.
fn messages() -> Vec<(&'static str, Vec<u8>, u16)> {
    let head = |text: &str| format!("GET / HTTP/1.1\r\nHost: HOST\r\n{text}\r\n").into_bytes();
    vec![
        ("plain", head(""), 200),
        ("HTTP/1.0", b"GET / HTTP/1.0\r\nHost: HOST\r\n\r\n".to_vec(), 200),
        ("odd bytes in a header", b"GET / HTTP/1.1\r\nHost: HOST\r\nX: \xff\xfe\t\xc3\xbc\r\n\r\n".to_vec(), 200),
        ("a name in any case", b"GET / HTTP/1.1\r\nhOsT:HOST\t \r\n\r\n".to_vec(), 200),
        ("no length", head("Content-Length: 0\r\n"), 200),
        ("raw bytes in the path", b"GET /\xff\xfe HTTP/1.1\r\nHost: HOST\r\n\r\n".to_vec(), 400),
        ("raw UTF-8 in the path", "GET /ü HTTP/1.1\r\nHost: HOST\r\n\r\n".into(), 400),
        ("NUL in the path", b"GET /\0 HTTP/1.1\r\nHost: HOST\r\n\r\n".to_vec(), 400),
        ("NUL in a header", head("X: \0\r\n"), 400),
        ("escape in a header", head("X: \x1b[2J\r\n"), 400),
        ("a body", [head("Content-Length: 5\r\n"), b"hello".to_vec()].concat(), 413),
        ("a huge body", head("Content-Length: 99999999999999999999999999\r\n"), 413),
        ("a negative length", head("Content-Length: -1\r\n"), 400),
        ("a signed length", head("Content-Length: +0\r\n"), 400),
        ("an empty length", head("Content-Length:\r\n"), 400),
        ("a list of lengths", head("Content-Length: 0, 0\r\n"), 400),
        ("two lengths", head("Content-Length: 0\r\nContent-Length: 0\r\n"), 400),
        ("length and chunks", head("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"), 400),
        ("chunks and length", head("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"), 400),
        (
            "chunked junk",
            [head("Transfer-Encoding: chunked\r\n"), b"zz\r\n\xff\0junk\r\n-1\r\n".repeat(99)].concat(),
            400,
        ),
        ("odd chunks", head("Transfer-Encoding: xchunked\r\n"), 400),
        ("chunks by tab", head("Transfer-Encoding:\tchunked\r\n"), 400),
        ("space before the colon", head("Transfer-Encoding : chunked\r\n"), 400),
        ("tab before the colon", head("X\t: y\r\n"), 400),
        ("a folded line", head("X: a\r\n b\r\n"), 400),
        ("a folded line by tab", head("X: a\r\n\tTransfer-Encoding: chunked\r\n"), 400),
        ("a folded first line", b"GET / HTTP/1.1\r\n X: y\r\nHost: HOST\r\n\r\n".to_vec(), 400),
        ("no colon", head("junk\r\n"), 400),
        ("no name", head(": y\r\n"), 400),
        ("an odd name", head("X(): y\r\n"), 400),
        ("bare line feeds", b"GET / HTTP/1.1\nHost: HOST\n\n".to_vec(), 400),
        ("one bare line feed", head("X: a\nY: b\r\n"), 400),
        ("a bare carriage return", head("X: a\rY: b\r\n"), 400),
        ("two carriage returns", head("X: a\r\r\n"), 400),
        ("an empty first line", b"\r\nGET / HTTP/1.1\r\nHost: HOST\r\n\r\n".to_vec(), 400),
        ("HTTP/0.9", b"GET /\r\n".to_vec(), 400),
        ("HTTP/0.9 by name", b"GET / HTTP/0.9\r\nHost: HOST\r\n\r\n".to_vec(), 505),
        ("HTTP/2 by name", b"GET / HTTP/2.0\r\nHost: HOST\r\n\r\n".to_vec(), 505),
        ("HTTP/1.2", b"GET / HTTP/1.2\r\nHost: HOST\r\n\r\n".to_vec(), 505),
        ("HTTP/1.10", b"GET / HTTP/1.10\r\nHost: HOST\r\n\r\n".to_vec(), 505),
        ("http/1.1", b"GET / http/1.1\r\nHost: HOST\r\n\r\n".to_vec(), 400),
        ("the HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04".to_vec(), 505),
        ("TLS", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03".repeat(20), 400),
        ("SSH", b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(), 400),
        ("two spaces", b"GET  / HTTP/1.1\r\nHost: HOST\r\n\r\n".to_vec(), 400),
        ("a tab", b"GET\t/\tHTTP/1.1\r\nHost: HOST\r\n\r\n".to_vec(), 400),
        ("a space in the path", b"GET /a b HTTP/1.1\r\nHost: HOST\r\n\r\n".to_vec(), 400),
        ("a space at the end", b"GET / HTTP/1.1 \r\nHost: HOST\r\n\r\n".to_vec(), 400),
        ("nothing", Vec::new(), 0),
        ("a long path", format!("GET /{} HTTP/1.1\r\nHost: HOST\r\n\r\n", "a".repeat(8000)).into_bytes(), 404),
        ("1 MB of path", format!("GET /{} HTTP/1.1\r\nHost: HOST\r\n\r\n", "a".repeat(1 << 20)).into_bytes(), 414),
        ("100 headers", head(&"X: y\r\n".repeat(99)), 200),
        ("101 headers", head(&"X: y\r\n".repeat(100)), 431),
        ("100,000 headers", head(&"X: y\r\n".repeat(100_000)), 431),
        ("a header of 1 MB", head(&format!("X: {}\r\n", "y".repeat(1 << 20))), 431),
    ]
}

#[test]
fn messages_are_read_strictly() {
    let running = start();
    for (what, message, status) in messages() {
        let start = Instant::now();
        let answered = if message.is_empty() {
            drop(running.connect());
            None
        } else {
            running.send(&message)
        };
        assert_eq!(answered.map_or(0, |answered| answered.status), status, "{what}");
        assert!(start.elapsed() < Duration::from_secs(1), "{what}: took {:?}", start.elapsed());
    }
}

#[test]
fn only_our_own_names_are_answered() {
    let running = start();
    let port = running.address.port();
    let get = |lines: String| {
        let answered = running.send(format!("GET / HTTP/1.1\r\n{lines}\r\n").as_bytes()).unwrap();
        answered.status
    };
    for host in ["127.0.0.1", "localhost", "LocalHost", "[::1]"] {
        assert_eq!(get(format!("Host: {host}:{port}\r\n")), 200, "{host}");
    }
    for host in [
        "evil.example:PORT",
        "localhost.evil.example:PORT",
        "127.0.0.1.evil.example:PORT",
        "evil.example@127.0.0.1:PORT",
        "127.0.0.1:PORT@evil.example",
        "localhost:PORT.evil.example",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:1",
        "127.0.0.1:0PORT",
        "127.0.0.1:PORT:PORT",
        "127.1:PORT",
        "2130706433:PORT",
        "0x7f.1:PORT",
        "0.0.0.0:PORT",
        "192.168.0.1:PORT",
        "[::]:PORT",
        "[::ffff:127.0.0.1]:PORT",
        "::1:PORT",
        "http://127.0.0.1:PORT",
        "127.0.0.1:PORT, 127.0.0.1:PORT",
        "127.0.0.1:PORT/",
        "localhost.:PORT",
        "",
        ":PORT",
    ] {
        let host = host.replace("PORT", &port.to_string());
        assert_eq!(get(format!("Host: {host}\r\n")), 403, "{host:?}");
    }
    assert_eq!(get(String::new()), 400);
    assert_eq!(get("Host: HOST\r\nHost: HOST\r\n".to_owned()), 400);
    assert_eq!(get("Host: HOST\r\nhost: evil.example\r\n".to_owned()), 400);
    assert_eq!(get("Host: evil.example\r\nX-Forwarded-Host: HOST\r\n".to_owned()), 403);
    assert_eq!(get("Host: \u{e9}vil:80\r\n".to_owned()), 400);
}

#[test]
fn a_server_on_all_addresses_answers_to_addresses_alone() {
    let hosts = Hosts::of("0.0.0.0:4747".parse().unwrap());
    for host in ["127.0.0.1:4747", "localhost:4747", "192.168.0.7:4747", "[fe80::1]:4747"] {
        assert!(hosts.allow(host), "{host}");
    }
    for host in ["192.168.0.7:80", "192.168.0.7", "evil.example:4747", "192.168.0.7.evil.example:4747"] {
        assert!(!hosts.allow(host), "{host}");
    }
    let hosts = Hosts::of("127.0.0.2:80".parse().unwrap()).and("preview.larkspur.example");
    for host in ["127.0.0.2", "127.0.0.2:80", "localhost", "[::1]", "preview.larkspur.example"] {
        assert!(hosts.allow(host), "{host}");
    }
    assert!(!hosts.allow("127.0.0.2:4747"));
}

#[test]
fn nothing_can_be_written() {
    let running = start();
    let long = "A".repeat(8000);
    for method in [
        "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "Get", "head", "GETT",
        &long,
    ] {
        for target in ["/", "*", "HOST"] {
            let message = format!("{method} {target} HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\n\r\na=b");
            let answered = running.send(message.as_bytes()).unwrap();
            assert_eq!((answered.status, answered.header("Allow")), (405, Some("GET, HEAD")), "{method} {target}");
        }
    }
    for method in ["", "GE\u{7f}T", "G(T", "\u{e9}"] {
        let answered = running.send(format!("{method} / HTTP/1.1\r\nHost: HOST\r\n\r\n").as_bytes()).unwrap();
        assert_eq!(answered.status, 400, "{method:?}");
    }
    let long = "A".repeat(20_000);
    let answered = running.send(format!("{long} / HTTP/1.1\r\nHost: HOST\r\n\r\n").as_bytes()).unwrap();
    assert_eq!(answered.status, 414);
    assert!(running.site.asked.lock().unwrap().is_empty());
}

#[test]
fn every_answer_keeps_other_sites_away() {
    let running = start();
    let mut answers: Vec<_> =
        ["/", "/style.css", "/nothing", "/..", "/panic", "/moved", "/events"].map(|target| running.get(target)).into();
    for message in [
        "HEAD / HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET / HTTP/3.0\r\nHost: HOST\r\n\r\n",
    ] {
        answers.push(running.send(message.as_bytes()).unwrap());
    }
    answers
        .push(running.send(format!("HEAD /events?token={TOKEN} HTTP/1.1\r\nHost: HOST\r\n\r\n").as_bytes()).unwrap());
    let statuses: Vec<_> = answers.iter().map(|answered| answered.status).collect();
    assert_eq!(statuses, [200, 200, 404, 400, 500, 302, 403, 200, 405, 403, 505, 200]);
    for answered in &answers {
        for (name, value) in [
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Frame-Options", "DENY"),
            ("Connection", "close"),
        ] {
            let there =
                answered.head.lines().filter(|line| line.to_ascii_lowercase().starts_with(&name.to_ascii_lowercase()));
            assert_eq!(there.collect::<Vec<_>>(), [format!("{name}: {value}")], "{}", answered.head);
        }
        assert!(answered.header("Content-Type").is_some(), "{}", answered.head);
        assert_eq!(answered.header("Access-Control-Allow-Origin"), None);
    }
    assert_eq!(answers[0].header("Content-Type"), Some("text/html; charset=utf-8"));
    assert_eq!(answers[0].header("Content-Security-Policy"), Some("default-src 'self'"));
    assert_eq!(answers[1].header("Content-Type"), Some("text/css; charset=utf-8"));
    assert_eq!(answers[0].header("Content-Length"), Some("25"));
    assert_eq!(answers[0].body.len(), 25);
    // HEAD: the same head, no body.
    assert_eq!(answers[7].head, answers[0].head);
    assert!(answers[7].body.is_empty());
    // What the site hands over cannot break out of its line, nor take back what every answer has.
    let moved = &answers[5];
    assert!(!moved.head.contains("stolen") && !moved.head.contains("a=b"), "{}", moved.head);
    assert_eq!(moved.header("Content-Length"), Some("0"));
    assert_eq!(moved.header("Set-Cookie"), Some("audience=all; SameSite=Strict"));
    // A panic of the site tells nothing, and ends nothing.
    assert!(!String::from_utf8_lossy(&answers[4].body).contains("mistake"));
    assert_eq!(running.get("/").status, 200);
}

#[test]
fn one_request_a_connection() {
    let running = start();
    let two = "GET / HTTP/1.1\r\nHost: HOST\r\nConnection: keep-alive\r\n\r\n".repeat(50);
    let answered = running.send(two.as_bytes()).unwrap();
    assert_eq!((answered.status, answered.body.len()), (200, 25));
    // A second request that hides behind the first is not asked for either.
    let hidden =
        "GET / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\nGET /style.css HTTP/1.1\r\nHost: HOST\r\n\r\n";
    assert_eq!(running.send(hidden.as_bytes()).unwrap().body.len(), 25);
    // Nor can a header of the gate's own be forged.
    let forged = format!("GET /events?token={TOKEN} HTTP/1.1\r\nHost: HOST\r\nSlot: 0\r\nConnection: upgrade\r\n\r\n");
    let mut stream = running.connect();
    stream.write_all(forged.replace("HOST", &running.address.to_string()).as_bytes()).unwrap();
    assert!(until(Duration::from_secs(1), || running.site.streams.lock().unwrap().len() == 1));
    let paths: Vec<_> = running.site.asked.lock().unwrap().iter().map(|asked| asked.path.clone()).collect();
    assert_eq!(paths, ["/", "/", "/events"]);
}

#[test]
fn cookies_of_other_ports_do_no_harm() {
    let running = start();
    let lines = "Cookie: audience=all; other=\u{fc}; theme=dark\r\nCookie: n=\"1\"; flag; =; last=a=b\r\n";
    let answered = running.send(format!("GET / HTTP/1.1\r\nHost: HOST\r\n{lines}\r\n").as_bytes()).unwrap();
    assert_eq!(answered.status, 200);
    let asked = running.site.asked.lock().unwrap().remove(0);
    let cookies: Vec<_> = asked.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(cookies, ["audience=all", "theme=dark", "n=\"1\"", "=", "last=a=b"]);
    assert_eq!(asked.cookie("theme"), Some("dark"));
}

#[test]
fn foreign_pages_hear_no_events() {
    let running = start();
    let host = running.address.to_string();
    let ask = |token: &str, lines: &str| {
        let message = format!("HEAD /events?token={token} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n");
        running.send(message.as_bytes()).unwrap().status
    };
    assert_eq!(ask(TOKEN, ""), 200);
    assert_eq!(ask(TOKEN, &format!("Origin: http://{host}\r\n")), 200);
    assert_eq!(ask(TOKEN, "Sec-Fetch-Site: same-origin\r\n"), 200);
    for foreign in [
        "Origin: http://evil.example\r\n".to_owned(),
        "Origin: null\r\n".to_owned(),
        "Origin:\r\n".to_owned(),
        format!("Origin: https://{host}\r\n"),
        format!("Origin: http://{host}.evil.example\r\n"),
        format!("Origin: http://{host}/\r\n"),
        format!("Origin: http://localhost:{}\r\n", running.address.port()),
        "Sec-Fetch-Site: cross-site\r\n".to_owned(),
        "Sec-Fetch-Site: same-site\r\n".to_owned(),
        format!("Origin: http://{host}\r\nSec-Fetch-Site: cross-site\r\n"),
    ] {
        assert_eq!(ask(TOKEN, &foreign), 403, "{foreign}");
    }
    assert_eq!(ask(TOKEN, &format!("Origin: http://{host}\r\nOrigin: http://evil.example\r\n")), 400);
    for guess in ["", "0", &TOKEN[1..], &format!("{TOKEN}0"), &TOKEN.to_ascii_uppercase()] {
        assert_eq!(ask(guess, ""), 403, "{guess}");
    }
}

#[test]
fn half_sent_requests_give_way() {
    let running = start();
    let half: Vec<_> = (0..200)
        .map(|n| {
            let mut stream = running.connect();
            let text = format!("GET / HTTP/1.1\r\nHost: {}\r\n", running.address);
            let _ = stream.write_all(&text.as_bytes()[..n % text.len()]);
            stream
        })
        .collect();
    for _ in 0..5 {
        let start = Instant::now();
        assert_eq!(running.get("/").status, 200);
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    }
    drop(half);
}

#[test]
fn a_head_has_three_seconds() {
    let running = start();
    let begin = Instant::now();
    let mut drip = running.connect();
    let mut silent = running.connect();
    let sender = drip.try_clone().unwrap();
    let text = format!("GET / HTTP/1.1\r\nHost: {}\r\nX: {}", running.address, "y".repeat(500));
    let dripping = std::thread::spawn(move || {
        let mut sender = sender;
        for byte in text.bytes() {
            if sender.write_all(&[byte]).is_err() || begin.elapsed() > Duration::from_secs(5) {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    assert_eq!(cut(&all(&mut drip)).unwrap().status, 408);
    let took = begin.elapsed();
    assert!(took > Duration::from_millis(2900) && took < Duration::from_secs(4), "{took:?}");
    // A browser that opened a connection for later gets no answer to a question that it did not ask.
    assert!(all(&mut silent).is_empty());
    assert!(begin.elapsed() < Duration::from_secs(4));
    drop(drip);
    dripping.join().unwrap();
}

#[test]
fn a_client_that_does_not_read_blocks_nobody() {
    let running = start();
    let mut lazy: Vec<_> = (0..70)
        .map(|_| {
            let mut stream = running.connect();
            // A newcomer may be turned away already.
            let _ = stream.write_all(format!("GET /big.mp4 HTTP/1.1\r\nHost: {}\r\n\r\n", running.address).as_bytes());
            stream
        })
        .collect();
    // Every slot is taken by an answer that nobody reads. When the first have had their time, they give way.
    assert!(until(Duration::from_secs(5), || cut(
        &running.raw(format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", running.address).as_bytes())
    )
    .is_some_and(|answered| answered.status == 200)));
    lazy.truncate(10);
    let start = Instant::now();
    assert_eq!(running.get("/").status, 200);
    assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
    let big = running.get("/big.mp4");
    assert_eq!((big.status, big.body.len(), big.header("Content-Type")), (200, BIG, Some("video/mp4")));
}

#[test]
fn a_slow_answer_is_waited_for_by_its_client_alone() {
    let running = start();
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| running.get("/slow"));
        let start = Instant::now();
        assert_eq!(running.get("/").status, 200);
        assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
        assert_eq!(slow.join().unwrap().body, b"slow");
    });
}

#[test]
fn a_part_of_a_file_can_be_had() {
    let running = start();
    let ask = |method: &str, range: &str| {
        let message = format!("{method} /style.css HTTP/1.1\r\nHost: HOST\r\nRange: {range}\r\n\r\n");
        let answered = running.send(message.as_bytes()).unwrap();
        let part = answered.header("Content-Range").unwrap_or_default().to_owned();
        assert_eq!(
            answered.header("Content-Length"),
            Some(if method == "HEAD" { 19 } else { answered.body.len() }).map(|n| n.to_string()).as_deref()
        );
        (answered.status, part, String::from_utf8(answered.body).unwrap())
    };
    let row = |status, part: &str, body: &str| (status, part.to_owned(), body.to_owned());
    let whole = row(200, "", "h1 { color: green }");
    assert_eq!(ask("GET", "bytes=0-1"), row(206, "bytes 0-1/19", "h1"));
    assert_eq!(ask("GET", "bytes=0-"), row(206, "bytes 0-18/19", "h1 { color: green }"));
    assert_eq!(ask("GET", "bytes=12-999999999999999999999999999999"), row(206, "bytes 12-18/19", "green }"));
    assert_eq!(ask("GET", "bytes=-1"), row(206, "bytes 18-18/19", "}"));
    assert_eq!(ask("GET", "bytes=-100"), row(206, "bytes 0-18/19", "h1 { color: green }"));
    for outside in ["bytes=19-", "bytes=99-100", "bytes=-0", "bytes=99999999999999999999999-"] {
        assert_eq!(ask("GET", outside), row(416, "bytes */19", ""), "{outside}");
    }
    for odd in
        ["bytes=2-1", "bytes=0-1,3-4", "bytes=", "bytes=-", "bytes=+1-2", "bytes=a-b", "lines=1-2", "", "bytes=--1"]
    {
        assert_eq!(ask("GET", odd), whole, "{odd}");
    }
    assert_eq!(ask("HEAD", "bytes=0-1"), row(200, "", ""));
}

#[test]
fn events_come_at_once_to_all() {
    let running = start();
    let mut streams: Vec<_> = (0..40).map(|_| running.events()).collect();
    assert!(until(Duration::from_secs(1), || running.site.streams.lock().unwrap().len() == 40));
    let rounds = (0..5).map(|round| {
        let event = format!("event: changed\ndata: {round}\n\n");
        let sent = Instant::now();
        for sender in running.site.streams.lock().unwrap().iter() {
            sender.send(event.clone()).unwrap();
        }
        for stream in &mut streams {
            let mut came = vec![0; event.len()];
            stream.read_exact(&mut came).unwrap();
            assert_eq!(came, event.as_bytes());
        }
        sent.elapsed()
    });
    // The tests beside this one take the machine away now and then: one undisturbed round tells what the server does.
    let best = rounds.min().unwrap();
    assert!(best < Duration::from_millis(50), "{best:?}");
    assert_eq!(running.get("/").status, 200);
    // There is an end to them, which leaves room for pages.
    streams.extend((0..8).map(|_| running.events()));
    assert_eq!(running.get(&format!("/events?token={TOKEN}")).status, 503);
    assert_eq!(running.get("/").status, 200);
    // A sender that is dropped ends its stream.
    running.site.streams.lock().unwrap().remove(0);
    assert!(all(&mut streams[0]).is_empty());
    // So does the server.
    let stop = Instant::now();
    running.server.stop();
    assert!(stop.elapsed() < Duration::from_millis(300), "{:?}", stop.elapsed());
    for stream in &mut streams[1..] {
        assert!(all(stream).is_empty());
    }
    assert!(stop.elapsed() < Duration::from_millis(600), "{:?}", stop.elapsed());
    assert!(until(Duration::from_secs(2), || {
        running.site.streams.lock().unwrap().iter().all(|sender| sender.send(String::new()).is_err())
    }));
}

#[test]
fn a_listener_that_goes_is_noticed() {
    let running = start();
    let stream = running.events();
    let sender = running.site.streams.lock().unwrap().remove(0);
    drop(stream);
    assert!(until(Duration::from_secs(3), || sender.send("\n".to_owned()).is_err()));
    // Without a word from the sender, too.
    let stream = running.events();
    drop(stream);
    std::thread::sleep(Duration::from_millis(2500));
    assert!(running.site.streams.lock().unwrap()[0].send(String::new()).is_err());
}

#[test]
fn streams_that_nobody_hears_give_way() {
    let running = start();
    drop((0..48).map(|_| running.events()).collect::<Vec<_>>());
    drop((0..48).map(|_| running.events()).collect::<Vec<_>>());
}

#[test]
fn a_server_on_any_address_stops() {
    for bind in ["0.0.0.0", "::1", "::"] {
        // A machine may have no IPv6.
        let Ok(listener) = listen(bind.parse().unwrap(), Some(0), 4747) else { continue };
        let address = listener.local_addr().unwrap();
        let server = serve(listener, Hosts::of(address), Arc::new(Site::default())).unwrap();
        let stop = Instant::now();
        server.stop();
        assert!(stop.elapsed() < Duration::from_millis(300), "{bind}: {:?}", stop.elapsed());
        drop(listen(address.ip(), Some(address.port()), 4747).unwrap());
    }
}

#[test]
fn a_server_that_stops_leaves_its_port() {
    let running = start();
    let (_half, _stream) = (running.connect(), running.events());
    let stop = Instant::now();
    running.server.stop();
    running.server.stop();
    assert!(stop.elapsed() < Duration::from_millis(300), "{:?}", stop.elapsed());
    assert!(std::net::TcpStream::connect(running.address).is_err());
    drop(listen(running.address.ip(), Some(running.address.port()), 1).unwrap());
}

#[test]
fn the_next_free_port_is_taken() {
    let local = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let first = listen(local, Some(0), 4747).unwrap();
    let port = first.local_addr().unwrap().port();
    assert!(listen(local, Some(port), 4747).is_err(), "a port that was asked for is that or none");
    let next = listen(local, None, port).unwrap().local_addr().unwrap().port();
    assert!(next > port && next < port + 100, "{port} {next}");
    assert!(listen("203.0.113.1".parse().unwrap(), None, 4747).is_err());
}

#[test]
fn small_things() {
    let (one, two) = (token().unwrap(), token().unwrap());
    assert!(one != two && one.len() == 32 && one.bytes().all(|byte| byte.is_ascii_hexdigit()));
    for (path, kind) in [
        ("/a/index.html", "text/html; charset=utf-8"),
        ("search.JS", "text/javascript; charset=utf-8"),
        ("a.svg", "image/svg+xml; charset=utf-8"),
        ("feed.xml", "application/xml; charset=utf-8"),
        ("a.tar.gz", "application/gzip"),
        ("/a.html/b", "application/octet-stream"),
        ("html", "application/octet-stream"),
        ("", "application/octet-stream"),
    ] {
        assert_eq!(content_type(path), kind, "{path}");
    }
}
