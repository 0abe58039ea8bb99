//! Where else an attribute of one's own object is used: `self.x` in all methods of its class.

use ruff_python_ast::{AnyNodeRef, ExprAttribute, StmtClassDef};
use rustc_hash::FxHashMap;

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
    let is_named = |id: &NodeId| match subject.tree.node(*id) {
        AnyNodeRef::ExprStringLiteral(text) => {
            text.value.to_str() == name && subject.tree.parent_node(*id).is_arguments()
        }
        _ => false,
    };
    let mentions = mentions(subject, name, Some(class)).filter(|id| *id != own);
    let texts = subject.tree.ids().filter(is_named);
    let mut uses: Vec<NodeId> = mentions.chain(texts).collect();
    uses.sort();
    Some(uses)
}

/// Returns the attributes of that name that may be of an object of a class or its relatives, in source
/// order; `None`: nobody knows of which class.
pub(super) fn mentions<'s, 'a>(
    subject: &'s Subject<'a>,
    name: &str,
    class: Option<&'a StmtClassDef>,
) -> impl Iterator<Item = NodeId> + use<'s, 'a> {
    let may_be = move |id: &NodeId| match subject.tree.node(*id) {
        AnyNodeRef::ExprAttribute(it) => {
            let owner = subject.resolver.class_of_self(it);
            owner.is_none_or(|owner| may_share(subject, class, owner))
        }
        _ => false,
    };
    named(subject, name).iter().copied().filter(may_be)
}

/// Returns whether an object of one class may have what one of the other has; of a class that nobody
/// knows it may.
pub(super) fn may_share<'a>(
    subject: &Subject<'a>,
    class: Option<&'a StmtClassDef>,
    other: &'a StmtClassDef,
) -> bool {
    class.is_none_or(|class| subject.resolver.are_related(class, other))
}

/// Returns all attributes of that name, in source order.
pub(super) fn named<'s>(subject: &'s Subject, name: &str) -> &'s [NodeId] {
    let by_name = subject.answers.attributes.get_or_init(|| {
        let mut by_name: FxHashMap<&str, Vec<NodeId>> = FxHashMap::default();
        for id in subject.tree.ids() {
            if let AnyNodeRef::ExprAttribute(attribute) = subject.tree.node(id) {
                by_name.entry(attribute.attr.as_str()).or_default().push(id);
            }
        }
        by_name
    });
    by_name.get(name).map_or(&[], Vec::as_slice)
}

/// Returns whether others may use an attribute: its name does not say that it is one's own.
pub(super) fn is_public(attribute: &ExprAttribute) -> bool {
    !attribute.attr.starts_with('_')
}
