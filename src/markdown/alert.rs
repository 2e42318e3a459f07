//! The first line of an alert: `[!NOTE]`, `[!NOTE]- Title`.
//!
//! In: the first text of a quote. Out: the alert it opens, and where the rest begins.

use pulldown_cmark::BlockQuoteKind;

/// The five alerts that GitHub knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// Worth knowing.
    Note,
    /// Makes it easier.
    Tip,
    /// Needed to succeed.
    Important,
    /// Avoids trouble.
    Warning,
    /// Has consequences.
    Caution,
}

impl AlertKind {
    /// The word that people read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "Note",
            Self::Tip => "Tip",
            Self::Important => "Important",
            Self::Warning => "Warning",
            Self::Caution => "Caution",
        }
    }

    /// The class that the theme styles.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Important => "important",
            Self::Warning => "warning",
            Self::Caution => "caution",
        }
    }
}

impl From<BlockQuoteKind> for AlertKind {
    fn from(kind: BlockQuoteKind) -> Self {
        match kind {
            BlockQuoteKind::Note => Self::Note,
            BlockQuoteKind::Tip => Self::Tip,
            BlockQuoteKind::Important => Self::Important,
            BlockQuoteKind::Warning => Self::Warning,
            BlockQuoteKind::Caution => Self::Caution,
        }
    }
}

/// How a folding alert is shown at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// `[!NOTE]+`.
    Open,
    /// `[!NOTE]-`.
    Closed,
}

/// What the marker at the start of a quote says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub kind: AlertKind,
    pub fold: Option<Fold>,
    /// How many bytes the marker takes, with the blanks after it.
    pub length: usize,
}

/// Reads the marker at the start of `text`; after it comes white space or the end.
pub(super) fn marker(text: &str) -> Option<Marker> {
    let (name, rest) = text.strip_prefix("[!")?.split_once(']')?;
    let kinds = [AlertKind::Note, AlertKind::Tip, AlertKind::Important, AlertKind::Warning, AlertKind::Caution];
    let kind = kinds.into_iter().find(|kind| kind.class().eq_ignore_ascii_case(name))?;
    let (fold, rest) = match rest.as_bytes().first() {
        Some(b'+') => (Some(Fold::Open), rest.get(1..)?),
        Some(b'-') => (Some(Fold::Closed), rest.get(1..)?),
        _ => (None, rest),
    };
    if !rest.is_empty() && !rest.starts_with([' ', '\t', '\n']) {
        return None;
    }
    let length = text.len() - rest.trim_start_matches([' ', '\t']).len();
    Some(Marker { kind, fold, length })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_fold_and_have_titles() {
        let read = |text| marker(text).map(|m| (m.kind, m.fold, m.length));
        assert_eq!(read("[!NOTE]"), Some((AlertKind::Note, None, 7)));
        assert_eq!(read("[!tip]- Own title"), Some((AlertKind::Tip, Some(Fold::Closed), 8)));
        assert_eq!(read("[!WARNING]+\nx"), Some((AlertKind::Warning, Some(Fold::Open), 11)));
        assert_eq!(read("[!NOTE]x"), None);
        assert_eq!(read("[!OTHER] x"), None);
        assert_eq!(read("[NOTE]"), None);
    }
}
