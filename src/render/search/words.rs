//! The words of a text, as the search index knows them. `reader/words.js` is the same in the browser; `tests/search/words.json` holds both to one meaning,
//! and `content/docs/search-words.md` says it in prose.
//!
//! In: a text. Out: terms with their places, in order.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::HashSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::stem::stem;

/// Words that carry no weight; they keep their place, so that phrases stay phrases.
const STOP_WORDS: &str = include_str!("stop-words.txt");
static STOP: LazyLock<HashSet<&'static str>> = LazyLock::new(|| STOP_WORDS.split_whitespace().collect());
/// Names whose capitals are no border between words.
const NAMES: [&str; 8] =
    ["javascript", "typescript", "github", "gitlab", "graphql", "youtube", "powershell", "postgresql"];
/// Longest term in characters; what is longer is data, not a word.
const LONGEST: usize = 64;

/// A word at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word as it is said: folded, not stemmed.
    pub surface: &'a str,
    /// A word of a language, with an ending and perhaps without weight; an id, a number or two ideographs are not.
    pub plain: bool,
    /// Its number among the words of the text; a whole has the number of its first part.
    pub place: u32,
}

impl<'a> Word<'a> {
    fn exact(surface: &'a str, place: u32) -> Self {
        Self { surface, plain: false, place }
    }

    /// The term, folded and stemmed; none for a stop word.
    #[must_use]
    pub fn term(&self) -> Option<Cow<'a, str>> {
        if !self.plain {
            return Some(Cow::Borrowed(self.surface));
        }
        (!is_stop_word(self.surface)).then(|| stem(self.surface))
    }
}

/// Calls `each` for every word of a text; `place` is the number of the first one. Returns the number after the last one.
pub fn words(text: &str, mut place: u32, each: &mut impl FnMut(Word<'_>)) -> u32 {
    let bytes = text.as_bytes();
    let mut after_cwe = false;
    let (mut at, mut last_end) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        let start = at;
        if let Some(end) = simple(bytes, start) {
            let Some(chunk) = text.get(start..end) else { break };
            (at, last_end) = (end, end);
            after_cwe = chunk.eq_ignore_ascii_case("cwe");
            place = simple_word(chunk, text.get(end..).unwrap_or_default(), place, each);
            continue;
        }
        if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let Some((start, end)) = (Chunks { text, at }).next_chunk() else { break };
        let Some(chunk) = text.get(start..end) else { break };
        let near = start - last_end <= 2;
        (at, last_end) = (end, end);
        if after_cwe && near && chunk.len() <= 6 && chunk.bytes().all(|b| b.is_ascii_digit()) {
            let term = format!("cwe{}", without_zeros(chunk));
            each(Word::exact(&term, place));
            place += 1;
            after_cwe = false;
            continue;
        }
        after_cwe = chunk.eq_ignore_ascii_case("cwe");
        place = chunk_words(chunk, text.get(end..).unwrap_or_default(), place, each);
    }
    place
}

/// The end of the chunk that starts here, if it is a plain one: small Latin letters, perhaps after one capital, or capitals only. Most are.
fn simple(bytes: &[u8], start: usize) -> Option<usize> {
    let mut end = start;
    while bytes.get(end).is_some_and(u8::is_ascii_uppercase) {
        end += 1;
    }
    if end <= start + 1 {
        while bytes.get(end).is_some_and(u8::is_ascii_lowercase) {
            end += 1;
        }
    }
    // What belongs to the same chunk makes it no plain one; a joint does if a word may follow it.
    let word = |at: usize| bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || !b.is_ascii());
    let joint = matches!(bytes.get(end), Some(b'\'' | b'.' | b'_' | b'-')) && word(end + 1);
    (end > start && !word(end) && !joint).then_some(end)
}

fn simple_word(chunk: &str, after: &str, place: u32, each: &mut impl FnMut(Word<'_>)) -> u32 {
    if chunk.len() > LONGEST {
        return place + 1;
    }
    let mut small = [0; LONGEST];
    if !chunk.starts_with(|c: char| c.is_ascii_uppercase()) {
        return plain_word(chunk, after, place, each);
    }
    for (small, byte) in small.iter_mut().zip(chunk.bytes()) {
        *small = byte.to_ascii_lowercase();
    }
    let word = small.get(..chunk.len()).and_then(|small| std::str::from_utf8(small).ok());
    plain_word(word.unwrap_or_default(), after, place, each)
}

/// Every word of a text, for tests and queries.
#[must_use]
pub fn all(text: &str) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    words(text, 0, &mut |word| found.extend(word.term().map(|term| (term.into_owned(), word.place))));
    found
}

/// Whether a folded word carries no weight.
#[must_use]
pub fn is_stop_word(surface: &str) -> bool {
    STOP.contains(surface)
}

fn without_zeros(digits: &str) -> &str {
    let trimmed = digits.trim_start_matches('0');
    if trimmed.is_empty() { "0" } else { trimmed }
}

fn is_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() || is_combining_mark(c) }
}

fn is_joint(c: char) -> bool {
    matches!(c, '\'' | '’' | '.' | '_' | '-')
}

/// Runs of letters, digits and marks, with single joints between them.
struct Chunks<'a> {
    text: &'a str,
    at: usize,
}

impl Chunks<'_> {
    fn next_chunk(&mut self) -> Option<(usize, usize)> {
        let rest = self.text.get(self.at..)?;
        let start = self.at + rest.find(is_word)?;
        let mut end = start;
        let mut letters = self.text.get(start..)?.char_indices().peekable();
        while let Some((at, c)) = letters.next() {
            if is_word(c) {
                end = start + at + c.len_utf8();
            } else if !(is_joint(c) && letters.peek().is_some_and(|(_, next)| is_word(*next))) {
                break;
            }
        }
        self.at = end;
        Some((start, end))
    }
}

fn chunk_words(chunk: &str, after: &str, place: u32, each: &mut impl FnMut(Word<'_>)) -> u32 {
    if chunk.bytes().all(|b| b.is_ascii_digit() || b"'.-_".contains(&b)) {
        if chunk.len() <= LONGEST {
            each(Word::exact(chunk, place));
        }
        return place + 1;
    }
    if let Some(number) = cwe_number(chunk) {
        let term = format!("cwe{number}");
        each(Word::exact(&term, place));
        return place + 1;
    }
    let chunk = chunk.strip_suffix("'s").or_else(|| chunk.strip_suffix("’s")).unwrap_or(chunk);
    let chunk: Cow<'_, str> =
        if chunk.contains(['\'', '’']) { Cow::Owned(chunk.replace(['\'', '’'], "")) } else { Cow::Borrowed(chunk) };
    let mut parts: Vec<String> = Vec::new();
    for piece in chunk.split(['.', '_', '-']) {
        split_capitals(piece, &mut |part| parts.push(folded(part)));
    }
    if let [only] = parts.as_slice() {
        return plain_word(only, after, place, each);
    }
    let whole = parts.concat();
    if whole.chars().count() <= LONGEST && !whole.contains(is_ideograph) {
        each(Word { surface: &whole, plain: true, place });
    }
    let mut next = place;
    for part in &parts {
        next = plain_word(part, "", next, each);
    }
    next
}

/// A folded word without joints: one term, or the bigrams of its ideographs.
fn plain_word(word: &str, after: &str, place: u32, each: &mut impl FnMut(Word<'_>)) -> u32 {
    if word.is_ascii() {
        if word.len() == 1 {
            let next = after.as_bytes();
            let free = |at: usize| next.get(at).is_none_or(|b| !b.is_ascii_alphanumeric());
            let special = match (next.first(), next.get(1)) {
                (Some(b'#'), _) if free(1) => "sharp",
                (Some(b'+'), Some(b'+')) if free(2) => "plusplus",
                _ => "",
            };
            if !special.is_empty() {
                let term = format!("{word}{special}");
                each(Word::exact(&term, place));
                return place + 1;
            }
        }
        if word.len() <= LONGEST {
            each(Word { surface: word, plain: true, place });
        }
        return place + 1;
    }
    let mut place = place;
    let mut run = String::new();
    let mut ideographs = false;
    for c in word.chars() {
        if is_ideograph(c) != ideographs && !run.is_empty() {
            place = finish_run(&run, ideographs, place, each);
            run.clear();
        }
        ideographs = is_ideograph(c);
        run.push(c);
    }
    if run.is_empty() { place } else { finish_run(&run, ideographs, place, each) }
}

fn finish_run(run: &str, ideographs: bool, place: u32, each: &mut impl FnMut(Word<'_>)) -> u32 {
    if !ideographs {
        if run.chars().count() <= LONGEST {
            each(Word { surface: run, plain: true, place });
        }
        return place + 1;
    }
    let letters: Vec<(usize, char)> = run.char_indices().collect();
    if letters.len() == 1 {
        each(Word::exact(run, place));
        return place + 1;
    }
    let mut next = place;
    for pair in letters.windows(2) {
        let [(start, _), (second, c)] = pair else { continue };
        let bigram = run.get(*start..second + c.len_utf8()).unwrap_or_default();
        each(Word::exact(bigram, next));
        next += 1;
    }
    next
}

/// `CWE-079`, `CWE79`, `cwe_79`: the number.
fn cwe_number(chunk: &str) -> Option<&str> {
    let digits = chunk.get(..3).filter(|head| head.eq_ignore_ascii_case("cwe")).and_then(|_| chunk.get(3..))?;
    let digits = digits.strip_prefix(['-', '_', '.']).unwrap_or(digits);
    let sound = !digits.is_empty() && digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| without_zeros(digits))
}

/// `camelCase` is two words, `XMLParser` too; `OAuth`, `APIs` and names are one.
fn split_capitals<'a>(piece: &'a str, each: &mut impl FnMut(&'a str)) {
    let bytes = piece.as_bytes();
    let plural = bytes
        .split_last()
        .is_some_and(|(last, head)| *last == b's' && !head.is_empty() && head.iter().all(u8::is_ascii_uppercase));
    let name = || NAMES.iter().any(|name| piece.eq_ignore_ascii_case(name));
    if plural || !bytes.iter().any(u8::is_ascii_uppercase) || name() {
        return each(piece);
    }
    let mut cuts = vec![0];
    for at in 1..bytes.len() {
        let (before, here, after) = (bytes.get(at - 1), bytes.get(at), bytes.get(at + 1));
        let upper = here.is_some_and(u8::is_ascii_uppercase);
        let risen = before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let falls = before.is_some_and(u8::is_ascii_uppercase) && after.is_some_and(u8::is_ascii_lowercase);
        if upper && (risen || falls) {
            cuts.push(at);
        }
    }
    cuts.push(bytes.len());
    if cuts.windows(2).any(|pair| matches!(pair, [start, end] if end - start < 2)) {
        return each(piece);
    }
    for pair in cuts.windows(2) {
        if let [start, end] = pair {
            each(piece.get(*start..*end).unwrap_or_default());
        }
    }
}

/// Small letters without accents.
fn folded(part: &str) -> String {
    if part.is_ascii() {
        return part.to_ascii_lowercase();
    }
    let bare: String = part.nfkd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).collect();
    let mut out = String::with_capacity(bare.len());
    for c in bare.nfc().collect::<String>().to_lowercase().chars() {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            '\u{300}'..='\u{36f}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Han, Kana and Hangul, which are written without spaces between words.
fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::all;

    /// The fixtures that the browser's tokenizer is held to as well.
    #[test]
    fn the_shared_fixtures_hold() {
        let fixtures: Vec<(String, Vec<(String, u32)>)> =
            serde_json::from_str(include_str!("../../../tests/search/words.json")).unwrap();
        assert!(fixtures.len() > 80);
        for (text, wanted) in fixtures {
            assert_eq!(all(&text), wanted, "{text}");
        }
    }
}
