//! The arguments of the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::report::Format;
use crate::export::schema::{self, Subject};
use crate::model::kind::Kind;

/// A static site generator for a security champions knowledge base
#[derive(Debug, Parser)]
#[command(name = "tiltyard", version, about, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Examples:\n  tiltyard build                       content and theme become public/\n  tiltyard check --format github       everything that is wrong, for a pull request\n  tiltyard --root ../notes build       any folder of Markdown becomes a site"
)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// The knowledge base's folder [default: the nearest one upwards with a tiltyard.yaml, else the current one]
    #[arg(long, global = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// The configuration [default: tiltyard.yaml in the root]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The site's folder [default: public in the root]
    #[arg(long, global = true, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How many threads to use [default: one a processor]
    #[arg(long, global = true, value_name = "N")]
    pub jobs: Option<usize>,
    /// Say less: no summary, no progress
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more: the time of each stage
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set; always when `CLICOLOR_FORCE` is
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Begin a knowledge base: configuration, one page of each kind, CI workflow, editor settings
    #[command(
        after_help = "Examples:\n  tiltyard init my-kb\n  git init && tiltyard init\n\nThe folder must be empty; nothing is ever overwritten."
    )]
    Init {
        /// The folder [default: the current one]
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Begin a page of a kind, with its fields, that passes check as a draft
    #[command(
        after_help = "Examples:\n  tiltyard new finding \"Open redirect\" --owner product-security --set cwe=601\n  tiltyard new threat-model \"Login\" --service shop --set method=STRIDE --set 'tags=[identity, web]'\n  tiltyard new module \"Reading findings\" --curriculum first-steps\n  tiltyard new page \"On call\" --output content/guides/on-call.md\n\nA page stands in the folder of its kind, a plain page in the content folder itself."
    )]
    New(NewOptions),
    /// Content and theme become a site
    #[command(
        after_help = "Examples:\n  tiltyard build\n  tiltyard build --base-url https://kb.example/ --audience public\n  tiltyard build --portable --out /tmp/site     opens from a folder, without a server\n\nWith an error nothing is written."
    )]
    Build(BuildOptions),
    /// Everything that is wrong, at once
    #[command(
        after_help = "Examples:\n  tiltyard check\n  tiltyard check --deny warnings --format github\n  tiltyard check --format sarif > tiltyard.sarif"
    )]
    Check(SiteOptions),
    /// The explanation of what a scanner said
    #[command(
        after_help = "Examples:\n  tiltyard explain B608\n  tiltyard explain CWE-564 --format json\n  tiltyard explain '>> Issue: [B608:hardcoded_sql_expressions] Possible SQL injection'\n\nA rule's id, a CVE, a CWE, a whole line of a log, or an address."
    )]
    Explain(ExplainOptions),
    /// Remove the site and the cache
    Clean,
    /// Print the JSON Schema of what is written in YAML, for editors
    #[command(
        after_help = "Examples:\n  tiltyard schema finding\n  tiltyard schema > .vscode/tiltyard.schema.json\n\nWithout a kind: one schema for all; each sort of file stands under its `$defs`."
    )]
    Schema {
        /// A kind of page, a registry, `config` or `defaults`
        #[arg(value_name = "KIND", value_parser = subjects())]
        kind: Option<Subject>,
    },
    /// Print completions for a shell
    #[command(
        after_help = "Example:\n  tiltyard completions bash > ~/.local/share/bash-completion/completions/tiltyard"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example:\n  tiltyard man | man -l -")]
    Man,
}

/// Which site is meant, and how its diagnostics are shown.
#[derive(Debug, ClapArgs)]
pub struct SiteOptions {
    /// Who the site is for; one of the configuration's audiences [default: the configuration's, else the highest]
    #[arg(long, value_name = "NAME")]
    pub audience: Option<String>,
    /// Where the site will be published
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Publish drafts, too
    #[arg(long)]
    pub drafts: bool,
    /// The day to take for today [default: the configuration's, else the clock's, in UTC]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,
    /// How diagnostics are shown; json, sarif and github go to standard output
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "F")]
    pub format: Format,
    /// Fail on these as well
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Vec<Deny>,
    /// Largest page in megabytes
    #[arg(long, value_name = "MB", default_value_t = 10)]
    pub max_page_size: u64,
}

/// What else makes a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Warnings
    Warnings,
    /// What is due
    Due,
}

/// What is to be explained.
#[derive(Debug, ClapArgs)]
pub struct ExplainOptions {
    /// What the scanner said
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    /// How the answer is shown
    #[arg(long, value_enum, default_value_t = ExplainFormat::Human, value_name = "F")]
    pub format: ExplainFormat,
    /// For whom; one of the configuration's audiences [default: the configuration's, else the highest]
    #[arg(long, value_name = "NAME")]
    pub audience: Option<String>,
    /// Drafts, too
    #[arg(long)]
    pub drafts: bool,
}

/// How an answer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people
    Human,
    /// One object
    Json,
}

/// What a new page is.
#[derive(Debug, ClapArgs)]
pub struct NewOptions {
    /// What sort of page
    #[arg(value_parser = kinds())]
    pub kind: Kind,
    /// Its title; the file is named after it
    pub title: String,
    /// Who answers for it: a team or a person; may be said again
    #[arg(long = "owner", value_name = "ID")]
    pub owners: Vec<String>,
    /// A service it is about; may be said again
    #[arg(long = "service", value_name = "ID")]
    pub services: Vec<String>,
    /// A field and its value in YAML, on one line; may be said again
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// The id, and the file's name [default: made from the title]
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// The curriculum of a module [default: the only one]
    #[arg(long, value_name = "ID")]
    pub curriculum: Option<String>,
    /// The file [default: in the folder of its kind]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The words for kinds of pages.
fn kinds() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::as_str)).map(|word| Kind::parse(&word).unwrap_or(Kind::Page))
}

/// The words for what has a schema.
fn subjects() -> impl TypedValueParser<Value = Subject> {
    PossibleValuesParser::new(schema::subjects().map(|subject| subject.name)).try_map(|word| {
        schema::subjects().find(|subject| subject.name == word).ok_or_else(|| format!("there is no schema `{word}`"))
    })
}

/// What `build` has beside.
#[derive(Debug, ClapArgs)]
pub struct BuildOptions {
    /// The site
    #[command(flatten)]
    pub site: SiteOptions,
    /// Links name index.html, so that the site opens from a folder
    #[arg(long)]
    pub portable: bool,
    /// Keep no results between builds
    #[arg(long)]
    pub no_cache: bool,
    /// Print the time of each stage
    #[arg(long)]
    pub timings: bool,
}
