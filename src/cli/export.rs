//! `tiltyard export otm`: a threat model for other tools.
//!
//! In: the name of a page. Out: an Open Threat Model file, and on standard error what it has no place for.

use std::path::Path;
use std::process::ExitCode;

use super::args::{Answer, Args, AskOptions, ExportOptions};
use super::fault::Fault;
use super::report::visible;
use super::{screen, standing};
use crate::diagnostic::nearest;
use crate::disk;
use crate::export::otm;
use crate::model::kind::{Details, Kind};
use crate::model::site::{Page, Site};

/// The formats that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Open Threat Model 0.2
    Otm,
}

/// Runs it.
pub fn run(args: &Args, options: &ExportOptions) -> Result<ExitCode, Fault> {
    let ask = AskOptions { format: Answer::Json, audience: options.audience.clone(), today: None };
    let (site, sound) = standing::published_with(args, &ask, options.drafts)?;
    let page = find(&site, &options.page)?;
    let Details::ThreatModel(model) = &*page.document.details else {
        return Err(other_kind(&options.page));
    };
    let exported = match options.format {
        Format::Otm => otm::otm(&site, page, model),
    };
    let json = standing::json(&exported.json)?;
    match options.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => disk::write_file(path, json.as_bytes())?,
        None => screen::print(&visible::escaped_json(&json)),
    }
    if !args.quiet && !exported.left_out.is_empty() {
        screen::say("the format has no place for:");
        for what in &exported.left_out {
            screen::say(&format!("  {what}"));
        }
    }
    Ok(ExitCode::from(u8::from(!sound)))
}

fn other_kind(name: &str) -> Fault {
    Fault::usage(format!("`{name}` is no threat model"), "name a threat model: its id, `threat-model:id`, or its file")
}

/// The page named by `threat-model:id`, by its id, or by its file.
fn find<'s>(site: &'s Site, name: &str) -> Result<&'s Page, Fault> {
    let id = name.strip_prefix("threat-model:").unwrap_or(name);
    let file = name.strip_prefix("./").unwrap_or(name);
    if let Some(page) = site.page(Kind::ThreatModel, id) {
        return Ok(page);
    }
    if let Some(page) = site.pages.values().find(|page| page.path().as_str() == file) {
        return Ok(page);
    }
    if site.pages.values().any(|page| page.id == name) {
        return Err(other_kind(name));
    }
    let known = site.pages.values().filter(|page| page.kind() == Kind::ThreatModel).map(|page| page.id.as_str());
    let help = nearest(id, known).map_or_else(
        || "name a threat model: its id, `threat-model:id`, or its file; drafts need `--drafts`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(Fault::usage(format!("there is no threat model `{name}`"), help))
}
