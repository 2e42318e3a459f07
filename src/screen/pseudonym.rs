//! What a page under a pseudonym may still say of the person: nothing that has the name in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use unicode_normalization::char::is_combining_mark;

use crate::model::address::decoded;
use crate::model::kind::Details;
use crate::model::name::{Name, letters};
use crate::model::site::Page;

/// The details of a champion without evidence and words that tell the name.
pub(super) fn details(page: &Page) -> Arc<Details> {
    let Details::Champion(champion) = &*page.document.details else { return page.document.details.clone() };
    let names = names(page);
    let mut champion = champion.clone();
    for achievement in &mut champion.achievements {
        achievement.evidence.retain(|evidence| !tells(names.as_ref(), &evidence.value.0));
    }
    champion.time_share = champion.time_share.filter(|share| !tells(names.as_ref(), &share.value));
    Arc::new(Details::Champion(champion))
}

/// How the name may be written; nothing where the title is the id.
struct Written {
    joined: BTreeSet<String>,
    handles: BTreeSet<String>,
}

fn names(page: &Page) -> Option<Written> {
    let name = Name::of(&page.title).filter(|_| letters(&page.title) != letters(&page.id))?;
    Some(Written { joined: name.joined(), handles: name.handles() })
}

fn tells(names: Option<&Written>, text: &str) -> bool {
    let Some(names) = names else { return false };
    let text = decoded(text);
    let all = letters(&text);
    let mut words = text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).map(letters);
    names.joined.iter().any(|name| all.contains(name.as_str())) || words.any(|word| names.handles.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::{Written, tells};
    use crate::model::name::Name;

    #[test]
    fn addresses_with_the_name_in_them_are_told_from_others() {
        let name = Name::of("Zébulon O'Quistwick");
        let written = name.map(|name| Written { joined: name.joined(), handles: name.handles() });
        for (address, wanted) in [
            ("https://x.example/~zebulon.oquistwick/1", true),
            ("https://x.example/z%C3%A9bulon-o-quistwick", true),
            ("https://x.example/O%27Quistwick_Ze\u{301}bulon", true),
            ("https://x.example/u/zoquistwick", true),
            ("mailto://oquistwick@x.example", true),
            ("https://x.example/zebulon/1", false),
            ("https://x.example/3", false),
        ] {
            assert_eq!(tells(written.as_ref(), address), wanted, "{address}");
        }
    }
}
