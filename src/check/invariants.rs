//! Rules of the house: what the configuration says must hold of every page, part or service of a kind, and who is exempt until when.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::model::about;
use crate::model::common::Status;
use crate::model::field::Record;
use crate::model::invariant::{Exemption, HouseRules, Invariant, Thing};
use crate::model::kind::{Details, Kind};
use crate::model::leaf::{Id, PartRef};
use crate::model::registry::Service;
use crate::model::said::Said;
use crate::model::site::{Page, Site};
use crate::model::threat_model::{Requirement, Threat, ThreatModel};
use crate::source::{At, SourcePath, Span};

/// Asks every rule of everything it is about.
pub fn check(site: &Site, findings: &mut Vec<Diagnostic>) {
    let rules = &site.config.house_rules;
    if rules.invariants.is_empty() && rules.exemptions.is_empty() {
        return;
    }
    let pages: Vec<&Page> =
        site.pages.values().map(Arc::as_ref).filter(|page| page.status != Status::Retired).collect();
    let mut broken: Vec<Broken<'_>> = pages.par_iter().flat_map_iter(|page| of_page(site, rules, page)).collect();
    let used = used(site);
    for (id, entry) in &site.registry.services {
        let ask = |name: &str| of_service(&entry.value, name, used.get(id.as_str()));
        for rule in rules.invariants.iter().filter(|rule| rule.thing == Thing::Service) {
            if !rule.condition.holds(&ask, site.config.today) {
                let names = [format!("service:{id}"), id.clone()];
                let (path, span) = (entry.path.clone(), entry.span);
                broken.push(Broken { rule, names, path, span, draft: false, message: rule.message.about(&ask) });
            }
        }
    }
    exempt(site, rules, broken, findings);
}

/// Something of which a rule does not hold.
struct Broken<'a> {
    rule: &'a Invariant,
    /// Its whole name, and the short one: `threat-model:checkout#T1`, `checkout#T1`.
    names: [String; 2],
    path: SourcePath,
    span: Span,
    draft: bool,
    message: String,
}

/// What breaks a rule is told, unless it is exempt; an exemption that is over is due, and one that exempts nothing is one too many.
fn exempt(site: &Site, rules: &HouseRules, broken: Vec<Broken<'_>>, findings: &mut Vec<Diagnostic>) {
    let Some(config) = &rules.path else { return };
    let mut used: BTreeSet<(usize, usize)> = BTreeSet::new();
    for broken in broken {
        let mut exempt = None;
        for (number, exemption) in rules.exemptions.iter().enumerate() {
            let named = exemption.things.iter().position(|thing| broken.names.contains(&thing.value));
            let named = named.filter(|_| exemption.invariant.value == broken.rule.id.value);
            if let Some(thing) = named {
                used.insert((number, thing));
                exempt = exempt.or(Some(exemption));
            }
        }
        findings.extend(match exempt {
            None => Some(told(config, &broken)),
            Some(exemption) if exemption.until.value < site.config.today => Some(expired(config, exemption, &broken)),
            Some(_) => None,
        });
    }
    for (number, exemption) in rules.exemptions.iter().enumerate() {
        owner(site, config, exemption, findings);
        // Whether a rule that asks for the day is broken changes by itself.
        let rule = rules.invariants.iter().find(|rule| rule.id.value == exemption.invariant.value);
        if rule.is_none_or(|rule| rule.condition.asks_the_day()) {
            continue;
        }
        for (_, thing) in exemption.things.iter().enumerate().filter(|(at, _)| !used.contains(&(number, *at))) {
            let message = format!("`{}` does not break the rule `{}`", thing.value, exemption.invariant.value);
            let help = "take it out, or name the page or part as in `threat-model:checkout#T1`";
            findings.push(Diagnostic::new(&codes::EXEMPTION_UNUSED, message).at(config, thing.span).help(help));
        }
    }
}

fn told(config: &SourcePath, broken: &Broken<'_>) -> Diagnostic {
    let rule = broken.rule;
    let message = format!("{} (`{}`)", broken.message.trim_end_matches('.'), rule.id.value);
    let help =
        format!("mend it, or let an owner exempt `{}` under `exemptions`, with a reason and an end", broken.names[0]);
    let diagnostic = Diagnostic::new(&codes::HOUSE_RULE, message)
        .severity(rule.severity)
        .at(&broken.path, broken.span)
        .help(help)
        .related(config, Some(rule.id.span), "the rule");
    if broken.draft { diagnostic.softened() } else { diagnostic }
}

fn expired(config: &SourcePath, exemption: &Exemption, broken: &Broken<'_>) -> Diagnostic {
    let message = format!(
        "the exemption of `{}` from `{}` ended on {}, and the rule is still broken",
        broken.names[0], broken.rule.id.value, exemption.until.value
    );
    let help = format!("ask {}: mend it, or decide on another day", exemption.owner.value);
    Diagnostic::new(&codes::EXEMPTION_EXPIRED, message).at(config, exemption.until.span).help(help).related(
        &broken.path,
        Some(broken.span),
        "here",
    )
}

/// The owner of an exemption is a team or a person that we know.
fn owner(site: &Site, config: &SourcePath, exemption: &Exemption, findings: &mut Vec<Diagnostic>) {
    let registry = &site.registry;
    let owner = exemption.owner.value.as_str();
    if registry.teams.contains_key(owner) || registry.people.contains_key(owner) || site.champion(owner).is_some() {
        return;
    }
    let known = registry.teams.keys().chain(registry.people.keys()).map(String::as_str);
    let help = did_you_mean(owner, known).unwrap_or_else(|| "name a team or a person of the registry".to_owned());
    let message = format!("`{owner}` is neither a team nor a person");
    findings.push(Diagnostic::new(&codes::UNKNOWN_PERSON, message).at(config, exemption.owner.span).help(help));
}

/// Pages by service and kind.
type Used = BTreeMap<&'static str, Vec<Said>>;

fn used(site: &Site) -> BTreeMap<&str, Used> {
    let mut used: BTreeMap<&str, Used> = BTreeMap::new();
    // What is not published yet keeps no promise.
    for page in site.pages.values().filter(|page| page.is_listed() && page.status != Status::Draft) {
        let field = match page.kind() {
            Kind::Finding => "findings",
            Kind::ThreatModel => "threat_models",
            Kind::Review => "reviews",
            _ => continue,
        };
        let common = &page.document.common;
        let services = match &*page.document.details {
            Details::ThreatModel(model) => about::of_model(common, model),
            _ => common.services.iter().map(|service| service.value.0.as_str()).collect(),
        };
        for service in services {
            let pages = used.entry(service).or_default();
            pages.entry(field).or_default().push(Said::Text(page.id.clone()));
        }
    }
    used
}

fn of_service(service: &Service, name: &str, used: Option<&Used>) -> Said {
    let derived = || Said::List(used.and_then(|used| used.get(name)).cloned().unwrap_or_default());
    service.said_of(name).unwrap_or_else(derived)
}

/// What a page and its parts break.
fn of_page<'a>(site: &Site, rules: &'a HouseRules, page: &Page) -> Vec<Broken<'a>> {
    let mut broken = Vec::new();
    for rule in rules.invariants.iter().filter(|rule| rule.thing.page() == Some(page.kind())) {
        let mut one = |part: Option<&At<Id>>, span: Option<Span>, ask: &dyn Fn(&str) -> Said| {
            if rule.condition.holds(ask, site.config.today) {
                return;
            }
            let top = page.document.front_matter.start;
            let part_name = part.map_or(String::new(), |id| format!("#{}", id.value.0));
            broken.push(Broken {
                rule,
                names: [format!("{}:{}{part_name}", page.kind().as_str(), page.id), format!("{}{part_name}", page.id)],
                path: page.path().clone(),
                span: part.map(|id| id.span).or(span).unwrap_or(Span::new(top, top)),
                draft: page.status == Status::Draft,
                message: rule.message.about(ask),
            });
        };
        match &*page.document.details {
            Details::ThreatModel(model) if rule.thing != Thing::ThreatModel => {
                of_model(rule.thing, page, model, &mut one);
            }
            Details::Review(review) if rule.thing == Thing::Improvement => {
                for part in &review.improvements {
                    one(part.id.as_ref(), None, &asked(part, page, &|_| Said::Nothing));
                }
            }
            Details::Review(review) if rule.thing == Thing::Opportunity => {
                for part in &review.opportunities {
                    let span = part.phase.as_ref().map(|phase| phase.span);
                    one(None, span, &asked(part, page, &|_| Said::Nothing));
                }
            }
            _ => one(None, page.document.common.title.as_ref().map(|title| title.span), &|name| of_whole(page, name)),
        }
    }
    broken
}

type One<'f> = dyn FnMut(Option<&At<Id>>, Option<Span>, &dyn Fn(&str) -> Said) + 'f;

/// The parts of a threat model, each with what follows for it from the others.
fn of_model(thing: Thing, page: &Page, model: &ThreatModel, one: &mut One<'_>) {
    let striking = |id: Option<&At<Id>>| {
        let strikes = |threat: &&Threat| has(&threat.targets, id);
        Said::List(model.threats.iter().filter(strikes).map(crate::model::field::Item::said).collect())
    };
    match thing {
        Thing::Threat => {
            for part in &model.threats {
                let answers = |one: &&Requirement| model.answers(one, part);
                let derived = |_: &str| said_of_all(model.requirements.iter().filter(answers));
                one(part.id.as_ref(), None, &asked(part, page, &derived));
            }
        }
        Thing::Requirement => {
            for part in &model.requirements {
                let derived = |_: &str| said_of_all(model.threats.iter().filter(|threat| model.answers(part, threat)));
                one(part.id.as_ref(), None, &asked(part, page, &derived));
            }
        }
        Thing::Component => {
            for part in &model.components {
                one(part.id.as_ref(), None, &asked(part, page, &|_| striking(part.id.as_ref())));
            }
        }
        Thing::Flow => {
            for part in &model.flows {
                let derived = |name: &str| match name {
                    "crosses" => Said::Truth(model.crossed(part).is_some()),
                    _ => striking(part.id.as_ref()),
                };
                one(part.id.as_ref(), None, &asked(part, page, &derived));
            }
        }
        Thing::Asset => {
            for part in &model.assets {
                one(part.id.as_ref(), None, &asked(part, page, &|_| Said::Nothing));
            }
        }
        _ => {
            for part in &model.assumptions {
                one(part.id.as_ref(), None, &asked(part, page, &|_| Said::Nothing));
            }
        }
    }
}

fn has(references: &[At<PartRef>], id: Option<&At<Id>>) -> bool {
    id.is_some_and(|id| references.iter().any(|reference| reference.value.0 == id.value.0))
}

fn said_of_all<'r, R: crate::model::field::Item + 'r>(records: impl Iterator<Item = &'r R>) -> Said {
    Said::List(records.map(crate::model::field::Item::said).collect())
}

/// What a part says: its own fields, its page, and what follows from other parts.
fn asked<'a, R: Record>(part: &'a R, page: &'a Page, derived: &'a dyn Fn(&str) -> Said) -> impl Fn(&str) -> Said + 'a {
    move |name| match part.said_of(name) {
        Some(said) => said,
        None if name == "page" => crate::model::field::Item::said(&*page.document.common),
        None => derived(name),
    }
}

/// What a page says: the fields of its kind, then the common ones; title, summary and status as they are shown.
fn of_whole(page: &Page, name: &str) -> Said {
    let own = match &*page.document.details {
        Details::Page => None,
        Details::Finding(finding) => finding.said_of(name),
        Details::ThreatModel(model) => model.said_of(name),
        Details::Review(review) => review.said_of(name),
        Details::Curriculum(curriculum) => curriculum.said_of(name),
        Details::Module(module) => module.said_of(name),
        Details::Champion(champion) => champion.said_of(name),
    };
    match (own, name) {
        (Some(own), _) => own,
        (None, "title") => Said::Text(page.title.clone()),
        (None, "status") => Said::Text(page.status.as_str().to_owned()),
        (None, "id") => Said::Text(page.id.clone()),
        (None, _) => page.document.common.said_of(name).unwrap_or_default(),
    }
}
