//! `tiltyard new`: a page of a kind, with its fields, that passes `check` as a draft.
//!
//! In: the kind, a title, and values. Out: a file with the page, whose path is printed. The page is tried in memory first,
//! as `check` would see it: what would be an error there is one here, and nothing is written.

mod finding;
mod page;
mod place;
mod setting;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use self::page::NewPage;
use self::place::Place;
use super::args::{Args, NewOptions, SiteOptions};
use super::build::in_pool;
use super::fault::Fault;
use super::knowledge_base::{self, KnowledgeBase};
use super::report::Format;
use super::screen;
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::disk;
use crate::model::kind::Kind;
use crate::model::site::Site;
use crate::pipeline::{self, Choices, Goal};
use crate::source::{SourceFile, SourcePath, SourceTree};

/// Runs it.
pub fn run(args: &Args, options: &NewOptions) -> Result<ExitCode, Fault> {
    let base = open(args, options.kind)?;
    let site = in_pool(args.jobs, || pipeline::inspect(&base.tree, &base.config, Vec::new()))?.value;
    let known = finding::known(&site, options)?;
    let typed = options.title.as_deref().or_else(|| known.as_ref().map(|known| known.title.as_str()));
    let title = title(typed.unwrap_or(""))?;
    let place = place::of(&base, &site, options, &title)?;
    let lent = lent(&base.tree, &place.source);
    let mut values = values(&base, &site, options, &title, &place)?;
    let (from_scan, notes) = known.map_or_else(Default::default, |known| (known.values, known.notes));
    for (field, value) in from_scan {
        values.entry(field).or_insert(value);
    }
    let page = NewPage { kind: options.kind, values, lent };
    let text = page.text();
    let (tree, config) = (with(&base.tree, &place.source, &text), base.config.clone());
    let tried = in_pool(args.jobs, || pipeline::build(&tree, config, Vec::new(), Goal::Diagnostics, &()))?;
    refuse_errors(&tried.diagnostics, &place.source)?;
    disk::write_new(&place.path, text.as_bytes())?;
    screen::print(&format!("{}\n", shown(&place.path)));
    if !args.quiet {
        for line in notes.into_iter().chain(next_steps(&page)) {
            screen::say(&line);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The knowledge base as it is; a page of a kind with fields needs one with a configuration.
fn open(args: &Args, kind: Kind) -> Result<KnowledgeBase, Fault> {
    let choices = Choices { clock: knowledge_base::today(), ..Choices::default() };
    let (root, config, wrong, _) = knowledge_base::configuration(args, &choices)?;
    if let Some(error) = wrong.iter().find(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(Fault::usage(
            format!("the configuration has a mistake: {}", error.message),
            "`tiltyard check` shows where; mend it first",
        ));
    }
    if config.loose && kind != Kind::Page {
        return Err(Fault::usage(
            format!("`{}` has no {}, so all its files are plain pages", root.display(), knowledge_base::CONFIG),
            format!("`tiltyard init` begins a knowledge base that knows what a {} is", kind.label().to_lowercase()),
        ));
    }
    let options = SiteOptions {
        audience: None,
        base_url: None,
        drafts: false,
        today: None,
        format: Format::Human,
        deny: Vec::new(),
        max_page_size: 10,
    };
    knowledge_base::open(args, &options, &choices)
}

/// The title on one line.
fn title(typed: &str) -> Result<String, Fault> {
    let visible: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let title = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        return Err(Fault::usage(
            "a page needs a title",
            "give some words, as in `tiltyard new finding \"Open redirect\"`",
        ));
    }
    Ok(title)
}

/// The fields that the `_defaults.yaml` of the page's folder and of those above it give.
fn lent(tree: &SourceTree, source: &SourcePath) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folder = source.parent();
    loop {
        let file = if folder.is_empty() { "_defaults.yaml".to_owned() } else { format!("{folder}/_defaults.yaml") };
        if let Some(Value::Object(fields)) = tree.text(&file).and_then(setting::parse) {
            names.extend(fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name));
        }
        match folder.rsplit_once('/') {
            Some((parent, _)) => folder = parent,
            None if folder.is_empty() => return names,
            None => folder = "",
        }
    }
}

/// Every value that is known: from the command line, from the place, from the calendar.
fn values(
    base: &KnowledgeBase,
    site: &Site,
    options: &NewOptions,
    title: &str,
    place: &Place,
) -> Result<BTreeMap<&'static str, String>, Fault> {
    let kind = options.kind;
    let mut values = BTreeMap::new();
    for typed in &options.set {
        let (field, value) = setting::read(kind, typed).map_err(|(message, help)| Fault::usage(message, help))?;
        if values.insert(field.name, value).is_some() {
            let help = format!("write all of them in one, as in `--set '{}=[first, second]'`", field.name);
            return Err(Fault::usage(format!("`--set {}=…` is said twice", field.name), help));
        }
    }
    for (name, flag, ids) in [("owners", "--owner", &options.owners), ("services", "--service", &options.services)] {
        if ids.iter().any(|id| id.trim().is_empty()) {
            return Err(Fault::usage(format!("`{flag}` has no id"), "name one of the registry"));
        }
        if !ids.is_empty() && values.insert(name, setting::list(ids)).is_some() {
            return Err(Fault::usage(
                format!("`{flag}` and `--set {name}=…` say the same field"),
                "keep one of the two",
            ));
        }
    }
    values.insert("title", setting::text(title));
    values.entry("created").or_insert_with(|| base.config.today.to_string());
    if kind == Kind::Champion {
        champion(base, site, options, &mut values)?;
    }
    values.entry("status").or_insert_with(|| "draft".to_owned());
    if let Some(id) = options.id.as_deref().filter(|id| *id != place.id()) {
        values.insert("id", setting::text(id));
    }
    if !base.config.loose && Kind::of_path(&place.below) != kind {
        values.insert("kind", kind.as_str().to_owned());
    }
    Ok(values)
}

/// A champion has no draft, so the page is made such that it shows nobody before they agreed to it.
fn champion(
    base: &KnowledgeBase,
    site: &Site,
    options: &NewOptions,
    values: &mut BTreeMap<&'static str, String>,
) -> Result<(), Fault> {
    values.entry("visibility").or_insert_with(|| "hidden".to_owned());
    values.entry("status").or_insert_with(|| "active".to_owned());
    if !values.contains_key("team") {
        let teams = &site.registry.teams;
        let of_owner = |owner: &String| site.team_of(owner).map(str::to_owned);
        let first = || {
            let mut living: Vec<_> = teams
                .iter()
                .filter(|(_, team)| team.value.former.as_ref().is_none_or(|former| !former.value))
                .collect();
            living.sort_by_key(|(_, team)| (team.path.clone(), team.span.start));
            living.first().map(|(id, _)| (*id).clone())
        };
        let Some(team) = options.owners.iter().find_map(of_owner).or_else(first) else {
            return Err(Fault::usage(
                "a champion belongs to a team, and there is none yet",
                format!("write one into `{}/_data/teams.yaml`", base.config.content),
            ));
        };
        values.insert("team", setting::text(&team));
    }
    if let Some(team) = values.get("team").filter(|_| !values.contains_key("owners")) {
        let owners = format!("[{team}]");
        values.insert("owners", owners);
    }
    Ok(())
}

/// The files with one more.
fn with(tree: &SourceTree, source: &SourcePath, text: &str) -> SourceTree {
    let mut tree = tree.clone();
    tree.files.insert(source.clone(), SourceFile::new(text.as_bytes()));
    tree
}

/// Errors that the new page would bring, as the reason why it is not written.
fn refuse_errors(diagnostics: &[Diagnostic], source: &SourcePath) -> Result<(), Fault> {
    let named = format!("`{source}`");
    let brought = |diagnostic: &&Diagnostic| {
        let places = diagnostic.place.iter().chain(diagnostic.related.iter().map(|(place, _)| place));
        diagnostic.severity == Severity::Error
            && (places.into_iter().any(|place| place.path == *source) || diagnostic.message.contains(&named))
    };
    let mut errors: Vec<&Diagnostic> = diagnostics.iter().filter(brought).collect();
    // A value that is wrong says more than the many that are not there yet, which it may have brought about.
    if errors.iter().any(|error| error.code != &codes::MISSING_FIELD) {
        errors.retain(|error| error.code != &codes::MISSING_FIELD);
    }
    let Some(first) = errors.first() else { return Ok(()) };
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    Err(Fault::Usage(format!("{}; nothing was written", messages.join("; ")), first.help.clone()))
}

/// A path as short as it can be written from here.
fn shown(path: &Path) -> String {
    let here = Path::new(".").canonicalize().ok();
    let short = here.as_deref().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    short.strip_prefix(".").unwrap_or(short).display().to_string()
}

/// What to do next.
fn next_steps(page: &NewPage) -> Vec<String> {
    let waiting = page.waiting();
    let mut lines = if waiting.is_empty() {
        vec!["next: write the text below the fields".to_owned()]
    } else {
        let check = "  `tiltyard check` says what is still missing".to_owned();
        vec![format!("next: fill in {}", waiting.join(", ")), check]
    };
    let word = |name: &str| page.values.get(name).map(String::as_str);
    if word("status") == Some("draft") {
        lines.push("  a draft is published with `--drafts` only; `status: in-review` shows it to everybody".to_owned());
    }
    if page.kind == Kind::Champion && word("visibility") == Some("hidden") {
        lines.push("  nobody sees a champion who is `hidden`; ask before you write `named` or `pseudonym`".to_owned());
    }
    lines
}
