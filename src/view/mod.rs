//! A screened site becomes views: for each page of the output, everything its template may see, as plain data.
//!
//! In: a screened [`Site`]. Out: [`Atlas::jobs`], one a page, and [`Atlas::view`], which makes one page's view. Files that are no pages (feed, sitemap, graph) are in [`index`].

mod atlas;
mod body;
mod champion;
mod curriculum;
mod entity;
mod facets;
mod finding;
mod frame;
mod glossary;
mod home;
pub mod index;
mod list;
mod people;
mod review;
mod threat_model;
mod why;
mod words;

pub use atlas::{Atlas, Job};

use crate::model::kind::Details;
use crate::model::site::Page;
use crate::model::view::{Content, PageView};
use crate::source::OutputPath;

impl Atlas<'_> {
    /// The view of one page.
    #[must_use]
    pub fn view(&self, job: &Job) -> PageView {
        match job {
            Job::Page(path) => match self.site.pages.get(path) {
                Some(page) => self.page(page),
                None => self.not_found(),
            },
            Job::Section(address) => self.section(address),
            Job::Group(address, group) => self.group_page(address, group),
            Job::EntityIndex(kind) => self.entity_index(*kind),
            Job::Entity(entity) => self.entity(entity),
            Job::Home => self.home(None),
            Job::Glossary => self.glossary_view(),
            Job::NotFound => self.not_found(),
        }
    }

    fn page(&self, page: &Page) -> PageView {
        if page.permalink.as_str() == "/" {
            return self.home(Some(page));
        }
        if self.glossary_page.as_ref() == Some(&page.permalink) {
            return self.glossary_view();
        }
        if let Some(entity) = &page.prose_of {
            return self.entity(entity);
        }
        let scope = self.scope(&page.permalink);
        let (template, content) = match &*page.document.details {
            Details::Page if self.is_section(&page.permalink) => return self.section(&page.permalink),
            Details::Page => ("page.html", Content::Page),
            Details::Finding(finding) => {
                ("finding.html", Content::Finding(Box::new(finding::view(&scope, page, finding))))
            }
            Details::ThreatModel(model) => {
                ("threat-model.html", Content::ThreatModel(Box::new(threat_model::view(&scope, model))))
            }
            Details::Review(review) => ("review.html", Content::Review(Box::new(review::view(&scope, review)))),
            Details::Curriculum(curriculum) => {
                ("curriculum.html", Content::Curriculum(Box::new(curriculum::view(&scope, page, curriculum))))
            }
            Details::Module(module) => {
                ("module.html", Content::Module(Box::new(curriculum::module(&scope, page, module))))
            }
            Details::Champion(champion) => {
                ("champion.html", Content::Champion(Box::new(champion::view(&scope, champion))))
            }
        };
        PageView {
            output: page.permalink.output_path(),
            template,
            site: self.shared.clone(),
            page: frame::of_page(&scope, page),
            content,
            body: body::of_page(&scope, page),
            redirects: self.redirects(page),
        }
    }

    fn redirects(&self, page: &Page) -> Vec<OutputPath> {
        self.redirects.get(page.path()).into_iter().flatten().map(|from| from.output_path()).collect()
    }

    fn not_found(&self) -> PageView {
        let address = crate::source::Permalink::new("/404.html");
        let scope = self.scope(&address);
        let mut page = frame::made(&scope, "Page not found", "not-found", "Not found");
        page.noindex = true;
        PageView {
            output: OutputPath::new("404.html"),
            template: "404.html",
            site: self.shared.clone(),
            page,
            content: Content::NotFound,
            body: None,
            redirects: Vec::new(),
        }
    }
}
