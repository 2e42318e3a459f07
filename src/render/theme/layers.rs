//! The layers of a theme, laid over each other.
//!
//! In: the source tree and the configuration. Out: templates and assets by their logical name, each with where it comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::embedded;
use crate::diagnostic::{Checked, Diagnostic, codes, did_you_mean};
use crate::model::config::Config;
use crate::source::{SourcePath, SourceTree, Span};

/// The theme that is always there.
pub(super) const DEFAULT: &str = "tiltyard";
/// The file in which a theme says what it is.
pub(super) const SETTINGS: &str = "theme.yaml";

/// A file of a theme.
#[derive(Clone)]
pub(super) struct Origin {
    /// Where it stands; of an embedded file, where it would stand.
    pub path: SourcePath,
    /// What it says.
    pub bytes: Arc<[u8]>,
    /// It comes from the program and not from the tree.
    pub embedded: bool,
}

/// Everything a theme is made of.
#[derive(Default)]
pub(super) struct Layers {
    /// By name below `templates/`; the last of each is the one to use, those before it stand in when it is broken.
    pub templates: BTreeMap<String, Vec<Origin>>,
    /// By name below `assets/`.
    pub assets: BTreeMap<String, Origin>,
    /// `theme.yaml` of each layer that has one, the last winning.
    pub settings: Vec<Origin>,
}

pub(super) fn read(tree: &SourceTree, config: &Config) -> Checked<Layers> {
    let mut layers = Layers::default();
    for (name, bytes) in embedded::FILES {
        let path = SourcePath::new(&format!("themes/{DEFAULT}/{name}"));
        layers.add(name, Origin { path, bytes: Arc::from(*bytes), embedded: true });
    }
    // Without a configuration the folder is somebody else's, and so are its templates.
    if config.loose {
        return Checked::clean(layers);
    }
    layers.add_folder(tree, &format!("themes/{DEFAULT}"));
    let mut diagnostics = Vec::new();
    if config.theme != DEFAULT {
        let folder = format!("themes/{}", config.theme);
        if tree.below(&folder).next().is_some() {
            layers.add_folder(tree, &folder);
        } else {
            diagnostics.push(no_such_theme(tree, &config.theme));
        }
    }
    for (path, file) in tree.below("templates") {
        let origin = Origin { path: path.clone(), bytes: Arc::clone(&file.bytes), embedded: false };
        layers.add(path.as_str(), origin);
    }
    Checked { value: layers, diagnostics }
}

impl Layers {
    fn add_folder(&mut self, tree: &SourceTree, folder: &str) {
        for (path, file) in tree.below(folder) {
            let Some(name) = path.below(folder) else { continue };
            let origin = Origin { path: path.clone(), bytes: Arc::clone(&file.bytes), embedded: false };
            self.add(name, origin);
        }
    }

    /// `name` is the path inside the theme; what is neither template nor asset nor `theme.yaml`, such as a licence, is not ours.
    fn add(&mut self, name: &str, origin: Origin) {
        if let Some(template) = name.strip_prefix("templates/").filter(|name| name.ends_with(".html")) {
            self.templates.entry(template.to_owned()).or_default().push(origin);
        } else if let Some(asset) = name.strip_prefix("assets/") {
            self.assets.insert(asset.to_owned(), origin);
        } else if name == SETTINGS {
            self.settings.push(origin);
        }
    }
}

fn no_such_theme(tree: &SourceTree, theme: &str) -> Diagnostic {
    let folders: Vec<&str> = tree
        .below("themes")
        .filter_map(|(path, _)| path.below("themes")?.split_once('/').map(|(folder, _)| folder))
        .chain([DEFAULT])
        .collect();
    let help = did_you_mean(theme, folders.iter().copied())
        .unwrap_or_else(|| format!("make the folder `themes/{theme}`, or leave `theme` out for the default look"));
    let missing = Diagnostic::new(&codes::BAD_THEME, format!("there is no theme `{theme}`")).help(help);
    let config = SourcePath::new("tiltyard.yaml");
    match tree.text(config.as_str()).and_then(|text| value_of_theme(text, theme)) {
        Some(span) => missing.at(&config, span),
        None => missing.on(&config),
    }
}

/// Where the configuration names its theme.
fn value_of_theme(text: &str, theme: &str) -> Option<Span> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(value) = line.strip_prefix("theme:") {
            let at = start + line.len() - value.len() + value.find(theme)?;
            return Some(Span::new(at, at + theme.len()));
        }
        start += line.len();
    }
    None
}
