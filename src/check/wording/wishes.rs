//! Improvements that are a wish: somebody is to think, to remember, to be more careful.

use super::people::Sure;
use super::rules::{BUILT, CARE, Match};
use super::sentence::Text;
use super::words;

/// What people are asked for when nothing is built.
const WISHES: &[&str] = &[
    "think before",
    "think twice",
    "think harder",
    "think first",
    "concentrate",
    "be careful",
    "be more",
    "be vigilant",
    "be attentive",
    "be very careful",
    "pay attention",
    "stay alert",
    "stay vigilant",
    "remain vigilant",
    "take care",
    "take responsibility",
    "take more responsibility",
    "do better",
    "wake up",
    "learn their lesson",
    "learn to",
    "remember to",
    "remember that",
    "take security seriously",
];

impl Text<'_> {
    /// `people need to think before they click`, `everybody is more careful`.
    pub fn wish(&self, at: usize) -> Match {
        let end = match self.word(at) {
            "need" | "needs" | "must" | "has" | "have" | "should" | "ought" | "shall" => {
                let act = at + 1 + usize::from(self.word(at + 1) == "to");
                if self.word(act) == "stop" && self.word(act + 1).ends_with("ing") {
                    return self.asked_of(at, act + 1);
                }
                let count = self.one_of(act, WISHES)?;
                let more = self.word(act + count - 1) == "more";
                if more && !words::CARE.contains(&self.word(act + count)) {
                    return None;
                }
                let learn = usize::from(self.word(act) == "learn" && count == 2);
                act + count - usize::from(!more) - learn
            }
            "is" | "are" | "becomes" | "become" | "will" | "stay" | "stays" | "remain" | "remains" => {
                let act = at + 1 + usize::from(matches!(self.word(at + 1), "be" | "always"));
                let more = matches!(self.word(act), "more" | "extra" | "especially" | "particularly");
                let stays = self.word(at).starts_with("stay") || self.word(at).starts_with("remain");
                let care = act + usize::from(more);
                if !(more || stays) || !words::CARE.contains(&self.word(care)) {
                    return None;
                }
                care
            }
            _ => return None,
        };
        self.asked_of(at, end)
    }

    /// It is asked of a person, from the verb at this place on.
    fn asked_of(&self, at: usize, end: usize) -> Match {
        let (who, sure) = self.subject(at)?;
        // That we have something to learn is no wish of others.
        let ours = self.word(end) == "learn" && !self.of_others(who);
        (sure == Sure::Yes && !ours && !self.denied(at)).then_some((who, end, CARE, BUILT))
    }

    /// `developers will be reminded to use it`, `the intern was disciplined`.
    pub fn corrected(&self, at: usize) -> Match {
        let to_do = match self.word(at) {
            "reminded" | "instructed" => self.word(at + 1) == "to",
            "retrained" | "disciplined" | "reprimanded" | "punished" | "fired" | "sacked" => true,
            _ => false,
        };
        let by_system = || self.near(at + 1, 12, &["by"]).is_some_and(|by| self.agent(by + 1).is_none());
        if !to_do || by_system() {
            return None;
        }
        let be = at.checked_sub(1).filter(|be| matches!(self.word(*be), "be" | "been" | "were" | "was" | "are"))?;
        let modal = be.checked_sub(1).filter(|modal| matches!(self.word(*modal), "will" | "must" | "should" | "to"));
        let need = modal
            .and_then(|to| to.checked_sub(1))
            .filter(|need| matches!(self.word(*need), "need" | "needs" | "has" | "have"));
        self.asked_of(need.or(modal).unwrap_or(be), at)
    }

    /// A sentence that begins with a wish: `communicate the policy again`, `more care with passwords`.
    pub fn wish_of_all(&self, at: usize) -> Match {
        if at != 0 {
            return None;
        }
        let end = match self.word(0) {
            "more" | "greater" | "extra" | "increased" => {
                let wanted = ["care", "attention", "discipline", "diligence", "vigilance", "caution", "awareness"];
                self.near(1, 1, &wanted)?
            }
            "communicate" | "announce" | "repeat" | "explain" | "tell" | "publish" | "send" => {
                let rule = self.near(1, 6, words::RULES)?;
                self.near(rule + 1, 6, &["again", "everybody", "everyone", "once"])?
            }
            "reiterate" | "emphasise" | "emphasize" | "stress" | "re-emphasise" | "re-emphasize" | "reinforce" => {
                self.near(1, 5, words::RULES).or_else(|| self.near(1, 5, &["importance", "need"]))?
            }
            "be" | "think" | "pay" | "take" | "stay" | "concentrate" => self.one_of(0, WISHES)? - 1,
            _ => return None,
        };
        let more = self.word(end) == "more";
        (!more || words::CARE.contains(&self.word(end + 1))).then_some((0, end, CARE, BUILT))
    }
}
