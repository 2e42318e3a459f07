//! Chromium by way of WebDriver (W3C), spoken over plain HTTP to chromedriver.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    /// Removed when the browser is gone.
    profile: tempfile::TempDir,
}

impl Browser {
    /// Starts chromedriver and a headless browser that prefers light or dark.
    pub fn start(dark: bool) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed by tests/run.sh");
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Self { driver, port, session: String::new(), profile };
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "chromedriver does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        let mut args: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ]
        .map(str::to_owned)
        .to_vec();
        args.push(format!("--user-data-dir={}", browser.profile.path().display()));
        if dark {
            args.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": args},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let answer = browser.call("POST", "/session", &wanted);
        answer["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {answer}")).clone_into(&mut browser.session);
        browser
    }

    /// Opens an address and waits until it is loaded.
    pub fn go(&self, url: &str) {
        self.command("url", &json!({ "url": url }));
    }

    /// Gives the page this many CSS pixels, whatever the window's smallest size.
    pub fn resize(&self, width: u32, height: u32) {
        self.command(
            "goog/cdp/execute",
            &json!({"cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}}),
        );
    }

    /// The accessibility tree of the page, as the browser tells it to assistive software.
    #[allow(dead_code, reason = "not every test looks at it")]
    pub fn accessibility(&self) -> Value {
        self.command("goog/cdp/execute", &json!({"cmd": "Accessibility.getFullAXTree", "params": {}}))["nodes"].clone()
    }

    /// Asks the browser itself, by the Chrome DevTools Protocol.
    #[allow(dead_code, reason = "not every test needs it")]
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.command("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Runs a function body in the page; `arguments[0]` is the page's own folder of the site.
    pub fn run(&self, script: &str) -> Value {
        let base = self.command_value("url");
        let base = base.as_str().and_then(|url| url.find("/kb/").map(|at| url[..at + 4].to_owned()));
        self.command("execute/sync", &json!({ "script": script, "args": [base] }))
    }

    /// Waits until a function body returns true.
    pub fn wait_for(&self, script: &str) {
        let until = Instant::now() + Duration::from_secs(10);
        while self.run(script) != json!(true) {
            assert!(Instant::now() < until, "never true: {script}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the browser complained about since the last time: policy violations, missing files, errors of scripts.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.command("se/log", &json!({ "type": "browser" }));
        let entries = log.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| entry["message"].as_str().unwrap_or("").to_owned())
            .filter(|message| !message.contains("favicon.ico"))
            .collect()
    }

    fn command(&self, path: &str, body: &Value) -> Value {
        self.call("POST", &format!("/session/{}/{path}", self.session), body)
    }

    fn command_value(&self, path: &str) -> Value {
        self.call("GET", &format!("/session/{}/{path}", self.session), &Value::Null)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.port,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // The driver may close the connection without a farewell; the length says when the answer is whole.
        let mut buffer = [0; 8192];
        loop {
            let read = stream.read(&mut buffer).unwrap_or(0);
            answer.extend_from_slice(&buffer[..read]);
            if read == 0 || is_whole(&answer) {
                break;
            }
        }
        let text = String::from_utf8_lossy(&answer);
        let json = text.split_once("\r\n\r\n").map_or("", |(_, json)| json);
        let value: Value =
            serde_json::from_str(json).unwrap_or_else(|error| panic!("{method} {path}: {error}: {text}"));
        let value = value["value"].clone();
        assert!(value["error"].is_null(), "{method} {path}: {value}");
        value
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    let start = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(0) + 4;
    length.is_some_and(|length| answer.len() >= start + length)
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.call("DELETE", &format!("/session/{}", self.session), &Value::Null);
        }
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}
