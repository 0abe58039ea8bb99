//! Does a method stand in the place of one that a base class has?

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, StmtClassDef};

use super::site::any;
use super::subject::Subject;
use crate::bind::base::Base;
use crate::bind::callable::MAX_BASES;
use crate::project::definition::Definition;
use crate::python::own::is_open;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

/// Returns whether a def is a method that a base of its class has too; unknown where a base cannot be
/// read. Python's own classes that others fill in have none to be awaited.
pub(super) fn overrides(function: NodeId, subject: &Subject) -> Answer {
    let parent = subject.tree.parent_node(function);
    match (subject.tree.node(function), parent) {
        (AnyNodeRef::StmtFunctionDef(def), AnyNodeRef::StmtClassDef(class)) => {
            above(subject, class, &def.name, MAX_BASES)
        }
        _ => Answer::No,
    }
}

fn above<'a>(subject: &Subject<'a>, class: &'a StmtClassDef, method: &str, steps: u32) -> Answer {
    let Some(steps) = steps.checked_sub(1) else {
        return Answer::Unknown;
    };
    any(subject.resolver.bases(class), |base| match base {
        Base::Here(base) => {
            let mut methods = base.body.iter().filter_map(|it| it.as_function_def_stmt());
            let has = methods.any(|it| it.name.as_str() == method);
            Answer::from(has).or(above(subject, base, method, steps))
        }
        Base::There(name) => in_project(subject, subject.path(), &name, method, steps),
        Base::Unread(_) => Answer::Unknown,
    })
}

fn in_project(subject: &Subject, path: &Path, qualified: &str, method: &str, steps: u32) -> Answer {
    let Some(steps) = steps.checked_sub(1) else {
        return Answer::Unknown;
    };
    match subject.facts.definition(path, qualified) {
        Definition::Class(class) => {
            let has = class.methods.iter().any(|(name, _)| name == method);
            let bases = || {
                any(&class.bases, |base| match base {
                    Ok(base) => in_project(subject, &class.path, base, method, steps),
                    Err(_) => Answer::Unknown,
                })
            };
            if has { Answer::Yes } else { bases() }
        }
        Definition::Outside(name) if is_open(&name) || !name.contains('.') => Answer::No,
        _ => Answer::Unknown,
    }
}
