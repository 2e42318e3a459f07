//! Blame that lies in how somebody is said to have gone about it: verbs, adverbs, adjectives, and what it was done without.

use super::people::Sure;
use super::rules::{BAIT, CHECK, CULPRIT, DECIDED, EASY, HABIT, LOOKED, Match, PACE, SIGNAL, STATE, TIME, WORK};
use super::sentence::{Text, is_participle, is_past};
use super::words;

/// A verb of fault: how many words, how to say it otherwise, and how sure its subject must be a person.
type Verb = Option<(usize, &'static str, Sure)>;

impl Text<'_> {
    /// What somebody did, and what it was better not to do: `fell for a mail`, `refused to answer`, `wasted two hours`.
    pub fn conduct(&self, at: usize) -> Verb {
        let next = self.word(at + 1);
        let (count, hint) = match self.word(at) {
            "slept" if next == "through" => (2, STATE),
            "fell" if next == "asleep" => (2, STATE),
            "fell" if next == "for" => (2, BAIT),
            "refused" | "declined" if next == "to" => (2, DECIDED),
            "chose" | "decided" | "preferred" if next == "to" && matches!(self.word(at + 2), "ignore" | "overlook") => {
                (3, DECIDED)
            }
            "kept" | "keep" | "keeps" if matches!(next, "ignoring" | "forgetting" | "missing" | "neglecting") => {
                (2, SIGNAL)
            }
            "had" | "has" | "have" | "hadn't" | "hasn't" => self.had_not_even(at)?,
            "wasted" if next != "no" => (1, TIME),
            "misconfigured" | "mishandled" | "mismanaged" | "misjudged" | "mistyped" | "misread" => (1, EASY),
            "rushed" if !matches!(next, "to" | "in" | "into" | "over") => (1, PACE),
            "took" if self.are(at + 1, "too long").is_some() => (3, TIME),
            "took" => (self.one_of(at + 1, &["a shortcut", "shortcuts", "the easy way"])? + 1, WORK),
            "reacted" | "responded" | "escalated" | "answered" | "acted" | "reported" => (self.too_late(at)?, TIME),
            "did" if next == "nothing" => (2, SIGNAL),
            _ => return None,
        };
        let others = || self.subject(at).is_some_and(|(who, _)| self.of_others(who));
        (!self.explained(at) && others()).then_some((count, hint, Sure::Yes))
    }

    /// `answered three days too late`.
    fn too_late(&self, at: usize) -> Option<usize> {
        let too = self.near(at + 1, 6, &["too"])?;
        matches!(self.word(too + 1), "late" | "slowly").then_some(too + 2 - at)
    }

    /// `had not even looked`, `had not run a single test`.
    fn had_not_even(&self, at: usize) -> Option<(usize, &'static str)> {
        let start = at + 1 + usize::from(self.word(at + 1) == "not");
        let denied = start > at + 1 || self.word(at).ends_with("n't");
        let even = usize::from(matches!(self.word(start), "even" | "once"));
        let act = self.word(start + even);
        let diligent = words::DILIGENCE.contains(&act) || matches!(act, "run" | "written" | "opened");
        let single = self.near(start + 1, 4, &["single"]);
        let end = single.map_or(start + even, |single| single + 1);
        (denied && diligent && (even == 1 || single.is_some())).then_some((end + 1 - at, CHECK))
    }

    /// `must have been distracted`, `must have misread`.
    pub fn must_have(&self, at: usize) -> Verb {
        self.are(at, "must have")?;
        let guess = self.word(at + 2);
        if guess == "been" {
            let state = self.near(at + 3, 4, words::STATES)?;
            return Some((state + 1 - at, STATE, Sure::Perhaps));
        }
        let fault = matches!(guess, "forgotten" | "overlooked" | "panicked" | "misread" | "mistyped" | "misunderstood");
        fault.then_some((3, STATE, Sure::Yes))
    }

    /// `blindly approved`, `acted recklessly`, `incorrectly assumed`.
    pub fn manner(&self, at: usize) -> Match {
        let word = self.word(at);
        let strong = word.ends_with("ly") && words::FAULTILY.contains(&word);
        let wrong = word.ends_with("ly") && !strong && words::WRONGLY.contains(&word);
        if !(strong || wrong) || self.denied(at) {
            return None;
        }
        let told = is_past(self.word(at + 1));
        let before = self.subject(at).filter(|(_, sure)| *sure == Sure::Yes && (told || strong));
        let found = match before {
            Some((who, _)) => Some((who, at + usize::from(told))),
            // `approved the request blindly`, where no verb follows that the word could belong to.
            None if told => None,
            None => self.doer(at).map(|who| (who, at)),
        };
        if let Some((who, end)) = found {
            return self.of_others(who).then_some((who, end, CULPRIT, LOOKED));
        }
        // `was carelessly committed`: somebody is meant, unless the sentence says by what.
        let before = at.checked_sub(1).map_or("", |before| self.word(before));
        let passive = strong && told && matches!(before, "was" | "were" | "been" | "being" | "got");
        let by_system = self.near(at + 2, 3, &["by"]).is_some_and(|by| self.agent(by + 1).is_none());
        (passive && !by_system).then_some((at, at + 1, CULPRIT, LOOKED))
    }

    /// `approved it without reading it`.
    pub fn without(&self, at: usize) -> Match {
        if self.word(at) != "without" {
            return None;
        }
        let end = self.near(at + 1, 4, words::THOUGHT)?;
        let who = self.doer(at).filter(|who| self.of_others(*who))?;
        (!self.explained(end)).then_some((who, end, CULPRIT, PACE))
    }

    /// `a careless change`, `an inexperienced colleague deleted`.
    pub fn adjective(&self, at: usize) -> Match {
        let word = self.word(at);
        let inexperienced = matches!(word, "inexperienced" | "untrained");
        if !inexperienced && !words::ADJECTIVES.contains(&word) {
            return None;
        }
        let guarded = ["against", "from", "for", "prevent", "prevents", "stop", "stops", "catch", "catches"];
        let kept_off = (at.saturating_sub(2)..at).any(|at| guarded.contains(&self.word(at)));
        if kept_off || self.denied(at) {
            return None;
        }
        let inside = |place: &usize| self.tokens.get(*place).is_some_and(|token| !token.clause);
        let person = || (at + 1..=at + 2).take_while(inside).find(|at| self.person_at(*at) == Some(Sure::Yes));
        let deed = self.near(at + 1, 2, words::DEEDS).filter(|_| !inexperienced);
        let noun = deed.or_else(|| {
            // Of a person it is told when they did something, and not what one may do.
            person().filter(|at| is_past(self.word(at + 1)))
        })?;
        let next = self.word(noun + 1);
        let of_software = words::OF_SOFTWARE.contains(&next);
        (!of_software && !words::MODALS.contains(&next)).then_some((at, noun, CULPRIT, LOOKED))
    }

    /// `which was irresponsible`, `nobody bothered to look`: a deed is judged.
    pub fn judged(&self, at: usize) -> Match {
        if self.are(at, "bothered to").is_some() {
            return Some((at, at + 1, CULPRIT, LOOKED));
        }
        let verdict = matches!(self.word(at), "which" | "this" | "that" | "it");
        if !verdict || !matches!(self.word(at + 1), "was" | "is" | "were") {
            return None;
        }
        let softened =
            matches!(self.word(at + 2), "simply" | "just" | "very" | "clearly" | "grossly" | "frankly" | "plain");
        let end = at + 2 + usize::from(softened);
        let judged = words::ADJECTIVES.contains(&self.word(end)) || self.word(end) == "inexcusable";
        // `it is lazy` may well be said of a list.
        (judged && self.word(end) != "lazy").then_some((at, end, CULPRIT, LOOKED))
    }

    /// `answered late, as usual`: a day is held against somebody for the sake of others.
    pub fn as_usual(&self, at: usize) -> Match {
        if self.word(at) != "as" || !matches!(self.word(at + 1), "usual" | "always") || at + 2 < self.tokens.len() {
            return None;
        }
        let poor = |word: &str| {
            matches!(word, "late" | "slow" | "slowly" | "wrong" | "nothing" | "not" | "nobody" | "absent" | "missed")
                || word.ends_with("n't")
                || word.starts_with("mis") && is_past(word)
        };
        let mut before = at.saturating_sub(9)..at;
        let verb = before.clone().any(|at| self.subject(at).is_some_and(|(_, sure)| sure == Sure::Yes));
        (verb && before.any(|at| poor(self.word(at)))).then_some((at, at + 1, CULPRIT, HABIT))
    }

    /// `deployed it anyway`: somebody did what they were not to do.
    pub fn anyway(&self, at: usize) -> Match {
        if self.word(at) != "anyway" || at + 1 < self.tokens.len() {
            return None;
        }
        let who = self.doer(at).filter(|who| self.of_others(*who))?;
        // `the record that the team needed anyway` is in any case.
        let in_any_case = (who..at).any(|at| matches!(self.word(at), "needed" | "wanted" | "planned" | "expected"));
        (!in_any_case).then_some((who, at, CULPRIT, DECIDED))
    }

    /// `despite several warnings`, said of a person.
    pub fn despite(&self, at: usize) -> Match {
        if self.word(at) != "despite" {
            return None;
        }
        let told = ["warnings", "warning", "instructions", "reminders", "told", "warned", "trained", "advice"];
        let end = self.near(at + 1, 5, &told)?;
        let after = || (end + 1..end + 8).find(|at| self.tokens.get(*at).is_some_and(|token| token.clause));
        let person = self.doer(at).or_else(|| self.agent(after()?));
        person.map(|_| (at, end, CULPRIT, SIGNAL))
    }

    /// `any competent engineer would have noticed`.
    pub fn anybody_would(&self, at: usize) -> Match {
        let anybody = matches!(self.word(at), "anyone" | "anybody");
        if !anybody && !matches!(self.word(at), "any" | "every" | "a") {
            return None;
        }
        let able = ["competent", "reasonable", "experienced", "sensible", "decent", "good", "careful", "real"];
        let measured = anybody || self.word(at) == "any" || able.contains(&self.word(at + 1));
        let modal = self.near(at + 1, 6, &["would", "could", "should"]).filter(|_| measured)?;
        let person = anybody || (at + 1..modal).any(|at| self.person_at(at) == Some(Sure::Yes));
        let act = modal + 2;
        let seen = words::HUMAN_ACTS.contains(&self.word(act)) && !matches!(self.word(act), "read" | "seen" | "told");
        let have = self.word(modal + 1) == "have" && is_participle(self.word(act));
        (person && have && seen && !self.denied(at)).then_some((at, act, CULPRIT, LOOKED))
    }
}
