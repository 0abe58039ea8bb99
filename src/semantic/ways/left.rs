//! By which statements control leaves another one.

use ruff_python_ast::AnyNodeRef;

use crate::bind::block::BlockRole;
use crate::bind::ends::Ends;
use crate::python::tree::NodeId;
use crate::semantic::Model;

/// Returns the loop that a `break` or `continue` at a node is about.
pub fn loop_around(model: &Model, node: NodeId) -> Option<NodeId> {
    let mut around = model.context.enclosing_statements(node);
    around.find_map(|it| (it.role == BlockRole::Loop).then_some(it.statement))
}

/// Iterates over the statements by which control leaves another one that is or holds them, and how: `return`, `raise`,
/// and what is about a loop around it, or a `break` of the loop that it is itself. Code that runs later is left out.
pub fn exits(model: &Model, whole: NodeId) -> impl Iterator<Item = (NodeId, Ends)> {
    let runner = model.context.runner(whole);
    let inside = model.tree.with_descendants(whole);
    inside.filter_map(move |id| {
        let leaves = match model.tree.node(id) {
            AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtRaise(_) => true,
            AnyNodeRef::StmtBreak(_) => loop_around(model, id).is_none_or(|it| it <= whole),
            AnyNodeRef::StmtContinue(_) => loop_around(model, id).is_none_or(|it| it < whole),
            _ => return None,
        };
        let is_own = leaves && model.context.runner(id) == runner;
        is_own.then(|| (id, model.blocks.ends(id)))
    })
}
