//! `tiltyard check`: everything that is wrong, at once. A build without the write.

use std::process::ExitCode;

use super::args::{Args, SiteOptions};
use super::build::in_pool;
use super::fault::Fault;
use super::progress::Progress;
use super::{knowledge_base, screen};
use crate::pipeline::{self, Goal};

/// Runs it.
pub fn run(args: &Args, options: &SiteOptions) -> Result<ExitCode, Fault> {
    let progress = Progress::new(args.quiet);
    let choices = knowledge_base::choices(options)?;
    let base = knowledge_base::open(args, options, &choices)?;
    let built = in_pool(args.jobs, || {
        pipeline::build(&base.tree, base.config, base.diagnostics, Goal::Diagnostics, &progress)
    })?;
    progress.finish();
    screen::diagnostics(args, options, &built.diagnostics, &base.tree, built.summary.pages)?;
    Ok(ExitCode::from(u8::from(screen::fails(&built.diagnostics, &options.deny))))
}
