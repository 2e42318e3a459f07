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
use crate::import::tracker::{self, Known};
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
    let known = known(options)?;
    let (now, before, sound) = sites(args, options)?;
    let all = options.since.is_some();
    let ask = Ask {
        team: options.team.as_deref(),
        service: options.service.as_deref(),
        statuses: &options.statuses,
        all,
        without_ticket: options.without_ticket,
        known: known.as_ref().map(|known| &known.numbers),
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
        tell(&answer, known.as_ref(), options.format);
    }
    Ok(ExitCode::from(u8::from(!sound)))
}

/// What the tracker has, when somebody says so.
fn known(options: &BacklogOptions) -> Result<Option<Known>, Fault> {
    let Some(path) = &options.known else { return Ok(None) };
    let known = tracker::read(&disk::read_input(path)?).map_err(|fault| {
        let message = format!("`{}` cannot be read as a tracker's list: {fault}", path.display());
        Fault::Usage(
            visible::one_line(&message).into_owned(),
            Some(
                "export the items of Jira or Azure Boards as CSV, or take `gh issue list --json number,body`"
                    .to_owned(),
            ),
        )
    })?;
    Ok(Some(known))
}

/// What could lead to doubles.
fn tell(backlog: &Backlog, known: Option<&Known>, format: Format) {
    for (id, taken, other) in known.iter().flat_map(|known| &known.twins) {
        let line = format!("{id} is in the tracker twice: as {taken}, which is taken, and as {other}");
        screen::say(&visible::visible(&line));
    }
    if known.is_some_and(|known| known.numbers.is_empty()) {
        screen::say("nothing in the tracker's list bears an id of ours");
    }
    let epics = matches!(format, Format::JiraCsv | Format::AzureCsv | Format::Github);
    let lost = backlog.groups.iter().filter(|group| match format {
        Format::AzureCsv => sheet::in_azure(group) && sheet::digits(group.number.as_deref()).is_empty(),
        _ => group.number.is_none() && !group.numbers.is_empty(),
    });
    for group in lost.filter(|_| epics) {
        let line = format!(
            "{}: its items have tickets, and it has no number, so no epic is made; give `--known`, or write `extra: {{epic: …}}` into the page",
            group.id
        );
        screen::say(&visible::visible(&line));
    }
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
