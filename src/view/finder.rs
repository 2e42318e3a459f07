//! The pages that help to find others: the page of search results, and the list of everything that scanners say.

use std::collections::BTreeMap;

use super::atlas::{Atlas, Scope};
use super::frame;
use crate::markdown::slug;
use crate::model::kind::{Details, Kind};
use crate::model::site::{Entity, Page};
use crate::model::view::{Content, Link, LookupGroup, LookupRow, LookupView, PageView, SearchView};
use crate::source::Permalink;

/// The address of the page of search results.
pub const SEARCH: &str = "/search/";
/// The address of the list for readers without JavaScript.
pub const LOOKUP: &str = "/lookup/";

impl Atlas<'_> {
    /// The page of results: filled by its script; without one it says where else to look.
    pub(super) fn search_view(&self) -> PageView {
        let address = Permalink::new(SEARCH);
        let scope = self.scope(&address);
        let lookup = scope.links.to(&Permalink::new(LOOKUP), None);
        let mut page = frame::made(&scope, "Search", "search", "");
        page.noindex = true;
        // The one ordered list of this page is that of its results.
        page.breadcrumbs = Vec::new();
        self.finder(&address, "search.html", page, Content::Search(Box::new(SearchView { lookup })))
    }

    /// Every rule, CVE and CWE with the pages that explain it.
    pub(super) fn lookup_view(&self) -> PageView {
        let address = Permalink::new(LOOKUP);
        let scope = self.scope(&address);
        let page = frame::made(&scope, "Look up what a scanner said", "lookup", "");
        self.finder(&address, "lookup.html", page, Content::Lookup(Box::new(groups(&scope))))
    }

    fn finder(
        &self,
        address: &Permalink,
        template: &'static str,
        page: crate::model::view::Frame,
        content: Content,
    ) -> PageView {
        PageView {
            output: address.output_path(),
            template,
            site: self.shared.clone(),
            page,
            content,
            body: None,
            redirects: Vec::new(),
        }
    }
}

fn groups(scope: &Scope<'_, '_>) -> LookupView {
    let site = scope.atlas.site;
    let mut rules: BTreeMap<(&str, String), Vec<&Page>> = BTreeMap::new();
    let mut cves: BTreeMap<&str, Vec<&Page>> = BTreeMap::new();
    let mut cwes: BTreeMap<u32, Vec<&Page>> = BTreeMap::new();
    for page in site.pages.values().filter(|page| page.kind() == Kind::Finding && page.is_listed()) {
        let Details::Finding(finding) = &*page.document.details else { continue };
        for rule in &finding.rules {
            let scanner = rule.scanner.as_ref().map_or("", |scanner| scanner.value.0.as_str());
            if let Some(id) = &rule.id {
                rules.entry((id.value.as_str(), site.registry.scanner_name(scanner))).or_default().push(page);
            }
        }
        finding.cve.iter().for_each(|cve| cves.entry(&cve.value.0).or_default().push(page));
        finding.cwe.iter().for_each(|cwe| cwes.entry(cwe.value.0).or_default().push(page));
    }
    let row = |name: String, scanner: String, pages: Vec<&Page>| LookupRow {
        id: slug(&name),
        name,
        scanner,
        to: pages.into_iter().map(|page| scope.page(page)).collect(),
    };
    let rules: Vec<_> = rules.into_iter().map(|((id, scanner), pages)| row(id.to_owned(), scanner, pages)).collect();
    let cves: Vec<_> = cves.into_iter().map(|(id, pages)| row(id.to_owned(), String::new(), pages)).collect();
    let cwes: Vec<_> = cwes
        .into_iter()
        .map(|(number, pages)| LookupRow {
            name: scope.atlas.entity_name(&Entity::Cwe(number)),
            id: format!("cwe-{number}"),
            scanner: String::new(),
            to: pages.into_iter().map(|page| -> Link { scope.page(page) }).collect(),
        })
        .collect();
    let group = |id: &str, label: &str, scanners: bool, rows: Vec<LookupRow>| {
        (!rows.is_empty()).then(|| LookupGroup {
            id: id.to_owned(),
            label: label.to_owned(),
            scanners,
            rows: unique(rows),
        })
    };
    let groups = [
        group("rules", "Rules of scanners", true, rules),
        group("weaknesses", "Weaknesses (CWE)", false, cwes),
        group("vulnerabilities", "Vulnerabilities (CVE)", false, cves),
    ];
    LookupView { groups: groups.into_iter().flatten().collect() }
}

/// Two names may have one anchor; the later then has none of its own but a number.
fn unique(mut rows: Vec<LookupRow>) -> Vec<LookupRow> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for row in &mut rows {
        let count = seen.entry(row.id.clone()).or_default();
        if *count > 0 {
            row.id = format!("{}-{count}", row.id);
        }
        *count += 1;
    }
    rows
}
