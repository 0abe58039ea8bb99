//! How control goes through a function: what comes behind what, on every way or on some.
//!
//! Python's control flow is structured: the tree of blocks and how each can end ([`Ends`]) say all that a graph
//! of them would, at the cost of how deep a node stands.

use ruff_python_ast::AnyNodeRef;

use super::Model;
use crate::bind::block::{Block, BlockRole};
use crate::bind::ends::Ends;
use crate::python::tree::NodeId;

pub mod left;

pub mod runs;

pub mod turns;

/// Whether the ways count that begin where something raises, to a handler or behind a `with`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raised {
    /// They do not.
    Aside,
    /// They do.
    Counted,
}

/// Iterates over a node's statement and those around it, innermost first, up to the function.
pub fn statements_around(model: &Model, node: NodeId) -> impl Iterator<Item = NodeId> {
    std::iter::successors(model.tree.statement(node), |statement| {
        let block = model.blocks.block_of(*statement)?;
        (!block.role.is_whole()).then(|| model.blocks.holder(block))
    })
}

/// Iterates over the statements that dominate a node, nearest first: they have run on every way to it. Those are
/// the ones before it in its block, and before the statements around it.
pub fn dominators(model: &Model, node: NodeId) -> impl Iterator<Item = NodeId> {
    statements_around(model, node).flat_map(|id| {
        let before = &model.blocks.siblings(id)[..model.blocks.position(id)];
        before.iter().rev().copied()
    })
}

/// Returns whether every way through the function that does not raise comes by a node's statement: no branch is
/// around it, and nothing before it leaves.
pub fn is_on_every_way(model: &Model, node: NodeId) -> bool {
    let around = statements_around(model, node).filter_map(|id| model.blocks.block_of(id));
    let mut roles = around.map(|block| block.role);
    roles.all(|role| role == BlockRole::With || role.is_whole()) && !may_leave_before(model, node)
}

/// Returns whether control may not come to a node's statement from the beginning of a block around it, for another
/// reason than that something raises.
pub fn may_leave_before(model: &Model, node: NodeId) -> bool {
    let blocks = model.blocks;
    statements_around(model, node).any(|statement| {
        let block = blocks.block_of(statement);
        block.is_some_and(|it| {
            !blocks
                .passes(it)
                .unless_raised(0, blocks.position(statement))
        })
    })
}

/// Iterates over the statements around a node as `statements_around`: how control that has come by the node can
/// leave each.
pub fn outwards(
    model: &Model,
    node: NodeId,
    raised: Raised,
) -> impl Iterator<Item = (NodeId, Ends)> {
    let own = model.tree.statement(node);
    let own = own.map(|statement| (statement, model.blocks.ends(statement)));
    own.into_iter()
        .flat_map(move |it| onwards(model, it, raised))
}

/// As `outwards`, for control that leaves a statement so.
pub fn onwards(
    model: &Model,
    first: (NodeId, Ends),
    raised: Raised,
) -> impl Iterator<Item = (NodeId, Ends)> {
    std::iter::successors(Some(first), move |(statement, ends)| {
        let block = model.blocks.block_of(*statement)?;
        let ends = ends.then(|| behind(model, block, *statement));
        (!block.role.is_whole()).then(|| out_of(model, block, ends, raised))
    })
}

/// Returns whether a loop around a statement takes its next turn where control leaves the statement so.
pub fn turns_again(model: &Model, statement: NodeId, ends: Ends) -> bool {
    onwards(model, (statement, ends), Raised::Aside).any(|(statement, ends)| {
        let block = model.blocks.block_of(statement);
        let block = block.filter(|it| it.role == BlockRole::Loop);
        block.is_some_and(|it| ends.then(|| behind(model, it, statement)).turns())
    })
}

/// How what stands behind a statement in its block ends.
fn behind(model: &Model, block: &Block, statement: NodeId) -> Ends {
    let place = model.blocks.position(statement);
    model.blocks.passes(block).rest(place + 1)
}

/// The statement that holds a block, and how it ends where the block did so.
fn out_of(model: &Model, block: &Block, ends: Ends, raised: Raised) -> (NodeId, Ends) {
    let blocks = model.blocks;
    let holder = blocks.holder(block);
    let last = || blocks.block_ends(holder, BlockRole::Finally);
    let handled = match (raised, model.tree.node(holder)) {
        (Raised::Counted, AnyNodeRef::StmtTry(it)) => blocks.handlers_end(it),
        _ => Ends::default(),
    };
    let ends = match block.role {
        // What it enters may keep an exception to itself.
        BlockRole::With if raised == Raised::Counted => ends | Ends::FALLS,
        BlockRole::Loop => {
            let again = match ends.turns() {
                true => blocks.ends(holder),
                false => Ends::default(),
            };
            ends.looped(again)
        }
        BlockRole::Try => {
            let ends = ends.then(|| blocks.block_ends(holder, BlockRole::TryElse));
            (ends | handled).at_last(last())
        }
        BlockRole::TryElse | BlockRole::Except => ends.at_last(last()),
        // What brought control here goes on then.
        BlockRole::Finally => ends.then(|| blocks.ends(holder)),
        _ => ends,
    };
    (holder, ends)
}

/// Returns whether there is a way from one node to another, in the same run of their function; also through the
/// next turn of a loop. What runs later, in a def or lambda, may come behind anything.
pub fn reaches(model: &Model, from: NodeId, to: NodeId) -> bool {
    let (tree, blocks) = (model.tree, model.blocks);
    let own = tree.statement(from);
    if model.context.runner(from) != model.context.runner(to) || own.is_none() {
        return true;
    }
    if own == tree.statement(to) {
        return !exclusive(model, from, to) || turns::is_repeated(model, from);
    }
    outwards(model, from, Raised::Counted).any(|(statement, ends)| {
        let is_head = own == Some(statement) && tree.contains(statement, to);
        if is_head && from < to && enters(model, statement, to) {
            return true;
        }
        let Some(block) = blocks.block_of(statement) else {
            return false;
        };
        let (next, place) = (blocks.position(statement) + 1, block.place_of(to));
        let passes = blocks.passes(block);
        if place >= next && tree.contains(block.statements[place], to) {
            let comes = ends.may(Ends::FALLS) && passes.may(next, place);
            if comes && enters(model, block.statements[place], to) {
                return true;
            }
        }
        let holder = blocks.holder(block);
        !block.role.is_whole()
            && tree.contains(holder, to)
            && leads_over(model, block, ends.then(|| passes.rest(next)), to)
            && enters(model, holder, to)
    })
}

/// Control that leaves a block so may come to the block of the same statement that holds a node, or to its head.
fn leads_over(model: &Model, block: &Block, ends: Ends, to: NodeId) -> bool {
    let blocks = model.blocks;
    let holder = blocks.holder(block);
    let inside = statements_around(model, to).take_while(|id| *id != holder);
    let part = inside.last().and_then(|id| blocks.block_of(id));
    match (block.role, part.map(|it| it.role)) {
        (BlockRole::Loop, None) => ends.turns() && turns::loops(model, to).any(|it| it == holder),
        (BlockRole::Loop, _) => ends.turns(),
        (BlockRole::Try, None | Some(BlockRole::Except)) => true,
        (BlockRole::Try, Some(BlockRole::TryElse)) => ends.may(Ends::FALLS),
        (role, Some(BlockRole::Finally)) => role != BlockRole::Finally,
        _ => false,
    }
}

/// Where a statement begins, there is a way to a node in it.
fn enters(model: &Model, outer: NodeId, node: NodeId) -> bool {
    let blocks = model.blocks;
    let mut inside = statements_around(model, node).take_while(|id| *id != outer);
    inside.all(|statement| {
        blocks.block_of(statement).is_some_and(|block| {
            let holder = blocks.holder(block);
            let opens = match block.role {
                BlockRole::TryElse => blocks.block_ends(holder, BlockRole::Try).may(Ends::FALLS),
                BlockRole::LoopElse => !blocks.is_endless(holder),
                _ => true,
            };
            opens && blocks.passes(block).may(0, blocks.position(statement))
        })
    })
}

/// Returns whether two nodes stand on branches of which only one runs; each of them may run in its turn of a loop.
pub fn exclusive(model: &Model, one: NodeId, other: NodeId) -> bool {
    let tree = model.tree;
    let mut around = tree.ancestors(one);
    let Some(common) = around.find(|id| tree.contains(*id, other)) else {
        return false;
    };
    match (branch(model, common, one), branch(model, common, other)) {
        (Some((one, is_taken)), Some((other, is_other_taken))) => match one < other {
            // The test of a branch runs where an earlier one was not taken.
            true => is_taken,
            false => one != other && is_other_taken,
        },
        _ => false,
    }
}

/// The branch of a statement or expression that holds a node, those that are tried first before others; and whether
/// the node runs only where that is taken.
fn branch(model: &Model, common: NodeId, node: NodeId) -> Option<(NodeId, bool)> {
    let tree = model.tree;
    let mut inner = None;
    let mut around = tree.with_ancestors(node);
    let child = around.find(|id| {
        let is_child = *id != common && tree.parent(*id) == common;
        inner = if is_child { inner } else { Some(*id) };
        is_child
    })?;
    let in_clause = inner.is_some_and(|id| tree.node(id).is_statement());
    match (tree.node(common), tree.node(child)) {
        (AnyNodeRef::StmtIf(_), AnyNodeRef::ElifElseClause(_))
        | (AnyNodeRef::StmtMatch(_), AnyNodeRef::MatchCase(_)) => Some((child, in_clause)),
        (AnyNodeRef::StmtTry(it), AnyNodeRef::ExceptHandlerExceptHandler(_)) => {
            (!it.is_star).then_some((child, in_clause))
        }
        (AnyNodeRef::StmtIf(_), it) if it.is_statement() => Some((common, true)),
        (AnyNodeRef::StmtTry(_), _) => {
            let block = model.blocks.block_of(child)?;
            (block.role == BlockRole::TryElse).then_some((common, true))
        }
        (AnyNodeRef::ExprIf(it), _) => (child != tree.id(&*it.test)).then_some((child, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
