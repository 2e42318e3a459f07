//! Backlogs as tables for the CSV imports of Jira and Azure Boards.
//!
//! In: a backlog. Out: CSV as RFC 4180 has it. No cell begins with a sign that a spreadsheet takes for a formula (OWASP, "CSV injection"): such a
//! cell gets a `'` in front. An item that has a number names it where the tracker looks for what to bring up to date. An epic that may be in the tracker
//! already is not made again: without its number it is left out.

use crate::query::backlog::{Backlog, Group, Item, label};

/// Longest title that both trackers take.
const TITLE: usize = 250;

/// For Jira: an epic for each model and review, and its items below it.
pub fn jira(backlog: &Backlog) -> Result<String, csv::Error> {
    let mut table = Table::new();
    table.row(&[
        "Issue ID",
        "Parent",
        "Issue Type",
        "Issue Key",
        "Summary",
        "Description",
        "Acceptance Criteria",
        "Status",
        "Priority",
        "Labels",
        "Due Date",
        "External ID",
        "Team",
        "URL",
    ])?;
    for group in &backlog.groups {
        if group.numbers.is_empty() {
            let labels = [group.kind, &label(&group.id)].join(" ");
            table.row(&[
                &number(&group.id),
                "",
                "Epic",
                "",
                &title(&group.title),
                &about(group),
                "",
                "To Do",
                "",
                &labels,
                "",
                &group.id,
                "",
                group.url.as_deref().unwrap_or_default(),
            ])?;
        }
        let parent = group
            .number
            .clone()
            .unwrap_or_else(|| if group.numbers.is_empty() { number(&group.id) } else { String::new() });
        for item in &group.items {
            jira_item(&mut table, item, &parent)?;
        }
    }
    table.text()
}

fn jira_item(table: &mut Table, item: &Item, parent: &str) -> Result<(), csv::Error> {
    let status = match item.status {
        "in-progress" | "implemented" | "done" => "In Progress",
        "verified" | "wont-do" | "dropped" => "Done",
        _ => "To Do",
    };
    table.row(&[
        &number(&item.id),
        parent,
        if item.kind == "improvement" { "Task" } else { "Story" },
        item.number.as_deref().unwrap_or_default(),
        &title(&item.title),
        &description(item),
        &criteria(item),
        status,
        priority(item, ["Highest", "High", "Medium", "Low"]),
        &labels(item).join(" "),
        &item.due.map(|due| due.to_string()).unwrap_or_default(),
        &item.id,
        &item.teams.join(", "),
        item.url.as_deref().unwrap_or_default(),
    ])
}

/// For Azure Boards: titles in two columns are two levels.
pub fn azure(backlog: &Backlog) -> Result<String, csv::Error> {
    let mut table = Table::new();
    table.row(&[
        "ID",
        "Work Item Type",
        "Title 1",
        "Title 2",
        "State",
        "Priority",
        "Description",
        "Acceptance Criteria",
        "Tags",
    ])?;
    for group in &backlog.groups {
        let id = digits(group.number.as_deref());
        let epic = !id.is_empty() || !in_azure(group);
        if epic {
            let tags = [group.kind, &group.id].join("; ");
            let state = if id.is_empty() { "New" } else { "" };
            table.row(&[&id, "Epic", &title(&group.title), "", state, "", &about(group), "", &tags])?;
        }
        for item in &group.items {
            let id = digits(item.number.as_deref());
            // A new item has to begin at the beginning.
            let state = match item.status {
                _ if id.is_empty() => "New",
                "in-progress" => "Active",
                "implemented" | "done" => "Resolved",
                "verified" => "Closed",
                "wont-do" | "dropped" => "Removed",
                _ => "New",
            };
            let mut tags = labels(item);
            tags.retain(|tag| *tag != label(&item.id));
            tags.insert(0, item.id.clone());
            tags.push(format!("state {}", item.status));
            let own = title(&item.title);
            table.row(&[
                &id,
                "User Story",
                if epic { "" } else { &own },
                if epic { &own } else { "" },
                state,
                priority(item, ["1", "2", "3", "4"]),
                &description(item),
                &criteria(item),
                &tags.join("; "),
            ])?;
        }
    }
    table.text()
}

struct Table(csv::Writer<Vec<u8>>);

impl Table {
    fn new() -> Self {
        Self(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new()))
    }

    fn row(&mut self, cells: &[&str]) -> Result<(), csv::Error> {
        self.0.write_record(cells.iter().map(|cell| safe(cell)))
    }

    fn text(self) -> Result<String, csv::Error> {
        let bytes = self.0.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// A cell that no spreadsheet takes for a formula, and without signs that nobody would see.
fn safe(cell: &str) -> String {
    let shown: String = cell.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    let formula =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}' | '|' | '%');
    if shown.trim_start().starts_with(formula) { format!("'{shown}") } else { shown }
}

/// A number that is the same for the same id on every machine: what rows of one file name each other by.
fn number(id: &str) -> String {
    let hash = blake3::hash(id.as_bytes());
    let number = hash.as_bytes().iter().take(6).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    number.to_string()
}

fn labels(item: &Item) -> Vec<String> {
    let mut labels = vec![label(&item.id), item.sort.to_owned()];
    labels.extend(item.phase.iter().map(|phase| phase.replace(' ', "-")));
    labels.extend(item.services.iter().cloned());
    labels.extend(item.cwe.iter().map(|cwe| format!("CWE-{cwe}")));
    labels
}

fn title(text: &str) -> String {
    if text.chars().count() <= TITLE {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(TITLE - 1).collect();
    cut.push('…');
    cut
}

/// One of four words, from highest to lowest; none where the team's word says nothing of the sort.
fn priority(item: &Item, words: [&'static str; 4]) -> &'static str {
    let [highest, high, medium, low] = words;
    match item.priority.as_deref().map(str::to_lowercase).as_deref() {
        Some("critical" | "highest" | "must" | "p0" | "blocker") => highest,
        Some("high" | "p1" | "should") => high,
        Some("medium" | "p2" | "normal" | "could") => medium,
        Some("low" | "lowest" | "p3" | "p4") => low,
        _ => "",
    }
}

fn about(group: &Group) -> String {
    let parts = [group.summary.clone(), group.url.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

fn description(item: &Item) -> String {
    let mut parts = item.why.clone();
    if !item.owners.is_empty() {
        parts.push(format!("Owners: {}", item.owners.join(", ")));
    }
    parts.extend(item.url.clone());
    parts.join("\n\n")
}

fn criteria(item: &Item) -> String {
    let numbered = item.criteria.iter().enumerate().map(|(at, text)| format!("{}. {text}", at + 1));
    numbered.collect::<Vec<_>>().join("\n")
}

/// Whether something of a page is in Azure Boards: tickets of another tracker are none of its items.
pub(super) fn in_azure(group: &Group) -> bool {
    group.numbers.iter().any(|number| !digits(Some(number)).is_empty())
}

/// The number in a ticket, where it is nothing but a number, perhaps with a letter's mark: `#812`, `AB#812`.
pub(super) fn digits(ticket: Option<&str>) -> String {
    let ticket = ticket.unwrap_or_default();
    let bare = ticket.strip_prefix("AB#").or_else(|| ticket.strip_prefix('#')).unwrap_or(ticket);
    if !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit()) { bare.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\u{ff1d}1", "|cmd", "%0"] {
            assert!(safe(cell).starts_with('\''), "{cell}");
        }
        for cell in ["A = B", "1. one\n2. two", "", "threat-model:checkout#R1", "don't"] {
            assert_eq!(safe(cell), cell);
        }
        assert_eq!(safe("a\u{0}b\rc\nd"), "a b c\nd");
    }

    #[test]
    fn numbers_are_those_of_tickets_only() {
        for (ticket, number) in
            [("812", "812"), ("#812", "812"), ("AB#812", "812"), ("LP-812", ""), ("", ""), ("8 12", "")]
        {
            assert_eq!(digits(Some(ticket)), number, "{ticket}");
        }
    }
}
