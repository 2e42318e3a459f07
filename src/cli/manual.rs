//! Completions and the manual page, made from the arguments.

use std::process::ExitCode;

use clap::CommandFactory;

use super::args::Args;
use super::fault::Fault;
use super::screen;

/// Prints completions for a shell.
pub fn completions(shell: clap_complete::Shell) -> ExitCode {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "tiltyard", &mut bytes);
    screen::print(&String::from_utf8_lossy(&bytes));
    ExitCode::SUCCESS
}

/// Prints the manual page.
pub fn man() -> Result<ExitCode, Fault> {
    let mut bytes = Vec::new();
    let made = clap_mangen::Man::new(Args::command()).render(&mut bytes);
    made.map_err(|error| Fault::Usage(format!("the manual page could not be made: {error}"), None))?;
    screen::print(&String::from_utf8_lossy(&bytes));
    Ok(ExitCode::SUCCESS)
}
