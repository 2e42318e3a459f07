//! Where the knowledge base is, and everything that is read of it.

use std::path::{Component, Path, PathBuf};

use super::args::{Args, SiteOptions};
use super::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::disk::{self, Scan};
use crate::model::config::Config;
use crate::pipeline::{self, Choices};
use crate::source::{SourceFile, SourcePath, SourceTree};

/// The configuration's file name.
pub const CONFIG: &str = "tiltyard.yaml";

/// A knowledge base whose configuration is read: what there is to scan, and how.
pub struct Request {
    /// Its folder.
    pub root: PathBuf,
    /// The site's folder.
    pub out: PathBuf,
    /// Its configuration.
    pub config: Config,
    /// What was wrong with the configuration.
    pub diagnostics: Vec<Diagnostic>,
    /// The configuration's file.
    pub file: SourceTree,
    folders: Vec<String>,
    files: Vec<String>,
    exclude: Vec<String>,
    max_file: u64,
}

impl Request {
    /// Reads the configuration.
    pub fn new(args: &Args, options: &SiteOptions, choices: &Choices) -> Result<Self, Fault> {
        let (root, mut config, diagnostics, file) = configuration(args, choices)?;
        let out = output(args, &root, &config);
        let folders = folders(&root, &mut config);
        let excluded = [inside(&root, &out), Some(".tiltyard".to_owned())];
        let exclude = excluded.into_iter().flatten().filter(|path| !path.is_empty()).collect();
        let max_file = options.max_page_size.saturating_mul(1 << 20);
        if config.loose {
            name_site(&root, &mut config);
        }
        Ok(Self { root, out, config, diagnostics, file, folders, files: Vec::new(), exclude, max_file })
    }

    /// The same with the configuration's file among what is scanned, wherever it will be.
    pub fn with_configuration(mut self) -> Self {
        self.files = vec![self.file.files.keys().next().map_or(CONFIG, SourcePath::as_str).to_owned()];
        self
    }

    /// What to scan.
    pub fn scan(&self) -> Scan<'_> {
        Scan {
            root: &self.root,
            folders: &self.folders,
            files: &self.files,
            exclude: &self.exclude,
            loose: self.config.loose,
            max_file: self.max_file,
            git: self.config.git_dates,
        }
    }
}

/// A knowledge base, read.
pub struct KnowledgeBase {
    /// Its folder.
    pub root: PathBuf,
    /// The site's folder.
    pub out: PathBuf,
    /// Its files.
    pub tree: SourceTree,
    /// Its configuration.
    pub config: Config,
    /// What was wrong with the files and the configuration.
    pub diagnostics: Vec<Diagnostic>,
}

/// The folder of the knowledge base and its configuration file, if there is one.
pub fn locate(args: &Args) -> Result<(PathBuf, Option<PathBuf>), Fault> {
    if let Some(file) = &args.config {
        if !file.is_file() {
            return Err(Fault::usage(
                format!("there is no configuration `{}`", file.display()),
                "give an existing file with `--config`, or leave the flag out",
            ));
        }
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return Ok((args.root.clone().unwrap_or_else(|| folder.to_path_buf()), Some(file.clone())));
    }
    let root = match &args.root {
        Some(root) => root.clone(),
        None => disk::find_root(Path::new("."), CONFIG).unwrap_or_else(|| PathBuf::from(".")),
    };
    if !root.is_dir() {
        return Err(Fault::usage(
            format!("there is no folder `{}`", root.display()),
            "give the knowledge base's folder with `--root`",
        ));
    }
    let file = root.join(CONFIG);
    if file.is_file() {
        return Ok((root, Some(file)));
    }
    guard_against_near_names(&root)?;
    Ok((root, None))
}

/// Without a configuration everything is published, so one that is there but cannot be used must not be passed over.
fn guard_against_near_names(root: &Path) -> Result<(), Fault> {
    if root.join(CONFIG).is_symlink() || root.join(CONFIG).exists() {
        return Err(Fault::usage(
            format!("`{}` is not a file that can be read", root.join(CONFIG).display()),
            "make it a file; without a configuration every page would be published",
        ));
    }
    for near in
        ["tiltyard.yml", "Tiltyard.yaml", "TILTYARD.YAML", ".tiltyard.yaml", "tiltyard.json", "tiltyard.yaml.txt"]
    {
        if root.join(near).exists() {
            return Err(Fault::usage(
                format!("there is no `{CONFIG}`, but a `{near}`"),
                format!("rename it to `{CONFIG}`, or name it with `--config`"),
            ));
        }
    }
    Ok(())
}

/// Reads the configuration alone: for commands that need no pages.
pub fn configuration(args: &Args, choices: &Choices) -> Result<(PathBuf, Config, Vec<Diagnostic>, SourceTree), Fault> {
    let (root, file) = locate(args)?;
    let mut tree = SourceTree::default();
    let mut name = SourcePath::new(CONFIG);
    if let Some(file) = &file {
        if args.config.is_some() {
            let inside = file.strip_prefix(&root).unwrap_or(file);
            name = SourcePath::new(&inside.to_string_lossy().replace('\\', "/"));
        }
        let bytes = disk::read_optional(file)?.unwrap_or_default();
        tree.files.insert(name.clone(), SourceFile::new(bytes));
    }
    let config = pipeline::configure(tree.files.get(&name).map(|file| (&name, file)), choices);
    if let Some(audience) = choices.audience.as_ref().filter(|audience| !config.value.audiences.contains(audience)) {
        let message = format!("`{audience}` is not an audience of this knowledge base");
        return Err(Fault::usage(message, format!("the audiences are {}", config.value.audiences.join(", "))));
    }
    Ok((root, config.value, config.diagnostics, tree))
}

/// What the command line says over the configuration.
pub fn choices(options: &SiteOptions) -> Result<Choices, Fault> {
    if let Some(url) = options.base_url.as_ref().filter(|url| !crate::model::config::is_base_url(url)) {
        return Err(Fault::usage(
            format!("`{url}` is not an address"),
            "`--base-url` is https:// or http://, a host, and perhaps a path",
        ));
    }
    Ok(Choices {
        audience: options.audience.clone(),
        base_url: options.base_url.clone(),
        today: options.today,
        clock: today(),
        drafts: options.drafts,
        portable: false,
    })
}

/// The clock's day, in UTC, so that one moment is the same day everywhere.
#[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
pub fn today() -> jiff::civil::Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// The site's folder: `--out` is relative to where the command runs, the configuration's `output` to the root.
pub fn output(args: &Args, root: &Path, config: &Config) -> PathBuf {
    args.out.clone().unwrap_or_else(|| root.join(&config.output))
}

/// Reads everything.
pub fn open(args: &Args, options: &SiteOptions, choices: &Choices) -> Result<KnowledgeBase, Fault> {
    let request = Request::new(args, options, choices)?;
    let scanned = disk::scan(&request.scan())?;
    let Request { root, out, config, mut diagnostics, file, .. } = request;
    diagnostics.extend(scanned.diagnostics);
    let mut tree = scanned.value;
    tree.files.extend(file.files);
    Ok(KnowledgeBase { root, out, tree, config, diagnostics })
}

/// The folders to read; in loose mode `content/` if there is one, else the folder itself.
fn folders(root: &Path, config: &mut Config) -> Vec<String> {
    if config.loose {
        config.content = if root.join("content").is_dir() { "content".to_owned() } else { String::new() };
        return vec![config.content.clone()];
    }
    vec![config.content.clone(), config.static_folder.clone(), "templates".to_owned(), "themes".to_owned()]
}

/// A site without a configuration is called what its folder is called.
fn name_site(root: &Path, config: &mut Config) {
    let name =
        root.canonicalize().ok().and_then(|root| root.file_name().map(|name| name.to_string_lossy().into_owned()));
    if let Some(name) = name {
        config.title = name;
    }
}

/// A path relative to the root, when it lies below it.
fn inside(root: &Path, path: &Path) -> Option<String> {
    let root = root.canonicalize().ok()?;
    let path = path.canonicalize().or_else(|_| std::path::absolute(path)).ok()?;
    let below = path.strip_prefix(&root).ok()?;
    Some(below.to_string_lossy().replace('\\', "/"))
}

/// The path below the root, and below the content folder, of a file that would be a page.
pub fn page_at(root: &Path, content: &str, file: &Path) -> Result<(SourcePath, String), Fault> {
    let shown = file.display();
    let source = below(root, file).map(|path| SourcePath::new(&path));
    let inside = source
        .as_ref()
        .and_then(|source| if content.is_empty() { Some(source.as_str()) } else { source.below(content) });
    let (Some(source), Some(inside)) = (&source, inside.filter(|inside| !inside.is_empty())) else {
        return Err(no_part_of(root, content, file));
    };
    if !["md", "markdown"].iter().any(|known| source.extension().eq_ignore_ascii_case(known)) {
        return Err(Fault::usage(format!("`{shown}` would not be a page"), "a page's file ends in `.md`"));
    }
    if inside.split('/').any(|part| part == "_data" || part.starts_with('.')) {
        return Err(Fault::usage(
            format!("`{shown}` would not be a page"),
            "dot files and what stands in `_data` are not published",
        ));
    }
    Ok((source.clone(), inside.to_owned()))
}

/// A file that is in no folder of pages.
pub fn no_part_of(root: &Path, content: &str, file: &Path) -> Fault {
    let folder = if content.is_empty() { "the knowledge base" } else { content };
    Fault::usage(
        format!("`{}` would not be part of the site", file.display()),
        format!("give a file below `{folder}` of `{}`", root.display()),
    )
}

/// The path of a file below the root, with `/`; the file and some of its folders may not be there yet.
pub fn below(root: &Path, file: &Path) -> Option<String> {
    let root = root.canonicalize().ok()?;
    let file = std::path::absolute(file).ok()?;
    let (real, rest) =
        file.ancestors().find_map(|folder| Some((folder.canonicalize().ok()?, file.strip_prefix(folder).ok()?)))?;
    if rest.components().any(|part| !matches!(part, Component::Normal(_))) {
        return None;
    }
    let path = if rest.as_os_str().is_empty() { real } else { real.join(rest) };
    Some(path.strip_prefix(&root).ok()?.to_str()?.replace('\\', "/"))
}
