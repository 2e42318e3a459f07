//! A translated finding explanation: what a scanner's rule means for our application and our release.

use super::field::record;
use super::leaf::{Asvs, Cve, Cwe, Owasp, ScannerRef, SkillRef};
use crate::source::At;

record! {
    /// A scanner's rule that a finding explains.
    Rule {
        /// the scanner, from the registry
        req scanner: Option<At<ScannerRef>>,
        /// the rule's id; it may begin or end with `*`
        req id: Option<At<String>>,
    }
}

record! {
    /// What may ship with the finding open, by exposure of the service. Known words: block, fix-before-release, next-sprint, backlog.
    Release {
        /// for services that face the outside
        opt external: Option<At<String>>,
        /// for services inside
        opt internal: Option<At<String>>,
        /// for everything else
        opt default: Option<At<String>>,
    }
}

record! {
    /// The fields of a finding.
    Finding {
        /// CWE numbers, checked against the catalogue
        req cwe: Vec<At<Cwe>>,
        /// what it is, in at most two sentences that need no security vocabulary
        req plain: Option<At<String>>,
        /// what it means here; names a service or an asset we have
        req for_us: Option<At<String>>,
        /// how to tell that it is real
        req real_when: Vec<At<String>>,
        /// how to tell that it is a false positive
        req noise_when: Vec<At<String>>,
        /// what may ship, by exposure: `{external: block, internal: next-sprint, default: fix-before-release}`
        req release: Option<Release>,
        /// how to show that it is gone
        req verify: Vec<At<String>>,
        /// the scanners' rules it explains: `{scanner, id}`
        opt rules: Vec<Rule>,
        /// OWASP Top 10 ids with their year
        opt owasp: Vec<At<Owasp>>,
        /// OWASP ASVS ids with their version
        opt asvs: Vec<At<Asvs>>,
        /// CVE ids
        opt cve: Vec<At<Cve>>,
        /// programming languages it is about
        opt languages: Vec<At<String>>,
        /// what one learns to prevent it
        opt skills: Vec<At<SkillRef>>,
    }
}
