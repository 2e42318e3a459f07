//! Counts of people, as an audience may know them.
//!
//! In: counts and whether somebody who is not shown by name is among them. Out: words. In builds below the highest audience a count that includes hidden
//! or pseudonymous people and is below `small_count` is told as "fewer than", and so are the others of its row, so that nobody is found by subtracting.

use crate::model::config::Config;
use crate::model::curriculum::Visibility;
use crate::model::progress::Standing;
use crate::model::progress_view::CountView;

/// How many, and whether somebody among them is not shown by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub number: usize,
    /// Somebody is hidden or goes by an id.
    pub veiled: bool,
}

impl Count {
    /// Counts people.
    pub fn of<'a>(people: impl Iterator<Item = &'a Standing>) -> Self {
        people.fold(Self::default(), |count, standing| Self {
            number: count.number + 1,
            veiled: count.veiled || standing.visibility != Visibility::Named,
        })
    }
}

/// The counts of one row with its total, in their order. `veiled` says that another row which is subtracted easily was veiled.
pub fn row(config: &Config, counts: &[Count], veiled: bool) -> Vec<CountView> {
    let least = usize::try_from(config.small_count).unwrap_or(0);
    let highest = config.audience + 1 >= config.audiences.len();
    let veiled = !highest && (veiled || counts.iter().any(|count| is_small(config, *count)));
    let tell = |count: &Count| {
        let number = count.number;
        let text = match number {
            0 => "0".to_owned(),
            _ if !veiled => number.to_string(),
            _ if number < least => format!("fewer than {least}"),
            _ => format!("{least} or more"),
        };
        CountView { text, gap: number == 0, veiled: veiled && number > 0 }
    };
    counts.iter().map(tell).collect()
}

/// Whether this count must not be told exactly below the highest audience.
pub fn is_small(config: &Config, count: Count) -> bool {
    let least = usize::try_from(config.small_count).unwrap_or(0);
    count.veiled && count.number > 0 && count.number < least
}

/// One count that stands alone.
pub fn alone(config: &Config, count: Count) -> CountView {
    row(config, &[count], false).pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(audience: usize, counts: &[(usize, bool)]) -> Vec<String> {
        let mut config = Config::loose(jiff::civil::date(2026, 11, 2));
        config.audiences = vec!["public".to_owned(), "internal".to_owned()];
        config.audience = audience;
        config.small_count = 5;
        let counts: Vec<Count> =
            counts.iter().map(|(number, veiled)| Count { number: *number, veiled: *veiled }).collect();
        row(&config, &counts, false).into_iter().map(|count| count.text).collect()
    }

    #[test]
    fn small_counts_veil_their_row_below_the_highest_audience() {
        let row = [(0, false), (2, false), (1, true), (7, true)];
        assert_eq!(texts(1, &row), ["0", "2", "1", "7"], "the highest audience sees numbers");
        assert_eq!(texts(0, &row), ["0", "fewer than 5", "fewer than 5", "5 or more"]);
        assert_eq!(texts(0, &[(2, false), (4, false)]), ["2", "4"], "everybody is shown by name");
        assert_eq!(texts(0, &[(5, true), (6, true)]), ["5", "6"], "large enough");
    }
}
