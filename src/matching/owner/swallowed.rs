//! Does what runs end when it is cancelled, or does something on the way keep that to itself?

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::waits::{is_in_loop, own_waits, waited};
use crate::matching::handlers::{goes_on, keeps};
use crate::matching::subject::Subject;
use crate::python::stdlib::{CANCEL, ENDINGS};
use crate::python::tree::NodeId;

/// A place where what is to end goes on.
#[derive(Debug, Clone, Copy)]
pub struct Swallowed {
    /// The function.
    pub function: NodeId,
    /// Its own loop goes on; else whatever waits for it does.
    pub in_loop: bool,
    /// It may be meant for another thing, which the function has just cancelled.
    pub of_another: bool,
}

/// Finds where the exception that ends what runs is kept from it. The first of the functions is what
/// runs: behind its loop it may do what it likes but wait in another one; those that it waits for may not where
/// another function of them waits in a loop.
pub fn swallowed<'s>(
    subject: &'s Subject,
    functions: &'s [NodeId],
    exception: &'s str,
) -> impl Iterator<Item = Swallowed> + 's {
    let name = |id: NodeId| match subject.tree.node(id) {
        AnyNodeRef::StmtFunctionDef(def) => Some(def.name.as_str()),
        _ => None,
    };
    let first = functions.first().and_then(|id| name(*id));
    let turns = |id: &&NodeId| own_waits(subject, **id).any(|wait| is_in_loop(subject, wait));
    let turning: FxHashSet<NodeId> = functions.iter().filter(turns).copied().collect();
    functions.iter().flat_map(move |&function| {
        // What waits for it may wait again.
        let is_repeated = turning.iter().any(|it| *it != function);
        // A method and those that override it.
        let is_first = name(function) == first;
        own_waits(subject, function).filter_map(move |wait| {
            let looped = goes_on(subject, wait, &[exception]);
            let kept = || {
                let by = keeps(subject, wait, &[exception])?;
                let goes_on = !is_first && is_repeated || waits_on(subject, function, by);
                goes_on.then_some(by)
            };
            let by = looped.or_else(kept)?;
            Some(Swallowed {
                function,
                in_loop: looped.is_some(),
                of_another: is_of_another(subject, function, by),
            })
        })
    })
}

/// The function waits in a loop behind the statement.
fn waits_on(subject: &Subject, function: NodeId, statement: NodeId) -> bool {
    let end = subject.tree.range(statement).end();
    let mut behind =
        own_waits(subject, function).filter(|id| subject.tree.range(*id).start() >= end);
    behind.any(|id| is_in_loop(subject, id))
}

/// Returns whether what ends one of the functions may be taken for the end of another thing there.
pub(super) fn is_unclear(subject: &Subject, functions: &[NodeId]) -> bool {
    swallowed(subject, functions, ENDINGS[0]).any(|it| it.of_another)
}

/// All that a statement waits for are values that its function cancels.
fn is_of_another(subject: &Subject, function: NodeId, statement: NodeId) -> bool {
    let tree = subject.tree;
    let text = |it: &Expr| &subject.text()[it.range()];
    let cancels = |value: &Expr| {
        let mut nodes = tree.descendants(function);
        nodes.any(|id| match tree.node(id) {
            AnyNodeRef::ExprAttribute(it) => {
                it.attr.as_str() == CANCEL && text(&it.value) == text(value)
            }
            _ => false,
        })
    };
    let inside = own_waits(subject, function).filter(|id| tree.contains(statement, *id));
    let mut waited = inside.flat_map(|id| waited(tree.node(id)));
    waited.all(|it| !it.is_call_expr() && cancels(it))
}
