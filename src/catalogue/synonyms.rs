//! Words of the trade that mean the same, for search.
//!
//! In: `data/synonyms.txt`, compiled in. Out: lists of phrases, each with whether they mean the same or are only near.

const DATA: &str = include_str!("../../data/synonyms.txt");

/// Every list: its phrases, and whether they mean the same.
pub fn synonyms() -> impl Iterator<Item = (Vec<&'static str>, bool)> {
    DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
        let same = line.contains(" = ");
        (line.split(if same { " = " } else { " ~ " }).map(str::trim).collect(), same)
    })
}

#[cfg(test)]
mod tests {
    use super::synonyms;

    #[test]
    fn every_line_is_one_list_of_at_least_two() {
        assert!(synonyms().count() > 200);
        for (list, _) in synonyms() {
            assert!(list.len() > 1 && list.iter().all(|phrase| !phrase.is_empty()), "{list:?}");
            assert!(!list.iter().any(|phrase| phrase.contains(['=', '~'])), "one sort of sign a line: {list:?}");
        }
    }
}
