//! The examples of the `CommonMark` spec through our own pipeline, and a few of GitHub's extensions.
//!
//! `commonmark/differences.txt` lists every example whose HTML is not the standard's, with the reason. An unlisted difference
//! fails, and so does a listed one that is none any more.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tiltyard::markdown::{LinkForm, outline};
use tiltyard::model::body::LinkView;
use tiltyard::render::highlight::Highlighter;
use tiltyard::render::html::{BodyInput, body};

/// A body in which every link goes exactly where its author wrote.
fn html(markdown: &str, highlighter: &Highlighter) -> String {
    let links: Vec<LinkView> = outline(markdown, 0)
        .links
        .into_iter()
        .map(|link| match link.form {
            LinkForm::Mention => LinkView::Text,
            LinkForm::Image | LinkForm::HtmlSrc => LinkView::Image { src: link.target },
            _ => LinkView::Href { href: link.target, external: false, title: None },
        })
        .collect();
    body(&BodyInput { text: markdown, start: 0, links: &links, terms: &[], skip_title: false }, highlighter)
}

/// Replaces every shortest text from `start` to `end` by `by`.
fn replace(html: &str, start: &str, end: &str, by: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, inside)) = rest.split_once(start) {
        let Some((_, after)) = inside.split_once(end) else { break };
        out += before;
        out += by;
        rest = after;
    }
    out + rest
}

/// Our HTML without what we add on purpose to every heading, code block and picture.
fn without_additions(html: &str) -> String {
    let mut html = replace(html, "<figcaption>", "</figcaption>", "");
    html = html.replace("<figure class=\"code\"><pre tabindex=\"0\">", "<pre>").replace("</pre></figure>", "</pre>");
    html = html.replace(" loading=\"lazy\"", "");
    for level in 1..=6 {
        html = replace(&html, &format!("<h{level} id=\""), ">", &format!("<h{level}>"));
    }
    html = replace(&html, " <a class=\"anchor\" href=\"#", "</a>", "");
    let mut out = String::new();
    let mut rest = html.as_str();
    while let Some((before, inside)) = rest.split_once("<pre>") {
        let (code, after) = inside.split_once("</pre>").unwrap_or((inside, ""));
        let _ = write!(out, "{before}<pre>{}</pre>", replace(code, "<span class=\"", "\">", "").replace("</span>", ""));
        rest = after;
    }
    out + rest
}

/// What HTML says in more than one way, said in one.
fn normal(html: &str) -> String {
    let lines: Vec<&str> = html.lines().collect();
    lines.join("\n").replace("/>", ">").replace(" >", ">").replace("<p></p>\n", "")
}

/// The list: example to reason.
fn listed() -> BTreeMap<u64, String> {
    include_str!("commonmark/differences.txt")
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (number, reason) = line.split_once(' ').expect("a number and a reason");
            (number.parse().expect("a number"), reason.trim().to_owned())
        })
        .collect()
}

#[test]
fn the_examples_of_the_standard() {
    let examples: Vec<serde_json::Value> = serde_json::from_str(include_str!("commonmark/spec.json")).expect("JSON");
    assert_eq!(examples.len(), 652);
    let listed = listed();
    let highlighter = Highlighter::new();
    let mut report = String::new();
    for example in &examples {
        let number = example["example"].as_u64().expect("a number");
        let markdown = example["markdown"].as_str().expect("text");
        let ours = normal(&without_additions(&html(markdown, &highlighter)));
        let theirs = normal(example["html"].as_str().expect("text"));
        match (ours == theirs, listed.get(&number)) {
            (false, None) => {
                let _ = writeln!(report, "example {number} ({}) differs\n{markdown:?}\n  theirs {theirs:?}\n  ours   {ours:?}", example["section"]);
            }
            (true, Some(reason)) => {
                let _ = writeln!(report, "example {number} is listed as different ({reason}) and is not");
            }
            _ => {}
        }
    }
    assert!(report.is_empty(), "{report}");
}
