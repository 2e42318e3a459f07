//! One view of each kind of page: with the same text in every field, and with nothing in any.

mod joint;

use std::sync::Arc;

use crate::model::requirement_view::*;
use crate::model::view::*;
use crate::source::OutputPath;

/// Every text of every view is `t`.
pub fn filled(t: &str) -> Vec<PageView> {
    let site = SiteView {
        title: t.into(),
        description: Some(t.into()),
        lang: t.into(),
        generator: t.into(),
        audience: Some(t.into()),
        feed: true,
        logo: some(t),
    };
    let site = Arc::new(site);
    contents(t).into_iter().map(|(template, content)| view(template, &site, frame(t), content)).collect()
}

/// Every view as it is by default.
pub fn empty() -> Vec<PageView> {
    let site = Arc::new(SiteView::default());
    let contents = vec![
        ("page.html", Content::Page),
        ("finding.html", Content::Finding(Box::default())),
        ("threat-model.html", Content::ThreatModel(Box::default())),
        ("review.html", Content::Review(Box::default())),
        ("curriculum.html", Content::Curriculum(Box::default())),
        ("module.html", Content::Module(Box::default())),
        ("champion.html", Content::Champion(Box::default())),
        ("list.html", Content::List(Box::default())),
        ("entity.html", Content::Entity(Box::default())),
        ("home.html", Content::Home(Box::default())),
        ("glossary.html", Content::Glossary(Box::default())),
        ("programme.html", Content::Programme(Box::default())),
        ("scorecard.html", Content::Scorecard(Box::default())),
        ("metric.html", Content::Metric(Box::default())),
        ("requirements.html", Content::Requirements(Box::default())),
        ("search.html", Content::Search(Box::default())),
        ("lookup.html", Content::Lookup(Box::default())),
        ("404.html", Content::NotFound),
    ];
    contents.into_iter().map(|(template, content)| view(template, &site, Frame::default(), content)).collect()
}

fn view(template: &'static str, site: &Arc<SiteView>, page: Frame, content: Content) -> PageView {
    let output = OutputPath::new("a/index.html");
    PageView { output, template, site: Arc::clone(site), page, content, body: None, redirects: Vec::new() }
}

fn contents(t: &str) -> Vec<(&'static str, Content)> {
    vec![
        ("page.html", Content::Page),
        ("finding.html", Content::Finding(Box::new(finding(t)))),
        ("threat-model.html", Content::ThreatModel(Box::new(threat_model(t)))),
        ("review.html", Content::Review(Box::new(review(t)))),
        ("curriculum.html", Content::Curriculum(Box::new(curriculum(t)))),
        ("module.html", Content::Module(Box::new(module(t)))),
        ("champion.html", Content::Champion(Box::new(champion(t)))),
        ("list.html", Content::List(Box::new(list(t, "cards")))),
        ("list.html", Content::List(Box::new(list(t, "compact")))),
        ("entity.html", Content::Entity(Box::new(entity(t)))),
        ("requirements.html", Content::Requirements(Box::new(requirements(t)))),
        ("home.html", Content::Home(Box::new(home(t)))),
        ("glossary.html", Content::Glossary(Box::new(glossary(t)))),
        ("search.html", Content::Search(Box::new(SearchView { lookup: t.into() }))),
        ("lookup.html", Content::Lookup(Box::new(lookup(t)))),
        ("programme.html", Content::Programme(Box::new(joint::programme(t)))),
        ("scorecard.html", Content::Scorecard(Box::new(joint::scorecard(t)))),
        ("metric.html", Content::Metric(Box::new(joint::metric(t)))),
        ("404.html", Content::NotFound),
    ]
}

fn lookup(t: &str) -> LookupView {
    let row = LookupRow { id: t.into(), name: t.into(), scanner: t.into(), to: vec![link(t)] };
    LookupView { groups: vec![LookupGroup { id: t.into(), label: t.into(), scanners: true, rows: vec![row] }] }
}

fn some(t: &str) -> Option<String> {
    Some(t.to_owned())
}

fn texts(t: &str) -> Vec<String> {
    vec![t.to_owned(), t.to_owned()]
}

fn link(t: &str) -> Link {
    Link { label: t.into(), href: some(t), note: some(t), current: true }
}

fn links(t: &str) -> Vec<Link> {
    vec![link(t), Link { label: t.into(), ..Link::default() }]
}

fn state(t: &str) -> State {
    State { id: t.into(), label: t.into(), tone: "warn" }
}

fn frame(t: &str) -> Frame {
    let entry = |children| TocEntry { label: t.into(), id: t.into(), children };
    let backlink = Backlink { title: t.into(), href: t.into(), why: texts(t) };
    Frame {
        title: t.into(),
        summary: some(t),
        summary_from_text: false,
        kind: t.into(),
        kind_label: t.into(),
        lang: t.into(),
        home: t.into(),
        search: t.into(),
        root: t.into(),
        canonical: some(t),
        noindex: true,
        nav: links(t),
        siblings: links(t),
        breadcrumbs: links(t),
        toc: vec![entry(vec![entry(Vec::new())])],
        previous: Some(link(t)),
        next: Some(link(t)),
        edit_url: some(t),
        status: Some(state(t)),
        audience: some(t),
        owners: links(t),
        authors: links(t),
        reviewers: links(t),
        created: some(t),
        updated: some(t),
        reviewed: some(t),
        review_due: some(t),
        stale: true,
        services: links(t),
        tags: links(t),
        related: links(t),
        ask: links(t),
        backlinks: vec![BacklinkGroup { label: t.into(), kind: t.into(), items: vec![backlink] }],
        can_review: Some(crate::model::progress_view::ReviewersPanel { quorum: 1, people: links(t) }),
    }
}

fn finding(t: &str) -> FindingView {
    let row = |exposure: &str| ReleaseRow { exposure: exposure.into(), decision: state(t), services: links(t) };
    FindingView {
        cwe: links(t),
        plain: some(t),
        for_us: some(t),
        real_when: texts(t),
        noise_when: texts(t),
        release: vec![row(t), row("default")],
        verify: texts(t),
        rules: vec![RuleView { scanner: t.into(), id: t.into() }],
        owasp: links(t),
        asvs: links(t),
        cve: links(t),
        languages: texts(t),
        skills: links(t),
        approvers: links(t),
        happened: links(t),
        foreseen: links(t),
        taught: links(t),
    }
}

fn threat_model(t: &str) -> ThreatModelView {
    let element = ElementView {
        id: t.into(),
        name: t.into(),
        sort: some(t),
        zone: some(t),
        service: Some(link(t)),
        threats: links(t),
    };
    let flow = FlowView {
        id: t.into(),
        from: t.into(),
        to: t.into(),
        protocol: some(t),
        data: texts(t),
        properties: texts(t),
        crosses: Some((t.into(), t.into())),
        threats: links(t),
    };
    let acceptance = |days: Option<i32>| AcceptanceView {
        by: links(t),
        date: some(t),
        until: some(t),
        reason: some(t),
        expired: days.is_some_and(|days| days < 0),
        days_left: days,
    };
    let threat = |days| ThreatView {
        id: t.into(),
        title: t.into(),
        category: some(t),
        targets: links(t),
        cwe: links(t),
        likelihood: some(t),
        impact: some(t),
        status: state(t),
        requirements: links(t),
        accepted: Some(acceptance(days)),
        findings: links(t),
        happened: links(t),
    };
    let tally = Tally { state: state(t), count: 3 };
    ThreatModelView {
        inside: texts(t),
        outside: texts(t),
        method: some(t),
        feature: some(t),
        answers: vec![Fact { label: t.into(), values: links(t) }],
        zones: vec![element.clone()],
        components: vec![element.clone()],
        flows: vec![flow],
        assets: vec![element],
        assumptions: vec![AssumptionView { id: t.into(), text: t.into(), validity: state(t), checked: some(t) }],
        threats: vec![
            threat(Some(-3)),
            threat(Some(0)),
            threat(Some(1)),
            threat(Some(200)),
            threat(None),
            ThreatView::default(),
        ],
        none_found: some(t),
        requirements: vec![requirement(t), RequirementView::default()],
        diagram: None,
        matrix: Some(matrix(t)),
        threat_tally: vec![tally.clone()],
        requirement_tally: vec![tally],
        overtaken: vec![joint::overtaken(t)],
    }
}

fn matrix(t: &str) -> MatrixView {
    let cell = |state| MatrixCell { threats: links(t), state };
    let row =
        MatrixRow { element: link(t), sort: t.into(), cells: ["threats", "none", "open", "outside"].map(cell).into() };
    MatrixView { method: t.into(), categories: [t, t, t, t].map(Into::into).into(), rows: vec![row], gaps: 1, asked: 3 }
}

fn requirement_row(t: &str) -> RequirementRow {
    RequirementRow {
        link: link(t),
        text: t.into(),
        model: link(t),
        services: links(t),
        owner: links(t),
        teams: texts(t),
        kind: some(t),
        priority: some(t),
        phase: some(t),
        asvs: links(t),
        ticket: Some(link(t)),
        status: state(t),
    }
}

fn requirements(t: &str) -> RequirementsView {
    RequirementsView {
        group: None,
        total: 2,
        tally: vec![Tally { state: state(t), count: 2 }],
        rows: vec![requirement_row(t), RequirementRow::default()],
        ways: vec![RequirementGroups { label: t.into(), id: t.into(), groups: links(t) }],
        page: 2,
        pages: 3,
        previous: Some(link(t)),
        next: Some(link(t)),
    }
}

fn service(t: &str) -> ServicePanel {
    let accepted = AcceptanceView { by: links(t), reason: some(t), days_left: Some(3), ..AcceptanceView::default() };
    ServicePanel {
        figures: vec![
            Figure { label: t.into(), count: 3, href: some(t) },
            Figure { label: t.into(), count: 0, href: None },
        ],
        risks: vec![RiskView { threat: link(t), model: link(t), accepted }],
        champions: links(t),
    }
}

fn requirement(t: &str) -> RequirementView {
    RequirementView {
        id: t.into(),
        text: t.into(),
        kind: some(t),
        threats: links(t),
        owner: links(t),
        priority: some(t),
        phase: some(t),
        asvs: links(t),
        ticket: Some(link(t)),
        status: state(t),
        verified: Some(verification(t)),
    }
}

fn verification(t: &str) -> VerificationView {
    VerificationView { date: some(t), by: links(t), evidence: links(t) }
}

fn review(t: &str) -> ReviewView {
    let time = TimeView { label: t.into(), at: t.into(), datetime: t.into(), note: some(t) };
    let opportunity =
        OpportunityView { kind: some(t), what: some(t), number: 1, leads_to: links(t), considered: some(t) };
    let improvement = ImprovementView {
        id: t.into(),
        what: t.into(),
        phase: some(t),
        delivery: links(t),
        security: links(t),
        due: some(t),
        overdue: true,
        status: state(t),
        ticket: Some(link(t)),
        verified: Some(verification(t)),
        dropped_reason: some(t),
    };
    ReviewView {
        incident: some(t),
        severity: some(t),
        near_miss: true,
        services: links(t),
        facilitator: links(t),
        delivery: links(t),
        security: links(t),
        responders: links(t),
        times: vec![time.clone()],
        durations: vec![time],
        timeline: Some(joint::timeline(t)),
        grid: Some(joint::grid(t)),
        improvement_tally: vec![Tally { state: state(t), count: 3 }],
        phases: vec![PhaseView { label: t.into(), opportunities: vec![opportunity, OpportunityView::default()] }],
        improvements: vec![improvement, ImprovementView::default()],
        contributing_factors: texts(t),
        went_well: texts(t),
        surprised: texts(t),
        links: vec![Fact { label: t.into(), values: links(t) }],
    }
}

fn card(t: &str) -> Card {
    Card {
        title: t.into(),
        href: t.into(),
        summary: some(t),
        kind: t.into(),
        kind_label: t.into(),
        status: Some(state(t)),
        facts: texts(t),
        why: texts(t),
    }
}

fn group(t: &str) -> Group {
    Group { label: t.into(), id: t.into(), href: some(t), count: 7, items: vec![card(t), Card::default()] }
}

fn curriculum(t: &str) -> CurriculumView {
    let level = LevelView {
        id: t.into(),
        name: t.into(),
        valid_for: some(t),
        grants: texts(t),
        evidence: Some(2),
        modules: vec![card(t)],
        ..LevelView::default()
    };
    CurriculumView { levels: vec![level, LevelView::default()], ..CurriculumView::default() }
}

fn module(t: &str) -> ModuleView {
    ModuleView {
        curriculum: Some(link(t)),
        level: Some(link(t)),
        skills: vec![SkillView { skill: link(t), depth: 2, word: "practising" }],
        outcomes: texts(t),
        evidence: vec![EvidenceView { id: t.into(), kind: t.into(), what: t.into(), min: 1 }],
        prerequisites: links(t),
        hours: some(t),
        assessment: some(t),
        recertify: some(t),
        practice_on: links(t),
        ..ModuleView::default()
    }
}

fn champion(t: &str) -> ChampionView {
    let taken = AchievementView {
        module: link(t),
        date: some(t),
        evidence: links(t),
        verified_by: links(t),
        ..AchievementView::default()
    };
    ChampionView {
        pseudonym: true,
        team: Some(link(t)),
        status: state(t),
        curricula: links(t),
        since: some(t),
        mentors: links(t),
        time_share: some(t),
        achievements: vec![taken, AchievementView::default()],
        ..ChampionView::default()
    }
}

fn list(t: &str, style: &'static str) -> ListView {
    let value = FacetValue { id: t.into(), label: t.into(), pages: links(t) };
    let facet = Facet { label: t.into(), id: t.into(), values: vec![value] };
    let filter = Some(FilterLink { file: t.into(), instead: links(t) });
    ListView { about: some(t), groups: vec![group(t), Group::default()], total: 9, style, facets: vec![facet], filter }
}

fn entity(t: &str) -> EntityView {
    let fact = Fact { label: t.into(), values: links(t) };
    EntityView {
        kind: t.into(),
        id: t.into(),
        facts: vec![fact],
        about: some(t),
        groups: vec![group(t)],
        total: 3,
        service: Some(service(t)),
        requirements: Some(OpenRequirements { rows: vec![requirement_row(t)], total: 4, all: link(t) }),
        ..EntityView::default()
    }
}

fn home(t: &str) -> HomeView {
    let door = Door { reader: t.into(), question: t.into(), steps: links(t) };
    HomeView { doors: vec![door], sections: vec![card(t)], recent: vec![card(t)], own_way: true }
}

fn glossary(t: &str) -> GlossaryView {
    GlossaryView { terms: vec![GlossaryTermView { id: t.into(), term: t.into(), plain: t.into(), aliases: texts(t) }] }
}
