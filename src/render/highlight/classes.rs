//! About twenty classes for the thousand scopes of the languages.
//!
//! In: a scope. Out: the class of what has it, if the scope decides that.

use std::cell::RefCell;
use std::sync::LazyLock;

use foldhash::HashMap;
use syntect::parsing::Scope;

/// Every class there is, with what it stands for; the theme gives it a colour.
pub const CLASSES: &[(&str, &str)] = &[
    ("a", "attribute, annotation"),
    ("b", "bold text"),
    ("c", "comment"),
    ("d", "deleted line"),
    ("e", "escape or placeholder in a string"),
    ("f", "function"),
    ("g", "tag, key"),
    ("h", "heading"),
    ("i", "inserted line"),
    ("k", "keyword"),
    ("l", "literal: true, null, self, a constant"),
    ("m", "place of a change"),
    ("n", "number"),
    ("o", "operator"),
    ("p", "parameter"),
    ("r", "regular expression"),
    ("s", "string"),
    ("t", "type"),
    ("u", "italic text"),
    ("v", "variable"),
    ("x", "not allowed here"),
];

/// Scopes that decide; of several that fit, the longest. The empty class is plain text again, as code inside a string.
const SCOPES: &[(&str, &str)] = &[
    ("comment", "c"),
    ("constant", "l"),
    ("constant.character", "e"),
    ("constant.numeric", "n"),
    ("constant.other.placeholder", "e"),
    ("entity.name", "t"),
    ("entity.name.constant", "l"),
    ("entity.name.function", "f"),
    ("entity.name.section", "h"),
    ("entity.name.tag", "g"),
    ("entity.other.attribute-name", "a"),
    ("entity.other.inherited-class", "t"),
    ("invalid.illegal", "x"),
    ("keyword", "k"),
    ("keyword.operator", "o"),
    ("keyword.operator.word", "k"),
    ("keyword.other.unit", "n"),
    ("markup.bold", "b"),
    ("markup.changed", "m"),
    ("markup.deleted", "d"),
    ("markup.heading", "h"),
    ("markup.inserted", "i"),
    ("markup.italic", "u"),
    ("markup.quote", "c"),
    ("markup.raw", "s"),
    ("markup.underline.link", "s"),
    ("meta.annotation", "a"),
    ("meta.diff", "m"),
    ("meta.interpolation", ""),
    ("meta.template.expression", ""),
    ("punctuation.definition.annotation", "a"),
    ("punctuation.definition.comment", "c"),
    ("punctuation.definition.deleted", "d"),
    ("punctuation.definition.heading", "h"),
    ("punctuation.definition.inserted", "i"),
    ("punctuation.definition.interpolation", "e"),
    ("punctuation.definition.string", "s"),
    ("punctuation.definition.variable", "v"),
    ("punctuation.section.interpolation", "e"),
    ("source", ""),
    ("storage", "k"),
    ("string", "s"),
    ("string.regexp", "r"),
    ("support.class", "t"),
    ("support.constant", "l"),
    ("support.function", "f"),
    ("support.type", "t"),
    ("text", ""),
    ("variable.annotation", "a"),
    ("variable.function", "f"),
    ("variable.language", "l"),
    ("variable.other.environment", "v"),
    ("variable.other.member.yaml", "g"),
    ("variable.other.php", "v"),
    ("variable.other.readwrite.assignment.shell", "v"),
    ("variable.other.readwrite.shell", "v"),
    ("variable.parameter", "p"),
];

/// The scopes as numbers, the longest first.
static TABLE: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    let mut table: Vec<_> =
        SCOPES.iter().filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, *class))).collect();
    table.sort_by_key(|(scope, _)| std::cmp::Reverse(scope.len()));
    table
});

thread_local! {
    /// What was asked for before: the scopes of a language are few, and each begins very many times.
    static KNOWN: RefCell<HashMap<Scope, Option<&'static str>>> = RefCell::default();
}

/// The class that this scope gives; nothing when it leaves what is around it as it is.
pub(super) fn class(scope: Scope) -> Option<&'static str> {
    let look = || TABLE.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, class)| *class);
    KNOWN.with_borrow_mut(|known| *known.entry(scope).or_insert_with(look))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_explained_and_used() {
        for (_, class) in SCOPES {
            assert!(class.is_empty() || CLASSES.iter().any(|(known, _)| known == class), "{class}");
        }
        for (class, _) in CLASSES {
            assert!(SCOPES.iter().any(|(_, used)| used == class), "{class}");
        }
        assert_eq!(TABLE.len(), SCOPES.len());
    }

    #[test]
    fn the_longest_prefix_wins() {
        let class = |scope| class(Scope::new(scope).expect("a scope"));
        assert_eq!(class("keyword.operator.assignment.rust"), Some("o"));
        assert_eq!(class("keyword.control"), Some("k"));
        assert_eq!(class("meta.function"), None);
        assert_eq!(class("source.rust"), Some(""));
    }
}
