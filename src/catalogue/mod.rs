//! The embedded catalogue of security knowledge: CWE entries, OWASP Top 10 categories, words that mean the same.
//!
//! In: two tables compiled into the binary, `data/cwe.tsv` and `data/owasp.tsv`. Out:
//! look-ups by id and ordered walks over the parsed tables. Nothing is read at run time.
//!
//! A malformed line of a table is skipped, never an error; tests prove that none is.

mod cwe;
mod owasp;
mod synonyms;
pub mod syntax;

pub use self::cwe::{
    Abstraction, CWE_CATEGORIES_VERSION, CWE_VERSION, EntryKind, Usage, Weakness, ancestors, cwe, cwes,
};
pub use self::owasp::{OwaspCategory, owasp, owasp_categories};
pub use self::synonyms::synonyms;

/// The data lines of a table, without comments and blank lines.
fn data_lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The numbers of a comma-separated field, or nothing when one of them is not a number.
fn numbers(field: &str) -> Option<Vec<u32>> {
    if field.is_empty() {
        return Some(Vec::new());
    }
    field.split(',').map(|n| n.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{data_lines, numbers};

    #[test]
    fn comments_and_blank_lines_are_no_data() {
        let lines: Vec<_> = data_lines("# head\n1\ta\n\n2\tb\n").collect();
        assert_eq!(lines, ["1\ta", "2\tb"]);
    }

    #[test]
    fn a_field_of_numbers_is_whole_or_nothing() {
        assert_eq!(numbers(""), Some(vec![]));
        assert_eq!(numbers("7,3"), Some(vec![7, 3]));
        assert_eq!(numbers("7,x"), None);
        assert_eq!(numbers("7,"), None);
    }
}
