//! What a browser gets: pages of the tree with the preview's script, and the preview's own few addresses.
//!
//! In: a request that passed the gate. Out: an answer made from the newest state alone; no path of the request ever meets the disk.

use std::sync::Arc;

use serde_json::json;

use super::http::{Answer, Answers, Asked};
use super::kinds::content_type;
use super::preview::{Preview, View};
use super::state::State;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::address::encoded;
use crate::pipeline::{Revision, Value};
use crate::source::{OutputPath, SourcePath};

/// Where the preview's own files are, below the site's address.
const OWN: &str = "/_tiltyard/";
/// Which reader a browser looks as: `audience.drafts`, two numbers.
const COOKIE: &str = "tiltyard-view";

const SCRIPT: &str = include_str!("client/preview.js");
const STYLE: &str = include_str!("client/preview.css");
const REPORT: &str = include_str!("client/report.html");
const REPORT_SCRIPT: &str = include_str!("client/report.js");

/// Answers from a preview.
pub struct Desk {
    /// The preview.
    pub preview: Arc<Preview>,
    /// Where the editor is, with `{path}`, `{line}` and `{column}`; `{path}` is the file's whole path.
    pub editor: String,
    /// The root's own path, for the editor alone.
    pub root: String,
}

impl Answers for Desk {
    fn answer(&self, asked: &Asked) -> Answer {
        let state = self.preview.state();
        let base = state.inputs.config.base_path();
        let Some(path) = asked.path.strip_prefix(base).filter(|path| path.starts_with('/')) else {
            let below = if asked.path == base { "/" } else { &asked.path };
            return redirect(&format!("{base}{below}"));
        };
        if let Some(own) = path.strip_prefix(OWN) {
            return self.own(asked, &state, own);
        }
        self.preview.asked();
        let view = view(asked, &state);
        let other = (view != View::of(&state.inputs.config)).then(|| self.preview.revision(&state, view)).flatten();
        match other {
            Some(revision) => self.page(&state, &revision, path, false),
            None => self.page(&state, &state.revision, path, true),
        }
    }
}

impl Desk {
    fn page(&self, state: &State, revision: &Revision, path: &str, own_view: bool) -> Answer {
        let base = state.inputs.config.base_path();
        let at = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
        let output = OutputPath::new(&at);
        // What was kept is what the reader of this state saw; it may not be for another reader.
        if let Some(kept) = state.kept.get(&output).filter(|_| own_view) {
            return self.html(state, 200, &kept.bytes, path, Some(&kept.source));
        }
        match revision.value(&output) {
            Some(Value::File(bytes)) if at.ends_with(".html") => {
                self.html(state, 200, &bytes, path, revision.source(&output).as_ref())
            }
            Some(Value::File(body)) => {
                Answer::Body { status: 200, content_type: content_type(&at).into(), body, headers: Vec::new() }
            }
            Some(Value::Broken(source, fault)) => {
                self.html(state, 500, broken(&fault).as_bytes(), path, source.as_ref())
            }
            None if !path.ends_with('/') && revision.has(&OutputPath::new(&format!("{path}/index.html"))) => {
                redirect(&format!("{base}{path}/"))
            }
            None => match revision.value(&OutputPath::new("404.html")) {
                Some(Value::File(bytes)) => self.html(state, 404, &bytes, path, None),
                _ => self.html(state, 404, broken_text("Page not found").as_bytes(), path, None),
            },
        }
    }

    /// A page with the preview's script in its head.
    fn html(&self, state: &State, status: u16, bytes: &[u8], path: &str, source: Option<&SourcePath>) -> Answer {
        let text = String::from_utf8_lossy(bytes);
        let base = escaped(state.inputs.config.base_path());
        let head = format!(
            "<link rel=\"stylesheet\" href=\"{base}{OWN}preview.css\"><script defer src=\"{base}{OWN}preview.js\" data-token=\"{}\" \
             data-revision=\"{}\" data-base=\"{base}\" data-page=\"{}\" data-source=\"{}\"></script>",
            self.preview.token,
            state.number,
            escaped(path),
            escaped(source.map_or("", SourcePath::as_str)),
        );
        // A page that only leads elsewhere runs no script.
        let leads_on = text.contains("http-equiv=\"refresh\"");
        let body = match text.find("</head>").filter(|_| !leads_on) {
            Some(end) => format!("{}{head}{}", text.get(..end).unwrap_or(""), text.get(end..).unwrap_or("")),
            None if leads_on => text.into_owned(),
            None => format!("{head}{text}"),
        };
        document(status, body)
    }

    fn own(&self, asked: &Asked, state: &Arc<State>, own: &str) -> Answer {
        match own {
            "preview.js" => file("text/javascript; charset=utf-8", SCRIPT),
            "preview.css" => file("text/css; charset=utf-8", STYLE),
            "report.js" => file("text/javascript; charset=utf-8", REPORT_SCRIPT),
            "" => {
                let base = escaped(state.inputs.config.base_path());
                let page = REPORT.replace("{base}", &base).replace("{token}", &self.preview.token);
                document(200, page)
            }
            "events" | "state.json" | "report.json" | "view" if !self.may(asked) => {
                Answer::text(403, "This is for pages of the preview itself.")
            }
            "events" => Answer::Events(self.preview.listen()),
            "state.json" => data(&self.state(asked, state)),
            "report.json" => data(&self.report(state)),
            "view" => choose(asked, state),
            _ => Answer::text(404, "There is nothing here."),
        }
    }

    /// Whether one of our own pages asks.
    fn may(&self, asked: &Asked) -> bool {
        asked.same_origin() && asked.value("token") == Some(self.preview.token.as_str())
    }

    /// What the bar and the overlay of one page show.
    fn state(&self, asked: &Asked, state: &State) -> serde_json::Value {
        let config = &state.inputs.config;
        let view = view(asked, state);
        let told = state.told();
        let source = asked.value("source").filter(|source| !source.is_empty());
        let (here, elsewhere): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
            told.iter().partition(|one| one.place.as_ref().is_some_and(|place| Some(place.path.as_str()) == source));
        let here: Vec<Diagnostic> = here.into_iter().filter(|one| one.severity == Severity::Error).cloned().collect();
        let count = |severity| elsewhere.iter().filter(|one| one.severity == severity).count();
        json!({
            "revision": state.number,
            "complete": state.diagnostics.get().is_some(),
            "fault": state.fault,
            "here": self.described(&here, state),
            "elsewhere": { "errors": count(Severity::Error), "warnings": count(Severity::Warning), "due": count(Severity::Due) },
            "audiences": config.audiences,
            "audience": view.audience,
            "drafts": view.drafts,
            "pages": state.revision.summary().pages,
            "milliseconds": state.took().as_millis(),
            "kept": source.is_some_and(|source| state.kept.values().any(|kept| kept.source.as_str() == source)),
        })
    }

    /// Everything a maintainer wants to know.
    fn report(&self, state: &State) -> serde_json::Value {
        let told = state.told();
        let timings: Vec<_> = state
            .timings
            .iter()
            .map(|(name, time)| json!({ "stage": name, "milliseconds": time.as_secs_f64() * 1000.0 }))
            .collect();
        let site = state.revision.site();
        let orphans: Vec<_> = state.revision.orphans().into_iter().filter_map(|path| site.pages.get(&path)).collect();
        let orphans: Vec<_> = orphans
            .into_iter()
            .map(
                |page| json!({ "title": page.title, "path": page.path().as_str(), "address": page.permalink.as_str() }),
            )
            .collect();
        let summary = state.revision.summary();
        json!({
            "revision": state.number,
            "complete": state.diagnostics.get().is_some(),
            "fault": state.fault,
            "pages": summary.pages,
            "links": summary.links,
            "files": state.revision.len(),
            "timings": timings,
            "diagnostics": self.described(&told, state),
            "orphans": orphans,
        })
    }

    /// Diagnostics with the address that opens each in the editor.
    fn described(&self, diagnostics: &[Diagnostic], state: &State) -> serde_json::Value {
        let mut all = self.preview.describe(diagnostics, &state.inputs.tree);
        for one in all.as_array_mut().into_iter().flatten() {
            let Some(path) = one.get("path").and_then(serde_json::Value::as_str) else { continue };
            let number = |name: &str| one.get(name).and_then(serde_json::Value::as_u64).unwrap_or(1).to_string();
            let whole = encoded(&format!("{}/{path}", self.root));
            let address = self.editor.replace("{line}", &number("line")).replace("{column}", &number("column"));
            let address = address.replace("{path}", &whole);
            if let Some(one) = one.as_object_mut() {
                one.insert("editor".to_owned(), address.into());
            }
        }
        all
    }
}

/// Changes the reader that this browser looks as.
fn choose(asked: &Asked, state: &State) -> Answer {
    let audience = asked.value("audience").and_then(|text| text.parse::<usize>().ok());
    let audience = audience.filter(|audience| *audience < state.inputs.config.audiences.len());
    let base = state.inputs.config.base_path();
    let to = asked.value("to").filter(|to| to.starts_with('/') && !to.starts_with("//") && !to.contains('\\'));
    let Some(audience) = audience else { return Answer::text(400, "There is no such audience.") };
    let drafts = u8::from(asked.value("drafts") == Some("1"));
    let cookie = format!("{COOKIE}={audience}.{drafts}; Path={base}/; SameSite=Strict; HttpOnly");
    let location = format!("{base}{}", encoded(to.unwrap_or("/")));
    Answer::Body {
        status: 303,
        content_type: "text/plain; charset=utf-8".into(),
        body: Arc::from([]),
        headers: vec![("Set-Cookie", cookie), ("Location", location)],
    }
}

/// The reader that a browser has chosen; the site's own where it has not, or where the configuration no longer has that one.
fn view(asked: &Asked, state: &State) -> View {
    let config = &state.inputs.config;
    let chosen = || {
        let (audience, drafts) = asked.cookie(COOKIE)?.split_once('.')?;
        let audience = audience.parse().ok().filter(|audience| *audience < config.audiences.len())?;
        Some(View { audience, drafts: drafts == "1" })
    };
    chosen().unwrap_or_else(|| View::of(config))
}

fn redirect(to: &str) -> Answer {
    Answer::Body {
        status: 302,
        content_type: "text/plain; charset=utf-8".into(),
        body: Arc::from([]),
        headers: vec![("Location", encoded(to))],
    }
}

fn document(status: u16, text: String) -> Answer {
    let body = Arc::from(text.into_bytes());
    Answer::Body { status, content_type: "text/html; charset=utf-8".into(), body, headers: Vec::new() }
}

fn file(content_type: &'static str, text: &str) -> Answer {
    Answer::Body {
        status: 200,
        content_type: content_type.into(),
        body: Arc::from(text.as_bytes()),
        headers: Vec::new(),
    }
}

fn data(value: &serde_json::Value) -> Answer {
    let body = Arc::from(value.to_string().into_bytes());
    Answer::Body { status: 200, content_type: "application/json; charset=utf-8".into(), body, headers: Vec::new() }
}

/// A page in the place of one that cannot be drawn. What is wrong with it stands in the overlay; without JavaScript, here.
fn broken(fault: &Diagnostic) -> String {
    let place = fault.place.as_ref().map_or("", |place| place.path.as_str());
    broken_text(&format!("This page cannot be drawn: {} ({place})", fault.message))
}

fn broken_text(text: &str) -> String {
    let text = escaped(text);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{text}</title></head><body><main id=\"main\"><p>{text}</p></main></body></html>"
    )
}

/// Text in HTML and in quoted attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
