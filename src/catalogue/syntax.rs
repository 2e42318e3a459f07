//! The languages that code blocks can be in.
//!
//! In: the syntax definitions compiled into the binary (Sublime Text's and those of `two-face`). Out: look-ups by the word
//! after a code fence, and every name there is, for suggestions.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use syntect::parsing::{SyntaxReference, SyntaxSet};

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Every word that names a language, in lower case.
static NAMES: LazyLock<BTreeMap<String, &'static SyntaxReference>> = LazyLock::new(|| {
    let mut names = BTreeMap::new();
    let set = &*SYNTAXES;
    let known = |syntax: &&SyntaxReference| !syntax.hidden && !TOO_SLOW.contains(&syntax.name.as_str());
    // Names and extensions of the definitions; a later definition overrides an earlier one, as in Sublime Text.
    for syntax in set.syntaxes().iter().filter(known) {
        for extension in &syntax.file_extensions {
            names.insert(extension.trim_start_matches('.').to_lowercase(), syntax);
        }
    }
    for syntax in set.syntaxes().iter().filter(known) {
        names.insert(syntax.name.to_lowercase(), syntax);
        names.entry(syntax.name.to_lowercase().replace(' ', "-")).or_insert(syntax);
    }
    for (alias, name) in ALIASES {
        if let Some(syntax) = set.find_syntax_by_name(name) {
            names.insert((*alias).to_owned(), syntax);
        }
    }
    names
});

/// Languages whose patterns take seconds for one odd line.
const TOO_SLOW: &[&str] = &["SystemVerilog", "Navigational Bar SV"];

/// Words that people write and the definitions do not know, or know otherwise. JavaScript goes by its Babel definition: the plain one never
/// comes to an end of `x /*` (trishume/syntect issue 460).
const ALIASES: &[(&str, &str)] = &[
    ("asm", "x86_64 Assembly"),
    ("bash", "Bourne Again Shell (bash)"),
    ("c", "C"),
    ("c++", "C++"),
    ("cjs", "JavaScript (Babel)"),
    ("console", "Bourne Again Shell (bash)"),
    ("cpp", "C++"),
    ("cs", "C#"),
    ("csharp", "C#"),
    ("docker", "Dockerfile"),
    ("dockerfile", "Dockerfile"),
    ("dotenv", "DotENV"),
    ("fish", "Fish"),
    ("gherkin", "Plain Text"),
    ("golang", "Go"),
    ("graphql", "GraphQL"),
    ("h", "C"),
    ("hcl", "Terraform"),
    ("html", "HTML"),
    ("http", "HTTP Request and Response"),
    ("ini", "INI"),
    ("java", "Java"),
    ("javascript", "JavaScript (Babel)"),
    ("js", "JavaScript (Babel)"),
    ("json", "JSON"),
    ("json5", "JSON"),
    ("jsonc", "JSON"),
    ("jsx", "JavaScript (Babel)"),
    ("kotlin", "Kotlin"),
    ("log", "Plain Text"),
    ("make", "Makefile"),
    ("markdown", "Markdown"),
    ("md", "Markdown"),
    ("mermaid", "Plain Text"),
    ("mjs", "JavaScript (Babel)"),
    ("none", "Plain Text"),
    ("objc", "Objective-C"),
    ("patch", "Diff"),
    ("php", "PHP"),
    ("plain", "Plain Text"),
    ("plaintext", "Plain Text"),
    ("postgres", "SQL"),
    ("postgresql", "SQL"),
    ("powershell", "PowerShell"),
    ("properties", "Java Properties"),
    ("proto", "Protocol Buffer"),
    ("ps1", "PowerShell"),
    ("py", "Python"),
    ("python3", "Python"),
    ("regex", "Plain Text"),
    ("regexp", "Plain Text"),
    ("rego", "Rego"),
    ("sh", "Bourne Again Shell (bash)"),
    ("shell", "Bourne Again Shell (bash)"),
    ("shell-session", "Bourne Again Shell (bash)"),
    ("sv", "Plain Text"),
    ("systemverilog", "Plain Text"),
    ("terminal", "Bourne Again Shell (bash)"),
    ("terraform", "Terraform"),
    ("text", "Plain Text"),
    ("tf", "Terraform"),
    ("toml", "TOML"),
    ("ts", "TypeScript"),
    ("tsx", "TypeScriptReact"),
    ("txt", "Plain Text"),
    ("typescript", "TypeScript"),
    ("yaml", "YAML"),
    ("yml", "YAML"),
    ("zsh", "Bourne Again Shell (bash)"),
];

/// The definitions that the highlighter works with; they expect lines with their `\n`.
#[must_use]
pub fn syntaxes() -> &'static SyntaxSet {
    &SYNTAXES
}

/// The language that a word after a code fence means, in any case.
#[must_use]
pub fn find_language(token: &str) -> Option<&'static SyntaxReference> {
    // rustdoc and others put options behind a comma.
    let token = token.split(',').next().unwrap_or(token);
    NAMES.get(token).or_else(|| NAMES.get(&token.to_lowercase())).copied()
}

/// Every word that [`find_language`] knows, in order of the alphabet.
pub fn language_names() -> impl Iterator<Item = &'static str> {
    NAMES.keys().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alias_has_its_language() {
        let missing: Vec<_> =
            ALIASES.iter().filter(|(_, name)| syntaxes().find_syntax_by_name(name).is_none()).collect();
        assert!(
            missing.is_empty(),
            "{missing:?}; there are {:?}",
            syntaxes().syntaxes().iter().map(|s| &s.name).collect::<Vec<_>>()
        );
        assert!(ALIASES.is_sorted());
    }

    #[test]
    fn words_in_use_are_known() {
        let words = "python java js jsx ts tsx go rust c cpp cs kotlin swift ruby php scala sh bash shell console powershell yaml yml json toml \
            xml html css scss sql diff dockerfile hcl terraform nginx graphql proto groovy ini properties text txt plain make cmake \
            perl lua r dart elixir erlang haskell ocaml clojure vue svelte http markdown csv Python YAML";
        let unknown: Vec<_> = words.split_whitespace().filter(|word| find_language(word).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert!(find_language("pyhton").is_none());
    }
}
