//! Scans from the disk, for the commands that read them.
//!
//! In: paths of SARIF logs. Out: their rules and results, counted, and what was odd about them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::args::{Args, ReaderOptions, SiteOptions};
use super::build::in_pool;
use super::fault::Fault;
use super::knowledge_base::{self, KnowledgeBase};
use super::report::Format;
use super::screen;
use crate::diagnostic::Severity;
use crate::disk;
use crate::import::sarif::{self, Fate, Log};
use crate::model::site::Site;
use crate::pipeline;
use crate::query::coverage::Scans;
use crate::query::places::Places;

/// The site as its readers have it. Mistakes of its sources are no reason to stop, but are said.
pub fn site(args: &Args, reader: &ReaderOptions, base_url: Option<&str>) -> Result<(KnowledgeBase, Site), Fault> {
    let options = SiteOptions {
        audience: reader.audience.clone(),
        base_url: base_url.map(str::to_owned),
        drafts: reader.drafts,
        today: reader.today,
        format: Format::Human,
        deny: Vec::new(),
        max_page_size: 10,
    };
    let choices = knowledge_base::choices(&options)?;
    let base = knowledge_base::open(args, &options, &choices)?;
    if base.config.loose {
        return Err(Fault::usage(
            format!("`{}` has no {}, so it explains no findings", base.root.display(), knowledge_base::CONFIG),
            "run it in a knowledge base, or name its folder with `--root`",
        ));
    }
    let earlier = base.diagnostics.clone();
    let published = in_pool(args.jobs, || pipeline::published(&base.tree, &base.config, earlier))?;
    let errors = published.diagnostics.iter().filter(|one| one.severity == Severity::Error).count();
    if errors > 0 && !args.quiet {
        screen::say(&format!("warning: the knowledge base has {errors} errors; `tiltyard check` shows them"));
    }
    Ok((base, published.value))
}

/// Reads one log.
pub fn log(path: &Path, places: &mut Places) -> Result<Log, Fault> {
    let input = disk::open_input(path)?;
    sarif::read(input, &mut |path| places.number(path))
        .map_err(|fault| Fault::usage(format!("`{}` cannot be read: {fault}", path.display()), fault.help()))
}

/// Reads logs and counts them together.
pub fn read(args: &Args, paths: &[PathBuf], places: &mut Places) -> Result<Scans, Fault> {
    let mut scans = Scans::default();
    for path in paths {
        let log = log(path, places)?;
        if !args.quiet {
            for line in oddities(path, &log) {
                screen::say(&line);
            }
        }
        add(&mut scans, &log, places);
    }
    Ok(scans)
}

/// What one should know about a log before one believes its numbers.
fn oddities(path: &Path, log: &Log) -> Vec<String> {
    let mut lines = Vec::new();
    if log.runs.is_empty() {
        lines.push(format!("warning: `{}` has no runs: did the scanner finish?", path.display()));
    }
    if log.elsewhere > 0 {
        lines.push(format!("warning: `{}` keeps results in other files, which are not read", path.display()));
    }
    lines
}

/// Adds the rules and results of a log.
pub fn add(scans: &mut Scans, log: &Log, places: &Places) {
    for run in &log.runs {
        let mut open: BTreeMap<usize, BTreeMap<Option<String>, u64>> = BTreeMap::new();
        for hit in &run.hits {
            match hit.fate {
                Fate::Open => {
                    let service = places.service(hit.place).map(str::to_owned);
                    *open.entry(hit.rule).or_default().entry(service).or_default() += hit.count;
                }
                Fate::Suppressed => scans.skipped.suppressed += hit.count,
                Fate::Absent => scans.skipped.absent += hit.count,
                Fate::Passed => scans.skipped.passed += hit.count,
            }
        }
        for (at, rule) in run.rules.iter().enumerate() {
            let known = scans.rules.entry((run.tool.clone(), rule.id.clone())).or_default();
            known.cwes.extend(&rule.cwes);
            known.cwes.sort_unstable();
            known.cwes.dedup();
            for (service, count) in open.remove(&at).unwrap_or_default() {
                *known.open.entry(service).or_default() += count;
            }
        }
    }
}
