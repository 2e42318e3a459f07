//! `tiltyard annotate`: the same scan, with our explanations in the help of its rules.
//!
//! In: a SARIF log. Out: the log again; only `helpUri`, `help.text` and `help.markdown` of explained rules are new. The log
//! is read twice, once to know its rules and once to copy it, so it has to be a file.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use super::args::{AnnotateOptions, Args};
use super::fault::Fault;
use super::{scans, screen};
use crate::disk::{self, DiskError};
use crate::import::sarif::{self, Described, Help, Log};
use crate::model::counted::counted;
use crate::model::site::Site;
use crate::query::lookup::{Lookup, Via};
use crate::query::places::Places;
use crate::query::quote;

/// The name under which GitHub knows a log as its own scanner's, and shows its own help instead of the log's.
const HOST_OWN: &str = "CodeQL";
/// Another name for it, so that the log's help is shown.
const RENAMED: &str = "CodeQL (explained)";

/// Runs it.
pub fn run(args: &Args, options: &AnnotateOptions) -> Result<ExitCode, Fault> {
    refuse_pipe(&options.scan)?;
    let (_, site) = scans::site(args, &options.reader, options.base_url.as_deref())?;
    let mut places = Places::new(&site.registry);
    let log = scans::log(&options.scan, &mut places)?;
    let help = help(&site, &log);
    let renamed = |run: usize| {
        let tool = log.runs.get(run).map(|run| run.tool.as_str());
        (options.rename_codeql && tool == Some(HOST_OWN)).then(|| RENAMED.to_owned())
    };
    let input = disk::open_input(&options.scan)?;
    let copied = disk::write_stream(&options.output, |file| {
        sarif::rewrite(input, file, &|run, at| help.get(&(run, at)), &renamed).map_err(|error| DiskError::Io {
            tried: "write",
            path: options.output.clone(),
            error,
        })
    })?;
    if !args.quiet {
        for line in told(&site, &log, copied.rules, options) {
            screen::say(&line);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn refuse_pipe(scan: &Path) -> Result<(), Fault> {
    let stdin = scan == Path::new("-");
    // What is missing or a folder is said by whoever opens it.
    if !stdin && (scan.is_file() || scan.is_dir() || !scan.exists()) {
        return Ok(());
    }
    let name = if stdin { "standard input".to_owned() } else { format!("`{}`", scan.display()) };
    Err(Fault::usage(format!("{name} is not a file"), "the scan is read twice: write it to a file first"))
}

/// What to say of each described rule that is explained.
fn help(site: &Site, log: &Log) -> BTreeMap<(usize, Described), Help> {
    let lookup = Lookup::new(site);
    let mut help = BTreeMap::new();
    for (at, run) in log.runs.iter().enumerate() {
        for rule in &run.rules {
            let Some(place) = rule.described else { continue };
            let answer = lookup.resolve(Some(&run.tool), &rule.id, &rule.cwes);
            let Some(mut quote) = quote::quote(site, &answer.matches) else { continue };
            if let Via::Ancestor { of, cwe } = answer.via {
                let note = format!(
                    "CWE-{of} has no explanation of its own yet; this is the one of CWE-{cwe}, which it is a kind of."
                );
                quote.text = format!("{note}\n\n{}", quote.text);
                quote.markdown = format!("{note}\n\n{}", quote.markdown);
            }
            help.insert((at, place), Help { uri: quote.uri, text: quote.text, markdown: quote.markdown });
        }
    }
    help
}

/// What one should know about what was written.
fn told(site: &Site, log: &Log, rules: usize, options: &AnnotateOptions) -> Vec<String> {
    let described = log.runs.iter().flat_map(|run| &run.rules).filter(|rule| rule.described.is_some()).count();
    let to = Some(options.output.display().to_string()).filter(|path| path != "-");
    let to = to.map_or_else(String::new, |path| format!(": {path}"));
    let mut lines = vec![format!("{rules} of {} explained{to}", counted(described, "rule"))];
    let bare = log.runs.iter().flat_map(|run| run.rules.iter().filter(|rule| rule.described.is_none())).count();
    if bare > 0 {
        let bare = counted(bare, "rule");
        lines.push(format!("  {bare} named by results only; there is no place for help in this log"));
    }
    if site.config.base_url.is_none() {
        lines.push("  no base_url: `helpUri` is left as it is; give one with `--base-url`".to_owned());
    }
    if !options.rename_codeql && log.runs.iter().any(|run| run.tool == HOST_OWN) {
        lines.push(
            "  GitHub shows its own help for logs of CodeQL, not the one in the log; `--rename-codeql`".to_owned(),
        );
        lines.push(format!("  calls the tool `{RENAMED}`, so that ours is shown. Alerts of the old name close"));
    }
    lines
}
