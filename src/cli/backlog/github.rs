//! A backlog for GitHub: on each line an issue to make.
//!
//! In: a backlog. Out: JSON lines: the id, the id of the issue above it and that one's number where it is known, and the body of a request to the REST API,
//! `POST /repos/{owner}/{repo}/issues`. Each issue ends with its id in a comment, by which it is found again. What has a number is made already and left out.

use serde_json::{Map, Value, json};

use super::markdown::plain;
use super::sheet::digits;
use crate::cli::report::visible;
use crate::import::tracker::MARK;
use crate::query::backlog::{Backlog, Group, Item, in_a_comment};

/// Longest title that GitHub takes.
const TITLE: usize = 256;

/// The lines, an issue before those below it.
pub fn text(backlog: &Backlog) -> String {
    let mut out = String::new();
    let mut add = |line: &Value| {
        out.push_str(&visible::escaped_json(&line.to_string()));
        out.push('\n');
    };
    for group in &backlog.groups {
        if group.numbers.is_empty() {
            let labels = json!([group.kind]);
            add(&json!({"id": group.id, "issue": issue(&group.title, &above(group), &labels)}));
        }
        let number = digits(group.number.as_deref());
        for item in group.items.iter().filter(|item| item.number.is_none()) {
            let mut line = Map::from_iter([("id".to_owned(), json!(item.id))]);
            if !number.is_empty() || group.numbers.is_empty() {
                line.insert("parent".to_owned(), json!(group.id));
            }
            if !number.is_empty() {
                line.insert("parent_number".to_owned(), json!(number.parse::<u64>().ok()));
            }
            let mut labels = vec![item.kind.to_owned(), item.sort.to_owned()];
            labels.extend(item.services.iter().map(|service| format!("service:{service}")));
            labels.extend(item.teams.iter().map(|team| format!("team:{team}")));
            line.insert("issue".to_owned(), issue(&item.title, &body(item), &json!(labels)));
            add(&Value::Object(line));
        }
    }
    out
}

fn issue(title: &str, body: &str, labels: &Value) -> Value {
    let title: String = title.chars().take(TITLE).collect();
    json!({"title": title, "body": body, "labels": labels})
}

fn mark(id: &str) -> String {
    format!("{}{}{}", MARK.0, in_a_comment(id), MARK.1)
}

/// The issue above those of a threat model or a review.
fn above(group: &Group) -> String {
    let mut parts: Vec<String> = group.summary.as_deref().map(plain).into_iter().collect();
    parts.extend(group.url.clone());
    parts.push(mark(&group.id));
    parts.join("\n\n")
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
    parts.push(mark(&item.id));
    parts.join("\n\n")
}
