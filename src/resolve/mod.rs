//! Documents become a site: ids, addresses, references and links resolved, edges collected. Pure; sees the whole knowledge base, whatever the audience.
//!
//! In: documents, registries, configuration, and the tree (to know which files exist). Out: [`Site`] and what does not resolve.

mod edges;
mod links;
mod names;
mod pages;
mod paths;
mod progress;
mod references;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::{Checked, Diagnostic, codes};
use crate::model::config::Config;
use crate::model::curriculum::Visibility;
use crate::model::document::Document;
use crate::model::kind::Details;
use crate::model::registry::Registry;
use crate::model::site::Site;
use crate::source::SourceTree;

/// Resolves everything that points to something.
#[must_use]
pub fn resolve(
    documents: Vec<Arc<Document>>,
    registry: Arc<Registry>,
    config: Arc<Config>,
    tree: &SourceTree,
) -> Checked<Site> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let pages = pages::pages(documents, &registry, &config, &mut diagnostics);
    let ids = pages.iter().rev().map(|(path, page)| ((page.kind(), page.id.clone()), path.clone())).collect();
    let mut site = Site {
        config,
        registry,
        pages,
        ids,
        edges: Vec::new(),
        assets: BTreeMap::new(),
        redirects: BTreeMap::new(),
        tags: BTreeMap::new(),
        held_back: BTreeMap::new(),
        hidden_people: BTreeSet::new(),
        secret_names: BTreeSet::new(),
        former_people: BTreeSet::new(),
        progress: Arc::default(),
    };
    note_secrets(&mut site);
    diagnostics.extend(missing_logo(&site.config, tree));
    pages::redirects(&mut site, &mut diagnostics);
    edges::tags(&mut site);
    let names = names::Names::new(&site, &mut diagnostics);
    let mut edges = edges::of_fields(&site);
    let former = references::resolve(&site, &names, &mut edges, &mut diagnostics);
    let resolved = links::resolve(&site, &names, tree, &edges, &former, &mut diagnostics);
    let progress = Arc::new(progress::of_site(&site, &names));
    edges.extend(resolved.edges);
    edges.sort_unstable();
    edges.dedup();
    site.edges = edges;
    site.progress = progress;
    site.former_people = former;
    site.assets = resolved.assets;
    for (path, links) in resolved.links {
        if let Some(page) = site.pages.get_mut(&path) {
            page.links = links;
        }
    }
    Checked { value: site, diagnostics }
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
