//! A joint post-incident review: what happened, what both sides saw, and what they change.

use jiff::Timestamp;
use jiff::civil::Date;

use super::field::{choice, record};
use super::leaf::{FindingRef, Id, ModuleRef, OwnerRef, PersonRef, ServiceRef, ThreatModelRef};
use crate::source::At;

choice! {
    /// When in the life of software something could have been different.
    Phase {
        /// Design.
        Design = "design",
        /// Development.
        Development = "development",
        /// Review.
        Review = "review",
        /// Build.
        Build = "build",
        /// Deployment.
        Deployment = "deployment",
        /// Detection.
        Detection = "detection",
        /// Response.
        Response = "response",
    }
}

choice! {
    /// What an opportunity would have done.
    OpportunityKind {
        /// It would not have happened.
        Prevent = "prevent",
        /// It would have been noticed sooner.
        DetectEarlier = "detect-earlier",
        /// It would have reached less.
        Limit = "limit",
        /// It would have been over sooner.
        Recover = "recover",
    }
}

choice! {
    /// How far an improvement is.
    ImprovementStatus {
        /// Agreed on.
        Open = "open",
        /// Being worked on.
        InProgress = "in-progress",
        /// Done, not yet shown.
        Done = "done",
        /// Shown to work.
        Verified = "verified",
        /// Decided against.
        Dropped = "dropped",
    }
}

record! {
    /// The incident reviewed.
    Incident {
        /// its number
        req reference "ref": Option<At<String>>,
        /// how bad it was, in the house's words
        opt severity: Option<At<String>>,
        /// services it touched
        opt services: Vec<At<ServiceRef>>,
        /// nothing came of it
        opt near_miss: Option<At<bool>>,
    }
}

record! {
    /// Both sides, by team or person.
    Sides {
        /// teams or people who deliver
        opt delivery: Vec<At<OwnerRef>>,
        /// teams or people of security
        opt security: Vec<At<OwnerRef>>,
    }
}

record! {
    /// The times that are measured.
    Times {
        /// when it began
        req started: Option<At<Timestamp>>,
        /// when it was noticed
        req detected: Option<At<Timestamp>>,
        /// when it could do no more harm
        opt contained: Option<At<Timestamp>>,
        /// when it was over
        req resolved: Option<At<Timestamp>>,
    }
}

record! {
    /// Something that happened.
    Moment {
        /// when, with its zone
        req at: Option<At<Timestamp>>,
        /// what
        req what: Option<At<String>>,
    }
}

record! {
    /// A chance to do it differently next time, or why a phase offers none.
    Opportunity {
        /// when in the life of the software
        req phase: Option<At<Phase>>,
        /// what it would have done
        opt kind: Option<At<OpportunityKind>>,
        /// what could be different
        opt what: Option<At<String>>,
        /// the improvements it leads to
        opt leads_to: Vec<At<super::leaf::PartRef>>,
        /// why this phase offers nothing
        opt considered: Option<At<String>>,
    }
}

record! {
    /// What will be different.
    Improvement {
        /// how others name it: `A1`
        req id: Option<At<Id>>,
        /// what is done
        req what: Option<At<String>>,
        /// when in the life of the software it acts
        opt phase: Option<At<Phase>>,
        /// an owner of each side: `{delivery, security}`
        opt owners: Option<Sides>,
        /// by when
        opt due: Option<At<Date>>,
        /// how far it is
        opt status: Option<At<ImprovementStatus>>,
        /// its number in the tracker
        opt ticket: Option<At<String>>,
        /// how it was shown to work
        opt verified: Option<super::threat_model::Verification>,
        /// why it was dropped
        opt dropped_reason: Option<At<String>>,
    }
}

record! {
    /// The fields of a review.
    Review {
        /// the incident: `{ref, severity, services, near_miss}`
        req incident: Option<Incident>,
        /// who led the review: a person who did not respond
        req facilitator: Option<At<PersonRef>>,
        /// who took part, both sides: `{delivery: […], security: […]}`
        req participants: Option<Sides>,
        /// `{started, detected, contained, resolved}`
        req times: Option<Times>,
        /// chances to do it differently: `{phase, kind, what, leads_to}`
        req opportunities: Vec<Opportunity>,
        /// what will be different: `{id, what, phase, owners, due, status, …}`
        req improvements: Vec<Improvement>,
        /// who responded
        opt responders: Vec<At<PersonRef>>,
        /// what happened: `{at, what}`
        opt timeline: Vec<Moment>,
        /// what made it possible
        opt contributing_factors: Vec<At<String>>,
        /// what helped
        opt went_well: Vec<At<String>>,
        /// what nobody expected
        opt surprised: Vec<At<String>>,
        /// models it has something to say to
        opt threat_models: Vec<At<ThreatModelRef>>,
        /// explanations it has something to say to
        opt findings: Vec<At<FindingRef>>,
        /// modules it has something to say to
        opt modules: Vec<At<ModuleRef>>,
    }
}
