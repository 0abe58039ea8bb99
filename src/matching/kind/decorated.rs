//! Defs that a decorator makes something of that is known.

use ruff_python_ast::{AnyNodeRef, ExprRef};

use crate::bind::resolve::Meaning;
use crate::matching::subject::Subject;
use crate::project::definition::Definition;

/// Returns whether all that a call may run are defs under one of the decorators.
pub(super) fn is_called<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
    decorators: &[String],
) -> bool {
    if decorators.is_empty() {
        return false;
    }
    let here = subject.resolver.local_callables(callee);
    if !here.is_empty() {
        return here.into_iter().all(|callable| match callable {
            AnyNodeRef::StmtFunctionDef(def) => {
                are_of(subject.resolver.decorators(def).as_deref(), decorators)
            }
            _ => false,
        });
    }
    let Meaning::Qualified(name) = subject.resolver.meaning(callee) else {
        return false;
    };
    match subject.definition(&name) {
        Definition::Function { header, .. } => are_of(header.decorators.as_deref(), decorators),
        _ => false,
    }
}

/// Returns whether there is a decorator, and each is one of the known ones.
pub(in crate::matching) fn are_of(decorators: Option<&[String]>, known: &[String]) -> bool {
    decorators.is_some_and(|all| !all.is_empty() && all.iter().all(|it| known.contains(it)))
}
