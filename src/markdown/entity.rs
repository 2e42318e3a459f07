//! Entities in attributes of raw HTML.
//!
//! In: the value of an attribute as it was written. Out: the value that is meant.

/// No name of an entity is longer.
const LONGEST_ENTITY: usize = 40;

/// Resolves entities; what is none stays as it is. The writer escapes again, so whatever is missed here is still only text.
pub(super) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';');
        match end.and_then(|end| Some((after.get(..end)?, after.get(end + 1..)?))) {
            Some((name, tail)) if is_entity_name(name) => {
                entity(name, &mut out);
                rest = tail;
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_entity_name(name: &str) -> bool {
    let name = name.strip_prefix('#').unwrap_or(name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Appends what the entity means. The Markdown parser has the table of names.
fn entity(name: &str, out: &mut String) {
    let whole = format!("&{name};");
    for event in pulldown_cmark::Parser::new(&whole) {
        if let pulldown_cmark::Event::Text(text) = event {
            out.push_str(&text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_resolved_and_the_rest_stays() {
        assert_eq!(decoded("a&amp;b&#x3a;&colon;&nosuch;&&ouml;&amp"), "a&b::&nosuch;&ö&amp");
    }
}
