//! The way from a use of a name backwards and outwards, for [`flow`](super::flow).

use ruff_python_ast::AnyNodeRef;

use crate::python::tree::NodeId;

use super::binding::BindingKind;
use super::block::{Block, BlockRole, is_loop};
use super::effect::Effect;
use super::events::Events;
use super::scope::ScopeKind;

/// The way from a use backwards and outwards, collecting what may hold there.
pub(super) struct Trace<'e, 'a> {
    events: &'e Events<'a>,
    /// What is known to happen between here and the use.
    pub(super) effect: Effect,
}

impl<'e, 'a> Trace<'e, 'a> {
    /// Follows the way from a node; `effect` is then what holds there.
    pub(super) fn of(events: &'e Events<'a>, node: NodeId) -> Self {
        let mut trace = Self {
            events,
            effect: Effect::nothing(),
        };
        trace.walk(node);
        trace
    }

    fn happened(&mut self, before: Effect) {
        let after = std::mem::take(&mut self.effect);
        self.effect = before.then(after);
    }

    fn is_done(&self) -> bool {
        !self.effect.through || self.effect.overflow
    }

    fn walk(&mut self, node: NodeId) {
        let Some(mut statement) = self.events.tree().statement(node) else {
            return;
        };
        self.within(statement, node);
        while !self.is_done() {
            let Some(block) = self.events.blocks.block_of(statement) else {
                return;
            };
            let place = self.events.blocks.position(statement);
            self.happened(self.events.before(block, place, 0));
            if self.is_done() {
                return;
            }
            match self.leave(block) {
                Some(outer) => statement = outer,
                None => return,
            }
        }
    }

    /// What the use's own statement did before it: `:=`, earlier `with` items, captures of its case.
    fn within(&mut self, statement: NodeId, node: NodeId) {
        let names = self.events.names;
        let tree = self.events.tree();
        let done = self.events.between(statement, node).filter(|&event| {
            let target = names.binding(event).node;
            match names.binding(event).kind {
                BindingKind::With { .. } | BindingKind::MatchCapture => true,
                _ => self.events.is_walrus(event) && !tree.contains(tree.parent(target), node),
            }
        });
        let done = self.events.header(statement, done);
        self.happened(match tree.node(statement) {
            // Captures before a guard may be those of a case that failed.
            AnyNodeRef::StmtMatch(_) => done.maybe(),
            _ => done,
        });
        if let Some(odd) = self.evaluated_out_of_order(statement, node) {
            self.happened(self.events.any_of(self.events.inside(odd)));
        }
        if matches!(tree.node(statement), AnyNodeRef::StmtTry(_)) {
            self.happened(self.events.attempted(statement));
        }
    }

    /// Returns the outermost part of the statement around the use whose order in the source is not the
    /// order it runs in, or that runs repeatedly.
    fn evaluated_out_of_order(&self, statement: NodeId, node: NodeId) -> Option<NodeId> {
        let tree = self.events.tree();
        let inner = tree.with_ancestors(node).take_while(|&id| id != statement);
        let odd = inner.filter(|&id| {
            matches!(
                tree.node(id),
                AnyNodeRef::ExprIf(_)
                    | AnyNodeRef::ExprListComp(_)
                    | AnyNodeRef::ExprSetComp(_)
                    | AnyNodeRef::ExprDictComp(_)
            )
        });
        let repeated = matches!(tree.node(statement), AnyNodeRef::StmtWhile(_));
        repeated.then_some(statement).or_else(|| odd.last())
    }

    /// What happened between the start of the statement around a block and the block; returns that
    /// statement, `None` where the owner's code begins.
    fn leave(&mut self, block: &Block) -> Option<NodeId> {
        let events = self.events;
        let statement = events.blocks.holder(block);
        let start = *block.statements.first()?;
        let header = || events.header(statement, events.between(statement, start));
        match block.role {
            BlockRole::Module => return None,
            BlockRole::Function | BlockRole::Class if self.is_owner(block.owner) => {
                self.parameters(block.owner, start);
                return None;
            }
            BlockRole::Loop => self.again(statement, start),
            BlockRole::Except => match events.handler_name(block.owner) {
                Some(name) => self.happened(events.exactly(name)),
                None => self.failed(statement),
            },
            BlockRole::TryElse => {
                if let Some(body) = events.blocks.block(statement, BlockRole::Try) {
                    self.happened(events.before(body, body.statements.len(), 0));
                }
            }
            BlockRole::LoopElse | BlockRole::Finally => {
                self.happened(events.any_of(events.between(statement, start)));
            }
            BlockRole::Case => {
                self.happened(events.captured(statement, block.owner));
                self.happened(header().maybe());
            }
            BlockRole::Else => self.happened(header().maybe()),
            _ => self.happened(header()),
        }
        Some(statement)
    }

    /// A loop's body begins: its target or test comes first, then whatever earlier rounds did.
    fn again(&mut self, statement: NodeId, body: NodeId) {
        let events = self.events;
        let is_while = matches!(events.tree().node(statement), AnyNodeRef::StmtWhile(_));
        let each_round = events.between(statement, body);
        let each_round = each_round.filter(|&event| is_while || !events.is_walrus(event));
        self.happened(events.header(statement, each_round));
        if !self.is_done() {
            self.happened(events.any_of(events.inside(statement)));
        }
    }

    /// The `except` was reached from anywhere in the `try`, under `except*` also from other handlers.
    fn failed(&mut self, statement: NodeId) {
        let is_star = matches!(self.events.tree().node(statement),
            AnyNodeRef::StmtTry(node) if node.is_star);
        self.happened(if is_star {
            self.events.any_of(self.events.inside(statement))
        } else {
            self.events.attempted(statement)
        });
    }

    fn is_owner(&self, node: NodeId) -> bool {
        self.events.names.scope(self.events.owner).node == node
    }

    fn parameters(&mut self, function: NodeId, body: NodeId) {
        let parameter = self.events.between(function, body).next_back();
        if let Some(parameter) = parameter {
            self.happened(self.events.exactly(parameter));
        }
    }

    /// Adds what is bound after `maker` was run: the code it makes may run at any later time.
    pub(super) fn deferred(mut self, maker: NodeId) -> Effect {
        let events = self.events;
        let tree = events.tree();
        let mut outermost_loop = None;
        let mut outermost = maker;
        for id in tree.with_ancestors(maker) {
            if self.is_owner(id) {
                break;
            }
            if is_loop(tree.node(id)) {
                outermost_loop = Some(id);
            }
            outermost = id;
        }
        // The target of a statement around it is bound when that statement ends.
        let around = events.between(outermost, maker);
        let around = around.filter(|&id| tree.contains(events.names.binding(id).statement, maker));
        let rounds = outermost_loop.map(|it| events.inside(it));
        let owner = events.names.scope(events.owner).node;
        let later = around.chain(rounds.into_iter().flatten());
        let later = events.any_of(later.chain(events.across(maker, owner)));
        self.effect.besides(later);
        if (self.effect.through || self.effect.unbound) && self.holds_at_end(owner) {
            self.effect.through = false;
            self.effect.unbound = false;
        }
        self.effect
    }

    fn holds_at_end(&self, owner: NodeId) -> bool {
        let role = match self.events.names.scope(self.events.owner).kind {
            ScopeKind::Module => BlockRole::Module,
            ScopeKind::Class => BlockRole::Class,
            _ => BlockRole::Function,
        };
        let Some(body) = self.events.blocks.block(owner, role) else {
            return false;
        };
        let end = self.events.before(body, body.statements.len(), 0);
        !end.through && !end.unbound
    }
}
