//! What runs behind a kept value: may it be ended, and waited for?

use ruff_python_ast::AnyNodeRef;

use crate::matching::handlers::goes_on;
use crate::matching::owner::{Owner, mentions_on_self};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::keep::End;
use crate::verb::Refusal;

/// Checks that the teardown may end what runs and wait for it.
pub(super) fn check<'a>(
    subject: &Subject<'a>,
    end: &End,
    owner: &Owner<'a>,
) -> Result<(), Refusal> {
    let teardown = owner.teardown.name();
    for &function in &owner.runs {
        let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
            continue;
        };
        let calls_it = |class| mentions_on_self(subject, function, class, teardown);
        if def.name.as_str() == teardown || owner.class.is_some_and(calls_it) {
            return Err(Refusal::EndsItself {
                method: teardown.to_owned(),
            });
        }
    }
    check_stops(subject, end, &owner.runs)
}

/// Checks that what runs ends when it is told to.
pub(super) fn check_stops(
    subject: &Subject,
    end: &End,
    functions: &[NodeId],
) -> Result<(), Refusal> {
    for &function in functions {
        let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
            continue;
        };
        if let Some(exception) = &end.stopped_by
            && swallows(subject, function, exception)
        {
            return Err(Refusal::NeverEnds {
                function: def.name.to_string(),
                exception: exception.clone(),
            });
        }
    }
    Ok(())
}

/// Checks that the method that begins several things does not end the object as well: it would cancel
/// what it has just begun.
pub(super) fn check_many<'a>(subject: &Subject<'a>, owner: &Owner<'a>) -> Result<(), Refusal> {
    let teardown = owner.teardown.name();
    match owner.many && owner.calls(subject, teardown) {
        true => Err(Refusal::EndedAtOnce {
            method: owner.method.name.to_string(),
            teardown: teardown.to_owned(),
        }),
        false => Ok(()),
    }
}

/// Somewhere it waits in a loop that goes on when it is told to stop.
fn swallows(subject: &Subject, function: NodeId, exception: &str) -> bool {
    let tree = subject.tree;
    tree.descendants(function).any(|id| {
        let waits = match tree.node(id) {
            AnyNodeRef::ExprAwait(_) => true,
            AnyNodeRef::StmtFor(it) => it.is_async,
            AnyNodeRef::StmtWith(it) => it.is_async,
            _ => false,
        };
        waits && goes_on(subject, id, &[exception])
    })
}
