//! Rules for the body: languages of code, parts of a fence, pairs of examples, footnotes, depth.

use super::Report;
use crate::catalogue::syntax;
use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::markdown::ProblemKind;
use crate::model::site::Site;

/// Checks one body.
pub fn check(site: &Site, report: &mut Report<'_>) {
    let outline = &report.page.document.outline;
    if let Some(span) = outline.too_deep {
        let message = format!("blocks are nested deeper than {}", crate::markdown::MAX_DEPTH);
        if site.config.loose {
            report.diagnostics.push(
                Diagnostic::new(&codes::TOO_DEEP, message)
                    .softened()
                    .at(report.page.path(), span)
                    .help("what is deeper is shown without further nesting"),
            );
        } else {
            report.note(&codes::TOO_DEEP, span, message, "bring the text to fewer levels");
        }
    }
    for missing in &outline.footnotes_missing {
        report.note(
            &codes::UNDEFINED_FOOTNOTE,
            missing.span,
            format!("there is no footnote `[^{}]`", missing.value),
            "define it, as in `[^name]: text`",
        );
    }
    for block in &outline.code_blocks {
        let Some(language) = &block.info.language else { continue };
        if syntax::find_language(&language.value).is_none() {
            let help = did_you_mean(&language.value, syntax::language_names());
            report.note(
                &codes::UNKNOWN_LANGUAGE,
                language.span,
                format!("the highlighter does not know the language `{}`", language.value),
                help.unwrap_or_else(|| "write `text` for a block without a language".to_owned()),
            );
        }
    }
    if site.config.loose {
        return;
    }
    for problem in &outline.problems {
        let (code, message, help) = match &problem.kind {
            ProblemKind::UnknownFencePart(word) => (
                &codes::BAD_FENCE,
                format!("`{word}` means nothing after the language"),
                "after the language stand `bad`, `good`, `diff`, `title=\"…\"` and `{1,3-5}`",
            ),
            ProblemKind::BadLineRange(range) => {
                (&codes::BAD_FENCE, format!("`{range}` is no line or range of lines"), "write lines as in `{1,3-5}`")
            }
            ProblemKind::UnclosedFencePart(part) => {
                (&codes::BAD_FENCE, format!("`{part}` has no end"), "close the quote or the brace")
            }
            ProblemKind::BadWithoutGood => (
                &codes::UNPAIRED_EXAMPLE,
                "a `bad` example that no `good` one follows".to_owned(),
                "show right below it how to do it",
            ),
            // A way to do it may well stand alone.
            ProblemKind::GoodWithoutBad => continue,
        };
        report.note(code, problem.span, message, help);
    }
}
