//! The default theme draws every kind of page, escapes every text, and says where a broken template is broken.
#![allow(
    clippy::disallowed_methods,
    clippy::pedantic,
    clippy::too_many_lines,
    reason = "tests read the theme from its folder"
)]

mod samples;

use std::path::Path;

use super::{Theme, embedded, fault, inline, layers};
use crate::diagnostic::{Checked, Diagnostic, codes};
use crate::model::config::Config;
use crate::model::view::PageView;
use crate::source::{Lines, SourceTree};

fn config() -> Config {
    Config { loose: false, ..Config::loose(jiff::civil::date(2026, 11, 2)) }
}

fn load(files: &[(&str, &str)]) -> Checked<Theme> {
    load_named("tiltyard", files)
}

fn load_named(theme: &str, files: &[(&str, &str)]) -> Checked<Theme> {
    let mut tree = SourceTree::default();
    for (path, text) in files {
        tree.insert(path, text.as_bytes());
    }
    Theme::load(&tree, &Config { theme: theme.to_owned(), ..config() })
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("pages are UTF-8")
}

fn drawn(theme: &Theme, view: &PageView, body: &str) -> Result<String, Box<Diagnostic>> {
    theme.page(view, body, None).map(text)
}

/// `path:line:column code message`, for the texts the theme was loaded from.
fn told(diagnostic: &Diagnostic, files: &[(&str, &str)]) -> String {
    let place = diagnostic.place.as_ref().map_or(String::new(), |place| {
        let text = files.iter().find(|(path, _)| *path == place.path.as_str()).map_or("", |(_, text)| *text);
        let position = place.span.map(|span| Lines::new(text).position(span.start));
        format!("{}{} ", place.path, position.map_or(String::new(), |at| format!(":{}:{}", at.line, at.column)))
    });
    format!("{place}{}: {}", diagnostic.code.name, diagnostic.message)
}

fn all_told(theme: &Checked<Theme>, files: &[(&str, &str)]) -> Vec<String> {
    theme.diagnostics.iter().map(|diagnostic| told(diagnostic, files)).collect()
}

#[test]
fn the_embedded_table_is_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/tiltyard");
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    for entry in walkdir::WalkDir::new(&folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
            found.push((name, std::fs::read(entry.path()).unwrap()));
        }
    }
    found.sort();
    let embedded: Vec<(String, Vec<u8>)> =
        embedded::FILES.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&embedded), names(&found));
    assert!(embedded == found, "the embedded files are older than the folder");
}

#[test]
fn assets_stay_within_their_budget() {
    // How much a page has in all is told by tests/pages; this is what every page has.
    let theme = load(&[]).value;
    // The dialog comes on every page but that of search.
    let everywhere = concat!(include_str!("../../../themes/tiltyard/theme.yaml"), "search-dialog.js");
    let size = |extension: &str| -> usize {
        let files = embedded::FILES.iter().filter(|(name, _)| name.ends_with(extension));
        let files = files.filter(|(name, _)| everywhere.contains(name.trim_start_matches("assets/")));
        let published = |name: &str| {
            let href = &theme.assets.hrefs[name.trim_start_matches("assets/")];
            theme.assets.files.iter().find(|(path, _)| path.as_str() == href).map_or(0, |(_, bytes)| bytes.len())
        };
        files.map(|(name, _)| published(name)).sum()
    };
    assert!((1..=14 * 1024 + 512).contains(&size(".css")), "css is {} bytes", size(".css"));
    assert!((1..=10 * 1024).contains(&size(".js")), "js is {} bytes", size(".js"));
}

#[test]
fn own_scripts_are_published_short_and_those_of_others_as_they_are() {
    for (name, bytes) in embedded::FILES.iter().filter(|(name, _)| name.ends_with(".js")) {
        let name = name.trim_start_matches("assets/");
        let short = embedded::short(name, bytes).expect(name);
        assert!(short.len() * 3 < bytes.len() * 2, "{name}: {} of {} bytes", short.len(), bytes.len());
        let changed = [bytes, b"\n// mine\n".as_slice()].concat();
        assert!(embedded::short(name, &changed).is_none(), "{name}");
    }
}

#[test]
fn a_theme_without_search_loads_no_part_of_it() {
    let views = samples::filled("plain text");
    let drawn = |settings: &str| {
        let theme = load(&[("themes/tiltyard/theme.yaml", settings)]).value;
        views.iter().map(|view| drawn(&theme, view, "<pre></pre>").unwrap()).collect::<String>()
    };
    let (all, none) = (drawn("name: x\n"), drawn("name: x\nscripts: [scheme.js, copy.js]\n"));
    assert!(all.contains("search-dialog.") && all.contains("assets/search."));
    assert!(!none.contains("search-dialog.") && !none.contains("assets/search."));
    assert_eq!(none.matches("assets/copy.").count(), views.len(), "once on each page");
}

#[test]
fn the_default_theme_has_no_mistake() {
    let theme = load(&[]);
    assert_eq!(all_told(&theme, &[]), Vec::<String>::new());
}

#[test]
fn every_kind_of_page_draws_filled_and_empty() {
    let theme = load(&[]).value;
    for view in samples::filled("plain text").iter().chain(&samples::empty()) {
        let html = drawn(&theme, view, "").unwrap_or_else(|error| panic!("{}: {}", view.template, error.message));
        assert_eq!(html.matches("<h1").count(), 1, "{}", view.template);
        assert!(!html.contains(" style="), "{}", view.template);
        assert!(!html.contains("<style") && !html.contains("<script>"), "{}", view.template);
        assert!(html.contains("Content-Security-Policy"), "{}", view.template);
        let redirect = text(theme.redirect(view, "../new/").unwrap());
        assert!(redirect.contains("0; url=../new/") && redirect.contains("<a href=\"../new/\">"));
    }
}

#[test]
fn empty_views_show_no_empty_lists() {
    let theme = load(&[]).value;
    for view in samples::empty() {
        let html = drawn(&theme, &view, "").unwrap();
        for empty in ["<ul></ul>", "<ul>\n</ul>", "<dd></dd>", "<tbody>\n</tbody>", "<ol>\n</ol>", "<p></p>"] {
            assert!(!html.contains(empty), "{} has {empty}:\n{html}", view.template);
        }
    }
}

#[test]
fn headings_descend_one_step_at_a_time() {
    let theme = load(&[]).value;
    for view in samples::filled("text") {
        let html = drawn(&theme, &view, "").unwrap();
        let main = html.split("<main").nth(1).unwrap();
        let levels = main.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10));
        let mut above = 0;
        for level in levels {
            assert!(level <= above + 1, "{}: h{level} after h{above}", view.template);
            above = level;
        }
    }
}

#[test]
fn every_text_is_escaped_wherever_it_stands() {
    let theme = load(&[]).value;
    let hostile = "\"'><script>alert(1)</script>`<b onclick=\"x\">`";
    for view in samples::filled(hostile) {
        let html = drawn(&theme, &view, "").unwrap();
        let redirect = text(theme.redirect(&view, hostile).unwrap());
        for html in [html, redirect] {
            assert!(!html.contains("<script>"), "{} lets a script through", view.template);
            assert!(!html.contains("<b onclick"), "{} lets a tag through", view.template);
            assert!(!html.contains("\"'>"), "{} lets an attribute end", view.template);
        }
    }
}

#[test]
fn the_body_stands_in_the_page_as_it_is() {
    let theme = load(&[]).value;
    for view in samples::filled("text").iter().filter(|view| view.template != "redirect.html") {
        let html = drawn(&theme, view, "<p class=\"mine\">a &amp; b</p>").unwrap();
        assert_eq!(html.matches("<p class=\"mine\">a &amp; b</p>").count(), 1, "{}", view.template);
    }
}

#[test]
fn inline_code_in_texts() {
    let cases = [
        ("", ""),
        ("a & b", "a &amp; b"),
        ("call `eval(\"x\")` now", "call <code>eval(&quot;x&quot;)</code> now"),
        ("one ` alone", "one ` alone"),
        ("`a` and `b", "<code>a</code> and `b"),
        ("``", "``"),
        ("`<i>`é`", "<code>&lt;i&gt;</code>é`"),
    ];
    for (text, html) in cases {
        assert_eq!(inline::html(text), html);
    }
}

#[test]
fn a_site_overrides_one_template() {
    let files = [("templates/partials/footer.html", "<footer>ours</footer>")];
    let theme = load(&files);
    assert!(theme.diagnostics.is_empty());
    let html = drawn(&theme.value, &samples::empty()[0], "").unwrap();
    assert!(html.contains("<footer>ours</footer>") && html.contains("<h1"));
}

#[test]
fn a_folder_without_a_configuration_has_no_templates_of_ours() {
    let mut tree = SourceTree::default();
    tree.insert("templates/page.html", b"{% somebody else's %}".as_slice());
    let theme = Theme::load(&tree, &Config { loose: true, ..config() });
    assert!(theme.diagnostics.is_empty());
    assert!(drawn(&theme.value, &samples::empty()[0], "").unwrap().contains("<h1"));
}

#[test]
fn the_site_wins_over_its_theme_and_the_theme_over_the_default() {
    let files = [
        ("themes/castle/templates/page.html", "castle page"),
        ("themes/castle/templates/list.html", "castle list"),
        ("templates/page.html", "site page"),
    ];
    let theme = load_named("castle", &files).value;
    let views = samples::empty();
    let draw =
        |template: &str| drawn(&theme, views.iter().find(|view| view.template == template).unwrap(), "").unwrap();
    assert_eq!(draw("page.html"), "site page");
    assert_eq!(draw("list.html"), "castle list");
    assert!(draw("finding.html").contains("<h1"));
}

#[test]
fn every_broken_template_is_told_and_the_rest_still_renders() {
    let files = [
        ("templates/finding.html", "fine\n{{ page.title | nothing }}\n"),
        ("templates/list.html", "{% for x in %}"),
        ("templates/partials/footer.html", "a\n  {% if %}"),
        ("templates/review.html", "{% extends \"nowhere.html\" %}"),
        ("templates/module.html", "{% include \"partials/lost.html\" %}{{ x | gone }}"),
    ];
    let theme = load(&files);
    let mut told = all_told(&theme, &files);
    told.sort();
    let unexpected = "template-error: found `%}` but expected one of: integer, float, string, bool, ident, `-`, `not`, `<`, `{`, `[` or `(`";
    assert_eq!(
        told,
        [
            "templates/finding.html:2:17 template-error: unknown filter `nothing`",
            &format!("templates/list.html:1:13 {unexpected}"),
            "templates/module.html:1:12 template-error: unknown template `partials/lost.html`",
            "templates/module.html:1:42 template-error: unknown filter `gone`",
            &format!("templates/partials/footer.html:2:9 {unexpected}"),
            "templates/review.html:1:13 template-error: it extends `nowhere.html`, which does not exist",
        ]
    );
    for view in samples::filled("text") {
        assert!(drawn(&theme.value, &view, "").unwrap().contains("<h1"));
    }
}

#[test]
fn an_override_that_breaks_the_templates_above_it_is_the_one_to_blame() {
    let files = [("templates/base.html", "<h1>{% block content %}{% endblock content %}</h1>")];
    let theme = load(&files);
    let told = all_told(&theme, &files);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("templates/base.html template-error: with it, "), "{told:?}");
    assert!(drawn(&theme.value, &samples::empty()[0], "").unwrap().contains("<main"));
}

#[test]
fn who_includes_a_broken_template_is_not_told_off() {
    let files =
        [("templates/page.html", "{% include \"partials/mine.html\" %}"), ("templates/partials/mine.html", "{{ }}")];
    let theme = load(&files);
    let told = all_told(&theme, &files);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("templates/partials/mine.html:1:4 "), "{told:?}");
}

#[test]
fn a_mistake_while_drawing_is_the_same_for_every_page() {
    let files = [("templates/partials/footer.html", "<footer>\n{{ site.titel }} {{ nobody }}</footer>")];
    let theme = load(&files).value;
    let mistakes: Vec<Diagnostic> =
        samples::filled("x").iter().map(|view| *drawn(&theme, view, "").unwrap_err()).collect();
    assert!(mistakes.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(
        told(&mistakes[0], &files),
        "templates/partials/footer.html:2:9 template-error: field `titel` is not defined"
    );
    assert_eq!(mistakes[0].help.as_deref(), Some("did you mean `title`?"));
}

#[test]
fn a_theme_that_is_not_there() {
    let files = [("themes/castle/theme.yaml", "name: castle"), ("tiltyard.yaml", "title: T\ntheme: castel\n")];
    let theme = load_named("castel", &files);
    assert_eq!(all_told(&theme, &files), ["tiltyard.yaml:2:8 bad-theme: there is no theme `castel`"]);
    assert_eq!(theme.diagnostics[0].help.as_deref(), Some("did you mean `castle`?"));
    let theme = load_named("x", &[]);
    assert_eq!(all_told(&theme, &[]), ["tiltyard.yaml bad-theme: there is no theme `x`"]);
}

#[test]
fn a_theme_file_that_cannot_be_used() {
    let files = [
        ("themes/castle/theme.yaml", "name: castle\nstyles: [bsae.css, own.css]\n"),
        ("themes/castle/assets/own.css", "a{}"),
    ];
    let theme = load_named("castle", &files);
    assert_eq!(
        all_told(&theme, &files),
        ["themes/castle/theme.yaml:2:10 bad-theme: the theme has no asset `bsae.css`"]
    );
    let html = drawn(&theme.value, &samples::empty()[0], "").unwrap();
    assert_eq!(html.matches("rel=\"stylesheet\"").count(), 1);
    for broken in ["styles: {", "style: [a]", "styles: 7"] {
        let theme = load_named("castle", &[("themes/castle/theme.yaml", broken)]);
        assert_eq!(theme.diagnostics.len(), 1, "{broken}");
        assert_eq!(theme.diagnostics[0].code, &codes::BAD_THEME);
    }
}

#[test]
fn assets_are_fingerprinted_with_what_they_refer_to() {
    let css = "@import \"deep/b.css\"; a { src: url( 'img/x.svg#p' ) url(data:abc) } /* url(no.svg) */";
    let files = |svg: &'static str| {
        [
            ("themes/castle/theme.yaml", "styles: [a.css]\nscripts: []"),
            ("themes/castle/assets/a.css", css),
            ("themes/castle/assets/deep/b.css", "b { src: url(../img/x.svg) }"),
            ("themes/castle/assets/img/x.svg", svg),
        ]
    };
    let published = |svg: &'static str| {
        let theme = load_named("castle", &files(svg));
        assert_eq!(all_told(&theme, &[]), Vec::<String>::new());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        theme.value.files().map(|(path, bytes)| (path.as_str().to_owned(), text(&bytes))).collect::<Vec<_>>()
    };
    let first = published("<svg/>");
    let name = |files: &[(String, String)], start: &str| {
        files.iter().find(|(path, _)| path.starts_with(start)).unwrap().clone()
    };
    let svg = name(&first, "assets/img/x.").0.replace("assets/", "");
    let deep = name(&first, "assets/deep/b.");
    assert_eq!(deep.1, format!("b{{src:url(../{svg})}}"));
    let sheet = name(&first, "assets/a.").1;
    let css = css.replace("deep/b.css", &deep.0.replace("assets/", "")).replace("img/x.svg", &svg);
    assert_eq!(sheet, super::squeeze::squeezed(&css));
    let second = published("<svg></svg>");
    assert_ne!(name(&first, "assets/a.").0, name(&second, "assets/a.").0);
}

#[test]
fn assets_that_refer_to_nothing_or_in_a_circle() {
    let files = [
        ("themes/tiltyard/assets/a.css", "@import url(b.css);\na { src: url(icon.svgg) }"),
        ("themes/tiltyard/assets/b.css", "@import 'a.css';"),
    ];
    let theme = load(&files);
    assert_eq!(
        all_told(&theme, &files),
        [
            "themes/tiltyard/assets/b.css:1:10 bad-theme: the style sheets `a.css` and this one import each other",
            "themes/tiltyard/assets/a.css:2:14 bad-theme: the theme has no asset `icon.svgg`",
        ]
    );
}

#[test]
fn assets_from_elsewhere() {
    let css = "@import url(https://evil.example/x.css);\na { src: url(//evil.example/y) url(/z.svg) url(#in-page) }";
    let files = [("themes/castle/assets/own.css", css)];
    let theme = load_named("castle", &files);
    assert_eq!(
        all_told(&theme, &files),
        [
            "themes/castle/assets/own.css:1:13 bad-theme: `https://evil.example/x.css` is not a file of the theme",
            "themes/castle/assets/own.css:2:14 bad-theme: `//evil.example/y` is not a file of the theme",
            "themes/castle/assets/own.css:2:36 bad-theme: `/z.svg` is not a file of the theme",
        ]
    );
}

#[test]
fn the_hash_changes_with_every_file() {
    let plain = load(&[]).value.hash();
    assert_eq!(plain, load(&[]).value.hash());
    for file in
        ["templates/page.html", "templates/new.html", "themes/tiltyard/assets/new.css", "themes/tiltyard/theme.yaml"]
    {
        assert_ne!(plain, load(&[(file, "")]).value.hash(), "{file}");
    }
}

#[test]
fn places_lie_inside_their_template() {
    let text = "é\r\nzwei `x`";
    for place in [
        fault::Place::Position(2, 6, 90),
        fault::Place::Position(9, 9, 9),
        fault::Place::Bytes(crate::source::Span::new(1, 99)),
    ] {
        let span = place.span(text).unwrap_or_default();
        assert!(text.get(span.start..span.end).is_some(), "{place:?}");
    }
    assert!(layers::DEFAULT == "tiltyard");
}
