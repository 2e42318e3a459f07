//! A script without what only its authors need: comments, indentation, long names of what is its own.
//!
//! In: JavaScript as a browser reads it, no module. Out: JavaScript that does the same. Names at the top level stay, since
//! other scripts may use them, and so do comments that begin with `/*!`.

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions, CommentOptions, LegalComment};
use oxc_mangler::Mangler;
use oxc_parser::Parser;
use oxc_span::SourceType;

/// The script, smaller; none when it is not understood. Names that `eval` could look up stay.
pub fn squeezed(script: &str) -> Option<String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, script, SourceType::script()).parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        return None;
    }
    let named = Mangler::new().build(&parsed.program);
    let comments = CommentOptions { legal: LegalComment::Inline, ..CommentOptions::disabled() };
    let options = CodegenOptions { comments, ..CodegenOptions::minify() };
    let short = Codegen::new().with_options(options).with_scoping(Some(named.scoping)).build(&parsed.program);
    Some(short.code)
}

#[cfg(test)]
mod tests {
    use super::squeezed;

    #[test]
    fn a_script_says_the_same_in_fewer_letters() {
        for (script, wanted) in [
            ("", Some("")),
            (
                "/** Adds. */\nfunction add(first, second) {\n  return first + second; // sum\n}\n",
                Some("function add(e,t){return e+t}"),
            ),
            ("/*! kept */\nconst shared = 1;\n", Some("/*! kept */\nconst shared=1;")),
            (
                "(() => { const long = 'a // b'; window.shown = { long }; })();",
                Some("(()=>{const e=`a // b`;window.shown={long:e}})();"),
            ),
            ("const a = /[/*]+/u;", Some("const a=/[/*]+/u;")),
            ("function f(long) { return eval('long'); }", Some("function f(long){return eval(`long`)}")),
            ("const = 1;", None),
        ] {
            assert_eq!(squeezed(script).as_deref(), wanted, "{script}");
        }
    }
}
