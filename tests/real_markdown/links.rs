//! The links of a package's Markdown, found and followed without tiltyard: what works on the disk must work in the site.
//!
//! In: Markdown files. Out: their relative links whose target exists on the disk, and whether the site has them.

use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::html::Html;
use crate::site::{Files, Site, To, decoded, scheme};

/// A link or an image in the source.
pub struct Link {
    /// The file it is in, from the root.
    pub from: String,
    /// As it was written.
    pub target: String,
    /// The file or folder it names, from the root.
    pub path: String,
    /// Its text, blanks left out.
    text: String,
    image: bool,
}

/// The Markdown files of a package, from its root; not those of other tools' folders.
pub fn markdown(root: &Path) -> Vec<String> {
    let hidden = |name: &str| name.starts_with('.') || name == "node_modules" || name == "target" || name == "public";
    let walk = walkdir::WalkDir::new(root).sort_by_file_name().into_iter();
    walk.filter_entry(|entry| entry.depth() == 0 || !hidden(&entry.file_name().to_string_lossy()))
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md")))
        .map(|entry| entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned())
        .collect()
}

/// The links of one file that lead to something on the disk.
pub fn of(root: &Path, from: &str) -> Vec<Link> {
    let text = std::fs::read_to_string(root.join(from)).unwrap();
    let mut found = Vec::new();
    let mut open: Vec<(String, String, bool)> = Vec::new();
    for event in
        Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH)
    {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => open.push((dest_url.into_string(), String::new(), false)),
            Event::Start(Tag::Image { dest_url, .. }) => open.push((dest_url.into_string(), String::new(), true)),
            Event::Text(part) | Event::Code(part) => {
                open.iter_mut().for_each(|(_, text, _)| text.extend(part.chars().filter(|c| !c.is_whitespace())))
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let Some((target, text, image)) = open.pop() else { continue };
                found.extend(on_disk(root, from, &target).map(|path| Link {
                    from: from.to_owned(),
                    target,
                    path,
                    text,
                    image,
                }));
            }
            _ => {}
        }
    }
    found
}

/// The path from the root of what a target names, when it is a file, or a folder with a page of its own.
fn on_disk(root: &Path, from: &str, target: &str) -> Option<String> {
    if scheme(target).is_some() || target.starts_with("//") || target.starts_with('#') {
        return None;
    }
    let written = decoded(target.split(['#', '?']).next()?);
    let mut parts: Vec<&str> = if written.starts_with('/') { Vec::new() } else { from.split('/').collect() };
    parts.pop();
    for part in written.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else if part.starts_with('.') {
            return None; // never published
        } else {
            parts.push(part);
        }
    }
    let path = parts.join("/");
    let there = root.join(&path);
    let page = there
        .is_dir()
        .then(|| ["README.md", "index.md"].into_iter().map(|name| there.join(name)).find(|page| page.is_file()))
        .flatten();
    match page {
        Some(page) => Some(page.strip_prefix(root).unwrap().to_str().unwrap().to_owned()),
        None => there.is_file().then_some(path),
    }
}

/// What is wrong with a link in the site: nothing when an element with its text leads to where its target went.
pub fn fault(root: &Path, link: &Link, files: &Files, site: &Site<'_>) -> Option<String> {
    let Some((from, page)) = pages(files, site, &link.from).next() else {
        return Some("its page is not in the site".to_owned());
    };
    let wanted: Vec<&str> = if link.path.to_ascii_lowercase().ends_with(".md") {
        pages(files, site, &link.path).map(|(path, _)| path).collect()
    } else {
        let bytes = std::fs::read(root.join(&link.path)).unwrap();
        files.iter().filter(|(_, file)| ***file == *bytes).map(|(path, _)| path.as_str()).collect()
    };
    if wanted.is_empty() {
        return Some(format!("`{}` is not in the site", link.path));
    }
    let name = if link.image { ("img", "src") } else { ("a", "href") };
    let leads =
        |address: &str| matches!(site.follow(from, address), To::File(file, _) if wanted.contains(&file.as_str()));
    let there = page
        .elements
        .iter()
        .filter(|element| element.name == name.0)
        .filter_map(|element| element.get(name.1))
        .any(leads);
    (!there).then(|| format!("no element of {from} leads to {} (text {:?})", wanted.join(" or "), link.text))
}

/// The pages of the site that a Markdown file became, by the address that is made of its path.
fn pages<'a>(files: &'a Files, site: &'a Site<'_>, source: &str) -> impl Iterator<Item = (&'a str, &'a Html)> {
    let stem = source.rsplit_once('.').map_or(source, |(stem, _)| stem).to_lowercase().replace([' ', '(', ')'], "-");
    let folder = match stem.rsplit_once('/') {
        Some((folder, "readme" | "index")) => format!("{folder}/"),
        None if stem == "readme" || stem == "index" => String::new(),
        _ => format!("{stem}/"),
    };
    let file = format!("{folder}index.html");
    files.get_key_value(&file).and_then(|(path, _)| Some((path.as_str(), site.page(path)?))).into_iter()
}
