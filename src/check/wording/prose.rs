//! Text of a review without what is not said in it: code, addresses, and what is quoted.
//!
//! In: a page and a place in it. Out: [`Sentence`]s, words with their places.

use crate::markdown::Outline;
use crate::source::Span;

/// A stretch of text in which every byte stands where it stands in the page.
#[derive(Debug)]
pub struct Piece {
    /// Where it begins in the page.
    pub start: usize,
    text: String,
}

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// In lower case, with a plain apostrophe.
    pub word: String,
    /// It begins with a capital letter.
    pub capital: bool,
    /// A comma, a colon, a bracket or a dash stands before it.
    pub clause: bool,
    /// Where it begins in its piece.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// The words of a sentence.
pub type Sentence = Vec<Token>;

impl Piece {
    /// The value of a field; nothing when it stands in another file.
    pub fn of_field(text: &str, span: Span) -> Option<Self> {
        let whole = text.get(span.start..span.end).filter(|whole| !whole.is_empty())?;
        let quote = whole.chars().next().filter(|first| matches!(first, '"' | '\''));
        let inner = quote.and_then(|quote| whole.strip_prefix(quote)?.strip_suffix(quote));
        let (start, inner) = inner.map_or((span.start, whole), |inner| (span.start + 1, inner));
        Some(Self { start, text: masked(inner) })
    }

    /// The body without its code blocks and what it quotes.
    pub fn of_body(text: &str, start: usize, outline: &Outline) -> Self {
        let all = text.get(start..).unwrap_or_default();
        let mut body = String::with_capacity(all.len());
        for block in &outline.code_blocks {
            let (from, to) = (block.span.start.saturating_sub(start), block.span.end.saturating_sub(start));
            // A block inside another one is blank already.
            if let (Some(before), Some(code)) = (all.get(body.len()..from), all.get(from..to)) {
                body.push_str(before);
                blank(code, &mut body);
            }
        }
        body.push_str(all.get(body.len()..).unwrap_or_default());
        Self { start, text: masked(&without_block_quotes(&body)) }
    }

    /// Its sentences. One ends at a full stop, at a blank line, and where a row, a heading or a list's item begins.
    pub fn sentences(&self) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        let mut sentence = Sentence::new();
        let mut clause = false;
        let mut from: Option<usize> = None;
        let mut line_is_empty = true;
        let letters = self.text.char_indices().chain([(self.text.len(), '\n')]);
        for (at, letter) in letters {
            let inside = letter.is_alphanumeric() || from.is_some() && matches!(letter, '\'' | '’' | '-');
            if inside {
                from.get_or_insert(at);
                line_is_empty = false;
                continue;
            }
            if let Some(start) = from.take() {
                sentence.extend(self.token(start, at, std::mem::take(&mut clause)));
            }
            let marker = line_is_empty && matches!(letter, '-' | '#' | '|' | '*' | '+' | '>');
            let ends = marker || matches!(letter, '.' | '!' | '?' | '|') || letter == '\n' && line_is_empty;
            if ends && !sentence.is_empty() {
                sentences.push(std::mem::take(&mut sentence));
            }
            clause |= matches!(letter, ',' | ';' | ':' | '(' | ')' | '–' | '—') || ends;
            line_is_empty = letter == '\n' || line_is_empty && letter.is_whitespace();
        }
        sentences.extend(Some(sentence).filter(|sentence| !sentence.is_empty()));
        sentences
    }

    fn token(&self, start: usize, end: usize, clause: bool) -> Option<Token> {
        let raw = self.text.get(start..end)?;
        let trimmed = raw.trim_end_matches('-');
        // Most words have no apostrophe; a single-quoted value of YAML has its own twice.
        let apostrophes = trimmed.contains(['\'', '’']);
        let plain = || trimmed.replace('’', "'").replace("''", "'").to_lowercase();
        let word = if apostrophes { plain() } else { trimmed.to_lowercase() };
        let capital = raw.chars().next().is_some_and(char::is_uppercase);
        Some(Token { word, capital, clause, start, end: start + trimmed.len() })
    }
}

/// The text with spaces in the place of block quotes: they are somebody else's words. An alert (`> [!NOTE]`) is the author's own.
fn without_block_quotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quoting: Option<bool> = None;
    for line in text.split_inclusive('\n') {
        quoting = match (quoted(line), quoting) {
            (Some(words), None) => Some(!words.trim_start().starts_with("[!")),
            (Some(_), going_on) => going_on,
            // A paragraph goes on without the mark.
            (None, going_on) if !line.trim().is_empty() && !begins_block(line) => going_on,
            (None, _) => None,
        };
        if quoting == Some(true) { blank(line, &mut out) } else { out.push_str(line) }
    }
    out
}

/// What stands behind the mark of a block quote, which may stand in a list.
fn quoted(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let item = line.strip_prefix(['-', '*', '+']).map_or(line, str::trim_start);
    item.strip_prefix('>')
}

/// A line that no paragraph goes on with: a heading, an item, a row, a fence.
fn begins_block(line: &str) -> bool {
    line.trim_start().starts_with(['#', '-', '*', '+', '|', '`', '~'])
}

/// The text with spaces in the place of code, addresses and what is quoted.
fn masked(text: &str) -> String {
    let mut out = text.to_owned();
    for (open, close) in [("`", "`"), ("](", ")"), ("\"", "\""), ("“", "”"), ("„", "“"), ("«", "»"), ("<", ">")]
    {
        if out.contains(open) {
            out = without(&out, open, close);
        }
    }
    out
}

/// What stands between two marks in one paragraph becomes blank.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for paragraph in text.split_inclusive("\n\n") {
        let mut rest = paragraph;
        while let Some((before, after)) = rest.split_once(open) {
            // Where no mark closes, none that opens later is closed either.
            let Some((inner, left)) = after.split_once(close) else { break };
            out.push_str(before);
            for part in [open, inner, close] {
                blank(part, &mut out);
            }
            rest = left;
        }
        out.push_str(rest);
    }
    out
}

/// As many bytes, none of which says anything; lines stay.
fn blank(text: &str, out: &mut String) {
    out.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let piece = Piece::of_body(text, 0, &Outline::default());
        let sentence = |sentence: Sentence| {
            let words = sentence.iter().map(|token| {
                assert_eq!(text[token.start..token.end].replace('’', "'").to_lowercase(), token.word);
                token.word.clone()
            });
            words.collect::<Vec<_>>().join(" ")
        };
        piece.sentences().into_iter().map(sentence).collect()
    }

    #[test]
    fn sentences_keep_their_places() {
        assert_eq!(words("One line\nand the next. Two!\n\nThree"), ["one line and the next", "two", "three"]);
        assert_eq!(words("- It’s one\n- on-call two\n| a | b |"), ["it's one", "on-call two", "a", "b"]);
    }

    #[test]
    fn marks_that_nothing_closes_are_read_once() {
        for mark in ["< ", "` ", "](", "“ ", "\" ", "> "] {
            let text = mark.repeat(300_000);
            assert!(words(&format!("{text}end")).len() <= 1, "{mark}");
        }
    }

    #[test]
    fn code_addresses_and_quotes_say_nothing() {
        assert_eq!(words("Say `human error` or \"human error\" here."), ["say or here"]);
        assert_eq!(words("A [link](stupid/place.md) and “careless – words”."), ["a link and"]);
        assert_eq!(words("It said:\n\n> One. Two\ngoes on\n>\n> three\n\nFour"), ["it said", "four"]);
        assert_eq!(words("- > One\n- Two\n\n> [!TIP]\n> Three\n"), ["two", "tip", "three"]);
        assert_eq!(words("An inch is 1\" and goes on.\n\nNext"), ["an inch is 1 and goes on", "next"]);
    }
}
