//! Endings of English words that make no difference to a search. `reader/words.js` has the same rules; `tests/search/words.json` holds both to one meaning.
//!
//! In: a folded word. Out: what it and its relatives share: `validate`, `validating` and `validation` are `validat`.

use std::borrow::Cow;

/// Endings that follow from others, the ending that is left, and how many letters must stand before: the first that fits is taken.
const ENDINGS: [(&str, &str, usize); 19] = [
    ("ization", "iz", 3),
    ("izer", "iz", 3),
    ("ize", "iz", 3),
    ("ational", "at", 3),
    ("ation", "at", 3),
    ("ator", "at", 3),
    ("ative", "at", 3),
    ("ate", "at", 3),
    ("ability", "abl", 3),
    ("ibility", "ibl", 3),
    ("ivity", "iv", 3),
    ("ality", "al", 3),
    ("tion", "t", 3),
    ("ment", "", 6),
    ("ness", "", 4),
    ("ically", "ic", 3),
    ("ally", "al", 3),
    ("ity", "", 4),
    ("ly", "", 4),
];

/// The stem of a word of small Latin letters; every other word is its own stem.
#[must_use]
pub fn stem(word: &str) -> Cow<'_, str> {
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Cow::Borrowed(word);
    }
    let mut stem = word.to_owned();
    american(&mut stem);
    singular(&mut stem);
    for ending in ["ing", "ed"] {
        if let Some(head) = stem.strip_suffix(ending).filter(|head| sounds(head) && !stem.ends_with("eed")) {
            stem.truncate(head.len());
            undouble(&mut stem);
            break;
        }
    }
    for (ending, left, before) in ENDINGS {
        if let Some(head) = stem.strip_suffix(ending).filter(|head| head.len() >= before) {
            stem.truncate(head.len());
            stem.push_str(left);
            break;
        }
    }
    if stem.len() >= 4 {
        if stem.ends_with('e') {
            stem.pop();
        } else if stem.ends_with('y') && !stem.get(..stem.len() - 1).is_some_and(|head| head.ends_with(is_vowel)) {
            stem.pop();
            stem.push('i');
        }
    }
    Cow::Owned(stem)
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// Long enough to be a word of its own.
fn sounds(head: &str) -> bool {
    head.len() >= 3 && head.contains(is_vowel)
}

/// `authorise` is `authorize`.
fn american(word: &mut String) {
    // All of them have an `i` and an `s` near the end; most words do not.
    let near = word.len().saturating_sub(7);
    if !word.as_bytes().get(near..).is_some_and(|end| end.windows(2).any(|two| two == b"is")) {
        return;
    }
    for ending in ["isation", "isations", "ise", "ised", "ises", "ising", "iser", "isers"] {
        if word.len() >= ending.len() + 4 && word.ends_with(ending) {
            let at = word.len() - ending.len() + 1;
            word.replace_range(at..=at, "z");
            return;
        }
    }
}

fn singular(word: &mut String) {
    let len = word.len();
    let ends = |ending: &str| word.ends_with(ending);
    let cut = if ends("ies") && len > 4 {
        word.truncate(len - 3);
        word.push('y');
        return;
    } else if ends("sses") || ends("xes") || ends("ches") || ends("shes") || ends("zes") {
        2
    } else {
        usize::from(ends("s") && !ends("ss") && !ends("us") && !ends("is"))
    };
    word.truncate(len - cut);
}

/// `logg` is `log`; `access` and `call` stay.
fn undouble(word: &mut String) {
    if let Some([a, b]) = word.as_bytes().last_chunk::<2>()
        && a == b
        && b"bdgmnprt".contains(b)
    {
        word.pop();
    }
}
