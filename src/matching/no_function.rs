//! Is a value surely no function, by what the code does with it?

use ruff_python_ast::{AnyNodeRef, CmpOp, Expr, UnaryOp};
use ruff_text_size::Ranged;

use super::subject::Subject;
use crate::bind::MAX_STEPS;
use crate::python::tree::NodeId;

/// Returns whether code does with a value what no function can do: it is iterated, indexed, counted with, or has an
/// attribute that functions lack.
pub(super) fn is_no_function(subject: &Subject, node: NodeId) -> bool {
    does_more(subject, node, MAX_STEPS)
}

fn does_more(subject: &Subject, node: NodeId, steps: u32) -> bool {
    let tree = subject.tree;
    let range = tree.range(node);
    let parent = tree.parent(node);
    match tree.node(parent) {
        AnyNodeRef::StmtFor(it) => it.iter.range() == range,
        AnyNodeRef::Comprehension(it) => it.iter.range() == range,
        AnyNodeRef::ExprSubscript(it) => it.value.range() == range,
        AnyNodeRef::ExprStarred(_) | AnyNodeRef::ExprBinOp(_) | AnyNodeRef::StmtAugAssign(_) => {
            true
        }
        AnyNodeRef::ExprUnaryOp(it) => it.op != UnaryOp::Not,
        AnyNodeRef::ExprCompare(it) => {
            let is_order =
                |op: &CmpOp| matches!(op, CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE);
            let is_searched = it.comparators.iter().any(|it| it.range() == range)
                && it
                    .ops
                    .iter()
                    .all(|op| matches!(op, CmpOp::In | CmpOp::NotIn));
            it.ops.iter().all(is_order) || is_searched
        }
        // What functions have is `__name__` and the like.
        AnyNodeRef::ExprAttribute(it) => !it.attr.starts_with("__"),
        AnyNodeRef::StmtAssign(assign) => match assign.targets.as_slice() {
            [Expr::Name(name)] => steps > 0 && name_does_more(subject, tree.id(name), steps - 1),
            [Expr::Tuple(_) | Expr::List(_)] => assign.value.range() == range,
            _ => false,
        },
        _ => false,
    }
}

/// A use of the name, which has no other value there, does what no function can do.
fn name_does_more(subject: &Subject, name: NodeId, steps: u32) -> bool {
    let Some(binding) = subject.names.binding_at(name) else {
        return false;
    };
    let mut uses = subject.flow.uses(binding).into_iter();
    uses.any(|used| {
        let is_only = subject.flow.reaching(used).only() == Some(binding);
        is_only && does_more(subject, used, steps)
    })
}
