//! Our words in the text of one rule's object; every byte that is not ours stays.

use std::ops::Range;

use serde_json::Value;

/// What we say of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// The address of the explanation; none when the site has no address.
    pub uri: Option<String>,
    /// The explanation as plain text.
    pub text: String,
    /// The same as Markdown.
    pub markdown: String,
}

/// Ends our part of a text.
const TEXT_MARK: &str = "(explained with tiltyard)";
/// Ends our part of Markdown.
const MARKDOWN_MARK: &str = "<!-- explained with tiltyard -->";

/// The object of a rule with our help in it.
pub fn rule(object: &[u8], help: &Help) -> Vec<u8> {
    let before = Before::of(object, help);
    let text = with_tail(&help.text, TEXT_MARK, &before.text);
    let markdown = with_tail(&help.markdown, MARKDOWN_MARK, &before.markdown);
    let mut edited = object.to_vec();
    if let Some(uri) = &help.uri {
        edited = set(&edited, "helpUri", &Value::from(uri.as_str()).to_string());
    }
    let (text, markdown) = (Value::from(text).to_string(), Value::from(markdown).to_string());
    let old = members(&edited).into_iter().rev().find(|member| member.key == "help").map(|member| member.value);
    let old = old.and_then(|range| edited.get(range)).filter(|old| old.first() == Some(&b'{'));
    let old = old.unwrap_or(b"{}").to_vec();
    let new = set(&set(&old, "text", &text), "markdown", &markdown);
    set(&edited, "help", &String::from_utf8_lossy(&new))
}

fn with_tail(ours: &str, mark: &str, tail: &str) -> String {
    if tail.is_empty() { format!("{ours}\n\n{mark}") } else { format!("{ours}\n\n{mark}\n\n{tail}") }
}

/// What stands behind our words: what the scanner said itself.
struct Before {
    text: String,
    markdown: String,
}

impl Before {
    fn of(object: &[u8], help: &Help) -> Self {
        let rule: Value = serde_json::from_slice(object).unwrap_or_default();
        let said = |key: &str| rule.get("help").and_then(|help| help.get(key)).and_then(Value::as_str).unwrap_or("");
        let (text, markdown) = (said("text"), said("markdown"));
        let uri = rule.get("helpUri").and_then(Value::as_str).filter(|_| help.uri.is_some());
        let kept = |said: &str, mark: &str| said.split_once(mark).map(|(_, tail)| tail.trim_start().to_owned());
        let fresh = |said: &str, heading: &str| {
            let parts: Vec<&str> = [said.trim()].into_iter().chain(uri).filter(|part| !part.is_empty()).collect();
            if parts.is_empty() { String::new() } else { format!("{heading}\n\n{}", parts.join("\n\n")) }
        };
        Self {
            text: kept(text, TEXT_MARK).unwrap_or_else(|| fresh(text, "What the scanner says:")),
            markdown: kept(markdown, MARKDOWN_MARK).unwrap_or_else(|| {
                let own = if markdown.is_empty() { text } else { markdown };
                fresh(own, "---\n\n**What the scanner says**")
            }),
        }
    }
}

/// A member of an object: its key, and where its value stands.
struct Member {
    key: String,
    /// Where the key begins.
    start: usize,
    value: Range<usize>,
}

/// An object's text with a member's value set: in place where it is there, else behind the last member.
fn set(object: &[u8], key: &str, value: &str) -> Vec<u8> {
    let members = members(object);
    let mut edited = Vec::with_capacity(object.len() + value.len());
    let mut copied = 0;
    for member in members.iter().filter(|member| member.key == key) {
        edited.extend_from_slice(object.get(copied..member.value.start).unwrap_or_default());
        edited.extend_from_slice(value.as_bytes());
        copied = member.value.end;
    }
    if copied > 0 {
        edited.extend_from_slice(object.get(copied..).unwrap_or_default());
        return edited;
    }
    let name = Value::from(key);
    match (members.first(), members.last()) {
        (Some(first), Some(last)) => {
            edited.extend_from_slice(object.get(..last.value.end).unwrap_or_default());
            edited.push(b',');
            // As the first member is set off from its brace, so is the new one.
            edited.extend_from_slice(object.get(1..first.start).unwrap_or_default());
            edited.extend_from_slice(format!("{name}: {value}").as_bytes());
            edited.extend_from_slice(object.get(last.value.end..).unwrap_or_default());
        }
        _ => edited.extend_from_slice(format!("{{{name}: {value}}}").as_bytes()),
    }
    edited
}

/// The members of a valid object's text.
fn members(object: &[u8]) -> Vec<Member> {
    let mut members = Vec::new();
    let mut at = 1;
    loop {
        at = skip_space(object, at);
        if object.get(at) != Some(&b'"') {
            return members;
        }
        let start = at;
        at = skip_value(object, at);
        let key = object.get(start..at).and_then(|key| serde_json::from_slice(key).ok()).unwrap_or_default();
        at = skip_space(object, at);
        // The colon.
        let value = skip_space(object, at + 1);
        at = skip_value(object, value);
        members.push(Member { key, start, value: value..at });
        at = skip_space(object, at);
        if object.get(at) != Some(&b',') {
            return members;
        }
        at += 1;
    }
}

fn skip_space(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Behind the value that begins here.
fn skip_value(text: &[u8], start: usize) -> usize {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.iter().enumerate().skip(start) {
        if in_text {
            in_text = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            if !in_text && depth == 0 {
                return at + 1;
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return at,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_set_in_place_or_behind_the_last_one() {
        for (object, wanted) in [
            (r#"{"a":1}"#, r#"{"a":1,"k": 7}"#),
            ("{\n  \"a\": \"}\\\"\"\n}", "{\n  \"a\": \"}\\\"\",\n  \"k\": 7\n}"),
            (r#"{"k":[{"k":2}],"b":1.50}"#, r#"{"k":7,"b":1.50}"#),
            (r#"{"\u006b":null}"#, r#"{"\u006b":7}"#),
            ("{}", r#"{"k": 7}"#),
            ("{ }", r#"{"k": 7}"#),
            (r#"{"k":1,"k":2}"#, r#"{"k":7,"k":7}"#),
        ] {
            assert_eq!(String::from_utf8(set(object.as_bytes(), "k", "7")).unwrap(), wanted);
        }
    }

    #[test]
    fn what_the_scanner_said_stays_behind_our_words_however_often_it_is_done() {
        let help = Help {
            uri: Some("https://kb.example/x/".to_owned()),
            text: "Ours.".to_owned(),
            markdown: "**Ours.**".to_owned(),
        };
        let once =
            rule(br#"{"id":"x","help":{"text":"Theirs.","other":1e2},"helpUri":"https://theirs.example"}"#, &help);
        let read: Value = serde_json::from_slice(&once).unwrap();
        assert_eq!(
            read["help"]["text"],
            "Ours.\n\n(explained with tiltyard)\n\nWhat the scanner says:\n\nTheirs.\n\nhttps://theirs.example"
        );
        assert_eq!(read["helpUri"], "https://kb.example/x/");
        assert!(String::from_utf8_lossy(&once).contains("\"other\":1e2"));
        assert_eq!(rule(&once, &help), once);
        let changed = Help { text: "Better.".to_owned(), ..help };
        let again: Value = serde_json::from_slice(&rule(&once, &changed)).unwrap();
        assert!(again["help"]["text"].as_str().unwrap().starts_with("Better.\n\n(explained"));
        assert!(again["help"]["text"].as_str().unwrap().ends_with("https://theirs.example"));
    }

    #[test]
    fn a_rule_without_help_gets_one() {
        let help = Help { uri: None, text: "Ours.".to_owned(), markdown: "Ours.".to_owned() };
        let read: Value = serde_json::from_slice(&rule(br#"{"id":"x","help":7}"#, &help)).unwrap();
        assert_eq!(read["help"]["markdown"], "Ours.\n\n<!-- explained with tiltyard -->");
        assert_eq!(read.get("helpUri"), None);
    }
}
