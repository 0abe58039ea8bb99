//! `%%capture` with nothing below it is an error of IPython: it goes with the last statement of its cell.

use ruff_python_ast::AnyNodeRef;
use rustc_hash::FxHashSet;

use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::semantic::Model;

/// Returns the magics of cells of which nothing is left when the `doomed` statements go, not even a
/// comment.
pub(super) fn left_alone(subject: &Subject, doomed: &FxHashSet<NodeId>) -> Vec<NodeId> {
    if doomed.is_empty() {
        return Vec::new();
    }
    let Model { tree, module, .. } = subject.model;
    let top: Vec<NodeId> = tree.children(NodeId::ROOT).collect();
    let mut alone = Vec::new();
    for cell in module.cells() {
        let from = top.partition_point(|id| tree.range(*id).start() < cell.range.start());
        let to = top.partition_point(|id| tree.range(*id).end() <= cell.range.end());
        let [magic, body @ ..] = top.get(from..to).unwrap_or_default() else {
            continue;
        };
        let is_magic = matches!(tree.node(*magic), AnyNodeRef::StmtIpyEscapeCommand(_))
            && subject.text()[tree.range(*magic)].starts_with("%%");
        let is_empty = !body.is_empty() && body.iter().all(|id| doomed.contains(id));
        if is_magic && is_empty && trivia::comments_in(module, cell.range).next().is_none() {
            alone.push(*magic);
        }
    }
    alone
}
