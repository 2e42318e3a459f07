//! The single values that fields hold: texts, days, times, durations, numbers, identifiers and references.
//!
//! In: nodes. Out: types that cannot be wrong.

use jiff::Timestamp;
use jiff::civil::Date;

use super::field::{Decoder, Item, Shape, shortened};
use super::node::{Node, Value};
use super::said::Said;
use crate::diagnostic::codes;
use crate::source::At;

/// What a reference must be the id of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A team of the registry.
    Team,
    /// A person of the registry, or a champion.
    Person,
    /// A team or a person: who answers for something.
    Owner,
    /// A service of the registry.
    Service,
    /// A skill of the registry.
    Skill,
    /// A scanner of the registry.
    Scanner,
    /// A finding.
    Finding,
    /// A threat model.
    ThreatModel,
    /// A review.
    Review,
    /// A curriculum.
    Curriculum,
    /// A module, by its full id or, inside its curriculum, by its stem.
    Module,
    /// A page of any kind, `kind:id` or a stem that only one page has.
    AnyPage,
    /// A page of any kind or an `https:` address.
    PageOrUrl,
    /// A part of the same page; resolved by the kind's own checks.
    Part,
}

impl Target {
    /// What a person would call it.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Person => "person",
            Self::Owner => "team or person",
            Self::Service => "service",
            Self::Skill => "skill",
            Self::Scanner => "scanner",
            Self::Finding => "finding",
            Self::ThreatModel => "threat model",
            Self::Review => "review",
            Self::Curriculum => "curriculum",
            Self::Module => "module",
            Self::AnyPage => "page",
            Self::PageOrUrl => "page or address",
            Self::Part => "part of this page",
        }
    }
}

/// Text of a scalar that is not blank; a wrong type is noted, a blank one is only missing.
fn text<'n>(node: &'n Node, decoder: &mut Decoder, wanted: &str) -> Option<&'n str> {
    match node.text() {
        Some(text) if text.trim().is_empty() => None,
        Some(text) => Some(text.trim()),
        None if node.value == Value::Null => None,
        None => {
            decoder.wrong_type(node, wanted);
            None
        }
    }
}

impl Item for At<String> {
    fn shape() -> Shape {
        Shape::Text
    }

    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let value = text(node, decoder, "a text")?.to_owned();
        Some(decoder.at(value, node))
    }

    fn said(&self) -> Said {
        Said::Text(self.value.clone())
    }
}

impl Item for At<bool> {
    fn shape() -> Shape {
        Shape::Boolean
    }

    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let value = match &node.value {
            Value::Scalar { text, plain: true } => match text.as_str() {
                "true" | "True" | "TRUE" => Some(true),
                "false" | "False" | "FALSE" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if value.is_none() {
            decoder.wrong_type(node, "`true` or `false`");
        }
        value.map(|value| decoder.at(value, node))
    }

    fn said(&self) -> Said {
        Said::Truth(self.value)
    }
}

/// A whole number from 0 to a million.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub i64);

impl Item for At<Number> {
    fn shape() -> Shape {
        Shape::Integer(-1_000_000, 1_000_000)
    }

    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let value = match &node.value {
            Value::Scalar { text, plain: true } => {
                text.parse().ok().filter(|n: &i64| (-1_000_000..=1_000_000).contains(n))
            }
            _ => None,
        };
        if value.is_none() {
            decoder.wrong_type(node, "a whole number of at most a million");
        }
        value.map(|value| decoder.at(Number(value), node))
    }

    fn said(&self) -> Said {
        Said::Number(self.value.0)
    }
}

impl Item for At<Date> {
    fn shape() -> Shape {
        Shape::Pattern("a day such as 2026-11-02", r"^\d{4}-\d{2}-\d{2}$")
    }

    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let day = text(node, decoder, "a day such as 2026-11-02")?;
        match day.parse::<Date>() {
            Ok(date) if day.len() == 10 => Some(decoder.at(date, node)),
            _ => {
                decoder.wrong_type(node, "a day such as 2026-11-02");
                None
            }
        }
    }

    fn said(&self) -> Said {
        Said::Day(self.value)
    }
}

impl Item for At<Timestamp> {
    fn shape() -> Shape {
        Shape::Pattern(
            "a time with its zone, such as 2026-11-02T08:05:00Z",
            r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}(:?\d{2})?)$",
        )
    }

    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let wanted = "a time with its zone, such as 2026-11-02T08:05:00Z";
        let time = text(node, decoder, wanted)?;
        if let Ok(time) = time.parse() {
            return Some(decoder.at(time, node));
        }
        decoder.wrong_type(node, wanted);
        None
    }

    fn said(&self) -> Said {
        Said::Text(self.value.to_string())
    }
}

/// A length of time in whole days or months: `180d`, `6w`, `12mo`, `1y`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// Months, a year being twelve.
    pub months: i32,
    /// Days, a week being seven.
    pub days: i32,
}

impl Period {
    /// Reads `180d`, `6w`, `12mo`, `1y`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit) = text.split_at_checked(digits)?;
        let number: i32 = number.parse().ok().filter(|n| (1..=10_000).contains(n))?;
        match unit.trim() {
            "d" => Some(Self { months: 0, days: number }),
            "w" => Some(Self { months: 0, days: number.checked_mul(7)? }),
            "mo" => Some(Self { months: number, days: 0 }),
            "y" => Some(Self { months: number.checked_mul(12)?, days: 0 }),
            _ => None,
        }
    }

    /// As it is written: `180d`, `12mo`.
    #[must_use]
    pub fn written(self) -> String {
        if self.months > 0 { format!("{}mo", self.months) } else { format!("{}d", self.days) }
    }

    /// The day this long after `date`; a day that its month does not have becomes the month's last.
    #[must_use]
    pub fn after(self, date: Date) -> Date {
        let span = jiff::Span::new().try_months(self.months).and_then(|span| span.try_days(self.days));
        span.map_or(Date::MAX, |span| date.saturating_add(span))
    }
}

impl Item for At<Period> {
    fn shape() -> Shape {
        Shape::Pattern("a duration such as 180d, 12mo or 1y", r"^\d{1,5}(d|w|mo|y)$")
    }

    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let wanted = "a duration such as 180d, 12mo or 1y";
        let written = text(node, decoder, wanted)?;
        let period = Period::parse(written);
        if period.is_none() {
            decoder.wrong_type(node, wanted);
        }
        period.map(|period| decoder.at(period, node))
    }

    fn said(&self) -> Said {
        Said::Text(self.value.written())
    }
}

/// A CWE number, written `89` or `CWE-89`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cwe(pub u32);

impl Cwe {
    /// Reads `89`, `CWE-89`, `cwe-079`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = match text.get(..4) {
            Some(prefix) if prefix.eq_ignore_ascii_case("cwe-") => text.get(4..)?,
            _ => text,
        };
        if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok().map(Self)
    }
}

impl Item for At<Cwe> {
    fn shape() -> Shape {
        Shape::Pattern("a CWE number such as 89 or CWE-89", r"^([Cc][Ww][Ee]-)?\d{1,6}$")
    }

    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let wanted = "a CWE number such as 89 or CWE-89";
        let written = text(node, decoder, wanted)?;
        let cwe = Cwe::parse(written);
        if cwe.is_none() {
            decoder.wrong_type(node, wanted);
        }
        cwe.map(|cwe| decoder.at(cwe, node))
    }

    fn said(&self) -> Said {
        Said::Number(i64::from(self.value.0))
    }
}

/// A text of a standard's own form.
macro_rules! identifier {
    ($(#[doc = $about:literal])+ $name:ident, $wanted:literal, $pattern:literal, $accept:expr) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub String);

        impl $name {
            /// Reads it; nothing when it has another form.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let accept: fn(&str) -> bool = $accept;
                accept(text).then(|| Self(text.to_owned()))
            }
        }

        impl Item for At<$name> {
            fn shape() -> Shape {
                Shape::Pattern($wanted, $pattern)
            }

            fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
                let value = $name::parse(text(node, decoder, $wanted)?);
                if value.is_none() {
                    decoder.wrong_type(node, $wanted);
                }
                value.map(|value| decoder.at(value, node))
            }

            fn said(&self) -> Said {
                Said::Text(self.value.0.clone())
            }
        }
    };
}

identifier!(
    /// A CVE id as the CVE programme writes it: `CVE-2026-12345`, four digits or more at the end.
    Cve, "a CVE id such as CVE-2026-12345", r"^CVE-\d{4}-\d{4,}$", |text| {
        let mut parts = text.split('-');
        let digits = |part: Option<&str>, least: usize| part.is_some_and(|p| p.len() >= least && p.bytes().all(|b| b.is_ascii_digit()));
        parts.next() == Some("CVE") && digits(parts.next(), 4) && digits(parts.next(), 4) && parts.next().is_none()
    }
);
identifier!(
    /// An OWASP Top 10 category with its year: `A05:2025`.
    Owasp, "an OWASP Top 10 id such as A05:2025", r"^A\d{2}:\d{4}$", |text| {
        let bytes = text.as_bytes();
        bytes.len() == 8 && bytes.iter().enumerate().all(|(i, b)| match i { 0 => *b == b'A', 3 => *b == b':', _ => b.is_ascii_digit() })
    }
);
identifier!(
    /// A requirement of OWASP ASVS with its version: `v5.0.0-1.2.4`.
    Asvs, "an ASVS id such as v5.0.0-1.2.4", r"^v\d+\.\d+\.\d+-\d+\.\d+\.\d+$", |text| {
        let three = |part: &str| part.split('.').count() == 3 && part.split('.').all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        text.strip_prefix('v').and_then(|rest| rest.split_once('-')).is_some_and(|(version, id)| three(version) && three(id))
    }
);
identifier!(
    /// An address on the web.
    Url, "an address that begins with https:// or http://", r"^https?://", |text| {
        text.starts_with("https://") || text.starts_with("http://")
    }
);
identifier!(
    /// A language tag as BCP 47 writes it: `en`, `de-AT`, `zh-Hant`.
    Lang, "a language tag such as en or de-AT", r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", |text| {
        let mut parts = text.split('-');
        parts.next().is_some_and(|first| (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic()))
            && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
    }
);

/// A text that can be a name of something: no space, no `#`, no `/` at an end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub String);

impl Item for At<Id> {
    fn shape() -> Shape {
        Shape::Pattern("an id without spaces", r"^[^\s#|\[\]/:]+$")
    }

    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let written = text(node, decoder, "an id")?;
        if written.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"#|[]/:\\".contains(c)) {
            return Some(decoder.at(Id(written.to_owned()), node));
        }
        let message = format!("`{}` cannot be an id", shortened(written));
        let help = "an id has no spaces and none of # | [ ] / : \\".to_owned();
        decoder.wrong(&codes::BAD_VALUE, node.span, message, Some(help));
        None
    }

    fn said(&self) -> Said {
        Said::Text(self.value.0.clone())
    }
}

/// A reference by id to something that the rest of the site must have.
macro_rules! reference {
    ($($(#[doc = $about:literal])+ $name:ident => $target:ident;)+) => {$(
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub String);

        impl Item for At<$name> {
            fn shape() -> Shape {
                Shape::Reference(Target::$target)
            }

            fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
                let written = text(node, decoder, concat!("the id of a ", stringify!($target)))?;
                decoder.reference(node, written, Target::$target);
                Some(decoder.at($name(written.to_owned()), node))
            }

            fn said(&self) -> Said {
                Said::Text(self.value.0.clone())
            }
        }
    )+};
}

reference! {
    /// A team.
    TeamRef => Team;
    /// A person.
    PersonRef => Person;
    /// A team or a person.
    OwnerRef => Owner;
    /// A service.
    ServiceRef => Service;
    /// A skill.
    SkillRef => Skill;
    /// A scanner.
    ScannerRef => Scanner;
    /// A finding.
    FindingRef => Finding;
    /// A threat model.
    ThreatModelRef => ThreatModel;
    /// A curriculum.
    CurriculumRef => Curriculum;
    /// A module.
    ModuleRef => Module;
    /// A page of any kind.
    PageRef => AnyPage;
    /// A page or an address.
    Evidence => PageOrUrl;
    /// A part of the same page.
    PartRef => Part;
}

/// Anything at all, kept as it was written: what stands under `extra`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Free(pub Node);

impl Item for Free {
    fn shape() -> Shape {
        Shape::Free
    }

    fn decode(node: &Node, _: &mut Decoder) -> Option<Self> {
        Some(Self(node.clone()))
    }

    fn said(&self) -> Said {
        said_of_node(&self.0)
    }
}

/// What a free value says; the keys of a mapping are the author's own, so only its texts and lists can be asked for.
fn said_of_node(node: &Node) -> Said {
    match &node.value {
        Value::Null => Said::Nothing,
        Value::Scalar { text, .. } => Said::Text(text.clone()),
        Value::List(items) => Said::List(items.iter().map(said_of_node).collect()),
        Value::Map(entries) => Said::List(entries.iter().map(|(key, _)| Said::Text(key.value.clone())).collect()),
    }
}
