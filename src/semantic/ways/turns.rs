//! What runs code again and again.

use ruff_python_ast::{AnyNodeRef, Stmt};

use crate::python::tree::{NodeId, Tree};
use crate::semantic::Model;

/// Iterates over the loops and comprehensions in the function around a node that run it in each of their turns,
/// innermost first. The `else` of a loop, and what it goes over, run once.
pub fn loops(model: &Model, node: NodeId) -> impl Iterator<Item = NodeId> {
    let function = model.context.enclosing_function(node);
    let is_own =
        move |id: &NodeId| function.is_none_or(|it| model.tree.contains(it, *id) && *id != it);
    turning(model.tree, node).take_while(is_own)
}

/// Returns whether a loop or comprehension in the function around a node runs it in each of its turns.
pub fn is_repeated(model: &Model, node: NodeId) -> bool {
    loops(model, node).next().is_some()
}

/// As `loops`, those around the function too.
pub fn turning<'t>(tree: &'t Tree<'_>, node: NodeId) -> impl Iterator<Item = NodeId> + 't {
    let steps = tree.with_ancestors(node).zip(tree.ancestors(node));
    let mut is_first_iter = false;
    steps.filter_map(move |(inner, outer)| {
        let stands_in = |block: &[Stmt]| block.first().is_some_and(|it| inner >= tree.id(it));
        let is_turning = match tree.node(outer) {
            AnyNodeRef::StmtWhile(it) => !stands_in(&it.orelse),
            AnyNodeRef::StmtFor(it) => tree.id(&*it.iter) != inner && !stands_in(&it.orelse),
            AnyNodeRef::Comprehension(it) => {
                is_first_iter = tree.id(&it.iter) == inner && is_first(tree, outer);
                false
            }
            AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_) => !std::mem::take(&mut is_first_iter),
            _ => false,
        };
        is_turning.then_some(outer)
    })
}

/// A `for` is the outermost of its comprehension.
fn is_first(tree: &Tree, part: NodeId) -> bool {
    let mut parts = tree.children(tree.parent(part));
    parts.find(|id| matches!(tree.node(*id), AnyNodeRef::Comprehension(_))) == Some(part)
}
