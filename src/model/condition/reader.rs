//! The text of a condition becomes a [`Condition`], or a place in the text and what is wrong there.

use std::ops::Range;

use jiff::civil::Date;

use super::{Comparison, Condition, Term, Way};
use crate::diagnostic::nearest;
use crate::model::field::{Field, Item, Shape, shortened};
use crate::model::leaf::Cwe;
use crate::model::said::Said;
use crate::source::At;

/// Conditions nested deeper than this are not read.
const DEEPEST: usize = 24;

/// Fields that a condition may ask for, with what each may hold.
pub type Fields = Vec<(&'static str, Shape)>;

/// Why a text is no condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Where in the text, in bytes.
    pub at: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Reads a condition over these fields.
///
/// # Errors
/// The first thing that cannot be read, or asks for what is not there.
pub fn read(text: &str, fields: &Fields) -> Result<Condition, Unreadable> {
    let mut reader = Reader { tokens: tokens(text)?, next: 0, end: text.len(), depth: 0 };
    let condition = reader.condition(fields)?;
    match reader.peek() {
        None => Ok(condition),
        Some(token) => Err(wrong(&token.at, format!("`{}` is one too many", token.text), None)),
    }
}

/// The field that a way leads to, as a message or condition names it.
///
/// # Errors
/// No such field, or one inside a list.
pub fn shape_of(way: &[(String, Range<usize>)], fields: &Fields) -> Result<Shape, Unreadable> {
    let mut shape: Option<Shape> = None;
    let mut before = String::new();
    for (name, at) in way {
        let inner: Fields = match &shape {
            None => fields.clone(),
            Some(Shape::Record(table)) => of_table(table),
            Some(Shape::List(_)) => {
                let help = format!("ask for one of them or all: any({before}, {name} …), every({before}, {name} …)");
                return Err(wrong(at, format!("`{before}` is a list, so it has no `{name}`"), Some(help)));
            }
            Some(_) => return Err(wrong(at, format!("`{before}` has no fields"), None)),
        };
        let found = inner.iter().find(|(known, _)| known == name);
        let Some((_, found)) = found else {
            let known: Vec<&str> = inner.iter().map(|(known, _)| *known).collect();
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`? a text stands in quotes"),
                None => format!("the fields are {}; a text stands in quotes", known.join(", ")),
            };
            return Err(wrong(at, format!("there is no field `{}`", shortened(name)), Some(help)));
        };
        shape = Some(found.clone());
        if !before.is_empty() {
            before.push('.');
        }
        before.push_str(name);
    }
    Ok(shape.unwrap_or(Shape::Free))
}

/// The fields of a table.
#[must_use]
pub fn of_table(table: &'static [Field]) -> Fields {
    table.iter().map(|field| (field.name, (field.shape)())).collect()
}

fn wrong(at: &Range<usize>, message: String, help: Option<String>) -> Unreadable {
    Unreadable { at: at.clone(), message, help }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Sort {
    Word,
    Literal(Said),
    Sign,
}

#[derive(Clone, Debug)]
struct Token {
    text: String,
    at: Range<usize>,
    sort: Sort,
}

fn tokens(text: &str) -> Result<Vec<Token>, Unreadable> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or("");
        let length = |keep: fn(char) -> bool| rest.find(|c| !keep(c)).unwrap_or(rest.len());
        let (length, sort) = match first {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '"' | '\'' => {
                let Some(inner) = rest.get(1..).and_then(|rest| rest.split_once(first)) else {
                    let help = Some(format!("close it with {first}"));
                    return Err(wrong(&(at..text.len()), "a text has no end".to_owned(), help));
                };
                (inner.0.len() + 2, Sort::Literal(Said::Text(inner.0.to_owned())))
            }
            c if c.is_ascii_digit()
                || (c == '-' && rest.get(1..).is_some_and(|r| r.starts_with(|d: char| d.is_ascii_digit()))) =>
            {
                let length = 1 + rest
                    .get(1..)
                    .map_or(0, |r| r.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(r.len()));
                (length, Sort::Literal(number_or_day(rest.get(..length).unwrap_or(""), at)?))
            }
            c if c.is_alphabetic() || c == '_' => {
                let length = length(|c| c.is_alphanumeric() || c == '_');
                let sort = match rest.get(..length) {
                    Some("true") => Sort::Literal(Said::Truth(true)),
                    Some("false") => Sort::Literal(Said::Truth(false)),
                    _ => Sort::Word,
                };
                (length, sort)
            }
            _ if ["==", "!=", "<=", ">="].iter().any(|sign| rest.starts_with(sign)) => (2, Sort::Sign),
            '<' | '>' | '(' | ')' | '[' | ']' | ',' | '.' => (1, Sort::Sign),
            other => {
                let help = match other {
                    '=' => "equal is written `==`",
                    '!' => "write `not`",
                    '&' => "write `and`",
                    '|' => "write `or`",
                    _ => {
                        "a condition has fields, \"texts\", numbers, days, == != < <= > >= in contains and or not implies ( ) [ ] , ."
                    }
                };
                return Err(wrong(
                    &(at..at + other.len_utf8()),
                    format!("`{other}` means nothing here"),
                    Some(help.to_owned()),
                ));
            }
        };
        let end = at + length;
        tokens.push(Token { text: text.get(at..end).unwrap_or("").to_owned(), at: at..end, sort });
        at = end;
    }
    Ok(tokens)
}

fn number_or_day(text: &str, at: usize) -> Result<Said, Unreadable> {
    if let Ok(number) = text.parse::<i64>() {
        return Ok(Said::Number(number));
    }
    let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let help = Some("a day is written 2026-11-02".to_owned());
    day.map(Said::Day)
        .ok_or_else(|| wrong(&(at..at + text.len()), format!("`{text}` is neither a number nor a day"), help))
}

/// What sort of value a term has, as far as comparing goes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Holds {
    Text,
    Word(&'static [&'static str]),
    Number,
    Day,
    Truth,
    Anything,
}

impl Holds {
    fn noun(&self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Word(_) => "a word",
            Self::Number => "a number",
            Self::Day => "a day",
            Self::Truth => "true or false",
            Self::Anything => "anything",
        }
    }

    fn fits(&self, other: &Self) -> bool {
        let text = |holds: &Self| matches!(holds, Self::Text | Self::Word(_));
        self == other || *self == Self::Anything || *other == Self::Anything || (text(self) && text(other))
    }

    fn of(literal: &Said) -> Self {
        match literal {
            Said::Number(_) => Self::Number,
            Said::Day(_) => Self::Day,
            Said::Truth(_) => Self::Truth,
            _ => Self::Text,
        }
    }
}

/// What a field of one value holds.
fn holds(shape: &Shape) -> Option<Holds> {
    let pattern = |shape: &Shape| match shape {
        Shape::Pattern(_, pattern) => Some(*pattern),
        _ => None,
    };
    Some(match shape {
        Shape::Boolean => Holds::Truth,
        Shape::Integer(..) => Holds::Number,
        Shape::Choice(words) => Holds::Word(words),
        Shape::Pattern(_, own) if Some(*own) == pattern(&At::<Date>::shape()) => Holds::Day,
        Shape::Pattern(_, own) if Some(*own) == pattern(&At::<Cwe>::shape()) => Holds::Number,
        Shape::Text | Shape::Pattern(..) | Shape::Reference(_) | Shape::Amount(_) => Holds::Text,
        Shape::Free => Holds::Anything,
        Shape::List(_) | Shape::Record(_) => return None,
    })
}

struct Reader {
    tokens: Vec<Token>,
    next: usize,
    end: usize,
    depth: usize,
}

/// A way as it is written, with the place of each name.
type Written = Vec<(String, Range<usize>)>;

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.text == text && !matches!(token.sort, Sort::Literal(_)));
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, text: &str) -> Result<(), Unreadable> {
        if self.take(text) { Ok(()) } else { Err(self.missing(&format!("`{text}`"))) }
    }

    /// What should stand here and does not.
    fn missing(&self, what: &str) -> Unreadable {
        match self.peek() {
            Some(token) => {
                wrong(&token.at, format!("{what} should stand here, not `{}`", shortened(&token.text)), None)
            }
            None => wrong(&(self.end..self.end), format!("the condition ends where {what} should stand"), None),
        }
    }

    fn condition(&mut self, fields: &Fields) -> Result<Condition, Unreadable> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let at = self.peek().map_or(self.end..self.end, |token| token.at.clone());
            let help = Some("say it in several rules".to_owned());
            return Err(wrong(&at, "the condition is nested too deeply".to_owned(), help));
        }
        let given = self.either(fields)?;
        let condition = if self.take("implies") {
            Condition::Implies(Box::new(given), Box::new(self.condition(fields)?))
        } else {
            given
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn either(&mut self, fields: &Fields) -> Result<Condition, Unreadable> {
        let first = self.both(fields)?;
        let mut some = vec![first];
        while self.take("or") {
            some.push(self.both(fields)?);
        }
        Ok(if some.len() == 1 { some.remove(0) } else { Condition::Or(some) })
    }

    fn both(&mut self, fields: &Fields) -> Result<Condition, Unreadable> {
        let mut all = vec![self.one(fields)?];
        while self.take("and") {
            all.push(self.one(fields)?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Condition::And(all) })
    }

    fn one(&mut self, fields: &Fields) -> Result<Condition, Unreadable> {
        let mut denied = false;
        while self.take("not") {
            denied = !denied;
        }
        let one = self.plain(fields)?;
        Ok(if denied { Condition::Not(Box::new(one)) } else { one })
    }

    fn plain(&mut self, fields: &Fields) -> Result<Condition, Unreadable> {
        if self.take("(") {
            let inner = self.condition(fields)?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.is_call("any") || self.is_call("every") {
            return self.quantified(fields);
        }
        let start = self.peek().map_or(self.end, |token| token.at.start);
        let (left, shape) = self.term(fields)?;
        let here = start..self.tokens.get(self.next.wrapping_sub(1)).map_or(self.end, |token| token.at.end);
        if self.take("contains") {
            return self.contains(left, shape.as_ref(), &here);
        }
        let denied = self.peek().is_some_and(|token| token.text == "not")
            && self.tokens.get(self.next + 1).is_some_and(|token| token.text == "in");
        self.next += usize::from(denied);
        if self.take("in") {
            let words = self.words(&single(shape.as_ref(), &here)?)?;
            let one_of = Condition::OneOf(left, words);
            return Ok(if denied { Condition::Not(Box::new(one_of)) } else { one_of });
        }
        if let Some(how) = self.comparison() {
            return self.compared(fields, left, shape.as_ref(), how, &here);
        }
        match left {
            Term::Field(way) => Ok(Condition::Says(way)),
            _ => Err(self.missing("a comparison such as `==`")),
        }
    }

    fn is_call(&self, name: &str) -> bool {
        self.peek().is_some_and(|token| token.text == name && token.sort == Sort::Word)
            && self.tokens.get(self.next + 1).is_some_and(|token| token.text == "(")
    }

    /// `any(list, condition)` and `every(list, condition)`; the condition asks for fields of one of the list.
    fn quantified(&mut self, fields: &Fields) -> Result<Condition, Unreadable> {
        let any = self.take("any");
        self.next += usize::from(!any);
        self.expect("(")?;
        let way = self.way()?;
        let shape = shape_of(&way, fields)?;
        let inner = match &shape {
            Shape::List(inner) => match &**inner {
                Shape::Record(table) => Some(of_table(table)),
                _ => None,
            },
            _ => None,
        };
        let Some(inner) = inner else {
            let help = Some("for a list of words there are `contains` and `count`".to_owned());
            return Err(wrong(&place(&way), format!("`{}` is no list of mappings", name(&way)), help));
        };
        self.expect(",")?;
        let condition = Box::new(self.condition(&inner)?);
        self.expect(")")?;
        let way = plain(way);
        Ok(if any { Condition::Any(way, condition) } else { Condition::Every(way, condition) })
    }

    fn contains(&mut self, left: Term, shape: Option<&Shape>, here: &Range<usize>) -> Result<Condition, Unreadable> {
        let (Term::Field(way), Some(Shape::List(inner))) = (left, shape) else {
            let help = Some("`contains` asks a list; for one value there is `==`".to_owned());
            return Err(wrong(here, "this is no list".to_owned(), help));
        };
        let wanted = single(Some(inner), here)?;
        let literal = self.literal(&wanted)?;
        Ok(Condition::Contains(way, literal))
    }

    fn compared(
        &mut self,
        fields: &Fields,
        left: Term,
        shape: Option<&Shape>,
        how: Comparison,
        here: &Range<usize>,
    ) -> Result<Condition, Unreadable> {
        let wanted = match &left {
            Term::Literal(literal) => Holds::of(literal),
            _ => single(shape, here)?,
        };
        let ordered = !matches!(how, Comparison::Equal | Comparison::Different);
        if ordered && !matches!(wanted, Holds::Number | Holds::Day | Holds::Anything) {
            let help = Some("only numbers and days are more or less than others".to_owned());
            return Err(wrong(here, format!("this is {}", wanted.noun()), help));
        }
        if self.peek().is_some_and(|token| matches!(token.sort, Sort::Literal(_))) {
            let right = self.literal(&wanted)?;
            return Ok(Condition::Compare(left, how, Term::Literal(right)));
        }
        let start = self.peek().map_or(self.end, |token| token.at.start);
        let (right, shape) = self.term(fields)?;
        let there = start..self.tokens.get(self.next.wrapping_sub(1)).map_or(self.end, |token| token.at.end);
        let other = single(shape.as_ref(), &there)?;
        if !wanted.fits(&other) {
            let message = format!("this is {}, and what it is compared with is {}", other.noun(), wanted.noun());
            return Err(wrong(&there, message, None));
        }
        if let (Term::Literal(Said::Text(text)), Holds::Word(words)) = (&left, &other) {
            known_word(text, words, here)?;
        }
        Ok(Condition::Compare(left, how, right))
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let signs = [
            ("==", Comparison::Equal),
            ("!=", Comparison::Different),
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("<", Comparison::Less),
            (">", Comparison::More),
        ];
        signs.into_iter().find(|(sign, _)| self.take(sign)).map(|(_, how)| how)
    }

    /// A term, and what it may hold; a literal says that itself.
    fn term(&mut self, fields: &Fields) -> Result<(Term, Option<Shape>), Unreadable> {
        let number = Some(Shape::Integer(i64::MIN, i64::MAX));
        if let Some(Token { sort: Sort::Literal(literal), .. }) = self.peek() {
            let literal = literal.clone();
            self.next += 1;
            let shape = match literal {
                Said::Number(_) => number,
                Said::Day(_) => Some(At::<Date>::shape()),
                Said::Truth(_) => Some(Shape::Boolean),
                _ => Some(Shape::Text),
            };
            return Ok((Term::Literal(literal), shape));
        }
        for call in ["count", "days_until"] {
            if self.is_call(call) {
                self.next += 2;
                let way = self.way()?;
                let shape = shape_of(&way, fields)?;
                if call == "days_until" && holds(&shape) != Some(Holds::Day) {
                    return Err(wrong(&place(&way), format!("`{}` is no day", name(&way)), None));
                }
                self.expect(")")?;
                let way = plain(way);
                return Ok((if call == "count" { Term::Count(way) } else { Term::DaysUntil(way) }, number));
            }
        }
        let today = fields.iter().all(|(name, _)| *name != "today") && self.take("today");
        if today {
            return Ok((Term::Today, Some(At::<Date>::shape())));
        }
        let way = self.way()?;
        let shape = shape_of(&way, fields)?;
        Ok((Term::Field(plain(way)), Some(shape)))
    }

    fn way(&mut self) -> Result<Written, Unreadable> {
        let mut way = Vec::new();
        loop {
            let word = self.peek().filter(|token| token.sort == Sort::Word).cloned();
            let Some(word) = word else { return Err(self.missing("a field")) };
            self.next += 1;
            way.push((word.text, word.at));
            if !self.take(".") {
                return Ok(way);
            }
        }
    }

    fn words(&mut self, wanted: &Holds) -> Result<Vec<Said>, Unreadable> {
        self.expect("[")?;
        let mut words = vec![self.literal(wanted)?];
        while self.take(",") {
            words.push(self.literal(wanted)?);
        }
        self.expect("]")?;
        Ok(words)
    }

    /// A literal that can be what is wanted.
    fn literal(&mut self, wanted: &Holds) -> Result<Said, Unreadable> {
        let Some(Token { sort: Sort::Literal(literal), at, text }) = self.peek().cloned() else {
            let word = self.peek().filter(|token| token.sort == Sort::Word).map(|token| token.text.clone());
            let help = word.map(|word| format!("a text stands in quotes: \"{word}\""));
            return Err(Unreadable { help, ..self.missing("a text, number or day") });
        };
        self.next += 1;
        if !wanted.fits(&Holds::of(&literal)) {
            return Err(wrong(&at, format!("{} should stand here, not `{}`", wanted.noun(), shortened(&text)), None));
        }
        if let (Holds::Word(words), Said::Text(text)) = (wanted, &literal) {
            known_word(text, words, &at)?;
        }
        Ok(literal)
    }
}

fn known_word(text: &str, words: &[&str], at: &Range<usize>) -> Result<(), Unreadable> {
    if words.contains(&text) {
        return Ok(());
    }
    let known = format!("it may be {}", words.join(", "));
    let help =
        nearest(text, words.iter().copied()).map_or(known.clone(), |near| format!("did you mean \"{near}\"? {known}"));
    Err(wrong(at, format!("`{}` is never said there", shortened(text)), Some(help)))
}

/// What a single value holds; lists and mappings cannot be compared.
fn single(shape: Option<&Shape>, at: &Range<usize>) -> Result<Holds, Unreadable> {
    let help = match shape {
        Some(Shape::List(_)) => "of a list, ask with contains, count(…), any(…) or every(…)",
        _ => "ask for one of its fields",
    };
    let found = shape.map_or(Some(Holds::Anything), holds);
    found.ok_or_else(|| wrong(at, "this is more than one value".to_owned(), Some(help.to_owned())))
}

fn plain(way: Written) -> Way {
    way.into_iter().map(|(name, _)| name).collect()
}

fn name(way: &Written) -> String {
    way.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(".")
}

fn place(way: &Written) -> Range<usize> {
    let start = way.first().map_or(0, |(_, at)| at.start);
    start..way.last().map_or(start, |(_, at)| at.end)
}
