//! `theme.yaml`: which style sheets and scripts every page has.
//!
//! In: the layers of a theme. Out: [`Settings`], whose names are assets that exist.

use serde::Deserialize;
use serde_yaml as yaml;

use super::layers::{Layers, Origin};
use crate::diagnostic::{Checked, Diagnostic, codes, did_you_mean};
use crate::source::Span;

/// What every page has, by logical name, in order.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// Style sheets.
    pub styles: Vec<String>,
    /// Classic deferred scripts.
    pub scripts: Vec<String>,
}

impl Settings {
    /// It is one of the style sheets or scripts.
    pub fn names(&self, asset: &str) -> bool {
        self.styles.iter().chain(&self.scripts).any(|name| name == asset)
    }
}

/// A list that is left out is taken from the layer below.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[expect(dead_code, reason = "for people; read so that it is known to be a text")]
    name: Option<String>,
    #[expect(dead_code, reason = "for people; read so that it is known to be a text")]
    description: Option<String>,
    styles: Option<Vec<String>>,
    scripts: Option<Vec<String>>,
}

pub(super) fn read(layers: &Layers) -> Checked<Settings> {
    let mut settings = Checked::<Settings>::default();
    for origin in &layers.settings {
        let Ok(text) = std::str::from_utf8(&origin.bytes) else {
            let broken = Diagnostic::new(&codes::NOT_UTF8, "the file is not valid UTF-8").on(&origin.path);
            settings.diagnostics.push(broken.help("save it as UTF-8"));
            continue;
        };
        let file = match yaml::from_str::<Option<File>>(text) {
            Ok(file) => file.unwrap_or_default(),
            Err(error) => {
                settings.diagnostics.push(unreadable(origin, text, &error));
                continue;
            }
        };
        for (list, names) in [(&mut settings.value.styles, file.styles), (&mut settings.value.scripts, file.scripts)] {
            let Some(names) = names else { continue };
            let (known, unknown) = names.into_iter().partition(|name| layers.assets.contains_key(name));
            *list = known;
            settings.diagnostics.extend(unknown.iter().map(|name: &String| missing(origin, text, name, layers)));
        }
    }
    settings
}

fn unreadable(origin: &Origin, text: &str, error: &yaml::Error) -> Diagnostic {
    let at = error
        .location()
        .and_then(|location| location.span().byte_offset())
        .map_or(0, |at| usize::try_from(at).unwrap_or(0))
        .min(text.len());
    let message = error.to_string();
    let message = message.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    Diagnostic::new(&codes::BAD_THEME, message)
        .at(&origin.path, Span::new(at, at))
        .help("a theme has `name`, `description`, and the lists `styles` and `scripts`")
}

fn missing(origin: &Origin, text: &str, name: &str, layers: &Layers) -> Diagnostic {
    let start = text.find(name).unwrap_or(0);
    let help = did_you_mean(name, layers.assets.keys().map(String::as_str))
        .unwrap_or_else(|| format!("add `assets/{name}` to the theme"));
    Diagnostic::new(&codes::BAD_THEME, format!("the theme has no asset `{name}`"))
        .at(&origin.path, Span::new(start, start + name.len()))
        .help(help)
}
