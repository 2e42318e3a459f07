//! The dialect from outside: what the outline says of a body, what the body becomes, and what holds for any text at all.
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

use std::time::{Duration, Instant};

use proptest::prelude::*;
use tiltyard::markdown::{LinkForm, Node, Outline, ProblemKind, Role, Tag, Token, events, outline, plain_text};
use tiltyard::model::body::{LinkView, TermView};
use tiltyard::render::highlight::Highlighter;
use tiltyard::render::html::{BodyInput, body};
use tiltyard::source::Span;

/// Every link goes where its author wrote; mentions stay text.
fn views(outline: &Outline) -> Vec<LinkView> {
    let view = |link: &tiltyard::markdown::Link| match link.form {
        LinkForm::Mention => LinkView::Text,
        LinkForm::Image | LinkForm::HtmlSrc => LinkView::Image { src: link.target.clone() },
        _ => LinkView::Href { href: link.target.clone(), external: link.target.contains("://"), title: None },
    };
    outline.links.iter().map(view).collect()
}

fn html_with(text: &str, links: &[LinkView], terms: &[TermView]) -> String {
    body(&BodyInput { text, start: 0, links, terms, skip_title: false }, &Highlighter::new())
}

fn html(text: &str) -> String {
    html_with(text, &views(&outline(text, 0)), &[])
}

fn check(text: &str, expected: &str) {
    assert_eq!(html(text).trim_end(), expected, "{text}");
}

fn at(text: &str, span: Span) -> &str {
    &text[span.start..span.end]
}

// ---- outline

#[test]
fn links_know_the_place_of_their_target() {
    let text = "---\nx: y\n---\nSee [a](b.md#c \"t\"), [ref], [r][ref], ![i](<p q.png>), [[w#h|text]], <https://e.example>,\n\
        www.e.example, me@e.example, CWE-89. <a href=\"raw.md\">x</a> <img src='i.png'> [esc](a\\_b.md) [x]( /y )\n\n[ref]: ../r.md 'T'\n";
    let outline = outline(text, 13);
    let found: Vec<_> =
        outline.links.iter().map(|link| (link.form, link.target.as_str(), at(text, link.span))).collect();
    assert_eq!(
        found,
        [
            (LinkForm::Inline, "b.md#c", "b.md#c"),
            (LinkForm::Inline, "../r.md", "../r.md"),
            (LinkForm::Inline, "../r.md", "../r.md"),
            (LinkForm::Image, "p q.png", "p q.png"),
            (LinkForm::Wiki, "w#h", "w#h"),
            (LinkForm::Auto, "https://e.example", "https://e.example"),
            (LinkForm::Auto, "http://www.e.example", "www.e.example"),
            (LinkForm::Auto, "mailto:me@e.example", "me@e.example"),
            (LinkForm::Mention, "CWE-89", "CWE-89"),
            (LinkForm::HtmlHref, "raw.md", "raw.md"),
            (LinkForm::HtmlSrc, "i.png", "i.png"),
            (LinkForm::Inline, "a_b.md", "a\\_b.md"),
            (LinkForm::Inline, "/y", "/y"),
        ]
    );
}

#[test]
fn what_is_no_wiki_link() {
    for text in [
        "`[[a]]`",
        "[[1]](url)",
        "[[ -f x ]]",
        "\\[[a]]",
        "[\\[a]]",
        "[[a]\\]",
        "&#91;[a]]",
        "[x [[a]]](b)",
        "    [[a]]\n",
        "```\n[[a]]\n```",
        "<a href='x'>[[a]]</a>",
        "<code>[[a]]</code>",
        "[[a\nb]]",
        "![[[a]]](b.png)",
        "<!-- [[a]] -->",
    ] {
        let outline = outline(text, 0);
        assert!(outline.links.iter().all(|link| link.form != LinkForm::Wiki), "{text}: {:?}", outline.links);
    }
    assert_eq!(outline("| a |\n|-|\n| [[x\\|y z]] |", 0).links[0].text, "y z");
    assert_eq!(outline("> [[a|b\n> c]]", 0).links[0].text, "b c");
}

#[test]
fn mentions_are_in_prose_only() {
    let text = "# CWE-1\n\nCWE-2 *CWE-3* `CWE-4` [CWE-5](x) https://e.example/CWE-6 [[CWE-7]]\n\n- A05:2025\n\n```\nCWE-8\n```\n";
    let links = outline(text, 0).links;
    let mentions: Vec<_> =
        links.iter().filter(|link| link.form == LinkForm::Mention).map(|link| link.target.as_str()).collect();
    assert_eq!(mentions, ["CWE-2", "CWE-3", "A05:2025"]);
}

#[test]
fn headings_have_githubs_ids() {
    let text = "# A `b` *c*!\n## A b c\n## Ünï {#own}\n## own\n<a id=\"twice\"></a>\n\n## Twice\n##\n";
    let ids: Vec<_> =
        outline(text, 0).headings.into_iter().map(|heading| (heading.level, heading.id, heading.text)).collect();
    let expected = [
        (1, "a-b-c", "A b c!"),
        (2, "a-b-c-1", "A b c"),
        (2, "own", "Ünï"),
        (2, "own-1", "own"),
        (2, "twice-1", "Twice"),
        (2, "section", ""),
    ];
    assert_eq!(ids, expected.map(|(level, id, text)| (level, id.to_owned(), text.to_owned())));
}

#[test]
fn fences_and_their_problems() {
    let text = "```python bad title=\"a.py\" {1,3}\nx\n```\n\n```python good\ny\n```\n\n~~~ js good nonsense\nz\n~~~\n\n    indented\n";
    let outline = outline(text, 0);
    let roles: Vec<_> = outline.code_blocks.iter().map(|block| block.info.role).collect();
    assert_eq!(roles, [Some(Role::Bad), Some(Role::Good), Some(Role::Good), None]);
    let language = outline.code_blocks[2].info.language.clone().expect("a language");
    assert_eq!(at(text, language.span), "js");
    let problems: Vec<_> = outline.problems.iter().map(|problem| (&problem.kind, at(text, problem.span))).collect();
    let unknown = ProblemKind::UnknownFencePart("nonsense".into());
    assert_eq!(problems, [(&unknown, "nonsense"), (&ProblemKind::GoodWithoutBad, "~~~ js good nonsense")]);
}

#[test]
fn the_first_paragraph_is_prose() {
    let first = |text| outline(text, 0).first_paragraph;
    assert_eq!(
        first("# T\n\n> quote\n\n- item\n\n![badge](b.svg)\n\nThe  *first*\none `x`.\n\nTwo").as_deref(),
        Some("The first one x.")
    );
    assert_eq!(first("# T"), None);
    assert_eq!(plain_text("# T\n\na *b*\n\n| c | d |\n|-|-|\n| e | f |\n", 0), "T\na b\nc d \ne f \n");
}

#[test]
fn footnotes_that_are_missing() {
    let text = "a[^1] b[^no] `[^x]`\n\n[^1]: one\n";
    let missing = outline(text, 0).footnotes_missing;
    assert_eq!(
        missing.iter().map(|label| (label.value.as_str(), at(text, label.span))).collect::<Vec<_>>(),
        [("no", "[^no]")]
    );
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let unix = "# T\n\na [[b]]\n```py bad\nx\n```\n> [!NOTE]- t\n> c\n\n<div>\n<a href='x'>y</a>\n</div>\n";
    let windows = format!("\u{feff}{}", unix.replace('\n', "\r\n"));
    assert_eq!(html(&windows), html(unix));
    let (one, two) = (outline(unix, 0), outline(&windows, 0));
    assert_eq!(one.code_blocks[0].code.as_deref(), Some("x\n"));
    assert_eq!(one.code_blocks[0].code, two.code_blocks[0].code);
    for (one, two) in one.links.iter().zip(&two.links) {
        assert_eq!((&one.target, at(unix, one.span)), (&two.target, at(&windows, two.span)));
    }
}

// ---- body

#[test]
fn alerts() {
    check(
        "> [!NOTE]\n> a",
        "<aside class=\"alert note\" role=\"note\">\n<p class=\"alert-title\">Note</p>\n<p>a</p>\n</aside>",
    );
    check(
        "> [!tip]- Own *title*\n> a\n>\n> b",
        "<details class=\"alert tip\">\n<summary class=\"alert-title\"><span class=\"alert-kind\">Tip:</span> Own <em>title</em></summary>\n\
         <p>a</p>\n<p>b</p>\n</details>",
    );
    check(
        "> [!CAUTION]+\n> - a",
        "<details class=\"alert caution\" open>\n<summary class=\"alert-title\">Caution</summary>\n<ul>\n<li>a</li>\n</ul>\n</details>",
    );
    check(
        "> [!NOTE] t  \n> a",
        "<aside class=\"alert note\" role=\"note\">\n<p class=\"alert-title\"><span class=\"alert-kind\">Note:</span> t</p>\n<p>a</p>\n</aside>",
    );
    check("> \\[!NOTE]- a", "<blockquote>\n<p>[!NOTE]- a</p>\n</blockquote>");
    check("> [!ODD]\n> a", "<blockquote>\n<p>[!ODD]\na</p>\n</blockquote>");
}

#[test]
fn code_says_what_it_is_in_words() {
    check("    a < b\n", "<figure class=\"code\"><pre tabindex=\"0\"><code>a &lt; b\n</code></pre></figure>");
    let pair = html("```text bad title=\"<t>\"\na\n```\n```text good {2}\nb\nc\n```\n");
    assert_eq!(
        pair,
        "<div class=\"pair\">\n<figure class=\"code bad\"><figcaption><span class=\"role\">Do not</span> <span class=\"title\">&lt;t&gt;</span> \
         <span class=\"language\">text</span></figcaption><pre tabindex=\"0\"><code class=\"language-text\">a\n</code></pre></figure>\n\
         <figure class=\"code good\"><figcaption><span class=\"role\">Do</span> <span class=\"language\">text</span></figcaption>\
         <pre tabindex=\"0\"><code class=\"language-text\"><span class=\"line\">b\n</span><span class=\"line hl\">c\n</span></code></pre></figure>\n</div>\n"
    );
    let diff = html("```text diff\n a\n-b\n+c\nd\n```\n");
    assert!(diff.contains("<span class=\"line\"> a\n</span><span class=\"line del\">-b\n</span><span class=\"line ins\">+c\n</span><span class=\"line\">d\n</span>"), "{diff}");
}

#[test]
fn links_pictures_and_what_they_become() {
    let text = "[a *b*](x) ![d `e`](y \"t\") [[w]] [[w|own]] CWE-89 https://e.example";
    let href = |href: &str, title: Option<&str>| LinkView::Href {
        href: href.into(),
        external: false,
        title: title.map(Into::into),
    };
    let all = [
        href("x?a&b=\"c\"", Some("unused")),
        LinkView::Image { src: "y.png".into() },
        href("w/", Some("The <W>")),
        href("w/", Some("The <W>")),
        href("cwe/", Some("SQL")),
        LinkView::Href { href: "https://e.example".into(), external: true, title: None },
    ];
    assert_eq!(
        html_with(text, &all, &[]),
        "<p><a href=\"x?a&amp;b=%22c%22\">a <em>b</em></a> <img src=\"y.png\" alt=\"d e\" title=\"t\" loading=\"lazy\"> \
         <a href=\"w/\">The &lt;W&gt;</a> <a href=\"w/\">own</a> <a href=\"cwe/\" title=\"SQL\">CWE-89</a> \
         <a href=\"https://e.example\" class=\"external\" rel=\"noopener noreferrer\">https://e.example</a></p>\n"
    );
    let plain = "<p>a <em>b</em> d e w own CWE-89 https://e.example</p>\n";
    assert_eq!(html_with(text, &vec![LinkView::Text; 6], &[]), plain);
    assert_eq!(html_with(text, &[], &[]), plain);
    assert_eq!(html_with(text, &vec![href("\u{1}java\nscript:alert(1)", None); 6], &[]), plain);
}

#[test]
fn words_are_explained_once_and_in_prose_only() {
    let term = |term: &str, href: Option<&str>| TermView {
        term: term.into(),
        plain: format!("\"{term}\""),
        href: href.map(Into::into),
    };
    let terms = [term("token", Some("g/#token")), term("SSRF", None)];
    let text = "# Token\n\n`token` [token](x) <a href=\"y\">token</a> ssrf *Token* token\n\nSSRF\n";
    assert_eq!(
        html_with(text, &views(&outline(text, 0)), &terms),
        "<h1 id=\"token\">Token <a class=\"anchor\" href=\"#token\" aria-label=\"Link to this section\">#</a></h1>\n\
         <p><code>token</code> <a href=\"x\">token</a> <a href=\"y\">token</a> ssrf \
         <em><a class=\"term\" href=\"g/#token\"><abbr title=\"&quot;token&quot;\">Token</abbr></a></em> token</p>\n\
         <p><abbr title=\"&quot;SSRF&quot;\">SSRF</abbr></p>\n"
    );
}

#[test]
fn the_title_is_left_out_only_at_the_start() {
    let titled =
        |text| body(&BodyInput { text, start: 0, links: &[], terms: &[], skip_title: true }, &Highlighter::new());
    assert_eq!(titled("# T [x](y)\n\na"), "<p>a</p>\n");
    assert!(titled("a\n\n# T").contains("<h1"));
    assert!(titled("## T").contains("<h2"));
}

#[test]
fn footnotes_are_numbered_by_their_first_reference() {
    let html = html("b[^b] a[^a] b[^b]\n\n[^a]: A[^c]\n[^b]: B\n[^c]: C\n[^d]: never\n");
    assert!(html.contains("b<sup class=\"footnote\"><a href=\"#fn:1\" id=\"fnref:1\" role=\"doc-noteref\" aria-label=\"Footnote 1\">1</a></sup> a"));
    let order: Vec<_> = ["<li id=\"fn:1\">\n<p>B ", "<li id=\"fn:2\">\n<p>A<sup", "<li id=\"fn:3\">\n<p>C "]
        .map(|part| html.find(part))
        .into();
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{html}");
    assert!(html.contains("href=\"#fnref:1:2\"") && !html.contains("never"));
}

#[test]
fn raw_html_is_written_anew() {
    check("a <B>b</B> <br> <kbd>c</kbd>", "<p>a <b>b</b> <br> <kbd>c</kbd></p>");
    check(
        "<div id=\"x\" class=\"y\" style=\"z\" onclick=\"q()\">\n\n*a*\n\n</div>",
        "<div id=\"x\">\n<p><em>a</em></p>\n</div>",
    );
    check("<img src=\"a.png\" onerror=\"x()\" alt='\"'>", "<img src=\"a.png\" loading=\"lazy\" alt=\"&quot;\">");
    check("Vec<String> and <your-name>", "<p>Vec&lt;String&gt; and &lt;your-name&gt;</p>");
    check("<a href=\"java&#115;cript:alert(1)\">x</a>", "<p><a>x</a></p>");
    check("</div></main>a", "a");
    check(
        "<noscript><b title=\"</noscript><img src=x onerror=x>\">a</b>",
        "<p><b title=\"&lt;/noscript&gt;&lt;img src=x onerror=x&gt;\">a</b></p>",
    );
    for evil in [
        "<script>alert(1)</script>",
        "<svg onload=alert(1)>",
        "<iframe src=x></iframe>",
        "<style>*{}</style>",
        "<form action=x><input></form>",
        "<a href='data:text/html,x'>y</a>",
        "<object data=x></object>",
        "<base href=x>",
        "<meta http-equiv=refresh>",
        "<link rel=stylesheet>",
        "<img src='x' srcset='y'>",
        "<div\nonclick=x>",
        "<p>a <math><mi//xlink:href=\"data:x,alert(1)\">",
        "<table><svg><style><img src=x onerror=alert(1)></style>",
        "<input type=checkbox onfocus=x autofocus>",
        "<div class=\"pair\" style=x>",
        "[x](javascript:alert(1))",
        "![x](data:image/svg+xml,x)",
        "<javascript:alert(1)>",
        "[x](JaVa&Tab;Script:alert(1))",
    ] {
        let html = html(evil);
        let tags: Vec<&str> = html.split('<').skip(1).filter_map(|part| part.split('>').next()).collect();
        for bad in [
            "script",
            "svg",
            "iframe",
            "style",
            "form",
            "input",
            "object",
            "base",
            "meta",
            "link",
            "onclick",
            "onerror",
            "onload",
            "srcset",
            "data:",
            "javascript:",
            "math",
            "class=\"pair",
        ] {
            assert!(tags.iter().all(|tag| !tag.to_lowercase().contains(bad)), "{evil}: {html}");
        }
    }
}

#[test]
fn our_own_elements_survive_the_sanitiser() {
    let text = "# T\n\n- [x] a\n\n| a |\n|:-:|\n| b |\n\n> [!NOTE]- t\n> c[^1]\n\n```rust {1}\nlet x = 1;\n```\n\n[e](https://e.example)\n\n[^1]: n\n";
    let raw = html(&format!("{text}\n<br>\n"));
    let normal = |html: &str| html.replace("=\"\"", "").replace("&quot;", "\"");
    assert_eq!(normal(&raw).replace("<br>\n", ""), normal(&html(text)));
}

#[test]
fn odd_characters_come_out_sound() {
    let html = html("a\u{0}b \u{1b}[31m &#0; &#x1; &#xD800; &nosuch; `\u{7}` [x](\u{0}y)\n\n```\n\u{0}\n```\n");
    assert!(html.chars().all(|c| c == '\n' || !c.is_control()), "{html:?}");
}

// ---- anything at all

/// Something of everything, to be mutated.
const SEED: &str = "\u{feff}# Tïtle {#own}\n\nA [[page#h|téxt]] and [a](b.md \"t\") ![i](<p q.png>) CWE-89 <https://e.example> www.e.example [r][ref] é[^1][^x].\r\n\n\
    > [!WARNING]- Own *title* [[t]]\n> text [[\n> x]]\n>\n> > nested `code`\n\n- [ ] task **[x](y)**\n  1. one\n     - [x] two\n\n| a | b |\n|:--|--:|\n| [[x\\|y]] | `z` |\n\n\
    ```python bad title=\"a b\" {1,3-4} odd\ndef f(x): return f'{x}'\n```\n```python good diff\n+a\n-b\n```\n\nTerm\n: Def\n\n<details id=\"d\" onclick=x><summary>s</summary>\n\n\
    in <a href='raw.md' name=\"n\">*side* [[no]]</a> <img src=i.png alt=\"a\"> <b>\n\n</details>\n\n<div\nid='m'><!-- c --><script>x</script></div>\n\n***\n\n[ref]: ../r.md 'T'\n[^1]: note [[n]]\n\
    [^2]: unused\n\n## Title\n## Title\n\n&amp; &#0; \\[[e]] ~~s~~ <x@e.example> a\\\nb  \nc\n";

/// One change to a text, by byte; made whole again where it splits a character.
fn mutated(mut bytes: Vec<u8>, changes: &[(u8, usize, usize, usize)]) -> String {
    for (what, from, length, to) in changes {
        let size = bytes.len();
        let from = from % (size + 1);
        let part: Vec<u8> = bytes.iter().skip(from).take(*length).copied().collect();
        match what % 3 {
            0 => drop(bytes.drain(from..from + part.len())),
            1 => drop(bytes.splice(from..from, part.repeat(2))),
            _ => drop(bytes.splice(to % (size + 1)..to % (size + 1), part)),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Every element that opens also closes, in order.
fn assert_balanced(html: &str) {
    let mut open = Vec::new();
    for part in html.split('<').skip(1) {
        let tag = part.split('>').next().unwrap_or_default();
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{html}");
        } else if !["br", "hr", "img", "input", "wbr", "col"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} left open in {html}");
}

fn assert_sound(text: &str) {
    let outline = outline(text, 0);
    let inside = |span: Span| assert!(text.get(span.start..span.end).is_some(), "{span:?} in {text:?}");
    outline.headings.iter().for_each(|heading| inside(heading.span));
    outline.links.iter().for_each(|link| inside(link.span));
    outline.ids.iter().for_each(|id| inside(id.span));
    outline.footnotes_missing.iter().for_each(|label| inside(label.span));
    outline.problems.iter().for_each(|problem| inside(problem.span));
    for block in &outline.code_blocks {
        inside(block.span);
        block.info.language.iter().chain(&block.info.unknown).for_each(|word| inside(word.span));
    }
    let mut ids: Vec<_> = outline.headings.iter().map(|heading| &heading.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), outline.headings.len(), "ids are unique");

    let events = events(text, 0);
    let mut links = Vec::new();
    for (index, event) in events.list.iter().enumerate() {
        inside(event.span);
        match &event.node {
            Node::Open(tag, close) => {
                assert!(matches!(events.node(*close), Some(Node::Close(open)) if *open == index));
                if let Tag::Link(link) | Tag::Image(link) = tag {
                    links.push((link.index, link.target.to_string()));
                }
            }
            Node::Html(html) => links.extend(html.tokens.iter().filter_map(|token| match token {
                Token::Open(element) => Some((element.link?, element.target()?.value.clone())),
                _ => None,
            })),
            _ => {}
        }
    }
    let expected: Vec<_> = outline.links.iter().map(|link| link.target.clone()).enumerate().collect();
    assert_eq!(links, expected);
    assert_eq!(events.links, outline.links.len());

    let html = html_with(
        text,
        &views(&outline),
        &[TermView { term: "note".into(), plain: "p".into(), href: Some("g".into()) }],
    );
    assert!(!html.contains('\0'));
    assert_balanced(&html);
}

#[test]
fn the_seed_is_sound() {
    assert_sound(SEED);
    assert!(outline(SEED, 0).links.len() >= 14);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_sound(changes in prop::collection::vec((any::<u8>(), any::<usize>(), 0usize..40, any::<usize>()), 1..12)) {
        assert_sound(&mutated(SEED.as_bytes().to_vec(), &changes));
    }

    #[test]
    fn any_body_start_is_sound(start in 0usize..1200) {
        let outline = outline(SEED, start);
        prop_assert!(outline.links.iter().all(|link| SEED.get(link.span.start..link.span.end).is_some()));
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test is about time")]
fn nothing_is_too_much() {
    let many = |part: &str, times: usize| part.repeat(times);
    let cases = [
        ("quotes", many(">", 50_000) + "a"),
        ("brackets", many("[", 50_000) + "a" + &many("]", 50_000)),
        ("wiki", many("[[a|", 20_000) + &many("]]", 20_000)),
        ("links", many("[a](", 20_000)),
        ("pictures", many("![", 5_000) + "a" + &many("](b)", 5_000)),
        ("lists in a line", many("- ", 50_000) + "a"),
        ("lists", (0..2_000).map(|n| " ".repeat(n * 2) + "- a\n").collect()),
        ("stress", many("*a **b ", 20_000)),
        ("nested stress", many("*", 50_000) + "a" + &many("*", 50_000)),
        ("one emphasis in another", many("*a _b ", 5_000) + &many("_ *", 5_000)),
        ("lazy lines", many("> ", 2_000) + "a\n" + &many("a\n", 5_000)),
        ("addresses", many("http://", 10_000)),
        ("e-mail", many("a@", 20_000)),
        ("dots", many("www.", 20_000)),
        ("open tags", many("<div>", 20_000)),
        ("open tags in prose", "x ".to_owned() + &many("<b>", 20_000)),
        ("half tags", "<div>".to_owned() + &many("<a x=\"", 20_001)),
        ("entities", "<div title=\"".to_owned() + &many("&", 50_000) + "\">"),
        ("equal headings", many("# a\n", 10_000)),
        ("footnotes", (0..2_000).map(|n| format!("[^{n}]\n\n[^{n}]: [^{}]\n\n", n + 1)).collect::<Vec<_>>().concat()),
        ("one footnote", many("[^1]", 10_000) + "\n\n[^1]: a\n"),
        ("tasks", many("- [ ] a\n", 5_000)),
        ("a wide table", format!("|{}\n|{}\n{}", many("a|", 2_000), many("-|", 2_000), many("|\n", 500))),
        ("names", many("CWE-1 ", 10_000)),
        ("code", "```rust\n".to_owned() + &many("((((", 1_000)),
        ("blanks in code", "```ini\n".to_owned() + &many(&(many(" ", 1_900) + "\n"), 20)),
        ("fences", many("```rust bad {1-99999999}\nx\n```\n", 1_000)),
        ("alerts", many("> [!NOTE]- a\n> b\n\n", 3_000)),
        ("definitions", many("a\n: b\n\n", 3_000)),
    ];
    for (name, text) in cases {
        let start = Instant::now();
        let outline = outline(&text, 0);
        let html = html_with(&text, &views(&outline), &[]);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(5), "{name} took {took:?}");
        let depth = depth(&html);
        assert!(depth < 250, "{name} is {depth} deep");
        println!("{name}: {took:?}, {} bytes, depth {depth}, too deep: {}", html.len(), outline.too_deep.is_some());
    }
}

/// How deep elements are nested.
fn depth(html: &str) -> usize {
    let (mut depth, mut most) = (0usize, 0);
    for part in html.split('<').skip(1) {
        match part.split([' ', '>', '\n']).next() {
            Some(name) if name.starts_with('/') => depth = depth.saturating_sub(1),
            Some("br" | "hr" | "img" | "input" | "wbr" | "col") => {}
            _ => depth += 1,
        }
        most = most.max(depth);
    }
    most
}
