//! Text of a foreign file as Markdown that shows it and does nothing else.
//!
//! In: plain text, or the tool's own Markdown. Out: paragraphs and lists with every sign escaped that would mean something: a link of another
//! place would break here, and a heading would tear the page apart.

/// Paragraphs, lists and line breaks are kept; all else is text.
#[must_use]
pub fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    let mut listed = false;
    for line in text.lines().map(str::trim) {
        let (mark, rest) = mark(line);
        if rest.is_empty() {
            if !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
            listed = false;
            continue;
        }
        // A list and what is not in it are kept apart.
        if !out.is_empty() && !out.ends_with("\n\n") && listed == mark.is_empty() {
            out.push('\n');
        } else if out.ends_with('\n') && !out.ends_with("\n\n") && mark.is_empty() {
            out.truncate(out.trim_end().len());
            out.push_str("\\\n");
        }
        listed = !mark.is_empty();
        out.push_str(mark);
        out.push_str(&escaped(rest));
        out.push('\n');
    }
    out.trim_end().to_owned()
}

/// A text in one line of Markdown.
#[must_use]
pub fn inline(text: &str) -> String {
    escaped(&super::draft::line(text))
}

/// What begins an item of a list, and the rest of the line. A heading's signs are left out: a heading of another text is a line in ours.
fn mark(line: &str) -> (&'static str, &str) {
    for start in ["- ", "* ", "+ ", "• "] {
        if let Some(rest) = line.strip_prefix(start) {
            return ("- ", rest.trim_start());
        }
    }
    let rest = line.trim_start_matches('#');
    if rest.len() < line.len() && (rest.is_empty() || rest.starts_with(' ')) {
        return ("", rest.trim());
    }
    ("", line)
}

/// Text with its signs escaped; a link to another host stays one.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some((before, link, after)) = link(rest) {
        out.push_str(&plain(before, out.is_empty()));
        let (name, address) = link;
        for part in ["[", &plain(name, false), "](", address, ")"] {
            out.push_str(part);
        }
        rest = after;
    }
    out.push_str(&plain(rest, out.is_empty()));
    out
}

/// The first `[name](https://…)`: what stands before it, its parts, what stands behind it.
fn link(text: &str) -> Option<(&str, (&str, &str), &str)> {
    let mut from = 0;
    while let Some(middle) = text.get(from..)?.find("](http").map(|at| at + from) {
        from = middle + 1;
        let Some(open) = text.get(..middle)?.rfind('[') else { continue };
        let name = text.get(open + 1..middle)?;
        let behind = text.get(middle + 2..)?;
        let Some(close) = behind.find(')') else { continue };
        let address = behind.get(..close)?;
        let sound = (address.starts_with("https://") || address.starts_with("http://"))
            && !address.contains(|c: char| {
                c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '(' | '\\' | '[' | ']')
            });
        let image = open > 0 && text.as_bytes().get(open - 1) == Some(&b'!');
        if sound && !image && !name.trim().is_empty() && !name.contains(['[', ']']) {
            return Some((text.get(..open)?, (name, address), behind.get(close + 1..)?));
        }
    }
    None
}

/// `begins_line`: the text begins a line.
fn plain(text: &str, begins_line: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    for (at, c) in text.char_indices() {
        let begins = begins_line && at == 0 && matches!(c, '#' | '+' | '-' | '=' | ':' | '~' | '>');
        let numbers = begins_line && at == digits && digits > 0 && matches!(c, '.' | ')');
        if begins
            || numbers
            || matches!(
                c,
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '^' | '&' | '$' | '!' | '{' | '}'
            )
        {
            out.push('\\');
        }
        // What nobody would see, or a terminal would act on.
        if c.is_control() {
            out.push(' ');
        } else {
            out.push(c);
        }
    }
    out
}
