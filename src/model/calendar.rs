//! Days that matter, for calendars: plain data.

use jiff::civil::Date;

/// A calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Where it is published, from the site's root.
    pub file: String,
    /// Its name.
    pub name: String,
    /// Its events, by day.
    pub events: Vec<Event>,
}

/// Something that falls on a day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// The day.
    pub day: Date,
    /// What is due, in a line.
    pub summary: String,
    /// What names it for good: the same event has the same key on any day of building.
    pub key: String,
    /// The day of the last change of what it comes from.
    pub changed: Date,
    /// The page it is about, its address from the site's root.
    pub url: String,
    /// `review`, `renewal`, `improvement`, `acceptance`.
    pub category: &'static str,
}
