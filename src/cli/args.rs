//! The arguments of the command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::report::Format;

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
    /// Remove the site and the cache
    Clean,
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
