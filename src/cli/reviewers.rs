//! `tiltyard reviewers`: who can review a page, and why.

use std::fmt::Write as _;
use std::process::ExitCode;

use super::args::{Answer, Args, ReviewersOptions};
use super::fault::Fault;
use super::{screen, standing};
use crate::query::reviewers::{self, NoAnswer, Reviewers};

/// Runs it.
pub fn run(args: &Args, options: &ReviewersOptions) -> Result<ExitCode, Fault> {
    let (site, sound) = standing::published(args, &options.ask)?;
    let answer = reviewers::of(&site, &options.page).map_err(|no| fault(&options.page, no))?;
    match options.ask.format {
        Answer::Json => screen::print(&standing::json(&answer)?),
        Answer::Human => screen::print(&human(&answer)),
    }
    Ok(ExitCode::from(u8::from(!sound)))
}

fn fault(page: &str, no: NoAnswer) -> Fault {
    match no {
        NoAnswer::NoPage(near) => {
            let help = near.map_or_else(
                || "name a finding, threat model or review: `kind:id`, its id, or its file".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            Fault::usage(format!("there is no page `{page}`"), help)
        }
        NoAnswer::OtherKind(kind) => {
            let message = format!("`{page}` is of the kind `{}`", kind.as_str());
            Fault::usage(message, "findings, threat models and reviews have reviewers")
        }
        NoAnswer::Several(names) => {
            Fault::usage(format!("`{page}` fits several pages"), format!("write one of {}", names.join(", ")))
        }
    }
}

fn human(answer: &Reviewers) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{} ({})", answer.title, answer.page);
    if answer.quorum > 0 {
        let _ = writeln!(out, "  needs {} eligible", answer.quorum);
    }
    if answer.people.is_empty() {
        out.push_str("  nobody can review it yet\n");
    }
    for person in &answer.people {
        let _ = writeln!(out, "  {} ({}): {}", person.name, person.id, person.reasons.join(", "));
    }
    out
}
