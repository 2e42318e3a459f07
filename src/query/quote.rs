//! An explanation in a few lines, for places that are not ours: the help of a rule in a scan, an editor.
//!
//! In: pages that explain something. Out: Markdown and plain text that say what it is, whether it is real, what may ship,
//! and where the whole page is.

use crate::model::finding::Finding;
use crate::model::kind::Details;
use crate::model::site::{Page, Site};
use crate::source::At;

/// An explanation, quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// The address of the page; none when the site has none or several pages explain it.
    pub uri: Option<String>,
    /// As plain text.
    pub text: String,
    /// As Markdown.
    pub markdown: String,
}

/// Quotes the pages that explain something; none when there are none. Of several, each is named, and none is preferred.
#[must_use]
pub fn quote(site: &Site, pages: &[&Page]) -> Option<Quote> {
    let address = |page: &Page| {
        let base = site.config.base_url.as_ref()?;
        Some(format!("{base}{}", page.permalink.as_str()))
    };
    let single = match pages {
        [] => return None,
        [one] => Some(*one),
        _ => None,
    };
    let mut quote = Quote { uri: single.and_then(address), ..Quote::default() };
    let mut parts: Vec<(String, String)> = Vec::new();
    if single.is_none() {
        let several = "Several explanations fit; take the one that does.";
        parts.push((several.to_owned(), several.to_owned()));
    }
    for page in pages {
        let Details::Finding(finding) = &*page.document.details else { continue };
        parts.extend(page_parts(page, finding, address(page).as_deref()));
    }
    let (text, markdown): (Vec<String>, Vec<String>) = parts.into_iter().unzip();
    quote.text = text.join("\n\n");
    quote.markdown = markdown.join("\n\n");
    Some(quote)
}

/// The parts of one page, each as text and as Markdown.
fn page_parts(page: &Page, finding: &Finding, address: Option<&str>) -> Vec<(String, String)> {
    let title = escaped(&page.title);
    let mut parts = vec![match address {
        Some(address) => (format!("{}\n{address}", page.title), format!("### [{title}]({address})")),
        None => (page.title.clone(), format!("### {title}")),
    }];
    let mut say = |label: &str, text: String| {
        parts.push((format!("{label}: {text}"), format!("**{label}.** {}", escaped(&text))));
    };
    if let Some(plain) = &finding.plain {
        say("In plain words", plain.value.clone());
    }
    if let Some(for_us) = &finding.for_us {
        say("For us", for_us.value.clone());
    }
    for (label, items) in [
        ("It is real when", &finding.real_when),
        ("It is noise when", &finding.noise_when),
        ("Gone when", &finding.verify),
    ] {
        list(&mut parts, label, items);
    }
    if let Some(release) = &finding.release {
        let of = [("external", &release.external), ("internal", &release.internal), ("default", &release.default)];
        let rows: Vec<(&str, &str)> =
            of.iter().filter_map(|(exposure, word)| Some((*exposure, word.as_ref()?.value.as_str()))).collect();
        let text: Vec<String> = rows.iter().map(|(exposure, word)| format!("{exposure}: {word}")).collect();
        let table: Vec<String> =
            rows.iter().map(|(exposure, word)| format!("| {exposure} | {} |", escaped(word))).collect();
        if !rows.is_empty() {
            let table = format!("**What may ship.**\n\n| services | decision |\n|---|---|\n{}", table.join("\n"));
            parts.push((format!("What may ship: {}", text.join("; ")), table));
        }
    }
    parts
}

fn list(parts: &mut Vec<(String, String)>, label: &str, items: &[At<String>]) {
    if items.is_empty() {
        return;
    }
    let text: Vec<String> = items.iter().map(|item| format!("- {}", item.value)).collect();
    let markdown: Vec<String> = items.iter().map(|item| format!("- {}", escaped(&item.value))).collect();
    parts.push((format!("{label}:\n{}", text.join("\n")), format!("**{label}**\n\n{}", markdown.join("\n"))));
}

/// Text of a field, which is no Markdown, as Markdown that shows it. Line breaks become spaces.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if "\\`*_[]<>|#~".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
