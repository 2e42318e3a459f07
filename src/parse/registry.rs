//! The files of `_data/` become the registries.

use std::collections::BTreeMap;

use super::{text, yaml};
use jiff::civil::Date;

use crate::diagnostic::{Checked, Diagnostic, codes, did_you_mean};
use crate::model::coverage::Coverage;
use crate::model::field::{Decoder, Item};
use crate::model::node::Value;
use crate::model::registry::{Entry, Registry};
use crate::source::{At, SourcePath, SourceTree, Span};

/// Reads every registry under the content folder. In loose mode there are none.
#[must_use]
pub fn registry(tree: &SourceTree, content: &str, loose: bool) -> Checked<Registry> {
    let mut registry = Registry::default();
    let mut diagnostics = Vec::new();
    if loose {
        return Checked::clean(registry);
    }
    unknown(tree, content, &mut diagnostics);
    let mut reader = Reader { tree, content, diagnostics: &mut diagnostics, references: &mut registry.references };
    registry.teams = reader.read("teams", "team", |team: &crate::model::registry::Team| id(team.id.as_ref()));
    registry.people = reader.read("people", "person", |person: &crate::model::registry::Person| id(person.id.as_ref()));
    registry.services =
        reader.read("services", "service", |service: &crate::model::registry::Service| id(service.id.as_ref()));
    registry.skills = reader.read("skills", "skill", |skill: &crate::model::registry::Skill| id(skill.id.as_ref()));
    registry.scanners =
        reader.read("scanners", "scanner", |scanner: &crate::model::registry::Scanner| id(scanner.id.as_ref()));
    registry.coverage = reader.coverage();
    registry.glossary =
        reader.read("glossary", "term", |term: &crate::model::registry::GlossaryTerm| term.term.clone());
    registry.metrics = reader.read("metrics", "metric", |metric: &crate::model::metric::Metric| id(metric.id.as_ref()));
    let measures = super::metrics::read(tree, content, &registry);
    diagnostics.extend(measures.diagnostics);
    (registry.measures, registry.references) = measures.value;
    Checked { value: registry, diagnostics }
}

fn id(id: Option<&At<crate::model::leaf::Id>>) -> Option<At<String>> {
    id.map(|id| At::new(id.value.0.clone(), id.span))
}

/// Files that no registry is: most likely a name that was mistyped.
fn unknown(tree: &SourceTree, content: &str, diagnostics: &mut Vec<Diagnostic>) {
    const KNOWN: [&str; 7] = ["teams", "people", "services", "skills", "scanners", "glossary", "metrics"];
    let folder = format!("{content}/_data");
    for (path, _) in tree.below(&folder) {
        let yaml = matches!(path.extension(), "yaml" | "yml");
        if yaml && path.parent() == folder && !KNOWN.contains(&path.stem()) {
            let help =
                did_you_mean(path.stem(), KNOWN).unwrap_or_else(|| format!("the registries are {}", KNOWN.join(", ")));
            let message = format!("there is no registry `{}`", path.stem());
            diagnostics.push(Diagnostic::new(&codes::UNKNOWN_REGISTRY, message).on(path).help(help));
        }
    }
}

struct Reader<'a> {
    tree: &'a SourceTree,
    content: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
    references: &'a mut Vec<crate::model::field::Reference>,
}

impl Reader<'_> {
    fn read<T: Item>(
        &mut self,
        file: &str,
        noun: &str,
        key: impl Fn(&T) -> Option<At<String>>,
    ) -> BTreeMap<String, Entry<T>> {
        let mut entries: BTreeMap<String, Entry<T>> = BTreeMap::new();
        for extension in ["yaml", "yml"] {
            let path = SourcePath::new(&format!("{}/_data/{file}.{extension}", self.content));
            let Some(source) = self.tree.files.get(&path) else { continue };
            let text = match text::of(&path, source) {
                Ok(text) => text,
                Err(diagnostic) => {
                    self.diagnostics.push(*diagnostic);
                    continue;
                }
            };
            let tree = yaml::read(&path, text, 0..text.len(), &codes::CONFIG_SYNTAX);
            self.diagnostics.extend(tree.diagnostics);
            let Some(tree) = tree.value else { continue };
            let Value::List(items) = &tree.value else {
                let message = format!("a registry is a list of entries, not {}", tree.noun());
                self.diagnostics.push(
                    Diagnostic::new(&codes::WRONG_TYPE, message)
                        .at(&path, tree.span)
                        .help("begin each entry with `- `"),
                );
                continue;
            };
            let mut decoder = Decoder::new(path.clone(), false);
            for item in items {
                let Some(value) = T::decode(item, &mut decoder) else { continue };
                let Some(id) = key(&value) else { continue };
                insert(&mut entries, self.diagnostics, noun, &path, id, value);
            }
            self.diagnostics.append(&mut decoder.diagnostics);
            self.references.append(&mut decoder.references);
        }
        entries
    }
}

impl Reader<'_> {
    /// What was kept of scans: every `_data/coverage/*.json`.
    fn coverage(&mut self) -> BTreeMap<Date, Entry<Coverage>> {
        let mut entries: BTreeMap<Date, Entry<Coverage>> = BTreeMap::new();
        let folder = format!("{}/_data/coverage", self.content);
        for (path, source) in self.tree.below(&folder).filter(|(path, _)| path.extension() == "json") {
            let mut refuse = |message: String| {
                let help = "make it with `tiltyard coverage SCAN --format json`";
                self.diagnostics.push(Diagnostic::new(&codes::BAD_COVERAGE, message).on(path).help(help));
            };
            let value: Coverage = match serde_json::from_slice(&source.bytes) {
                Ok(value) => value,
                Err(error) => {
                    refuse(format!("it is no coverage of a scan: {error}"));
                    continue;
                }
            };
            let Ok(day) = value.date.parse::<Date>() else {
                let date = &value.date;
                let what = if date.is_empty() { "it has no `date`".into() } else { format!("`{date}` is no day") };
                refuse(format!("it is no coverage of a scan: {what}"));
                continue;
            };
            if let Some(other) = entries.get(&day) {
                refuse(format!("`{}` has the same day, {day}; keep one of them", other.path));
                continue;
            }
            entries.insert(day, Entry { value, path: path.clone(), span: Span::new(0, 0) });
        }
        entries
    }
}

fn insert<T>(
    entries: &mut BTreeMap<String, Entry<T>>,
    diagnostics: &mut Vec<Diagnostic>,
    noun: &str,
    path: &SourcePath,
    id: At<String>,
    value: T,
) {
    let span: Span = id.span;
    if let Some(first) = entries.get(&id.value) {
        diagnostics.push(
            Diagnostic::new(&codes::DUPLICATE_ID, format!("two entries are the {noun} `{}`", id.value))
                .at(path, span)
                .related(&first.path, Some(first.span), "first here")
                .help("keep one, or give one of them another id"),
        );
        return;
    }
    entries.insert(id.value, Entry { value, path: path.clone(), span });
}
