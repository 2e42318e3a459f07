//! A backlog as a check list for people.
//!
//! In: a backlog. Out: Markdown that says what it says and nothing else: no text of an author becomes markup.

use std::fmt::Write as _;

use crate::query::backlog::{Backlog, Change, Item};

/// The list.
pub fn text(backlog: &Backlog) -> String {
    let mut out = String::from("# Backlog\n");
    if backlog.groups.is_empty() {
        out.push_str("\nNothing is left to do.\n");
    }
    for group in &backlog.groups {
        // Writing to a String cannot fail.
        let _ = write!(out, "\n## {}\n\n`{}`\n\n", plain(&group.title), group.id.replace('`', ""));
        if let Some(url) = &group.url {
            let _ = write!(out, "<{url}>\n\n");
        }
        for item in &group.items {
            one(&mut out, item);
        }
    }
    out
}

fn one(out: &mut String, item: &Item) {
    let done = if matches!(item.status, "verified" | "wont-do" | "dropped") { "x" } else { " " };
    let part = item.id.rsplit_once('#').map_or("", |(_, part)| part);
    let _ = writeln!(out, "- [{done}] **{}** {}", plain(part), plain(&item.title));
    let mut facts = vec![format!("{}, {}", item.sort, item.status)];
    facts.extend(item.priority.as_ref().map(|priority| format!("priority {priority}")));
    facts.extend(item.due.map(|due| format!("due {due}")));
    facts.extend(item.ticket.clone());
    if !item.owners.is_empty() {
        facts.push(item.owners.join(", "));
    }
    let _ = writeln!(out, "  {}", plain(&facts.join("; ")));
    for line in &item.why {
        let _ = writeln!(out, "  - {}", plain(line));
    }
    match &item.change {
        Some(Change::New) => out.push_str("  - *new*\n"),
        Some(Change::Changed(fields)) => {
            let _ = writeln!(out, "  - *changed: {}*", fields.join(", "));
        }
        None => {}
    }
}

/// A text on one line, as Markdown that shows it.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '@') {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}
