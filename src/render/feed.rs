//! `feed.xml`: an Atom feed (RFC 4287) of the pages that changed last.

use atom_syndication::{Entry, Feed, FixedDateTime, Link, Text};

use crate::model::address::encoded;
use crate::model::index::{Node, SiteIndex};

/// Most entries.
const MOST: usize = 50;

/// The feed; none without a base URL, since entries are named by their whole address.
#[must_use]
pub fn write(index: &SiteIndex) -> Option<String> {
    let base = index.base_url.as_ref()?;
    let mut nodes: Vec<(&Node, &str)> = index
        .nodes
        .iter()
        .filter(|node| node.listed && node.path.is_some() && node.kind != "champion")
        .filter_map(|node| Some((node, node.updated.as_deref().or(node.created.as_deref())?)))
        .collect();
    nodes.sort_by(|(a, day), (b, other)| other.cmp(day).then_with(|| a.url.cmp(&b.url)));
    nodes.truncate(MOST);
    let newest = nodes.first().map_or(index.today.as_str(), |(_, day)| *day);
    let entries = nodes.iter().map(|(node, day)| entry(base, node, day)).collect();
    let feed = Feed {
        title: Text::plain(clean(&index.title)),
        subtitle: index.description.as_ref().map(|text| Text::plain(clean(text))),
        id: format!("{base}/"),
        updated: midnight(newest),
        lang: Some(index.lang.clone()),
        links: vec![link(format!("{base}/feed.xml"), "self"), link(format!("{base}/"), "alternate")],
        generator: Some(atom_syndication::Generator {
            value: "tiltyard".to_owned(),
            uri: None,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        authors: vec![atom_syndication::Person { name: clean(&index.title), ..Default::default() }],
        entries,
        ..Feed::default()
    };
    Some(format!("{}\n", feed.to_string()))
}

fn entry(base: &str, node: &Node, day: &str) -> Entry {
    let address = format!("{base}{}", encoded(&node.url));
    Entry {
        title: Text::plain(clean(&node.title)),
        id: address.clone(),
        updated: midnight(day),
        published: node.created.as_deref().map(midnight),
        links: vec![link(address, "alternate")],
        summary: node.summary.as_ref().map(|text| Text::plain(clean(text))),
        ..Entry::default()
    }
}

fn link(href: String, rel: &str) -> Link {
    Link { href, rel: rel.to_owned(), ..Link::default() }
}

/// A day as a time; days are ISO days, so this always reads.
fn midnight(day: &str) -> FixedDateTime {
    format!("{day}T00:00:00Z").parse().unwrap_or_default()
}

/// XML 1.0 has no place for most control characters, not even escaped.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}
