//! Reads code line by line, as `syntect::parsing::ParseState` does, in a fraction of its time.
//!
//! In: lines. Out: for each the same changes of scopes as from syntect 5.3 (MIT), whose `parser.rs` explains the rules of the
//! definitions; this file follows it step by step and must be changed with it.
//!
//! There are two reasons for it. Half the time of a build went into syntect's searches, nearly all of which find nothing; here most
//! are not made (see [`super::window`]). And the state here is plain data, which any thread can use, compare and hash.

use std::cell::RefCell;
use std::sync::Arc;

use syntect::parsing::syntax_definition::{Context, MatchOperation};
use syntect::parsing::{ScopeStackOp, SyntaxReference};

use super::grammar::{self, Node, Rule};
use super::searches::{Groups, Searches, escape};

/// With more contexts open nothing is pushed.
const DEEPEST: usize = 100;
/// More steps in one place are no way through a line but a circle, in which syntect goes round for ever: it knows only those of a push and its pop.
const MOST_IN_A_PLACE: usize = 1_000;

/// Why a line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The language has a mistake in it.
    Mistake,
    /// Its rules go round in a circle.
    Circle,
}

/// The state between two lines.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Parser {
    stack: Vec<Level>,
    first_line: bool,
    /// Levels that a rule of a `with_prototype` has pushed: those of the levels below them are not asked.
    prototype_starts: Vec<usize>,
}

/// An open context.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Level {
    node: &'static Node,
    /// What a `with_prototype` adds while it is open.
    prototypes: Vec<&'static Node>,
    captured: Captured,
}

/// What the groups of the match captured that opened a context, escaped, if a pattern in it refers to them.
type Captured = Option<Arc<[String]>>;
type Ops = Vec<(usize, ScopeStackOp)>;

/// The rule that comes next.
#[derive(Clone, Copy)]
struct Best {
    rule: &'static Rule,
    start: usize,
    end: usize,
    from_with_prototype: bool,
    would_loop: bool,
}

/// The search for the rule that comes next.
struct Race<'a> {
    line: &'a str,
    start: usize,
    check_loop: bool,
    deep: bool,
    best: Option<Best>,
}

impl Race<'_> {
    /// Asks some more rules; whether no further rule can be better.
    fn run(
        &mut self,
        searches: &mut Searches,
        rules: &[&'static Rule],
        from_with_prototype: bool,
        captured: Option<&[String]>,
    ) -> bool {
        let (line, start) = (self.line, self.start);
        for rule in rules {
            let bound = self.best.map_or(usize::MAX, |best| best.start + usize::from(best.would_loop));
            let Some((found, end)) = searches.search(rule, line, (start, bound), captured, self.deep) else { continue };
            if found >= bound {
                continue;
            }
            let operation = &rule.pattern.operation;
            if self.deep && matches!(operation, MatchOperation::Push(_)) {
                self.best = None;
                return true;
            }
            let would_loop = self.check_loop && end <= start && matches!(operation, MatchOperation::Pop);
            self.best = Some(Best { rule, start: found, end, from_with_prototype, would_loop });
            searches.keep_groups(rule);
            if found == start && !would_loop {
                return true;
            }
        }
        false
    }
}

thread_local! {
    static SEARCHES: RefCell<Searches> = RefCell::default();
}

impl Parser {
    /// The state before the first line; nothing when the language has no beginning.
    pub fn new(syntax: &SyntaxReference) -> Option<Self> {
        let level = Level { node: grammar::start(syntax)?, prototypes: Vec::new(), captured: None };
        Some(Self { stack: vec![level], first_line: true, prototype_starts: Vec::new() })
    }

    /// Reads a line: the changes of scopes, by their places.
    pub fn parse_line(&mut self, line: &str) -> Result<Ops, Stop> {
        SEARCHES.with(|searches| match searches.try_borrow_mut() {
            Ok(mut searches) => self.parse(line, &mut searches),
            Err(_) => self.parse(line, &mut Searches::default()),
        })
    }

    /// How many contexts are open.
    #[cfg(test)]
    pub fn depth(&self) -> usize {
        self.stack.len()
    }

    fn parse(&mut self, line: &str, searches: &mut Searches) -> Result<Ops, Stop> {
        let mut ops = Vec::new();
        if std::mem::take(&mut self.first_line)
            && let Some(scope) = self.stack.last().ok_or(Stop::Mistake)?.node.context.meta_content_scope.first()
        {
            ops.push((0, ScopeStackOp::Push(*scope)));
        }
        searches.start(line);
        let mut start = 0;
        let mut here = 0;
        // Where a rule that took no text pushed a context, and how many were open then: to pop it again at once would go on for ever.
        let mut pushed = (0, 0);
        loop {
            let depth = self.stack.len();
            while self.prototype_starts.last().is_some_and(|start| *start >= depth) {
                self.prototype_starts.pop();
            }
            let best = self.best(searches, line, start, pushed == (start, depth)).ok_or(Stop::Mistake)?;
            let Some(best) = best else { return Ok(ops) };
            if best.would_loop {
                let rest = line.get(start..).ok_or(Stop::Mistake)?;
                let Some((next, _)) = rest.char_indices().nth(1) else { return Ok(ops) };
                start += next;
                continue;
            }
            here = if best.end > start { 0 } else { here + 1 };
            if here > MOST_IN_A_PLACE {
                return Err(Stop::Circle);
            }
            if best.end <= start && matches!(best.rule.pattern.operation, MatchOperation::Push(_)) {
                pushed = (best.end, depth + 1);
            }
            start = best.end;
            if best.from_with_prototype {
                self.prototype_starts.push(depth);
            }
            self.apply(&best, line, &searches.groups, &mut ops).ok_or(Stop::Mistake)?;
        }
    }

    /// The rule whose match begins first, and of several the first; nothing in it at the end of the line, nothing at all without a context.
    #[expect(clippy::option_option, reason = "no context and no match are two things")]
    fn best(&self, searches: &mut Searches, line: &str, start: usize, check_loop: bool) -> Option<Option<Best>> {
        let level = self.stack.last()?;
        let with_prototypes = self
            .stack
            .iter()
            .skip(self.prototype_starts.last().copied().unwrap_or(0))
            .flat_map(|level| level.prototypes.iter().map(|node| (true, &node.rules, level.captured.as_deref())));
        let own = [(false, &level.node.prototype, None), (false, &level.node.rules, level.captured.as_deref())];
        let mut race = Race { line, start, check_loop, deep: self.stack.len() >= DEEPEST, best: None };
        for (from_with_prototype, rules, captured) in with_prototypes.chain(own) {
            let possible = searches.lend(rules, start);
            let decided = race.run(searches, &possible, from_with_prototype, captured);
            searches.give_back(rules, possible);
            if decided {
                break;
            }
        }
        Some(race.best)
    }

    fn apply(&mut self, best: &Best, line: &str, groups: &Groups, ops: &mut Ops) -> Option<()> {
        let pattern = best.rule.pattern;
        let around = self.stack.last()?.node.context;
        begin_meta(best, around, ops)?;
        ops.extend(pattern.scope.iter().map(|scope| (best.start, ScopeStackOp::Push(*scope))));
        let mut captures = Vec::new();
        for (group, scopes) in pattern.captures.iter().flatten() {
            let whole = Some((best.start, best.end));
            let Some((start, end)) = group.checked_sub(1).map_or(whole, |group| groups.get(group).copied().flatten())
            else {
                continue;
            };
            if start != end {
                // Outer groups open first.
                let order = (start, -i64::try_from(end - start).unwrap_or(i64::MAX));
                captures.extend(scopes.iter().map(|scope| (order, ScopeStackOp::Push(*scope))));
                captures.push(((end, i64::MIN), ScopeStackOp::Pop(scopes.len())));
            }
        }
        captures.sort_by_key(|(order, _)| *order);
        ops.extend(captures.into_iter().map(|((at, _), op)| (at, op)));
        if !pattern.scope.is_empty() {
            ops.push((best.end, ScopeStackOp::Pop(pattern.scope.len())));
        }
        end_meta(best, around, ops)?;
        self.change_stack(best, line, groups)
    }

    fn change_stack(&mut self, best: &Best, line: &str, groups: &Groups) -> Option<()> {
        let pattern = best.rule.pattern;
        let mut prototypes = match pattern.operation {
            MatchOperation::None => return Some(()),
            MatchOperation::Pop => return self.stack.pop().map(drop),
            MatchOperation::Push(_) => Vec::new(),
            // What a `with_prototype` added stays until this level is popped.
            MatchOperation::Set(_) => self.stack.pop()?.prototypes,
        };
        let targets = best.rule.targets()?;
        for (index, node) in targets.iter().enumerate() {
            if index + 1 == targets.len()
                && let Some(reference) = &pattern.with_prototype
            {
                prototypes.push(grammar::node(reference)?);
            }
            let refers = node.context.uses_backrefs || prototypes.iter().any(|node| node.context.uses_backrefs);
            let captured = refers.then(|| {
                let all = std::iter::once(Some((best.start, best.end))).chain(groups.iter().copied());
                all.map(|group| group.and_then(|(start, end)| line.get(start..end)).map(escape).unwrap_or_default())
                    .collect()
            });
            self.stack.push(Level { node, prototypes: std::mem::take(&mut prototypes), captured });
        }
        Some(())
    }
}

/// The scopes of contexts that begin or end before the text of a match.
fn begin_meta(best: &Best, around: &Context, ops: &mut Ops) -> Option<()> {
    let mut add = |op| ops.push((best.start, op));
    let set = match best.rule.pattern.operation {
        MatchOperation::None => return Some(()),
        MatchOperation::Pop => {
            if !around.meta_content_scope.is_empty() {
                add(ScopeStackOp::Pop(around.meta_content_scope.len()));
            }
            return Some(());
        }
        MatchOperation::Push(_) => false,
        MatchOperation::Set(_) => true,
    };
    if set && around.clear_scopes.is_some() {
        add(ScopeStackOp::Restore);
    }
    for target in best.rule.targets()? {
        if let Some(amount) = target.context.clear_scopes.filter(|_| !set) {
            add(ScopeStackOp::Clear(amount));
        }
        target.context.meta_scope.iter().for_each(|scope| add(ScopeStackOp::Push(*scope)));
    }
    Some(())
}

/// The scopes of contexts that begin or end after the text of a match.
fn end_meta(best: &Best, around: &Context, ops: &mut Ops) -> Option<()> {
    let mut add = |op| ops.push((best.end, op));
    let set = match best.rule.pattern.operation {
        MatchOperation::None => return Some(()),
        MatchOperation::Pop => {
            if !around.meta_scope.is_empty() {
                add(ScopeStackOp::Pop(around.meta_scope.len()));
            }
            if around.clear_scopes.is_some() {
                add(ScopeStackOp::Restore);
            }
            return Some(());
        }
        MatchOperation::Push(_) => false,
        MatchOperation::Set(_) => true,
    };
    let targets = best.rule.targets()?;
    let own = if set { around.meta_scope.len() + around.meta_content_scope.len() } else { 0 };
    let again =
        |node: &&Node| !node.context.meta_content_scope.is_empty() || (node.context.clear_scopes.is_some() && set);
    if own == 0 && !targets.iter().any(again) {
        return Some(());
    }
    let open = own + targets.iter().map(|node| node.context.meta_scope.len()).sum::<usize>();
    if open > 0 {
        add(ScopeStackOp::Pop(open));
    }
    for target in targets {
        if let Some(amount) = target.context.clear_scopes.filter(|_| set) {
            add(ScopeStackOp::Clear(amount));
        }
        let scopes = target.context.meta_scope.iter().chain(&target.context.meta_content_scope);
        scopes.for_each(|scope| add(ScopeStackOp::Push(*scope)));
    }
    Some(())
}
