//! The scorecard's data: what is measured, when, of whom, and how it is meant.
//!
//! Nothing here is about a person: a measure is of a team and a period.

use jiff::civil::{Date, date};

use super::address;
use super::field::{Decoder, Item, Shape, choice, record};
use super::leaf::Id;
use super::node::{Node, Value};
use super::registry::Registry;
use super::said::Said;
use crate::source::{At, Permalink, SourcePath, Span};

choice! {
    /// Which side is measured.
    MetricSide {
        /// Those who deliver.
        Delivery = "delivery",
        /// Those who secure.
        Security = "security",
    }
}

choice! {
    /// What a metric is counted in.
    Unit {
        /// Days.
        Days = "days",
        /// Hours.
        Hours = "hours",
        /// Things.
        Count = "count",
        /// A part of a whole, from 0 to 1.
        Share = "share",
    }
}

choice! {
    /// Which direction is good.
    Better {
        /// Less of it.
        Lower = "lower",
        /// More of it.
        Higher = "higher",
    }
}

/// A number that is not negative, with a fraction perhaps.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Amount(pub f64);

impl Eq for Amount {}

/// The largest amount: what is larger is a mistake of typing or of a program.
pub const MOST: f64 = 1e12;

impl Amount {
    /// Reads digits with a fraction perhaps: `12`, `0.25`. No sign, no exponent, no words.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let value: f64 = text.parse().ok().filter(|_| plain)?;
        (value.is_finite() && value <= MOST).then_some(Self(value))
    }
}

impl Item for At<Amount> {
    fn shape() -> Shape {
        Shape::Amount(MOST)
    }

    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let value = match &node.value {
            Value::Scalar { text, plain: true } => Amount::read(text),
            _ => None,
        };
        if value.is_none() {
            decoder.wrong_type(node, "a number such as 7 or 0.25");
        }
        value.map(|value| decoder.at(value, node))
    }

    /// As text: no kind of page has an amount, so no house rule compares one.
    fn said(&self) -> Said {
        Said::Text(self.value.0.to_string())
    }
}

record! {
    /// A metric of the scorecard: one of the house, or what the house says of one that is known.
    Metric {
        /// how the data names it
        req id: Option<At<Id>>,
        /// shown name
        opt name: Option<At<String>>,
        /// which side it measures
        opt side: Option<At<MetricSide>>,
        /// what it is counted in
        opt unit: Option<At<Unit>>,
        /// which direction is good
        opt better: Option<At<Better>>,
        /// what is counted, in a sentence
        opt what: Option<At<String>>,
        /// how it can fool
        opt fools: Option<At<String>>,
        /// the target: this or better is where we want to be
        opt target: Option<At<Amount>>,
        /// the limit: beyond it somebody has to act
        opt limit: Option<At<Amount>>,
    }
}

/// A stretch of time that is measured, from its first day to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
}

impl Period {
    /// Reads `2026`, `2026-H1`, `2026-Q3` and `2026-09`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
        let year: i16 =
            year.parse().ok().filter(|_| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()))?;
        let (month, months): (i8, i8) = match part {
            None => (1, 12),
            Some("H1") => (1, 6),
            Some("H2") => (7, 6),
            Some("Q1") => (1, 3),
            Some("Q2") => (4, 3),
            Some("Q3") => (7, 3),
            Some("Q4") => (10, 3),
            Some(month) if month.len() == 2 && month.bytes().all(|byte| byte.is_ascii_digit()) => {
                (month.parse().ok()?, 1)
            }
            Some(_) => return None,
        };
        if year < 1 || !(1..=12).contains(&month) {
            return None;
        }
        let first = date(year, month, 1);
        Some(Self { first, last: date(year, month + months - 1, 1).last_of_month() })
    }

    /// How many months it has.
    #[must_use]
    pub fn months(&self) -> i8 {
        self.last.month() - self.first.month() + 1
    }

    /// As people write it: `2026 Q3`.
    #[must_use]
    pub fn label(&self) -> String {
        let (year, month) = (self.first.year(), self.first.month());
        match self.months() {
            12 => format!("{year}"),
            6 => format!("{year} H{}", (month + 5) / 6),
            3 => format!("{year} Q{}", (month + 2) / 3),
            _ => format!("{year}-{month:02}"),
        }
    }
}

/// A row of the scorecard's data.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// When.
    pub period: Period,
    /// The team, which the registry has.
    pub team: String,
    /// The metric's id.
    pub metric: String,
    /// How much; of a share from 0 to 1.
    pub value: f64,
    /// How many cases stand behind it.
    pub cases: u64,
    /// Where the number comes from.
    pub source: Option<String>,
    /// The file.
    pub path: SourcePath,
    /// The row.
    pub span: Span,
}

/// Whom a metric measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measured {
    /// Those who deliver.
    Delivery,
    /// Those who secure.
    Security,
    /// Both, computed from the pages.
    Joint,
}

impl Measured {
    /// The word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Delivery => "Delivery side",
            Self::Security => "Security side",
            Self::Joint => "Joint",
        }
    }
}

/// A metric with everything filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its id.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// Whom it measures.
    pub side: Measured,
    /// What it is counted in.
    pub unit: Unit,
    /// Which direction is good.
    pub better: Better,
    /// What is counted.
    pub what: Option<String>,
    /// How it can fool.
    pub fools: Option<String>,
    /// Where we want to be.
    pub target: Option<f64>,
    /// Beyond it somebody has to act.
    pub limit: Option<f64>,
}

/// The joint metric that counts promises that are late.
pub const OVERDUE: &str = "overdue_improvements";
/// The joint metric that tells how many requirements were shown to hold.
pub const VERIFIED: &str = "verified_requirements_share";

type Known = (&'static str, &'static str, Measured, Unit, Better, &'static str, &'static str);

/// The metrics that need no definition.
const KNOWN: [Known; 8] = [
    (
        "ttr_critical_days",
        "Time to repair",
        Measured::Delivery,
        Unit::Days,
        Better::Lower,
        "Days from knowing of a critical weakness until it is gone; the middle one of the period.",
        "It gets shorter when weaknesses are closed as accepted. An acceptance is counted apart.",
    ),
    (
        "new_vulns_per_deploy",
        "New weaknesses per deploy",
        Measured::Delivery,
        Unit::Count,
        Better::Lower,
        "New weaknesses that came with a release, divided by releases.",
        "It gets smaller with smaller releases. Compare a team with itself and not with another.",
    ),
    (
        "dast_high_findings",
        "High findings from outside",
        Measured::Delivery,
        Unit::Count,
        Better::Lower,
        "Serious things that a tool found from outside, at the end of the period.",
        "It is zero when the scan could not sign in. Look at the number of cases, the pages it reached.",
    ),
    (
        "review_response_hours",
        "Hours to answer",
        Measured::Security,
        Unit::Hours,
        Better::Lower,
        "Working hours from a question until the first answer that one can act on; the middle one of the period.",
        "It gets shorter with answers that say nothing. Only answers that one can act on count.",
    ),
    (
        "false_positive_rate",
        "False alarms",
        Measured::Security,
        Unit::Share,
        Better::Lower,
        "The share of alarms that turned out to be about nothing.",
        "It falls when people stop to report them. Look at how many were dismissed with a reason.",
    ),
    (
        "tool_adoption_rate",
        "Checks in use",
        Measured::Security,
        Unit::Share,
        Better::Higher,
        "The share of checks that the team kept on through the period and could have switched off.",
        "It rises by decree. A check that cannot be switched off does not count.",
    ),
    (
        OVERDUE,
        "Overdue improvements",
        Measured::Joint,
        Unit::Count,
        Better::Lower,
        "Improvements of reviews that were past their day at the end of the period and not done; cases are all that had been agreed on. One that is done and bears no day counts as done in time.",
        "It falls when days are moved. The history of the page shows who agreed on it.",
    ),
    (
        VERIFIED,
        "Verified requirements",
        Measured::Joint,
        Unit::Share,
        Better::Higher,
        "The share of the team's security requirements in threat models that somebody had seen to hold at the end of the period.",
        "It rises when requirements are not written down. Look at the number of cases.",
    ),
];

/// Every metric in the order in which they are shown: those that are known, then those of the house by their side.
#[must_use]
pub fn definitions(registry: &Registry) -> Vec<Definition> {
    let mut all: Vec<Definition> = KNOWN
        .iter()
        .map(|(id, name, side, unit, better, what, fools)| Definition {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            side: *side,
            unit: *unit,
            better: *better,
            what: Some((*what).to_owned()),
            fools: Some((*fools).to_owned()),
            target: None,
            limit: None,
        })
        .collect();
    for (id, entry) in &registry.metrics {
        match all.iter_mut().find(|known| known.id == *id) {
            Some(known) => known.say(&entry.value),
            None => all.push(Definition::of(id, &entry.value)),
        }
    }
    all.sort_by_key(|definition| definition.side);
    all
}

impl Definition {
    /// The address of its page.
    #[must_use]
    pub fn permalink(&self) -> Permalink {
        address::permalink(&["scorecard", &address::segment(&self.id)])
    }

    fn of(id: &str, metric: &Metric) -> Self {
        let mut own = Self {
            id: id.to_owned(),
            name: super::registry::name_of(id),
            side: Measured::Delivery,
            unit: Unit::Count,
            better: Better::Lower,
            what: None,
            fools: None,
            target: None,
            limit: None,
        };
        own.side = match metric.side.as_ref().map(|side| side.value) {
            Some(MetricSide::Security) => Measured::Security,
            _ => Measured::Delivery,
        };
        own.unit = metric.unit.as_ref().map_or(Unit::Count, |unit| unit.value);
        own.better = metric.better.as_ref().map_or(Better::Lower, |better| better.value);
        own.say(metric);
        own
    }

    /// What the house says of it. Side, unit and direction of a known metric are what they are.
    fn say(&mut self, metric: &Metric) {
        let text = |text: &Option<At<String>>| text.as_ref().map(|text| text.value.clone());
        if let Some(name) = text(&metric.name) {
            self.name = name;
        }
        self.what = text(&metric.what).or(self.what.take());
        self.fools = text(&metric.fools).or(self.fools.take());
        self.target = metric.target.as_ref().map(|target| target.value.0);
        self.limit = metric.limit.as_ref().map(|limit| limit.value.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_days_and_names() {
        for (text, first, last, label) in [
            ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026"),
            ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), "2026 H2"),
            ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "2026 Q1"),
            ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-02"),
        ] {
            let period = Period::read(text).unwrap();
            assert_eq!((period.first, period.last, &*period.label()), (first, last, label));
        }
        for wrong in
            ["", "26", "2026-Q5", "2026-13", "2026-0", "2026-q1", "2026-Q", "2026-09-01", "-2026", "0000", "2026-+1"]
        {
            assert_eq!(Period::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn amounts_are_plain_numbers() {
        for (text, value) in [("0", 0.0), ("12", 12.0), ("0.25", 0.25), ("1000000000000", 1e12)] {
            assert_eq!(Amount::read(text), Some(Amount(value)));
        }
        for wrong in
            ["", "NaN", "inf", "-1", "1e9", "1,5", "1000000000001", ".", "1.2.3", "+1", " 1", "٣", &"9".repeat(400)]
        {
            assert_eq!(Amount::read(wrong), None, "{wrong}");
        }
    }
}
