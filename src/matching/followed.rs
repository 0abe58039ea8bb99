//! What stands behind a site, and whether it runs on every path.

use std::rc::Rc;

use ruff_python_ast::AnyNodeRef;

use super::may_fit::any_stands;
use super::place::place_of;
use super::site::{Site, any};
use super::subject::Subject;
use crate::bind::block::{Block, BlockRole};
use crate::bind::ends::Ends;
use crate::matching::answers::code::Passes;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;

/// A match stands behind the site in its block, or in a block around it, or in a `finally`; yes if it
/// always runs once the site has, whatever raises in between left aside.
pub(super) fn followed_by<'r>(patterns: &'r [Guarded], site: Site<'_, 'r, '_>) -> Answer {
    let subject = site.subject;
    if !any_stands(patterns, subject) {
        return Answer::No;
    }
    let Some(mut statement) = subject.tree.statement(site.node) else {
        return Answer::No;
    };
    let function = subject.context.enclosing_function(site.node);
    let part = subject.tree.span(function.unwrap_or(NodeId::ROOT));
    let holders = site.may_fit(patterns, &part);
    let fits = |id: NodeId| match holders.binary_search(&id) {
        Ok(_) => site.fits_any(patterns, subject.tree.node(id)),
        Err(_) => Answer::No,
    };
    let mut behind = Behind {
        run: Run {
            subject,
            fits: &fits,
        },
        holders: &holders,
        reached: Answer::Yes,
        found: Answer::No,
    };
    loop {
        let Some(block) = subject.blocks.block_of(statement) else {
            return behind.found;
        };
        behind.block(block, subject.blocks.position(statement) + 1);
        let around = subject.tree.statement(block.owner);
        let Some(around) = around.filter(|_| is_left_behind(block.role)) else {
            return behind.found;
        };
        behind.clauses(block.role, around);
        statement = around;
    }
}

/// Returns whether the statement around a block goes on where the block has ended.
pub(super) fn is_left_behind(role: BlockRole) -> bool {
    !matches!(
        role,
        BlockRole::Module | BlockRole::Function | BlockRole::Class
    )
}

/// What was seen on the way from a site to the end of its function.
struct Behind<'s, 'a> {
    run: Run<'s, 'a>,
    /// The nodes that may fit.
    holders: &'s [NodeId],
    /// Whether the way leads here.
    reached: Answer,
    found: Answer,
}

impl Behind<'_, '_> {
    fn take(&mut self, answer: Answer) {
        self.found = self.found.or(self.reached.and(answer));
    }

    /// Statements one after the other, from a place in their block on.
    fn block(&mut self, block: &Block, from: usize) {
        let (statements, tree) = (&block.statements, self.run.subject.tree);
        let (Some(first), Some(last)) = (statements.get(from), statements.last()) else {
            return;
        };
        let start = self.holders.partition_point(|id| id < first);
        let end = tree.span(*last).end;
        let inside = self.holders[start..].iter().take_while(|id| **id < end);
        let mut places: Vec<usize> = inside.map(|id| place_of(statements, *id)).collect();
        places.dedup();
        let passes = passes(self.run.subject, block);
        let reached = self.reached;
        for place in places {
            self.reached = reached.and(passes.between(from, place));
            if self.found.is_yes() || self.reached == Answer::No {
                break;
            }
            let answer = self.run.statement(statements[place]);
            self.take(answer);
        }
        self.reached = reached.and(passes.between(from, statements.len()));
    }

    /// The other clauses of a statement, one of whose blocks the way comes from.
    fn clauses(&mut self, role: BlockRole, around: NodeId) {
        match role {
            BlockRole::Loop => {
                // Perhaps once more.
                let again = self.run.block(around, BlockRole::Loop);
                self.take(again.and(Answer::Unknown));
            }
            BlockRole::Try => {
                let other = self.run.block(around, BlockRole::TryElse);
                self.take(other);
                let handled = self.run.handlers(around);
                self.take(handled.and(Answer::Unknown));
            }
            _ => {}
        }
        // It runs also where the block was left before.
        let last = self.run.block(around, BlockRole::Finally);
        self.found = self.found.or(last);
    }
}

/// Finds how far the statements of a block are come to.
fn passes(subject: &Subject, block: &Block) -> Rc<Passes> {
    let find = || {
        let n = block.statements.len();
        let mut passes = Passes {
            perhaps: vec![n; n + 1],
            never: vec![n; n + 1],
        };
        for at in (0..n).rev() {
            let goes_on = goes_on(subject, block.statements[at]);
            let next = |is_it: bool, behind: usize| if is_it { at } else { behind };
            passes.perhaps[at] = next(goes_on == Answer::Unknown, passes.perhaps[at + 1]);
            passes.never[at] = next(goes_on == Answer::No, passes.never[at + 1]);
        }
        Rc::new(passes)
    };
    let known = &subject.answers.passes;
    known.or_find(&(block.owner, block.role), find)
}

/// Returns whether what stands behind a statement runs when it has.
pub(super) fn goes_on(subject: &Subject, statement: NodeId) -> Answer {
    match subject.blocks.ends(statement) {
        Ends::FALLS => Answer::Yes,
        ends if ends.may(Ends::FALLS) => Answer::Unknown,
        _ => Answer::No,
    }
}

/// Code that fits, where statements run.
#[derive(Clone, Copy)]
pub(super) struct Run<'s, 'a> {
    pub(super) subject: &'s Subject<'a>,
    pub(super) fits: &'s dyn Fn(NodeId) -> Answer,
}

impl Run<'_, '_> {
    fn block(&self, owner: NodeId, role: BlockRole) -> Answer {
        let block = self.subject.blocks.block(owner, role);
        let statements = block.map_or(&[][..], |block| &block.statements);
        any(statements, |statement| self.statement(*statement))
    }

    fn handlers(&self, around: NodeId) -> Answer {
        let children = self.subject.tree.children(around);
        any(children, |id| self.block(id, BlockRole::Except))
    }

    /// Returns whether a statement has a match that always runs with it.
    pub(super) fn statement(&self, statement: NodeId) -> Answer {
        let tree = self.subject.tree;
        let direct = (self.fits)(statement);
        if direct.is_yes() {
            return direct;
        }
        let sometimes = |role| self.block(statement, role).and(Answer::Unknown);
        let nested = match tree.node(statement) {
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) => return direct,
            AnyNodeRef::StmtWith(_) => self.block(statement, BlockRole::With),
            AnyNodeRef::StmtTry(_) => {
                let always = self.block(statement, BlockRole::Try);
                let last = self.block(statement, BlockRole::Finally);
                let handled = self.handlers(statement).and(Answer::Unknown);
                always.or(last).or(handled)
            }
            AnyNodeRef::StmtIf(_) => self.branches(statement),
            AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_) => {
                sometimes(BlockRole::Loop).or(sometimes(BlockRole::LoopElse))
            }
            AnyNodeRef::StmtMatch(_) => {
                let cases = tree.children(statement);
                any(cases, |id| self.block(id, BlockRole::Case)).and(Answer::Unknown)
            }
            _ => Answer::No,
        };
        direct.or(nested).or(self.expressions(statement))
    }

    /// All branches of an `if` have it, or some.
    fn branches(&self, statement: NodeId) -> Answer {
        let AnyNodeRef::StmtIf(node) = self.subject.tree.node(statement) else {
            return Answer::No;
        };
        let clauses = node.elif_else_clauses.iter();
        let mut branches = vec![self.block(statement, BlockRole::If)];
        branches.extend(
            clauses.map(|clause| self.block(self.subject.tree.id(clause), BlockRole::Else)),
        );
        let has_else = node.elif_else_clauses.last();
        let has_else = has_else.is_some_and(|clause| clause.test.is_none());
        match has_else && branches.iter().all(|answer| answer.is_yes()) {
            true => Answer::Yes,
            false => any(branches, |answer| answer).and(Answer::Unknown),
        }
    }

    /// The expressions of a statement itself; what a lambda or generator holds may never run.
    fn expressions(&self, statement: NodeId) -> Answer {
        let subject = self.subject;
        let place = |id: NodeId| subject.context.frames(id).next().map(|frame| frame.node);
        let is_own = |id: &NodeId| {
            subject.tree.node(*id).is_expression()
                && subject.tree.statement(*id) == Some(statement)
                && place(*id) == place(statement)
        };
        let inside = subject.tree.descendants(statement).filter(is_own);
        any(inside, |id| (self.fits)(id))
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    /// Compares the lines of `g($at)` that `h()` surely follows, and those that it does not.
    #[track_caller]
    fn check(text: &str, always: &[usize], never: &[usize]) {
        check_condition("g($at)", "followed-by: h()", text, always);
        check_condition("g($at)", "not: [{followed-by: h()}]", text, never);
    }

    #[test]
    fn what_stands_behind_in_the_block_or_around_it() {
        check("g(1)\nh()\ng(3)\n", &[1], &[3]);
        check(
            "async def f():\n    if a:\n        g(3)\n    x = await k(h())\n",
            &[3],
            &[],
        );
        check("def f():\n    g(2)\n    with a:\n        h()\n", &[2], &[]);
        check("def f():\n    g(2)\ndef k():\n    h()\n", &[], &[2]);
        check(
            "def f():\n    g(2)\n    lambda: h()\n    def k():\n        h()\n",
            &[],
            &[2],
        );
    }

    #[test]
    fn what_runs_on_some_paths_is_not_known() {
        check("g(1)\nif a:\n    h()\n", &[], &[]);
        check("g(1)\nif a:\n    h()\nelse:\n    x = h()\n", &[1], &[]);
        check("g(1)\nfor a in b:\n    h()\n", &[], &[]);
        check("for a in b:\n    h()\n    g(3)\n", &[], &[]);
        check(
            "def f():\n    g(2)\n    if a:\n        return\n    h()\n",
            &[],
            &[],
        );
    }

    #[test]
    fn what_leaves_is_followed_by_a_finally_only() {
        check(
            "def f():\n    if a:\n        g(3)\n        return\n    h()\n",
            &[],
            &[3],
        );
        check(
            "def f():\n    try:\n        g(3)\n        return\n    finally:\n        h()\n",
            &[3],
            &[],
        );
        check(
            "def f():\n    try:\n        g(3)\n    except E:\n        h()\n    else:\n        k()\n",
            &[],
            &[],
        );
    }
}
