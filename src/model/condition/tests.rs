use jiff::civil::{Date, date};

use super::*;
use crate::model::field::{Item, Record, Shape};
use crate::model::threat_model::{Requirement, Threat};
use crate::source::At;

fn fields() -> Fields {
    let mut fields = of_table(Threat::FIELDS);
    fields.push(("requirements", Shape::List(Box::new(Shape::Record(Requirement::FIELDS)))));
    fields.push(("reviewed", At::<Date>::shape()));
    fields
}

fn text(text: &str) -> Said {
    Said::Text(text.to_owned())
}

fn ask(name: &str) -> Said {
    let requirement = |status: &str, ticket: Said| Said::Record(vec![("status", text(status)), ("ticket", ticket)]);
    match name {
        "id" => text("T1"),
        "impact" => text("high"),
        "status" => text("accepted"),
        "cwe" => Said::List(vec![Said::Number(89)]),
        "targets" => Said::List(vec![text("F1"), text("api")]),
        "reviewed" => Said::Day(date(2026, 10, 1)),
        "accepted" => Said::Record(vec![("until", Said::Day(date(2026, 12, 1))), ("reason", Said::Nothing)]),
        "requirements" => {
            Said::List(vec![requirement("verified", text("LP-1")), requirement("proposed", Said::Nothing)])
        }
        _ => Said::Nothing,
    }
}

fn holds(condition: &str) -> bool {
    let read = read(condition, &fields());
    read.unwrap_or_else(|wrong| panic!("{condition}: {wrong:?}")).holds(&ask, date(2026, 11, 2))
}

#[test]
fn conditions_hold_or_do_not() {
    for (condition, expected) in [
        (r#"impact == "high""#, true),
        ("impact != 'high'", false),
        (r#"impact == "high" implies status in ["mitigated", "accepted"]"#, true),
        (r#"impact == "low" implies status == "open""#, true),
        (r#"status not in ["open"] and not likelihood"#, true),
        (r#"not (status == "open" or impact == "high")"#, false),
        (r#"targets contains "F1" and cwe contains 89"#, true),
        ("cwe contains 79", false),
        ("count(targets) >= 2 and count(findings) == 0", true),
        ("accepted.until", true),
        ("accepted.reason", false),
        ("days_until(accepted.until) <= 29", true),
        ("days_until(accepted.until) < 29", false),
        ("accepted.until > today", true),
        ("reviewed >= 2026-10-01 and accepted.until < 2027-01-01", true),
        (r#"any(requirements, status == "verified" and ticket)"#, true),
        ("every(requirements, ticket)", false),
        // What says nothing is equal to nothing, and neither more nor less than a day.
        (r#"likelihood == "high""#, false),
        ("accepted.date < today", false),
        ("accepted.date >= today", false),
    ] {
        assert_eq!(holds(condition), expected, "{condition}");
    }
}

#[test]
fn mistakes_are_told_where_they_are() {
    for (condition, place, message) in [
        ("imapct == 'high'", "imapct", "there is no field `imapct`"),
        ("status == 'done'", "'done'", "`done` is never said there"),
        ("status == high", "high", "there is no field `high`"),
        ("status in ['open', 'dnoe']", "'dnoe'", "`dnoe` is never said there"),
        ("status = 'open'", "=", "`=` means nothing here"),
        ("status == 'open", "'open", "a text has no end"),
        ("impact < 'high'", "impact", "this is a text"),
        ("targets == 'F1'", "targets", "this is more than one value"),
        ("accepted == 'x'", "accepted", "this is more than one value"),
        ("requirements.status == 'x'", "status", "`requirements` is a list, so it has no `status`"),
        ("impact.high", "high", "`impact` has no fields"),
        ("any(targets, id)", "targets", "`targets` is no list of mappings"),
        ("days_until(impact) > 3", "impact", "`impact` is no day"),
        ("accepted.until > 3", "3", "a day should stand here, not `3`"),
        ("2026-13-01 < today", "2026-13-01", "`2026-13-01` is neither a number nor a day"),
        ("impact == 'high' status", "status", "`status` is one too many"),
        ("(impact", "", "the condition ends where `)` should stand"),
        ("", "", "the condition ends where a field should stand"),
        ("3", "", "the condition ends where a comparison such as `==` should stand"),
        ("impact contains 'high'", "impact", "this is no list"),
    ] {
        let wrong = read(condition, &fields()).expect_err(condition);
        assert_eq!(condition.get(wrong.at.clone()), Some(place), "{condition}: {wrong:?}");
        assert_eq!(wrong.message, message, "{condition}");
    }
}

#[test]
fn nesting_has_an_end() {
    let deep = format!("{}impact{}", "(".repeat(5000), ")".repeat(5000));
    assert!(read(&deep, &fields()).is_err_and(|wrong| wrong.message.contains("nested")));
    assert!(read(&format!("{}impact", "not ".repeat(5000)), &fields()).is_ok());
}

#[test]
fn the_day_is_asked_for_only_by_name() {
    for (condition, expected) in [
        ("accepted.until > 2026-01-01", false),
        ("accepted.until > today", true),
        ("not (days_until(reviewed) > 3)", true),
    ] {
        assert_eq!(read(condition, &fields()).map(|read| read.asks_the_day()), Ok(expected), "{condition}");
    }
}
