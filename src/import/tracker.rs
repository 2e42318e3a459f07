//! What a tracker has already: its own list of items, in which ours bear the ids that a backlog gave them.
//!
//! In: a table that Jira or Azure Boards has exported, or the JSON of `gh issue list --json number,body`. Out: [`Known`]: the number of each item by its id. An id
//! counts only where a backlog puts it: among labels, tags and external ids, and in the comment at the end of an issue. What people write elsewhere is talk.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// The mark at the end of an issue of GitHub: before the id, and after it.
pub const MARK: (&str, &str) = ("<!-- tiltyard ", " -->");
/// What a label begins with that is made of an id.
pub const LABEL: &str = "tiltyard-";

/// Items that a tracker has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Numbers by what was found: an id, or the label made of it.
    pub numbers: BTreeMap<String, String>,
    /// What two items of the tracker bear: the id, the number that is taken, the other one.
    pub twins: Vec<(String, String, String)>,
}

/// Why a list cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not UTF-8; from this byte on.
    NotUtf8(usize),
    /// It is no sound JSON: the message.
    Json(String),
    /// It is no sound table: the message.
    Table(String),
    /// It has no column with numbers, or none with labels: the columns that it has.
    Columns(Vec<String>),
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8(at) => write!(to, "it is not UTF-8, from byte {at} on"),
            Self::Json(message) => write!(to, "it is no sound JSON: {message}"),
            Self::Table(message) => write!(to, "it is no sound table: {message}"),
            Self::Columns(columns) => write!(
                to,
                "it needs a column `Issue key` or `ID` and one with labels, tags or external ids, and has {}",
                columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
        }
    }
}

impl std::error::Error for Fault {}

/// Reads what a tracker has exported.
///
/// # Errors
/// What is neither such a table nor such JSON.
pub fn read(bytes: &[u8]) -> Result<Known, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::NotUtf8(error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with(['[', '{']) { json(text) } else { table(text) }
}

impl Known {
    fn add(&mut self, id: &str, number: &str) {
        match self.numbers.get(id) {
            None => drop(self.numbers.insert(id.to_owned(), number.to_owned())),
            Some(first) if first != number => self.twins.push((id.to_owned(), first.clone(), number.to_owned())),
            Some(_) => {}
        }
    }
}

/// Lists of issues, one after the other: GitHub gives a list for each page of its answer.
fn json(text: &str) -> Result<Known, Fault> {
    let mut known = Known::default();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let value = value.map_err(|error| Fault::Json(error.to_string()))?;
        let issues = if let Value::Array(issues) = value { issues } else { vec![value] };
        for issue in &issues {
            let (Some(number), Some(body)) = (issue["number"].as_u64(), issue["body"].as_str()) else { continue };
            let marked = body.rsplit_once(MARK.0).and_then(|(_, rest)| rest.split_once(MARK.1));
            if let Some((id, _)) = marked {
                known.add(id.trim(), &number.to_string());
            }
        }
    }
    Ok(known)
}

fn table(text: &str) -> Result<Known, Fault> {
    let fault = |error: csv::Error| Fault::Table(error.to_string());
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns: Vec<String> = reader.headers().map_err(fault)?.iter().map(|name| name.trim().to_lowercase()).collect();
    let numbers = ["issue key", "key", "id", "work item id"];
    let number = numbers.iter().find_map(|wanted| columns.iter().position(|name| name == wanted));
    let bears = |name: &str| name == "labels" || name == "tags" || name.contains("external id");
    let (Some(number), true) = (number, columns.iter().any(|name| bears(name))) else {
        return Err(Fault::Columns(reader.headers().map_err(fault)?.iter().take(12).map(str::to_owned).collect()));
    };
    let mut known = Known::default();
    for row in reader.records() {
        let row = row.map_err(fault)?;
        let Some(own) = row.get(number).map(str::trim).filter(|own| !own.is_empty()) else { continue };
        // The columns of labels may be many, all of one name.
        let cells = columns.iter().zip(&row).filter(|(name, _)| bears(name)).map(|(_, cell)| cell);
        for word in cells.flat_map(|cell| cell.split([' ', ',', ';', '\n', '\t'])) {
            if word.starts_with(LABEL) || word.starts_with("threat-model:") || word.starts_with("review:") {
                known.add(word, own);
            }
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<(String, String)> {
        read(text.as_bytes()).unwrap().numbers.into_iter().collect()
    }

    fn pair(id: &str, number: &str) -> (String, String) {
        (id.to_owned(), number.to_owned())
    }

    #[test]
    fn tables_of_both_trackers_are_read() {
        let jira = "Summary,Issue key,Issue id,Labels,Labels,Custom field (External ID),Description\r\n\
            One,LP-7,10001,tiltyard-review-a-I1,action,review:a#I1,\"like\nthreat-model:b#R1\"\r\nTwo,LP-8,10002,,,,\r\n";
        assert_eq!(numbers(jira), [pair("review:a#I1", "LP-7"), pair("tiltyard-review-a-I1", "LP-7")]);
        let azure = "\u{feff}ID,Work Item Type,Title 1,Title 2,Tags\n12,Epic,Login,,threat-model:login; threat-model\n13,User Story,,It,threat-model:login#R1\n";
        assert_eq!(numbers(azure), [pair("threat-model:login", "12"), pair("threat-model:login#R1", "13")]);
    }

    #[test]
    fn issues_are_known_by_their_last_mark() {
        let issues = r#"[{"number": 3, "body": "as <!-- tiltyard review:a#I1 --> says\n\n<!-- tiltyard threat-model:b#R1 -->"},
            {"number": 4, "body": null}, {"number": 5, "body": "talk of threat-model:b#R2"}][{"number": 6, "body": "<!-- tiltyard review:a#I2 -->"}]"#;
        assert_eq!(numbers(issues), [pair("review:a#I2", "6"), pair("threat-model:b#R1", "3")]);
    }

    #[test]
    fn twins_and_what_is_no_list_are_told() {
        let twins = read(b"ID,Tags\n1,review:a#I1\n1,review:a#I1\n2,review:a#I1\n").unwrap();
        assert_eq!(twins.twins, [("review:a#I1".to_owned(), "1".to_owned(), "2".to_owned())]);
        assert_eq!(read(b"a,b\n1,2\n"), Err(Fault::Columns(vec!["a".to_owned(), "b".to_owned()])));
        assert!(matches!(read(b"{"), Err(Fault::Json(_))) && matches!(read(b"a\xff"), Err(Fault::NotUtf8(1))));
        assert!(read(b"").is_err());
    }
}
