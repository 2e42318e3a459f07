//! Levels over time: how many champions held which level as their highest, by quarter; as a table and as a chart that shows the same.
//!
//! In: a screened site, a curriculum, perhaps a team. Out: [`OverTime`]. A count that may not be told has a column of one height, whatever it is.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::atlas::Scope;
use super::count::{Count, is_small, row};
use crate::model::curriculum::ChampionStatus;
use crate::model::level_chart::{ChartColumn, ChartDay, ChartLevel, LevelChart};
use crate::model::progress::Standing;
use crate::model::progress_view::{CountView, LevelRow};

/// Quarters shown.
const QUARTERS: usize = 8;

/// Where the first column begins, and what each takes with the gap after it.
const LEFT: usize = 136;
const STEP: usize = 56;
/// Width of a column.
const WIDTH: usize = 36;
/// Height of the highest column, and of a line with the numbers above its columns.
const HIGHEST: usize = 40;
const LINE: usize = 66;

/// The same numbers twice.
pub struct OverTime {
    /// Newest day first.
    pub rows: Vec<LevelRow>,
    /// The chart; none where nobody ever held a level.
    pub chart: Option<LevelChart>,
}

/// Levels of a curriculum over time, of everybody or of one team.
pub fn over_time(scope: &Scope<'_, '_>, curriculum: &str, team: Option<&str>) -> OverTime {
    let progress = &scope.atlas.site.progress;
    let config = &scope.atlas.site.config;
    let levels: Vec<&str> = progress
        .curricula
        .get(curriculum)
        .map_or_else(Vec::new, |one| one.levels.iter().map(|level| &*level.name).collect());
    let people: Vec<&Standing> = progress
        .everybody()
        .filter(|standing| standing.status != ChampionStatus::Alumni)
        .filter(|standing| team.is_none() || standing.team.as_deref() == team)
        .collect();
    let mut numbers: Vec<Vec<usize>> = Vec::new();
    let rows: Vec<LevelRow> = days(progress.today)
        .into_iter()
        .map(|day| {
            let ranks: Vec<(&Standing, usize)> =
                people.iter().map(|standing| (*standing, standing.rank_on(progress, curriculum, day))).collect();
            let counts = at_each(levels.len(), &ranks.iter().copied());
            // What one team's row does not tell could be found in the row of all.
            let mut teams: BTreeMap<Option<&str>, Vec<(&Standing, usize)>> = BTreeMap::new();
            for (standing, rank) in ranks.iter().filter(|_| team.is_none()) {
                teams.entry(standing.team.as_deref()).or_default().push((*standing, *rank));
            }
            let veiled = teams
                .into_values()
                .any(|own| at_each(levels.len(), &own.iter().copied()).iter().any(|count| is_small(config, *count)));
            numbers.push(counts.iter().map(|count| count.number).collect());
            LevelRow { day: day.to_string(), counts: row(config, &counts, veiled) }
        })
        .collect();
    let chart = numbers.iter().flatten().any(|number| *number > 0).then(|| chart(&levels, &rows, &numbers));
    OverTime { rows, chart }
}

fn at_each<'a>(levels: usize, ranks: &(impl Iterator<Item = (&'a Standing, usize)> + Clone)) -> Vec<Count> {
    let at = |rank: usize| Count::of(ranks.clone().filter(|(_, own)| *own == rank).map(|(standing, _)| standing));
    (1..=levels).map(at).collect()
}

/// Today, then the first days of the current quarter and of those before it.
fn days(today: Date) -> Vec<Date> {
    let mut days = vec![today];
    let (mut year, mut month) = (today.year(), (today.month() - 1) / 3 * 3 + 1);
    while days.len() <= QUARTERS {
        let day = date(year, month, 1);
        if day < today {
            days.push(day);
        }
        (year, month) = if month == 1 { (year - 1, 10) } else { (year, month - 3) };
        if year < 1 {
            break;
        }
    }
    days
}

fn chart(levels: &[&str], rows: &[LevelRow], numbers: &[Vec<usize>]) -> LevelChart {
    // Of what is not told nothing may be read, not even from the scale.
    let told = rows.iter().zip(numbers).flat_map(|(row, numbers)| row.counts.iter().zip(numbers));
    let most = told.filter(|(count, _)| !count.veiled).map(|(_, number)| *number).max().unwrap_or(0).max(1);
    let column = |at: usize, ground: usize, count: &CountView, number: usize| {
        let height = if count.veiled { HIGHEST / 2 } else { (number * HIGHEST).div_ceil(most) };
        let text = if count.veiled { "?".to_owned() } else { number.to_string() };
        ChartColumn { x: LEFT + at * STEP, y: ground - height, height, text, veiled: count.veiled }
    };
    let levels: Vec<ChartLevel> = levels
        .iter()
        .enumerate()
        .rev()
        .enumerate()
        .map(|(line, (level, name))| {
            let ground = (line + 1) * LINE;
            let columns = rows.iter().zip(numbers).rev().enumerate().filter_map(|(at, (row, numbers))| {
                Some(column(at, ground, row.counts.get(level)?, *numbers.get(level)?))
            });
            ChartLevel { label: super::words::shortened(name, 18), ground, columns: columns.collect() }
        })
        .collect();
    let label =
        |at: usize, day: &str| if at + 1 == rows.len() { "today".to_owned() } else { day.chars().take(7).collect() };
    LevelChart {
        height: levels.len() * LINE + 28,
        days: rows
            .iter()
            .rev()
            .enumerate()
            .map(|(at, row)| ChartDay { x: LEFT + at * STEP + WIDTH / 2, label: label(at, &row.day) })
            .collect(),
        veiled: rows.iter().flat_map(|row| &row.counts).any(|count| count.veiled),
        levels,
    }
}
