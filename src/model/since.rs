//! Whether a threat model has been looked at since an incident that it has something to do with.
//!
//! In: a site, an incident's review, a model's page. Out: [`Overtaken`] when nobody has. The check and both pages ask the same question.

use jiff::civil::Date;

use super::review::Review;
use super::site::Page;

/// A model that is older than the incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overtaken {
    /// The day the incident began, in UTC.
    pub incident: Date,
    /// The day somebody last looked at the model; none when that is not known.
    pub looked: Option<Date>,
}

/// The model was last looked at before the incident began: by its `reviewed`, else by its last change, else by its first day.
#[must_use]
pub fn overtaken(review: &Review, model: &Page) -> Option<Overtaken> {
    let started = review.times.as_ref()?.started.as_ref()?.value;
    let incident = jiff::tz::TimeZone::UTC.to_datetime(started).date();
    let looked = model.document.common.reviewed.as_ref().map(|day| day.value).or(model.updated).or(model.created);
    looked.is_none_or(|looked| looked < incident).then_some(Overtaken { incident, looked })
}

impl Overtaken {
    /// When it was looked at, in words: `last on 2026-05-11`, `never`.
    #[must_use]
    pub fn last(&self) -> String {
        self.looked.map_or_else(|| "never".to_owned(), |looked| format!("last on {looked}"))
    }
}
