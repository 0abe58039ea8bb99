//! What becomes of a value: seen through brackets, `*` and list displays.

use ruff_python_ast::{AnyNodeRef, Expr, StmtAssign};
use ruff_text_size::Ranged;

use super::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::condition::Fate;

/// Returns what becomes of the expression's value.
pub(super) fn fate(subject: &Subject, node: NodeId) -> Fate {
    let tree = subject.tree;
    let parent = tree.parent(node);
    let range = tree.range(node);
    match tree.node(parent) {
        AnyNodeRef::StmtExpr(_) => statement_value(subject, parent),
        AnyNodeRef::ExprAwait(_) => Fate::Awaited,
        AnyNodeRef::ExprStarred(_)
        | AnyNodeRef::ExprList(_)
        | AnyNodeRef::ExprTuple(_)
        | AnyNodeRef::ExprSet(_) => match fate(subject, parent) {
            Fate::Discarded => Fate::Discarded,
            Fate::Used => Fate::Stored,
            outer => outer,
        },
        AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => Fate::Passed,
        AnyNodeRef::StmtAssign(assign) => assigned(subject, parent, assign),
        AnyNodeRef::StmtAnnAssign(_)
        | AnyNodeRef::StmtAugAssign(_)
        | AnyNodeRef::ExprNamed(_)
        | AnyNodeRef::ExprDict(_) => Fate::Stored,
        AnyNodeRef::StmtReturn(_) | AnyNodeRef::ExprLambda(_) => Fate::Returned,
        AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => Fate::Yielded,
        AnyNodeRef::WithItem(item) if item.context_expr.range() == range => Fate::Entered,
        AnyNodeRef::StmtFor(statement) if statement.iter.range() == range => Fate::Iterated,
        AnyNodeRef::Comprehension(part) if part.iter.range() == range => Fate::Iterated,
        AnyNodeRef::ExprListComp(_) | AnyNodeRef::ExprSetComp(_) | AnyNodeRef::ExprGenerator(_) => {
            fate(subject, parent)
        }
        _ => Fate::Used,
    }
}

/// What is bound to names that nobody reads is discarded.
fn assigned(subject: &Subject, statement: NodeId, assign: &StmtAssign) -> Fate {
    let is_unread = |target: &Expr| {
        let Expr::Name(name) = target else {
            return false;
        };
        let binding = subject.names.binding_at(subject.tree.id(name));
        name.id == "_"
            || binding.is_some_and(|id| {
                subject.flow.uses(id).is_empty() && !subject.names.is_exported(&name.id)
            })
    };
    match assign.targets.iter().all(is_unread) && is_local(subject, statement) {
        true => Fate::Discarded,
        false => Fate::Stored,
    }
}

/// A name nobody reads may still be read from outside when it is the module's.
fn is_local(subject: &Subject, statement: NodeId) -> bool {
    subject.context.enclosing_function(statement).is_some() || subject.nature.runs_by_cell()
}

/// The last expression of a cell is displayed.
fn statement_value(subject: &Subject, statement: NodeId) -> Fate {
    let range = subject.tree.range(statement);
    let cell = subject
        .module
        .cells()
        .iter()
        .find(|cell| cell.range.contains_range(range));
    let at_top = subject.tree.parent(statement) == NodeId::ROOT;
    let Some(cell) = cell.filter(|_| at_top && subject.nature.runs_by_cell()) else {
        return Fate::Discarded;
    };
    let rest = &subject.text()[range.end().to_usize()..cell.range.end().to_usize()];
    let code_follows = rest.lines().any(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    });
    if code_follows {
        Fate::Discarded
    } else {
        Fate::Displayed
    }
}
