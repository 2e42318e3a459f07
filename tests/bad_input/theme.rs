//! Templates, style sheets and themes that are broken: told once, with their place.

use super::support::{Kb, Tally, run};
use super::table::{bad, hold, says};

const PAGE: &str = "templates/page.html";

#[test]
fn a_broken_template_is_told_once_with_its_place() {
    let many: Vec<(String, Vec<u8>)> = (0..20).map(|at| (format!("content/p{at}.md"), b"x\n".to_vec())).collect();
    let cases = vec![
        bad("unclosed block", PAGE, "<p>\n{% if page %}\n", says("template-error").on(PAGE)),
        bad("unclosed expression", PAGE, "<p>\n  {{ page.title\n</p>\n", says("template-error").on(PAGE)),
        bad("bad expression", PAGE, "<p>\n  {{ page..title }}\n", says("template-error").at(2, 11)),
        bad("unknown tag", PAGE, "{% nope %}\n", says("template-error").at(1, 4)),
        bad("unknown variable", PAGE, "<p>\n  {{ nope }}\n", says("template-error").at(2, 6).with("nope")),
        bad("unknown field", PAGE, "<p>\n  {{ page.titel }}\n", says("template-error").on(PAGE).with("title")),
        bad("unknown filter", PAGE, "<p>\n  {{ page.title | nope }}\n", says("template-error").on(PAGE).with("nope")),
        bad("unknown function", PAGE, "<p>\n  {{ nope() }}\n", says("template-error").on(PAGE).with("nope")),
        bad("unknown test", PAGE, "{% if page is nope %}{% endif %}\n", says("template-error").on(PAGE).with("nope")),
        bad("a filter on the wrong sort", PAGE, "{{ page | upper }}\n", says("template-error").on(PAGE)),
        bad("includes itself", PAGE, "{% include \"page.html\" %}\n", says("template-error").with("itself")),
        bad(
            "includes what is missing",
            PAGE,
            "{% include \"nope.html\" %}\n",
            says("template-error").at(1, 12).with("nope.html"),
        ),
        bad("extends itself", PAGE, "{% extends \"page.html\" %}\n", says("template-error").with("itself")),
        bad(
            "extends what is missing",
            PAGE,
            "{% extends \"nope.html\" %}\n",
            says("template-error").on(PAGE).with("nope.html"),
        ),
        bad(
            "a circle of two",
            PAGE,
            "{% include \"x.html\" %}\n",
            says("template-error").with("page.html").with("x.html").on(PAGE),
        )
        .and("templates/x.html", "{% include \"page.html\" %}\n")
        .among(),
        bad(
            "reads a file",
            PAGE,
            "{{ load_data(path=\"/etc/passwd\") }}\n",
            says("template-error").with("load_data").on(PAGE),
        ),
        bad(
            "reads the environment",
            PAGE,
            "{{ get_env(name=\"HOME\") }}\n",
            says("template-error").with("get_env").on(PAGE),
        ),
        bad("not UTF-8", PAGE, b"<p>\xff</p>\n", says("template-error").on(PAGE).with("UTF-8")),
        bad("divides by zero", PAGE, "{{ 1 / 0 }}\n", says("template-error").on(PAGE)),
        bad(
            "a template that no page uses",
            "templates/other.html",
            "{% if %}\n",
            says("template-error").on("templates/other.html"),
        ),
        bad(
            "the not found page",
            "templates/404.html",
            "{{ nope }}\n",
            says("template-error").on("templates/404.html"),
        ),
        bad("the base", "templates/base.html", "{{ nope }}\n", says("template-error").on("templates/base.html")),
    ];
    hold(
        cases
            .into_iter()
            .map(|case| {
                many.iter().fold(case, |case, (path, text)| case.and(Box::leak(path.clone().into_boxed_str()), text))
            })
            .collect(),
    );
}

#[test]
fn templates_that_never_end_are_stopped() {
    let mut tally = Tally::default();
    let cases = [
        ("deep parentheses", format!("{{{{ {}1{} }}}}", "(".repeat(20_000), ")".repeat(20_000))),
        ("deep blocks", format!("{}{}", "{% if true %}".repeat(5_000), "{% endif %}".repeat(5_000))),
        ("deep lists", format!("{{{{ {}1{} }}}}", "[".repeat(20_000), "]".repeat(20_000))),
        ("a long chain", format!("{{{{ 1{} }}}}", " + 1".repeat(20_000))),
    ];
    for (name, text) in cases {
        let kb = Kb::built().with(PAGE, text);
        let old = kb.site();
        let mut command = kb.command();
        let run = run(command.args(["build", "--format", "json"]));
        let built = run.code() == Some(0);
        tally.ended(name, &run, i32::from(!built));
        tally.hold(name, run.took.as_secs() < 15, || format!("{:?}", run.took));
        tally.hold(name, built || kb.site() == old, || "the old site has changed".to_owned());
    }
}

#[test]
fn a_broken_theme_is_told_with_its_place() {
    let config = "title: T\ntheme: mine\n";
    let theme = "themes/mine/theme.yaml";
    hold(vec![
        bad(
            "no such theme",
            "tiltyard.yaml",
            "title: T\ntheme: tiltyrd\n",
            says("bad-theme").at(2, 8).with("tiltyard"),
        ),
        bad("malformed", theme, "name: [\n", says("bad-theme")).and("tiltyard.yaml", config),
        bad("a list", theme, "- a\n", says("bad-theme")).and("tiltyard.yaml", config),
        bad("unknown key", theme, "name: x\nstyels: [a.css]\n", says("bad-theme").at(2, 1).with("styles"))
            .and("tiltyard.yaml", config),
        bad("missing style sheet", theme, "styles: [nope.css]\n", says("bad-theme").at(1, 10))
            .and("tiltyard.yaml", config),
        bad("style sheet outside", theme, "styles: [../../../content/ok.md]\n", says("bad-theme").at(1, 10))
            .and("tiltyard.yaml", config),
        bad("not UTF-8", theme, b"name: \xff\n", says("not-utf8").on(theme)).and("tiltyard.yaml", config),
        bad(
            "style sheet refers to what is missing",
            "themes/mine/assets/own.css",
            "a { background: url(nope.png) }\n",
            says("bad-theme").at(1, 21).with("nope.png"),
        )
        .and("tiltyard.yaml", config),
        bad(
            "style sheet imports from outside",
            "themes/mine/assets/own.css",
            "@import url(https://evil.example/x.css);\n",
            says("bad-theme").on("themes/mine/assets/own.css"),
        )
        .and("tiltyard.yaml", config),
        bad(
            "style sheets that import each other",
            "themes/mine/assets/a.css",
            "@import \"b.css\";\n",
            says("bad-theme").on("themes/mine/assets/b.css"),
        )
        .and("themes/mine/assets/b.css", "@import \"a.css\";\n")
        .and("tiltyard.yaml", config)
        .among(),
    ]);
}

#[test]
fn odd_theme_files_do_no_harm() {
    let mut tally = Tally::default();
    let cases: [(&str, &[u8]); 7] = [
        ("themes/mine/assets/con.css", b"a{}"),
        ("themes/mine/assets/a b?c.css", b"a{}"),
        ("themes/mine/assets/noextension", b"a{}"),
        ("themes/mine/assets/binary.css", b"\xff\x00\xfe"),
        ("themes/mine/assets/deep/deep/x.css", b"a{background:url(\"data:image/png;base64,AAAA\")}"),
        ("themes/mine/assets/unclosed.css", b"a{background:url(\"x"),
        ("themes/mine/LICENSE", b"\xff"),
    ];
    for (path, bytes) in cases {
        let kb = Kb::built()
            .with("tiltyard.yaml", "theme: mine\n")
            .with("themes/mine/theme.yaml", "name: mine\n")
            .with(path, bytes);
        let run = kb.build(&[]);
        let refused = run.code() == Some(1);
        tally.ended(path, &run, i32::from(refused));
        tally.hold(path, !refused || run.diagnostics().iter().any(|told| told["path"] == path), || run.to_string());
    }
}
