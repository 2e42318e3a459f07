//! A sentence that can be asked: who does what, and whether it is denied or given a reason.
//!
//! In: the words of a sentence, and who is known. Out: places of words.

use super::people::{People, Sure};
use super::prose::Token;
use super::words;

/// A sentence, and who may be meant in it.
pub struct Text<'a> {
    /// Who is known.
    pub people: &'a People,
    /// The words.
    pub tokens: &'a [Token],
}

impl Text<'_> {
    /// The word at a place; nothing beyond the end.
    pub fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.word.as_str())
    }

    /// The words from `at` on are these, with no comma between them. The number of words.
    pub fn are(&self, at: usize, words: &str) -> Option<usize> {
        let mut count = 0;
        for wanted in words.split(' ') {
            let token = self.tokens.get(at + count).filter(|token| count == 0 || !token.clause)?;
            let same = match wanted.strip_suffix('*') {
                Some(stem) => token.word.starts_with(stem),
                None => token.word == wanted,
            };
            if !same {
                return None;
            }
            count += 1;
        }
        Some(count)
    }

    /// The first of some phrases that stands at a place. The number of its words.
    pub fn one_of(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().find_map(|phrase| self.are(at, phrase))
    }

    /// The first place from `at` on, among so many words of one clause, whose word is one of these.
    pub fn near(&self, at: usize, most: usize, words: &[&str]) -> Option<usize> {
        let inside = |place: &usize| self.tokens.get(*place).is_some_and(|token| !token.clause);
        (at..at + most).take_while(inside).find(|place| words.contains(&self.word(*place)))
    }

    /// The sentence denies what begins here, within the five words before.
    pub fn denied(&self, at: usize) -> bool {
        (at.saturating_sub(5)..at).any(|at| words::DENIALS.contains(&self.word(at)))
    }

    /// What was done is given a reason that is no person's: `since the first two had told us the same`, `on purpose`.
    pub fn explained(&self, at: usize) -> bool {
        (at + 1..self.tokens.len().min(at + 30)).any(|place| {
            let apart = self.tokens.get(place).is_some_and(|token| token.clause);
            let next = self.word(place + 1);
            let reason = match self.word(place) {
                "because" => next != "of",
                "since" | "as" => apart && !matches!(next, "usual" | "always" | "ever"),
                "on" => return next == "purpose",
                _ => false,
            };
            reason && self.agent(place + 1).is_none()
        })
    }

    /// Whether the word at a place means a person; some do only after the word before: `support agent`, `new hire`.
    pub fn person_at(&self, at: usize) -> Option<Sure> {
        let known = self.people.is(self.tokens.get(at)?);
        if known.is_some() {
            return known;
        }
        let before = at.checked_sub(1).map_or("", |before| self.word(before));
        let person = match self.word(at) {
            "agent" | "agents" | "desk" | "rep" | "reps" => {
                matches!(before, "support" | "service" | "sales" | "help" | "call-centre" | "helpdesk")
            }
            "lead" => matches!(before, "tech" | "team" | "technical" | "project" | "shift" | "incident" | "product"),
            "hire" | "hires" => before == "new",
            "shift" => matches!(before, "night" | "day" | "early" | "late" | "morning" | "evening"),
            "on-call" => words::ARTICLES.contains(&before),
            _ => false,
        };
        person.then_some(Sure::Yes)
    }

    /// The person who does what the verb at this place says: where the words about the person begin, and how sure it is one.
    pub fn subject(&self, verb: usize) -> Option<(usize, Sure)> {
        let (before, found) = self.subject_alone(verb);
        // `wrote the script and never tested it`.
        let joined = || {
            let before = before.filter(|before| words::JOINS.contains(&self.word(*before)))?;
            Some((self.doer(before)?, Sure::Yes))
        };
        found.or_else(joined)
    }

    /// The same, without a verb before that has the same subject; also the word that stands in the place of a subject.
    fn subject_alone(&self, verb: usize) -> (Option<usize>, Option<(usize, Sure)>) {
        let mut at = verb;
        loop {
            // Nothing stands between a subject and its verb but a word or two.
            let inside = self.tokens.get(at).is_some_and(|token| !token.clause);
            let Some(before) = at.checked_sub(1).filter(|_| inside && at + 6 > verb) else { return (None, None) };
            at = before;
            if !words::ADVERBS.contains(&self.word(at)) && !self.word(at).ends_with("lessly") {
                break;
            }
        }
        if let Some(sure) = self.person_at(at).filter(|_| !self.is_object(at)) {
            return (Some(at), Some((self.name_start(at), sure)));
        }
        (Some(at), self.far_subject(at))
    }

    /// `the engineer on call`, `the developers of the gateway`, `the colleague who was on shift`, `whoever merged this`.
    fn far_subject(&self, at: usize) -> Option<(usize, Sure)> {
        for place in (at.saturating_sub(5)..=at).rev() {
            let token = self.tokens.get(place)?;
            if token.word == "whoever" {
                return Some((place, Sure::Yes));
            }
            let Some(before) = place.checked_sub(1) else { break };
            if words::PREPOSITIONS.contains(&token.word.as_str()) || token.word == "who" {
                let those = token.word == "who" && matches!(self.word(before), "those" | "anyone" | "anybody");
                if (those || self.person_at(before) == Some(Sure::Yes)) && !self.is_object(before) {
                    return Some((before, Sure::Yes));
                }
            }
            if token.clause {
                break;
            }
        }
        None
    }

    /// Somebody who did something in the words before this place: where the words about the person begin.
    pub fn doer(&self, end: usize) -> Option<usize> {
        for verb in (end.saturating_sub(14)..end).rev() {
            if is_past(self.word(verb)) {
                let (mut before, mut found) = self.subject_alone(verb);
                if let Some(passive) = before.filter(|before| matches!(self.word(*before), "was" | "were" | "been")) {
                    (before, found) = self.subject_alone(passive);
                }
                if let Some((who, sure)) = found {
                    return (sure == Sure::Yes).then_some(who);
                }
                // `the shared folder` is no deed, and `read and` goes on before.
                let before = before.map_or("", |before| self.word(before));
                if !words::ARTICLES.contains(&before) && !words::JOINS.contains(&before) {
                    return None;
                }
            }
            if self.tokens.get(verb).is_some_and(|token| token.clause) {
                return None;
            }
        }
        None
    }

    /// Nobody speaks of themselves here.
    pub fn of_others(&self, who: usize) -> bool {
        !matches!(self.word(who), "we" | "i")
    }

    /// The first word of a name of two.
    fn name_start(&self, at: usize) -> usize {
        let Some(before) = at.checked_sub(1) else { return at };
        let both = |token: &Token| token.capital && self.people.is(token) == Some(Sure::Yes);
        let named = self.tokens.get(before).is_some_and(both) && self.tokens.get(at).is_some_and(both);
        if named { before } else { at }
    }

    /// The noun belongs to a preposition before it: `the queue of the team`.
    fn is_object(&self, noun: usize) -> bool {
        if matches!(self.word(noun), "he" | "she" | "we" | "they" | "i" | "who" | "whoever") {
            return false;
        }
        let first = self.name_start(noun);
        let mut at = first;
        // Back over adjectives to an article, or to the preposition itself.
        for _ in 0..3 {
            let Some(before) = at.checked_sub(1).filter(|_| self.tokens.get(at).is_some_and(|token| !token.clause))
            else {
                return false;
            };
            let word = self.word(before);
            if words::PREPOSITIONS.contains(&word) {
                let counted = before.checked_sub(1).is_some_and(|count| words::COUNTS.contains(&self.word(count)));
                return !(word == "of" && counted);
            }
            if at < first && words::ARTICLES.contains(&self.word(at)) {
                return false;
            }
            at = before;
        }
        false
    }

    /// A person within the next few words, an article and adjectives before it.
    pub fn agent(&self, at: usize) -> Option<usize> {
        for place in at..at + 4 {
            let token = self.tokens.get(place).filter(|token| place == at || !token.clause)?;
            if self.person_at(place) == Some(Sure::Yes) {
                // `by the team queue` is about the queue, `by Pim Larkhollow` about one person.
                let of_things = words::OF_PEOPLE.contains(&self.word(place + 1));
                return (!of_things).then_some(place);
            }
            if words::PREPOSITIONS.contains(&token.word.as_str()) {
                return None;
            }
        }
        None
    }
}

/// A verb that tells what was done.
pub fn is_past(word: &str) -> bool {
    let regular = word.len() > 3 && word.ends_with("ed") && !words::NO_PARTICIPLES.contains(&word);
    regular || words::PAST.contains(&word)
}

/// A word after `have`.
pub fn is_participle(word: &str) -> bool {
    let ends = word.ends_with("ed") || word.ends_with("en");
    let regular = word.len() > 3 && ends && !words::NO_PARTICIPLES.contains(&word);
    regular || words::PARTICIPLES.contains(&word)
}
