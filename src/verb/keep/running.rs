//! What runs behind a kept value: may it be ended, and waited for?

use ruff_python_ast::AnyNodeRef;

use crate::matching::owner::{Owner, swallowed};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::keep::End;
use crate::verb::refusal::Refusal;

/// Checks that the teardown may end what runs and wait for it.
pub(super) fn check<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    end: &End,
    owner: &Owner<'a>,
) -> Result<(), Refusal> {
    if owner.ends_itself(subject, site) {
        return Err(Refusal::EndsItself {
            method: owner.teardown.name().to_owned(),
        });
    }
    check_stops(subject, end, &owner.runs)
}

/// Checks that what runs ends when it is told to.
pub(super) fn check_stops(
    subject: &Subject,
    end: &End,
    functions: &[NodeId],
) -> Result<(), Refusal> {
    let Some(exception) = &end.stopped_by else {
        return Ok(());
    };
    // What may be meant for another thing a person decides.
    let found = swallowed(subject, functions, exception).find(|it| !it.of_another);
    let Some(found) = found else {
        return Ok(());
    };
    let function = match subject.tree.node(found.function) {
        AnyNodeRef::StmtFunctionDef(def) => def.name.to_string(),
        _ => String::new(),
    };
    let exception = exception.clone();
    Err(match found.in_loop {
        true => Refusal::NeverEnds {
            function,
            exception,
        },
        false => Refusal::NeverTold {
            function,
            exception,
        },
    })
}

/// Checks that the method that begins several things does not end the object as well: it would cancel
/// what it has just begun.
pub(super) fn check_many<'a>(subject: &Subject<'a>, owner: &Owner<'a>) -> Result<(), Refusal> {
    match owner.ends_what_it_begins(subject) {
        true => Err(Refusal::EndedAtOnce {
            method: owner.method.name.to_string(),
            teardown: owner.teardown.name().to_owned(),
        }),
        false => Ok(()),
    }
}
