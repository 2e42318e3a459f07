//! The page of a metric: what it means, and its values by team and period.
//!
//! In: the definition of a metric, and the scores of all teams. Out: [`MetricView`]. It says nothing that the scorecard does not, and is there for whoever
//! sees that.

use std::collections::{BTreeMap, BTreeSet};

use super::{ADDRESS, Scores, cell, chart, definition, small, told};
use crate::model::address::segment;
use crate::model::metric::{Definition, definitions};
use crate::model::scorecard_view::{ChartView, MetricTeam, MetricView, ScoreCell, ScoreRow};
use crate::model::search::SearchPage;
use crate::model::site::Site;
use crate::model::view::{Content, Link, PageView};
use crate::source::Permalink;
use crate::view::atlas::{Atlas, Scope};
use crate::view::{body, frame};

/// The addresses of all metrics, by their ids; none where nothing is measured.
pub fn addresses(site: &Site) -> BTreeMap<Permalink, String> {
    if !super::is_there(site) {
        return BTreeMap::new();
    }
    definitions(&site.registry).into_iter().map(|one| (one.permalink(), one.id)).collect()
}

/// A metric's name, which leads to its page.
pub fn link(scope: &Scope<'_, '_>, definition: &Definition) -> Link {
    scope.to(&definition.name, &definition.permalink())
}

/// What search may know of metrics.
pub fn of_search(atlas: &Atlas<'_>) -> Vec<SearchPage> {
    let all = if atlas.metric_pages.is_empty() { Vec::new() } else { definitions(&atlas.site.registry) };
    let of = |one: Definition| SearchPage {
        kind: "metric",
        title: one.name.clone(),
        url: one.permalink().as_str().to_owned(),
        summary: one.what.clone().unwrap_or_default(),
        parts: one
            .fools
            .clone()
            .map(|fools| (Some("s-fools".to_owned()), "How it fools".to_owned(), fools))
            .into_iter()
            .collect(),
        names: vec![one.id],
        ..SearchPage::default()
    };
    let free = |one: &Definition| !atlas.by_permalink.contains_key(&one.permalink());
    all.into_iter().filter(free).map(of).collect()
}

impl Atlas<'_> {
    /// The page of a metric; a file at its address, such as `scorecard/ttr_critical_days.md`, adds prose to it.
    pub(in crate::view) fn metric_view(&self, address: &Permalink) -> PageView {
        let scope = self.scope(address);
        let id = self.metric_pages.get(address);
        let all = definitions(&self.site.registry);
        let metric = all.into_iter().find(|one| Some(&one.id) == id);
        let own = self.by_permalink.get(address).copied();
        let title = metric.as_ref().map_or("", |one| one.name.as_str());
        let mut page =
            own.map_or_else(|| frame::made(&scope, title, "metric", "Metric"), |page| frame::of_page(&scope, page));
        page.siblings.clear();
        PageView {
            output: address.output_path(),
            template: "metric.html",
            site: self.shared.clone(),
            page,
            content: Content::Metric(Box::new(metric.as_ref().map(|one| view(&scope, one)).unwrap_or_default())),
            body: own.and_then(|page| body::of_page(&scope, page)),
            redirects: own.map_or_else(Vec::new, |page| self.redirects(page)),
        }
    }
}

fn view(scope: &Scope<'_, '_>, metric: &Definition) -> MetricView {
    let site = scope.atlas.site;
    let all = definitions(&site.registry);
    // Which side was measured alone is seen from all metrics.
    let scores = Scores::of(scope, &all);
    let small = small(scope);
    let own: Vec<_> = scores
        .teams
        .iter()
        .filter_map(|team| Some((team, team.series.iter().find(|series| series.definition.id == metric.id)?)))
        .collect();
    let scorecard = Permalink::new(ADDRESS);
    let teams = own.iter().map(|(team, series)| MetricTeam {
        team: Link {
            label: site.registry.team_name(team.id),
            href: Some(scope.links.to(&scorecard, Some(&team.anchor()))),
            ..Link::default()
        },
        chart: ChartView {
            id: format!("chart-{}", segment(team.id)),
            ..chart::view(metric, &told(series, small), &scores.periods, &team.halves)
        },
    });
    let rows = scores.periods.iter().enumerate().rev().map(|(at, period)| ScoreRow {
        period: period.label(),
        one_sided: None,
        cells: own
            .iter()
            .map(|(team, series)| ScoreCell {
                one_sided: team.halves.get(at).copied().flatten().map(|side| side.label().to_owned()),
                ..cell(series, at, small)
            })
            .collect(),
    });
    let measures = own.iter().flat_map(|(team, _)| &team.measures).filter(|measure| measure.metric == metric.id);
    let sources: BTreeSet<&String> = measures.filter_map(|measure| measure.source.as_ref()).collect();
    MetricView {
        definition: definition(scope, metric),
        shown: scores.periods.len(),
        earlier: scores.earlier,
        small: site.config.small_count,
        teams: teams.collect(),
        rows: rows.collect(),
        sources: sources.into_iter().cloned().collect(),
    }
}
