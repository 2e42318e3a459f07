//! The timeline of an incident: a line of time to scale, and the same as rows.
//!
//! In: measured times and moments. Out: [`TimelineView`]. Places are percentages, so that letters keep their size whatever the width of the page;
//! what may overlap is laid out for the narrowest page, 320 pixels.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::joint_view::{FlagView, MomentView, StretchView, StripView, TimelineView};
use crate::model::review::{Moment, Times};
use crate::view::words;

/// Steps of the scale, in minutes, and how they are told.
const STEPS: [(i64, &str); 23] = [
    (1, "min"),
    (5, "min"),
    (10, "min"),
    (15, "min"),
    (30, "min"),
    (60, "h"),
    (120, "h"),
    (180, "h"),
    (360, "h"),
    (720, "h"),
    (1440, "d"),
    (2880, "d"),
    (7200, "d"),
    (14_400, "d"),
    (28_800, "d"),
    (72_000, "d"),
    (144_000, "d"),
    (525_600, "y"),
    (1_051_200, "y"),
    (5_256_000, "y"),
    (52_560_000, "y"),
    (525_600_000, "y"),
    (1_051_200_000, "y"),
];

/// More moments than this are drawn as lines without numbers.
const NUMBERED: usize = 40;

/// Hundredths of a percent that a word of a flag takes on the narrowest page.
const WORD: i64 = 2600;
/// The same for a number.
const NUMBER: i64 = 700;
/// Rows of numbers below the line.
const ROWS: usize = 6;

/// Everything about when.
pub fn view(times: Option<&Times>, moments: &[Moment]) -> Option<TimelineView> {
    let measured = measured(times);
    let mut told: Vec<(Timestamp, Option<String>)> = moments
        .iter()
        .filter_map(|moment| Some((moment.at.as_ref()?.value, moment.what.as_ref().map(|what| what.value.clone()))))
        .collect();
    told.sort_by_key(|(at, _)| *at);
    let started = measured.first().map(|(_, at)| *at).or_else(|| told.first().map(|(at, _)| *at))?;
    let rows = rows(&measured, &told, started);
    let all = || measured.iter().map(|(_, at)| *at).chain(told.iter().map(|(at, _)| *at)).map(Timestamp::as_second);
    let whole = (all().min()?, all().max()?);
    let numbered: Vec<i64> = told.iter().map(|(at, _)| at.as_second()).collect();
    let line = Line { measured: &measured, moments: &numbered, origin: started.as_second() };
    let mut strips: Vec<StripView> = line.strip("From beginning to end", whole).into_iter().collect();
    if let Some(first) = line.first_part(whole) {
        strips.extend(line.strip("The first part, enlarged", first));
    }
    Some(TimelineView { strips, rows })
}

/// The measured times that are known, in the order in which they should be.
fn measured(times: Option<&Times>) -> Vec<(&'static str, Timestamp)> {
    let Some(times) = times else { return Vec::new() };
    let known = [
        ("started", &times.started),
        ("detected", &times.detected),
        ("contained", &times.contained),
        ("resolved", &times.resolved),
    ];
    known.into_iter().filter_map(|(name, at)| Some((name, at.as_ref()?.value))).collect()
}

fn rows(
    measured: &[(&'static str, Timestamp)],
    told: &[(Timestamp, Option<String>)],
    started: Timestamp,
) -> Vec<MomentView> {
    let mut marks: BTreeMap<Timestamp, Vec<&'static str>> = BTreeMap::new();
    for (name, at) in measured {
        marks.entry(*at).or_default().push(name);
    }
    let row = |at: Timestamp, number, marks, what| MomentView {
        number,
        at: words::time(at),
        datetime: at.to_string(),
        after: after(started, at),
        marks,
        what,
    };
    let mut rows: Vec<(Timestamp, MomentView)> = Vec::new();
    for (index, (at, what)) in told.iter().enumerate() {
        // Of several moments at a measured time the first bears the mark.
        rows.push((*at, row(*at, Some(index + 1), marks.remove(at).unwrap_or_default(), what.clone())));
    }
    rows.extend(marks.into_iter().map(|(at, names)| (at, row(at, None, names, None))));
    rows.sort_by_key(|(at, row)| (*at, row.number.unwrap_or(0)));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The time since the start, signed.
fn after(started: Timestamp, at: Timestamp) -> String {
    let sign = if at < started { "−" } else { "+" };
    match words::between(started.min(at), started.max(at)) {
        Some(span) if span != "0 min" => format!("{sign}{span}"),
        _ => "0".to_owned(),
    }
}

struct Line<'a> {
    measured: &'a [(&'static str, Timestamp)],
    moments: &'a [i64],
    /// Where the scale has its zero.
    origin: i64,
}

impl Line<'_> {
    fn time(&self, name: &str) -> Option<i64> {
        self.measured.iter().find(|(own, _)| *own == name).map(|(_, at)| at.as_second())
    }

    /// Until the incident was contained and a little longer, when that is less than a third of the whole.
    fn first_part(&self, whole: (i64, i64)) -> Option<(i64, i64)> {
        let until = self.time("contained").or_else(|| self.time("detected"))?;
        let length = until.checked_sub(whole.0).filter(|length| *length > 0)?;
        let all = whole.1.checked_sub(whole.0)?;
        (length < all / 3).then(|| (whole.0, until + (length / 12).max(60)))
    }

    /// A picture of the time between two seconds; nothing when that is no time at all.
    fn strip(&self, label: &str, range: (i64, i64)) -> Option<StripView> {
        let scale = Scale { from: range.0, length: range.1.checked_sub(range.0).filter(|length| *length > 0)? };
        let (times, flags) = self.times(&scale);
        let line = 10 + 16 * i32::try_from(flags).unwrap_or(0);
        let (moments, numbers) = self.moments(&scale, line);
        let below = line + 24 + 20 * i32::try_from(numbers).unwrap_or(0);
        Some(StripView {
            label: label.to_owned(),
            height: below + 22,
            line,
            stretches: self.stretches(&scale),
            times,
            moments,
            ticks: self.ticks(&scale, below + 16),
        })
    }

    fn stretches(&self, scale: &Scale) -> Vec<StretchView> {
        let sorts = |before: &str| match before {
            "started" => "unseen",
            "detected" => "uncontained",
            _ => "recovering",
        };
        let pairs = self.measured.windows(2).filter_map(|pair| {
            let [(before, from), (_, to)] = pair else { return None };
            // Without a time of containment nothing says when the harm ended.
            let (from, to) = (scale.place(from.as_second())?, scale.clamped(to.as_second()));
            (to > from).then(|| StretchView { sort: sorts(before), x: percent(from), width: percent(to - from) })
        });
        pairs.collect()
    }

    /// The measured times, their words in as many rows as they need.
    fn times(&self, scale: &Scale) -> (Vec<FlagView>, usize) {
        let mut rows = Rows::new(4);
        let mut flags = Vec::new();
        let places = self.measured.iter().filter_map(|(name, at)| Some((*name, scale.place(at.as_second())?)));
        let places: Vec<(&str, i64)> = places.collect();
        for (name, x) in &places {
            let right = *x < 10_000 - WORD;
            let (from, to) = if right { (*x, *x + WORD) } else { (*x - WORD, *x) };
            flags.push((*name, *x, right, rows.take(from, to)));
        }
        let used = rows.used();
        let flag = |(name, x, right, row): (&str, i64, bool, Option<usize>)| FlagView {
            x: percent(x),
            y: row.map(|row| 12 + 16 * i32::try_from(row).unwrap_or(0)),
            label: name.to_owned(),
            anchor: if right { "start" } else { "end" },
        };
        (flags.into_iter().map(flag).collect(), used)
    }

    fn moments(&self, scale: &Scale, line: i32) -> (Vec<FlagView>, usize) {
        let mut rows = Rows::new(ROWS);
        let numbered = self.moments.len() <= NUMBERED;
        let places = self.moments.iter().enumerate().filter_map(|(index, at)| Some((index + 1, scale.place(*at)?)));
        let flags = places.map(|(number, x)| {
            let row = if numbered { rows.take(x - NUMBER / 2, x + NUMBER / 2) } else { None };
            FlagView {
                x: percent(x),
                y: row.map(|row| line + 34 + 20 * i32::try_from(row).unwrap_or(0)),
                label: number.to_string(),
                anchor: "middle",
            }
        });
        let flags: Vec<FlagView> = flags.collect();
        (flags, rows.used())
    }

    /// At most six steps, whose zero is the start of the incident.
    fn ticks(&self, scale: &Scale, y: i32) -> Vec<FlagView> {
        let minutes = scale.length / 60;
        let Some((step, unit)) = STEPS.into_iter().find(|(step, _)| minutes / step <= 5) else { return Vec::new() };
        let size = match unit {
            "min" => 1,
            "h" => 60,
            "d" => 1440,
            _ => 525_600,
        };
        let mut ticks = Vec::new();
        for number in 0..=6i64 {
            let at = self.origin.saturating_add(number * step * 60);
            let Some(x) = scale.place(at) else { continue };
            let label = if number == 0 { "0".to_owned() } else { format!("{} {unit}", number * step / size) };
            let anchor = match x {
                0..600 => "start",
                9400.. => "end",
                _ => "middle",
            };
            ticks.push(FlagView { x: percent(x), y: Some(y), label, anchor });
        }
        ticks
    }
}

/// Seconds to hundredths of a percent.
struct Scale {
    from: i64,
    length: i64,
}

impl Scale {
    /// Nothing for what is outside.
    fn place(&self, at: i64) -> Option<i64> {
        let since = at.checked_sub(self.from)?;
        (0..=self.length).contains(&since).then(|| self.clamped(at))
    }

    fn clamped(&self, at: i64) -> i64 {
        let since = i128::from(at.saturating_sub(self.from).clamp(0, self.length));
        i64::try_from(since * 10_000 / i128::from(self.length)).unwrap_or(0)
    }
}

fn percent(hundredths: i64) -> String {
    match hundredths % 100 {
        0 => format!("{}%", hundredths / 100),
        rest => format!("{}.{rest:02}%", hundredths / 100),
    }
}

/// Rows in which nothing overlaps, filled from the left.
struct Rows {
    ends: Vec<i64>,
    most: usize,
}

impl Rows {
    fn new(most: usize) -> Self {
        Self { ends: Vec::new(), most }
    }

    /// The first row that is free between the two places.
    fn take(&mut self, from: i64, to: i64) -> Option<usize> {
        if let Some((row, end)) = self.ends.iter_mut().enumerate().find(|(_, end)| **end <= from) {
            *end = to;
            return Some(row);
        }
        if self.ends.len() >= self.most {
            return None;
        }
        self.ends.push(to);
        Some(self.ends.len() - 1)
    }

    fn used(&self) -> usize {
        self.ends.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{At, Span};

    fn at(text: &str) -> At<Timestamp> {
        At::new(text.parse().unwrap(), Span::default())
    }

    fn times(all: [&str; 4]) -> Times {
        let [started, detected, contained, resolved] = all.map(at);
        Times { started: Some(started), detected: Some(detected), contained: Some(contained), resolved: Some(resolved) }
    }

    fn moment(time: &str, what: &str) -> Moment {
        Moment { at: Some(at(time)), what: Some(At::new(what.to_owned(), Span::default())) }
    }

    #[test]
    fn places_are_to_scale() {
        let times =
            times(["2026-04-12T08:00:00Z", "2026-04-12T10:00:00Z", "2026-04-12T13:00:00Z", "2026-04-12T18:00:00Z"]);
        let view = view(Some(&times), &[moment("2026-04-12T09:00:00Z", "seen")]).unwrap();
        let [strip] = &view.strips[..] else { panic!("one strip: {view:?}") };
        let stretches: Vec<_> = strip.stretches.iter().map(|part| (part.sort, &*part.x, &*part.width)).collect();
        assert_eq!(stretches, [("unseen", "0%", "20%"), ("uncontained", "20%", "30%"), ("recovering", "50%", "50%")]);
        assert_eq!(strip.moments[0].x, "10%");
        let ticks: Vec<_> = strip.ticks.iter().map(|tick| (&*tick.x, &*tick.label)).collect();
        assert_eq!(
            ticks,
            [("0%", "0"), ("20%", "2 h"), ("40%", "4 h"), ("60%", "6 h"), ("80%", "8 h"), ("100%", "10 h")]
        );
        let rows: Vec<_> = view.rows.iter().map(|row| (&*row.after, row.number, row.marks.concat())).collect();
        assert_eq!(
            rows,
            [
                ("0", None, "started".to_owned()),
                ("+1 h", Some(1), String::new()),
                ("+2 h", None, "detected".to_owned()),
                ("+5 h", None, "contained".to_owned()),
                ("+10 h", None, "resolved".to_owned()),
            ]
        );
    }

    #[test]
    fn a_short_beginning_is_enlarged() {
        let times =
            times(["2026-04-11T22:10:00Z", "2026-04-12T08:05:00Z", "2026-04-12T10:20:00Z", "2026-04-29T15:00:00Z"]);
        let view = view(Some(&times), &[]).unwrap();
        let labels: Vec<&str> = view.strips.iter().map(|strip| strip.label.as_str()).collect();
        assert_eq!(labels, ["From beginning to end", "The first part, enlarged"]);
        assert_eq!(view.strips[1].times.len(), 3, "what lies outside is not drawn");
    }

    #[test]
    fn odd_times_break_nothing() {
        let same = "2026-04-11T22:10:00Z";
        let none = view(Some(&times([same; 4])), &[moment(same, "a"), moment(same, "b")]).unwrap();
        assert!(none.strips.is_empty() && none.rows.len() == 2, "no time, no picture: {none:?}");
        assert!(view(None, &[]).is_none());
        let backwards = times(["2026-04-12T00:00:00Z", "2026-04-11T00:00:00Z", "2026-04-13T00:00:00Z", same]);
        assert_eq!(view(Some(&backwards), &[]).unwrap().rows.len(), 4);
        let ages =
            times(["0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z", "5000-01-01T00:00:00Z", "9999-12-30T00:00:00Z"]);
        let ages = view(Some(&ages), &[]).unwrap();
        assert!(ages.strips.iter().all(|strip| strip.ticks.len() <= 7 && strip.ticks.len() > 1), "{ages:?}");
    }

    #[test]
    fn words_and_numbers_do_not_overlap() {
        let moments: Vec<Moment> =
            (0..30).map(|minute| moment(&format!("2026-04-12T08:{minute:02}:00Z"), "x")).collect();
        let times =
            times(["2026-04-12T08:00:00Z", "2026-04-12T08:01:00Z", "2026-04-12T08:02:00Z", "2026-04-12T09:00:00Z"]);
        let view = view(Some(&times), &moments).unwrap();
        for strip in &view.strips {
            let place = |flag: &FlagView| flag.x.trim_end_matches('%').parse::<f64>().unwrap();
            for (index, flag) in strip.moments.iter().enumerate() {
                for other in &strip.moments[..index] {
                    let apart = (place(flag) - place(other)).abs() >= 6.9;
                    assert!(flag.y.is_none() || flag.y != other.y || apart, "{flag:?} {other:?}");
                }
            }
        }
        let rows: std::collections::BTreeSet<_> = view.strips[0].times.iter().map(|flag| flag.y).collect();
        assert_eq!(rows.len(), 3, "three words at one place stand in three rows: {rows:?}");
    }
}
