//! Does what runs end only when it is cancelled, or is there work that it comes to the end of?

use ruff_python_ast::AnyNodeRef;

use super::waits::{is_in_loop, own_waits};
use crate::bind::block::BlockRole;
use crate::bind::ends::Ends;
use crate::matching::handlers::is_for;
use crate::matching::place::blocks;
use crate::matching::subject::Subject;
use crate::python::stdlib::ENDINGS;
use crate::python::tree::NodeId;
use crate::semantic::ways::left::exits;

/// One of the functions waits in a loop, or does something behind what it waits for, and none goes on for
/// ever: it works something off.
pub(super) fn works_off(subject: &Subject, functions: &[NodeId]) -> bool {
    let works = |function: &NodeId| {
        own_waits(subject, *function).any(|id| is_in_loop(subject, id))
            || works_behind(subject, *function)
    };
    functions.iter().any(works) && !has_endless_loop(subject, functions)
}

/// Behind the first thing that a function waits for stands a call, or something is set; what a handler does
/// is not counted.
fn works_behind(subject: &Subject, function: NodeId) -> bool {
    let tree = subject.tree;
    let Some(first) = own_waits(subject, function).next() else {
        return false;
    };
    let end = tree.range(first).end();
    let is_work = |node| match node {
        AnyNodeRef::ExprCall(_) | AnyNodeRef::StmtDelete(_) => true,
        AnyNodeRef::ExprAttribute(it) => it.ctx.is_store(),
        AnyNodeRef::ExprSubscript(it) => it.ctx.is_store(),
        _ => false,
    };
    let is_handled = |id| blocks(subject, id).any(|role| role == BlockRole::Except);
    let mut inside = subject.context.own_nodes(function);
    inside.any(|id| tree.range(id).start() >= end && is_work(tree.node(id)) && !is_handled(id))
}

/// One of the functions waits in a loop without a condition, which nothing leaves but an error.
pub(super) fn has_endless_loop(subject: &Subject, functions: &[NodeId]) -> bool {
    let tree = subject.tree;
    functions.iter().any(|function| {
        let waits = |whole| own_waits(subject, *function).any(|id| tree.contains(whole, id));
        let mut inside = subject.context.own_nodes(*function);
        inside.any(|id| subject.blocks.is_endless(id) && waits(id) && !is_left(subject, id))
    })
}

/// Somewhere in the loop it is left, and not for an error or since it was cancelled.
fn is_left(subject: &Subject, whole: NodeId) -> bool {
    let tree = subject.tree;
    let is_error = |id: NodeId| {
        let mut around = tree.ancestors(id).take_while(|id| *id != whole);
        around.any(|id| match tree.node(id) {
            AnyNodeRef::ExceptHandlerExceptHandler(_) => handles_all(subject, id),
            _ => false,
        })
    };
    let ends = Ends::RETURNS | Ends::BREAKS;
    exits(subject, whole).any(|(id, by)| by.may(ends) && !is_error(id))
}

/// A handler of cancellation, or of all errors.
fn handles_all(subject: &Subject, handler: NodeId) -> bool {
    let AnyNodeRef::StmtTry(statement) = subject.tree.parent_node(handler) else {
        return false;
    };
    let mut handlers = statement.handlers.iter();
    handlers.any(|it| subject.tree.id(it) == handler && is_for(subject, it, &ENDINGS).is_yes())
}
