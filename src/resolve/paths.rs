//! What a written path leads to: the rules by which Markdown links work here and on the git host alike.

use std::collections::BTreeSet;

use super::names::Names;
use crate::model::address::{decoded, segment};
use crate::model::kind::is_index;
use crate::model::site::Site;
use crate::source::{OutputPath, Permalink, SourcePath, SourceTree};

/// Where a path leads.
pub enum Way {
    /// A page.
    Page(SourcePath),
    /// A page that tiltyard makes for a folder.
    Made(Permalink),
    /// A file under the content folder, published because it is linked.
    Content(SourcePath),
    /// A file of the static folder, published as it is.
    Static(OutputPath),
    /// Nothing.
    Nowhere,
}

/// Follows paths over the sources.
pub struct Paths<'s> {
    site: &'s Site,
    names: &'s Names<'s>,
    tree: &'s SourceTree,
    folders: BTreeSet<&'s str>,
}

impl<'s> Paths<'s> {
    /// Reads the folders of the tree.
    pub fn new(site: &'s Site, names: &'s Names<'s>, tree: &'s SourceTree) -> Self {
        let mut folders = BTreeSet::new();
        for path in tree.files.keys() {
            let mut folder = path.parent();
            while folders.insert(folder) {
                folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            }
        }
        Self { site, names, tree, folders }
    }

    /// Where `written` (still percent-encoded, without query and fragment) leads from a page.
    pub fn follow(&self, from: &SourcePath, written: &str) -> Way {
        let content = self.site.config.content.as_str();
        let text = decoded(written);
        let bases: Vec<&str> = if text.starts_with('/') { vec![content, ""] } else { vec![from.parent()] };
        for base in bases {
            let Some(path) = joined(base, text.trim_start_matches('/')) else { continue };
            let way = self.at(&path);
            if !matches!(way, Way::Nowhere) {
                return way;
            }
        }
        if text.starts_with('/') { self.rooted(&text) } else { Way::Nowhere }
    }

    /// A path from the site's root as the published site has it: `/findings/ssrf/`, `/logo.svg`.
    fn rooted(&self, text: &str) -> Way {
        let folder = if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
        if let Some(path) = self.names.at(&folder) {
            return Way::Page(path.clone());
        }
        if let Some(made) = self.names.section(&folder) {
            return Way::Made(made);
        }
        let file = format!("{}{}", self.site.config.static_folder, text);
        match self.tree.files.get_key_value(file.as_str()) {
            Some(_) if !self.site.config.loose => Way::Static(OutputPath::new(text)),
            _ => Way::Nowhere,
        }
    }

    /// What stands at a path of the source tree.
    fn at(&self, path: &str) -> Way {
        if let Some((found, _)) = self.tree.files.get_key_value(path) {
            return self.file(found);
        }
        if self.folders.contains(path) {
            return self.folder(path);
        }
        // Other tools leave the extension out, or write the one of the finished page.
        let bare = path.strip_suffix(".html").unwrap_or(path);
        for extension in ["md", "markdown"] {
            if let Some((found, _)) = self.tree.files.get_key_value(format!("{bare}.{extension}").as_str()) {
                return self.file(found);
            }
        }
        Way::Nowhere
    }

    fn file(&self, path: &SourcePath) -> Way {
        if let Some((path, _)) = self.site.pages.get_key_value(path) {
            return Way::Page(path.clone());
        }
        let content = &self.site.config.content;
        let Some(below) = path.below(content) else {
            let inside = path.below(&self.site.config.static_folder).map(OutputPath::new);
            return inside.map_or(Way::Nowhere, Way::Static);
        };
        // Data and configuration are never published, and a page that could not be read is no file either.
        let hidden = below.split('/').any(|part| part == "_data" || part.starts_with('.'))
            || path.file_name() == "_defaults.yaml";
        let page = matches!(path.extension().to_ascii_lowercase().as_str(), "md" | "markdown");
        if hidden || page { Way::Nowhere } else { Way::Content(path.clone()) }
    }

    fn folder(&self, folder: &str) -> Way {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let own = self
            .site
            .pages
            .range(SourcePath::new(&prefix)..)
            .map(|(path, _)| path)
            .take_while(|path| path.as_str().starts_with(&prefix))
            .find(|path| path.parent() == folder && is_index(path.file_name()));
        if let Some(own) = own {
            return Way::Page(own.clone());
        }
        let Some(below) = SourcePath::new(folder).below(&self.site.config.content).map(str::to_owned) else {
            return if folder == self.site.config.content { Way::Made(Permalink::new("/")) } else { Way::Nowhere };
        };
        let segments: Vec<String> = below.split('/').filter(|part| !part.is_empty()).map(segment).collect();
        let address = crate::model::address::permalink(&segments.iter().map(String::as_str).collect::<Vec<_>>());
        self.names.section(address.as_str()).map_or(Way::Nowhere, Way::Made)
    }

    /// Why a path leads nowhere although something is there: a folder without a page, a hidden file.
    pub fn excuse(&self, from: &SourcePath, written: &str) -> Option<&'static str> {
        let text = decoded(written);
        let base = if text.starts_with('/') { &self.site.config.content } else { from.parent() };
        let path = joined(base, text.trim_start_matches('/'))?;
        if path.split('/').any(|part| part.starts_with('.')) {
            return Some("hidden files and folders are never published");
        }
        self.folders
            .contains(path.as_str())
            .then_some("it is a folder without a page; add an index.md, or link to a file in it")
    }

    /// Paths that would have been right, for hints: pages and files of the same folder first, then pages anywhere with the same file name.
    pub fn near(&self, from: &SourcePath, written: &str) -> Option<String> {
        let text = decoded(written);
        let wanted = text.rsplit('/').next().unwrap_or(&text);
        let folder = joined(
            if text.starts_with('/') { &self.site.config.content } else { from.parent() },
            text.trim_start_matches('/'),
        );
        let folder = folder.as_deref().and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let siblings: Vec<&SourcePath> = self
            .tree
            .files
            .range(SourcePath::new(&prefix)..)
            .map(|(path, _)| path)
            .take_while(|path| path.as_str().starts_with(&prefix))
            .filter(|path| path.parent() == folder)
            .collect();
        let near = crate::diagnostic::nearest(wanted, siblings.iter().map(|path| path.file_name()));
        if let Some(near) = near {
            let full = siblings.iter().find(|path| path.file_name() == near)?;
            return Some(relative(from.parent(), full.as_str()));
        }
        let stem = wanted.rsplit_once('.').map_or(wanted, |(stem, _)| stem);
        let twin = self.site.pages.keys().find(|path| path.stem().eq_ignore_ascii_case(stem))?;
        Some(relative(from.parent(), twin.as_str()))
    }
}

/// A folder and a relative path joined, `.` and `..` resolved; nothing when it leads out of the root.
fn joined(base: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The relative path from a folder to a file.
fn relative(folder: &str, file: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = file.split('/').collect();
    let shared = from.iter().zip(&to).take(to.len().saturating_sub(1)).take_while(|(a, b)| a == b).count();
    let mut path = "../".repeat(from.len() - shared);
    path.push_str(&to.get(shared..).unwrap_or(&[]).join("/"));
    path
}
