//! The theme: templates and assets of three layers, ready to draw pages.
//!
//! In: the source tree with `themes/` and `templates/`, the configuration, page views with their drawn bodies.
//! Out: HTML of pages and redirects, and the fingerprinted assets. Pure: the default theme is embedded, nothing is read from disk.

mod assets;
mod embedded;
mod fault;
mod inline;
mod layers;
mod settings;
mod squeeze;
mod templates;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Value};

use self::assets::Assets;
use self::layers::Layers;
use self::settings::Settings;
use self::templates::Templates;
use super::diagram::flows::Layouts;
use crate::diagnostic::{Checked, Diagnostic, codes};
use crate::model::address::encoded;
use crate::model::config::Config;
use crate::model::view::{Content, PageView};
use crate::source::{OutputPath, SourceTree};

/// About how long a page is without its body.
const BYTES_AROUND_A_BODY: usize = 8_000;

/// Templates and assets, ready to draw.
pub struct Theme {
    templates: Templates,
    assets: Assets,
    settings: Settings,
    /// The variable `theme` by the way to the site's root.
    variables: BTreeMap<String, Value>,
    hash: [u8; 32],
    /// Diagrams that were laid out for pages before.
    layouts: Layouts,
}

impl Theme {
    /// Reads the theme of a site. Templates, the later winning: embedded default, `themes/tiltyard/templates`,
    /// `themes/<config.theme>/templates`, `templates/`; assets likewise, without the last. A broken template is reported and the next lower
    /// one of its name takes its place, so that everything else still renders.
    #[must_use]
    pub fn load(tree: &SourceTree, config: &Config) -> Checked<Self> {
        let layers = layers::read(tree, config);
        let mut diagnostics = layers.diagnostics;
        let layers = layers.value;
        let hash = hash(&layers);
        let assets = assets::publish(&layers.assets);
        let settings = settings::read(&layers);
        let templates = templates::load(layers.templates);
        diagnostics.extend(assets.diagnostics);
        diagnostics.extend(settings.diagnostics);
        diagnostics.extend(templates.diagnostics);
        let (assets, settings) = (assets.value, settings.value);
        let variables = variables(&assets, &settings);
        let layouts = Layouts::default();
        let value = Self { templates: templates.value, assets, settings, variables, hash, layouts };
        Checked { value, diagnostics }
    }

    /// Files to publish: `assets/<name>.<hash>.<extension>`, references between them rewritten.
    pub fn files(&self) -> impl Iterator<Item = (OutputPath, Arc<[u8]>)> {
        self.assets.files.iter().map(|(path, bytes)| (path.clone(), Arc::clone(bytes)))
    }

    /// Draws one page around the drawn Markdown `body`, and perhaps a pair of examples that stands apart from it; both must be safe HTML.
    ///
    /// # Errors
    /// A mistake in a template, at its line and column. It does not name the page, so that one mistake on many pages is one diagnostic.
    pub fn page(&self, view: &PageView, body: &str, pair: Option<&str>) -> Result<Vec<u8>, Box<Diagnostic>> {
        let mut context = Self::frame(view)?;
        context.insert_value("body", Value::safe_string(body));
        if let Some(pair) = pair {
            context.insert_value("pair", Value::safe_string(pair));
        }
        let root = view.page.root.as_str();
        let theme = self.variables.get(root).cloned().unwrap_or_else(|| variable(&self.assets, &self.settings, root));
        context.insert_value("theme", theme);
        if let Some(diagram) = super::diagram::of(&view.content, &self.layouts) {
            context.insert_value("diagram", Value::safe_string(&diagram));
        }
        if let Some((name, value)) = content(&view.content) {
            context.insert_value(name, value?);
        }
        self.templates.draw(view.template, &context, body.len() + pair.map_or(0, str::len) + BYTES_AROUND_A_BODY)
    }

    /// Draws the page that stands at an old address of `view` and leads to `href`, its new one.
    ///
    /// # Errors
    /// A mistake in the template.
    pub fn redirect(&self, view: &PageView, href: &str) -> Result<Vec<u8>, Box<Diagnostic>> {
        let mut context = Self::frame(view)?;
        context.insert_value("href", Value::from(href));
        context.insert_value("title", Value::from(view.page.title.as_str()));
        self.templates.draw("redirect.html", &context, BYTES_AROUND_A_BODY)
    }

    /// blake3 over all templates and assets: what a page depends on beside its view.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    fn frame(view: &PageView) -> Result<Context, Box<Diagnostic>> {
        let mut context = Context::new();
        context.insert_value("site", value(&*view.site)?);
        context.insert_value("page", value(&view.page)?);
        Ok(context)
    }
}

/// The variable `theme`: addresses of the assets as seen from a page, `root` being its way to the site's root.
fn variable(assets: &Assets, settings: &Settings, root: &str) -> Value {
    let href = |name: &String| assets.hrefs.get(name).map(|href| Value::from(format!("{root}{}", encoded(href))));
    let list = |names: &[String]| Value::from(names.iter().filter_map(href).collect::<Vec<_>>());
    let mut theme: BTreeMap<String, Value> = BTreeMap::new();
    for name in assets.hrefs.keys().filter(|name| !settings.names(name)) {
        theme.extend(href(name).map(|href| (name.clone(), href)));
    }
    theme.insert("styles".to_owned(), list(&settings.styles));
    theme.insert("scripts".to_owned(), list(&settings.scripts));
    Value::from(theme)
}

/// The variable `theme` for the depths that pages usually have, made once.
fn variables(assets: &Assets, settings: &Settings) -> BTreeMap<String, Value> {
    let roots = std::iter::once("./".to_owned()).chain((1..=6).map(|depth| "../".repeat(depth)));
    roots.map(|root| (root.clone(), variable(assets, settings, &root))).collect()
}

/// The variable of a kind of page: its name and value.
fn content(content: &Content) -> Option<(&'static str, Result<Value, Box<Diagnostic>>)> {
    Some(match content {
        Content::Page | Content::NotFound => return None,
        Content::Finding(view) => ("finding", value(view)),
        Content::ThreatModel(view) => ("threat_model", value(view)),
        Content::Review(view) => ("review", value(view)),
        Content::Curriculum(view) => ("curriculum", value(view)),
        Content::Module(view) => ("module", value(view)),
        Content::Champion(view) => ("champion", value(view)),
        Content::List(view) => ("list", value(view)),
        Content::Entity(view) => ("entity", value(view)),
        Content::Home(view) => ("home", value(view)),
        Content::Glossary(view) => ("glossary", value(view)),
        Content::Search(view) => ("search", value(view)),
        Content::Lookup(view) => ("lookup", value(view)),
        Content::Programme(view) => ("programme", value(view)),
        Content::Scorecard(view) => ("scorecard", value(view)),
        Content::Metric(view) => ("metric", value(view)),
        Content::Requirements(view) => ("requirements", value(view)),
    })
}

fn value(view: &(impl Serialize + ?Sized)) -> Result<Value, Box<Diagnostic>> {
    Value::try_from_serializable(view).map_err(|error| {
        Box::new(Diagnostic::new(&codes::TEMPLATE_ERROR, format!("a view cannot be shown to a template: {error}")))
    })
}

fn hash(layers: &Layers) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    let origins = layers.templates.iter().flat_map(|(name, origins)| origins.iter().map(move |origin| (name, origin)));
    for (name, origin) in origins.chain(&layers.assets) {
        for part in [name.as_bytes(), origin.path.as_str().as_bytes(), &origin.bytes] {
            hasher.update(&part.len().to_le_bytes());
            hasher.update(part);
        }
    }
    for origin in &layers.settings {
        hasher.update(&origin.bytes.len().to_le_bytes());
        hasher.update(&origin.bytes);
    }
    *hasher.finalize().as_bytes()
}
