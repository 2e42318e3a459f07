//! The command line: the only room that knows a screen, the clock and the environment.
//!
//! In: arguments. Out: an exit code. 0 clean, 1 the content has errors, 2 the program could not run, 130 interrupted.

mod annotate;
mod args;
mod backlog;
mod build;
mod check;
mod clean;
mod coverage;
mod explain;
mod export;
mod fault;
mod import;
mod init;
mod knowledge_base;
mod manual;
mod new;
mod progress;
pub mod report;
mod reviewers;
mod scans;
mod schema;
mod screen;
mod serve;
mod standing;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let args = Args::parse();
    progress::listen_for_interrupts();
    let result = match &args.command {
        Command::Annotate(options) => annotate::run(&args, options),
        Command::Backlog(options) => backlog::run(&args, options),
        Command::Build(options) => build::run(&args, options),
        Command::Check(options) => check::run(&args, options),
        Command::Coverage(options) => coverage::run(&args, options),
        Command::Clean => clean::run(&args),
        Command::Serve(options) => serve::run(&args, options),
        Command::Completions { shell } => Ok(manual::completions(*shell)),
        Command::Explain(options) => explain::run(&args, options),
        Command::Export(options) => export::run(&args, options),
        Command::Import(options) => import::run(&args, options),
        Command::Init { folder } => init::run(&args, folder.as_deref()),
        Command::New(options) => new::run(&args, options),
        Command::Progress(options) => standing::run(&args, options),
        Command::Reviewers(options) => reviewers::run(&args, options),
        Command::Schema { kind } => Ok(schema::run(kind.as_ref())),
        Command::Man => manual::man(),
    };
    match result {
        Ok(code) => code,
        Err(fault) => screen::fault(&args, &fault),
    }
}
