//! A threat model: what was looked at, what may go wrong, and what is required so that it does not.

use jiff::civil::Date;

use super::field::{choice, record};
use super::leaf::{Asvs, Cwe, FindingRef, Id, OwnerRef, PartRef, PersonRef, ServiceRef};
use crate::source::At;

choice! {
    /// How the threats were looked for.
    Method {
        /// Spoofing, tampering, repudiation, information disclosure, denial of service, elevation of privilege.
        Stride = "STRIDE",
        /// The privacy threats of LINDDUN.
        Linddun = "LINDDUN",
        /// Confidentiality, integrity, availability.
        Cia = "CIA",
        /// A tree of attacks.
        AttackTree = "attack-tree",
        /// Another way.
        Other = "other",
    }
}

choice! {
    /// What a component of a data-flow diagram is.
    ComponentType {
        /// Something that runs.
        Process = "process",
        /// Something that keeps data.
        Store = "store",
        /// A person or a role.
        Actor = "actor",
        /// A system of somebody else.
        External = "external",
    }
}

choice! {
    /// Whether an assumption holds.
    Validity {
        /// Nobody has looked.
        Unconfirmed = "unconfirmed",
        /// It holds.
        Confirmed = "confirmed",
        /// It does not hold.
        Rejected = "rejected",
    }
}

choice! {
    /// What became of a threat.
    ThreatStatus {
        /// Nothing yet.
        Open = "open",
        /// Work is going on.
        Mitigating = "mitigating",
        /// Work is done and shown to be done.
        Mitigated = "mitigated",
        /// Both sides live with it until a day.
        Accepted = "accepted",
        /// Somebody else carries it.
        Transferred = "transferred",
        /// The cause is gone.
        Avoided = "avoided",
        /// It does not apply here.
        NotApplicable = "not-applicable",
    }
}

choice! {
    /// What sort of requirement it is.
    RequirementKind {
        /// A condition for a story to be accepted.
        AcceptanceCriterion = "acceptance-criterion",
        /// Work of its own.
        BacklogItem = "backlog-item",
        /// Something that prevents.
        Control = "control",
        /// Something that notices.
        Detection = "detection",
    }
}

choice! {
    /// How far a requirement is.
    RequirementStatus {
        /// Written down.
        Proposed = "proposed",
        /// Taken on by its owner.
        Accepted = "accepted",
        /// Being worked on.
        InProgress = "in-progress",
        /// Done, not yet shown.
        Implemented = "implemented",
        /// Shown to hold.
        Verified = "verified",
        /// Decided against.
        WontDo = "wont-do",
    }
}

record! {
    /// What was looked at and what was not.
    Scope {
        /// what is inside
        req inside "in": Vec<At<String>>,
        /// what is left out
        opt outside "out": Vec<At<String>>,
    }
}

record! {
    /// A zone of trust.
    Zone {
        /// how components name it
        req id: Option<At<Id>>,
        /// shown name
        opt name: Option<At<String>>,
        /// how far it is trusted: a number or a word
        opt trust: Option<At<String>>,
    }
}

record! {
    /// A component of the data-flow diagram.
    Component {
        /// how flows and threats name it
        req id: Option<At<Id>>,
        /// shown name
        opt name: Option<At<String>>,
        /// what it is
        req component_type "type": Option<At<ComponentType>>,
        /// the zone it stands in
        opt zone: Option<At<PartRef>>,
        /// the service of the registry that it is
        opt service: Option<At<ServiceRef>>,
    }
}

record! {
    /// A flow of data between two components; between two zones it crosses a trust boundary.
    Flow {
        /// how threats name it
        req id: Option<At<Id>>,
        /// the component it leaves
        req from: Option<At<PartRef>>,
        /// the component it reaches
        req to: Option<At<PartRef>>,
        /// how it travels
        opt protocol: Option<At<String>>,
        /// what travels
        opt data: Vec<At<String>>,
        /// whether it is encrypted on the way
        opt encrypted: Option<At<bool>>,
        /// whether the other end is known
        opt authenticated: Option<At<bool>>,
    }
}

record! {
    /// The four questions of a lightweight session, a sentence each.
    Answers {
        /// what data it handles
        opt data: Option<At<String>>,
        /// which trust boundaries it crosses
        opt boundaries: Option<At<String>>,
        /// what authentication and authorisation it needs
        opt access: Option<At<String>>,
        /// what it adds to the attack surface
        opt attack_surface: Option<At<String>>,
    }
}

record! {
    /// Something worth protecting.
    Asset {
        /// how threats name it
        req id: Option<At<Id>>,
        /// shown name
        opt name: Option<At<String>>,
        /// how bad it is when it leaks or breaks
        opt sensitivity: Option<At<String>>,
    }
}

record! {
    /// Something taken to be true.
    Assumption {
        /// its name in this model
        req id: Option<At<Id>>,
        /// what is taken to be true
        req text: Option<At<String>>,
        /// whether it holds
        opt validity: Option<At<Validity>>,
        /// day of the last look
        opt checked: Option<At<Date>>,
        /// the threats that rest on it; without them all of the model, unless it is rejected
        opt threats: Vec<At<PartRef>>,
    }
}

record! {
    /// Who lives with a risk, why, and until when.
    Acceptance {
        /// owners of both sides
        opt by: Vec<At<OwnerRef>>,
        /// day of the decision
        opt date: Option<At<Date>>,
        /// its end
        opt until: Option<At<Date>>,
        /// why it can be lived with
        opt reason: Option<At<String>>,
    }
}

record! {
    /// Something that may go wrong.
    Threat {
        /// how requirements and links name it: `T1`
        req id: Option<At<Id>>,
        /// what goes wrong, in one sentence
        req title: Option<At<String>>,
        /// the method's category: `Tampering`
        opt category: Option<At<String>>,
        /// the components, flows and assets it strikes
        opt targets: Vec<At<PartRef>>,
        /// CWE numbers
        opt cwe: Vec<At<Cwe>>,
        /// how likely it is, in the team's words
        opt likelihood: Option<At<String>>,
        /// how bad it is, in the team's words
        opt impact: Option<At<String>>,
        /// what became of it
        opt status: Option<At<ThreatStatus>>,
        /// the requirements that answer it
        opt mitigated_by: Vec<At<PartRef>>,
        /// who accepted it, why and until when
        opt accepted: Option<Acceptance>,
        /// explanations of what a scanner would say of it
        opt findings: Vec<At<FindingRef>>,
    }
}

record! {
    /// How it was shown that a requirement holds.
    Verification {
        /// day
        req date: Option<At<Date>>,
        /// who looked
        opt by: Vec<At<PersonRef>>,
        /// what was seen: a test, a run, an address
        opt evidence: Vec<At<String>>,
    }
}

record! {
    /// What must hold so that a threat does not come true.
    Requirement {
        /// how threats and links name it: `R1`
        req id: Option<At<Id>>,
        /// a sentence that can be tested
        req text: Option<At<String>>,
        /// what sort of requirement it is
        opt kind: Option<At<RequirementKind>>,
        /// the threats it answers
        opt threats "for": Vec<At<PartRef>>,
        /// who answers for it
        opt owner: Vec<At<OwnerRef>>,
        /// how soon, in the team's words
        opt priority: Option<At<String>>,
        /// when in the life of the software
        opt phase: Option<At<String>>,
        /// OWASP ASVS ids
        opt asvs: Vec<At<Asvs>>,
        /// its number in the tracker
        opt ticket: Option<At<String>>,
        /// how far it is
        opt status: Option<At<RequirementStatus>>,
        /// how it was shown to hold
        opt verified: Option<Verification>,
    }
}

record! {
    /// A foreign file that this model came from.
    ImportedFrom {
        /// the file
        req file: Option<At<String>>,
        /// its format
        opt format: Option<At<String>>,
        /// foreign ids and ours
        opt map: Option<super::leaf::Free>,
    }
}

record! {
    /// The fields of a threat model.
    ThreatModel {
        /// what was looked at and what was not: `{in: […], out: […]}`
        req scope: Option<Scope>,
        /// how threats were looked for
        req method: Option<At<Method>>,
        /// what there is: `{id, name, type, zone, service}`
        req components: Vec<Component>,
        /// what flows: `{id, from, to, protocol, data, encrypted, authenticated}`
        opt flows: Vec<Flow>,
        /// zones of trust: `{id, name, trust}`
        opt zones: Vec<Zone>,
        /// the four questions of a lightweight session, a sentence each
        opt answers: Option<Answers>,
        /// the change or ticket it is about
        opt feature: Option<At<String>>,
        /// what is worth protecting: `{id, name, sensitivity}`
        opt assets: Vec<Asset>,
        /// what is taken to be true: `{id, text, validity, checked}`
        opt assumptions: Vec<Assumption>,
        /// what may go wrong; or `none_found`
        opt threats: Vec<Threat>,
        /// why no threat was found
        opt none_found: Option<At<String>>,
        /// what must hold: `{id, text, kind, for, owner, …}`
        opt requirements: Vec<Requirement>,
        /// imported files: `{file, format, map}`
        opt sources: Vec<ImportedFrom>,
    }
}

impl ThreatModel {
    /// Whether a requirement answers a threat: the threat is `mitigated_by` it, or it is `for` the threat.
    #[must_use]
    pub fn answers(&self, requirement: &Requirement, threat: &Threat) -> bool {
        let names = |references: &[At<PartRef>], id: Option<&At<Id>>| {
            id.is_some_and(|id| references.iter().any(|reference| reference.value.0 == id.value.0))
        };
        names(&threat.mitigated_by, requirement.id.as_ref()) || names(&requirement.threats, threat.id.as_ref())
    }

    /// The zone of a component of this model.
    #[must_use]
    pub fn zone_of(&self, component: &PartRef) -> Option<&str> {
        let own = |other: &&Component| other.id.as_ref().is_some_and(|id| id.value.0 == component.0);
        self.components.iter().find(own)?.zone.as_ref().map(|zone| zone.value.0.as_str())
    }

    /// The two zones between which a flow crosses a trust boundary; none when it stays in one, or a zone is not said.
    #[must_use]
    pub fn crossed(&self, flow: &Flow) -> Option<(&str, &str)> {
        let zone = |end: &Option<At<PartRef>>| self.zone_of(&end.as_ref()?.value);
        zone(&flow.from).zip(zone(&flow.to)).filter(|(from, to)| from != to)
    }
}
