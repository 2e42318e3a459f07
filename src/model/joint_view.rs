//! What templates see of joint reviews and of what they add up to. Plain data like the rest of `view`.
//!
//! Places along a line are percentages of its length, as SVG writes them: `12.5%`. So a picture is as wide as its page, and its letters stay as large
//! as the page's.

use serde::Serialize;

use super::view::Link;

/// What happened when: pictures to scale, and the same as rows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TimelineView {
    /// The whole, then its beginning enlarged when the whole leaves little room for it.
    pub strips: Vec<StripView>,
    /// In the order of time.
    pub rows: Vec<MomentView>,
}

/// A moment, as a row.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MomentView {
    /// Its number in the picture; none of a measured time that the timeline does not tell.
    pub number: Option<usize>,
    /// `2026-04-12 08:05 UTC`.
    pub at: String,
    /// For machines.
    pub datetime: String,
    /// Time since it began, signed: `+9 h 55 min`; `0` at the start.
    pub after: String,
    /// Which measured times this is: `detected`.
    pub marks: Vec<&'static str>,
    /// What happened.
    pub what: Option<String>,
}

/// A line of time, to scale.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StripView {
    /// What it shows: `The whole`.
    pub label: String,
    /// Height of the picture.
    pub height: i32,
    /// Where the line lies, from the top.
    pub line: i32,
    /// Parts of the line between measured times.
    pub stretches: Vec<StretchView>,
    /// Measured times.
    pub times: Vec<FlagView>,
    /// Moments told by the timeline.
    pub moments: Vec<FlagView>,
    /// The scale.
    pub ticks: Vec<FlagView>,
}

/// A part of a line of time.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StretchView {
    /// `unseen`, `uncontained`, `recovering`.
    pub sort: &'static str,
    /// Where it begins.
    pub x: String,
    /// How long it is.
    pub width: String,
}

/// A place on a line of time, with a word.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FlagView {
    /// Where.
    pub x: String,
    /// Where its word stands, from the top; none when there is no room for it.
    pub y: Option<i32>,
    /// The word.
    pub label: String,
    /// `start`, `middle` or `end`: on which side of the place the word stands.
    pub anchor: &'static str,
}

/// A grid of phases and kinds of opportunity.
#[derive(Clone, Debug, Default, Serialize)]
pub struct GridView {
    /// Kinds, in words.
    pub kinds: Vec<String>,
    /// Phases in the order of the life of software.
    pub rows: Vec<GridRow>,
    /// Sums of the kinds, and last of all, where sums are shown.
    pub totals: Vec<usize>,
}

/// A phase of a grid.
#[derive(Clone, Debug, Default, Serialize)]
pub struct GridRow {
    /// The phase.
    pub phase: String,
    /// One for each kind.
    pub cells: Vec<GridCell>,
    /// How many reviews looked here and found nothing; in one review 1 or 0.
    pub considered: usize,
    /// How many opportunities in all.
    pub total: usize,
    /// The reviews that name one, in a grid over several.
    pub reviews: Vec<Link>,
}

/// A phase and a kind.
#[derive(Clone, Debug, Default, Serialize)]
pub struct GridCell {
    /// How many opportunities.
    pub count: usize,
    /// How many compared with the fullest cell, 0 to 4: 0 is none, 4 the most.
    pub heat: usize,
    /// The opportunities, in one review.
    pub links: Vec<Link>,
}

/// Something that more than one review names.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RepeatedView {
    /// What.
    pub what: Link,
    /// The reviews, newest first.
    pub reviews: Vec<Link>,
}

/// Improvements that the same two teams own.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PairView {
    /// Who delivers.
    pub delivery: Vec<Link>,
    /// Who secures.
    pub security: Vec<Link>,
    /// Agreed on and not done.
    pub open: usize,
    /// Of these, past their day.
    pub overdue: Vec<Link>,
    /// Done and not yet shown to work.
    pub done: usize,
    /// Shown to work.
    pub verified: usize,
}

/// How long it took to notice, by quarter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DetectView {
    /// Height of the picture.
    pub height: i32,
    /// Steps of the scale: where, from the top, and the word.
    pub steps: Vec<(i32, String)>,
    /// Quarters in order, those without an incident as well.
    pub quarters: Vec<DetectQuarter>,
    /// Quarters that are too long ago for the picture and the table.
    pub earlier: usize,
}

/// The incidents of a quarter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DetectQuarter {
    /// `2026 Q3`.
    pub label: String,
    /// `Q3`.
    pub short: String,
    /// The year, at its first quarter.
    pub year: Option<String>,
    /// Middle of its column, in percent.
    pub x: String,
    /// Both ends of the mark at its middle value, in percent.
    pub mark: (String, String),
    /// The middle one, or the mean of the two in the middle, in words.
    pub median: Option<String>,
    /// The longest, in words.
    pub longest: Option<String>,
    /// Where the middle value is, from the top.
    pub median_y: Option<i32>,
    /// Where each incident is, from the top.
    pub dots: Vec<i32>,
    /// The reviews; the note is how long it took.
    pub reviews: Vec<Link>,
}

/// What all reviews say together.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReviewSums {
    /// How many reviews.
    pub count: usize,
    /// How many of them of near misses.
    pub near_misses: usize,
    /// Opportunities by phase and kind.
    pub grid: GridView,
    /// Contributing factors that more than one review names.
    pub factors: Vec<RepeatedView>,
    /// Findings that more than one review names.
    pub findings: Vec<RepeatedView>,
    /// Services that more than one incident touched.
    pub services: Vec<RepeatedView>,
    /// Improvements by who owns them.
    pub pairs: Vec<PairView>,
    /// Time to detect.
    pub detect: DetectView,
    /// Models that nobody has looked at since an incident; the note says since when.
    pub overtaken: Vec<Link>,
}

/// A review that a model has not been looked at since.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OvertakenView {
    /// The review.
    pub review: Link,
    /// The day of its incident.
    pub incident: String,
    /// The last look, when it is known.
    pub looked: Option<String>,
}
