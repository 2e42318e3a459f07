//! A backlog for GitHub: on each line the body of one request to its REST API, `POST /repos/{owner}/{repo}/issues`.
//!
//! In: a backlog. Out: JSON lines. Each body ends with the item's id in a comment, by which an issue is found again. Items that have a ticket are
//! left out, since the request makes new issues only.

use serde_json::json;

use super::markdown::plain;
use crate::cli::report::visible;
use crate::query::backlog::{Backlog, Item};

/// Longest title that GitHub takes.
const TITLE: usize = 256;

/// The lines.
pub fn text(backlog: &Backlog) -> String {
    let mut out = String::new();
    for group in &backlog.groups {
        for item in group.items.iter().filter(|item| item.ticket.is_none()) {
            let mut labels = vec![item.kind.to_owned(), item.sort.to_owned()];
            labels.extend(item.services.iter().map(|service| format!("service:{service}")));
            labels.extend(item.teams.iter().map(|team| format!("team:{team}")));
            let title: String = item.title.chars().take(TITLE).collect();
            let issue = json!({"title": title, "body": body(item), "labels": labels});
            out.push_str(&visible::escaped_json(&issue.to_string()));
            out.push('\n');
        }
    }
    out
}

fn body(item: &Item) -> String {
    let mut parts: Vec<String> = vec![plain(&item.title), "### Why".to_owned()];
    parts.push(item.why.iter().map(|line| format!("- {}", plain(line))).collect::<Vec<_>>().join("\n"));
    parts.push("### Acceptance criteria".to_owned());
    parts.push(item.criteria.iter().map(|line| format!("- [ ] {}", plain(line))).collect::<Vec<_>>().join("\n"));
    if !item.owners.is_empty() {
        parts.push(format!("Owners: {}", plain(&item.owners.join(", "))));
    }
    if let Some(due) = item.due {
        parts.push(format!("Due: {due}"));
    }
    parts.extend(item.url.clone());
    parts.push(format!("<!-- tiltyard {} -->", item.id.replace("--", "- -")));
    parts.join("\n\n")
}
