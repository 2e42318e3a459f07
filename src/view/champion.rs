//! The view of a champion: team, state, and the modules taken with what shows them.

use super::atlas::Scope;
use super::progress::taken_state;
use super::{frame, words};
use crate::model::curriculum::{Achievement, Champion, Visibility};
use crate::model::kind::Kind;
use crate::model::progress::Reason;
use crate::model::site::Entity;
use crate::model::view::{AchievementView, ChampionView, Link, State};

/// The view of one champion.
pub fn view(scope: &Scope<'_, '_>, champion: &Champion) -> ChampionView {
    let site = scope.atlas.site;
    let own = scope.atlas.by_permalink.get(scope.here).copied();
    let mut achievements: Vec<_> = champion.achievements.iter().collect();
    achievements.sort_by_key(|achievement| std::cmp::Reverse(achievement.date.as_ref().map(|day| day.value)));
    let standing = own.and_then(|page| site.progress.people.get(&page.id));
    let today = site.progress.today;
    let judged = |achievement: &Achievement| {
        let index = champion.achievements.iter().position(|own| std::ptr::eq(own, achievement))?;
        standing?.taken.iter().find(|taken| taken.index == index)
    };
    ChampionView {
        pseudonym: champion.visibility.as_ref().is_some_and(|visibility| visibility.value == Visibility::Pseudonym),
        team: champion
            .team
            .as_ref()
            .map(|team| scope.entity(&Entity::Team(team.value.0.clone()), site.registry.team_name(&team.value.0))),
        status: words::champion(champion.status.as_ref().map(|status| status.value)),
        curricula: champion
            .curriculum
            .iter()
            .filter_map(|id| site.page(Kind::Curriculum, &id.value.0))
            .map(|page| scope.page(page))
            .collect(),
        since: champion.since.as_ref().map(|day| day.value.to_string()),
        mentors: scope.people(&champion.mentors),
        time_share: champion.time_share.as_ref().map(|share| share.value.clone()),
        achievements: achievements
            .into_iter()
            .filter_map(|achievement| {
                let page = own?;
                let module: Link = scope.reference(page, &achievement.module.as_ref()?.value.0)?;
                Some(AchievementView {
                    module,
                    date: achievement.date.as_ref().map(|day| day.value.to_string()),
                    evidence: achievement
                        .evidence
                        .iter()
                        .filter_map(|evidence| frame::evidence(scope, page, &evidence.value))
                        .collect(),
                    verified_by: scope.people(&achievement.verified_by),
                    state: judged(achievement).map_or_else(State::default, |taken| taken_state(taken, today)),
                    until: judged(achievement)
                        .filter(|taken| taken.counts())
                        .and_then(|taken| taken.until)
                        .map(|day| day.to_string()),
                    reasons: judged(achievement)
                        .map_or_else(Vec::new, |taken| taken.reasons.iter().map(Reason::words).collect()),
                })
            })
            .collect(),
        ways: standing.map_or_else(Vec::new, |standing| scope.ways(standing)),
        skills: standing.map_or_else(Vec::new, |standing| scope.skills_of(standing)),
        renewals: standing.map_or_else(Vec::new, |standing| scope.renewals(standing)),
        can_review: standing.map_or_else(Vec::new, |standing| scope.kinds_to_review(standing)),
        review_services: standing.map_or_else(Vec::new, |standing| scope.services_of(standing)),
        offered: standing.map_or_else(Vec::new, |standing| scope.offered(standing)),
    }
}
