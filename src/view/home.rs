//! The home page: three readers, each with a first step; then what there is and what changed last.

use std::collections::BTreeSet;

use super::atlas::{Atlas, Scope};
use super::list::card;
use super::{body, frame};
use crate::model::kind::Kind;
use crate::model::site::{EntityKind, Page};
use crate::model::view::{Card, Content, Door, HomeView, Link, PageView};
use crate::source::Permalink;

impl Atlas<'_> {
    /// The home page; `own` is the file that gives it a text.
    pub(super) fn home(&self, own: Option<&Page>) -> PageView {
        let address = Permalink::new("/");
        let scope = self.scope(&address);
        let title = self.site.config.title.clone();
        let mut page =
            own.map_or_else(|| frame::made(&scope, &title, "home", "Home"), |page| frame::of_page(&scope, page));
        "home".clone_into(&mut page.kind);
        page.summary = page.summary.or_else(|| self.site.config.description.clone());
        let view = HomeView {
            doors: doors(&scope),
            sections: sections(&scope),
            recent: recent(&scope),
            own_way: !self.site.progress.modules.is_empty(),
        };
        PageView {
            output: address.output_path(),
            template: "home.html",
            site: self.shared.clone(),
            page,
            content: Content::Home(Box::new(view)),
            body: own.and_then(|page| body::of_page(&scope, page)),
            redirects: own.map_or_else(Vec::new, |page| self.redirects(page)),
        }
    }
}

/// The three readers; a reader without anything here has no door.
fn doors(scope: &Scope<'_, '_>) -> Vec<Door> {
    if scope.atlas.site.config.loose {
        return Vec::new();
    }
    let to = |label: &str, folder: &str| -> Option<Link> {
        let address = crate::model::address::permalink(&[folder]);
        scope.atlas.exists(&address).then(|| scope.to(label, &address))
    };
    let door = |reader: &str, question: &str, steps: [Option<Link>; 3]| Door {
        reader: reader.to_owned(),
        question: question.to_owned(),
        steps: steps.into_iter().flatten().collect(),
    };
    let doors = [
        door(
            "Developer",
            "A scanner said something about my code. What does it mean for this release?",
            [
                to("Find the explanation by its weakness", "findings"),
                to("Open the page of my service", "services"),
                to("See all weaknesses by CWE number", "cwe"),
            ],
        ),
        door(
            "Champion",
            "I want to learn, model a change with my team, or write down what we found.",
            [
                to("Take the next lesson", "curricula"),
                to("Read how others modelled theirs", "threat-models"),
                to("Learn from what happened", "reviews"),
            ],
        ),
        door(
            "Maintainer",
            "Who covers what, and what needs a look?",
            [
                to("See teams and their champions", "teams"),
                to("See skills and who teaches them", "skills"),
                to("See what the programme covers", "programme").or_else(|| to("See the champions", "champions")),
            ],
        ),
    ];
    doors.into_iter().filter(|door| !door.steps.is_empty()).collect()
}

/// Every section of the site, then pages at the root: from here everything is reached.
fn sections(scope: &Scope<'_, '_>) -> Vec<Card> {
    let atlas = scope.atlas;
    let root = atlas.sections.get(&Permalink::new("/"));
    let mut seen: BTreeSet<Permalink> = BTreeSet::new();
    let mut cards = Vec::new();
    for kind in Kind::ALL {
        for (address, _) in atlas.kinds.iter().filter(|(_, other)| **other == kind) {
            let count = atlas.listing(address).map_or(0, |listing| listing.total);
            let about = scope
                .atlas
                .by_permalink
                .get(address)
                .and_then(|page| page.summary.clone())
                .unwrap_or_else(|| kind.about().to_owned());
            cards.push(section(scope, address, Some(about), &format!("{count}")));
            seen.insert(address.clone());
        }
    }
    for address in root.into_iter().flat_map(|section| &section.sections) {
        if seen.insert(address.clone()) && atlas.entity_folder(address).is_none() {
            cards.push(atlas.folder_card(scope, address));
        }
    }
    for (kind, entities) in &atlas.entities {
        let address = crate::model::address::permalink(&[kind.folder()]);
        cards.push(section(scope, &address, None, &format!("{}", entities.len())));
    }
    if let Some(glossary) = &atlas.glossary_page {
        let count = atlas.site.registry.glossary.len();
        let about = Some("The words of the trade, in plain words.".to_owned());
        cards.push(Card { title: "Glossary".to_owned(), ..section(scope, glossary, about, &count.to_string()) });
    }
    let mut pages: Vec<&Page> = root.map_or_else(Vec::new, |section| section.pages.clone());
    pages.sort_by_key(|page| scope.atlas.rank(page));
    cards.extend(pages.into_iter().map(|page| card(scope, page, Vec::new())));
    cards
}

fn section(scope: &Scope<'_, '_>, address: &Permalink, summary: Option<String>, count: &str) -> Card {
    let label = scope.atlas.entity_folder(address).map(EntityKind::plural);
    Card {
        title: label.map_or_else(|| scope.section_title(address), str::to_owned),
        href: scope.links.to(address, None),
        summary,
        kind: "list".to_owned(),
        kind_label: "Section".to_owned(),
        status: None,
        facts: vec![count.to_owned()],
        why: Vec::new(),
    }
}

/// The pages that changed last, at most six; none when no page says when.
fn recent(scope: &Scope<'_, '_>) -> Vec<Card> {
    let mut pages: Vec<&Page> = scope
        .atlas
        .site
        .pages
        .values()
        .map(std::sync::Arc::as_ref)
        .filter(|page| page.is_listed() && page.permalink.as_str() != "/" && page.kind() != Kind::Champion)
        .collect();
    pages.retain(|page| page.updated.or(page.created).is_some());
    pages.sort_by(|a, b| {
        b.updated
            .or(b.created)
            .cmp(&a.updated.or(a.created))
            .then_with(|| scope.atlas.rank(a).cmp(&scope.atlas.rank(b)))
    });
    let why = |page: &Page| page.updated.or(page.created).map(|day| day.to_string()).into_iter().collect();
    pages.into_iter().take(6).map(|page| card(scope, page, why(page))).collect()
}
