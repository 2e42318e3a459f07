//! Joint metrics: what both sides have promised each other, computed from reviews and threat models as they are today.
//!
//! In: a team and a period. Out: a [`Score`] for the last day of the period, or for today when it is not over; nothing for what lies ahead, and
//! nothing when there is no case.

use jiff::civil::Date;

use super::Score;
use crate::model::kind::Details;
use crate::model::leaf::OwnerRef;
use crate::model::metric::{OVERDUE, Period, VERIFIED};
use crate::model::review::{Improvement, ImprovementStatus};
use crate::model::site::Page;
use crate::model::threat_model::{Requirement, RequirementStatus};
use crate::source::At;
use crate::view::atlas::Scope;
use crate::view::calendar::team_of;

/// The score of a joint metric.
pub fn score(scope: &Scope<'_, '_>, team: &str, metric: &str, period: Period) -> Option<Score> {
    let today = scope.atlas.site.config.today;
    if period.first > today {
        return None;
    }
    let day = period.last.min(today);
    match metric {
        OVERDUE => overdue(scope, team, day),
        VERIFIED => verified(scope, team, day),
        _ => None,
    }
}

fn is_of(scope: &Scope<'_, '_>, owners: &[At<OwnerRef>], team: &str) -> bool {
    owners.iter().any(|owner| team_of(scope.atlas, owner).as_deref() == Some(team))
}

/// Whether a page was there on a day. One that does not say when it came has always been there.
fn was_there(page: &Page, day: Date) -> bool {
    page.is_listed() && page.created.is_none_or(|created| created <= day)
}

fn overdue(scope: &Scope<'_, '_>, team: &str, day: Date) -> Option<Score> {
    let (mut late, mut cases) = (0, 0);
    for page in scope.atlas.site.pages.values().filter(|page| was_there(page, day)) {
        let Details::Review(review) = &*page.document.details else { continue };
        for improvement in &review.improvements {
            let Some(owners) = &improvement.owners else { continue };
            let dropped = improvement.status.as_ref().is_some_and(|own| own.value == ImprovementStatus::Dropped);
            if dropped || !(is_of(scope, &owners.delivery, team) || is_of(scope, &owners.security, team)) {
                continue;
            }
            cases += 1;
            late += u32::from(was_late(improvement, day));
        }
    }
    (cases > 0).then_some(Score { value: f64::from(late), cases })
}

fn was_late(improvement: &Improvement, day: Date) -> bool {
    let due = improvement.due.as_ref().is_some_and(|due| due.value < day);
    let shown = improvement.verified.as_ref().and_then(|verified| verified.date.as_ref()).map(|date| date.value);
    let over = match improvement.status.as_ref().map(|status| status.value) {
        Some(ImprovementStatus::Done | ImprovementStatus::Dropped) => true,
        Some(ImprovementStatus::Verified) => shown.is_none_or(|shown| shown <= day),
        None | Some(ImprovementStatus::Open | ImprovementStatus::InProgress) => false,
    };
    due && !over
}

fn verified(scope: &Scope<'_, '_>, team: &str, day: Date) -> Option<Score> {
    let (mut shown, mut cases) = (0, 0);
    for page in scope.atlas.site.pages.values().filter(|page| was_there(page, day)) {
        let Details::ThreatModel(model) = &*page.document.details else { continue };
        for requirement in model.requirements.iter().filter(|requirement| is_of(scope, &requirement.owner, team)) {
            if requirement.status.as_ref().is_some_and(|own| own.value == RequirementStatus::WontDo) {
                continue;
            }
            cases += 1;
            shown += u32::from(was_shown(requirement, day));
        }
    }
    let all = u32::try_from(cases).ok().filter(|cases| *cases > 0)?;
    Some(Score { value: f64::from(shown) / f64::from(all), cases })
}

fn was_shown(requirement: &Requirement, day: Date) -> bool {
    let verified = requirement.status.as_ref().is_some_and(|own| own.value == RequirementStatus::Verified);
    let date = requirement.verified.as_ref().and_then(|verified| verified.date.as_ref());
    verified && date.is_none_or(|date| date.value <= day)
}
