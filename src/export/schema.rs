//! JSON Schema (draft 2020-12) of everything that is written in YAML, for editors.
//!
//! In: the field tables, and nothing else. Out: a schema as JSON. It says what our own reader accepts, in its usual
//! spelling: words of a list are known in the case of the table only, though the reader takes any.
//!
//! Two halves make a schema. [`allowed`] says which fields there are and what each may hold; a value may also be
//! empty, since that is how a field waits to be filled in. [`demanded`] says what must be there; a page that is still
//! a draft owes nothing.

use serde_json::{Map, Value, json};

use crate::model::config::ConfigFile;
use crate::model::field::{Field, Record, Shape};
use crate::model::kind::Kind;
use crate::model::metric::Metric;
use crate::model::registry::{GlossaryTerm, Person, Scanner, Service, Skill, Team};

/// The dialect all our schemas are written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Something that is written in YAML and has a schema.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// The word on the command line and under `$defs`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    form: Form,
}

/// What a file of this sort looks like.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// The front matter of a page.
    Page(Kind),
    /// One mapping.
    Mapping(&'static [Field]),
    /// A list of mappings.
    Entries(&'static [Field]),
    /// Some fields of any kind of page.
    Defaults,
}

/// The files that are no pages.
const FILES: [Subject; 9] = [
    Subject { name: "config", title: "Configuration, tiltyard.yaml", form: Form::Mapping(ConfigFile::FIELDS) },
    Subject { name: "defaults", title: "Fields for every page below a folder, _defaults.yaml", form: Form::Defaults },
    Subject { name: "teams", title: "Registry of teams", form: Form::Entries(Team::FIELDS) },
    Subject { name: "people", title: "Registry of people who are no champions", form: Form::Entries(Person::FIELDS) },
    Subject { name: "services", title: "Registry of services", form: Form::Entries(Service::FIELDS) },
    Subject { name: "skills", title: "Registry of skills", form: Form::Entries(Skill::FIELDS) },
    Subject { name: "scanners", title: "Registry of scanners", form: Form::Entries(Scanner::FIELDS) },
    Subject { name: "glossary", title: "Glossary", form: Form::Entries(GlossaryTerm::FIELDS) },
    Subject { name: "metrics", title: "Metrics of the scorecard", form: Form::Entries(Metric::FIELDS) },
];

/// Everything that has a schema: the kinds of pages, then the other files.
pub fn subjects() -> impl Iterator<Item = Subject> {
    let pages =
        Kind::ALL.into_iter().map(|kind| Subject { name: kind.as_str(), title: kind.about(), form: Form::Page(kind) });
    pages.chain(FILES)
}

/// The schema of one sort of file, complete in itself.
#[must_use]
pub fn of(subject: &Subject) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!(DIALECT));
    schema.extend(body(subject));
    Value::Object(schema)
}

/// One schema for all: as a whole it is that of a front matter of any kind, and under `$defs` stands each sort of file.
#[must_use]
pub fn everything() -> Value {
    let pages: Vec<Value> =
        Kind::ALL.iter().map(|kind| json!({"$ref": format!("#/$defs/{}", kind.as_str())})).collect();
    let all: Map<String, Value> =
        subjects().map(|subject| (subject.name.to_owned(), Value::Object(body(&subject)))).collect();
    json!({
        "$schema": DIALECT,
        "title": "Front matter of a page, of whatever kind",
        "anyOf": pages,
        "$defs": all,
    })
}

fn body(subject: &Subject) -> Map<String, Value> {
    let mut schema = match subject.form {
        Form::Page(kind) => page(kind),
        Form::Mapping(fields) => both(record(fields.iter()), &demanded_of(fields.iter())),
        Form::Entries(fields) => {
            let entry = both(record(fields.iter()), &demanded_of(fields.iter()));
            object(json!({"type": ["array", "null"], "items": entry}))
        }
        Form::Defaults => defaults(),
    };
    // A file without a value in it is a mapping without fields, where none is demanded.
    let parts = schema.get("allOf").and_then(Value::as_array);
    let owed =
        parts.into_iter().flatten().filter_map(Value::as_object).any(|part| part.keys().any(|key| key != "properties"));
    if !owed && schema.get("type").is_some_and(|kind| kind == "object") {
        schema.insert("type".to_owned(), json!(["object", "null"]));
    }
    let mut titled = object(json!({"title": subject.title}));
    titled.append(&mut schema);
    titled
}

/// The front matter of a kind. `owners` is never demanded: a `_defaults.yaml` may give it.
fn page(kind: Kind) -> Map<String, Value> {
    let mut schema = record(kind.fields());
    let word = json!({"enum": [kind.as_str(), null], "description": "the kind of page that this is"});
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert("kind".to_owned(), word);
    }
    let demanded = demanded_of(kind.own_fields().iter());
    if demanded.is_empty() {
        return schema;
    }
    if kind == Kind::Champion {
        return both(schema, &demanded);
    }
    let draft = json!({"properties": {"status": {"anyOf": [{"type": "null"}, {"pattern": "^[Dd][Rr][Aa][Ff][Tt]$"}]}}});
    schema.insert("if".to_owned(), draft);
    schema.insert("then".to_owned(), json!(true));
    schema.insert("else".to_owned(), Value::Object(demanded));
    schema
}

/// Every field of every kind; where kinds differ on what it holds, any of it.
fn defaults() -> Map<String, Value> {
    let mut forms: Map<String, Value> = Map::new();
    for field in Kind::ALL.into_iter().flat_map(Kind::fields) {
        let form = Value::Object(property(field));
        if let Value::Array(known) = forms.entry(field.name).or_insert_with(|| json!([]))
            && !known.contains(&form)
        {
            known.push(form);
        }
    }
    let properties: Map<String, Value> = forms
        .into_iter()
        .map(|(name, forms)| match forms.as_array().map(Vec::as_slice) {
            Some([only]) => (name, only.clone()),
            _ => (name, json!({"anyOf": forms})),
        })
        .collect();
    object(json!({"type": "object", "properties": properties, "additionalProperties": false}))
}

/// A mapping that has no other fields than these.
fn record<'f>(fields: impl Iterator<Item = &'f Field>) -> Map<String, Value> {
    let properties: Map<String, Value> =
        fields.map(|field| (field.name.to_owned(), Value::Object(property(field)))).collect();
    object(json!({"type": "object", "properties": properties, "additionalProperties": false}))
}

/// What a field may hold, with its line of the table.
fn property(field: &Field) -> Map<String, Value> {
    let mut value = or_empty(allowed(&(field.shape)()));
    let doc = field.doc.trim();
    let described = match value.shift_remove("description") {
        Some(Value::String(form)) => format!("{doc} ({form})"),
        _ => doc.to_owned(),
    };
    let mut schema = object(json!({"description": described}));
    schema.append(&mut value);
    schema
}

/// What a value of this shape may be.
fn allowed(shape: &Shape) -> Map<String, Value> {
    object(match shape {
        // The table decides the type: an unquoted 1.10 or `no` is a text where a text belongs.
        Shape::Text => json!({"type": ["string", "number", "boolean"]}),
        Shape::Boolean => json!({"type": "boolean"}),
        Shape::Integer(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Shape::Amount(most) => json!({"type": "number", "minimum": 0, "maximum": most}),
        Shape::Pattern(name, pattern) => return text_of(name, pattern),
        Shape::Choice(words) => json!({"enum": words}),
        Shape::Reference(target) => {
            json!({"type": ["string", "integer"], "description": format!("the id of a {}", target.noun())})
        }
        Shape::List(inner) => {
            let item = allowed(inner);
            json!({"anyOf": [item, {"type": "array", "items": item}]})
        }
        Shape::Record(fields) => return record(fields.iter()),
        Shape::Free => json!({}),
    })
}

/// A text of a form; one that may be all digits also comes without quotes, as a number.
fn text_of(name: &str, pattern: &str) -> Map<String, Value> {
    let kinds = if bare_number(pattern) { json!(["string", "integer"]) } else { json!("string") };
    let mut schema = object(json!({"type": kinds, "pattern": pattern, "description": name}));
    if bare_number(pattern) {
        schema.insert("minimum".to_owned(), json!(0));
    }
    let format = match pattern {
        r"^\d{4}-\d{2}-\d{2}$" => Some("date"),
        "^https?://" => Some("uri"),
        _ => None,
    };
    if let Some(format) = format {
        schema.insert("format".to_owned(), json!(format));
    }
    schema
}

/// Whether a number such as 7 has this form: digits alone after a head that may be missing, or all but a few signs.
fn bare_number(pattern: &str) -> bool {
    let core = pattern.trim_start_matches('^').trim_end_matches('$');
    let core = core.rsplit_once(")?").map_or(core, |(_, rest)| rest);
    core.starts_with("[^") || (core.starts_with(r"\d{") && core.find('}') == Some(core.len() - 1))
}

/// The same, or nothing yet.
fn or_empty(mut schema: Map<String, Value>) -> Map<String, Value> {
    if let Some(kind) = schema.get_mut("type") {
        let empty = json!("null");
        match kind {
            Value::Array(kinds) => kinds.push(empty),
            _ => *kind = Value::Array(vec![kind.take(), empty]),
        }
    } else if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    } else if let Some(Value::Array(forms)) = schema.get_mut("anyOf") {
        forms.push(json!({"type": "null"}));
    }
    schema
}

/// What must be there in a mapping with these fields. It says nothing of values that are no mapping.
fn demanded_of<'f>(fields: impl Iterator<Item = &'f Field>) -> Map<String, Value> {
    let mut names = Vec::new();
    let mut properties = Map::new();
    for field in fields {
        let mut schema = demanded(&(field.shape)());
        if field.required {
            names.push(json!(field.name));
            schema.insert("not".to_owned(), json!({"enum": [null, "", []]}));
        }
        if !schema.is_empty() {
            properties.insert(field.name.to_owned(), Value::Object(schema));
        }
    }
    let mut schema = Map::new();
    if !names.is_empty() {
        schema.insert("required".to_owned(), Value::Array(names));
    }
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), Value::Object(properties));
    }
    schema
}

/// What must be there inside a value of this shape.
fn demanded(shape: &Shape) -> Map<String, Value> {
    match shape {
        Shape::Record(fields) => demanded_of(fields.iter()),
        Shape::List(inner) => {
            // One alone may stand for a list, so what holds for an item holds for it, too.
            let mut schema = demanded(inner);
            if !schema.is_empty() {
                schema.insert("items".to_owned(), Value::Object(schema.clone()));
            }
            schema
        }
        _ => Map::new(),
    }
}

/// A schema and, beside it, what it demands.
fn both(mut schema: Map<String, Value>, demanded: &Map<String, Value>) -> Map<String, Value> {
    if !demanded.is_empty() {
        schema.insert("allOf".to_owned(), json!([demanded]));
    }
    schema
}

/// The members of a literal object.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(fields: &[Field], found: &mut Vec<&'static str>) {
        fn walk(shape: &Shape, found: &mut Vec<&'static str>) {
            match shape {
                Shape::Pattern(_, pattern) => found.push(pattern),
                Shape::List(inner) => walk(inner, found),
                Shape::Record(fields) => patterns(fields, found),
                _ => {}
            }
        }
        for field in fields {
            walk(&(field.shape)(), found);
        }
    }

    #[test]
    fn forms_that_a_number_has_are_known() {
        let mut found = Vec::new();
        for kind in Kind::ALL {
            kind.fields().for_each(|field| patterns(std::slice::from_ref(field), &mut found));
        }
        patterns(ConfigFile::FIELDS, &mut found);
        patterns(Team::FIELDS, &mut found);
        assert!(found.len() > 20);
        for pattern in found {
            let number = jsonschema::is_valid(&json!({"pattern": pattern}), &json!("7"));
            assert_eq!(bare_number(pattern), number, "{pattern}");
        }
    }

    #[test]
    fn every_subject_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = subjects().map(|subject| subject.name).collect();
        assert_eq!(names.len(), subjects().count());
    }

    #[test]
    fn what_waits_to_be_filled_in_is_empty() {
        for shape in
            [Shape::Text, Shape::Boolean, Shape::Choice(&["a"]), Shape::List(Box::new(Shape::Text)), Shape::Free]
        {
            let schema = Value::Object(or_empty(allowed(&shape)));
            assert!(jsonschema::is_valid(&schema, &Value::Null), "{schema}");
        }
    }
}
