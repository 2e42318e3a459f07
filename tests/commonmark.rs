//! The examples of the `CommonMark` spec through our own pipeline, and a few of GitHub's extensions.
//!
//! `commonmark/differences.txt` lists every example whose HTML is not the standard's, with the reason. An unlisted difference
//! fails, and so does a listed one that is none any more.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test lays things out on disk, runs the program on them, and may fail loudly"
)]

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
            let (number, reason) = line.split_once(' ').unwrap_or((line, ""));
            (number.parse().unwrap_or_default(), reason.trim().to_owned())
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
                let _ = writeln!(
                    report,
                    "example {number} ({}) differs\n{markdown:?}\n  theirs {theirs:?}\n  ours   {ours:?}",
                    example["section"]
                );
            }
            (true, Some(reason)) => {
                let _ = writeln!(report, "example {number} is listed as different ({reason}) and is not");
            }
            _ => {}
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// GitHub's extensions as its own spec (0.29-gfm) has them, where we do not change them on purpose.
#[test]
fn githubs_extensions() {
    let highlighter = Highlighter::new();
    let table = |inner: &str| {
        format!(
            "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n{inner}</table></div>\n"
        )
    };
    let cases = [
        // Tables: examples 198, 199, 200, 203, 204, 205.
        (
            "| foo | bar |\n| --- | --- |\n| baz | bim |\n",
            table(
                "<thead>\n<tr>\n<th>foo</th>\n<th>bar</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>baz</td>\n<td>bim</td>\n</tr>\n</tbody>\n",
            ),
        ),
        (
            "| abc | defghi |\n:-: | -----------:\nbar | baz\n",
            table(
                "<thead>\n<tr>\n<th class=\"center\">abc</th>\n<th class=\"right\">defghi</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n\
                <td class=\"center\">bar</td>\n<td class=\"right\">baz</td>\n</tr>\n</tbody>\n",
            ),
        ),
        (
            "| f\\|oo  |\n| ------ |\n| b `\\|` az |\n| b **\\|** im |\n",
            table(
                "<thead>\n<tr>\n<th>f|oo</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b <code>|</code> az</td>\n</tr>\n<tr>\n\
                <td>b <strong>|</strong> im</td>\n</tr>\n</tbody>\n",
            ),
        ),
        ("| abc | def |\n| --- |\n| bar |\n", "<p>| abc | def |\n| --- |\n| bar |</p>\n".to_owned()),
        (
            "| abc | def |\n| --- | --- |\n| bar |\n| bar | baz | boo |\n",
            table(
                "<thead>\n<tr>\n<th>abc</th>\n<th>def</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>bar</td>\n<td></td>\n</tr>\n<tr>\n\
                <td>bar</td>\n<td>baz</td>\n</tr>\n</tbody>\n",
            ),
        ),
        ("| abc | def |\n| --- | --- |\n", table("<thead>\n<tr>\n<th>abc</th>\n<th>def</th>\n</tr>\n</thead>\n")),
        // Task lists: examples 279, 280.
        (
            "- [ ] foo\n- [x] bar\n",
            "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"foo\"> foo</li>\n\
             <li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"bar\"> bar</li>\n</ul>\n"
                .to_owned(),
        ),
        (
            "- [x] foo\n  - [ ] bar\n- [ ] baz\n",
            "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"foo\"> foo\n<ul>\n\
             <li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"bar\"> bar</li>\n</ul>\n</li>\n\
             <li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"baz\"> baz</li>\n</ul>\n"
                .to_owned(),
        ),
        // Strikethrough: examples 491, 492.
        ("~~Hi~~ Hello, ~there~ world!\n", "<p><del>Hi</del> Hello, <del>there</del> world!</p>\n".to_owned()),
        ("This ~~has a\n\nnew paragraph~~.\n", "<p>This ~~has a</p>\n<p>new paragraph~~.</p>\n".to_owned()),
    ];
    for (markdown, expected) in cases {
        assert_eq!(html(markdown, &highlighter), expected, "{markdown}");
    }
}

/// GitHub's autolinks: each text with the address it becomes and the text of the link. Of examples 622 to 632; `linkify` ends an
/// address before an unbalanced parenthesis (626) and wants a top-level domain of two letters in e-mail (632).
#[test]
fn githubs_autolinks() {
    let cases = [
        ("www.commonmark.org", "http://www.commonmark.org", "www.commonmark.org"),
        ("Visit www.commonmark.org/help for more.", "http://www.commonmark.org/help", "www.commonmark.org/help"),
        ("Visit www.commonmark.org.", "http://www.commonmark.org", "www.commonmark.org"),
        (
            "www.google.com/search?q=Markup+(business)",
            "http://www.google.com/search?q=Markup+(business)",
            "www.google.com/search?q=Markup+(business)",
        ),
        (
            "(www.google.com/search?q=Markup+(business))",
            "http://www.google.com/search?q=Markup+(business)",
            "www.google.com/search?q=Markup+(business)",
        ),
        ("www.commonmark.org/he<lp", "http://www.commonmark.org/he", "www.commonmark.org/he"),
        ("http://commonmark.org", "http://commonmark.org", "http://commonmark.org"),
        (
            "https://encrypted.google.com/search?q=Markup+(business)",
            "https://encrypted.google.com/search?q=Markup+(business)",
            "https://encrypted.google.com/search?q=Markup+(business)",
        ),
        ("foo@bar.baz", "mailto:foo@bar.baz", "foo@bar.baz"),
        (
            "hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.",
            "mailto:hello+xyz@mail.example",
            "hello+xyz@mail.example",
        ),
    ];
    let mut report = String::new();
    for (markdown, target, text) in cases {
        let links: Vec<_> =
            outline(markdown, 0).links.into_iter().map(|link| (link.form, link.target, link.text)).collect();
        if links != [(LinkForm::Auto, target.to_owned(), text.to_owned())] {
            let _ = writeln!(report, "{markdown:?}: {links:?}");
        }
    }
    assert!(report.is_empty(), "{report}");
}
