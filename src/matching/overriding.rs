//! Does a method stand in the place of one that a base class has?

use ruff_python_ast::{AnyNodeRef, StmtClassDef};

use super::site::any;
use super::subject::Subject;
use crate::project::definition::Definition;
use crate::python::stdlib::is_open;
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
    any(subject.above(class), |base| match base.method(&def.name) {
        Some(_) => Answer::Yes,
        None => is_unread(&base),
    })
}

/// Returns whether a class of no file of the project, above a class, has a method of that name: unknown where it
/// cannot be read.
pub(super) fn outside_has<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    name: &str,
) -> Answer {
    let outside = subject.above(class).filter(|base| !base.is_of_project());
    any(outside, |base| match base.method(name) {
        Some(_) => Answer::Yes,
        None => is_unread(&base),
    })
}

/// Unknown of a class that cannot be read, and may have any method.
fn is_unread(base: &Class) -> Answer {
    match base {
        Class::Here(_) => Answer::No,
        Class::Named(named) => match &named.is {
            Definition::Class(_) => Answer::No,
            Definition::Outside(name) if is_open(name) || !name.contains('.') => Answer::No,
            _ => Answer::Unknown,
        },
        Class::Unread(_) => Answer::Unknown,
    }
}
