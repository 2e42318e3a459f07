//! Values from the command line become YAML.
//!
//! In: `KEY=VALUE` and the field it is for, ids, titles. Out: the text to write behind `key: `, on one line, or why it cannot be written.

use serde_json::Value;

use crate::diagnostic::did_you_mean;
use crate::model::field::{Field, Shape};
use crate::model::kind::Kind;

pub use crate::import::yaml::quoted;
pub use crate::import::yaml::{list, parse, text};

/// What is wrong, and what to do.
pub type Refusal = (String, String);

/// The field that a `KEY=VALUE` is for, and its value as YAML.
pub fn read(kind: Kind, setting: &str) -> Result<(&'static Field, String), Refusal> {
    let Some((key, value)) = setting.split_once('=') else {
        return Err((format!("`{setting}` is not `KEY=VALUE`"), "write it as in `--set cwe=89`".to_owned()));
    };
    let key = key.trim();
    let instead = match key {
        "title" => Some("the title is the second argument"),
        "kind" => Some("the kind is the first argument"),
        "id" => Some("give it with `--id`"),
        _ => None,
    };
    if let Some(instead) = instead {
        return Err((format!("`--set {key}=…` is not needed"), instead.to_owned()));
    }
    let Some(field) = kind.fields().find(|field| field.name == key) else {
        let names = || kind.fields().map(|field| field.name);
        let help = did_you_mean(key, names())
            .unwrap_or_else(|| format!("its fields are {}", names().collect::<Vec<_>>().join(", ")));
        return Err((format!("a {} has no field `{key}`", kind.label().to_lowercase()), help));
    };
    value_of(field, value.trim()).map(|value| (field, value))
}

/// A value for this field: YAML as it was typed where it is YAML, else the text in quotes.
fn value_of(field: &Field, typed: &str) -> Result<String, Refusal> {
    let name = field.name;
    if typed.is_empty() {
        return Err((format!("`--set {name}=` has no value"), format!("{name}: {}", field.doc.trim())));
    }
    let shape = (field.shape)();
    let parsed = parse(typed).filter(|_| !typed.contains(['\n', '\r']));
    let collected = typed.starts_with(['[', '{']);
    let flow = collected || typed.starts_with(['"', '\'']);
    match parsed {
        Some(Value::Array(_) | Value::Object(_)) if collected => return Ok(typed.to_owned()),
        Some(Value::String(text)) if flow || text == typed => return Ok(typed.to_owned()),
        Some(Value::Number(_) | Value::Bool(_) | Value::Null) => return Ok(typed.to_owned()),
        _ => {}
    }
    if holds_text(&shape) && !(collected && matches!(shape, Shape::List(_))) {
        return Ok(quoted(typed));
    }
    let example = if matches!(shape, Shape::List(_)) { "[first, second]" } else { "{key: value}" };
    Err((
        format!("the value of `--set {name}=…` is not YAML on one line"),
        format!("write lists and mappings in brackets, as in `--set '{name}={example}'`"),
    ))
}

/// Whether a text can stand here, alone or in a list.
fn holds_text(shape: &Shape) -> bool {
    match shape {
        Shape::Text | Shape::Pattern(..) | Shape::Choice(_) | Shape::Reference(_) => true,
        Shape::List(inner) => holds_text(inner),
        Shape::Boolean | Shape::Integer(..) | Shape::Amount(_) | Shape::Record(_) | Shape::Free => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_were() {
        for wanted in [
            "SQL injection",
            "a: b",
            "# no comment",
            "say \"no\"",
            "it's",
            "- x",
            "[x]",
            "null",
            "1.10",
            "2026-11-02",
            "no",
            "日本語: «x»",
            "tab\there",
            "two\nlines",
            "\u{feff}x\u{2028}\u{7f}\u{85}",
            "back\\slash",
            "*star",
            "@at",
            "100%",
            "trailing:",
            "a #b",
            "~",
            "true",
            "---",
            "...",
            "🦊",
            "a, b",
            "!tag",
            "&anchor",
            "`code`",
            "%x",
        ] {
            let written = text(wanted);
            let read: Value = serde_yaml::from_str(&format!("key: {written}  # why\n")).unwrap();
            assert_eq!(read["key"], wanted, "{written}");
            assert!(!written.contains('\n'));
            let read: Value =
                serde_yaml::from_str(&format!("key: {}\n", list(&[wanted.to_owned(), "b".to_owned()]))).unwrap();
            assert_eq!(read["key"], serde_json::json!([wanted, "b"]), "{written}");
        }
        assert_eq!(text("SQL injection"), "SQL injection");
    }

    #[test]
    fn settings_are_yaml_or_text() {
        for (setting, wanted) in [
            ("cwe=89", "89"),
            ("cwe = [89, 564]", "[89, 564]"),
            ("tags=a", "a"),
            ("tags=1.10", "1.10"),
            ("plain=It is: bad # really", "\"It is: bad # really\""),
            ("plain='quoted: yes'", "'quoted: yes'"),
            ("plain=[not closed", "\"[not closed\""),
            ("plain=two\nlines", "\"two\\nlines\""),
            ("release={external: block}", "{external: block}"),
            ("rules=[{scanner: zap, id: \"40018\"}]", "[{scanner: zap, id: \"40018\"}]"),
            ("verify=a=b", "a=b"),
            ("order=3", "3"),
        ] {
            assert_eq!(read(Kind::Finding, setting).map(|(_, value)| value), Ok(wanted.to_owned()), "{setting}");
        }
    }

    #[test]
    fn what_cannot_be_set_says_why() {
        for (setting, message, help) in [
            ("cwe", "`cwe` is not `KEY=VALUE`", "--set cwe=89"),
            ("cew=89", "a finding has no field `cew`", "did you mean `cwe`?"),
            ("zzzzzz=1", "a finding has no field `zzzzzz`", "its fields are cwe, plain"),
            ("title=x", "`--set title=…` is not needed", "second argument"),
            ("plain=", "`--set plain=` has no value", "plain: what it is"),
            ("release=external: block", "the value of `--set release=…` is not YAML on one line", "{key: value}"),
            ("tags=[a", "the value of `--set tags=…` is not YAML on one line", "[first, second]"),
        ] {
            let (said, helped) = read(Kind::Finding, setting).unwrap_err();
            assert_eq!(said, message);
            assert!(helped.contains(help), "{helped}");
        }
    }
}
