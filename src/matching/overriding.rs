//! Does a method stand in the place of one that a base class has?

use ruff_python_ast::AnyNodeRef;

use super::site::any;
use super::subject::Subject;
use crate::project::definition::Definition;
use crate::python::own::is_open;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::semantic::class::Class;

/// Returns whether a def is a method that a base of its class has too; unknown where a base cannot be
/// read. Python's own classes that others fill in have none to be awaited.
pub(super) fn overrides(function: NodeId, subject: &Subject) -> Answer {
    let parent = subject.tree.parent_node(function);
    let (AnyNodeRef::StmtFunctionDef(def), AnyNodeRef::StmtClassDef(class)) =
        (subject.tree.node(function), parent)
    else {
        return Answer::No;
    };
    any(subject.above(class), |base| {
        if base.method(&def.name).is_some() {
            return Answer::Yes;
        }
        match base {
            Class::Here(_) => Answer::No,
            Class::Named(named) => match &named.is {
                Definition::Class(_) => Answer::No,
                Definition::Outside(name) if is_open(name) || !name.contains('.') => Answer::No,
                _ => Answer::Unknown,
            },
            Class::Unread(_) => Answer::Unknown,
        }
    })
}
