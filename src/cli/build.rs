//! `tiltyard build`: content and theme become a site.

use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::args::{Args, BuildOptions};
use super::fault::Fault;
use super::knowledge_base::{self, KnowledgeBase};
use super::progress::{Progress, STOP, WRITING};
use super::screen;
use crate::disk::{self, DiskError, Draft, Recalled, Written};
use crate::pipeline::recall::{self, Pages, Said};
use crate::pipeline::{self, Built, Choices, Goal, Outlet, Over, Summary, Watch};
use crate::source::{OutputPath, OutputTree};

/// Runs it.
pub fn run(args: &Args, options: &BuildOptions) -> Result<ExitCode, Fault> {
    let progress = Progress::new(args.quiet);
    progress.stage("scan");
    let choices = Choices { portable: options.portable, ..knowledge_base::choices(&options.site)? };
    let base = knowledge_base::open(args, &options.site, &choices)?;
    guard_output(&base)?;
    let KnowledgeBase { root, out, tree, config, diagnostics } = base;
    let cache = root.join(CACHE);
    let kept = (!options.no_cache).then(disk::program).flatten().map(|program| {
        let key = recall::key(&program, &tree, &config, &diagnostics);
        Kept::of(program, key, disk::recall(&cache, &out))
    });
    let found = kept.as_ref().and_then(|kept| kept.found.as_ref());
    let build = |known: Option<&Pages>, draft: &Draft<'_>| {
        let outlet = Laying(draft);
        let over = Over { known, outlet: Some(&outlet) };
        let (config, earlier) = (config.clone(), diagnostics.clone());
        let run = || pipeline::build_into(over, &tree, config, earlier, Goal::Files, &progress);
        let Built { diagnostics, files, summary, pages } = in_pool(args.jobs, run)?;
        WRITING.store(true, Ordering::SeqCst);
        Ok::<_, Fault>((Said { diagnostics, summary, pages }, files))
    };
    let draft = Draft::new(&out, found, &STOP);
    let (said, coming) = if let Some((said, written)) = kept.as_ref().and_then(Kept::same) {
        (said, Coming::Same(written))
    } else {
        let (said, files) = build(kept.as_ref().map(|kept| &kept.pages), &draft)?;
        (said, Coming::Site(files))
    };
    progress.finish();
    screen::diagnostics(args, &options.site, &said.diagnostics, &tree, said.summary.pages)?;
    if screen::fails(&said.diagnostics, &options.site.deny) {
        (!args.quiet).then(|| screen::say("nothing was written"));
        return Ok(ExitCode::from(1));
    }
    let mut no_cache = None;
    let written = match coming {
        Coming::Same(written) => written,
        Coming::Site(files) => {
            progress.stage("write");
            let written = put_in_place(draft, &files, || {
                let draft = Draft::new(&out, None, &STOP);
                let (_, files) = build(Some(&Pages::new()), &draft)?;
                Ok(draft.finish(&files)?)
            })?;
            no_cache = kept.and_then(|kept| disk::note(&cache, &out, &said.bytes(&kept.key, &kept.program)).err());
            written
        }
    };
    if !args.quiet {
        let no_address = config.base_url.is_none() && !config.loose;
        let mut lines = summary(&said.summary, &written, progress.elapsed());
        lines.extend(no_cache.map(|error| format!("  no cache: {error}")));
        lines.extend(no_address.then(|| "  no base_url: no sitemap, canonical links or feed".to_owned()));
        lines.push(format!("  {}", out.display()));
        lines.extend(progress.timings().into_iter().filter(|_| options.timings || args.verbose > 0).map(stage_time));
        for line in &lines {
            screen::say(line);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Swaps a site in. Where somebody was meanwhile at the one that it was to be made over, nothing of that is taken, and it is made anew.
fn put_in_place(
    draft: Draft<'_>,
    files: &OutputTree,
    anew: impl FnOnce() -> Result<Written, Fault>,
) -> Result<Written, Fault> {
    match draft.finish(files) {
        Err(DiskError::Changed { .. }) => anew(),
        written => Ok(written?),
    }
}

/// Where results are kept, from the root.
const CACHE: &str = ".tiltyard/cache";

/// What is to become of the output folder.
enum Coming {
    /// It is what this build would make.
    Same(Written),
    /// This is to be in it, some of it set down already.
    Site(OutputTree),
}

/// Sets pages down as they are finished.
struct Laying<'a>(&'a Draft<'a>);

impl Outlet for Laying<'_> {
    fn take(&self, path: &OutputPath, bytes: &[u8]) -> bool {
        // From here on an interrupt lets the draft clear up.
        WRITING.store(true, Ordering::SeqCst);
        self.0.lay(path, bytes)
    }

    fn wanted(&self) -> bool {
        !STOP.load(Ordering::SeqCst)
    }
}

/// What the last build kept for this one.
struct Kept {
    /// The program that runs.
    program: [u8; 32],
    /// Everything that this build is made of.
    key: String,
    /// The site that is there, if it is as it was left.
    found: Option<Recalled>,
    /// What its pages were drawn from, if this program drew them.
    pages: Pages,
}

impl Kept {
    fn of(program: [u8; 32], key: String, found: Option<Recalled>) -> Self {
        let pages = found.as_ref().and_then(|found| recall::pages(&found.note, &program)).unwrap_or_default();
        Self { program, key, found, pages }
    }

    /// What the last build said, if this one would be the same.
    fn same(&self) -> Option<(Said, Written)> {
        let found = self.found.as_ref()?;
        Some((Said::read(&found.note, &self.key)?, found.written.clone()))
    }
}

/// The output folder may not take the knowledge base with it.
fn guard_output(base: &KnowledgeBase) -> Result<(), Fault> {
    let folders = [&base.config.content, &base.config.static_folder].map(|folder| base.root.join(folder));
    let protected: Vec<_> = folders.iter().filter(|folder| folder.is_dir()).map(std::path::PathBuf::as_path).collect();
    if base.config.output.starts_with('~') || base.out.starts_with("~") {
        let help = "write the whole path, or one relative to the configuration";
        return Err(Fault::usage(format!("a `~` is not expanded in `{}`", base.out.display()), help));
    }
    disk::check_target(&base.out, &base.root, &protected)?;
    // A site inside the authors' folder would be read as sources by the next build.
    let whole = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).ok();
    let inside = protected
        .iter()
        .find(|folder| whole(&base.out).zip(whole(folder)).is_some_and(|(out, folder)| out.starts_with(folder)));
    let root_is_content = base.config.content.is_empty();
    match inside.filter(|_| !root_is_content) {
        Some(folder) => Err(Fault::usage(
            format!("`{}` lies inside `{}`, which is read", base.out.display(), folder.display()),
            "give a folder of its own with `--out`",
        )),
        None => Ok(()),
    }
}

/// Runs work on so many threads.
pub fn in_pool<T: Send>(jobs: Option<usize>, work: impl FnOnce() -> T + Send) -> Result<T, Fault> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.unwrap_or(0).min(1024)).build();
    let pool = pool.map_err(|error| {
        Fault::Usage(format!("threads could not be started: {error}"), Some("try fewer with `--jobs`".to_owned()))
    })?;
    Ok(pool.install(work))
}

fn stage_time((name, time): (&'static str, Duration)) -> String {
    format!("  {name:<8} {:>8.1} ms", time.as_secs_f64() * 1000.0)
}

fn summary(summary: &Summary, written: &Written, time: Duration) -> Vec<String> {
    let Summary { by_kind, made, links, assets, held_back, .. } = summary;
    let counted = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let pages: usize = by_kind.iter().map(|(_, count)| count).sum();
    let kinds: Vec<String> = by_kind
        .iter()
        .map(|(kind, count)| counted(*count, &kind.label().to_lowercase(), &kind.plural().to_lowercase()))
        .collect();
    let mut lines = vec![
        format!("built {} in {:.2} s", counted(pages, "page", "pages"), time.as_secs_f64()),
        format!(
            "  {} made, {}, {}",
            counted(*made, "list", "lists and cross pages"),
            counted(*links, "link", "links"),
            counted(*assets, "file", "files")
        ),
    ];
    if !kinds.is_empty() {
        lines.insert(1, format!("  {}", kinds.join(", ")));
    }
    if !held_back.is_empty() {
        let reasons: Vec<String> = held_back.iter().map(|(why, count)| format!("{count} {why}")).collect();
        lines.push(format!("  held back: {}", reasons.join(", ")));
    }
    lines.push(format!("  {} written, {} unchanged, {} removed", written.changed, written.unchanged, written.removed));
    if !written.kept.is_empty() {
        lines.push(format!("  kept what is not ours: {}", written.kept.join(", ")));
    }
    lines
}
