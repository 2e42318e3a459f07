//! What blame looks like in a sentence.
//!
//! In: the words of a sentence. Out: [`Hit`]s in their order, none over another. Three sorts: phrases that blame whoever is meant; a person with a word of
//! fault; what would have happened, had a person been another.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::people::{People, Sure};
use super::prose::Token;
use super::sentence::{Text, is_participle};
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

/// First and last word, what is the matter, and a way to say it.
pub type Match = Option<(usize, usize, &'static str, &'static str)>;

pub const CULPRIT: &str = "looks for a culprit";
pub const HINDSIGHT: &str = "tells what did not happen";
pub const CARE: &str = "asks people to be more careful";

pub const EASY: &str = "say what made the step easy to get wrong";
pub const REMIND: &str = "say what would have reminded, and where it belongs";
pub const SIGNAL: &str = "say which signal there was, and why it was easy to miss";
pub const LOOKED: &str = "say what it looked like to those who were there, and what made it look right";
pub const WORK: &str = "say how the procedure and the work differ, and what was easier than following it";
pub const HAPPENED: &str = "say what happened and what let it happen, without who did it";
pub const CHECK: &str = "say what was seen at the time, and which check would have shown the rest";
pub const SYSTEM: &str = "say what the system should do next time, as an opportunity with its phase";
pub const BUILT: &str = "attention runs out: say what will be built, shown or checked instead";
pub const PACE: &str = "say what set the pace, and which check could have stopped it";
pub const BAIT: &str = "say what made it look real, and what could keep one click from doing harm";
pub const DECIDED: &str = "say what was known when it was decided, and what stood against it";
pub const STATE: &str = "say what the shift and the work were like, and which second look was missing";
pub const LEARN: &str = "say what the work would have needed";
pub const TIME: &str = "say what the time went into, and what would have made it shorter";
pub const HABIT: &str = "leave other days out: say what was there on this one";

/// A phrase, what is the matter with it, and a way to say it.
type Phrase = (&'static str, &'static str, &'static str);

/// Phrases that blame, whoever is meant; `*` at the end of a word stands for any ending.
const PHRASES: &[Phrase] = &[
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
    ("knew better", CULPRIT, LOOKED),
    ("knows better", CULPRIT, LOOKED),
    ("carelessness", CULPRIT, LOOKED),
    ("recklessness", CULPRIT, LOOKED),
    ("thoughtlessness", CULPRIT, LOOKED),
    ("negligence", CULPRIT, LOOKED),
    ("incompetence", CULPRIT, LEARN),
    ("stupidity", CULPRIT, LOOKED),
    ("idiot*", CULPRIT, LOOKED),
    ("arrogan*", CULPRIT, LOOKED),
    ("complacen*", CULPRIT, LOOKED),
    ("overconfidence", CULPRIT, LOOKED),
    ("amateurish*", CULPRIT, LOOKED),
    ("unprofessional*", CULPRIT, LOOKED),
    ("sloppiness", CULPRIT, LOOKED),
    ("sloppy work", CULPRIT, LOOKED),
    ("laziness", CULPRIT, LOOKED),
    ("screwed up", CULPRIT, HAPPENED),
    ("messed up", CULPRIT, HAPPENED),
    ("dropped the ball", CULPRIT, HAPPENED),
    ("asleep at the wheel", CULPRIT, HAPPENED),
    ("asleep on the job", CULPRIT, STATE),
    ("fat-finger*", CULPRIT, EASY),
    ("fat finger*", CULPRIT, EASY),
    ("finger trouble", CULPRIT, EASY),
    ("cut corners", CULPRIT, WORK),
    ("cutting corners", CULPRIT, WORK),
    ("let us down", CULPRIT, HAPPENED),
    ("let the team down", CULPRIT, HAPPENED),
    ("let everybody down", CULPRIT, HAPPENED),
    ("let everyone down", CULPRIT, HAPPENED),
    ("turned a blind eye", CULPRIT, SIGNAL),
    ("looked the other way", CULPRIT, SIGNAL),
    ("could not be bothered", CULPRIT, LOOKED),
    ("couldn't be bothered", CULPRIT, LOOKED),
    ("can't be bothered", CULPRIT, LOOKED),
    ("no idea what he was doing", CULPRIT, LEARN),
    ("no idea what she was doing", CULPRIT, LEARN),
    ("no idea what they were doing", CULPRIT, LEARN),
    ("out of his depth", CULPRIT, LEARN),
    ("out of her depth", CULPRIT, LEARN),
    ("out of their depth", CULPRIT, LEARN),
    ("like a beginner", CULPRIT, LEARN),
    ("like an amateur", CULPRIT, LEARN),
    ("like beginners", CULPRIT, LEARN),
    ("like amateurs", CULPRIT, LEARN),
    ("thought it was a good idea", CULPRIT, LOOKED),
    ("thought it would be a good idea", CULPRIT, LOOKED),
    ("poor judgement", CULPRIT, LOOKED),
    ("poor judgment", CULPRIT, LOOKED),
    ("bad judgement", CULPRIT, LOOKED),
    ("bad judgment", CULPRIT, LOOKED),
    ("lapse of judgement", CULPRIT, LOOKED),
    ("lapse in judgement", CULPRIT, LOOKED),
    ("lapse of concentration", CULPRIT, STATE),
    ("lapse in concentration", CULPRIT, STATE),
    ("lapse of attention", CULPRIT, STATE),
    ("by not following", CULPRIT, WORK),
    ("for not following", CULPRIT, WORK),
    ("against policy", CULPRIT, WORK),
    ("unacceptable that", CULPRIT, LOOKED),
    ("formal warning", CULPRIT, HAPPENED),
    ("written warning", CULPRIT, HAPPENED),
    ("guilty party", CULPRIT, HAPPENED),
    ("raise awareness", CARE, BUILT),
    ("raising awareness", CARE, BUILT),
    ("awareness must be raised", CARE, BUILT),
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
    ("himself to blame", CULPRIT, HAPPENED),
    ("herself to blame", CULPRIT, HAPPENED),
    ("itself to blame", CULPRIT, HAPPENED),
    ("themselves to blame", CULPRIT, HAPPENED),
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
    ("lack of concentration", CULPRIT, STATE),
    ("lack of professionalism", CULPRIT, EASY),
    ("lack of commitment", CULPRIT, EASY),
    ("lack of responsibility", CULPRIT, EASY),
    ("lack of interest", CULPRIT, EASY),
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

/// The phrases by the two letters that they begin with.
static ALIKE: LazyLock<BTreeMap<[u8; 2], Vec<Phrase>>> = LazyLock::new(|| {
    let mut alike: BTreeMap<[u8; 2], Vec<Phrase>> = BTreeMap::new();
    for phrase in PHRASES {
        if let Some(first) = phrase.0.as_bytes().first_chunk() {
            alike.entry(*first).or_default().push(*phrase);
        }
    }
    alike
});

/// Everything to say otherwise in a sentence.
pub fn hits(people: &People, sentence: &[Token]) -> Vec<Hit> {
    let text = Text { people, tokens: sentence };
    let mut found: Vec<Hit> = Vec::new();
    for at in 0..sentence.len() {
        let rules = [
            Text::phrase,
            Text::person,
            Text::caused_by,
            Text::somebodys,
            Text::had_only,
            Text::remind,
            Text::manner,
            Text::without,
            Text::adjective,
            Text::judged,
            Text::as_usual,
            Text::anyway,
            Text::despite,
            Text::anybody_would,
            Text::wish,
            Text::corrected,
            Text::wish_of_all,
        ];
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

impl Text<'_> {
    fn phrase(&self, at: usize) -> Match {
        // Most words begin as no phrase does.
        let first = self.word(at).as_bytes().first_chunk()?;
        let mut alike = ALIKE.get(first)?.iter();
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
            "ignored" | "overlooked" | "disregarded" if !self.explained(at) => Some((1, SIGNAL, Sure::Yes)),
            "blundered" | "botched" | "bungled" | "fumbled" | "panicked" | "lied" | "overslept" | "gambled" => {
                Some((1, HAPPENED, Sure::Yes))
            }
            "slipped" | "covered" if next == "up" => Some((2, HAPPENED, Sure::Yes)),
            "failed" if next == "in" && matches!(self.word(at + 2), "his" | "her" | "their") => {
                Some((4, HAPPENED, Sure::Yes))
            }
            "should" | "should've" | "shouldn't" | "ought" | "could" | "could've" => self.should_have(at),
            "did" | "didn't" | "never" | "does" | "do" | "don't" | "couldn't" => {
                self.did_not(at).or_else(|| self.conduct(at))
            }
            "made" | "makes" | "make" => self.made_a_mistake(at),
            "broke" | "caused" | "introduced" | "created" | "skipped" | "violated" | "breached" | "bypassed"
            | "disobeyed" => self.broke(at),
            "was" | "were" | "is" | "are" | "being" => self.was_careless(at),
            "must" => self.must_have(at),
            "lacked" | "lacks" | "lack" => {
                let what = (1..=3).find(|ahead| {
                    let lacked = ["discipline", "skill", "skills", "competence", "diligence", "attention", "care"];
                    lacked.contains(&self.word(at + ahead))
                })?;
                Some((what + 1, LEARN, Sure::Yes))
            }
            _ => self.conduct(at),
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
        skip(
            self,
            &["not", "never", "to", "and", "should", "easily", "really", "also", "simply", "just", "at", "least"],
        );
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
        // What somebody should have been given is no fault of theirs.
        if matches!(act, "received" | "gotten" | "got" | "heard") {
            return None;
        }
        let forestalled = matches!(act, "avoided" | "prevented" | "averted");
        let stopped = self.near(at + 1, end - at, &["not", "never"]).is_some() || word == "shouldn't";
        let human = words::HUMAN_ACTS.contains(&act) || stopped && words::HUMAN_STEPS.contains(&act);
        // What could have been done is often only told; what only people do is asked of them.
        let asked = human || forestalled || !word.starts_with("could") && is_participle(act);
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
            ("listen", SIGNAL),
            ("listened", SIGNAL),
            ("think before", PACE),
            ("think twice", PACE),
            ("know what he was doing", LEARN),
            ("know what she was doing", LEARN),
            ("know what they were doing", LEARN),
        ];
        let follow = self.word(start).starts_with("follow");
        if !denied || follow && self.explained(at) {
            return None;
        }
        let (count, hint) = phrases
            .iter()
            .find_map(|(phrase, hint)| self.are(start, phrase).map(|count| (count, *hint)))
            .or_else(|| self.not_done(at, start))?;
        Some((start + count - at, hint, Sure::Yes))
    }

    /// What somebody did not do, from `start` on: `do their homework`, `take security seriously`, `obviously did not read`.
    fn not_done(&self, at: usize, start: usize) -> Option<(usize, &'static str)> {
        match self.word(start) {
            "do" | "did" | "done" if matches!(self.word(start + 1), "his" | "her" | "their" | "your") => {
                let duty = ["job", "jobs", "homework", "duty", "duties", "part", "work"];
                duty.contains(&self.word(start + 2)).then_some((3, LOOKED))
            }
            "take" | "took" => self.near(start + 1, 4, &["seriously"]).map(|end| (end + 1 - start, LOOKED)),
            act if self.word(at) == "never" => {
                let before = at.checked_sub(1).map_or("", |before| self.word(before));
                let passive = matches!(before, "is" | "are" | "was" | "were" | "been");
                let told = words::DILIGENCE.contains(&act) && !passive && !self.explained(at);
                let others = || self.subject(at).is_some_and(|(who, _)| self.of_others(who));
                (told && others()).then_some((1, CHECK))
            }
            act => {
                let before = at.checked_sub(1).map_or("", |before| self.word(before));
                let scorn = self.word(start - 1) == "even"
                    || matches!(before, "obviously" | "clearly" | "evidently" | "simply" | "just" | "apparently");
                (scorn && words::DILIGENCE_NOW.contains(&act)).then_some((1, CHECK))
            }
        }
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
            // `distracted by a second page` says by what.
            let by_system = self.word(end + 1) == "by" && self.agent(end + 2).is_none();
            return (!by_system).then_some((end + 1 - at, LOOKED, Sure::Yes));
        }
        if let Some(count) = self.one_of(end, &["wrong to", "wrong not to", "not up to the", "not competent"]) {
            return Some((end + count - at, LOOKED, Sure::Yes));
        }
        if self.word(end - 1) == "too" && words::TOO.contains(&self.word(end)) {
            return Some((end + 1 - at, STATE, Sure::Yes));
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

    /// `caused by the engineer`, `an error of the operator`.
    fn caused_by(&self, at: usize) -> Match {
        let deed = [
            "caused",
            "broken",
            "missed",
            "overlooked",
            "forgotten",
            "ignored",
            "introduced",
            "botched",
            "misconfigured",
            "mishandled",
            "neglected",
        ];
        let word = self.word(at);
        // `the mistake was made by the platform team`.
        let made = matches!(word, "made" | "committed") && {
            let faults = at.saturating_sub(4)..at;
            faults.into_iter().any(|at| words::FAULTS.contains(&self.word(at)))
        };
        let by = self.word(at + 1) == "by";
        let of = matches!(self.word(at + 1), "of" | "by");
        let fault = words::FAULTS.contains(&word) && of
            || self.word(at + 1) == "on" && self.are(at + 1, "on the part of").is_some();
        // `the blame lies with the DBA`, `the culprit was the intern`.
        let lies = matches!(word, "fault" | "blame" | "error" | "mistake" | "responsibility" | "culprit")
            && (self.one_of(at + 1, &["lies with", "lay with", "rests with", "is with"]).is_some()
                || word == "culprit" && matches!(self.word(at + 1), "was" | "is"));
        if !((deed.contains(&word) || made) && by || fault || lies) || self.denied(at) {
            return None;
        }
        let from = match self.word(at + 1) {
            "by" | "of" | "was" => at + 2,
            "on" => at + 5,
            _ => at + 2 + usize::from(word != "culprit"),
        };
        let agent = self.agent(from)?;
        let last = words::OF_SOFTWARE.contains(&self.word(agent + 1));
        (!last).then_some((at, agent, CULPRIT, HAPPENED))
    }

    /// `the engineer's mistake`, `his fault`.
    fn somebodys(&self, at: usize) -> Match {
        if !self.people.owns(self.tokens.get(at)?) || self.denied(at) {
            return None;
        }
        let mut fault = self.near(at + 1, 2, words::FAULTS);
        if fault.is_none() && words::ADJECTIVES.contains(&self.word(at + 1)) {
            let lazy = matches!(self.word(at + 1), "lazy" | "stupid");
            fault = self.near(at + 2, 2, words::DEEDS).or((!lazy).then_some(at + 2));
        }
        if fault.is_none() && matches!(self.word(at + 1), "poor" | "hasty" | "questionable" | "blind") {
            fault = self.near(at + 2, 2, words::DEEDS);
        }
        let fault = fault.filter(|fault| self.tokens.get(*fault).is_some_and(|token| !token.clause))?;
        let of_software = words::OF_SOFTWARE.contains(&self.word(fault + 1));
        (!of_software).then_some((at, fault, CULPRIT, HAPPENED))
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
            "had" if begins || self.supposed(at) => {
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

    /// The words before say what might have been: `preventable had the owner …`.
    fn supposed(&self, at: usize) -> bool {
        let maybe = ["would", "could", "might", "wouldn't", "couldn't", "preventable", "avoidable"];
        at > 1 && (at.saturating_sub(20)..at).any(|at| maybe.contains(&self.word(at)))
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
