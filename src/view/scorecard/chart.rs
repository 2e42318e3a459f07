//! One metric of one team as a small picture.
//!
//! In: for each period nothing, a value that is not told, or a value. Out: [`ChartView`], places as whole numbers inside the picture, whatever the values
//! are. The scale begins at zero and holds every value, the target and the limit.

use super::{bound, with_unit};
use crate::model::metric::{Better, Definition, Measured, Period, Unit};
use crate::model::scorecard_view::ChartView;

/// Where the scale begins, ends, and where the first and last period stand.
const TOP: i32 = 16;
const BOTTOM: i32 = 80;
const LEFT: i32 = 10;
const RIGHT: i32 = ChartView::WIDTH - 10;

/// What may be said of a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Told {
    /// Nothing was measured.
    Nothing,
    /// There are too few cases.
    TooFew,
    /// A value.
    Value(f64),
}

impl Told {
    fn value(self) -> Option<f64> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }
}

/// The picture without its name.
pub fn view(definition: &Definition, told: &[Told], periods: &[Period], halves: &[Option<Measured>]) -> ChartView {
    let values = || told.iter().filter_map(|score| score.value());
    let most = values().chain(definition.target).chain(definition.limit).fold(0.0, f64::max);
    let scale = Scale { most: if most > 0.0 { most } else { 1.0 }, periods: told.len() };
    let place = |at: usize| scale.x(at);
    let latest = told.iter().zip(periods).rev().find_map(|(score, period)| Some((score.value()?, period)));
    let half = |(at, half): (usize, &Option<Measured>)| half.map(|_| scale.column(at));
    let untold = told.iter().enumerate().filter(|(_, score)| **score == Told::TooFew).map(|(at, _)| place(at));
    let dots: Vec<(i32, i32)> =
        told.iter().enumerate().filter_map(|(at, score)| Some((place(at), scale.y(score.value()?)))).collect();
    let bands = bands(definition, &scale);
    let label = |period: Option<&Period>| period.map(Period::label);
    ChartView {
        latest: latest.map(|(value, _)| with_unit(definition, value)),
        latest_period: latest.map(|(_, period)| period.label()),
        target: definition.target.map(|target| bound(definition, target)),
        title: title(definition, told, periods),
        edges: [definition.target, definition.limit].into_iter().flatten().map(|bound| scale.y(bound)).collect(),
        bands,
        halves: halves.iter().enumerate().filter_map(half).collect(),
        lines: lines(told, &scale),
        dots,
        untold: untold.collect(),
        top: number(scale.most, definition.unit),
        first: label(periods.first()).unwrap_or_default(),
        last: label(periods.last().filter(|_| periods.len() > 1)),
        ..ChartView::default()
    }
}

/// The picture in a sentence.
fn title(definition: &Definition, told: &[Told], periods: &[Period]) -> String {
    let values: Vec<f64> = told.iter().filter_map(|score| score.value()).collect();
    let span = match (periods.first(), periods.last()) {
        (Some(first), Some(last)) if first != last => format!("{} to {}", first.label(), last.label()),
        (Some(only), _) => only.label(),
        _ => String::new(),
    };
    let words = match (values.first(), values.last()) {
        (Some(first), Some(last)) if values.len() > 1 => {
            format!("from {} to {}", with_unit(definition, *first), with_unit(definition, *last))
        }
        (Some(only), _) => with_unit(definition, *only),
        _ => "too few cases to tell".to_owned(),
    };
    format!("{}, {span}: {words}; the table below says the same.", definition.name)
}

struct Scale {
    most: f64,
    periods: usize,
}

impl Scale {
    fn y(&self, value: f64) -> i32 {
        let part = (value / self.most).clamp(0.0, 1.0);
        BOTTOM - rounded(part * f64::from(BOTTOM - TOP))
    }

    fn x(&self, at: usize) -> i32 {
        let last = i64::try_from(self.periods.saturating_sub(1)).unwrap_or(0);
        if last == 0 {
            return i32::midpoint(LEFT, RIGHT);
        }
        let at = i64::try_from(at).unwrap_or(last).min(last);
        LEFT + i32::try_from(i64::from(RIGHT - LEFT) * at / last).unwrap_or(0)
    }

    /// Left edge and width of a period.
    fn column(&self, at: usize) -> (i32, i32) {
        let edge = |a: usize, b: usize| i32::midpoint(self.x(a), self.x(b));
        let left = if at == 0 { self.x(0) - LEFT } else { edge(at - 1, at) };
        let right = if at + 1 < self.periods { edge(at, at + 1) } else { self.x(at) + LEFT };
        (left, (right - left).max(1))
    }
}

/// From a fraction of the picture to a place in it.
#[expect(clippy::cast_possible_truncation, reason = "the value lies between 0 and the height of the picture")]
fn rounded(value: f64) -> i32 {
    value.round() as i32
}

/// Where it is good and where it is not.
fn bands(definition: &Definition, scale: &Scale) -> Vec<(&'static str, i32, i32)> {
    let lower = definition.better == Better::Lower;
    let band = |sort: &'static str, from: i32, to: i32| (to > from).then_some((sort, from, to - from));
    let good = definition.target.and_then(|target| {
        let y = scale.y(target);
        if lower { band("good", y, BOTTOM) } else { band("good", TOP, y) }
    });
    let bad = definition.limit.and_then(|limit| {
        let y = scale.y(limit);
        if lower { band("bad", TOP, y) } else { band("bad", y, BOTTOM) }
    });
    good.into_iter().chain(bad).collect()
}

/// Values of periods that follow each other are joined; a gap stays a gap.
fn lines(told: &[Told], scale: &Scale) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line: Vec<String> = Vec::new();
    for (at, score) in told.iter().enumerate() {
        if let Some(value) = score.value() {
            line.push(format!("{},{}", scale.x(at), scale.y(value)));
            continue;
        }
        lines.push(std::mem::take(&mut line));
    }
    lines.push(line);
    lines.into_iter().filter(|line| line.len() > 1).map(|line| line.join(" ")).collect()
}

/// A number for people, at most two places: `6.5`, `1,200`, `3.4 million`; of a share the percentage.
pub fn number(value: f64, unit: Unit) -> String {
    if unit == Unit::Share {
        return format!("{} %", plain(value * 100.0, 1));
    }
    let large = [(1e9, "thousand million"), (1e6, "million")].into_iter().find(|(size, _)| value >= *size);
    match large {
        Some((size, word)) => format!("{} {word}", plain(value / size, 1)),
        None => plain(value, 2),
    }
}

/// Digits in groups of three, without zeros at the end of the fraction.
fn plain(value: f64, places: usize) -> String {
    let written = format!("{value:.places$}");
    let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match fraction.trim_end_matches('0') {
        "" => grouped,
        fraction => format!("{grouped}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::metric::{MOST, definitions};
    use crate::model::registry::Registry;

    fn definition(target: Option<f64>, limit: Option<f64>) -> Definition {
        let own = definitions(&Registry::default()).into_iter().find(|one| one.id == "ttr_critical_days");
        Definition { target, limit, ..own.unwrap() }
    }

    fn periods(count: usize) -> Vec<Period> {
        (0..count).map(|at| Period::read(&format!("{:04}-{:02}", 1900 + at / 12, at % 12 + 1)).unwrap()).collect()
    }

    #[test]
    fn numbers_are_short() {
        let numbers = [
            (0.0, "0"),
            (6.5, "6.5"),
            (6.504, "6.5"),
            (1200.0, "1,200"),
            (3_400_000.0, "3.4 million"),
            (MOST, "1,000 thousand million"),
        ];
        for (value, text) in numbers {
            assert_eq!(number(value, Unit::Days), text);
        }
        assert_eq!(
            [number(0.25, Unit::Share), number(0.3333, Unit::Share), number(1.0, Unit::Share)],
            ["25 %", "33.3 %", "100 %"]
        );
    }

    #[test]
    fn every_place_lies_in_the_picture() {
        let hostile = [0.0, 1e-300, f64::MIN_POSITIVE, 0.1, 7.0, 1e12, f64::MAX];
        for count in [1, 2, 3, 24, 400] {
            for bounds in [(None, None), (Some(0.0), Some(0.0)), (Some(7.0), Some(30.0)), (Some(MOST), Some(1e-9))] {
                let told: Vec<Told> = (0..count)
                    .map(|at| match at % 9 {
                        7 => Told::Nothing,
                        8 => Told::TooFew,
                        at => Told::Value(hostile[at]),
                    })
                    .collect();
                let halves = vec![Some(Measured::Delivery); count];
                let view = view(&definition(bounds.0, bounds.1), &told, &periods(count), &halves);
                for (x, y) in &view.dots {
                    assert!((LEFT..=RIGHT).contains(x) && (TOP..=BOTTOM).contains(y), "{count} {bounds:?} {x} {y}");
                }
                for (_, top, height) in &view.bands {
                    assert!(*top >= TOP && *height > 0 && top + height <= BOTTOM, "{:?}", view.bands);
                }
                for (x, width) in &view.halves {
                    assert!(*x >= 0 && *width > 0 && x + width <= ChartView::WIDTH, "{count}: {x} {width}");
                }
                let text = format!("{} {} {:?}", view.title, view.top, view.lines);
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            }
        }
    }

    #[test]
    fn bands_lie_on_the_good_side() {
        let lower = view(&definition(Some(5.0), Some(10.0)), &[Told::Value(20.0)], &periods(1), &[None]);
        assert_eq!(lower.bands, [("good", 64, 16), ("bad", 16, 32)]);
        let higher = Definition { better: Better::Higher, ..definition(Some(15.0), Some(5.0)) };
        let higher = view(&higher, &[Told::Value(20.0)], &periods(1), &[None]);
        assert_eq!(higher.bands, [("good", 16, 16), ("bad", 64, 16)]);
    }

    #[test]
    fn what_is_not_told_has_no_place() {
        let told = [
            Told::Value(1.0),
            Told::Value(2.0),
            Told::TooFew,
            Told::Value(3.0),
            Told::Nothing,
            Told::Value(4.0),
            Told::Value(5.0),
        ];
        let view = view(&definition(None, None), &told, &periods(7), &[None; 7]);
        assert_eq!((view.lines.len(), view.dots.len(), view.untold.len()), (2, 5, 1));
    }
}
