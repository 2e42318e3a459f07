//! `invariants:` and `exemptions:` of the configuration become the rules of the house.
//!
//! In: the decoded entries and the text of the file. Out: [`HouseRules`]; what cannot be read is told at the very word, and left out.

use std::collections::BTreeSet;

use crate::diagnostic::{Severity, codes, did_you_mean};
use crate::model::condition::Unreadable;
use crate::model::field::Decoder;
use crate::model::invariant::{Exemption, ExemptionEntry, HouseRules, Invariant, InvariantEntry};
use crate::source::{At, Span};

/// Reads them.
pub(super) fn read(
    invariants: &[InvariantEntry],
    exemptions: &[ExemptionEntry],
    text: &str,
    decoder: &mut Decoder,
) -> HouseRules {
    let mut rules = HouseRules { path: Some(decoder.path.clone()), ..HouseRules::default() };
    let mut names: BTreeSet<String> = BTreeSet::new();
    for entry in invariants {
        let again = entry.id.as_ref().filter(|id| !names.insert(id.value.0.clone()));
        if let Some(id) = again {
            let help = "give one of them another `id`".to_owned();
            decoder.wrong(&codes::DUPLICATE_ID, id.span, format!("two rules are called `{}`", id.value.0), Some(help));
        }
        match Invariant::of(entry) {
            // Of two rules with one id the first is asked; what is wrong with the second is told all the same.
            Ok(Some(rule)) => {
                rules.invariants.extend(day_is_due(rule, entry, decoder).filter(|_| again.is_none()));
            }
            Ok(None) => {}
            Err((value, wrong)) => {
                decoder.wrong(&codes::BAD_CONDITION, place(&value, &wrong, text), wrong.message, wrong.help);
            }
        }
    }
    for entry in exemptions {
        if let Some(id) = entry.invariant.as_ref().filter(|id| !names.contains(&id.value.0)) {
            let help = did_you_mean(&id.value.0, names.iter().map(String::as_str));
            let help = help.unwrap_or_else(|| "the rules stand under `invariants`".to_owned());
            decoder.wrong(&codes::UNKNOWN_VALUE, id.span, format!("no rule is called `{}`", id.value.0), Some(help));
        }
        rules.exemptions.extend(Exemption::of(entry.clone()));
    }
    rules
}

/// Errors and warnings do not depend on the day, so a rule that asks for it is a matter of the calendar.
fn day_is_due(rule: Invariant, entry: &InvariantEntry, decoder: &mut Decoder) -> Option<Invariant> {
    if !rule.condition.asks_the_day() || rule.severity == Severity::Due {
        return Some(rule);
    }
    let span = entry.severity.as_ref().map_or(rule.id.span, |severity| severity.span);
    let message = format!("the rule `{}` asks for the day, so it is neither an error nor a warning", rule.id.value);
    decoder.wrong(&codes::BAD_CONDITION, span, message, Some("write `severity: due`".to_owned()));
    None
}

/// Where in the file the part of a value stands; the whole value where its text is written otherwise, with escapes for instance.
fn place(value: &At<String>, wrong: &Unreadable, text: &str) -> Span {
    let whole = value.span;
    let Some(written) = text.get(whole.start..whole.end) else { return whole };
    // After a quotation mark, or below the first line of a block.
    let skipped = match written.chars().next() {
        Some('"' | '\'') => 1,
        Some('>' | '|') => written.find('\n').unwrap_or(written.len()),
        _ => 0,
    };
    let mut letters = written.char_indices().skip_while(|(at, _)| *at < skipped).filter(|(_, c)| !c.is_whitespace());
    let mut places = Vec::new();
    for (at, wanted) in value.value.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        match letters.next() {
            Some((place, letter)) if letter == wanted => places.push((at, place, letter.len_utf8())),
            _ => return whole,
        }
    }
    let mut inside = places.iter().filter(|(at, ..)| wrong.at.contains(at));
    let ends = inside.clone().next().zip(inside.next_back());
    match (ends, places.last()) {
        (Some(((_, start, _), (_, last, length))), _) => Span::new(whole.start + start, whole.start + last + length),
        (None, Some((_, last, length))) => Span::new(whole.start + last + length, whole.start + last + length),
        (None, None) => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::invariant::Thing;
    use crate::model::leaf::Id;
    use crate::source::SourcePath;

    #[test]
    fn of_two_rules_with_one_id_the_first_is_asked() {
        fn at<T>(value: T) -> At<T> {
            At::new(value, Span::default())
        }
        let rule = |condition: &str| InvariantEntry {
            id: Some(at(Id("owned".to_owned()))),
            kind: Some(at(Thing::Service)),
            condition: Some(at(condition.to_owned())),
            message: Some(at("no".to_owned())),
            ..InvariantEntry::default()
        };
        let mut decoder = Decoder::new(SourcePath::new("tiltyard.yaml"), false);
        let rules = read(&[rule("team"), rule("repo"), rule("nonsense ==")], &[], "", &mut decoder);
        assert_eq!(rules.invariants.len(), 1);
        let codes: Vec<&str> = decoder.diagnostics.iter().map(|one| one.code.name).collect();
        assert_eq!(codes, ["duplicate-id", "duplicate-id", "bad-condition"]);
    }
}
