//! `tiltyard.yaml` and what the command line says become the configuration.

use jiff::civil::Date;

use super::{text, yaml};
use crate::diagnostic::{Checked, Diagnostic, codes, did_you_mean};
use crate::model::config::{Config, ConfigFile, DateSource, LinkPolicy, is_base_url};
use crate::model::field::{Decoder, Item};
use crate::model::node::Value;
use crate::source::{At, SourceFile, SourcePath, Span};

/// What the command line says over the configuration.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// `--audience`.
    pub audience: Option<String>,
    /// `--base-url`.
    pub base_url: Option<String>,
    /// `--today`, else the clock's day where the configuration fixes none.
    pub today: Option<Date>,
    /// The clock's day.
    pub clock: Date,
    /// `--drafts`.
    pub drafts: bool,
    /// `--portable`.
    pub portable: bool,
}

/// Reads the configuration; none gives loose mode. Where loose mode reads is the caller's to say.
#[must_use]
pub fn config(file: Option<(&SourcePath, &SourceFile)>, choices: &Choices) -> Checked<Config> {
    let mut config = Config::loose(choices.today.unwrap_or(choices.clock));
    let mut diagnostics = Vec::new();
    if let Some((path, source)) = file {
        config.loose = false;
        config.links_warn = false;
        "content".clone_into(&mut config.content);
        let (value, mut decoder) = decode(path, source);
        let text = text::of(path, source).unwrap_or("");
        config.house_rules = super::house_rules::read(&value.invariants, &value.exemptions, text, &mut decoder);
        fill(&mut config, value, &mut decoder);
        diagnostics = decoder.diagnostics;
    }
    if let Some(today) = choices.today {
        config.today = today;
    }
    if let Some(url) = &choices.base_url {
        config.base_url = Some(url.trim_end_matches('/').to_owned());
    }
    if let Some(name) = &choices.audience {
        match config.audiences.iter().position(|known| known == name) {
            Some(index) => config.audience = index,
            None => diagnostics.push(unknown_audience(name, &config.audiences)),
        }
    }
    config.drafts = choices.drafts;
    config.portable = choices.portable;
    Checked { value: config, diagnostics }
}

fn unknown_audience(name: &str, known: &[String]) -> Diagnostic {
    Diagnostic::new(&codes::UNKNOWN_VALUE, format!("`{name}` is not an audience of this knowledge base")).help(
        did_you_mean(name, known.iter().map(String::as_str))
            .unwrap_or_else(|| format!("the audiences are {}", known.join(", "))),
    )
}

fn decode(path: &SourcePath, source: &SourceFile) -> (ConfigFile, Decoder) {
    let mut decoder = Decoder::new(path.clone(), false);
    decoder.unknown = &codes::UNKNOWN_KEY;
    decoder.what = "the configuration";
    let text = match text::of(path, source) {
        Ok(text) => text,
        Err(diagnostic) => {
            decoder.diagnostics.push(*diagnostic);
            return (ConfigFile::default(), decoder);
        }
    };
    let tree = yaml::read(path, text, 0..text.len(), &codes::CONFIG_SYNTAX);
    decoder.diagnostics.extend(tree.diagnostics);
    let empty =
        tree.value.as_ref().and_then(|node| node.get("audiences")).filter(|node| node.value == Value::List(Vec::new()));
    if let Some(node) = empty {
        let help = "name at least one, or leave the key out".to_owned();
        decoder.wrong(&codes::BAD_VALUE, node.span, "`audiences` is empty".to_owned(), Some(help));
    }
    let file = tree.value.as_ref().and_then(|node| ConfigFile::decode(node, &mut decoder));
    (file.unwrap_or_default(), decoder)
}

fn fill(config: &mut Config, file: ConfigFile, decoder: &mut Decoder) {
    let text = |value: Option<At<String>>| value.map(|value| value.value);
    let address =
        |url: Option<At<crate::model::leaf::Url>>| url.map(|url| url.value.0.trim_end_matches('/').to_owned());
    if let Some(title) = text(file.title) {
        config.title = title;
    }
    config.description = text(file.description);
    if let Some(url) = file.base_url.as_ref().filter(|url| !is_base_url(&url.value.0)) {
        let help = "it is https:// or http://, a host, and perhaps a path".to_owned();
        decoder.wrong(
            &codes::BAD_VALUE,
            url.span,
            format!("a site cannot be published at `{}`", url.value.0),
            Some(help),
        );
    }
    config.base_url = address(file.base_url);
    if let Some(lang) = file.lang {
        config.lang = lang.value.0;
    }
    config.logo = text(file.logo);
    folder(&mut config.content, file.content, decoder);
    folder(&mut config.static_folder, file.static_folder, decoder);
    if let Some(output) = file.output {
        config.output = output.value;
    }
    folder(&mut config.theme, file.theme, decoder);
    audiences(config, &file.audiences, file.default_audience, file.audience, decoder);
    config.links_warn = file.links.is_some_and(|policy| policy.value == LinkPolicy::Warn);
    if let Some(today) = file.today {
        config.today = today.value;
    }
    config.git_dates = file.dates.is_some_and(|source| source.value == DateSource::Git);
    config.repo_url = address(file.repo_url);
    config.edit_path = text(file.edit_path);
    config.editor = file.editor.map(|editor| editor.value);
    config.ticket_url = file.ticket_url.map(|url| url.value.0);
    if let Some(count) = file.small_count {
        if count.value.0 < 0 {
            decoder.wrong(
                &codes::BAD_VALUE,
                count.span,
                "a count cannot be negative".to_owned(),
                Some("write 0 or more".to_owned()),
            );
        }
        config.small_count = count.value.0.max(0);
    }
    config.reviewers = super::quorum::read(file.reviewers.as_ref(), &config.audiences, decoder);
    config.review_every = file.review_every.map(|period| period.value);
    config.synonyms = file.synonyms.map_or_else(Vec::new, |free| super::synonyms::read(&free.0, decoder));
    config.stale_mapping = file.stale_mapping.map_or(config.stale_mapping, |period| period.value);
}

/// A folder must lie inside the root.
fn folder(target: &mut String, value: Option<At<String>>, decoder: &mut Decoder) {
    let Some(value) = value else { return };
    let clean = value.value.trim_end_matches('/');
    let inside = !clean.is_empty()
        && clean.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
        && !clean.contains('\\')
        && !clean.contains(':');
    if inside {
        clean.clone_into(target);
    } else {
        let message = format!("`{}` is not a folder inside the knowledge base", value.value);
        decoder.wrong(
            &codes::BAD_VALUE,
            value.span,
            message,
            Some("write it relative to the configuration, as in `docs/content`".to_owned()),
        );
    }
}

fn audiences(
    config: &mut Config,
    list: &[At<String>],
    default: Option<At<String>>,
    publish: Option<At<String>>,
    decoder: &mut Decoder,
) {
    if !list.is_empty() {
        config.audiences = Vec::new();
        for name in list {
            if config.audiences.contains(&name.value) {
                decoder.wrong(
                    &codes::DUPLICATE_ID,
                    name.span,
                    format!("the audience `{}` stands twice", name.value),
                    Some("keep one of the two".to_owned()),
                );
            } else {
                config.audiences.push(name.value.clone());
            }
        }
    }
    let mut index = |name: Option<At<String>>, otherwise: Option<usize>| match name {
        None => otherwise,
        Some(name) => {
            let found = config.audiences.iter().position(|known| *known == name.value);
            if found.is_none() {
                let help = did_you_mean(&name.value, config.audiences.iter().map(String::as_str));
                let help = help.unwrap_or_else(|| format!("the audiences are {}", config.audiences.join(", ")));
                decoder.wrong(
                    &codes::UNKNOWN_VALUE,
                    name.span,
                    format!("`{}` is not one of `audiences`", name.value),
                    Some(help),
                );
            }
            found.or(otherwise)
        }
    };
    let highest = config.audiences.len().saturating_sub(1);
    let missing = default.is_none();
    let default_audience = index(default, (highest == 0).then_some(0));
    let audience = index(publish, Some(highest)).unwrap_or(highest);
    config.default_audience = default_audience;
    config.audience = audience;
    if missing && highest > 0 {
        let message = "`default_audience` is missing: there are several audiences".to_owned();
        decoder.wrong(
            &codes::MISSING_FIELD,
            Span::default(),
            message,
            Some(format!(
                "add `default_audience: {}`, or another of the audiences",
                config.audiences.first().map_or("", String::as_str)
            )),
        );
    }
}
