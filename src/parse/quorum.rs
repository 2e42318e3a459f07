//! `reviewers:` of the configuration: how many eligible reviewers an approved page needs.

use std::collections::BTreeMap;

use crate::diagnostic::{codes, did_you_mean};
use crate::model::field::Decoder;
use crate::model::kind::Kind;
use crate::model::leaf::Free;
use crate::model::node::{Node, Value};
use crate::model::reviewers::is_reviewed;

/// Most reviewers that can be asked for.
const MOST: usize = 100;

/// Reads `{finding: 1, threat-model: {public: 2, internal: 1}}`: numbers by kind and index into `audiences`.
pub(super) fn read(
    value: Option<&Free>,
    audiences: &[String],
    decoder: &mut Decoder,
) -> BTreeMap<(Kind, usize), usize> {
    let mut quorum = BTreeMap::new();
    let Some(Free(node)) = value else { return quorum };
    if !matches!(node.value, Value::Map(_) | Value::Null) {
        decoder.wrong(
            &codes::WRONG_TYPE,
            node.span,
            "`reviewers` should be a mapping".to_owned(),
            Some("write a number for each kind, as in `{finding: 1}`".to_owned()),
        );
    }
    for (key, value) in node.entries() {
        let kinds = || Kind::ALL.into_iter().filter(|kind| is_reviewed(*kind)).map(Kind::as_str);
        let Some(kind) = Kind::parse(&key.value).filter(|kind| is_reviewed(*kind)) else {
            let help = did_you_mean(&key.value, kinds())
                .unwrap_or_else(|| format!("the kinds are {}", kinds().collect::<Vec<_>>().join(", ")));
            let message = format!("`{}` is no kind of page with reviewers", key.value);
            decoder.wrong(&codes::UNKNOWN_KEY, key.span, message, Some(help));
            continue;
        };
        if !matches!(value.value, Value::Map(_)) {
            if let Some(count) = number(value, decoder) {
                quorum.extend((0..audiences.len()).map(|audience| ((kind, audience), count)));
            }
            continue;
        }
        for (name, value) in value.entries() {
            let Some(audience) = audiences.iter().position(|known| *known == name.value) else {
                let help = did_you_mean(&name.value, audiences.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("the audiences are {}", audiences.join(", ")));
                let message = format!("`{}` is not one of `audiences`", name.value);
                decoder.wrong(&codes::UNKNOWN_VALUE, name.span, message, Some(help));
                continue;
            };
            quorum.extend(number(value, decoder).map(|count| ((kind, audience), count)));
        }
    }
    quorum
}

fn number(node: &Node, decoder: &mut Decoder) -> Option<usize> {
    let count = node.text().and_then(|text| text.parse().ok()).filter(|count| *count <= MOST);
    if count.is_none() {
        decoder.wrong(
            &codes::WRONG_TYPE,
            node.span,
            format!("a number of reviewers is a whole number from 0 to {MOST}"),
            None,
        );
    }
    count
}
