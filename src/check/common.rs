//! Rules for every kind of page.

use std::collections::BTreeMap;

use super::Report;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::site::Site;
use crate::source::Span;

/// Summary, reviewers, parts and the next human look.
pub fn check(site: &Site, report: &mut Report<'_>) {
    let page = report.page;
    let common = &page.document.common;
    if let Some(summary) = &common.summary {
        let length = summary.chars().count();
        if length > 200 {
            report.note(
                &codes::SUMMARY_TOO_LONG,
                summary.span,
                format!("the summary has {length} characters; results and cards show 200"),
                "say it in one sentence of at most 200 characters",
            );
        }
    }
    for reviewer in &common.reviewers {
        if common.authors.iter().any(|author| author.value.0 == reviewer.value.0) {
            report.note(
                &codes::REVIEWER_IS_AUTHOR,
                reviewer.span,
                format!("`{}` is also an author", reviewer.value.0),
                "ask somebody else for the review",
            );
        }
    }
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for part in page.document.parts() {
        if let Some(first) = seen.get(part.id.value.0.as_str()) {
            let message = format!("two parts of this page are called `{}`", part.id.value.0);
            report.diagnostics.push(
                Diagnostic::new(&codes::DUPLICATE_ID, message)
                    .at(page.path(), part.id.span)
                    .related(page.path(), Some(*first), "first here")
                    .help("parts share one namespace, since links name them by id alone"),
            );
        } else {
            seen.insert(&part.id.value.0, part.id.span);
        }
    }
    if let Some(due) = page.review_due.filter(|due| *due < site.config.today) {
        let looked = common.reviewed.as_ref().filter(|day| day.span.end > 0);
        let (span, since) = match looked {
            Some(day) => (day.span, format!("the last human look was on {}", day.value)),
            None => (report.top(), "nobody has looked since it was written".to_owned()),
        };
        report.note(
            &codes::REVIEW_OVERDUE,
            span,
            format!("a review has been due since {due}; {since}"),
            "read the page, mend what is no longer true, and set `reviewed:`",
        );
    }
}
