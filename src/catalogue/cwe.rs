//! The Common Weakness Enumeration: weaknesses and categories.
//!
//! In: `data/cwe.tsv`, one entry a line, ascending by id. Out: [`Weakness`] entries by id,
//! in order, and the ancestors of an entry in the Research View.

use std::sync::LazyLock;

use super::{data_lines, numbers};

/// The CWE version of the weaknesses: their names, kinds, mapping usage and parents.
pub const CWE_VERSION: &str = "4.20";

/// The CWE version of the categories and of the alternate terms.
pub const CWE_CATEGORIES_VERSION: &str = "4.15";

const DATA: &str = include_str!("../../data/cwe.tsv");

static TABLE: LazyLock<Vec<Weakness>> = LazyLock::new(|| data_lines(DATA).filter_map(parse).collect());

/// What an entry of the CWE list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A weakness.
    Weakness,
    /// A set of weaknesses that share something, such as "Cryptographic Issues". It says
    /// where to look, not what is wrong, and must not be used for mapping.
    Category,
}

/// How abstract a weakness is, from the most to the least abstract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Abstraction {
    /// A theme of weaknesses, without a parent.
    Pillar,
    /// Independent of any language or technology.
    Class,
    /// Specific enough to say how to detect and prevent it.
    Base,
    /// Tied to a certain language or technology.
    Variant,
    /// Made up of several weaknesses.
    Compound,
    /// A category, which has no abstraction.
    None,
}

impl Abstraction {
    /// The word CWE uses, empty for a category.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pillar => "Pillar",
            Self::Class => "Class",
            Self::Base => "Base",
            Self::Variant => "Variant",
            Self::Compound => "Compound",
            Self::None => "",
        }
    }
}

/// Whether CWE wants an entry to be named as the weakness behind a vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Usage {
    /// May be used.
    Allowed,
    /// May be used after a look for a more fitting entry.
    AllowedWithReview,
    /// Should not be used: a more specific entry most likely fits better.
    Discouraged,
    /// Must not be used.
    Prohibited,
}

impl Usage {
    /// The words CWE uses.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::AllowedWithReview => "Allowed-with-Review",
            Self::Discouraged => "Discouraged",
            Self::Prohibited => "Prohibited",
        }
    }
}

/// One entry of the CWE list, a weakness or a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakness {
    /// The number after `CWE-`.
    pub id: u32,
    /// The name, such as "Improper Input Validation".
    pub name: &'static str,
    /// Weakness or category.
    pub kind: EntryKind,
    /// How abstract it is.
    pub abstraction: Abstraction,
    /// Whether it is for mapping.
    pub usage: Usage,
    /// Taken out of the list; the id stays known.
    pub deprecated: bool,
    /// The parents in the Research View (view 1000), the primary one first where it is known.
    /// Empty for a pillar, a category and a deprecated entry.
    pub parents: Vec<u32>,
    /// Other names people use, such as "XSS".
    pub alternate_terms: Vec<&'static str>,
}

impl Weakness {
    /// Whether a page can be about it: categories, and what CWE prohibits for mapping, only sort others.
    #[must_use]
    pub fn is_for_mapping(&self) -> bool {
        self.kind == EntryKind::Weakness && self.usage != Usage::Prohibited
    }
}

/// The entry with this number, or nothing when CWE has none.
#[must_use]
pub fn cwe(id: u32) -> Option<&'static Weakness> {
    let at = TABLE.binary_search_by_key(&id, |entry| entry.id).ok()?;
    TABLE.get(at)
}

/// Every entry, ascending by id.
pub fn cwes() -> impl Iterator<Item = &'static Weakness> {
    TABLE.iter()
}

/// The ancestors of an entry in the Research View, nearest first and without the entry itself.
///
/// Breadth-first in the order of [`Weakness::parents`], each ancestor once. Empty for an
/// unknown id. It ends on any table, since an id is taken up once.
#[must_use]
pub fn ancestors(id: u32) -> Vec<u32> {
    walk(id, |of| cwe(of).map_or(&[], |entry| &entry.parents))
}

fn walk<'a>(id: u32, parents: impl Fn(u32) -> &'a [u32]) -> Vec<u32> {
    let mut seen = vec![id];
    let mut next = 0;
    while let Some(&current) = seen.get(next) {
        for &parent in parents(current) {
            if !seen.contains(&parent) {
                seen.push(parent);
            }
        }
        next += 1;
    }
    seen.remove(0);
    seen
}

fn parse(line: &'static str) -> Option<Weakness> {
    let mut fields = line.split('\t');
    let id = fields.next()?.parse().ok()?;
    let (kind, abstraction) = match fields.next()? {
        "Category" => (EntryKind::Category, Abstraction::None),
        "Pillar" => (EntryKind::Weakness, Abstraction::Pillar),
        "Class" => (EntryKind::Weakness, Abstraction::Class),
        "Base" => (EntryKind::Weakness, Abstraction::Base),
        "Variant" => (EntryKind::Weakness, Abstraction::Variant),
        "Compound" => (EntryKind::Weakness, Abstraction::Compound),
        _ => return None,
    };
    let usage = match fields.next()? {
        "Allowed" => Usage::Allowed,
        "Allowed-with-Review" => Usage::AllowedWithReview,
        "Discouraged" => Usage::Discouraged,
        "Prohibited" => Usage::Prohibited,
        _ => return None,
    };
    let deprecated = match fields.next()? {
        "" => false,
        "x" => true,
        _ => return None,
    };
    let parents = numbers(fields.next()?)?;
    let name = fields.next().filter(|name| !name.is_empty())?;
    let terms = fields.next()?;
    if fields.next().is_some() {
        return None;
    }
    Some(Weakness {
        id,
        name,
        kind,
        abstraction,
        usage,
        deprecated,
        parents,
        alternate_terms: terms.split('|').filter(|term| !term.is_empty()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_skipped_and_the_ids_ascend() {
        assert_eq!(data_lines(DATA).count(), cwes().count());
        assert_eq!(cwes().count(), 1378);
        assert!(TABLE.is_sorted_by(|a, b| a.id < b.id));
    }

    #[test]
    fn the_table_says_the_versions_that_the_constants_say() {
        let head = format!("# CWE weaknesses {CWE_VERSION}, categories {CWE_CATEGORIES_VERSION}.");
        assert!(DATA.starts_with(&head));
    }

    #[test]
    fn a_well_known_weakness_is_whole() {
        let xss = cwe(79).unwrap();
        assert!(xss.name.contains("Cross-site Scripting"));
        assert_eq!(xss.kind, EntryKind::Weakness);
        assert_eq!(xss.abstraction, Abstraction::Base);
        assert_eq!(xss.usage, Usage::Allowed);
        assert!(!xss.deprecated);
        assert_eq!(xss.parents, [74]);
        assert!(xss.alternate_terms.contains(&"XSS"));
    }

    #[test]
    fn kinds_usages_and_deprecation_are_told_apart() {
        let category = cwe(310).unwrap();
        assert_eq!(category.kind, EntryKind::Category);
        assert_eq!(category.abstraction, Abstraction::None);
        assert_eq!(category.usage.label(), "Prohibited");
        assert_eq!(cwe(20).unwrap().usage, Usage::Discouraged);
        assert_eq!(cwe(20).unwrap().abstraction.label(), "Class");
        assert_eq!(cwe(352).unwrap().abstraction, Abstraction::Compound);
        assert!(cwe(71).unwrap().deprecated);
        assert_eq!(cwe(1427).unwrap().parents, [77]);
    }

    #[test]
    fn a_view_and_an_unused_number_are_unknown() {
        assert_eq!(cwe(1000), None);
        assert_eq!(cwe(0), None);
        assert!(ancestors(1000).is_empty());
    }

    #[test]
    fn every_parent_is_a_weakness_and_pillars_have_none() {
        for entry in cwes() {
            for &parent in &entry.parents {
                assert_eq!(cwe(parent).unwrap().kind, EntryKind::Weakness);
            }
            if entry.kind == EntryKind::Category || entry.abstraction == Abstraction::Pillar {
                assert!(entry.parents.is_empty(), "CWE-{}", entry.id);
            }
        }
    }

    #[test]
    fn ancestors_come_nearest_first_and_without_the_entry() {
        assert_eq!(ancestors(89), [943, 74, 707]);
        assert!(ancestors(707).is_empty());
        assert_eq!(ancestors(41)[..3], [706, 863, 1390]);
        for entry in cwes() {
            assert!(!ancestors(entry.id).contains(&entry.id), "CWE-{}", entry.id);
        }
    }

    #[test]
    fn a_walk_ends_on_a_cycle_and_takes_a_shared_ancestor_once() {
        let of = |id| -> &'static [u32] {
            match id {
                1 => &[2, 3],
                2 | 3 => &[4],
                4 => &[1],
                _ => &[],
            }
        };
        assert_eq!(walk(1, of), [2, 3, 4]);
    }

    #[test]
    fn a_malformed_line_is_skipped() {
        assert!(parse("7\tBase\tAllowed\t\t\tName\t").is_some());
        assert!(parse("7\tBase\tAllowed\t\t\tName").is_none());
        assert!(parse("7\tBase\tAllowed\t\t\t\t").is_none());
        assert!(parse("x\tBase\tAllowed\t\t\tName\t").is_none());
        assert!(parse("7\tOther\tAllowed\t\t\tName\t").is_none());
        assert!(parse("7\tBase\tOther\t\t\tName\t").is_none());
        assert!(parse("7\tBase\tAllowed\ty\t\tName\t").is_none());
        assert!(parse("7\tBase\tAllowed\t\t\tName\t\tmore").is_none());
    }
}
