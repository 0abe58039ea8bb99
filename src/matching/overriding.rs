//! Does a method stand in the place of one that a base class has?

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, StmtClassDef};

use super::site::any;
use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::project::definition::Definition;
use crate::python::own::is_open;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

/// Base classes of base classes are followed as far as this.
const MAX_STEPS: u32 = 16;

/// Returns whether a def is a method that a base of its class has too; unknown where a base cannot be
/// read. Python's own classes that others fill in have none to be awaited.
pub(super) fn overrides(function: NodeId, subject: &Subject) -> Answer {
    let parent = subject.tree.parent_node(function);
    match (subject.tree.node(function), parent) {
        (AnyNodeRef::StmtFunctionDef(def), AnyNodeRef::StmtClassDef(class)) => {
            above(subject, class, &def.name, MAX_STEPS)
        }
        _ => Answer::No,
    }
}

fn above<'a>(subject: &Subject<'a>, class: &'a StmtClassDef, method: &str, steps: u32) -> Answer {
    let Some(steps) = steps.checked_sub(1) else {
        return Answer::Unknown;
    };
    any(class.bases(), |base| {
        // `class Box(Base[T])` derives from `Base`.
        let base = match base {
            Expr::Subscript(generic) => ExprRef::from(&generic.value),
            base => base.into(),
        };
        if let Some(base) = subject.resolver.local_class(base) {
            let mut methods = base.body.iter().filter_map(|it| it.as_function_def_stmt());
            let has = methods.any(|it| it.name.as_str() == method);
            return Answer::from(has).or(above(subject, base, method, steps));
        }
        match subject.resolver.meaning(base) {
            Meaning::Qualified(name) => in_project(subject, subject.path(), &name, method, steps),
            _ => Answer::Unknown,
        }
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
