//! `calendar/*.ics`: calendars as RFC 5545 has them, whole days, one event each, with identifiers that stay.

use icalendar::{Component, Property};

use crate::model::address::encoded;
use crate::model::calendar::{Calendar, Event};

/// Whether a path is one that calendars have.
#[must_use]
pub fn is_calendar(path: &str) -> bool {
    path.strip_prefix("calendar/").is_some_and(|name| name.ends_with(".ics") && !name.contains('/'))
}

/// One calendar as a file. `base` is the site's address; without it events have no link.
#[must_use]
pub fn write(calendar: &Calendar, base: Option<&str>) -> String {
    let mut file = icalendar::Calendar::empty();
    file.append_property(("VERSION", "2.0"));
    file.append_property(("PRODID", "-//tiltyard//tiltyard//EN"));
    file.append_property(("CALSCALE", "GREGORIAN"));
    file.append_property(("METHOD", "PUBLISH"));
    file.append_property(Property::new("X-WR-CALNAME", clean(&calendar.name)));
    for event in &calendar.events {
        file.push(self::event(event, base));
    }
    file.to_string()
}

fn event(event: &Event, base: Option<&str>) -> icalendar::Event {
    let day = |day: jiff::civil::Date| format!("{:04}{:02}{:02}", day.year(), day.month(), day.day());
    let mut entry = icalendar::Event::new();
    entry.uid(&format!("{}@tiltyard", &blake3::hash(event.key.as_bytes()).to_hex().as_str()[..32]));
    entry.summary(&clean(&event.summary));
    entry.add_property("DTSTAMP", format!("{}T000000Z", day(event.changed)));
    let mut start = Property::new("DTSTART", day(event.day));
    start.add_parameter("VALUE", "DATE");
    entry.append_property(start);
    entry.add_property("TRANSP", "TRANSPARENT");
    entry.add_property("CATEGORIES", event.category.to_uppercase());
    if let Some(base) = base {
        entry.url(&format!("{base}{}", encoded(&event.url)));
    }
    entry.done()
}

/// A line of text has no control characters.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
