//! Which code of a file may run where a def of it does?

use ruff_python_ast::{AnyNodeRef, ExprRef};
use rustc_hash::FxHashSet;

use super::subject::Subject;
use crate::python::tree::NodeId;

/// Returns the defs and classes of this file that a call of the expression may run.
pub(super) fn called<'a>(subject: &Subject<'a>, callee: ExprRef<'a>) -> Vec<NodeId> {
    let defs = subject.resolver.local_callables(callee).into_iter();
    defs.map(|it| subject.tree.id(it)).collect()
}

/// Returns the defs, and those of this file that they mention in turn.
pub(super) fn mentioned<'a>(subject: &Subject<'a>, open: Vec<NodeId>) -> Vec<NodeId> {
    mentioned_where(subject, open, |_| true)
}

/// The same, by the mentions that count.
pub(super) fn mentioned_where<'a>(
    subject: &Subject<'a>,
    mut open: Vec<NodeId>,
    counts: impl Fn(NodeId) -> bool,
) -> Vec<NodeId> {
    let tree = subject.tree;
    let (mut found, mut seen) = (Vec::new(), FxHashSet::default());
    while let Some(function) = open.pop() {
        if !tree.node(function).is_stmt_function_def() || !seen.insert(function) {
            continue;
        }
        found.push(function);
        let mentioned = tree
            .descendants(function)
            .filter_map(|id| match tree.node(id) {
                AnyNodeRef::ExprName(name) => Some((id, ExprRef::from(name))),
                AnyNodeRef::ExprAttribute(attribute) => Some((id, ExprRef::from(attribute))),
                _ => None,
            })
            .filter_map(|(id, it)| counts(id).then_some(it));
        open.extend(mentioned.flat_map(|it| called(subject, it)));
    }
    found
}
