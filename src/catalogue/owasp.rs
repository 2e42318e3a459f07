//! The OWASP Top 10 of 2021 and of 2025.
//!
//! In: `data/owasp.tsv`, one category a line, by year and rank. Out: [`OwaspCategory`]
//! entries by id and in order.

use std::sync::LazyLock;

use super::{data_lines, numbers};

const DATA: &str = include_str!("../../data/owasp.tsv");

static TABLE: LazyLock<Vec<OwaspCategory>> = LazyLock::new(|| data_lines(DATA).filter_map(parse).collect());

/// One category of an OWASP Top 10.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwaspCategory {
    /// Rank and year, such as `A05:2025`.
    pub id: &'static str,
    /// The year of the list.
    pub year: u16,
    /// The name, such as "Injection".
    pub name: &'static str,
    /// The CWE entries mapped to the category, ascending.
    pub cwes: Vec<u32>,
}

/// The category with exactly this id, such as `A05:2025`.
#[must_use]
pub fn owasp(id: &str) -> Option<&'static OwaspCategory> {
    TABLE.iter().find(|category| category.id == id)
}

/// Every category, by year and rank.
pub fn owasp_categories() -> impl Iterator<Item = &'static OwaspCategory> {
    TABLE.iter()
}

fn parse(line: &'static str) -> Option<OwaspCategory> {
    let mut fields = line.split('\t');
    let id = fields.next()?;
    let (rank, year) = id.split_once(':')?;
    let number: u32 = rank.strip_prefix('A')?.parse().ok()?;
    if rank.len() != 3 || !(1..=10).contains(&number) {
        return None;
    }
    let year = year.parse().ok()?;
    let name = fields.next().filter(|name| !name.is_empty())?;
    let cwes = numbers(fields.next()?)?;
    if fields.next().is_some() {
        return None;
    }
    Some(OwaspCategory { id, year, name, cwes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::cwe;

    #[test]
    fn no_line_is_skipped_and_each_year_has_ten() {
        assert_eq!(data_lines(DATA).count(), owasp_categories().count());
        let ids: Vec<_> = owasp_categories().map(|category| category.id).collect();
        let wanted: Vec<_> =
            [2021, 2025].iter().flat_map(|year| (1..=10).map(move |rank| format!("A{rank:02}:{year}"))).collect();
        assert_eq!(ids, wanted);
    }

    #[test]
    fn a_category_is_found_by_its_exact_id() {
        let injection = owasp("A05:2025").unwrap();
        assert_eq!((injection.year, injection.name), (2025, "Injection"));
        assert_eq!(owasp("A03:2021").unwrap().name, "Injection");
        assert_eq!(owasp("A10:2021").unwrap().cwes, [918]);
        assert_eq!(owasp("A11:2021"), None);
        assert_eq!(owasp("A05"), None);
    }

    #[test]
    fn every_mapped_cwe_is_known_and_the_lists_ascend() {
        for category in owasp_categories() {
            assert!(category.cwes.is_sorted_by(|a, b| a < b), "{}", category.id);
            assert!(category.cwes.iter().all(|&id| cwe(id).is_some()));
        }
    }

    #[test]
    fn the_lists_of_2025_have_the_lengths_of_the_standard() {
        let of_2025 = owasp_categories().filter(|category| category.year == 2025);
        let lengths: Vec<_> = of_2025.map(|category| category.cwes.len()).collect();
        assert_eq!(lengths, [40, 16, 6, 32, 37, 39, 36, 14, 5, 24]);
        assert!(owasp("A05:2025").unwrap().cwes.contains(&89));
        assert!(owasp("A01:2025").unwrap().cwes.contains(&918));
    }

    #[test]
    fn a_malformed_line_is_skipped() {
        assert!(parse("A01:2021\tName\t1,2").is_some());
        assert!(parse("A01:2021\tName").is_none());
        assert!(parse("A01:2021\t\t1").is_none());
        assert!(parse("A01:2021\tName\tx").is_none());
        assert!(parse("A01:2021\tName\t1\tmore").is_none());
        assert!(parse("A1:2021\tName\t1").is_none());
        assert!(parse("A00:2021\tName\t1").is_none());
        assert!(parse("A01\tName\t1").is_none());
    }
}
