//! `tiltyard backlog`: requirements and improvements as items for the tracker.
//!
//! In: whose, in which state, and since when. Out: a table, a list or data, on standard output or in a file. Nothing is sent anywhere.

mod github;
mod markdown;
mod sheet;

use std::process::ExitCode;

use super::args::{Args, BacklogOptions, SiteOptions};
use super::build::in_pool;
use super::fault::Fault;
use super::report::{Format as Diagnostics, visible};
use super::{knowledge_base, screen, standing};
use crate::disk;
use crate::model::site::Site;
use crate::pipeline;
use crate::query::backlog::{self, Ask, Backlog, Unknown};

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Jira's CSV import: epics, and stories below them
    JiraCsv,
    /// Azure Boards' CSV import: epics, and user stories below them
    AzureCsv,
    /// A request for GitHub's REST API on each line
    Github,
    /// A check list for people
    Markdown,
    /// One JSON object
    Json,
}

/// Runs it.
pub fn run(args: &Args, options: &BacklogOptions) -> Result<ExitCode, Fault> {
    let (now, before, sound) = sites(args, options)?;
    let all = options.since.is_some();
    let ask = Ask {
        team: options.team.as_deref(),
        service: options.service.as_deref(),
        statuses: &options.statuses,
        all,
        without_ticket: options.without_ticket,
    };
    let mut answer = backlog::of(&now, &ask).map_err(unknown)?;
    if let Some(before) = before {
        // Whatever it was then: a change of owner or state is a change, too.
        let everything = backlog::of(&before, &Ask { all, ..Ask::default() }).map_err(unknown)?;
        answer = backlog::since(answer, &everything);
    }
    let text = written(&answer, options.format)?;
    match &options.output {
        Some(path) => disk::write_file(path, text.as_bytes())?,
        None => screen::print(&text),
    }
    if !args.quiet {
        let items: usize = answer.groups.iter().map(|group| group.items.len()).sum();
        screen::say(&format!("{items} items of {} threat models and reviews", answer.groups.len()));
    }
    Ok(ExitCode::from(u8::from(!sound)))
}

/// The site as it is, as it was, and whether the content has no error.
fn sites(args: &Args, options: &BacklogOptions) -> Result<(Site, Option<Site>, bool), Fault> {
    let site = SiteOptions {
        audience: options.reader.audience.clone(),
        base_url: options.base_url.clone(),
        drafts: options.reader.drafts,
        today: options.reader.today,
        format: Diagnostics::Human,
        deny: Vec::new(),
        max_page_size: 10,
    };
    let choices = knowledge_base::choices(&site)?;
    let base = knowledge_base::open(args, &site, &choices)?;
    if base.config.loose {
        return Err(Fault::usage(
            format!(
                "`{}` has no {}, so it has no threat models or reviews",
                base.root.display(),
                knowledge_base::CONFIG
            ),
            "run it in a knowledge base, or name its folder with `--root`",
        ));
    }
    let before = match &options.since {
        Some(revision) => {
            let folders = [base.config.content.clone()];
            Some(disk::at_revision(&base.root, &folders, revision, site.max_page_size << 20)?)
        }
        None => None,
    };
    let found = in_pool(args.jobs, || {
        let before = before.map(|tree| pipeline::published(&tree, &base.config, Vec::new()).value);
        (pipeline::published(&base.tree, &base.config, base.diagnostics), before)
    })?;
    let sound = !screen::fails(&found.0.diagnostics, &[]);
    if !sound {
        screen::say("the content has errors, so this may not be the whole answer; `tiltyard check` tells them");
    }
    Ok((found.0.value, found.1, sound))
}

fn unknown(unknown: Unknown) -> Fault {
    Fault::usage(visible::one_line(&unknown.what).into_owned(), unknown.help)
}

fn written(backlog: &Backlog, format: Format) -> Result<String, Fault> {
    let failed = |error: csv::Error| Fault::Usage(format!("the table could not be written: {error}"), None);
    Ok(match format {
        Format::JiraCsv => sheet::jira(backlog).map_err(failed)?,
        Format::AzureCsv => sheet::azure(backlog).map_err(failed)?,
        Format::Github => github::text(backlog),
        Format::Markdown => markdown::text(backlog),
        Format::Json => visible::escaped_json(&standing::json(backlog)?).into_owned(),
    })
}
