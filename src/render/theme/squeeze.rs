//! A style sheet without what only its authors need: comments, indentation, line breaks.
//!
//! In: CSS. Out: CSS that says the same. Nothing is rewritten: a blank goes only where the syntax (CSS Syntax Module Level 3) gives it no meaning,
//! which is beside `{`, `}` and `;`, after `,`, and after the colon of a declaration. Comments that begin with `/*!` stay.

/// The style sheet, smaller.
pub(super) fn squeezed(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => string(rest, first),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ if rest.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("url(")) => address(rest),
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            _ => first.len_utf8(),
        };
        let (part, after) = rest.split_at(length);
        rest = after;
        if part.starts_with("/*!") {
            out.push_str(part);
        } else if part.starts_with("/*") || first.is_ascii_whitespace() {
            // A colon before a blank is a declaration's: in a selector none can follow it.
            if !out.is_empty() && !out.ends_with(['{', '}', ';', ',', ':', ' ']) {
                out.push(' ');
            }
        } else {
            if matches!(first, '{' | '}' | ';') && out.ends_with(' ') {
                out.pop();
            }
            if first == '}' && out.ends_with(';') {
                out.pop();
            }
            out.push_str(part);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The length of a string with its quotes; one that does not end takes the rest.
fn string(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `url(…)`; one in quotes ends after them.
fn address(text: &str) -> usize {
    let inside = text.get(4..).unwrap_or_default();
    let value = inside.trim_start();
    let blank = inside.len() - value.len();
    let quoted = value.chars().next().filter(|first| matches!(first, '"' | '\''));
    let from = 4 + blank + quoted.map_or(0, |quote| string(value, quote));
    text.get(from..).and_then(|rest| rest.find(')')).map_or(text.len(), |end| from + end + 1)
}

#[cfg(test)]
mod tests {
    use super::squeezed;

    #[test]
    fn blanks_go_only_where_they_mean_nothing() {
        let cases = [
            ("/* about */\na , b > c { color : red ; margin: 0 }\n", "a ,b > c{color :red;margin:0}"),
            (
                "a :hover { x: 1 }\n\n@media (min-width: 1px) and (x) { b { y: 2; } }",
                "a :hover{x:1}@media (min-width:1px) and (x){b{y:2}}",
            ),
            (
                ":root { --a: max(1rem, (100% - 2rem) / 2 + 1px); --e: ; }",
                ":root{--a:max(1rem,(100% - 2rem) / 2 + 1px);--e:}",
            ),
            ("a{content: \"  /* {  } \\\"  ; */ \"}", "a{content:\"  /* {  } \\\"  ; */ \"}"),
            ("a { background: url( a  b.png ) , URL('  )  ') }", "a{background:url( a  b.png ) ,URL('  )  ')}"),
            ("a/* x */b { } /*! kept */ c/**/{}", "a b{}/*! kept */ c{}"),
            (".a\\:b  .\\; { }", ".a\\:b .\\;{}"),
            ("a { b: c; &:hover { d: e; } > f { g: h; } }", "a{b:c;&:hover{d:e}> f{g:h}}"),
            ("/* never ends", ""),
            ("a { b: 'never ends }  ", "a{b:'never ends }"),
            ("", ""),
        ];
        for (css, expected) in cases {
            assert_eq!(squeezed(css), expected, "{css}");
            assert_eq!(squeezed(expected), expected, "a second time");
        }
    }
}
