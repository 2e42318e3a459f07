//! A screened site becomes views: for each page of the output, everything its template may see, as plain data.
//!
//! In: a screened [`Site`]. Out: [`Atlas::jobs`], one a page, and [`Atlas::view`], which makes one page's view. Files that are no pages (feed, sitemap, graph) are in [`index`].

mod atlas;
mod body;
mod calendar;
mod champion;
mod count;
mod curriculum;
mod diagram;
mod entity;
mod facets;
mod finder;
mod finding;
mod flows;
mod frame;
mod freshness;
mod glossary;
mod home;
pub mod index;
mod lessons;
mod levels;
mod list;
mod matrix;
mod people;
mod programme;
mod progress;
mod requirements;
mod review;
mod scorecard;
pub mod search;
mod service;
mod since;
mod skill;
mod threat_model;
mod why;
mod words;

pub use atlas::{Atlas, Job};

use crate::model::kind::Details;
use crate::model::site::Page;
use crate::model::view::{Content, PageView};
use crate::source::{OutputPath, Permalink, SourcePath};

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
            Job::Search => self.search_view(),
            Job::Lookup => self.lookup_view(),
            Job::Programme => self.programme_view(),
            Job::Scorecard => self.scorecard_view(),
            Job::Metric(address) => self.metric_view(address),
            Job::Requirements(key, number) => self.requirements_view(key, *number),
            Job::Freshness => self.freshness_view(),
            Job::NotFound => self.not_found(),
        }
    }

    /// The view of a page that stands alone, of which the text is another than in the site.
    #[must_use]
    pub fn view_of(&self, page: &Page) -> PageView {
        self.page(page)
    }

    /// Whether the page of a file shows only itself: it is not home, not a list, and not the prose of something.
    #[must_use]
    pub fn stands_alone(&self, path: &SourcePath) -> bool {
        self.site.pages.get(path).is_some_and(|page| {
            page.permalink.as_str() != "/"
                && [&self.glossary_page, &self.programme_page, &self.requirements_page, &self.scorecard_page]
                    .into_iter()
                    .all(|made| made.as_ref() != Some(&page.permalink))
                && page.prose_of.is_none()
                && !self.metric_pages.contains_key(&page.permalink)
                && !self.is_section(&page.permalink)
        })
    }

    /// Whether a page stands in the same groups of the same lists as in another site that differs in few pages.
    #[must_use]
    pub fn same_place(&self, other: &Atlas<'_>, path: &SourcePath) -> bool {
        match (self.site.pages.get(path), other.site.pages.get(path)) {
            (Some(new), Some(old)) => {
                list::place(self, new) == list::place(other, old)
                    && requirements::place(self, new) == requirements::place(other, old)
                    && freshness::place(self, new) == freshness::place(other, old)
            }
            (None, None) => true,
            _ => false,
        }
    }

    /// The address of a job's page.
    #[must_use]
    pub fn address(&self, job: &Job) -> Permalink {
        match job {
            Job::Page(path) => {
                self.site.pages.get(path).map_or_else(|| Permalink::new("/404.html"), |page| page.permalink.clone())
            }
            Job::Section(address) | Job::Metric(address) => address.clone(),
            Job::Group(list, key) => list::group_address(list, key),
            Job::EntityIndex(kind) => crate::model::address::permalink(&[kind.folder()]),
            Job::Entity(entity) => entity.permalink(),
            Job::Home => Permalink::new("/"),
            Job::Glossary => Permalink::new(glossary::ADDRESS),
            Job::Programme => Permalink::new(programme::ADDRESS),
            Job::Scorecard => Permalink::new(scorecard::ADDRESS),
            Job::Requirements(key, number) => requirements::address(key, *number),
            Job::Freshness => Permalink::new(freshness::ADDRESS),
            Job::Search => Permalink::new(finder::SEARCH),
            Job::Lookup => Permalink::new(finder::LOOKUP),
            Job::NotFound => Permalink::new("/404.html"),
        }
    }

    /// The file of what a long list of findings can be narrowed by.
    #[must_use]
    pub fn filter_file(&self) -> Option<OutputPath> {
        facets::path(self)
    }

    /// Every file that a job makes: the page, then its old addresses.
    #[must_use]
    pub fn outputs(&self, job: &Job) -> Vec<OutputPath> {
        let address = self.address(job);
        let own = self.by_permalink.get(&address).copied();
        let redirects = own.filter(|_| matches!(job, Job::Page(_))).map_or_else(Vec::new, |page| self.redirects(page));
        std::iter::once(address.output_path()).chain(redirects).collect()
    }

    fn page(&self, page: &Page) -> PageView {
        if page.permalink.as_str() == "/" {
            return self.home(Some(page));
        }
        if self.glossary_page.as_ref() == Some(&page.permalink) {
            return self.glossary_view();
        }
        if self.programme_page.as_ref() == Some(&page.permalink) {
            return self.programme_view();
        }
        if self.scorecard_page.as_ref() == Some(&page.permalink) {
            return self.scorecard_view();
        }
        if self.metric_pages.contains_key(&page.permalink) {
            return self.metric_view(&page.permalink);
        }
        if self.requirements_page.as_ref() == Some(&page.permalink) {
            return self.requirements_view("", 1);
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
                ("threat-model.html", Content::ThreatModel(Box::new(threat_model::view(&scope, page, model))))
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
