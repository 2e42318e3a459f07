//! Links, images and references that lead nowhere, to two places, or where no link may lead.

use super::support::{Kb, Tally};
use super::table::{bad, hold, odd, says};

const BAD: &str = "content/bad.md";

#[test]
fn links_that_lead_nowhere_are_named_with_their_place() {
    hold(vec![
        bad("page", BAD, "# T\n\ntext [a](nope.md)\n", says("broken-link").at(3, 10)),
        bad("page after wide characters", BAD, "日本\u{1f980} [a](nope.md)\n", says("broken-link").at(1, 9)),
        bad("page with a hint", BAD, "[a](okk.md)\n", says("broken-link").with("ok.md")),
        bad("folder", BAD, "[a](nope/)\n", says("broken-link").at(1, 5)),
        bad("from the root", BAD, "[a](/nope/)\n", says("broken-link").at(1, 5)),
        bad("out of the knowledge base", BAD, "[a](../../../etc/passwd)\n", says("broken-link").at(1, 5)),
        bad("encoded way out", BAD, "[a](%2e%2e/%2e%2e/%2e%2e/etc/passwd)\n", says("broken-link").at(1, 5)),
        bad("the configuration", BAD, "[a](../tiltyard.yaml)\n", says("broken-link").at(1, 5)),
        bad("data", BAD, "[a](_data/teams.yaml)\n", says("broken-link").at(1, 5))
            .and("content/_data/teams.yaml", "[]\n"),
        bad("encoded NUL", BAD, "[a](a%00b.md)\n", says("broken-link").at(1, 5)),
        bad("bad percent", BAD, "[a](a%zz%.md)\n", says("broken-link").at(1, 5)),
        bad("encoded invalid UTF-8", BAD, "[a](%ff%fe.md)\n", says("broken-link").at(1, 5)),
        bad("backslash", BAD, "[a](..\\ok.md)\n", says("broken-link").at(1, 5)),
        bad("a folder's case", BAD, "[a](OK.md)\n", says("broken-link").at(1, 5).with("ok.md")),
        bad("reference style", BAD, "[a][r]\n\n[r]: nope.md\n", says("broken-link")),
        bad("in a table", BAD, "| a |\n|---|\n| [x](nope.md) |\n", says("broken-link").at(3, 7)),
        bad("in a footnote", BAD, "a[^1]\n\n[^1]: [x](nope.md)\n", says("broken-link").at(3, 11)),
        bad("in raw HTML", BAD, "<a href=\"nope.md\">x</a>\n", says("broken-link").on(BAD)),
        bad("anchor of another page", BAD, "[a](ok.md#nope)\n", says("broken-anchor").at(1, 5)),
        bad("anchor of this page", BAD, "# T\n\n[a](#nope)\n", says("broken-anchor").at(3, 5)),
        bad("encoded anchor", BAD, "[a](#%ff)\n", says("broken-anchor").at(1, 5)),
        bad("anchor with a hint", BAD, "## Some words\n\n[a](#some-word)\n", says("broken-anchor").with("some-words")),
        bad("image", BAD, "![a](nope.png)\n", says("broken-image").at(1, 6)),
        bad("image outside", BAD, "![a](../../../../etc/hostname)\n", says("broken-image").at(1, 6)),
        bad("image in raw HTML", BAD, "<img src=\"nope.png\" alt=\"\">\n", says("broken-image").on(BAD)),
        bad("wiki link", BAD, "a [[nope]]\n", says("broken-link").at(1, 5)),
        bad("wiki link to a part", BAD, "a [[ok#nope]]\n", says("broken-anchor").on(BAD)),
        bad("wiki link of a kind", BAD, "a [[finding:ok]]\n", says("broken-link").on(BAD)),
        bad(
            "wiki link to two pages",
            BAD,
            "a [[twin]]\n",
            says("ambiguous-link").at(1, 5).with("f/twin").with("g/twin"),
        )
        .and("content/f/twin.md", "x")
        .and("content/g/twin.md", "y"),
        odd("footnote", BAD, "a[^nope]\n", says("undefined-footnote").on(BAD)),
        odd("image of another host", BAD, "![a](https://spy.example/x.png)\n", says("external-image").at(1, 6)),
        bad("related", BAD, "---\nrelated: [nope]\n---\n", says("broken-reference").at(2, 11)),
        bad("related to a kind", BAD, "---\nrelated: [\"finding:nope\"]\n---\n", says("broken-reference").at(2, 11)),
        bad("related to two", BAD, "---\nrelated: [twin]\n---\n", says("ambiguous-reference").at(2, 11))
            .and("content/f/twin.md", "x")
            .and("content/g/twin.md", "y"),
    ]);
}

#[test]
fn links_that_run_something_are_refused() {
    let mut tally = Tally::default();
    let links = [
        "[a](javascript:alert(1))",
        "[a](JavaScript:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](&#x6A;avascript&colon;alert(1))",
        "[a](java&Tab;script:alert(1))",
        "[a](java&NewLine;script:alert(1))",
        "[a](<java\tscript:alert(1)>)",
        "[a](<\u{1}javascript:alert(1)>)",
        "[a](< javascript:alert(1)>)",
        "[a](%6Aavascript:alert(1))",
        "[a](vbscript:x)",
        "[a](data:text/html,<script>alert(1)</script>)",
        "[a](DATA:text/html;base64,PHNj)",
        "![a](javascript:alert(1))",
        "![a](data:image/svg+xml,<svg/onload=alert(1)>)",
        "<javascript:alert(1)>",
        "[a][r]\n\n[r]: javascript:alert(1)",
        "[a](\\javascript:alert(1))",
        "[a](file:///etc/passwd)",
        "[a](blob:https://x/y)",
        "[a](javascript&#58;alert(1))",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
        "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
        "<a href=\" &#14; javascript:alert(1)\">x</a>",
        "<a href='java\nscript:alert(1)'>x</a>",
        "<a xlink:href=\"javascript:alert(1)\">x</a>",
        "<form action=\"javascript:alert(1)\"><input type=submit></form>",
        "<button formaction=\"javascript:alert(1)\">x</button>",
        "[[javascript:alert(1)]]",
        "<img src=\"javascript:alert(1)\">",
        "<a href=\"data:text/html,x\">x</a>",
        "<base href=\"https://evil.example/\">",
        "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    ];
    for link in links {
        let kb = Kb::built().with(BAD, format!("# T\n\n{link}\n"));
        let run = kb.build(&[]);
        let refused = run.code() == Some(1);
        tally.ended(link, &run, i32::from(refused));
        let page = std::fs::read_to_string(kb.path("public/bad/index.html")).unwrap_or_default();
        tally.hold(link, refused || !live(&page), || {
            format!(
                "is a link in the page:\n{}",
                page.split("prose").nth(2).unwrap_or(&page).chars().take(400).collect::<String>()
            )
        });
    }
}

/// Whether an attribute of the page runs or carries something once a browser has taken entities, blanks and control characters out.
fn live(page: &str) -> bool {
    let body = page.split("<main").nth(1).unwrap_or_default().to_lowercase();
    let body = ["&#106;", "&#x6a;"].iter().fold(body, |body, from| body.replace(from, "j"));
    let body = ["&colon;", "&#58;", "%3a"].iter().fold(body, |body, from| body.replace(from, ":"));
    let body: String = ["&tab;", "&newline;", "&#x09;", "&#9;", "&#10;", "&#14;", "&#1;"]
        .iter()
        .fold(body, |body, from| body.replace(from, ""))
        .chars()
        .filter(|c| !c.is_control() && *c != ' ')
        .collect();
    let schemes = ["javascript:", "vbscript:", "data:", "file:", "blob:"];
    let attributes = ["href=", "src=", "action="];
    schemes.iter().any(|scheme| {
        attributes
            .iter()
            .any(|name| ["\"", "'", ""].iter().any(|quote| body.contains(&format!("{name}{quote}{scheme}"))))
    }) || body.contains("<base")
        || body.contains("<meta")
}

#[test]
fn a_broken_link_can_be_made_a_warning() {
    let mut tally = Tally::default();
    let kb = Kb::built()
        .with("tiltyard.yaml", "links: warn\n")
        .with(BAD, "[words](nope.md) ![words](nope.png) [[gone]] [more](#nope)\n");
    let run = kb.build(&[]);
    tally.ended("warn", &run, 0);
    tally.hold(
        "warn",
        run.diagnostics().len() >= 4 && run.diagnostics().iter().all(|told| told["severity"] == "warning"),
        || run.to_string(),
    );
    let page = std::fs::read_to_string(kb.path("public/bad/index.html")).unwrap_or_default();
    tally.hold("warn", !page.contains("nope.md") && !page.contains("nope.png"), || {
        "the broken link is in the page".to_owned()
    });
    tally.ended("denied", &kb.build(&["--deny", "warnings"]), 1);
    kb.write(BAD, "[a](javascript:alert(1))\n");
    let run = kb.build(&[]);
    let refused = run.code() == Some(1);
    tally.ended("a script", &run, i32::from(refused));
    tally.hold("a script", run.of("unsafe-link").len() == 1, || run.to_string());
    let page = std::fs::read_to_string(kb.path("public/bad/index.html")).unwrap_or_default();
    tally.hold("a script", !live(&page), || "is a link in the page".to_owned());
}
