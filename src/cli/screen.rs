//! What goes to the screen: colours when they are wanted, diagnostics where they belong, and faults.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use super::args::{Args, Color, Deny, SiteOptions};
use super::fault::Fault;
use super::report::{self, Format, Report};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceTree;

/// Whether to use colours on standard error.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
pub fn color(args: &Args) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match args.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto if std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") => {
            true
        }
        Color::Auto => io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Whether these diagnostics make the run fail.
pub fn fails(diagnostics: &[Diagnostic], deny: &[Deny]) -> bool {
    diagnostics.iter().any(|diagnostic| match diagnostic.severity {
        Severity::Error => true,
        Severity::Warning => deny.contains(&Deny::Warnings),
        Severity::Due => deny.contains(&Deny::Due),
    })
}

/// Writes diagnostics: as data to standard output, for people to standard error. A reader that has gone away is no failure.
pub fn diagnostics(
    args: &Args,
    options: &SiteOptions,
    diagnostics: &[Diagnostic],
    sources: &SourceTree,
    pages: usize,
) -> Result<(), Fault> {
    let root = args.root.as_ref().map(|root| root.to_string_lossy().replace('\\', "/"));
    let report = Report { diagnostics, sources, pages, root: root.as_deref() };
    let data = matches!(options.format, Format::Json | Format::Sarif | Format::Github);
    let mut bytes = Vec::new();
    let written = report::write(&report, options.format, color(args), &mut bytes);
    let written = written.and_then(|()| {
        if data {
            to_stdout(&bytes)
        } else {
            // Nobody is left to tell when standard error is gone.
            drop(io::stderr().write_all(&bytes));
            Ok(())
        }
    });
    written.map_err(|error| Fault::Usage(format!("the diagnostics could not be written: {error}"), None))
}

/// Writes diagnostics for people to standard error, as news: nothing is counted.
pub fn news(args: &Args, options: &SiteOptions, diagnostics: &[Diagnostic], sources: &SourceTree) {
    let report = Report { diagnostics, sources, pages: 0, root: None };
    let mut bytes = Vec::new();
    // Nobody is left to tell when standard error is gone.
    drop(report::list(&report, options.format == Format::Short, color(args), &mut bytes));
    drop(io::stderr().write_all(&bytes));
}

/// Data to standard output; a reader that has gone away has what it wanted.
fn to_stdout(bytes: &[u8]) -> io::Result<()> {
    match io::stdout().write_all(bytes).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// A line to standard error.
pub fn say(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}

/// Data to standard output.
pub fn print(text: &str) {
    drop(io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()));
}

/// Why the program could not run, and the exit code that says so.
pub fn fault(args: &Args, fault: &Fault) -> ExitCode {
    let (message, help) = fault.lines();
    let (bold, plain) = if color(args) { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
    say(&format!("{bold}error{plain}: {message}"));
    if let Some(help) = help {
        say(&format!("  help: {help}"));
    }
    ExitCode::from(fault.code())
}
