//! `tiltyard import`: a foreign threat model becomes a page, or the page of an earlier import gets what is new.
//!
//! In: a format, a file, and where the page goes. Out: the page, and on standard error what became of everything in the file.

mod told;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::args::{Args, ImportOptions, SiteOptions};
use super::build::in_pool;
use super::fault::Fault;
use super::report::{Format, visible};
use super::{knowledge_base, screen, standing};
use crate::disk;
use crate::import::threat_model::report::Report;
use crate::import::threat_model::{self, Request};
use crate::model::config::Config;
use crate::model::kind::Kind;
use crate::pipeline;

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
    let surroundings = surroundings(args, options)?;
    if !stdout && knowledge_base::below(&surroundings.root, &options.output).is_none() {
        return Err(outside(&surroundings, options));
    }
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
        known_services: &surroundings.services,
        known_owners: &surroundings.owners,
        today: surroundings.config.today,
    };
    let made = threat_model::import(&bytes, &request, earlier.as_deref().filter(|text| !text.trim().is_empty()));
    let imported = made.map_err(|fault| refused(options, &fault))?;
    if stdout {
        screen::print(&imported.text);
    } else {
        write(&options.output, earlier.as_deref(), &imported.text)?;
    }
    tell(args, options, &imported.report)?;
    if !stdout && !args.quiet {
        let place = knowledge_base::page_at(&surroundings.root, &surroundings.config.content, &options.output);
        if let Err(Fault::Usage(message, help)) = place {
            screen::say(&format!("{message}: {}", help.unwrap_or_default()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The knowledge base that the page is for.
struct Surroundings {
    root: PathBuf,
    config: Config,
    services: Vec<String>,
    owners: Vec<String>,
}

/// Reads what a page may name. A folder without a configuration has no registry.
fn surroundings(args: &Args, options: &ImportOptions) -> Result<Surroundings, Fault> {
    let site_options = SiteOptions {
        audience: None,
        base_url: None,
        drafts: true,
        today: options.today,
        format: Format::Human,
        deny: Vec::new(),
        max_page_size: 10,
    };
    let choices = knowledge_base::choices(&site_options)?;
    let (root, config, _, _) = knowledge_base::configuration(args, &choices)?;
    if config.loose {
        return Ok(Surroundings { root, config, services: Vec::new(), owners: Vec::new() });
    }
    let base = knowledge_base::open(args, &site_options, &choices)?;
    let site = in_pool(args.jobs, || pipeline::inspect(&base.tree, &base.config, Vec::new()))?.value;
    let registry = &site.registry;
    let champions = site.pages.values().filter(|page| page.kind() == Kind::Champion).map(|page| &page.id);
    Ok(Surroundings {
        root,
        config,
        services: registry.services.keys().cloned().collect(),
        owners: registry.teams.keys().chain(registry.people.keys()).chain(champions).cloned().collect(),
    })
}

fn outside(surroundings: &Surroundings, options: &ImportOptions) -> Fault {
    let (message, help) =
        knowledge_base::no_part_of(&surroundings.root, &surroundings.config.content, &options.output).lines();
    let elsewhere = "`-o -` writes to standard output, for a file elsewhere";
    Fault::usage(message, help.map_or_else(|| elsewhere.to_owned(), |help| format!("{help}; {elsewhere}")))
}

/// Writes the page. One that stays as it is is not touched, so that nothing else is told of a change.
fn write(output: &Path, earlier: Option<&str>, text: &str) -> Result<(), Fault> {
    if let Some(folder) = output.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(Fault::usage(
            format!("there is no folder `{}`", folder.display()),
            "make it first, or give another file",
        ));
    }
    if earlier != Some(text) {
        disk::write_file(output, text.as_bytes())?;
    }
    Ok(())
}

fn tell(args: &Args, options: &ImportOptions, report: &Report) -> Result<(), Fault> {
    match options.report {
        Shown::Json => {
            let json = visible::escaped_json(&standing::json(report)?).into_owned();
            if options.output == Path::new("-") { screen::say(json.trim_end()) } else { screen::print(&json) }
        }
        Shown::Human if args.quiet => {}
        Shown::Human => {
            for line in told::lines(report, &options.output) {
                screen::say(&visible::visible(&line));
            }
        }
    }
    Ok(())
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
