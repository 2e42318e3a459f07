//! What must hold of every finished site, whatever it was made from.
//!
//! In: the files of an output. Out: what is wrong with them, as sentences; none is what a test wants.

#![allow(dead_code, reason = "two test programs share this file")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::html::{self, Element, Html};

/// A finished site: every file by its path from the output folder.
pub type Files = BTreeMap<String, Arc<[u8]>>;

/// A finished site, its pages read.
pub struct Site<'a> {
    files: &'a Files,
    pages: BTreeMap<&'a str, Html>,
    /// Links name `index.html`.
    portable: bool,
    /// The path of the site's address; only the page for unknown addresses uses it.
    base: &'a str,
}

/// Where an address leads.
#[derive(Debug, PartialEq, Eq)]
pub enum To {
    /// Another host or program.
    Outside,
    /// A file of the site, and a place in it.
    File(String, Option<String>),
    /// Nothing that a browser would find, and why.
    Nowhere(&'static str),
}

impl<'a> Site<'a> {
    /// Reads the pages of a site.
    pub fn read(files: &'a Files, portable: bool, base: &'a str) -> Self {
        let pages = files
            .iter()
            .filter(|(path, _)| path.ends_with(".html"))
            .map(|(path, bytes)| (path.as_str(), html::read(bytes)))
            .collect();
        Self { files, pages, portable, base }
    }

    /// A page of the site.
    pub fn page(&self, path: &str) -> Option<&Html> {
        self.pages.get(path)
    }

    /// How many pages there are.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Every rule at once.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (path, page) in &self.pages {
            let mut say = |what: String| faults.push(format!("{path}: {what}"));
            page.errors.iter().for_each(|error| say(format!("the HTML is not well-formed: {error}")));
            self.links(path, page, &mut say);
            ids(page, &mut say);
            inline(page, &mut say);
            policy(page, &mut say);
            outside(page, &mut say);
        }
        for (path, bytes) in self.files.iter().filter(|(path, _)| path.ends_with(".css")) {
            self.style(path, &String::from_utf8_lossy(bytes), &mut faults);
        }
        faults
    }

    /// Every address of a page leads to a file of the site, and to an id in it.
    fn links(&self, path: &str, page: &Html, say: &mut dyn FnMut(String)) {
        for (element, name, address) in page
            .elements
            .iter()
            .flat_map(|element| addresses(element).map(move |(name, address)| (element, name, address)))
        {
            match self.follow(path, &address) {
                To::Outside => {}
                To::Nowhere(why) => say(format!("<{} {name}=\"{address}\">: {why}", element.name)),
                To::File(file, fragment) => {
                    let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty() && fragment != "top") else {
                        continue;
                    };
                    let there = self.pages.get(file.as_str()).is_some_and(|page| names(page).any(|id| id == fragment));
                    if !there {
                        say(format!("<{} {name}=\"{address}\">: {file} has no such id", element.name));
                    }
                }
            }
        }
    }

    /// Where an address on a page leads, as a server or, in portable mode, a folder would have it.
    pub fn follow(&self, from: &str, address: &str) -> To {
        if let Some(scheme) = scheme(address) {
            return if ["javascript", "data", "vbscript", "file"].contains(&scheme.as_str()) {
                To::Nowhere("a scheme that runs or carries something")
            } else {
                To::Outside
            };
        }
        if address.starts_with("//") {
            return To::Outside;
        }
        let (address, fragment) =
            address.split_once('#').map_or((address, None), |(address, fragment)| (address, Some(decoded(fragment))));
        let path = decoded(address.split_once('?').map_or(address, |(path, _)| path));
        if path.is_empty() {
            return To::File(from.to_owned(), fragment);
        }
        let rooted = path.starts_with('/');
        if rooted && from != "404.html" {
            return To::Nowhere("a rooted address breaks under a sub-path");
        }
        let Some(path) = path.strip_prefix(if rooted { self.base } else { "" }) else {
            return To::Nowhere("outside the site's address");
        };
        let mut parts: Vec<&str> = if rooted {
            Vec::new()
        } else {
            from.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect()
        };
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." if parts.pop().is_none() => return To::Nowhere("above the site"),
                ".." => {}
                part => parts.push(part),
            }
        }
        let folder =
            path.is_empty() || path.ends_with('/') || path.ends_with("/.") || path.ends_with("..") || path == ".";
        if folder && self.portable && from != "404.html" {
            return To::Nowhere("a folder, which does not open without a server");
        }
        if folder {
            parts.push("index.html");
        }
        let file = parts.join("/");
        if self.files.contains_key(&file) { To::File(file, fragment) } else { To::Nowhere("there is no such file") }
    }

    /// Pages that no chain of links from the home page leads to; redirects and the page for unknown addresses are not meant.
    pub fn unreachable(&self) -> BTreeSet<&str> {
        let mut seen = BTreeSet::from(["index.html".to_owned()]);
        let mut next = vec!["index.html".to_owned()];
        while let Some(path) = next.pop() {
            let Some(page) = self.pages.get(path.as_str()) else { continue };
            for href in
                page.elements.iter().filter(|element| element.name == "a").filter_map(|element| element.get("href"))
            {
                if let To::File(file, _) = self.follow(&path, href)
                    && seen.insert(file.clone())
                {
                    next.push(file);
                }
            }
        }
        self.pages
            .iter()
            .filter(|(path, page)| !seen.contains(**path) && **path != "404.html" && !is_redirect(page))
            .map(|(path, _)| *path)
            .collect()
    }

    /// Bytes of scripts and of style sheets that a page loads.
    pub fn weight(&self, path: &str) -> (usize, usize) {
        let Some(page) = self.pages.get(path) else { return (0, 0) };
        let size = |address: &str| match self.follow(path, address) {
            To::File(file, _) => self.files.get(&file).map_or(0, |bytes| bytes.len()),
            _ => 0,
        };
        let scripts =
            page.elements.iter().filter(|element| element.name == "script").filter_map(|element| element.get("src"));
        let styles = page
            .elements
            .iter()
            .filter(|element| element.name == "link" && element.get("rel") == Some("stylesheet"))
            .filter_map(|element| element.get("href"));
        (scripts.map(size).sum(), styles.map(size).sum())
    }

    /// Style sheets load nothing from other hosts, and nothing that is not there.
    fn style(&self, path: &str, text: &str, faults: &mut Vec<String>) {
        for rest in text.split("url(").skip(1) {
            let address = rest.split(')').next().unwrap_or("").trim().trim_matches(['"', '\'']);
            if !matches!(self.follow(path, address), To::File(..)) {
                faults.push(format!("{path}: url({address}) leads nowhere in the site"));
            }
        }
        if text.contains("@import") {
            faults.push(format!("{path}: @import"));
        }
    }
}

/// Whether a page only leads to another.
pub fn is_redirect(page: &Html) -> bool {
    page.elements.iter().any(|element| element.name == "meta" && element.get("http-equiv") == Some("refresh"))
}

/// The attributes of an element that hold addresses.
fn addresses(element: &Element) -> impl Iterator<Item = (String, String)> + '_ {
    const NAMES: [&str; 12] = [
        "href",
        "src",
        "srcset",
        "poster",
        "data",
        "action",
        "formaction",
        "background",
        "cite",
        "longdesc",
        "xlink:href",
        "ping",
    ];
    let plain =
        element.attributes.iter().filter(|(name, _)| NAMES.contains(&name.as_str())).flat_map(|(name, value)| {
            let several = name == "srcset";
            let values: Vec<String> = if several {
                value.split(',').filter_map(|part| part.split_whitespace().next()).map(str::to_owned).collect()
            } else {
                vec![value.clone()]
            };
            values.into_iter().map(move |value| (name.clone(), value))
        });
    let refresh = (element.name == "meta" && element.get("http-equiv") == Some("refresh"))
        .then(|| element.get("content"))
        .flatten();
    let refresh =
        refresh.and_then(|content| content.split_once("url=")).map(|(_, url)| ("content".to_owned(), url.to_owned()));
    plain.chain(refresh)
}

/// Everything on a page that a fragment can mean.
pub fn names(page: &Html) -> impl Iterator<Item = &str> {
    page.elements
        .iter()
        .flat_map(|element| [element.get("id"), element.get("name").filter(|_| element.name == "a")])
        .flatten()
}

fn ids(page: &Html, say: &mut dyn FnMut(String)) {
    let mut seen = BTreeSet::new();
    for id in page.elements.iter().filter_map(|element| element.get("id")) {
        if !seen.insert(id) {
            say(format!("the id `{id}` twice"));
        }
        if id.is_empty() || id.contains(char::is_whitespace) {
            say(format!("`{id}` is no id"));
        }
    }
    let refers = ["aria-labelledby", "aria-describedby", "aria-controls", "for"];
    for (name, value) in
        page.elements.iter().flat_map(|element| &element.attributes).filter(|(name, _)| refers.contains(&name.as_str()))
    {
        value
            .split_whitespace()
            .filter(|id| !seen.contains(id))
            .for_each(|id| say(format!("{name}=\"{value}\": there is no id `{id}`")));
    }
}

/// Nothing that the policy would block: scripts and styles in the page.
fn inline(page: &Html, say: &mut dyn FnMut(String)) {
    for element in &page.elements {
        if element.name == "style"
            || (element.name == "script" && (element.get("src").is_none() || !element.text.trim().is_empty()))
        {
            say(format!("an inline <{}>", element.name));
        }
        for (name, _) in element.attributes.iter().filter(|(name, _)| name == "style" || name.starts_with("on")) {
            say(format!("<{} {name}>", element.name));
        }
    }
}

/// A strict policy before anything is loaded.
fn policy(page: &Html, say: &mut dyn FnMut(String)) {
    let policy = page.elements.iter().position(|element| {
        element.name == "meta"
            && element.get("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("content-security-policy"))
    });
    let Some(at) = policy else { return say("no content security policy".to_owned()) };
    let text = page.elements.get(at).and_then(|element| element.get("content")).unwrap_or("");
    if !text.contains("default-src 'none'")
        || text.contains("unsafe")
        || text.contains('*')
        || text.contains("data:")
        || text.contains("http")
    {
        say(format!("a lax policy: {text}"));
    }
    let loads = |element: &Element| matches!(element.name.as_str(), "script" | "link" | "img" | "style");
    if page.elements.iter().take(at).any(loads) {
        say("something is loaded before the policy".to_owned());
    }
}

/// No request to another host.
fn outside(page: &Html, say: &mut dyn FnMut(String)) {
    for element in &page.elements {
        let link = element.name == "link" && element.get("rel") == Some("canonical");
        let may = matches!(element.name.as_str(), "a" | "area" | "blockquote" | "q" | "del" | "ins") || link;
        for (name, address) in addresses(element).filter(|(name, _)| !may || name == "ping") {
            if scheme(&address).is_some() || address.starts_with("//") {
                say(format!("<{} {name}=\"{address}\"> asks another host", element.name));
            }
        }
    }
}

/// The scheme of an address, in lower case.
pub fn scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.trim_start().split_once(':')?;
    let sound = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    sound.then(|| scheme.to_ascii_lowercase())
}

/// A percent-encoded text, decoded.
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .and_then(|two| std::str::from_utf8(two).ok())
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        match hex.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or(&[]);
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
