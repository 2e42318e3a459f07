//! Curricula, their modules, and champions: what is learnt, and a person's way through it.

use jiff::civil::Date;

use super::field::{choice, record};
use super::leaf::{CurriculumRef, Evidence, Id, ModuleRef, Number, PageRef, Period, PersonRef, SkillRef, TeamRef};
use crate::source::At;

choice! {
    /// What sort of evidence a module asks for.
    EvidenceKind {
        /// Something made.
        Artefact = "artefact",
        /// Something reviewed.
        Review = "review",
        /// A session led.
        SessionLed = "session-led",
        /// Questions answered.
        Quiz = "quiz",
        /// Seen at work.
        Observed = "observed",
    }
}

choice! {
    /// How much of a champion is shown.
    Visibility {
        /// By name.
        Named = "named",
        /// By id only.
        Pseudonym = "pseudonym",
        /// Not at all, but in counts.
        Hidden = "hidden",
    }
}

choice! {
    /// Whether a champion is at work as one.
    ChampionStatus {
        /// At work.
        Active = "active",
        /// Taking a break.
        Paused = "paused",
        /// No longer.
        Alumni = "alumni",
    }
}

record! {
    /// A level of a curriculum.
    Level {
        /// how modules name it
        req id: Option<At<Id>>,
        /// shown name
        opt name: Option<At<String>>,
        /// how long it holds
        opt valid_for: Option<At<Period>>,
        /// kinds of page its holders may review
        opt grants: Vec<At<String>>,
        /// how many pieces of evidence in all
        opt evidence: Option<At<Number>>,
    }
}

record! {
    /// The fields of a curriculum.
    Curriculum {
        /// levels in order: `{id, name, valid_for, grants, evidence}`
        req levels: Vec<Level>,
    }
}

record! {
    /// A skill that a module brings to a depth.
    SkillGain {
        /// the skill, from the registry
        req id: Option<At<SkillRef>>,
        /// depth 1 to 4: aware, practising, leading, teaching
        req to: Option<At<Number>>,
    }
}

record! {
    /// What shows that a module was taken.
    EvidenceNeeded {
        /// its name in the module
        req id: Option<At<Id>>,
        /// what sort it is
        req kind: Option<At<EvidenceKind>>,
        /// what it is
        req what: Option<At<String>>,
        /// how many of it
        opt min: Option<At<Number>>,
    }
}

record! {
    /// The fields of a module.
    Module {
        /// a level of its curriculum
        req level: Option<At<Id>>,
        /// skills it brings to a depth: `{id, to}`
        req skills: Vec<SkillGain>,
        /// what one can do afterwards, observable
        req outcomes: Vec<At<String>>,
        /// what shows it: `{id, kind, what, min}`
        req evidence: Vec<EvidenceNeeded>,
        /// modules that come first
        opt prerequisites: Vec<At<ModuleRef>>,
        /// how long it takes, in hours
        opt hours: Option<At<String>>,
        /// how it is assessed
        opt assessment: Option<At<String>>,
        /// how long it holds, where the level does not say it
        opt recertify: Option<At<Period>>,
        /// our own threat models, findings and reviews to practise on
        opt practice_on: Vec<At<PageRef>>,
    }
}

record! {
    /// A module taken, with what shows it and who says so.
    Achievement {
        /// the module
        req module: Option<At<ModuleRef>>,
        /// day
        req date: Option<At<Date>>,
        /// pages or addresses
        opt evidence: Vec<At<Evidence>>,
        /// who says so
        opt verified_by: Vec<At<PersonRef>>,
    }
}

record! {
    /// The fields of a champion.
    Champion {
        /// how much is shown: by name, by id only, or not at all
        req visibility: Option<At<Visibility>>,
        /// the team, from the registry
        req team: Option<At<TeamRef>>,
        /// whether the person is at work as a champion
        req status: Option<At<ChampionStatus>>,
        /// the curriculum followed
        opt curriculum: Vec<At<CurriculumRef>>,
        /// first day as a champion
        opt since: Option<At<Date>>,
        /// people who help
        opt mentors: Vec<At<PersonRef>>,
        /// share of the working time for it
        opt time_share: Option<At<String>>,
        /// modules taken: `{module, date, evidence, verified_by}`
        opt achievements: Vec<Achievement>,
    }
}
