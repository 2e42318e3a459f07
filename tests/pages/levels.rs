//! Levels over time: the chart says what the table below it says, and of counts that may not be told no more than it.

use std::collections::BTreeMap;

use super::{SAMPLE, build, page, sample_sources, text};
use tiltyard::parse::Choices;
use tiltyard::source::OutputTree;

/// By curriculum: each level's counts as the table has them and as the chart has them, oldest first; and the heights of the columns.
type Read = BTreeMap<String, (Vec<Vec<String>>, Vec<Vec<String>>, Vec<(String, usize)>)>;

fn between<'t>(html: &'t str, from: &str, to: &str) -> Vec<&'t str> {
    html.split(from).skip(1).map(|rest| rest.split(to).next().unwrap()).collect()
}

fn read(html: &str) -> Read {
    let mut read = Read::new();
    let Some(section) = html.split("<h2 id=\"s-levels\">").nth(1) else { return read };
    for part in section.split("</section>").next().unwrap().split("<h3>").skip(1) {
        let name = text(&format!("<{}", part.split("</h3>").next().unwrap().trim_start_matches('<')));
        let rows: Vec<Vec<String>> = between(part.split("<tbody>").nth(1).unwrap(), "<tr>", "</tr>")
            .iter()
            .map(|row| between(row, "<td>", "</td>").iter().map(|cell| text(cell)).collect())
            .collect();
        let levels = rows[0].len();
        let table = (0..levels).map(|level| rows.iter().rev().map(|row| row[level].clone()).collect()).collect();
        let svg = part.split("</svg>").next().filter(|svg| svg.contains("<svg")).unwrap_or("");
        let mut chart: Vec<Vec<String>> = Vec::new();
        let mut heights = Vec::new();
        for line in svg.split("class=\"ground\"").skip(1) {
            let line = line.split("<text x=\"0\"").next().unwrap();
            let mut numbers = Vec::new();
            for (at, shown) in between(line, "class=\"chart-head\"", "</text>").iter().enumerate() {
                if at < rows.len() {
                    numbers.push(shown.split_once('>').unwrap().1.to_owned());
                }
            }
            for column in between(line, "<rect class=\"column", "</text>") {
                let height = column.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
                heights.push((column.rsplit('>').next().unwrap().to_owned(), height));
            }
            chart.push(numbers);
        }
        // The chart has the highest level above.
        chart.reverse();
        read.insert(name, (table, chart, heights));
    }
    read
}

fn pages(files: &OutputTree) -> Vec<(String, Read)> {
    let teams = files.files.keys().filter_map(|path| path.as_str().strip_suffix("index.html"));
    let teams = teams.filter(|address| address.starts_with("teams/") && *address != "teams/");
    teams.chain(["programme/"]).map(|address| (address.to_owned(), read(&page(files, address)))).collect()
}

#[test]
fn chart_and_table_say_the_same() {
    let mut charts = 0;
    for (address, read) in pages(&SAMPLE) {
        for (curriculum, (table, chart, heights)) in read {
            assert_eq!(table, chart, "{curriculum} on {address}");
            let most = heights.iter().map(|(number, _)| number.parse::<usize>().unwrap()).max().unwrap();
            for (number, height) in &heights {
                assert_eq!(
                    *height,
                    (number.parse::<usize>().unwrap() * 40).div_ceil(most),
                    "{curriculum} on {address}"
                );
            }
            assert!(heights.iter().all(|(number, _)| number != "0"), "nobody has no column");
            charts += 1;
        }
    }
    assert!(charts >= 5, "{charts} charts");
}

#[test]
fn what_may_not_be_told_is_in_no_chart_and_cannot_be_subtracted() {
    // The sample, with champions whom the public sees, and a small count above all of theirs.
    let mut tree = sample_sources();
    let config = tree.text("tiltyard.yaml").unwrap().replace("small_count: 3", "small_count: 9");
    tree.insert("tiltyard.yaml", config.into_bytes());
    let champions: Vec<String> = tree.below("content/champions").map(|(path, _)| path.as_str().to_owned()).collect();
    for path in champions {
        let text = tree.text(&path).unwrap().replace("\naudience: internal\n", "\naudience: public\n");
        tree.insert(&path, text.into_bytes());
    }
    let files = build(&tree, &Choices { audience: Some("public".to_owned()), ..Choices::default() });
    let all = pages(&files);
    let mut veiled = 0;
    for (address, read) in &all {
        for (curriculum, (table, chart, heights)) in read {
            for (told, shown) in table.iter().flatten().zip(chart.iter().flatten()) {
                let hidden = told.contains("than") || told.contains("more");
                assert_eq!(*shown == "?", hidden, "{told} is shown as {shown}: {curriculum} on {address}");
                veiled += usize::from(hidden);
            }
            let secret: Vec<usize> =
                heights.iter().filter(|(shown, _)| shown == "?").map(|(_, height)| *height).collect();
            assert!(secret.iter().all(|height| *height == 20), "{secret:?}");
        }
    }
    assert!(veiled > 0, "nothing was hidden, so nothing was tested");
    // A day on which a team does not tell, all teams together do not tell either.
    let (_, programme) = all.iter().find(|(address, _)| address == "programme/").unwrap();
    for (_, read) in all.iter().filter(|(address, _)| address != "programme/") {
        for (curriculum, (table, ..)) in read {
            for day in 0..table[0].len() {
                let hides = |table: &[Vec<String>]| table.iter().any(|level| level[day].contains("than"));
                assert!(!hides(table) || hides(&programme[curriculum].0), "day {day} of {curriculum}");
            }
        }
    }
}
