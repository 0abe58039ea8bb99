//! A notebook displays the last expression of a cell: where the statements behind one go, a `;`
//! keeps it from being displayed.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::FxHashSet;

use super::change::Change;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::text::edit::Edit;

/// Returns the `;` that cells need when the `doomed` statements go.
pub(super) fn silenced(
    subject: &Subject,
    doomed: &FxHashSet<NodeId>,
    wanted: &[&Change],
) -> Vec<Edit> {
    if doomed.is_empty() || !subject.nature.runs_by_cell() {
        return Vec::new();
    }
    let tree = subject.tree;
    let top: Vec<NodeId> = tree.children(NodeId::ROOT).collect();
    let own = wanted.iter().flat_map(|change| &change.edits);
    let edited: FxHashSet<TextSize> = own.map(Ranged::start).collect();
    let mut edits = Vec::new();
    for cell in subject.module.cells() {
        let from = top.partition_point(|id| tree.range(*id).start() < cell.range.start());
        let to = top.partition_point(|id| tree.range(*id).end() <= cell.range.end());
        let inside = top.get(from..to).unwrap_or_default();
        let is_uncovered = inside.last().is_some_and(|last| doomed.contains(last));
        let left = inside.iter().rev().find(|id| !doomed.contains(id));
        if let Some(&last) = left.filter(|_| is_uncovered)
            && may_display(subject, last, &edited)
        {
            edits.push(Edit::insertion(tree.range(last).end(), ";"));
        }
    }
    edits
}

/// A plain call in a place of its own is there for what it does; its value is rarely one to see.
///
/// `edited` are the starts of the wanted edits.
fn may_display(subject: &Subject, statement: NodeId, edited: &FxHashSet<TextSize>) -> bool {
    let AnyNodeRef::StmtExpr(node) = subject.tree.node(statement) else {
        return false;
    };
    let rest = &subject.text()[node.range().end().to_usize()..];
    if rest.trim_start_matches([' ', '\t']).starts_with(';') {
        return false;
    }
    match node.value.as_ref() {
        Expr::Call(call) => {
            edited.contains(&node.range().start()) && !gives_nothing(subject, &call.arguments.args)
        }
        _ => true,
    }
}

/// The site's work is a call of an `async def` of this file that returns no value.
fn gives_nothing<'a>(subject: &Subject<'a>, work: &'a [Expr]) -> bool {
    let [Expr::Call(call)] = work else {
        return false;
    };
    let Some(AnyNodeRef::StmtFunctionDef(function)) =
        subject.resolver.local_definition((&call.func).into())
    else {
        return false;
    };
    let id = subject.tree.id(function);
    !subject.context.own_nodes(id).any(|inner| {
        matches!(subject.tree.node(inner), AnyNodeRef::StmtReturn(value) if value.value.is_some())
    })
}
