//! Rules of the house: what must hold of every page, part or service of a kind, and who is exempt until when.
//!
//! In: `invariants` and `exemptions` of the configuration. Out: [`HouseRules`]. What a rule may ask for is [`Thing::fields`].

use std::ops::Range;

use jiff::civil::Date;

use super::common::Common;
use super::condition::{Condition, Fields, Unreadable, Way, of_table, read, shape_of};
use super::field::{FieldType, Record, Shape, choice, record};
use super::kind::Kind;
use super::leaf::{Id, OwnerRef};
use super::registry::Service;
use super::review::{Improvement, Opportunity};
use super::threat_model::{Asset, Assumption, Component, Flow, Requirement, Threat};
use crate::diagnostic::Severity;
use crate::source::{At, SourcePath};

choice! {
    /// What a rule is about.
    Thing {
        /// Findings.
        Finding = "finding",
        /// Threat models.
        ThreatModel = "threat-model",
        /// Reviews.
        Review = "review",
        /// Curricula.
        Curriculum = "curriculum",
        /// Modules.
        Module = "module",
        /// Champions.
        Champion = "champion",
        /// Plain pages.
        Page = "page",
        /// Threats of threat models.
        Threat = "threat",
        /// Requirements of threat models.
        Requirement = "requirement",
        /// Components of threat models.
        Component = "component",
        /// Flows of threat models.
        Flow = "flow",
        /// Assets of threat models.
        Asset = "asset",
        /// Assumptions of threat models.
        Assumption = "assumption",
        /// Opportunities of reviews.
        Opportunity = "opportunity",
        /// Improvements of reviews.
        Improvement = "improvement",
        /// Services of the registry.
        Service = "service",
    }
}

choice! {
    /// How bad it is when a rule is broken.
    RuleSeverity {
        /// The site is not published.
        Error = "error",
        /// Somebody should look.
        Warning = "warning",
        /// A matter of the calendar.
        Due = "due",
    }
}

record! {
    /// A rule of the house, as it is written.
    InvariantEntry {
        /// how exemptions name it
        req id: Option<At<Id>>,
        /// what it is about
        req kind: Option<At<Thing>>,
        /// what must hold of each
        req condition: Option<At<String>>,
        /// what is said where it does not; `{field}` says what the field does
        req message: Option<At<String>>,
        /// how bad that is; an error unless it says
        opt severity: Option<At<RuleSeverity>>,
    }
}

record! {
    /// An exemption, as it is written.
    ExemptionEntry {
        /// the rule
        req invariant: Option<At<Id>>,
        /// what is exempt: `threat-model:checkout#T3`, `checkout#T3`, `service:checkout-api`
        req things "for": Vec<At<String>>,
        /// why
        req reason: Option<At<String>>,
        /// who answers for it
        req owner: Option<At<OwnerRef>>,
        /// its last day
        req until: Option<At<Date>>,
    }
}

/// The rules of a house, and who is exempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HouseRules {
    /// The configuration's file, where there is one.
    pub path: Option<SourcePath>,
    /// The rules, in the order written.
    pub invariants: Vec<Invariant>,
    /// The exemptions, in the order written.
    pub exemptions: Vec<Exemption>,
}

/// A rule of the house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invariant {
    /// Its name.
    pub id: At<String>,
    /// What it is about.
    pub thing: Thing,
    /// What must hold of each.
    pub condition: Condition,
    /// What is said where it does not.
    pub message: Message,
    /// How bad that is.
    pub severity: Severity,
}

/// Some things to which a rule does not apply, until a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// The rule.
    pub invariant: At<String>,
    /// What is exempt.
    pub things: Vec<At<String>>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: At<String>,
    /// Its last day.
    pub until: At<Date>,
}

/// A message with fields in it: texts, and after each but the last a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Pieces of text, each followed by what a field says.
    pub pieces: Vec<(String, Way)>,
    /// The text at the end.
    pub end: String,
}

impl Thing {
    /// The kind of page that it is or stands in; none for a service.
    #[must_use]
    pub fn page(self) -> Option<Kind> {
        Some(match self {
            Self::Finding => Kind::Finding,
            Self::ThreatModel
            | Self::Threat
            | Self::Requirement
            | Self::Component
            | Self::Flow
            | Self::Asset
            | Self::Assumption => Kind::ThreatModel,
            Self::Review | Self::Opportunity | Self::Improvement => Kind::Review,
            Self::Curriculum => Kind::Curriculum,
            Self::Module => Kind::Module,
            Self::Champion => Kind::Champion,
            Self::Page => Kind::Page,
            Self::Service => return None,
        })
    }

    /// What a rule about it may ask for: the fields of its table; of a part also `page`, the fields of its page; and what follows from others.
    #[must_use]
    pub fn fields(self) -> Fields {
        let list = |table| Shape::List(Box::new(Shape::Record(table)));
        let texts = || Vec::<At<String>>::shape();
        let mut fields = match self {
            Self::Threat => of_table(Threat::FIELDS),
            Self::Requirement => of_table(Requirement::FIELDS),
            Self::Component => of_table(Component::FIELDS),
            Self::Flow => of_table(Flow::FIELDS),
            Self::Asset => of_table(Asset::FIELDS),
            Self::Assumption => of_table(Assumption::FIELDS),
            Self::Opportunity => of_table(Opportunity::FIELDS),
            Self::Improvement => of_table(Improvement::FIELDS),
            Self::Service => of_table(Service::FIELDS),
            _ => Vec::new(),
        };
        match self {
            Self::Threat => fields.push(("requirements", list(Requirement::FIELDS))),
            Self::Requirement | Self::Component => fields.push(("threats", list(Threat::FIELDS))),
            Self::Flow => fields.extend([("threats", list(Threat::FIELDS)), ("crosses", Shape::Boolean)]),
            Self::Service => fields.extend(["findings", "threat_models", "reviews"].map(|name| (name, texts()))),
            _ => {}
        }
        let whole = self.page().is_some_and(|kind| kind.as_str() == self.as_str());
        match self.page() {
            Some(kind) if whole => fields.extend(kind.fields().map(|field| (field.name, (field.shape)()))),
            Some(_) => fields.push(("page", Shape::Record(Common::FIELDS))),
            None => {}
        }
        fields
    }
}

impl Message {
    /// Reads a message; `{{` is a brace.
    ///
    /// # Errors
    /// A field that there is not, or a brace without its other half.
    pub fn read(text: &str, fields: &Fields) -> Result<Self, Unreadable> {
        let mut message = Self::default();
        let mut at = 0;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find(['{', '}'])) {
            let brace = at + found;
            message.end.push_str(text.get(at..brace).unwrap_or(""));
            let rest = text.get(brace..).unwrap_or("");
            if let Some(doubled) = ["{{", "}}"].into_iter().find(|doubled| rest.starts_with(doubled)) {
                message.end.push_str(doubled.get(..1).unwrap_or(""));
                at = brace + 2;
                continue;
            }
            let Some(end) = rest.find('}').filter(|_| rest.starts_with('{')) else {
                let help = Some("a field stands as `{title}`; a brace itself is written twice".to_owned());
                return Err(Unreadable { at: brace..brace + 1, message: "a brace stands alone".to_owned(), help });
            };
            let way = ways(rest.get(1..end).unwrap_or(""), brace + 1);
            shape_of(&way, fields)?;
            let piece = std::mem::take(&mut message.end);
            message.pieces.push((piece, way.into_iter().map(|(name, _)| name).collect()));
            at = brace + end + 1;
        }
        message.end.push_str(text.get(at..).unwrap_or(""));
        Ok(message)
    }

    /// The message about one thing.
    #[must_use]
    pub fn about(&self, ask: super::condition::Ask<'_>) -> String {
        let mut text = String::new();
        for (piece, way) in &self.pieces {
            text.push_str(piece);
            text.push_str(super::field::shortened(&super::condition::said(way, ask).shown()).as_str());
        }
        text.push_str(&self.end);
        text
    }
}

fn ways(text: &str, start: usize) -> Vec<(String, Range<usize>)> {
    let mut at = start;
    let names = text.split('.').map(|name| {
        let range = at..at + name.len();
        at = range.end + 1;
        (name.trim().to_owned(), range)
    });
    names.collect()
}

impl Invariant {
    /// Reads a rule; a field that its table requires and that is missing has been told already, and then there is no rule.
    ///
    /// # Errors
    /// What is wrong with the condition or the message, and the value in which it stands.
    pub fn of(entry: &InvariantEntry) -> Result<Option<Self>, (At<String>, Unreadable)> {
        let (Some(id), Some(thing), Some(condition), Some(message)) =
            (&entry.id, &entry.kind, &entry.condition, &entry.message)
        else {
            return Ok(None);
        };
        let fields = thing.value.fields();
        let severity = entry.severity.as_ref().map_or(RuleSeverity::Error, |severity| severity.value);
        Ok(Some(Self {
            id: At::new(id.value.0.clone(), id.span),
            thing: thing.value,
            condition: read(&condition.value, &fields).map_err(|wrong| (condition.clone(), wrong))?,
            message: Message::read(&message.value, &fields).map_err(|wrong| (message.clone(), wrong))?,
            severity: match severity {
                RuleSeverity::Error => Severity::Error,
                RuleSeverity::Warning => Severity::Warning,
                RuleSeverity::Due => Severity::Due,
            },
        }))
    }
}

impl Exemption {
    /// An exemption of which nothing is missing.
    #[must_use]
    pub fn of(entry: ExemptionEntry) -> Option<Self> {
        let (id, owner) = (entry.invariant?, entry.owner?);
        Some(Self {
            invariant: At::new(id.value.0, id.span),
            things: entry.things,
            reason: entry.reason?.value,
            owner: At::new(owner.value.0, owner.span),
            until: entry.until?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::Item;
    use crate::model::said::Said;

    #[test]
    fn every_thing_has_fields_and_each_is_named_once() {
        for word in Thing::WORDS {
            let mut decoder = super::super::field::Decoder::new(SourcePath::new("tiltyard.yaml"), false);
            let node = super::super::node::Node {
                value: super::super::node::Value::Scalar { text: (*word).to_owned(), plain: true },
                span: crate::source::Span::default(),
            };
            let thing = At::<Thing>::decode(&node, &mut decoder).expect("a word of the table").value;
            let fields = thing.fields();
            let mut names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
            assert!(names.len() > 3, "{word}: {names:?}");
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{word} has a field twice: {names:?}");
        }
    }

    #[test]
    fn a_message_has_fields_in_it() {
        let fields = Thing::Threat.fields();
        let message = Message::read("{id}: {accepted.until} {{soon}}", &fields).expect("it is right");
        let ask = |name: &str| if name == "id" { Said::Text("T1".to_owned()) } else { Said::Nothing };
        assert_eq!(message.about(&ask), "T1: nothing {soon}");
        for (text, at) in
            [("of {titel}", 4..9), ("a { b", 2..3), ("a } b", 2..3), ("{}", 1..1), ("{page.statsu}", 6..12)]
        {
            assert_eq!(Message::read(text, &fields).expect_err(text).at, at, "{text}");
        }
    }
}
