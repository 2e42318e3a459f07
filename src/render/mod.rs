//! Views become files: bodies of Markdown to HTML, pages through their templates, and the files beside the pages. Pure.
//!
//! In: a [`PageView`] and a [`Theme`], or the [`SiteIndex`]. Out: bytes by their [`OutputPath`].

pub mod calendar;
pub mod diagram;
pub mod feed;
pub mod filter;
pub mod highlight;
pub mod html;
pub mod robots;
mod script;
pub mod search;
pub mod site_json;
pub mod sitemap;
pub mod theme;

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::markdown::Passage;
use crate::model::index::SiteIndex;
use crate::model::view::PageView;
use crate::source::{OutputPath, Permalink};
use highlight::Highlighter;
use theme::Theme;

/// A finished file and where it goes.
pub type File = (OutputPath, Arc<[u8]>);

/// How much of a page is drawn.
#[derive(Clone, Copy, Debug)]
pub enum Extent<'a> {
    /// All but the body: enough to know what is wrong with a template.
    Around,
    /// All of it.
    Whole(&'a Highlighter),
    /// All of it, and what search reads of its body.
    WithPassages(&'a Highlighter),
}

/// A page that was just drawn.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// It, and the pages at its old addresses.
    pub files: Vec<(OutputPath, Vec<u8>)>,
    /// What search reads of its body.
    pub passages: Option<Vec<Passage>>,
}

/// One page, and the pages at its old addresses.
///
/// # Errors
/// The template's mistake, the same for every page that meets it.
pub fn page(view: &PageView, theme: &Theme, extent: Extent<'_>) -> Result<Page, Box<Diagnostic>> {
    let asked = match extent {
        Extent::Around => None,
        Extent::Whole(highlighter) => Some((highlighter, false)),
        Extent::WithPassages(highlighter) => Some((highlighter, true)),
    };
    let drawn = view.body.as_ref().zip(asked).map_or_else(html::Body::default, |(body, (highlighter, passages))| {
        let input = html::BodyInput {
            text: &body.text,
            start: body.start,
            links: &body.links,
            terms: &body.terms,
            skip_title: body.skip_title,
        };
        html::write(&input, highlighter, html::Beside { pair: body.lift_pair, passages })
    });
    let html = theme.page(view, &drawn.html, drawn.pair.as_deref())?;
    let mut files = vec![(view.output.clone(), html)];
    let to = Permalink::new(view.output.as_str().strip_suffix("index.html").unwrap_or(view.output.as_str()));
    for old in &view.redirects {
        let from = Permalink::new(old.as_str().strip_suffix("index.html").unwrap_or(old.as_str()));
        let portable = view.page.home.ends_with("index.html");
        let href = crate::model::address::Links::new(&from, portable).to(&to, None);
        files.push((old.clone(), theme.redirect(view, &href)?));
    }
    Ok(Page { files, passages: drawn.passages })
}

/// Whether a path is one of those that depend on what is in the site: parts of the search index, calendars.
#[must_use]
pub fn is_beside(path: &str) -> bool {
    search::is_part(path) || calendar::is_calendar(path)
}

/// The places of the other files that are made of the whole site; feed and sitemap need an address of the site.
pub fn beside_paths(has_address: bool) -> impl Iterator<Item = &'static str> {
    let always = ["site.json", "robots.txt"];
    always.into_iter().chain(["sitemap.xml", "feed.xml"].into_iter().filter(move |_| has_address))
}

/// The files that are made of the whole site: graph, robots, and with a base URL sitemap and feed.
#[must_use]
pub fn beside(index: &SiteIndex) -> Vec<File> {
    let files = [
        Some(("site.json", site_json::write(index))),
        Some(("robots.txt", robots::write(index))),
        sitemap::write(index).map(|text| ("sitemap.xml", text)),
        feed::write(index).map(|text| ("feed.xml", text)),
    ];
    let files = files.into_iter().flatten().map(|(path, text)| (path.to_owned(), text));
    let base = index.base_url.as_deref();
    let calendars = index.calendars.iter().map(|own| (own.file.clone(), calendar::write(own, base)));
    let filter = index.filter.iter().map(|own| (own.file.clone(), filter::write(own)));
    files
        .chain(calendars)
        .chain(filter)
        .map(|(path, text)| (OutputPath::new(&path), Arc::from(text.into_bytes())))
        .collect()
}
