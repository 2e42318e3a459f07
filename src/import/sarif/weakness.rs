//! CWE numbers in what scanners write: `external/cwe/cwe-022`, `CWE-78: Improper…`, `CWE-89`, `cwe_79`.

use serde::de::{MapAccess, SeqAccess};

use super::lenient::{Shape, Take, take};

/// The CWE numbers that a text names, in its order.
#[must_use]
pub fn weaknesses(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut numbers = Vec::new();
    for (at, window) in bytes.windows(3).enumerate() {
        let word_before = at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_alphanumeric);
        if word_before || !window.eq_ignore_ascii_case(b"cwe") {
            continue;
        }
        let rest = bytes.get(at + 3..).unwrap_or_default();
        let gap = rest.iter().take_while(|byte| matches!(byte, b'-' | b'_' | b' ' | b':' | b'/')).count();
        let digits = rest.get(gap..).unwrap_or_default();
        let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = digits.get(..length).and_then(|digits| std::str::from_utf8(digits).ok());
        numbers.extend(digits.and_then(|digits| digits.parse::<u32>().ok()).filter(|number| *number > 0));
    }
    numbers
}

/// A bag of properties (§3.8): its tags, and members that are named after CWE.
#[derive(Default)]
pub struct Properties(pub Vec<u32>);

impl Shape for Properties {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let named = key.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("cwe"));
        take(map, &mut Words { numbers: &mut self.0, named, wanted: named || key == "tags" })
    }
}

/// A text or a list of texts that may name weaknesses.
struct Words<'a> {
    numbers: &'a mut Vec<u32>,
    /// The member is named after CWE, so that a bare number in it is one.
    named: bool,
    wanted: bool,
}

impl Shape for Words<'_> {
    fn item<'de, A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let mut one = Words { numbers: self.numbers, named: self.named, wanted: self.wanted };
        Ok(list.next_element_seed(Take(&mut Leaf(&mut one)))?.is_some())
    }

    fn text(&mut self, text: &str) {
        if !self.wanted {
            return;
        }
        let found = weaknesses(text);
        let bare = if self.named && found.is_empty() { text.trim().parse().ok() } else { None };
        self.numbers.extend(found.into_iter().chain(bare));
    }

    fn number(&mut self, number: i64) {
        if self.named {
            self.numbers.extend(u32::try_from(number).ok().filter(|number| *number > 0));
        }
    }
}

/// The same without lists in lists: what is deeper is passed over.
struct Leaf<'a, 'b>(&'a mut Words<'b>);

impl Shape for Leaf<'_, '_> {
    fn text(&mut self, text: &str) {
        self.0.text(text);
    }

    fn number(&mut self, number: i64) {
        self.0.number(number);
    }
}

#[cfg(test)]
mod tests {
    use super::weaknesses;

    #[test]
    fn every_spelling_is_read() {
        for (text, numbers) in [
            ("external/cwe/cwe-022", &[22][..]),
            ("CWE-78: Improper Neutralization of Special Elements", &[78]),
            ("CWE-89", &[89]),
            ("cwe_79, CWE 80", &[79, 80]),
            ("CWE:352", &[352]),
            ("https://cwe.mitre.org/data/definitions/79.html", &[]),
            ("security", &[]),
            ("ncwe-7", &[]),
            ("CWE-", &[]),
            ("CWE-0", &[]),
            ("cwe-99999999999", &[]),
            ("ćCWE-12ć", &[12]),
        ] {
            assert_eq!(weaknesses(text), numbers, "{text}");
        }
    }
}
