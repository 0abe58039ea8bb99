//! Where else an attribute of one's own object is used: `self.x` in all methods of its class.

use ruff_python_ast::{AnyNodeRef, ExprAttribute, StmtClassDef};

use super::subject::Subject;
use crate::python::tree::NodeId;

/// Returns the other places of the file that read or write it, a string that names it among them;
/// `None`: it is none of one's own object. Objects of classes that are no relatives have others.
pub(super) fn other_uses<'a>(
    subject: &Subject<'a>,
    attribute: &'a ExprAttribute,
) -> Option<Vec<NodeId>> {
    let class = subject.resolver.class_of_self(attribute)?;
    let own = subject.tree.id(attribute);
    let name = attribute.attr.as_str();
    let is_use = |id: &NodeId| match subject.tree.node(*id) {
        AnyNodeRef::ExprAttribute(other) if other.attr.as_str() == name => {
            let owner = subject.resolver.class_of_self(other);
            owner.is_none_or(|owner| are_related(subject, class, owner))
        }
        AnyNodeRef::ExprStringLiteral(text) => {
            text.value.to_str() == name && subject.tree.parent_node(*id).is_arguments()
        }
        _ => false,
    };
    let ids = subject.tree.ids().filter(|id| *id != own);
    Some(ids.filter(is_use).collect())
}

/// Returns whether others may use an attribute: its name does not say that it is one's own.
pub(super) fn is_public(attribute: &ExprAttribute) -> bool {
    !attribute.attr.starts_with('_')
}

/// One of them is, or is above, the other.
fn are_related<'a>(subject: &Subject<'a>, one: &'a StmtClassDef, other: &'a StmtClassDef) -> bool {
    const STEPS: u32 = 8;
    std::ptr::eq(one, other)
        || subject.resolver.derives(one, other, STEPS)
        || subject.resolver.derives(other, one, STEPS)
}
