//! `tiltyard import`: a foreign threat model becomes a page, or the page of an earlier import gets what is new.
//!
//! In: a format, a file, and where the page goes. Out: the page, and on standard error what became of everything in the file.

mod told;

use std::path::Path;
use std::process::ExitCode;

use super::args::{Args, ImportOptions};
use super::fault::Fault;
use super::report::visible;
use super::{knowledge_base, screen, standing};
use crate::disk;
use crate::import::threat_model::{self, Request};

/// How the report is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shown {
    /// For people, on standard error
    Human,
    /// One JSON object: on standard output, or on standard error when the page goes to standard output
    Json,
}

/// Runs it.
pub fn run(args: &Args, options: &ImportOptions) -> Result<ExitCode, Fault> {
    let stdout = options.output == Path::new("-");
    let bytes = if options.file == Path::new("-") {
        disk::read_input(Path::new("/dev/stdin"))?
    } else {
        disk::read_input(&options.file)?
    };
    let earlier = if stdout { None } else { disk::read_optional(&options.output)? };
    let earlier = earlier.map(String::from_utf8).transpose().map_err(|_| {
        Fault::usage(format!("`{}` is not UTF-8", options.output.display()), "give another file with `-o`")
    })?;
    let named = options.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let file = named.filter(|name| name != "-").unwrap_or_else(|| "standard input".to_owned());
    let request = Request {
        format: options.format,
        file: &file,
        owners: &options.owners,
        services: &options.services,
        today: options.today.unwrap_or_else(knowledge_base::today),
    };
    let made = threat_model::import(&bytes, &request, earlier.as_deref().filter(|text| !text.trim().is_empty()));
    let imported = made.map_err(|fault| refused(options, &fault))?;
    if stdout {
        screen::print(&imported.text);
    } else {
        if let Some(folder) =
            options.output.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
        {
            return Err(Fault::usage(
                format!("there is no folder `{}`", folder.display()),
                "make it first, or give another file",
            ));
        }
        // A page that stays as it is is not touched, so that nothing else is told of a change.
        if earlier.as_deref() != Some(imported.text.as_str()) {
            disk::write_file(&options.output, imported.text.as_bytes())?;
        }
    }
    match options.report {
        Shown::Json => {
            let json = standing::json(&imported.report)?;
            let json = visible::escaped_json(&json);
            if stdout { screen::say(json.trim_end()) } else { screen::print(&json) }
        }
        Shown::Human if args.quiet => {}
        Shown::Human => {
            for line in told::lines(&imported.report, &options.output) {
                screen::say(&visible::visible(&line));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn refused(options: &ImportOptions, fault: &threat_model::Fault) -> Fault {
    let about = match fault {
        threat_model::Fault::Page(_) => &options.output,
        _ => &options.file,
    };
    let message = format!("`{}` cannot be imported: {}", about.display(), visible::one_line(&fault.to_string()));
    let help = fault.help().map(|help| visible::one_line(&help).into_owned());
    Fault::Usage(message, help)
}
