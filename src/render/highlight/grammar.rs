//! The definitions of the languages, made ready for reading lines.
//!
//! In: contexts and patterns of syntect. Out: for each context that was met, all its patterns in one list, each with a number.
//!
//! They are made once, when they are first needed, and stay until the process ends, like the definitions themselves.

use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use onig::{MatchParam, Regex, RegexOptions, Region, SearchOptions, Syntax};
use serde_json::json;
use syntect::parsing::SyntaxReference;
use syntect::parsing::syntax_definition::{
    Context, ContextId, ContextReference, MatchOperation, MatchPattern, Pattern,
};

use super::exact::Exact;
use super::pattern;
use super::window::{Needs, Window};
use crate::catalogue::syntax::syntaxes;

/// A context with what it includes.
pub(super) struct Node {
    pub context: &'static Context,
    /// The rules of its prototype, which come first.
    pub prototype: Rules,
    pub rules: Rules,
}

/// Rules that are asked together, in their order.
#[derive(Debug)]
pub(super) struct Rules {
    /// No other list has this number; they are dense.
    pub number: usize,
    /// Each with what it needs, side by side in memory: most are asked for nothing else.
    pub all: Vec<(Needs, &'static Rule)>,
}

/// Without what it leads to, which leads back to it.
impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("scopes", &self.context.meta_scope).finish_non_exhaustive()
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Node {}

impl Hash for Node {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self).hash(state);
    }
}

/// A pattern with what it leads to.
#[derive(Debug)]
pub(super) struct Rule {
    pub pattern: &'static MatchPattern,
    /// No other rule has this number; they are dense.
    pub number: usize,
    pub window: Option<Window>,
    /// What matches at a place as the regular expression does, in a line of ASCII without NUL.
    pub exact: Option<Exact>,
    /// Whether what it finds depends on where the search began or on an earlier match, so that only the very search that syntect
    /// makes gives the same.
    pub literal_search: bool,
    regex: OnceLock<Option<Regex>>,
    targets: OnceLock<Option<Vec<&'static Node>>>,
}

impl Rule {
    /// The compiled pattern; nothing when it is no regular expression.
    pub fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| compile(self.pattern.regex.regex_str())).as_ref()
    }

    /// The contexts that it pushes or sets; nothing when the definition names one that does not exist.
    pub fn targets(&self) -> Option<&[&'static Node]> {
        let targets = || match &self.pattern.operation {
            MatchOperation::Push(references) | MatchOperation::Set(references) => references.iter().map(node).collect(),
            MatchOperation::Pop | MatchOperation::None => Some(Vec::new()),
        };
        self.targets.get_or_init(targets).as_deref()
    }
}

/// Whether it matters what the groups of a match are.
pub(super) fn uses_groups(pattern: &MatchPattern) -> bool {
    pattern.captures.is_some() || matches!(pattern.operation, MatchOperation::Push(_) | MatchOperation::Set(_))
}

/// The patterns that can be reached from a context.
#[cfg(test)]
pub(super) fn patterns(start: &'static Node) -> Vec<&'static str> {
    let (mut seen, mut open, mut patterns) = (std::collections::HashSet::new(), vec![start], Vec::new());
    while let Some(node) = open.pop() {
        if seen.insert(std::ptr::from_ref(node).addr()) {
            for (_, rule) in node.prototype.all.iter().chain(&node.rules.all) {
                patterns.push(rule.pattern.regex.regex_str());
                open.extend(rule.targets().unwrap_or_default());
            }
        }
    }
    patterns
}

/// Compiles a pattern as syntect does.
pub(super) fn compile(pattern: &str) -> Option<Regex> {
    Regex::with_options(pattern, RegexOptions::REGEX_OPTION_CAPTURE_GROUP, Syntax::default()).ok()
}

/// Searches from a place to the end of the line. An error, as after too many steps, is no match, as in syntect.
pub(super) fn search(regex: &Regex, line: &str, from: usize, region: &mut Region) -> bool {
    let options = SearchOptions::SEARCH_OPTION_NONE;
    let found = regex.search_with_param(line, from, line.len(), options, Some(region), MatchParam::default());
    matches!(found, Ok(Some(_)))
}

/// Where the match ends that begins at this place, if there is one; an error is as in [`search`].
pub(super) fn matches_at(regex: &Regex, line: &str, at: usize, region: &mut Region) -> bool {
    let options = SearchOptions::SEARCH_OPTION_NONE;
    matches!(regex.match_with_param(line, at, options, Some(region), MatchParam::default()), Ok(Some(_)))
}

/// Where a language begins.
pub(super) fn start(syntax: &SyntaxReference) -> Option<&'static Node> {
    let language =
        syntaxes().syntaxes().iter().position(|other| other.scope == syntax.scope && other.name == syntax.name)?;
    let contexts = (0..).map_while(|index| {
        let id = json!({ "syntax_index": language, "context_index": index });
        context(&serde_json::from_value(id).ok()?)
    });
    // The name `__start` is hidden; but syntect writes that context itself, and nobody else writes such a one.
    let mut starts = contexts.filter(|context| match context.patterns.as_slice() {
        [Pattern::Match(only)] => {
            only.regex.regex_str().is_empty()
                && matches!(only.operation, MatchOperation::Push(_))
                && !context.meta_include_prototype
                && context.meta_content_scope == [syntax.scope]
        }
        _ => false,
    });
    starts.next().map(|context| REGISTRY.lock().unwrap_or_else(PoisonError::into_inner).node(context))
}

/// The context that is referred to.
pub(super) fn node(reference: &ContextReference) -> Option<&'static Node> {
    let context = reference.resolve(syntaxes()).ok()?;
    Some(REGISTRY.lock().unwrap_or_else(PoisonError::into_inner).node(context))
}

/// The context with this identity, which syntect finds only for a reference.
fn context(id: &ContextId) -> Option<&'static Context> {
    serde_json::from_value::<ContextReference>(json!({ "Direct": id })).ok()?.resolve(syntaxes()).ok()
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

/// All that was made, by the address of what it was made from.
#[derive(Default)]
struct Registry {
    nodes: HashMap<usize, &'static Node>,
    rules: HashMap<usize, &'static Rule>,
    lists: usize,
}

impl Registry {
    fn node(&mut self, context: &'static Context) -> &'static Node {
        let address = std::ptr::from_ref(context).addr();
        if let Some(node) = self.nodes.get(&address) {
            return node;
        }
        let prototype = self.list(context.prototype.as_ref().and_then(self::context));
        let rules = self.list(Some(context));
        let node = Box::leak(Box::new(Node { context, prototype, rules }));
        self.nodes.insert(address, node);
        node
    }

    fn list(&mut self, context: Option<&'static Context>) -> Rules {
        let mut rules = Vec::new();
        if let Some(context) = context {
            self.flatten(context, &mut Vec::new(), &mut rules);
        }
        let number = self.lists;
        self.lists += 1;
        let needs = |rule: &'static Rule| rule.window.as_ref().map_or(Needs::default(), Window::needs);
        Rules { number, all: rules.into_iter().map(|rule| (needs(rule), rule)).collect() }
    }

    /// The patterns of a context in order, with those of the contexts that it includes; `inside` are the contexts around it.
    fn flatten(&mut self, context: &'static Context, inside: &mut Vec<usize>, rules: &mut Vec<&'static Rule>) {
        let address = std::ptr::from_ref(context).addr();
        if inside.contains(&address) {
            return;
        }
        inside.push(address);
        for pattern in &context.patterns {
            match pattern {
                Pattern::Match(pattern) => rules.push(self.rule(pattern)),
                Pattern::Include(reference) => {
                    if let Ok(included) = reference.resolve(syntaxes()) {
                        self.flatten(included, inside, rules);
                    }
                }
            }
        }
        inside.pop();
    }

    fn rule(&mut self, pattern: &'static MatchPattern) -> &'static Rule {
        let number = self.rules.len();
        self.rules.entry(std::ptr::from_ref(pattern).addr()).or_insert_with(|| {
            let text = pattern.regex.regex_str();
            let literal_search = pattern.has_captures || text.contains("\\G") || text.contains("\\K");
            let read = if literal_search { None } else { pattern::read(text) };
            let window = read.as_ref().and_then(|read| Window::of(&read.node));
            // Without a window it would be tried at every place.
            let read = read.filter(|_| text.is_empty() || window.as_ref().is_some_and(|window| window.flat));
            Box::leak(Box::new(Rule {
                pattern,
                number,
                window,
                exact: read.and_then(|read| Exact::of(read, uses_groups(pattern))),
                literal_search,
                regex: OnceLock::new(),
                targets: OnceLock::new(),
            }))
        })
    }
}
