//! `tiltyard explain`: the explanation of what a scanner said, in the terminal.

use std::process::ExitCode;

use super::args::{Args, ExplainFormat, ExplainOptions};
use super::build::in_pool;
use super::fault::Fault;
use super::report::Format;
use super::{args, knowledge_base, screen};
use crate::pipeline;
use crate::query::explain::{Answer, Via, explain};

/// Runs it.
pub fn run(args: &Args, options: &ExplainOptions) -> Result<ExitCode, Fault> {
    let text = options.text.join(" ");
    let site = args::SiteOptions {
        audience: options.audience.clone(),
        base_url: None,
        drafts: options.drafts,
        today: None,
        format: Format::Human,
        deny: Vec::new(),
        max_page_size: 10,
    };
    let choices = knowledge_base::choices(&site)?;
    let base = knowledge_base::open(args, &site, &choices)?;
    let site = in_pool(args.jobs, || pipeline::published(&base.tree, &base.config, Vec::new()))?.value;
    let answer = explain(&site, &text);
    screen::print(&match options.format {
        ExplainFormat::Json => json(&answer),
        ExplainFormat::Human => human(&answer),
    });
    Ok(ExitCode::SUCCESS)
}

fn json(answer: &Answer) -> String {
    serde_json::to_string(answer).map_or_else(|_| String::new(), |text| text + "\n")
}

fn human(answer: &Answer) -> String {
    let mut lines = Vec::new();
    let how = match answer.via {
        Via::Rule | Via::Cve | Via::Cwe => None,
        Via::RuleSuffix => Some("found by the end of a rule's id"),
        Via::CweAncestor => Some("no page explains this weakness itself; its nearest relative is"),
        Via::None => Some("no explanation yet"),
    };
    lines.extend(how.map(str::to_owned));
    if answer.matches.len() > 1 {
        lines.push(format!("{} explanations fit:", answer.matches.len()));
    }
    for found in &answer.matches {
        lines.push(format!("{} ({})", found.title, found.name));
        lines.push(format!("  {}", found.path));
        lines.push(format!("  {}", found.url));
    }
    lines.extend(answer.next.as_ref().map(|next| format!("  begin one:  {next}")));
    if !answer.ask.is_empty() {
        lines.push(format!("  ask:        {}", answer.ask.join(", ")));
    }
    lines.join("\n") + "\n"
}
