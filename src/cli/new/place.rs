//! Where a new page goes.
//!
//! In: the kind, the title or id, and what the command line says. Out: a file that is not there yet, or why there is none.

use std::path::{Path, PathBuf};

use crate::cli::args::NewOptions;
use crate::cli::fault::Fault;
use crate::cli::knowledge_base::{self, KnowledgeBase};
use crate::diagnostic::did_you_mean;
use crate::model::address::segment;
use crate::model::kind::{Kind, is_index};
use crate::model::site::Site;
use crate::source::SourcePath;

/// A file for a new page.
#[derive(Debug)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// The same below the root.
    pub source: SourcePath,
    /// The same below the content folder.
    pub below: String,
}

impl Place {
    /// The id that a page here has unless its front matter says another.
    pub fn id(&self) -> &str {
        if is_index(self.source.file_name()) {
            return self.source.parent().rsplit('/').next().unwrap_or("");
        }
        self.source.stem()
    }
}

/// The place that the command line names, else the usual one of the kind.
pub fn of(base: &KnowledgeBase, site: &Site, options: &NewOptions, title: &str) -> Result<Place, Fault> {
    let place = match &options.output {
        Some(file) => named(base, file)?,
        None => usual(base, site, options, title)?,
    };
    if base.tree.files.contains_key(&place.source) || place.path.symlink_metadata().is_ok() {
        return Err(Fault::usage(
            format!("`{}` is already there, and is not overwritten", place.path.display()),
            "give another title, or another name with `--id` or `--output`",
        ));
    }
    Ok(place)
}

fn usual(base: &KnowledgeBase, site: &Site, options: &NewOptions, title: &str) -> Result<Place, Fault> {
    let kind = options.kind;
    let mut stem = segment(options.id.as_deref().unwrap_or(title));
    if kind != Kind::Page && is_index(&format!("{stem}.md")) {
        // A folder's own page is no finding, whatever it is called.
        stem = format!("{stem}-{}", kind.as_str());
    }
    let below = match kind {
        Kind::Page => format!("{stem}.md"),
        Kind::Curriculum => format!("curricula/{stem}/index.md"),
        Kind::Module => format!("{}/{stem}.md", curriculum(base, site, options.curriculum.as_deref())?),
        _ => format!("{}/{stem}.md", kind.folder().unwrap_or_default()),
    };
    let content = &base.config.content;
    let source = if content.is_empty() { below.clone() } else { format!("{content}/{below}") };
    Ok(Place { path: base.root.join(&source), source: SourcePath::new(&source), below })
}

/// The folder of the curriculum that a module is for: the one named, else the only one.
fn curriculum(base: &KnowledgeBase, site: &Site, named: Option<&str>) -> Result<String, Fault> {
    let known: Vec<(&str, &str)> = site
        .pages
        .values()
        .filter(|page| page.kind() == Kind::Curriculum)
        .filter_map(|page| Some((page.id.as_str(), page.path().below(&base.config.content)?.rsplit_once('/')?.0)))
        .collect();
    let ids = || known.iter().map(|(id, _)| *id);
    let listed = || ids().collect::<Vec<_>>().join(", ");
    let folder = match (named, known.as_slice()) {
        (_, []) => {
            return Err(Fault::usage(
                "there is no curriculum yet that a module could belong to",
                "begin with `tiltyard new curriculum TITLE`",
            ));
        }
        (Some(id), _) => known.iter().find(|(known, _)| *known == id).map(|(_, folder)| *folder).ok_or_else(|| {
            let help = did_you_mean(id, ids()).unwrap_or_else(|| format!("there are {}", listed()));
            Fault::usage(format!("there is no curriculum `{id}`"), help)
        })?,
        (None, [(_, folder)]) => folder,
        (None, _) => {
            return Err(Fault::usage(
                "there are several curricula, and a module belongs to one",
                format!("say which with `--curriculum`: {}", listed()),
            ));
        }
    };
    Ok(folder.to_owned())
}

/// The file that `--output` names, which must be one that becomes a page.
fn named(base: &KnowledgeBase, file: &Path) -> Result<Place, Fault> {
    let (source, below) = knowledge_base::page_at(&base.root, &base.config.content, file)?;
    Ok(Place { path: file.to_path_buf(), source, below })
}
