//! The arguments of the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::report::Format;
use super::{backlog, coverage, export, import};
use crate::export::schema::{self, Subject};
use crate::import::threat_model;
use crate::model::kind::Kind;

/// A static site generator for a security champions knowledge base
#[derive(Clone, Debug, Parser)]
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
#[derive(Clone, Debug, Subcommand)]
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
        after_help = "Examples:\n  tiltyard new finding \"Open redirect\" --owner product-security --set cwe=601\n  tiltyard new threat-model \"Login\" --service shop --set method=STRIDE --set 'tags=[identity, web]'\n  tiltyard new finding --cwe 79\n  tiltyard new finding --from-scan scan.sarif --rule sqlalchemy-execute-raw-query\n  tiltyard new module \"Reading findings\" --curriculum first-steps\n  tiltyard new page \"On call\" --output content/guides/on-call.md\n\nA page stands in the folder of its kind, a plain page in the content folder itself."
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
    /// Show the site on this machine, and show it again after every change
    #[command(
        after_help = "Examples:\n  tiltyard serve\n  tiltyard serve --open --drafts\n  tiltyard serve --port 8080 --audience public\n  tiltyard serve --poll                 for file systems that send no events\n\nCtrl-C ends it."
    )]
    Serve(ServeOptions),
    /// How much of a scan is explained, and which page to write next
    #[command(
        after_help = "Examples:\n  tiltyard coverage scan.sarif\n  tiltyard coverage *.sarif --format markdown >> \"$GITHUB_STEP_SUMMARY\"\n  tiltyard coverage *.sarif --format json > content/_data/coverage/2026-11.json\n  tiltyard coverage *.sarif --fail-under 80 --baseline coverage.json\n\nExit code 1: less than --fail-under is explained, or it is worse than --baseline."
    )]
    Coverage(CoverageOptions),
    /// The same scan, with our explanations in the help of its rules
    #[command(
        after_help = "Examples:\n  tiltyard annotate scan.sarif -o explained.sarif --base-url https://kb.example\n\nEverything but helpUri, help.text and help.markdown of explained rules is copied as it is; what the\nscanner said itself stays behind our words. Doing it twice changes nothing."
    )]
    Annotate(AnnotateOptions),
    /// Levels, skills and renewals of champions
    #[command(
        after_help = "Examples:\n  tiltyard progress\n  tiltyard progress nettle-voss --today 2027-01-01\n  tiltyard progress --format json --audience public"
    )]
    Progress(ProgressOptions),
    /// Who can review a page, and why
    #[command(
        after_help = "Examples:\n  tiltyard reviewers threat-model:checkout\n  tiltyard reviewers content/findings/ssrf.md --format json"
    )]
    Reviewers(ReviewersOptions),
    /// The explanation of what a scanner said
    #[command(
        after_help = "Examples:\n  tiltyard explain B608\n  tiltyard explain CWE-564 --format json\n  tiltyard explain '>> Issue: [B608:hardcoded_sql_expressions] Possible SQL injection'\n\nA rule's id, a CVE, a CWE, a whole line of a log, or an address."
    )]
    Explain(ExplainOptions),
    /// Requirements and improvements as items for the tracker
    #[command(
        after_help = "Examples:\n  tiltyard backlog --team checkout\n  tiltyard backlog --without-ticket --format jira-csv -o backlog.csv\n  tiltyard backlog --since origin/main --format markdown\n  tiltyard backlog --status implemented --format json\n\nNothing is sent anywhere. What is verified, dropped or will not be done is left out unless --status or\n--since asks for it. An item's id stays the same for as long as its page and its part keep theirs."
    )]
    Backlog(BacklogOptions),
    /// A foreign threat model becomes a page; done again, the page gets what is new and keeps your edits
    #[command(
        after_help = "Examples:\n  tiltyard import threat-dragon model.json -o content/threat-models/login.md --owner blue\n  tiltyard import otm model.otm -o - | less\n  tiltyard import threat-composer workspace.tc.json -o content/threat-models/shop.md --report json > report.json\n\nNothing arrives as mitigated or verified. What is not in the page, or is there in another form, is told."
    )]
    Import(ImportOptions),
    /// A threat model in a format of other tools
    #[command(
        after_help = "Examples:\n  tiltyard export otm checkout -o checkout.otm\n  tiltyard export otm content/threat-models/login.md --drafts\n\nWhat the format has no place for is told."
    )]
    Export(ExportOptions),
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
#[derive(Clone, Debug, ClapArgs)]
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

/// Which pages are published.
#[derive(Clone, Debug, ClapArgs)]
pub struct ReaderOptions {
    /// Whose pages count; one of the configuration's audiences [default: the configuration's, else the highest]
    #[arg(long, value_name = "NAME")]
    pub audience: Option<String>,
    /// Count drafts, too
    #[arg(long)]
    pub drafts: bool,
    /// The day to take for today [default: the configuration's, else the clock's, in UTC]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,
}

/// How an answer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Answer {
    /// For people
    Human,
    /// For programs
    Json,
}

/// For whom and for which day an answer is given.
#[derive(Clone, Debug, ClapArgs)]
pub struct AskOptions {
    /// How the answer is shown
    #[arg(long, value_enum, default_value_t = Answer::Human, value_name = "F")]
    pub format: Answer,
    /// Who the answer is for: it names whom this audience may see [default: the configuration's, else the highest]
    #[arg(long, value_name = "NAME")]
    pub audience: Option<String>,
    /// The day to take for today [default: the configuration's, else the clock's, in UTC]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,
}

/// What `coverage` is asked.
#[derive(Clone, Debug, ClapArgs)]
pub struct CoverageOptions {
    /// SARIF logs, `-` for standard input; all of them count together
    #[arg(required = true, value_name = "SCAN")]
    pub scans: Vec<PathBuf>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = coverage::Format::Human, value_name = "F")]
    pub format: coverage::Format,
    /// Fail when less than so many percent of the results are explained
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub fail_under: Option<f64>,
    /// Fail when it is worse than in this earlier `--format json`
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Which pages count
    #[command(flatten)]
    pub reader: ReaderOptions,
}

/// What `annotate` is told.
#[derive(Clone, Debug, ClapArgs)]
pub struct AnnotateOptions {
    /// A SARIF log
    #[arg(value_name = "SCAN")]
    pub scan: PathBuf,
    /// Where the explained log goes; may be the log itself, `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Where the site is published, for the links to it [default: the configuration's]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Give CodeQL another name: GitHub shows its own help for logs of CodeQL, and ours for any other tool's
    #[arg(long)]
    pub rename_codeql: bool,
    /// Which pages count
    #[command(flatten)]
    pub reader: ReaderOptions,
}

/// A number from 0 to 100.
fn percent(text: &str) -> Result<f64, String> {
    let number: f64 = text.trim_end_matches('%').trim().parse().map_err(|_| "give a number of percent".to_owned())?;
    if (0.0..=100.0).contains(&number) { Ok(number) } else { Err("percent are from 0 to 100".to_owned()) }
}

/// Whose progress is asked for.
#[derive(Clone, Debug, ClapArgs)]
pub struct ProgressOptions {
    /// A champion's id [default: everybody]
    #[arg(value_name = "PERSON")]
    pub person: Option<String>,
    /// The answer
    #[command(flatten)]
    pub ask: AskOptions,
}

/// Which page is to be reviewed.
#[derive(Clone, Debug, ClapArgs)]
pub struct ReviewersOptions {
    /// A finding, threat model or review: `kind:id`, its id, or its file
    #[arg(value_name = "PAGE")]
    pub page: String,
    /// The answer
    #[command(flatten)]
    pub ask: AskOptions,
}

/// What is left to do, and for whom.
#[derive(Clone, Debug, ClapArgs)]
pub struct BacklogOptions {
    /// Only what this team answers for
    #[arg(long, value_name = "ID")]
    pub team: Option<String>,
    /// Only what is about this service
    #[arg(long, value_name = "ID")]
    pub service: Option<String>,
    /// Only what is in this state; may be said again
    #[arg(long = "status", value_name = "WORD")]
    pub statuses: Vec<String>,
    /// Only what is new or has changed since this revision of git
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// Only what is not in the tracker yet
    #[arg(long)]
    pub without_ticket: bool,
    /// What the tracker has: its items as CSV, or `gh issue list --json number,body`
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = backlog::Format::Markdown, value_name = "F")]
    pub format: backlog::Format,
    /// Where it goes [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Where the site is published, for links to it [default: the configuration's]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Which pages count
    #[command(flatten)]
    pub reader: ReaderOptions,
}

/// What is exported.
#[derive(Clone, Debug, ClapArgs)]
pub struct ExportOptions {
    /// The format
    #[arg(value_enum, value_name = "FORMAT")]
    pub format: export::Format,
    /// A threat model: its id, `threat-model:id`, or its file
    #[arg(value_name = "PAGE")]
    pub page: String,
    /// Where it goes; - is standard output [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// For whom: only what this audience may see [default: the configuration's, else the highest]
    #[arg(long, value_name = "NAME")]
    pub audience: Option<String>,
    /// Drafts, too
    #[arg(long)]
    pub drafts: bool,
}

/// What is imported.
#[derive(Clone, Debug, ClapArgs)]
pub struct ImportOptions {
    /// The format
    #[arg(value_name = "FORMAT", value_parser = formats())]
    pub format: threat_model::Format,
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The page; one that an earlier import made is brought up to date; - is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Who answers for a new page: a team or a person; may be said again
    #[arg(long = "owner", value_name = "ID")]
    pub owners: Vec<String>,
    /// A service a new page is about; may be said again
    #[arg(long = "service", value_name = "ID")]
    pub services: Vec<String>,
    /// How the report is shown
    #[arg(long, value_enum, default_value_t = import::Shown::Human, value_name = "F")]
    pub report: import::Shown,
    /// The day to take for today [default: the configuration's, else the clock's, in UTC]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,
}

/// The words for foreign formats.
fn formats() -> impl TypedValueParser<Value = threat_model::Format> {
    PossibleValuesParser::new(threat_model::FORMATS.map(|format| format.name))
        .try_map(|word| threat_model::Format::named(&word).ok_or_else(|| format!("there is no format `{word}`")))
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
#[derive(Clone, Debug, ClapArgs)]
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
#[derive(Clone, Debug, ClapArgs)]
pub struct NewOptions {
    /// What sort of page
    #[arg(value_parser = kinds())]
    pub kind: Kind,
    /// Its title; the file is named after it. A finding may take it from `--rule` or `--cwe`
    #[arg(required_unless_present_any = ["cwe", "rule", "from_scan"])]
    pub title: Option<String>,
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
    /// A SARIF log that shows the finding's rule; may be said again
    #[arg(long, value_name = "SCAN")]
    pub from_scan: Vec<PathBuf>,
    /// The rule of the log, or its end
    #[arg(long, value_name = "ID")]
    pub rule: Option<String>,
    /// The weakness, by its CWE number
    #[arg(long, value_name = "N", value_parser = cwe)]
    pub cwe: Option<u32>,
}

/// A CWE number, written `79` or `CWE-79`.
fn cwe(text: &str) -> Result<u32, String> {
    crate::model::leaf::Cwe::parse(text).map(|cwe| cwe.0).ok_or_else(|| "give a number such as 79".to_owned())
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

/// What `serve` has beside.
#[derive(Clone, Debug, ClapArgs)]
pub struct ServeOptions {
    /// The site
    #[command(flatten)]
    pub site: SiteOptions,
    /// The port; 0 takes any free one [default: the first free one from 4747 on]
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// The address to listen on; any but loopback shows the site to others
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub bind: std::net::IpAddr,
    /// Open the site in a browser
    #[arg(long)]
    pub open: bool,
    /// Look for changes every so many milliseconds, for file systems that send no events
    #[arg(long, value_name = "MS", num_args = 0..=1, default_missing_value = "500", value_parser = clap::value_parser!(u64).range(10..=60_000))]
    pub poll: Option<u64>,
}

/// What `build` has beside.
#[derive(Clone, Debug, ClapArgs)]
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
