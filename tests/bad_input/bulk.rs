//! Too much of everything: it is refused by a limit that is named, or built in seconds.

use std::fmt::Write as _;
use std::time::Duration;

use super::support::{Kb, Tally};
use super::table::{bad, hold, says};

/// How long the largest of these may take in the dev profile on a busy machine.
const SOON: Duration = Duration::from_secs(15);

fn repeated(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, at| {
        text.push_str(&line(at));
        text
    })
}

/// Builds a page and looks that it ended in time, cleanly or with one of the limits' codes.
fn bounded(cases: Vec<(&str, String)>) {
    let mut tally = Tally::default();
    for (name, text) in cases {
        let kb = Kb::built().with("content/big.md", text);
        let old = kb.site();
        let run = kb.build(&[]);
        let refused = run.code() == Some(1);
        tally.ended(name, &run, i32::from(refused));
        tally.hold(name, run.took < SOON, || format!("took {:.1?}", run.took));
        tally.hold(name, !refused || kb.site() == old, || "the old site has changed".to_owned());
        let limits = ["too-deep", "file-too-big", "front-matter-limit", "broken-link"];
        let known = run
            .diagnostics()
            .iter()
            .all(|diagnostic| limits.iter().any(|limit| diagnostic["code"] == *limit) && diagnostic["line"].is_u64());
        tally.hold(name, !refused || known, || format!("refused for another reason, or without a place\n  {run}"));
    }
}

#[test]
fn deep_nesting() {
    bounded(vec![
        ("50,000 quotes", ">".repeat(50_000)),
        ("50,000 quotes with text", format!("{}x\n", "> ".repeat(50_000))),
        ("50,000 opening brackets", "[".repeat(50_000)),
        ("50,000 closed brackets", format!("{}x{}", "[".repeat(50_000), "]".repeat(50_000))),
        ("50,000 image brackets", "![".repeat(50_000)),
        ("50,000 parentheses", format!("[a]({})", "(".repeat(50_000))),
        ("2,000 lists in one line", format!("{}x\n", "- ".repeat(2_000))),
        ("2,000 nested lists", repeated(2_000, |at| format!("{}- x\n", " ".repeat(at * 2)))),
        ("quotes and lists", format!("{}x\n", "> - ".repeat(5_000))),
        ("10,000 nested elements", "<div>".repeat(10_000)),
        ("10,000 nested inline elements", "<b>".repeat(10_000)),
    ]);
}

#[test]
fn pathological_inline_text() {
    bounded(vec![
        ("emphasis", "*a _b ".repeat(20_000)),
        ("emphasis that closes", format!("{}a{}", "*".repeat(50_000), "*".repeat(50_000))),
        ("alternating emphasis", "*_".repeat(30_000)),
        ("strikethrough", "~~a ~".repeat(20_000)),
        ("100,000 backticks", "`".repeat(100_000)),
        ("backtick runs of all lengths", repeated(400, |at| format!("{} ", "`".repeat(at)))),
        ("unclosed fence", format!("```\n{}", "a\n".repeat(50_000))),
        ("fence of an odd language", format!("```{}\nx\n```\n", "a".repeat(50_000))),
        ("entities", "&".repeat(100_000)),
        ("angle brackets", "<".repeat(100_000)),
        ("unclosed comments", "<!--".repeat(30_000)),
        ("unclosed CDATA", "<![CDATA[".repeat(20_000)),
        ("unclosed wiki links", "[[a".repeat(30_000)),
        ("backslashes", "\\".repeat(100_000)),
        ("link openers", "[a](<b".repeat(20_000)),
        ("tables without body", "|".repeat(50_000)),
        ("autolinks", "https://a.example/ ".repeat(10_000)),
        ("dashes", "- ".repeat(30_000)),
        ("numbers", format!("{}. x\n", "9".repeat(50_000))),
    ]);
}

#[test]
fn many_of_a_thing() {
    bounded(vec![
        (
            "20,000 footnotes",
            repeated(20_000, |at| format!("[^{at}]: note\n\n")) + &repeated(20_000, |at| format!("x[^{at}] ")),
        ),
        ("20,000 definitions", repeated(20_000, |at| format!("[r{at}]: /x{at}\n"))),
        ("20,000 headings of one name", "## Same\n\n".repeat(20_000)),
        ("a table of 10,000 rows", format!("| a | b |\n|---|---|\n{}", "| x | y |\n".repeat(10_000))),
        (
            "a table of 2,000 columns",
            format!("{}|\n{}|\n{}|\n", "|a".repeat(2_000), "|-".repeat(2_000), "|x\n".repeat(1_000)),
        ),
        ("20,000 tasks", "- [ ] do\n".repeat(20_000)),
        ("20,000 rules", "***\n\n".repeat(20_000)),
        ("20,000 callouts", "> [!NOTE]\n> x\n\n".repeat(5_000)),
        ("2,000 code blocks", "```rust\nfn a() {}\n```\n\n".repeat(2_000)),
    ]);
}

#[test]
fn front_matter_bombs() {
    let laughs = repeated(12, |at| {
        let before = if at == 0 { "lol".to_owned() } else { vec![format!("*a{}", at - 1); 10].join(", ") };
        format!("  a{at}: &a{at} [{before}]\n")
    });
    let page = |yaml: &str| format!("---\n{yaml}\n---\nText\n");
    let limit = || says("front-matter-limit").on("content/bad.md");
    hold(vec![
        bad("alias bomb", "content/bad.md", page(&format!("extra:\n{laughs}")), limit()),
        bad("an anchor in itself", "content/bad.md", page("extra: &a [*a]"), says("front-matter-syntax")).among(),
        bad(
            "deep lists",
            "content/bad.md",
            page(&format!("extra: {}{}", "[".repeat(20_000), "]".repeat(20_000))),
            limit(),
        ),
        bad("deep unclosed lists", "content/bad.md", page(&format!("extra: {}", "[".repeat(20_000))), limit()),
        bad("deep blocks", "content/bad.md", page(&repeated(500, |at| format!("{}a:\n", " ".repeat(at)))), limit()),
        bad(
            "5 MB in one value",
            "content/bad.md",
            page(&format!("summary: {}", "a".repeat(5 << 20))),
            limit().with("4 MB"),
        ),
        bad("5 MB of keys", "content/bad.md", page(&repeated(400_000, |at| format!("k{at}: v\n"))), limit()),
        bad("300,000 values", "content/bad.md", page(&format!("tags: [{}]", "a, ".repeat(300_000))), limit()),
    ]);
}

/// Paragraphs, so many megabytes of them.
fn megabytes(count: usize) -> String {
    let paragraph = "word and more words, no end of words\n\n";
    paragraph.repeat((count << 20) / paragraph.len())
}

#[test]
fn a_page_over_the_limit_is_refused_with_the_flag_that_raises_it() {
    let mut tally = Tally::default();
    let kb = Kb::built().with("content/big.md", megabytes(50));
    let old = kb.site();
    let run = kb.build(&[]);
    tally.ended("50 MB", &run, 1);
    let told = run.of("file-too-big");
    tally.hold("50 MB", told.len() == 1 && told[0]["path"] == "content/big.md", || run.to_string());
    tally.hold("50 MB", told.first().is_some_and(|told| told.to_string().contains("--max-page-size")), || {
        format!("does not name the flag\n  {run}")
    });
    tally.hold("50 MB", run.took < Duration::from_secs(5), || format!("{:?} to refuse", run.took));
    tally.hold("50 MB", kb.site() == old, || "old site changed".to_owned());
}

/// 12 MB and not 50, because the dev profile takes half a second for each.
#[test]
fn a_large_page_is_built_when_the_limit_is_raised() {
    let mut tally = Tally::default();
    let kb = Kb::built().with("content/big.md", megabytes(12));
    tally.ended("12 MB", &kb.build(&[]), 1);
    let run = kb.build(&["--max-page-size", "64"]);
    tally.ended("12 MB allowed", &run, 0);
    tally.hold("12 MB allowed", run.took < Duration::from_secs(25), || format!("took {:?}", run.took));
    let size = std::fs::metadata(kb.path("public/big/index.html")).map_or(0, |meta| meta.len());
    tally.hold("12 MB allowed", size > 12 << 20, || format!("{size} bytes"));
}

#[test]
fn the_limit_itself() {
    let mut tally = Tally::default();
    let kb = Kb::built().with("content/big.md", "a\n".repeat((1 << 20) / 2));
    tally.ended("exactly 1 MB", &kb.build(&["--max-page-size", "1"]), 0);
    kb.write("content/big.md", "a\n".repeat((1 << 20) / 2) + "b");
    tally.ended("one byte more", &kb.build(&["--max-page-size", "1"]), 1);
    for wrong in ["-1", "0.5", "x", "99999999999999999999999"] {
        let run = kb.build(&[&format!("--max-page-size={wrong}")]);
        tally.ended(wrong, &run, 2);
        tally.hold(wrong, run.stderr.contains("max-page-size"), || run.to_string());
    }
    tally.ended("the largest number there is", &kb.build(&["--max-page-size", "18446744073709551615"]), 0);
}

#[test]
fn many_mistakes_are_told_in_time() {
    let mut tally = Tally::default();
    let mut page = String::new();
    (0..5_000).for_each(|at| writeln!(page, "[a{at}](nope-{at}.md)").unwrap());
    let kb = Kb::built().with("content/big.md", page);
    for format in ["json", "human", "sarif"] {
        let run = kb.run(&["check", "--format", format]);
        tally.ended(format, &run, 1);
        tally.hold(format, run.took < SOON, || format!("took {:?}", run.took));
    }
    tally.hold("all of them", kb.build(&[]).of("broken-link").len() == 5_000, || "some are missing".to_owned());
}
