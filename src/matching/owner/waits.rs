//! What code waits for.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};

use crate::bind::resolve::Meaning;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::plain::Awaits;
use crate::semantic::ways::turns::is_repeated;

/// Returns what a node waits for, all that it enters or goes over in its own time included.
pub(super) fn waited(node: AnyNodeRef<'_>) -> Vec<&Expr> {
    match node {
        AnyNodeRef::ExprAwait(it) => vec![&it.value],
        AnyNodeRef::StmtFor(it) if it.is_async => vec![&it.iter],
        AnyNodeRef::Comprehension(it) if it.is_async => vec![&it.iter],
        AnyNodeRef::StmtWith(it) if it.is_async => {
            it.items.iter().map(|item| &item.context_expr).collect()
        }
        _ => Vec::new(),
    }
}

/// Iterates over the nodes by which a function waits, nested functions left out.
pub(super) fn own_waits<'s, 'a>(
    subject: &'s Subject<'a>,
    function: NodeId,
) -> impl Iterator<Item = NodeId> + 's {
    let waits = |id: &NodeId| !waited(subject.tree.node(*id)).is_empty();
    subject.context.own_nodes(function).filter(waits)
}

/// Returns whether a function waits again and again at a node.
pub(super) fn is_in_loop(subject: &Subject, node: NodeId) -> bool {
    let turns = match subject.tree.node(node) {
        AnyNodeRef::StmtFor(it) => it.is_async,
        AnyNodeRef::Comprehension(it) => it.is_async,
        _ => false,
    };
    turns || is_repeated(subject, node)
}

/// What a function of Python's own waits for.
pub(super) fn awaits_of<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> Option<Awaits> {
    match subject.resolver.meaning((&call.func).into()) {
        Meaning::Qualified(name) => subject.own.function(&name).awaits,
        _ => None,
    }
}
