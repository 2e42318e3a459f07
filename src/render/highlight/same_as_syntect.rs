//! Our reading of lines against syntect's: the same changes of scopes, line by line.
//!
//! `PROPTEST_CASES=100000` tries more spoilt texts.
#![allow(clippy::disallowed_methods, reason = "the texts are those of this repository")]

use std::path::Path;

use proptest::prelude::*;
use syntect::parsing::{ParseState, SyntaxReference};

use super::parser::{Parser, Stop};
use crate::catalogue::syntax::{find_language, syntaxes};

/// The highlighter shows longer lines plain.
const LONGEST_LINE: usize = 160;
/// Some definitions take seconds for odd lines, in syntect too.
const SLOW: &[&str] = &["SystemVerilog", "Navigational Bar SV"];

/// Reads a text with both; `Err` tells where they differ.
fn compare(syntax: &SyntaxReference, text: &str) -> Result<(), String> {
    let mut theirs = ParseState::new(syntax);
    let mut ours = Parser::new(syntax).ok_or_else(|| format!("{} has no beginning", syntax.name))?;
    for line in text.split_inclusive('\n').filter(|line| line.len() <= LONGEST_LINE) {
        let found = ours.parse_line(line);
        if found == Err(Stop::Circle) {
            // There is nothing to compare with: syntect never comes back.
            return Ok(());
        }
        let (expected, found) = (theirs.parse_line(line, syntaxes()).ok(), found.ok());
        if expected != found {
            return Err(format!("{}: {line:?}\n{expected:?}\n{found:?}", syntax.name));
        }
        // The fields of syntect's state are private.
        let (expected, found) = (format!("{theirs:?}").matches("StateLevel {").count(), ours.depth());
        if expected != found {
            return Err(format!("{}: after {line:?} {found} contexts are open instead of {expected}", syntax.name));
        }
    }
    Ok(())
}

/// The texts of this repository, with the word for the language of each: files, and the code blocks of its pages.
fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for folder in ["content", "themes", "static", "src/render", "src/markdown", "tests/report", "Cargo.toml"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
            let path = entry.expect("an entry").into_path();
            let (Some(extension), Ok(text)) = (path.extension(), std::fs::read_to_string(&path)) else { continue };
            let extension = extension.to_string_lossy().into_owned();
            if extension == "md" {
                for fence in text.split("\n```").skip(1).step_by(2) {
                    let (word, code) = fence.split_once('\n').unwrap_or((fence, ""));
                    texts.push((word.trim().to_owned(), format!("{code}\n")));
                }
            }
            if ["css", "html", "js", "md", "rs", "svg", "toml", "yaml"].contains(&extension.as_str()) {
                texts.push((extension, text));
            }
        }
    }
    texts
}

fn languages() -> impl Iterator<Item = &'static SyntaxReference> {
    syntaxes().syntaxes().iter().filter(|syntax| !SLOW.contains(&syntax.name.as_str()))
}

#[test]
fn the_texts_of_this_repository_are_read_alike() {
    let texts = texts();
    assert!(texts.len() > 100, "{}", texts.len());
    for (word, text) in texts {
        if let Some(language) = find_language(&word) {
            compare(language, &text).expect("no difference");
        }
    }
}

#[test]
fn every_language_reads_what_is_hard_alike() {
    let deep = format!("{}\n{}\n", "[{(".repeat(45), ")}]".repeat(45));
    let texts = [
        "",
        "\n",
        "a",
        "\u{0}\n",
        "é ſ K ß\n(x) => { /* \u{2028}\n*/ }\n",
        "cat <<EOF $x\nEO\n  EOF\nEOF\ncat <<-'A B'\n\tA B\n",
        "r##\"a\"# b\"## c\n",
        "$$ a $$ $x$ b $y$ $x$\n",
        "<?php if (1): ?><script>let a = `${b}</script>`\n<style>a { b: c }</style>\n",
        "x = %q{a{b}c} /r/i =~ y ? 1 : 0\n",
        "```rust\nfn f() {}\n```\n- [a](b) **c\n\n    d\n",
        "#if 0\n a'b\n#endif\n/* */ // \\\n \"a\\\n",
        &deep,
    ];
    for language in languages() {
        for text in texts {
            compare(language, text).expect("no difference");
        }
    }
}

#[test]
fn rules_that_go_round_in_a_circle_are_left() {
    let text =
        "class Token:\n    \"\"\"It never${hows itself.\"\"\"\n   /*_slots__ = (\"_value\",)\n    def f(self):\n";
    for name in ["JavaScript", "Svelte"] {
        let going_round = syntaxes().syntaxes().iter().filter(|syntax| syntax.name == name).any(|syntax| {
            let mut parser = Parser::new(syntax).expect("a beginning");
            text.split_inclusive('\n').any(|line| parser.parse_line(line) == Err(Stop::Circle))
        });
        assert!(going_round, "{name}");
    }
    let shown = crate::render::highlight::Highlighter::new().highlight(Some("svelte"), text);
    assert_eq!(shown.lines().count(), 4, "every line is shown");
    assert!(shown.html().contains("_slots__"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spoilt_texts_are_read_alike(
        place in any::<prop::sample::Index>(),
        language in any::<prop::sample::Index>(),
        own in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, "[ -~\n\té中\u{301}\u{a0}]{0,6}|<<E|/\\*|\"\"\"|\\$\\{|\\{\\{|<\\?php "), 1..8),
    ) {
        static TEXTS: std::sync::LazyLock<Vec<(String, String)>> = std::sync::LazyLock::new(texts);
        let (word, text) = place.get(&TEXTS);
        let skipped = place.index(text.lines().count().max(20) - 10);
        let mut chars: Vec<char> = text.split_inclusive('\n').skip(skipped).take(12).collect::<String>().chars().collect();
        for (at, length, new) in changes {
            let from = at.index(chars.len() + 1);
            let to = (from + length).min(chars.len());
            chars.splice(from..to, new.chars());
        }
        let all: Vec<_> = languages().collect();
        let language = find_language(word).filter(|_| own).unwrap_or_else(|| *language.get(&all));
        let same = compare(language, &chars.into_iter().collect::<String>());
        prop_assert!(same.is_ok(), "{}", same.unwrap_err());
    }
}
