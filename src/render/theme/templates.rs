//! Templates of several layers, loaded so that every broken one is reported and none of them stops the others.
//!
//! In: the templates of each layer. Out: [`Templates`], which draw. Tera stops at the first template that is broken, so that one is recorded, the
//! next lower one of its name takes its place, and all are loaded again.

use std::collections::{BTreeMap, BTreeSet};

use tera::{Context, Error, Tera};

use super::fault::{self, Fault, Place};
use super::inline;
use super::layers::Origin;
use crate::diagnostic::{Checked, Diagnostic, codes};
use crate::source::SourcePath;

/// Templates that are known to load.
#[derive(Default)]
pub(super) struct Templates {
    tera: Tera,
    used: BTreeMap<String, Template>,
}

impl Templates {
    /// Draws a template; `about` is how many bytes it will be.
    pub fn draw(&self, name: &str, context: &Context, about: usize) -> Result<Vec<u8>, Box<Diagnostic>> {
        let Some(own) = self.used.get(name) else {
            let missing = Diagnostic::new(&codes::MISSING_TEMPLATE, format!("the theme has no template `{name}`"));
            return Err(Box::new(missing.help(format!("add `templates/{name}`"))));
        };
        let mut drawn = Vec::with_capacity(about);
        self.tera.render_to(name, context, &mut drawn).map(|()| drawn).map_err(|error| {
            let fault = fault::read(&error).into_iter().next();
            let fault =
                fault.unwrap_or(Fault { template: None, message: error.to_string(), place: Place::File, help: None });
            let template = fault.template.as_deref().and_then(|name| self.used.get(name)).unwrap_or(own);
            Box::new(diagnostic(&fault, &template.path, &template.text))
        })
    }
}

pub(super) fn load(origins: BTreeMap<String, Vec<Origin>>) -> Checked<Templates> {
    let mut loader = Loader {
        stacks: BTreeMap::new(),
        diagnostics: Vec::new(),
        dropped: BTreeSet::new(),
        dropped_text: String::new(),
    };
    for (name, origins) in origins {
        let stack = origins.into_iter().filter_map(|origin| loader.text(origin)).collect();
        loader.stacks.insert(name, stack);
    }
    loop {
        loader.stacks.retain(|_, stack: &mut Vec<Template>| !stack.is_empty());
        match loader.build() {
            Ok(tera) => {
                let used =
                    loader.stacks.into_iter().filter_map(|(name, mut stack)| Some((name, stack.pop()?))).collect();
                return Checked { value: Templates { tera, used }, diagnostics: loader.diagnostics };
            }
            Err(_) if loader.stacks.is_empty() => {
                return Checked { value: Templates::default(), diagnostics: loader.diagnostics };
            }
            Err(error) => loader.give_way(&error),
        }
    }
}

struct Template {
    path: SourcePath,
    text: String,
    embedded: bool,
}

struct Loader {
    /// The last of each is the one to use.
    stacks: BTreeMap<String, Vec<Template>>,
    diagnostics: Vec<Diagnostic>,
    /// Names of templates that gave way, and their text: who misses them is not at fault.
    dropped: BTreeSet<String>,
    dropped_text: String,
}

impl Loader {
    fn text(&mut self, origin: Origin) -> Option<Template> {
        if let Ok(text) = std::str::from_utf8(&origin.bytes) {
            Some(Template { text: text.to_owned(), path: origin.path, embedded: origin.embedded })
        } else {
            let broken = Diagnostic::new(&codes::TEMPLATE_ERROR, "the template is not valid UTF-8").on(&origin.path);
            self.diagnostics.push(broken.help("save it as UTF-8"));
            None
        }
    }

    fn tops(&self) -> impl Iterator<Item = (&str, &Template)> {
        self.stacks.iter().filter_map(|(name, stack)| Some((name.as_str(), stack.last()?)))
    }

    fn build(&self) -> Result<Tera, Error> {
        self.build_without("")
    }

    /// The templates with the one of this name one layer lower.
    fn build_without(&self, name: &str) -> Result<Tera, Error> {
        let mut tera = Tera::new();
        tera.autoescape_on([".html"]);
        tera.register_filter("inline", inline::filter);
        let chosen = self.stacks.iter().filter_map(|(other, stack)| {
            let top = if other == name { stack.iter().rev().nth(1)? } else { stack.last()? };
            Some((other, &top.text))
        });
        tera.add_raw_templates(chosen)?;
        Ok(tera)
    }

    /// Records what is wrong and takes at least one template out.
    fn give_way(&mut self, error: &Error) {
        let faults = fault::read(error);
        let mut broken = BTreeSet::new();
        for fault in &faults {
            let Some(name) = fault.template.clone().filter(|name| self.is_own(name)) else { continue };
            self.report(fault, &name);
            broken.insert(name);
        }
        if broken.is_empty() {
            let (Some(name), Some(fault)) = (self.culprit(error), faults.into_iter().next()) else {
                self.stacks.clear();
                return;
            };
            // Tera points into another template, whose place would mislead.
            let message = match &fault.template {
                Some(other) if *other != name => format!("with it, `{other}` no longer works: {}", fault.message),
                _ => fault.message.clone(),
            };
            self.report(&Fault { message, place: Place::File, ..fault }, &name);
            broken.insert(name);
        }
        for name in broken {
            self.drop_top(&name);
        }
    }

    fn is_own(&self, name: &str) -> bool {
        self.stacks.get(name).and_then(|stack| stack.last()).is_some_and(|top| !top.embedded)
    }

    /// The template of the site or its theme without which tera is content, or complains of something else.
    fn culprit(&self, error: &Error) -> Option<String> {
        let own: Vec<&str> = self.tops().filter(|(_, top)| !top.embedded).map(|(name, _)| name).collect();
        let before = error.to_string();
        let changes = |name: &&&str| self.build_without(name).err().is_none_or(|after| after.to_string() != before);
        let name = own.iter().find(changes).or(own.first()).copied();
        name.or_else(|| self.stacks.keys().next().map(String::as_str)).map(str::to_owned)
    }

    fn report(&mut self, fault: &Fault, name: &str) {
        let word = fault.message.split('`').nth(1).unwrap_or_default();
        let unknown = fault.message.starts_with("unknown ") || matches!(fault.place, Place::Text(_));
        if unknown && (self.dropped.contains(word) || self.dropped_text.contains(&format!("component {word}("))) {
            return;
        }
        if let Some(top) = self.stacks.get(name).and_then(|stack| stack.last()) {
            self.diagnostics.push(diagnostic(fault, &top.path, &top.text));
        }
    }

    fn drop_top(&mut self, name: &str) {
        if let Some(top) = self.stacks.get_mut(name).and_then(Vec::pop) {
            self.dropped_text.push_str(&top.text);
            self.dropped.insert(name.to_owned());
        }
    }
}

fn diagnostic(fault: &Fault, path: &SourcePath, text: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::TEMPLATE_ERROR, fault.message.clone()).maybe_help(fault.help.clone());
    match fault.place.span(text) {
        Some(span) => diagnostic.at(path, span),
        None => diagnostic.on(path),
    }
}
