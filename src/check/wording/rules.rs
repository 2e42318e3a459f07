//! What blame looks like in a sentence.
//!
//! In: the words of a sentence. Out: [`Hit`]s in their order, none over another. Three sorts: phrases that blame whoever is meant; a person with a word of
//! fault; what would have happened, had a person been another.

use super::people::{People, Sure};
use super::prose::Token;
use super::words;

/// Something to say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it begins, in the piece of its sentence.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What is the matter with it, after the quoted words.
    pub fault: &'static str,
    /// A way to say it.
    pub hint: &'static str,
}

const CULPRIT: &str = "looks for a culprit";
const HINDSIGHT: &str = "tells what did not happen";
const CARE: &str = "asks people to be more careful";

const EASY: &str = "say what made the step easy to get wrong";
const REMIND: &str = "say what would have reminded, and where it belongs";
const SIGNAL: &str = "say which signal there was, and why it was easy to miss";
const LOOKED: &str = "say what it looked like to those who were there, and what made it look right";
const WORK: &str = "say how the procedure and the work differ, and what was easier than following it";
const HAPPENED: &str = "say what happened and what let it happen, without who did it";
const CHECK: &str = "say what was seen at the time, and which check would have shown the rest";
const SYSTEM: &str = "say what the system should do next time, as an opportunity with its phase";
const BUILT: &str = "attention runs out: say what will be built, shown or checked instead";

/// Phrases that blame, whoever is meant; `*` at the end of a word stands for any ending.
const PHRASES: &[(&str, &str, &str)] = &[
    ("human error", CULPRIT, EASY),
    ("human errors", CULPRIT, EASY),
    ("human mistake*", CULPRIT, EASY),
    ("human failure", CULPRIT, EASY),
    ("operator error", CULPRIT, EASY),
    ("operator errors", CULPRIT, EASY),
    ("user error", CULPRIT, EASY),
    ("user errors", CULPRIT, EASY),
    ("pilot error", CULPRIT, EASY),
    ("known better", CULPRIT, LOOKED),
    ("careless*", CULPRIT, LOOKED),
    ("negligen*", CULPRIT, LOOKED),
    ("incompeten*", CULPRIT, "say what the work would have needed"),
    ("stupid*", CULPRIT, LOOKED),
    ("idiot*", CULPRIT, LOOKED),
    ("sloppiness", CULPRIT, LOOKED),
    ("sloppy work", CULPRIT, LOOKED),
    ("laziness", CULPRIT, LOOKED),
    ("screwed up", CULPRIT, HAPPENED),
    ("messed up", CULPRIT, HAPPENED),
    ("dropped the ball", CULPRIT, HAPPENED),
    ("asleep at the wheel", CULPRIT, HAPPENED),
    ("forgot to", CULPRIT, REMIND),
    ("forgotten to", CULPRIT, REMIND),
    ("neglected to", CULPRIT, REMIND),
    ("failed to follow", CULPRIT, WORK),
    ("nobody bothered", CULPRIT, LOOKED),
    ("no one bothered", CULPRIT, LOOKED),
    ("nobody cared", CULPRIT, LOOKED),
    ("no one cared", CULPRIT, LOOKED),
    ("at fault", CULPRIT, HAPPENED),
    ("is to blame", CULPRIT, HAPPENED),
    ("was to blame", CULPRIT, HAPPENED),
    ("are to blame", CULPRIT, HAPPENED),
    ("were to blame", CULPRIT, HAPPENED),
    ("blame lies", CULPRIT, HAPPENED),
    ("blame falls", CULPRIT, HAPPENED),
    ("blame rests", CULPRIT, HAPPENED),
    ("common sense", CULPRIT, LOOKED),
    ("rookie mistake*", CULPRIT, LOOKED),
    ("silly mistake*", CULPRIT, LOOKED),
    ("basic mistake*", CULPRIT, LOOKED),
    ("obvious mistake*", CULPRIT, LOOKED),
    ("avoidable mistake*", CULPRIT, LOOKED),
    ("beginner's mistake*", CULPRIT, LOOKED),
    ("inexcusable", CULPRIT, LOOKED),
    ("unforgivable", CULPRIT, LOOKED),
    ("there is no excuse", CULPRIT, LOOKED),
    ("lack of discipline", CULPRIT, EASY),
    ("lack of diligence", CULPRIT, EASY),
    ("lack of attention", CULPRIT, EASY),
    ("lack of care", CULPRIT, EASY),
    ("lack of competence", CULPRIT, EASY),
    ("lack of common sense", CULPRIT, EASY),
    ("not paying attention", CULPRIT, SIGNAL),
    ("weren't paying attention", CULPRIT, SIGNAL),
    ("wasn't paying attention", CULPRIT, SIGNAL),
    ("held accountable", CULPRIT, HAPPENED),
    ("hold them accountable", CULPRIT, HAPPENED),
    ("disciplinary", CULPRIT, HAPPENED),
    ("be more careful", CARE, BUILT),
    ("be more vigilant", CARE, BUILT),
    ("be more attentive", CARE, BUILT),
    ("be more diligent", CARE, BUILT),
    ("be more cautious", CARE, BUILT),
    ("been more careful", CARE, CHECK),
    ("take more care", CARE, BUILT),
    ("pay more attention", CARE, BUILT),
    ("pay closer attention", CARE, BUILT),
    ("pay better attention", CARE, BUILT),
    ("try harder", CARE, BUILT),
    ("could have been avoided", HINDSIGHT, SYSTEM),
    ("could have been prevented", HINDSIGHT, SYSTEM),
    ("could easily have been", HINDSIGHT, SYSTEM),
    ("easily avoidable", HINDSIGHT, SYSTEM),
    ("easily preventable", HINDSIGHT, SYSTEM),
    ("entirely avoidable", HINDSIGHT, SYSTEM),
    ("entirely preventable", HINDSIGHT, SYSTEM),
    ("completely avoidable", HINDSIGHT, SYSTEM),
    ("completely preventable", HINDSIGHT, SYSTEM),
    ("should never have happened", HINDSIGHT, SYSTEM),
    ("should have been obvious", HINDSIGHT, SIGNAL),
    ("should have been clear", HINDSIGHT, SIGNAL),
    ("should have been noticed", HINDSIGHT, SIGNAL),
    ("should have been spotted", HINDSIGHT, SIGNAL),
    ("should have been anticipated", HINDSIGHT, CHECK),
    ("should have been foreseen", HINDSIGHT, CHECK),
    ("should never have been", HINDSIGHT, CHECK),
];

/// Everything to say otherwise in a sentence.
pub fn hits(people: &People, sentence: &[Token]) -> Vec<Hit> {
    let text = Text { people, tokens: sentence };
    let mut found: Vec<Hit> = Vec::new();
    for at in 0..sentence.len() {
        let rules = [Text::phrase, Text::person, Text::caused_by, Text::somebodys, Text::had_only, Text::remind];
        let hit = rules.into_iter().find_map(|rule| rule(&text, at));
        found.extend(hit.and_then(|(from, to, fault, hint)| {
            Some(Hit { start: sentence.get(from)?.start, end: sentence.get(to)?.end, fault, hint })
        }));
    }
    found.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
    let mut end = 0;
    found.retain(|hit| {
        let apart = hit.start >= end;
        end = end.max(hit.end);
        apart
    });
    found
}

/// First and last word, what is the matter, and a way to say it.
type Match = Option<(usize, usize, &'static str, &'static str)>;

struct Text<'a> {
    people: &'a People,
    tokens: &'a [Token],
}

impl Text<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.word.as_str())
    }

    /// The words from `at` on are these, with no comma between them. The number of words.
    fn are(&self, at: usize, words: &str) -> Option<usize> {
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

    /// The sentence denies what begins here, within the five words before.
    fn denied(&self, at: usize) -> bool {
        (at.saturating_sub(5)..at).any(|at| words::DENIALS.contains(&self.word(at)))
    }

    fn phrase(&self, at: usize) -> Match {
        // Most words begin as no phrase does.
        let first = self.word(at).as_bytes().first_chunk::<2>()?;
        let mut alike = PHRASES.iter().filter(|(phrase, ..)| phrase.as_bytes().first_chunk() == Some(first));
        let (count, fault, hint) =
            alike.find_map(|(phrase, fault, hint)| self.are(at, phrase).map(|count| (count, *fault, *hint)))?;
        let next = self.word(at + count);
        let of_software = self.word(at + count - 1).starts_with("error") && words::OF_SOFTWARE.contains(&next);
        // `should have been spotted by the probe` is about the probe.
        let by_system = self.word(at + 2) == "been" && next == "by" && self.agent(at + count + 1).is_none();
        (!of_software && !by_system && !self.denied(at)).then_some((at, at + count - 1, fault, hint))
    }

    /// A person and a word of fault.
    fn person(&self, at: usize) -> Match {
        let (count, hint, wanted) = self.fault_verb(at)?;
        let (from, sure) = self.subject(at)?;
        (sure == Sure::Yes || wanted == Sure::Perhaps).then_some((from, at + count - 1, CULPRIT, hint))
    }

    /// A verb of fault: how many words, how to say it otherwise, and how sure its subject must be a person.
    fn fault_verb(&self, at: usize) -> Option<(usize, &'static str, Sure)> {
        let word = self.word(at);
        let next = self.word(at + 1);
        match word {
            "failed" | "fails" if next == "to" && !words::OUTCOMES.contains(&self.word(at + 2)) => {
                Some((3, WORK, Sure::Yes))
            }
            "forgot" | "forgotten" | "neglected" => Some((1, REMIND, Sure::Perhaps)),
            "ignored" | "overlooked" | "disregarded" => Some((1, SIGNAL, Sure::Yes)),
            "blundered" | "botched" | "bungled" | "fumbled" | "panicked" => Some((1, HAPPENED, Sure::Yes)),
            "slipped" if next == "up" => Some((2, HAPPENED, Sure::Yes)),
            "should" | "should've" | "shouldn't" | "ought" | "could" | "could've" => self.should_have(at),
            "did" | "didn't" | "never" | "does" | "do" | "don't" | "couldn't" => self.did_not(at),
            "made" | "makes" | "make" => self.made_a_mistake(at),
            "broke" | "caused" | "introduced" | "created" | "skipped" | "violated" | "breached" | "bypassed" => {
                self.broke(at)
            }
            "was" | "were" | "is" | "are" | "being" => self.was_careless(at),
            "lacked" | "lacks" | "lack" => {
                let what = (1..=3).find(|ahead| {
                    let lacked = ["discipline", "skill", "skills", "competence", "diligence", "attention", "care"];
                    lacked.contains(&self.word(at + ahead))
                })?;
                Some((what + 1, "say what the work would have needed", Sure::Yes))
            }
            _ => None,
        }
    }

    /// `should have`, `ought to have` and `could have`, with something that a person does.
    fn should_have(&self, at: usize) -> Option<(usize, &'static str, Sure)> {
        let word = self.word(at);
        let mut end = at + 1;
        let mut skip = |text: &Self, words: &[&str]| {
            while words.contains(&text.word(end)) {
                end += 1;
            }
        };
        skip(self, &["not", "never", "to", "and", "should", "easily", "really", "also", "simply", "at", "least"]);
        if !word.ends_with("'ve") {
            skip(self, &["have"]);
            if self.word(end - 1) != "have" {
                return None;
            }
        }
        while words::ADVERBS.contains(&self.word(end)) || matches!(self.word(end), "better" | "at" | "least") {
            end += 1;
        }
        let act = self.word(end);
        if act == "been" {
            let careful = (end + 1..=end + 2).find(|at| words::CARE.contains(&self.word(*at)))?;
            return Some((careful + 1 - at, CHECK, Sure::Yes));
        }
        let human = words::HUMAN_ACTS.contains(&act);
        // What could have been done is often only told; what only people do is asked of them.
        let asked = human || !word.starts_with("could") && is_participle(act);
        asked.then_some((end + 1 - at, CHECK, if human { Sure::Perhaps } else { Sure::Yes }))
    }

    /// `did not bother`, `never followed the runbook`.
    fn did_not(&self, at: usize) -> Option<(usize, &'static str, Sure)> {
        let start = at + 1 + usize::from(self.word(at + 1) == "not");
        let denied = start > at + 1 || self.word(at).ends_with("n't") || self.word(at) == "never";
        let start = start + usize::from(matches!(self.word(start), "even" | "really" | "be"));
        let phrases = [
            ("bother*", LOOKED),
            ("care to", LOOKED),
            ("cared to", LOOKED),
            ("care about", LOOKED),
            ("pay attention", SIGNAL),
            ("paid attention", SIGNAL),
            ("follow", WORK),
            ("followed", WORK),
            ("take the time", LOOKED),
            ("took the time", LOOKED),
            ("double-check", CHECK),
            ("do his job", LOOKED),
            ("do her job", LOOKED),
            ("do their job", LOOKED),
            ("take it seriously", LOOKED),
            ("took it seriously", LOOKED),
        ];
        let (count, hint) =
            phrases.iter().find_map(|(phrase, hint)| self.are(start, phrase).map(|count| (count, *hint)))?;
        denied.then_some((start + count - at, hint, Sure::Yes))
    }

    fn made_a_mistake(&self, at: usize) -> Option<(usize, &'static str, Sure)> {
        if !words::ARTICLES.contains(&self.word(at + 1)) {
            return None;
        }
        let what = (2..=4).find(|ahead| {
            matches!(self.word(at + ahead), "mistake" | "mistakes" | "error" | "errors" | "blunder" | "misjudgement")
        })?;
        Some((what + 1, LOOKED, Sure::Yes))
    }

    /// `broke the build`, `skipped the review`: a deed and what it was done to.
    fn broke(&self, at: usize) -> Option<(usize, &'static str, Sure)> {
        let rules = matches!(self.word(at), "broke" | "skipped" | "violated" | "breached" | "bypassed");
        let damage = matches!(self.word(at), "broke" | "caused" | "introduced" | "created");
        let what = (1..=4).take_while(|ahead| self.tokens.get(at + ahead).is_some_and(|token| !token.clause)).find(
            |ahead| {
                let object = self.word(at + ahead);
                rules && words::RULES.contains(&object) || damage && words::DAMAGE.contains(&object)
            },
        )?;
        Some((what + 1, if rules { WORK } else { HAPPENED }, Sure::Yes))
    }

    fn was_careless(&self, at: usize) -> Option<(usize, &'static str, Sure)> {
        let mut end = at + 1;
        while matches!(self.word(end), "too" | "simply" | "just" | "so" | "very" | "being" | "clearly" | "obviously") {
            end += 1;
        }
        if words::FAULTY.contains(&self.word(end)) {
            return Some((end + 1 - at, LOOKED, Sure::Yes));
        }
        if self.word(end) == "not" && words::CARE.contains(&self.word(end + 1)) {
            return Some((end + 2 - at, SIGNAL, Sure::Yes));
        }
        if self.are(end, "responsible for").is_some() {
            let what = (end + 2..=end + 4).find(|at| words::DAMAGE.contains(&self.word(*at)))?;
            return Some((what + 1 - at, HAPPENED, Sure::Yes));
        }
        None
    }

    /// The person who does what the verb at this place says: where the words about the person begin, and how sure it is one.
    fn subject(&self, verb: usize) -> Option<(usize, Sure)> {
        let mut at = verb;
        loop {
            // Nothing stands between a subject and its verb but a word or two.
            if self.tokens.get(at)?.clause {
                return None;
            }
            at = at.checked_sub(1)?;
            if !words::ADVERBS.contains(&self.word(at)) {
                break;
            }
        }
        if let Some(sure) = self.people.is(self.tokens.get(at)?) {
            return (!self.is_object(at)).then_some((self.name_start(at), sure));
        }
        // `the engineer on call`, `the developers of the gateway`, `the colleague who was on shift`.
        for place in (at.saturating_sub(5)..=at).rev() {
            let token = self.tokens.get(place)?;
            let Some(before) = place.checked_sub(1) else { break };
            if words::PREPOSITIONS.contains(&token.word.as_str()) || token.word == "who" {
                let sure = self.people.is(self.tokens.get(before)?);
                if sure == Some(Sure::Yes) && !self.is_object(before) {
                    return Some((before, Sure::Yes));
                }
            }
            if token.clause {
                break;
            }
        }
        None
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
    fn agent(&self, at: usize) -> Option<usize> {
        for place in at..at + 4 {
            let token = self.tokens.get(place).filter(|token| !token.clause)?;
            if self.people.is(token) == Some(Sure::Yes) {
                // `by the team queue` is about the queue, `by Pim Larkhollow` about one person.
                return Some(place);
            }
            if words::PREPOSITIONS.contains(&token.word.as_str()) {
                return None;
            }
        }
        None
    }

    /// `caused by the engineer`, `an error of the operator`.
    fn caused_by(&self, at: usize) -> Match {
        let deed = ["caused", "broken", "missed", "overlooked", "forgotten", "ignored", "introduced", "botched"];
        let word = self.word(at);
        let by = self.word(at + 1) == "by";
        let of = matches!(self.word(at + 1), "of" | "by");
        let fault = words::FAULTS.contains(&word) && of || self.are(at + 1, "on the part of").is_some();
        if !(deed.contains(&word) && by || fault) || self.denied(at) {
            return None;
        }
        let from = if by || of { at + 2 } else { at + 5 };
        let agent = self.agent(from)?;
        let last = words::OF_SOFTWARE.contains(&self.word(agent + 1));
        (!last).then_some((at, agent, CULPRIT, HAPPENED))
    }

    /// `the engineer's mistake`, `his fault`.
    fn somebodys(&self, at: usize) -> Match {
        if !self.people.owns(self.tokens.get(at)?) || self.denied(at) {
            return None;
        }
        let fault = (at + 1..=at + 2).find(|at| words::FAULTS.contains(&self.word(*at)))?;
        let apart = self.tokens.get(at + 1..=fault)?.iter().any(|token| token.clause);
        let of_software = words::OF_SOFTWARE.contains(&self.word(fault + 1));
        (!apart && !of_software).then_some((at, fault, CULPRIT, HAPPENED))
    }

    /// `if the developer had tested it`, `had she read the runbook`.
    fn had_only(&self, at: usize) -> Match {
        let begins = at == 0 || self.tokens.get(at)?.clause;
        let (person, act) = match self.word(at) {
            "if" => {
                let only = at + 1 + usize::from(self.word(at + 1) == "only");
                let person = self.agent(only)?;
                let had = (person + 1..=person + 3).find(|at| self.word(*at) == "had")?;
                (person, had + 1)
            }
            "had" if begins => {
                let person = self.agent(at + 1)?;
                (person, person + 1)
            }
            _ => return None,
        };
        let end = act + usize::from(matches!(self.word(act), "only" | "just" | "not" | "actually" | "simply"));
        let careful = self.word(end) == "been" && (end + 1..=end + 2).any(|at| words::CARE.contains(&self.word(at)));
        let done = self.word(end) != "been" && is_participle(self.word(end)) || careful;
        (done && person < end).then_some((at, end, HINDSIGHT, SYSTEM))
    }

    /// `remind all developers to …`: an improvement that is a wish.
    fn remind(&self, at: usize) -> Match {
        if !matches!(self.word(at), "remind" | "reminded" | "retrain" | "warn" | "discipline" | "instruct") {
            return None;
        }
        let person = self.agent(at + 1).filter(|person| self.word(at) == "retrain" || self.word(person + 1) == "to")?;
        Some((at, person, CARE, BUILT))
    }
}

fn is_participle(word: &str) -> bool {
    let noun = ["need", "speed", "feed", "seed", "red", "bed", "ten", "open", "garden", "children", "even", "often"];
    let regular = word.len() > 3 && (word.ends_with("ed") || word.ends_with("en")) && !noun.contains(&word);
    regular || words::PARTICIPLES.contains(&word)
}
