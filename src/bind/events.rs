//! The bindings of one name in source order → the effect of running a statement or block on it.
//!
//! There is no control-flow graph: a `for`, `while` or `with` that binds the name somewhere may have
//! done any of it. [`flow`](super::flow) puts effects together for a use.

use std::borrow::Cow;
use std::cell::Cell;

use ruff_python_ast::{AnyNodeRef, StmtIf, StmtMatch, StmtTry};

use crate::python::tree::{NodeId, Tree};

use super::binding::{Binding, BindingId, BindingKind, ScopeId};
use super::block::{Block, BlockRole, Blocks};
use super::effect::Effect;
use super::ends::{Ends, has_else, takes_all};
use super::scope::Bindings;

/// Statements nested deeper than this are taken as doing anything they hold.
const MAX_DEPTH: usize = 50;

/// More bindings than this at one place are not told apart.
pub(super) const MAX_BINDINGS: usize = 64;

/// More statements than this are not looked at for one use.
pub(super) const MAX_STEPS: u32 = 250;

/// The events of one name in the code of the scope that owns it, and star imports, in source order.
pub(super) struct Events<'a> {
    pub(super) names: &'a Bindings<'a>,
    pub(super) blocks: &'a Blocks<'a>,
    pub(super) owner: ScopeId,
    pub(super) name: &'a str,
    /// Sorted; those of other scopes and declarations are skipped when read.
    pub(super) ids: Cow<'a, [BindingId]>,
    /// Whether bindings for type checkers count.
    pub(super) typing: bool,
    /// Statements that may still be looked at.
    pub(super) steps: Cell<u32>,
}

impl<'a> Events<'a> {
    pub(super) fn tree(&self) -> &'a Tree<'a> {
        self.names.tree()
    }

    /// Iterates over the events whose node is in `from..to`, first to last.
    pub(super) fn between(
        &self,
        from: NodeId,
        to: NodeId,
    ) -> impl DoubleEndedIterator<Item = BindingId> + '_ {
        self.until(from, move |node| node < to)
    }

    /// Iterates over the events from `first` to the last one inside `last`.
    pub(super) fn across(
        &self,
        first: NodeId,
        last: NodeId,
    ) -> impl DoubleEndedIterator<Item = BindingId> + '_ {
        let tree = self.tree();
        self.until(first, move |node| node < last || tree.contains(last, node))
    }

    /// Iterates over the events inside a node.
    pub(super) fn inside(&self, node: NodeId) -> impl DoubleEndedIterator<Item = BindingId> + '_ {
        self.across(node, node)
    }

    fn until(
        &self,
        from: NodeId,
        before_end: impl Fn(NodeId) -> bool,
    ) -> impl DoubleEndedIterator<Item = BindingId> + '_ {
        let node = |id: &BindingId| self.names.binding(*id).node;
        let first = self.ids.partition_point(|id| node(id) < from);
        let count = self.ids[first..].partition_point(|id| before_end(node(id)));
        let found = self.ids[first..first + count].iter().copied();
        found.filter(|&id| self.counts(id))
    }

    fn counts(&self, id: BindingId) -> bool {
        let binding = self.names.binding(id);
        binding.written_in == self.owner
            && (self.typing || !binding.typing_only)
            && !matches!(binding.kind, BindingKind::Annotation { .. })
    }

    /// Any of these events may have happened.
    pub(super) fn any_of(&self, events: impl Iterator<Item = BindingId>) -> Effect {
        let mut effect = Effect::nothing();
        for id in events {
            if effect.bindings.len() == MAX_BINDINGS {
                effect.overflow = true;
                return effect;
            }
            match self.names.binding(id).kind {
                BindingKind::Deletion => effect.unbound = true,
                _ => effect.bindings.push(id),
            }
            // The name of an `except` is unbound behind its handler.
            effect.unbound |= matches!(self.names.binding(id).kind, BindingKind::Except);
        }
        effect
    }

    /// This event has happened, and nothing after it.
    pub(super) fn exactly(&self, event: BindingId) -> Effect {
        let mut effect = self.any_of(std::iter::once(event));
        effect.unbound = matches!(self.names.binding(event).kind, BindingKind::Deletion);
        effect.through = false;
        effect
    }

    /// What those of the events do that belong to the statement itself, not to one in its blocks.
    pub(super) fn header(
        &self,
        statement: NodeId,
        events: impl DoubleEndedIterator<Item = BindingId>,
    ) -> Effect {
        let mut effect = Effect::nothing();
        for event in events.filter(|&id| self.belongs(id, statement)).rev() {
            if self.is_sure(event) {
                effect.besides(self.exactly(event));
                effect.through = false;
                return effect;
            }
            effect.besides(self.any_of(std::iter::once(event)));
        }
        effect
    }

    fn belongs(&self, event: BindingId, statement: NodeId) -> bool {
        self.names.binding(event).statement == statement
    }

    /// Returns whether an event happens whenever its statement's own part runs.
    fn is_sure(&self, event: BindingId) -> bool {
        let Binding {
            kind,
            node,
            statement,
            ..
        } = *self.names.binding(event);
        if !self.is_walrus(event) {
            let is_star = matches!(kind, BindingKind::StarImport { .. });
            return !is_star || self.names.star_binds(event, self.name).is_some();
        }
        let tree = self.tree();
        let mut inner = node;
        for outer in tree.ancestors(node) {
            if !runs_always(tree, outer, inner) {
                return false;
            }
            if outer == statement {
                break;
            }
            inner = outer;
        }
        true
    }

    /// Returns whether an event is a `:=`.
    pub(super) fn is_walrus(&self, event: BindingId) -> bool {
        let parent = self.tree().parent_node(self.names.binding(event).node);
        matches!(parent, AnyNodeRef::ExprNamed(_))
    }

    /// What a whole block does.
    pub(super) fn block(&self, block: Option<&Block>, depth: usize) -> Effect {
        let Some(block) = block else {
            return Effect::nothing();
        };
        if !block.ends.may(Ends::FALLS) {
            return Effect::leaving();
        }
        self.before(block, block.statements.len(), depth)
    }

    /// What the first `count` statements of a block do.
    pub(super) fn before(&self, block: &Block, count: usize, depth: usize) -> Effect {
        let mut effect = Effect::nothing();
        let Some((&first, &last)) = block.statements.first().zip(block.statements.last()) else {
            return effect;
        };
        let mut end = block.statements.get(count).copied();
        let last_before = |end: Option<NodeId>| match end {
            Some(end) => self.between(first, end).next_back(),
            None => self.across(first, last).next_back(),
        };
        while let Some(event) = last_before(end) {
            let node = self.names.binding(event).node;
            let place = block.statements.partition_point(|&it| it <= node);
            let statement = block.statements[place.saturating_sub(1)];
            effect = self.statement(statement, depth).then(effect);
            if !effect.through || effect.overflow || effect.bindings.len() > MAX_BINDINGS {
                effect.overflow |= effect.bindings.len() > MAX_BINDINGS;
                return effect;
            }
            end = Some(statement);
        }
        effect
    }

    fn statement(&self, statement: NodeId, depth: usize) -> Effect {
        if depth == MAX_DEPTH {
            return self.any_of(self.inside(statement));
        }
        let Some(steps) = self.steps.get().checked_sub(1) else {
            return Effect {
                overflow: true,
                ..Effect::nothing()
            };
        };
        self.steps.set(steps);
        let depth = depth + 1;
        let effect = match self.tree().node(statement) {
            AnyNodeRef::StmtIf(node) => self.branches(statement, node, depth),
            AnyNodeRef::StmtTry(node) => self.attempt(statement, node, depth),
            AnyNodeRef::StmtMatch(node) => self.cases(statement, node, depth),
            AnyNodeRef::StmtFor(_)
            | AnyNodeRef::StmtWhile(_)
            | AnyNodeRef::StmtIpyEscapeCommand(_) => self.any_of(self.inside(statement)),
            AnyNodeRef::StmtWith(_) => self.managed(statement),
            _ => self.simple(statement),
        };
        if effect.leaves {
            // What follows never runs; what held before is as good an answer as any.
            return Effect::nothing();
        }
        effect
    }

    /// A statement without blocks of this scope: its target is bound last, whatever `:=` is in it.
    fn simple(&self, statement: NodeId) -> Effect {
        let target = self
            .inside(statement)
            .rfind(|&event| !self.is_walrus(event) && self.is_sure(event));
        match target {
            Some(target) => self.exactly(target),
            None => self.header(statement, self.inside(statement)),
        }
    }

    /// A `with` may swallow an exception anywhere in its body.
    fn managed(&self, statement: NodeId) -> Effect {
        let Some(body) = self.blocks.block(statement, BlockRole::With) else {
            return Effect::nothing();
        };
        let items = self.between(statement, body.statements[0]);
        self.header(statement, items)
            .then(self.anywhere(Some(body)))
    }

    fn branches(&self, statement: NodeId, node: &StmtIf, depth: usize) -> Effect {
        let tree = self.tree();
        let mut effect = self.block(self.blocks.block(statement, BlockRole::If), depth);
        for clause in &node.elif_else_clauses {
            let block = self.blocks.block(tree.id(clause), BlockRole::Else);
            effect = effect.or(self.block(block, depth));
        }
        if !has_else(node) {
            effect = effect.or(Effect::nothing());
        }
        if !effect.through {
            return effect;
        }
        self.header(statement, self.inside(statement)).then(effect)
    }

    fn attempt(&self, statement: NodeId, node: &StmtTry, depth: usize) -> Effect {
        if node.is_star {
            return self.any_of(self.inside(statement));
        }
        let part = |role| self.block(self.blocks.block(statement, role), depth);
        let mut effect = part(BlockRole::Try).then(part(BlockRole::TryElse));
        for handler in &node.handlers {
            let handler = self.tree().id(handler);
            effect = effect.or(self.handler(statement, handler, depth));
        }
        effect.then(part(BlockRole::Finally))
    }

    fn handler(&self, statement: NodeId, handler: NodeId, depth: usize) -> Effect {
        let block = self.blocks.block(handler, BlockRole::Except);
        let effect = self.block(block, depth);
        if effect.leaves {
            return effect;
        }
        if self.handler_name(handler).is_some() {
            return Effect {
                unbound: true,
                ..Effect::default()
            };
        }
        self.attempted(statement).then(effect)
    }

    /// The event of `except … as name`.
    pub(super) fn handler_name(&self, handler: NodeId) -> Option<BindingId> {
        let event = self.inside(handler).next()?;
        (self.names.binding(event).node == handler).then_some(event)
    }

    /// What holds where an exception left the body of a `try`.
    pub(super) fn attempted(&self, statement: NodeId) -> Effect {
        self.anywhere(self.blocks.block(statement, BlockRole::Try))
    }

    /// Any event of a block may have happened.
    fn anywhere(&self, block: Option<&Block>) -> Effect {
        let ends = block.and_then(|it| it.statements.first().zip(it.statements.last()));
        ends.map_or_else(Effect::nothing, |(&first, &last)| {
            self.any_of(self.across(first, last))
        })
    }

    fn cases(&self, statement: NodeId, node: &StmtMatch, depth: usize) -> Effect {
        let tree = self.tree();
        let own = |id: &BindingId| self.belongs(*id, statement);
        let mut effect = Effect::leaving();
        for case in &node.cases {
            let case = tree.id(case);
            let captures = self.captured(statement, case);
            let block = self.blocks.block(case, BlockRole::Case);
            effect = effect.or(captures.then(self.block(block, depth)));
        }
        if !takes_all(node) {
            effect = effect.or(Effect::nothing());
        }
        // A pattern that fails may have bound some of its names.
        effect.besides(self.any_of(self.inside(statement).filter(own)));
        effect
    }

    /// What the pattern and guard of a case that was taken did.
    pub(super) fn captured(&self, statement: NodeId, case: NodeId) -> Effect {
        let own = |id: &BindingId| self.belongs(*id, statement);
        let mut effect = self.any_of(self.inside(case).filter(own));
        effect.through = !self
            .inside(case)
            .filter(own)
            .any(|event| self.is_sure(event));
        effect
    }
}

/// Returns whether evaluating `outer` always evaluates its child `inner`, exactly once.
pub fn runs_always(tree: &Tree<'_>, outer: NodeId, inner: NodeId) -> bool {
    match tree.node(outer) {
        AnyNodeRef::ExprBoolOp(node) => node
            .values
            .first()
            .is_some_and(|first| tree.id(first) == inner),
        AnyNodeRef::ExprIf(node) => tree.id(&*node.test) == inner,
        AnyNodeRef::ExprCompare(node) => node.comparators.len() == 1,
        AnyNodeRef::ExprListComp(_)
        | AnyNodeRef::ExprSetComp(_)
        | AnyNodeRef::ExprDictComp(_)
        | AnyNodeRef::ExprGenerator(_)
        | AnyNodeRef::ElifElseClause(_)
        | AnyNodeRef::ExceptHandlerExceptHandler(_)
        | AnyNodeRef::MatchCase(_) => false,
        AnyNodeRef::StmtAssert(node) => tree.id(&*node.test) == inner,
        _ => true,
    }
}
