//! The language in which a house rule says what must hold.
//!
//! In: what the fields of a thing say, and today. Out: whether the condition holds. [`read`] makes a condition of its text, and knows what fields
//! there are, so that a misspelt field or word is told before anything is asked.
//!
//! ```text
//! condition  = either [ "implies" condition ]
//! either     = both { "or" both }
//! both       = one { "and" one }
//! one        = "not" one | "(" condition ")" | any(list, condition) | every(list, condition)
//!            | term [ ( == | != | < | <= | > | >= ) term | [not] in [ literal, … ] | contains literal ]
//! term       = field { "." field } | literal | count(field) | days_until(field) | today
//! literal    = "text" | 'text' | 12 | 2026-11-02 | true | false
//! ```

mod reader;

use std::cmp::Ordering;

use jiff::civil::Date;

use super::said::Said;

pub use reader::{Fields, Unreadable, of_table, read, shape_of};

/// The way to a field: `accepted`, `until`.
pub type Way = Vec<String>;

/// What must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The field says something: neither nothing nor `false` nor an empty list.
    Says(Way),
    /// It does not hold.
    Not(Box<Condition>),
    /// All hold.
    And(Vec<Condition>),
    /// One holds.
    Or(Vec<Condition>),
    /// Where the first holds, the second does.
    Implies(Box<Condition>, Box<Condition>),
    /// Two terms compare so. What says nothing is not equal to anything, and neither less nor more.
    Compare(Term, Comparison, Term),
    /// The term is one of these.
    OneOf(Term, Vec<Said>),
    /// The list has this.
    Contains(Way, Said),
    /// One of the list is so.
    Any(Way, Box<Condition>),
    /// All of the list are so; of an empty list that is true.
    Every(Way, Box<Condition>),
}

/// Something that has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// What a field says.
    Field(Way),
    /// What stands there.
    Literal(Said),
    /// How many a field says.
    Count(Way),
    /// Days from today to a field's day; negative when it is past.
    DaysUntil(Way),
    /// Today.
    Today,
}

/// How two terms compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    Different,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// What the fields of a thing say, by name.
pub type Ask<'a> = &'a dyn Fn(&str) -> Said;

impl Condition {
    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, ask: Ask<'_>, today: Date) -> bool {
        match self {
            Self::Says(way) => said(way, ask).is_something(),
            Self::Not(one) => !one.holds(ask, today),
            Self::And(all) => all.iter().all(|one| one.holds(ask, today)),
            Self::Or(some) => some.iter().any(|one| one.holds(ask, today)),
            Self::Implies(given, then) => !given.holds(ask, today) || then.holds(ask, today),
            Self::Compare(left, how, right) => how.fits(&left.said(ask, today), &right.said(ask, today)),
            Self::OneOf(term, words) => words.contains(&term.said(ask, today)),
            Self::Contains(way, literal) => match said(way, ask) {
                Said::List(items) => items.contains(literal),
                other => other == *literal,
            },
            Self::Any(way, one) => items(said(way, ask)).any(|item| one.holds(&|name| item.field(name).clone(), today)),
            Self::Every(way, one) => {
                items(said(way, ask)).all(|item| one.holds(&|name| item.field(name).clone(), today))
            }
        }
    }

    /// Whether it depends on the day.
    #[must_use]
    pub fn asks_the_day(&self) -> bool {
        let of = |term: &Term| matches!(term, Term::Today | Term::DaysUntil(_));
        match self {
            Self::Says(_) | Self::Contains(..) => false,
            Self::Not(one) | Self::Any(_, one) | Self::Every(_, one) => one.asks_the_day(),
            Self::And(all) | Self::Or(all) => all.iter().any(Self::asks_the_day),
            Self::Implies(given, then) => given.asks_the_day() || then.asks_the_day(),
            Self::Compare(left, _, right) => of(left) || of(right),
            Self::OneOf(term, _) => of(term),
        }
    }
}

impl Term {
    fn said(&self, ask: Ask<'_>, today: Date) -> Said {
        match self {
            Self::Field(way) => said(way, ask),
            Self::Literal(literal) => literal.clone(),
            Self::Count(way) => Said::Number(i64::try_from(said(way, ask).count()).unwrap_or(i64::MAX)),
            Self::DaysUntil(way) => match said(way, ask) {
                Said::Day(day) => {
                    today.until(day).map_or(Said::Nothing, |span| Said::Number(i64::from(span.get_days())))
                }
                _ => Said::Nothing,
            },
            Self::Today => Said::Day(today),
        }
    }
}

impl Comparison {
    fn fits(self, left: &Said, right: &Said) -> bool {
        let order = match (left, right) {
            (Said::Number(left), Said::Number(right)) => Some(left.cmp(right)),
            (Said::Day(left), Said::Day(right)) => Some(left.cmp(right)),
            _ => None,
        };
        match self {
            Self::Equal => *left != Said::Nothing && left == right,
            Self::Different => left != right,
            Self::Less => order == Some(Ordering::Less),
            Self::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::More => order == Some(Ordering::Greater),
            Self::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// What stands at the end of a way.
#[must_use]
pub fn said(way: &[String], ask: Ask<'_>) -> Said {
    let Some((first, rest)) = way.split_first() else { return Said::Nothing };
    rest.iter().fold(ask(first), |said, name| said.field(name).clone())
}

fn items(said: Said) -> impl Iterator<Item = Said> {
    match said {
        Said::List(items) => items,
        Said::Nothing => Vec::new(),
        one => vec![one],
    }
    .into_iter()
}

#[cfg(test)]
mod tests;
