//! Time to detect, by the quarter in which an incident began.
//!
//! In: reviews. Out: [`DetectView`], a picture with a dot for each incident and a mark at the middle value, over a scale whose steps grow: minutes and
//! weeks stand in one picture. Integers only, so the same reviews give the same picture everywhere.

use std::collections::BTreeMap;

use super::Told;
use crate::model::joint_view::{DetectQuarter, DetectView};
use crate::model::view::Link;
use crate::view::atlas::Scope;
use crate::view::words;

/// Steps of the scale in seconds.
const STEPS: [(i64, &str); 10] = [
    (60, "1 min"),
    (600, "10 min"),
    (3600, "1 h"),
    (21_600, "6 h"),
    (86_400, "1 day"),
    (604_800, "1 week"),
    (2_592_000, "30 days"),
    (31_536_000, "1 year"),
    (315_360_000, "10 years"),
    (i64::MAX, "longer"),
];

/// Pixels between two steps.
const STEP: i32 = 32;
/// Pixels above the highest step.
const TOP: i32 = 20;
/// Quarters in the picture and the table.
const QUARTERS: usize = 12;
/// Hundredths of a percent at the left, where the words of the scale stand.
const LEFT: usize = 1600;

/// A year and its quarter, from 0 to 3.
type Quarter = (i16, i16);

/// The time to detect of every incident that says both times.
pub fn view(scope: &Scope<'_, '_>, told: &[Told<'_>]) -> DetectView {
    let mut by_quarter: BTreeMap<Quarter, Vec<(i64, &Told<'_>)>> = BTreeMap::new();
    for told in told.iter().rev() {
        let Some((started, detected)) = times(told) else { continue };
        let day = jiff::tz::TimeZone::UTC.to_datetime(started).date();
        let took = detected.as_second().saturating_sub(started.as_second());
        if took >= 0 {
            by_quarter.entry((day.year(), i16::from(day.month() - 1) / 3)).or_default().push((took, told));
        }
    }
    let (Some((first, _)), Some((last, _))) = (by_quarter.first_key_value(), by_quarter.last_key_value()) else {
        return DetectView::default();
    };
    let number = |quarter: &Quarter| i32::from(quarter.0) * 4 + i32::from(quarter.1);
    let (first, last) = (number(first), number(last));
    let shown = usize::try_from(last - first).unwrap_or(0).min(QUARTERS - 1) + 1;
    let begin = last - i32::try_from(shown).unwrap_or(1) + 1;
    let earlier = by_quarter.keys().filter(|quarter| number(quarter) < begin).count();
    by_quarter.retain(|quarter, _| number(quarter) >= begin);
    let scale = Scale::of(by_quarter.values().flatten().map(|(took, _)| *took));
    let quarters = (begin..=last).enumerate().map(|(index, number)| {
        let quarter =
            (i16::try_from(number.div_euclid(4)).unwrap_or(0), i16::try_from(number.rem_euclid(4)).unwrap_or(0));
        let own = by_quarter.remove(&quarter).unwrap_or_default();
        column(scope, quarter, own, (index, shown), &scale)
    });
    let quarters: Vec<DetectQuarter> = quarters.collect();
    DetectView { height: scale.height() + 40, steps: scale.steps(), quarters, earlier }
}

fn times(told: &Told<'_>) -> Option<(jiff::Timestamp, jiff::Timestamp)> {
    let times = told.review.times.as_ref()?;
    Some((times.started.as_ref()?.value, times.detected.as_ref()?.value))
}

fn column(
    scope: &Scope<'_, '_>,
    (year, quarter): Quarter,
    mut own: Vec<(i64, &Told<'_>)>,
    (index, all): (usize, usize),
    scale: &Scale,
) -> DetectQuarter {
    own.sort_by_key(|(took, told)| (*took, told.page.path()));
    let width = (10_000 - LEFT) / all;
    let percent = |hundredths: usize| format!("{}.{:02}%", hundredths / 100, hundredths % 100);
    let middle = LEFT + index * width + width / 2;
    let median = median(&own);
    let words = |seconds: i64| {
        words::between(jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::from_second(seconds).unwrap_or_default())
    };
    let review = |(took, told): &(i64, &Told<'_>)| Link { note: words(*took), ..scope.page(told.page) };
    DetectQuarter {
        label: format!("{year} Q{}", quarter + 1),
        short: format!("Q{}", quarter + 1),
        year: (index == 0 || quarter == 0).then(|| year.to_string()),
        x: percent(middle),
        mark: (percent(middle - width / 4), percent(middle + width / 4)),
        median: median.and_then(words),
        longest: own.last().and_then(|(took, _)| words(*took)),
        median_y: median.map(|median| scale.y(median)),
        dots: own.iter().map(|(took, _)| scale.y(*took)).collect(),
        reviews: own.iter().map(review).collect(),
    }
}

/// Of sorted times the middle one, or the mean of the two in the middle.
fn median(sorted: &[(i64, &Told<'_>)]) -> Option<i64> {
    let upper = sorted.get(sorted.len() / 2)?.0;
    let lower = sorted.get(sorted.len().checked_sub(1)? / 2)?.0;
    Some(lower + (upper - lower) / 2)
}

/// Steps at equal distances; between two of them the scale is even.
struct Scale {
    first: usize,
    last: usize,
}

impl Scale {
    fn of(all: impl Iterator<Item = i64> + Clone) -> Self {
        let least = all.clone().min().unwrap_or(0);
        let most = all.max().unwrap_or(0);
        let first = STEPS.iter().rposition(|(step, _)| *step <= least).unwrap_or(0).min(STEPS.len() - 2);
        let last = STEPS.iter().position(|(step, _)| *step >= most).unwrap_or(STEPS.len() - 1);
        Self { first, last: last.max(first + 1).min(STEPS.len() - 1) }
    }

    fn height(&self) -> i32 {
        TOP + STEP * i32::try_from(self.last.saturating_sub(self.first)).unwrap_or(0)
    }

    fn steps(&self) -> Vec<(i32, String)> {
        let shown = STEPS.iter().take(self.last + 1).skip(self.first).rev().zip(0i32..);
        shown.map(|((_, word), number)| (TOP + STEP * number, (*word).to_owned())).collect()
    }

    /// From the top; what is shorter than the first step stands on it.
    fn y(&self, seconds: i64) -> i32 {
        let mut y = self.height();
        for (low, high) in STEPS.iter().zip(STEPS.iter().skip(1)).take(self.last).skip(self.first) {
            let part = i128::from(seconds.clamp(low.0, high.0) - low.0) * i128::from(STEP);
            y -= i32::try_from(part / i128::from(high.0 - low.0)).unwrap_or(STEP);
        }
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_holds_minutes_and_months() {
        let scale = Scale::of([90, 40_000, 3_000_000].into_iter());
        let words: Vec<String> = scale.steps().into_iter().map(|(_, word)| word).collect();
        assert_eq!(words, ["1 year", "30 days", "1 week", "1 day", "6 h", "1 h", "10 min", "1 min"]);
        let ys = [0, 60, 90, 3600, 40_000, 2_592_000, 3_000_000, i64::MAX].map(|seconds| scale.y(seconds));
        assert!(ys.windows(2).all(|pair| pair[0] >= pair[1]), "longer is never lower: {ys:?}");
        assert_eq!((ys[0], ys[5]), (scale.height(), TOP + STEP), "steps lie on their lines");
        assert!(ys.iter().all(|y| (TOP..=scale.height()).contains(y)), "{ys:?}");
    }

    #[test]
    fn the_shortest_and_the_longest_have_a_scale() {
        for seconds in [0, 1, 59, 315_360_000, i64::MAX] {
            let scale = Scale::of([seconds].into_iter());
            assert!(scale.steps().len() >= 2, "{seconds}");
            assert!((TOP..=scale.height()).contains(&scale.y(seconds)), "{seconds}");
        }
    }
}
