//! The programme: coverage, champions, levels over time, renewals ahead, and what nobody teaches or holds. Counts of people, never a ranking of them.

use std::collections::{BTreeMap, BTreeSet};

use super::atlas::{Atlas, Scope};
use super::count::{Count, alone, is_small, row};
use super::{body, frame};
use crate::model::curriculum::ChampionStatus;
use crate::model::kind::{Details, Kind};
use crate::model::progress::{Progress, Standing};
use crate::model::progress_view::{AheadView, CellView, CoverageRow, LevelTable, PoolView, ProgrammeView, TeamPanel};
use crate::model::site::{Entity, EntityKind, Node, Page, Site};
use crate::model::view::{Content, Link, PageView};
use crate::source::Permalink;

/// Its address.
pub const ADDRESS: &str = "/programme/";

impl Atlas<'_> {
    /// The page; a file `programme.md` adds prose to it.
    pub(super) fn programme_view(&self) -> PageView {
        let address = Permalink::new(ADDRESS);
        let scope = self.scope(&address);
        let own = self.by_permalink.get(&address).copied();
        let page = own.map_or_else(
            || frame::made(&scope, "Programme", "programme", "Programme"),
            |page| frame::of_page(&scope, page),
        );
        PageView {
            output: address.output_path(),
            template: "programme.html",
            site: self.shared.clone(),
            page,
            content: Content::Programme(Box::new(view(&scope))),
            body: own.and_then(|page| body::of_page(&scope, page)),
            redirects: own.map_or_else(Vec::new, |page| self.redirects(page)),
        }
    }
}

/// Whether there is anything to say of the programme.
pub fn is_there(site: &Site) -> bool {
    let reviewed = || site.pages.values().any(|page| page.kind() == Kind::Review);
    !site.progress.curricula.is_empty() || !site.progress.people.is_empty() || reviewed()
}

fn progress<'a>(scope: &'a Scope<'_, '_>) -> &'a Progress {
    &scope.atlas.site.progress
}

fn at_work(standing: &Standing) -> bool {
    standing.status == ChampionStatus::Active
}

fn view(scope: &Scope<'_, '_>) -> ProgrammeView {
    let calendar = scope.links.file("calendar/programme.ics");
    let reviews = super::lessons::sums(scope);
    if progress(scope).curricula.is_empty() && progress(scope).people.is_empty() {
        return ProgrammeView { calendar, reviews, ..ProgrammeView::default() };
    }
    let skills = skills(scope);
    ProgrammeView {
        coverage: coverage(scope, &skills),
        uncovered: uncovered(scope, None),
        levels: progress(scope).curricula.keys().filter_map(|id| level_table(scope, id)).collect(),
        ahead: ahead(scope),
        untaught: untaught(scope),
        shallow: skills.iter().filter(|id| deepest(scope, id) < 3).map(|id| scope.skill(id)).collect(),
        skills: skills.iter().map(|id| scope.skill(id)).collect(),
        calendar,
        reviews,
    }
}

/// Skills that have a page here.
fn skills(scope: &Scope<'_, '_>) -> Vec<String> {
    let known = scope.atlas.entities.get(&EntityKind::Skill);
    known.into_iter().flatten().map(Entity::id).collect()
}

fn deepest(scope: &Scope<'_, '_>, skill: &str) -> u8 {
    let progress = progress(scope);
    let depth = |standing: &Standing| standing.skills(progress, progress.today).get(skill).map_or(0, |held| held.depth);
    progress.everybody().filter(|standing| at_work(standing)).map(depth).max().unwrap_or(0)
}

/// Teams that have a page here and still exist.
fn teams<'s>(scope: &Scope<'_, 's>) -> Vec<&'s str> {
    let registry = &scope.atlas.site.registry;
    let shown = scope.atlas.entities.get(&EntityKind::Team);
    let there = registry.teams.iter().filter(|(id, entry)| {
        let former = entry.value.former.as_ref().is_some_and(|former| former.value);
        !former && shown.is_some_and(|shown| shown.contains(&Entity::Team((*id).clone())))
    });
    there.map(|(id, _)| id.as_str()).collect()
}

/// One row of counts: by skill how many, whether somebody is not shown by name, and the greatest depth; last everybody.
struct Coverage {
    cells: Vec<(Count, u8)>,
    champions: Count,
}

fn covered(scope: &Scope<'_, '_>, skills: &[String], team: Option<&str>) -> Coverage {
    let progress = progress(scope);
    let people: Vec<(&Standing, BTreeMap<String, _>)> = progress
        .everybody()
        .filter(|standing| at_work(standing))
        .filter(|standing| team.is_none() || standing.team.as_deref() == team)
        .map(|standing| (standing, standing.skills(progress, progress.today)))
        .collect();
    let cells = skills.iter().map(|skill| {
        let holders = || people.iter().filter_map(|(standing, held)| Some((*standing, held.get(skill)?.depth)));
        (Count::of(holders().map(|(standing, _)| standing)), holders().map(|(_, depth)| depth).max().unwrap_or(0))
    });
    Coverage { cells: cells.collect(), champions: Count::of(people.iter().map(|(standing, _)| *standing)) }
}

fn coverage_row(scope: &Scope<'_, '_>, team: Link, coverage: &Coverage, veiled: bool) -> CoverageRow {
    let counts: Vec<Count> = coverage.cells.iter().map(|(count, _)| *count).chain([coverage.champions]).collect();
    let mut views = row(&scope.atlas.site.config, &counts, veiled);
    let champions = views.pop().unwrap_or_default();
    let cells = views
        .into_iter()
        .zip(&coverage.cells)
        .map(|(count, (_, depth))| CellView { depth: if count.veiled { 0 } else { *depth }, count });
    CoverageRow { team, cells: cells.collect(), champions }
}

fn coverage(scope: &Scope<'_, '_>, skills: &[String]) -> Vec<CoverageRow> {
    let config = &scope.atlas.site.config;
    let registry = &scope.atlas.site.registry;
    let mut rows = Vec::new();
    // What one team's row does not tell could be found in the row of all.
    let mut veiled = false;
    for team in teams(scope) {
        let own = covered(scope, skills, Some(team));
        veiled |=
            own.cells.iter().map(|(count, _)| count).chain([&own.champions]).any(|count| is_small(config, *count));
        let link = scope.entity(&Entity::Team(team.to_owned()), registry.team_name(team));
        rows.push(coverage_row(scope, link, &own, false));
    }
    let all = Link { label: "All teams".to_owned(), ..Link::default() };
    rows.push(coverage_row(scope, all, &covered(scope, skills, None), veiled));
    rows
}

/// Services that no champion at work looks after: none names it, and none of its team leaves it open which services are meant.
fn uncovered(scope: &Scope<'_, '_>, team: Option<&str>) -> Vec<Link> {
    let registry = &scope.atlas.site.registry;
    let shown = scope.atlas.entities.get(&EntityKind::Service);
    let people: Vec<&Standing> = progress(scope).people.values().filter(|standing| at_work(standing)).collect();
    let mut links = Vec::new();
    for (id, entry) in &registry.services {
        let own = entry.value.team.as_ref().map(|team| team.value.0.as_str());
        let entity = Entity::Service(id.clone());
        let wanted = team.is_none() || own == team;
        if !wanted || !shown.is_some_and(|shown| shown.contains(&entity)) {
            continue;
        }
        let covers = |standing: &&&Standing| {
            standing.services.contains(id) || (standing.services.is_empty() && standing.team.as_deref() == own)
        };
        if !people.iter().any(|standing| covers(&standing)) {
            let note = own.filter(|_| team.is_none()).map(|own| registry.team_name(own));
            links.push(Link { note, ..scope.entity(&entity, registry.service_name(id)) });
        }
    }
    links
}

fn level_table(scope: &Scope<'_, '_>, id: &str) -> Option<LevelTable> {
    let progress = progress(scope);
    let curriculum = progress.curricula.get(id)?;
    let page = scope.atlas.site.pages.get(&curriculum.page)?;
    let config = &scope.atlas.site.config;
    let over_time = super::levels::over_time(scope, id, None);
    let pool = curriculum.levels.iter().enumerate().map(|(rank, level)| {
        let (people, more) = scope.assessors(id, rank);
        let hidden = progress.unnamed.iter().filter(|standing| at_work(standing));
        let hidden = hidden.filter(|standing| standing.rank_on(progress, id, progress.today) > rank);
        let shown = people.iter().filter_map(|(id, _)| progress.people.get(id));
        let counted = Count::of(shown.chain(hidden));
        let assessors = people.iter().filter(|(id, _)| !progress.people.contains_key(id)).count();
        let count = Count { number: counted.number + assessors + more, veiled: counted.veiled };
        PoolView {
            level: level.name.clone(),
            count: alone(config, count),
            people: people.into_iter().map(|(_, link)| link).collect(),
        }
    });
    Some(LevelTable {
        curriculum: scope.page(page),
        levels: curriculum.levels.iter().map(|level| level.name.clone()).collect(),
        rows: over_time.rows,
        chart: over_time.chart,
        pool: pool.collect(),
    })
}

/// The levels of one team; nothing of curricula in which none of it ever held one.
fn team_levels(scope: &Scope<'_, '_>, id: &str, team: &str) -> Option<LevelTable> {
    let curriculum = progress(scope).curricula.get(id)?;
    let page = scope.atlas.site.pages.get(&curriculum.page)?;
    let over_time = super::levels::over_time(scope, id, Some(team));
    Some(LevelTable {
        curriculum: scope.page(page),
        levels: curriculum.levels.iter().map(|level| level.name.clone()).collect(),
        rows: over_time.rows,
        chart: Some(over_time.chart?),
        pool: Vec::new(),
    })
}

fn ahead(scope: &Scope<'_, '_>) -> Vec<AheadView> {
    let progress = progress(scope);
    let config = &scope.atlas.site.config;
    let people = || progress.everybody().filter(|standing| at_work(standing));
    let windows = [30, 60, 90].map(|days| {
        let with: Vec<(&Standing, usize)> = people()
            .map(|standing| (standing, standing.expiring(progress, days).len()))
            .filter(|(_, modules)| *modules > 0)
            .collect();
        (format!("Within {days} days"), Count::of(with.iter().map(|(who, _)| *who)), with.iter().map(|(_, n)| n).sum())
    });
    let gone: Vec<(&Standing, usize)> =
        people().map(|who| (who, who.run_out(progress).len())).filter(|(_, modules)| *modules > 0).collect();
    let gone_count = Count::of(gone.iter().map(|(who, _)| *who));
    let gone = ("Run out".to_owned(), gone_count, gone.iter().map(|(_, n)| n).sum());
    let all: Vec<(String, Count, usize)> = std::iter::once(gone).chain(windows).collect();
    let counts: Vec<Count> = all.iter().map(|(_, count, _)| *count).collect();
    let views = row(config, &counts, false);
    all.into_iter()
        .zip(views)
        .map(|((label, _, modules), people)| AheadView { label, modules: (!people.veiled).then_some(modules), people })
        .collect()
}

/// Findings that no module practises on and whose skills no module teaches, those most often referred to first.
fn untaught(scope: &Scope<'_, '_>) -> Vec<Link> {
    let atlas = scope.atlas;
    let taught: BTreeSet<&String> = progress(scope).modules.values().flat_map(|module| module.skills.keys()).collect();
    let mut findings: Vec<(usize, &Page)> = Vec::new();
    for page in atlas.site.pages.values().filter(|page| page.is_listed() && page.kind() == Kind::Finding) {
        let Details::Finding(finding) = &*page.document.details else { continue };
        let edges: Vec<_> = atlas.site.edges.to(&Node::Page(page.path().clone())).collect();
        let from = |kind: Kind| {
            edges.iter().filter(move |edge| atlas.site.pages.get(&edge.from).is_some_and(|page| page.kind() == kind))
        };
        let learnt = finding.skills.iter().any(|skill| taught.contains(&skill.value.0));
        if !learnt && from(Kind::Module).next().is_none() {
            findings.push((from(Kind::Review).count() + from(Kind::ThreatModel).count(), page));
        }
    }
    findings.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.path().cmp(b.1.path())));
    let note = |count: usize| match count {
        0 => None,
        1 => Some("named once by threat models and reviews".to_owned()),
        more => Some(format!("named {more} times by threat models and reviews")),
    };
    findings.into_iter().take(10).map(|(count, page)| Link { note: note(count), ..scope.page(page) }).collect()
}

/// What a team's page says of its champions; nothing where there is no progress at all.
pub fn team(scope: &Scope<'_, '_>, id: &str) -> Option<TeamPanel> {
    let progress = progress(scope);
    if progress.curricula.is_empty() && progress.people.is_empty() {
        return None;
    }
    let skills = skills(scope);
    let row = coverage_row(scope, Link::default(), &covered(scope, &skills, Some(id)), false);
    let own = progress
        .people
        .values()
        .filter(|standing| standing.team.as_deref() == Some(id))
        .filter(|standing| at_work(standing));
    let renewals = own.flat_map(|standing| {
        let person = scope.person(&standing.id);
        scope
            .renewals(standing)
            .into_iter()
            .map(move |renewal| crate::model::progress_view::RenewalView { person: person.clone(), ..renewal })
    });
    Some(TeamPanel {
        champions: row.champions,
        skills: skills.iter().map(|id| scope.skill(id)).zip(row.cells).collect(),
        uncovered: uncovered(scope, Some(id)),
        levels: progress.curricula.keys().filter_map(|curriculum| team_levels(scope, curriculum, id)).collect(),
        renewals: renewals.collect(),
        calendar: scope.links.file(&super::calendar::team_file(id)),
    })
}
