//! Calendars of the programme and of each team: review dates of pages, renewals, improvements, acceptances.
//!
//! In: a screened site, so nobody and nothing is in a calendar that is not on a page of the same build. Out: [`Calendar`]s.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::atlas::Atlas;
use crate::model::address::segment;
use crate::model::calendar::{Calendar, Event};
use crate::model::common::Status;
use crate::model::curriculum::ChampionStatus;
use crate::model::kind::Details;
use crate::model::leaf::OwnerRef;
use crate::model::review::ImprovementStatus;
use crate::model::site::{Entity, EntityKind, Page};
use crate::model::threat_model::ThreatStatus;
use crate::source::At;

/// Where a team's calendar is published.
pub fn team_file(team: &str) -> String {
    format!("calendar/team-{}.ics", segment(team))
}

/// An event and the teams it is for.
struct Dated {
    event: Event,
    teams: BTreeSet<String>,
}

/// Every calendar; none in loose mode.
pub fn all(atlas: &Atlas<'_>) -> Vec<Calendar> {
    let site = atlas.site;
    if site.config.loose {
        return Vec::new();
    }
    let mut dated = Vec::new();
    for page in site.pages.values().filter(|page| page.status != Status::Retired) {
        of_page(atlas, page, &mut dated);
    }
    renewals(atlas, &mut dated);
    dated.sort_by(|a, b| a.event.cmp(&b.event));
    let mut calendars = vec![Calendar {
        file: "calendar/programme.ics".to_owned(),
        name: site.config.title.clone(),
        events: dated.iter().map(|dated| dated.event.clone()).collect(),
    }];
    let mut by_team: BTreeMap<&str, Vec<Event>> = BTreeMap::new();
    for dated in &dated {
        for team in &dated.teams {
            by_team.entry(team).or_default().push(dated.event.clone());
        }
    }
    let teams = atlas.entities.get(&EntityKind::Team).into_iter().flatten();
    calendars.extend(teams.map(|team| {
        let id = team.id();
        Calendar {
            file: team_file(&id),
            name: format!("{}: {}", site.config.title, site.registry.team_name(&id)),
            events: by_team.remove(id.as_str()).unwrap_or_default(),
        }
    }));
    calendars
}

fn of_page(atlas: &Atlas<'_>, page: &Page, dated: &mut Vec<Dated>) {
    let name = format!("{}:{}", page.kind().as_str(), page.id);
    let teams = teams_of_page(atlas, page);
    let mut add = |day: Date, summary: String, key: String, category: &'static str, teams: BTreeSet<String>| {
        let changed = page.updated.or(page.created).unwrap_or(day);
        let url = page.permalink.as_str().to_owned();
        dated.push(Dated { event: Event { day, summary, key, changed, url, category }, teams });
    };
    if let Some(day) = page.review_due {
        add(day, format!("Review due: {}", page.title), format!("review {name}"), "review", teams.clone());
    }
    match &*page.document.details {
        Details::Review(review) => {
            for improvement in &review.improvements {
                let (Some(id), Some(due)) = (&improvement.id, &improvement.due) else { continue };
                let status = improvement.status.as_ref().map(|status| status.value);
                if !matches!(status, None | Some(ImprovementStatus::Open | ImprovementStatus::InProgress)) {
                    continue;
                }
                let what = improvement.what.as_ref().map_or("", |what| what.value.as_str());
                let owners = improvement.owners.as_ref();
                let owners = owners.into_iter().flat_map(|sides| sides.delivery.iter().chain(&sides.security));
                let own: BTreeSet<String> = owners.filter_map(|owner| team_of(atlas, owner)).collect();
                let summary = format!("Improvement due: {what} ({})", page.title);
                add(due.value, summary, format!("improvement {name}#{}", id.value.0), "improvement", own);
            }
        }
        Details::ThreatModel(model) => {
            for threat in &model.threats {
                let (Some(id), Some(accepted)) = (&threat.id, &threat.accepted) else { continue };
                let open = threat.status.as_ref().is_some_and(|status| status.value == ThreatStatus::Accepted);
                let Some(until) = accepted.until.as_ref().filter(|_| open) else { continue };
                let title = threat.title.as_ref().map_or("", |title| title.value.as_str());
                let mut own: BTreeSet<String> = accepted.by.iter().filter_map(|by| team_of(atlas, by)).collect();
                own.extend(teams.iter().cloned());
                let summary = format!("Acceptance ends: {title} ({})", page.title);
                add(until.value, summary, format!("acceptance {name}#{}", id.value.0), "acceptance", own);
            }
        }
        _ => {}
    }
}

/// What champions who are shown have to renew: the last day of each module that is still held.
fn renewals(atlas: &Atlas<'_>, dated: &mut Vec<Dated>) {
    let site = atlas.site;
    let progress = &site.progress;
    for standing in progress.people.values().filter(|standing| standing.status == ChampionStatus::Active) {
        let Some(page) = site.pages.get(&standing.page) else { continue };
        let modules: BTreeSet<&String> = standing.taken.iter().map(|taken| &taken.module).collect();
        for id in modules {
            let Some(module) = progress.modules.get(id).and_then(|module| site.pages.get(&module.page)) else {
                continue;
            };
            let Some(Some(day)) = standing.module_on(id, progress.today) else { continue };
            let event = Event {
                day,
                summary: format!("Renewal: {}, {}", page.title, module.title),
                key: format!("renewal {} {id} {day}", standing.id),
                changed: page.updated.or(page.created).unwrap_or(day),
                url: page.permalink.as_str().to_owned(),
                category: "renewal",
            };
            dated.push(Dated { event, teams: standing.team.iter().cloned().collect() });
        }
    }
}

fn teams_of_page(atlas: &Atlas<'_>, page: &Page) -> BTreeSet<String> {
    page.document.common.owners.iter().filter_map(|owner| team_of(atlas, owner)).collect()
}

/// The team that an owner is or belongs to; a person whom this audience does not see belongs to none.
pub fn team_of(atlas: &Atlas<'_>, owner: &At<OwnerRef>) -> Option<String> {
    let id = owner.value.0.as_str();
    let registry = &atlas.site.registry;
    let shown = |team: &str| {
        let entity = Entity::Team(team.to_owned());
        atlas.entities.get(&EntityKind::Team).is_some_and(|teams| teams.contains(&entity))
    };
    let team = if registry.teams.contains_key(id) {
        id
    } else if let Some(standing) = atlas.site.progress.people.get(id) {
        standing.team.as_deref()?
    } else {
        registry.people.get(id)?.value.team.as_ref()?.value.0.as_str()
    };
    shown(team).then(|| team.to_owned())
}
