//! What a page without a `title` is called.

use super::{page, site};

#[test]
fn a_page_is_called_what_its_author_called_it() {
    for (text, title) in [
        ("# Own *name*\n\n## Install\n", "Own name"),
        ("![logo](https://example.org/l.png)\n\n# Own name\n", "Own name"),
        ("<h1 align=\"center\">\n  Own &amp; <b>name</b>\n</h1>\n\n## Install\n", "Own & name"),
        ("<h1></h1>\n\nText.\n\n## Install\n", "Some tool"),
        ("Text first.\n\n## Install\n\nMore.\n", "Some tool"),
        ("## A part\n\nText.\n\n# Own name\n", "Own name"),
        ("\n### A part\n\nText.\n", "A part"),
        ("#\n\nText.\n", "Some tool"),
        ("Text alone.\n", "Some tool"),
    ] {
        let files = site(&[("some-tool.md", text)]);
        let html = page(&files, "some-tool/");
        let shown = html.split_once("<h1>").unwrap().1.split_once("</h1>").unwrap().0;
        assert_eq!(shown, title.replace('&', "&amp;"), "{text:?}");
    }
}
