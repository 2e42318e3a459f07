//! For any text, any span and any message: no panic, no control character on the screen, and JSON that is JSON.

use crate::{path, report};
use proptest::prelude::*;
use tiltyard::cli::report::Format;
use tiltyard::diagnostic::{Diagnostic, codes};
use tiltyard::source::Span;

/// Text full of what goes wrong: line ends, tabs, controls, wide, combining, invisible and ordinary characters.
fn awkward() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("\t".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("\u{1b}[31m".to_owned()),
        Just("字".to_owned()),
        Just("e\u{301}".to_owned()),
        Just("👩\u{200d}🚀".to_owned()),
        Just(" ".repeat(150)),
        Just("word ".repeat(60)),
        any::<char>().prop_map(String::from),
        "[a-z ]{0,12}",
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_input_breaks_a_format(
        text in awkward(), message in awkward(), start in 0_usize..600, length in 0_usize..600, other in 0_usize..600,
    ) {
        let place = path("a\u{7}.md");
        let found = [Diagnostic::new(&codes::BROKEN_LINK, message.clone())
            .at(&place, Span::new(start, start + length))
            .help(message.clone())
            .related(&place, Some(Span::new(other, other + 1)), message.clone())];
        let files = [("a\u{7}.md", text.as_str())];
        for format in [Format::Human, Format::Short, Format::Json, Format::Sarif, Format::Github] {
            let out = report(&files, &found, format);
            let bad = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            prop_assert!(!out.contains(bad), "{format:?}: {out:?}");
            match format {
                Format::Json | Format::Sarif => prop_assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok()),
                Format::Short | Format::Github => prop_assert_eq!(out.lines().count(), 1),
                Format::Human => prop_assert!(out.lines().all(|line| line.chars().count() < 8000)),
            }
        }
    }
}
