//! `tiltyard clean`: removes the site and the cache, and nothing else.

use std::process::ExitCode;

use super::args::Args;
use super::fault::Fault;
use super::{knowledge_base, screen};
use crate::disk;
use crate::pipeline::Choices;

/// Runs it.
pub fn run(args: &Args) -> Result<ExitCode, Fault> {
    let choices = Choices { clock: knowledge_base::today(), ..Choices::default() };
    let (root, config, _, _) = knowledge_base::configuration(args, &choices)?;
    let out = knowledge_base::output(args, &root, &config);
    let cleaned = disk::clean(&out, &root.join(".tiltyard"))?;
    if !args.quiet {
        let cache = if cleaned.cache { " and the cache" } else { "" };
        screen::say(&format!("removed {} files{cache}", cleaned.removed));
        if !cleaned.kept.is_empty() {
            screen::say(&format!("  kept what is not ours: {}", cleaned.kept.join(", ")));
        }
    }
    Ok(ExitCode::SUCCESS)
}
