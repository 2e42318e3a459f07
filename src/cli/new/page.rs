//! The text of a new page, from the field table of its kind.
//!
//! In: the kind and the values known so far, as YAML. Out: front matter in which required fields wait to be filled in and
//! optional ones stand as comments, each with its line of the table, and a body with headings that help.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::model::field::{Field, Shape};
use crate::model::kind::Kind;

/// Fields that stand first, in this order, when they are there.
const FIRST: [&str; 8] = ["title", "kind", "id", "status", "visibility", "team", "owners", "created"];

/// What is known of a new page.
#[derive(Clone, Debug)]
pub struct NewPage {
    /// Its kind.
    pub kind: Kind,
    /// Values by field, as YAML on one line.
    pub values: BTreeMap<&'static str, String>,
    /// Fields that a `_defaults.yaml` gives, and that therefore need not stand here.
    pub lent: BTreeSet<String>,
}

impl NewPage {
    /// The whole text.
    pub fn text(&self) -> String {
        let mut out = String::from("---\n");
        for field in self.standing() {
            self.field(&mut out, field);
        }
        out.push_str("\n# Further fields, all optional: take the `# ` away where you need one.\n");
        for field in self.kind.fields().filter(|field| !self.stands(field)) {
            line(&mut out, "# ", field.name, &doc(field));
        }
        out.push_str("---\n\n");
        out.push_str(body(self.kind));
        out
    }

    /// The fields that wait to be filled in, in the order in which they stand.
    pub fn waiting(&self) -> Vec<&'static str> {
        self.standing().into_iter().map(|field| field.name).filter(|name| !self.values.contains_key(name)).collect()
    }

    /// The fields that stand in the page, in their order.
    fn standing(&self) -> Vec<&'static Field> {
        let mut fields: Vec<&'static Field> = self.kind.fields().filter(|field| self.stands(field)).collect();
        fields.sort_by_key(|field| FIRST.iter().position(|name| *name == field.name).unwrap_or(FIRST.len()));
        fields
    }

    /// Whether a field stands in the page rather than in a comment.
    fn stands(&self, field: &Field) -> bool {
        self.values.contains_key(field.name) || (self.is_needed(field) && !self.lent.contains(field.name))
    }

    /// Whether `check` asks for the field. Some it asks for are not required by the table, since they may be said in another way.
    fn is_needed(&self, field: &Field) -> bool {
        field.required
            || (field.name == "owners" && self.kind != Kind::Page)
            || matches!((self.kind, field.name), (Kind::ThreatModel, "threats") | (Kind::Module, "practice_on"))
    }

    fn field(&self, out: &mut String, field: &Field) {
        let _ = writeln!(out, "# {}", doc(field));
        if let Some(value) = self.values.get(field.name) {
            let _ = writeln!(out, "{}: {value}", field.name);
            return;
        }
        let _ = writeln!(out, "{}:", field.name);
        match (field.shape)() {
            // A mapping that has required fields of its own has them wait, too; one that has none waits as a whole.
            Shape::Record(fields) => {
                let waits = fields.iter().any(|field| field.required);
                for field in fields {
                    let lead = if waits && field.required { "  " } else { "#   " };
                    line(out, lead, field.name, &doc(field));
                }
            }
            Shape::List(inner) => {
                if let Shape::Record(fields) = *inner {
                    for (at, field) in fields.iter().enumerate() {
                        line(out, if at == 0 { "#   - " } else { "#     " }, field.name, &doc(field));
                    }
                }
            }
            _ => {}
        }
    }
}

/// A field that waits, with its meaning behind it.
fn line(out: &mut String, lead: &str, name: &str, doc: &str) {
    let _ = writeln!(out, "{lead}{name}:  # {doc}");
}

/// A field's line of the table, with the words it knows or the form it has where the line does not say them.
fn doc(field: &Field) -> String {
    let doc = field.doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let shape = match (field.shape)() {
        Shape::List(inner) => *inner,
        shape => shape,
    };
    match shape {
        Shape::Choice(words) if !words.iter().all(|word| doc.contains(word)) => format!("{doc} ({})", words.join(", ")),
        Shape::Pattern(form, _) if field.name != "id" => format!("{doc} ({form})"),
        _ => doc,
    }
}

/// Headings and questions that help to write a page of this kind.
fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::Finding => include_str!("bodies/finding.md"),
        Kind::ThreatModel => include_str!("bodies/threat-model.md"),
        Kind::Review => include_str!("bodies/review.md"),
        Kind::Curriculum => include_str!("bodies/curriculum.md"),
        Kind::Module => include_str!("bodies/module.md"),
        Kind::Champion => include_str!("bodies/champion.md"),
        Kind::Page => include_str!("bodies/page.md"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(kind: Kind) -> NewPage {
        let values = BTreeMap::from([("title", "A title".to_owned()), ("status", "draft".to_owned())]);
        NewPage { kind, values, lent: BTreeSet::new() }
    }

    fn front_matter(text: &str) -> serde_json::Value {
        let yaml = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap().0;
        super::super::setting::parse(yaml).unwrap_or_else(|| panic!("{yaml}"))
    }

    #[test]
    fn every_field_of_every_kind_is_named_and_explained() {
        for kind in Kind::ALL {
            let text = new(kind).text();
            for field in kind.fields() {
                assert!(text.contains(&format!("{}:", field.name)), "{kind:?}: {}", field.name);
                let doc: Vec<&str> = field.doc.split_whitespace().collect();
                assert!(text.contains(&doc.join(" ")), "{kind:?}: {}", field.name);
            }
        }
    }

    #[test]
    fn required_fields_wait_and_the_others_are_comments() {
        for kind in Kind::ALL {
            let page = new(kind);
            let value = front_matter(&page.text());
            let written: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
            for field in kind.fields().filter(|field| field.required) {
                assert!(written.contains(field.name), "{kind:?}: {}", field.name);
            }
            let expected: BTreeSet<&str> = page.waiting().into_iter().chain(page.values.keys().copied()).collect();
            assert_eq!(written, expected, "{kind:?}");
        }
    }

    #[test]
    fn comments_taken_away_leave_sound_yaml() {
        for kind in Kind::ALL {
            let text = new(kind).text();
            let yaml = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap().0;
            // Only lines that are a field behind a comment sign.
            let bare: String = yaml
                .lines()
                .map(|line| match line.strip_prefix("# ") {
                    Some(rest) if rest.contains(":  # ") => format!("{rest}\n"),
                    _ => format!("{line}\n"),
                })
                .collect();
            let value = super::super::setting::parse(&bare).unwrap_or_else(|| panic!("{bare}"));
            for field in kind.fields() {
                assert!(value.get(field.name).is_some(), "{kind:?}: {}", field.name);
            }
        }
    }

    #[test]
    fn what_a_folder_gives_is_not_hidden_by_an_empty_field() {
        let page = NewPage { lent: BTreeSet::from(["owners".to_owned()]), ..new(Kind::Finding) };
        assert!(!page.waiting().contains(&"owners"));
        assert!(page.text().contains("# owners:  # teams or people"));
    }
}
