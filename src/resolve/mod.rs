//! Documents become a site: ids, addresses, references and links resolved, edges collected. Pure; sees the whole knowledge base, whatever the audience.
//!
//! In: documents, registries, configuration, and the tree (to know which files exist). Out: [`Site`] and what does not resolve.

mod again;
mod edges;
mod links;
mod names;
mod pages;
mod paths;
mod progress;
mod references;

pub use again::same_front_matter;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Checked, Diagnostic, codes};
use crate::model::config::Config;
use crate::model::curriculum::Visibility;
use crate::model::document::Document;
use crate::model::kind::Details;
use crate::model::registry::Registry;
use crate::model::site::{Edge, Edges, Page, Site, tags_of};
use crate::source::{SourcePath, SourceTree};

/// Resolves everything that points to something.
#[must_use]
pub fn resolve(
    documents: Vec<Arc<Document>>,
    registry: Arc<Registry>,
    config: Arc<Config>,
    tree: &SourceTree,
) -> Checked<Site> {
    let Resolution { site, diagnostics, of_pages, .. } = Resolution::after(None, documents, registry, config, tree);
    let diagnostics = diagnostics.into_iter().chain(of_pages.into_values().flatten()).collect();
    Checked { value: site, diagnostics }
}

/// A resolved site, with what does not resolve kept apart by page.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// The site.
    pub site: Site,
    /// What is wrong between pages, and outside them.
    pub diagnostics: Vec<Diagnostic>,
    /// What is wrong with single pages.
    pub of_pages: BTreeMap<SourcePath, Vec<Diagnostic>>,
    /// Documents that were read; of two with one address only the first is a page.
    pub documents: usize,
}

impl Resolution {
    /// Resolves everything. A page whose document, registries and configuration are those of `before` is taken from there, and so
    /// stays the same `Arc` where its links lead where they led.
    #[must_use]
    pub fn after(
        before: Option<&Self>,
        documents: Vec<Arc<Document>>,
        registry: Arc<Registry>,
        config: Arc<Config>,
        tree: &SourceTree,
    ) -> Self {
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        let mut of_pages = BTreeMap::new();
        let count = documents.len();
        let before = before.filter(|before| Arc::ptr_eq(&before.site.registry, &registry));
        let before = before.filter(|before| before.site.config == config && !config.loose);
        let pages = pages::pages(before, documents, &registry, &config, &mut diagnostics, &mut of_pages);
        let ids = pages.iter().rev().map(|(path, page)| ((page.kind(), page.id.clone()), path.clone())).collect();
        let tags = tags_of(&pages);
        let mut site = Site {
            config,
            registry,
            pages,
            ids,
            edges: Edges::default(),
            assets: BTreeMap::new(),
            redirects: BTreeMap::new(),
            tags,
            held_back: BTreeMap::new(),
            hidden_people: BTreeSet::new(),
            secret_names: BTreeSet::new(),
            former_people: BTreeSet::new(),
            progress: Arc::default(),
        };
        note_secrets(&mut site);
        diagnostics.extend(missing_logo(&site.config, tree));
        pages::redirects(&mut site, &mut diagnostics);
        references::of_registry(&site, &mut diagnostics);
        let names = names::Names::new(&site, &mut diagnostics);
        let ((resolved, former), progress) =
            rayon::join(|| links(&site, &names, tree), || Arc::new(progress::of_site(&site, &names)));
        let mut edges = Vec::with_capacity(resolved.len());
        for (page, found) in site.pages.values_mut().zip(resolved) {
            let path = page.path().clone();
            for (file, output) in found.files {
                let asset = site.assets.entry(file).or_default();
                asset.output = Some(output);
                asset.used_by.insert(path.clone());
            }
            if !found.diagnostics.is_empty() {
                of_pages.entry(path.clone()).or_default().extend(found.diagnostics);
            }
            if page.links != found.links {
                Arc::make_mut(page).links = found.links;
            }
            edges.push((path, found.edges));
        }
        site.edges = Edges::new(edges);
        site.progress = progress;
        site.former_people = former;
        Self { site, diagnostics, of_pages, documents: count }
    }
}

/// What the references and links of every page lead to, in the order of the pages, and the people who are no longer there.
fn links(site: &Site, names: &names::Names<'_>, tree: &SourceTree) -> (Vec<links::Resolved>, BTreeSet<String>) {
    let pages: Vec<&Page> = site.pages.values().map(Arc::as_ref).collect();
    let mut former = references::registered_as_former(site);
    let of_fields = |page: &&Page| {
        let (mut edges, mut diagnostics) = (edges::of_page(page), Vec::new());
        let gone = references::of_page(site, names, page, &mut edges, &mut diagnostics);
        (gone, (edges, diagnostics))
    };
    let (gone, fields): (Vec<_>, Vec<_>) = pages.par_iter().map(of_fields).unzip();
    former.extend(gone.into_iter().flatten());
    let resolver = links::Resolver::new(site, names, tree, fields.iter().flat_map(|(edges, _)| edges), &former);
    let links: Vec<links::Resolved> = pages.par_iter().map(|page| resolver.of_page(page)).collect();
    let join = |((mut edges, mut diagnostics), mut links): ((Vec<Edge>, Vec<Diagnostic>), links::Resolved)| {
        edges.append(&mut links.edges);
        diagnostics.append(&mut links.diagnostics);
        links::Resolved { edges, diagnostics, ..links }
    };
    let resolved = fields.into_iter().zip(links).map(join).collect();
    (resolved, former)
}

/// The logo is a file of the static folder.
fn missing_logo(config: &Config, tree: &SourceTree) -> Option<Diagnostic> {
    let logo = config.logo.as_ref()?;
    if tree.get(&format!("{}/{logo}", config.static_folder)).is_some() {
        return None;
    }
    let message = format!("there is no logo `{logo}` in `{}/`", config.static_folder);
    Some(
        Diagnostic::new(&codes::BROKEN_IMAGE, message)
            .help("put the file there, or take `logo:` out of the configuration"),
    )
}

fn note_secrets(site: &mut Site) {
    for page in site.pages.values() {
        let Details::Champion(champion) = &*page.document.details else { continue };
        match champion.visibility.as_ref().map(|visibility| visibility.value) {
            Some(Visibility::Named) => {}
            Some(Visibility::Pseudonym) => {
                site.secret_names.insert(page.title.clone());
            }
            // Without a known visibility nobody is shown.
            Some(Visibility::Hidden) | None => {
                site.secret_names.insert(page.title.clone());
                site.hidden_people.insert(page.id.clone());
            }
        }
    }
}
