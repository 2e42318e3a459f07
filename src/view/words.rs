//! Words for states, durations and times.

use jiff::Timestamp;

use crate::model::common::Status;
use crate::model::counted::counted;
use crate::model::curriculum::ChampionStatus;
use crate::model::leaf::Period;
use crate::model::review::ImprovementStatus;
use crate::model::threat_model::{RequirementStatus, ThreatStatus, Validity};
use crate::model::view::{State, Tally};

/// A word of the front matter as people read it: `in-progress` becomes `in progress`.
pub fn readable(word: &str) -> String {
    word.replace(['-', '_'], " ")
}

/// A name that fits where only so many characters do.
pub fn shortened(name: &str, most: usize) -> String {
    match name.char_indices().nth(most) {
        Some((cut, _)) => format!("{}…", name.get(..cut).unwrap_or("")),
        None => name.to_owned(),
    }
}

fn state(id: &str, tone: &'static str) -> State {
    State { id: id.to_owned(), label: readable(id), tone }
}

/// The state of a page, when it is worth a word.
pub fn page_status(status: Status) -> Option<State> {
    match status {
        Status::Approved => None,
        Status::Draft => Some(state("draft", "warn")),
        Status::InReview => Some(state("in-review", "info")),
        Status::Retired => Some(state("retired", "mute")),
    }
}

/// What became of a threat.
pub fn threat(status: Option<ThreatStatus>) -> State {
    let status = status.unwrap_or(ThreatStatus::Open);
    let tone = match status {
        ThreatStatus::Open => "bad",
        ThreatStatus::Mitigating | ThreatStatus::Accepted => "warn",
        ThreatStatus::Mitigated | ThreatStatus::Avoided => "good",
        ThreatStatus::Transferred => "info",
        ThreatStatus::NotApplicable => "mute",
    };
    state(status.as_str(), tone)
}

/// How far a requirement is.
pub fn requirement(status: Option<RequirementStatus>) -> State {
    let status = status.unwrap_or(RequirementStatus::Proposed);
    let tone = match status {
        RequirementStatus::Proposed => "mute",
        RequirementStatus::Accepted | RequirementStatus::InProgress => "info",
        RequirementStatus::Implemented => "warn",
        RequirementStatus::Verified => "good",
        RequirementStatus::WontDo => "bad",
    };
    State {
        label: if status == RequirementStatus::WontDo { "won't do".to_owned() } else { readable(status.as_str()) },
        ..state(status.as_str(), tone)
    }
}

/// How far an improvement is.
pub fn improvement(status: Option<ImprovementStatus>) -> State {
    let status = status.unwrap_or(ImprovementStatus::Open);
    let tone = match status {
        ImprovementStatus::Open => "warn",
        ImprovementStatus::InProgress | ImprovementStatus::Done => "info",
        ImprovementStatus::Verified => "good",
        ImprovementStatus::Dropped => "mute",
    };
    state(status.as_str(), tone)
}

/// Whether an assumption holds.
pub fn validity(validity: Option<Validity>) -> State {
    let validity = validity.unwrap_or(Validity::Unconfirmed);
    let tone = match validity {
        Validity::Unconfirmed => "warn",
        Validity::Confirmed => "good",
        Validity::Rejected => "bad",
    };
    state(validity.as_str(), tone)
}

/// Whether a champion is at work as one.
pub fn champion(status: Option<ChampionStatus>) -> State {
    match status {
        Some(ChampionStatus::Active) => state("active", "good"),
        Some(ChampionStatus::Paused) => state("paused", "warn"),
        Some(ChampionStatus::Alumni) => state("alumni", "mute"),
        None => State::default(),
    }
}

/// What may ship. Words of the house are shown as they are.
pub fn release(decision: &str) -> State {
    let (label, tone) = match decision {
        "block" => ("block the release", "bad"),
        "fix-before-release" => ("fix before release", "warn"),
        "next-sprint" => ("ship, fix in the next sprint", "info"),
        "backlog" => ("ship, fix from the backlog", "mute"),
        other => return state(other, "info"),
    };
    State { id: decision.to_owned(), label: label.to_owned(), tone }
}

/// States counted, in the order in which they first come.
pub fn tally(states: impl Iterator<Item = State>) -> Vec<Tally> {
    let mut tallies: Vec<Tally> = Vec::new();
    for state in states {
        match tallies.iter_mut().find(|tally| tally.state.id == state.id) {
            Some(tally) => tally.count += 1,
            None => tallies.push(Tally { state, count: 1 }),
        }
    }
    tallies
}

/// A period in words: `12 months`, `180 days`.
pub fn period(period: Period) -> String {
    match (period.months, period.days) {
        (months, 0) if months > 0 && months % 12 == 0 => counted(months / 12, "year"),
        (months, 0) => counted(months, "month"),
        (_, days) => counted(days, "day"),
    }
}

/// A time for people, in UTC: `2026-04-12 08:05 UTC`.
pub fn time(at: Timestamp) -> String {
    let time = jiff::tz::TimeZone::UTC.to_datetime(at);
    format!("{} {:02}:{:02} UTC", time.date(), time.hour(), time.minute())
}

/// The time between two moments, its two largest units: `2 d 4 h`, `35 min`. Nothing when the second is before the first.
pub fn between(from: Timestamp, to: Timestamp) -> Option<String> {
    let minutes = to.as_second().checked_sub(from.as_second()).filter(|seconds| *seconds >= 0)? / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    Some(match (days, hours, minutes) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    })
}
