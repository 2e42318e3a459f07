//! `tiltyard progress`: levels, skills and renewals, as the audience may see them.

use std::fmt::Write as _;
use std::process::ExitCode;

use super::args::{Answer, Deny};
use super::args::{Args, AskOptions, ProgressOptions, SiteOptions};
use super::fault::Fault;
use super::report::Format;
use super::{build, knowledge_base, screen};
use crate::diagnostic::nearest;
use crate::model::site::Site;
use crate::pipeline;
use crate::query::progress::{self, CurriculumItem, PersonProgress};

/// Runs it.
pub fn run(args: &Args, options: &ProgressOptions) -> Result<ExitCode, Fault> {
    let (site, sound) = published(args, &options.ask)?;
    let people = progress::of(&site, options.person.as_deref());
    if let (Some(person), true) = (&options.person, people.is_empty()) {
        let help = match nearest(person, site.progress.people.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`tiltyard progress` lists everybody this audience may see".to_owned(),
        };
        return Err(Fault::usage(format!("there is no champion `{person}`"), help));
    }
    match options.ask.format {
        Answer::Json => screen::print(&json(&people)?),
        Answer::Human => screen::print(&human(&people)),
    }
    Ok(ExitCode::from(u8::from(!sound)))
}

/// The site as an audience may see it, and whether the content has no error. What is wrong is `check`'s to tell.
pub fn published(args: &Args, ask: &AskOptions) -> Result<(Site, bool), Fault> {
    published_with(args, ask, false)
}

/// The same, with drafts where they are asked for.
pub fn published_with(args: &Args, ask: &AskOptions, drafts: bool) -> Result<(Site, bool), Fault> {
    let options = SiteOptions {
        audience: ask.audience.clone(),
        base_url: None,
        drafts,
        today: ask.today,
        format: Format::Human,
        deny: Vec::<Deny>::new(),
        max_page_size: 10,
    };
    let choices = knowledge_base::choices(&options)?;
    let base = knowledge_base::open(args, &options, &choices)?;
    let site = build::in_pool(args.jobs, || pipeline::published(&base.tree, &base.config, base.diagnostics))?;
    let sound = !screen::fails(&site.diagnostics, &[]);
    if !sound {
        screen::say("the content has errors, so this may not be the whole answer; `tiltyard check` tells them");
    }
    Ok((site.value, sound))
}

/// Data as a file: indented, with a line end.
pub fn json(value: &impl serde::Serialize) -> Result<String, Fault> {
    let text = serde_json::to_string_pretty(value);
    text.map(|text| text + "\n").map_err(|error| Fault::Usage(format!("the answer cannot be written: {error}"), None))
}

fn human(people: &[PersonProgress]) -> String {
    let mut out = String::new();
    if people.is_empty() {
        out.push_str("there is no champion yet\n");
    }
    for person in people {
        // Writing to a String cannot fail.
        let _ = of_person(&mut out, person);
        out.push('\n');
    }
    out
}

fn of_person(out: &mut String, person: &PersonProgress) -> std::fmt::Result {
    let team = person.team.as_deref().unwrap_or("no team");
    writeln!(out, "{} ({team}, {})", person.id, person.status)?;
    for curriculum in &person.curricula {
        of_curriculum(out, curriculum)?;
    }
    if !person.skills.is_empty() {
        writeln!(out, "  skills")?;
    }
    for skill in &person.skills {
        let until = skill.expires.map_or_else(String::new, |day| format!(" until {day}"));
        writeln!(out, "    {} {}{until}", skill.id, skill.depth)?;
    }
    for renewal in &person.expiring {
        writeln!(out, "  runs out {}: {}", renewal.on, renewal.module)?;
    }
    for renewal in &person.run_out {
        writeln!(out, "  ran out {}: {}", renewal.on, renewal.module)?;
    }
    for taken in &person.not_counted {
        writeln!(out, "  does not count: {} of {}: {}", taken.module, taken.date, taken.why.join("; "))?;
    }
    if let Some(step) = person.next_steps.first() {
        writeln!(out, "  next: {step}")?;
    }
    if !person.can_review.is_empty() {
        writeln!(out, "  can review: {}", person.can_review.join(", "))?;
    }
    Ok(())
}

fn of_curriculum(out: &mut String, curriculum: &CurriculumItem) -> std::fmt::Result {
    let level = curriculum.level.as_deref().unwrap_or("no level yet");
    let until = curriculum.until.map_or_else(String::new, |day| format!(" until {day}"));
    writeln!(out, "  {}: {level}{until}", curriculum.id)?;
    let Some(next) = &curriculum.next_level else { return Ok(()) };
    writeln!(out, "    next level {next} lacks")?;
    for missing in &curriculum.missing {
        match &missing.module {
            Some(module) => writeln!(out, "      {module}: {}", missing.text)?,
            None => writeln!(out, "      {}", missing.text)?,
        }
    }
    Ok(())
}
