//! The configuration's lists of words that mean the same, for search.
//!
//! In: the value of `synonyms`: `[[depot, sorting centre], [TMS, transport system]]`. Out: the lists; what has another shape is noted and left out.

use crate::model::field::Decoder;
use crate::model::node::{Node, Value};

pub(super) fn read(node: &Node, decoder: &mut Decoder) -> Vec<Vec<String>> {
    const WANTED: &str = "a list of lists of words that mean the same, as in `[[depot, sorting centre]]`";
    let Value::List(lists) = &node.value else {
        if node.value != Value::Null {
            decoder.wrong_type(node, WANTED);
        }
        return Vec::new();
    };
    let mut read = Vec::new();
    for list in lists {
        let words: Option<Vec<String>> = match &list.value {
            Value::List(words) => words
                .iter()
                .map(|word| word.text().map(|text| text.trim().to_owned()).filter(|w| !w.is_empty()))
                .collect(),
            _ => None,
        };
        match words {
            Some(words) => read.push(words),
            None => decoder.wrong_type(list, WANTED),
        }
    }
    read
}
