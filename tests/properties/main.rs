//! What holds whatever is written: no input makes the program fall over or point beside a file, the same sources give the same site, and
//! every link of a finished site works.
//!
//! In: the sample knowledge base, whole or with one page spoilt. `PROPTEST_CASES` asks for more cases than the quick run has.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test lays things out on disk, runs the program on them, and may fail loudly"
)]

mod html;
mod mutate;
mod site;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use tiltyard::diagnostic::{Diagnostic, Place, Severity};
use tiltyard::parse::{Choices, Defaults};
use tiltyard::pipeline::{self, Built, Goal};
use tiltyard::source::{SourceFile, SourcePath, SourceTree, Span};

use mutate::{Change, change, changed};
use site::{Files, Site};

/// The sample as the command line would read it.
static SAMPLE: LazyLock<SourceTree> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tree = SourceTree::default();
    for folder in ["content", "static", "templates", "themes/tiltyard"] {
        for entry in walkdir::WalkDir::new(root.join(folder))
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
        {
            let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            tree.insert(&path, std::fs::read(entry.path()).unwrap());
        }
    }
    tree.insert("tiltyard.yaml", std::fs::read(root.join("tiltyard.yaml")).unwrap());
    tree
});

/// The sample's pages.
static PAGES: LazyLock<Vec<SourcePath>> = LazyLock::new(|| {
    let page = |path: &&SourcePath| path.extension() == "md" && path.below("content").is_some();
    SAMPLE.files.keys().filter(page).cloned().collect()
});

/// So many cases, unless more are asked for.
fn cases(quick: u32) -> ProptestConfig {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig { cases: if asked { config.cases } else { quick }, max_shrink_iters: 20, ..config }
}

fn build(tree: &SourceTree, choices: &Choices, goal: Goal) -> Built {
    let config = pipeline::configure(tree.files.get_key_value("tiltyard.yaml"), choices);
    pipeline::build(tree, config.value, config.diagnostics, goal, &())
}

fn files(built: &Built) -> Files {
    built.files.files.iter().map(|(path, bytes)| (path.as_str().to_owned(), bytes.clone())).collect()
}

/// The whole sample, which has no error.
fn sound(choices: &Choices) -> Built {
    let built = build(&SAMPLE, choices, Goal::Files);
    let errors: Vec<_> = built.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "the sample has errors: {errors:#?}");
    built
}

/// A page of the sample, and the changes made to it.
fn spoilt(most: usize) -> impl Strategy<Value = (Index, Vec<Change>)> {
    (any::<Index>(), vec(change(), 1..=most))
}

/// Whether a span lies inside a text, and its ends between characters.
fn inside(span: Span, bytes: &[u8]) -> bool {
    let between = std::str::from_utf8(bytes)
        .map_or(true, |text| text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
    span.start <= span.end && span.end <= bytes.len() && between
}

/// Every span that a value's `Debug` text speaks of.
fn spans(debug: &str) -> impl Iterator<Item = Span> + '_ {
    debug.split("Span { start: ").skip(1).filter_map(|rest| {
        let (start, rest) = rest.split_once(", end: ")?;
        let (end, _) = rest.split_once(" }")?;
        Some(Span { start: start.parse().ok()?, end: end.parse().ok()? })
    })
}

/// A diagnostic's place is a file that exists and a span in it.
fn placed(tree: &SourceTree, diagnostic: &Diagnostic) -> Result<(), TestCaseError> {
    let others = diagnostic.related.iter().map(|(place, _)| place);
    for Place { path, span } in diagnostic.place.iter().chain(others) {
        let Some(file) = tree.files.get(path) else {
            return Err(TestCaseError::fail(format!("`{path}` is no file: {diagnostic:?}")));
        };
        prop_assert!(span.is_none_or(|span| inside(span, &file.bytes)), "beside the text: {diagnostic:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(250))]

    /// A page is read without falling over, and everything that is known of it has its place in the text.
    #[test]
    fn a_page_is_read((page, changes) in spoilt(4), loose in any::<bool>()) {
        let path = page.get(&PAGES);
        let text = changed(&SAMPLE.files[path].bytes, &changes);
        let mut config = pipeline::configure(SAMPLE.files.get_key_value("tiltyard.yaml"), &Choices::default()).value;
        config.loose = loose;
        let read = tiltyard::parse::document(path, &SourceFile::new(text.clone()), &Defaults::default(), &config);
        for span in spans(&format!("{read:?}")) {
            prop_assert!(inside(span, &text), "{span:?} is beside the text of {} bytes", text.len());
        }
    }
}

proptest! {
    #![proptest_config(cases(8))]

    /// With one page spoilt the whole knowledge base is checked, and every diagnostic says where.
    #[test]
    fn a_knowledge_base_is_checked((page, changes) in spoilt(3)) {
        let path = page.get(&PAGES);
        let mut tree = SAMPLE.clone();
        tree.insert(path.as_str(), changed(&SAMPLE.files[path].bytes, &changes));
        let built = build(&tree, &Choices::default(), Goal::Diagnostics);
        prop_assert!(built.files.files.is_empty());
        for diagnostic in &built.diagnostics {
            placed(&tree, diagnostic)?;
        }
    }

    /// Data files likewise: registries, defaults of folders, the configuration.
    #[test]
    fn a_registry_is_checked((file, changes) in spoilt(3)) {
        let data: Vec<&SourcePath> = SAMPLE.files.keys().filter(|path| path.extension() == "yaml" && path.below("themes").is_none()).collect();
        let path = *file.get(&data);
        let mut tree = SAMPLE.clone();
        tree.insert(path.as_str(), changed(&SAMPLE.files[path].bytes, &changes));
        for diagnostic in &build(&tree, &Choices::default(), Goal::Diagnostics).diagnostics {
            placed(&tree, diagnostic)?;
        }
    }

    /// Without a configuration nothing is refused: a site comes out, and every link of it works.
    #[test]
    fn any_markdown_becomes_a_site((page, changes) in spoilt(4), others in vec(any::<Index>(), 3)) {
        let mut tree = SourceTree::default();
        for page in others {
            let path = page.get(&PAGES);
            tree.insert(path.below("content").unwrap(), SAMPLE.files[path].bytes.clone());
        }
        let path = page.get(&PAGES);
        tree.insert(path.below("content").unwrap(), changed(&SAMPLE.files[path].bytes, &changes));
        let built = build(&tree, &Choices::default(), Goal::Files);
        // What is not text at all is refused even here.
        let refused: Vec<_> = built.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect();
        prop_assert!(refused.iter().all(|diagnostic| ["not-utf8", "nul-byte"].contains(&diagnostic.code.name)), "{refused:?}");
        if refused.is_empty() {
            let files = files(&built);
            let site = Site::read(&files, false, "/");
            prop_assert_eq!(site.faults(), Vec::<String>::new());
            prop_assert_eq!(site.unreachable(), BTreeSet::new());
        }
    }
}

/// The audiences and ways in which the sample is published, and the path of its address.
fn editions() -> Vec<(String, Choices, &'static str)> {
    let config = pipeline::configure(SAMPLE.files.get_key_value("tiltyard.yaml"), &Choices::default()).value;
    let mut editions = Vec::new();
    for audience in &config.audiences {
        for (portable, url, base) in [(false, Some("https://kb.example/security/"), "/security/"), (true, None, "/")] {
            let choices = Choices {
                audience: Some(audience.clone()),
                portable,
                base_url: url.map(str::to_owned),
                ..Choices::default()
            };
            let name = format!(
                "for {audience}{}{}",
                if portable { ", portable" } else { "" },
                url.map_or(String::new(), |url| format!(", at {url}"))
            );
            editions.push((name, choices, base));
        }
    }
    editions
}

/// Whether a page is not to be found by reading: it is retired.
fn retired(files: &Files, path: &str) -> bool {
    files.get(path).is_some_and(|bytes| String::from_utf8_lossy(bytes).contains("content=\"noindex\""))
}

#[test]
fn every_link_of_the_sample_works_for_everyone() {
    let mut faults = Vec::new();
    for (name, choices, base) in editions() {
        let built = sound(&choices);
        let files = files(&built);
        let site = Site::read(&files, choices.portable, base);
        assert!(site.len() > 20, "{name}: {} pages", site.len());
        faults.extend(site.faults().into_iter().map(|fault| format!("{name}: {fault}")));
        let lost = site.unreachable().into_iter().filter(|path| !retired(&files, path));
        faults.extend(lost.map(|path| format!("{name}: no chain of links leads to {path}")));
        faults.extend(listed(&files, choices.base_url.as_deref()).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// The sitemap and the feed name addresses of the site alone, each with a file behind it.
fn listed(files: &Files, base_url: Option<&str>) -> Vec<String> {
    let Some(base) = base_url else { return Vec::new() };
    let mut faults = Vec::new();
    for name in ["sitemap.xml", "feed.xml"] {
        let Some(bytes) = files.get(name) else {
            faults.push(format!("there is no {name}"));
            continue;
        };
        let text = String::from_utf8_lossy(bytes);
        let addresses: Vec<&str> =
            text.split(['"', '<', '>']).filter(|part| part.starts_with("https://kb.example")).collect();
        if addresses.is_empty() {
            faults.push(format!("{name} names no address"));
        }
        for address in addresses {
            let path = address.strip_prefix(base).map(|path| site::decoded(path.split('#').next().unwrap_or(path)));
            let file = path
                .map(|path| if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path });
            if file.is_none_or(|file| !files.contains_key(&file)) {
                faults.push(format!("{name}: {address} has no file"));
            }
        }
    }
    faults
}

#[test]
fn the_same_sources_give_the_same_site() {
    let with = |jobs: usize, tree: &SourceTree| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build().unwrap();
        pool.install(|| build(tree, &Choices::default(), Goal::Files))
    };
    let one = with(1, &SAMPLE);
    assert!(!one.failed() && one.files.files.len() > 100);
    let mut backwards = SourceTree::default();
    let mut paths: Vec<_> = SAMPLE.files.iter().collect();
    paths.sort_by_key(|(path, _)| *blake3::hash(path.as_str().as_bytes()).as_bytes());
    paths.into_iter().for_each(|(path, file)| backwards.insert(path.as_str(), file.bytes.clone()));
    for (name, other) in [("8 jobs", with(8, &SAMPLE)), ("another order", with(3, &backwards))] {
        assert_eq!(one.diagnostics, other.diagnostics, "{name}");
        let different: Vec<_> = one
            .files
            .files
            .iter()
            .filter(|(path, bytes)| other.files.files.get(*path) != Some(*bytes))
            .map(|(path, _)| path.as_str())
            .collect();
        assert!(different.is_empty() && one.files.files.len() == other.files.files.len(), "{name}: {different:?}");
    }
}

#[test]
fn pages_are_light() {
    // Beside search, which every page has and which has a budget of its own.
    const SCRIPTS: usize = 16 << 10;
    // The sheets of every page have 20 KB, which the theme's own test holds; a page may add the sheets of two features.
    const STYLES: usize = 26 << 10;
    let built = sound(&Choices::default());
    let files = files(&built);
    let site = Site::read(&files, false, "/");
    let is_search = |path: &&String| path.starts_with("assets/search.") && path.ends_with(".js");
    let search = files.keys().find(is_search).map_or(0, |path| files[path].len());
    assert!((1..=20 << 10).contains(&search), "search has {search} bytes of scripts");
    let pages = files.keys().filter(|path| path.ends_with(".html"));
    let heavy: Vec<String> = pages
        .map(|path| (path, site.weight(path)))
        .filter(|(_, (scripts, styles))| *scripts > SCRIPTS + search || *styles > STYLES)
        .map(|(path, (scripts, styles))| format!("{path}: {scripts} bytes of scripts, {styles} of styles"))
        .collect();
    assert!(heavy.is_empty(), "the budget is {SCRIPTS} and {STYLES}:\n{}", heavy.join("\n"));
}

/// Whoever is removed: nothing that pointed to them is an error or a link to nowhere.
#[test]
fn removing_a_person_never_breaks_a_link() {
    let choices = Choices::default();
    let champions: Vec<SourcePath> =
        PAGES.iter().filter(|path| path.below("content/champions").is_some()).cloned().collect();
    assert!(champions.len() >= 12, "{champions:?}");
    for champion in champions {
        let mut tree = SAMPLE.clone();
        tree.files.remove(&champion);
        let built = build(&tree, &choices, Goal::Files);
        let errors: Vec<_> =
            built.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "without {champion}: {errors:#?}");
        let faults = Site::read(&files(&built), false, "/").faults();
        assert!(faults.is_empty(), "without {champion}: {faults:#?}");
    }
}
