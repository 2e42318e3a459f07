//! Identifiers of public catalogues: CWE and OWASP Top 10.

use super::Report;
use crate::catalogue::{self, EntryKind, Usage};
use crate::diagnostic::{codes, did_you_mean};
use crate::model::leaf::{Cwe, Owasp};
use crate::source::At;

/// Every number is one of the catalogue's, and one that may be used for mapping.
pub fn cwe(numbers: &[At<Cwe>], report: &mut Report<'_>) {
    for number in numbers {
        let id = number.value.0;
        match catalogue::cwe(id) {
            None => report.note(
                &codes::UNKNOWN_CWE,
                number.span,
                format!("the catalogue (CWE {}) has no CWE-{id}", catalogue::CWE_VERSION),
                "look the number up at cwe.mitre.org",
            ),
            Some(entry) if entry.kind == EntryKind::Category => {
                report.note(
                    &codes::DISCOURAGED_CWE,
                    number.span,
                    format!("CWE-{id} ({}) is a category, not a weakness", entry.name),
                    "name the weakness itself",
                );
            }
            Some(entry) if entry.usage == Usage::Prohibited => {
                report.note(
                    &codes::DISCOURAGED_CWE,
                    number.span,
                    format!("CWE-{id} ({}) must not be used for mapping", entry.name),
                    "name a weakness below or beside it",
                );
            }
            Some(_) => {}
        }
    }
}

/// Every id is one of the catalogue's.
pub fn owasp(ids: &[At<Owasp>], report: &mut Report<'_>) {
    for id in ids {
        if catalogue::owasp(&id.value.0).is_none() {
            let near = did_you_mean(&id.value.0, catalogue::owasp_categories().map(|category| category.id));
            let help =
                near.unwrap_or_else(|| "the catalogue has the categories A01 to A10 of 2021 and 2025".to_owned());
            report.note(
                &codes::UNKNOWN_OWASP,
                id.span,
                format!("there is no OWASP Top 10 category {}", id.value.0),
                help,
            );
        }
    }
}
