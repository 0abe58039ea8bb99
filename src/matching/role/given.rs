//! Does an expression stand where the pattern of a role has the function?

use ruff_python_ast::ExprRef;

use crate::bind::resolve::Meaning;
use crate::matching::capture::{Captured, Captures};
use crate::matching::subject::Subject;
use crate::matching::unify::fits_surely;
use crate::project::definition::Definition;
use crate::python::tree::NodeId;
use crate::recipe::role::RoleRow;

/// The expression stands where a pattern has the function.
pub(super) fn is_given_at<'a>(
    row: &RoleRow,
    id: NodeId,
    named: ExprRef<'a>,
    subject: &Subject<'a>,
) -> bool {
    let mut given = Captures::default();
    given.bind("f", Captured::Expression(named));
    let statement = subject.tree.statement(id);
    let around = subject.tree.ancestors(id);
    let mut around = around.take_while(|id| statement.is_none_or(|it| *id >= it));
    around.any(|id| {
        let node = subject.tree.node(id);
        let mut patterns = row.given_to.iter();
        patterns.any(|pattern| fits_surely(pattern, node, &given, subject))
    })
}

/// Returns whether an expression names what no file of the project defines: `asyncio.run` is no method of it.
pub(super) fn is_outside<'a>(named: ExprRef<'a>, subject: &Subject<'a>) -> bool {
    match subject.resolver.meaning(named) {
        Meaning::Qualified(name) => matches!(subject.definition(&name), Definition::Outside(_)),
        _ => false,
    }
}
