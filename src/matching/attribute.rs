//! Where else an attribute of one's own object is used: `self.x` in all methods of its class.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprAttribute, NodeKind, StmtClassDef};
use rustc_hash::FxHashMap;

use super::subject::Subject;
use crate::matching::answers::code::Members;
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
    let is_given = |id: &NodeId| subject.tree.parent_node(*id).is_arguments();
    let mut uses = mentions(subject, name, Some(class));
    uses.retain(|id| *id != own);
    uses.extend(texts(subject, name).iter().copied().filter(is_given));
    uses.sort();
    Some(uses)
}

/// Returns the attributes of that name that may be of an object of a class or its relatives, in source
/// order; `None`: nobody knows of which class.
pub(super) fn mentions<'a>(
    subject: &Subject<'a>,
    name: &str,
    class: Option<&'a StmtClassDef>,
) -> Vec<NodeId> {
    let members = members(subject, name);
    let mut found = of_relatives(subject, class, &members.of);
    found.extend_from_slice(&members.of_unknown);
    found.sort_unstable();
    found
}

/// Returns what the bodies of a class and its relatives bind a name to, in source order.
pub(super) fn bound_on<'a>(
    subject: &Subject<'a>,
    name: &str,
    class: Option<&'a StmtClassDef>,
) -> Vec<NodeId> {
    let mut found = of_relatives(subject, class, &members(subject, name).on);
    found.sort_unstable();
    found
}

/// What is known of a class, and of those that may share it.
fn of_relatives<'a>(
    subject: &Subject<'a>,
    class: Option<&'a StmtClassDef>,
    by_class: &FxHashMap<NodeId, Vec<NodeId>>,
) -> Vec<NodeId> {
    let Some(class) = class else {
        return by_class.values().flatten().copied().collect();
    };
    let (tree, resolver) = (subject.tree, subject.resolver);
    let above = resolver.above(class).iter();
    let above = above.filter_map(|base| base.clone().here());
    let below = resolver.below(class).iter().copied();
    let mut relatives: Vec<NodeId> = std::iter::once(class)
        .chain(above)
        .chain(below)
        .map(|it| tree.id(it))
        .collect();
    relatives.sort_unstable();
    relatives.dedup();
    let known = relatives.iter().filter_map(|it| by_class.get(it));
    known.flatten().copied().collect()
}

fn members(subject: &Subject, name: &str) -> Rc<Members> {
    let find = || {
        let mut members = Members::default();
        for id in named(subject, name) {
            let AnyNodeRef::ExprAttribute(attribute) = subject.tree.node(*id) else {
                continue;
            };
            match subject.resolver.class_of_self(attribute) {
                Some(class) => {
                    let class = subject.tree.id(class);
                    members.of.entry(class).or_default().push(*id);
                }
                None => members.of_unknown.push(*id),
            }
        }
        for class in subject.of_kind(NodeKind::StmtClassDef).iter() {
            let scope = subject.names.scope_opened_by(*class);
            let bound = scope.map_or(&[][..], |it| subject.names.bindings_of(it, name));
            if !bound.is_empty() {
                let nodes = bound.iter().map(|id| subject.names.binding(*id).node);
                members.on.insert(*class, nodes.collect());
            }
        }
        Rc::new(members)
    };
    subject.answers.members.or_find(name, find)
}

/// Returns all texts that are a name, in source order.
pub(crate) fn texts<'s>(subject: &'s Subject, name: &str) -> &'s [NodeId] {
    let text = |node| match node {
        AnyNodeRef::ExprStringLiteral(text) => Some(text.value.to_str()),
        _ => None,
    };
    let find = || by_name(subject, NodeKind::ExprStringLiteral, text);
    let all = subject.answers.texts.get_or_init(find);
    all.get(name).map_or(&[], Vec::as_slice)
}

/// Returns all attributes of that name, in source order.
pub(super) fn named<'s>(subject: &'s Subject, name: &str) -> &'s [NodeId] {
    let attribute = |node| match node {
        AnyNodeRef::ExprAttribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    };
    let find = || by_name(subject, NodeKind::ExprAttribute, attribute);
    let all = subject.answers.attributes.get_or_init(find);
    all.get(name).map_or(&[], Vec::as_slice)
}

/// Returns the texts that may be a path to a name, `name`, `module.name` or `module:name`, in source order.
pub(super) fn paths<'s>(subject: &'s Subject, name: &str) -> &'s [NodeId] {
    let is_part = |c: char| c.is_alphanumeric() || "_.:".contains(c);
    let last = |node| match node {
        AnyNodeRef::ExprStringLiteral(text) => {
            let text = text.value.to_str();
            text.chars()
                .all(is_part)
                .then(|| text.rsplit(['.', ':']).next())?
        }
        _ => None,
    };
    let find = || by_name(subject, NodeKind::ExprStringLiteral, last);
    let all = subject.answers.paths.get_or_init(find);
    all.get(name).map_or(&[], Vec::as_slice)
}

/// Lists the nodes of a kind by their names.
fn by_name<'a>(
    subject: &Subject<'a>,
    kind: NodeKind,
    name_of: impl Fn(AnyNodeRef<'a>) -> Option<&'a str>,
) -> FxHashMap<&'a str, Vec<NodeId>> {
    let mut all: FxHashMap<&str, Vec<NodeId>> = FxHashMap::default();
    for id in subject.of_kind(kind).iter() {
        if let Some(name) = name_of(subject.tree.node(*id)) {
            all.entry(name).or_default().push(*id);
        }
    }
    all
}

/// Returns whether others may use an attribute: its name does not say that it is one's own.
pub(super) fn is_public(attribute: &ExprAttribute) -> bool {
    !attribute.attr.starts_with('_')
}
