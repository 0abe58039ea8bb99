//! The verb `remove`: the matched statement goes.

use ruff_python_ast::AnyNodeRef;

use super::{Draft, Refusal};
use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::plan::need::Need;

pub(super) fn remove<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let node = subject.tree.node(found.node);
    let statement = if node.is_statement() {
        found.node
    } else {
        let parent = subject.tree.parent(found.node);
        match subject.tree.node(parent) {
            AnyNodeRef::StmtExpr(_) => parent,
            _ => return Err(Refusal::ValueUsed),
        }
    };
    draft.needs.push(Need::Remove {
        statement: subject.tree.range(statement),
    });
    Ok(())
}
