//! The scorecard's data: the CSV files of `_data/metrics/`.
//!
//! In: files whose first row names the columns, in any order. Out: [`Measure`]s in the order of period, team and metric, and what is wrong with each
//! row, at the value itself. A row with a mistake is left out; the others are read.

use std::collections::BTreeMap;

use csv_core::{ReadFieldResult, Reader};

use super::text;
use crate::diagnostic::{Checked, Diagnostic, codes, did_you_mean};
use crate::model::field::Reference;
use crate::model::leaf::Target;
use crate::model::metric::{Amount, Definition, Measure, Measured, Period, Unit, definitions};
use crate::model::registry::Registry;
use crate::source::{SourcePath, SourceTree, Span};

/// The columns; the last two may be missing or empty.
const COLUMNS: [&str; 7] = ["period", "team", "metric", "value", "n", "unit", "source"];
/// Columns that every file has.
const REQUIRED: usize = 5;
/// More rows than any scorecard needs.
const ROWS: usize = 20_000;

/// A value and where it is.
#[derive(Clone, Debug, Default)]
struct Cell {
    text: String,
    span: Span,
}

/// Measures, and the registries' references with those to the teams of the rows.
type Read = (Vec<Measure>, Vec<Reference>);

/// Reads every file.
pub fn read(tree: &SourceTree, content: &str, registry: &Registry) -> Checked<Read> {
    let mut reading = Reading {
        definitions: definitions(registry),
        references: registry.references.clone(),
        months: None,
        measures: BTreeMap::new(),
        diagnostics: Vec::new(),
    };
    let folder = format!("{content}/_data/metrics");
    for (path, source) in tree.below(&folder).filter(|(path, _)| path.extension() == "csv") {
        match text::of(path, source) {
            Ok(text) => reading.file(path, text),
            Err(diagnostic) => reading.diagnostics.push(*diagnostic),
        }
    }
    let known = |measure: &Measure| registry.teams.contains_key(&measure.team);
    let measures = reading.measures.into_values().filter(known).collect();
    Checked { value: (measures, reading.references), diagnostics: reading.diagnostics }
}

struct Reading {
    definitions: Vec<Definition>,
    references: Vec<Reference>,
    /// How long the first period is, and where it says so.
    months: Option<(i8, SourcePath, Span)>,
    measures: BTreeMap<(Period, String, String), Measure>,
    diagnostics: Vec<Diagnostic>,
}

impl Reading {
    fn wrong(&mut self, path: &SourcePath, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(&codes::BAD_METRIC, message).at(path, span).help(help));
    }

    fn file(&mut self, path: &SourcePath, text: &str) {
        let mut rows = rows(text).into_iter();
        let Some(head) = rows.next() else {
            let help = format!("begin with a row of columns: {}", COLUMNS.join(","));
            return self.wrong(path, Span::new(0, 0), "the file is empty", help);
        };
        let Some(columns) = self.columns(path, &head) else { return };
        for (number, row) in rows.enumerate() {
            let first = row.first().map_or_else(Span::default, |cell| cell.span);
            if number >= ROWS {
                return self.wrong(path, first, format!("the file has more than {ROWS} rows"), "cut it into several");
            }
            if row.len() != head.len() {
                let message = format!("this row has {} values, and there are {} columns", row.len(), head.len());
                self.wrong(path, first, message, "a value with a comma stands in double quotes");
                continue;
            }
            self.row(path, &columns, &row);
        }
    }

    /// Where each column is.
    fn columns(&mut self, path: &SourcePath, head: &[Cell]) -> Option<[Option<usize>; COLUMNS.len()]> {
        let mut columns = [None; COLUMNS.len()];
        let mut fine = true;
        for (at, cell) in head.iter().enumerate() {
            let known = columns.iter_mut().zip(COLUMNS).find(|(_, column)| *column == cell.text);
            match known {
                Some((place @ None, _)) => *place = Some(at),
                Some(_) => {
                    fine = false;
                    self.wrong(path, cell.span, format!("the column `{}` is there twice", cell.text), "keep one");
                }
                None => {
                    fine = false;
                    let help = did_you_mean(&cell.text, COLUMNS);
                    let help = help.unwrap_or_else(|| format!("the columns are {}", COLUMNS.join(", ")));
                    self.wrong(path, cell.span, format!("there is no column `{}`", shortened(&cell.text)), help);
                }
            }
        }
        let lacks: Vec<&str> = columns
            .iter()
            .zip(COLUMNS)
            .take(REQUIRED)
            .filter_map(|(at, column)| at.is_none().then_some(column))
            .collect();
        if fine && !lacks.is_empty() {
            let span = head.first().map_or_else(Span::default, |cell| cell.span);
            let help = "the first row names the columns; unit and source may be missing";
            self.wrong(path, span, format!("the first row lacks {}", lacks.join(", ")), help);
        }
        (fine && lacks.is_empty()).then_some(columns)
    }

    fn row(&mut self, path: &SourcePath, columns: &[Option<usize>; COLUMNS.len()], row: &[Cell]) {
        let [period, team, metric, value, n, unit, source] =
            columns.map(|at| at.and_then(|at| row.get(at)).cloned().unwrap_or_default());
        let named = self.team(path, &team);
        let period = self.period(path, &period);
        let definition = self.metric(path, &metric, &unit);
        let cases = n.text.parse::<u64>().ok().filter(|n| *n <= 1_000_000_000);
        if cases.is_none() {
            let message = format!("`n` should be a whole number, not `{}`", shortened(&n.text));
            self.wrong(path, n.span, message, "n is how many cases stand behind the value");
        }
        let amount = self.value(path, &value, definition.as_ref());
        let (Some(period), Some(definition), Some(cases), Some(amount), true) =
            (period, definition, cases, amount, named)
        else {
            return;
        };
        let key = (period, team.text.clone(), definition.id.clone());
        let span = Span::new(metric.span.start, metric.span.end);
        if let Some(first) = self.measures.get(&key) {
            let message = format!("`{}` of {} in {} is there twice", definition.id, team.text, period.label());
            let diagnostic = Diagnostic::new(&codes::BAD_METRIC, message).at(path, span);
            let diagnostic = diagnostic.related(&first.path, Some(first.span), "first here").help("keep one of them");
            self.diagnostics.push(diagnostic);
            return;
        }
        let measure = Measure {
            period,
            team: team.text,
            metric: definition.id,
            value: amount,
            cases,
            source: Some(source.text).filter(|source| !source.is_empty()),
            path: path.clone(),
            span,
        };
        self.measures.insert(key, measure);
    }

    /// A team's id; whether the registry has it is asked with all other references.
    fn team(&mut self, path: &SourcePath, team: &Cell) -> bool {
        if team.text.is_empty() {
            self.wrong(path, team.span, "the row names no team", "measures are of teams, never of people");
            return false;
        }
        self.references.push(Reference {
            path: path.clone(),
            span: team.span,
            section: "metrics",
            field: "team",
            part: None,
            text: team.text.clone(),
            target: Target::Team,
        });
        true
    }

    fn period(&mut self, path: &SourcePath, cell: &Cell) -> Option<Period> {
        let Some(period) = Period::read(&cell.text) else {
            let message = format!("`{}` is no period", shortened(&cell.text));
            self.wrong(
                path,
                cell.span,
                message,
                "write a quarter such as 2026-Q3, a month such as 2026-09, 2026-H1, or a year",
            );
            return None;
        };
        let (months, first, span) =
            self.months.get_or_insert_with(|| (period.months(), path.clone(), cell.span)).clone();
        if months != period.months() {
            let message = format!("`{}` is longer or shorter than the periods of the other rows", cell.text);
            let diagnostic = Diagnostic::new(&codes::BAD_METRIC, message).at(path, cell.span);
            let help = "a scorecard compares periods of one length";
            self.diagnostics.push(diagnostic.related(&first, Some(span), "the first period").help(help));
            return None;
        }
        Some(period)
    }

    fn metric(&mut self, path: &SourcePath, metric: &Cell, unit: &Cell) -> Option<Definition> {
        let Some(definition) = self.definitions.iter().find(|known| known.id == metric.text).cloned() else {
            let known: Vec<&str> = self.definitions.iter().map(|known| known.id.as_str()).collect();
            let help = did_you_mean(&metric.text, known);
            let help = help.unwrap_or_else(|| "define it in `_data/metrics.yaml`".to_owned());
            self.wrong(path, metric.span, format!("there is no metric `{}`", shortened(&metric.text)), help);
            return None;
        };
        if definition.side == Measured::Joint {
            let message = format!("`{}` is computed from the pages", definition.id);
            self.wrong(path, metric.span, message, "leave the row out");
            return None;
        }
        if !unit.text.is_empty() && unit.text != definition.unit.as_str() {
            let message =
                format!("`{}` is in {}, not in `{}`", definition.id, definition.unit.as_str(), shortened(&unit.text));
            self.wrong(path, unit.span, message, "convert the value, or leave the unit empty");
            return None;
        }
        Some(definition)
    }

    fn value(&mut self, path: &SourcePath, value: &Cell, definition: Option<&Definition>) -> Option<f64> {
        let Some(Amount(amount)) = Amount::read(&value.text) else {
            let message = format!("`value` should be a number such as 7 or 0.25, not `{}`", shortened(&value.text));
            self.wrong(
                path,
                value.span,
                message,
                "no sign, no exponent, at most a million million; leave the row out when nothing was measured",
            );
            return None;
        };
        let share = definition.is_some_and(|definition| definition.unit == Unit::Share);
        if share && amount > 1.0 {
            let message = format!("`{}` is more than the whole", value.text);
            self.wrong(path, value.span, message, "a share is from 0 to 1: write 0.25 for 25 %");
            return None;
        }
        Some(amount)
    }
}

/// At most forty letters of what somebody wrote.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Every row with its values, space around them left out. Rows without any value are passed over.
fn rows(text: &str) -> Vec<Vec<Cell>> {
    let mut reader = Reader::new();
    let mut rows = Vec::new();
    let mut row: Vec<Cell> = Vec::new();
    let mut input = text.as_bytes();
    let mut at = 0;
    // A value is never longer than what it is written as.
    let mut output = vec![0; text.len() + 1];
    let mut field = Vec::new();
    let mut begin = 0;
    loop {
        let (result, read, written) = reader.read_field(input, &mut output);
        input = input.get(read..).unwrap_or_default();
        at += read;
        field.extend_from_slice(output.get(..written).unwrap_or_default());
        match result {
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            ReadFieldResult::Field { record_end } => {
                row.push(cell(text, begin, at, std::mem::take(&mut field)));
                begin = at;
                if record_end {
                    let row = std::mem::take(&mut row);
                    rows.extend(Some(row).filter(|row| row.iter().any(|cell| !cell.text.is_empty())));
                }
            }
            ReadFieldResult::End => return rows,
        }
    }
}

/// A value as it was read, with its place in the text: without the comma or line's end after it, and without quotes.
fn cell(text: &str, begin: usize, end: usize, field: Vec<u8>) -> Cell {
    let written = text.get(begin..end).unwrap_or_default();
    let odd = |c: char| c.is_whitespace() || c == ',' || c == '"' || c == '\u{feff}';
    let inner = written.trim_matches(odd);
    let start = begin + (written.len() - written.trim_start_matches(odd).len());
    let span = if inner.is_empty() { Span::new(begin, begin) } else { Span::new(start, start + inner.len()) };
    let value = String::from_utf8(field).unwrap_or_default();
    Cell { text: value.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned(), span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::registry::{Entry, Team};
    use crate::source::SourceFile;

    fn run(csv: &str) -> (Vec<Measure>, Vec<(String, String)>) {
        let path = SourcePath::new("content/_data/metrics/a.csv");
        let mut registry = Registry::default();
        let team = Entry { value: Team::default(), path: path.clone(), span: Span::default() };
        registry.teams.insert("shop".to_owned(), team);
        let mut tree = SourceTree::default();
        tree.files.insert(path, SourceFile::new(csv.as_bytes().to_vec()));
        let read = read(&tree, "content", &registry);
        let told = read.diagnostics.iter().map(|one| {
            let span = one.place.as_ref().and_then(|place| place.span).unwrap();
            (csv[span.start..span.end].to_owned(), one.message.clone())
        });
        (read.value.0, told.collect())
    }

    const HEAD: &str = "period,team,metric,value,unit,n,source\n";

    #[test]
    fn rows_become_measures_with_their_places() {
        let csv = format!(
            "{HEAD}2026-Q3, shop ,ttr_critical_days,6.5,days,14,\"tracker, closed\"\r\n\r\n2026-Q2,shop,false_positive_rate,0.25,,8,\n"
        );
        let (measures, told) = run(&csv);
        assert_eq!(told, []);
        let rows: Vec<_> = measures
            .iter()
            .map(|one| (one.period.label(), &*one.metric, one.value, one.cases, &csv[one.span.start..one.span.end]))
            .collect();
        assert_eq!(
            rows,
            [
                ("2026 Q2".to_owned(), "false_positive_rate", 0.25, 8, "false_positive_rate"),
                ("2026 Q3".to_owned(), "ttr_critical_days", 6.5, 14, "ttr_critical_days"),
            ]
        );
        assert_eq!(measures[1].source.as_deref(), Some("tracker, closed"));
    }

    #[test]
    fn every_wrong_value_is_told_at_its_place() {
        for (row, place, message) in [
            ("2026-Q5,shop,ttr_critical_days,1,,9,", "2026-Q5", "is no period"),
            ("2026-Q1,,ttr_critical_days,1,,9,", "", "names no team"),
            ("2026-Q1,shop,ttr_days,1,,9,", "ttr_days", "there is no metric `ttr_days`"),
            ("2026-Q1,shop,overdue_improvements,1,,9,", "overdue_improvements", "computed from the pages"),
            ("2026-Q1,shop,ttr_critical_days,NaN,,9,", "NaN", "`value` should be a number"),
            ("2026-Q1,shop,ttr_critical_days,-3,,9,", "-3", "`value` should be a number"),
            ("2026-Q1,shop,ttr_critical_days,1e300,,9,", "1e300", "`value` should be a number"),
            ("2026-Q1,shop,ttr_critical_days,inf,,9,", "inf", "`value` should be a number"),
            ("2026-Q1,shop,ttr_critical_days,99999999999999,,9,", "99999999999999", "`value` should be a number"),
            ("2026-Q1,shop,ttr_critical_days,,,9,", "", "`value` should be a number"),
            ("2026-Q1,shop,ttr_critical_days,1,weeks,9,", "weeks", "is in days, not in `weeks`"),
            ("2026-Q1,shop,false_positive_rate,25,,9,", "25", "more than the whole"),
            ("2026-Q1,shop,ttr_critical_days,1,,-9,", "-9", "`n` should be a whole number"),
            ("2026-Q1,shop,ttr_critical_days,1,,many,", "many", "`n` should be a whole number"),
            ("2026-Q1,shop,ttr_critical_days,1,9", "2026-Q1", "5 values, and there are 7 columns"),
        ] {
            let (measures, told) = run(&format!("{HEAD}{row}\n"));
            assert!(measures.is_empty(), "{row}");
            assert_eq!(told.len(), 1, "{row}: {told:?}");
            assert_eq!(told[0].0, place, "{row}: {told:?}");
            assert!(told[0].1.contains(message), "{row}: {told:?}");
        }
    }

    #[test]
    fn rows_must_agree_with_each_other() {
        let row = "2026-Q1,shop,ttr_critical_days,1,,9,\n";
        let (measures, told) = run(&format!("{HEAD}{row}{row}2026-04,shop,ttr_critical_days,1,,9,\n"));
        assert_eq!(measures.len(), 1);
        let messages: Vec<&str> = told.iter().map(|(_, message)| message.as_str()).collect();
        assert!(messages[0].contains("is there twice") && messages[1].contains("longer or shorter"), "{messages:?}");
    }

    #[test]
    fn heads_are_checked_and_odd_files_end() {
        for (csv, message) in [
            ("", "the file is empty"),
            ("\n\n", "the file is empty"),
            ("period,team,metric,value\n", "lacks n"),
            ("period,team,metrik,value,n\n", "no column `metrik`"),
            ("period,team,metric,value,n,n\n", "is there twice"),
        ] {
            assert!(run(csv).1[0].1.contains(message), "{csv:?}: {:?}", run(csv).1);
        }
        for csv in ["\"", "\"\"\"", "a\0b,\u{feff}", "period,team,metric,value,n\n\"2026-Q1"] {
            assert!(!run(csv).1.is_empty(), "{csv:?}");
        }
        assert_eq!(run("\u{feff}period,team,metric,value,n\n2026-Q1,shop,ttr_critical_days,1,9").0.len(), 1);
    }
}
